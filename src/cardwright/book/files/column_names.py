"""What a column of no known program means: by the words and the form of its name."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from cardwright.book.files.columns import ADDRESS_PARTS, LISTS, Destination, parsed, placed

# Header in small letters without anything but letters and digits.
_NAMED: Final = {
    **dict.fromkeys(("firstname", "givenname", "first"), "first"),
    **dict.fromkeys(("lastname", "familyname", "surname", "last"), "last"),
    **dict.fromkeys(("middlename", "additionalname"), "middle"),
    **dict.fromkeys(("nameprefix", "prefix", "salutation"), "prefix"),
    **dict.fromkeys(("namesuffix", "suffix"), "suffix"),
    **dict.fromkeys(("name", "fullname", "displayname", "formattedname", "fn", "contactname"), "name"),
    **dict.fromkeys(("company", "companyname", "organization", "organisation"), "organization"),
    **dict.fromkeys(("organizationname", "organization1name"), "organization"),
    **dict.fromkeys(("title", "jobtitle", "position", "organizationtitle", "organization1title"), "title"),
    **dict.fromkeys(("note", "notes", "comment", "comments"), "note"),
    **dict.fromkeys(("labels", "categories", "groups", "groupmembership", "tags"), "labels"),
    **dict.fromkeys(("accounts", "partneraccounts"), "partners"),
    "uid": "uid",
    **{name: name for name in ("phones", "emails", "addresses", "websites")},
    **dict.fromkeys(("birthday", "birthdate", "dateofbirth", "bday"), "birthday"),
    "anniversary": "anniversary",
    "nickname": "nickname",
    **dict.fromkeys(("department", "organizationdepartment", "organization1department"), "department"),
    **dict.fromkeys(("role", "profession"), "role"),
    "gender": "gender",
    "spouse": "related.spouse",
    "workphonenumber": "phone.work",
    "workphonenumbercountry": "phone.work.country",
    "cellphonenumber": "phone.mobile",
    "cellphonenumbercountry": "phone.mobile.country",
    **dict.fromkeys(("phone", "phonenumber", "telephone", "tel"), "phone.work"),
    **dict.fromkeys(("mobile", "cell", "cellphone", "mobilenumber", "mobilephonenumber", "iphone"), "phone.mobile"),
    **dict.fromkeys(("fax", "faxnumber"), "phone.fax"),
    **dict.fromkeys(("pager", "pagernumber"), "phone.pager"),
    **dict.fromkeys(("emailaddress", "mail"), "email.work"),
    "secondaryemail": "email.other",
    **dict.fromkeys(("website", "webpage", "url", "web", "homepage", "businesshomepage"), "website.homepage"),
    "personalwebpage": "website.home",
    **dict.fromkeys(("address", "street", "streetaddress"), "address.work"),
    **dict.fromkeys(("address2", "street2", "addressline2", "streetaddress2"), "address.work.line2"),
    **dict.fromkeys(("city", "locality", "town"), "address.work.locality"),
    **dict.fromkeys(("state", "region", "province"), "address.work.region"),
    **dict.fromkeys(("postalcode", "zip", "zipcode", "postcode"), "address.work.postal_code"),
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
_LABEL: Final = "|".join(sorted(_LABELS, key=len, reverse=True))
_PART: Final = "|".join(sorted(filter(None, ADDRESS_PARTS), key=len, reverse=True))
_KINDS: Final = {
    **dict.fromkeys(("phone", "telephone", "tel"), "phone"),
    **dict.fromkeys(("email", "emailaddress"), "email"),
    "address": "address",
    **dict.fromkeys(("website", "webpage", "url"), "website"),
}
_KIND: Final = "|".join(sorted(_KINDS, key=len, reverse=True))
_OF_CARD: Final = {"im": "im", "instantmessage": "im", "relation": "related", "relatedperson": "related",
                   "event": "event"}  # fmt: skip
_NAMES: Final = "|".join((_KIND, *_OF_CARD))

# Google: `Phone 1 - Type`, `E-mail 2 - Value`, `Address 1 - City`, `Relation 1 - Value`.
_NUMBERED: Final = re.compile(rf"({_NAMES})(\d+)(type|label|service|value|{_PART})")
# Outlook: `Business Phone 2`, `Home Fax`, `E-mail 2 Address`. Apple's exporters: `Home Email`, `Phone : mobile`.
_LABELLED: Final = re.compile(rf"({_LABEL})({_KIND}|fax)(?:number)?(\d*)")
_KIND_FIRST: Final = re.compile(rf"({_KIND})(\d*)({_LABEL})?")
_EMAIL_NUMBER: Final = re.compile(r"email(\d+)address")
_LABELLED_PART: Final = re.compile(rf"({_LABEL})(?:address)?({_PART})")
_NOT_ALPHANUMERIC: Final = re.compile(r"[\W_]+")
_ACCENTS: Final = re.compile("[\u0300-\u036f]")
"""Those of Latin letters, which people leave out (`Telefono`, `PRENOM`); kana and others keep their marks."""
_LONG: Final = 100  # characters, of which no name of a column has more


def bare(column: str) -> str:
    """Return the name of a column as names are compared: small letters, without accents, and digits alone."""
    if len(column) > _LONG:
        return ""
    plain = _ACCENTS.sub("", unicodedata.normalize("NFKD", column))
    return _NOT_ALPHANUMERIC.sub("", unicodedata.normalize("NFC", plain)).casefold()


def known(name: str) -> Destination | None:
    """Return where a column goes whose bare name says it, None for one that says nothing."""
    if name in _NAMED:
        return parsed(_NAMED[name])
    if match := _EMAIL_NUMBER.fullmatch(name):
        return placed(Destination("email", "address", "work", "work"), match[1])
    if match := _NUMBERED.fullmatch(name):
        return _numbered(*match.groups())
    return _labelled(name) or _kind_first(name)


def _labelled(name: str) -> Destination | None:
    match = _LABELLED.fullmatch(name)
    field = _KINDS.get(match[2], "phone") if match else ""
    if match and field != "address":
        label = "fax" if match[2] == "fax" else _LABELS[match[1]]
        slot = f"{match[1]} fax" if match[2] == "fax" else label
        return placed(Destination(field, LISTS[field][1], slot, label), match[3])
    match = _LABELLED_PART.fullmatch(name)
    return match and Destination("address", ADDRESS_PARTS[match[2]], _LABELS[match[1]], _LABELS[match[1]])


def _kind_first(name: str) -> Destination | None:
    if match := _KIND_FIRST.fullmatch(name):
        field, label = _KINDS[match[1]], _LABELS.get(match[3] or "", "")
        label = label or ("homepage" if field == "website" else "work")
        return placed(Destination(field, LISTS[field][1], label, label), match[2])
    return None


def _numbered(kind: str, number: str, part: str) -> Destination | None:
    slot = f"number {number}"
    if kind in _OF_CARD:
        part = "label" if part == "type" else part
        return Destination(_OF_CARD[kind], part, slot, "other") if part in {"value", "label", "service"} else None
    field = _KINDS[kind]
    if part == "service":
        return None
    part = "label" if part in {"type", "label"} else LISTS[field][1] if part == "value" else ADDRESS_PARTS[part]
    if part not in (*LISTS[field][0]._fields, "line2", "line3", "formatted"):
        return None
    return Destination(field, part, slot, "homepage" if field == "website" else "other")
