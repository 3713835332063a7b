"""What partner contacts answer with, as JSON schemas (OpenAPI 3.1), and how the same stands in XML (PC-51).

An element has the name of its field; what XML has otherwise says `xml`. Where the tree is another, as in a list, whose
numbers are attributes, the schema of the XML is one of its own: `ContactsXml`.
"""

from __future__ import annotations

from typing import Final

from cardwright import limits
from cardwright.http.openapi import STRING, Tree, ref
from cardwright.surfaces.partner.xml import ITEMS, ROOT

ACCOUNT: Final = "/Advertisers/IR1234"
_CONTACTS: Final = f"{ACCOUNT}/Campaigns/1000/Contacts"
EXAMPLES: Final[dict[str, Tree]] = {
    "Contact": {
        "Id": "2750",
        "FirstName": "Wile",
        "LastName": "Coyote",
        "EmailAddress": "wile.coyote@example.com",
        "Title": "Acme Partner Manager",
        "ProfileImage": f"{_CONTACTS}/2750/ProfileImage",
        "WorkPhoneNumberCountry": "US",
        "WorkPhoneNumber": "8051234567",
        "CellphoneNumberCountry": "US",
        "CellphoneNumber": "8059876543",
        "Editable": True,
        "Labels": ["Main Contact", "Acme Partner"],
        "Accounts": [{"Id": "10000", "Name": "Acme Partner"}],
        "DateCreated": "2026-05-04T09:30:00+00:00",
        "DateLastUpdated": "2026-05-04T09:30:00+00:00",
        "Uri": f"{_CONTACTS}/2750",
    },
    "Campaign": {"Id": "1000", "Name": "First campaign", "Uri": f"{ACCOUNT}/Campaigns/1000"},
    "Partner": {"Id": "10000", "Name": "Acme Partner", "Uri": f"{ACCOUNT}/MediaPartners/10000"},
    "CompanyInformation": {"CompanyName": "Acme", "AccountSID": "IR1234", "Uri": f"{ACCOUNT}/CompanyInformation"},
    "Done": {"Status": "OK", "Uri": f"{_CONTACTS}/2750"},
    "Deleted": {"Status": "DELETED"},
}
"""The documented answers."""
_ENVELOPE: Final = {
    "page": ("The number of this page, from 1.", "1"),
    "numpages": ("How many pages there are.", "1"),
    "pagesize": ("How many a page holds.", "1000"),
    "total": ("How many there are in all.", "1"),
    "start": ("The place of the first of this page, from 0.", "0"),
    "end": ("The place of the last.", "0"),
    "uri": ("What was asked for.", f"{_CONTACTS}?Search=wile"),
    "firstpageuri": ("The first page, empty when there is none.", f"{_CONTACTS}?Search=wile&Page=1&PageSize=1000"),
    "previouspageuri": ("The page before, empty when there is none.", ""),
    "nextpageuri": ("The page after, to be followed as it is; empty when there is none.", ""),
    "lastpageuri": ("The last page, empty when there is none.", f"{_CONTACTS}?Search=wile&Page=1&PageSize=1000"),
}
_DESCRIPTIONS: Final = {
    "Id": "The id; of what a partner's user has made by being one, it begins with M.",
    "FirstName": "The first name.",
    "LastName": "The last name.",
    "EmailAddress": "The e-mail address.",
    "Title": "What the person does.",
    "ProfileImage": "Where the image is.",
    "WorkPhoneNumberCountry": "The country of that number, in two letters.",
    "WorkPhoneNumber": "National digits.",
    "CellphoneNumberCountry": "The country of that number, in two letters.",
    "CellphoneNumber": "National digits.",
    "Name": "The name.",
    "Uri": "Where it is.",
    "CompanyName": "The name of the account.",
    "AccountSID": "The account.",
    "Field": "The parameter, as it was sent; empty for the request as a whole.",
    "Message": "What is wrong, in words.",
}


def _strings(*names: str, **examples: str) -> Tree:
    """Return texts; empty when there is none (PC-10)."""
    known = EXAMPLES["Contact"] | examples
    return {name: {"type": "string", "description": _DESCRIPTIONS[name], **_example(known.get(name))} for name in names}


def _example(example: object) -> Tree:
    return {} if example is None else {"examples": [example]}


def _object(description: str, properties: Tree, *optional: str) -> Tree:
    required = [name for name in properties if name not in optional]
    return {"type": "object", "description": description, "required": required, "properties": properties}


def _list(name: str, description: str, items: Tree, **more: object) -> Tree:
    """Return a list; in XML an element around its items."""
    named = items if "$ref" in items else {**items, "xml": {"name": ITEMS[name]}}
    return {"type": "array", "description": description, "items": named, "xml": {"wrapped": True}, **more}


_WARNINGS: Final = {
    "Warnings": _list(
        "Warnings", "What was sent and is not known, where anything was.", STRING, maxItems=limits.WARNED.value
    )
}


def _status(description: str, status: str, properties: Tree, *optional: str) -> Tree:
    said = {"Status": {"const": status, "description": "How it ended.", "examples": [status]}}
    said |= properties
    return {**_object(description, said | _WARNINGS, "Warnings", *optional), "xml": {"name": ROOT}}


def _page(name: str, what: str) -> Tree:
    listed = {"type": "array", "description": f"The {what} of this page.", "items": ref(ITEMS[name])}
    return {"description": f"A page of {what}.", "allOf": [ref("Page"), _object("The list.", {name: listed})]}


def _page_xml(name: str, what: str) -> Tree:
    item = ITEMS[name]
    items = _object("Its items.", {item: {"type": "array", "description": "Each.", "items": ref(item)}}, item)
    listed = {"description": f"The {what} of this page.", "allOf": [ref("PageXml"), items]}
    return {**_object(f"A page of {what}, in XML.", {**_WARNINGS, name: listed}, "Warnings"), "xml": {"name": ROOT}}


def _around(mark: str, xml: Tree) -> Tree:
    """Return what stands around a list: fields that begin with `@`, in XML attributes of the list."""
    return {
        f"{mark}{name}": {"type": "string", "description": description, "examples": [example], **xml}
        for name, (description, example) in _ENVELOPE.items()
    }


def _in_root(name: str) -> Tree:
    return {**_object(f"`{name}`, in XML.", {name: ref(name)}), "xml": {"name": ROOT}}


def _instant(description: str) -> Tree:
    example = EXAMPLES["Contact"]["DateCreated"]
    return {"type": "string", "format": "date-time", "description": description, "examples": [example]}


_LISTS: Final = {"Contacts": "contacts", "Campaigns": "campaigns", "Partners": "partner accounts"}
_ERRORS: Final = _list(
    "Errors",
    "Every fault, in the order of the parameters; absent when there is none to list.",
    _object("A fault.", _strings("Field", "Message", Field="Accounts", Message="No partner account 123")),
)
_MESSAGE: Final = {"type": "string", "description": "What is wrong.", "examples": ["Validation Failed"]}

EXAMPLES["Contacts"] = {f"@{name}": it for name, (_, it) in _ENVELOPE.items()} | {"Contacts": [EXAMPLES["Contact"]]}
SCHEMAS: Final[dict[str, Tree]] = {
    "Contact": _object(
        "A contact. A text that there is none of is empty.",
        {
            **_strings("Id", "FirstName", "LastName", "EmailAddress", "Title", "ProfileImage"),
            **_strings("WorkPhoneNumberCountry", "WorkPhoneNumber", "CellphoneNumberCountry", "CellphoneNumber"),
            "Editable": {
                "type": "boolean",
                "description": "False for one that follows a partner's user: title and labels alone can be changed.",
                "examples": [True],
            },
            "Labels": _list("Labels", "Its labels.", STRING, examples=[EXAMPLES["Contact"]["Labels"]]),
            "Accounts": _list(
                "Accounts",
                "The partner accounts that it belongs to.",
                _object("A partner account.", _strings("Id", "Name", Id="10000", Name="Acme Partner")),
            ),
            "DateCreated": _instant("When it was made."),
            "DateLastUpdated": _instant("When it was changed last."),
            **_strings("Uri"),
        },
    ),
    "Campaign": _object("A campaign.", _strings("Id", "Name", "Uri", **EXAMPLES["Campaign"])),
    "Partner": _object("A partner account.", _strings("Id", "Name", "Uri", **EXAMPLES["Partner"])),
    "CompanyInformation": _object(
        "The account.", _strings("CompanyName", "AccountSID", "Uri", **EXAMPLES["CompanyInformation"])
    ),
    "Page": _object("What stands around a list.", _around("@", {}) | _WARNINGS, "Warnings"),
    "PageXml": _object("What stands around a list, in XML.", _around("", {"xml": {"attribute": True}})),
    **{name: _page(name, what) for name, what in _LISTS.items()},
    **{f"{name}Xml": _page_xml(name, what) for name, what in _LISTS.items()},
    **{f"{name}Xml": _in_root(name) for name in ("Contact", "Campaign", "Partner", "CompanyInformation")},
    "Done": _status("It is on the disk.", "OK", _strings("Uri")),
    "Deleted": _status("It is gone.", "DELETED", {}),
    "Error": _status("Why nothing was done.", "ERROR", {"Message": _MESSAGE, "Errors": _ERRORS}, "Errors"),
}
