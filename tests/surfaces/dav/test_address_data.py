"""`address-data` of a report: how the cards are wanted (RFC 6352 section 10.4, DV-15)."""

from __future__ import annotations

import pytest

from cardwright.cards.selection import Selected
from cardwright.surfaces.dav.address_data import AddressData, read_address_data
from cardwright.surfaces.dav.errors import SUPPORTED_ADDRESS_DATA, MalformedError, PreconditionError
from cardwright.surfaces.dav.xml_reading import read

NS = 'xmlns:d="DAV:" xmlns:c="urn:ietf:params:xml:ns:carddav"'


def asked(xml: str) -> AddressData | None:
    return read_address_data(read(f"<c:addressbook-query {NS}>{xml}</c:addressbook-query>".encode()))


READ = {
    "not wanted": ("<d:prop><d:getetag/></d:prop>", None),
    "not wanted by allprop": ("<d:allprop/>", None),
    "as it is kept": ("<d:prop><c:address-data/></d:prop>", AddressData("", None)),
    "in a version": (
        '<d:prop><c:address-data content-type="text/vcard" version="4.0"/></d:prop>',
        AddressData("4.0", None),
    ),
    "a media type in any case, with a parameter": (
        '<d:prop><c:address-data content-type="Text/VCARD; charset=utf-8" version="3.0"/></d:prop>',
        AddressData("3.0", None),
    ),
    "10.4.1: all properties": ("<d:prop><c:address-data><c:allprop/></c:address-data></d:prop>", AddressData("", None)),
    "10.4.2: some properties": (
        '<d:prop><c:address-data><c:prop name="FN"/><c:prop name="PHOTO" novalue="yes"/></c:address-data></d:prop>',
        AddressData("", (Selected("FN"), Selected("PHOTO", has_value=False))),
    ),
    "10.4.2: DAV's prop is another": (
        "<d:prop><c:address-data><d:prop/></c:address-data></d:prop>",
        AddressData("", None),
    ),
}


@pytest.mark.parametrize(("xml", "expected"), READ.values(), ids=READ)
def test_how_cards_are_wanted(xml: str, expected: AddressData | None) -> None:
    assert asked(xml) == expected


@pytest.mark.parametrize(
    "said",
    ['version="2.1"', 'version="5.0"', 'content-type="text/calendar"', 'content-type="application/vcard+json"'],
)
def test_another_type_or_version(said: str) -> None:
    with pytest.raises(PreconditionError) as caught:
        asked(f"<d:prop><d:getetag/><c:address-data {said}/></d:prop>")
    assert caught.value.broken == SUPPORTED_ADDRESS_DATA


def test_a_property_without_a_name() -> None:
    with pytest.raises(MalformedError):
        asked("<d:prop><c:address-data><c:prop/></c:address-data></d:prop>")


def test_a_card_in_xml() -> None:
    """DV-12: line ends come back as they are; what XML cannot hold is left out."""
    card = b"BEGIN:VCARD\r\nFN:a<b & \x0cc\r\nEND:VCARD\r\n"
    xml = AddressData("", None).written(card)
    tree = read(f"<a {NS} xmlns:card='urn:ietf:params:xml:ns:carddav'>{xml}</a>".encode())
    assert tree[0].text == "BEGIN:VCARD\r\nFN:a<b & c\r\nEND:VCARD\r\n"
