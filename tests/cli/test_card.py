"""`cardwright card`: one document to one card, without a server."""

from __future__ import annotations

import json
import subprocess
from typing import TYPE_CHECKING

import pytest

import serving
from pictures import jpeg, webp
from serving import PROGRAM, run

if TYPE_CHECKING:
    from pathlib import Path

JOHN = json.dumps({"action": "createcontact", "name": {"first-name": "José"}})
CARD = "BEGIN:VCARD\nVERSION:{version}\nN:;José;;;\nFN:José\nEND:VCARD\n"


def test_the_document_comes_from_a_file_or_from_standard_input(tmp_path: Path) -> None:
    (tmp_path / "john.json").write_text(JOHN)
    from_file, from_input = run("card", str(tmp_path / "john.json")), run("card", text=JOHN)
    assert (from_file.stdout, from_file.stderr) == (CARD.format(version="3.0"), "")
    assert from_input.stdout == run("card", "-", text=JOHN).stdout == from_file.stdout
    assert not (tmp_path / "cardwright-data").exists()


def test_lines_end_as_a_card_wants_it() -> None:
    said = subprocess.run((*PROGRAM, "card"), input=JOHN.encode(), capture_output=True, check=True)
    assert said.stdout == CARD.format(version="3.0").replace("\n", "\r\n").encode()


def test_the_version_comes_from_the_command_line_or_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    assert run("card", "--version", "4.0", text=JOHN).stdout == CARD.format(version="4.0")
    monkeypatch.setitem(serving.ENVIRONMENT, "CARDWRIGHT_VERSION", "4.0")
    assert run("card", text=JOHN).stdout == CARD.format(version="4.0")


@pytest.mark.parametrize(
    ("document", "said"),
    [
        ("", "the body is not JSON"),
        ("[]", "the body is not a JSON object"),
        ("{}", "'action' required"),  # CC-31: before everything that follows
        ('{"action": "", "name": {"first-name": "O\'Brien"}}', "'action' required"),
        ('{"action": "createcontacts", "name": {"first-name": "A"}}', "invalid action"),
        ('{"action": 7}', "invalid action"),
        ('{"action": "createcontact"}', "The contact holds no data."),
        ('{"action": "createcontact", "name": {"first-name": "O\'Brien"}}', "name.first-name: holds"),
        ('{"action": "createcontact", "name": {"first-name": 7}}', "name.first-name: a text is expected here"),
        ('{"action": "CreateContact", "name": {"first-name": "A"}, "photo-url": "https://example.com/a"}', "--photo"),
    ],
)
def test_a_fault_is_one_line_and_exit_1(document: str, said: str) -> None:
    done = run("card", text=document)
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (1, "", 1)
    assert done.stderr.startswith("cardwright: ")
    assert said in done.stderr


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("{folder}/none.json",), "No such file or directory: {folder}/none.json"),
        (("{folder}",), "directory"),
        (("--photo", "{folder}/none.jpg"), "No such file"),
        (("--photo", "{folder}/webp.jpg"), "{folder}/webp.jpg: The photo is no GIF, JPEG or PNG."),
        (("--photo", "{folder}/cut.jpg"), "{folder}/cut.jpg: The photo is no GIF, JPEG or PNG."),
    ],
)
def test_a_file_that_cannot_be_used_is_one_line_and_exit_1(
    tmp_path: Path, arguments: tuple[str, ...], said: str
) -> None:
    (tmp_path / "webp.jpg").write_bytes(webp())
    (tmp_path / "cut.jpg").write_bytes(jpeg()[:-9])
    done = run("card", *(it.format(folder=tmp_path) for it in arguments), text=JOHN)
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (1, "", 1)
    assert said.format(folder=tmp_path) in done.stderr


def test_names_of_any_text_pass_when_asked_for() -> None:
    document = json.dumps({"action": "createcontact", "name": {"last-name": "O'Brien"}})
    assert run("card", text=document).returncode == 1
    assert "N:O'Brien;" in run("card", "--names", "any", text=document).stdout
