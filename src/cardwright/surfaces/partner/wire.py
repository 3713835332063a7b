"""The names and shapes of partner contacts: parameters in, values of the book out, and back (PC-10, PC-20 to PC-42)."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

from cardwright import limits
from cardwright.book.checks import image_conflict
from cardwright.book.requests import MAX_PAGE_SIZE, NewContact, Patch, Query
from cardwright.errors import Fault, InvalidError, Rule
from cardwright.surfaces.partner.parameters import CONDITIONS, DELTAS, FILE, FILTERS, LISTS, TEXTS

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from cardwright.book.partners import Campaign, Partner
    from cardwright.book.stored import StoredContact
    from cardwright.surfaces.partner.forms import Form

_NUMBER: Final = re.compile("[0-9]{1,18}")
_SPACE_FOR_PLUS: Final = re.compile(r" (?=\d{2}:?\d{2}$)")
_REMOVED: Final = ("labels_remove", "partners_remove")
"""Lists whose items may hold a comma, in an array: labels that came by import do."""
_BOOLEANS: Final = {"true": True, "false": False}


# In -------------------------------------------------------------------------------------------------------------------


def new_contact(form: Form) -> tuple[NewContact, list[Fault]]:
    """Return what a create asks for, and what is wrong with the form that it came in."""
    taken, texts, values = _Taken(form), {}, form.values
    for field, name in TEXTS.items():
        if name in values:
            found = values[name]
            plain = len(found) == 1 and type(found[0]) is str  # nearly always; the call costs as much as all the rest
            texts[field] = found[0] if plain else taken.text(field, name) or ""
    lists = {field: taken.items(field, name) for field, name in LISTS.items()}
    new = NewContact(**texts, partners=lists["partners"], labels=lists["labels"], image_file=taken.file() or b"")
    return new, taken.faults


def patch(form: Form) -> tuple[Patch, list[Fault]]:
    """Return what an update asks for, and what is wrong with the form that it came in."""
    taken = _Taken(form)
    texts = {field: taken.text(field, name) for field, name in TEXTS.items()}
    deltas = {field: taken.items(field, name) for field, name in DELTAS.items()}
    for field, name in LISTS.items():
        if name in form.values:
            message = f"cannot be set as a whole: use {name}Add and {name}Remove"
            taken.faults.append(Fault(field, Rule.CONFLICT, message))
    return Patch(**texts, image_file=taken.file(), **deltas), taken.faults  # type: ignore[arg-type]


class _Taken:
    """Takes parameters out of a form and notes what is wrong with them."""

    def __init__(self, form: Form) -> None:
        self._form = form
        self.faults: list[Fault] = []

    def text(self, field: str, name: str) -> str | None:
        values = self._form.values.get(name, ())
        if not values:
            return None
        if not isinstance(values[0], str):
            self.faults.append(Fault(field, Rule.TYPE, "must be a text"))
            return None
        if len(values) > 1 and any(value != values[0] for value in values):
            self.faults.append(Fault(field, Rule.CONFLICT, "stands twice, with different values"))
        return values[0]

    def items(self, field: str, name: str) -> tuple[str, ...]:
        found: list[str] = []
        for value in self._form.values.get(name, ()):
            if isinstance(value, str):
                found += value.split(",")
            elif isinstance(value, list) and all(isinstance(item, str) for item in value):
                found += value if field in _REMOVED else self._parted(field, value)
            else:
                self.faults.append(Fault(field, Rule.TYPE, "must be texts, in an array or parted by commas"))
        return tuple(found)

    def _parted(self, field: str, items: list[str]) -> list[str]:
        """Return the items of an array, none of which could be told from two in the form that a list has elsewhere."""
        if any("," in item for item in items):
            self.faults.append(
                Fault(field, Rule.FORM, "must not hold a comma within an item: it parts items elsewhere")
            )
        return [item for item in items if "," not in item]

    def file(self) -> bytes | None:
        """Return the image that was sent along, whatever its part is called: no file of a form is dropped (PC-24)."""
        (field, name), files = next(iter(FILE.items())), self._form.files
        named = self.text(field, name)
        if not files and not named:
            return None
        if not self._form.multipart:
            fault = "needs multipart/form-data"
        elif not files:
            fault = "comes without a file"
        elif len(files) > 1:
            fault = "comes with more than one file: send the image alone"
        elif not files[0].data:
            fault = "is an empty file"
        else:
            return files[0].data
        self.faults.append(Fault(field, Rule.PHOTO_UNREADABLE, fault))
        if any(self._form.values.get(TEXTS["image_url"], ())):
            self.faults.append(image_conflict())
        return None


def query(pairs: Sequence[tuple[str, str]]) -> Query:
    """Return what a list asks for; InvalidError with everything that is wrong (PC-40, PC-41)."""
    given = {name: value for name, value in pairs if value}
    fields: dict[str, Any] = {field: given[name] for field, name in FILTERS.items() if name in given}
    faults: list[Fault] = []
    for field, name in CONDITIONS.items():
        read, expected = _READERS[field]
        # The numbers of the page are looked at though they are empty: an empty page size is no default (PC-41).
        value = dict(pairs).get(name) if field in _NUMBERS else given.get(name)
        if value is None:
            continue
        try:
            fields[field] = read(value)
        except (ValueError, KeyError, OverflowError):
            faults.append(Fault(field, Rule.FORM, expected))
    if faults:
        raise InvalidError(faults)
    return Query(**fields)


def _number(most: int) -> Callable[[str], int]:
    def read(text: str) -> int:
        if not _NUMBER.fullmatch(text) or not 1 <= int(text) <= most:
            raise ValueError
        return int(text)

    return read


def _instant(text: str) -> datetime:
    """Return an ISO 8601 instant; UTC when it has no offset. A plus that the query made a space is mended."""
    instant = datetime.fromisoformat(_SPACE_FOR_PLUS.sub("+", text.strip()))
    return (instant.replace(tzinfo=UTC) if instant.tzinfo is None else instant).astimezone(UTC)


_NUMBERS: Final = ("page", "page_size")
_READERS: Final[Mapping[str, tuple[Callable[[str], Any], str]]] = {
    "editable": (lambda text: _BOOLEANS[text.lower()], "must be true or false"),
    "updated_since": (_instant, "must be a date and time in the form of ISO 8601"),
    "page": (_number(limits.PAGE.value), "must be a number from 1"),
    "page_size": (_number(MAX_PAGE_SIZE), f"must be a number from 1 to {MAX_PAGE_SIZE}"),
    "after": (_number(limits.AFTER_ID.value), "must be the number of a contact"),
}


# Out ------------------------------------------------------------------------------------------------------------------


def account_uri(sid: str, prefix: str = "") -> str:
    """Return the path of an account, behind what a proxy puts before every path."""
    return f"{prefix}/Advertisers/{sid}"


def done(sid: str, campaign: str, contact_id: str, prefix: str = "") -> dict[str, str]:
    """Return the document of a contact that was made or changed (PC-28, PC-32)."""
    return {"Status": "OK", "Uri": f"{account_uri(sid, prefix)}/Campaigns/{campaign}/Contacts/{contact_id}"}


def contact(sid: str, campaign: str, stored: StoredContact, prefix: str = "") -> dict[str, Any]:
    """Return the document of a contact (PC-10)."""
    uri = f"{account_uri(sid, prefix)}/Campaigns/{campaign}/Contacts/{stored.id}"
    work, cell = stored.work_phone, stored.cellphone
    return {
        "Id": stored.id,
        "FirstName": stored.contact.name.first,
        "LastName": stored.contact.name.last,
        "EmailAddress": stored.email,
        "Title": stored.contact.title,
        "ProfileImage": f"{uri}/ProfileImage" if stored.image else "",
        "WorkPhoneNumberCountry": work.country if work else "",
        "WorkPhoneNumber": work.number if work else "",
        "CellphoneNumberCountry": cell.country if cell else "",
        "CellphoneNumber": cell.number if cell else "",
        "Editable": not stored.system,
        "Labels": list(stored.contact.labels),
        "Accounts": [{"Id": partner.id, "Name": partner.name} for partner in stored.partners],
        "DateCreated": stored.created.isoformat(timespec="seconds"),
        "DateLastUpdated": stored.updated.isoformat(timespec="seconds"),
        "Uri": uri,
    }


def campaign(account: str, found: Campaign) -> dict[str, str]:
    """Return the document of a campaign; `account` is the path of its account."""
    return {"Id": found.id, "Name": found.name, "Uri": f"{account}/Campaigns/{found.id}"}


def partner(account: str, found: Partner) -> dict[str, str]:
    """Return the document of a partner account; `account` is the path of the account that has it."""
    return {"Id": found.id, "Name": found.name, "Uri": f"{account}/MediaPartners/{found.id}"}
