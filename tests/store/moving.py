"""A store with rows in every table, of several accounts, to be moved."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

import apsw

from cardwright.book import accounts, partners
from cardwright.book.card_ports import Book as AddressBook
from cardwright.book.card_ports import BookProperty
from cardwright.book.duplicates import Duplicates
from cardwright.book.groups import Group
from cardwright.book.images import image_of
from cardwright.book.kept_uploads import KeptUpload
from cardwright.book.merge_people import MergeChoice, MergePeople
from cardwright.cards import write_contact
from cardwright.contact.model import Contact, Name
from cardwright.store.sqlite.database import FILE
from store.acme import RICH, WILE, Book, book_of

if TYPE_CHECKING:
    from pathlib import Path

    from cardwright.book.ports import Store

AWKWARD = ["O'Brien", "Straße", "a,b;c\\d", "José\u0301 ﬁ ½", "𐍈 👩‍👩‍👧", 'tab\tquote"', "x" * 3_000, "العربية"]
LARGE = write_contact(RICH).replace(b"END:VCARD", b"X-OWN:" + b"x" * 20_000 + b"\r\nEND:VCARD")
USER = {"first": "Road", "last": "Runner", "email": "road@example.com", "title": "Fast"}


async def fill(store: Store) -> list[Book]:
    """Fill a store; the books of its accounts."""
    books = [await book_of(store, name) for name in ("Acme", "Bolt", "Cog")]
    for book in books[:2]:  # the campaigns of two accounts take turns, so that their numbers do
        await partners.add_campaign(store.partners, book.sid, "20", "Zwei")
    for book in reversed(books[:2]):
        await partners.add_campaign(store.partners, book.sid, "3", "Three")
        await _fill(book)
    return books


async def _fill(book: Book) -> None:
    store = book.store
    await partners.add_user(store.partners, book.sid, "10000", **USER)
    gone = await partners.add_user(store.partners, book.sid, "10001", **USER | {"first": "Wile"})
    first = await book.create(image_file=b"GIF 1")
    await book.contacts.create(book.sid, "1000", WILE._replace(first="Key"), by="test", key="k")
    large = await book.keep(RICH, card=LARGE)
    await book.patch(str(large), title="Chief")
    await book.patch(str(large), title="Head")
    await book.patch((await book.found(search="Road"))[0], title="Own title")
    await book.patch(first, image_file=b"GIF 2")
    for text in AWKWARD:
        await book.keep(Contact(Name(text), organization=text, note=text), card=f"card of {text}".encode())
    second = await book.create(first="Twice")
    third = await book.create(first="Twice")
    await MergePeople(store.merges).merge(book.place, int(second), int(third), MergeChoice(), "test")
    (token,) = await store.accounts.tokens(book.sid)
    await accounts.add_token(store.accounts, book.sid, dav=True, name="Phone")
    await store.sessions.begin(book.sid, b"\x00\xff" * 16, token.token_id, 3_600)
    await store.shares.keep(book.place, int(first), b"\xff\x00" + book.sid.encode(), None)
    photo = KeptUpload("a.gif", await image_of("image/gif", b"GIF", b"small"))
    for number in (0, int(first)):
        await store.uploads.keep(book.place, number, b"\x00\xff" * 16, f"photo {number}", photo)
    job = await store.jobs.add(book.place, "people.csv", "test")
    await store.jobs.put(book.place, job, 0, b"First name\r\nWile")
    await store.jobs.remember(book.sid, "digest", [None])
    duplicates = Duplicates(store)
    while await duplicates.look(book.place):
        pass
    await store.duplicates.part(book.place, 1, 2)
    await partners.remove_user(store.partners, book.sid, "10001", gone.id)
    removed = await book.create(first="Removed")
    await book.contacts.delete(book.sid, "1000", removed, by="test")
    await store.groups.keep(
        book.place, [Group("runners", b"BEGIN:VCARD\r\nKIND:group\r\nEND:VCARD\r\n")], lambda it, _: it
    )
    shelf = AddressBook(*book.place)
    for kept in (shelf, AddressBook(book.sid, "")):
        await store.cards.following(kept)
        value = BookProperty("urn:x", "colour", "en", "<b>blue</b>")
        await store.cards.set_properties(kept, lambda was, value=value: was._replace(properties=[value]))
    name = (await store.cards.following(shelf)).cards[-1].name
    await store.cards.move(shelf, name, shelf, "moved.vcf", lambda *_: None, "test")
    await store.partners.remove_campaign(book.sid, "20")


def bytes_of(data: Path) -> dict[str, bytes]:
    """What lies in the folder of a store, but for what SQLite and the lock write in passing."""
    return {file.name: file.read_bytes() for file in data.iterdir() if file.name.endswith((".sqlite3", ".generation"))}


def run_sql(data: Path, sql: str) -> None:
    """Run a statement past every rule, and past the lock."""
    with contextlib.closing(apsw.Connection(str(data / FILE))) as connection:
        connection.execute(sql).fetchall()
