"""What the cells of a row say about a person: read under the columns of `columns.py`, and written by an export."""

from __future__ import annotations

import json
import re
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from cardwright.book.columns import KNOWN_LABELS, LISTS
from cardwright.contact.model import Address, Contact, Email, Name, Phone, Website
from cardwright.errors import Fault, InvalidError, Rule

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cardwright.book.columns import Target

_SEVERAL: Final = " ::: "  # Google, between the values of one cell
_NOWHERE: Final = -1
_WHOLE: Final[dict[str, type[Any]]] = {"phones": Phone, "emails": Email, "addresses": Address, "websites": Website}
_SHORT: Final = 200  # characters of a cell that is worth remembering


class Cells(NamedTuple):
    """What one row says."""

    contact: Contact
    partners: tuple[str, ...] = ()


class _Member(NamedTuple):
    """The columns that one member of a list comes from."""

    field: str
    """Of a contact."""
    make: type[Any]
    main: int
    """Which of the parts it is named for."""
    label: int
    """Which of the parts is its label."""
    columns: tuple[int, ...]
    """Where each of the parts stands; -1, where a row has an empty cell more, for one that has no column."""
    empty: tuple[str, ...]
    """What it is where its cells are empty."""


class Reading:
    """How the rows under one header are read; what can be known from the header is found out once."""

    def __init__(self, targets: Sequence[Target | None]) -> None:
        self.width: Final = len(targets)
        texts: dict[str, list[int]] = {}
        members: dict[tuple[str, str], list[tuple[int, Target]]] = {}
        for column, target in enumerate(targets):
            if target and target.part:
                members.setdefault((target.field, target.slot), []).append((column, target))
            elif target:
                texts.setdefault(target.field, []).append(column)
        self._at = {field: columns[0] for field, columns in texts.items()}
        self._name = [self._at.get(part, _NOWHERE) for part in Name._fields]
        self._texts = [self._at.get(field, _NOWHERE) for field in ("organization", "title", "note", "labels", "uid")]
        self._whole_name, self._partners = self._at.get("name", _NOWHERE), self._at.get("partners", _NOWHERE)
        self._lists = [(field, self._at[field]) for field in _WHOLE if field in self._at]
        self._several = [columns for columns in texts.values() if len(columns) > 1]
        self._members = [_member(field, columns) for (field, _), columns in members.items()]

    def cells_of(self, cells: Sequence[str]) -> Cells:
        """Return the contact of one row, which may be short. Raises InvalidError for JSON that is none of ours."""
        row = list(map(str.strip, cells))
        if "'" in "".join(row):
            row = list(map(unprotected, row))
        row += [""] * (self.width + 1 - len(row))
        row[-1] = ""  # where there is no column
        for columns in self._several:
            row[columns[0]] = next(filter(None, map(row.__getitem__, columns)), "")
        first, last, middle, prefix, suffix = map(row.__getitem__, self._name)
        if row[self._whole_name] and not (first or last):
            first, last = _split(row[self._whole_name])
        organization, title, note, labels, uid = map(row.__getitem__, self._texts)
        contact = Contact(
            Name(first, last, middle, prefix, suffix),
            organization,
            title,
            note,
            **self._lists_of(row),
            labels=listed(labels) if labels else (),
            uid=uid,
        )
        partners = row[self._partners]
        return Cells(contact, listed(partners) if partners else ())

    def _lists_of(self, row: Sequence[str]) -> dict[str, Any]:
        """Return phones, e-mail addresses, addresses and websites."""
        found: dict[str, Any] = {}
        for member in self._members:
            if member.field == "addresses" or row[member.columns[member.main]]:
                found[member.field] = found.get(member.field, ()) + _made(member, row)
        for field, column in self._lists:
            if row[column]:
                found[field] = _whole(row[column], field) or found.get(field, ())
        return found


def _member(field: str, columns: Sequence[tuple[int, Target]]) -> _Member:
    make, main = LISTS[field]
    plural = next(name for name, made in _WHOLE.items() if made is make)
    parts: tuple[str, ...] = make._fields
    at = {target.part: column for column, target in columns}
    label = parts.index("label")
    empty = ["" for _ in parts]
    empty[label] = columns[0][1].label
    return _Member(
        plural, make, parts.index(main), label, tuple(at.get(part, _NOWHERE) for part in parts), tuple(empty)
    )


def _made(member: _Member, row: Sequence[str]) -> tuple[Any, ...]:
    """Return the member that the row says, several where a cell holds several, none where its cells are empty."""
    parts = [row[column] for column in member.columns]
    main, label = parts[member.main], parts[member.label]
    if not main and (member.field != "addresses" or not any(parts[: member.label] + parts[member.label + 1 :])):
        return ()
    parts[member.label] = _label(label or member.empty[member.label])
    if _SEVERAL not in main or member.field == "addresses":
        return (member.make._make(parts),)
    found = []
    for one in main.split(_SEVERAL):
        if one.strip():
            parts[member.main] = one
            found.append(member.make._make(parts))
    return tuple(found)


@lru_cache(maxsize=1_000)
def _label(label: str) -> str:
    label = label.removeprefix("* ").strip()
    return label.lower() if label.lower() in KNOWN_LABELS else label or "other"


def _split(name: str) -> tuple[str, str]:
    """Return first and last name; one word is a first name."""
    first, _, last = name.rpartition(" ")
    return (first.strip(), last) if first.strip() else (last, "")


def _whole(cell: str, field: str) -> tuple[Any, ...]:
    """Return the members that our own export wrote in JSON, where two columns do not say all of them."""
    make = _WHOLE[field]
    try:
        return tuple(make(**{str(key): str(value) for key, value in one.items()}) for one in json.loads(cell))
    except (ValueError, TypeError, AttributeError, RecursionError):
        raise InvalidError([Fault(field, Rule.FORM, "is not the JSON that an export writes")]) from None


def listed(cell: str) -> tuple[str, ...]:
    """Return the texts in a cell: a JSON array, or parted by ` ::: `, else by semicolons, else by commas."""
    return _often_listed(cell) if len(cell) <= _SHORT else _listed(cell)


def _listed(cell: str) -> tuple[str, ...]:
    if cell.startswith("["):
        try:
            return tuple(map(str, json.loads(cell)))
        except (ValueError, TypeError, RecursionError):
            pass
    between = next((mark for mark in (":::", ";") if mark in cell), ",")
    return tuple(dict.fromkeys(one for part in cell.split(between) if (one := part.strip().removeprefix("* ").strip())))


_often_listed: Final = lru_cache(maxsize=1_000)(_listed)  # many rows have the same labels

_BEGINS: Final = frozenset("'=+-@\t\r")
_FORMULA: Final = re.compile(r"'*[=+\-@\t\r]")


def protected(cell: str) -> str:
    """Return `cell` so that no spreadsheet takes it for a formula: with an apostrophe before what begins like one."""
    return f"'{cell}" if cell[:1] in _BEGINS and _FORMULA.match(cell) else cell


def unprotected(cell: str) -> str:
    """Return what was protected."""
    return cell[1:] if cell[:1] == "'" and _FORMULA.match(cell) else cell
