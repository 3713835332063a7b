"""The front door: what is the same for every request, whichever mount answers it."""

from __future__ import annotations

import base64
import logging
import re
from collections import Counter
from typing import TYPE_CHECKING

import httpx2
import pytest

from cardwright import metrics
from cardwright.errors import BusyError
from cardwright.http import heads
from cardwright.http.exchange import current_id
from cardwright.http.front import Front, Mount
from front_door import answered, behind_the_front, scope_of
from partner_client import prepare
from serving import serve, until

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cardwright.http.asgi import Receive, Scope, Send
    from serving import Served

JOHN = {"action": "createcontact", "name": {"first-name": "John"}}
NEW_ID = re.compile("[0-9a-f]{16}")


@pytest.fixture(scope="module")
def logging_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with serve(tmp_path_factory.mktemp("data"), "--access-log") as served:
        prepare(served)
        yield served


ASKED = {
    "a card": ("POST", "/api/v2", 200),
    "a card without a key": ("POST", "/api/v2?keyless", 401),
    "another method": ("GET", "/api/v2", 405),
    "a company": ("GET", "/Advertisers/{sid}/CompanyInformation", 200),
    "another account": ("GET", "/Advertisers/nobody/CompanyInformation", 404),
    "an unknown path of a surface": ("GET", "/Advertisers/{sid}/Nothing", 404),
    "health": ("GET", "/healthz", 200),
    "the description": ("GET", "/openapi.json", 200),
    "nothing": ("GET", "/nothing", 404),
    "a head that is too large": ("GET", "/healthz?large", 431),
}


def ask(server: Served, method: str, path: str, **headers: str) -> httpx2.Response:
    basic = base64.b64encode(f"{server.sid}:{server.token}".encode()).decode()
    mine = {"Authorization": f"Basic {basic}", **headers}
    if "large" in path:
        mine["X"] = "a" * 65_536
    if "keyless" not in path:
        mine["x-api-key"] = server.key
    body = {"json": JOHN} if method == "POST" else {}
    return httpx2.request(method, server.url + path.format(sid=server.sid), headers=mine, **body)


@pytest.mark.parametrize(("method", "path", "status"), ASKED.values(), ids=ASKED)
def test_pc_7_and_cc_32a_every_answer_has_an_id_and_a_sane_one_is_kept(
    server: Served, method: str, path: str, status: int
) -> None:
    answer = ask(server, method, path)
    assert (answer.status_code, bool(NEW_ID.fullmatch(answer.headers["x-request-id"]))) == (status, True)
    answer = ask(server, method, path, **{"X-Request-Id": "a-Trace:1/2"})
    assert (answer.status_code, answer.headers.get_list("x-request-id")) == (status, ["a-Trace:1/2"])


@pytest.mark.parametrize("sent", ["", "a b", "a" * 129, 'x"y', "caf\u00e9"])
def test_an_id_that_would_spoil_a_log_is_replaced(server: Served, sent: str) -> None:
    answer = httpx2.get(f"{server.url}/healthz", headers=[(b"X-Request-Id", sent.encode())])
    assert NEW_ID.fullmatch(answer.headers["x-request-id"])


@pytest.mark.parametrize(
    ("path", "status"),
    [("/api/v2/", 200), ("//api//v2", 200), ("/api/v2?version=4.0", 200), ("/api/v2/x", 404), ("/api", 404)],
)
def test_cc_32a_slashes_that_do_no_harm_are_understood(server: Served, path: str, status: int) -> None:
    assert ask(server, "POST", path).status_code == status


@pytest.mark.parametrize("path", ["//Advertisers/{sid}/CompanyInformation", "/Advertisers/{sid}/CompanyInformation/"])
def test_pc_1_slashes_that_do_no_harm_are_understood(server: Served, path: str) -> None:
    assert ask(server, "GET", path).json()["AccountSID"] == server.sid


@pytest.mark.parametrize("path", ["/Advertisers", "/Advertisers/", "/Advertisers/{sid}/x/y"])
def test_an_unknown_path_of_a_surface_is_answered_as_that_does(server: Served, path: str) -> None:
    assert ask(server, "GET", path).json()["Status"] == "ERROR"


@pytest.mark.parametrize("method", ["POST", "GET"])
@pytest.mark.parametrize("path", ["/api/v2?keyless", "/Advertisers/{sid}/CompanyInformation"])
def test_a_cookie_opens_no_interface(server: Served, method: str, path: str) -> None:
    cookie = f"session={server.token}; token={server.token}; api-key={server.key}; Authorization={server.sid}"
    answer = httpx2.request(method, server.url + path.format(sid=server.sid), headers={"Cookie": cookie}, json=JOHN)
    assert answer.status_code == (405 if (method, path[:4]) == ("GET", "/api") else 401)


def test_a_mount_takes_no_credential_of_another(server: Served) -> None:
    """createcontact takes the key and not Basic; partner contacts Basic, with the token and not the key."""
    basic = base64.b64encode(f"{server.sid}:{server.token}".encode()).decode()
    answer = httpx2.post(f"{server.url}/api/v2", headers={"Authorization": f"Basic {basic}"}, json=JOHN)
    assert answer.json()["error-code"] == "E103"
    company = f"{server.url}/Advertisers/{server.sid}/CompanyInformation"
    assert httpx2.get(company, headers={"x-api-key": server.key}).status_code == 401
    assert httpx2.get(company, auth=(server.sid, server.key)).status_code == 401


@pytest.mark.parametrize(
    ("version", "hosts", "status"),
    [
        ("1.0", [], 200),
        ("1.0", [b""], 200),
        ("1.1", [], 400),
        ("1.1", [b""], 400),
        ("1.1", [b"a"], 200),
        ("1.1", [b"a", b"b"], 400),
        ("1.0", [b"a", b"a"], 400),
        ("1.0", [b"a b"], 400),
        ("2", [], 200),
        *[
            ("1.1", [host], 200)
            for host in (b"a_b.c-d:80", b"[::1]:80", b"[fe80::1%25x]", b"a,b", b"xn--a:", b"a" * 300)
        ],
        *[
            ("1.1", [host], 400)
            for host in (b"a b", b"a/", b"u@a", b"a:x", b"[::1", b":80", b"\xc3\xa9", b"a\tb", b"?")
        ],
    ],
)
async def test_a_request_has_one_host(version: str, hosts: list[bytes], status: int) -> None:
    scope = scope_of(http_version=version) | {"headers": [(b"host", host) for host in hosts]}
    for _ in range(2):
        start, _ = await answered(behind_the_front(_fine), scope)
        assert start["status"] == status


async def test_thousands_of_hosts_are_not_all_remembered() -> None:
    for number in range(2_500):
        await answered(behind_the_front(_fine), scope_of() | {"headers": [(b"host", b"h%d" % number)]})
    assert 0 < len(heads._hosts) <= 1_000  # noqa: SLF001 - what grows


@pytest.mark.parametrize(
    ("codings", "status"),
    [
        ([b"chunked"], 200),
        ([b", Chunked\t"], 200),
        ([b"gzip, chunked"], 501),
        ([b"gzip", b"chunked"], 501),
        ([b"chunked", b"chunked"], 501),
        ([b"chunked, gzip"], 501),
        ([b""], 501),
    ],
)
async def test_a_body_in_another_coding_is_refused(codings: list[bytes], status: int) -> None:
    """RFC 9112 section 6.1: read as it stands, it would be something else."""
    fields = [(b"transfer-encoding", coding) for coding in codings]
    start, _ = await answered(behind_the_front(_fine), scope_of("POST", headers=fields))
    assert start["status"] == status


async def _fine(_scope: Scope, _receive: Receive, send: Send) -> None:
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": b"fine"})


async def test_what_a_mount_has_no_words_for_is_logged_under_the_id_and_answered(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async def broken(_scope: Scope, _receive: Receive, _send: Send) -> None:
        raise BusyError("private")

    front = Front(_fine)
    front.mount(Mount("partner", "/b/", broken))
    start, rest = await answered(front, scope_of(path="/b/private", headers=[(b"x-request-id", b"seven")]))
    assert (start["status"], dict(start["headers"])[b"x-request-id"]) == (500, b"seven")
    assert "the partner mount failed" in caplog.text
    assert current_id.get() == b"seven"
    assert b"private" not in rest["body"]


async def test_an_answer_that_breaks_in_the_middle_is_broken_off() -> None:
    async def broken(scope: Scope, receive: Receive, send: Send) -> None:
        await _fine(scope, receive, send)
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await answered(behind_the_front(broken), scope_of())


async def test_requests_are_counted_by_mount_and_status() -> None:
    before = counted()
    front = Front(_fine)
    front.mount(Mount("createcontact", "/one", _fine), Mount("partner", "/many/", _fine))
    for path in ("/one", "/one/", "/many/a", "/many/b", "/many", "/else"):
        await answered(front, scope_of(path=path))
    await answered(front, scope_of() | {"headers": []})
    expected = {("createcontact", 200): 2, ("partner", 200): 3, ("none", 200): 1, ("none", 400): 1}
    assert counted() - before == expected
    assert front.answered == 7
    assert not front.under_way


def counted() -> Counter[tuple[str | int, ...]]:
    """Return the requests of this process by surface and status."""
    return Counter({labels: int(sum(numbers[:-1])) for labels, numbers in metrics.REQUEST_SECONDS.values()})


def test_the_access_log_has_route_status_and_id_and_nothing_of_what_was_sent(logging_server: Served) -> None:
    secret = "Wile"
    contacts = f"/Advertisers/{logging_server.sid}/Campaigns/1000/Contacts"
    answers = [
        ask(logging_server, "GET", f"{contacts}?Search={secret}", **{"X-Request-Id": "list"}),
        ask(logging_server, "GET", f"{contacts}/{secret}", **{"X-Request-Id": "one"}),
        ask(logging_server, "POST", f"/api/v2?{secret}", **{"X-Request-Id": "card"}),
        ask(logging_server, "GET", f"/{secret}", **{"X-Request-Id": "none"}),
    ]
    assert [answer.status_code for answer in answers] == [200, 404, 200, 404]
    path = logging_server.data / "server.log"
    until(lambda: path.read_text().count(" GET - 404 ") == 1)  # a line is written when the answer is on its way
    log = path.read_text()
    lines = {line.split()[-1]: line for line in log.splitlines() if "cardwright.access" in line}
    campaign = "GET /Advertisers/{sid}/Campaigns/{campaign}"
    for name, expected in {
        "list": rf"{re.escape(campaign)}/Contacts 200 [0-9.]+ ms",
        "one": rf"{re.escape(campaign)}/Contacts/{{contact_id}} 404 [0-9.]+ ms",
        "card": r"POST /api/v2 200 [0-9.]+ ms",
        "none": r"GET - 404 [0-9.]+ ms",
    }.items():
        assert re.search(f" {expected}, request {name}$", lines[name]), lines[name]
    assert secret not in log
    assert logging_server.sid not in log


def test_there_is_no_access_log_unless_it_is_asked_for(server: Served) -> None:
    assert ask(server, "GET", "/healthz", **{"X-Request-Id": "unlogged"}).status_code == 200
    assert "unlogged" not in (server.data / "server.log").read_text()
    assert not logging.getLogger("cardwright.access").isEnabledFor(logging.INFO)
