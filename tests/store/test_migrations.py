"""A store of an earlier schema, opened by this program."""

from __future__ import annotations

from typing import TYPE_CHECKING

import apsw

from cardwright.contact.model import Contact, Name
from cardwright.store import open_store
from cardwright.store.sqlite.database import FILE
from cardwright.store.sqlite.terms import uid_term
from store.acme import book_of
from store.test_imports import cards, outcomes

if TYPE_CHECKING:
    from pathlib import Path

# The way back from `0004_uids.sql`.
BEFORE_UIDS = """
    INSERT INTO search (search, rowid, terms) SELECT 'delete', contact, uid_term(campaign, uid) FROM contact;
    CREATE INDEX contact_uid ON contact (uid);
    PRAGMA user_version = 3"""


async def test_contacts_are_found_by_their_uids_and_can_go(tmp_path: Path) -> None:
    store = open_store(tmp_path)
    book = await book_of(store)
    kept = [Contact(Name("Wile"), uid="w"), Contact(Name("Road"), uid="r")]
    await outcomes(book, cards(*kept))
    store.close()
    connection = apsw.Connection(str(tmp_path / FILE))
    connection.create_scalar_function("uid_term", uid_term)
    connection.execute(BEFORE_UIDS).fetchall()
    connection.close()

    store = open_store(tmp_path)
    book = book._replace(store=store)
    same = await outcomes(book, cards(Contact(Name("Other"), uid="r"), Contact(Name("Other"), uid="R")))
    assert [result.reason for result in same] == ["contact 2 has the same UID", ""]
    await store.contacts.delete(book.place, 2, lambda _: None, "test")
    anew = await outcomes(book, cards(kept[1]))
    assert [result.outcome for result in anew] == ["created"]
    assert await store.check() == []
    store.close()
