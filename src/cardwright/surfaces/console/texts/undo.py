"""Texts of the undo of a change."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from cardwright.surfaces.console.texts.plural import Plural

TEXTS: Final[dict[str, str | Plural]] = {
    "undo.done": "Undone: {name} is as before",
    "undo.deleted": "Undone: the contact is deleted",
    "undo.changed-since": "{why}",
    "undo.refused": "Not undone: {why}",
}
