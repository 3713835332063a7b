"""What every store tells of one contact's history, and what the undo of each change gives back (CW-31, CW-32)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from cardwright.book import partners
from cardwright.book.history import History
from cardwright.book.requests import Patch
from cardwright.cards import write_contact
from cardwright.errors import ChangedSinceError, ConflictError, ForbiddenError, NotFoundError
from store.acme import RICH, Book, book_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cardwright.book.history import Event
    from cardwright.book.ports import Store
    from cardwright.book.stored import StoredContact

OWN = b"X-OWN:1\r\nEND:VCARD"
CARD = write_contact(RICH).replace(b"END:VCARD", OWN)
LARGE = write_contact(RICH).replace(b"END:VCARD", b"X-OWN:" + b"x" * 20_000 + b"\r\nEND:VCARD")


async def told(book: Book, number: int, **how: int) -> Sequence[Event]:
    return await History(book.store).of(book.place, number, how.pop("limit", 100), **how)


async def undo(book: Book, number: int, sequence: int, by: str = "test") -> StoredContact | None:
    return await History(book.store).undo(book.place, number, sequence, by)


async def full(book: Book, number: int) -> StoredContact:
    return await book.store.contacts.get(book.place, number, full=True)


def without_times(stored: StoredContact) -> tuple[object, ...]:
    """What a contact is, but for what the store counts up."""
    contact = stored.contact._replace(revision="")
    return contact, stored.partners, stored.image, stored.own_title, stored.card, stored.created


class HistoryContract:
    """CW-31: newest first, each with what changed from what to what, when and by whom."""

    async def test_it_says_what_changed_from_what_to_what_and_who_did_it(self, store: Store) -> None:
        book = await book_of(store)
        number = int(await book.create())
        await book.patch(str(number), title="Genius", labels_add=("New",))
        await book.contacts.update(book.sid, "1000", str(number), Patch(last="Runner"), by="somebody")
        latest, earlier, first = await told(book, number)
        assert [(one.name, one.before, one.after) for one in latest.fields] == [("Last name", ("Coyote",), ("Runner",))]
        assert [(one.name, one.before, one.after) for one in earlier.fields] == [
            ("Title", ("Acme Partner Manager",), ("Genius",)),
            ("Labels", ("Main Contact", "Acme Partner"), ("Main Contact", "Acme Partner", "New")),
        ]
        assert [(one.change.kind, one.change.by) for one in (latest, earlier, first)] == [
            ("updated", "somebody"), ("updated", "test"), ("created", "test"),
        ]  # fmt: skip
        assert latest.change.at == (await full(book, number)).updated
        assert all(one.can_be_undone for one in (latest, earlier, first))

    async def test_each_contact_has_its_own_through_deletion_and_return(self, store: Store) -> None:
        book = await book_of(store)
        one, other = await book.create(), await book.create()
        for title in ("A", "B"):
            await book.patch(one, title=title)
            await book.patch(other, title=title * 2)
        await book.contacts.delete(book.sid, "1000", one, by="test")
        kinds = ["deleted", "updated", "updated", "created"]
        assert [event.change.kind for event in await told(book, int(one))] == kinds
        await book.contacts.restore(book.sid, "1000", one, by="test")
        assert [event.change.kind for event in await told(book, int(one))] == ["restored", *kinds]
        assert [event.change.kind for event in await told(book, int(other))] == ["updated", "updated", "created"]
        assert {event.change.number for event in await told(book, int(one))} == {int(one)}

    async def test_it_is_read_in_pages(self, store: Store) -> None:
        book = await book_of(store)
        number = int(await book.create())
        for title in "ABCD":
            await book.patch(str(number), title=title)
        whole = [(event.change.sequence, event.fields) for event in await told(book, number)]
        page = await told(book, number, limit=2)
        rest = await told(book, number, until=page[-1].change.sequence)
        assert [(event.change.sequence, event.fields) for event in [*page, *rest[1:]]] == whole
        for until in (0, whole[0][0] + 1, 2**80, 10**30):
            assert await told(book, number, until=until) == []

    async def test_what_is_erased_or_never_was_has_none(self, store: Store) -> None:
        book, other = await book_of(store), await book_of(store, "Other")
        made = await book.create()
        await book.contacts.delete(book.sid, "1000", made, by="test")
        await book.contacts.erase(book.sid, "1000", made, by="test")
        mine = await book.create()
        for where, number in ((book, int(made)), (book, 999), (other, int(mine)), (book, 2**80)):
            with pytest.raises(NotFoundError):
                await told(where, number)
            with pytest.raises(NotFoundError):
                await undo(where, number, 1)


class UndoContract:
    """CW-31, CW-32: those fields as they were before; where nothing else changed, the card byte for byte."""

    @pytest.mark.parametrize("card", [b"", CARD, LARGE], ids=["no card", "a card", "a large card"])
    async def test_where_nothing_else_changed_all_is_as_it_was(self, store: Store, card: bytes) -> None:
        book = await book_of(store)
        number = await book.keep(RICH, card=card)
        before = await full(book, number)
        changed = await book.patch(str(number), title="Other", email="new@example.com", image_file=b"GIF 1")
        between = await full(book, number)
        undone = await undo(book, number, changed.revision, "somebody")
        assert undone is not None
        assert without_times(await full(book, number)) == without_times(before)
        assert undone.revision > changed.revision
        assert (await told(book, number, limit=1))[0].change.by == "somebody"
        again = await undo(book, number, undone.revision)
        assert again is not None
        assert without_times(await full(book, number)) == without_times(between)
        assert await book.found(search="new@example.com") == [str(number)]
        assert await store.check() == []

    async def test_other_fields_stay_as_they_are_now(self, store: Store) -> None:
        book = await book_of(store)
        number = await book.keep(RICH, card=CARD)
        changed = await book.patch(str(number), title="Other")
        await book.patch(str(number), first="Pepe", image_file=b"GIF 1")
        undone = await undo(book, number, changed.revision)
        assert undone is not None
        now = await full(book, number)
        assert (now.contact.title, now.contact.name.first) == ("Head", "Pepe")
        assert b"TITLE:Head" in now.card
        assert b"Pepe" in now.card
        assert b"X-OWN:1\r\n" in now.card
        assert now.image

    async def test_a_field_that_was_changed_since_is_left_alone_and_told(self, store: Store) -> None:
        book = await book_of(store)
        number = int(await book.create())
        changed = await book.patch(str(number), title="One", last="Runner")
        await book.patch(str(number), title="Two")
        before = await full(book, number)
        with pytest.raises(ChangedSinceError, match=r"^Title was changed since$"):
            await undo(book, number, changed.revision)
        assert await full(book, number) == before
        await book.patch(str(number), title="One")
        assert await undo(book, number, changed.revision)
        assert (await full(book, number)).contact.name.last == "Coyote"

    async def test_a_photo_comes_back(self, store: Store) -> None:
        book = await book_of(store)
        number = int(await book.create(image_file=b"GIF 1"))
        changed = await book.patch(str(number), image_file=b"GIF 2")
        await book.patch(str(number), title="Other")
        assert await undo(book, number, changed.revision)
        assert (await book.contacts.image(book.sid, "1000", str(number))).data == b"GIF 1"
        assert (await full(book, number)).contact.title == "Other"

    async def test_lines_of_the_card_come_back_into_the_card_of_today(self, store: Store) -> None:
        book = await book_of(store)
        number = await book.keep(RICH, card=CARD)
        changed = await store.contacts.update(
            book.place, number, lambda it, _: it._replace(card=CARD.replace(b"X-OWN:1", b"X-OWN:2")), "test"
        )
        await book.patch(str(number), title="Other")
        assert await undo(book, number, changed.revision)
        now = await full(book, number)
        assert b"X-OWN:1" in now.card
        assert b"TITLE:Other" in now.card

    async def test_a_card_that_is_written_otherwise_comes_back_unless_it_was_changed_since(self, store: Store) -> None:
        """It says the same, so no field can be put back: only the octets can, and not into a card of today."""
        book = await book_of(store)
        number = await book.keep(RICH, card=CARD)
        folded = CARD.replace(b"X-OWN:1", b"X-OWN:\r\n 1")
        changed = await store.contacts.update(book.place, number, lambda it, _: it._replace(card=folded), "test")
        title = await book.patch(str(number), title="Other")
        before = await full(book, number)
        with pytest.raises(ChangedSinceError, match="was changed since"):
            await undo(book, number, changed.revision)
        assert await full(book, number) == before
        assert await undo(book, number, title.revision)
        assert await undo(book, number, changed.revision)
        assert (await full(book, number)).card == CARD

    async def test_the_undo_of_a_create_deletes_and_its_undo_restores(self, store: Store) -> None:
        book = await book_of(store)
        number = await book.keep(RICH, card=CARD)
        before = await full(book, number)
        assert await undo(book, number, before.revision) is None
        assert await book.found() == []
        (deleted,) = await told(book, number, limit=1)
        assert await undo(book, number, deleted.change.sequence)
        assert without_times(await full(book, number)) == without_times(before)
        restored = await full(book, number)
        assert await undo(book, number, restored.revision) is None
        with pytest.raises(ConflictError, match="is not deleted"):
            await undo_twice(book, number)

    async def test_a_contact_that_was_changed_since_it_was_made_is_not_deleted(self, store: Store) -> None:
        book = await book_of(store)
        made = await book.create()
        sequence = (await book.get(made)).revision
        await book.patch(made, title="Other")
        with pytest.raises(ChangedSinceError, match="Title was changed since"):
            await undo(book, int(made), sequence)
        assert await book.found() == [made]

    async def test_a_partner_account_that_is_gone_is_told(self, store: Store) -> None:
        book = await book_of(store)
        made = await book.create(partners=("10000", "10001"))
        await partners.remove_partner(store.partners, book.sid, "10001", by="test")
        gone = (await book.get(made)).revision
        with pytest.raises(ConflictError, match="partner accounts that are gone: 10001"):
            await undo(book, int(made), gone)
        assert await store.check() == []

    async def test_of_a_system_created_contact_title_and_labels_come_back(self, store: Store) -> None:
        book = await book_of(store)
        person = {"first": "Road", "last": "Runner", "email": "road@example.com", "title": "Fast"}
        user = await partners.add_user(store.partners, book.sid, "10000", **person)
        made = await book.contacts.update(book.sid, "1000", "M1", Patch(title="Own", labels_add=("A",)), by="test")
        await partners.update_user(store.partners, book.sid, "10000", user.id, title="Faster")
        assert await undo(book, 1, made.revision)
        now = await full(book, 1)
        assert (now.contact.title, now.contact.labels, now.own_title) == ("Faster", (), False)
        await partners.update_user(store.partners, book.sid, "10000", user.id, first="Rod")
        followed = (await full(book, 1)).revision
        with pytest.raises(ForbiddenError):
            await undo(book, 1, followed)
        created = (await told(book, 1))[-1]
        assert not created.can_be_undone
        with pytest.raises(ForbiddenError):
            await undo(book, 1, created.change.sequence)

    async def test_a_change_that_is_none_of_the_contacts_is_not_found(self, store: Store) -> None:
        book = await book_of(store)
        one, other = await book.create(), await book.create()
        theirs = (await book.get(other)).revision
        for sequence in (theirs, 0, 10**30):
            with pytest.raises(NotFoundError):
                await undo(book, int(one), sequence)


async def undo_twice(book: Book, number: int) -> None:
    (deleted,) = await told(book, number, limit=1)
    for _ in range(2):
        await undo(book, number, deleted.change.sequence)
