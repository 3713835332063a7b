"""What every store does with what happened: the feed of changes, and edits that the store keeps as they are given."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from cardwright.book import partners
from cardwright.book.ports import Place
from cardwright.cards import write_contact
from cardwright.errors import NotFoundError
from store.acme import RICH, Book, book_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from cardwright.book.change_ports import Change
    from cardwright.book.ports import Store
    from cardwright.book.stored import StoredContact


async def feed(book: Book, sequence: int = 0, limit: int = 100, **how: bool) -> Sequence[Change]:
    return await book.store.changes.after(book.place, sequence, limit, **how)


class ChangesContract:
    """DESIGN, "The contact": the audit trail, the feed and the undo are one table."""

    async def test_everything_that_happens_is_told_in_its_order(self, store: Store) -> None:
        book = await book_of(store)
        first, second = await book.create(), await book.create(first="Road")
        changed = await book.patch(first, title="Genius")
        await book.contacts.delete(book.sid, "1000", second, by="somebody")
        await book.contacts.restore(book.sid, "1000", second, by="test")
        await book.contacts.erase(book.sid, "1000", second, by="test")
        changes = await feed(book)
        assert [(one.number, one.kind, one.by) for one in changes] == [
            (1, "created", "test"),
            (2, "created", "test"),
            (1, "updated", "test"),
            (2, "deleted", "somebody"),
            (2, "restored", "test"),
            (2, "erased", "test"),
        ]
        numbers = [one.sequence for one in changes]
        assert numbers == sorted(set(numbers))
        assert (changes[2].sequence, changes[2].at) == (changed.revision, changed.updated)
        assert all(one.before is None for one in changes)

    async def test_it_is_read_in_pages_to_its_end(self, store: Store) -> None:
        book = await book_of(store)
        for _ in range(5):
            await book.create()
        told, after = [], 0
        while page := await feed(book, after, 2):
            assert len(page) <= 2
            told += [one.number for one in page]
            after = page[-1].sequence
        assert told == [1, 2, 3, 4, 5]
        assert await feed(book, after + 1_000_000) == []
        await book.create()
        assert [one.number for one in await feed(book, after)] == [6]

    async def test_it_gives_what_was_there_before_where_that_is_asked_for(self, store: Store) -> None:
        book = await book_of(store)
        card = write_contact(RICH)
        made = str(await book.keep(RICH, card=card))
        before = await book.contacts.full(book.sid, "1000", made)
        await book.patch(made, title="Other")
        between = await book.contacts.full(book.sid, "1000", made)
        await book.contacts.delete(book.sid, "1000", made, by="test")
        assert [one.before for one in await feed(book, full=True)] == [None, before, between]
        assert before.card == card
        await book.contacts.erase(book.sid, "1000", made, by="test")
        assert [one.before for one in await feed(book, full=True)] == [None] * 3

    async def test_a_campaign_has_its_own(self, store: Store) -> None:
        """Contacts of partner users come and change in every campaign (PC-11)."""
        book, other = await book_of(store), await book_of(store, "Other")
        await book.create()
        await partners.add_campaign(store.partners, book.sid, "2000", "Second")
        person = {"first": "Road", "last": "Runner", "email": "road@example.com"}
        user = await partners.add_user(store.partners, book.sid, "10000", **person)
        await partners.update_user(store.partners, book.sid, "10000", user.id, title="Fast")
        second = await store.changes.after(Place(book.sid, "2000"), 0, 100)
        assert [(one.kind, one.by) for one in second] == [("created", "partner user"), ("updated", "partner user")]
        assert [one.kind for one in await feed(book)] == ["created", "created", "updated"]
        assert await feed(other) == []
        for place in (Place(book.sid, "3000"), Place("IRnobody", "1000")):
            with pytest.raises(NotFoundError):
                await store.changes.after(place, 0, 100)


class EditContract:
    """The store keeps what it is given: contact and card; what those are, the book has decided."""

    async def test_a_card_is_replaced_byte_for_byte(self, store: Store) -> None:
        book = await book_of(store)
        number = await book.keep(RICH, card=write_contact(RICH))
        for card in (b"BEGIN:VCARD\r\nREV:19700101T000000Z\r\nX-Odd :\tyes\nEND:VCARD", b"no card at all", b""):
            contact = RICH._replace(title=f"{len(card)} octets")
            await store.contacts.update(
                book.place, number, lambda it, _, new=(contact, card): it._replace(contact=new[0], card=new[1]), "test"
            )
            kept = await store.contacts.get(book.place, number, full=True)
            assert (kept.contact.title, kept.card) == (contact.title, card)
        assert await store.check() == []

    async def test_a_contact_without_a_card_is_given_one(self, store: Store) -> None:
        book = await book_of(store)
        number = await book.keep(RICH)
        await store.contacts.update(book.place, number, lambda it, _: it._replace(card=b"as it came"), "test")
        assert (await store.contacts.get(book.place, number, full=True)).card == b"as it came"

    async def test_an_edit_is_given_all_of_the_contact_and_the_moment_of_the_change(self, store: Store) -> None:
        book = await book_of(store)
        image = await book.contacts._images.accept("", b"GIF 1")  # noqa: SLF001 - the stub's
        number = await book.keep(RICH, card=write_contact(RICH), image=image)
        seen: list[tuple[StoredContact, datetime]] = []

        def edit(current: StoredContact, at: datetime) -> StoredContact:
            seen.append((current, at))
            return current._replace(contact=current.contact._replace(title="Other"))

        before = await store.contacts.get(book.place, number, full=True)
        after = await store.contacts.update(book.place, number, edit, "test")
        assert seen[-1] == (before, after.updated)
        assert before.contact.photo
        assert after.revision > before.revision

    async def test_what_an_edit_returns_unchanged_is_no_change(self, store: Store) -> None:
        book = await book_of(store)
        number = await book.keep(RICH, card=write_contact(RICH))
        before = await store.contacts.get(book.place, number)
        assert await store.contacts.update(book.place, number, lambda it, _: it, "test") == before
        assert [one.kind for one in await feed(book)] == ["created"]
