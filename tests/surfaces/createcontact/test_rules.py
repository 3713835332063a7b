"""Every rule of createcontact, as a table, against a real server."""

from __future__ import annotations

import copy
import json
import re
import socket
from typing import TYPE_CHECKING, Any

import httpx2
import pytest

from cardwright.http.body import DRAIN
from cardwright.surfaces.createcontact.routes import CreateContact
from createcontact_client import post
from front_door import answered, behind_the_front, scope_of
from serving import Served, serve, unfolded
from surfaces.createcontact.cases import (
    BAD,
    EXAMPLE,
    EXAMPLE_CARD,
    GOOD,
    Bad,
    Good,
    named,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cardwright.http.asgi import Message


pytestmark = pytest.mark.sqlite_alone("of a store it asks whose key this is, which test_keys.py asks of both")


@pytest.mark.parametrize("case", GOOD, ids=lambda case: case.rule)
def test_gives_a_card(server: Served, case: Good) -> None:
    answer = post(server, case.body, query=case.query, headers=case.headers)
    assert answer.status_code == 200, answer.text
    lines = unfolded(answer.content)
    assert (lines[0], lines[1][:8], lines[-1]) == ("BEGIN:VCARD", "VERSION:", "END:VCARD")
    if not case.lines and not case.absent:
        assert answer.content == EXAMPLE_CARD
    for line in case.lines:
        assert line in lines
    for text in case.absent:
        assert text not in "\r\n".join(lines)


@pytest.mark.parametrize("case", BAD, ids=lambda case: case.rule)
def test_fails_with_its_code(server: Served, case: Bad) -> None:
    key = server.key.swapcase() if case.key == "swapped" else case.key
    answer = post(server, case.body, query=case.query, key=key)
    said = answer.json()
    assert (said["error-code"], answer.status_code) == (case.code, case.status), said
    assert said["status"] == "failure"
    assert case.info in said["error-info"]
    assert answer.headers["content-type"] == "application/json"
    assert answer.headers.get("www-authenticate") == ("ApiKey" if case.status == 401 else None)


def test_cc_20_the_example_is_the_documented_card_byte_for_byte(server: Served) -> None:
    answer = post(server, EXAMPLE)
    assert answer.content == EXAMPLE_CARD
    assert answer.headers["content-type"] == "text/vcard; charset=utf-8"
    assert answer.headers["content-disposition"] == "inline; filename=contact.vcf"


def test_cc_2_the_key_may_come_in_the_body_and_the_header_wins(server: Served) -> None:
    assert post(server, {**EXAMPLE, "api-key": server.key}, key=None).status_code == 200
    assert post(server, {**EXAMPLE, "api-key": "nobody"}).status_code == 200
    assert post(server, {**EXAMPLE, "api-key": server.key}, key="nobody").status_code == 401
    assert post(server, {**EXAMPLE, "api-key": ""}, key=None).json()["error-code"] == "E103"


@pytest.mark.parametrize(
    ("accept", "version"),
    [
        ("text/vcard", "3.0"),
        ("application/json", "3.0"),
        ("*/*", "3.0"),
        ("text/vcard;version=3.0;q=0.1, text/vcard;version=4.0", "4.0"),
        ("text/vcard;version=4.0;q=0, text/vcard", "3.0"),
        ('text/vcard; version="2.1"', "2.1"),
        ("text/vcard;version=5.0, */*", "3.0"),
        ("text/vcard;version=5.0;q=0.1, text/vcard;version=4.0", "4.0"),
        ("nonsense;version", "3.0"),
        ("application/json; version=5", "3.0"),
        ("application/json;version=4.0", "3.0"),
        ("text/vcard; version=4.0, ,", "4.0"),
        ("TEXT/VCARD; Version=4.0", "4.0"),
        ("text/vcard;version=5.0", None),
        ("application/json; version=4.0, text/vcard;version=5.0", None),
    ],
)
def test_cc_21_accept(server: Served, accept: str, version: str | None) -> None:
    answer = post(server, EXAMPLE, headers={"accept": accept})
    if version is None:
        assert answer.json()["error-code"] == "E100"
    else:
        assert unfolded(answer.content)[1] == f"VERSION:{version}"


def test_cc_1_two_different_keys_are_none(server: Served) -> None:
    headers = [("x-api-key", "other"), ("x-api-key", server.key)]
    assert httpx2.post(f"{server.url}/api/v2", json=EXAMPLE, headers=headers).json()["error-code"] == "E104"


@pytest.mark.parametrize("escape", [b"", b"\\u0022"])
@pytest.mark.parametrize("depth", range(900, 1010, 10))
def test_cc_30_no_depth_is_a_fault_of_ours(server: Served, depth: int, escape: bytes) -> None:
    deep = b"[" * depth + b"]" * depth
    body = b'{"action":"createcontact","name":{"first-name":"J"},"q":"%b","z":%b}' % (escape, deep)
    answer = post(server, body)
    assert (answer.status_code, answer.content[:11]) == (200, b"BEGIN:VCARD") or answer.json()["error-code"] == "E100"


@pytest.mark.parametrize("rest", [b"transfer-encoding: chunked\r\n\r\nZZ\r\n", b"content-length: 500\r\n\r\n{}"])
def test_cc_30_a_body_that_is_cut_short_is_the_clients_fault(server: Served, rest: bytes) -> None:
    address = server.url.removeprefix("http://").split(":")
    with socket.create_connection((address[0], int(address[1])), timeout=10) as raw:
        raw.sendall(b"POST /api/v2 HTTP/1.1\r\nhost: x\r\nconnection: close\r\n" + rest)
        raw.shutdown(socket.SHUT_WR)
        answer = b"".join(iter(lambda: raw.recv(65536), b""))
    assert answer == b"" or b" 400 " in answer.split(b"\r\n")[0]


def test_cc_21_the_same_request_gives_the_same_bytes(server: Served) -> None:
    assert len({post(server, EXAMPLE, query="?version=4.0").content for _ in range(3)}) == 1


@pytest.mark.parametrize("version", ["2.1", "3.0", "4.0"])
def test_cc_21_lines_end_in_crlf_and_stay_under_76_octets(server: Served, version: str) -> None:
    body = copy.deepcopy(EXAMPLE)
    body["note"] = "Ünïcödé 👩‍👩‍👧‍👦 " * 200
    body["name"]["first-name"] = "é" * 200
    card = post(server, body, query=f"?version={version}").content
    assert b"\n" not in card.replace(b"\r\n", b"")
    for line in card.split(b"\r\n"):
        assert len(line) <= (76 if version == "2.1" else 75)
        line.decode()


@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "DELETE", "OPTIONS", "PATCH", "PROPFIND"])
def test_cc_32_other_methods(server: Served, method: str) -> None:
    answer = httpx2.request(method, f"{server.url}/api/v2")
    assert (answer.status_code, answer.headers["allow"]) == (405, "POST")
    if method != "HEAD":
        assert answer.json()["error-code"] == "E100"


@pytest.mark.parametrize("size", [256 * 1024 + 1, 900 * 1024])
def test_cc_33_a_refused_body_is_read_before_the_answer(server: Served, size: int) -> None:
    def pieces() -> Iterator[bytes]:
        for start in range(0, size, 8192):
            yield b" " * min(8192, size - start)

    answer = httpx2.post(f"{server.url}/api/v2", content=pieces(), headers={"x-api-key": server.key})
    assert answer.status_code == 413


async def test_cc_33_of_whatever_method() -> None:
    left = 100

    async def receive() -> Message:
        nonlocal left
        left -= 1
        return {"type": "http.request", "body": bytes(DRAIN // 50), "more_body": True}

    nobody: Any = None  # is asked
    answer = await answered(behind_the_front(CreateContact(nobody, nobody)), scope_of("PUT"), receive)
    assert (answer[0]["status"], left) == (405, 49)


def test_cc_15_a_body_of_just_256_kib_is_taken(server: Served) -> None:
    body = json.dumps(EXAMPLE).encode()
    assert post(server, body + b" " * (256 * 1024 - len(body))).status_code == 200


def test_cc_5_names_any_takes_every_text(tmp_path_factory: pytest.TempPathFactory) -> None:
    with serve(tmp_path_factory.mktemp("any"), "--names", "any") as server:
        assert "N:O'Brien;Anne-Marie;;;" in unfolded(post(server, named("Anne-Marie", "O'Brien")).content)
        assert post(server, named("John\nX")).json()["error-code"] == "E1519"
        assert post(server, named("x" * 256)).json()["error-code"] == "E1519"


def test_e113_over_the_rate_limit(tmp_path_factory: pytest.TempPathFactory) -> None:
    with serve(tmp_path_factory.mktemp("limited"), "--rate-limit", "2/hour") as server:
        assert [post(server, EXAMPLE).status_code for _ in range(2)] == [200, 200]
        over = post(server, EXAMPLE)
        assert (over.status_code, over.json()["error-code"]) == (429, "E113")
        assert re.fullmatch("[1-9][0-9]*", over.headers["retry-after"])


def test_every_rule_is_named() -> None:
    named_here = {case.rule.split()[0] for case in (*GOOD, *BAD)}
    elsewhere = {"CC-2a", "CC-11", "CC-20", "CC-27", "CC-32", "CC-33"}  # above, test_keys.py, test_photos.py
    numbers = [*range(1, 16), *range(20, 29), *range(30, 34)]
    assert {f"CC-{number}" for number in numbers} <= named_here | elsewhere
