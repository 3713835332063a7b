"""What one cell holds: several numbers or addresses, a whole name, a date."""

from __future__ import annotations

import pytest

from cardwright.book.files.cell_values import emails, listed, numbers, websites, whole_name, with_rest
from cardwright.book.files.dates import calendar_date, date_of_parts
from cardwright.contact.model import Name

NUMBERS = [
    ("+13125550191, +13125550192", ["+13125550191", "+13125550192"]),
    ("030 1234567; 030 7654321", ["030 1234567", "030 7654321"]),
    ("030 1234567 ::: 030 7654321", ["030 1234567", "030 7654321"]),
    ("030 1234567\n030 7654321", ["030 1234567", "030 7654321"]),
    ("12345-67/68", ["12345-67/68"]),  # a range stays a text
    ("0301234567,,22", ["0301234567,,22"]),  # a pause, and what is dialled behind it
    ("(0 30) 123-45,67", ["(0 30) 123-45,67"]),
    ("call Ann, not Bob", ["call Ann, not Bob"]),
    ("\u202a+49 170 1234567\u202c", ["+49 170 1234567"]),
    ("\ufeff030\u200b1234567", ["0301234567"]),
    ("tel:+13125550195", ["+13125550195"]),
    ("TEL:+13125550195;ext=5", ["+13125550195 x5"]),
    ("tel:+13125550195, tel:+13125550196", ["+13125550195", "+13125550196"]),
    ("4917012345.0", ["4917012345"]),  # as a program writes a column in which a number was missing
    ("030.1234.0", ["030.1234.0"]),
    (" ::: ", []),
]
EMAILS = [
    ("zoe@example.org, zoe2@example.org", ["zoe@example.org", "zoe2@example.org"]),
    ("zoe@example.org;zoe2@example.org;", ["zoe@example.org", "zoe2@example.org"]),
    ("zoe@example.org\r\nzoe2@example.org", ["zoe@example.org", "zoe2@example.org"]),
    ("mailto:zoe@example.org", ["zoe@example.org"]),
    ("Zoe Quist <zoe@example.org>", ["zoe@example.org"]),
    ("Zoe <zoe@example.org>, Yan <yan@example.org>", ["zoe@example.org", "yan@example.org"]),
    ('"Quist, Zoe" <zoe@example.org>', ["zoe@example.org"]),
    ("zoe@example.org (Zoe Quist)", ["zoe@example.org"]),
    ("Zoe <mailto:zoe@example.org>", ["zoe@example.org"]),
    ("<zoe@example.org>", ["zoe@example.org"]),
    ("/o=ExchangeLabs/ou=Exchange Administrative Group/cn=Recipients/cn=zoe", []),
    ("zoe@example.org, n/a", ["zoe@example.org, n/a"]),  # no address: the row is told so
]
WEBSITES = [
    ("https://example.org/?a=1,2;b=3", ["https://example.org/?a=1,2;b=3"]),
    ("https://example.org, https://example.com", ["https://example.org", "https://example.com"]),
    ("www.example.org www.example.com", ["www.example.org", "www.example.com"]),
    ("http\\://example.org/a\\:b", ["http://example.org/a\\:b"]),  # Google, before 2024
]
NAMES = [
    ("Quist, Zoe", Name("Zoe", "Quist")),
    ("Ted Quist, Jr.", Name("Ted", "Quist", suffix="Jr.")),
    ("Quist, Ted, Jr.", Name("Ted", "Quist", suffix="Jr.")),
    ("Ted Quist Jr.", Name("Ted", "Quist", suffix="Jr.")),
    ("Wile E. Coyote", Name("Wile E.", "Coyote")),
    ("Wile  Coyote", Name("Wile", "Coyote")),
    ("Wile", Name("Wile")),
    ("Ada Md", Name("Ada", "Md")),
]
RESTS = [
    # the name of other columns, what the column `Name` says, the name of both
    (Name("Ada"), "Ada Fen", Name("Ada", "Fen")),
    (Name(last="Fen"), "Ada Fen", Name("Ada", "Fen")),
    (Name("ADA"), "Fen, Ada", Name("ADA", "Fen")),
    (Name("Ada"), "Fen", Name("Ada", "Fen")),
    (Name(last="Fen"), "Ada", Name("Ada", "Fen")),
    (Name("Ada"), "Miss Ada of the Fen", Name("Ada")),  # it is in there somewhere
    (Name(last="Ada"), "The Ada Fen", Name(last="Ada")),
]
DATES = [
    # text, order, as vCard 4.0 writes it; None: no date, or it could be two days
    ("1980-02-03", "", "19800203"),
    ("19800203", "", "19800203"),
    ("1980-02-03T00:00:00Z", "", "19800203"),
    ("1980/2/3", "", "19800203"),
    ("0000-02-03", "", "--0203"),
    ("19750102T000000Z", "", "19750102T000000Z"),  # our own export
    ("1980年2月3日", "", "19800203"),
    ("3.2.1980", "", "19800203"),
    ("24/12/1980", "", "19801224"),
    ("12/24/1980", "", "19801224"),
    ("2/2/1980", "", "19800202"),
    ("2/3/1980", "", None),
    ("2/3/1980", "mdy", "19800203"),
    ("2/3/1980", "dmy", "19800302"),
    ("4 Mar 2024", "", "20240304"),
    ("March 4, 2024", "", "20240304"),
    ("1980-2-3", "", "19800203"),
    ("1980. 2. 3.", "", "19800203"),
    ("03-Feb-1980", "", "19800203"),
    ("February 3rd, 1980", "", "19800203"),
    ("Sunday, February 3, 1980", "", "19800203"),
    ("3. März 1980", "", "19800303"),
    ("1er août 1980", "", "19800801"),
    ("3 de febrero de 1980", "", "19800203"),
    ("Feb 1980", "", "1980-02"),
    ("3 Feb", "", "--0203"),
    ("29 Feb", "", "--0229"),
    ("Feb 19", "", None),  # a day, or a year
    ("3-Feb-80", "", None),
    ("31 Feb 1980", "", None),
    ("3 Feb 4 1980", "", None),
    ("early February 1980", "", None),
    ("Feb Mar 1980", "", None),
    ("--02-03", "", "--0203"),
    ("02/03", "mdy", "--0203"),
    ("29.2.", "", "--0229"),
    ("1980", "", "1980"),
    ("0/0/00", "", ""),
    ("0.0.00", "", ""),
    ("30.2.1980", "", None),
    ("2/3/80", "", None),
    ("3.2.80", "", None),
    ("29.2.1981", "", None),
    ("29254", "", None),  # a spreadsheet's number of a day, or anything
    ("1980-02-03T23:00:00Z", "", None),  # another day elsewhere
    ("soon", "", None),
    ("\uff11\uff19\uff18\uff10", "", None),  # full-width digits
    ("0001-02-03", "", "00010203"),
]


@pytest.mark.parametrize(("name", "whole", "both"), RESTS)
def test_a_name_in_two_columns_is_put_together(name: Name, whole: str, both: Name) -> None:
    assert with_rest(name, whole) == both


@pytest.mark.parametrize(("cell", "expected"), NUMBERS)
def test_numbers_in_a_cell(cell: str, expected: list[str]) -> None:
    assert numbers(cell) == expected


@pytest.mark.parametrize(("cell", "expected"), EMAILS)
def test_email_addresses_in_a_cell(cell: str, expected: list[str]) -> None:
    assert emails(cell) == expected


@pytest.mark.parametrize(("cell", "expected"), WEBSITES)
def test_web_addresses_in_a_cell(cell: str, expected: list[str]) -> None:
    assert websites(cell) == expected


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("a, b,a", ("a", "b")),
        ("a,b; c", ("a,b", "c")),
        ("a,b\nc", ("a,b", "c")),
        ("* a ::: b", ("a", "b")),
        ('["a;b", "c"]', ("a;b", "c")),
        ('"a, b","c"', ("a, b", "c")),
        ("[x]", ("[x]",)),
        ("", ()),
    ],
)
def test_lists_in_a_cell(cell: str, expected: tuple[str, ...]) -> None:
    assert listed(cell) == expected


@pytest.mark.parametrize(("cell", "expected"), NAMES)
def test_a_whole_name_is_read_as_that_of_a_card(cell: str, expected: Name) -> None:
    assert whole_name(Name(), cell) == expected


@pytest.mark.parametrize(("text", "order", "expected"), DATES)
def test_dates(text: str, order: str, expected: str | None) -> None:
    assert calendar_date(text, order) == expected


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        (("1980", "2", "3"), "19800203"),
        (("", "2", "3"), "--0203"),
        (("1980", "", ""), "1980"),
        (("", "", ""), ""),
        (("1980", "2", ""), None),
        (("1980", "13", "3"), None),
        (("99999999999", "2", "3"), None),
        (("80", "2", "3"), None),
        (("1980", "2", "3rd"), None),
    ],
)
def test_a_date_in_several_columns(parts: tuple[str, str, str], expected: str | None) -> None:
    assert date_of_parts(*parts) == expected
