"""What every store does with the cards of address books: names, what changed since, what is put, moved and set."""

from __future__ import annotations

import asyncio
import contextlib
from datetime import UTC, datetime
from typing import TYPE_CHECKING, NamedTuple

import pytest

from cardwright import limits
from cardwright.book import partners, system
from cardwright.book.card_octets import uid_in_all
from cardwright.book.card_ports import (
    Book,
    BookCard,
    BookProperties,
    BookProperty,
    GroupDraft,
    Reached,
    Seen,
    WriteResult,
)
from cardwright.book.groups import Group
from cardwright.book.images import image_of
from cardwright.book.ports import Draft, Place
from cardwright.contact.model import Contact, Email, Name
from cardwright.contact.uid import new_uid
from cardwright.errors import ConflictError, InvalidError, NotFoundError, SyncTokenError, UidTakenError
from store.acme import RICH, book_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cardwright.book.card_ports import Full, PutCard
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

    async def put(self, name: str, uid: str = "", first: str = "Ida", **other: object) -> WriteResult:
        """Put a new contact, or another first name and card for the one that is there."""
        uid = uid or f"uid-{name}"
        draft = Draft(contact(uid, first), (), None, octets(uid, first))._replace(**other)
        return await self.store.cards.put(self.book, name, putting(draft), BY)

    async def put_group(self, name: str, uid: str = "", card: bytes = b"group") -> WriteResult:
        group = GroupDraft(uid or f"uid-{name}", card)
        return await self.store.cards.put(self.book, name, lambda _, __: group, BY)

    async def delete(self, name: str) -> None:
        await self.store.cards.delete(self.book, name, lambda _: None, BY)

    async def move(self, name: str, to_name: str, to: Phone | None = None, *, copy: bool = False) -> WriteResult:
        target = (to or self).book
        return await self.store.cards.move(self.book, name, target, to_name, lambda *_: None, BY, copy=copy)

    async def card(self, name: str, *, full: Full = False) -> BookCard | None:
        (found,) = await self.store.cards.named(self.book, [name], full=full)
        return found

    async def listed(self, limit: int = 1_000, *, full: Full = False) -> list[BookCard]:
        cards: list[BookCard] = []
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
        self.told: list[tuple[str, str, int]] = []

    async def sync(self) -> tuple[list[str], list[str]]:
        """Follow to the end; return the names of what came or changed, and of what is gone."""
        came: list[str] = []
        gone: list[str] = []
        while True:
            part = await self.phone.store.cards.changed(self.phone.book, self.places, self.limit)
            assert len(part.cards) + len(part.gone) <= self.limit
            self.places = part.places
            self.told += [(card.place.campaign, card.name, card.revision) for card in part.cards]
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

    def put(current: BookCard | None, _: datetime) -> Draft | StoredContact:
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
        assert (kept.card, kept.generation) == (whole._replace(contact=None), await store.cards.generation())
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

    async def test_a_group_does_not_inherit_the_name_of_one_that_is_gone(self, store: Store) -> None:
        phone = await phone_of(store)
        await phone.put_group("a.vcf", "one")
        await phone.delete("a.vcf")
        await store.groups.keep(phone.place, [Group("two", b"2")], lambda there, _: there)
        assert await phone.names() == ["two.vcf"]

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
        assert (again.card, again.generation) == (await phone.card("a.vcf"), await store.cards.generation())
        whole = await store.contacts.get(phone.place, kept.card.number, full=True)
        assert (whole.contact.name.first, whole.card) == ("Eda", octets("uid-a.vcf", "Eda"))
        changes = await store.changes.of(phone.place, kept.card.number, 10)
        assert [(change.kind, change.by) for change in changes] == [("updated", BY), ("created", BY)]
        assert await phone.put("a.vcf", first="Eda") == again
        assert await store.check() == []

    async def test_a_put_finds_a_contact_made_elsewhere_by_the_name_that_it_is_to_get(self, store: Store) -> None:
        phone = await phone_of(store)
        first, second = await phone.create(UUID.format(1)), await phone.create("ö")
        again = await phone.put(f"{UUID.format(1)}.vcf", UUID.format(1), first="Eda")
        assert (again.is_new, again.card.number) == (False, first)
        await phone.create("new")
        with pytest.raises(UidTakenError) as taken:
            await phone.put(f"contact-{second}.vcf", "another")
        assert taken.value.name == f"contact-{second}.vcf"
        assert (await phone.put("another.vcf", "another")).is_new

    async def test_puts_of_one_commit_return_each_its_own_card(self, store: Store) -> None:
        phone = await phone_of(store)
        await phone.put("b.vcf")
        names = ["a.vcf", "b.vcf", "c.vcf", "d.vcf"]
        kept = await asyncio.gather(*(phone.put(name, f"uid-{name}", first="Eda") for name in names))
        assert [one.is_new for one in kept] == [True, False, True, True]
        assert [one.card for one in kept] == [await phone.card(name) for name in names]

    async def test_what_it_says_is_judged_by_what_is_there(self, store: Store) -> None:
        phone = await phone_of(store)
        asked: list[BookCard | None] = []

        def refuse(current: BookCard | None, at: datetime) -> Draft:
            asked.append(current)
            assert at.tzinfo is UTC
            raise ConflictError("no")

        await phone.put("a.vcf")
        await phone.put_group("g.vcf")
        states = await store.cards.state(phone.book)
        seen = []
        for name in ("a.vcf", "g.vcf", "b.vcf"):
            with pytest.raises(ConflictError):
                await store.cards.put(phone.book, name, refuse, BY)
            seen.append(asked[-1])  # it may be asked before, of no card
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

        def refuse(card: BookCard) -> None:
            assert card == kept.card
            raise ConflictError("no")

        with pytest.raises(ConflictError):
            await store.cards.delete(phone.book, "a.vcf", refuse, BY)
        assert await phone.names() == ["a.vcf"]

    async def test_of_two_that_come_at_once_with_one_uid_one_is_told(self, store: Store) -> None:
        phone = await phone_of(store)
        both = phone.put("a.vcf", "same"), phone.put("b.vcf", "same")
        outcomes = await asyncio.gather(*both, return_exceptions=True)
        (kept,) = [one for one in outcomes if isinstance(one, WriteResult)]
        (taken,) = [one for one in outcomes if isinstance(one, UidTakenError)]
        assert (await phone.names(), taken.name) == ([kept.card.name], kept.card.name)

    async def test_many_come_at_once(self, store: Store) -> None:
        phone = await phone_of(store)
        outcomes = await asyncio.gather(
            *(phone.put(f"{at % 20}.vcf", f"uid-{at % 30}") for at in range(60)), return_exceptions=True
        )
        assert all(isinstance(one, WriteResult | UidTakenError) for one in outcomes)
        cards = await phone.listed()
        assert len({card.name for card in cards}) == len({card.uid for card in cards}) == len(cards)
        assert sum(one.is_new for one in outcomes if isinstance(one, WriteResult)) == len(cards)
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

    async def test_with_an_end_it_does_not_hear_of_what_comes_between_two_parts(self, store: Store) -> None:
        phone = await phone_of(store)
        for name in ("a.vcf", "b.vcf", "c.vcf"):
            await phone.put(name)
        until, all_ = await store.cards.state(phone.book), all_of(phone)
        until_all = await store.cards.state(all_.book)
        first = await store.cards.changed(phone.book, (), 1, until=until)
        await phone.put("a.vcf", first="Eda")
        await phone.put("b.vcf", first="Eda")
        await phone.put("d.vcf")
        await (await second_of(phone)).put("e.vcf")
        rest = await store.cards.changed(phone.book, first.places, 10, until=until)
        assert [card.name for card in (*first.cards, *rest.cards)] == ["a.vcf", "c.vcf"]
        assert (rest.is_last, rest.places) == (True, until)
        part = await store.cards.changed(all_.book, (), 10, until=until_all)
        assert ([card.name for card in part.cards], part.places) == (["c.vcf"], until_all)
        later = await store.cards.changed(phone.book, rest.places, 10)
        assert [card.name for card in later.cards] == ["a.vcf", "b.vcf", "d.vcf"]
        later = await store.cards.changed(all_.book, part.places, 10)
        assert [card.name for card in later.cards] == ["a.vcf", "b.vcf", "d.vcf", "e.vcf"]

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

    async def test_every_worker_names_and_tells_the_same(self, store: Store, other: Store) -> None:
        phone = await phone_of(store)
        beside = Phone(other, phone.book)
        client = Client(beside, 2)

        async def write(book: Phone, writer: str) -> None:
            for at in range(20):
                await book.create(f"{writer}{at % 3}")
                await book.put(f"own-{writer}{at % 2}.vcf", f"{writer}-{at % 2}", str(at))

        writing = asyncio.gather(write(phone, "a"), write(beside, "b"), write(phone, "c"))
        while not writing.done():
            await client.sync()
        await writing
        assert await phone.listed() == await beside.listed()
        await client.sync()
        await client.check()
        assert await store.check() == []


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


class PropertyContract:
    """What clients set of a book."""

    async def test_they_are_set_together_with_the_name(self, store: Store) -> None:
        phone = await phone_of(store)
        other, all_ = await second_of(phone), all_of(phone)
        cards = store.cards
        assert await cards.properties(phone.book) == BookProperties("First", ())
        colour = BookProperty("http://inf-it.com/ns/ab/", "addressbook-color", "", "#ff0000")
        two = (colour, BookProperty("urn:x", "a", "en", "<b xmlns='urn:x'>ü &amp;</b>"))
        await cards.set_properties(phone.book, lambda _: BookProperties("Renamed", two[::-1]))
        assert await cards.properties(phone.book) == BookProperties("Renamed", two)
        assert (await store.partners.campaign(*phone.book)).name == "Renamed"
        changed = two[1]._replace(lang="", value="2")
        await cards.set_properties(phone.book, lambda was: was._replace(properties=(changed,)))
        assert await cards.properties(phone.book) == BookProperties("Renamed", (changed,))
        await cards.set_properties(all_.book, lambda was: was._replace(properties=two))
        assert await cards.properties(all_.book) == BookProperties("", two)
        assert await cards.properties(other.book) == BookProperties("Second", ())
        await store.partners.remove_campaign(*phone.book)
        await partners.add_campaign(store.partners, *phone.book, "Again")
        assert await cards.properties(phone.book) == BookProperties("Again", ())
        assert await store.check() == []

    async def test_what_is_refused_changes_nothing(self, store: Store) -> None:
        phone = await phone_of(store)

        def refuse(_: BookProperties) -> BookProperties:
            raise ConflictError("no")

        def longer(was: BookProperties) -> BookProperties:
            large = BookProperty("u", "large", "", "ü" * (limits.BOOK_PROPERTIES.value // 2))
            return BookProperties("Longer", (*was.properties, large))

        for change, error in ((refuse, ConflictError), (longer, InvalidError)):
            with pytest.raises(error):
                await store.cards.set_properties(phone.book, change)
        assert await store.cards.properties(phone.book) == BookProperties("First", ())
        for book in (Book(phone.book.sid, "9"), Book("IRnone", "")):
            with pytest.raises(NotFoundError):
                await store.cards.properties(book)

    async def test_a_book_is_made_with_what_is_set_of_it_or_not_at_all(self, store: Store) -> None:
        phone, cards = await phone_of(store), store.cards
        book = phone.book._replace(campaign="made")
        large = BookProperty("u", "large", "", "x" * limits.BOOK_PROPERTIES.value)
        with pytest.raises(InvalidError):
            await cards.make(book, BookProperties("Made", (large,)), system.draft, BY)
        with pytest.raises(NotFoundError):
            await cards.properties(book)
        made = BookProperties("Made", (BookProperty("u", "colour", "", "red"),))
        await cards.make(book, made, system.draft, BY)
        assert await cards.properties(book) == made
        for taken in (book, phone.book):
            was = await cards.properties(taken)
            with pytest.raises(ConflictError):
                await cards.make(taken, BookProperties("Again", ()), system.draft, BY)
            assert await cards.properties(taken) == was
        with pytest.raises(NotFoundError):
            await cards.make(Book("IRnone", "made"), made, system.draft, BY)

    async def test_so_much_may_be_set(self, store: Store) -> None:
        phone = await phone_of(store)
        most = BookProperty("u", "n", "", "x" * (limits.BOOK_PROPERTIES.value - 2))
        await store.cards.set_properties(phone.book, lambda was: was._replace(properties=(most,)))
        assert (await store.cards.properties(phone.book)).properties == (most,)


class MoveContract:
    """Cards that move within a book and to another one (DV-19)."""

    @pytest.mark.parametrize("limit", [1, 1_000])
    @pytest.mark.parametrize("is_group", [False, True], ids=["contact", "group"])
    async def test_within_a_book_it_has_another_name(self, store: Store, limit: int, *, is_group: bool) -> None:
        phone = await phone_of(store)
        client = Client(phone, limit)
        was = await (phone.put_group("a.vcf", "u") if is_group else phone.put("a.vcf", "u"))
        await client.sync()
        kept = await phone.move("a.vcf", "b.vcf")
        assert (kept.is_new, kept.card.name, kept.card.number) == (True, "b.vcf", was.card.number)
        assert kept.card.revision > was.card.revision
        assert await client.sync() == (["b.vcf"], ["a.vcf"])
        await phone.move("b.vcf", "a.vcf")
        assert await client.sync() == (["a.vcf"], ["b.vcf"])
        await client.check()
        await phone.move("a.vcf", "c.vcf")
        assert (await phone.put("a.vcf", "v")).is_new
        assert sorted((await client.sync())[0]) == ["a.vcf", "c.vcf"]
        await phone.delete("c.vcf")
        assert await client.sync() == ([], ["c.vcf"])
        await client.check()
        assert await store.check() == []

    async def test_onto_a_card_with_another_uid_it_does_not_move(self, store: Store) -> None:
        phone = await phone_of(store)
        other = await second_of(phone)
        await phone.put("a.vcf", "one")
        await phone.put("b.vcf", "two")
        await other.put("c.vcf", "three")
        await other.put("d.vcf", "one")
        states = [await store.cards.state(book.book) for book in (phone, other)]
        for call, name in (
            (phone.move("a.vcf", "b.vcf"), "b.vcf"),
            (phone.move("a.vcf", "b.vcf", copy=True), "a.vcf"),
            (phone.move("a.vcf", "new.vcf", copy=True), "a.vcf"),
            (phone.move("a.vcf", "c.vcf", other), "c.vcf"),
            (phone.move("a.vcf", "new.vcf", other), "d.vcf"),
            (phone.move("a.vcf", "new.vcf", other, copy=True), "d.vcf"),
        ):
            with pytest.raises(UidTakenError) as caught:
                await call
            assert caught.value.name == name
        assert [await store.cards.state(book.book) for book in (phone, other)] == states

    async def test_what_is_allowed_is_asked_first(self, store: Store) -> None:
        phone = await phone_of(store)
        other = await second_of(phone)
        seen = []

        def refuse(card: BookCard, target: BookCard | None) -> None:
            seen.append((card.name, target and target.name))
            raise ConflictError("no")

        await phone.put("a.vcf")
        await phone.put("b.vcf")
        await other.put("c.vcf")
        for to, name in ((phone, "b.vcf"), (phone, "new.vcf"), (other, "c.vcf"), (other, "new.vcf")):
            with pytest.raises(ConflictError) as caught:
                await store.cards.move(phone.book, "a.vcf", to.book, name, refuse, BY, copy=name == "b.vcf")
            assert not isinstance(caught.value, UidTakenError)
        assert seen == [("a.vcf", "b.vcf"), ("a.vcf", None), ("a.vcf", "c.vcf"), ("a.vcf", None)]

    @pytest.mark.parametrize("copy", [False, True], ids=["move", "copy"])
    @pytest.mark.parametrize("onto", [False, True], ids=["new", "onto"])
    async def test_to_another_book_it_is_another_contact_with_all_that_it_has(
        self, store: Store, *, copy: bool, onto: bool
    ) -> None:
        phone = await phone_of(store)
        other = await second_of(phone)
        clients = Client(phone), Client(other)
        image = await image_of("image/gif", b"GIF", b"small")
        draft = Draft(RICH._replace(uid="u"), ("10001", "10000"), image, b"its card")
        number = (await store.cards.put(phone.book, "a.vcf", lambda *_: draft, BY)).card.number
        was = await store.contacts.get(phone.place, number, full=True)
        if onto:
            await other.put("b.vcf", "u")
        for client in clients:
            await client.sync()
        kept = await phone.move("a.vcf", "b.vcf", other, copy=copy)
        assert (kept.is_new, kept.card.name, kept.card.place) == (not onto, "b.vcf", other.place)
        assert kept.card.number > number
        now = await store.contacts.get(other.place, kept.card.number, full=True)
        assert (now.contact, now.partners, now.image, now.card) == (
            was.contact._replace(revision=now.contact.revision),
            was.partners,
            was.image,
            b"its card",
        )
        assert await clients[0].sync() == ([], [] if copy else ["a.vcf"])
        assert await clients[1].sync() == (["b.vcf"], [])
        for client in clients:
            await client.check()
        if not copy:
            await phone.restore(number)
            assert await clients[0].sync() == (["a.vcf"], [])
        assert await store.check() == []

    @pytest.mark.parametrize("copy", [False, True], ids=["move", "copy"])
    async def test_a_group_moves_too(self, store: Store, *, copy: bool) -> None:
        phone = await phone_of(store)
        other = await second_of(phone)
        client = Client(phone)
        await phone.put_group("g.vcf", "u", b"its card")
        await client.sync()
        await phone.move("g.vcf", "h.vcf", other, copy=copy)
        assert (await other.card("h.vcf", full=True)).card == b"its card"
        assert await client.sync() == ([], [] if copy else ["g.vcf"])
        assert await store.check() == []


class OctetsContract:
    """What a client is given of a card is read as it is kept, without what else its contact says."""

    async def test_one_look_tells_of_a_card_its_octets_and_the_generation(self, store: Store) -> None:
        phone = await phone_of(store)
        kept, generation = (await phone.put("a.vcf", "one")).card, await store.cards.generation()
        octets_ = octets("one")
        length = len(octets_)
        assert await store.cards.seen(phone.book, "a.vcf", length) == (generation, kept._replace(card=octets_), length)
        assert await store.cards.seen(phone.book, "a.vcf", length - 1) == (generation, kept, length)
        group = (await phone.put_group("g.vcf", card=b"its card")).card
        assert await store.cards.seen(phone.book, "g.vcf", 8) == (generation, group._replace(card=b"its card"), 8)
        assert await store.cards.seen(phone.book, "g.vcf", 7) == (generation, group, 8)
        assert await store.cards.seen(phone.book, "none.vcf", 8) == Seen(generation, None, 0)
        with pytest.raises(NotFoundError):
            await store.cards.seen(Book(phone.book.sid, "none"), "a.vcf", 8)

    async def test_a_contact_that_came_otherwise_is_seen_at_once_and_whole(self, store: Store) -> None:
        phone = await phone_of(store)
        image = await image_of("image/jpeg", b"large", b"small")
        number = await phone.create(UUID.format(1), image=image)
        seen = await store.cards.seen(phone.book, f"{UUID.format(1)}.vcf", 0)
        assert (seen.card.contact, seen.octets) == (await store.contacts.get(phone.place, number, full=True), 0)

    async def test_in_the_book_of_all_campaigns_it_is_under_its_name_there(self, store: Store) -> None:
        phone = await phone_of(store)
        other, all_ = await second_of(phone), all_of(phone)
        await phone.put("a.vcf", "one")
        await other.put("a.vcf", "one", first="Eda")
        await all_.names()
        seen = await store.cards.seen(all_.book, "2-a.vcf", 1_000)
        assert (seen.card.place, seen.card.repeats_uid, seen.card.card) == (other.place, True, octets("one", "Eda"))
        await other.delete("a.vcf")
        assert (await store.cards.seen(all_.book, "2-a.vcf", 1_000)).card is None

    async def test_every_way_of_reading_gives_the_same_octets(self, store: Store) -> None:
        phone = await phone_of(store)
        large = octets("one") + b"x" * 20_000
        await phone.put("a.vcf", "one", card=large)
        await phone.put("a.vcf", "one", card=large + b"y")
        await phone.put_group("g.vcf", card=b"its card")
        await phone.create("two")
        whole = await phone.listed(full=True)
        wanted = [
            one._replace(contact=None, card=one.contact.card) if one.contact and one.contact.card else one
            for one in whole
        ]
        assert [len(one.card) for one in wanted] == [20_001 + len(octets("one")), 0, 8]
        names = [one.name for one in whole]
        assert await phone.listed(full="octets") == wanted
        assert await store.cards.named(phone.book, names, full="octets") == wanted
        assert [await phone.card(name, full="octets") for name in names] == wanted
        assert [(await store.cards.seen(phone.book, name, 100_000)).card for name in names] == wanted
        assert (await store.cards.changed(phone.book, (), 10, full="octets")).cards == wanted
        assert await store.cards.of(phone.book, phone.place, [1, 2], full="octets") == wanted[:2]


class AllContract:
    """The book of all campaigns (DV-3)."""

    async def test_it_has_the_cards_of_all_campaigns_under_their_names(self, store: Store) -> None:
        phone = await phone_of(store)
        other, all_ = await second_of(phone), all_of(phone)
        await phone.put("a.vcf", "one")
        await other.put("b.vcf", "two")
        await other.put("a.vcf", "three")
        await other.put_group("a-group.vcf", "four")
        await phone.put_group("g.vcf", "five")
        await other.put_group("g.vcf", "six")
        listed = await all_.listed(2)
        names = [(card.name, card.place.campaign) for card in listed]
        assert names == [
            ("a.vcf", "1000"),
            ("g.vcf", "1000"),
            ("b.vcf", "2000"),
            ("3-a.vcf", "2000"),
            ("a-group.vcf", "2000"),
            ("group-2-g.vcf", "2000"),
        ]
        assert await store.cards.named(all_.book, [name for name, _ in names]) == listed
        assert [place.campaign for place in await store.cards.state(all_.book)] == [
            place.campaign for book in (phone, other) for place in await store.cards.state(book.book)
        ]
        assert await store.check() == []

    async def test_a_group_over_a_contact_stays_in_its_campaign_and_so_does_a_contact_over_that(
        self, store: Store
    ) -> None:
        phone = await phone_of(store)
        other, all_ = await second_of(phone), all_of(phone)
        await phone.put("a.vcf", "one")
        await other.put("b.vcf", "two")
        await all_.names()
        await all_.put_group("b.vcf", "two")
        assert [(card.name, card.place, card.is_group) for card in await other.listed()] == [
            ("b.vcf", other.place, True)
        ]
        await all_.put("b.vcf", "two")
        assert [(card.name, card.place, card.is_group) for card in await other.listed()] == [
            ("b.vcf", other.place, False)
        ]
        assert sorted(await all_.names()) == ["a.vcf", "b.vcf"]
        assert await phone.names() == ["a.vcf"]
        assert await store.check() == []

    async def test_no_name_is_longer_than_a_path_may_have(self, store: Store) -> None:
        phone = await phone_of(store)
        other, all_ = await second_of(phone), all_of(phone)
        name = "n" * (limits.CARD_NAME.value - 4) + ".vcf"
        for book, uid in ((phone, "one"), (other, "two")):
            await book.put(name, uid)
            await book.put_group(name[1:], f"{uid}, a group")
        names = await all_.names()
        assert len(set(names)) == 4
        assert {name, name[1:], f"2-{name[2:]}"} < set(names)
        assert max(map(len, names)) == limits.CARD_NAME.value
        assert all(card is not None for card in await store.cards.named(all_.book, names))
        assert await store.check() == []

    @pytest.mark.parametrize("limit", [1, 1_000])
    async def test_it_tells_of_changes_in_every_campaign(self, store: Store, limit: int) -> None:
        phone = await phone_of(store)
        other, all_ = await second_of(phone), all_of(phone)
        client = Client(all_, limit)
        await phone.put("a.vcf", "one")
        await other.put("a.vcf", "two")
        assert await client.sync() == (["a.vcf", "2-a.vcf"], [])
        await other.delete("a.vcf")
        await phone.put("a.vcf", "one", "Eda")
        await phone.put("b.vcf", "three")
        assert await client.sync() == (["a.vcf", "b.vcf"], ["2-a.vcf"])
        third = await second_of(phone, "3000")
        await third.put("c.vcf", "four")
        assert await client.sync() == (["c.vcf"], [])
        await phone.move("a.vcf", "z.vcf")
        assert await client.sync() == (["a.vcf"], [])
        await all_.move("a.vcf", "y.vcf")
        assert await client.sync() == (["y.vcf"], ["a.vcf"])
        assert await phone.names() == ["z.vcf", "b.vcf"]
        await client.check()
        await store.partners.remove_campaign(*other.book)
        with pytest.raises(SyncTokenError):
            await client.sync()
        assert await store.check() == []

    async def test_a_card_whose_uid_another_has_too_gets_another_name_but_not_the_name_of_that(
        self, store: Store
    ) -> None:
        phone = await phone_of(store)
        other, all_ = await second_of(phone), all_of(phone)
        await phone.put("a.vcf", "one")
        await other.put("b.vcf", "one")
        assert [card.repeats_uid for card in await all_.listed()] == [False, True]
        for name, there in (("b.vcf", "a.vcf"), ("a.vcf", "b.vcf")):
            with pytest.raises(UidTakenError) as caught:
                await all_.move(name, there)
            assert caught.value.name == there
        assert (await all_.move("b.vcf", "c.vcf")).is_new
        assert (await all_.move("a.vcf", "d.vcf")).is_new
        assert [(card.name, card.repeats_uid) for card in await all_.listed()] == [("d.vcf", False), ("c.vcf", True)]
        assert await store.check() == []

    async def test_no_card_comes_with_the_uid_that_a_repeating_one_leaves_with(self, store: Store) -> None:
        phone = await phone_of(store)
        other, all_ = await second_of(phone), all_of(phone)
        await phone.put("a.vcf", "one")
        await other.put("b.vcf", "one")
        repeats = await all_.card("b.vcf")
        shown = uid_in_all(repeats)
        for uid in (shown, shown.removeprefix("urn:uuid:").upper()):
            for put in (all_.put, all_.put_group):
                with pytest.raises(UidTakenError) as caught:
                    await put("new.vcf", uid)
                assert caught.value.name == "b.vcf"
        assert (await all_.put("other.vcf", uid_in_all(repeats._replace(number=999)))).is_new
        assert (await phone.put("own.vcf", shown)).is_new  # there no card has it
        await phone.delete("own.vcf")
        await other.delete("b.vcf")
        assert (await all_.put("new.vcf", shown)).is_new

    async def test_a_new_card_goes_to_the_campaign_made_first(self, store: Store) -> None:
        phone = await phone_of(store)
        other, all_ = await second_of(phone), all_of(phone)
        await other.put("a.vcf", "one")
        await all_.names()
        assert (await all_.put("b.vcf", "two")).card.place == phone.place
        assert await phone.names() == ["b.vcf"]
        with pytest.raises(UidTakenError) as caught:
            await all_.put("c.vcf", "one")
        assert caught.value.name == "a.vcf"
        assert not (await all_.put("a.vcf", "one", "Eda")).is_new
        assert (await other.card("a.vcf", full=True)).contact.contact.name.first == "Eda"
        await all_.put_group("g.vcf", "three")
        assert await phone.names() == ["b.vcf", "g.vcf"]
        for name in ("a.vcf", "b.vcf", "g.vcf"):
            await all_.delete(name)
        assert [await book.names() for book in (phone, other, all_)] == [[], [], []]
        assert await store.check() == []

    async def test_its_name_is_that_of_a_new_card_in_the_campaign_too_where_it_is_free(self, store: Store) -> None:
        phone = await phone_of(store)
        all_ = all_of(phone)
        await phone.put("a.vcf", "one")
        await all_.names()
        await all_.move("a.vcf", "z.vcf")
        await all_.put("a.vcf", "two")
        assert await phone.names() == ["a.vcf", "2-a.vcf"]
        assert await all_.names() == ["z.vcf", "a.vcf"]

    async def test_the_later_of_two_with_one_uid_says_so(self, store: Store) -> None:
        phone = await phone_of(store)
        other, all_ = await second_of(phone), all_of(phone)
        uid = f"urn:uuid:{UUID.format(1)}"
        await other.put("later.vcf", uid)
        await phone.create(UUID.format(1).upper())
        await phone.put("b.vcf", "another")
        assert [card.repeats_uid for card in await all_.listed()] == [False, False, True]
        assert [card.repeats_uid for card in await other.listed()] == [False]
        await phone.create(uid)
        cards = {card.number: card.repeats_uid for card in await all_.listed()}
        assert cards == {1: True, 2: False, 3: False, 4: True}
        (found,) = await store.cards.named(all_.book, ["later.vcf"])
        assert found.repeats_uid
        await phone.remove(2)
        assert {card.number: card.repeats_uid for card in await all_.listed()} == {1: True, 3: False, 4: True}

    async def test_a_system_created_contact_is_there_once(self, store: Store) -> None:
        phone = await phone_of(store)
        other, all_ = await second_of(phone), all_of(phone)
        person = {"first": "Road", "last": "Runner", "email": "road@example.com", "title": ""}
        user = await partners.add_user(store.partners, phone.book.sid, "10000", **person)
        client = Client(all_)
        await client.sync()
        (card,) = await all_.listed()
        assert (card.is_system, card.place) == (True, phone.place)
        assert [card.is_system for card in await other.listed()] == [True]
        await second_of(phone, "3000")
        assert await client.sync() == ([], [])
        await store.partners.remove_campaign(*phone.book)
        again = Client(all_)
        await again.sync()
        (card,) = await all_.listed()
        assert (card.is_system, card.place) == (True, other.place)
        await partners.remove_user(store.partners, phone.book.sid, "10000", user.id)
        assert await again.sync() == ([], [card.name])
        assert await store.check() == []

    async def test_an_account_without_a_campaign_has_an_empty_one(self, store: Store) -> None:
        phone = await phone_of(store)
        await store.partners.remove_campaign(*phone.book)
        all_ = all_of(phone)
        client = Client(all_)
        assert (await client.sync(), await all_.names(), await store.cards.state(all_.book)) == (([], []), [], [])
        with pytest.raises(NotFoundError):
            await all_.put("a.vcf")


class EraseContract:
    """What is left of the name of an erased contact (DV-25)."""

    @pytest.mark.parametrize("there", [True, False], ids=["there", "deleted"])
    async def test_a_uuid_is_kept_and_told(self, store: Store, *, there: bool) -> None:
        phone = await phone_of(store)
        all_ = all_of(phone)
        name = f"{UUID.format(5)}.vcf"
        number = (await phone.put(name, UUID.format(5))).card.number
        clients = Client(phone), Client(all_)
        for client in clients:
            await client.sync()
        if not there:
            await phone.remove(number)
        await phone.erase(number)
        for client in clients:
            assert await client.sync() == ([], [name])

    @pytest.mark.parametrize("there", [True, False], ids=["there", "deleted"])
    async def test_any_other_goes_and_earlier_places_end(self, store: Store, *, there: bool) -> None:
        phone = await phone_of(store)
        all_, other = all_of(phone), await second_of(phone)
        number = (await phone.put("ida-moss.vcf")).card.number
        clients = Client(phone), Client(all_), Client(other)
        for client in clients:
            await client.sync()
        later = Client(phone)
        if not there:
            await phone.remove(number)
            await later.sync()
        await phone.erase(number)
        for client in clients[:2]:
            with pytest.raises(SyncTokenError):
                await client.sync()
        assert await clients[2].sync() == ([], [])
        if not there:  # who has heard that it was deleted need not begin anew
            assert await later.sync() == ([], [])
        anew = Client(phone, 1)
        assert await anew.sync() == ([], [])
        assert (await phone.put("ida-moss.vcf")).is_new
        assert await anew.sync() == (["ida-moss.vcf"], [])
        assert await store.check() == []

    async def test_a_name_that_it_left_goes_too(self, store: Store) -> None:
        phone = await phone_of(store)
        name = f"{UUID.format(5)}.vcf"
        number = (await phone.put("ida-moss.vcf", UUID.format(5))).card.number
        client = Client(phone)
        await client.sync()
        await phone.move("ida-moss.vcf", name)
        late = Client(phone)
        await late.sync()
        await phone.erase(number)
        with pytest.raises(SyncTokenError):
            await client.sync()

    async def test_a_first_sync_goes_on_after_another_contact_was_erased_before_it(self, store: Store) -> None:
        phone = await phone_of(store)
        for name in ("a.vcf", "b.vcf", "c.vcf"):
            await phone.put(name)
        await phone.erase(1)
        client = Client(phone, 1)
        assert (await client.sync())[0] == ["b.vcf", "c.vcf"]


class MergeContract:
    """Contacts that are merged, and that again undone."""

    async def test_the_second_is_gone_and_comes_back_under_its_name(self, store: Store) -> None:
        phone = await phone_of(store)
        client = Client(phone)
        await phone.put("a.vcf")
        await phone.put("b.vcf")
        await client.sync()
        await store.merges.merge(phone.place, 1, 2, lambda one, *_: one._replace(contact=RICH), BY)
        assert await client.sync() == (["a.vcf"], ["b.vcf"])
        (merge,) = await store.merges.of(phone.place, 1)
        await store.merges.undo(phone.place, 1, merge.sequence, lambda was, _: was, BY)
        assert await client.sync() == (["a.vcf", "b.vcf"], [])
        await client.check()
