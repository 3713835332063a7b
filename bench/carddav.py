"""CardDAV beside sabre/dav, Radicale, Xandikos and Cyrus: each line of the contract in turns."""

from __future__ import annotations

import base64
import re
import shutil
import subprocess
import tempfile
import time
from functools import partial
from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import dav_peers
from contest import answering, available, compete, conditions
from dav_peers import PERSON, Peer
from installs import programs
from load import ask
from ours import advertiser, run, serve
from report import Table, UnavailableError, figure

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from contest import Outcome
    from load import Answer, Request
    from ours import Advertiser
    from report import Effort

OURS = "Cardwright"
CARDS, MULTIGET, UPLOAD = 2_000, 500, 1_000
SPACES = 'xmlns="DAV:" xmlns:C="urn:ietf:params:xml:ns:carddav"'
ETAGS = f"<propfind {SPACES}><prop><getetag/></prop></propfind>"
TOKEN = f"<propfind {SPACES}><prop><sync-token/></prop></propfind>"
SYNC = (
    f"<sync-collection {SPACES}><sync-token>{{}}</sync-token><sync-level>1</sync-level><prop><getetag/></prop>"
    "</sync-collection>"
)
QUERY = (
    f'<C:addressbook-query {SPACES}><prop><getetag/><C:address-data/></prop><C:filter><C:prop-filter name="EMAIL">'
    '<C:text-match collation="i;unicode-casemap" match-type="equals">{}</C:text-match>'
    "</C:prop-filter></C:filter></C:addressbook-query>"
)
_FIRST_SECONDS = 600  # among a million contacts the first look gives each its name
VDIRSYNCER = """[general]
status_path = "{folder}/status/"
[pair people]
a = "here"
b = "server"
collections = null
[storage here]
type = "filesystem"
path = "{folder}/here/people/"
fileext = ".vcf"
[storage server]
type = "carddav"
url = "http://127.0.0.1:{port}{book}/"
username = "{user}"
password = "{password}"
"""


class Line(NamedTuple):
    """One thing that is measured at each server."""

    name: str
    request: Callable[[Peer, int], Request]
    """Of a server, with so many cards in its book."""
    right: Callable[[Answer], bool]
    clients: int = 1
    is_sync: bool = False


def tables(effort: Effort) -> list[Table]:
    """Measure each line at all servers."""
    small = min(CARDS, effort.rows)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        filled = dict(cards(small))
        makers = [partial(ours, folder / "ours", small), partial(dav_peers.sabre, folder, "wal", filled)]
        makers += [partial(dav_peers.radicale, folder, filled), partial(dav_peers.xandikos, folder, filled)]
        makers.append(partial(dav_peers.cyrus, folder, filled))
        peers = available(makers)
        lines = [row for line in READS for row in compared(line, peers, small, effort)]
        lines += uploads(peers)  # then what fills the books, the faster server's more
        lines += [row for line in PUTS for row in compared(line, peers, small, effort)]
    header = ("CardDAV", "server", "requests/s", "p99 ms", "server CPU µs/request", "Cardwright to it", "by CPU")
    how = conditions(1, effort, but="the peers")
    each = f"16 connections where a line says so. {small:,} cards in the book. The peers check no password."
    return [Table("CardDAV beside its peers", header, lines, f"{how} {each}")]


# The servers ------------------------------------------------------------------------------------------------------


def cards(count: int) -> Iterator[tuple[str, str]]:
    """Yield names and octets of cards, each with an e-mail address of its own."""
    for number in range(count):
        uid = f"{number:08d}-0000-4000-8000-000000000000"
        text = PERSON.replace("bench-{new}", uid).replace("wile.coyote@", f"wile.{number}@")
        yield f"{uid}.vcf", text


def ours(data: Path, count: int) -> Peer:
    """Return Cardwright with a book of so many cards, imported from one file."""
    owner, file = advertiser(data), data / "people.vcf"
    file.write_text("".join(card for _, card in cards(count)), encoding="utf-8", newline="")
    run(data, "import", owner.sid, "1000", str(file), "--on-duplicate", "add")
    file.unlink()
    return serving(data, owner)


def serving(data: Path, owner: Advertiser) -> Peer:
    """Return Cardwright with what its store holds."""
    return Peer(OURS, serve(data), f"/dav/addressbooks/{owner.sid}/1000", owner.headers)


# The lines --------------------------------------------------------------------------------------------------------


def is_found(answer: Answer) -> bool:
    """Whether it is a card, as it was put."""
    return answer.status == 200 and "FN:Wile Coyote" in answer.body  # noqa: PLR2004 - OK


def holds(count: int) -> Callable[[Answer], bool]:
    """Return whether a multistatus holds at least so many resources, none of them missing."""
    return lambda answer: answer.status == 207 and answer.body.count("href>") >= 2 * count  # noqa: PLR2004 - Multi-Status


def _get(peer: Peer, count: int) -> Request:
    digits = len(str(count - 1))
    one = peer.asks("GET", f"{'0' * (8 - digits)}{{id}}-0000-4000-8000-000000000000.vcf")
    return one._replace(ids=range(10 ** (digits - 1), count))  # numbers of as many digits


def _etags(peer: Peer, _: int) -> Request:
    return peer.asks("PROPFIND", "", ETAGS, Depth="1", Content_Type="application/xml")


def _multiget(peer: Peer, count: int) -> Request:
    hrefs = "".join(f"<href>{peer.book}/{name}</href>" for name, _ in cards(min(MULTIGET, count)))
    body = f"<C:addressbook-multiget {SPACES}><prop><getetag/><C:address-data/></prop>{hrefs}</C:addressbook-multiget>"
    return _report(peer, body)


def _query(peer: Peer, count: int) -> Request:
    return query(peer, f"wile.{count // 2}@example.com")


def query(peer: Peer, address: str) -> Request:
    """Return the query for who has this address."""
    return _report(peer, QUERY.format(address))


def _first_sync(peer: Peer, _: int) -> Request:
    return _report(peer, SYNC.format(""))


def _sync_since(peer: Peer, _: int) -> Request:
    """Return the sync of who knows all but one card, which is put now."""
    asked = peer.asks("PROPFIND", "", TOKEN, Depth="0", Content_Type="application/xml")
    with answering(peer.in_use(peer.asks("OPTIONS", ""), lambda answer: answer.status < HTTPStatus.BAD_REQUEST))[
        0
    ] as server:
        known = ask(server.port, asked, _FIRST_SECONDS)
        ask(server.port, peer.put)
    token = re.search(r"sync-token[^>]*>([^<]+)<", known.body)
    if not token:
        raise RuntimeError(f"{peer.name} gives no sync token")
    return _report(peer, SYNC.format(token[1]))


def _report(peer: Peer, body: str) -> Request:
    return peer.asks("REPORT", "", body, Depth="1", Content_Type="application/xml")


PUTS = (
    Line("PUT, 1 client", lambda peer, _: peer.put, dav_peers.is_stored),
    Line("PUT, 16 clients", lambda peer, _: peer.put, dav_peers.is_stored, 16),
)
READS = (
    Line("GET, 16 clients", _get, is_found, 16),
    Line("PROPFIND of all ETags", _etags, holds(2)),
    Line(f"multiget of {MULTIGET}, with data", _multiget, holds(2)),
    Line("query for one e-mail address", _query, lambda answer: answer.body.count("FN:Wile") == 1),
    Line("first sync", _first_sync, holds(2), is_sync=True),
    Line("sync after one change", _sync_since, holds(1), is_sync=True),
)


def compared(line: Line, peers: list[Peer], count: int, effort: Effort) -> list[tuple[str, ...]]:
    """Return a row for each server that knows the request."""
    able = [peer for peer in peers if peer.knows_sync or not line.is_sync]
    outcomes = compete([peer.in_use(line.request(peer, count), line.right) for peer in able], line.clients, effort)
    return [_row(line.name, name, outcome, outcomes.get(OURS)) for name, outcome in outcomes.items()]


def _row(line: str, server: str, outcome: Outcome, us: Outcome | None) -> tuple[str, ...]:
    ratios = (f"{us.speed_of(outcome):.2g}", f"{us.thrift_of(outcome):.2g}") if us else ("", "")
    return (line, server, figure(outcome.per_second), figure(outcome.p99), figure(outcome.cpu, 3), *ratios)


# vdirsyncer -------------------------------------------------------------------------------------------------------


def uploads(peers: list[Peer]) -> list[tuple[str, ...]]:
    """Return a row for each server: how fast vdirsyncer's first upload of its cards is."""
    try:
        (program,) = programs("vdirsyncer")
    except UnavailableError as error:
        print(f"left out: vdirsyncer: {error}")
        return []
    took = {peer.name: _upload(program, peer) for peer in peers}
    seconds, cpu = took.get(OURS, (0, 0))
    return [
        (
            f"vdirsyncer's first upload of {UPLOAD:,}",
            name,
            figure(UPLOAD / theirs),
            "",
            figure(used * 1e6 / UPLOAD, 3),
            f"{theirs / seconds:.2g}" if seconds else "",
            f"{used / cpu:.2g}" if cpu else "",
        )
        for name, (theirs, used) in took.items()
    ]


def _upload(program: str, peer: Peer) -> tuple[float, float]:
    """Return the seconds that it takes, and the server's CPU time; the book has its cards already."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        here = folder / "here/people"
        here.mkdir(parents=True)
        for number in range(UPLOAD):
            uid = f"{time.time_ns():020d}-{number}"
            (here / f"{uid}.vcf").write_bytes(PERSON.replace("{new}", uid).encode())
        with answering(peer.in_use(_etags(peer, 0), holds(1)))[0] as server:
            (folder / "config").write_text(_configuration(folder, peer, server.port), encoding="utf-8")
            words = (program, "-c", str(folder / "config"))
            environment = {"HOME": name, "PATH": "/usr/bin:/bin", "LANG": "C.UTF-8"}
            subprocess.run((*words, "discover"), check=True, capture_output=True, env=environment)
            _only_up(here, words, environment)
            before, start = server.cpu_seconds(), time.perf_counter()
            subprocess.run((*words, "sync"), check=True, capture_output=True, env=environment)
            return time.perf_counter() - start, server.cpu_seconds() - before


def _only_up(here: Path, words: tuple[str, ...], environment: Mapping[str, str]) -> None:
    """Bring down first what the server has, so that the sync that is measured does nothing but upload."""
    aside = here.with_name("aside")
    here.rename(aside)
    here.mkdir()
    subprocess.run((*words, "sync"), check=True, capture_output=True, env=environment)
    for path in aside.iterdir():
        shutil.move(path, here / path.name)


def _configuration(folder: Path, peer: Peer, port: int) -> str:
    user, _, password = base64.b64decode(peer.headers.get("Authorization", "Basic Yjpi")[6:]).decode().partition(":")
    values = {"folder": folder, "port": port, "book": peer.book, "user": user, "password": password}
    return VDIRSYNCER.format(**values)
