"""What the cells of a row say about a person: read under the columns of `columns.py`, and written by an export."""

from __future__ import annotations

import json
import re
from collections import Counter
from functools import lru_cache
from operator import itemgetter
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from cardwright.book.files.columns import KNOWN_LABELS, LIST_DESTINATIONS
from cardwright.contact.model import Address, Contact, Email, Name, Phone, Website
from cardwright.errors import Fault, InvalidError, Rule

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from cardwright.book.files.columns import Destination

_SEVERAL: Final = " ::: "  # Google, between the values of one cell
_NOWHERE: Final = -1
_TEXT_FIELDS: Final = ("organization", "title", "note", "labels", "uid", "partners", "name")
_MEMBERS: Final[dict[str, type[Any]]] = {"phones": Phone, "emails": Email, "addresses": Address, "websites": Website}
_SHORT: Final = 200  # characters of a cell that is worth remembering


class RowContents(NamedTuple):
    """What one row says."""

    contact: Contact
    partners: tuple[str, ...] = ()
    slots: dict[str, tuple[int, ...]] = {}  # noqa: RUF012 - never changed
    """See `ImportRow.slots`."""


class _Member(NamedTuple):
    """The columns that one member of a list comes from."""

    field: str
    """Of a contact."""
    make: Callable[[Sequence[str]], Any]
    parts: Callable[[Sequence[str]], tuple[str, ...]]
    """Gives the parts of the member, out of a row."""
    main: int
    """The column of the part that it is named for; there is none without that, but for an address."""
    main_part: int
    """Of that part among the parts."""
    label: int
    """Of the label among the parts."""
    labels: int
    """The column of labels; `_NOWHERE` if the header says the label."""
    default: str
    """The label where the row says none."""
    slot: int
    """How many columns of its list and label stand before it; counts where the header says the label."""


class RowReader:
    """How the rows under one header are read; what can be known from the header is found out once.

    A row gets cells of our own after its last: an empty one, for what has no column, and the labels in the header.
    """

    def __init__(self, destinations: Sequence[Destination | None]) -> None:
        self.width: Final = len(destinations)
        self._own = [""]
        texts: dict[str, list[int]] = {}
        members: dict[tuple[str, str], list[tuple[int, Destination]]] = {}
        for column, destination in enumerate(destinations):
            if destination and destination.part:
                members.setdefault((destination.field, destination.slot), []).append((column, destination))
            elif destination:
                texts.setdefault(destination.field, []).append(column)
        at = {field: columns[0] for field, columns in texts.items()}
        self._name = itemgetter(*[at.get(part, self.width) for part in Name._fields])
        self._texts = itemgetter(*[at.get(field, self.width) for field in _TEXT_FIELDS])
        self._lists = [(field, at[field]) for field in _MEMBERS if field in at]
        self._several = [columns for columns in texts.values() if len(columns) > 1]
        self._members: list[_Member] = []
        self._before: Counter[tuple[str, str, int]] = Counter()
        for (field, _), columns in members.items():
            self._members.append(self._member(field, columns))
        self._repeats = any(member.slot for member in self._members if member.labels == _NOWHERE)

    def contents_of(self, cells: Sequence[str]) -> RowContents:
        """Return the contact of one row, which may be short. Raises InvalidError for JSON that is none of ours."""
        row = list(map(str.strip, cells[: self.width]))
        if "'" in "".join(row):
            row = list(map(unprotected, row))
        if len(row) < self.width:
            row += [""] * (self.width - len(row))
        row += self._own
        for columns in self._several:
            row[columns[0]] = next(filter(None, map(row.__getitem__, columns)), "")
        name = Name._make(self._name(row))
        organization, title, note, labels, uid, partners, whole_name = self._texts(row)
        if whole_name and not (name.first or name.last):
            name = _named(name, whole_name)
        contact = Contact(
            name,
            organization,
            title,
            note,
            labels=listed(labels) if labels else (),
            uid=uid,
            **self._lists_of(row),
        )
        slots = self._slots_of(row) if self._repeats else {}
        return RowContents(contact, listed(partners) if partners else (), slots)

    def _lists_of(self, row: Sequence[str]) -> dict[str, Any]:
        """Return phones, e-mail addresses, addresses and websites."""
        made: dict[str, list[Any]] = {}
        for member in self._members:
            if members := _made(member, row):
                made.setdefault(member.field, []).extend(members)
        lists: dict[str, Any] = {field: tuple(members) for field, members in made.items()}
        for field, column in self._lists:
            if row[column]:
                lists[field] = _whole(row[column], field) or lists.get(field, ())
        return lists

    def _slots_of(self, row: Sequence[str]) -> dict[str, tuple[int, ...]]:
        slots: dict[str, list[int]] = {}
        for member in self._members:
            made = _made(member, row)
            slot = range(member.slot, member.slot + len(made)) if member.labels == _NOWHERE else [-1] * len(made)
            slots.setdefault(member.field, []).extend(slot)
        return {field: tuple(found) for field, found in slots.items()}

    def _member(self, field: str, columns: Sequence[tuple[int, Destination]]) -> _Member:
        make, main = LIST_DESTINATIONS[field]
        plural = next(name for name, made in _MEMBERS.items() if made is make)
        parts: tuple[str, ...] = make._fields
        at = dict.fromkeys(parts, self.width) | {destination.part: column for column, destination in columns}
        labels, default = at["label"], columns[0][1].label
        if labels == self.width:
            labels, at["label"] = _NOWHERE, self.width + len(self._own)
            self._own.append(_label(default))
        get: Callable[[Sequence[str]], tuple[str, ...]] = itemgetter(*[at[part] for part in parts])
        main_part, label = parts.index(main), parts.index("label")
        slot = self._before[plural, default, labels]
        self._before[plural, default, labels] += 1
        return _Member(plural, make._make, get, at[main], main_part, label, labels, default, slot)


def _made(member: _Member, row: Sequence[str]) -> tuple[Any, ...]:
    """Return the member that the row says, several where a cell holds several, none where its cells are empty."""
    main = row[member.main]
    if main and member.labels == _NOWHERE and _SEVERAL not in main:  # as nearly all
        return (member.make(member.parts(row)),)
    if not main and member.field != "addresses":
        return ()
    parts = list(member.parts(row))
    main = parts[member.main_part]
    if not main and not any(parts[: member.label] + parts[member.label + 1 :]):
        return ()
    parts[member.label] = _label(parts[member.label] or member.default)
    if _SEVERAL not in main or member.field == "addresses":
        return (member.make(parts),)
    found = []
    for one in main.split(_SEVERAL):
        if one.strip():
            parts[member.main_part] = one
            found.append(member.make(parts))
    return tuple(found)


@lru_cache(maxsize=1_000)
def _label(label: str) -> str:
    label = label.removeprefix("* ").strip()
    return label.lower() if label.lower() in KNOWN_LABELS else label or "other"


def _named(name: Name, whole: str) -> Name:
    """Return the name with first and last name out of the whole of it; one word is a first name."""
    first, _, last = whole.rpartition(" ")
    return name._replace(first=first.strip() or last, last=last if first.strip() else "")


def _whole(cell: str, field: str) -> tuple[Any, ...]:
    """Return the members that our own export wrote in JSON, where two columns do not say all of them."""
    make = _MEMBERS[field]
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
    """Return what was protected."""
    if "'" not in cell:
        return cell
    if cell[0] == "'" and _BLANK_FIRST.match(cell):
        cell = cell[1:]
    return _PROTECTED.sub(r"\1", cell)
