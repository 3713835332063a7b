"""evolution-data-server, through which Evolution, GNOME Contacts and Geary see a book: both sides change it."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pytest

import dav_client
from dav_client import card
from dav_programs import SECONDS, found
from dav_reports import read, sync

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dav_client import Dav
    from serving import Served

pytestmark = pytest.mark.sqlite_alone("which store there is makes no difference to what it sends or reads")

PYTHON: Final = "/usr/bin/python3"  # Debian's, which has GNOME's libraries
CLIENT: Final = Path(__file__).parents[3] / "peers" / "evolution" / "client.py"
SESSION: Final = 'gnome-keyring-daemon --daemonize --unlock --components=secrets <<<"" >&2; exec "$@"'
DOWN, UP = 200, 50


class Evolution:
    """The program, in a session of its own."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    def do(self, *words: Any) -> Any:  # noqa: ANN401 - what it answers
        assert self._process.stdin
        assert self._process.stdout
        print(json.dumps(words), file=self._process.stdin, flush=True)
        return json.loads(self._process.stdout.readline())


@pytest.fixture
def dav(books: Served) -> Dav:
    return dav_client.account(books)


@pytest.fixture
def evolution(dav: Dav, tmp_path: Path) -> Iterator[Evolution]:
    session = found("dbus-run-session")
    found("gnome-keyring-daemon")
    there = (PYTHON, "-c", "import gi; gi.require_version('EBook', '1.2')")
    if subprocess.run(there, stderr=subprocess.DEVNULL, check=False).returncode:
        pytest.skip("evolution-data-server is not installed, or gir1.2-ebook-1.2, or python3-gi")
    argv = (session, "--", "bash", "-c", SESSION, "session", PYTHON, str(CLIENT), dav.url, dav.sid, dav.token)
    environment = {"PATH": os.environ["PATH"], "HOME": str(tmp_path), "XDG_RUNTIME_DIR": str(tmp_path)}
    environment |= {"GSETTINGS_BACKEND": "memory", "GIO_USE_VFS": "local", "LANG": "C.UTF-8"}
    with subprocess.Popen(
        argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment, cwd=tmp_path, encoding="utf-8"
    ) as process:
        yield Evolution(process)
        process.communicate(timeout=SECONDS)  # the end of its input ends it, and with it the session


def test_evolution_keeps_a_book_alike(dav: Dav, evolution: Evolution) -> None:
    """Down and up, edits and deletes on both sides; then nothing goes up."""
    down, up = [f"Down {number}" for number in range(DOWN)], [f"Up {number}" for number in range(UP)]
    for name in down:
        dav.put(_file(name), card(name, "", "X-ODD;X-P=1:kept"))
    assert evolution.do("books") == [["Campaign 1000", f"{dav.home}1000/"]]
    evolution.do("open", f"{dav.home}1000/")
    assert evolution.do("seen", down) == sorted(down)

    assert evolution.do("add", [card(name).decode() for name in up]) == UP
    evolution.do("edit", "Down 3", "three@example.org")
    evolution.do("remove", "Down 4")
    assert b"X-ODD;X-P=1:kept" in dav.get(_file("Down 3"))
    assert b"three@example.org" in dav.get(_file("Down 3"))
    dav.send("GET", _file("Down 4"), status=404)

    dav.put(_file("Down 5"), dav.get(_file("Down 5")).replace(b"FN:Down 5", b"FN:Down Five"), status=204)
    dav.send("DELETE", _file("Down 6"), status=204)
    dav.put("fresh.vcf", card("Fresh", version="4.0"))
    there = {*down, *up, "Down Five", "Fresh"} - {"Down 4", "Down 5", "Down 6"}
    assert evolution.do("seen", list(there)) == sorted(there)

    before = read(sync(dav))
    assert len(before.names) == len(there)
    dav.put("later.vcf", card("Later"))
    assert evolution.do("seen", [*there, "Later"]) == sorted([*there, "Later"])
    assert read(sync(dav, before.token)).names == ["later.vcf"]


def _file(name: str) -> str:
    return f"{name.replace(' ', '-').lower()}.vcf"
