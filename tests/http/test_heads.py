"""The head of a request: its limits on both sides, against the real server, and what HTTP/1.0 gets."""

from __future__ import annotations

import base64
import re
import socket
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest

from cardwright.http.asgi import headers_of
from cardwright.limits import ACCEPT, CONTENT_TYPE, FIELDS, HEAD, PART_HEAD, QUERY
from probing import at_most_linear, beside, cpu_seconds
from serving import START_SECONDS

if TYPE_CHECKING:
    from serving import Served

JOHN = b'{"action": "createcontact", "name": {"first-name": "John"}}'
WILE = b"FirstName=Wile&LastName=Coyote&EmailAddress=wile@example.com&Accounts=10000"
FORM = "application/x-www-form-urlencoded"


def sent(server: Served, head: str, body: bytes = b"") -> bytes:
    """Send a head as it is, its end and a body, and return all that comes back until the connection ends."""
    where = urlsplit(server.url)
    assert where.hostname
    assert where.port
    length = f"Content-Length: {len(body)}\r\n" if body else ""
    with socket.create_connection((where.hostname, where.port), timeout=START_SECONDS) as connection:
        connection.sendall(f"{head}\r\nConnection: close\r\n{length}\r\n".encode() + body)
        return connection.makefile("rb").read()


def status(answer: bytes) -> int:
    return int(answer.split()[1])


def basic(server: Served) -> str:
    return "Authorization: Basic " + base64.b64encode(f"{server.sid}:{server.token}".encode()).decode()


def contacts(server: Served) -> str:
    return f"/Advertisers/{server.sid}/Campaigns/1000/Contacts"


def company(server: Served) -> str:
    return f"/Advertisers/{server.sid}/CompanyInformation"


def of_size(size: int) -> str:
    """A head for /healthz of so many octets, as they are counted: target, names and values."""
    fields = {"Host": "x", "Connection": "close", "X": ""}
    rest = len("/healthz") + sum(len(name) + len(value) for name, value in fields.items())
    return f"GET /healthz HTTP/1.1\r\nHost: x\r\nX: {'a' * (size - rest)}"


@pytest.mark.parametrize(
    ("size", "expected"), [(HEAD.value, 200), (HEAD.value + 1, 431), (2 * HEAD.value, 431), (406_000, 431)]
)
def test_a_head_has_a_limit(server: Served, size: int, expected: int) -> None:
    assert status(sent(server, of_size(size))) == expected


@pytest.mark.parametrize(("count", "expected"), [(FIELDS.value, 200), (FIELDS.value + 1, 431), (20_000, 431)])
def test_a_head_has_so_many_fields(server: Served, count: int, expected: int) -> None:
    fields = "".join(f"\r\nA{number}: a" for number in range(count - 2))
    assert status(sent(server, f"GET /healthz HTTP/1.1\r\nHost: x{fields}")) == expected


@pytest.mark.parametrize(("count", "expected"), [(QUERY.value, 200), (QUERY.value + 1, 414), (15_000, 414)])
def test_a_query_has_so_many_parameters(server: Served, count: int, expected: int) -> None:
    """Each of them is taken apart and named in a warning: 15,000 held everybody for 60 ms."""
    assert status(sent(server, f"GET /healthz?{'&'.join(['a=b'] * count)} HTTP/1.1\r\nHost: x")) == expected


@pytest.mark.parametrize(
    "target",
    ["/healthz?" + "a=b&" * 16_000, "/healthz?" + "%C3%A9=&" * 8_000, "/" + "a" * 66_000, "/" + "%C3%A9" * 10_000],
)
def test_a_long_target_is_answered_or_refused(server: Served, target: str) -> None:
    assert status(sent(server, f"GET {target} HTTP/1.1\r\nHost: x")) in {200, 404, 414}


def padded(start: str, size: int) -> str:
    return f"{start}, a/".ljust(size, "b")


@pytest.mark.parametrize(
    ("size", "form"),
    [(ACCEPT.value, b"application/xml"), (ACCEPT.value + 1, b"application/json"), (60_000, b"application/json")],
)
def test_an_accept_over_its_limit_counts_as_none(server: Served, size: int, form: bytes) -> None:
    head = f"GET {company(server)} HTTP/1.1\r\nHost: x\r\n{basic(server)}\r\nAccept: "
    answer = sent(server, head + padded("application/xml", size))
    assert (status(answer), b"content-type: " + form in answer) == (200, True), answer


def test_an_accept_on_several_lines_is_one_field(server: Served) -> None:
    half = padded("application/xml", ACCEPT.value // 2 + 1)
    head = f"GET {company(server)} HTTP/1.1\r\nHost: x\r\n{basic(server)}"
    assert b"content-type: application/json" in sent(server, f"{head}\r\nAccept: {half}\r\nAccept: {half}")


@pytest.mark.parametrize(("size", "version"), [(ACCEPT.value, b"4.0"), (ACCEPT.value + 1, b"3.0")])
def test_createcontact_takes_the_version_of_an_accept_within_its_limit(
    server: Served, size: int, version: bytes
) -> None:
    head = f"POST /api/v2 HTTP/1.1\r\nHost: x\r\nx-api-key: {server.key}\r\nAccept: "
    assert b"VERSION:" + version in sent(server, head + padded("text/vcard; version=4.0", size), JOHN)


@pytest.mark.parametrize("path", ["/nothing", "/healthz", "/Advertisers/x/Campaigns"])
def test_who_sends_no_credentials_holds_nobody_up_with_an_accept(server: Served, path: str) -> None:
    def cost(size: int) -> float:
        before = cpu_seconds(server.process.pid)
        for _ in range(5):
            sent(server, f'GET {path} HTTP/1.1\r\nHost: x\r\nAccept: a/b;x="' + ";" * size)
        return cpu_seconds(server.process.pid) - before

    with beside(server) as felt:
        tenth, whole = cost(6_000), cost(60_000)
    assert felt.failed == 0
    at_most_linear(tenth, whole)


@pytest.mark.parametrize("accept", ['a/b;x="' + ";" * 400_000, 'a/b;x="' + ";" * 40_000])
def test_the_longest_accept_that_was_an_attack(server: Served, accept: str) -> None:
    with beside(server) as felt:
        answer = sent(server, f"GET /nothing HTTP/1.1\r\nHost: x\r\nAccept: {accept}")
    assert status(answer) == (431 if len(accept) > HEAD.value else 404)
    assert felt.failed == 0


@pytest.mark.parametrize(
    ("size", "expected"), [(CONTENT_TYPE.value, 404), (CONTENT_TYPE.value + 1, 415), (60_000, 415)]
)
def test_partner_contacts_refuse_a_long_content_type(server: Served, size: int, expected: int) -> None:
    """Within the limit it is read as every other: 404, for there is no such campaign."""
    long = FORM + ";" * (size - len(FORM))
    head = f"POST {contacts(server)} HTTP/1.1\r\nHost: x\r\n{basic(server)}\r\nContent-Type: {long}"
    for _ in range(2):  # the second by a token that was seen before
        assert status(sent(server, head, WILE)) == expected


def test_createcontact_looks_at_no_content_type(server: Served) -> None:
    head = f"POST /api/v2 HTTP/1.1\r\nHost: x\r\nx-api-key: {server.key}\r\nContent-Type: "
    assert status(sent(server, head + 'a/b;x="' + ";" * 60_000, JOHN)) == 200


def part(size: int) -> bytes:
    """A form of one part, whose head has so many octets."""
    start = b'Content-Disposition: form-data; name="FirstName"; x="'
    return b"--x\r\n" + start + b";" * (size - len(start) - 1) + b'"\r\n\r\nWile\r\n--x--\r\n'


@pytest.mark.parametrize(("size", "expected"), [(PART_HEAD.value, 404), (PART_HEAD.value + 1, 400), (8_000, 400)])
def test_the_head_of_a_part_has_a_limit(server: Served, size: int, expected: int) -> None:
    """Within the limit the form is read: 404, for there is no such campaign."""
    kind = "Content-Type: multipart/form-data; boundary=x"
    answer = sent(server, f"POST {contacts(server)} HTTP/1.1\r\nHost: x\r\n{basic(server)}\r\n{kind}", part(size))
    assert (status(answer), b"a part has no head" in answer) == (expected, expected == 400), answer


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        ("GET /healthz", 200),
        ("HEAD /healthz", 200),
        ("OPTIONS /healthz", 200),
        ("GET /readyz", 200),
        ("GET /openapi.json", 200),
        ("GET /nothing", 404),
        ("GET {company}", 401),
        ("GET {company}.json", 200),
        ("POST {contacts}", 404),
        ("POST /api/v2", 200),
    ],
)
@pytest.mark.parametrize("version", ["1.0", "1.1"])
def test_http_1_0_gets_what_1_1_gets(server: Served, head: str, expected: int, version: str) -> None:
    first = f"{head.format(contacts=contacts(server), company=company(server))} HTTP/{version}"
    fields = ["x-api-key: " + server.key, f"Content-Type: {FORM}"] + (["Host: x"] if version == "1.1" else [])
    if expected != 401:
        fields.append(basic(server))
    body = {"POST /api/v2": JOHN, "POST {contacts}": WILE}.get(head, b"")
    answer = sent(server, "\r\n".join([first, *fields]), body)
    assert (answer[:9], status(answer)) == (f"HTTP/{version} ".encode(), expected), answer
    assert b"transfer-encoding: chunked" not in answer or version == "1.1"


def test_headers_of_one_name_are_joined_in_their_order() -> None:
    pairs = [(b"a", b"1"), (b"b", b"2"), (b"a", b"3"), (b"a", b"4")]
    assert headers_of({"headers": pairs}) == {b"a": b"1, 3, 4", b"b": b"2"}
    assert headers_of({"headers": pairs[:2]}) == {b"a": b"1", b"b": b"2"}


@pytest.mark.parametrize(
    "host",
    ["", "\r\nHost:", "\r\nHost: x\r\nHost: y", "\r\nHost: a b", "\r\nHost: u@a"],
    ids=["none", "empty", "two", "a space", "a user"],
)
def test_http_1_1_has_one_host(server: Served, host: str) -> None:
    """RFC 9112 section 3.2; an empty one names nobody (RFC 9110 section 4.2.1)."""
    assert status(sent(server, f"GET /healthz HTTP/1.1{host}")) == 400


def test_a_coding_that_is_not_undone_is_told(server: Served) -> None:
    """RFC 9112 section 6.1; Granian reads the chunks, whatever is in them."""
    head = "POST /api/v2 HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: gzip, chunked"
    assert status(sent(server, head, b"2\r\n{}\r\n0\r\n\r\n")) == 501


SERVICE = ["/healthz", "/readyz", "/openapi.json"]


@pytest.mark.parametrize("path", ["/", "/sign-in", *SERVICE])
@pytest.mark.parametrize("method", ["FOO", "get", "PATCH", "PROPPATCH", "TRACE"])
def test_a_verb_that_is_not_there_is_405_with_allow_whether_http_knows_it_or_not(
    server: Served, path: str, method: str
) -> None:
    answer = sent(server, f"{method} {path} HTTP/1.1\r\nHost: x")
    assert status(answer) == 405, answer
    assert re.search(rb"\r\nallow: [^\r]*OPTIONS", answer), answer


@pytest.mark.parametrize("target", ["* HTTP/1.1", "/ HTTP/1.0"])
def test_the_server_as_a_whole_can_be_asked_for_options(server: Served, target: str) -> None:
    """HAProxy's plain `option httpchk` asks `OPTIONS /` over HTTP/1.0, others `OPTIONS *`."""
    answer = sent(server, f"OPTIONS {target}\r\nHost: x")
    assert (status(answer), b"\r\nallow: GET, HEAD, OPTIONS" in answer) == (200, True), answer
