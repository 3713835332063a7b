"""CardDAV servers that store one person: sabre/dav, Cyrus (Debian packages), Radicale, Xandikos (own environments).

They may use every core where ours has one, check no password or a fixed one, and are set to what is fastest among
the settings that survive a power cut.
"""

from __future__ import annotations

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from contest import Contestant, answering
from installs import PEERS, programs, venv
from load import Answer, Request, ask
from report import UnavailableError
from servers import CORES, Command

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

DEBIAN = "php-cli php-fpm php-sqlite3 php-xml php-sabre-dav nginx-light"
"""What sabre/dav needs: `apt-get install --no-install-recommends` and these names."""

CYRUS = "cyrus-imapd cyrus-caldav sasl2-bin"
"""What Cyrus needs, likewise."""

_AUTOLOAD = Path("/usr/share/php/Sabre/autoload.php")
_BASIC = {"Authorization": "Basic YmVuY2g6YmVuY2g="}
_CREATED = (201, 204)
_RADICALE = """[auth]
type = none
[storage]
filesystem_folder = {folder}
[logging]
level = error
"""

PERSON = """\
BEGIN:VCARD
VERSION:3.0
UID:bench-{new}
N:Coyote;Wile;;;
FN:Wile Coyote
TITLE:Acme Partner Manager
TEL;TYPE=WORK:+18051234567
TEL;TYPE=CELL:+18059876543
EMAIL;TYPE=INTERNET,WORK:wile.coyote@example.com
CATEGORIES:Main Contact,Acme Partner
END:VCARD
""".replace("\n", "\r\n")
"""The person of the partner contract as a phone would send them."""


class Peer(NamedTuple):
    """A CardDAV server with one address book."""

    name: str
    command: Command
    book: str
    """The path of the book, without a slash at its end."""
    headers: Mapping[str, str] = {}
    knows_sync: bool = True

    def asks(self, method: str, path: str, body: str = "", **headers: str) -> Request:
        """Return a request to a path below the book; names of fields are written with underscores."""
        fields = {name.replace("_", "-"): value for name, value in headers.items()}
        return Request(method, f"{self.book}/{path}", {**self.headers, **fields}, body)

    @property
    def put(self) -> Request:
        """The request that stores the person once more, under a new name."""
        return self.asks("PUT", "{new}.vcf", PERSON, Content_Type="text/vcard; charset=utf-8")

    def in_use(self, request: Request, right: Callable[[Answer], bool]) -> Contestant:
        """Return the server with a request to measure."""
        return Contestant(self.name, self.command, request, right)

    @property
    def putting(self) -> Contestant:
        """The server with that request."""
        return self.in_use(self.put, is_stored)


def by_put(peer: Peer, cards: Mapping[str, str], clients: int = 8) -> None:
    """Fill the book through the server itself; RuntimeError if it takes one not."""
    first, *_ = cards.items()
    server, _ = answering(peer.in_use(_one(peer, first), is_stored))
    with server, ThreadPoolExecutor(clients) as pool:
        for answer in pool.map(lambda it: ask(server.port, _one(peer, it), 60), cards.items()):
            if not is_stored(answer):
                raise RuntimeError(f"{peer.name} does not take a card: {answer}")


def _one(peer: Peer, item: tuple[str, str]) -> Request:
    return peer.asks("PUT", item[0], item[1], Content_Type="text/vcard; charset=utf-8")


def sabre(folder: Path, journal: str, cards: Mapping[str, str] = {}) -> Peer:
    """Return sabre/dav, whose 1.8 knows no sync-collection, behind nginx and PHP-FPM, on SQLite with this journal."""
    try:
        programs("nginx", "php-fpm8.2")
    except UnavailableError as error:
        raise UnavailableError(f"sabre/dav: {error} (Debian: {DEBIAN})") from error
    if not _AUTOLOAD.exists():
        raise UnavailableError(f"sabre/dav: not installed: php-sabre-dav (Debian: {DEBIAN})")
    where = _made(folder / f"sabre-{journal}")
    argv = (sys.executable, str(PEERS / "sabre" / "serve.py"), str(where), "{port}", journal)
    name = f"sabre/dav, SQLite, journal {journal}"
    peer = Peer(name, Command(argv, cores=CORES), "/addressbooks/bench/people", _BASIC, knows_sync=False)
    if cards:
        by_put(peer, cards)
    return peer


def radicale(folder: Path, cards: Mapping[str, str] = {}) -> Peer:
    """Return Radicale on its files under gunicorn, as its guide has it: its own server closes every connection."""
    book = _made(folder / "radicale/collection-root/bench/people")
    (book / ".Radicale.props").write_text('{"tag": "VADDRESSBOOK"}', encoding="utf-8")
    _write(book, cards)
    config = folder / "radicale.conf"
    config.write_text(_RADICALE.format(folder=folder / "radicale"), encoding="utf-8")
    argv = (str(venv("radicale") / "gunicorn"), "--bind", "127.0.0.1:{port}", "--log-level", "error", "radicale")
    command = Command((*argv, "--workers", str(len(CORES)), "--threads", "8"), {"RADICALE_CONFIG": str(config)}, CORES)
    return Peer("Radicale", command, "/bench/people")


def xandikos(folder: Path, cards: Mapping[str, str] = {}) -> Peer:
    """Return Xandikos on its Git repository."""
    home = _made(folder / "xandikos")
    argv = (str(venv("xandikos") / "xandikos"), "serve", "-d", str(home), "--port", "{port}")
    options = ("--listen-address", "127.0.0.1", "--defaults", "--current-user-principal", "/bench")
    peer = Peer("Xandikos", Command((*argv, *options), cores=CORES), "/bench/contacts/addressbook")
    if cards:
        book = home / "bench/contacts/addressbook"
        with answering(peer.in_use(peer.asks("GET", ""), lambda _: True))[0]:
            pass  # it makes the book at its start
        _write(book, cards)
        git = ("git", "-C", str(book), "-c", "user.name=bench", "-c", "user.email=bench@example.com")
        for words in (("add", "--all"), ("commit", "--quiet", "--message", "cards")):
            subprocess.run((*git, *words), check=True, capture_output=True)
    return peer


def cyrus(folder: Path, cards: Mapping[str, str] = {}) -> Peer:
    """Return Cyrus IMAP's httpd as Debian sets it up, with files and SQLite below; its own user serves."""
    try:
        programs("cyrmaster", "saslpasswd2")
    except UnavailableError as error:
        raise UnavailableError(f"Cyrus: {error} (Debian: {CYRUS})") from error
    if os.getuid():
        raise UnavailableError("Cyrus: only root may start it")
    where = _made(folder / "cyrus")
    folder.chmod(0o711)  # its user must get through
    argv = (sys.executable, str(PEERS / "cyrus" / "serve.py"), str(where), "{port}")
    peer = Peer("Cyrus", Command(argv, cores=CORES), "/dav/addressbooks/user/bench/Default", _BASIC)
    if cards:
        by_put(peer, cards)
    return peer


def is_stored(answer: Answer) -> bool:
    """Whether the server says that it stored the card (RFC 9110 section 9.3.4)."""
    return answer.status in _CREATED


def _write(folder: Path, cards: Mapping[str, str]) -> None:
    for name, card in cards.items():
        (folder / name).write_bytes(card.encode())


def _made(folder: Path) -> Path:
    folder.mkdir(parents=True)
    return folder
