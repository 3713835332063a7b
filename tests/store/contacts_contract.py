"""What every store does with one contact, seen through the use cases, as surfaces see it."""

from __future__ import annotations

import asyncio
import hashlib
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from cardwright import vcard
from cardwright.book import partners
from cardwright.book.changes import restored
from cardwright.book.contacts import Contacts
from cardwright.book.images import image_of
from cardwright.book.ports import Place
from cardwright.book.requests import NewContact, Patch
from cardwright.cards import write_contact
from cardwright.contact.model import Email, Name, Phone
from cardwright.errors import ConflictError, Fault, ForbiddenError, InvalidError, KeyReusedError, NotFoundError, Rule
from store.acme import RICH, WILE, Images, book_of, faults_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from cardwright.book.ports import Store
    from cardwright.book.stored import StoredContact
    from store.acme import Book


class CreateContract:
    async def test_what_was_sent_comes_back(self, store: Store) -> None:
        """PC-10, PC-20 to PC-28."""
        book = await book_of(store)
        before = datetime.now(UTC) - timedelta(milliseconds=1)
        made = await book.get(await book.create())
        contact = made.contact
        assert (contact.name.first, contact.name.last, contact.title) == ("Wile", "Coyote", "Acme Partner Manager")
        assert made.email == "wile.coyote@example.com"
        assert made.work_phone == Phone("8051234567", "work", "US")
        assert made.cellphone == Phone("8059876543", "mobile", "US")
        assert contact.labels == ("Main Contact", "Acme Partner")
        assert [tuple(partner) for partner in made.partners] == [("10000", "Partner 10000")]
        assert (made.id, made.system, made.image, made.card) == ("1", False, "", b"")
        assert before <= made.created == made.updated <= datetime.now(UTC)
        assert contact.uid.startswith("urn:uuid:")
        assert contact.revision == f"{made.updated:%Y%m%dT%H%M%SZ}"

    async def test_the_least_of_a_contact(self, store: Store) -> None:
        book = await book_of(store)
        made = await book.get(
            await book.create(NewContact(" J ", " A ", " john@example.com ", (" 10000 ", "", "10000")))
        )
        assert (made.contact.name, made.email) == (Name("J", "A"), "john@example.com")
        assert (made.contact.title, made.contact.phones, made.contact.labels) == ("", (), ())
        assert [partner.id for partner in made.partners] == ["10000"]

    async def test_every_contact_has_its_own_uid_and_two_may_share_an_address(self, store: Store) -> None:
        """PC-27."""
        book = await book_of(store)
        made = [await book.get(await book.create()) for _ in range(3)]
        assert len({contact.contact.uid for contact in made}) == 3
        assert [contact.id for contact in made] == ["1", "2", "3"]

    async def test_all_faults_are_reported_in_order(self, store: Store) -> None:
        """PC-20, PC-21, PC-60."""
        book = await book_of(store)
        bad = NewContact(
            "",
            "C\x00",
            "nobody",
            ("77", "10000", "88"),
            "T" * 256,
            "https://example.com/gone",
            b"",
            "1",
            "",
            "",
            "DE",
            ("L" * 101,),
        )
        assert await faults_of(book.create(bad)) == [
            ("first", Rule.REQUIRED),
            ("last", Rule.CONTROL),
            ("email", Rule.FORM),
            ("partners", Rule.UNKNOWN),
            ("title", Rule.TOO_LONG),
            ("image_url", Rule.PHOTO_UNREADABLE),
            ("work_phone_country", Rule.CONFLICT),
            ("cellphone", Rule.CONFLICT),
            ("labels", Rule.TOO_LONG),
        ]
        assert (await book.page()).total == 0

    async def test_unknown_partner_accounts_are_all_named_in_one_fault(self, store: Store) -> None:
        """PC-26."""
        book = await book_of(store)
        with pytest.raises(InvalidError) as caught:
            await book.create(partners=("77", "10000", "88"))
        assert [fault.message for fault in caught.value.faults] == ["No partner account 77, 88"]

    async def test_another_accounts_partner_is_unknown(self, store: Store) -> None:
        one, two = await book_of(store), await book_of(store)
        await partners.add_partner(store.partners, two.sid, "20000", "Theirs")
        assert await faults_of(one.create(partners=("20000",))) == [("partners", Rule.UNKNOWN)]

    @pytest.mark.parametrize("field", ["first", "last", "email", "title"])
    async def test_a_line_break_at_an_end_is_not_trimmed_but_refused(self, store: Store, field: str) -> None:
        """PC-26."""
        book = await book_of(store)
        value = getattr(WILE, field)
        for text in (f"{value}\n", f"\x1f{value}"):
            assert await faults_of(book.create(**{field: text})) == [(field, Rule.CONTROL)]
        assert getattr(await book.get(await book.create(**{field: f"\u3000{value} "})), "id", None) == "1"

    async def test_labels_are_trimmed_and_limited(self, store: Store) -> None:
        """PC-26."""
        book = await book_of(store)
        made = await book.get(await book.create(labels=(" b ", "", "a", "b", "  ")))
        assert made.contact.labels == ("b", "a")
        fifty = tuple(str(n) for n in range(50))
        assert (await book.get(await book.create(labels=fifty))).contact.labels == fifty
        assert await faults_of(book.create(labels=(*fifty, "x"))) == [("labels", Rule.TOO_MANY)]

    async def test_an_image_is_kept_with_the_contact(self, store: Store) -> None:
        """PC-25."""
        book = await book_of(store)
        made = await book.create(image_file=b"GIF89a")
        image = await image_of("image/gif", b"GIF89a", b"small GIF89a")
        assert await book.contacts.image(book.sid, "1000", made) == image
        full = await book.contacts.full(book.sid, "1000", made)
        assert full.contact.photo == ("image/jpeg", b"small GIF89a")
        assert full.image == hashlib.sha256(b"GIF89a").hexdigest()
        with pytest.raises(NotFoundError):
            await book.contacts.image(book.sid, "1000", await book.create())

    async def test_a_refused_image_leaves_nothing(self, store: Store) -> None:
        """PC-23, PC-34."""
        book = await book_of(store)
        assert await faults_of(book.create(image_file=b"PDF")) == [("image_file", Rule.PHOTO_UNREADABLE)]
        both = book.create(image_file=b"GIF", image_url="https://example.com")
        assert await faults_of(both) == [("image_url", Rule.CONFLICT)]
        assert (await book.page()).total == 0

    async def test_faults_of_the_caller_come_in_order_too(self, store: Store) -> None:
        book = await book_of(store)
        found = [Fault("title", Rule.TYPE, "must be a text"), Fault("partners", Rule.TYPE, "must be a list")]
        call = book.contacts.create(book.sid, "1000", NewContact(email="x"), by="test", form_faults=found)
        assert [field for field, _ in await faults_of(call)] == ["first", "last", "email", "partners", "title"]

    async def test_of_those_who_come_at_once_who_is_refused_takes_no_number(self, store: Store) -> None:
        """PC-10: numbers without a gap, nor is there one among the changes, in either account."""
        books = await book_of(store), await book_of(store)
        for book in books:
            await book.contacts.create(book.sid, "1000", WILE, by="test", key="k")
        unknown, other = WILE._replace(partners=("10000", "9")), WILE._replace(title="Other")
        asked = [(WILE, ""), (unknown, ""), (WILE, "k"), (WILE, "l"), (other, "k"), (WILE, "")]
        for some in (asked, asked[:2], asked[2:4], [asked[0], asked[4]]):
            creates = [b.contacts.create(b.sid, "1000", new, by="test", key=key) for new, key in some for b in books]
            outcomes = await asyncio.gather(*creates, return_exceptions=True)
            refused = [type(outcome) for outcome in outcomes if isinstance(outcome, Exception)]
            assert set(refused) <= {InvalidError, KeyReusedError}
            assert len(refused) == 2 * sum(new is not WILE for new, _ in some)
        for book in books:
            numbers = list(range(1, (await book.page()).total + 1))
            changes = await store.changes.after(Place(book.sid, "1000"), 0, 100)
            assert numbers == sorted(int(one) for one in await book.found()) == [one.number for one in changes]
            assert [one.sequence for one in changes] == numbers
        assert await store.check() == []

    async def test_a_campaign_that_is_not_there(self, store: Store) -> None:
        """PC-4: also when something else is wrong."""
        book = await book_of(store)
        for sid, campaign in ((book.sid, "1001"), ("IRnobody", "1000")):
            for new in (WILE, NewContact()):
                with pytest.raises(NotFoundError):
                    await book.contacts.create(sid, campaign, new, by="test")


class RepeatContract:
    """PC-29."""

    async def test_a_repeat_makes_nothing(self, store: Store) -> None:
        book = await book_of(store)

        async def create(key: str, new: NewContact = WILE) -> str:
            return await book.contacts.create(book.sid, "1000", new, by="test", key=key)

        one = await create("a")
        assert await create("a") == one
        assert await create("b") != one
        with pytest.raises(KeyReusedError):
            await create("a", WILE._replace(title="Other"))
        assert (await book.page()).total == 2

    async def test_repeats_at_the_same_time_make_one(self, store: Store, other: Store) -> None:
        book = await book_of(store)
        books = [Contacts(s.contacts, Images()) for s in (store, other)] * 5
        made = await asyncio.gather(*(b.create(book.sid, "1000", WILE, by="test", key="k") for b in books))
        assert set(made) == {"1"}
        assert (await book.page()).total == 1

    async def test_files_are_compared_too(self, store: Store) -> None:
        book = await book_of(store)

        async def create(file: bytes) -> str:
            return await book.contacts.create(book.sid, "1000", WILE._replace(image_file=file), by="test", key="k")

        assert await create(b"GIF 1") == await create(b"GIF 1")
        with pytest.raises(KeyReusedError):
            await create(b"GIF 2")

    async def test_a_key_belongs_to_its_account_and_an_error_keeps_none(self, store: Store) -> None:
        one, two = await book_of(store), await book_of(store)
        await faults_of(one.contacts.create(one.sid, "1000", NewContact(), by="test", key="k"))
        for book in (one, two):
            assert await book.contacts.create(book.sid, "1000", WILE, by="test", key="k") == "1"


class ReadContract:
    async def test_ids_that_name_nothing(self, store: Store) -> None:
        book = await book_of(store)
        made = await book.create()
        for contact_id in ("2", f"M{made}", "0", f"0{made}", "", "x", "-1", "1" * 30, f" {made}", "१"):
            with pytest.raises(NotFoundError):
                await book.get(contact_id)

    async def test_another_accounts_contact_is_not_found(self, store: Store) -> None:
        """PC-4."""
        one, two = await book_of(store), await book_of(store)
        made = await one.create()
        with pytest.raises(NotFoundError):
            await two.get(made)
        with pytest.raises(NotFoundError):
            await one.get(made, "2000")

    async def test_a_contact_of_any_richness_comes_back_whole(self, store: Store) -> None:
        book = await book_of(store)
        number = await book.keep(RICH, card=b"BEGIN:VCARD\r\nEND:VCARD\r\n")
        full = await book.contacts.full(book.sid, "1000", str(number))
        assert full.contact._replace(revision="") == RICH
        assert full.card == b"BEGIN:VCARD\r\nEND:VCARD\r\n"
        assert full.email == "jose@example.com"
        assert full.work_phone == Phone("8051234567", "work", "US")
        assert full.cellphone is None


class UpdateContract:
    @pytest.mark.parametrize(
        ("patch", "read", "now"),
        [
            ({"first": " Road "}, lambda c: c.contact.name.first, "Road"),
            ({"title": ""}, lambda c: c.contact.title, ""),
            ({"email": "new@example.com"}, lambda c: c.email, "new@example.com"),
            ({"work_phone": ""}, lambda c: c.work_phone, None),
            ({"work_phone": "", "work_phone_country": ""}, lambda c: c.work_phone, None),
            (
                {"cellphone": "030 123456", "cellphone_country": "DE"},
                lambda c: c.cellphone,
                Phone("30123456", "mobile", "DE"),
            ),
            (
                {"labels_add": ("New", "Main Contact")},
                lambda c: c.contact.labels,
                ("Main Contact", "Acme Partner", "New"),
            ),
            ({"labels_remove": ("Main Contact", "None such")}, lambda c: c.contact.labels, ("Acme Partner",)),
            ({"partners_add": ("10001", "10000")}, lambda c: [p.id for p in c.partners], ["10000", "10001"]),
            (
                {"partners_add": ("10001",), "partners_remove": ("10000",)},
                lambda c: [p.name for p in c.partners],
                ["Partner 10001"],
            ),
        ],
    )
    async def test_what_is_sent_changes_and_the_rest_stays(
        self, store: Store, patch: dict[str, object], read: Callable[[object], object], now: object
    ) -> None:
        """PC-30, PC-31."""
        book = await book_of(store)
        made = await book.create()
        old = await book.get(made)
        new = await book.patch(made, **patch)
        assert read(new) == now
        assert new == await book.get(made)
        assert new.revision > old.revision
        assert new.contact.uid == old.contact.uid
        assert new.created == old.created

    @pytest.mark.parametrize(
        ("patch", "faults"),
        [
            ({"first": ""}, [("first", Rule.REQUIRED)]),
            ({"last": " ", "email": ""}, [("last", Rule.REQUIRED), ("email", Rule.REQUIRED)]),
            ({"email": "x"}, [("email", Rule.FORM)]),
            ({"work_phone": "8051234567"}, [("work_phone_country", Rule.CONFLICT)]),
            ({"work_phone_country": "US"}, [("work_phone", Rule.CONFLICT)]),
            ({"cellphone": "1", "cellphone_country": "US"}, [("cellphone", Rule.FORM)]),
            ({"partners_remove": ("10000",)}, [("partners_remove", Rule.REQUIRED)]),
            (
                {"partners_add": ("7",), "partners_remove": ("8",)},
                [("partners_add", Rule.UNKNOWN), ("partners_remove", Rule.UNKNOWN)],
            ),
            ({"labels_add": tuple(map(str, range(49)))}, [("labels_add", Rule.TOO_MANY)]),
            ({"labels_add": ("a\nb",), "title": "\x07"}, [("title", Rule.CONTROL), ("labels_add", Rule.CONTROL)]),
            (
                {"image_url": "https://example.com/gone", "last": ""},
                [("last", Rule.REQUIRED), ("image_url", Rule.PHOTO_UNREADABLE)],
            ),
        ],
    )
    async def test_a_refused_change_changes_nothing(
        self, store: Store, patch: dict[str, object], faults: list[tuple[str, Rule]]
    ) -> None:
        """PC-31, PC-34, PC-60."""
        book = await book_of(store)
        made = await book.create()
        old = await book.get(made)
        assert await faults_of(book.patch(made, **({"title": "Good"} | patch))) == faults
        assert await book.get(made) == old

    async def test_a_change_that_changes_nothing_keeps_the_revision(self, store: Store) -> None:
        book = await book_of(store)
        made = await book.create()
        old = await book.get(made)
        assert await book.patch(made, first="Wile", labels_add=("Main Contact",)) == old

    async def test_the_image_is_replaced_and_removed(self, store: Store) -> None:
        """PC-31."""
        book = await book_of(store)
        made = await book.create(image_file=b"GIF 1")
        await book.patch(made, image_url="https://example.com/2.gif")
        assert (await book.contacts.image(book.sid, "1000", made)).data == b"GIF at https://example.com/2.gif"
        assert (await book.patch(made, title="Other")).image
        assert (await book.patch(made, image_url="")).image == ""

    async def test_the_one_who_was_slower_is_told(self, store: Store) -> None:
        """PC-33."""
        book = await book_of(store)
        made = await book.create()
        seen = (await book.get(made)).revision

        async def update(title: str) -> object:
            return await book.contacts.update(book.sid, "1000", made, Patch(title=title), by="test", revisions={seen})

        outcomes = await asyncio.gather(*(update(str(n)) for n in range(5)), return_exceptions=True)
        assert [type(outcome) for outcome in outcomes].count(ConflictError) == 4
        with pytest.raises(ConflictError):
            await book.contacts.delete(book.sid, "1000", made, by="test", revisions={seen})
        now = (await book.get(made)).revision
        await book.contacts.delete(book.sid, "1000", made, by="test", revisions={now, 7})

    async def test_a_change_is_made_in_the_card(self, store: Store) -> None:
        """DESIGN, "The contact": properties that are not modelled survive, and so do the bytes of unchanged lines."""
        book = await book_of(store)
        card = write_contact(RICH).replace(b"UID:", b"X-Spouse;x-a=b:Road\\,\r\n  Runner\r\nREV:2001-02-03\r\nUID:")
        number = str(await book.keep(RICH, card=card))
        assert (await book.contacts.full(book.sid, "1000", number)).card == card
        await book.patch(number, cellphone="8051234567", cellphone_country="US", email="new@example.com")
        full = await book.contacts.full(book.sid, "1000", number)
        assert full.card == (
            card.replace(b"jose@example.com", b"new@example.com")
            .replace(b"\r\nEMAIL", b"\r\nTEL;TYPE=CELL:+18051234567\r\nEMAIL", 1)
            .replace(b"2001-02-03", full.contact.revision.encode())
        )
        assert full.contact.uid == RICH.uid
        assert full.contact.phones == (*RICH.phones, Phone("8051234567", "mobile", "US"))
        assert full.contact.emails == (Email("new@example.com", "home"), RICH.emails[1])
        assert full.contact.addresses == RICH.addresses

    async def test_the_photo_of_the_card_is_that_of_the_contact(self, store: Store) -> None:
        """DESIGN, "The contact"."""
        book = await book_of(store)
        card = write_contact(RICH).replace(b"NOTE", b"PHOTO;VALUE=uri:https://example.com/1.gif\r\nNOTE")
        number = str(await book.keep(RICH, card=card))
        for patch, photo in (({"image_file": b"GIF"}, b"small GIF"), ({"title": "Other"}, b"small GIF")):
            await book.patch(number, **patch)
            (changed,) = vcard.read((await book.contacts.full(book.sid, "1000", number)).card)
            assert [entry.value for entry in changed.all("PHOTO")] == [photo]
        await book.patch(number, image_url="", title=RICH.title)
        full = await book.contacts.full(book.sid, "1000", number)
        assert full.card == card.replace(b"PHOTO;VALUE=uri:https://example.com/1.gif\r\n", b"")

    async def test_the_card_comes_back_with_a_contact_that_was_changed_and_deleted(self, store: Store) -> None:
        """The table `change` is the undo: what it says of before has the card that was."""
        book = await book_of(store)
        number = str(await book.keep(RICH, card=write_contact(RICH).replace(b"NOTE", b"X-OWN:1\r\nNOTE")))
        await book.patch(number, title="Other", labels_add=("b",))
        changed = (await book.contacts.full(book.sid, "1000", number)).card
        assert b"X-OWN:1\r\n" in changed
        await book.contacts.delete(book.sid, "1000", number, by="test")
        await book.contacts.restore(book.sid, "1000", number, by="test")
        assert (await book.contacts.full(book.sid, "1000", number)).card == changed

    async def test_bytes_that_are_no_card_do_not_outlive_a_change(self, store: Store) -> None:
        book = await book_of(store)
        number = str(await book.keep(RICH, card=b"a card"))
        await book.patch(number, title="Other")
        assert (await book.contacts.full(book.sid, "1000", number)).card == b""


class DeleteContract:
    async def test_what_was_deleted_is_gone_and_comes_back_as_it_was(self, store: Store) -> None:
        book = await book_of(store)
        made = await book.create(image_file=b"GIF")
        old = await book.get(made)
        await book.contacts.delete(book.sid, "1000", made, by="test")
        for call in (book.get(made), book.patch(made, title="x"), book.contacts.delete(book.sid, "1000", made, by="t")):
            with pytest.raises(NotFoundError):
                await call
        assert await book.found() == await book.found(search="wile") == []
        back = await book.contacts.restore(book.sid, "1000", made, by="test")
        assert back.revision > old.revision
        assert back._replace(revision=0, updated=old.updated, contact=old.contact) == old._replace(revision=0)
        assert back.contact._replace(revision="") == old.contact._replace(revision="")
        assert (await book.contacts.image(book.sid, "1000", made)).data == b"GIF"
        assert await book.found() == await book.found(search="wile") == [made]
        assert await store.check() == []

    async def test_what_comes_back_is_changed_in_the_same_unit_or_stays_deleted(self, store: Store) -> None:
        book, photo = await book_of(store), await image_of("image/gif", b"another GIF", b"small")
        made = await book.create(image_file=b"GIF", title="Old")
        await book.contacts.delete(book.sid, "1000", made, by="test")

        def titled(stored: StoredContact, _at: datetime) -> StoredContact:
            return stored._replace(contact=stored.contact._replace(title="Wanted"), image=photo.digest)

        def refuse(*_: object) -> StoredContact:
            raise ForbiddenError("no")

        with pytest.raises(ForbiddenError):
            await store.contacts.restore(book.place, int(made), restored, "test", refuse, photo)
        assert (await book.found(), await book.found(search="wile")) == ([], [])
        with pytest.raises(NotFoundError):
            await store.contacts.image(book.sid, photo.digest)
        back = await store.contacts.restore(book.place, int(made), restored, "test", titled, photo)
        assert (back.contact.title, back.image) == ("Wanted", photo.digest)
        assert (await store.contacts.image(book.sid, photo.digest)).data == photo.data
        kinds = [change.kind for change in await store.changes.of(book.place, int(made), 9)]
        assert kinds == ["updated", "restored", "deleted", "created"]
        assert await book.found(search="wanted") == [made]
        assert await store.check() == []

    async def test_a_card_comes_back_too(self, store: Store) -> None:
        book = await book_of(store)
        number = str(await book.keep(RICH, card=b"\x00a card"))
        await book.contacts.delete(book.sid, "1000", number, by="test")
        await book.contacts.restore(book.sid, "1000", number, by="test")
        full = await book.contacts.full(book.sid, "1000", number)
        assert (full.card, full.contact._replace(revision="")) == (b"\x00a card", RICH)

    async def test_only_what_was_deleted_is_restored(self, store: Store) -> None:
        book = await book_of(store)
        made = await book.create()
        await book.patch(made, title="x")
        with pytest.raises(ConflictError):
            await book.contacts.restore(book.sid, "1000", made, by="test")
        with pytest.raises(NotFoundError):
            await book.contacts.restore(book.sid, "1000", "77", by="test")

    async def test_a_number_is_never_given_twice(self, store: Store) -> None:
        book = await book_of(store)
        await book.contacts.delete(book.sid, "1000", await book.create(), by="test")
        assert await book.create() == "2"

    @pytest.mark.parametrize("deleted", [False, True])
    async def test_an_idempotency_key_goes_with_the_contact_that_is_erased(
        self, store: Store, *, deleted: bool
    ) -> None:
        book, other = await book_of(store), await book_of(store, "Other")

        async def create(one: Book, key: str, new: NewContact = WILE) -> str:
            return await one.contacts.create(one.sid, "1000", new, by="test", key=key)

        erased, stays, others = await create(book, "a"), await create(book, "b"), await create(other, "a")
        if deleted:
            await book.contacts.delete(book.sid, "1000", erased, by="test")
        await book.contacts.erase(book.sid, "1000", erased, by="test")
        assert await create(book, "a", WILE._replace(title="Other contents")) not in {erased, stays}
        assert (await create(book, "b"), await create(other, "a")) == (stays, others)

    @pytest.mark.parametrize("deleted", [False, True])
    async def test_what_is_erased_cannot_be_restored(self, store: Store, *, deleted: bool) -> None:
        book = await book_of(store)
        made, stays = await book.create(image_file=b"GIF 1"), await book.create(image_file=b"GIF 1")
        await book.patch(made, image_file=b"GIF 2")
        if deleted:
            await book.contacts.delete(book.sid, "1000", made, by="test")
        await book.contacts.erase(book.sid, "1000", made, by="test")
        for call in (
            book.get(made),
            book.contacts.restore(book.sid, "1000", made, by="t"),
            book.contacts.erase(book.sid, "1000", made, by="t"),
        ):
            with pytest.raises(NotFoundError):
                await call
        assert (await book.contacts.image(book.sid, "1000", stays)).data == b"GIF 1"
        with pytest.raises(NotFoundError):
            await store.contacts.image(book.sid, hashlib.sha256(b"GIF 2").hexdigest())
        assert await store.check() == []
