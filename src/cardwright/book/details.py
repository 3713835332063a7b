"""What a person edits of a contact, and whether it may be kept: the rules of the partner interface for all of it.

`Details` is a contact as its form has it: `Details(Name("Wile", "Coyote"), emails=(Email("wile@example.com"),))`.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from cardwright.book.checks import checked_number, required_fault
from cardwright.contact.labels import LABEL, distinct, label_count_fault, label_fault, partner_count_fault
from cardwright.contact.model import Address, Email, Name, Phone, Website
from cardwright.contact.texts import ADDRESS, NOTE, SPACES, TEXT, URL, WHITE, one_break, stored_text_fault
from cardwright.errors import Fault, Rule
from cardwright.limits import FORM_ROWS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cardwright.book.stored import StoredContact

KINDS: Final = ("emails", "phones", "addresses", "websites")
"""What a contact has several of, each a row of the form."""
ROWS: Final = FORM_ROWS.value
"""Rows of a kind that can be edited."""
TEXT_FIELDS: Final = ("title", "organization", "note")
_FORM: Final = (
    *("name.first", "name.last", "title", "organization", "name.prefix", "name.middle", "name.suffix", "photo"),
    *(*KINDS, "note", "labels", "partners"),
)
"""The fields in the order of the form."""
_PATH: Final = re.compile(r"(\w+)\[([0-9]+)\]")


class Details(NamedTuple):
    """A contact as its form has it: all but the photo, and what stands in its card alone."""

    name: Name = Name()
    title: str = ""
    organization: str = ""
    emails: tuple[Email, ...] = ()
    phones: tuple[Phone, ...] = ()
    addresses: tuple[Address, ...] = ()
    websites: tuple[Website, ...] = ()
    note: str = ""
    labels: tuple[str, ...] = ()
    partners: tuple[str, ...] = ()
    """Ids of partner accounts."""


class Began(NamedTuple):
    """What a form began with."""

    details: Details = Details()
    """With the first `ROWS` of each kind."""
    more: tuple[int, int, int, int] = (0, 0, 0, 0)
    """How many there are beyond those, in the order of `KINDS`."""
    image: str = ""
    """The digest of the contact's image."""


class Typed(NamedTuple):
    """What a person made of it. What was not changed is as it began, to the letter."""

    details: Details
    rows: tuple[tuple[int | None, ...], ...] = ((), (), (), ())
    """Which row each was in the beginning, in the order of `KINDS`; None for a new one."""


def details_of(stored: StoredContact) -> Details:
    """Return what a person may edit of a contact, all of it."""
    contact = stored.contact
    rest: dict[str, Any] = {field: getattr(contact, field) for field in (*TEXT_FIELDS, *KINDS, "labels")}
    return Details(contact.name, **rest, partners=tuple(partner.id for partner in stored.partners))


def began_with(stored: StoredContact) -> Began:
    """Return what the form of a contact begins with: of more than 100 of a kind the first 100."""
    details = details_of(stored)
    lists = {kind: getattr(details, kind) for kind in KINDS}
    first = details._replace(**{kind: rows[:ROWS] for kind, rows in lists.items()})
    emails, phones, addresses, websites = (max(0, len(rows) - ROWS) for rows in lists.values())
    return Began(first, (emails, phones, addresses, websites), stored.image)


def checked_details(typed: Typed, began: Details | None, faults: list[Fault]) -> Typed:
    """Return what was typed trimmed, with national digits; what is wrong with it is added to `faults`.

    Only what is not as it began is looked at: a contact that came in some other way may lack what is required. With
    None for `began` it is a new contact. Fields of faults are paths: `name.first`, `title`, `emails[1].address`,
    `phones[0].country` (CW-41).
    """
    details, was = typed.details, began or Details()
    name = _checked_name(details.name, was.name, faults, is_new=began is None)
    values: dict[str, Any] = {}
    for field in TEXT_FIELDS[:2]:
        values[field] = _checked_text(field, getattr(details, field), getattr(was, field), faults)
    for kind, origins in zip(KINDS, typed.rows, strict=True):
        values[kind] = _checked_rows(kind, getattr(details, kind), getattr(was, kind), origins, faults)
    if not details.emails and (began is None or was.emails):
        faults.append(Fault("emails[0].address", Rule.REQUIRED, "is required"))
    note = _checked_text("note", one_break(details.note), was.note, faults)
    labels, partners = distinct(details.labels), distinct(details.partners)
    faults += _list_faults(labels, partners, was)
    if not partners and (began is None or was.partners):
        missing = "is required" if began is None else "must leave the contact one partner account"
        faults.append(Fault("partners", Rule.REQUIRED, missing))
    return typed._replace(details=Details(name, **values, note=note, labels=labels, partners=partners))


def as_in_form(faults: Iterable[Fault]) -> list[Fault]:
    """Return the faults in the order of the form (CW-42), those of one row as they came."""

    def place(fault: Fault) -> tuple[int, int]:
        row = _PATH.match(fault.field)
        field, at = (row[1], int(row[2])) if row else (fault.field, 0)
        return _FORM.index(field), at

    return sorted(faults, key=place)


def _list_faults(labels: tuple[str, ...], partners: tuple[str, ...], was: Details) -> Iterable[Fault]:
    added = [label for label in labels if label not in was.labels]
    fault = label_fault("labels", added) or (label_count_fault("labels", labels) if added else None)
    too_many = partner_count_fault("partners", partners) if set(partners) - set(was.partners) else None
    return filter(None, (fault, too_many))


def _checked_name(name: Name, was: Name, faults: list[Fault], *, is_new: bool) -> Name:
    parts = {}
    for part in ("first", "last", "prefix", "middle", "suffix"):  # the order of the form
        text, field = getattr(name, part), f"name.{part}"
        if part in {"first", "last"} and (is_new or text != getattr(was, part)):
            text = text.strip(SPACES)
            faults += filter(None, (required_fault(field, text),))
        else:
            text = _checked_text(field, text, getattr(was, part), faults)
        parts[part] = text
    return Name(**parts)


_LIMITS: Final = {"note": NOTE, "street": ADDRESS, "url": URL, "label": LABEL}
_WITH_LINES: Final = frozenset(("note", "street"))


def _checked_text(field: str, text: str, was: str, faults: list[Fault]) -> str:
    """Return a text trimmed, or as it was; the last part of its field's path says how long it may be."""
    if text == was:
        return text
    part = field.rpartition(".")[2]
    has_lines = part in _WITH_LINES
    text = text.strip(WHITE if has_lines else SPACES)
    faults += filter(None, (stored_text_fault(field, text, _LIMITS.get(part, TEXT), lines=has_lines),))
    return text


def _checked_rows(
    kind: str, rows: tuple[Any, ...], was: tuple[Any, ...], origins: tuple[int | None, ...], faults: list[Fault]
) -> tuple[Any, ...]:
    checked = []
    for at, (row, origin) in enumerate(zip(rows, origins, strict=True)):
        old = None if origin is None else was[origin]
        checked.append(row if row == old else _checked_row(f"{kind}[{at}]", row, old, faults))
    return tuple(checked)


def _checked_row(field: str, row: Any, old: Any, faults: list[Fault]) -> Any:  # noqa: ANN401 - a row of any kind
    old = old or type(row)("")._replace(label="")
    row = row._replace(label=_checked_text(f"{field}.label", row.label, old.label, faults))
    match row:
        case Phone(number, label, country):
            return row if (number, country) == (old.number, old.country) else _checked_phone(field, row, label, faults)
        case Email(address):
            if address == old.address:
                return row
            address = address.strip(SPACES)
            fault = required_fault("email", address)
            faults += [fault._replace(field=f"{field}.address")] if fault else []
            return row._replace(address=address)
        case _:
            parts = [part for part in row._fields if part != "label"]
            texts = {part: _checked_text(f"{field}.{part}", getattr(row, part), getattr(old, part), faults)
                     for part in parts}  # fmt: skip
            return row._replace(**texts)


def _checked_phone(field: str, phone: Phone, label: str, faults: list[Fault]) -> Phone:
    number_faults: list[Fault] = []
    checked = checked_number("phone", label, phone.number, phone.country, number_faults)
    paths = {"phone": f"{field}.number", "phone_country": f"{field}.country"}
    faults += (fault._replace(field=paths[fault.field]) for fault in number_faults)
    return checked or phone
