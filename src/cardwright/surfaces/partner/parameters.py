"""The names of partner contacts' parameters, beside the book's own (PC-20, PC-21, PC-30, PC-40)."""

from __future__ import annotations

from typing import Final

TEXTS: Final = {
    "first": "FirstName",
    "last": "LastName",
    "email": "EmailAddress",
    "title": "Title",
    "image_url": "ProfileImageUrl",
    "work_phone": "WorkPhoneNumber",
    "work_phone_country": "WorkPhoneNumberCountry",
    "cellphone": "CellphoneNumber",
    "cellphone_country": "CellphoneNumberCountry",
}
"""Parameters of create and update."""
LISTS: Final = {"partners": "Accounts", "labels": "Labels"}
"""Comma-separated parameters of create."""
DELTAS: Final = {
    "partners_add": "AccountsAdd",
    "partners_remove": "AccountsRemove",
    "labels_add": "LabelsAdd",
    "labels_remove": "LabelsRemove",
}
"""Comma-separated parameters of update."""
FILE: Final = {"image_file": "ProfileImageFile"}
FILTERS: Final = {
    "partner": "AccountId",
    "title": "Title",
    "email": "EmailAddress",
    "label": "Label",
    "search": "Search",
}
"""Parameters of the list that are texts."""
CONDITIONS: Final = {
    "editable": "Editable",
    "updated_since": "DateLastUpdatedStart",
    "page": "Page",
    "page_size": "PageSize",
    "after": "AfterId",
}
"""Parameters of the list that are not."""

_PUBLIC: Final = FILTERS | CONDITIONS | TEXTS | LISTS | DELTAS | FILE


def public(field: str) -> str:
    """Return the parameter's name for a field of the book; names that are public already pass."""
    return _PUBLIC.get(field, field)
