"""The fields of a contact's form: a contact as texts, and texts as what was typed (CW-40).

A row's fields carry the key of the row: `email-0-address` is the first one that the contact had when the form was
opened, `email-new0-address` one that came since. So a row can go without others changing their names.
"""

from __future__ import annotations

import re
import secrets
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import msgspec

from cardwright.book.details import KINDS, Began, Details, Typed
from cardwright.contact.countries import country_code
from cardwright.contact.labels import as_list, listed
from cardwright.contact.model import Address, Email, Name, Phone, Website
from cardwright.contact.texts import one_break
from cardwright.errors import Fault, InvalidError, Rule

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from cardwright.surfaces.console.form import Form

NAME: Final = ("first", "last", "prefix", "middle", "suffix")
TEXT_FIELDS: Final = (*NAME, "title", "organization", "note", "labels")
_LINES: Final = frozenset(("note", "street"))
"""What is typed into a field of several lines."""
ROW: Final[Mapping[str, str]] = {"emails": "email", "phones": "phone", "addresses": "address", "websites": "website"}
"""What a row of a kind is called."""
_KINDS: Final = {kind: kinds for kinds, kind in ROW.items()}
PARTS: Final[Mapping[str, Sequence[str]]] = {
    "email": ("address",),
    "phone": ("number", "country"),
    "address": ("street", "locality", "region", "postal_code", "country"),
    "website": ("url",),
}
"""The fields of a row, beside its label."""
LABELS: Final[Mapping[str, Sequence[str]]] = {
    "email": ("work", "home", "other"),
    "phone": ("work", "home", "mobile", "fax", "pager", "main", "other"),
    "address": ("work", "home", "other"),
    "website": ("homepage", "work", "other"),
}
"""Labels that are suggested; a new row has the first."""
_MODELS: Final[Mapping[str, type]] = {"email": Email, "phone": Phone, "address": Address, "website": Website}
TAKE: Final = "take-"
"""What the names of radios begin with that say whose change of a field is taken."""
_FIELD: Final = re.compile(r"(email|phone|address|website)-(new[0-9]{1,4}|[0-9]{1,3})-([a-z_]+)")
_BREAKS: Final = re.compile(r"[\r\n]+")


class ContactFormRow(NamedTuple):
    """A row of the form."""

    kind: str
    """`email`, `phone`, `address` or `website`."""
    key: str
    """Its place when the form was opened, or `new0` and so on."""
    texts: Mapping[str, str]
    """`label`, and what `PARTS` has."""


class FormFields(NamedTuple):
    """A form as it is shown, and as it comes back."""

    texts: Mapping[str, str]
    rows: tuple[ContactFormRow, ...]
    partners: tuple[str, ...]
    """Ids of the partner accounts that are ticked."""
    began: Began
    once: str
    """Drawn when the form of a new contact is opened."""
    shown: frozenset[str]
    """Which parts of the form were there at all: a kind of rows, `partners`, a text."""
    add_partner: str = ""
    """The id of another partner account, or the beginning of its name."""
    choices: Mapping[str, str] = {}
    """What was decided where someone else changed the same field, by fields (CW-44)."""

    def of_kind(self, kind: str) -> list[ContactFormRow]:
        """Return the rows of a kind."""
        return [row for row in self.rows if row.kind == kind]

    @property
    def written_began(self) -> str:
        """What the form began with, as its hidden field has it."""
        return msgspec.json.encode(self.began).decode()

    def with_row(self, kind: str) -> FormFields:
        """Return the form with another row of a kind."""
        if kind not in PARTS:
            return self
        used = {row.key for row in self.rows if row.kind == kind}
        key = next(key for at in range(10_000) if (key := f"new{at}") not in used)
        return self._replace(rows=(*self.rows, _blank(kind, key)))

    def without_row(self, name: str) -> FormFields:
        """Return the form without a row, named by kind and key: `email-0`."""
        return self._replace(rows=tuple(row for row in self.rows if f"{row.kind}-{row.key}" != name))


def fields_of(began: Began) -> FormFields:
    """Return the form of a contact that is there."""
    details = began.details
    rows = [
        ContactFormRow(kind, str(at), {part: _shown(part, getattr(row, part)) for part in ("label", *PARTS[kind])})
        for kinds, kind in ROW.items()
        for at, row in enumerate(getattr(details, kinds))
    ]
    shown = frozenset((*TEXT_FIELDS, *KINDS, "partners"))
    return FormFields(_texts_of(details), tuple(rows), details.partners, began, "", shown)


def new_fields() -> FormFields:
    """Return the form of a new contact: one e-mail address and two phones, at work and mobile."""
    mobile = _blank("phone", "new1")
    mobile = mobile._replace(texts={**mobile.texts, "label": "mobile"})
    fields = fields_of(Began())
    return fields._replace(
        rows=(_blank("email", "new0"), _blank("phone", "new0"), mobile), once=secrets.token_urlsafe(16)
    )


def fields_in(form: Form) -> FormFields:
    """Return the form that came in; InvalidError when what it says it began with is nothing that we wrote."""
    try:
        began = msgspec.json.decode(form.get("began"), type=Began)
    except (msgspec.DecodeError, UnicodeError):
        raise InvalidError([Fault("began", Rule.FORM, "is not what the form began with")]) from None
    names = {name for name, _ in form.fields}
    rows: dict[tuple[str, str], dict[str, str]] = {}
    for name, value in form.fields:
        match = _FIELD.fullmatch(name)
        if match and match[3] in {"label", *PARTS[match[1]]} and _is_row(match[1], match[2], began):
            blank = dict.fromkeys(("label", *PARTS[match[1]]), "")
            rows.setdefault((match[1], match[2]), blank)[match[3]] = value
    return FormFields(
        {field: form.get(field) for field in TEXT_FIELDS},
        tuple(ContactFormRow(kind, key, texts) for (kind, key), texts in rows.items()),
        tuple(dict.fromkeys(form.all("partners"))),
        began,
        form.get("once")[:_ONCE],
        frozenset((*form.all("shown"), *(name for name in names if name in TEXT_FIELDS))),
        form.get("add-partner").strip(),
        {name.removeprefix(TAKE): value for name, value in form.fields if name.startswith(TAKE)},
    )


_ONCE: Final = 64
"""Characters that are looked at of what a new form drew."""


def typed_of(fields: FormFields) -> Typed:
    """Return what a person made of what the form began with: what they did not touch is as it was, to the letter.

    Parts that the form did not show are as they were, and rows in which nothing stands are gone. A browser takes line
    breaks out of a field of one line, so those do not count there.
    """
    was = fields.began.details
    before = _texts_of(was)
    texts: dict[str, Any] = {}
    for field in TEXT_FIELDS:
        old = was.labels if field == "labels" else getattr(was.name if field in NAME else was, field)
        typed = fields.texts[field]
        if field not in fields.shown or _same(field, typed, before[field]):
            texts[field] = old
        else:
            texts[field] = listed(typed) if field == "labels" else one_break(typed)
    name = Name(**{field: texts.pop(field) for field in NAME})
    lists: dict[str, Any] = {}
    origins = []
    for kinds, kind in ROW.items():
        rows, places = _typed_rows(fields, kinds, kind)
        lists[kinds] = rows
        origins.append(places)
    partners = fields.partners if "partners" in fields.shown else was.partners
    return Typed(Details(name, **texts, **lists, partners=partners), tuple(origins))


class FieldIds:
    """The ids of a form's fields, by the paths of faults: `emails[1].address` is `email-0-address`, if that is second.

    Rows in which nothing stands have no place in a path.
    """

    def __init__(self, fields: FormFields) -> None:
        self._rows: dict[str, list[ContactFormRow]] = {}
        for kinds, kind in ROW.items():
            rows = fields.of_kind(kind)
            self._rows[kinds] = [row for row in rows if _stands(row, _old(row, fields.began))] or rows

    def of(self, path: str) -> str:
        """Return the id of the field at a path."""
        match = re.fullmatch(r"(\w+)\[([0-9]+)\]\.(\w+)", path)
        if not match:
            return path.rpartition(".")[2]
        rows, at = self._rows[match[1]], int(match[2])
        return f"{ROW[match[1]]}-{rows[at].key if at < len(rows) else 'new0'}-{match[3]}"


def _typed_rows(fields: FormFields, kinds: str, kind: str) -> tuple[tuple[Any, ...], tuple[int | None, ...]]:
    was = getattr(fields.began.details, kinds)
    if kinds not in fields.shown:
        return was, tuple(range(len(was)))
    rows, places = [], []
    for row in fields.of_kind(kind):
        old = _old(row, fields.began)
        if _stands(row, old):
            rows.append(_typed_row(row, old))
            places.append(int(row.key) if row.key.isdecimal() else None)
    return tuple(rows), tuple(places)


def _old(row: ContactFormRow, began: Began) -> Any:  # noqa: ANN401 - a row of any kind
    """Return what a row was when the form was opened; None for a new one."""
    return getattr(began.details, _KINDS[row.kind])[int(row.key)] if row.key.isdecimal() else None


def _stands(row: ContactFormRow, old: Any) -> bool:  # noqa: ANN401 - as above
    """Say whether a row is there: something is in it beside a label, or nobody touched it; a number goes if cleared."""
    if old is not None and not _changed(row, old):
        return True
    parts = PARTS[row.kind] if old is None or row.kind != "phone" else ("number",)
    return any(row.texts[part].strip() for part in parts)


def _changed(row: ContactFormRow, old: Any) -> dict[str, str]:  # noqa: ANN401 - as above
    return {part: text for part, text in row.texts.items() if not _same(part, text, _shown(part, getattr(old, part)))}


def _typed_row(row: ContactFormRow, old: Any) -> Any:  # noqa: ANN401 - as above
    changed = row.texts if old is None else _changed(row, old)
    parts = {part: _typed_part(row.kind, part, text) for part, text in changed.items()}
    return _MODELS[row.kind](**parts) if old is None else old._replace(**parts)


def _typed_part(kind: str, part: str, text: str) -> str:
    if part == "label":
        plain = text.strip()
        return plain.lower() if plain.lower() in LABELS[kind] else plain or "other"
    if kind == "phone" and part == "country":
        return country_code(text) or text
    return one_break(text)


def _texts_of(details: Details) -> dict[str, str]:
    texts = details.name._asdict() | {"labels": as_list(details.labels)}
    texts |= {field: getattr(details, field) for field in ("title", "organization", "note")}
    return {field: _shown(field, texts[field]) for field in TEXT_FIELDS}


def _shown(part: str, text: str) -> str:
    """Return a text as a field of the browser holds it."""
    return one_break(text) if part in _LINES else _BREAKS.sub("", text)


def _same(part: str, typed: str, shown: str) -> bool:
    return _shown(part, typed).strip() == shown.strip()


def _blank(kind: str, key: str) -> ContactFormRow:
    return ContactFormRow(kind, key, {"label": LABELS[kind][0], **dict.fromkeys(PARTS[kind], "")})


def _is_row(kind: str, key: str, began: Began) -> bool:
    if not key.isdecimal():
        return True
    return key == str(int(key)) and int(key) < len(getattr(began.details, _KINDS[kind]))
