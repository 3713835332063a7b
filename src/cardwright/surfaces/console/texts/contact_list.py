"""Texts of P3."""

from __future__ import annotations

from typing import Final

from cardwright.surfaces.console.texts.plural import Plural

TEXTS: Final[dict[str, str | Plural]] = {
    "list.title": "Contacts · {campaign}",
    "list.heading": "Contacts",
    "list.new": "New contact",
    "list.search": "Search contacts",
    "list.search-hint": "Name, title, e-mail, phone or label",
    "list.label": "Label",
    "list.partner": "Partner account",
    "list.any": "Any",
    "list.sort": "Sort by",
    "list.sort-name": "Name",
    "list.sort-changed": "Last changed",
    "list.sort-newest": "Newest",
    "list.button": "Search",
    "list.count": Plural("1 contact", "{n} contacts", "No contacts"),
    "list.filters": "Filters",
    "list.filter-search": "Search: {value}",
    "list.filter-label": "Label: {value}",
    "list.filter-partner": "Partner account: {value}",
    "list.remove": "Remove filter {filter}",
    "list.clear": "Clear all",
    "list.name": "Name",
    "list.email": "Email",
    "list.phone": "Phone",
    "list.labels": "Labels",
    "list.changed": "Changed",
    "list.more-labels": "+{n}",
    "list.pages": "Pages",
    "list.previous": "Previous page",
    "list.next": "Next page",
    "list.none": "No contacts yet",
    "list.none-help": "Add the first one by hand, or bring a file from a phone, a mail program or a spreadsheet.",
    "list.import": "Import a file",
    "list.nobody": "Nobody found",
    "list.nobody-help": (
        "No contact has a name, title, organization, label, e-mail address, phone number or note with words that begin "
        "like that. Check the spelling, or search for fewer words."
    ),
    "list.show-all": "Show all contacts",
}
