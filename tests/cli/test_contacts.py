"""Contacts from the command line, made over HTTP."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from partner_client import CAMPAIGN, WILE, client, prepare
from serving import command, run, serve

if TYPE_CHECKING:
    from pathlib import Path


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
