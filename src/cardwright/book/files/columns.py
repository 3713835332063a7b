"""What the columns of a table of contacts mean: those of Google, Outlook, Apple's exporters, the partner fields, ours.

A column has a destination, written as `--map` writes it: `first`, `phone.work`, `phone.work.country`,
`address.home.city`. Columns of one destination, such as Outlook's three addresses, are told apart by their number.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from cardwright.contact.model import Address, Email, Phone, Website
from cardwright.errors import Fault, InvalidError, Rule

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


class Destination(NamedTuple):
    """Where the cells of a column go."""

    field: str
    """A text of a contact, or one of `LIST_DESTINATIONS`."""
    part: str = ""
    """Of a member of a list: the name of its field, or `label`."""
    slot: str = ""
    """Tells the members of one list apart."""
    label: str = ""
    """The member's label, unless a column of its own says it."""


TEXT_DESTINATIONS: Final = frozenset((
    *("first", "last", "middle", "prefix", "suffix", "name", "organization", "title", "note", "uid"),
    *("labels", "partners"),
    *("phones", "emails", "addresses", "websites"),  # our own export's: all of them in JSON
))  # fmt: skip
LIST_DESTINATIONS: Final[dict[str, tuple[type[Any], str]]] = {
    "phone": (Phone, "number"),
    "email": (Email, "address"),
    "address": (Address, "street"),
    "website": (Website, "url"),
}
"""What a member is made as, and the part that it is named for."""

# Header in small letters without anything but letters and digits; a title is what somebody does, but for Outlook.
_NAMED: Final = {
    **dict.fromkeys(("firstname", "givenname", "first"), "first"),
    **dict.fromkeys(("lastname", "familyname", "surname", "last"), "last"),
    **dict.fromkeys(("middlename", "additionalname"), "middle"),
    **dict.fromkeys(("nameprefix", "prefix"), "prefix"),
    **dict.fromkeys(("namesuffix", "suffix"), "suffix"),
    **dict.fromkeys(("name", "fullname", "displayname", "formattedname", "fn"), "name"),
    **dict.fromkeys(("company", "companyname", "organization", "organisation"), "organization"),
    **dict.fromkeys(("organizationname", "organization1name"), "organization"),
    **dict.fromkeys(("title", "jobtitle", "position", "organizationtitle", "organization1title"), "title"),
    **dict.fromkeys(("note", "notes", "comment", "comments"), "note"),
    **dict.fromkeys(("labels", "categories", "groups", "groupmembership", "tags"), "labels"),
    **dict.fromkeys(("accounts", "partneraccounts"), "partners"),
    "uid": "uid",
    **{name: name for name in ("phones", "emails", "addresses", "websites")},
    "workphonenumber": "phone.work",
    "workphonenumbercountry": "phone.work.country",
    "cellphonenumber": "phone.mobile",
    "cellphonenumbercountry": "phone.mobile.country",
    **dict.fromkeys(("phone", "phonenumber", "telephone", "tel"), "phone.work"),
    **dict.fromkeys(("mobile", "cell", "cellphone", "mobilenumber"), "phone.mobile"),
    "fax": "phone.fax",
    "pager": "phone.pager",
    **dict.fromkeys(("website", "webpage", "url", "web", "homepage", "businesshomepage"), "website.homepage"),
    "personalwebpage": "website.home",
    **dict.fromkeys(("address", "street", "streetaddress"), "address.work"),
    **dict.fromkeys(("city", "locality", "town"), "address.work.locality"),
    **dict.fromkeys(("state", "region", "province"), "address.work.region"),
    **dict.fromkeys(("postalcode", "zip", "zipcode"), "address.work.postal_code"),
    "country": "address.work.country",
}
_LABELS: Final = {
    **{place: place for place in ("work", "home", "main", "pager", "other", "car", "assistant")},
    "business": "work",
    "company": "work",
    "office": "work",
    "mobile": "mobile",
    "cell": "mobile",
    "primary": "main",
    "companymain": "main",
    "private": "home",
    "personal": "home",
    "iphone": "mobile",
    "assistants": "assistant",
    "workfax": "fax",
    "homefax": "fax",
    "fax": "fax",
    "homepage": "homepage",
}
KNOWN_LABELS: Final = frozenset(_LABELS.values())
_PARTS: Final = {
    **dict.fromkeys(("", "address", "street", "formatted"), "street"),
    **dict.fromkeys(("city", "locality", "town"), "locality"),
    **dict.fromkeys(("state", "region", "province"), "region"),
    **dict.fromkeys(("postalcode", "zip", "zipcode"), "postal_code"),
    **dict.fromkeys(("country", "countryregion"), "country"),
    **dict.fromkeys(("pobox",), "po_box"),
    **dict.fromkeys(("extendedaddress", "street2"), "extended"),
}
_LABEL: Final = "|".join(sorted(_LABELS, key=len, reverse=True))
_PART: Final = "|".join(sorted(filter(None, _PARTS), key=len, reverse=True))
_KINDS: Final = {"phone": "phone", "telephone": "phone", "tel": "phone", "email": "email", "emailaddress": "email"}
_KINDS_OF_LIST: Final = _KINDS | {"address": "address", "website": "website", "webpage": "website", "url": "website"}
_KIND: Final = "|".join(sorted(_KINDS_OF_LIST, key=len, reverse=True))

# Google: `Phone 1 - Type`, `E-mail 2 - Value`, `Address 1 - City`.
_NUMBERED: Final = re.compile(rf"({_KIND})(\d+)(type|label|value|{_PART})")
# Outlook: `Business Phone 2`, `Home Fax`, `E-mail 2 Address`. Apple's exporters: `Home Email`, `Phone : mobile`.
_LABELLED: Final = re.compile(rf"({_LABEL})({_KIND}|fax)(?:number)?(\d*)")
_KIND_FIRST: Final = re.compile(rf"({_KIND})(\d*)({_LABEL})?")
_EMAIL_NUMBER: Final = re.compile(r"email(\d+)address")
_LABELLED_PART: Final = re.compile(rf"({_LABEL})(?:address)?({_PART})")
_NOT_ALPHANUMERIC: Final = re.compile(r"[\W_]+")


def destinations_of(header: Sequence[str], mapping: Mapping[str, str] = {}) -> list[Destination | None]:
    """Return where each column goes, None for one that is not known; `mapping` says it by name, `""` leaves one out.

    Raises InvalidError for a destination of `mapping` that there is not, or when no column is known.
    """
    is_outlook = any(_bare(name) == "jobtitle" for name in header)
    given = {name.strip().lower(): destination for name, destination in mapping.items()}
    destinations: list[Destination | None] = []
    seen: set[Destination | None] = set()
    for number, column in enumerate(header):
        name = column.strip().lower()
        if name in given:
            destination = _parsed(given[name]) if given[name] else None
        else:
            destination = Destination("prefix") if is_outlook and name == "title" else _known(_bare(column))
        if destination in seen and destination and destination.part:  # one more of the same
            destination = destination._replace(slot=f"{destination.slot} {number}")
        destinations.append(destination)
        seen.add(destination)
    if not any(destinations):
        raise InvalidError([Fault("", Rule.UNKNOWN, "no column has a name that is known; name them with --map")])
    return destinations


def _bare(column: str) -> str:
    return _NOT_ALPHANUMERIC.sub("", column).lower()


def _known(name: str) -> Destination | None:
    """Return where a column of a known program goes."""
    if name in _NAMED:
        return _parsed(_NAMED[name])
    if found := _EMAIL_NUMBER.fullmatch(name):
        return Destination("email", "address", f"work {found[1]}", "work")
    if found := _NUMBERED.fullmatch(name):
        field, part = _KINDS_OF_LIST[found[1]], found[3]
        part = (
            "label" if part in {"type", "label"} else LIST_DESTINATIONS[field][1] if part == "value" else _PARTS[part]
        )
        return Destination(field, part, f"number {found[2]}", "other" if field != "website" else "homepage")
    if found := _LABELLED.fullmatch(name):
        label = "fax" if found[2] == "fax" else _LABELS[found[1]]
        field = _KINDS_OF_LIST.get(found[2], "phone")
        slot = f"{found[1]} {found[2]} {found[3]}" if found[2] == "fax" or found[3] else label
        return Destination(field, LIST_DESTINATIONS[field][1], slot, label)
    return _known_address(name) or _known_kind(name)


def _known_address(name: str) -> Destination | None:
    found = _LABELLED_PART.fullmatch(name)
    return found and Destination("address", _PARTS[found[2]], _LABELS[found[1]], _LABELS[found[1]])


def _known_kind(name: str) -> Destination | None:
    if found := _KIND_FIRST.fullmatch(name):
        field, label = _KINDS_OF_LIST[found[1]], _LABELS.get(found[3] or "", "")
        label = label or ("homepage" if field == "website" else "work")
        return Destination(field, LIST_DESTINATIONS[field][1], f"{label} {found[2]}".strip(), label)
    return None


def _parsed(text: str) -> Destination:
    """Return what a destination says: `first`, `email.home`, `phone.work.country`, `phone.My own`."""
    field, _, rest = text.partition(".")
    if field in TEXT_DESTINATIONS and not rest:
        return Destination(field)
    label, _, part = rest.partition(".")
    if field in LIST_DESTINATIONS:
        kind, main = LIST_DESTINATIONS[field]
        part = _PARTS.get(part, part) if field == "address" and part else part or main
        if part in kind._fields:
            label = label or ("homepage" if field == "website" else "work")
            return Destination(field, part, label, label)
    raise InvalidError(
        [
            Fault(
                text,
                Rule.UNKNOWN,
                f"is no destination of a column: {', '.join(sorted(TEXT_DESTINATIONS))}, phone.LABEL…",
            )
        ]
    )
