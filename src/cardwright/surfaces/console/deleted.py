"""The deleted contacts (P7), and how they come back (CW-32)."""

from __future__ import annotations

import contextlib
import re
from typing import TYPE_CHECKING, Final, NamedTuple

from cardwright.book.name_order import full_name
from cardwright.errors import ConflictError, NotFoundError
from cardwright.surfaces.console.page import Notice, Page, Redirect, Route
from cardwright.surfaces.console.people import Person, row_of
from cardwright.surfaces.console.texts import text
from cardwright.surfaces.console.undo import undo_of

if TYPE_CHECKING:
    from datetime import datetime

    from cardwright.book.deleted_contacts import DeletedPage
    from cardwright.book.stored import StoredContact
    from cardwright.surfaces.console.page import Answer, Request

_DELETED: Final = "/campaigns/{c}/deleted"
_RESTORE: Final = "/campaigns/{c}/deleted/{id}/restore"
_ROWS: Final = 50
_NUMBER: Final = re.compile("[0-9]{1,18}")


class DeletedRow(NamedTuple):
    """A contact as it was, and how it went."""

    person: Person
    at: datetime
    by: str
    restore: str


async def show(request: Request) -> Answer:
    """Show a page of them, the latest first."""
    page = await _page(request)
    rows = [
        DeletedRow(row_of(it.before)._replace(image=""), it.at, it.by, request.url(_RESTORE, id=it.before.id))
        for it in page.changes
        if it.before
    ]
    values = {
        "title": text("deleted.title"),
        "rows": rows,
        "previous": request.url(_DELETED, after=page.changes[0].sequence) if rows and page.earlier else "",
        "next": request.url(_DELETED, before=page.changes[-1].sequence) if rows and page.more else "",
    }
    return Page("deleted.html", values)


async def _page(request: Request) -> DeletedPage:
    """Return the page that the address names; the first where that is not there any more, or begins with the first."""
    before, after = (_sequence(request.query.get(name, "")) for name in ("before", "after"))
    store, place = request.parts.store.deleted, request.place
    page = await store.list(place, _ROWS, None if after else before, after)
    if (after and not page.earlier) or not page.changes:
        return await store.list(place, _ROWS)
    return page


def _sequence(asked: str) -> int | None:
    return int(asked) if _NUMBER.fullmatch(asked) else None


async def restore(request: Request) -> Answer:
    """Bring a contact back with its id, card and history."""
    stored = await _restored(request)
    notice = Notice("deleted.restored", {"name": full_name(stored.contact)}, undo_of(request, stored))
    return Redirect(request.url(_DELETED), notice)


async def _restored(request: Request) -> StoredContact:
    contacts, contact_id = request.parts.contacts, request.values["id"]
    try:
        return await contacts.restore(*request.place, contact_id, by=request.account.by)
    except ConflictError:
        with contextlib.suppress(NotFoundError):  # it is there: the button was pressed twice
            return await contacts.get(*request.place, contact_id)
        raise


ROUTES: Final = (Route("GET", _DELETED, show), Route("POST", _RESTORE, restore, form=_DELETED))
