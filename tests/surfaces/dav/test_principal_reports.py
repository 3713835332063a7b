"""The reports about principals against a server, on each store (DV-26)."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from lxml import etree

from cardwright.surfaces.dav.names import C
from dav_client import account, card, condition
from surfaces.dav.multistatus_reading import only, responses, text

if TYPE_CHECKING:
    import httpx2

    from dav_client import Dav
    from serving import Served

CORPUS = Path(__file__).parents[2] / "corpus" / "xml"
SELF, OWNER = "principal-match-self", "principal-match-owner"
SEARCH, PROPERTIES = "apple-principal-search", "apple-search-properties"
ACL, EXPAND = "acl-principals", "apple-expand"


def report(dav: Dav, where: str, name: str, **headers: str) -> httpx2.Response:
    """Send a report that stands in the corpus."""
    return dav.send("REPORT", where, (CORPUS / f"{name}.xml").read_bytes(), headers)


def principal(dav: Dav) -> str:
    return f"/dav/principals/{dav.sid}/"


@pytest.mark.parametrize("name", [SELF, OWNER, SEARCH, PROPERTIES, ACL, EXPAND])
@pytest.mark.parametrize("depth", ["1", "infinity"])
def test_dv_26_a_depth_other_than_0_is_400(dav: Dav, name: str, depth: str) -> None:
    assert report(dav, "/dav/principals/", name, depth=depth).status_code == 400


@pytest.mark.parametrize("name", [SELF, SEARCH, PROPERTIES, ACL, EXPAND])
def test_dv_26_no_depth_is_0(dav: Dav, name: str) -> None:
    assert (
        report(dav, "/dav/principals/", name).status_code
        == report(dav, "/dav/principals/", name, depth="0").status_code
    )
    assert report(dav, "/dav/principals/", name).status_code in {200, 207}


def test_dv_26_acl_principal_prop_set_tells_of_the_account(dav: Dav) -> None:
    dav.put("acl.vcf", card())
    for where in ("/dav/", dav.home, dav.path(), dav.path("acl.vcf")):
        every = responses(report(dav, where, ACL))
        assert list(every) == [principal(dav)]
        assert text(every[principal(dav)], "displayname").startswith("Dav ")
    assert report(dav, dav.path("none.vcf"), ACL).status_code == 404


@pytest.mark.parametrize("inside", ["", "<prop><displayname/></prop><prop><owner/></prop>", "<prop/><allprop/>"])
def test_dv_26_acl_principal_prop_set_with_none_or_two_prop_is_400(dav: Dav, inside: str) -> None:
    body = f'<acl-principal-prop-set xmlns="DAV:">{inside}</acl-principal-prop-set>'
    dav.send("REPORT", "", body, status=400)


def test_dv_26_principal_match_finds_oneself(dav: Dav) -> None:
    for where in ("/dav/", "/dav/principals/"):
        every = responses(report(dav, where, SELF))
        assert list(every) == [principal(dav)]
        assert text(every[principal(dav)], f"{C}addressbook-home-set") == dav.home
    for where in (dav.home, dav.path(), "/dav/addressbooks/", principal(dav)):
        assert responses(report(dav, where, SELF)) == {}


def test_dv_26_principal_match_finds_what_one_owns(books: Served) -> None:
    dav = account(books, "1000", "2000")
    dav.put("own.vcf", card())
    mine = [dav.path(), dav.path("own.vcf"), f"{dav.home}2000/"]
    assert list(responses(report(dav, dav.home, OWNER))) == mine
    assert list(responses(report(dav, dav.path(), OWNER))) == [dav.path("own.vcf")]
    assert list(responses(report(dav, "/dav/", OWNER))) == [principal(dav), dav.home, *mine]
    assert responses(report(dav, f"{dav.home}2000/", OWNER)) == {}


@pytest.mark.parametrize(
    "inside",
    [
        "<prop/>",
        "<self/><principal-property><owner/></principal-property>",
        "<principal-property/>",
        "<principal-property><owner/><acl/></principal-property>",
    ],
)
def test_dv_26_principal_match_is_for_one_or_the_other(dav: Dav, inside: str) -> None:
    dav.send("REPORT", "", f'<principal-match xmlns="DAV:">{inside}</principal-match>', status=400)


def test_dv_26_principal_match_without_prop_has_hrefs_alone(dav: Dav) -> None:
    body = '<principal-match xmlns="DAV:"><self/></principal-match>'
    assert only(dav.send("REPORT", "/dav/principals/", body)).found == {}


@pytest.mark.parametrize(
    ("test", "sought", "is_found"),
    [("anyof", "DAV ", True), ("anyof", "nobody", False), ("allof", "dav", False)],
)
def test_dv_26_principals_are_searched(dav: Dav, test: str, sought: str, *, is_found: bool) -> None:
    """As macOS searches: by several properties, any of which may have the text; mail addresses there are none."""
    body = (CORPUS / f"{SEARCH}.xml").read_text().replace("acme", sought).replace("anyof", test)
    every = responses(dav.send("REPORT", "/dav/principals/", body))
    assert list(every) == ([principal(dav)] if is_found else [])
    if is_found:
        assert every[principal(dav)].others == {"404": {"{http://calendarserver.org/ns/}record-type"}}


def test_dv_2_other_principals_are_not_found(dav: Dav, books: Served) -> None:
    other = account(books)
    body = (CORPUS / f"{SEARCH}.xml").read_text().replace("acme", "dav")
    assert list(responses(dav.send("REPORT", "/dav/principals/", body))) == [principal(dav)]
    assert other.sid != dav.sid


def test_dv_26_what_can_be_searched(dav: Dav) -> None:
    answer = report(dav, "/dav/principals/", PROPERTIES)
    assert answer.status_code == 200
    tree = etree.fromstring(answer.content)
    assert tree.tag == "{DAV:}principal-search-property-set"
    assert [(it.find("{DAV:}prop")[0].tag, it.findtext("{DAV:}description")) for it in tree] == [
        ("{DAV:}displayname", "Name of the account")
    ]


def test_dv_26_expand_property_has_what_is_there_in_place_of_hrefs(dav: Dav) -> None:
    answer = only(report(dav, principal(dav), EXPAND))
    (inner,) = answer.found["principal-URL"]
    assert inner.tag == "{DAV:}response"
    assert inner.findtext("{DAV:}href") == principal(dav)
    assert inner.findtext("{DAV:}propstat/{DAV:}prop/{DAV:}displayname").startswith("Dav ")
    missing = inner.findall("{DAV:}propstat")[1]
    assert missing.find("{DAV:}prop")[0].tag == "{http://calendarserver.org/ns/}calendar-proxy-read-for"
    assert len(answer.found["group-membership"]) == 0


def test_dv_26_expand_property_goes_on_at_any_depth(dav: Dav) -> None:
    body = (
        '<expand-property xmlns="DAV:"><property name="owner"><property name="addressbook-home-set" '
        'namespace="urn:ietf:params:xml:ns:carddav"><property name="displayname"/><property name="owner"/></property>'
        '</property><property name="displayname"/></expand-property>'
    )
    answer = only(dav.send("REPORT", "", body))
    assert text(answer, "displayname") == "Campaign 1000" or answer.found["displayname"].text
    home = answer.found["owner"].find(f".//{C}addressbook-home-set/{{DAV:}}response")
    assert home.findtext("{DAV:}href") == dav.home
    assert home.findtext(".//{DAV:}owner/{DAV:}href") == principal(dav)


def test_what_a_client_has_set_is_not_expanded(books: Served) -> None:
    """Hrefs of the book in its own property would multiply at each level."""
    dav = account(books)
    hrefs = f"<href>{dav.path()}</href>" * 500
    dav.send(
        "PROPPATCH",
        "",
        f'<propertyupdate xmlns="DAV:"><set><prop><x>{hrefs}</x></prop></set></propertyupdate>',
        status=207,
    )
    inside = '<property name="x">' * 50 + "</property>" * 50
    answer = only(dav.send("REPORT", "", f'<expand-property xmlns="DAV:">{inside}</expand-property>'))
    assert len(answer.found["x"]) == 500
    assert {it.tag for it in answer.found["x"]} == {"{DAV:}href"}


@pytest.mark.parametrize(
    ("inside", "status"),
    [
        ("", 400),
        ("<property/>", 400),
        ('<property name=""/>', 400),
        ('<property name="a b"/>', 400),
        ('<property name="a/&gt;&lt;b"/>', 400),
        ('<property name="a:b"/>', 400),
        ('<property name="a" namespace="http://www.w3.org/2000/xmlns/"/>', 400),
        ('<property name="a" namespace=""/>', 207),
        ('<property name="ü" namespace="urn:x"/>', 207),
        ('<property name="a"/>' * 251, 413),
    ],
)
def test_dv_26_names_of_expand_property_are_names(dav: Dav, inside: str, status: int) -> None:
    answer = dav.send("REPORT", "", f'<expand-property xmlns="DAV:">{inside}</expand-property>', status=status)
    if status == 207:
        assert only(answer).others


@pytest.mark.parametrize(
    ("where", "body"),
    [
        ("", '<nothing xmlns="DAV:"/>'),
        ("", '<principal-search-property-set xmlns="DAV:"/>'),
        ("", '<principal-property-search xmlns="DAV:"/>'),
        ("/dav/", '<principal-search-property-set xmlns="DAV:"/>'),
        ("here.vcf", '<principal-match xmlns="DAV:"><self/></principal-match>'),
        ("/dav/principals/", '<sync-collection xmlns="DAV:"/>'),
    ],
)
def test_dv_26_a_report_that_is_unknown_or_elsewhere_is_refused(dav: Dav, where: str, body: str) -> None:
    dav.put("here.vcf", card(uid="urn:uuid:2f8c7f5e-0c1d-4d35-8f0b-6d9b0a1c1a01"), status=None)
    assert condition(dav.send("REPORT", where, body, status=403)) == "d:supported-report"


def test_a_report_without_a_body_is_400(dav: Dav) -> None:
    dav.send("REPORT", "", "", status=400)
