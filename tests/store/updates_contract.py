"""Imports that update: what is kept of cards, that a dry run says the same, and that exports give all of it."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cards.real_cards import CARDS
from cards.unmodelled_properties import as_written, card_of, rest, said_by
from cardwright.book.requests import Query
from cardwright.cards import contact_of
from cardwright.contact.model import Contact, Email, Name
from cardwright.vcard import Property, complete_octets, read, write
from store.acme import Book, book_of
from store.importing import outcomes, people, told, written

if TYPE_CHECKING:
    from cardwright.book.import_ports import ImportStore
    from cardwright.book.ports import Store
    from cardwright.book.stored import StoredContact

WILE = Contact(Name("Wile", "Coyote"), emails=(Email("wile.coyote@example.com", "other"),))
COMES = "UID:w|EMAIL:wile.coyote@example.com|N:Coyote;Wile;;;|FN:Wile"
GIF = base64.b64encode(b"GIF 1").decode()


async def only(book: Book) -> StoredContact:
    (found,) = await book.store.contacts.following(book.place, Query(page_size=9))
    return found


async def updates(book: Book, card: bytes) -> list[str]:
    """The outcomes of the same update as a dry run, done, and done again."""
    async with book.store.dry_run(book.place) as copy:
        promised = await outcomes(book, card, "update", copy)
    done = await outcomes(book, card, "update")
    assert promised == done
    at = await book.store.imports.state(book.place)
    again = await outcomes(book, card, "update")
    assert await book.store.imports.state(book.place) == at
    return [result.outcome for result in (*done, *again)]


PHOTOS = [
    # what the contact has, what comes, what the card shows afterwards
    ("", GIF, b"GIF 1"),  # the photo of the card that it gets stays as it is
    ("GIF 2", GIF, b"GIF 1"),
    ("GIF 2", "", b"small GIF 2"),
    ("GIF 2", base64.b64encode(b"none").decode(), b"small GIF 2"),
    ("", base64.b64encode(b"none").decode(), b"none"),  # one that cannot be taken stays in the card
]


def _named(raw: bytes, uid: str) -> bytes:
    card = next(read(raw))
    for entry in card.all("UID"):
        card.remove(entry)
    card.add(Property("UID", uid))
    return write(card)


class UpdateCardContract:
    """Rows that change who is there, and their card."""

    async def test_a_row_that_says_more_than_a_contact_models_updates_the_card_alone(self, store: Store) -> None:
        book = await book_of(store)
        await outcomes(book, card_of(f"{COMES}|X-A:1"))
        before = await only(book)
        assert await updates(book, card_of(f"{COMES}|BDAY:1949-09-17")) == ["updated", "unchanged"]
        after = await only(book)
        assert after.card == card_of(f"{COMES}|X-A:1|BDAY:1949-09-17")
        assert after.contact._replace(revision="") == before.contact._replace(revision="")
        assert after.revision > before.revision

    async def test_a_contact_without_a_card_gets_that_of_the_row_and_undo_takes_it_away(self, store: Store) -> None:
        book = await book_of(store)
        number = await book.keep(WILE)
        uid = (await only(book)).contact.uid
        card = card_of(f"{COMES}|X-A;X-P=1:1|REV:19700101T000000Z")
        assert await updates(book, card) == ["updated", "unchanged"]
        after = await only(book)
        assert after.card == card.replace(b"UID:w", f"UID:{uid}".encode()).replace(
            b"19700101T000000Z", after.contact.revision.encode()
        )
        await book.contacts.delete(book.sid, "1000", str(number), by="test")
        await book.contacts.restore(book.sid, "1000", str(number), by="test")
        assert (await only(book)).card == after.card

    @pytest.mark.parametrize(("has", "comes", "shows"), PHOTOS)
    async def test_the_card_that_a_contact_gets_shows_its_photo(
        self, store: Store, has: str, comes: str, shows: bytes
    ) -> None:
        book = await book_of(store)
        image = await book.contacts._images.accept("", has.encode()) if has else None  # noqa: SLF001 - the stub's
        await book.keep(WILE, image=image)
        photo = f"|PHOTO;ENCODING=b;TYPE=GIF:{comes}" if comes else ""
        assert await updates(book, card_of(COMES + photo)) == ["updated", "unchanged"]
        assert next(read((await only(book)).card)).get("PHOTO").value == shows

    async def test_a_new_photo_takes_the_place_of_the_one_in_the_card(self, store: Store) -> None:
        book = await book_of(store)
        await outcomes(book, card_of(f"{COMES}|PHOTO;ENCODING=b:{base64.b64encode(b'GIF 0').decode()}|X-A:1"))
        both = card_of(f"{COMES}|PHOTO;ENCODING=b;TYPE=GIF:{GIF}|PHOTO;VALUE=uri:http://example.com/a.gif|X-B:1")
        assert await updates(book, both) == ["updated", "unchanged"]
        card = next(read((await only(book)).card))
        assert [(entry.name, entry.value) for entry in card][-3:] == [
            ("PHOTO", b"small GIF 1"),
            ("X-A", "1"),
            ("X-B", "1"),
        ]

    async def test_rows_of_a_table_and_jcards_update_the_card_too(self, store: Store) -> None:
        book = await book_of(store)
        await outcomes(book, card_of(f"{COMES}|X-A:1"))
        assert await updates(book, b"Email,Title\nwile.coyote@example.com,Genius\n") == ["updated", "unchanged"]
        assert b"TITLE:Genius" in (await only(book)).card
        jcard = (
            b'["vcard",[["version",{},"text","4.0"],["uid",{},"text","w"],["fn",{},"text","Wile"],'
            b'["gender",{},"text","M"],["x-a",{},"unknown","1"]]]'
        )
        assert await updates(book, jcard) == ["updated", "unchanged"]
        assert b"X-GENDER:M" in (await only(book)).card
        assert (await only(book)).card.count(b"X-A:") == 1

    async def test_cards_that_are_too_large_together_come_one_after_the_other(
        self, store: Store, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(f"{type(store.imports).__module__}.LARGE", 200)
        book = await book_of(store)
        names = [f"UID:{number}|N:;Name {number};;;|FN:x|X-A:1" for number in range(7)]
        await outcomes(book, b"".join(map(card_of, names)))
        mixed = b"".join(card_of(name.replace("X-A:1", "X-B:1")) for name in [*names, "UID:new|N:;New;;;|FN:y"])
        results = await outcomes(book, mixed, "update")
        assert told(results) == [*[("updated", str(number)) for number in range(1, 8)], ("created", "8")]
        found = await store.contacts.following(book.place, Query(page_size=9))
        assert [stored.card.count(b"X-A:1") for stored in found[:7]] == [1] * 7
        assert [stored.card.count(b"X-B:1") for stored in found[:7]] == [1] * 7

    async def test_a_skip_reads_no_cards(self, store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
        book = await book_of(store)
        await outcomes(book, card_of(COMES))
        find, asked = type(store.imports).find, []

        async def seen(imports: ImportStore, *arguments: object, cards: bool) -> object:
            asked.append(cards)
            return await find(imports, *arguments, cards=cards)

        monkeypatch.setattr(type(store.imports), "find", seen)
        for how in ("skip", "add"):
            await outcomes(book, card_of(COMES), how)
        assert asked == [False, False]

    @given(st.sampled_from(CARDS), st.sampled_from(CARDS), st.sampled_from(["vcf", "jcard", "csv"]))
    @settings(
        max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.differing_executors]
    )
    async def test_of_two_real_cards_all_is_kept_and_given_back(
        self, store: Store, there: bytes, comes: bytes, kind: str
    ) -> None:
        book, again = await book_of(store), await book_of(store, "Again")
        uid = contact_of(next(read(there))).uid
        if uid:
            await outcomes(book, there)
        else:
            there = _named(there, "u")
            await outcomes(book, there)
        comes = _named(comes, uid or "u")
        assert (await updates(book, comes))[-1] == "unchanged"
        merged = await only(book)
        other = as_written(comes, next(read(there)).version)
        assert said_by(other) <= said_by(next(read(merged.card)))
        file = await written(book, kind)
        assert [outcome for outcome, _ in told(await outcomes(again, file))] == ["created"]
        # The stub's small images are none to it when they come back.
        assert [one._replace(photo=None) for one in await people(again)] == [
            one._replace(photo=None) for one in await people(book)
        ]
        if kind == "vcf":
            assert (await only(again)).card == complete_octets(merged.card)
        if kind == "jcard":
            back, whole = next(read((await only(again)).card)), next(read(write(next(read(merged.card)), "4.0")))
            assert [(one.name, one.value) for one in rest(back)] == [(one.name, one.value) for one in rest(whole)]
