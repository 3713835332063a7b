"""Which principals a search finds (RFC 3744 section 9.4, DV-26), as one table."""

from __future__ import annotations

import pytest

from cardwright.surfaces.dav.errors import MalformedError
from cardwright.surfaces.dav.principal_search import is_match, searches
from cardwright.surfaces.dav.xml_reading import XmlTooLargeError, read
from surfaces.dav.resources import resource_of


def found(inside: str, test: str = "") -> bool:
    """Whether the account that is called Acme & Sons is found."""
    body = read(
        f'<principal-property-search xmlns="DAV:" xmlns:x="urn:x" {test}>{inside}</principal-property-search>'.encode()
    )
    return is_match(body, searches(body), resource_of("principal"))


def search(text: str, kind: str = "", names: str = "<displayname/>") -> str:
    return f"<property-search><prop>{names}</prop><match {kind}>{text}</match></property-search>"


OTHER = search("nobody")


@pytest.mark.parametrize(
    ("inside", "test", "is_found"),
    [
        (search("acme"), "", True),
        (search("SONS"), "", True),
        (search("&amp; s"), "", True),
        (search("other"), "", False),
        (search(""), "", True),
        (search("acme", 'match-type="starts-with"'), "", True),
        (search("sons", 'match-type="starts-with"'), "", False),
        (search("sons", 'match-type="ends-with"'), "", True),
        (search("acme &amp; sons", 'match-type="equals"'), "", True),
        (search("acme", 'match-type="equals"'), "", False),
        (search("acme", names="<displayname/><x:mail/>"), "", False),
        (search("principals/AC1", names="<principal-URL/>"), "", True),
        (search("acme", names="<x:mail/>"), "", False),
        (search("acme") + OTHER, "", False),
        (search("acme") + OTHER, 'test="allof"', False),
        (search("acme") + OTHER, 'test="anyof"', True),
        (OTHER + OTHER, 'test="anyof"', False),
    ],
)
def test_dv_26_a_principal_is_found(inside: str, test: str, *, is_found: bool) -> None:
    assert found(inside, test) is is_found


@pytest.mark.parametrize(
    "inside",
    [
        "",
        "<property-search/>",
        "<property-search><prop><displayname/></prop></property-search>",
        "<property-search><prop/><match>a</match></property-search>",
        search("a", 'match-type="like"'),
    ],
)
def test_dv_26_a_search_for_nothing_is_malformed(inside: str) -> None:
    with pytest.raises(MalformedError):
        found(inside)


def test_a_search_names_so_many_properties() -> None:
    assert found(search("acme") * 250)
    with pytest.raises(XmlTooLargeError):
        found(search("acme") * 251)
