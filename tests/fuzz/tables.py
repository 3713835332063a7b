"""What is promised of tables for any bytes; what fuzzing finds becomes a file of `tests/corpus/tables/`."""

from __future__ import annotations

import io

from cardwright import vcard
from cardwright.book.files.header_finder import find_header
from cardwright.book.files.import_rows import batches
from cardwright.book.files.reading import read
from cardwright.book.merging import card_with
from cardwright.book.ports import Place
from cardwright.cards import contact_of
from cardwright.errors import InvalidError

_PLACE = Place("account", "1000")


def table(data: bytes) -> None:
    """Any bytes are rows, or refused in words; what a row says beyond a contact stands in a card that is read again."""
    try:
        rows = [row for batch in batches(read(io.BytesIO(data), {}), _PLACE) for row in batch]
    except InvalidError as error:
        if not error.faults:
            raise AssertionError("refused without a reason") from error
        return
    for row in rows:
        if row.fault or not row.unmodelled:
            continue
        said = list(vcard.read(row.unmodelled))
        if len(said) != 1 or said[0].defects or not said[0].properties:
            raise AssertionError("what columns say beyond a contact is no card")
        card = list(vcard.read(card_with(row, row.contact)))
        if len(card) != 1 or card[0].defects or contact_of(card[0]).emails != row.contact.emails:
            raise AssertionError("the card of a row is not that of its contact")


def header(data: bytes) -> None:
    """A header is found or refused in words, and found again below other lines, in its place."""
    lines = data.decode("utf-8", "replace").splitlines(keepends=True)[:40]
    try:
        found = find_header(lines, {})
    except InvalidError as error:
        if not error.faults:
            raise AssertionError("refused without a reason") from error
        return
    found.warnings(lines[: found.line])
    if sum(map(bool, found.destinations)) > 1:
        again = find_header(["Exported by somebody\n", "\n", *lines], {})
        if again != found._replace(line=found.line + 2):
            raise AssertionError("a header below other lines is another")
