"""Texts of what stands on every page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from cardwright.surfaces.console.texts.plural import Plural

TEXTS: Final[dict[str, str | Plural]] = {
    "base.brand": "Cardwright",
    "base.title": "{title} · Cardwright",
    "base.error-title": "Error: {title} · Cardwright",
    "base.skip": "Skip to content",
    "base.menu": "Menu",
    "base.campaign": "Campaign",
    "base.no-campaign": "none yet",
    "base.sign-out": "Sign out",
    "base.notice": "Notice",
    "base.undo": "Undo",
    "base.problem": "There is a problem",
    "base.copy": "Copy",
    "base.copy-now": "Copy it now: it is not shown again",
    "base.copied": "Copied",
    "base.never": "never",
    "nav.main": "Main",
    "nav.contacts": "Contacts",
    "nav.duplicates": "Duplicates",
    "nav.import": "Import",
    "nav.export": "Export",
    "nav.deleted": "Deleted",
    "nav.phone": "Phone set-up",
    "nav.make": "Make a card",
    "nav.keys": "Keys and tokens",
    "nav.docs": "API reference",
    "shortcuts.heading": "Keyboard shortcuts",
    "shortcuts.search": "Search contacts",
    "shortcuts.rows": "Next or previous contact of the list",
    "shortcuts.new": "New contact",
    "shortcuts.edit": "Edit the contact",
    "shortcuts.help": "Show these shortcuts",
    "shortcuts.use": "Use single-key shortcuts",
    "shortcuts.close": "Close",
}
