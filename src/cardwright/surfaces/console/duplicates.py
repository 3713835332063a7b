"""Contacts that may be one person (P8): the pairs, the comparison of two, their merge (CW-56 to CW-58)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from cardwright.book.contact_fields import FIELDS
from cardwright.book.contacts import parsed
from cardwright.book.duplicate_ports import Duplicate
from cardwright.book.duplicates import Pair
from cardwright.book.merge_people import LISTS, SINGLE, Member, MergeChoice, MergePeople, members, suggested
from cardwright.book.name_order import full_name
from cardwright.errors import InvalidError, NotFoundError
from cardwright.surfaces.console.list_place import LIST
from cardwright.surfaces.console.page import Notice, Page, Redirect, Route
from cardwright.surfaces.console.texts import text
from cardwright.surfaces.console.undo import CONTACT, UNDO, address_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from cardwright.book.contact_fields import Field
    from cardwright.book.duplicates import Crowd
    from cardwright.book.stored import StoredContact
    from cardwright.surfaces.console.form import Form
    from cardwright.surfaces.console.page import Answer, Handler, Request

_LIST: Final = "/campaigns/{c}/duplicates"
_COMPARE: Final = "/campaigns/{c}/duplicates/{a}/{b}"
_PARTED: Final = "/campaigns/{c}/duplicates/{a}/{b}/same"
_CURSOR: Final = re.compile(r"([0-9]{1,18})\.([0-9]{1,18})\.([0-9]{1,18})\.([=|&0-9a-z]{0,100})")


class DuplicatesLine(NamedTuple):
    """One line of the list: two contacts, or what many share."""

    names: tuple[tuple[str, str], ...]
    """Name and id of each of the two; nothing for what many share."""
    why: tuple[str, ...]
    address: str
    what: str
    """What the link is called."""


class Cell(NamedTuple):
    """One thing that one of the two has, and whether it is chosen."""

    value: str
    text: str
    is_chosen: bool


class ComparisonRow(NamedTuple):
    """A field of the comparison."""

    name: str
    control: str
    """What its controls are called in the form; empty where there is nothing to choose."""
    is_list: bool
    first: tuple[Cell, ...]
    second: tuple[Cell, ...]
    same: tuple[str, ...]
    """What both have."""


async def show(request: Request) -> Answer:
    """Show a page of pairs, the latest first."""
    back = request.query.get("before", "")
    at = _cursor(back or request.query.get("after", ""))
    page = await request.parts.duplicates.page(request.place, at, back=bool(back and at))
    values = {
        "title": text("duplicates.title"),
        "lines": [_line(request, entry) for entry in page.entries],
        "is_complete": page.is_complete,
        "next": request.url(_LIST, after=_written(page.last)) if page.last and page.has_earlier else None,
        "previous": request.url(_LIST, before=_written(page.first)) if page.first and page.has_later else None,
    }
    return Page("duplicates.html", values)


def _or_merged(handler: Handler) -> Handler:
    """Return what leads to the first of two that are merged already: the button may be pressed twice."""

    async def answer(request: Request) -> Answer:
        try:
            return await handler(request)
        except NotFoundError:
            (first, _), (second, system) = parsed(request.values["a"]), parsed(request.values["b"])
            if system or await request.parts.store.merges.into(request.place, second) != first:
                raise
            return Redirect(request.url(CONTACT, id=first))

    return answer


@_or_merged
async def compare(request: Request) -> Answer:
    """Show two contacts beside each other, with what to choose."""
    first, second = await _two(request)
    typed = request.typed
    is_of_these = typed is not None and typed.get("revisions") == _revisions(first, second)
    choice = _choice(typed, first, second) if typed and is_of_these else suggested(first, second)
    return _compared(first, second, choice)


@_or_merged
async def decide(request: Request) -> Answer:
    """Merge the two as it was chosen, or remember that they are not the same person."""
    first, second = await _two(request)
    numbers = first.number, second.number
    if request.form.get("do") == "different":
        await request.parts.store.duplicates.part(request.place, *numbers)
        names = {"first": full_name(first.contact), "second": full_name(second.contact)}
        undo = request.url(_PARTED)
        return Redirect(request.url(_LIST), Notice("duplicates.parted", names, undo))
    if _revisions(first, second) != request.form.get("revisions"):
        return _compared(first, second, suggested(first, second), [("", text("duplicates.changed"))], 409)
    choice, merging = _choice(request.form, first, second), MergePeople(request.parts.store.merges)
    revisions = first.revision, second.revision
    try:
        merged = await merging.merge(request.place, *numbers, choice, request.account.by, revisions)
    except InvalidError as error:
        faults = [("", text("duplicates.fault", field=it.field, message=it.message)) for it in error.faults]
        return _compared(first, second, choice, faults)
    notice = Notice(
        "duplicates.merged",
        {"name": full_name(merged.contact), "id": second.id},
        request.url(UNDO, id=merged.id, sequence=merged.revision),
    )
    return Redirect(await address_of(request, merged.id), notice)


async def same_again(request: Request) -> Answer:
    """Forget that two are not the same person."""
    first, second = await _two(request)
    await request.parts.store.duplicates.part(request.place, first.number, second.number, same=True)
    return Redirect(request.url(_LIST), Notice("duplicates.same-again"))


async def _two(request: Request) -> tuple[StoredContact, StoredContact]:
    first, second = [await request.parts.contacts.full(*request.place, request.values[name]) for name in "ab"]
    if first.number == second.number:
        raise NotFoundError("a contact is not compared with itself")
    return first, second


def _line(request: Request, entry: Pair | Crowd) -> DuplicatesLine:
    if isinstance(entry, Pair):
        names = tuple((full_name(one.contact), one.id) for one in (entry.first, entry.second))
        (first, a), (second, b) = names
        what = text("duplicates.compare-names", first=first, a=a, second=second, b=b)
        why = tuple(text(f"duplicates.same-{one.kind}", value=one.value) for one in entry.shared)
        return DuplicatesLine(names, why, request.url(_COMPARE, a=a, b=b), what)
    value = entry.shared.value
    if entry.shared.kind == "phone":
        value = f"{full_name(entry.holder.contact)} {value}"
    said = text("duplicates.crowd", n=entry.at.holders, value=value)
    return DuplicatesLine((), (said,), request.url(LIST, q=value), said)


def _revisions(first: StoredContact, second: StoredContact) -> str:
    """Return what says of which states the two were compared."""
    return f"{first.revision}.{second.revision}"


def _compared(
    first: StoredContact,
    second: StoredContact,
    choice: MergeChoice,
    errors: Sequence[tuple[str, str]] = (),
    status: int = 422,
) -> Page:
    names = [full_name(one.contact) for one in (first, second)]
    values: dict[str, Any] = {
        "title": text("duplicates.compare-title", first=names[0], second=names[1]),
        "names": [(names[0], first.id), (names[1], second.id)],
        "rows": list(_rows(first, second, choice)),
        "system": [one.id for one in (first, second) if one.system],
        "errors": errors,
        "first": first,
        "revisions": _revisions(first, second),
    }
    return Page("compare.html", values, status if errors else 200)


def _rows(first: StoredContact, second: StoredContact, choice: MergeChoice) -> Iterator[ComparisonRow]:
    """Give a row for each field that one of the two has."""
    lists = {name: field for field, name in LISTS.items()}
    for field in FIELDS:
        if field.name in lists:
            row = _list_row(field, lists[field.name], first, second, choice)
        elif field in SINGLE:
            row = _single_row(field, first, second, choice)
        else:
            continue
        if row.first or row.second or row.same:
            yield row


def _single_row(field: Field, first: StoredContact, second: StoredContact, choice: MergeChoice) -> ComparisonRow:
    mine, theirs = (", ".join(field.texts(one)) for one in (first, second))
    if field.value(first) == field.value(second):
        return ComparisonRow(field.name, "", False, (), (), (mine,) if mine else ())  # noqa: FBT003 - no list
    is_second = field.name in choice.of_second
    cells = (Cell("1", mine or text("duplicates.empty"), not is_second),)
    others = (Cell("2", theirs or text("duplicates.empty"), is_second),)
    return ComparisonRow(field.name, f"take {field.name}", False, cells, others, ())  # noqa: FBT003 - no list


def _list_row(
    field: Field, kind: str, first: StoredContact, second: StoredContact, choice: MergeChoice
) -> ComparisonRow:
    both = [members(one, kind) for one in (first, second)]
    said = [field.texts(one) for one in (first, second)]
    common = [member for member in both[0] if member in both[1]]
    sides = [
        tuple(
            Cell(f"{kind}.{side}.{place}", said[side - 1][place], Member(kind, side, place) not in choice.left_out)
            for place, member in enumerate(both[side - 1])
            if member not in common
        )
        for side in (1, 2)
    ]
    same = tuple(said[0][place] for place, member in enumerate(both[0]) if member in common)
    return ComparisonRow(field.name, "keep", True, sides[0], sides[1], same)  # noqa: FBT003 - a list


def _choice(form: Form, first: StoredContact, second: StoredContact) -> MergeChoice:
    """Return what was chosen: what was not on the page, because both have it, is kept."""
    of_second = frozenset(field.name for field in SINGLE if form.get(f"take {field.name}") == "2")
    kept, left_out = set(form.all("keep")), set[Member]()
    for kind in LISTS:
        both = members(first, kind), members(second, kind)
        for side in (1, 2):
            for place, member in enumerate(both[side - 1]):
                if member not in both[2 - side] and f"{kind}.{side}.{place}" not in kept:
                    left_out.add(Member(kind, side, place))
    return MergeChoice(of_second, frozenset(left_out))


def _written(at: Duplicate) -> str:
    return f"{at.since}.{at.second}.{at.first}.{at.key}"


def _cursor(text_: str) -> Duplicate | None:
    """Return the place that an address names; None for none, or for what is no such place."""
    match = _CURSOR.fullmatch(text_)
    return Duplicate(int(match[1]), int(match[2]), int(match[3]), match[4]) if match else None


ROUTES: Final = (
    Route("GET", _LIST, show),
    Route("GET", _COMPARE, compare),
    Route("POST", _COMPARE, decide),
    Route("POST", _PARTED, same_again, form=_LIST),
)
