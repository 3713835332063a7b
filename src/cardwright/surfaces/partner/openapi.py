"""Partner contacts in the words of OpenAPI 3.1, from the tables of parameter names and statuses.

Every path also takes the endings `.json` and `.xml`, which stand for an Accept header; they are not listed.
"""

from __future__ import annotations

from typing import Final

from cardwright import limits
from cardwright.book.requests import MAX_PAGE_SIZE
from cardwright.http.openapi import STRING, Described, Tree, referred
from cardwright.surfaces.partner.method_override import OVERRIDES
from cardwright.surfaces.partner.openapi_bodies import BODIES, body
from cardwright.surfaces.partner.openapi_responses import (
    HEAD,
    HEADERS,
    RESPONSES,
    WRITE,
    done,
    image,
    overridden,
    shown,
)
from cardwright.surfaces.partner.openapi_schemas import SCHEMAS
from cardwright.surfaces.partner.parameters import CONDITIONS, FILTERS, METHOD, SORTS, VERSION

_ABOUT: Final = (
    "The people of a brand's partners: an account has campaigns, a campaign has contacts, a contact belongs to partner "
    "accounts. Every path may end in `.json` or `.xml`, and that of contacts in `.vcf`, which beats `Accept`. "
    "What is sent and not known is named in `Warnings` and `X-Cardwright-Warning`."
)
_NUMBER: Final = {"type": "integer", "minimum": 1}
_FILTER: Final = {"type": "string", "maxLength": limits.QUERY_TEXT.value}
_QUERY: Final[dict[str, tuple[str, Tree, object]]] = {
    "AccountId": ("Contacts of this partner account.", _FILTER, "10000"),
    "Title": ("Contacts with this title, in any case.", _FILTER, "Acme Partner Manager"),
    "EmailAddress": ("Contacts with this e-mail address, in any case.", _FILTER, "wile.coyote@example.com"),
    "Label": ("Contacts with this label, in any case.", _FILTER, "Main Contact"),
    "Search": (
        f"Up to {limits.SEARCH_WORDS.value} words that begin words of name, title, organization, note, address, label.",
        _FILTER,
        "wile coy",
    ),
    "Editable": ("Whether they can be edited, or follow a partner's user.", {"type": "boolean"}, True),
    "DateLastUpdatedStart": (
        "Contacts that were changed at this moment or later; UTC without an offset.",
        {"type": "string", "format": "date-time"},
        "2026-05-04T00:00:00Z",
    ),
    "Page": ("The number of the page.", {**_NUMBER, "maximum": limits.PAGE.value, "default": 1}, 1),
    "PageSize": ("How many a page holds.", {**_NUMBER, "maximum": MAX_PAGE_SIZE, "default": 1000}, 100),
    "Sort": (
        "The order; a minus before it turns it round.",
        {"type": "string", "enum": [*SORTS, *(f"-{name}" for name in SORTS)], "default": "Id"},
        "-DateLastUpdated",
    ),
    "After": (
        "Where the page begins in an order: `@nextpageuri` has it.",
        {"type": "string", "maxLength": limits.CURSOR.value},
        "eyJrIjoiY295b3RlIn0",
    ),
    "AfterId": (
        "Contacts behind this number: `@nextpageuri` has it.",
        {**_NUMBER, "maximum": limits.AFTER_ID.value},
        2750,
    ),
}
"""What each parameter of a list is, its schema, and an example."""


def _parameter(place: str, name: str, description: str, schema: Tree, example: object) -> Tree:
    return {"name": name, "in": place, "description": description, "schema": schema, "example": example}


def _in_path(name: str, description: str, example: str) -> Tree:
    return {**_parameter("path", name, description, STRING, example), "required": True}


_VERSIONS: Final = "11, 12 and 13 ask for XML where `Accept` asks for nothing; any other is as none."
_KEY: Final = {
    "type": "string",
    "minLength": 1,
    "maxLength": limits.IDEMPOTENCY_KEY.value,
    "pattern": "^[!-~]+$",
}
PARAMETERS: Final[dict[str, Tree]] = {
    "sid": _in_path("sid", "The AccountSID.", "IR1234"),
    "campaign": _in_path("campaign", "The id of the campaign.", "1000"),
    "partner": _in_path("partner", "The id of the partner account.", "10000"),
    "contact_id": _in_path("contact_id", "The id of the contact.", "2750"),
    **{name: _parameter("query", name, *said) for name, said in _QUERY.items()},
    METHOD: _parameter(
        "query", METHOD, "The method that is meant; it beats the one in the body.", {"enum": list(OVERRIDES)}, "PUT"
    ),
    VERSION: _parameter("query", VERSION, f"As the header IR-Version: {_VERSIONS}", STRING, "13"),
    "IR-Version": _parameter("header", "IR-Version", f"The version of the interface: {_VERSIONS}", STRING, "13"),
    "Idempotency-Key": _parameter(
        "header",
        "Idempotency-Key",
        f"A repeat within {limits.IDEMPOTENCY.value} hours gives the first answer again, and makes nothing.",
        _KEY,
        "8e03978e",
    ),
    "If-Match": _parameter(
        "header", "If-Match", "Entity tags of any form of the state to change, or *; 412 where none is current.",
        STRING, '"6f1e-17-json"',
    ),
    "If-None-Match": _parameter(
        "header", "If-None-Match", "Entity tags that the client holds; 304 where one is current.",
        STRING, '"6f1e-17-json"',
    ),
}  # fmt: skip
_ALWAYS: Final = ("IR-Version", VERSION)


def _parameters(*names: str) -> list[Tree]:
    return list(referred("parameters", *names).values())


def _read(operation: str, summary: str, answers: Tree, *parameters: str) -> Tree:
    said = {"summary": summary, "security": [{"basic": []}], "parameters": _parameters(*parameters, "If-None-Match")}
    return {
        "get": {"operationId": operation, **said, "responses": answers},
        "head": {"operationId": f"{operation}Head", **said, "responses": HEAD},
    }


def _write(operation: str, summary: str, more: Tree, answers: Tree, *parameters: str) -> Tree:
    said = {"operationId": operation, "summary": summary, "security": [{"basic": []}]}
    return {**said, "parameters": _parameters(*parameters), **more, "responses": answers}


def _path(operations: Tree, *names: str) -> Tree:
    return {"parameters": _parameters("sid", *names, *_ALWAYS), **operations}


_ACCOUNT: Final = "/Advertisers/{sid}"
_CONTACTS: Final = _ACCOUNT + "/Campaigns/{campaign}/Contacts"
_PAGE: Final = ("Page", "PageSize")
_CONTACT: Final[Tree] = {
    **_read("contact", "One contact, or its card", shown("Contact", cards=True)),
    "put": _write(
        "updateContact",
        "Change a contact",
        {"requestBody": body("UpdateContact")},
        done("Done", *WRITE, 412),
        "If-Match",
    ),
    "delete": _write(
        "deleteContact",
        "Delete a contact",
        {"description": "One that follows a partner's user cannot be deleted."},
        done("Deleted", 400, 401, 403, 404, 406, 412, 429, 503, 507),
        "If-Match",
    ),
    "post": _write(
        "overrideContact",
        "Change or delete a contact, where PUT and DELETE cannot be sent",
        {"requestBody": body("OverrideContact", required=False)},
        overridden(*WRITE, 405, 412),
        METHOD,
        "If-Match",
    ),
}
DESCRIBED: Final = Described(
    "Partner contacts",
    _ABOUT,
    {
        _ACCOUNT + "/CompanyInformation": _path(_read("company", "The account", shown("CompanyInformation"))),
        _ACCOUNT + "/MediaPartners": _path(_read("partners", "A page of partner accounts", shown("Partners"), *_PAGE)),
        _ACCOUNT + "/MediaPartners/{partner}": _path(
            _read("partner", "One partner account", shown("Partner")), "partner"
        ),
        _ACCOUNT + "/Campaigns": _path(_read("campaigns", "A page of campaigns", shown("Campaigns"), *_PAGE)),
        _ACCOUNT + "/Campaigns/{campaign}": _path(_read("campaign", "One campaign", shown("Campaign")), "campaign"),
        _CONTACTS: _path(
            {
                **_read(
                    "contacts",
                    "A page of contacts, or the cards of all",
                    shown("Contacts", cards=True),
                    *FILTERS.values(),
                    *CONDITIONS.values(),
                ),
                "post": _write(
                    "createContact",
                    "Make a contact",
                    {"requestBody": body("NewContact"), "description": "It is on the disk before the answer is sent."},
                    done("Done", *WRITE, 405, 422),
                    "Idempotency-Key",
                ),
            },
            "campaign",
        ),
        _CONTACTS + "/{contact_id}": _path(_CONTACT, "campaign", "contact_id"),
        _CONTACTS + "/{contact_id}/ProfileImage": _path(
            _read("profileImage", "The contact's image", image()), "campaign", "contact_id"
        ),
    },
    {
        "schemas": SCHEMAS | BODIES,
        "headers": HEADERS,
        "responses": RESPONSES,
        "parameters": PARAMETERS,
        "securitySchemes": {
            "basic": {
                "type": "http",
                "scheme": "basic",
                "description": "The AccountSID, and one of the account's AuthTokens; a read-only one cannot write.",
            }
        },
    },
)
