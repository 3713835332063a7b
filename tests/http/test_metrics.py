"""`/metrics`: the table of metrics, counted by all workers together, and who may read it."""

from __future__ import annotations

import multiprocessing
import os
import signal
from ipaddress import ip_network
from typing import TYPE_CHECKING, Any

import falcon.asgi
import httpx2
import pytest
from prometheus_client.openmetrics.parser import text_string_to_metric_families as read_openmetrics
from prometheus_client.parser import text_string_to_metric_families as read_text

from cardwright import metrics
from cardwright.http.front import Front
from cardwright.http.health import Ready
from cardwright.http.metrics import PATH, Metrics
from cardwright.http.trusted_proxies import TrustedProxies
from createcontact_client import post
from front_door import answered, scope_of
from partner_client import WILE, client, prepare
from peers import images
from pictures import jpeg
from serving import Served, serve, until

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

FORK = multiprocessing.get_context("fork")
JOHN = {"action": "createcontact", "name": {"first-name": "John", "last-name": "Appleseed"}}
OPENMETRICS = "application/openmetrics-text; version=1.0.0"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with serve(tmp_path_factory.mktemp("data"), "--workers", "2", "--fetch-allow", "127.0.0.1/32") as server:
        prepare(server)
        yield server


def values(server: Served) -> dict[str, float]:
    """Return the samples of a scrape as they stand there: `cardwright_fetches_total{result="fetched"}`."""
    answer = httpx2.get(f"{server.url}{PATH}")
    assert answer.status_code == 200
    return {
        sample.name + "".join(f"[{value}]" for _, value in sorted(sample.labels.items())): sample.value
        for family in read_text(answer.text)
        for sample in family.samples
    }


def test_what_the_server_did_is_counted_whichever_worker_did_it(server: Served) -> None:
    for _ in range(20):
        assert post(server, JOHN).status_code == 200
    assert post(server, b"{").status_code == 400
    paths = [client(server).create(WILE | {"EmailAddress": f"wile{number}@example.com"}) for number in range(10)]
    with images.serving() as source:
        source.replies["/john.jpg"] = images.ok(jpeg())
        assert post(server, JOHN | {"photo-url": source.url("/john.jpg")}).status_code == 200
        assert post(server, JOHN | {"photo-url": source.url("/none.jpg")}).status_code == 400
    assert post(server, JOHN | {"photo-url": "http://10.0.0.1/john.jpg"}).status_code == 400
    expected = {
        "cardwright_request_seconds_count[200][createcontact]": 21,
        "cardwright_request_seconds_bucket[+Inf][200][createcontact]": 21,
        "cardwright_request_seconds_count[400][createcontact]": 3,
        "cardwright_request_seconds_count[200][partner]": len(paths),
        "cardwright_photo_seconds_count[render]": 1,
        "cardwright_fetches_total[fetched]": 1,
        "cardwright_fetches_total[failed]": 1,
        "cardwright_fetches_total[refused]": 1,
        "cardwright_units_waiting": 0,
        "cardwright_store_up": 1,
        "cardwright_commit_failures_total": 0,
    }
    until(lambda: values(server).items() >= expected.items())  # a request is counted when its answer is on its way
    counted = values(server)
    assert counted["cardwright_commit_units_sum"] >= len(paths)
    assert counted["cardwright_commit_seconds_count"] == counted["cardwright_commit_units_count"] >= 1


def test_nobody_is_named_in_it(server: Served) -> None:
    path = client(server).create(WILE | {"EmailAddress": "hidden@example.com"})
    httpx2.get(f"{server.url}/no/such/private-path?q=private-query")
    text = httpx2.get(f"{server.url}{PATH}").text
    private = (server.sid, server.token, server.key, "private", "hidden", "Coyote", "/Advertisers", f"Contacts{path}")
    assert [word for word in private if word in text] == []


@pytest.mark.parametrize(
    ("accept", "media_type"),
    [("", "text/plain"), ("*/*", "text/plain"), (OPENMETRICS, "application/openmetrics-text"), (",;=q", "text/plain")],
)
def test_the_form_is_the_one_that_is_asked_for(server: Served, accept: str, media_type: str) -> None:
    answer = httpx2.get(f"{server.url}{PATH}", headers={"Accept": accept})
    assert answer.headers["content-type"].startswith(media_type)
    read: Callable[[str], Any] = read_openmetrics if "openmetrics" in media_type else read_text
    names = {family.name for family in read(answer.text)}
    assert {metric.name for metric in metrics.TABLE} <= names
    assert httpx2.head(f"{server.url}{PATH}").status_code == 200


def test_the_counts_of_a_killed_worker_stay_and_the_next_goes_on(tmp_path: Path) -> None:
    made = "cardwright_request_seconds_count[200][createcontact]"
    with serve(tmp_path, "--workers", "1") as server:
        for _ in range(5):
            post(server, JOHN)
        until(lambda: values(server)[made] == 5)
        (worker,) = workers_of(server.process.pid)
        os.kill(worker, signal.SIGKILL)
        until(lambda: workers_of(server.process.pid) not in ([], [worker]) and answers(server))
        for _ in range(5):
            post(server, JOHN)
        until(lambda: values(server)[made] == 10)


def workers_of(pid: int) -> list[int]:
    with open(f"/proc/{pid}/task/{pid}/children") as children:  # noqa: PTH123 - no file of ours
        return [int(it) for it in children.read().split()]


def answers(server: Served) -> bool:
    try:
        return httpx2.get(f"{server.url}/healthz").status_code == 200
    except httpx2.TransportError:
        return False


def _work(worker: int, waiting: int) -> None:
    metrics.join(worker)
    for _ in range(100):
        metrics.FETCHES.count("fetched")
        metrics.COMMIT_UNITS.observe(3)
    metrics.UNITS_WAITING.set(waiting)


def test_processes_count_together_and_a_gauge_is_that_of_the_living() -> None:
    metrics.share(2)
    try:
        for _ in range(2):  # the second time in the places of those that have ended
            workers = [FORK.Process(target=_work, args=(number, 7)) for number in (1, 2)]
            for worker in workers:
                worker.start()
            for worker in workers:
                worker.join()
        metrics.UNITS_WAITING.set(4)
        assert dict(metrics.FETCHES.values())["fetched",] == [400]
        ((_, units),) = metrics.COMMIT_UNITS.values()
        assert (units[metrics.COMMIT_UNITS.bounds.index(4)], units[-1]) == (400, 1200)
        assert list(metrics.UNITS_WAITING.values()) == [((), [4])]
    finally:
        metrics.share(1)


LOCAL, NEAR, FAR, PROXY = ("127.0.0.1", 4711), ("10.1.0.7", 4711), ("192.0.2.1", 4711), ("10.0.0.2", 4711)
HOST = (b"host", b"127.0.0.1:8000")


@pytest.mark.parametrize(
    ("peer", "headers", "version", "status"),
    [
        pytest.param(LOCAL, [HOST], "1.1", 200, id="loopback"),
        pytest.param(("::1", 4711), [(b"host", b"[::1]:8000")], "1.1", 200, id="loopback of IPv6"),
        pytest.param(LOCAL, [(b"host", b"LOCALHOST")], "1.1", 200, id="loopback by its name"),
        pytest.param(FAR, [HOST], "1.1", 403, id="somebody else"),
        pytest.param(NEAR, [(b"host", b"contacts.example")], "1.1", 200, id="a network that is allowed"),
        pytest.param(LOCAL, [(b"host", b"evil.example")], "1.1", 403, id="a web page whose name leads here"),
        pytest.param(LOCAL, [HOST, (b"x-forwarded-for", b"127.0.0.1")], "1.1", 403, id="a proxy that is not trusted"),
        pytest.param(NEAR, [HOST, (b"forwarded", b"for=10.1.0.7")], "1.1", 403, id="another, with Forwarded"),
        pytest.param(LOCAL, [HOST, (b"via", b"1.1 cache")], "1.1", 403, id="another, with Via"),
        pytest.param(LOCAL, [HOST, (b"x-real-ip", b"127.0.0.1")], "1.1", 403, id="another, with X-Real-IP"),
        pytest.param(LOCAL, [HOST], "1", 403, id="nginx as it comes, which speaks HTTP/1.0"),
        pytest.param(PROXY, [HOST, (b"x-forwarded-for", b"127.0.0.1")], "1.1", 200, id="loopback of a trusted proxy"),
        pytest.param(PROXY, [HOST, (b"x-forwarded-for", b"10.1.0.7")], "1", 200, id="allowed, by a trusted proxy"),
        pytest.param(PROXY, [HOST, (b"x-forwarded-for", b"127.0.0.1, 192.0.2.1")], "1.1", 403, id="its own word"),
        pytest.param(
            PROXY,
            [HOST, (b"x-forwarded-for", b"10.1.0.7"), (b"forwarded", b"for=127.0.0.1")],
            "1.1",
            403,
            id="two words",
        ),
    ],
)
async def test_who_may_read_it(
    peer: tuple[str, int], headers: list[tuple[bytes, bytes]], version: str, status: int
) -> None:
    async def ready() -> None:
        pass

    service = falcon.asgi.App()
    service.add_route(PATH, Metrics(Ready(ready), [ip_network("10.1.0.0/16")]))
    front = Front(service, TrustedProxies([ip_network("10.0.0.2/32")]))
    scope = scope_of(path=PATH) | {"client": peer, "headers": headers, "http_version": version}
    start, _ = await answered(front, scope)
    assert start["status"] == status
