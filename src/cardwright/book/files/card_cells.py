"""What a card holds beyond its contact, as cells that an import reads back, and whether that is all of it."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from cardwright import vcard
from cardwright.book.cleaning import cleaned_member
from cardwright.book.files.card_columns import ADDRESS, PLACES, RELATIONS, SEXES
from cardwright.book.files.cell_values import listed, texts
from cardwright.cards import unmodelled

if TYPE_CHECKING:
    from collections.abc import Callable, Container, Iterable, Sequence

    from cardwright.book.stored import StoredContact
    from cardwright.vcard import Card, Property

COLUMNS: Final = (
    *("Nickname", "Department", "Role", "Birthday", "Anniversary", "Gender", "InstantMessages", "RelatedPeople"),
)
_NOTHING: Final = ("",) * len(COLUMNS)
_OF_PROGRAMS: Final = frozenset({"VERSION", "PRODID", "PROFILE", "MAILER", "X-ABLABEL", "KIND", "X-PRODID"})
"""What says nothing about a person; KIND of another than a person is looked at."""
_SEVERAL: Final = frozenset(("NICKNAME", "IMPP", "RELATED"))
"""Of which a cell says all; of others the first."""
_DATE: Final = re.compile(r"(\d{4})(\d\d)(\d\d)")
_write: Final = json.JSONEncoder(ensure_ascii=False).encode


class CardCells(NamedTuple):
    """The cells under `COLUMNS`."""

    cells: Sequence[str] = _NOTHING
    has_more: bool = False
    """Whether the card, or the contact's photo, is more than a table can say."""


def card_cells(stored: StoredContact) -> CardCells:
    """Return what the card of a contact says beyond it."""
    has_photo = bool(stored.image or stored.contact.photo)
    card = next(vcard.read(stored.card), None) if stored.card else None
    if card is None:
        return CardCells(has_more=has_photo)
    card = vcard.convert(card, "4.0").card
    labels = {entry.group.upper(): entry.value for entry in reversed(card.all("X-ABLabel")) if entry.group}
    left = [one for one in unmodelled(card, stored.contact, cleaned_member, photos=True) if not _is_of_programs(one)]
    cells: dict[str, str] = {}
    for column, name, write in _WRITERS:
        said = [one for one in left if one.name == name and _is_plain(one)]
        said = said if name in _SEVERAL else said[:1]
        cells[column] = write(said, labels)
        are_said = set(map(id, said))
        left = [one for one in left if id(one) not in are_said]
    units, organization = _units(card), card.get("ORG")
    left = [one for one in left if one is not organization]  # of a department alone
    cells["Department"] = _department(units)
    return CardCells([cells[column] for column in COLUMNS], has_photo or bool(left))


def listed_cell(members: Iterable[str]) -> str:
    """Return texts in one cell, as JSON where they would be parted otherwise when they are read."""
    members = tuple(members)
    plain = ",".join(members)
    return plain if listed(plain) == members else _write(members)


def _is_of_programs(entry: Property) -> bool:
    return entry.name.upper() in _OF_PROGRAMS and not (entry.name == "KIND" and entry.value != "individual")


_LISTS: Final = ("IMPP", "RELATED")
"""Whose cell holds JSON, with all the parameters."""
_DATES: Final = ("BDAY", "ANNIVERSARY")


def _is_plain(entry: Property) -> bool:
    """Say whether a cell can say all of a property."""
    allowed = {"VALUE"} if entry.name in _DATES else set()
    return entry.name in _LISTS or {name for name, *_ in entry.params} <= allowed


def _department(units: Sequence[str]) -> str:
    """Return the units of an organization in one cell: one as it is, unless that would be taken for several."""
    plain = units[0] if units else ""
    return plain if len(units) <= 1 and plain[:1] != "[" and texts(plain) == list(units) else _write(units)


def _names(entries: Sequence[Property], _: object) -> str:
    return listed_cell(dict.fromkeys(name for entry in entries for name in _texts(entry)))


def _only(entries: Sequence[Property], _: object) -> str:
    return str(entries[0].value) if entries else ""


def _date(entries: Sequence[Property], _: object) -> str:
    text = str(entries[0].value) if entries else ""
    match = _DATE.fullmatch(text)
    return "-".join(match.groups()) if match else text


def _gender(entries: Sequence[Property], _: object) -> str:
    sex, *identity = _texts(entries[0]) if entries else ("",)
    if sex not in SEXES:  # as nobody should write it
        sex, identity = "", [sex, *identity]
    return ";".join((sex, *identity)) if any(identity) else sex


def _members(entries: Sequence[Property], labels: dict[str, Any]) -> str:
    members = [_member(entry, str(labels.get(entry.group.upper(), "")) if entry.group else "") for entry in entries]
    return _write(members) if members else ""


def _member(entry: Property, label: str) -> dict[str, Any]:
    """Return an address or a relation: a label is that of its group, else its type; what else is said stands beside."""
    is_relation = entry.name == "RELATED"
    types = [kind.lower() for name, *kinds in entry.params if name == "TYPE" for kind in kinds]
    is_label = len(types) == 1 and types[0] in (PLACES | RELATIONS if is_relation else PLACES)
    said = {"VALUE" if is_relation else "SERVICE-TYPE"}
    if is_label and not label:
        said.add("TYPE")
    one = {
        "value": entry.value,
        "label": label or (types[0] if is_label else ""),
        "service": "" if is_relation else entry.param("SERVICE-TYPE"),
        "is": "text" if is_relation and entry.param("VALUE").lower() == "text" and _is_address(entry) else "",
        "parameters": _parameters(entry, said),
    }
    return {part: text for part, text in one.items() if text}


def _parameters(entry: Property, said: Container[str]) -> dict[str, list[str]]:
    """Return the parameters of a property without those that are said, each once: TYPE may stand several times."""
    parameters: dict[str, list[str]] = {}
    for name, *values in entry.params:
        if name not in said:
            parameters.setdefault(name, []).extend(map(str.lower, values) if name == "TYPE" else values)
    return parameters


def _is_address(entry: Property) -> bool:
    return ADDRESS.fullmatch(str(entry.value)) is not None


def _texts(entry: Property) -> tuple[str, ...]:
    members = entry.value if isinstance(entry.value, tuple) else (entry.value,)
    return tuple(member for member in members if isinstance(member, str))


def _units(card: Card) -> tuple[str, ...]:
    entry = card.get("ORG")
    return tuple(filter(None, map(str.strip, _texts(entry)[1:]))) if entry and isinstance(entry.value, tuple) else ()


_WRITERS: Final[Sequence[tuple[str, str, Callable[[Sequence[Property], dict[str, Any]], str]]]] = (
    ("Nickname", "NICKNAME", _names),
    ("Role", "ROLE", _only),
    ("Birthday", "BDAY", _date),
    ("Anniversary", "ANNIVERSARY", _date),
    ("Gender", "GENDER", _gender),
    ("InstantMessages", "IMPP", _members),
    ("RelatedPeople", "RELATED", _members),
)
