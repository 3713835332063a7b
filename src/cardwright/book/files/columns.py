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


class Target(NamedTuple):
    """Where the cells of a column go."""

    field: str
    """A text of a contact, or one of `LISTS`."""
    part: str = ""
    """Of a member of a list: the name of its field, or `label`."""
    slot: str = ""
    """Tells the members of one list apart."""
    label: str = ""
    """The member's label, unless a column of its own says it."""


TEXTS: Final = frozenset((
    *("first", "last", "middle", "prefix", "suffix", "name", "organization", "title", "note", "uid"),
    *("labels", "partners"),
    *("phones", "emails", "addresses", "websites"),  # our own export's: all of them in JSON
))  # fmt: skip
LISTS: Final[dict[str, tuple[type[Any], str]]] = {
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
_PLACES: Final = {
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
KNOWN_LABELS: Final = frozenset(_PLACES.values())
_PARTS: Final = {
    **dict.fromkeys(("", "address", "street", "formatted"), "street"),
    **dict.fromkeys(("city", "locality", "town"), "locality"),
    **dict.fromkeys(("state", "region", "province"), "region"),
    **dict.fromkeys(("postalcode", "zip", "zipcode"), "postal_code"),
    **dict.fromkeys(("country", "countryregion"), "country"),
    **dict.fromkeys(("pobox",), "po_box"),
    **dict.fromkeys(("extendedaddress", "street2"), "extended"),
}
_PLACE: Final = "|".join(sorted(_PLACES, key=len, reverse=True))
_PART: Final = "|".join(sorted(filter(None, _PARTS), key=len, reverse=True))
_KINDS: Final = {"phone": "phone", "telephone": "phone", "tel": "phone", "email": "email", "emailaddress": "email"}
_KINDS_OF_LIST: Final = _KINDS | {"address": "address", "website": "website", "webpage": "website", "url": "website"}
_KIND: Final = "|".join(sorted(_KINDS_OF_LIST, key=len, reverse=True))

# Google: `Phone 1 - Type`, `E-mail 2 - Value`, `Address 1 - City`.
_NUMBERED: Final = re.compile(rf"({_KIND})(\d+)(type|label|value|{_PART})")
# Outlook: `Business Phone 2`, `Home Fax`, `E-mail 2 Address`. Apple's exporters: `Home Email`, `Phone : mobile`.
_PLACED: Final = re.compile(rf"({_PLACE})({_KIND}|fax)(?:number)?(\d*)")
_KIND_FIRST: Final = re.compile(rf"({_KIND})(\d*)({_PLACE})?")
_EMAIL_NUMBER: Final = re.compile(r"email(\d+)address")
_PLACED_PART: Final = re.compile(rf"({_PLACE})(?:address)?({_PART})")
_NOT_ALPHANUMERIC: Final = re.compile(r"[\W_]+")


def targets_of(header: Sequence[str], mapping: Mapping[str, str] = {}) -> list[Target | None]:
    """Return where each column goes, None for one that is not known; `mapping` says it by name, `""` leaves one out.

    Raises InvalidError for a destination of `mapping` that there is not, or when no column is known.
    """
    is_outlook = any(_bare(name) == "jobtitle" for name in header)
    given = {name.strip().lower(): destination for name, destination in mapping.items()}
    found: list[Target | None] = []
    for number, column in enumerate(header):
        name = column.strip().lower()
        if name in given:
            target = _destination(given[name]) if given[name] else None
        else:
            target = Target("prefix") if is_outlook and name == "title" else _known(_bare(column))
        if target in found and target and target.part:  # one more of the same
            target = target._replace(slot=f"{target.slot} {number}")
        found.append(target)
    if not any(found):
        raise InvalidError([Fault("", Rule.UNKNOWN, "no column has a name that is known; name them with --map")])
    return found


def _bare(column: str) -> str:
    return _NOT_ALPHANUMERIC.sub("", column).lower()


def _known(name: str) -> Target | None:
    """Return where a column of a known program goes."""
    if name in _NAMED:
        return _destination(_NAMED[name])
    if found := _EMAIL_NUMBER.fullmatch(name):
        return Target("email", "address", f"work {found[1]}", "work")
    if found := _NUMBERED.fullmatch(name):
        field, part = _KINDS_OF_LIST[found[1]], found[3]
        part = "label" if part in {"type", "label"} else LISTS[field][1] if part == "value" else _PARTS[part]
        return Target(field, part, f"number {found[2]}", "other" if field != "website" else "homepage")
    if found := _PLACED.fullmatch(name):
        label = "fax" if found[2] == "fax" else _PLACES[found[1]]
        field = _KINDS_OF_LIST.get(found[2], "phone")
        slot = f"{found[1]} {found[2]} {found[3]}" if found[2] == "fax" or found[3] else label
        return Target(field, LISTS[field][1], slot, label)
    return _known_address(name) or _known_kind(name)


def _known_address(name: str) -> Target | None:
    found = _PLACED_PART.fullmatch(name)
    return found and Target("address", _PARTS[found[2]], _PLACES[found[1]], _PLACES[found[1]])


def _known_kind(name: str) -> Target | None:
    if found := _KIND_FIRST.fullmatch(name):
        field, label = _KINDS_OF_LIST[found[1]], _PLACES.get(found[3] or "", "")
        label = label or ("homepage" if field == "website" else "work")
        return Target(field, LISTS[field][1], f"{label} {found[2]}".strip(), label)
    return None


def _destination(text: str) -> Target:
    """Return what a destination says: `first`, `email.home`, `phone.work.country`, `phone.My own`."""
    field, _, rest = text.partition(".")
    if field in TEXTS and not rest:
        return Target(field)
    label, _, part = rest.partition(".")
    if field in LISTS:
        kind, main = LISTS[field]
        part = _PARTS.get(part, part) if field == "address" and part else part or main
        if part in kind._fields:
            label = label or ("homepage" if field == "website" else "work")
            return Target(field, part, label, label)
    raise InvalidError(
        [Fault(text, Rule.UNKNOWN, f"is no destination of a column: {', '.join(sorted(TEXTS))}, phone.LABEL…")]
    )
