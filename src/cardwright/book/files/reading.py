"""Files of contacts, row by row: vCard, CSV and jCard, told apart by what is in them."""

from __future__ import annotations

import codecs
import re
from itertools import chain, islice
from typing import TYPE_CHECKING, BinaryIO, Final, NamedTuple

from cardwright import limits, vcard
from cardwright.book.files import jcards
from cardwright.book.files.cells import RowReader
from cardwright.book.files.encodings import text_of
from cardwright.book.files.header_finder import find_header
from cardwright.book.files.tables import TableRow, lines_of, rows_of
from cardwright.book.import_row import ImportRow
from cardwright.cards import contact_of, is_group
from cardwright.contact.model import Contact
from cardwright.errors import Fault, InvalidError, Rule
from cardwright.vcard import bounds

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from cardwright.book.files.contents import Chosen, FileKind

_START: Final = 64 * 1024
_BEGIN: Final = re.compile(
    rb"(?:\A|[\r\n])[ \t\v\f\x1a\xef\xbb\xbf\xff\xfe]*+BEGIN[ \t]*+:[ \t]*+VCARD[ \t]*+(?=[\r\n]|\Z)", re.IGNORECASE
)
_BEGIN_ANYWHERE: Final = re.compile(rb"BEGIN:VCARD", re.IGNORECASE)
_DELIMITER: Final = re.compile(rb"[,;\t|]")
_SHOWN: Final = 50  # characters of a cell in a warning
_SHOWN_CELLS: Final = 5
_HEADER_LINES: Final = limits.HEADER_LINES.value


def read(file: BinaryIO, mapping: Mapping[str, str] | Chosen) -> Iterator[ImportRow]:
    """Give the rows of a file that can seek, each as it is read; `mapping` is `find_header`'s.

    A row that cannot be read comes with its fault and does not end the file. Raises InvalidError when the whole file
    is none of the three.
    """
    kind = kind_of(file)
    if kind == "jcard":
        return _jcards(file)
    if kind == "table":
        return _table(file, mapping)
    cards = _cards(file)
    if first := next(cards, None):
        return chain((first,), cards)
    raise InvalidError([Fault("", Rule.FORM, "BEGIN:VCARD begins no line of the file, so there is no card in it")])


def kind_of(file: BinaryIO) -> FileKind:
    """Say what a file that can seek begins as; what a cell of a table says of BEGIN:VCARD begins no card."""
    start = file.read(_START)
    file.seek(0)
    plain = start.replace(b"\0", b"")  # of UTF-16 too
    if plain.removeprefix(codecs.BOM_UTF8).lstrip()[:1] == b"[":  # first: the text of a jCard may speak of vCards
        return "jcard"
    begin = _BEGIN.search(plain) or _BEGIN_ANYWHERE.search(plain)
    if begin is None:
        return "table"
    above = plain[: begin.start()]
    is_in_cell = above.count(b'"') % 2 == 1 if begin.re is _BEGIN else _DELIMITER.search(above)
    return "table" if is_in_cell else "vcard"


def _cards(file: BinaryIO) -> Iterator[ImportRow]:
    for row, card in enumerate(vcard.read(file), 1):
        warnings = tuple(f"line {defect.line}: {defect.reason}" for defect in card.defects)
        if not card.raw:
            yield ImportRow(row, fault="; ".join(warnings))
        else:
            yield _row_of(row, card, card.raw, warnings)


def _jcards(file: BinaryIO) -> Iterator[ImportRow]:
    for row, array in enumerate(jcards.elements(text_of(file)), 1):
        yield ImportRow(row, fault=array.reason) if isinstance(array, jcards.Unread) else _jcard(row, array)


def _jcard(row: int, array: object) -> ImportRow:
    try:
        card = vcard.from_jcard(array)
        written = vcard.write(card)
        if len(written) > bounds.CARD.value:
            return ImportRow(row, fault=jcards.TOO_LARGE)
        return _row_of(row, card, written)
    except vcard.VCardError as error:
        return ImportRow(row, fault=str(error))


def _row_of(row: int, card: vcard.Card, octets: bytes, warnings: tuple[str, ...] = ()) -> ImportRow:
    contact = contact_of(card)
    if is_group(card):
        return ImportRow(row, Contact(uid=contact.uid), octets, (), warnings, is_group=True)
    return ImportRow(row, contact, octets, (), warnings)


def _table(file: BinaryIO, mapping: Mapping[str, str] | Chosen) -> Iterator[ImportRow]:
    table = opened_table(file)
    header = find_header(table.first, mapping, table.delimiter)
    rows = table.rows(header.line, header.delimiter)
    if fault := next(rows, TableRow(())).fault:
        raise InvalidError([Fault("", Rule.FORM, f"the header cannot be read: {fault}")])
    return _people(rows, RowReader(header.destinations), header.warnings(table.first[: header.line]))


class OpenedTable(NamedTuple):
    """A table of which the first lines were read."""

    first: Sequence[str]
    """Those in which the header is looked for."""
    rest: Iterator[str]
    delimiter: str
    """What the file itself says that it is, `""` for nothing."""
    above: int
    """Lines that stand above the first."""

    def rows(self, line: int, delimiter: str) -> Iterator[TableRow]:
        """Give the rows from the header on, which stands at this line."""
        return rows_of(chain(self.first[line:], self.rest), delimiter, self.above + line)


def opened_table(file: BinaryIO) -> OpenedTable:
    """Return the beginning of a table."""
    text = lines_of(text_of(file, newline=""))
    lines, above, delimiter = _first(text), 0, ""
    if lines and lines[0].lower().startswith("sep="):  # Excel
        above, delimiter = 1, lines.pop(0)[4:5].rstrip("\r\n")
    return OpenedTable(lines, text, delimiter, above)


def _first(lines: Iterator[str]) -> list[str]:
    """Return the lines in which the header is looked for: up to the first that shows that there are enough."""
    first: list[str] = []
    size = 0
    for line in islice(lines, _HEADER_LINES):
        first.append(line)
        size += len(line)
        if size > limits.HEADER_SIZE.value:
            break
    return first


def counted(rows: Iterator[TableRow]) -> Iterator[tuple[int, TableRow]]:
    """Give the rows with their numbers; one of blanks alone does not count."""
    return enumerate((row for row in rows if row.fault or any(map(str.strip, row.cells))), 1)


def _people(rows: Iterator[TableRow], reader: RowReader, of_the_file: tuple[str, ...]) -> Iterator[ImportRow]:
    """Give what each row says. The first is told what goes for the whole file."""
    for number, (cells, fault) in counted(rows):
        row = ImportRow(number, fault=fault) if fault else _person(number, cells, reader)
        yield row._replace(warnings=of_the_file + row.warnings) if number == 1 and of_the_file else row


def _person(number: int, cells: Sequence[str], reader: RowReader) -> ImportRow:
    try:
        contact, partners, slots, unmodelled, warnings = reader.contents_of(cells)
    except InvalidError as error:
        return ImportRow(number, fault=str(error))
    if len(cells) > reader.width:
        warnings += _surplus(cells[reader.width :])
    return ImportRow(number, contact, b"", partners, warnings, "", slots, unmodelled=unmodelled)


def _surplus(cells: Sequence[str]) -> tuple[str, ...]:
    """Return the warning of cells that stand under no header, unless they are empty."""
    said = [cell for cell in cells if cell.strip()]
    if not said:
        return ()
    shown = ", ".join(repr(cell[:_SHOWN]) for cell in said[:_SHOWN_CELLS])
    return (f"the row has more cells than the header has columns; left out: {shown}",)
