"""Which principals a `principal-property-search` finds (RFC 3744 section 9.4)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from cardwright.cards.collations import unicode_casemap
from cardwright.surfaces.dav.errors import MalformedError
from cardwright.surfaces.dav.names import D
from cardwright.surfaces.dav.places import Principal
from cardwright.surfaces.dav.wanted import Wanted, check_names
from cardwright.surfaces.dav.xml_reading import read
from cardwright.surfaces.dav.xml_writing import DECLARED

if TYPE_CHECKING:
    from collections.abc import Callable
    from xml.etree.ElementTree import Element

    from cardwright.surfaces.dav.resource import Resource

SEARCHABLE: Final = {f"{D}displayname": "Name of the account"}
"""What it is good for to search by, and what that is."""
_KINDS: Final[dict[str, Callable[[str, str], bool]]] = {
    "contains": str.__contains__,
    "equals": str.__eq__,
    "starts-with": str.startswith,
    "ends-with": str.endswith,
}
"""Of `match-type`, with which calendarserver.org has extended the report."""


class TextSearch(NamedTuple):
    """A text that properties must have."""

    names: tuple[str, ...]
    text: str
    kind: str


def searches(body: Element) -> list[TextSearch]:
    """Return what the report looks for; MalformedError where it looks for nothing, or in a way that is not known."""
    looked_for = [_search(it) for it in body.findall(f"{D}property-search")]
    if not looked_for:
        raise MalformedError("principal-property-search has a property-search.")
    check_names([name for search in looked_for for name in search.names])
    return looked_for


def _search(it: Element) -> TextSearch:
    match, prop = it.find(f"{D}match"), it.find(f"{D}prop")
    if match is None or prop is None or not len(prop):
        raise MalformedError("A property-search has a prop with a property, and a match.")
    kind = match.get("match-type", "contains")
    if kind not in _KINDS:
        raise MalformedError("A match-type is one of contains, equals, starts-with and ends-with.")
    return TextSearch(tuple(name.tag for name in prop), match.text or "", kind)


def is_match(body: Element, looked_for: list[TextSearch], principal: Resource) -> bool:
    """Say whether the principal has all that is looked for; with `test="anyof"` whether it has any of it."""
    matches = (_has(search, principal) for search in looked_for)
    return any(matches) if body.get("test") == "anyof" else all(matches)


def _has(search: TextSearch, principal: Resource) -> bool:
    """Say whether every property has the text, in any case (section 9.4)."""
    wanted = unicode_casemap(search.text)
    return all(
        _KINDS[search.kind](unicode_casemap(text), wanted) for text in (_text(it, principal) for it in search.names)
    )


def _text(name: str, principal: Resource) -> str:
    """Return all text of a property, `""` for one that is not there."""
    xml = Wanted("prop", (name,)).reading(Principal).of(principal).found
    return "".join(read(f"<d:prop{DECLARED}>{xml}</d:prop>".encode()).itertext())
