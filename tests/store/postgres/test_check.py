"""What `cardwright check` finds on PostgreSQL: each fault is made, and told."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from cardwright.book import partners
from cardwright.book.index_terms import uid_term
from cardwright.errors import StoreError
from cardwright.store.postgres.index import scope
from cardwright.store.postgres.numbers import campaign_numbers
from store.acme import RICH, Book, book_of

if TYPE_CHECKING:
    from cardwright.store.postgres import PostgresStore

FAULTS = [
    ("DELETE FROM image", "contact 1 points to an image that is missing"),
    ("UPDATE contact SET created = -1 WHERE number = 1", "contact 1 has no such time"),
    ("UPDATE contact SET number = 99 WHERE number = 1", "contact 99 has a number that was not given yet"),
    ("DELETE FROM partner_user", "contact 3 is that of a partner user who is missing"),
    ("UPDATE partner_user SET partner = 'x'", "belongs to a partner account that is missing"),
    ("UPDATE change SET campaign = 9", "rows of change belong to no campaign"),
    ("UPDATE card SET number = 9", "card 9 is of a contact that is missing"),
    ("UPDATE search SET number = 9 WHERE number = 1", "search 9 is of a contact that is missing"),
    ("UPDATE card SET original = 9", "contact 2 has a card whose original is missing"),
    ("UPDATE block SET contacts = contacts + 1", "block 0 counts 1 contacts too many"),
    ("UPDATE campaign SET contacts = 9", "it counts 9 contacts and has 3"),
    ("UPDATE campaign SET sequence = 1", "its sequence is 1, and change 4 was recorded"),
    ("UPDATE contact SET more = '{' WHERE number = 2", "contact 2 cannot be read"),
    ("UPDATE contact SET title = 'Other' WHERE number = 1", "contact 1 is not found by what it says"),
    ("DELETE FROM search WHERE number = 1", "contact 1 is not found by what it says"),
    ("UPDATE change SET before = '[]' WHERE before IS NOT NULL", "change 4 cannot be read"),
    (
        """UPDATE change SET before = '{"original": 7}' WHERE before IS NOT NULL""",
        "change 4 tells of a card whose original",
    ),
    ("UPDATE account SET created = -1", "it has no such time"),
    ("UPDATE token SET created = -1", "has no such time"),
    ("UPDATE campaign SET named = sequence", "the index of names misses contact 1"),
    (
        "INSERT INTO sort_name (account, campaign, number, name) SELECT account, campaign, 9, 'x' FROM campaign",
        "the index of names has contact 9, who is missing",
    ),
    ("DELETE FROM counter", "there is no counter"),
]


async def whole(store: PostgresStore) -> Book:
    """A book with an image, a card, a partner user, and a change with what was before."""
    book = await book_of(store)
    await book.create(image_file=b"GIF")
    await book.keep(RICH, card=b"a card")
    await partners.add_user(store.partners, book.sid, "10000", first="Wile", last="Coyote", email="wile@example.com")
    await book.patch("1", title="Manager")
    return book


async def test_what_is_whole_is_told_as_nothing(store: PostgresStore) -> None:
    await whole(store)
    assert await store.check() == []
    await store.check_tenants()


@pytest.mark.parametrize(("damage", "line"), FAULTS)
async def test_a_fault_is_told(store: PostgresStore, damage: str, line: str) -> None:
    book = await whole(store)
    await store.database.write(lambda c: c.execute(damage))
    told = await store.check()
    assert any(line in one for one in told), told
    assert all(one.startswith(f"account {book.sid}") for one in told)


async def test_contacts_whose_uid_is_in_the_index_of_before_are_whole(store: PostgresStore) -> None:
    """Those that were written with schema 18 have it there until they change; no other has, which check would tell."""
    book = await whole(store)
    numbers = await store.database.read(lambda c: campaign_numbers(c, book.place))
    add = "UPDATE search SET terms = terms || array_to_tsvector(ARRAY[$2]) WHERE account = $1 AND number = $3"
    values = numbers[0], uid_term(scope(*numbers), RICH.uid)
    assert await store.database.write(lambda c: c.execute(add, *values, 2)) == 1
    assert await store.check() == []
    assert await store.database.write(lambda c: c.execute(add, *values, 1)) == 1
    (told,) = await store.check()
    assert "contact 1 is not found by what it says" in told


async def test_a_backup_is_for_the_tools_of_the_database(store: PostgresStore) -> None:
    with pytest.raises(StoreError, match="pg_dump"):
        await store.backup(Path("copy"))
