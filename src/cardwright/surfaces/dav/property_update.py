"""What a PROPPATCH, or the `set` of an extended MKCOL, changes of a book (RFC 4918 section 9.2, RFC 5689, DV-22).

changes = changes_of(root)
refused = refusals(changes)                     # by name; with one, nothing is changed
after = applied(before, changes, campaign_id)
parts = outcome(changes, refused)               # propstats
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

from cardwright.book.accounts import name_fault
from cardwright.book.book_properties import check_room
from cardwright.book.card_ports import BookProperties, BookProperty
from cardwright.contact.texts import SPACES
from cardwright.errors import InvalidError
from cardwright.surfaces.dav.errors import PROTECTED, MalformedError
from cardwright.surfaces.dav.multistatus import Propstat
from cardwright.surfaces.dav.names import XML_LANG, D, split
from cardwright.surfaces.dav.properties import UNSETTABLE
from cardwright.surfaces.dav.wanted import check_names
from cardwright.surfaces.dav.xml_writing import content_of, element

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from xml.etree.ElementTree import Element

RESOURCE_TYPE: Final = f"{D}resourcetype"
_NO_URI: Final = re.compile(r"[^!#$%&'()*+,\-./0-9:;=?@A-Z\[\]_a-z~]")
"""No URI has it (RFC 3986). libxml2, with which many clients read, takes no such namespace, nor anything beside it."""


DISPLAY_NAME: Final = f"{D}displayname"


class Refusal(NamedTuple):
    """Why a property is not changed (RFC 4918 section 9.2.1)."""

    status: int
    element: str = ""
    """The precondition, `""` for none."""


DONE: Final = Refusal(200)
PROTECTED_PROPERTY: Final = Refusal(*PROTECTED)
UNFIT: Final = Refusal(409)
FAILED_DEPENDENCY: Final = Refusal(424)
NEW: Final = BookProperties("", ())
"""Of a book before anything of it is set."""
NO_ROOM: Final = Refusal(507, f"{D}quota-not-exceeded")


class PropertyChange(NamedTuple):
    """A property that is set, or removed."""

    name: str
    kept: BookProperty | None
    """None for one that is removed."""
    text: str = ""
    """All text of it."""


def changes_of(root: Element) -> list[PropertyChange]:
    """Return what a `propertyupdate` or `mkcol` says, in its order; MalformedError where it says nothing."""
    changes = [change for step in root for change in _step(step, root.get(XML_LANG, ""))]
    if not changes:
        raise MalformedError("The body names no property to set or to remove.")
    check_names([change.name for change in changes])
    return changes


def _step(step: Element, lang: str) -> Iterator[PropertyChange]:
    """Yield what one `set` or `remove` says."""
    if step.tag not in {f"{D}set", f"{D}remove"}:
        return
    for prop in step.findall(f"{D}prop"):
        inherited = prop.get(XML_LANG, step.get(XML_LANG, lang))
        for it in prop:
            yield _set(it, it.get(XML_LANG, inherited)) if step.tag == f"{D}set" else PropertyChange(it.tag, None)


def _set(tree: Element, lang: str) -> PropertyChange:
    namespace, name = split(tree.tag)
    for it in tree.iter():
        for said in (it.tag, *it.keys()):
            if _NO_URI.search(split(said)[0]):
                raise MalformedError("The namespace of a property is no URI.")
    return PropertyChange(tree.tag, BookProperty(namespace, name, lang, content_of(tree)), "".join(tree.itertext()))


def refusals(changes: Sequence[PropertyChange], *, is_all: bool = False, creating: bool = False) -> dict[str, Refusal]:
    """Return the properties that cannot be changed so, by name, with the reason.

    The book of all campaigns has no name to set (DV-3); `creating` may set the kind of resource.
    """
    unsettable = UNSETTABLE - {RESOURCE_TYPE} if creating else UNSETTABLE
    if is_all:
        unsettable |= {DISPLAY_NAME}
    refused = {}
    for name, kept, text in changes:
        if name in unsettable:
            refused[name] = PROTECTED_PROPERTY
        elif name == DISPLAY_NAME and kept and _called(text) and name_fault("displayname", _called(text)):
            refused[name] = UNFIT
    return refused


def refusals_of_new(changes: Sequence[PropertyChange], otherwise: str) -> dict[str, Refusal]:
    """Return which properties a new book cannot have, by name, with the reason; `otherwise` as of `applied`."""
    refused = refusals(changes, creating=True)
    try:
        check_room(applied(NEW, changes, otherwise).properties)
    except InvalidError:
        return refused or too_large(changes)
    return refused


def too_large(changes: Iterable[PropertyChange]) -> dict[str, Refusal]:
    """Return that all properties which are set are too large together."""
    return {it.name: NO_ROOM for it in changes if it.kept and it.name not in UNSETTABLE | {DISPLAY_NAME}}


def applied(before: BookProperties, changes: Iterable[PropertyChange], otherwise: str) -> BookProperties:
    """Return the properties of a book after the changes, made in their order (RFC 4918 section 14.19).

    The name of a book is that of its campaign, a text; a book whose name is removed is called `otherwise`.
    """
    display_name, properties = before.display_name, by_name(before.properties)
    for name, kept, text in changes:
        if name == DISPLAY_NAME:
            display_name = (_called(text) if kept else "") or otherwise
        elif name in UNSETTABLE:  # the kind of a new book
            continue
        elif kept:
            properties[name] = kept
        else:
            properties.pop(name, None)
    return BookProperties(display_name, sorted(properties.values(), key=lambda it: (it.namespace, it.name)))


def _called(text: str) -> str:
    return text.strip(SPACES)


def by_name(properties: Iterable[BookProperty]) -> dict[str, BookProperty]:
    """Return properties by their names in a tree: `"{urn:x}colour"`."""
    return {_name(it): it for it in properties}


def outcome(changes: Iterable[PropertyChange], refused: Mapping[str, Refusal]) -> tuple[Propstat, ...]:
    """Return what became of the changes: all done, or, where some are refused, none: 424 for the others."""
    names = dict.fromkeys(it.name for it in changes)
    by_reason: dict[Refusal, list[str]] = {}
    for name in names:
        by_reason.setdefault(refused.get(name, FAILED_DEPENDENCY if refused else DONE), []).append(name)
    return tuple(
        Propstat(reason.status, "".join([element(name) for name in those]), reason.element)
        for reason, those in by_reason.items()
    )


def _name(it: BookProperty) -> str:
    return f"{{{it.namespace}}}{it.name}" if it.namespace else it.name
