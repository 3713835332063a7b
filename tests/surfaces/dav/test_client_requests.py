"""The requests of phones and mail programs as they send them, and what each goes on from in the answer, as one table.

Their bodies stand in `tests/corpus/xml`: DAVx5, iOS, macOS, Thunderbird, Evolution, Outlook CalDav Synchronizer,
vdirsyncer.
"""

from __future__ import annotations

from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, NamedTuple

import pytest

from cardwright.surfaces.dav.names import CS, INF, C
from dav_client import account, card
from surfaces.dav.multistatus_reading import responses

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dav_client import Dav
    from serving import Served

CORPUS: Final = Path(__file__).parents[2] / "corpus" / "xml"
APPLE: Final = {"prefer": "return=minimal", "brief": "t", "content-type": "text/xml"}
DAVX5: Final = {"content-type": "application/xml; charset=utf-8"}
RIGHTS: Final = "current-user-privilege-set"


class Case(NamedTuple):
    """A PROPFIND of a client."""

    body: str
    where: str
    depth: str
    found: dict[str, set[str]]
    """What the client goes on from: properties by the kind of place that must have them."""
    headers: Mapping[str, str] = MappingProxyType({})


CASES: Final = (
    Case("apple-discovery", "/", "0", {"root": {"current-user-principal", "resourcetype"}}, APPLE),
    Case("apple-discovery", "root", "0", {"root": {"current-user-principal", "resourcetype"}}, APPLE),
    Case(
        "apple-discovery",
        "principal",
        "0",
        {"principal": {"current-user-principal", "principal-URL", "resourcetype"}},
        APPLE,
    ),
    Case(
        "apple-principal",
        "principal",
        "0",
        {
            "principal": {
                *("displayname", "principal-collection-set", "principal-URL", "supported-report-set"),
                f"{C}addressbook-home-set",
            }
        },
        APPLE,
    ),
    Case(
        "apple-home",
        "home",
        "1",
        {
            "home": {RIGHTS, "displayname", "owner", "resourcetype", "supported-report-set"},
            "book": {
                *(RIGHTS, "displayname", "owner", "resourcetype", "supported-report-set", "sync-token"),
                f"{C}max-resource-size",
            },
        },
        APPLE,
    ),
    Case("apple-book", "book", "0", {"book": {f"{CS}getctag", "sync-token"}}, APPLE),
    Case(
        "apple-etags",
        "book",
        "1",
        {"book": {"resourcetype"}, "card": {"getetag", "getcontenttype", "resourcetype"}},
        APPLE,
    ),
    Case("davx5-discovery", "root", "0", {"root": {"current-user-principal", "resourcetype", RIGHTS}}, DAVX5),
    Case(
        "davx5-discovery",
        "principal",
        "0",
        {"principal": {"current-user-principal", "displayname", f"{C}addressbook-home-set"}},
        DAVX5,
    ),
    Case(
        "davx5-home",
        "home",
        "1",
        {
            "home": {"resourcetype", "displayname", "owner", RIGHTS},
            "book": {"resourcetype", "displayname", "owner", RIGHTS, f"{C}supported-address-data"},
        },
        DAVX5,
    ),
    Case(
        "davx5-book",
        "book",
        "0",
        {
            "book": {
                *("supported-report-set", "sync-token", f"{CS}getctag"),
                *(f"{C}max-resource-size", f"{C}supported-address-data"),
            }
        },
        DAVX5,
    ),
    Case("thunderbird-discovery", "/", "0", {"root": {"resourcetype", "current-user-principal", RIGHTS}}),
    Case("thunderbird-discovery", "principal", "0", {"principal": {"resourcetype", f"{C}addressbook-home-set"}}),
    Case(
        "thunderbird-discovery",
        "home",
        "1",
        {"home": {"resourcetype"}, "book": {"resourcetype", "displayname", RIGHTS}},
    ),
    Case(
        "thunderbird-book",
        "book",
        "1",
        {"book": {"resourcetype", f"{CS}getctag"}, "card": {"resourcetype", "getetag"}},
    ),
    Case("thunderbird-token", "book", "0", {"book": {"displayname", "sync-token", f"{CS}getctag"}}),
    Case("evolution-discovery", "/", "0", {"root": {"current-user-principal", "resourcetype"}}),
    Case(
        "evolution-discovery",
        "principal",
        "0",
        {"principal": {"current-user-principal", "principal-URL", "resourcetype", f"{C}addressbook-home-set"}},
    ),
    Case(
        "evolution-home",
        "home",
        "1",
        {"home": {"resourcetype"}, "book": {"resourcetype", "displayname", "supported-report-set", "owner"}},
    ),
    Case("evolution-book", "book", "0", {"book": {f"{CS}getctag", RIGHTS}}),
    Case(
        "outlook-home",
        "home",
        "1",
        {"home": {"resourcetype"}, "book": {"resourcetype", "displayname", RIGHTS, "supported-report-set"}},
    ),
    Case("outlook-etags", "book", "1", {"book": set(), "card": {"getetag", "getcontenttype"}}),
    Case(
        "vdirsyncer-book",
        "book",
        "1",
        {"book": {"resourcetype"}, "card": {"resourcetype", "getcontenttype", "getetag"}},
    ),
)


@pytest.fixture(scope="module")
def filled(books: Served) -> Dav:
    """An account with one book, which has one card."""
    dav = account(books)
    dav.put("ann.vcf", card())
    return dav


@pytest.mark.parametrize("case", CASES, ids=[f"{case.body} at {case.where}" for case in CASES])
def test_a_client_finds_what_it_goes_on_from(filled: Dav, case: Case) -> None:
    places = {
        "root": "/dav/",
        "principal": f"/dav/principals/{filled.sid}/",
        "home": filled.home,
        "book": filled.path(),
        "card": filled.path("ann.vcf"),
    }
    body = (CORPUS / f"{case.body}.xml").read_bytes()
    answer = filled.send("PROPFIND", places.get(case.where, case.where), body, {"depth": case.depth, **case.headers})
    said = responses(answer)
    assert set(said) == {places[kind] for kind in case.found}
    for kind, names in case.found.items():
        response = said[places[kind]]
        assert names <= set(response.found), kind
        assert not response.others or case.headers is not APPLE
        assert set(response.others) <= {"404"}


def test_a_colour_is_told_as_it_was_set(filled: Dav) -> None:
    filled.send("PROPPATCH", "", (CORPUS / "inf-colour.xml").read_bytes(), status=207)
    body = (CORPUS / "outlook-home.xml").read_bytes()
    said = responses(filled.send("PROPFIND", filled.home, body, {"depth": "1"}))
    assert said[filled.path()].found[f"{INF}addressbook-color"].text == "#ff8800"
