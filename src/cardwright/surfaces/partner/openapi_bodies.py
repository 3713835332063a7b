"""What partner contacts take, as JSON schemas (OpenAPI 3.1): a form, a multipart form and a JSON object, each its own.

The names are those of the tables of parameters; a JSON object takes lists as arrays too, a multipart form a file.
"""

from __future__ import annotations

from typing import Final

from cardwright import limits
from cardwright.contact.labels import LABEL, LABELS, PARTNERS
from cardwright.contact.texts import TEXT, URL
from cardwright.http.openapi import OCTETS, STRING, Tree, ref
from cardwright.surfaces.partner.method_override import OVERRIDES
from cardwright.surfaces.partner.parameters import DELTAS, FILE, LISTS, METHOD, TEXT_PARAMETERS

FORM, MULTIPART, JSON = "application/x-www-form-urlencoded", "multipart/form-data", "application/json"
IMAGES: Final = ("image/gif", "image/jpeg", "image/png", "image/webp")
REQUIRED: Final = ("FirstName", "LastName", "EmailAddress", "Accounts")
WILE: Final[Tree] = {
    "FirstName": "Wile",
    "LastName": "Coyote",
    "EmailAddress": "wile.coyote@example.com",
    "Accounts": "10000",
    "Title": "Acme Partner Manager",
    "WorkPhoneNumber": "8051234567",
    "WorkPhoneNumberCountry": "US",
    "Labels": "Main Contact,Acme Partner",
}
"""The documented contact, as a form has it."""
_CHANGE: Final[Tree] = {"Title": "Genius", "LabelsAdd": "Desert"}
_COUNTRY: Final = "The country of the number, two letters of ISO 3166-1 in any case; both are sent, or none."
_NUMBER: Final = "A whole number, national or with `+`; its national digits are kept."
_COUNTRY_FORM: Final = "^([A-Za-z]{2})?$"
_TEXTS: Final[dict[str, tuple[str, str, Tree]]] = {
    "first": ("The first name.", "Wile", {}),
    "last": ("The last name.", "Coyote", {}),
    "email": (
        f"An e-mail address, kept as it is sent; at most {limits.LOCAL_PART.value} octets before its @.",
        "wile.coyote@example.com",
        {},
    ),
    "title": ("What the person does.", "Acme Partner Manager", {}),
    "image_url": (
        "The http or https address of a GIF, JPEG, PNG or WebP, which is fetched and kept; not beside a file.",
        "https://example.com/wile.jpg",
        {"maxLength": URL},
    ),
    "work_phone": (_NUMBER, "8051234567", {}),
    "work_phone_country": (_COUNTRY, "US", {"pattern": _COUNTRY_FORM}),
    "cellphone": (_NUMBER, "8059876543", {}),
    "cellphone_country": (_COUNTRY, "US", {"pattern": _COUNTRY_FORM}),
}
"""What each text is, an example, and what more is true of it than of every text."""
_LABEL: Final = {"type": "string", "maxLength": LABEL}
_LISTS: Final[dict[str, tuple[str, str, Tree, int]]] = {
    "partners": ("Ids of the partner accounts that the contact belongs to.", "10000", STRING, PARTNERS),
    "labels": ("Labels; blanks and repeats are dropped.", "Main Contact,Acme Partner", _LABEL, LABELS),
    "partners_add": ("Ids of partner accounts that it is to belong to as well.", "10001", STRING, PARTNERS),
    "partners_remove": ("Ids of those that it belongs to no longer; one is left.", "10000", STRING, PARTNERS),
    "labels_add": ("Labels that it is to have as well.", "Desert", _LABEL, LABELS),
    "labels_remove": ("Labels that it has no longer, in any case.", "Desert", STRING, 0),
}
"""What each list is, an example, what its items are, and how many a request may name; 0 for any number."""


def _text(field: str, *, null: bool) -> Tree:
    what, example, more = _TEXTS[field]
    return {
        "type": ["string", "null"] if null else "string",
        "description": what,
        "maxLength": TEXT,
        **more,
        "examples": [example],
    }


def _list(field: str, *, array: bool) -> Tree:
    what, example, items, most = _LISTS[field]
    many = f" At most {most}." if most else ""
    if not array:
        return {"type": "string", "description": f"{what}{many} Parted by commas.", "examples": [example]}
    return {
        "type": ["array", "string", "null"],
        "description": f"{what}{many} An array, or a text parted by commas.",
        "items": items,
        **({"maxItems": most} if most else {}),
        "examples": [example.split(",")],
    }


def _body(description: str, lists: dict[str, str], required: tuple[str, ...], kind: str) -> Tree:
    properties = {
        name: _text(field, null=kind == JSON and name not in required) for field, name in TEXT_PARAMETERS.items()
    }
    properties |= {name: _list(field, array=kind == JSON) for field, name in lists.items()}
    if kind == MULTIPART:
        properties |= dict.fromkeys(FILE.values(), _FILE)
    return {
        "type": "object",
        "description": description,
        **({"required": list(required)} if required else {}),
        "properties": properties,
    }


_FILE: Final = {
    **OCTETS,
    "description": f"A GIF, JPEG, PNG or WebP of at most {limits.PHOTO_SIZE.value // 1024**2} MiB, "
    "the only file of the form, whatever its part is called.",
}
_OVERRIDE: Final = {
    "type": "object",
    "properties": {
        METHOD: {
            "enum": list(OVERRIDES),
            "description": "The method that is meant, in any case; the one in the query wins.",
            "examples": ["PUT"],
        }
    },
}
_NEW: Final = "A contact to be made. An empty optional field is as an absent one."
_CHANGES: Final = (
    "What is to change: what is not sent stays, an empty text clears an optional field (that of a number clears its "
    "country too, that of `ProfileImageUrl` the image)."
)
_KINDS: Final = {"": JSON, "Form": FORM, "Multipart": MULTIPART}

BODIES: Final[dict[str, Tree]] = {
    **{f"NewContact{ending}": _body(_NEW, LISTS, REQUIRED, kind) for ending, kind in _KINDS.items()},
    **{f"UpdateContact{ending}": _body(_CHANGES, DELTAS, (), kind) for ending, kind in _KINDS.items()},
    **{
        f"OverrideContact{ending}": {
            "description": f"An update or a delete, as `{METHOD}` says.",
            "allOf": [ref(f"UpdateContact{ending}"), _OVERRIDE],
        }
        for ending in _KINDS
    },
}
"""The schemas, by name."""
_EXAMPLES: Final = {"NewContact": WILE, "UpdateContact": _CHANGE, "OverrideContact": {METHOD: "PUT", **_CHANGE}}


def _with_arrays(example: Tree) -> Tree:
    lists = {*LISTS.values(), *DELTAS.values()}
    return {name: value.split(",") if name in lists else value for name, value in example.items()}


def body(schema: str, *, required: bool = True) -> Tree:
    """Return a request body in each of its three kinds."""
    encoding = {name: {"contentType": ", ".join(IMAGES)} for name in FILE.values()}
    example = _EXAMPLES[schema]
    return {
        "required": required,
        "description": f"At most {limits.FORM_TEXTS.value // 1024} KiB of texts in {limits.FORM_FIELDS.value:,} "
        f"fields, and with a file {limits.FORM_BODY.value // 1024**2} MiB. Lists also come as repeated fields, and as "
        "`Labels[]` or `Labels[0]`.",
        "content": {
            FORM: {"schema": ref(f"{schema}Form"), "example": example},
            MULTIPART: {"schema": ref(f"{schema}Multipart"), "encoding": encoding},
            JSON: {"schema": ref(schema), "example": _with_arrays(example)},
        },
    }
