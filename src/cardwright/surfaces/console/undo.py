"""The undo of what happened to a contact (CW-31, CW-32, CW-58): of its history, and of the notice after an action."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from cardwright.book.contacts import parsed
from cardwright.book.history import History
from cardwright.book.name_order import full_name
from cardwright.errors import ChangedSinceError, ConflictError, NotFoundError
from cardwright.surfaces.console.list_place import left
from cardwright.surfaces.console.page import Notice, Redirect, Route

if TYPE_CHECKING:
    from cardwright.book.stored import StoredContact
    from cardwright.surfaces.console.page import Answer, Request

UNDO: Final = "/campaigns/{c}/contacts/{id}/undo/{sequence}"
CONTACT: Final = "/campaigns/{c}/contacts/{id}"


async def undo(request: Request) -> Answer:
    """Undo one change, and say on the page that follows what was done, or why nothing was."""
    number, _ = parsed(request.values["id"])
    sequence = _sequence(request.values["sequence"])
    history = History(request.parts.store)
    try:
        stored = await history.undo(request.place, number, sequence, request.account.by)
    except (ConflictError, NotFoundError) as error:
        if not await history.is_undone(request.place, number, sequence):
            return await _refused(request, error)
        stored = await _now(request)  # the button was pressed twice: it is as the first has left it
    if stored is None:
        return Redirect(left(request), Notice("undo.deleted", {}, await undo_of_latest(request)))
    again = request.url(UNDO, sequence=stored.revision) if await _can_be_undone(request, number) else None
    return Redirect(await address_of(request), Notice("undo.done", {"name": full_name(stored.contact)}, again))


async def _refused(request: Request, error: ConflictError | NotFoundError) -> Answer:
    if isinstance(error, NotFoundError):
        raise error
    key = "undo.changed-since" if isinstance(error, ChangedSinceError) else "undo.refused"
    return Redirect(await address_of(request), Notice(key, {"why": str(error)}))


async def _now(request: Request) -> StoredContact | None:
    try:
        return await request.parts.contacts.get(*request.place, request.values["id"])
    except NotFoundError:
        return None


def undo_of(request: Request, stored: StoredContact) -> str:
    """Return the address that undoes what was just done to a contact, which is so now."""
    return request.url(UNDO, id=stored.id, sequence=stored.revision)


async def undo_of_latest(request: Request, contact_id: str | None = None) -> str:
    """Return the address that undoes the last thing that happened to a contact: that of the path, without another."""
    asked = contact_id or request.values["id"]
    (change,) = await request.parts.store.changes.of(request.place, parsed(asked)[0], 1)
    return request.url(UNDO, id=asked, sequence=change.sequence)


async def address_of(request: Request, contact_id: str | None = None) -> str:
    """Return the address of a contact's page, or of the list for one that is not there."""
    asked = contact_id or request.values["id"]
    try:
        await request.parts.contacts.get(*request.place, asked)
    except NotFoundError:
        return left(request)
    return request.url(CONTACT, id=asked)


async def _can_be_undone(request: Request, number: int) -> bool:
    (event,) = await History(request.parts.store).of(request.place, number, 1)
    return event.can_be_undone


def _sequence(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and len(text) <= 18):  # noqa: PLR2004 - below 2**63
        raise NotFoundError(f"there is no change {text}")
    return int(text)


ROUTES: Final = (Route("POST", UNDO, undo, form=CONTACT),)
