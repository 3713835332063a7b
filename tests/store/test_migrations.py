"""What migrations make of data that is there."""

from __future__ import annotations

from typing import TYPE_CHECKING

import apsw

from cardwright.book import partners
from cardwright.book.contacts import Contacts
from cardwright.contact.model import Contact, Name
from cardwright.store import open_store
from cardwright.store.sqlite.database import FILE
from cardwright.store.sqlite.generation import BESIDE
from store.acme import RICH, Book, Images, book_of
from store.importing import cards, outcomes

if TYPE_CHECKING:
    from pathlib import Path

BEFORE_TERMS = """
    INSERT INTO search (search) VALUES ('delete-all');
    CREATE INDEX contact_uid ON contact (uid);
    DROP TABLE original;
    ALTER TABLE card DROP COLUMN original;
    DROP TABLE generation;
    DROP TABLE clock;
    PRAGMA user_version = 3"""


async def test_the_index_is_written_anew_as_it_would_be_today(tmp_path: Path) -> None:
    """0004_terms.sql."""
    async with open_store(tmp_path) as store:
        book = await book_of(store)
        await book.create()
        await book.keep(RICH)
        await book.keep(Contact(Name("Søren", "Łęcki"), title="Straßenbau"))
        await outcomes(book, cards(Contact(Name("Wile"), uid="w"), Contact(Name("Road"), uid="r")))
        await partners.add_user(
            store.partners, book.sid, "10000", first="Road", last="Runner", email="road@example.com"
        )
    assert (written := _index(tmp_path))
    with apsw.Connection(str(tmp_path / FILE)) as connection:
        connection.execute(BEFORE_TERMS).fetchall()
    (tmp_path / BESIDE).unlink()  # which that schema did not have
    assert _index(tmp_path) == []
    async with open_store(tmp_path) as store:
        book = Book(store, Contacts(store.contacts, Images()), book.sid)
        assert await book.found(search="soren lecki strasse") == ["3"]
        same = await outcomes(book, cards(Contact(Name("Other"), uid="r"), Contact(Name("Other"), uid="R")))
        assert [result.reason for result in same] == ["contact 5 has the same UID", ""]
        await store.contacts.delete(book.place, 7, lambda _: None, "test")
        assert await store.check() == []
    assert _index(tmp_path) == written


def _index(folder: Path) -> list[tuple[object, ...]]:
    with apsw.Connection(str(folder / FILE)) as connection:
        return connection.execute("SELECT term, doc FROM term ORDER BY 1, 2").fetchall()
