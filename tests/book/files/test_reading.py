"""Files of contacts: which kind they are, how they are written, and that a bad row ends nothing."""

from __future__ import annotations

import contextlib
import io
import json
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cardwright import limits
from cardwright.book.files.jcards import TOO_LARGE
from cardwright.book.files.reading import read
from cardwright.cards import card_of, write_contact
from cardwright.contact.model import Contact, Email, Name
from cardwright.errors import CardwrightError, InvalidError
from cardwright.vcard import bounds, to_jcard

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cardwright.book.import_row import ImportRow

WILE = Contact(Name("Wilé", "Coyote"), emails=(Email("wile.coyote@example.com"),))
HEADER = "First Name,Last Name,EmailAddress"
LINE = "Wilé,Coyote,wile.coyote@example.com"
JCARD = json.dumps(to_jcard(card_of(WILE)))


def rows_of(data: bytes, mapping: Mapping[str, str] | None = None) -> list[ImportRow]:
    return list(read(io.BytesIO(data), mapping or {}))


FILES = {
    "vcard": write_contact(WILE),
    "vcard after junk": b"junk\r\n" + write_contact(WILE),
    "vcard in utf-16": write_contact(WILE).decode().encode("utf-16"),
    "jcard": JCARD.encode(),
    "jcards": f" [\n{JCARD}]".encode(),
    "csv": f"{HEADER}\n{LINE}\n".encode(),
    "csv with mark": f"{HEADER}\r\n{LINE}\r\n".encode("utf-8-sig"),
    "csv in utf-16": f"{HEADER}\r\n{LINE}".encode("utf-16"),
    **{
        f"{kind} in {charset}, no mark": text.encode(charset)
        for kind, text in (
            ("csv", f"{HEADER}\r\n{LINE}"),
            ("jcard", f"[{JCARD}]"),
            ("vcard", f"\r\n{write_contact(WILE).decode()}"),
            ("small letters", write_contact(WILE).decode().replace("BEGIN", "begin")),
        )
        for charset in ("utf-16-le", "utf-16-be")
    },
    "csv in utf-32": f"{HEADER}\r\n{LINE}".encode("utf-32"),
    "vcard in utf-32": write_contact(WILE).decode().encode("utf-32"),
    "csv in utf-32, no mark": f"{HEADER}\r\n{LINE}".encode("utf-32-le"),
    "csv in latin-1": f"{HEADER}\n{LINE}\n".encode("latin-1"),
    "semicolons": f"{HEADER}\n{LINE}\n".replace(",", ";").encode(),
    "tabs": f"{HEADER}\n{LINE}\n".replace(",", "\t").encode(),
    "excel": f"sep=;\n{HEADER}\n{LINE}\n".replace(",", ";").encode(),
    "empty lines": f"{HEADER}\n\n{LINE}\n\n".encode(),
    "blanks around quotes": (
        b' "First Name" , "Last Name", "EmailAddress" \r\n "Wil\xc3\xa9" ,"Coyote", "wile.coyote@example.com" '
    ),
    "quoted": '"First Name","Last Name","EmailAddress"\n"Wilé","Coyote","wile.coyote@example.com"'.encode(),
}


@pytest.mark.parametrize("kind", FILES)
def test_every_kind_of_file_is_read(kind: str) -> None:
    (row,) = rows_of(FILES[kind])
    assert (row.number, row.contact, row.fault) == (1, WILE, "")


PATCHED = [
    # how many rows of UTF-8 stand before a row of a table, its octets, and what its first name is
    (5, b"Wil\xc3\xa9 \xc3,Coyote", "Wilé \ufffd"),  # cut
    (5, "Wilé,Coyoté".encode("latin-1"), "Wilé"),  # pasted in from another
    (5, "Иван,Coyote".encode("cp1251"), "Иван"),
    (5, "Дарья ".encode() * 30 + b"\xc3,Coyote", "Дарья " * 30 + "\ufffd"),
    (30_000, "Иван,Coyote".encode("cp1251"), "Иван"),  # more than are looked at together
]


@pytest.mark.parametrize(("before", "octets", "first"), PATCHED)
def test_a_table_with_a_row_that_is_no_utf_8_stays_utf_8(before: int, octets: bytes, first: str) -> None:
    line = f"{LINE}\n".encode()
    rows = read(io.BytesIO(f"{HEADER}\n".encode() + line * before + octets + b"\n" + line * 2), {})
    *others, patched, _, last = [row.contact for row in rows][-4:]
    assert [patched.name.first, *others, last] == [first, WILE, WILE]


@pytest.mark.parametrize("octets", [b"x\0", b"x\0y\0" * 30, b"\0x" * 30])
def test_zeros_in_a_row_make_no_utf_16_of_a_table(octets: bytes) -> None:
    first, second = rows_of(f"{HEADER},Notes\n".encode() + f"{LINE},".encode() + octets + f"\n{LINE},\n".encode())
    assert (first.contact.name, second.contact) == (WILE.name, WILE)


def test_a_table_that_ends_within_a_character_stays_utf_8() -> None:
    first, second = rows_of(f"{HEADER}\n{LINE}\n{LINE}".encode() + b"\xc3")
    assert (first.contact, second.contact.name) == (WILE, WILE.name)


def test_a_jcard_whose_text_speaks_of_vcards_is_a_jcard() -> None:
    speaking = WILE._replace(note="BEGIN:VCARD is how a card begins")
    (row,) = rows_of(json.dumps([to_jcard(card_of(speaking))]).encode())
    assert (row.contact, row.fault) == (speaking, "")


@pytest.mark.parametrize(
    "note",
    [
        "BEGIN:VCARD is how a card begins",
        "see:\nBEGIN:VCARD\nEND:VCARD",
        'a \'quoted\' ""one"":\nBEGIN:VCARD\n',
        "BEGIN:VCARD",
    ],
    ids=["in a line", "lines of their own", "after quotes", "alone"],
)
def test_a_table_that_speaks_of_vcards_is_a_table(note: str) -> None:
    (row,) = rows_of(f'{HEADER},Notes\n{LINE},"{note}"\n'.encode())
    assert (row.contact, row.fault) == (WILE._replace(note=note.replace('""', '"').strip()), "")


@pytest.mark.parametrize(
    "before", ["Contacts of today:\n", "\n \n", "\ufeff\ufeff", 'Our "friends"\r\n  ', "BEGIN:VCARD is how:\r"]
)
def test_cards_below_other_lines_are_cards(before: str) -> None:
    (row,) = rows_of(before.encode() + write_contact(WILE))
    assert (row.contact, row.fault) == (WILE, "")


def test_many_jcards_come_one_by_one_whatever_their_size() -> None:
    large = Contact(Name("Wile"), note="x" * 3_000_000)
    cards = [to_jcard(card_of(contact)) for contact in (WILE, large, WILE)]
    assert [row.contact for row in rows_of(json.dumps(cards).encode())] == [WILE, large, WILE]


def test_a_jcard_that_is_none_does_not_stop_the_rest() -> None:
    first, second = rows_of(f"[[1], {JCARD}]".encode())
    assert first.fault
    assert second.contact == WILE


def test_what_cannot_be_read_costs_its_own_row_alone() -> None:
    rows = rows_of(f'{HEADER}\n{LINE}\n"Road,Runner,\n{LINE},more\n{LINE}, \n'.encode())
    assert [bool(row.fault) for row in rows] == [False, True, False, False]
    assert [row.warnings for row in rows[2:]] == [
        ("the row has more cells than the header has columns; left out: 'more'",),
        (),
    ]


def test_a_jcard_whose_card_would_be_too_large_is_refused() -> None:
    lines = ["x" * 1000] * (bounds.CARD.value // 1000)
    large = to_jcard(card_of(WILE))
    large[1].extend(["x-line", {}, "text", line] for line in lines)  # type: ignore[attr-defined]
    first, second = rows_of(json.dumps([large, to_jcard(card_of(WILE))]).encode())
    assert (first.fault, second.contact) == (TOO_LARGE, WILE)


def test_so_is_one_that_is_too_large_only_as_it_is_written() -> None:
    large = WILE._replace(note="," * (bounds.CARD.value * 2 // 3))  # each of which a card has as `\\,`
    first, second = rows_of(json.dumps([to_jcard(card_of(large)), to_jcard(card_of(WILE))]).encode())
    assert (first.fault, second.contact) == (TOO_LARGE, WILE)


def test_a_card_that_is_too_large_is_told_and_the_next_one_is_read() -> None:
    large = b"BEGIN:VCARD\nVERSION:3.0\nFN:x\n" + b"X-LINE:y\n" * (bounds.CARD.value // 9) + b"END:VCARD\n"
    first, second = rows_of(large + write_contact(WILE))
    assert ("line 1: " in first.fault, first.card, second.contact) == (True, b"", WILE)


def test_a_header_is_looked_for_in_so_many_characters() -> None:
    above = "x" * limits.HEADER_SIZE.value + "\n"
    with pytest.raises(InvalidError):
        rows_of(f"{above}{HEADER}\n{LINE}\n".encode())


def test_jcards_that_are_cut_off_give_what_is_there() -> None:
    first, second = rows_of(f"[{JCARD}, [".encode())
    assert first.contact == WILE
    assert second.fault


def test_a_cell_of_our_own_that_is_broken_does_not_stop_the_rest() -> None:
    first, second = rows_of(b"Name,Emails\nWile,[{]\nRoad,\n")
    assert (first.number, bool(first.fault)) == (1, True)
    assert (second.number, second.contact) == (2, Contact(Name("Road")))


def test_rows_of_blanks_alone_are_no_rows() -> None:
    rows = rows_of(f"{HEADER}\n,,\n{LINE}\n , ,\n{LINE}\n".encode())
    assert [(row.number, row.contact) for row in rows] == [(1, WILE), (2, WILE)]


def test_a_header_that_cannot_be_read_is_told_with_its_line() -> None:
    with pytest.raises(InvalidError, match="the header cannot be read: line 1 opens a quote"):
        rows_of(b'First Name,"Email\nWile,a@example.com\n')


@pytest.mark.parametrize(
    "data", [b"", b"no contacts here", b"\x00\x01\x02", b"# BEGIN:VCARD\n# TEL:1\n# END:VCARD\n", b"\n" * 70_000]
)
def test_a_file_of_no_known_kind_is_refused_as_a_whole(data: bytes) -> None:
    with pytest.raises(InvalidError):
        rows_of(data)


@given(st.binary(max_size=300) | st.text().map(lambda text: (HEADER + "\n" + text).encode("utf-8", "surrogatepass")))
def test_no_bytes_break_it(data: bytes) -> None:
    with contextlib.suppress(CardwrightError):
        rows_of(data)


@pytest.mark.parametrize(
    ("label", "known"),
    [
        ("\x00 Home", "home"),
        ("* \x1fWork", "work"),
        ("Mobile\x85", "mobile"),
        ("home\x00fax", "fax"),
        ("\x07", "other"),
    ],
)
def test_a_label_is_known_among_control_characters(label: str, known: str) -> None:
    data = f"First Name,Phone 1 - Label,Phone 1 - Value\nAda,{label},1\n".encode()
    (row,) = read(io.BytesIO(data), {})
    assert [phone.label for phone in row.contact.phones] == [known]
