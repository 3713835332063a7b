"""The form of a contact: a new one (P4), and one that is there (P6); CW-40 to CW-45."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from cardwright.book.details import Began, began_with
from cardwright.book.editing import ChangedMeanwhileError, Editing
from cardwright.book.editing import Form as Sent
from cardwright.book.name_order import full_name
from cardwright.contact.countries import COUNTRIES
from cardwright.errors import ConflictError, Fault, InvalidError, NotFoundError, Rule
from cardwright.limits import CONTACT_FORM_FIELDS, CONTACT_FORM_TEXTS, FORM_BODY
from cardwright.surfaces.console import form_photo
from cardwright.surfaces.console.contact_fields import (
    LABELS,
    PARTS,
    ROW,
    FieldIds,
    fields_in,
    fields_of,
    new_fields,
    typed_of,
)
from cardwright.surfaces.console.form_faults import conflict_row, told
from cardwright.surfaces.console.form_photo import NOTHING, ChosenPhoto
from cardwright.surfaces.console.gone import as_it_was, following, merged_into
from cardwright.surfaces.console.list_place import left
from cardwright.surfaces.console.page import Notice, Page, Redirect, Route
from cardwright.surfaces.console.partner_choice import named, offered
from cardwright.surfaces.console.texts import text
from cardwright.surfaces.console.undo import undo_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from cardwright.book.partners import Partner
    from cardwright.book.stored import StoredContact
    from cardwright.book.three_way import Conflict
    from cardwright.surfaces.console.contact_fields import Fields
    from cardwright.surfaces.console.form import Form
    from cardwright.surfaces.console.page import Answer, Request

NEW: Final = "/campaigns/{c}/contacts/new"
ONE: Final = "/campaigns/{c}/contacts/{id}"
EDIT: Final = "/campaigns/{c}/contacts/{id}/edit"
_TAKE: Final = "take-"


class _Gone(NamedTuple):
    """What became of a contact whose form is sent."""

    name: str
    into: str
    """The address of the contact that it was merged into; `""` for one that was deleted, and can be restored."""


class _Shown(NamedTuple):
    """A form on its page."""

    fields: Fields
    partners: Sequence[Partner]
    stored: StoredContact | None = None
    faults: Iterable[Fault] = ()
    conflicts: Iterable[Conflict] = ()
    photo: ChosenPhoto = NOTHING
    gone: _Gone | None = None
    """Of a contact that is not there any more; then `stored` is what it was."""


async def new(request: Request) -> Answer:
    """Show the form of a new contact (P4)."""
    fields = fields_in(request.typed) if request.typed else new_fields()
    return _page(request, _Shown(fields, await _partners(request)))


async def edit(request: Request) -> Answer:
    """Show the form of a contact that is there (P6)."""
    if request.typed:
        shown = await _shown(request, request.typed)
        return _page(request, shown, 409 if shown.gone else 200)
    stored = await request.parts.contacts.get(*request.place, request.values["id"])
    return _page(request, _Shown(fields_of(began_with(stored)), await _partners(request), stored))


async def make(request: Request) -> Answer:
    """Make the contact that was typed, or show its form with a row more or fewer."""
    shown = _Shown(fields_in(request.form), await _partners(request))
    return await _taken(request, shown)


async def save(request: Request) -> Answer:
    """Make the changes that were typed, or show the form with a row more or fewer.

    Of a contact that went meanwhile the form comes back, with all that was typed; sent again, it brings that back too.
    """
    restores = request.form.get("restore") and not request.form.get("add") and not request.form.get("drop")
    if restores and not await merged_into(request):
        with contextlib.suppress(ConflictError):  # it is there: the button was pressed twice
            await request.parts.contacts.restore(*request.place, request.values["id"], by=request.account.by)
    try:
        return await _taken(request, await _shown(request, request.form))
    except NotFoundError:  # it went just now
        return await _taken(request, await _shown(request, request.form))


async def _shown(request: Request, form: Form) -> _Shown:
    """Return what a form that was sent shows of the contact that is there, or was; NotFoundError where none was."""
    shown = _Shown(fields_in(form), await _partners(request))
    try:
        return shown._replace(stored=await request.parts.contacts.get(*request.place, request.values["id"]))
    except NotFoundError:
        was, into = await as_it_was(request), await merged_into(request)
        if was.system:
            raise
        gone = _Gone(full_name(was.contact), request.url(ONE, id=into) if into else "")
        return shown._replace(stored=was._replace(image=""), gone=gone)


async def _taken(request: Request, shown: _Shown) -> Answer:
    form, faults = request.form, list[Fault]()
    photo = await form_photo.chosen(request, faults)
    if kind := form.get("add"):
        shown = shown._replace(fields=shown.fields.with_row(kind))
    elif row := form.get("drop"):
        shown = shown._replace(fields=shown.fields.without_row(row))
    elif not shown.gone:
        return await _saved(request, shown, photo, faults)
    shown = shown._replace(photo=await form_photo.keep(request, photo, shown.stored), faults=faults)
    return _page(request, shown, 409 if shown.gone else 422 if faults else 200)


async def _saved(request: Request, shown: _Shown, photo: ChosenPhoto, faults: list[Fault]) -> Answer:
    fields = _with_partner(shown, faults)
    choices = {name.removeprefix(_TAKE): value for name, value in request.form.fields if name.startswith(_TAKE)}
    sent = Sent(typed_of(fields), fields.began, choices, photo.image, photo.removes)
    shown = shown._replace(fields=fields)
    try:
        return await _kept(request, shown._replace(photo=photo), sent, faults)
    except InvalidError as error:
        shown, status = shown._replace(faults=error.faults), 422
    except ChangedMeanwhileError as error:
        shown, status = shown._replace(conflicts=error.conflicts), 409
    return _page(request, shown._replace(photo=await form_photo.keep(request, photo, shown.stored)), status)


async def _kept(request: Request, shown: _Shown, sent: Sent, faults: list[Fault]) -> Answer:
    """Keep what was sent, and lead to the contact."""
    editing, by = Editing(request.parts.store.contacts), request.account.by
    if shown.stored is None:
        once = shown.fields.once or request.account.csrf
        contact_id = await editing.create(request.place, sent._replace(began=Began()), by=by, once=once, faults=faults)
        stored = await request.parts.contacts.get(*request.place, contact_id)
        key = "form.created"
    else:
        stored = await editing.update(request.place, shown.stored.id, sent, by=by, faults=faults)
        key = "form.saved" if stored.revision != shown.stored.revision else "form.unchanged"
        key = "form.restored" if request.form.get("restore") else key
    await form_photo.hand_over(request, shown.photo.name, stored)
    undo = undo_of(request, stored) if key != "form.unchanged" else None
    notice = Notice(key, {"name": full_name(stored.contact)}, undo)
    return Redirect(request.url(ONE, id=stored.id), notice)


async def _partners(request: Request) -> Sequence[Partner]:
    return await request.parts.store.partners.partners(request.account.sid)


def _with_partner(shown: _Shown, faults: list[Fault]) -> Fields:
    """Return the form with the partner account ticked that was named in the field for another."""
    fields = shown.fields
    if not fields.add_partner:
        return fields
    found = named(shown.partners, fields.add_partner)
    if isinstance(found, str):
        faults.append(Fault("partners", Rule.UNKNOWN, found))
        return fields
    return fields._replace(partners=tuple(dict.fromkeys((*fields.partners, found.id))), add_partner="")


def _page(request: Request, shown: _Shown, status: int = 200) -> Page:
    fields, stored = shown.fields, shown.stored
    faults = list(shown.faults)
    ids = FieldIds(fields)
    errors = [(ids.of(fault.field), told(fault)) for fault in faults]
    values: dict[str, Any] = {
        "title": text("form.edit", name=full_name(stored.contact)) if stored else text("form.new"),
        "fields": fields,
        "rows": {kind: fields.of_kind(kind) for kind in ROW.values()},
        "more": dict(zip(ROW.values(), fields.began.more, strict=True)),
        "stored": stored,
        "is_system": bool(stored and stored.system),
        "has_photo": bool(stored and stored.image),
        "offered": offered(shown.partners, fields.partners),
        "countries": COUNTRIES,
        "kinds": ROW,
        "parts": PARTS,
        "label_suggestions": LABELS,
        "errors": errors,
        "messages": dict(reversed(errors)),
        "conflicts": [conflict_row(one) for one in shown.conflicts],
        "photo": shown.photo,
        "gone": shown.gone,
        "back": _back(request, None if shown.gone else stored),
    }
    return Page("contact_form.html", values, status)


def _back(request: Request, stored: StoredContact | None) -> str:
    if stored:
        return request.url(ONE, id=stored.id)
    return left(request)


ROUTES: Final = (
    Route("GET", NEW, new, writes=True),
    Route("POST", NEW, make, limit=FORM_BODY.value, texts=CONTACT_FORM_TEXTS.value, fields=CONTACT_FORM_FIELDS.value),
    Route("GET", EDIT, following(EDIT, edit), writes=True),
    Route("POST", EDIT, save, limit=FORM_BODY.value, texts=CONTACT_FORM_TEXTS.value, fields=CONTACT_FORM_FIELDS.value),
    Route("GET", form_photo.KEPT, form_photo.preview),
)
