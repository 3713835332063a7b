"""Exports as streams: every kind of file says who is there, and what a table cannot say is counted."""

from __future__ import annotations

import asyncio
import csv
import io
import json
import threading
from typing import TYPE_CHECKING

import pytest

from cardwright.book.files import export_streams, exports
from cardwright.book.files.export_streams import MEDIA_TYPES, SUFFIXES, Export, Format, gathered
from cardwright.contact.model import Contact, Name
from cardwright.store import open_store
from cardwright.surfaces.partner import wire
from store.acme import Book, book_of
from store.importing import outcomes

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

IDA = b"BEGIN:VCARD\r\nVERSION:4.0\r\nFN:Ida Moss\r\nX-OWN:kept\r\nEND:VCARD"  # and no last line break
GROUP = b"BEGIN:VCARD\r\nVERSION:4.0\r\nKIND:group\r\nFN:Rowers\r\nUID:urn:uuid:g\r\nEND:VCARD\r\n"
KINDS: tuple[Format, ...] = tuple(MEDIA_TYPES)


@pytest.fixture
async def book(tmp_path: Path) -> AsyncIterator[Book]:
    async with open_store(tmp_path / "data") as store:
        yield await book_of(store)


@pytest.fixture
async def people(book: Book) -> Book:
    """A card as it came, a contact without one, and two groups."""
    await book.keep(Contact(Name("Ida", "Moss")), card=IDA)
    await book.keep(Contact(Name("Wile", "Coyote")))
    await outcomes(book, GROUP + GROUP.replace(b"urn:uuid:g", b"urn:uuid:h"))
    return book


async def file_of(made: Export, kind: Format) -> bytes:
    return b"".join([block async for block in made.blocks(kind, wire.contact)])


def names(kind: Format, file: bytes) -> list[str]:
    """Return the first names, and the names of groups."""
    if kind == "csv":
        return [row[0] for row in csv.reader(io.StringIO(file.decode(), newline=""))][1:]
    if kind == "vcf":
        return [line.partition(":")[2].split()[0] for line in file.decode().splitlines() if line.startswith("FN:")]
    if kind == "json":
        return [one["FirstName"] for one in json.loads(file)]
    return [next(it[3] for it in one[1] if it[0] == "fn").split()[0] for one in json.loads(file)]


@pytest.mark.parametrize("together", [1, 2, 500])
@pytest.mark.parametrize("kind", KINDS)
async def test_everybody_is_there_and_groups_where_the_kind_can_say_them(
    people: Book, kind: Format, together: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(export_streams, "_AT_A_TIME", together)
    made = Export(people.store, people.place)
    said = names(kind, await file_of(made, kind))
    assert said == ["Ida", "Wile", *(["Rowers"] * 2 if kind in {"vcf", "jcard"} else [])]
    assert (made.groups, made.beyond) == ((2, 1) if kind == "csv" else (0, 0))


@pytest.mark.parametrize("kind", KINDS)
async def test_of_a_search_those_who_are_found_and_no_group(people: Book, kind: Format) -> None:
    made = Export(people.store, people.place, "coyote")
    assert names(kind, await file_of(made, kind)) == ["Wile"]
    assert (made.groups, made.beyond) == (0, 0)


@pytest.mark.parametrize(
    ("kind", "file"),
    [("vcf", b""), ("csv", ",".join(exports.COLUMNS).encode() + b"\r\n"), ("jcard", b"[]\n"), ("json", b"[]\n")],
)
async def test_of_nobody_there_is_a_file_that_says_so(book: Book, kind: Format, file: bytes) -> None:
    assert await file_of(Export(book.store, book.place), kind) == file


async def test_a_card_is_given_as_it_came_and_the_next_begins_a_line(people: Book) -> None:
    file = await file_of(Export(people.store, people.place), "vcf")
    assert file.startswith(IDA + b"\r\nBEGIN:VCARD\r\n")
    assert GROUP in file


@pytest.mark.parametrize("kind", ["vcf", "csv", "jcard"])
async def test_a_large_card_is_read_beside_the_event_loop(
    book: Book, kind: Format, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else one such card holds up all requests for as long as it is read."""
    large = b"BEGIN:VCARD\r\nVERSION:4.0\r\nFN:Large\r\nNOTE:" + b"x" * exports.LARGE + b"\r\nEND:VCARD\r\n"
    await book.keep(Contact(Name("Large")), card=large)
    await book.keep(Contact(Name("Small")))
    threads: list[bool] = []
    name = {"vcf": "in_file", "csv": "table_row", "jcard": "jcard_of"}[kind]
    make = getattr(exports, name)

    def noted(stored: object) -> object:
        threads.append(threading.current_thread() is threading.main_thread())
        return make(stored)

    monkeypatch.setattr(exports, name, noted)
    assert len(names(kind, await file_of(Export(book.store, book.place), kind))) == 2
    assert threads == [False, True]


async def test_blocks_are_gathered_and_others_get_a_turn_after_each() -> None:
    turns = 0

    async def others() -> None:
        nonlocal turns
        while True:
            turns += 1
            await asyncio.sleep(0)

    async def blocks() -> AsyncIterator[bytes]:
        for _ in range(100):
            yield b"x" * 2000

    other = asyncio.create_task(others())
    several = [block async for block in gathered(blocks())]
    other.cancel()
    assert sum(map(len, several)) == 200_000
    assert [len(block) for block in several] == [66_000, 66_000, 66_000, 2_000]
    assert turns >= 3


def test_every_kind_has_a_media_type_and_an_ending() -> None:
    assert MEDIA_TYPES.keys() == SUFFIXES.keys()
