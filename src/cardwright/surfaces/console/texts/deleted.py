"""Texts of P7."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from cardwright.surfaces.console.texts.plural import Plural

TEXTS: Final[dict[str, str | Plural]] = {
    "deleted.title": "Deleted contacts",
    "deleted.help": "A deleted contact can be brought back with its id, its card and its history, until it is erased.",
    "deleted.name": "Name",
    "deleted.email": "Email",
    "deleted.when": "Deleted",
    "deleted.by": "By",
    "deleted.action": "Restore",
    "deleted.restore": "Restore",
    "deleted.restore-who": "Restore {name}",
    "deleted.restored": "{name} is restored",
    "deleted.pages": "Pages",
    "deleted.next": "Next page",
    "deleted.previous": "Previous page",
    "deleted.none": "Nobody is deleted",
    "deleted.none-help": "Who is deleted stands here, and can be restored.",
}
