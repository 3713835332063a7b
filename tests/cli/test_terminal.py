"""What a stranger wrote into a file is shown by a terminal, and does not steer it."""

from __future__ import annotations

import io
import json
import os
import pty
import re
import subprocess
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cardwright.book.files.visible import visible, visible_json
from cardwright.cli.terminal import TerminalFile
from serving import ENVIRONMENT, PROGRAM, command, run

if TYPE_CHECKING:
    from pathlib import Path

STEERS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")
TITLE = "\x1b]0;pwned\x07"

SHOWN = [
    (TITLE, r"\x1b]0;pwned\x07"),  # C0
    ("a\x7fb", r"a\x7fb"),  # DEL
    ("\x9b31m", r"\x9b31m"),  # C1: CSI
    ("a\r\nb\tc", r"a\r\nb\tc"),
    ("gpj.\u202efdp", r"gpj.\u202efdp"),  # UAX 9: override
    ("\u2066x\u2069", r"\u2066x\u2069"),  # isolate
    ("\u2028", r"\u2028"),
    ("Zoë שלום 山田 👩\u200d👧", "Zoë שלום 山田 👩\u200d👧"),
]


@pytest.mark.parametrize(("text", "shown"), SHOWN)
def test_what_steers_a_terminal_is_shown(text: str, shown: str) -> None:
    assert visible(text) == shown
    document = visible_json(json.dumps([text], ensure_ascii=False))
    assert json.loads(document) == [text]
    assert not STEERS.search(document)


@given(st.lists(st.binary(max_size=20)))
def test_a_file_on_a_terminal_is_shown_however_it_is_cut(parts: list[bytes]) -> None:
    terminal, whole = io.BytesIO(), io.BytesIO()
    for out, pieces in ((terminal, parts), (whole, [b"".join(parts)])):
        file = TerminalFile(out)
        for piece in pieces:
            file.write(piece)
        file.finish()
    assert terminal.getvalue() == whole.getvalue()
    assert not STEERS.search(terminal.getvalue().decode())


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str, str]:
    """A store into which a hostile file was imported, and the name of that, which is hostile too."""
    data = tmp_path_factory.mktemp("data")
    sid = command(data, "account", "add", "Acme \u202eemca")["AccountSID"]
    command(data, "campaign", "add", sid, "1000", "Desert \u2066")
    command(data, "partner", "add", sid, "10000", "Partner \u202e")
    file = data / f"{TITLE}[red]\u202e.csv"
    file.write_text(
        f"FirstName,LastName,Title,EmailAddress,Accounts\nWile\u202e,Coyote\u2067,Boss \u202d,w@example.com,\n"
        f'A,B,,"{TITLE}x \x9b y",\nC,D,,c@example.com,"{TITLE}"\nE,F,,e@example.com,,"{TITLE}\x9d"\n'
    )
    cards = data / "a.vcf"
    cards.write_bytes(
        f"BEGIN:VCARD\r\nVERSION:3.0\r\nN:Ann;;;;\r\nFN:Ann {TITLE}\r\nX-A:\x9b\x7f\r\nEND:VCARD\r\n".encode()
    )
    return data, sid, str(file)


def test_no_command_sends_what_was_imported_to_the_terminal(hostile: tuple[Path, str, str]) -> None:
    data, sid, file = hostile
    said = [
        run("import", sid, "1000", file, "/nowhere/\x1b[31m", "--report", str(data / "report.csv"), data=data),
        run("import", sid, "1000", str(data / "a.vcf"), "--report", str(data / "report.json"), data=data),
        run("account", "list", data=data),
        run("campaign", "list", sid, data=data),
        run("partner", "list", sid, data=data),
        run("contact", "list", sid, "1000", data=data),
        run("contact", "list", sid, "1000", "--json", data=data),
        run("contact", "show", sid, "1000", "1", data=data),
        run("contact", "show", sid, "1000", "1\x1b[31m", data=data),
        run("export", sid, "\x1b[31m", data=data),
        run("account", "list", "--\x1b[31m", data=data),
    ]
    assert [bool(done.stdout or done.stderr) for done in said] == [True] * len(said)
    texts = [text for done in said for text in (done.stdout, done.stderr)]
    texts += [(data / "report.csv").read_text(), (data / "report.json").read_text()]
    assert [found[0] for text in texts for found in STEERS.finditer(text)] == []
    assert "refused" in said[0].stdout
    assert r"\u202e" in said[5].stdout


@pytest.mark.parametrize("kind", ["vcf", "csv", "jcard", "json"])
def test_an_export_is_shown_by_a_terminal_and_is_raw_elsewhere(hostile: tuple[Path, str, str], kind: str) -> None:
    data, sid, _ = hostile
    arguments = (*PROGRAM, "export", sid, "1000", "--format", kind, "--data", str(data))
    assert on_a_terminal(*arguments)
    assert not STEERS.search(on_a_terminal(*arguments).replace("\r\n", "\n"))
    if kind == "vcf":
        assert TITLE.encode() in subprocess.run(arguments, stdout=subprocess.PIPE, check=True, env=ENVIRONMENT).stdout


def test_the_progress_bar_shows_the_name_of_the_file(hostile: tuple[Path, str, str]) -> None:
    data, sid, file = hostile
    ours, theirs = pty.openpty()
    arguments = (*PROGRAM, "import", sid, "1000", file, "--data", str(data))
    subprocess.run(arguments, stdout=subprocess.DEVNULL, stderr=theirs, check=True, env=ENVIRONMENT)
    os.close(theirs)
    with os.fdopen(ours, "rb", buffering=0) as terminal:
        said = terminal.read(4_096)
    assert b"\x1b]0" not in said
    assert rb"[red]\u202e.csv" in said


def on_a_terminal(*arguments: str) -> str:
    ours, theirs = pty.openpty()
    process = subprocess.Popen(arguments, stdout=theirs, env=ENVIRONMENT)
    os.close(theirs)
    said = b""
    try:
        while piece := os.read(ours, 65_536):
            said += piece
    except OSError:  # the other end was closed
        pass
    os.close(ours)
    assert process.wait() == 0
    return said.decode()
