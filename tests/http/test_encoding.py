"""Bodies packed by gzip are taken within the limits of plain ones, on both interfaces (PC-5, CC-15)."""

from __future__ import annotations

import gzip
import json
import zlib
from typing import TYPE_CHECKING
from urllib.parse import urlencode

import httpx2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cardwright.http.encoding import PackedError, unpacked
from front_door import receiving
from partner_client import WILE, client, serve_prepared
from probing import at_most_linear, beside, cpu_seconds

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cardwright.http.asgi import Message, Receive
    from serving import Served

JOHN = json.dumps({"action": "createcontact", "name": {"first-name": "John"}}).encode()
FORM = urlencode(WILE).encode()
BOM = b"\xef\xbb\xbf"


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    yield from serve_prepared(tmp_path_factory.mktemp("data"))


def card(server: Served, body: bytes, encoding: str) -> httpx2.Response:
    headers = {"x-api-key": server.key, "content-encoding": encoding}
    return httpx2.post(f"{server.url}/api/v2", content=body, headers=headers)


def contact(server: Served, body: bytes, encoding: str, kind: str) -> httpx2.Response:
    return client(server).send("POST", content=body, headers={"content-type": kind, "content-encoding": encoding})


URLENCODED = "application/x-www-form-urlencoded"
MULTIPART = "multipart/form-data; boundary=x"


def multipart(fields: dict[str, str]) -> bytes:
    parts = [f'--x\r\nContent-Disposition: form-data; name="{n}"\r\n\r\n{v}\r\n' for n, v in fields.items()]
    return "".join([*parts, "--x--\r\n"]).encode()


@pytest.mark.parametrize("encoding", ["gzip", "GZIP", "x-gzip"])
def test_cc_15_and_pc_5_gzip_is_taken(prepared: Served, encoding: str) -> None:
    assert card(prepared, gzip.compress(JOHN), encoding).content.startswith(b"BEGIN:VCARD")
    body = {"application/json": json.dumps(WILE).encode(), URLENCODED: FORM, MULTIPART: multipart(WILE)}
    for kind, plain in body.items():
        assert contact(prepared, gzip.compress(plain), encoding, kind).status_code == 200, kind


@pytest.mark.parametrize("encoding", ["br", "deflate", "zstd", "compress", "gzip, gzip", "gzip, br", "nothing"])
def test_cc_15_and_pc_5_another_encoding_is_415_and_says_what_is_taken(prepared: Served, encoding: str) -> None:
    for answer in (card(prepared, JOHN, encoding), contact(prepared, FORM, encoding, URLENCODED)):
        assert (answer.status_code, answer.headers["accept-encoding"]) == (415, "gzip")
    assert card(prepared, JOHN, encoding).json()["error-code"] == "E100"


@pytest.mark.parametrize("encoding", ["identity", "Identity", ""])
def test_identity_is_no_encoding(prepared: Served, encoding: str) -> None:
    assert card(prepared, JOHN, encoding).status_code == 200
    assert contact(prepared, FORM, encoding, URLENCODED).status_code == 200


BROKEN = {
    "no gzip": JOHN,
    "cut short": gzip.compress(JOHN)[:-9],
    "without its checksum": gzip.compress(JOHN)[:-4],
    "of a wrong checksum": gzip.compress(JOHN)[:-8] + bytes(8),
    "zlib": zlib.compress(JOHN),
    "with junk behind it": gzip.compress(JOHN) + b"junk",
}


@pytest.mark.parametrize("body", BROKEN.values(), ids=BROKEN)
def test_what_is_no_gzip_is_told(prepared: Served, body: bytes) -> None:
    for answer in (card(prepared, body, "gzip"), contact(prepared, body, "gzip", URLENCODED)):
        assert answer.status_code == 400
        assert "no gzip" in answer.text


def test_an_empty_body_is_empty(prepared: Served) -> None:
    assert "it is empty" in card(prepared, b"", "gzip").text
    assert contact(prepared, b"", "gzip", URLENCODED).status_code == 400


@pytest.mark.parametrize(
    ("size", "status"), [(256 * 1024, 200), (256 * 1024 + 1, 413), (100 * 1024 * 1024, 413)], ids=["at", "over", "far"]
)
def test_cc_15_a_body_has_its_limit_unpacked(prepared: Served, size: int, status: int) -> None:
    answer = card(prepared, gzip.compress(JOHN.ljust(size), 9), "gzip")
    assert answer.status_code == status


def test_pc_5_a_body_has_its_limit_unpacked_and_the_rest_is_never_made(prepared: Served) -> None:
    def cost(mib: int) -> float:
        bomb = gzip.compress(FORM + b"&Title=" + b"a" * (mib * 1024 * 1024), 9)
        before = cpu_seconds(prepared.process.pid)
        for _ in range(20):
            assert contact(prepared, bomb, "gzip", URLENCODED).status_code == 413
        return cpu_seconds(prepared.process.pid) - before

    with beside(prepared) as felt:
        tenth, whole = cost(10), cost(100)
    assert felt.failed == 0
    assert felt.grown < 60
    at_most_linear(tenth, whole, times=1)


def test_who_may_not_pass_has_nothing_unpacked(prepared: Served) -> None:
    answer = httpx2.post(
        prepared.url + client(prepared).contacts, content=b"no gzip", headers={"content-encoding": "gzip"}
    )
    assert answer.status_code == 401


async def read(receive: Receive) -> bytes:
    body, message = b"", await receive()
    while message.get("more_body"):
        assert len(message["body"]) <= 65_536
        body, message = body + message["body"], await receive()
    return body + message["body"]


def pieces(body: bytes, size: int) -> list[Message]:
    parts = [body[at : at + size] for at in range(0, len(body), size)]
    return [{"type": "http.request", "body": part, "more_body": True} for part in parts] + [
        {"type": "http.request", "body": b"", "more_body": False}
    ]


@given(st.lists(st.binary(max_size=200_000), min_size=1, max_size=3), st.integers(1, 300))
async def test_in_whatever_pieces_it_comes(bodies: list[bytes], size: int) -> None:
    """One file of gzip behind another is one body (RFC 1952 section 2.2)."""
    packed = b"".join(map(gzip.compress, bodies))
    headers = {b"content-encoding": b"gzip"}
    assert await read(unpacked({}, headers, receiving(*pieces(packed, size)))) == b"".join(bodies)


@given(st.binary(max_size=300), st.integers(1, 50))
async def test_whatever_comes_it_is_a_body_or_no_gzip(body: bytes, size: int) -> None:
    receive = unpacked({}, {b"content-encoding": b"gzip"}, receiving(*pieces(body, size)))
    try:
        assert await read(receive) in {b"", *([gzip.decompress(body)] if body[:2] == b"\x1f\x8b" else [])}
    except PackedError:
        with pytest.raises(PackedError):
            await receive()


async def test_who_has_gone_is_no_gzip_either() -> None:
    receive = unpacked({}, {b"content-encoding": b"gzip"}, receiving(*pieces(gzip.compress(JOHN)[:5], 5)[:1]))
    assert (await receive())["more_body"]
    assert (await receive())["type"] == "http.disconnect"


@pytest.mark.parametrize("mark", [b"", BOM])
def test_cc_15_and_pc_5_a_byte_order_mark_is_ignored(prepared: Served, mark: bytes) -> None:
    assert card(prepared, mark + JOHN, "identity").status_code == 200
    for kind, body in ((URLENCODED, FORM), ("application/json", json.dumps(WILE).encode())):
        assert contact(prepared, mark + body, "identity", kind).status_code == 200
    marked = {name: f"{mark.decode()}{value}" for name, value in WILE.items()}
    ours = client(prepared)
    uri = contact(prepared, multipart(marked), "identity", MULTIPART).json()["Uri"]
    assert ours.ask("GET", uri)["FirstName"] == WILE["FirstName"]
