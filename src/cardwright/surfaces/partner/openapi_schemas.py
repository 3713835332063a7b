"""What partner contacts take and send, as JSON schemas (OpenAPI 3.1), from the tables of parameter names."""

from __future__ import annotations

from typing import Any, Final

from cardwright import limits
from cardwright.contact.texts import TEXT, URL
from cardwright.http.openapi import Tree, ref
from cardwright.surfaces.partner.parameters import DELTAS, FILE, LISTS, TEXTS

STRING: Final = {"type": "string"}
_REQUIRED: Final = ("FirstName", "LastName", "EmailAddress", "Accounts")


def _fields(names: dict[str, str], schema: Tree) -> Tree:
    return dict.fromkeys(names.values(), schema)


_TEXT: Final = {"type": ["string", "null"], "maxLength": TEXT}
_TEXTS: Final = _fields(TEXTS, _TEXT) | {TEXTS["image_url"]: {**_TEXT, "maxLength": URL}}
_ITEMS: Final = {"type": ["string", "array", "null"], "items": STRING, "description": "Parted by commas, or an array"}
_CREATE: Final[Tree] = {
    "type": "object",
    "required": list(_REQUIRED),
    "properties": _TEXTS | _fields(LISTS, _ITEMS),
}
_UPDATE: Final[Tree] = {"type": "object", "properties": _TEXTS | _fields(DELTAS, _ITEMS)}
_FILE: Final = _fields(FILE, {"type": "string", "contentMediaType": "image/*"})


def _with_file(schema: Tree) -> Tree:
    return {**schema, "properties": schema["properties"] | _FILE}


def _object(**properties: Any) -> Tree:  # noqa: ANN401 - schemas
    return {"type": "object", "required": list(properties), "properties": properties}


def _page(name: str, item: str) -> Tree:
    numbers = ("page", "numpages", "pagesize", "total", "start", "end")
    uris = ("uri", "firstpageuri", "previouspageuri", "nextpageuri", "lastpageuri")
    envelope = {f"@{field}": STRING for field in (*numbers, *uris)}
    return _warned(_object(**envelope, **{name: {"type": "array", "items": ref(item)}}))


def _warned(schema: Tree) -> Tree:
    """Return the schema with what was sent and is not known (PC-6)."""
    warnings = {"type": "array", "items": STRING, "maxItems": limits.WARNED.value}
    return {**schema, "properties": {**schema["properties"], "Warnings": warnings}}


def _strings(*names: str) -> Tree:
    return dict.fromkeys(names, STRING)


SCHEMAS: Final[dict[str, Tree]] = {
    "NewContact": _CREATE,
    "NewContactWithFile": _with_file(_CREATE),
    "UpdateContact": _UPDATE,
    "UpdateContactWithFile": _with_file(_UPDATE),
    "Contact": _object(
        **_strings("Id", "FirstName", "LastName", "EmailAddress", "Title", "ProfileImage"),
        **_strings("WorkPhoneNumberCountry", "WorkPhoneNumber", "CellphoneNumberCountry", "CellphoneNumber"),
        Editable={"type": "boolean"},
        Labels={"type": "array", "items": STRING},
        Accounts={"type": "array", "items": _object(**_strings("Id", "Name"))},
        DateCreated={"type": "string", "format": "date-time"},
        DateLastUpdated={"type": "string", "format": "date-time"},
        Uri=STRING,
    ),
    "Contacts": _page("Contacts", "Contact"),
    "Campaign": _object(**_strings("Id", "Name", "Uri")),
    "Campaigns": _page("Campaigns", "Campaign"),
    "Partner": _object(**_strings("Id", "Name", "Uri")),
    "Partners": _page("Partners", "Partner"),
    "CompanyInformation": _object(**_strings("CompanyName", "AccountSID", "Uri")),
    "Done": _warned(_object(Status={"const": "OK"}, Uri=STRING)),
    "Deleted": _warned(_object(Status={"const": "DELETED"})),
    "Error": _warned(
        {
            **_object(Status={"const": "ERROR"}, Message=STRING),
            "properties": {
                "Status": {"const": "ERROR"},
                "Message": STRING,
                "Errors": {"type": "array", "items": _object(**_strings("Field", "Message"))},
            },
        }
    ),
}
