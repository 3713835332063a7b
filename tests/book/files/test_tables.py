"""Rows of a table: a quote too many spoils its own row, and no other."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cardwright import limits
from cardwright.book.files import tables
from cardwright.book.files.tables import TableRow, lines_of, rows_of


def read(text: str, delimiter: str = ",") -> list[TableRow]:
    return list(rows_of(io.StringIO(text, newline=""), delimiter))


def cells_of(text: str) -> list[list[str]]:
    """Return the cells of each row, none where it cannot be read."""
    return [list(row.cells) for row in read(text)]


AS_THEY_ARE = [
    # what is written, the rows that it says
    ("a,b\n1,2\n", [["a", "b"], ["1", "2"]]),
    ('a,b\r\n"1\n2",3\r\n', [["a", "b"], ["1\n2", "3"]]),
    ('a,b\n"say ""hi""",2\n', [["a", "b"], ['say "hi"', "2"]]),
    ("a,b\n\n1,2\n", [["a", "b"], ["1", "2"]]),
    ('a,b\n6" pipe,2\n3,4\n', [["a", "b"], ['6" pipe', "2"], ["3", "4"]]),  # in a cell that is not quoted: itself
    ('a,b\n"1" ,2\n3,4\n', [["a", "b"], ["1 ", "2"], ["3", "4"]]),  # no CSV, but what is meant is clear
    ('a,b,c\n1,"two\nlines"\n4,5,6\n', [["a", "b", "c"], ["1", "two\nlines"], ["4", "5", "6"]]),  # a short row
    ('a,b,c\n1,"2,3\n4,5",6\n', [["a", "b", "c"], ["1", "2,3\n4,5", "6"]]),  # as wide as the header: it is meant
]


@pytest.mark.parametrize(("text", "rows"), AS_THEY_ARE)
def test_rows_are_read_as_they_are_meant(text: str, rows: list[list[str]]) -> None:
    assert cells_of(text) == rows


SPOILT = [
    # what is written, which row of it is refused
    ('a,b\n"1,2\n3,4\n5,6\n', 1),  # never closed
    ('a,b\n1,2\n3,"4\n', 2),  # in the last line
    ('a,b\n"1,2\n3,4\n5,"6"\n', 1),  # closed where another cell opens
    ('a,b,c\n"1,2,3\n4,5,6\n7,8,9"\n10,11,12\n', 1),
]


@pytest.mark.parametrize(("text", "row"), SPOILT)
def test_a_quote_too_many_spoils_its_own_row_alone(text: str, row: int) -> None:
    rows = read(text)
    assert len(rows) == text.count("\n")
    assert [number for number, one in enumerate(rows) if one.fault] == [row]
    assert f"line {row + 1}" in rows[row].fault


def test_lines_read_before_are_counted() -> None:
    (_, spoilt) = rows_of(["a,b\n", '"1,2\n'], ",", before=1)
    assert "line 3" in spoilt.fault


def test_a_cell_without_end_is_given_up_and_the_rest_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tables, "_LINES", 10)
    rows = read('a,b\n"1,2\n' + "3,4\n" * 100)
    assert [bool(row.fault) for row in rows] == [False, True, *[False] * 100]


def test_a_cell_too_large_is_refused_and_the_rest_read() -> None:
    rows = read(f"a,b\n{'x' * (limits.CELL.value + 1)},2\n3,4\n")
    assert [bool(row.fault) for row in rows] == [False, True, False]


@pytest.mark.parametrize("end", ["\n", "\r\n", ""])
@pytest.mark.parametrize(("size", "is_refused"), [(100, False), (101, True), (250, True), (303, True)])
def test_a_line_too_long_is_refused_and_never_held(
    size: int,
    is_refused: bool,  # noqa: FBT001 - a column of the table
    end: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(tables, "_LONGEST", 100)
    long = ",".join("x" * 9 for _ in range(100))[: size - len(end)] + end
    lines = list(lines_of(io.StringIO(f"a,b\n{long}{'3,4' if end else ''}", newline="")))
    assert max(map(len, lines)) <= 101
    rows = list(rows_of(lines, ","))
    assert [bool(row.fault) for row in rows] == [False, is_refused, *([False] if end else [])]
    assert not is_refused or "line 2 has more than 100 characters" in rows[1].fault


def test_a_line_of_too_many_cells_is_refused_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tables, "_LONGEST", 100)
    monkeypatch.setattr(tables, "_CELLS", 50)
    long, wide = "x" * 101, "," * 51
    rows = read(f'a,b\n{long},2\n3,4\n"{long}\n5,6\n{wide}\n"7\n{wide}"\n8,9\n')
    assert [bool(row.fault) for row in rows] == [False, True, False, True, False, True, True, True, False]
    assert rows[1].fault == "line 2 has more than 100 characters"
    assert rows[5].fault == "line 6 has more than 50 of ','"


TEXTS = st.lists(st.lists(st.text(st.sampled_from('ab",;\n \r'), max_size=5), min_size=3, max_size=3), min_size=1)


@given(TEXTS)
def test_what_a_csv_writer_writes_is_read_back(rows: list[list[str]]) -> None:
    file = io.StringIO(newline="")
    csv.writer(file).writerows(rows)
    assert cells_of(file.getvalue()) == rows


@given(st.text(st.sampled_from('ab",;\n\r\0'), max_size=60))
def test_no_line_is_lost(text: str) -> None:
    said = "".join("".join(row.cells) + row.fault for row in read(text + "\nlast,line\n"))
    assert said.endswith("lastline")


def test_the_bound_of_the_csv_module_stays_what_others_set_it_to() -> None:
    before = csv.field_size_limit()
    large = "x" * (before + 1)
    assert [row.cells for row in rows_of(["a,b\n", f"1,{large}\n"], ",")] == [["a", "b"], ["1", large]]
    assert csv.field_size_limit() == before
