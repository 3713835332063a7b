"""A large card is kept once, its changes as deltas of it; undo is exact."""

from __future__ import annotations

import base64
import json
import os
import threading
from typing import TYPE_CHECKING

import apsw
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cardwright.book.files import exports
from cardwright.book.requests import Query
from cardwright.cards import write_contact
from cardwright.contact.model import Contact, Email, Name, Photo
from cardwright.store import open_store
from cardwright.store.card_rows import LARGE, whole
from cardwright.store.delta import applied, delta_of
from cardwright.store.sqlite.change_rows import read_before
from cardwright.store.sqlite.contact_rows import Rows
from growth import assert_linear
from store.acme import Book, book_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


TITLES = ("One", "Two", "Three", "Four", "Five")
LINES = st.lists(st.sampled_from([b"A:1\r\n", b"A:2\r\n", b"B:1\n", b" fold\r\n", b"\r", b"\n", b"end", b""]))


def card_of(size: int, title: str = "Zero") -> bytes:
    """A card with a photo of this size between what changes."""
    photo = Photo("image/jpeg", os.urandom(size))
    return write_contact(
        Contact(Name("Wile", "Coyote"), title=title, photo=photo, uid="w", revision="19700101T000000Z")
    )


async def kept(book: Book, size: int) -> tuple[str, bytes]:
    """Keep a contact with such a card, and return its id and the card."""
    card = card_of(size)
    contact = Contact(Name("Wile", "Coyote"), title="Zero", emails=(Email("wile@example.com"),), uid="w")
    return str(await book.keep(contact, card=card)), card


async def shown(book: Book, contact_id: str) -> bytes:
    return (await book.contacts.full(book.sid, "1000", contact_id)).card


def befores(folder: Path) -> list[bytes | None]:
    """Return the cards that the changes tell of, the oldest first."""
    with apsw.Connection(str(folder / "cardwright.sqlite3")) as connection:
        originals = dict(connection.execute("SELECT original, card FROM original").fetchall())
        said = connection.execute("SELECT before FROM change WHERE before IS NOT NULL ORDER BY change").fetchall()
    rows = [read_before(text).card for (text,) in said]
    return [row and whole(row.card, originals.get(row.original)) for row in rows]


def octets(folder: Path) -> int:
    """Return how much the tables hold."""
    with apsw.Connection(str(folder / "cardwright.sqlite3")) as connection:
        free, pages, size = [
            connection.execute(f"PRAGMA {of}").get for of in ("freelist_count", "page_count", "page_size")
        ]
    return int((pages - free) * size)


async def test_five_titles_of_a_large_card_take_hardly_more_room(tmp_path: Path) -> None:
    async with open_store(tmp_path) as store:
        book = await book_of(store)
        contact, card = await kept(book, 1_000_000)
        before, cards = octets(tmp_path), [card]
        for title in TITLES:
            await book.patch(contact, title=title)
            cards.append(await shown(book, contact))
        assert [f"TITLE:{title}".encode() in card for title, card in zip(("Zero", *TITLES), cards, strict=True)] == [
            True
        ] * 6
        assert octets(tmp_path) - before < len(card) // 5
        assert befores(tmp_path) == cards[:-1]
        assert await store.check() == []


@pytest.mark.parametrize("size", [1, LARGE - 1, LARGE, 10 * LARGE])
async def test_undo_is_exact_whatever_the_size(tmp_path: Path, size: int) -> None:
    async with open_store(tmp_path) as store:
        book = await book_of(store)
        contact, card = await kept(book, size)
        await book.contacts.delete(book.sid, "1000", contact, by="test")
        await book.contacts.restore(book.sid, "1000", contact, by="test")
        assert await shown(book, contact) == card
        await book.patch(contact, title="One")
        changed = await shown(book, contact)
        await book.contacts.delete(book.sid, "1000", contact, by="test")
        await book.contacts.restore(book.sid, "1000", contact, by="test")
        assert await shown(book, contact) == changed
        assert befores(tmp_path) == [card, card, changed]
        (listed,) = await store.contacts.following(book.place, Query(page_size=9))
        assert listed.card == changed
        assert await store.check() == []


async def test_another_photo_is_kept_whole_and_the_first_for_undo(tmp_path: Path) -> None:
    async with open_store(tmp_path) as store:
        book = await book_of(store)
        contact, card = await kept(book, 5 * LARGE)
        await book.patch(contact, title="One")
        seen = [card, await shown(book, contact)]
        other = card_of(5 * LARGE, "One")
        number = int(contact)
        await store.contacts.update(book.place, number, lambda it, _: it._replace(card=other), "test")
        seen.append(await shown(book, contact))
        await book.patch(contact, title="Two")
        assert befores(tmp_path) == seen
        assert len(set(seen)) == 3


async def test_a_dry_run_sees_large_cards_and_erasing_leaves_none(tmp_path: Path) -> None:
    async with open_store(tmp_path) as store:
        book = await book_of(store)
        contact, _ = await kept(book, 5 * LARGE)
        await book.patch(contact, title="One")
        async with store.dry_run(book.place) as copy:
            (seen,) = await copy.contacts.following(book.place, Query(page_size=9))
            assert seen.card == await shown(book, contact)
        await book.contacts.erase(book.sid, "1000", contact, by="test")
        assert _originals(tmp_path) == 0
        second, _ = await kept(book, 5 * LARGE)
        await book.patch(second, title="One")
        await book.contacts.delete(book.sid, "1000", second, by="test")
        assert _originals(tmp_path) == 1
        await store.accounts.remove(book.sid)
        assert _originals(tmp_path) == 0


@pytest.mark.parametrize(("size", "version", "beside"), [(1_000, "4.0", 0), (90_000, "4.0", 2), (90_000, "", 2)])
async def test_large_cards_are_read_and_converted_beside_the_event_loop(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, size: int, version: str, beside: int
) -> None:
    async with open_store(tmp_path) as store:
        book = await book_of(store)
        contact, card = await kept(book, size)
        here, threads = threading.get_ident(), []

        def noted(call: Callable[..., object]) -> Callable[..., object]:
            def note(*given: object) -> object:
                threads.append(threading.get_ident())
                return call(*given)

            return note

        monkeypatch.setattr(Rows, "full", noted(Rows.full))
        full = await book.contacts.full(book.sid, "1000", contact)
        convert = noted(exports.vcard_of)
        found = await exports.beside(len(full.card), lambda: convert(full, version))
        assert (found == card, b"VERSION:4.0" in found) == (not version, bool(version))
        assert [thread == here for thread in threads].count(False) == beside


async def test_a_record_of_before_is_read_as_it_was_written_then(tmp_path: Path) -> None:
    """Until 0005_originals.sql a record held the whole card."""
    async with open_store(tmp_path) as store:
        book = await book_of(store)
        contact, card = await kept(book, 5 * LARGE)
        await book.contacts.delete(book.sid, "1000", contact, by="test")
        with apsw.Connection(str(tmp_path / "cardwright.sqlite3")) as connection:
            said = json.loads(connection.execute("SELECT before FROM change WHERE kind = 'deleted'").get)
            del said["original"]
            said["card"] = base64.b64encode(card).decode()
            connection.execute("UPDATE change SET before = ? WHERE kind = 'deleted'", (json.dumps(said),))
            connection.execute("DELETE FROM original")
        await book.contacts.restore(book.sid, "1000", contact, by="test")
        assert await shown(book, contact) == card
        assert await store.check() == []


async def test_a_check_misses_an_original(tmp_path: Path) -> None:
    async with open_store(tmp_path / "own") as store:
        book = await book_of(store)
        contact, _ = await kept(book, 5 * LARGE)
        await book.patch(contact, title="One")
        with apsw.Connection(str(tmp_path / "own" / "cardwright.sqlite3")) as connection:
            connection.execute("DELETE FROM original")
        found = await store.check()
        assert [line.partition(" ")[0] for line in found] == ["contact", "change"]
        assert all("original is missing" in line for line in found)


@given(LINES, LINES, LINES)
def test_a_delta_makes_the_card_again(start: list[bytes], original: list[bytes], end: list[bytes]) -> None:
    before = b"".join(original)
    for card in (b"".join([*start, *original, *end]), b"".join([*original[1:], *start]), b"".join(end)):
        assert applied(before, delta_of(before, card)) == card


@given(st.binary(), st.binary())
def test_a_delta_of_any_octets_makes_them_again(original: bytes, card: bytes) -> None:
    assert applied(original, delta_of(original, card)) == card


@pytest.mark.parametrize("line", [b"a\n", b"\r", b"\r\n", b"abc"])
def test_a_delta_is_made_in_one_pass(line: bytes) -> None:
    assert_linear(lambda card: delta_of(card, b"x" + card + b"y" + card), lambda size: line * size, 20_000)


def _originals(folder: Path) -> int:
    with apsw.Connection(str(folder / "cardwright.sqlite3")) as connection:
        return int(connection.execute("SELECT count(*) FROM original").get)
