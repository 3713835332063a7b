"""Which properties a request asks for, and what a resource answers to it (RFC 4918 section 9.1, DV-20).

asked = wanted(root)                       # of a PROPFIND, or of a report
reading = asked.reading(CardPlace)         # once for all cards
response(card.href, *reading.of(card).propstats(minimal=False))
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal, NamedTuple, TypeAlias

from cardwright.book.card_octets import tag_of
from cardwright.limits import PROPERTIES_ASKED, PROPERTY_NAMES
from cardwright.surfaces.dav.errors import MalformedError
from cardwright.surfaces.dav.multistatus import Propstat, found_response, response
from cardwright.surfaces.dav.names import XML_LANG, D
from cardwright.surfaces.dav.places import BookPlace
from cardwright.surfaces.dav.properties import BY_NAME, OF_EVERY_CARD, PROPERTIES, TAG, Needs
from cardwright.surfaces.dav.xml_reading import XmlTooLargeError
from cardwright.surfaces.dav.xml_writing import attributes, element, escaped, tags

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable
    from xml.etree.ElementTree import Element

    from cardwright.book.card_ports import BookCard
    from cardwright.book.card_ports import BookProperty as StoredProperty
    from cardwright.surfaces.dav.places import DavPlace
    from cardwright.surfaces.dav.properties import KnownProperty
    from cardwright.surfaces.dav.resource import Resource

Mode: TypeAlias = Literal["prop", "allprop", "propname"]
MODES: Final[dict[str, Mode]] = {f"{D}prop": "prop", f"{D}allprop": "allprop", f"{D}propname": "propname"}


class PropertyElements(NamedTuple):
    """The properties of a resource, as elements one behind the other."""

    found: str
    missing: str
    """The empty elements of those that it has not."""

    def propstats(self, *, minimal: bool) -> tuple[Propstat, ...]:
        """Return the parts of a response; `minimal` leaves out what is missing (RFC 8144 section 2.1, DV-27).

        Where nothing is left there is an empty one of 200: a response has one at least.
        """
        if not self.missing or minimal:
            return (Propstat(200, self.found),)
        missing = Propstat(404, self.missing)
        return (Propstat(200, self.found), missing) if self.found else (missing,)

    def response(self, href: str, *, minimal: bool) -> str:
        """Return the response of the resource, which has that href."""
        if self.missing and not (minimal and self.found):
            return response(href, *self.propstats(minimal=minimal))
        return found_response(escaped(href), self.found)


class Wanted(NamedTuple):
    """What a request asks for."""

    mode: Mode
    names: tuple[str, ...] = ()
    """With `allprop`: those that it includes beside."""

    def without(self, name: str) -> Wanted:
        """Return the same but for one property, which somebody else writes."""
        return self._replace(names=tuple(it for it in self.names if it != name))

    def needs(self, kind: type[DavPlace]) -> Needs:
        """Return what must be gathered to answer for a place of this kind."""
        needs = Needs.NOTHING
        for row in self._rows(kind):
            needs |= row.needs
        if self.mode == "propname":
            needs &= ~Needs.LENGTH
        if kind is BookPlace and (self.mode != "prop" or any(name not in BY_NAME for name in self.names)):
            needs |= Needs.STORED
        return needs

    def reading(self, kind: type[DavPlace]) -> PropertyReading:
        """Return how the properties of places of this kind are read: made once for all of them."""
        rows = self._rows(kind)
        live = [_Column(row.name, *tags(row.name), row.read) for row in rows if row.read]
        there = {column.name for column in live}
        return PropertyReading(self.mode, tuple(live), tuple(name for name in self.names if name not in there))

    def _rows(self, kind: type[DavPlace]) -> list[KnownProperty]:
        rows = [row for row in PROPERTIES if kind in row.where]
        if self.mode == "prop":
            return [row for row in rows if row.name in self.names]
        return [row for row in rows if self.mode == "propname" or row.in_allprop or row.name in self.names]


class _Column(NamedTuple):
    """A property that is read."""

    name: str
    beginning: str
    end: str
    read: Callable[[Resource], str | None]


class PropertyReading(NamedTuple):
    """How the properties of places of one kind are read."""

    mode: Mode
    columns: tuple[_Column, ...]
    others: tuple[str, ...]
    """What is asked for by name, and is there where a client has set it."""

    def of(self, resource: Resource) -> PropertyElements:
        """Return the properties of a resource."""
        if self.mode == "propname":
            return self._names(resource)
        found, missing = [], []
        for name, beginning, end, read in self.columns:
            value = read(resource)
            if value is None:
                missing.append(name)
            else:
                found.append(f"{beginning}{value}{end}" if value else f"{beginning[:-1]}/>")
        kept = _kept(resource)
        for name in self.others:
            if name in kept:
                found.append(stored(name, kept[name]))
            else:
                missing.append(name)
        if kept and self.mode == "allprop":
            found += [stored(name, it) for name, it in kept.items() if name not in self.others and _in_allprop(name)]
        return PropertyElements("".join(found), _empty(missing) if missing else "")

    def of_every_card(self, generation: str) -> Callable[[str, BookCard], str] | None:
        """Return what writes the response of a card, whose href is given as XML; None unless every card has all of it.

        Phones follow a book by its entity tags: these are written in a third of the time.
        """
        if self.mode != "prop" or self.others or any(column.name not in OF_EVERY_CARD for column in self.columns):
            return None
        same = [(name, OF_EVERY_CARD[name]) for name, *_ in self.columns]
        found = "".join([element(name, "%s" if content is None else content) for name, content in same])
        template = found_response("%s", found)
        if not any(column.name == TAG for column in self.columns):
            return lambda href, _: template % href
        said = escaped(generation)
        return lambda href, card: template % (href, tag_of(said, card))

    def _names(self, resource: Resource) -> PropertyElements:
        """Return the names of what the resource has. How long a card is was not looked at for that: it has a length."""
        live = [
            it.name for it in self.columns if Needs.LENGTH in BY_NAME[it.name].needs or it.read(resource) is not None
        ]
        return PropertyElements(_empty([*live, *_kept(resource)]), "")


_NOTHING: Final[dict[str, StoredProperty]] = {}


def _kept(resource: Resource) -> dict[str, StoredProperty]:
    """Return what clients have set of the resource."""
    return (resource.book and resource.book.properties) or _NOTHING


def _in_allprop(name: str) -> bool:
    return name not in BY_NAME or BY_NAME[name].in_allprop


def stored(name: str, kept: StoredProperty) -> str:
    """Return the element of a property that a client has set, with its language."""
    return element(name, kept.value, attributes([(XML_LANG, kept.lang)]) if kept.lang else "")


def _empty(names: Iterable[str]) -> str:
    return "".join([element(name) for name in names])


def wanted(parent: Element, otherwise: Mode | None = None) -> Wanted:
    """Return what the child `prop`, `allprop` or `propname` of the element asks for.

    MalformedError where there are two, and where there is none, unless `otherwise` says what that means.
    """
    asked = [child for child in parent if child.tag in MODES]
    if len(asked) != 1:
        if asked or not otherwise:
            raise MalformedError(f"{_local(parent)} has one of prop, allprop and propname.")
        return Wanted(otherwise)
    mode = MODES[asked[0].tag]
    names = list(asked[0]) if mode == "prop" else []
    if mode == "allprop":
        names = [name for include in parent.findall(f"{D}include") for name in include]
    return Wanted(mode, _named(names))


def _named(elements: list[Element]) -> tuple[str, ...]:
    names = tuple(dict.fromkeys([it.tag for it in elements]))
    check_names(names)
    return names


def check_names(names: Collection[str]) -> None:
    """Raise XmlTooLargeError for a request that names more properties than are taken, or longer ones.

    What a resource has not is named in the answer: of every card.
    """
    if len(names) > PROPERTIES_ASKED.value:
        raise XmlTooLargeError(f"The request names more than {PROPERTIES_ASKED.value} properties.")
    if sum(map(len, names)) > PROPERTY_NAMES.value:
        raise XmlTooLargeError(f"The names of properties have more than {PROPERTY_NAMES.value:,} characters.")


def _local(parent: Element) -> str:
    return parent.tag.rpartition("}")[2]
