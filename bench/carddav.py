"""CardDAV servers that store the same person: sabre/dav (Debian packages), Radicale and Xandikos (own environments).

They may use every core where ours has one, check no password or a fixed one, and are set to what is fastest among
the settings that survive a power cut.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from contest import Contestant
from installs import PEERS, programs, venv
from load import Answer, Request
from report import UnavailableError
from servers import CORES, Command

if TYPE_CHECKING:
    from collections.abc import Mapping

DEBIAN = "php-cli php-fpm php-sqlite3 php-xml php-sabre-dav nginx-light"
"""What sabre/dav needs: `apt-get install --no-install-recommends` and these names."""

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


def sabre(folder: Path, journal: str) -> Contestant:
    """Return sabre/dav behind nginx and PHP-FPM, on SQLite with this journal mode."""
    try:
        programs("nginx", "php-fpm8.2")
    except UnavailableError as error:
        raise UnavailableError(f"sabre/dav: {error} (Debian: {DEBIAN})") from error
    if not _AUTOLOAD.exists():
        raise UnavailableError(f"sabre/dav: not installed: php-sabre-dav (Debian: {DEBIAN})")
    argv = (
        sys.executable,
        str(PEERS / "sabre" / "serve.py"),
        str(_made(folder / f"sabre-{journal}")),
        "{port}",
        journal,
    )
    name = f"sabre/dav, SQLite, journal {journal}"
    return Contestant(name, Command(argv, cores=CORES), put("/addressbooks/bench/people", _BASIC), is_stored)


def radicale(folder: Path) -> Contestant:
    """Return Radicale on its files under gunicorn, as its guide has it: its own server closes every connection."""
    book = _made(folder / "radicale/collection-root/bench/people")
    (book / ".Radicale.props").write_text('{"tag": "VADDRESSBOOK"}', encoding="utf-8")
    config = folder / "radicale.conf"
    config.write_text(_RADICALE.format(folder=folder / "radicale"), encoding="utf-8")
    argv = (str(venv("radicale") / "gunicorn"), "--bind", "127.0.0.1:{port}", "--log-level", "error", "radicale")
    command = Command((*argv, "--workers", str(len(CORES)), "--threads", "8"), {"RADICALE_CONFIG": str(config)}, CORES)
    return Contestant("Radicale", command, put("/bench/people"), is_stored)


def xandikos(folder: Path) -> Contestant:
    """Return Xandikos on its Git repository."""
    argv = (str(venv("xandikos") / "xandikos"), "serve", "-d", str(_made(folder / "xandikos")), "--port", "{port}")
    options = ("--listen-address", "127.0.0.1", "--defaults", "--current-user-principal", "/bench")
    command = Command((*argv, *options), cores=CORES)
    return Contestant("Xandikos", command, put("/bench/contacts/addressbook"), is_stored)


def put(book: str, headers: Mapping[str, str] = {}) -> Request:
    """Return the request that stores the person once more, under a new name."""
    return Request("PUT", f"{book}/{{new}}.vcf", {"Content-Type": "text/vcard; charset=utf-8", **headers}, PERSON)


def is_stored(answer: Answer) -> bool:
    """Whether the server says that it stored the card (RFC 9110 section 9.3.4)."""
    return answer.status in _CREATED


def _made(folder: Path) -> Path:
    folder.mkdir(parents=True)
    return folder
