"""The rows of a file made ready for an import: cleaned, and with their match keys."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from cardwright.book.cleaning import cleaned
from cardwright.book.import_row import ImportRow
from cardwright.book.index_terms import terms_of
from cardwright.book.match_keys import keys_of
from cardwright.book.row_uids import RowUids
from cardwright.contact.model import Photo

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable

    from cardwright.book.ports import Place

_ROWS: Final = 250
"""Rows of a batch: between two of them the store has a turn."""
_OCTETS: Final = 1024 * 1024
"""Octets of cards and photos of a batch."""


def batches(rows: Iterable[ImportRow], place: Place) -> Generator[list[ImportRow]]:
    """Give the rows in batches, ready for an import into a campaign; what `rows` raises is raised after the last."""
    uids = RowUids(place)
    batch: list[ImportRow] = []
    octets = 0
    try:
        for row in rows:
            batch.append(ready := _ready(row, uids))
            octets += ready.size
            if len(batch) >= _ROWS or octets > _OCTETS:
                yield batch
                batch, octets = [], 0
    except Exception:
        yield batch
        raise
    yield batch


def _ready(row: ImportRow, uids: RowUids) -> ImportRow:
    row = row if row.fault else cleaned(row)
    fault, warnings = row.fault, tuple(map(_sayable, row.warnings)) if row.warnings else ()
    if not fault and row.partners and _sayable(partners := ", ".join(row.partners)) != partners:
        fault = f"No partner account {partners}"
    if fault:
        return ImportRow(row.number, warnings=warnings, fault=_sayable(fault))
    contact = row.contact
    if row.card:
        photo = contact.photo and Photo(_sayable(contact.photo.media_type), contact.photo.data)
        contact = contact._replace(photo=photo, revision="")  # that of the store counts
    uid = contact.uid or uids.uid(contact, row.card, row.unmodelled)
    keys = keys_of(contact, uid)
    if contact.organization and not (row.card or contact.uid or contact.name.first or contact.name.last):
        keys = keys._replace(is_of_any_name=True)
    terms = "" if row.is_group else terms_of("", contact, row.partners, system=False, keys=keys)
    rest = row.slots, keys, row.unmodelled, terms, uid, row.is_group
    return ImportRow(row.number, contact, row.card, row.partners, warnings, "", *rest)


def _sayable(text: str) -> str:
    """Return `text` with a question mark for what is no character: half a surrogate pair, which JSON may hold."""
    return text if text.isascii() else text.encode("utf-8", "replace").decode()
