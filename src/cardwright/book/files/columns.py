"""Where the cells of a column go, as `--map` and the header files write it: `first`, `phone.work`, `card.HOBBY`."""

from __future__ import annotations

from typing import Any, Final, NamedTuple

from cardwright import vcard
from cardwright.contact.model import Address, Email, Phone, Website
from cardwright.errors import Fault, InvalidError, Rule


class Destination(NamedTuple):
    """Where the cells of a column go."""

    field: str
    """What `--map` writes first."""
    part: str = ""
    """Of a member of a list: the name of its field, or `label`; of a date `year month day`, or the order of these."""
    slot: str = ""
    """Tells the members of one list apart."""
    label: str = ""
    """The member's label, unless a column of its own says it; of `card` the name of the property."""
    place: int = 0
    """Which member of its label it is at least, from 0: `Business Phone 2` is the second, whatever is missing."""


TEXT_DESTINATIONS: Final = frozenset((
    *("first", "last", "middle", "prefix", "suffix", "name", "organization", "title", "note", "uid"),
    *("labels", "partners"),
))  # fmt: skip
JSON_LISTS: Final = frozenset(("phones", "emails", "addresses", "websites", "ims", "relatedpeople"))
"""Our own export's columns that hold a whole list."""
LISTS: Final[dict[str, tuple[type[Any], str]]] = {
    "phone": (Phone, "number"),
    "email": (Email, "address"),
    "address": (Address, "street"),
    "website": (Website, "url"),
}
"""What a member is made as, and the part that it is named for."""
DATES: Final = frozenset(("birthday", "anniversary"))
DATE_PARTS: Final = frozenset(("year", "month", "day", "dmy", "mdy"))
CARD_TEXTS: Final = frozenset(("nickname", "department", "role", "gender"))
CARD_LISTS: Final[dict[str, tuple[str, ...]]] = {
    "im": ("value", "label", "service"),
    "related": ("value", "label"),
    "event": ("value", "label"),
}
"""What stands in the card alone, several of each, and the parts of one."""
CARD: Final = frozenset((*DATES, *CARD_TEXTS, *CARD_LISTS, "card", "ims", "relatedpeople"))
"""What a contact does not hold: such a row comes in with a card."""
SEVERAL: Final = frozenset(("note", "labels", "partners", "nickname", "department"))
"""Two columns of one of these are put together."""

ADDRESS_PARTS: Final = {
    **dict.fromkeys(("", "address", "street", "street1"), "street"),
    **dict.fromkeys(("address2", "street2", "addressline2", "line2"), "line2"),
    **dict.fromkeys(("address3", "street3", "addressline3", "line3"), "line3"),
    "formatted": "formatted",
    **dict.fromkeys(("city", "locality", "town"), "locality"),
    **dict.fromkeys(("state", "region", "province", "county", "stateregion", "stateprovince"), "region"),
    **dict.fromkeys(("postalcode", "postcode", "zip", "zipcode", "zippostalcode"), "postal_code"),
    **dict.fromkeys(("country", "countryregion"), "country"),
    "pobox": "po_box",
    "extendedaddress": "extended",
}
"""How the part of an address is called: in small letters, without anything between the words."""
_MODELLED: Final = frozenset((
    *("BEGIN", "END", "VERSION", "N", "FN", "ORG", "TITLE", "NOTE", "TEL", "EMAIL", "ADR", "LABEL", "URL"),
    *("CATEGORIES", "UID", "REV"),
))  # fmt: skip
_PARTS_OF_ADDRESS: Final = frozenset((*Address._fields, "line2", "line3", "formatted"))


def parsed(text: str) -> Destination:
    """Return what a destination says: `first`, `email.home`, `phone.work.country`, `phone.My own`, `card.HOBBY`.

    Raises InvalidError for one that there is not.
    """
    field, _, rest = text.strip().partition(".")
    destination = (
        _parsed_plain(field, rest)
        or _parsed_member(field, rest)
        or _parsed_of_card(field, rest)
        or (_parsed_property(rest) if field == "card" else None)
    )
    if destination is None:
        several = (*sorted(f"{name}.LABEL" for name in (*LISTS, "im", "related")), "card.NAME")
        known = ", ".join((*sorted(TEXT_DESTINATIONS | DATES | CARD_TEXTS), *several))
        raise InvalidError([Fault(text, Rule.UNKNOWN, f"is no destination of a column: {known}")])
    return destination


def placed(one: Destination, number: str) -> Destination:
    """Return where a column goes that is the `number`th of its kind by its name, such as `E-mail 2 Address`."""
    if not (number and LISTS.get(one.field, ("", ""))[1] == one.part != "street"):
        return one
    return one._replace(slot=f"{one.slot} {number}", place=max(int(number[:3]) - 1, 0))


def gives_a_contact(destinations: list[Destination | None]) -> bool:
    """Say whether columns give a name, an address or a number: only such a table is one of contacts."""
    return any(
        one.field in {"first", "last", "name", "phones", "emails", "addresses"}
        or (one.field == "phone" and one.part == "number")
        or (one.field == "email" and one.part == "address")
        or (one.field == "address" and one.part in {"street", "formatted"})
        for one in destinations
        if one
    )


def _parsed_plain(field: str, rest: str) -> Destination | None:
    if field in TEXT_DESTINATIONS | JSON_LISTS | CARD_TEXTS and not rest:
        return Destination(field)
    if field in DATES and (not rest or rest in DATE_PARTS):
        return Destination(field, rest)
    return None


def _parsed_member(field: str, rest: str) -> Destination | None:
    if field not in LISTS:
        return None
    label, _, part = rest.partition(".")
    kind, main = LISTS[field]
    if field == "address":
        part = ADDRESS_PARTS.get(part.replace("_", ""), part)
    label = label or ("homepage" if field == "website" else "work")
    if (part or main) in (_PARTS_OF_ADDRESS if field == "address" else kind._fields):
        return Destination(field, part or main, label, label)
    return None


def _parsed_of_card(field: str, rest: str) -> Destination | None:
    if field not in CARD_LISTS:
        return None
    label, _, part = rest.partition(".")
    if (part or "value") not in CARD_LISTS[field]:
        return None
    return Destination(field, part or "value", label or "other", label or "other")


def _parsed_property(name: str) -> Destination | None:
    try:
        name = vcard.Property(name, "").name
    except vcard.VCardError:
        return None
    return None if name.upper() in _MODELLED else Destination("card", "", "", name)
