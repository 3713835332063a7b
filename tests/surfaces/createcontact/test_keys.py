"""CC-1 and CC-2a: a key works at once and ends at once, on every worker, and nothing of a request is kept."""

from __future__ import annotations

import contextlib
import http.client
import json
import time
from typing import TYPE_CHECKING

import httpx2
import pytest

from createcontact_client import post
from serving import START_SECONDS, Served, command, run, serve
from surfaces.createcontact.cases import EXAMPLE, named

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

CONNECTIONS = 24  # fresh ones: that one of two workers gets none of them has a chance of 2 in 2 ** 24


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory, address: str) -> Iterator[Served]:
    """A server of two workers, whose accounts come and go."""
    with serve(tmp_path_factory.mktemp("keys"), "--workers", "2", store=address) as served:
        yield served


def statuses(server: Served, key: str) -> set[int]:
    """Return what many connections, and so every worker, say to a key."""
    return {status(server, key) for _ in range(CONNECTIONS)}


def status(server: Served, key: str) -> int:
    connection = http.client.HTTPConnection(server.url.removeprefix("http://"), timeout=START_SECONDS)
    with contextlib.closing(connection):
        connection.request("POST", "/api/v2", json.dumps(EXAMPLE), {"x-api-key": key})
        return connection.getresponse().status


def ends(server: Served, key: str) -> None:
    """Ask until every worker refuses the key, and then once more."""
    end = time.monotonic() + START_SECONDS
    while statuses(server, key) != {401}:
        assert time.monotonic() < end, "the key still works"
    assert statuses(server, key) == {401}


def test_cc_2a_a_new_key_works_at_once_on_every_worker(server: Served) -> None:
    unknown = statuses(server, "A" * 32)  # a key that is not known is not remembered as such
    made = command(server.store, "account", "add", "Apple Orchard")
    assert (unknown, statuses(server, made["ApiKey"])) == ({401}, {200})


def test_cc_1_a_key_that_was_reset_ends_on_every_worker_and_the_new_one_works(server: Served) -> None:
    made = command(server.store, "account", "add", "Wile E. Coyote")
    assert statuses(server, made["ApiKey"]) == {200}
    reset = command(server.store, "key", "reset", made["AccountSID"])
    assert reset.keys() == {"AccountSID", "ApiKey"}
    assert statuses(server, reset["ApiKey"]) == {200}
    ends(server, made["ApiKey"])
    assert statuses(server, reset["ApiKey"]) == {200}
    assert statuses(server, server.key) == {200}


def test_cc_2a_the_key_of_an_account_that_was_removed_ends_on_every_worker(server: Served) -> None:
    made = command(server.store, "account", "add", "Dunder Mifflin")
    assert statuses(server, made["ApiKey"]) == {200}
    assert command(server.store, "account", "remove", made["AccountSID"])["AccountSID"] == made["AccountSID"]
    ends(server, made["ApiKey"])
    assert statuses(server, server.key) == {200}


@pytest.mark.parametrize("key", ["{key}x", "{key} {key}", "{lower}", "Key {key}", "é", "a" * 4000])
def test_cc_1_a_key_is_matched_whole(server: Served, key: str) -> None:
    sent = key.format(key=server.key, lower=server.key.lower())
    answer = httpx2.post(f"{server.url}/api/v2", json=EXAMPLE, headers={"x-api-key": sent.encode()})
    assert (answer.status_code, answer.json()["error-code"]) == (401, "E104")


def test_cc_1_keys_are_alphanumeric_and_unique(server: Served) -> None:
    made = command(server.store, "account", "add", "Acme Rockets")
    keys = {made["ApiKey"], command(server.store, "key", "reset", made["AccountSID"])["ApiKey"], server.key}
    assert len(keys) == 3
    assert all(key.isascii() and key.isalnum() for key in keys)


def test_cc_2a_nothing_of_a_request_is_logged_or_stored(tmp_path: Path) -> None:
    with serve(tmp_path) as server:
        secret = {
            **EXAMPLE,
            "name": {"first-name": "Telltale"},
            "phone": [{"number": "+1 805 123 4567"}],
        }
        bodies = [secret, named("Telltale's"), {**secret, "note": 7}, {**secret, "title": "Telltale" * 99}]
        bodies += [b'{"name": "Telltale', {**secret, "photo-url": "https://127.0.0.1/telltale.jpg"}]
        codes = [post(server, body).status_code for body in bodies]
        codes.append(post(server, secret, key="TelltaleKey").status_code)
        assert codes == [200, 400, 400, 400, 400, 400, 401]
        httpx2.get(f"{server.url}/telltale?number=8051234567")
        command(tmp_path, "backup", str(tmp_path / "copy"))
    kept = {path.name: path.read_bytes() for path in tmp_path.iterdir() if path.is_file()}
    assert {"server.log", "copy"} <= kept.keys()
    for told in (b"telltale", b"123 4567", b"8051234567", server.key.encode(), server.token.encode()):
        assert not [name for name, octets in kept.items() if told.lower() in octets.lower()]


def test_the_store_is_sound_while_and_after_serving(tmp_path: Path) -> None:
    with serve(tmp_path, "--workers", "2"):
        assert command(tmp_path, "check") == {"ok": True, "faults": []}
    done = run("check", data=tmp_path)
    assert (done.returncode, done.stdout) == (0, "The store is sound.\n")
