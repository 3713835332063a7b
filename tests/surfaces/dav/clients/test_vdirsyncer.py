"""vdirsyncer (the real program) keeps a folder and a book alike, both ways; khard reads the folder."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import pytest

import dav_client
from dav_client import Dav, card
from dav_programs import found, run

if TYPE_CHECKING:
    from pathlib import Path

    from serving import Served

pytestmark = pytest.mark.timeout(300)  # far more than it takes on a busy machine
CARDS: Final = {"sqlite": 1_000, "postgresql": 60}
CONFIG: Final = """
[general]
status_path = "{folder}/status/"
[pair people]
a = "here"
b = "server"
collections = ["from b"]
metadata = ["displayname"]
[storage here]
type = "filesystem"
path = "{folder}/people/"
fileext = ".vcf"
[storage server]
type = "carddav"
url = "{url}"
username = "{user}"
password = "{password}"
"""
KHARD: Final = """
[addressbooks]
[[people]]
path = {folder}
[general]
default_action = list
"""
STEPS: Final = re.compile(r"(Copying|Deleting) ")


class Vdirsyncer(NamedTuple):
    """The program with a folder of its own, and the account that it is told of: the bare address of the server."""

    folder: Path
    dav: Dav

    @property
    def book(self) -> Path:
        """The folder of the book."""
        return self.folder / "people" / self.dav.book

    def configure(self, more: str = "") -> None:
        dav = self.dav
        values = {"folder": self.folder, "url": dav.url, "user": dav.user or dav.sid, "password": dav.token}
        config = CONFIG.format(**values).replace("[storage here]", f"{more}\n[storage here]")
        (self.folder / "config").write_text(config, encoding="utf-8")

    def do(self, *words: str, given: str = "", status: int = 0) -> str:
        program = found("vdirsyncer")
        return run(self.folder, program, "-c", str(self.folder / "config"), *words, given=given, status=status)

    def sync(self, status: int = 0) -> list[str]:
        """Sync, and return the lines that say what was done."""
        return [line for line in self.do("sync", status=status).splitlines() if STEPS.match(line)]

    def local(self) -> dict[str, bytes]:
        return {path.name: path.read_bytes() for path in self.book.iterdir() if path.suffix == ".vcf"}

    def remote(self) -> dict[str, bytes]:
        """Return the cards of the server by their names."""
        names = [href.rpartition("/")[2] for href in propfind(self.dav)]
        return {name: self.dav.get(name) for name in names if name}


def contact(dav: Dav, email: str) -> Any:  # noqa: ANN401 - a contact
    """Return the one contact of the book with this e-mail address, as partner contacts show it."""
    (one,) = dav.api(params={"EmailAddress": email})["Contacts"]
    return one


def propfind(dav: Dav) -> list[str]:
    return dav_client.hrefs(dav.send("PROPFIND", headers={"depth": "1"}, status=207))


@pytest.fixture
def program(books: Served, tmp_path: Path) -> Vdirsyncer:
    found("vdirsyncer")
    it = Vdirsyncer(tmp_path, dav_client.account(books))
    it.configure()
    it.book.mkdir(parents=True)
    return it


def fill(program: Vdirsyncer, count: int) -> None:
    for number in range(count):
        uid = f"{number:08d}-0000-4000-8000-000000000000"
        note = f"NOTE:{'Käse; ' * (number % 40)}".encode()
        lines = card(f"Person {number:04d}", uid, f"EMAIL;TYPE=WORK:p{number}@example.com", "X-OWN;X-A=b:kept as it is")
        (program.book / f"{uid}.vcf").write_bytes(lines.replace(b"END:", note + b"\r\nEND:"))


def test_vdirsyncer_keeps_a_folder_and_a_book_alike(program: Vdirsyncer) -> None:
    """Discovery from the bare host, all cards up, edits and deletes on both sides, and a sync that does nothing."""
    dav = program.dav
    count = CARDS["postgresql" if "://" in dav.store else "sqlite"]
    fill(program, count)
    assert '"1000" ("Campaign 1000")' in program.do("discover", given="y\n" * 4)
    assert len(program.sync()) == count
    assert len(propfind(dav)) == count + 1
    assert program.sync() == []
    some = sorted(program.local())[:8]
    assert [dav.get(name) for name in some] == [program.local()[name] for name in some], "kept byte for byte"

    edited, removed, edited_there, removed_there = some[0], some[1], some[2], some[3]
    path = program.book / edited
    path.write_bytes(path.read_bytes().replace(b"FN:Person", b"TITLE:Here\r\nFN:Person"))
    (program.book / removed).unlink()
    (program.book / "new here.vcf").write_bytes(card("New Here", "new-here", "EMAIL:new@example.com"))
    dav.api("PUT", f"/{contact(dav, 'p2@example.com')['Id']}", data={"Title": "There"})
    dav.send("DELETE", removed_there, status=204)
    made = dav.api(
        "POST", data={"FirstName": "Wile", "LastName": "Coyote", "EmailAddress": "w@example.com", "Accounts": "10000"}
    )
    assert made["Status"] == "OK"

    done = program.sync()
    assert len(done) == 6, "\n".join(done)
    assert contact(dav, "p0@example.com")["Title"] == "Here"
    dav.send("GET", removed, status=404)
    assert b"\r\nTITLE:There\r\n" in program.local()[edited_there]
    assert b"X-OWN;X-A=b:kept as it is" in program.local()[edited_there], "what is no field of ours survives"
    assert removed_there not in program.local()
    assert any(b"FN:Wile Coyote" in octets for octets in program.local().values())
    assert contact(dav, "new@example.com")["FirstName"] == "New"
    assert len(program.local()) == count == len(propfind(dav)) - 1
    assert program.sync() == []
    program.do("metasync")
    assert (program.book / "displayname").read_text(encoding="utf-8") == "Campaign 1000"


def test_vdirsyncer_sees_a_conflict_and_ends_it_as_it_is_told(program: Vdirsyncer) -> None:
    fill(program, 3)
    program.do("discover", given="y\n" * 4)
    program.sync()
    name = min(program.local())
    path = program.book / name
    path.write_bytes(path.read_bytes().replace(b"FN:", b"TITLE:Here\r\nFN:"))
    dav_put = program.dav.get(name).replace(b"FN:", b"TITLE:There\r\nFN:")
    program.dav.put(name, dav_put, status=204)
    assert "conflict" in program.do("sync", status=1)
    assert b"TITLE:Here" in path.read_bytes(), "nothing was lost"
    assert program.dav.get(name) == dav_put, "on neither side"
    program.configure('conflict_resolution = "b wins"')
    program.sync()
    assert path.read_bytes() == dav_put
    assert program.sync() == []
    assert len(program.remote()) == 3


def test_vdirsyncer_syncs_the_book_of_all_campaigns(books: Served, tmp_path: Path) -> None:
    """DV-3: with `SID+all` there is one book; a new card there goes to the campaign made first."""
    found("vdirsyncer")
    account = dav_client.account(books, "1000", "2000")
    one, two = account, account._replace(book="2000")
    one.put("ann.vcf", card("Ann One"))
    two.put("ann.vcf", card("Ann Two"))
    program = Vdirsyncer(tmp_path, account._replace(book="all", user=f"{account.sid}+all"))
    program.configure()
    program.book.mkdir(parents=True)
    assert '"all"' in program.do("discover", given="y\n" * 4)
    program.sync()
    assert len(program.local()) == 2
    (program.book / "bea.vcf").write_bytes(card("Bea Poe", "bea", "EMAIL:bea@example.com"))
    program.sync()
    assert contact(one, "bea@example.com")["FirstName"] == "Bea"
    assert program.sync() == []


def test_khard_reads_what_vdirsyncer_brought(program: Vdirsyncer) -> None:
    khard = found("khard")
    made = {
        "FirstName": "Wile",
        "LastName": "Coyote",
        "EmailAddress": "wile@example.com",
        "WorkPhoneNumber": "8051234567",
        "WorkPhoneNumberCountry": "US",
    }
    assert (
        program.dav.api("POST", data={**made, "Labels": "VIP", "Title": "Chief", "Accounts": "10000"})["Status"] == "OK"
    )
    program.dav.put("ann.vcf", card("Ann Poe", "", "TEL;TYPE=CELL:+4930123456"))
    program.do("discover", given="y\n" * 4)
    program.sync()
    config = program.folder / "khard.conf"
    config.write_text(KHARD.format(folder=program.book), encoding="utf-8")
    listed = run(program.folder, khard, "-c", str(config), "list")
    assert "Ann Poe" in listed
    assert "Wile Coyote" in listed
    shown = run(program.folder, khard, "-c", str(config), "show", "Wile")
    for text in ("wile@example.com", "Chief", "VIP", "8051234567"):
        assert text in shown
