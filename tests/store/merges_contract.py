"""What every store does when two contacts are merged, and when that is undone (CW-57, CW-58)."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

import pytest

from cardwright.book import accounts, partners, sessions
from cardwright.book.duplicates import Duplicates
from cardwright.book.history import History
from cardwright.book.keyring import TokenAccess
from cardwright.book.merge_people import Member, MergeChoice, MergePeople, suggested
from cardwright.cards import write_contact
from cardwright.contact.model import Contact, Email, Name, Phone
from cardwright.errors import ConflictError, ForbiddenError, InvalidError, NotFoundError
from store.acme import RICH, Book, book_of
from store.history_contract import CARD, LARGE, full, told, undo, without_times

if TYPE_CHECKING:
    from cardwright.book.ports import Store
    from cardwright.book.stored import StoredContact

Octets = Callable[["Store"], Awaitable[bytes]]
"""Gives all that a store has written, in small letters."""
ANN = Contact(
    Name("Ann", "Zyxomma"),
    emails=(Email("zyxomma@example.com"), Email("jose@example.com", "home")),
    phones=(Phone("+1 805 555 0199", "mobile"),),
    note="Zyxomma's own note",
    labels=("Zyxomma label",),
    uid="urn:uuid:of-ann",
)
HERS = write_contact(ANN).replace(b"END:VCARD", b"BDAY:19700101\r\nX-HERS:zyxomma line\r\nEND:VCARD")
HERS_LARGE = HERS.replace(b"END:VCARD", b"X-MUCH:" + b"zyxomma" * 4_000 + b"\r\nEND:VCARD")
CARDS = {"no cards": (b"", b""), "cards": (CARD, HERS), "large cards": (LARGE, HERS_LARGE),
         "a small and a large one": (CARD, HERS_LARGE), "one card": (b"", HERS)}  # fmt: skip


async def two(book: Book, first: bytes = CARD, second: bytes = HERS) -> tuple[int, int]:
    image = await book.contacts._images.accept("", b"GIF zyxomma")  # noqa: SLF001 - the stub's
    return await book.keep(RICH, card=first), await book.keep(ANN, card=second, image=image)


async def merge(book: Book, first: int, second: int, choice: MergeChoice | None = None) -> StoredContact:
    chosen = choice or suggested(await full(book, first), await full(book, second))
    return await MergePeople(book.store.merges).merge(book.place, first, second, chosen, "test")


async def unmerge(book: Book, first: int, sequence: int) -> StoredContact:
    return await MergePeople(book.store.merges).undo(book.place, first, sequence, "test")


class MergeContract:
    """CW-57: nothing that was ticked is lost, nor card lines that only one of the two has."""

    async def test_the_first_has_all_of_both_and_the_second_is_gone(self, store: Store) -> None:
        book = await book_of(store)
        first, second = await two(book)
        was, other = await full(book, first), await full(book, second)
        await merge(book, first, second)
        now = await full(book, first)
        assert now.contact.name == was.contact.name
        assert now.contact.emails == (*was.contact.emails, *other.contact.emails[:1])
        assert now.contact.phones == (*was.contact.phones, *other.contact.phones)
        assert now.contact.labels == (*was.contact.labels, *other.contact.labels)
        assert (now.contact.uid, now.contact.note, now.image) == (was.contact.uid, was.contact.note, other.image)
        for line in (b"X-OWN:1", b"X-HERS:zyxomma line", b"BDAY:19700101", b"zyxomma@example.com", b"PHOTO"):
            assert line in now.card
        assert b"Zyxomma's own note" not in now.card
        assert now.card.count(b"UID:") == 1
        assert await book.found() == [str(first)]
        assert await book.found(search="zyxomma") == [str(first)]
        assert await store.merges.into(book.place, second) == first
        assert await store.check() == []

    async def test_one_side_of_single_fields_and_what_is_ticked_of_lists(self, store: Store) -> None:
        book = await book_of(store)
        first, second = await two(book)
        left_out = frozenset({Member("emails", 1, 1), Member("phones", 2, 0), Member("labels", 2, 0)})
        await merge(book, first, second, MergeChoice(frozenset({"Note", "First name"}), left_out))
        now = await full(book, first)
        assert (now.contact.note, now.contact.name.first, now.contact.name.last) == (ANN.note, "Ann", "Núñez")
        assert [email.address for email in now.contact.emails] == ["jose@example.com", "zyxomma@example.com"]
        assert (now.contact.phones, now.contact.labels, now.image) == (RICH.phones, RICH.labels, "")
        assert b"second@example.com" not in now.card
        assert b"555" not in now.card

    async def test_a_line_that_may_stand_once_stays_the_firsts(self, store: Store) -> None:
        book = await book_of(store)
        mine = CARD.replace(b"END:VCARD", b"BDAY:19991231\r\nEND:VCARD")
        first, second = await two(book, mine, HERS.replace(b"ORG:", b"ORG:Other;"))
        await merge(book, first, second)
        card = (await full(book, first)).card
        assert (card.count(b"BDAY"), b"BDAY:19991231" in card, b"X-HERS" in card) == (1, True, True)
        assert b"ORG:Acme" in card

    async def test_what_breaks_a_rule_changes_nothing(self, store: Store) -> None:
        book = await book_of(store)
        first, second = await two(book)
        everything = frozenset({Member("partners", 1, 0), Member("partners", 2, 0)})
        with pytest.raises(InvalidError, match="must leave the contact one partner account"):
            await merge(book, first, second, MergeChoice(left_out=everything))
        with pytest.raises(ConflictError, match="is one contact, not two"):
            await merge(book, first, first, MergeChoice())
        was = [(await full(book, number)).revision for number in (first, second)]
        await book.patch(str(second), title="Genius")
        with pytest.raises(ConflictError, match="one of the two was changed by someone else"):
            await MergePeople(store.merges).merge(book.place, first, second, MergeChoice(), "test", (was[0], was[1]))
        for one, other in ((first, 99), (99, second), (first, 2**80)):
            with pytest.raises(NotFoundError):
                await MergePeople(store.merges).merge(book.place, one, other, MergeChoice(), "test")
        assert await book.found() == [str(first), str(second)]

    async def test_a_system_created_contact_is_not_merged(self, store: Store) -> None:
        book = await book_of(store)
        person = {"first": "Road", "last": "Runner", "email": "road@example.com"}
        await partners.add_user(store.partners, book.sid, "10000", **person)
        made = int(await book.create())
        for first, second in ((1, made), (made, 1)):
            with pytest.raises(ForbiddenError, match="follows a partner user"):
                await merge(book, first, second)
        assert await book.found() == ["M1", str(made)]


class UnmergeContract:
    """CW-58: both come back byte for byte, with their ids, as long as neither was changed since."""

    @pytest.mark.parametrize("cards", CARDS.values(), ids=CARDS)
    async def test_both_come_back_byte_for_byte_and_again(self, store: Store, cards: tuple[bytes, bytes]) -> None:
        book = await book_of(store)
        first, second = await two(book, *cards)
        before = [without_times(await full(book, number)) for number in (first, second)]
        for _ in range(2):
            merged = await merge(book, first, second)
            await unmerge(book, first, merged.revision)
            assert [without_times(await full(book, number)) for number in (first, second)] == before
            assert await store.merges.into(book.place, second) is None
            assert await book.found(search="zyxomma") == [str(second)]
        assert await store.check() == []

    async def test_not_when_the_first_was_changed_since(self, store: Store) -> None:
        book = await book_of(store)
        first, second = await two(book)
        merged = await merge(book, first, second)
        await book.patch(str(first), title="Other")
        for undoing in (unmerge(book, first, merged.revision), undo(book, first, merged.revision)):
            with pytest.raises(ConflictError, match=f"contact {first} was changed since"):
                await undoing
        assert await book.found() == [str(first)]

    async def test_not_when_the_second_was_brought_back_meanwhile(self, store: Store) -> None:
        book = await book_of(store)
        first, second = await two(book)
        merged = await merge(book, first, second)
        await book.contacts.restore(book.sid, "1000", str(second), by="test")
        assert await store.merges.into(book.place, second) is None
        with pytest.raises(ConflictError, match=f"contact {second} was changed since"):
            await unmerge(book, first, merged.revision)
        await book.contacts.delete(book.sid, "1000", str(second), by="test")
        assert await store.merges.into(book.place, second) is None
        with pytest.raises(ConflictError, match=f"contact {second} was changed since"):
            await unmerge(book, first, merged.revision)

    async def test_the_address_of_the_second_leads_through_later_merges(self, store: Store) -> None:
        book = await book_of(store)
        first, second = await two(book)
        third = await book.keep(RICH)
        await merge(book, first, second)
        last = await merge(book, third, first)
        assert [await store.merges.into(book.place, it) for it in (first, second, third)] == [third, third, None]
        await unmerge(book, third, last.revision)
        assert await store.merges.into(book.place, second) == first
        await book.contacts.delete(book.sid, "1000", str(first), by="test")
        assert await store.merges.into(book.place, second) is None

    async def test_the_history_tells_of_it_and_its_undo_brings_both_back(self, store: Store) -> None:
        book = await book_of(store)
        first, second = await two(book)
        before = [without_times(await full(book, number)) for number in (first, second)]
        merged = await merge(book, first, second)
        (event, *_) = await told(book, first)
        assert event.can_be_undone
        assert event.merge
        assert (event.merge.second, event.change.sequence) == (second, merged.revision)
        assert await undo(book, first, merged.revision)
        assert [without_times(await full(book, number)) for number in (first, second)] == before
        (undone, earlier, *_) = await told(book, first)
        assert (undone.can_be_undone, bool(undone.merge), earlier.merge) == (False, True, None)
        with pytest.raises(ConflictError, match="merge them anew"):
            await History(store).undo(book.place, first, undone.change.sequence, "test")
        with pytest.raises(NotFoundError):
            await unmerge(book, first, merged.revision)


class ErasureContract:
    """Erasing a merged contact erases both, and what a merge or its undo kept is gone then."""

    @pytest.mark.parametrize("cards", CARDS.values(), ids=CARDS)
    @pytest.mark.parametrize("which", [0, 1], ids=["the first", "the second"])
    async def test_of_two_that_were_merged_both_go(
        self, store: Store, cards: tuple[bytes, bytes], which: int, octets: Octets
    ) -> None:
        book = await book_of(store)
        people = await two(book, *cards)
        await merge(book, *people)
        await book.patch(str(people[0]), title="Zyxomma's title")
        assert b"zyxomma" in await octets(store)
        await book.contacts.erase(book.sid, "1000", str(people[which]), by="test")
        assert b"zyxomma" not in await octets(store)
        assert await store.merges.of(book.place, people[0]) == []
        for number in people:
            with pytest.raises(NotFoundError):
                await told(book, number)
        assert await store.check() == []

    @pytest.mark.parametrize("cards", CARDS.values(), ids=CARDS)
    async def test_after_an_undo_the_second_goes_alone_and_all_of_it(
        self, store: Store, cards: tuple[bytes, bytes], octets: Octets
    ) -> None:
        book = await book_of(store)
        first, second = await two(book, *cards)
        await book.patch(str(first), title="Mine")
        before = without_times(await full(book, first))
        merged = await merge(book, first, second)
        await unmerge(book, first, merged.revision)
        await book.patch(str(first), first="Pepe")
        await book.contacts.erase(book.sid, "1000", str(second), by="test")
        assert b"zyxomma" not in await octets(store)
        assert await book.found() == [str(first)]
        latest, undone, merge_, titled, created = await told(book, first)
        assert (undone.fields, undone.can_be_undone, merge_.can_be_undone) == ((), False, False)
        assert [one.change.kind for one in (titled, created)] == ["updated", "created"]
        with pytest.raises(ConflictError, match="is erased"):
            await undo(book, first, undone.change.sequence)
        assert await undo(book, first, latest.change.sequence)
        assert without_times(await full(book, first)) == before
        assert await store.check() == []

    async def test_what_was_found_and_said_of_them_goes_too(self, store: Store, octets: Octets) -> None:
        """Pairs, what was parted, and what a page said of what was done."""
        book = await book_of(store)
        people = await two(book)
        token = await accounts.add_token(store.accounts, book.sid)
        session = await sessions.begin(store.sessions, TokenAccess(book.sid, read_only=False, token_id=token.token_id))
        await store.sessions.keep(book.sid, accounts.digest(session.secret), "Zyxomma was saved")
        await store.duplicates.part(book.place, *people)
        await Duplicates(store).page(book.place)
        await book.contacts.erase(book.sid, "1000", str(people[1]), by="test")
        assert b"zyxomma" not in await octets(store)
        assert await sessions.of_cookie(store.sessions, session.cookie) == session
        assert await store.check() == []

    async def test_a_removed_campaign_and_account_take_merges_along(self, store: Store, octets: Octets) -> None:
        book, other = await book_of(store), await book_of(store, "Other")
        for one in (book, other):
            await merge(one, *await two(one))
        await store.partners.remove_campaign(book.sid, "1000")
        await store.accounts.remove(other.sid)
        assert b"zyxomma" not in await octets(store)
        assert await store.check() == []
