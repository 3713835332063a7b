"""Exports as streams of octets: cards, a table, an array of jCards, or of what the partner interface shows."""

from __future__ import annotations

import asyncio
import csv
import io
import json
from functools import partial
from typing import TYPE_CHECKING, Final, Literal

from cardwright.book.files import exports
from cardwright.book.requests import Query

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Mapping

    from cardwright.book.ports import Place, Store
    from cardwright.book.stored import StoredContact

Format = Literal["vcf", "csv", "jcard", "json"]
MEDIA_TYPES: Final[Mapping[Format, str]] = {
    "vcf": "text/vcard; charset=utf-8",
    "csv": "text/csv; charset=utf-8; header=present",
    "jcard": "application/vcard+json",
    "json": "application/json",
}
SUFFIXES: Final[Mapping[Format, str]] = {"vcf": "vcf", "csv": "csv", "jcard": "jcard.json", "json": "json"}
_write: Final = json.JSONEncoder(ensure_ascii=False).encode
_BLOCK: Final = 64 * 1024
_AT_A_TIME: Final = 500  # contacts in memory


class Export:
    """One export of a campaign, or of the contacts of it that a search finds; groups belong to the whole alone."""

    def __init__(self, store: Store, place: Place, search: str = "") -> None:
        self._store = store
        self._place = place
        self._search = search
        self.beyond = 0
        """Contacts of which a table cannot say all."""
        self.groups = 0
        """Groups, of which a table says nothing."""

    def blocks(
        self, kind: Format, as_partner: Callable[[str, str, StoredContact], dict[str, object]]
    ) -> AsyncIterator[bytes]:
        """Give the file, a contact at a time; `as_partner` makes of one what the partner interface shows."""
        if kind == "csv":
            return self._csv()
        if kind == "jcard":
            return _array(self._jcards())
        if kind == "json":
            return _array(self._documents(as_partner))
        return self._cards()

    async def _contacts(self) -> AsyncIterator[StoredContact]:
        query = Query(search=self._search, page_size=_AT_A_TIME)
        while several := await self._store.contacts.following(self._place, query):
            for stored in several:
                yield stored
            query = query._replace(after=several[-1].number)

    async def _group_cards(self) -> AsyncIterator[bytes]:
        after = 0
        while not self._search and (groups := await self._store.groups.following(self._place, after)):
            for group in groups:
                yield group.card
            after = groups[-1].number

    async def _cards(self) -> AsyncIterator[bytes]:
        async for stored in self._contacts():
            yield await exports.beside(len(stored.card), partial(exports.in_file, stored))
        async for card in self._group_cards():
            yield await exports.beside(len(card), partial(exports.group_in_file, card))

    async def _csv(self) -> AsyncIterator[bytes]:
        yield _line(exports.COLUMNS)
        async for stored in self._contacts():
            row = await exports.beside(len(stored.card), partial(exports.table_row, stored))
            self.beyond += row.has_more
            yield _line(row.cells)
        async for _ in self._group_cards():
            self.groups += 1

    async def _jcards(self) -> AsyncIterator[object]:
        async for stored in self._contacts():
            yield await exports.beside(len(stored.card), partial(exports.jcard_of, stored))
        async for card in self._group_cards():
            yield await exports.beside(len(card), partial(exports.group_jcard, card))

    async def _documents(
        self, as_partner: Callable[[str, str, StoredContact], dict[str, object]]
    ) -> AsyncIterator[object]:
        async for stored in self._contacts():
            yield as_partner(*self._place, stored) | exports.more_of(stored)


async def gathered(blocks: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    """Give the same octets in blocks that are worth sending, with a turn for others after each."""
    several: list[bytes] = []
    size = 0
    async for block in blocks:
        several.append(block)
        size += len(block)
        if size >= _BLOCK:
            yield b"".join(several)
            several, size = [], 0
            await asyncio.sleep(0)
    yield b"".join(several)


def _line(cells: object) -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text).writerow(cells)  # type: ignore[arg-type]
    return text.getvalue().encode("utf-8", "surrogatepass")


async def _array(documents: AsyncIterator[object]) -> AsyncIterator[bytes]:
    """Give one JSON array, a line for each document."""
    before = "[\n"
    async for document in documents:
        yield (before + _write(document)).encode("utf-8", "surrogatepass")
        before = ",\n"
    yield b"[]\n" if before[0] == "[" else b"\n]\n"
