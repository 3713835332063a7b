"""Campaigns, partner accounts and their users, from the command line."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from serving import command, run

if TYPE_CHECKING:
    from pathlib import Path

COYOTE = ("--first", "Wile", "--last", "Coyote", "--email", "wile.coyote@example.com")


@pytest.fixture
def sid(tmp_path: Path) -> str:
    return command(tmp_path, "account", "add", "Acme")["AccountSID"]


def listed(data: Path, *arguments: str) -> Any:  # noqa: ANN401 - whatever it lists
    done = run(*arguments, "--json", data=data)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.mark.parametrize("kind", ["campaign", "partner"])
def test_is_added_and_listed(tmp_path: Path, sid: str, kind: str) -> None:
    assert command(tmp_path, kind, "add", sid, "1000", " Road ") == {"Id": "1000", "Name": "Road"}
    command(tmp_path, kind, "add", sid, "2000", "Runner")
    assert listed(tmp_path, kind, "list", sid) == [{"Id": "1000", "Name": "Road"}, {"Id": "2000", "Name": "Runner"}]
    taken = run(kind, "add", sid, "1000", "Again", data=tmp_path)
    assert (taken.returncode, taken.stdout) == (1, "")
    assert "1000 already" in taken.stderr


def test_a_user_is_added_changed_listed_and_removed(tmp_path: Path, sid: str) -> None:
    command(tmp_path, "partner", "add", sid, "10000", "Acme Partner")
    made = command(tmp_path, "partner", "user", "add", sid, "10000", *COYOTE)
    changed = command(tmp_path, "partner", "user", "update", sid, "10000", made["Id"], "--title", "Genius")
    assert changed == {**made, "Title": "Genius"}
    assert listed(tmp_path, "partner", "user", "list", sid, "10000") == [changed]
    command(tmp_path, "partner", "user", "remove", sid, "10000", made["Id"])
    assert listed(tmp_path, "partner", "user", "list", sid, "10000") == []


@pytest.mark.parametrize("kind", ["campaign", "partner"])
@pytest.mark.parametrize("id_", ["1000.json", "a/b", "a,b", ""])
def test_an_id_that_could_not_stand_in_a_path_or_a_list_is_refused(
    tmp_path: Path, sid: str, kind: str, id_: str
) -> None:
    """PC-1, PC-20, PC-52."""
    refused = run(kind, "add", sid, id_, "Road", data=tmp_path)
    assert (refused.returncode, refused.stdout) == (2, "")
    assert "id: must " in refused.stderr
    assert listed(tmp_path, kind, "list", sid) == []


def test_what_is_not_there_is_named(tmp_path: Path, sid: str) -> None:
    said = run("partner", "user", "add", sid, "7", *COYOTE, data=tmp_path)
    assert (said.returncode, said.stdout) == (1, "")
    assert "no partner account 7" in said.stderr
