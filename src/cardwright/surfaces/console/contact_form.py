"""The form of a contact: a new one (P4), and one that is there (P6); CW-40 to CW-45."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

from cardwright.book.contacts import parsed
from cardwright.book.details import Began, began_with
from cardwright.book.editing import ChangedMeanwhileError, Editing
from cardwright.book.editing import EditForm as Sent
from cardwright.book.name_order import full_name
from cardwright.contact.countries import COUNTRIES
from cardwright.contact.model import Contact
from cardwright.errors import ConflictError, Fault, InvalidError, NotFoundError, Rule
from cardwright.limits import CONTACT_FORM_FIELDS, CONTACT_FORM_TEXTS, CONTACT_FORM_TOLD, FORM_BODY
from cardwright.surfaces.console import form_photo
from cardwright.surfaces.console.contact_fields import (
    LABELS,
    PARTS,
    ROW,
    TAKE,
    FieldIds,
    fields_in,
    fields_of,
    new_fields,
    typed_of,
)
from cardwright.surfaces.console.form_faults import conflict_row, told
from cardwright.surfaces.console.form_photo import NOTHING, ChosenPhoto
from cardwright.surfaces.console.gone import Gone, following, gone
from cardwright.surfaces.console.list_place import left
from cardwright.surfaces.console.page import Notice, Page, Redirect, Route
from cardwright.surfaces.console.partner_choice import named, offered
from cardwright.surfaces.console.texts import text
from cardwright.surfaces.console.undo import undo_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from cardwright.book.partners import Partner
    from cardwright.book.stored import StoredContact
    from cardwright.book.three_way import Conflict
    from cardwright.surfaces.console.contact_fields import FormFields
    from cardwright.surfaces.console.form import Form
    from cardwright.surfaces.console.page import Answer, Request

NEW: Final = "/campaigns/{c}/contacts/new"
ONE: Final = "/campaigns/{c}/contacts/{id}"
EDIT: Final = "/campaigns/{c}/contacts/{id}/edit"


class _Shown(NamedTuple):
    """A form on its page."""

    fields: FormFields
    partners: Sequence[Partner]
    stored: StoredContact | None = None
    faults: Iterable[Fault] = ()
    conflicts: Iterable[Conflict] = ()
    photo: ChosenPhoto = NOTHING
    gone: Gone | None = None
    """Of a contact that is not there any more; then `stored` is what it was, if that is known still."""

    @property
    def can_be_saved(self) -> bool:
        """Whether what is typed has a place to go."""
        return self.gone is None or self.gone.can_return


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
    try:
        return await _taken(request, await _shown(request, request.form))
    except (NotFoundError, ConflictError):  # it went just now, or came back
        return await _taken(request, await _shown(request, request.form))


async def _shown(request: Request, form: Form) -> _Shown:
    """Return what a form that was sent shows of the contact that is there, or was; NotFoundError where none was."""
    shown = _Shown(fields_in(form), await _partners(request))
    try:
        return shown._replace(stored=await request.parts.contacts.get(*request.place, request.values["id"]))
    except NotFoundError:
        became = await gone(request, had_form=shown.fields.began != Began())
        return shown._replace(stored=became.was and became.was._replace(image=""), gone=became)


async def _taken(request: Request, shown: _Shown) -> Answer:
    form, faults = request.form, list[Fault]()
    photo = await form_photo.chosen(request, faults)
    if kind := form.get("add"):
        shown = shown._replace(fields=shown.fields.with_row(kind))
    elif row := form.get("drop"):
        shown = shown._replace(fields=shown.fields.without_row(row))
    elif shown.gone is None or (shown.can_be_saved and form.get("restore")):
        return await _saved(request, shown, photo, faults)
    if shown.can_be_saved:
        photo = await form_photo.keep(request, photo, shown.stored)
    shown = shown._replace(photo=photo, faults=faults)
    return _page(request, shown, 409 if shown.gone else 422 if faults else 200)


async def _saved(request: Request, shown: _Shown, photo: ChosenPhoto, faults: list[Fault]) -> Answer:
    fields = _with_partner(shown, faults)
    sent = Sent(typed_of(fields), fields.began, fields.choices, photo.image, photo.removes)
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
    elif shown.gone:
        stored = await editing.restore(request.place, shown.stored.id, sent, by=by, faults=faults)
        key = "form.restored"
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


def _with_partner(shown: _Shown, faults: list[Fault]) -> FormFields:
    """Return the form with the partner account ticked that was named in the field for another."""
    fields = shown.fields
    if not fields.add_partner:
        return fields
    partner_or_problem = named(shown.partners, fields.add_partner)
    if isinstance(partner_or_problem, str):
        faults.append(Fault("partners", Rule.UNKNOWN, partner_or_problem))
        return fields
    return fields._replace(partners=tuple(dict.fromkeys((*fields.partners, partner_or_problem.id))), add_partner="")


def _page(request: Request, shown: _Shown, status: int = 200) -> Page:
    fields, stored = shown.fields, shown.stored
    faults = list(shown.faults)
    ids = FieldIds(fields)
    errors = [(ids.of(fault.field), told(fault)) for fault in faults]
    conflicts = [conflict_row(one) for one in shown.conflicts]
    decided = {f"{TAKE}{field}": value for field, value in fields.choices.items()}
    values: dict[str, Any] = {
        "title": text("form.edit", name=name) if (name := _name(shown)) else text("form.new"),
        "fields": fields,
        "rows": {kind: fields.of_kind(kind) for kind in ROW.values()},
        "more": dict(zip(ROW.values(), fields.began.more, strict=True)),
        "stored": stored,
        "is_system": "id" in request.values and parsed(request.values["id"])[1],
        "has_photo": bool(stored and stored.image),
        "offered": offered(shown.partners, fields.partners),
        "countries": COUNTRIES,
        "kinds": ROW,
        "parts": PARTS,
        "label_suggestions": LABELS,
        "errors": errors,
        "messages": dict(reversed(errors)),
        "conflicts": conflicts,
        "decided": {name: value for name, value in decided.items() if name not in {one.name for one in conflicts}},
        "photo": shown.photo,
        "gone": _told_gone(request, shown),
        "can_be_saved": shown.can_be_saved,
        "back": _back(request, None if shown.gone else stored),
    }
    return Page("contact_form.html", values, status)


def _name(shown: _Shown) -> str:
    """Return whose form it is: of an erased contact only the form says it; `""` for a new one."""
    if shown.stored:
        return full_name(shown.stored.contact)
    was = shown.fields.began.details
    named = Contact(was.name, organization=was.organization, emails=was.emails, phones=was.phones)
    return full_name(named) if shown.gone else ""


def _told_gone(request: Request, shown: _Shown) -> Mapping[str, str] | None:
    """Return what is said of a contact that is not there any more, and where its address leads."""
    if shown.gone is None:
        return None
    how, into = shown.gone.how, shown.gone.into
    heading, more = text(f"form.gone-{how}", name=_name(shown)), text(f"form.gone-{how}-help")
    return {"heading": heading, "help": more, "into": request.url(ONE, id=into) if into else ""}


def _back(request: Request, stored: StoredContact | None) -> str:
    if stored:
        return request.url(ONE, id=stored.id)
    return left(request)


_MAKE: Final = Route(
    "POST",
    NEW,
    make,
    limit=FORM_BODY.value,
    told=CONTACT_FORM_TOLD.value,
    texts=CONTACT_FORM_TEXTS.value,
    fields=CONTACT_FORM_FIELDS.value,
)
ROUTES: Final = (
    Route("GET", NEW, new, writes=True),
    _MAKE,
    Route("GET", EDIT, following(EDIT, edit), writes=True),
    _MAKE._replace(template=EDIT, handler=save),
    Route("GET", form_photo.KEPT, form_photo.preview),
)
