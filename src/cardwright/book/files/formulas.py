"""Cells that no spreadsheet takes for a formula."""

from __future__ import annotations

import re
from typing import Final

# A spreadsheet may see a formula at the beginning of a cell; and, opened with another delimiter than the comma, behind
# every `;`, tab and line break. East Asian versions take the full-width signs too.
_SIGN: Final = "[=+\\-@＝＋－＠]"  # noqa: RUF001 - these are meant
_BREAK: Final = r";\t\n\v\f\r\x1c-\x1e\x85\u2028\u2029"
_GAP: Final = r"\s\";"
_BEGIN: Final = rf"((?:^|(?<![{_GAP}])(?:[^\S{_BREAK}]|\")*+[{_BREAK}])[{_GAP}]*+)"  # possessive: linear in the cell
_FORMULA: Final = re.compile(rf"{_BEGIN}(?='*+{_SIGN})")
_PROTECTED: Final = re.compile(rf"{_BEGIN}'(?='*+{_SIGN})")
_SUSPECT: Final = re.compile(rf"^[{_GAP}'=+@＝＋－＠-]|[{_BREAK}]")  # noqa: RUF001 - these are meant
_BLANK_FIRST: Final = re.compile(r"'*+[\t\r\n]")


def protected(cell: str) -> str:
    """Return `cell` so that no spreadsheet takes it for a formula: with an apostrophe before what begins one."""
    if cell.isalnum() or not _SUSPECT.search(cell):  # as nearly all
        return cell
    cell = _FORMULA.sub(r"\1'", cell)
    return f"'{cell}" if _BLANK_FIRST.match(cell) else cell


def unprotected(cell: str) -> str:
    """Return the cell that `protected` was given."""
    if "'" not in cell:
        return cell
    if cell[0] == "'" and _BLANK_FIRST.match(cell):
        cell = cell[1:]
    return _PROTECTED.sub(r"\1", cell)


def unwrapped(cell: str) -> str:
    """Return the text of a formula that says a text and nothing else: Excel keeps `+49…` so, as `="+49…"`."""
    if cell[:2] == '="' and cell[-1] == '"' and len(cell) >= len('=""'):
        return cell[2:-1].replace('""', '"').strip()
    return cell
