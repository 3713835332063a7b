"""The list `History` of a contact's page (P5, CW-31): what happened, when, by whom, and a button that undoes it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

from cardwright import limits
from cardwright.book.history import History
from cardwright.surfaces.console.texts import text
from cardwright.surfaces.console.undo import CONTACT, UNDO

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from cardwright.book.history import Event, FieldChange
    from cardwright.book.stored import StoredContact
    from cardwright.surfaces.console.page import Request

_PAGE: Final = limits.HISTORY_PAGE.value


class HistoryEntry(NamedTuple):
    """One thing that happened, as the page shows it."""

    what: str
    """In a few words: `Title, Note`."""
    fields: tuple[FieldChange, ...]
    at: datetime
    by: str
    undo: str | None
    """The address that undoes it."""


async def shown_history(request: Request, stored: StoredContact) -> Mapping[str, Any]:
    """Return what `history.html` shows of a contact: `?history=` names the change to begin with."""
    asked = request.query.get("history", "")
    until = int(asked) if asked.isascii() and asked.isdecimal() and len(asked) <= 18 else None  # noqa: PLR2004 - below 2**63
    events = await History(request.parts.store).of(request.place, stored.number, _PAGE + 1, until)
    more = request.url(CONTACT, id=stored.id, history=events[_PAGE].change.sequence) if len(events) > _PAGE else None
    return {"history": [_entry(request, stored, event) for event in events[:_PAGE]], "history_more": more}


def _entry(request: Request, stored: StoredContact, event: Event) -> HistoryEntry:
    change = event.change
    undo = request.url(UNDO, id=stored.id, sequence=change.sequence) if event.can_be_undone else None
    return HistoryEntry(_what(event), event.fields, change.at, change.by, undo)


def _what(event: Event) -> str:
    if event.merge:
        key = "history.unmerged" if event.merge.undone else "history.merged"
        return text(key, id=str(event.merge.second))
    if event.fields:
        return ", ".join(field.name for field in event.fields)
    return text(f"history.{event.change.kind}")
