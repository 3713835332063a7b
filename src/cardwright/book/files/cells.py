"""What the cells of a row say about a person, read under the columns of a header."""

from __future__ import annotations

import json
from collections import Counter
from functools import lru_cache, partial
from itertools import chain, repeat
from operator import itemgetter
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from cardwright.book.cleaning import CONTROLS
from cardwright.book.files import cell_values
from cardwright.book.files.card_columns import CardColumns, octets
from cardwright.book.files.cell_values import GOOGLE, listed, texts, whole_name, with_rest
from cardwright.book.files.column_names import KNOWN_LABELS
from cardwright.book.files.columns import CARD, LISTS
from cardwright.book.files.formulas import unprotected, unwrapped
from cardwright.contact.model import Address, Contact, Email, Name, Phone, Website
from cardwright.contact.words import folded
from cardwright.errors import Fault, InvalidError, Rule

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from cardwright.book.files.columns import Destination

_NOWHERE: Final = -1
_TEXT_FIELDS: Final = ("organization", "title", "note", "labels", "uid", "partners", "name")
_PARTED: Final = frozenset(("labels", "partners"))
_MEMBERS: Final[dict[str, type[Any]]] = {"phones": Phone, "emails": Email, "addresses": Address, "websites": Website}
_VALUES: Final[dict[str, Callable[[str], list[str]]]] = {
    "phones": cell_values.numbers,
    "emails": cell_values.emails,
    "websites": cell_values.websites,
}
"""Of each list the values that one cell may hold."""
_SYNONYMS: Final = {
    **dict.fromkeys(("home fax", "work fax", "other fax"), "fax"),
    "home page": "homepage",
    "*": "other",  # Google: the preferred one of no label
}
_name: Final[Callable[[Sequence[str]], Name]] = partial(tuple.__new__, Name)
"""As `_make`, which counts the parts each time."""
_SHOWN: Final = 50  # characters of a cell in a warning
_LINES: Final = ("line2", "line3")


class RowContents(NamedTuple):
    """What one row says."""

    contact: Contact
    partners: tuple[str, ...] = ()
    slots: dict[str, tuple[int, ...]] = {}  # noqa: RUF012 - never changed
    """See `ImportRow.slots`."""
    unmodelled: bytes = b""
    """See `ImportRow.unmodelled`."""
    warnings: tuple[str, ...] = ()


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
    """Which of its list and label it is, from 0, by its name or by how many columns of these stand before it.

    It counts where the header says the label.
    """
    formatted: int
    """The column of an address in one text, which counts where its parts are empty; an empty one if there is none."""


class RowReader:
    """How the rows under one header are read; what can be known from the header is found out once.

    A row gets cells of our own after its last: an empty one, for what has no column, and the labels in the header.
    """

    def __init__(self, destinations: Sequence[Destination | None]) -> None:
        self.width: Final = len(destinations)
        self._own = [""]
        texts: dict[str, list[int]] = {}
        members: dict[tuple[str, str], list[tuple[int, Destination]]] = {}
        of_card: list[tuple[int, Destination]] = []
        for column, destination in enumerate(destinations):
            if destination and destination.field in CARD:
                of_card.append((column, destination))
            elif destination and destination.field in LISTS:
                members.setdefault((destination.field, destination.slot), []).append((column, destination))
            elif destination:
                texts.setdefault(destination.field, []).append(column)
        at = {field: columns[0] for field, columns in texts.items()}
        self._name = itemgetter(*[at.get(part, self.width) for part in Name._fields])
        self._says_rest = "name" in at and ("first" in at) != ("last" in at)
        self._texts = itemgetter(*[at.get(field, self.width) for field in _TEXT_FIELDS])
        self._lists = [(field, at[field]) for field in _MEMBERS if field in at]
        self._several = [(field, columns) for field, columns in texts.items() if len(columns) > 1]
        self._members: list[_Member] = []
        self._before: Counter[tuple[str, str, int]] = Counter()
        for (field, _), columns in members.items():
            self._members.append(self._member(field, columns))
        self._mailboxes = [member.main for member in self._members if member.field == "emails"]
        self._repeats = any(member.slot for member in self._members if member.labels == _NOWHERE)
        self._of_card = CardColumns(of_card) if of_card else None

    def contents_of(self, cells: Sequence[str]) -> RowContents:
        """Return the contact of one row, which may be short. Raises InvalidError for JSON that is none of ours."""
        row = self._row(cells)
        name = _name(self._name(row))
        organization, title, note, labels, uid, partners, whole = self._texts(row)
        lists = self._lists_of(row)
        if whole and not _calls_nobody(whole, organization, lists):
            if not (name.first or name.last):
                name = whole_name(name, whole)
            elif self._says_rest:
                name = with_rest(name, whole)
        phones, emails, addresses, websites = [lists.get(field, ()) for field in _MEMBERS]
        marks = listed(labels) if labels else ()
        contact = Contact(name, organization, title, note, phones, emails, addresses, websites, None, marks, uid)
        slots = self._slots_of(row) if self._repeats else {}
        told = [_of_exchange(row[at]) for at in self._mailboxes if cell_values.is_of_exchange(row[at])]
        contents = RowContents(contact, listed(partners) if partners else (), slots, warnings=tuple(told))
        return self._with_card(contents, row) if self._of_card else contents

    def _row(self, cells: Sequence[str]) -> list[str]:
        """Return the cells as they are meant, as many as there are columns, and our own behind them."""
        row = list(map(str.strip, cells[: self.width]))
        whole = "".join(row)
        if '="' in whole:
            row = list(map(unwrapped, row))
        if "'" in whole:
            row = list(map(unprotected, row))
        if len(row) < self.width:
            row += [""] * (self.width - len(row))
        row += self._own
        for field, columns in self._several:
            row[columns[0]] = _together(field, [row[column] for column in columns if row[column]])
        return row

    def _with_card(self, contents: RowContents, row: Sequence[str]) -> RowContents:
        warnings = list(contents.warnings)
        properties = self._of_card.properties(row, warnings) if self._of_card else []
        return contents._replace(unmodelled=octets(properties), warnings=tuple(warnings))

    def _lists_of(self, row: Sequence[str]) -> dict[str, Any]:
        """Return phones, e-mail addresses, addresses and websites."""
        lists: dict[str, tuple[Any, ...]] = {}
        for member in self._members:
            if members := _made(member, row):
                lists[member.field] = lists.get(member.field, ()) + members
        for field, column in self._lists:
            if row[column]:
                lists[field] = _whole(row[column], field) or lists.get(field, ())
        return lists

    def _slots_of(self, row: Sequence[str]) -> dict[str, tuple[int, ...]]:
        slots: dict[str, list[int]] = {}
        following: dict[tuple[str, str], int] = {}
        for member in self._members:
            made, kind = _made(member, row), (member.field, member.default)
            first = max(member.slot, following.get(kind, 0))
            if member.labels == _NOWHERE:
                following[kind] = first + len(made)
            numbers = range(first, first + len(made)) if member.labels == _NOWHERE else [-1] * len(made)
            slots.setdefault(member.field, []).extend(numbers)
        return {field: tuple(numbers) for field, numbers in slots.items()}

    def _member(self, field: str, columns: Sequence[tuple[int, Destination]]) -> _Member:
        make, main = LISTS[field]
        plural = next(name for name, made in _MEMBERS.items() if made is make)
        parts: tuple[str, ...] = make._fields
        at = {destination.part: column for column, destination in reversed(columns)}
        if lines := [at[line] for line in _LINES if line in at]:
            self._several.append(("lines", [*([at["street"]] if "street" in at else []), *lines]))
            at.setdefault("street", lines[0])
        formatted = at.get("formatted", self.width)
        at = dict.fromkeys(parts, self.width) | {part: column for part, column in at.items() if part in parts}
        labels, default = at["label"], columns[0][1].label
        if labels == self.width:
            labels, at["label"] = _NOWHERE, self.width + len(self._own)
            self._own.append(_label(default))
        get: Callable[[Sequence[str]], tuple[str, ...]] = itemgetter(*[at[part] for part in parts])
        main_part, label = parts.index(main), parts.index("label")
        slot = max(columns[0][1].place, self._before[plural, default, labels])
        self._before[plural, default, labels] += 1
        made: Callable[[Sequence[str]], Any] = partial(tuple.__new__, make)  # as `_make`, which counts the parts
        return _Member(plural, made, get, at[main], main_part, label, labels, default, slot, formatted)


def _calls_nobody(whole: str, organization: str, lists: dict[str, Any]) -> bool:
    """Say whether a whole name is the company's, an e-mail address or a number, as that of a card without a name is."""
    if whole == organization or any(whole == phone.number for phone in lists.get("phones", ())):
        return True
    return "@" in whole and folded(whole) in {folded(email.address) for email in lists.get("emails", ())}


def _of_exchange(cell: str) -> str:
    return f"{cell[:_SHOWN]!r} is a mailbox within Exchange and no e-mail address: it is left out"


def _together(field: str, cells: Sequence[str]) -> str:
    """Return the cells of several columns as one cell."""
    if len(cells) <= 1:
        return cells[0] if cells else ""
    if field not in _PARTED:
        return "\n".join(cells)
    return json.dumps([text for cell in cells for text in listed(cell)])


def _made(member: _Member, row: Sequence[str]) -> tuple[Any, ...]:
    """Return the member that the row says, several where a cell holds several, none where its cells are empty."""
    main = row[member.main]
    if not main and member.field != "addresses":
        return ()
    parts = member.parts(row)
    if member.labels != _NOWHERE:
        parts = _with_label(parts, member)
    if member.field == "addresses":
        return _addresses(member, parts, row[member.formatted])
    if main.isascii() and not cell_values.SPECIAL.search(main):
        return (member.make(parts),)  # as nearly all
    before, after = parts[: member.main_part], parts[member.main_part + 1 :]
    made = [member.make((*before, value, *after)) for value in _VALUES[member.field](main)]
    if member.labels != _NOWHERE and GOOGLE in (cell := row[member.labels]):
        labels = list(map(_label, _split(cell)))  # each value has its own, and more than these the first
        made = [one._replace(label=label) for one, label in zip(made, chain(labels, repeat(labels[0])), strict=False)]
    return tuple(made)


def _with_label(parts: tuple[str, ...], member: _Member) -> tuple[str, ...]:
    at = member.label
    return (*parts[:at], _label(parts[at] or member.default), *parts[at + 1 :])


def _addresses(member: _Member, parts: tuple[str, ...], formatted: str) -> tuple[Any, ...]:
    """Return the addresses whose parts stand in several cells: the first of each, the second of each."""
    at = member.label
    if not any(parts[:at]) and not any(parts[at + 1 :]):
        return tuple(
            member.make(("",) * member.main_part + (text, parts[at], *("",) * (len(parts) - at - 1)))
            for text in _split(formatted)
            if text
        )
    if not any(GOOGLE in part for part in parts):
        return (member.make(parts),)
    split = [_split(part) for part in parts]
    members = []
    for number in range(max(map(len, split))):
        one = [texts[number] if number < len(texts) else "" for texts in split]
        one[at] = _label(one[at] or split[at][0])
        if any(one[:at]) or any(one[at + 1 :]):
            members.append(member.make(one))
    return tuple(members)


def _split(cell: str) -> list[str]:
    return [part.strip() for part in cell.split(GOOGLE)]


@lru_cache(maxsize=1_000)
def _label(label: str) -> str:
    if not label.isprintable():  # else a label that is known would not be seen as that until it is cleaned
        label = CONTROLS.sub(" ", label).strip()
    label = label.removeprefix("* ").strip()
    known = _SYNONYMS.get(label.lower(), label.lower())
    return known if known in KNOWN_LABELS else label or "other"


def _whole(cell: str, field: str) -> tuple[Any, ...]:
    """Return the members that our own export wrote in JSON, where two columns do not say all of them.

    Another program may have a column of that name (`Emails`): then its values stand in the cell as in any other.
    """
    make = _MEMBERS[field]
    if cell[0] != "[":
        return tuple(map(make, _VALUES.get(field, texts)(cell)))
    try:
        return tuple(
            make(one) if isinstance(one, str) else make(**{str(key): str(value) for key, value in one.items()})
            for one in json.loads(cell)
        )
    except (ValueError, TypeError, AttributeError, RecursionError):
        raise InvalidError([Fault(field, Rule.FORM, "is not the JSON that an export writes")]) from None
