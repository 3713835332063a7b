"""Whatever methods, places, fields and bodies come together, no answer is a fault of the server (DV-30)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dav_client import card

if TYPE_CHECKING:
    from dav_client import Dav

METHODS = [
    *("GET", "HEAD", "PUT", "DELETE", "MOVE", "COPY", "MKCOL"),
    *("OPTIONS", "PROPFIND", "PROPPATCH", "REPORT", "POST", "LOCK"),
]
PLACES = [
    *("{book}", "{book}a.vcf", "{book}b.vcf", "{home}", "{home}none/", "{home}none/a.vcf", "{home}all/a.vcf"),
    *("/", "/dav/", "/dav/principals/", "/dav/principals/{sid}/", "/dav/else/"),
]
TAGS = ["*", '"a"', 'W/"a"', "a", "", '"a", "b"']
FIELDS = {
    "if-match": TAGS,
    "if-none-match": TAGS,
    "if": ["(<urn:x>)", '(["a"])', "(", "</dav/> (Not <urn:x>)", "<http://[> (<urn:x>)", "<{book}b.vcf> (<urn:x>)"],
    "destination": ["{book}c.vcf", "{home}", "x", "http://[", "{home}none/a.vcf", "{book}%zz", "http://e.org/dav/"],
    "overwrite": ["T", "F", "x"],
    "depth": ["0", "1", "infinity", "2"],
    "prefer": ["return=representation", "return=minimal", "return="],
    "content-type": ["text/vcard", "text/xml", "", "a/b;charset=x", "text/vcard;version=9"],
    "accept": ["text/vcard;version=4.0", "text/vcard;q=9.9.9", "*/*"],
    "content-range": ["bytes 0-1/2"],
}
BODIES = [None, card("Ann Poe", "ann"), card("Eve Poe", "eve"), card("A B", "", "KIND:group"), b"<x/>", b"\xff", b""]


@given(
    st.sampled_from(METHODS),
    st.sampled_from(PLACES),
    st.fixed_dictionaries({}, optional={name: st.sampled_from(values) for name, values in FIELDS.items()}),
    st.sampled_from(BODIES),
)
@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_request_is_a_fault_of_the_server(
    sqlite_dav: Dav, method: str, place: str, fields: dict[str, str], body: bytes | None
) -> None:
    named = {"book": sqlite_dav.path(), "home": sqlite_dav.home, "sid": sqlite_dav.sid}
    headers = {name: value.format(**named) for name, value in fields.items()}
    answer = sqlite_dav.send(method, place.format(**named), body, headers)
    assert answer.status_code < 500, answer.text
    if answer.status_code == 403 and method != "HEAD":
        assert b"<d:error" in answer.content
    if answer.status_code == 405:
        assert answer.headers["allow"]
