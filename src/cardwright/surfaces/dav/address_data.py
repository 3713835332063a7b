"""`address-data`: the card itself in the answer to a report, whole or in part, in a version (RFC 6352 section 10.4)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from cardwright.cards.selection import Selected, selection
from cardwright.surfaces.dav.errors import SUPPORTED_ADDRESS_DATA, MalformedError, PreconditionError
from cardwright.surfaces.dav.names import C, D
from cardwright.surfaces.dav.xml_writing import escaped, tags

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

ADDRESS_DATA: Final = C + "address-data"
_BEGINNING, _END = tags(ADDRESS_DATA)
_VERSIONS: Final = ("", "3.0", "4.0")
_VCARD: Final = "text/vcard"


class AddressData(NamedTuple):
    """How a report wants the cards."""

    version: str
    """`3.0` or `4.0`; `""` as they are kept."""
    parts: tuple[Selected, ...] | None
    """The properties that are wanted, None for all."""

    def written(self, octets: bytes) -> str:
        """Return the element that holds a card; what XML cannot hold of it is left out (DV-12)."""
        part = octets if self.parts is None else selection(octets, self.parts)
        return f"{_BEGINNING}{escaped(part.decode('utf-8', 'replace'))}{_END}"


def read_address_data(report: Element) -> AddressData | None:
    """Return what a report asks of the cards, None where it does not ask for them.

    Another media type or version is refused before anything else is judged (DV-15).
    """
    asked = [child for prop in report.findall(D + "prop") for child in prop.findall(ADDRESS_DATA)]
    for one in asked:
        media_type = one.get("content-type", _VCARD).partition(";")[0].strip().lower()
        if media_type != _VCARD or one.get("version", "") not in _VERSIONS:
            raise PreconditionError(SUPPORTED_ADDRESS_DATA)
    return AddressData(asked[0].get("version", ""), _parts(asked[0])) if asked else None


def _parts(asked: Element) -> tuple[Selected, ...] | None:
    parts = [child for child in asked if child.tag == C + "prop"]
    if not parts or asked.find(C + "allprop") is not None:
        return None
    if not all(part.get("name") for part in parts):
        raise MalformedError("A prop of address-data has the name of a property.")
    return tuple([Selected(part.get("name", ""), part.get("novalue", "no") != "yes") for part in parts])
