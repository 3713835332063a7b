"""Partner contacts in the words of OpenAPI 3.1, from the tables of parameter names and statuses.

Every path also takes the endings `.json` and `.xml`, which stand for an Accept header; they are not listed.
"""

from __future__ import annotations

from typing import Final

from cardwright import limits
from cardwright.book.requests import MAX_PAGE_SIZE
from cardwright.http.openapi import Described, Tree, ref
from cardwright.surfaces.partner.openapi_schemas import SCHEMAS, STRING
from cardwright.surfaces.partner.parameters import CONDITIONS, FILTERS, SORTS

_FORMS: Final = ("application/json", "application/xml")
_BODIES: Final = ("application/x-www-form-urlencoded", "multipart/form-data", "application/json")
_ERRORS: Final = {
    400: "Something that was sent is not valid; every fault is listed",
    401: "No valid credentials",
    403: "A read-only token, or a system-created contact",
    404: "No such thing, or another account's",
    405: "Another method; Allow lists those there are",
    406: "No such form",
    408: "The body did not come in time: nothing of it for 15 to 30 s, or not all in ten minutes",
    412: "If-Match names another state",
    413: "The body is too large",
    415: "The body is of another type",
    422: "The Idempotency-Key was used before, with other contents",
    429: "Rate limited, or too many requests of the account are under way; Retry-After says for how long",
    503: "The server is busy, or the store does not answer; Retry-After",
    507: "The disk is full; nothing was changed",
}
_READ: Final = (400, 401, 404, 406, 429, 503)
_WRITE: Final = (400, 401, 403, 404, 406, 408, 413, 415, 429, 503, 507)


def _errors(*statuses: int) -> Tree:
    content = {form: {"schema": ref("Error")} for form in _FORMS}
    return {str(status): {"description": _ERRORS[status], "content": content} for status in statuses}


def _answer(schema: str, *more: str) -> Tree:
    content: Tree = {"application/json": {"schema": ref(schema)}, "application/xml": {}}
    return {"200": {"description": schema, "content": content | {form: {"schema": STRING} for form in more}}}


def _read(operation: str, summary: str, answer: Tree, *parameters: Tree) -> Tree:
    responses = {**answer, "304": {"description": "If-None-Match holds it"}, **_errors(*_READ)}
    described = {"summary": summary, "responses": responses, **_parameters(*parameters)}
    return {"get": {"operationId": operation, **described}, "head": {"operationId": f"{operation}Head", **described}}


def _write(operation: str, summary: str, schema: str, responses: Tree, *parameters: Tree) -> Tree:
    content = {kind: {"schema": ref(schema if kind != _BODIES[1] else f"{schema}WithFile")} for kind in _BODIES}
    return {
        "operationId": operation,
        "summary": summary,
        "requestBody": {"required": True, "content": content},
        "responses": {**_answer("Done"), **responses},
        **_parameters(*parameters),
    }


def _parameters(*parameters: Tree) -> Tree:
    return {"parameters": list(parameters)} if parameters else {}


def _in_path(*names: str) -> list[Tree]:
    return [{"name": name, "in": "path", "required": True, "schema": STRING} for name in names]


def _in_query(name: str, schema: Tree) -> Tree:
    return {"name": name, "in": "query", "schema": schema}


def _in_header(name: str, description: str, schema: Tree = STRING) -> Tree:
    return {"name": name, "in": "header", "description": description, "schema": schema}


_NUMBER: Final = {"type": "integer", "minimum": 1}
_PAGE: Final = [
    _in_query("Page", {**_NUMBER, "maximum": limits.PAGE.value}),
    _in_query("PageSize", {**_NUMBER, "maximum": MAX_PAGE_SIZE, "default": 1000}),
]
_CONDITION_SCHEMAS: Final[dict[str, Tree]] = {
    "Editable": {"type": "boolean"},
    "DateLastUpdatedStart": {"type": "string", "format": "date-time"},
    "Sort": {"type": "string", "enum": [*SORTS, *(f"-{name}" for name in SORTS)], "default": "Id"},
    "After": {"type": "string", "maxLength": limits.CURSOR.value},
    "AfterId": {**_NUMBER, "maximum": limits.AFTER_ID.value},
}
_LIST: Final = [
    *(_in_query(name, STRING) for name in FILTERS.values()),
    *(_in_query(name, _CONDITION_SCHEMAS[name]) for name in CONDITIONS.values() if name in _CONDITION_SCHEMAS),
    *_PAGE,
]
_KEY: Final = _in_header(
    "Idempotency-Key",
    f"A repeat within {limits.IDEMPOTENCY.value} hours gives the first answer again",
    {"type": "string", "minLength": 1, "maxLength": limits.IDEMPOTENCY_KEY.value, "pattern": "^[!-~]+$"},
)
_IF_MATCH: Final = _in_header("If-Match", "Entity tags of any representation of the state to change, or *")


_ACCOUNT: Final = "/Advertisers/{sid}"
_CONTACTS: Final = _ACCOUNT + "/Campaigns/{campaign}/Contacts"
_CARD: Final = "text/vcard"
_KINDS: Final = ("image/gif", "image/jpeg", "image/png", "image/webp")
_IMAGE: Final = {"200": {"description": "The image", "content": {kind: {} for kind in _KINDS}}}


def _path(operations: Tree, *names: str) -> Tree:
    return {**operations, "parameters": _in_path("sid", *names), "security": [{"basic": []}]}


def _secured(paths: Tree) -> Tree:
    """Put the credentials on every operation: a path item has no place for them."""
    for item in paths.values():
        security = item.pop("security")
        for method in item.keys() & {"get", "head", "post", "put", "delete"}:
            item[method] |= {"security": security, "tags": ["Partner contacts"]}
    return paths


def _contact_operations() -> Tree:
    return {
        **_read("contact", "One contact, or its card", _answer("Contact", _CARD)),
        "put": _write("updateContact", "Change what is sent", "UpdateContact", _errors(*_WRITE, 412), _IF_MATCH),
        "delete": {
            "operationId": "deleteContact",
            "summary": "Delete a contact",
            "responses": {**_answer("Deleted"), **_errors(401, 403, 404, 406, 412, 429, 503, 507)},
            **_parameters(_IF_MATCH),
        },
        "post": _write(
            "overrideContact", "PUT or DELETE, as `_method` says", "UpdateContact", _errors(*_WRITE, 405, 412)
        ),
    }


def _contacts_operations() -> Tree:
    return {
        **_read("contacts", "A page of contacts, or the cards of all", _answer("Contacts", _CARD), *_LIST),
        "post": _write("createContact", "Make a contact", "NewContact", _errors(*_WRITE, 405, 422), _KEY),
    }


DESCRIBED: Final = Described(
    paths=_secured(
        {
            _ACCOUNT + "/CompanyInformation": _path(_read("company", "The account", _answer("CompanyInformation"))),
            _ACCOUNT + "/MediaPartners": _path(
                _read("partners", "A page of partner accounts", _answer("Partners"), *_PAGE)
            ),
            _ACCOUNT + "/MediaPartners/{partner}": _path(
                _read("partner", "One partner account", _answer("Partner")), "partner"
            ),
            _ACCOUNT + "/Campaigns": _path(_read("campaigns", "A page of campaigns", _answer("Campaigns"), *_PAGE)),
            _ACCOUNT + "/Campaigns/{campaign}": _path(
                _read("campaign", "One campaign", _answer("Campaign")), "campaign"
            ),
            _CONTACTS: _path(_contacts_operations(), "campaign"),
            _CONTACTS + "/{contact_id}": _path(_contact_operations(), "campaign", "contact_id"),
            _CONTACTS + "/{contact_id}/ProfileImage": _path(
                _read("profileImage", "The contact's image", _IMAGE), "campaign", "contact_id"
            ),
        }
    ),
    schemas=SCHEMAS,
    security_schemes={"basic": {"type": "http", "scheme": "basic", "description": "AccountSID and AuthToken"}},
)
