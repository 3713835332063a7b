"""The header of a table: where it stands, by what it is parted, and when there is none."""

from __future__ import annotations

import contextlib
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cardwright.book.files.columns import parsed
from cardwright.book.files.header_finder import Chosen, find_header
from cardwright.book.files.reading import read
from cardwright.errors import InvalidError
from cardwright.limits import COLUMNS_NAMED, HEADER_LINES, HEADER_SIZE

FOUND = [
    # what it is, the lines, on which the header stands, delimiter
    ("the first line", "First Name,Email\na,b", 0, ","),
    ("below words", "Notes:\n\nFirst Name,Last Name\n", 2, ","),
    ("below a sentence with commas", "Our list, of 2024, by name, is here\nFirst Name;Email\n", 1, ";"),
    ("below a word that is the name of a column", "Name\nFirst Name,Last Name,Email\n", 0, ","),
    ("below a title of two words", "Name: Contacts of May\nFirst Name,Last Name,Email\n", 1, ","),
    ("below a quote that is not closed", 'He said "so\n"and\nFirst Name\tEmail\n', 2, "\t"),
    ("below empty cells", ";;;\nVorname;Nachname;E-Mail-Adresse\n", 1, ";"),
    ("one column", "\nEmail\na@example.com", 1, ","),
    ("more commas than semicolons in its names", "Werkadres, straat;Voornaam;Achternaam\n", 0, ";"),
    ("quotes", '"First Name"|"Email"\n', 0, "|"),
]  # fmt: skip
NONE = [
    ("Rank,Points\n1,2", "its columns: 'Rank', 'Points'; --map"),
    ("Company;Website\nAcme;https://example.com", "its columns: 'Company', 'Website'; --map"),
    ("City,Population\nOslo,1", "its columns: 'City', 'Population'; --map"),
    ("Rank," + "x" * HEADER_SIZE.value + "\n1,2", "its header has more than 1,048,576 characters"),
    ("\n\n", "no vCard, CSV or jCard"),
    ("", "no vCard, CSV or jCard"),
]


@pytest.mark.parametrize(("what", "text", "line", "delimiter"), FOUND, ids=[what for what, *_ in FOUND])
def test_a_header_is_found(what: str, text: str, line: int, delimiter: str) -> None:
    found = find_header(text.splitlines(keepends=True), {})
    assert (found.line, found.delimiter) == (line, delimiter), what


@pytest.mark.parametrize(("text", "told"), NONE)
def test_a_table_of_no_contacts_is_refused_with_its_columns(text: str, told: str) -> None:
    with pytest.raises(InvalidError) as error:
        find_header(text.splitlines(keepends=True), {})
    assert told in str(error.value)


def test_a_header_is_looked_for_in_the_first_lines_alone() -> None:
    above = ["x\n"] * (HEADER_LINES.value - 1)
    assert next(read(io.BytesIO("".join([*above, "Email\na@example.com"]).encode()), {})).number == 1
    with pytest.raises(InvalidError):
        next(read(io.BytesIO("".join([*above, "x\nEmail\na@example.com"]).encode()), {}))


def test_what_is_left_out_is_told_once_with_the_first_row() -> None:
    table = b"My list\n\nFirst Name,Shoe,Email,Hat,Coat\na,1,a@example.com,2,3\nb,1,b@example.com,2,3\n"
    first, second = read(io.BytesIO(table), {"Coat": "", "hat": "card.X-HAT"})
    assert first.warnings == (
        "lines above the header are left out: 'My list'",
        "columns of this file that are not used: 'Shoe'; --map says where they go, \"\" leaves one out",
    )
    assert second.warnings == ()
    assert b"X-HAT:2" in second.unmodelled


def test_a_mailbox_within_exchange_is_told_and_costs_nothing_else() -> None:
    mailbox = "/o=Acme/ou=AG/cn=Recipients/cn=wile"
    (row,) = read(io.BytesIO(f"First Name,E-mail Address,Birthday\nWile,{mailbox},soon\n".encode()), {})
    exchange, date = row.warnings
    assert exchange == f"{mailbox!r} is a mailbox within Exchange and no e-mail address: it is left out"
    assert date.startswith("birthday 'soon' is kept as text")


def test_of_many_columns_that_are_not_used_some_are_named() -> None:
    header = ["Email", *map("x{}".format, range(COLUMNS_NAMED.value + 2))]
    (row,) = read(io.BytesIO(f"{','.join(header)}\na@example.com\n".encode()), {})
    assert f"'x{COLUMNS_NAMED.value - 1}' and 2 more;" in row.warnings[0]


def test_a_fault_of_a_row_says_its_line_also_below_other_lines() -> None:
    (row,) = read(io.BytesIO(b'My list\n\nFirst Name,Email\n"a,b\n'), {})
    assert "line 4" in row.fault


@pytest.mark.parametrize(
    ("header", "mapping", "told"),
    [
        ("First Name,Given Name", {}, "'First Name' and 'Given Name' both go to first"),
        ("Email,Title,Position", {}, "'Title' and 'Position' both go to title"),
        ("Email,a,b", {"a": "birthday", "b": "birthday"}, "both go to birthday"),
        ("Email,a,b", {"a": "card.KIND", "b": "card.KIND"}, "both go to card.KIND"),
    ],
)
def test_two_columns_for_one_value_are_refused(header: str, mapping: dict[str, str], told: str) -> None:
    with pytest.raises(InvalidError, match=told):
        find_header([header], mapping)


def test_two_columns_for_a_list_or_a_note_are_put_together() -> None:
    table = "Email,E-mail,Notes,Comments,Labels,Groups,Accounts,Phone,Mobile,x\na@b.c,d@e.f,n1,n2,a,b;a,7,1,2,z\n"
    (row,) = read(io.BytesIO(table.encode()), {"x": "note"})
    assert [email.address for email in row.contact.emails] == ["a@b.c", "d@e.f"]
    assert (row.contact.note, row.contact.labels, row.partners) == ("n1\nn2\nz", ("a", "b", "a"), ("7",))


def test_where_a_person_wants_the_columns_to_go_no_name_is_asked() -> None:
    destinations = parsed("last"), None, parsed("email.work"), parsed("email.work")
    table = b"My list\nFirst;b;Email;d\nMoss;x;a@example.com;b@example.com\n"
    (row,) = read(io.BytesIO(table), Chosen(1, ";", destinations))
    assert (row.number, row.contact.name.last, row.contact.name.first) == (1, "Moss", "")
    assert row.warnings == ("lines above the header are left out: 'My list'",)
    assert [email.address for email in row.contact.emails] == ["a@example.com", "b@example.com"]


LINES = st.lists(
    st.lists(st.sampled_from(["Name", "Email", "Vorname", "Titre", "Phone 1 - Value", "x", "", '"', "a,b", "\n"])).map(
        ",".join
    )
    | st.text()
)


@given(LINES, st.sampled_from(["", ",", ";"]))
def test_any_lines_have_a_header_or_are_refused(lines: list[str], delimiter: str) -> None:
    with contextlib.suppress(InvalidError):
        found = find_header(lines, {}, delimiter)
        assert any(found.destinations)
        assert 0 <= found.line < len(lines)
