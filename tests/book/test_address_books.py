"""Address books without a surface: which books there are, what a put keeps, what leaves (DV-3, DV-10 to DV-19)."""

from __future__ import annotations

import asyncio
import base64
import threading
import time
import uuid
from typing import TYPE_CHECKING, NamedTuple

import pytest

from cardwright import limits
from cardwright.book import accounts, address_books, partners, system
from cardwright.book.address_books import AddressBooks, User
from cardwright.book.card_octets import tag_of, tags_of, uid_in_all
from cardwright.book.card_ports import Book, BookProperties
from cardwright.book.ports import Draft, Place
from cardwright.book.sent_cards import (
    CardVersionError,
    InvalidCardError,
    can_be_sent,
    photo_of,
    read_sent,
    with_uid,
)
from cardwright.cards import write_contact
from cardwright.contact.model import Contact, Email, Name
from cardwright.errors import ConflictError, ForbiddenError, InvalidError, NotFoundError, UidTakenError
from cardwright.store import open_store
from dav_client import card, uid_of
from store.acme import Images

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from cardwright.book.card_ports import BookCard
    from cardwright.book.card_putting import PutResult
    from cardwright.book.images import Image
    from cardwright.book.ports import Store
    from cardwright.book.sent_cards import SentCard
    from cardwright.book.stored import StoredContact

NO_UID = b"BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Ann Poe\r\nEND:VCARD\r\n"
GIF, OTHER_GIF = b"GIF one", b"GIF two"


class Phone(NamedTuple):
    """Somebody who has signed in."""

    store: Store
    books: AddressBooks
    user: User
    book: str = "1000"

    async def put(self, name: str, octets: bytes) -> PutResult:
        return await self.books.put(self.user, self.book, name, octets, lambda _: None)

    async def get(self, name: str, version: str = "") -> bytes:
        return (await self.books.read(self.user, self.book, name, version)).octets

    async def contact(self, name: str) -> StoredContact:
        """Return the contact behind a card."""
        found = await self.books.find(self.user, self.book, name)
        return await self.store.contacts.get(found.place, found.number, full=True)

    def seen_as(self, campaign: str) -> Phone:
        """Return who signs in with `SID+campaign`."""
        return self._replace(user=self.user._replace(campaign=campaign), book=campaign)


@pytest.fixture
async def phone(tmp_path: Path) -> AsyncIterator[Phone]:
    """An account with the campaigns 1000 and 2000, and a partner user."""
    async with open_store(str(tmp_path)) as store:
        sid = (await accounts.add_account(store.accounts, "Acme")).sid
        for campaign in ("1000", "2000"):
            await partners.add_campaign(store.partners, sid, campaign, f"Campaign {campaign}")
        await partners.add_partner(store.partners, sid, "10000", "Partner")
        yield Phone(store, AddressBooks(store, Images()), User(sid, "", read_only=False, by="token test"))


def with_photo(octets: bytes, photo: bytes) -> bytes:
    line = b"PHOTO;ENCODING=b;TYPE=GIF:" + base64.b64encode(photo) + b"\r\n"
    return octets.replace(b"END:VCARD", line + b"END:VCARD")


async def test_whose_books_there_are(phone: Phone) -> None:
    """DV-3: a book for each campaign, one of them, or that of all; no other is there."""
    expected = {"": ["1000", "2000"], "2000": ["2000"], "all": ["all"]}
    for campaign, names in expected.items():
        user = phone.user._replace(campaign=campaign)
        assert [it.name for it in await phone.books.books(user)] == names
        for name in ("1000", "2000", "all", "none"):
            if name in names:
                info = await phone.books.book(user, name)
                assert info.book == Book(user.sid, "" if name == "all" else name)
            else:
                with pytest.raises(NotFoundError):
                    await phone.books.book(user, name)
        await phone.books.check(user)
    with pytest.raises(NotFoundError):
        await phone.books.check(phone.user._replace(campaign="none"))


async def test_a_campaign_that_is_called_all_is_no_book(phone: Phone) -> None:
    """DV-3: an older store may have one."""
    older = partners.Campaign("all", "Of an older store")
    await phone.store.partners.add_campaign(phone.user.sid, older, system.draft, "test")
    assert [it.name for it in await phone.books.books(phone.user)] == ["1000", "2000"]
    await phone.put("a.vcf", sent := card())
    assert await phone.seen_as("all").get("a.vcf") == sent


async def test_who_makes_books(phone: Phone, monkeypatch: pytest.MonkeyPatch) -> None:
    """DV-19: not who sees one alone, none that is called all, none twice, and no more than so many."""
    from cardwright import limits  # noqa: PLC0415 - the table that is patched

    await phone.books.make_book(phone.user, "made", BookProperties("My friends", ()))
    assert (await phone.books.book(phone.user, "made")).display_name == "My friends"
    unnamed = BookProperties("", ())
    for name, error in (("made", ConflictError), ("all", InvalidError), ("no id", InvalidError)):
        with pytest.raises(error):
            await phone.books.make_book(phone.user, name, unnamed)
    with pytest.raises(ForbiddenError):
        await phone.books.make_book(phone.user._replace(campaign="1000"), "other", unnamed)
    monkeypatch.setattr(limits, "BOOKS", limits.BOOKS._replace(value=3))
    with pytest.raises(ForbiddenError):
        await phone.books.make_book(phone.user, "fourth", unnamed)


async def test_what_is_put_leaves_byte_for_byte(phone: Phone) -> None:
    """DV-10; the same bytes once more change nothing."""
    first = await phone.put("a.vcf", sent := card("Ann Poe", "", "X-ODD;:a\\,b", "no property"))
    assert (first.is_new, first.is_as_sent, await phone.get("a.vcf")) == (True, True, sent)
    again = await phone.put("a.vcf", sent)
    assert (again.is_new, again.card.revision) == (False, first.card.revision)
    second = await phone.put("a.vcf", sent.replace(b"Ann", b"Eve"))
    assert second.card.revision > first.card.revision
    assert (await phone.contact("a.vcf")).contact.name.first == "Eve"
    with pytest.raises(NotFoundError):
        await phone.get("b.vcf")
    with pytest.raises(NotFoundError):
        await phone.books.find(phone.user, "1000", "b.vcf")


async def test_a_card_without_uid_gets_one_and_then_keeps_it(phone: Phone) -> None:
    """DV-12."""
    assert not (await phone.put("a.vcf", NO_UID)).is_as_sent
    uid = uid_of(await phone.get("a.vcf"))
    assert not (await phone.put("a.vcf", NO_UID.replace(b"Ann", b"Eve"))).is_as_sent
    assert uid_of(await phone.get("a.vcf")) == uid == (await phone.contact("a.vcf")).contact.uid


async def test_a_uid_is_of_one_card_and_stays(phone: Phone) -> None:
    """DV-13; a UUID is the same with and without `urn:uuid:`, and keeps its first spelling."""
    uid = str(uuid.uuid4())
    await phone.put("a.vcf", card("Ann Poe", uid))
    for name, other in (("b.vcf", f"urn:uuid:{uid}"), ("a.vcf", "another")):
        with pytest.raises(UidTakenError) as caught:
            await phone.put(name, card("Eve Poe", other))
        assert caught.value.name == "a.vcf"
    await phone.put("a.vcf", sent := card("Eve Poe", f"urn:uuid:{uid.upper()}"))
    assert (await phone.get("a.vcf"), (await phone.contact("a.vcf")).contact.uid) == (sent, uid)


async def test_labels_are_categories_and_partner_accounts_stay(phone: Phone) -> None:
    """DV-16."""
    contact = Contact(Name("Ann", "Poe"), emails=(Email("ann@example.org"),), labels=("VIP",), uid="ann")
    await phone.store.contacts.create(Place(phone.user.sid, "1000"), Draft(contact, ("10000",)), "test")
    shown = await phone.get("ann.vcf")
    assert shown == write_contact((await phone.contact("ann.vcf")).contact, "3.0")
    await phone.put("ann.vcf", shown.replace(b"CATEGORIES:VIP", b"CATEGORIES:One,Two"))
    stored = await phone.contact("ann.vcf")
    assert (stored.contact.labels, [it.id for it in stored.partners]) == (("One", "Two"), ["10000"])


async def test_a_photo_becomes_the_image_unless_it_is_there_or_is_none(phone: Phone) -> None:
    """DV-16: as an import has it."""
    without = card("Ann Poe")
    await phone.put("a.vcf", with_photo(without, GIF))
    first = (await phone.contact("a.vcf")).image
    assert first
    await phone.put("a.vcf", with_photo(without, GIF).replace(b"Ann", b"Eve"))
    assert (await phone.contact("a.vcf")).image == first
    await phone.put("a.vcf", with_photo(without, OTHER_GIF))
    assert (await phone.contact("a.vcf")).image not in {first, ""}
    await phone.put("a.vcf", none := with_photo(without, b"no image"))
    assert ((await phone.contact("a.vcf")).image, await phone.get("a.vcf")) == ("", none)


async def test_the_small_photo_that_was_handed_out_is_no_new_one(phone: Phone) -> None:
    """DV-16: the card of a contact that was made otherwise shows the small one."""
    image = await Images().accept("", GIF)
    contact = Contact(Name("Ann", "Poe"), emails=(Email("ann@example.org"),), uid="ann")
    await phone.store.contacts.create(Place(phone.user.sid, "1000"), Draft(contact, ("10000",), image), "test")
    shown = await phone.get("ann.vcf")
    assert photo_of(shown) == image.small
    await phone.put("ann.vcf", shown.replace(b"Ann", b"Eve"))
    assert (await phone.contact("ann.vcf")).image == image.digest


async def test_what_changes_while_it_is_decided_is_decided_anew(phone: Phone) -> None:
    """A photo is taken beside; another phone may put meanwhile, and if one does so all the time it is told."""

    class Slow(Images):
        def __init__(self, times: int) -> None:
            self.left = times

        async def accept(self, account: str, data: bytes) -> Image:
            if self.left:
                self.left -= 1
                await phone.put("a.vcf", card(f"Ann {self.left}", "ann"))
            return await super().accept(account, data)

    await phone.put("a.vcf", card("Ann Poe", "ann"))
    sent = with_photo(card("Eve Poe", "ann"), GIF)
    await phone._replace(books=AddressBooks(phone.store, Slow(1))).put("a.vcf", sent)
    assert await phone.get("a.vcf") == sent
    with pytest.raises(ConflictError):
        await phone._replace(books=AddressBooks(phone.store, Slow(9))).put(
            "a.vcf", with_photo(card("Eve Poe", "ann"), OTHER_GIF)
        )
    await phone.books.delete(phone.user, "1000", "a.vcf", lambda _: None)
    with pytest.raises(UidTakenError):
        await phone._replace(books=AddressBooks(phone.store, Slow(1))).put("b.vcf", sent)


async def test_large_cards_are_read_one_at_a_time(phone: Phone, monkeypatch: pytest.MonkeyPatch) -> None:
    """The parts of one may take 50 times its room."""
    reading: set[int] = set()
    most: list[int] = []

    def read(octets: bytes) -> SentCard:
        reading.add(id(octets))
        most.append(len(reading))
        time.sleep(0.05)
        reading.discard(id(octets))
        return read_sent(octets)

    monkeypatch.setattr(address_books, "read_sent", read)
    cards = [card("Ann Poe", f"uid-{n}", f"NOTE:{'x' * 512 * 1024}") for n in range(4)]
    await asyncio.gather(*(phone.put(f"{n}.vcf", octets) for n, octets in enumerate(cards)))
    assert most == [1, 1, 1, 1]


async def test_at_once_one_of_them_is_the_first(phone: Phone) -> None:
    """DV-13, DV-18: of many who put one name, or one UID, at once, one makes it."""

    def new(there: BookCard | None) -> None:
        if there:
            raise ConflictError("it is there")

    async def make(name: str, uid: str) -> bool:
        try:
            await phone.books.put(phone.user, "1000", name, card("Ann Poe", uid), new)
        except ConflictError:  # UidTakenError too
            return False
        return True

    same_name = await asyncio.gather(*(make("same.vcf", f"uid-{n}") for n in range(20)))
    same_uid = await asyncio.gather(*(make(f"{n}.vcf", "same") for n in range(20)))
    assert (sum(same_name), sum(same_uid)) == (1, 1)


async def test_groups_are_kept_as_they_come(phone: Phone) -> None:
    """DV-17: and a contact may take a group's place, or a group a contact's, where the UID stays."""
    sent = with_photo(card("Friends", "g", "KIND:group", version="4.0"), GIF)
    made = await phone.put("g.vcf", sent)
    assert (made.card.is_group, await phone.get("g.vcf")) == (True, sent)
    assert (await phone.books.see(phone.user, "1000", "g.vcf", 0)).octets == len(sent)
    first = tag_of("1", made.card)
    changed = await phone.put("g.vcf", sent.replace(b"Friends", b"Enemies"))
    assert tag_of("1", changed.card) not in {first, ""}
    assert not (await phone.put("h.vcf", NO_UID.replace(b"END", b"X-ADDRESSBOOKSERVER-KIND:group\r\nEND"))).is_as_sent
    await phone.put("g.vcf", contact := card("No group", "g"))
    assert await phone.get("g.vcf") == contact


async def test_a_user_contact_is_read_only(phone: Phone) -> None:
    """DV-4, DV-19."""
    sid = phone.user.sid
    await partners.add_user(phone.store.partners, sid, "10000", first="Pat", last="Ner", email="pat@example.org")
    (there,) = (await phone.store.cards.following(Book(sid, "1000"))).cards
    await phone.put("a.vcf", card())
    name, source, target = there.name, ("1000", there.name), ("1000", "b.vcf")
    calls = [
        phone.put(name, card("Pat Ner", there.uid)),
        phone.books.delete(phone.user, "1000", name, lambda _: None),
        phone.books.move(phone.user, source, target, lambda *_: None, copy=False),
        phone.books.move(phone.user, ("1000", "a.vcf"), source, lambda *_: None, copy=True),
    ]
    for call in calls:
        with pytest.raises(ForbiddenError):
            await call
    await phone.books.move(phone.user, source, ("2000", "copy.vcf"), lambda *_: None, copy=True)
    copied = await phone._replace(book="2000").contact("copy.vcf")
    assert (copied.system, copied.contact.name.first) == (False, "Pat")


async def test_in_the_book_of_all_a_second_uid_is_another(phone: Phone) -> None:
    """DV-3: made of account and contact; a put of it keeps the stored one."""
    await phone.put("a.vcf", card("Ann Poe", "same"))
    made = await phone._replace(book="2000").put("b.vcf", second := card("Eve Poe", "same"))
    every = phone.seen_as("all")
    assert await every.get("a.vcf") == card("Ann Poe", "same")
    there = await every.books.find(every.user, "all", "b.vcf")
    shown = await every.get("b.vcf")
    assert shown == with_uid(second, uid_in_all(there))
    put = await every.put("b.vcf", shown.replace(b"Eve", b"Joe"))
    assert (put.is_new, put.is_as_sent, put.card.number) == (False, True, made.card.number)
    assert await phone._replace(book="2000").get("b.vcf") == second.replace(b"Eve", b"Joe")
    assert not (await every.put("b.vcf", NO_UID)).is_as_sent
    assert (await every.put("new.vcf", card("New One"))).is_as_sent
    assert await phone.get("new.vcf")


CAME_OTHERWISE = {
    "2.1": (b"BEGIN:VCARD\r\nVERSION:2.1\r\nN:Poe;Ann\r\nUID:x\r\nEND:VCARD\r\n", b"VERSION:3.0"),
    "no END": (b"BEGIN:VCARD\r\nVERSION:4.0\r\nFN:Ann\r\nUID:x\r\n", b"END:VCARD"),
    "latin-1": ("BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Änn\r\nUID:x\r\nEND:VCARD\r\n".encode("latin-1"), "FN:Änn".encode()),
}


@pytest.mark.parametrize("what", CAME_OTHERWISE)
async def test_a_card_that_no_client_could_have_sent_leaves_whole(phone: Phone, what: str) -> None:
    """DV-15, DV-33."""
    octets, expected = CAME_OTHERWISE[what]
    draft = Draft(Contact(Name("Ann"), uid="x"), (), None, octets)
    await phone.store.contacts.create(Place(phone.user.sid, "1000"), draft, "test")
    shown = await phone.get("x.vcf")
    assert expected in shown
    assert (can_be_sent(octets), can_be_sent(shown)) == (False, True)


async def test_a_card_is_written_in_the_version_that_is_asked_for(phone: Phone) -> None:
    """DV-15: with a tag of its own where that is another one."""
    made = await phone.put("a.vcf", sent := card("Ann Poe", "", f"NOTE:{'large ' * 20_000}"))
    kept = await phone.books.read(phone.user, "1000", "a.vcf")
    same = await phone.books.read(phone.user, "1000", "a.vcf", "3.0")
    other = await phone.books.read(phone.user, "1000", "a.vcf", "4.0")
    generation = await phone.books.generation()
    assert kept == same == (sent, tag_of(generation, made.card))
    assert b"VERSION:4.0" in other.octets
    assert {kept.tag, other.tag} < tags_of(generation, made.card)
    seen = await phone.books.see(phone.user, "1000", made.card.name, 0)
    assert (seen.octets >= len(sent), seen.card.card) == (True, b"")


async def test_a_move_takes_the_card_along(phone: Phone) -> None:
    """DV-19."""
    await phone.put("a.vcf", sent := card())
    seen: list[tuple[str, bool]] = []
    source, target = ("1000", "a.vcf"), ("2000", "b.vcf")
    await phone.books.move(phone.user, source, target, lambda it, to: seen.append((it.name, to is None)), copy=False)
    assert seen == [("a.vcf", True)]
    assert await phone._replace(book="2000").get("b.vcf") == sent
    with pytest.raises(NotFoundError):
        await phone.get("a.vcf")
    await phone.books.delete(phone.user, "2000", "b.vcf", lambda _: None)
    with pytest.raises(NotFoundError):
        await phone._replace(book="2000").get("b.vcf")


REFUSED = {
    "no UTF-8": (b"\xff" + NO_UID, InvalidCardError),
    "control character": (NO_UID.replace(b"Ann", b"A\0n"), InvalidCardError),
    "two cards": (NO_UID * 2, InvalidCardError),
    "an event beside it": (NO_UID + b"BEGIN:VEVENT\r\nEND:VEVENT\r\n", InvalidCardError),
    "no END": (NO_UID[:-12], InvalidCardError),
    "no VERSION": (NO_UID.replace(b"VERSION:3.0\r\n", b""), InvalidCardError),
    "no name": (NO_UID.replace(b"FN:Ann Poe\r\n", b""), InvalidCardError),
    "two UIDs": (card("A B", "1", "UID:2"), InvalidCardError),
    "too long a UID": (card("A B", "x" * 3_000), InvalidCardError),
    "another version": (NO_UID.replace(b"3.0", b"5.0"), CardVersionError),
    "2.1": (NO_UID.replace(b"3.0", b"2.1"), CardVersionError),
}


@pytest.mark.parametrize("what", REFUSED)
def test_what_is_refused(what: str) -> None:
    """DV-12."""
    octets, error = REFUSED[what]
    with pytest.raises(error):
        read_sent(octets)


def test_what_shows_no_photo_has_none() -> None:
    assert photo_of(b"no card") == b""
    assert photo_of(NO_UID) == b""


@pytest.mark.parametrize(("octets", "is_quick", "here"), [(8_192, True, True), (8_193, True, False), (1, False, False)])
async def test_cards_are_taken_apart_beside_the_loop(phone: Phone, octets: int, *, is_quick: bool, here: bool) -> None:
    where = await phone.books.beside(phone.user.sid, octets, threading.get_ident, is_quick=is_quick)
    assert (where == threading.get_ident()) is here


async def test_large_cards_are_taken_apart_one_at_a_time(phone: Phone) -> None:
    """What is in a report or leaves in another version, too."""
    running, most = 0, 0

    def work() -> None:
        nonlocal running, most
        running += 1
        most = max(most, running)
        time.sleep(0.01)
        running -= 1

    sizes = [limits.LARGE.value + 1] * 4
    await asyncio.gather(*(phone.books.beside(phone.user.sid, size, work) for size in sizes))
    assert most == 1
