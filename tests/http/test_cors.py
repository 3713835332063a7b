"""Pages of other origins may ask what they are allowed to, without the browser's own credentials, and nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING

import httpx2
import pytest

from cardwright.errors import InvalidError
from cardwright.http.cors import Cors
from cardwright.limits import HEAD
from partner_client import client, prepare
from serving import serve

if TYPE_CHECKING:
    from collections.abc import Iterator

    from serving import Served

ORIGIN, OTHER = "https://app.example.com", "http://localhost:3000"
ALLOW, EXPOSE = "access-control-allow-origin", "access-control-expose-headers"
SURFACES = ("/api/v2", "/Advertisers/{sid}/Campaigns/1000/Contacts", "/openapi.json")
CLOSED = ("/healthz", "/readyz", "/", "/nothing", "/metrics", "/c/x", "/dav/")


@pytest.fixture(scope="module")
def open_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with serve(tmp_path_factory.mktemp("data"), "--cors-origin", ORIGIN, "--cors-origin", OTHER) as served:
        prepare(served)
        yield served


def preflight(server: Served, path: str, origin: str, method: str = "POST") -> httpx2.Response:
    headers = {
        "Origin": origin,
        "Access-Control-Request-Method": method,
        "Access-Control-Request-Headers": "authorization,content-type,x-api-key,if-match,idempotency-key",
    }
    return httpx2.options(server.url + path.format(sid=server.sid), headers=headers)


@pytest.mark.parametrize("origin", [ORIGIN, OTHER, "HTTPS://App.Example.com"])
@pytest.mark.parametrize("path", SURFACES)
def test_a_preflight_is_answered_without_credentials(open_server: Served, path: str, origin: str) -> None:
    answer = preflight(open_server, path, origin)
    assert (answer.status_code, answer.headers[ALLOW]) == (204, origin)
    assert {"PUT", "DELETE", "POST"} <= set(answer.headers["access-control-allow-methods"].split(", "))
    allowed = set(answer.headers["access-control-allow-headers"].lower().split(", "))
    assert {"authorization", "content-type", "x-api-key", "if-match", "idempotency-key"} <= allowed
    assert "Origin" in answer.headers["vary"]
    assert answer.headers["x-request-id"]


@pytest.mark.parametrize("path", SURFACES)
@pytest.mark.parametrize("origin", ["https://evil.example", f"{ORIGIN}.evil.example", "null", ""])
def test_another_origin_is_told_nothing(open_server: Served, path: str, origin: str) -> None:
    answers = [preflight(open_server, path, origin), ask(open_server, path, origin)]
    for answer in answers:
        assert not [name for name in answer.headers if name.startswith("access-control-")]
        assert "Origin" in answer.headers["vary"]
    assert answers[0].status_code != 204


def ask(server: Served, path: str, origin: str | None) -> httpx2.Response:
    headers = {"Origin": origin} if origin is not None else {}
    ours = client(server)
    return httpx2.get(server.url + path.format(sid=server.sid), headers=headers, auth=(ours.sid, ours.token))


@pytest.mark.parametrize(("path", "status"), [*zip(SURFACES, (405, 200, 200), strict=True)])
def test_an_answer_and_a_refusal_can_be_read_by_the_page(open_server: Served, path: str, status: int) -> None:
    answer = ask(open_server, path, ORIGIN)
    assert (answer.status_code, answer.headers[ALLOW]) == (status, ORIGIN)
    exposed = set(answer.headers[EXPOSE].split(", "))
    assert {"ETag", "X-Request-Id", "Retry-After", "X-RateLimit-Remaining", "X-Cardwright-Warning"} <= exposed
    assert "Origin" in ", ".join(answer.headers.get_list("vary"))
    for more in ({}, {"X": "a" * HEAD.value}):  # the second is refused before anybody reads it
        refused = httpx2.get(open_server.url + path.format(sid="nobody"), headers={"Origin": ORIGIN, **more})
        assert (refused.status_code == 431, refused.headers[ALLOW]) == (bool(more), ORIGIN)


@pytest.mark.parametrize("path", SURFACES)
def test_caches_are_told_that_the_origin_matters_also_where_there_is_none(open_server: Served, path: str) -> None:
    answer = ask(open_server, path, None)
    assert "Origin" in ", ".join(answer.headers.get_list("vary"))
    assert ALLOW not in answer.headers


@pytest.mark.parametrize("path", CLOSED)
def test_nothing_else_is_open_to_pages(open_server: Served, path: str) -> None:
    for answer in (preflight(open_server, path, ORIGIN), ask(open_server, path, ORIGIN)):
        assert not [name for name in answer.headers if name.startswith("access-control-")]


@pytest.mark.parametrize("path", SURFACES)
def test_it_is_off_unless_it_is_asked_for(server: Served, path: str) -> None:
    for answer in (preflight(server, path, ORIGIN), ask(server, path, ORIGIN)):
        assert not [name for name in answer.headers if name.startswith("access-control-")]
        assert "Origin" not in answer.headers.get("vary", "")


def test_the_credentials_of_the_browser_are_never_allowed(open_server: Served) -> None:
    for path in SURFACES:
        for answer in (preflight(open_server, path, ORIGIN), ask(open_server, path, ORIGIN)):
            assert "access-control-allow-credentials" not in answer.headers


def test_every_origin() -> None:
    cors = Cors(["*"])
    assert (b"access-control-allow-origin", b"*") in cors.fields({b"origin": b"https://anybody.example"})
    assert cors.preflight("OPTIONS", {b"origin": b"null", b"access-control-request-method": b"GET"})
    assert cors.preflight("OPTIONS", {b"origin": b"https://anybody.example"}) is None


@pytest.mark.parametrize(
    "origin", ["app.example.com", "https://app.example.com/", "https://", "ftp://a", "https://a b", "", "null"]
)
def test_what_is_no_origin_is_named(origin: str) -> None:
    with pytest.raises(InvalidError, match="cors-origin"):
        Cors([origin])


@pytest.mark.parametrize("origin", ["http://localhost", "https://[::1]:3000", "https://xn--bcher-kva.example:8443"])
def test_what_is_one(origin: str) -> None:
    assert Cors([origin]).fields({b"origin": origin.encode()})[1:]
