"""`cardwright export`: a campaign's contacts as a file."""

from __future__ import annotations

import csv
import gc
import io
import json
from pathlib import Path  # noqa: TC003 - the command line reads the annotation
from typing import TYPE_CHECKING, Annotated, BinaryIO, Final, Literal

from cyclopts import Parameter

from cardwright.book.files import exports
from cardwright.book.ports import Place
from cardwright.book.requests import Query
from cardwright.cli.arguments import DATA, CampaignId, Data, Sid
from cardwright.cli.files import refuse_to_overwrite, replacing
from cardwright.cli.opening import kept_files, with_store
from cardwright.cli.output import complain, output_file
from cardwright.surfaces.partner import wire

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from cardwright.book.ports import Store
    from cardwright.book.stored import StoredContact

Format = Literal["vcf", "csv", "jcard", "json"]

_write: Final = json.JSONEncoder(ensure_ascii=False).encode
_AT_A_TIME: Final = 500  # contacts in memory
_GARBAGE: Final = 50_000  # objects between two collections: a contact leaves no cycle behind


def export(
    sid: Sid,
    campaign: CampaignId,
    /,
    *,
    format_: Annotated[Format, Parameter(name="--format")] = "vcf",
    output: Annotated[Path | None, Parameter(name=["--output", "-o"])] = None,
    data: Data = DATA,
) -> None:
    """Write a campaign's contacts: as cards, as a table, as one JSON array of jCards or of contacts.

    Parameters
    ----------
    format_
        The kind of file; a table has no photos.
    output
        The file to write; standard output without it.
    """
    place = Place(sid, campaign)
    if output:
        refuse_to_overwrite("--output", output, kept_files(data))

    async def run(store: Store) -> None:
        await store.partners.campaign(sid, campaign)
        gc.freeze()  # what is here now stays
        gc.set_threshold(_GARBAGE)
        with replacing(output) if output else output_file() as file:
            await _WRITERS[format_](file, place, _contacts(store, place), _groups(store, place))
            file.flush()

    with_store(data, run)


async def _contacts(store: Store, place: Place) -> AsyncIterator[StoredContact]:
    """Give every contact with its photo and card, a few at a time."""
    query = Query(page_size=_AT_A_TIME)
    while several := await store.contacts.following(place, query):
        for stored in several:
            yield stored
        query = query._replace(after=several[-1].number)


async def _groups(store: Store, place: Place) -> AsyncIterator[bytes]:
    """Give the card of every group, a few at a time."""
    after = 0
    while groups := await store.groups.following(place, after):
        for group in groups:
            yield group.card
        after = groups[-1].number


async def _vcf(file: BinaryIO, _: Place, contacts: AsyncIterator[StoredContact], groups: AsyncIterator[bytes]) -> None:
    async for stored in contacts:
        file.write(exports.in_file(stored))
    async for card in groups:
        file.write(exports.group_in_file(card))


async def _csv(file: BinaryIO, _: Place, contacts: AsyncIterator[StoredContact], groups: AsyncIterator[bytes]) -> None:
    text = io.TextIOWrapper(file, "utf-8", "surrogatepass", newline="", write_through=True)
    rows = csv.writer(text)
    rows.writerow(exports.COLUMNS)
    more = 0
    async for stored in contacts:
        row = exports.table_row(stored)
        rows.writerow(row.cells)
        more += row.has_more
    text.detach()
    if left_out := sum([1 async for _ in groups]):
        complain(f"groups left out, which no table can say: {left_out}; --format vcf has them")
    if more:
        who = "1 contact has" if more == 1 else f"{more} contacts have"
        complain(f"{who} a photo, or a card with more than a table can say: --format vcf has all of it")


async def _jcard(
    file: BinaryIO, _: Place, contacts: AsyncIterator[StoredContact], groups: AsyncIterator[bytes]
) -> None:
    async def cards() -> AsyncIterator[object]:
        async for stored in contacts:
            yield exports.jcard_of(stored)
        async for card in groups:
            yield exports.group_jcard(card)

    await _array(file, cards())


async def _json(file: BinaryIO, place: Place, contacts: AsyncIterator[StoredContact], _: AsyncIterator[bytes]) -> None:
    await _array(file, (wire.contact(*place, stored) | exports.more_of(stored) async for stored in contacts))


async def _array(file: BinaryIO, documents: AsyncIterator[object]) -> None:
    """Write one JSON array, a line for each document."""
    before = "[\n"
    async for document in documents:
        file.write((before + _write(document)).encode("utf-8", "surrogatepass"))
        before = ",\n"
    file.write(b"[]\n" if before[0] == "[" else b"\n]\n")


_WRITERS: Final = {"vcf": _vcf, "csv": _csv, "jcard": _jcard, "json": _json}
