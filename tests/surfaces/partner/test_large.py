"""What is large costs no more memory than its slots do, however many ask for it or do not read it."""

from __future__ import annotations

import base64
import contextlib
import select
import socket
import threading
import time
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import httpx2
import pytest

from partner_client import CAMPAIGN, WILE, Client, client, prepare, serve_prepared
from probing import beside
from serving import command, run

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from serving import Served

MIB = 1024 * 1024
GROWTH = 150
"""MiB that a server may grow by, whatever is asked of it; one without bounds grew by a thousand."""
PEOPLE, CARDS, CARD = 20_000, 8, 14 * MIB


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A server of its own, with a campaign of 20,000 people and one of large cards, an eighth of the attack's."""
    folder = tmp_path_factory.mktemp("large")
    people, cards = folder / "people.csv", folder / "cards.vcf"
    with people.open("w") as file:
        file.write("FirstName,LastName,EmailAddress,Accounts\n")
        file.writelines(f"Wile,Coyote {at},wile.{at}@example.com,10000\n" for at in range(PEOPLE))
    with cards.open("wb") as file:
        for at in range(CARDS):
            file.write(b"BEGIN:VCARD\r\nVERSION:3.0\r\nN:Coyote %d;Wile;;;\r\nFN:Wile\r\nX-LARGE:" % at)
            file.write(b"x" * CARD + b"\r\nEND:VCARD\r\n")
    for served in serve_prepared(folder):
        command(folder, "campaign", "add", served.sid, "large", "Large")
        for campaign, source in ((CAMPAIGN, people), ("large", cards)):
            assert run("import", served.sid, campaign, str(source), data=folder).returncode == 0
            source.unlink()
        ours = client(served)
        for path in ("?PageSize=20000", "?PageSize=1"):  # what a first request costs is no matter here
            assert ours.send("GET", path).status_code == 200
        yield served


def asked(server: Served, path: str, token: str = "") -> socket.socket:
    """Ask for a path, and read nothing of the answer."""
    where = urlsplit(server.url)
    credentials = base64.b64encode(f"{server.sid}:{token or server.token}".encode()).decode()
    connection = socket.socket()
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    connection.settimeout(60)
    connection.connect((where.hostname, where.port))
    connection.sendall(f"GET {path} HTTP/1.1\r\nHost: a\r\nAuthorization: Basic {credentials}\r\n\r\n".encode())
    return connection


@contextlib.contextmanager
def unread(server: Served, path: str, count: int) -> Iterator[Sequence[socket.socket]]:
    with contextlib.ExitStack() as connections:
        yield [connections.enter_context(asked(server, path)) for _ in range(count)]


def answered(readers: Sequence[socket.socket], count: int) -> None:
    """Return once so many have an answer, which each has of its own account's list or card."""
    end = time.monotonic() + 60
    found: list[socket.socket] = []
    while len(found) < count and time.monotonic() < end:
        found, _, _ = select.select(readers, (), (), 0.1)
        time.sleep(0.05)
    assert [reader.recv(12) for reader in found] == [b"HTTP/1.1 200"] * len(found)
    assert len(found) >= count


def test_lists_that_nobody_reads_hold_their_slots_alone(server: Served) -> None:
    """Kept as a whole each, a hundred of them took 1.1 GB."""
    path = client(server).contacts + "?PageSize=20000"
    other = command(server.data, "account", "add", "Beta")
    prepare(server, other["AccountSID"])
    with beside(server) as felt, unread(server, path, 100) as readers:
        answered(readers, 2)
        theirs = Client(server.url, other["AccountSID"], other["AuthToken"])
        assert theirs.ask("GET", "?PageSize=20000")["@total"] == "0"  # another account has slots still
    assert felt.grown < GROWTH
    assert felt.failed == 0


@pytest.mark.parametrize("path", ["Contacts.vcf", "Contacts/{number}.vcf"])
def test_cards_that_nobody_reads_are_read_a_few_at_a_time(server: Served, path: str) -> None:
    """The list held all of its cards at once: 60 of them took 1.06 GB."""
    folder = f"{client(server).account}/Campaigns/large/"
    listed = client(server).ask("GET", folder + "Contacts")["Contacts"]
    with (
        beside(server) as felt,
        unread(server, folder + path.format(number=listed[0]["Id"]), 30) as readers,
    ):
        answered(readers, 2)
        time.sleep(1)
    assert felt.grown < GROWTH


def test_large_cards_come_whole_to_who_reads(server: Served) -> None:
    ours = client(server)
    answer = ours.send("GET", f"{ours.account}/Campaigns/large/Contacts.vcf")
    assert answer.content.count(b"END:VCARD\r\n") == CARDS
    assert len(answer.content) > CARDS * CARD


def test_large_bodies_are_read_a_few_at_a_time(server: Served) -> None:
    """Fifty of 10 MiB took 1.8 GB, and it was kept afterwards."""
    ours = client(server)
    file = b"\x89PNG\r\n\x1a\n" + bytes(10 * MIB - 8)
    found: list[int] = []

    def upload() -> None:
        answer = httpx2.post(
            server.url + ours.contacts,
            data=WILE,
            files={"ProfileImageFile": ("a.png", file, "image/png")},
            auth=(server.sid, server.token),
            timeout=120,
        )
        found.append(answer.status_code)

    upload()  # starts the process for photos
    with beside(server) as felt:
        uploads = [threading.Thread(target=upload) for _ in range(50)]
        for each in uploads:
            each.start()
        for each in uploads:
            each.join()
    assert {400} <= set(found) <= {400, 429}  # no image, or no slot in time
    assert felt.grown < GROWTH
    assert felt.after - felt.before < GROWTH / 2
    assert felt.failed == 0


def test_a_stream_of_cards_ends_when_its_token_is_revoked(server: Served) -> None:
    token = command(server.data, "token", "add", server.sid)
    path = f"{client(server).account}/Campaigns/large/Contacts.vcf"
    with asked(server, path, token["AuthToken"]) as reader:
        assert reader.recv(12) == b"HTTP/1.1 200"
        command(server.data, "token", "revoke", server.sid, token["TokenId"])
        time.sleep(1)
        end, size = b"", 0
        while more := reader.recv(MIB):
            end, size = more[-20:], size + len(more)
    assert size < 2 * CARD + 5 * MIB  # what was on its way
    assert not end.endswith(b"0\r\n\r\n")
