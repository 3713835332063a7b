"""What every store does with the cards of address books: names, what changed since, what is put, moved and set."""

from __future__ import annotations

import asyncio
import contextlib
from datetime import UTC, datetime
from typing import TYPE_CHECKING, NamedTuple

import pytest

from cardwright.book import partners
from cardwright.book.card_ports import Book, BookProperties, Card, GroupDraft, Kept, Property, Reached
from cardwright.book.groups import Group
from cardwright.book.ports import Draft, Place
from cardwright.contact.model import Contact, Email, Name
from cardwright.contact.uid import new_uid
from cardwright.errors import ConflictError, InvalidError, NotFoundError, SyncTokenError, UidTakenError
from store.acme import RICH, book_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from cardwright.book.card_ports import PutCard
    from cardwright.book.ports import Store
    from cardwright.book.stored import StoredContact

UUID = "0190a1b2-0000-7000-8000-{:012}"
BY = "token test"


class Phone(NamedTuple):
    """A book as a client uses it."""

    store: Store
    book: Book

    @property
    def place(self) -> Place:
        return Place(*self.book)

    async def put(self, name: str, uid: str = "", first: str = "Ida", **other: object) -> Kept:
        """Put a new contact, or another first name and card for the one that is there."""
        uid = uid or f"uid-{name}"
        draft = Draft(contact(uid, first), (), None, octets(uid, first))._replace(**other)
        return await self.store.cards.put(self.book, name, putting(draft), BY)

    async def put_group(self, name: str, uid: str = "", card: bytes = b"group") -> Kept:
        group = GroupDraft(uid or f"uid-{name}", card)
        return await self.store.cards.put(self.book, name, lambda _, __: group, BY)

    async def delete(self, name: str) -> None:
        await self.store.cards.delete(self.book, name, lambda _: None, BY)

    async def move(self, name: str, to_name: str, to: Phone | None = None, *, copy: bool = False) -> Kept:
        target = (to or self).book
        return await self.store.cards.move(self.book, name, target, to_name, lambda *_: None, BY, copy=copy)

    async def card(self, name: str, *, full: bool = False) -> Card | None:
        (found,) = await self.store.cards.named(self.book, [name], full=full)
        return found

    async def listed(self, limit: int = 1_000, *, full: bool = False) -> list[Card]:
        cards: list[Card] = []
        part = await self.store.cards.following(self.book, limit=limit, full=full)
        while True:
            cards += part.cards
            if part.after is None:
                return cards
            part = await self.store.cards.following(self.book, part.after, limit=limit, full=full)

    async def names(self) -> list[str]:
        return [card.name for card in await self.listed()]

    async def create(self, uid: str = "", **other: object) -> int:
        """Make a contact as other interfaces do."""
        return await self.store.contacts.create(self.place, Draft(contact(uid or new_uid()), ())._replace(**other), BY)

    async def remove(self, number: int) -> None:
        await self.store.contacts.delete(self.place, number, lambda _: None, BY)

    async def restore(self, number: int) -> None:
        await self.store.contacts.restore(self.place, number, lambda was, _: was, BY)

    async def erase(self, number: int) -> None:
        await self.store.contacts.erase(self.place, number, lambda _: None, BY)


class Client:
    """One that knows of a book what synchronizing has told it."""

    def __init__(self, phone: Phone, limit: int = 1_000) -> None:
        self.phone = phone
        self.limit = limit
        self.places: Sequence[Reached] = ()
        self.cards: dict[str, int] = {}
        self.told: list[tuple[str, int]] = []

    async def sync(self) -> tuple[list[str], list[str]]:
        """Follow to the end; return the names of what came or changed, and of what is gone."""
        came: list[str] = []
        gone: list[str] = []
        while True:
            part = await self.phone.store.cards.changed(self.phone.book, self.places, self.limit)
            assert len(part.cards) + len(part.gone) <= self.limit
            self.places = part.places
            self.told += [(card.name, card.revision) for card in part.cards]
            self.cards |= {card.name: card.revision for card in part.cards}
            for name in part.gone:
                self.cards.pop(name, None)
            came += [card.name for card in part.cards]
            gone += part.gone
            if part.is_last:
                return came, gone

    async def check(self) -> None:
        """Compare with a full listing."""
        assert self.cards == {card.name: card.revision for card in await self.phone.listed()}


def contact(uid: str, first: str = "Ida") -> Contact:
    return Contact(Name(first, "Moss"), emails=(Email("ida@example.com"),), uid=uid)


def octets(uid: str, first: str = "Ida") -> bytes:
    return f"BEGIN:VCARD\r\nVERSION:3.0\r\nUID:{uid}\r\nN:Moss;{first};;;\r\nFN:{first} Moss\r\nEND:VCARD\r\n".encode()


def putting(draft: Draft) -> PutCard:
    """Return what a client's card makes of a name."""

    def put(current: Card | None, _: datetime) -> Draft | StoredContact:
        if current is None or current.contact is None:
            return draft
        return current.contact._replace(
            contact=draft.contact._replace(revision=current.contact.contact.revision), card=draft.card
        )

    return put


async def phone_of(store: Store, campaign: str = "1000") -> Phone:
    return Phone(store, Book((await book_of(store)).sid, campaign))


async def second_of(phone: Phone, campaign: str = "2000") -> Phone:
    await partners.add_campaign(phone.store.partners, phone.book.sid, campaign, "Second")
    return Phone(phone.store, Book(phone.book.sid, campaign))


def all_of(phone: Phone) -> Phone:
    return Phone(phone.store, Book(phone.book.sid, ""))


class NameContract:
    """Every card has a name that stays (DV-11)."""

    @pytest.mark.parametrize(
        ("uid", "name"),
        [
            ("urn:uuid:A0B1C2D3-0000-4000-8000-0000000000AA", "A0B1C2D3-0000-4000-8000-0000000000AA.vcf"),
            ("a0b1c2d3-0000-4000-8000-0000000000aa", "a0b1c2d3-0000-4000-8000-0000000000aa.vcf"),
            ("A-B_c.d@example.com+1=2", "A-B_c.d@example.com+1=2.vcf"),
            ("x" * 128, "x" * 128 + ".vcf"),
            ("x" * 129, "contact-1.vcf"),
            (".hidden", "contact-1.vcf"),
            ("../../etc", "contact-1.vcf"),
            ("ümlaut", "contact-1.vcf"),
            ("a b", "contact-1.vcf"),
            ("a%2Fb", "contact-1.vcf"),
        ],
    )
    async def test_a_contact_that_came_otherwise_is_called_by_its_uid(self, store: Store, uid: str, name: str) -> None:
        phone = await phone_of(store)
        number = await phone.create(uid)
        assert await phone.names() == [name]
        card = await phone.card(name)
        assert (card.place, card.number, card.is_group, card.uid) == (phone.place, number, False, uid)

    async def test_a_card_is_found_by_the_name_that_its_client_chose(self, store: Store) -> None:
        phone = await phone_of(store)
        kept = await phone.put("wanda 1.vcf", UUID.format(1))
        assert (kept.is_new, kept.card.name, kept.card.number) == (True, "wanda 1.vcf", 1)
        whole = await phone.card("wanda 1.vcf", full=True)
        assert whole.contact == await store.contacts.get(phone.place, 1, full=True)
        assert whole.contact.card == octets(UUID.format(1))
        assert kept.card == whole._replace(contact=None)
        assert await phone.card("Wanda 1.vcf") is None
        assert await phone.card(UUID.format(1) + ".vcf") is None

    async def test_another_card_that_has_the_name_of_a_uid_keeps_it(self, store: Store) -> None:
        phone = await phone_of(store)
        await phone.put("a.vcf", "b")
        await phone.create("a")
        await phone.put("contact-3-c.vcf", "d")
        await phone.put("c.vcf", "e")
        await phone.create("c")
        assert await phone.names() == ["a.vcf", "contact-2-a.vcf", "contact-3-c.vcf", "c.vcf", "contact-5-c.vcf"]
        again = await phone.create("a")
        assert (await phone.listed())[-1].name == f"contact-{again}-a.vcf"

    async def test_two_that_come_together_with_one_uid_have_two_names(self, store: Store) -> None:
        phone = await phone_of(store)
        await store.imports.create(phone.place, [Draft(contact("same"), ())] * 3, BY)
        assert await phone.names() == ["same.vcf", "contact-2-same.vcf", "contact-3-same.vcf"]

    async def test_a_restored_contact_gets_its_name_back(self, store: Store) -> None:
        phone = await phone_of(store)
        number = (await phone.put("own.vcf", "u")).card.number
        await phone.delete("own.vcf")
        assert await phone.names() == []
        await phone.restore(number)
        assert await phone.names() == ["own.vcf"]

    async def test_or_the_one_of_its_uid_where_another_card_has_that_by_now(self, store: Store) -> None:
        phone = await phone_of(store)
        number = (await phone.put("own.vcf", "u")).card.number
        client = Client(phone)
        await client.sync()
        await phone.delete("own.vcf")
        assert (await phone.put("own.vcf", "v")).is_new
        await phone.restore(number)
        assert sorted(await phone.names()) == ["own.vcf", "u.vcf"]
        assert sorted((await client.sync())[0]) == ["own.vcf", "u.vcf"]
        await client.check()
        await phone.delete("own.vcf")
        assert await client.sync() == ([], ["own.vcf"])
        await phone.remove(number)
        await phone.restore(number)
        assert await phone.names() == ["u.vcf"]
        assert await store.check() == []

    async def test_a_name_is_taken_again_and_again(self, store: Store) -> None:
        """Who is gone is remembered by it, but not everybody: a look-up would take longer each time."""
        phone = await phone_of(store)
        client = Client(phone)
        numbers = []
        for at in range(40):
            numbers.append((await phone.put("same.vcf", f"u{at}")).card.number)
            assert (await client.sync())[0] == ["same.vcf"]
            await phone.delete("same.vcf")
            assert (await client.sync())[1] == ["same.vcf"]
        await phone.restore(numbers[-2])
        assert await phone.names() == ["same.vcf"]
        await phone.restore(numbers[0])
        assert sorted(await phone.names()) == ["same.vcf", "u0.vcf"]
        assert (await client.sync())[1] == []
        await client.check()

    async def test_many_are_named_in_their_order_and_listed_some_at_a_time(self, store: Store) -> None:
        phone = await phone_of(store)
        uids = [f"urn:uuid:{UUID.format(at)}" for at in range(11_000)]
        await store.imports.create(phone.place, [Draft(contact(uid), ()) for uid in uids], BY)
        cards = await phone.listed(700)
        assert [card.name for card in cards] == [f"{UUID.format(at)}.vcf" for at in range(11_000)]
        assert [card.number for card in cards] == list(range(1, 11_001))
        found = await store.cards.named(phone.book, [card.name for card in cards[::-1]])
        assert list(found) == cards[::-1]
        assert await store.check() == []

    async def test_books_and_names_that_are_not_there(self, store: Store) -> None:
        phone = await phone_of(store)
        for book in (Book(phone.book.sid, "9"), Book("IRnone", "1000"), Book("IRnone", "")):
            nowhere = Phone(store, book)
            for call in (nowhere.names(), nowhere.put("a.vcf"), store.cards.state(book), Client(nowhere).sync()):
                with pytest.raises(NotFoundError):
                    await call
        for call in (phone.delete("a.vcf"), phone.move("a.vcf", "b.vcf")):
            with pytest.raises(NotFoundError):
                await call
        assert await store.cards.named(phone.book, ["a.vcf", "", "\0"]) == [None, None, None]


class PutContract:
    """What a client puts and deletes."""

    async def test_a_put_edits_the_contact_that_is_there(self, store: Store) -> None:
        phone = await phone_of(store)
        kept = await phone.put("a.vcf")
        again = await phone.put("a.vcf", first="Eda")
        assert (again.is_new, again.card.number) == (False, kept.card.number)
        assert again.card.revision > kept.card.revision
        whole = await store.contacts.get(phone.place, kept.card.number, full=True)
        assert (whole.contact.name.first, whole.card) == ("Eda", octets("uid-a.vcf", "Eda"))
        changes = await store.changes.of(phone.place, kept.card.number, 10)
        assert [(change.kind, change.by) for change in changes] == [("updated", BY), ("created", BY)]
        assert await phone.put("a.vcf", first="Eda") == again
        assert await store.check() == []

    async def test_what_it_says_is_judged_by_what_is_there(self, store: Store) -> None:
        phone = await phone_of(store)
        seen = []

        def refuse(current: Card | None, at: datetime) -> Draft:
            seen.append(current)
            assert at.tzinfo is UTC
            raise ConflictError("no")

        await phone.put("a.vcf")
        await phone.put_group("g.vcf")
        states = await store.cards.state(phone.book)
        for name in ("a.vcf", "g.vcf", "b.vcf"):
            with pytest.raises(ConflictError):
                await store.cards.put(phone.book, name, refuse, BY)
        assert seen == [await phone.card(name, full=True) for name in ("a.vcf", "g.vcf", "b.vcf")]
        assert seen[1].card == b"group"
        assert await store.cards.state(phone.book) == states

    async def test_a_contact_that_is_not_there_cannot_be_edited(self, store: Store) -> None:
        phone = await phone_of(store)
        stored = (await store.contacts.get(phone.place, await phone.create(), full=True))._replace(own_title=True)
        with pytest.raises(NotFoundError):
            await store.cards.put(phone.book, "a.vcf", lambda *_: stored, BY)

    @pytest.mark.parametrize("same", [False, True], ids=["as it is", "as UUIDs are compared"])
    @pytest.mark.parametrize("is_group", [False, True], ids=["contact", "group"])
    async def test_a_uid_that_another_card_has_is_refused_with_its_name(
        self, store: Store, *, same: bool, is_group: bool
    ) -> None:
        phone = await phone_of(store)
        uid = UUID.format(7) if same else "their own"
        other = f"urn:uuid:{uid.upper()}" if same else uid
        await (phone.put_group("a.vcf", uid) if is_group else phone.put("a.vcf", uid))
        await phone.put("b.vcf")
        for call in (phone.put("new.vcf", other), phone.put_group("new.vcf", uid), phone.put("b.vcf", other)):
            with pytest.raises(UidTakenError) as caught:
                await call
            assert caught.value.name in {"a.vcf", "b.vcf"}
        with pytest.raises(UidTakenError) as caught:
            await phone.put("a.vcf", "of nobody")
        assert caught.value.name == "a.vcf"
        await phone.delete("a.vcf")
        assert (await phone.put("new.vcf", other)).is_new

    async def test_a_contact_that_came_otherwise_has_its_uid_too(self, store: Store) -> None:
        phone = await phone_of(store)
        await phone.create("known")
        with pytest.raises(UidTakenError) as caught:
            await phone.put("new.vcf", "known")
        assert (caught.value.number, caught.value.name) == (1, "known.vcf")

    async def test_partner_accounts_that_are_none_are_refused(self, store: Store) -> None:
        phone = await phone_of(store)
        with pytest.raises(InvalidError):
            await phone.put("a.vcf", partners=("99",))
        assert await phone.names() == []

    async def test_a_group_is_no_contact_and_has_its_card(self, store: Store) -> None:
        phone = await phone_of(store)
        kept = await phone.put_group("g.vcf", card=b"one")
        assert (kept.is_new, kept.card.is_group, kept.card.uid) == (True, True, "uid-g.vcf")
        again = await phone.put_group("g.vcf", card=b"two")
        assert (again.is_new, again.card.number, (await phone.card("g.vcf", full=True)).card) == (False, 1, b"two")
        assert again.card.revision > kept.card.revision
        assert await phone.put_group("g.vcf", card=b"two") == again
        assert [one.card for one in await store.groups.following(phone.place)] == [b"two"]
        await phone.delete("g.vcf")
        assert (await phone.names(), await store.groups.following(phone.place)) == ([], [])
        assert (await phone.put_group("h.vcf")).card.revision > again.card.revision
        assert await store.check() == []

    async def test_a_group_takes_the_place_of_a_contact_and_the_other_way_round(self, store: Store) -> None:
        phone = await phone_of(store)
        client = Client(phone)
        contact_was = (await phone.put("a.vcf", "u")).card
        await client.sync()
        assert not (await phone.put_group("a.vcf", "u")).is_new
        assert await client.sync() == (["a.vcf"], [])
        with pytest.raises(NotFoundError):
            await store.contacts.get(phone.place, contact_was.number)
        assert not (await phone.put("a.vcf", "u")).is_new
        assert await client.sync() == (["a.vcf"], [])
        assert await store.groups.following(phone.place) == []
        await client.check()
        await phone.delete("a.vcf")
        assert await client.sync() == ([], ["a.vcf"])
        assert await store.check() == []

    async def test_a_new_card_under_an_old_name_is_a_new_contact(self, store: Store) -> None:
        phone = await phone_of(store)
        await phone.put("a.vcf", "one")
        await phone.delete("a.vcf")
        kept = await phone.put("a.vcf", "one")
        assert (kept.is_new, kept.card.number) == (True, 2)

    async def test_what_is_not_allowed_is_not_deleted(self, store: Store) -> None:
        phone = await phone_of(store)
        kept = await phone.put("a.vcf")

        def refuse(card: Card) -> None:
            assert card == kept.card
            raise ConflictError("no")

        with pytest.raises(ConflictError):
            await store.cards.delete(phone.book, "a.vcf", refuse, BY)
        assert await phone.names() == ["a.vcf"]

    async def test_many_come_at_once(self, store: Store) -> None:
        phone = await phone_of(store)
        outcomes = await asyncio.gather(
            *(phone.put(f"{at % 20}.vcf", f"uid-{at % 30}") for at in range(60)), return_exceptions=True
        )
        assert all(isinstance(one, Kept | UidTakenError) for one in outcomes)
        cards = await phone.listed()
        assert len({card.name for card in cards}) == len({card.uid for card in cards}) == len(cards)
        assert sum(one.is_new for one in outcomes if isinstance(one, Kept)) == len(cards)
        assert await store.check() == []


class SyncContract:
    """What a client is told that follows a book (RFC 6578)."""

    @pytest.mark.parametrize("limit", [1, 2, 1_000])
    async def test_it_begins_with_all_and_then_hears_of_each_change_once(self, store: Store, limit: int) -> None:
        phone = await phone_of(store)
        client = Client(phone, limit)
        assert await client.sync() == ([], [])
        number = await phone.create("one")
        await phone.put("two.vcf", "two")
        await phone.put_group("three.vcf", "three")
        assert (await client.sync())[0] == ["one.vcf", "two.vcf", "three.vcf"]
        assert await client.sync() == ([], [])
        await phone.put("two.vcf", "two", "Eda")
        await phone.put_group("three.vcf", "three", b"other")
        await phone.put("two.vcf", "two", "Oda")
        assert await client.sync() == (["three.vcf", "two.vcf"], [])
        await phone.remove(number)
        await phone.delete("two.vcf")
        await phone.delete("three.vcf")
        assert await client.sync() == ([], ["one.vcf", "two.vcf", "three.vcf"])
        await phone.restore(number)
        assert await client.sync() == (["one.vcf"], [])
        await client.check()
        late = Client(phone, limit)
        assert await late.sync() == (["one.vcf"], [])

    @pytest.mark.parametrize("limit", [1, 1_000])
    async def test_what_came_and_went_since_is_gone(self, store: Store, limit: int) -> None:
        phone = await phone_of(store)
        client = Client(phone, limit)
        await client.sync()
        await phone.put("a.vcf")
        await phone.delete("a.vcf")
        await phone.put_group("g.vcf")
        await phone.delete("g.vcf")
        await phone.remove(await phone.create("c"))
        assert await client.sync() == ([], ["a.vcf", "g.vcf", "c.vcf"])

    async def test_the_state_changes_with_every_change_and_with_nothing_else(self, store: Store) -> None:
        phone = await phone_of(store)
        other = await second_of(phone)
        seen = [await store.cards.state(phone.book)]
        for change in (
            phone.put("a.vcf"),
            phone.put("a.vcf", first="Eda"),
            phone.put_group("g.vcf"),
            phone.put_group("g.vcf", card=b"other"),
            phone.move("a.vcf", "b.vcf"),
            phone.move("g.vcf", "h.vcf"),
            phone.delete("h.vcf"),
            phone.delete("b.vcf"),
            phone.create(),
        ):
            await change
            seen.append(await store.cards.state(phone.book))
            await other.put(f"{len(seen)}.vcf")
            await phone.names()
            assert await store.cards.state(phone.book) == seen[-1]
        assert len({tuple(state) for state in seen}) == len(seen)
        client = Client(phone)
        await client.sync()
        assert client.places == seen[-1]

    async def test_places_that_are_none_of_the_book_are_refused(self, store: Store) -> None:
        phone = await phone_of(store)
        other, all_ = await second_of(phone), all_of(phone)
        await phone.put("a.vcf")
        await other.put("b.vcf")
        (place,) = await store.cards.state(phone.book)
        (elsewhere,) = await store.cards.state(other.book)
        huge = 1 << 70
        for places in (
            [elsewhere],
            [place, elsewhere],
            [place, place],
            [place._replace(sequence=place.sequence + 1)],
            [place._replace(sequence=huge)],
            [place._replace(sequence=-1)],
            [place._replace(listed=-2)],
            [place._replace(campaign=huge)],
            [Reached(0, 0, 0)],
            [Reached(-1, 0, 0)],
        ):
            with pytest.raises(SyncTokenError):
                await store.cards.changed(phone.book, places, 10)
        assert (await store.cards.changed(all_.book, await store.cards.state(all_.book), 10)).is_last
        await store.partners.remove_campaign(phone.book.sid, "2000")
        with pytest.raises(SyncTokenError):
            await store.cards.changed(all_.book, [place, elsewhere], 10)

    async def test_no_number_that_a_client_makes_up_leads_into_another_campaign(self, store: Store) -> None:
        phone = await phone_of(store)
        other = await second_of(phone)
        await phone.put("mine.vcf")
        await other.put("theirs.vcf")
        await other.put_group("group.vcf")
        (place,) = await store.cards.state(phone.book)
        (elsewhere,) = await store.cards.state(other.book)
        numbers = [
            0,
            1,
            2,
            3,
            (1 << 39),
            (1 << 40) - 1,
            1 << 40,
            (1 << 40) + 1,
            1 << 41,
            (1 << 63) - 1,
            1 << 64,
            1 << 200,
        ]
        numbers += [-number for number in numbers]
        seen = set()
        for number in numbers:
            for campaign in (place.campaign, elsewhere.campaign, number):
                part = await store.cards.following(phone.book, (campaign, number))
                seen |= {card.name for card in part.cards}
            for place_ in (place._replace(listed=number), place._replace(sequence=number, listed=number)):
                with contextlib.suppress(SyncTokenError):
                    synced = await store.cards.changed(phone.book, [place_], 10)
                    seen |= {card.name for card in synced.cards} | set(synced.gone)
            found = await store.cards.of(phone.book, phone.place, [number, number + (1 << 40)])
            found = [*found, *await store.cards.of(phone.book, other.place, [number])]
            seen |= {card.name for card in found}
        assert seen == {"mine.vcf"}

    async def test_a_large_book_is_told_in_parts(self, store: Store) -> None:
        phone = await phone_of(store)
        large = b"x" * 100_000
        for at in range(7):
            await phone.put(f"{at}.vcf", f"u{at}", card=large)
        part = await store.cards.changed(phone.book, (), 100, full=True)
        assert (0 < len(part.cards) < 7, part.is_last) == (True, False)
        assert {card.contact.card for card in part.cards} == {large}
        assert 0 < len((await store.cards.following(phone.book, full=True)).cards) < 7
        assert 0 < len(await store.cards.named(phone.book, [f"{at}.vcf" for at in range(7)], full=True)) < 7
        assert 0 < len(await store.cards.of(phone.book, phone.place, range(1, 8), full=True)) < 7
        assert [card.name for card in await phone.listed(full=True)] == [f"{at}.vcf" for at in range(7)]

    async def test_nothing_is_missed_or_told_twice_while_others_write(self, store: Store) -> None:
        """Each revision of a card reaches a client at most once, and the last one always (DV-25)."""
        phone = await phone_of(store)
        clients = [Client(phone, limit) for limit in (3, 1_000)]
        done = asyncio.Event()

        async def write(writer: int) -> None:
            mine: list[int] = []
            for at in range(25):
                mine.append(await phone.create())
                await phone.put(f"{writer}-{at % 4}.vcf", f"{writer}-{at % 4}", str(at))
                await phone.put_group(f"g{writer}.vcf", f"g{writer}", b"%d" % at)
                if at % 3 == 2:
                    await phone.remove(mine.pop(0))
                    await phone.delete(f"{writer}-{at % 4}.vcf")

        async def follow(client: Client) -> None:
            while not done.is_set():
                await client.sync()
                await asyncio.sleep(0)

        following = [asyncio.ensure_future(follow(client)) for client in clients]
        await asyncio.gather(*(write(writer) for writer in range(4)))
        done.set()
        await asyncio.gather(*following)
        for client in clients:
            await client.sync()
            await client.check()
            assert len(set(client.told)) == len(client.told)


class OfContract:
    """The cards of contacts that a search found."""

    async def test_they_come_with_their_names(self, store: Store) -> None:
        phone = await phone_of(store)
        other = await second_of(phone)
        await phone.put("a.vcf", "one")
        second = await phone.create("two")
        elsewhere = (await other.put("c.vcf", "three")).card.number
        cards = await store.cards.of(phone.book, phone.place, [second, 1, elsewhere, 99])
        assert [card.name for card in cards] == ["two.vcf", "a.vcf"]
        (whole,) = await store.cards.of(phone.book, phone.place, [second], full=True)
        assert whole.contact == await store.contacts.get(phone.place, second, full=True)
        all_ = all_of(phone)
        assert [card.name for card in await store.cards.of(all_.book, other.place, [elsewhere, second])] == ["c.vcf"]
