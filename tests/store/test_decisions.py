"""What an import decides about a row by what the store says: partner accounts, and contacts that are kept in step."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cardwright.book import partners
from store.acme import book_of
from store.importing import outcomes, told

if TYPE_CHECKING:
    from cardwright.store.sqlite import SqliteStore as Store

TABLE = b"FirstName,EmailAddress,Accounts\nWile,wile@example.com,10000\nRoad,road@example.com,nobody\nRoad,x,\n"


async def test_a_row_of_an_unknown_partner_account_or_with_a_fault_is_refused(store: Store) -> None:
    results = await outcomes(await book_of(store), TABLE)
    assert [result.outcome for result in results] == ["created", "refused", "refused"]
    assert results[1].reason == "No partner account nobody"
    assert "must be an e-mail address" in results[2].reason


async def test_a_contact_that_is_kept_in_step_with_a_partner_user_is_skipped(store: Store) -> None:
    book = await book_of(store)
    await partners.add_user(store.partners, book.sid, "10000", first="Wile", last="Coyote", email="wile@example.com")
    table = b"FirstName,LastName,EmailAddress,Title\nWile,Coyote,wile@example.com,Genius\n"
    results = await outcomes(book, table, "update")
    assert told(results) == [("skipped", "M1")]
    assert results[0].reason == "is kept in step with a partner user"
