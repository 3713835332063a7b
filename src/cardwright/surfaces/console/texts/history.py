"""Texts of the list `History` of P5."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from cardwright.surfaces.console.texts.plural import Plural

TEXTS: Final[dict[str, str | Plural]] = {
    "history.heading": "History",
    "history.created": "Created",
    "history.updated": "Changed; what it was is erased",
    "history.deleted": "Deleted",
    "history.restored": "Restored",
    "history.merged": "Merged with contact {id}",
    "history.unmerged": "Merge with contact {id} undone",
    "history.field": "{name}:",
    "history.nothing": "(empty)",
    "history.by": "by {by}",
    "history.undo": "Undo",
    "history.undo-what": "Undo: {what}",
    "history.more": "Earlier changes",
}
