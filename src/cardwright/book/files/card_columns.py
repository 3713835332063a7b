"""Columns of what a contact does not hold: a row that says such a thing comes in with a card."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, Final, NamedTuple
from urllib.parse import quote

from cardwright import vcard
from cardwright.book.files.cell_values import listed, texts
from cardwright.book.files.columns import CARD_LISTS, DATES
from cardwright.book.files.dates import calendar_date, date_of_parts, parts_of_date
from cardwright.contact.texts import NOTE
from cardwright.errors import Fault, InvalidError, Rule
from cardwright.vcard import Property

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from cardwright.book.files.columns import Destination

SERVICES: Final = {
    **{service.name.lower(): service.scheme for service in vcard.SERVICES if service.scheme},
    **dict.fromkeys(("xmpp", "google", "gtalk", "hangouts"), "xmpp"),
}
"""The scheme of a messenger's addresses; of another it is `im` (RFC 3860)."""
RELATIONS: Final = frozenset((
    *("contact", "acquaintance", "friend", "met", "co-worker", "colleague", "co-resident", "neighbor", "child"),
    *("parent", "sibling", "spouse", "kin", "muse", "crush", "date", "sweetheart", "me", "agent", "emergency"),
))  # fmt: skip
"""What TYPE of RELATED may say (RFC 6350 section 6.6.6); another label stands in X-ABLabel."""
PLACES: Final = frozenset(("work", "home"))
"""What TYPE of any property may say (RFC 6350 section 5.6)."""
_SEXES: Final = {
    **dict.fromkeys(("m", "male", "man", "männlich", "masculin", "homme", "masculino", "hombre", "maschio"), "M"),
    **dict.fromkeys(("man (m)", "mannelijk", "男", "男性"), "M"),
    **dict.fromkeys(("f", "female", "woman", "weiblich", "féminin", "femme", "femenino", "mujer", "femmina"), "F"),
    **dict.fromkeys(("feminino", "vrouw", "vrouwelijk", "女", "女性"), "F"),
    **dict.fromkeys(("o", "other", "divers"), "O"),
    **dict.fromkeys(("n", "none", "not applicable"), "N"),
    **dict.fromkeys(("u", "unknown"), "U"),
}
SEXES: Final = frozenset(("", *_SEXES.values()))
_UNSAID: Final = frozenset(("unspecified", "keine angabe", "non spécifié", "sin especificar", "niet opgegeven"))
ADDRESS: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]*:\S+")
_CONTROLS: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")
_APPLE: Final = frozenset(("manager", "assistant", "father", "mother", "brother", "sister", "partner"))
"""Labels of relations that Apple translates (`_$!<Manager>!$_`)."""


class CardColumns:
    """The columns of a table whose cells stand in a card."""

    def __init__(self, columns: Sequence[tuple[int, Destination]]) -> None:
        self._columns = [column for column, _ in columns]
        self._dates = {field: _at(columns, field) for field in sorted(DATES) if _at(columns, field)}
        self._plain = [(column, one) for column, one in columns if one.field not in DATES and not one.part]
        slots: dict[tuple[str, str], list[tuple[int, Destination]]] = {}
        for column, one in columns:
            if one.field in CARD_LISTS:
                slots.setdefault((one.field, one.slot), []).append((column, one))
        self._members = [
            (field, {one.part: column for column, one in members}, members[0][1].label)
            for (field, _), members in slots.items()
        ]

    def properties(self, row: Sequence[str], warnings: list[str]) -> list[Property]:
        """Return what a row says; `warnings` gets what could not be understood, and is kept as text."""
        if not any(row[column] for column in self._columns):
            return []
        groups = (f"item{number}" for number in range(1, len(row) * 100))
        properties = list(self._of_dates(row, warnings))
        units: list[str] = []
        names: list[str] = []
        for column, one in self._plain:
            if cell := _text(row[column], one):
                _PLAIN[one.field](cell, one, properties, units if one.field == "department" else names, groups)
        if names:
            properties.append(Property("NICKNAME", tuple(dict.fromkeys(names))))
        if units:
            properties.append(Property("ORG", ("", *dict.fromkeys(units))))
        for field, at, label in self._members:
            cells = {part: _text(row[column], None) for part, column in at.items()}
            for value in texts(cells.get("value", "")):
                properties += _MEMBER[field](value, cells.get("label") or label, cells.get("service", ""), groups)
        return properties

    def _of_dates(self, row: Sequence[str], warnings: list[str]) -> Iterator[Property]:
        for field, at in self._dates.items():
            parts = [row[at[part]] if part in at else "" for part in ("year", "month", "day")]
            order, column = next(((part, at[part]) for part in ("", "dmy", "mdy") if part in at), ("", -1))
            said = row[column] if column >= 0 else ""
            day = calendar_date(said, order) if said else date_of_parts(*parts)
            said = said or parts_of_date(parts)
            if day:
                yield Property(_DATES[field], day)
            elif day is None:
                warnings.append(f"{field} {said[:50]!r} is kept as text: {_why_no_date(said, field)}")
                yield Property(_DATES[field], _checked(said, field), (("VALUE", "text"),))


_DATES: Final = {"birthday": "BDAY", "anniversary": "ANNIVERSARY"}


def _why_no_date(said: str, field: str) -> str:
    is_ambiguous = all(calendar_date(said, order) for order in ("dmy", "mdy"))
    return f"it could be two days; {field}.dmy or {field}.mdy in --map says which" if is_ambiguous else "it is no date"


def octets(properties: Sequence[Property]) -> bytes:
    """Return a card of these alone (vCard 4.0), `b""` for none."""
    return vcard.write(list(properties), "4.0") if properties else b""


def _at(columns: Sequence[tuple[int, Destination]], field: str) -> dict[str, int]:
    return {one.part: column for column, one in columns if one.field == field}


def _text(cell: str, one: Destination | None) -> str:
    return _checked(cell, (one.label or one.field) if one else "a cell")


def _checked(cell: str, called: str) -> str:
    """Return a text that a card can hold; raises InvalidError for one that is too long."""
    if len(cell) > NOTE:
        raise InvalidError([Fault(called, Rule.TOO_LONG, f"holds {len(cell)} characters; at most {NOTE} are kept")])
    return cell if cell.isprintable() else _CONTROLS.sub(" ", cell.replace("\r\n", "\n").replace("\r", "\n")).strip()


# What a plain column adds.


def _role(cell: str, _: Destination, properties: list[Property], *__: object) -> None:
    properties.append(Property("ROLE", cell))


def _gender(cell: str, _: Destination, properties: list[Property], *__: object) -> None:
    sex, mark, identity = cell.partition(";")
    if mark and sex in SEXES:  # our own
        properties.append(Property("GENDER", (sex, identity)))
    elif cell.casefold() in _SEXES:
        properties.append(Property("GENDER", (_SEXES[cell.casefold()],)))
    elif cell.casefold() not in _UNSAID:
        properties.append(Property("GENDER", ("", cell)))


def _names(cell: str, _: Destination, __: list[Property], names: list[str], *___: object) -> None:
    names += listed(cell)


def _units(cell: str, _: Destination, __: list[Property], units: list[str], *___: object) -> None:
    units += listed(cell) if cell[0] == "[" else texts(cell)


def _property(cell: str, one: Destination, properties: list[Property], *_: object) -> None:
    kind, shape = vcard.lookup(one.label).form("4.0")
    value: Any = cell
    if kind.startswith("date"):
        value = calendar_date(cell)
        if value is None:
            properties.append(Property(one.label, cell, (("VALUE", "text"),)))
        value = value or ""
    elif shape.name == "LIST":
        value = listed(cell)
    elif shape.name in {"COMPONENTS", "LIST_COMPONENTS"}:
        value = tuple(part.strip() for part in cell.split(";"))
    if value:
        properties.append(Property(one.label, value))


def _ims(cell: str, _: Destination, properties: list[Property], __: object, groups: Iterator[str]) -> None:
    if cell[0] != "[":
        for value in texts(cell):
            properties += _im(value, "other", "", groups)
        return
    for value, label, service, _is, params in _own(cell, "im"):
        entry = _with(params, Property("IMPP", value, _service(service)))
        properties += _labelled(entry, label, PLACES, groups)


def _relations(cell: str, _: Destination, properties: list[Property], __: object, groups: Iterator[str]) -> None:
    if cell[0] != "[":
        for value in texts(cell):
            properties += _related(value, "other", "", groups)
        return
    for value, label, _service, kind, params in _own(cell, "related"):
        first, *others = _relation(value, label, groups, is_text=kind == "text")
        properties += [_with(params, first), *others]


class _Own(NamedTuple):
    """A member that our own export wrote in JSON."""

    value: str
    label: str
    service: str
    kind: str
    params: dict[str, list[str]]


def _own(cell: str, field: str) -> Iterator[_Own]:
    """Give the members that our own export wrote in JSON: they stand as they were."""
    try:
        for one in json.loads(cell):
            params = {
                name: [_checked(str(value), field) for value in values]
                for name, values in one.pop("parameters", {}).items()
            }
            said = {str(key): _checked(str(value), field) for key, value in one.items()}
            if said.get("value"):
                value, label, service, kind = (said.get(key, "") for key in ("value", "label", "service", "is"))
                yield _Own(value, label or "other", service, kind, params)
    except (ValueError, TypeError, AttributeError, RecursionError):
        raise InvalidError([Fault(field, Rule.FORM, "is not the JSON that an export writes")]) from None


def _with(params: dict[str, list[str]], entry: Property) -> Property:
    """Return a property with more parameters; raises InvalidError for those that no card can hold."""
    try:
        return Property(
            entry.name, entry.value, (*entry.params, *((name, *params[name]) for name in params)), entry.group
        )
    except vcard.VCardError as error:
        raise InvalidError([Fault(entry.name, Rule.FORM, str(error))]) from None


_PLAIN: Final[dict[str, Callable[..., None]]] = {
    "role": _role,
    "gender": _gender,
    "nickname": _names,
    "department": _units,
    "card": _property,
    "ims": _ims,
    "relatedpeople": _relations,
}


# What a member of a list adds, with the label of its group where TYPE does not say that.


def _im(value: str, label: str, service: str, groups: Iterator[str]) -> list[Property]:
    if not service and label.lower() in SERVICES:
        service, label = label, "other"
    scheme = SERVICES.get(re.sub(r"\W", "", service).lower(), "im")
    address = value if ADDRESS.fullmatch(value) else f"{scheme}:{quote(value, safe='@+=._-~%')}"
    return _labelled(Property("IMPP", address, _service(service)), label, PLACES, groups)


def _service(name: str) -> tuple[tuple[str, str], ...]:
    return (("SERVICE-TYPE", name),) if name else ()


def _related(value: str, label: str, _: str, groups: Iterator[str]) -> list[Property]:
    lower = label.lower()
    return _relation(value, f"_$!<{lower.capitalize()}>!$_" if lower in _APPLE else label, groups)


def _relation(value: str, label: str, groups: Iterator[str], *, is_text: bool = False) -> list[Property]:
    is_address = ADDRESS.fullmatch(value) and not is_text
    entry = Property("RELATED", value, () if is_address else (("VALUE", "text"),))
    return _labelled(entry, label, RELATIONS | PLACES, groups)


def _event(value: str, label: str, _: str, groups: Iterator[str]) -> list[Property]:
    day = calendar_date(value)
    name = {"anniversary": "ANNIVERSARY", "birthday": "BDAY"}.get(label.lower(), "X-ABDATE")
    if day == "":
        return []
    entry = Property(name, day or value, () if day else (("VALUE", "text"),))
    if name != "X-ABDATE":
        return [entry]
    group = next(groups)
    return [entry._replace(group=group), Property("X-ABLabel", label, (), group)]


_MEMBER: Final[dict[str, Callable[[str, str, str, Iterator[str]], list[Property]]]] = {
    "im": _im,
    "related": _related,
    "event": _event,
}


def _labelled(entry: Property, label: str, types: frozenset[str], groups: Iterator[str]) -> list[Property]:
    label = label.removeprefix("* ").strip()
    if label.lower() in types:
        return [entry._replace(params=(("TYPE", label.lower()), *entry.params))]
    if label and label.lower() != "other":
        group = next(groups)
        return [entry._replace(group=group), Property("X-ABLabel", label, (), group)]
    return [entry]
