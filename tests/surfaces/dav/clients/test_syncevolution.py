"""SyncEvolution (libneon, the engine of several phones) keeps a folder of cards and a book alike, both ways."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

import pytest

import dav_client
from dav_client import Dav, card
from dav_programs import found, run

if TYPE_CHECKING:
    from pathlib import Path

    from serving import Served

pytestmark = pytest.mark.sqlite_alone("which store there is makes no difference to what it sends or reads")

ROW: Final = re.compile(r"\|\s+addressbook \|" + r"\s*(\d+)\s*\|" * 9)


class SyncEvolution(NamedTuple):
    """The program, which is told of the server's bare address, and keeps cards in a folder."""

    home: Path
    dav: Dav

    @property
    def files(self) -> Path:
        return self.home / "files"

    def do(self, *words: str) -> str:
        return run(self.home, found("syncevolution"), "--daemon=no", *words)

    def configure(self) -> str:
        """Discover the book, and name it and the folder to each other; returns the book's address."""
        dav = self.dav
        server = ("keyring=no", f"username={dav.sid}", f"password={dav.token}", f"syncURL={dav.url}", "backend=carddav")
        (book,) = re.findall(r"Campaign 1000 \((\S+)\) <default>", self.do("--print-databases", *server))
        self.do("--configure", *server, f"database={book}", "target-config@cw", "addressbook")
        here = ("keyring=no", "syncURL=local://@cw", "peerIsClient=1", "sync=two-way", "backend=file")
        folder = (f"database=file://{self.files}", "databaseFormat=text/vcard")
        self.do("--configure", "--template", "none", *here, *folder, "cw@local", "addressbook")
        return book

    def sync(self, *options: str) -> list[int]:
        """Sync, and return new, changed, removed and failed ones here, the same of the server, and conflicts."""
        *_, whole = ROW.findall(self.do(*options, "cw@local", "addressbook"))  # a row of the server's alone may precede
        return [int(number) for number in whole]

    def of(self, name: str) -> Path:
        """Return the file of the card with this FN."""
        (path,) = (it for it in self.files.iterdir() if f"FN:{name}" in it.read_text(encoding="utf-8"))
        return path


def test_syncevolution_keeps_a_folder_and_a_book_alike(books: Served, tmp_path: Path) -> None:
    program = SyncEvolution(tmp_path, dav_client.account(books))
    dav = program.dav
    program.files.mkdir()
    for name in ("Ann Poe", "Bea Poe", "Cid Poe", "Dee Poe"):
        dav.put(f"{name[:3].lower()}.vcf", card(name, "", "TEL;TYPE=CELL:+4930123456"))
    assert program.configure() == f"{dav.url}{dav.home}1000/"
    assert program.sync("--sync", "slow") == [4, 0, 0, 0, 0, 0, 0, 0, 0]
    assert program.sync() == [0] * 9, "the second does nothing"

    path = program.of("Ann Poe")
    path.write_text(path.read_text(encoding="utf-8").replace("FN:Ann Poe", "NOTE:Here\nFN:Ann Poe"), encoding="utf-8")
    program.of("Bea Poe").unlink()
    (program.files / "new").write_bytes(card("Eve Poe"))
    dav.put("cid.vcf", dav.get("cid.vcf").replace(b"FN:Cid Poe", b"FN:Cid Roe"), status=204)
    dav.send("DELETE", "dee.vcf", status=204)
    dav.put("fay.vcf", card("Fay Poe"))
    assert program.sync() == [1, 1, 1, 0, 1, 1, 1, 0, 0]
    assert b"NOTE:Here" in dav.get("ann.vcf")
    dav.send("GET", "bea.vcf", status=404)
    assert sorted(it["FirstName"] for it in dav.api()["Contacts"]) == ["Ann", "Cid", "Eve", "Fay"]
    assert program.of("Cid Roe").exists()
    assert len(list(program.files.iterdir())) == 4
    assert program.sync() == [0] * 9
