"""Imports into a store of the test, and what is there afterwards."""

from __future__ import annotations

import csv
import io
import json
from typing import TYPE_CHECKING

from cardwright.book.files import exports
from cardwright.book.files.import_rows import batches
from cardwright.book.files.reading import read
from cardwright.book.requests import Query
from cardwright.book.upsert import Upsert
from cardwright.cards import write_contact
from store.acme import Book, Images

if TYPE_CHECKING:
    import random

    from cardwright.book.match_keys import Match
    from cardwright.book.outcomes import OnDuplicate, Result
    from cardwright.book.ports import Store
    from cardwright.book.stored import StoredContact
    from cardwright.contact.model import Contact


async def outcomes(
    book: Book, data: bytes, how: OnDuplicate = "skip", store: Store | None = None, match: Match = "name"
) -> list[Result]:
    store = store or book.store
    upsert = Upsert(store.imports, store.contacts, store.groups, Images(), book.place, on_duplicate=how, match=match)
    return [result async for result in upsert.run(batches(read(io.BytesIO(data), {}), book.place), "test")]


def told(results: list[Result]) -> list[tuple[str, str]]:
    return [(result.outcome, result.contact) for result in results]


def cards(*contacts: Contact) -> bytes:
    return b"".join(map(write_contact, contacts))


async def everybody(book: Book) -> list[StoredContact]:
    found: list[StoredContact] = []
    while page := await book.store.contacts.following(
        book.place, Query(page_size=100, after=found[-1].number if found else 0)
    ):
        found += page
    return found


async def people(book: Book) -> list[Contact]:
    return [stored.contact._replace(revision="") for stored in await everybody(book)]


async def written(book: Book, kind: str) -> bytes:
    found = await everybody(book)
    if kind == "vcf":
        return b"".join(map(exports.vcard_of, found))
    if kind == "jcard":
        return json.dumps(list(map(exports.jcard_of, found))).encode()
    text = io.StringIO(newline="")
    csv.writer(text).writerows([exports.COLUMNS, *[exports.table_row(stored).cells for stored in found]])
    return text.getvalue().encode()


def shuffled(file: bytes, kind: str, draw: random.Random) -> bytes:
    """The rows of an export in another order."""
    if kind == "jcard":
        rows = json.loads(file)
        draw.shuffle(rows)
        return json.dumps(rows).encode()
    if kind == "vcf":
        ends = [card + b"END:VCARD\r\n" for card in file.split(b"END:VCARD\r\n")[:-1]]
        draw.shuffle(ends)
        return b"".join(ends)
    header, *lines = csv.reader(io.StringIO(file.decode(), newline=""))
    draw.shuffle(lines)
    text = io.StringIO(newline="")
    csv.writer(text).writerows([header, *lines])
    return text.getvalue().encode()
