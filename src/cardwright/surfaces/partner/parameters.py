"""The names of partner contacts' parameters, beside the book's own (PC-20, PC-21, PC-30, PC-40)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cardwright.book.requests import Order

METHOD: Final = "_method"
"""The method that a POST stands for (PC-2)."""
VERSION: Final = "IrVersion"
"""The version of the interface, in the query (PC-50)."""
TEXT_PARAMETERS: Final = {
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
    "order": "Sort",
    "cursor": "After",
}
"""Parameters of the list that are not."""

SORTS: Final[Mapping[str, Order]] = {
    "Id": "number",
    "Name": "name",
    "DateLastUpdated": "updated",
    "DateCreated": "number",  # contacts are numbered as they are made
}
"""What `Sort` names; a minus before it turns the order round."""

_PUBLIC: Final = FILTERS | CONDITIONS | TEXT_PARAMETERS | LISTS | DELTAS | FILE


def as_sent(name: str) -> str:
    """Return a field of a fault for a name that the client made up, even one that the book has a field of."""
    return f"={name}"


def public(field: str) -> str:
    """Return the parameter's name for a field of the book; names that are public already pass."""
    return field[1:] if field.startswith("=") else _PUBLIC.get(field, field)
