"""Campaigns and partner accounts: renamed, and removed for good once somebody said so."""

from __future__ import annotations

import json
import os
import pty
import subprocess
from typing import TYPE_CHECKING

import pytest

from serving import ENVIRONMENT, PROGRAM, command, run

if TYPE_CHECKING:
    from pathlib import Path

WILE = ("--first", "Wile", "--last", "Coyote", "--email", "wile@example.com", "--account", "10000")


@pytest.fixture
def sid(tmp_path: Path) -> str:
    made = command(tmp_path, "account", "add", "Acme")["AccountSID"]
    for kind, id_ in (("campaign", "1000"), ("campaign", "2000"), ("partner", "10000"), ("partner", "20000")):
        command(tmp_path, kind, "add", made, id_, "First")
    return made


def listed(data: Path, *arguments: str) -> list[dict[str, str]]:
    found: list[dict[str, str]] = json.loads(run(*arguments, "--json", data=data).stdout)
    return found


@pytest.mark.parametrize(("kind", "id_"), [("campaign", "1000"), ("partner", "10000")])
def test_a_name_is_changed(tmp_path: Path, sid: str, kind: str, id_: str) -> None:
    command(tmp_path, "contact", "add", sid, "1000", *WILE)
    assert command(tmp_path, kind, "rename", sid, id_, " Road ") == {"Id": id_, "Name": "Road"}
    assert {"Id": id_, "Name": "Road"} in listed(tmp_path, kind, "list", sid)
    (partner,) = command(tmp_path, "contact", "show", sid, "1000", "1")["Accounts"]
    assert partner == {"Id": "10000", "Name": "Road" if kind == "partner" else "First"}  # type: ignore[comparison-overlap]
    for arguments, status in (((id_, ""), 2), (("7", "Road"), 1)):
        done = run(kind, "rename", sid, *arguments, data=tmp_path)
        assert (done.returncode, done.stdout, done.stderr.count("\n")) == (status, "", 1)


@pytest.mark.parametrize(("kind", "id_"), [("campaign", "1000"), ("partner", "20000")])
def test_who_is_asked_must_say_yes(tmp_path: Path, sid: str, kind: str, id_: str) -> None:
    done = run(kind, "remove", sid, id_, data=tmp_path, text="y\n")
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)
    assert "--yes" in done.stderr
    assert answered(tmp_path, "n", kind, "remove", sid, id_)[0] == 1
    assert len(listed(tmp_path, kind, "list", sid)) == 2
    status, said = answered(tmp_path, "y", kind, "remove", sid, id_)
    assert (status, f"{id_} (First)" in said) == (0, True)
    assert len(listed(tmp_path, kind, "list", sid)) == 1
    gone = run(kind, "remove", sid, id_, "--yes", data=tmp_path)
    assert (gone.returncode, gone.stdout, gone.stderr.count("\n")) == (1, "", 1)


def answered(data: Path, answer: str, *arguments: str) -> tuple[int, str]:
    """Run a command at a terminal, where somebody answers."""
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        (*PROGRAM, *arguments, "--data", str(data)),
        stdin=theirs, stdout=subprocess.DEVNULL, stderr=theirs, env=ENVIRONMENT,
    )  # fmt: skip
    os.close(theirs)
    said = b""
    while b"[y/N]" not in said:
        said += os.read(ours, 1_000)
    os.write(ours, answer.encode() + b"\n")
    status = process.wait(60)
    os.close(ours)
    return status, said.decode()


def test_a_campaign_goes_with_all_that_is_in_it_and_its_id_is_free(tmp_path: Path, sid: str) -> None:
    (tmp_path / "a.csv").write_text("FirstName\n" + "".join(f"Zyxomma{row}\n" for row in range(1_200)))
    command(tmp_path, "import", sid, "1000", str(tmp_path / "a.csv"))
    command(tmp_path, "contact", "add", sid, "2000", *WILE)
    assert command(tmp_path, "campaign", "remove", sid, "1000", "--yes") == {"Id": "1000", "Status": "REMOVED"}
    assert run("contact", "list", sid, "1000", data=tmp_path).returncode == 1
    left = b"".join(file.read_bytes() for file in tmp_path.glob("cardwright.sqlite3*"))
    assert b"Zyxomma" not in left
    command(tmp_path, "campaign", "add", sid, "1000", "Again")
    assert listed(tmp_path, "contact", "list", sid, "1000") == []
    assert len(listed(tmp_path, "contact", "list", sid, "2000")) == 1
    assert command(tmp_path, "check") == {"ok": True, "faults": []}


def test_a_partner_account_stays_while_contacts_have_no_other(tmp_path: Path, sid: str) -> None:
    both = command(tmp_path, "contact", "add", sid, "1000", *WILE, "--account", "20000")["Id"]
    only = command(tmp_path, "contact", "add", sid, "2000", *WILE)["Id"]
    done = run("partner", "remove", sid, "10000", "--yes", data=tmp_path)
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (1, "", 1)
    assert f"({only})" in done.stderr
    assert len(command(tmp_path, "contact", "show", sid, "1000", both)["Accounts"]) == 2
    command(tmp_path, "contact", "erase", sid, "2000", only)
    command(tmp_path, "partner", "remove", sid, "10000", "--yes")
    assert [it["Id"] for it in listed(tmp_path, "partner", "list", sid)] == ["20000"]
    accounts = command(tmp_path, "contact", "show", sid, "1000", both)["Accounts"]
    assert accounts == [{"Id": "20000", "Name": "First"}]  # type: ignore[comparison-overlap]
    assert command(tmp_path, "check") == {"ok": True, "faults": []}


def test_the_users_of_a_partner_account_go_with_it(tmp_path: Path, sid: str) -> None:
    command(tmp_path, "partner", "user", "add", sid, "10000", *WILE[:6])
    assert len(listed(tmp_path, "contact", "list", sid, "1000")) == 1
    command(tmp_path, "partner", "remove", sid, "10000", "--yes")
    assert listed(tmp_path, "contact", "list", sid, "1000") == []
    assert command(tmp_path, "check") == {"ok": True, "faults": []}
