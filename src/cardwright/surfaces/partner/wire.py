"""The names and shapes of partner contacts: parameters in, values of the book out, and back (PC-10, PC-20 to PC-42)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from cardwright.book.checks import image_conflict
from cardwright.book.requests import NewContact, Patch
from cardwright.errors import Fault, Rule
from cardwright.surfaces.partner.parameters import DELTAS, FILE, LISTS, TEXT_PARAMETERS

if TYPE_CHECKING:
    from cardwright.book.partners import Campaign, Partner
    from cardwright.book.stored import StoredContact
    from cardwright.surfaces.partner.forms import PartnerForm

_REMOVED: Final = ("labels_remove", "partners_remove")
"""Lists whose items may hold a comma, in an array: labels that came by import do."""
((_FILE_FIELD, _FILE),) = FILE.items()


# In -------------------------------------------------------------------------------------------------------------------


def new_contact(form: PartnerForm) -> tuple[NewContact, list[Fault]]:
    """Return what a create asks for, and what is wrong with the form that it came in."""
    taken, values = _Taken(form), form.values
    asked: dict[str, Any] = {}
    for field, name in TEXT_PARAMETERS.items():
        if name in values:
            sent = values[name]
            plain = len(sent) == 1 and type(sent[0]) is str  # nearly always; the call costs as much as all the rest
            asked[field] = sent[0] if plain else taken.text(field, name) or ""
    for field, name in LISTS.items():
        if name in values:
            asked[field] = taken.items(field, name)
    if file := taken.file():
        asked["image_file"] = file
    return NewContact(**asked), taken.faults


def patch(form: PartnerForm) -> tuple[Patch, list[Fault]]:
    """Return what an update asks for, and what is wrong with the form that it came in."""
    taken = _Taken(form)
    texts = {field: taken.text(field, name) for field, name in TEXT_PARAMETERS.items()}
    deltas = {field: taken.items(field, name) for field, name in DELTAS.items()}
    for field, name in LISTS.items():
        if name in form.values:
            message = f"cannot be set as a whole: use {name}Add and {name}Remove"
            taken.faults.append(Fault(field, Rule.CONFLICT, message))
    return Patch(**texts, image_file=taken.file(), **deltas), taken.faults  # type: ignore[arg-type]


class _Taken:
    """Takes parameters out of a form and notes what is wrong with them."""

    def __init__(self, form: PartnerForm) -> None:
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
        items: list[str] = []
        for value in self._form.values.get(name, ()):
            if isinstance(value, str):
                items += value.split(",")
            elif isinstance(value, list) and all(isinstance(item, str) for item in value):
                items += value if field in _REMOVED else self._parted(field, value)
            else:
                self.faults.append(Fault(field, Rule.TYPE, "must be texts, in an array or parted by commas"))
        return tuple(items)

    def _parted(self, field: str, items: list[str]) -> list[str]:
        """Return the items of an array, none of which could be told from two in the form that a list has elsewhere."""
        if any("," in item for item in items):
            self.faults.append(
                Fault(field, Rule.FORM, "must not hold a comma within an item: it parts items elsewhere")
            )
        return [item for item in items if "," not in item]

    def file(self) -> memoryview | None:
        """Return the image that was sent along, whatever its part is called: no file of a form is dropped (PC-24)."""
        files = self._form.files
        if not files and _FILE not in self._form.values:
            return None
        named = self.text(_FILE_FIELD, _FILE)
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
        self.faults.append(Fault(_FILE_FIELD, Rule.PHOTO_UNREADABLE, fault))
        if any(self._form.values.get(TEXT_PARAMETERS["image_url"], ())):
            self.faults.append(image_conflict())
        return None


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


def campaign(account: str, one: Campaign) -> dict[str, str]:
    """Return the document of a campaign; `account` is the path of its account."""
    return {"Id": one.id, "Name": one.name, "Uri": f"{account}/Campaigns/{one.id}"}


def partner(account: str, one: Partner) -> dict[str, str]:
    """Return the document of a partner account; `account` is the path of the account that has it."""
    return {"Id": one.id, "Name": one.name, "Uri": f"{account}/MediaPartners/{one.id}"}
