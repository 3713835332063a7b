"""Contacts from the command line, made over HTTP."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from partner_client import CAMPAIGN, WILE, client, prepare
from serving import command, run, serve

if TYPE_CHECKING:
    from pathlib import Path


def test_a_contact_is_added_and_shown_for_people(tmp_path: Path) -> None:
    sid = command(tmp_path, "account", "add", "Acme")["AccountSID"]
    command(tmp_path, "campaign", "add", sid, CAMPAIGN, "Desert")
    command(tmp_path, "partner", "add", sid, "10000", "Partner")
    name = ("--first", "Wile", "--last", "Coyote", "--email", "wile@example.com")
    more = ("--title", "Genius", "--label", "A", "--label", "B")
    made = command(tmp_path, "contact", "add", sid, CAMPAIGN, *name, "--account", "10000", *more)
    assert made == command(tmp_path, "contact", "show", sid, CAMPAIGN, made["Id"])
    assert (made["Title"], made["Labels"]) == ("Genius", ["A", "B"])  # type: ignore[comparison-overlap]
    said = run("contact", "show", sid, CAMPAIGN, made["Id"], data=tmp_path).stdout
    lines = [line.split(maxsplit=1) for line in said.splitlines()]
    assert lines[:4] == [
        ["Id", "1"],
        ["Name", "Wile Coyote"],
        ["Title", "Genius"],
        ["E-mail", "wile@example.com (work)"],
    ]
    assert "Partner accounts  10000 (Partner)\n" in said
    wrong = [
        ((*name, "--account", "7"), 2, "account: No partner account 7"),
        (name, 2, "--account"),
        ((*name[:5], "nobody", "--account", "10000"), 2, "email: "),
        ((*name, "--account", "10000", "--label", "x" * 1_000), 2, "label: "),
    ]
    for arguments, status, fault in wrong:
        done = run("contact", "add", sid, CAMPAIGN, *arguments, data=tmp_path)
        assert (done.returncode, done.stdout, done.stderr.count("\n")) == (status, "", 1)
        assert fault in done.stderr


def test_a_note_of_several_lines_is_shown_so(tmp_path: Path) -> None:
    sid = command(tmp_path, "account", "add", "Acme")["AccountSID"]
    command(tmp_path, "campaign", "add", sid, CAMPAIGN, "Desert")
    (tmp_path / "a.vcf").write_text(
        "BEGIN:VCARD\nVERSION:4.0\nN:Coyote;Wile;;;\nFN:Wile\nNOTE:one\\ntwo \x1b\nADR:;;1 Road;Town;;;\nEND:VCARD\n"
    )
    command(tmp_path, "import", sid, CAMPAIGN, str(tmp_path / "a.vcf"))
    said = run("contact", "show", sid, CAMPAIGN, "1", data=tmp_path).stdout
    assert "Note     one\n         two" in said
    assert "1 Road, Town" in said
    assert "\x1b" not in said


def test_a_contact_is_listed_shown_restored_and_erased(tmp_path: Path) -> None:
    with serve(tmp_path) as server:
        prepare(server)
        ours = client(server)
        path = ours.create({**WILE, "Title": "Genius"})
        place = (server.sid, CAMPAIGN, path[1:])
        before = ours.ask("GET", path)
        assert command(tmp_path, "contact", "show", *place) == before
        listed = json.loads(run("contact", "list", *place[:2], "--search", "gen", "--json", data=tmp_path).stdout)
        assert [it["Id"] for it in listed] == [path[1:]]
        ours.ask("DELETE", path)
        gone = run("contact", "show", *place, data=tmp_path)
        assert (gone.returncode, gone.stdout) == (1, "")
        restored = command(tmp_path, "contact", "restore", *place)
        assert restored == ours.ask("GET", path)
        assert {**restored, "DateLastUpdated": ""} == {**before, "DateLastUpdated": ""}
        assert run("contact", "restore", *place, data=tmp_path).returncode == 1
        command(tmp_path, "contact", "erase", *place)
        ours.ask("GET", path, 404)
        assert run("contact", "restore", *place, data=tmp_path).returncode == 1
        assert command(tmp_path, "check") == {"ok": True, "faults": []}
