"""What a store of an older schema still has once it is brought up to date: all that `schemas/make.py` put there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cardwright.book.contacts import Contacts
from cardwright.contact.model import Contact, Email, Name
from store.acme import RICH, Book, Images
from store.importing import cards, outcomes
from store.schemas.make import GROUP, SID

if TYPE_CHECKING:
    from cardwright.book.ports import Store


def book_in(store: Store) -> Book:
    """Return the use cases of the account that is there."""
    return Book(store, Contacts(store.contacts, Images()), SID)


async def check_kept(store: Store, *, card: bool = True, group: bool = True) -> None:
    """Fail unless contacts, images, changes, the `card` and the `group` are there, and who was deleted comes back."""
    book = book_in(store)
    contacts = (await book.page()).contacts
    assert [(one.id, one.contact.name.first, one.contact.title) for one in contacts] == [
        ("M1", "Road", "Own title"),
        ("2", "Wile", "Genius"),
        ("3", "Søren", "Acme Partner Manager"),
        ("4", "José", "Chief"),
    ]
    assert contacts[3].contact == RICH._replace(title="Chief", revision=contacts[3].contact.revision)
    assert [partner.id for partner in contacts[3].partners] == ["10000", "10001"]
    assert (await book.contacts.image(book.sid, "1000", "2")).data == b"GIF 2"
    kept = (await book.contacts.full(book.sid, "1000", "4")).card
    if card:
        assert b"TITLE:Chief" in kept
        assert kept.replace(b"\r\n ", b"").count(b"x" * 20_000) == 1
    else:
        assert kept == b""
    changes = await store.changes.after(book.place, 0, 100, full=True)
    assert [one.kind for one in changes].count("created") == 6
    assert [one.before.contact.title for one in changes if one.before and one.number in {2, 4}] == [
        "Acme Partner Manager",
        "Head",
    ]
    assert await store.groups.following(book.place) == ([(1, GROUP)] if group else [])
    back = await book.contacts.restore(book.sid, "1000", "5", by="test")
    assert back.contact.name.first == "Gone"


async def check_found(store: Store) -> None:
    """Fail unless the contacts are found by what they say, and a row of an import by its UID."""
    book = book_in(store)
    assert await book.found(search="soren lecki") == ["3"]
    other = Contact(Name("José", "Núñez"), emails=(Email("other@example.com"),), uid=RICH.uid)
    (same,) = await outcomes(book, cards(other))
    assert (same.outcome, same.contact) == ("skipped", "4")
