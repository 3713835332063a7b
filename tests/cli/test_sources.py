"""Where options come from besides the command line: the environment and a TOML file, shared by all commands."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

import serving
from cardwright.cli import COMMANDS
from serving import command, run

if TYPE_CHECKING:
    from pathlib import Path


def test_the_file_may_hold_options_of_every_command(tmp_path: Path) -> None:
    command(tmp_path, "account", "add", "Acme")
    config = tmp_path / "a.toml"
    config.write_text(f'data = {json.dumps(str(tmp_path))}\nport = 9414\nrate_limit = "1/hour"\nread-only = true\n')
    done = run("account", "list", "--config", str(config))
    assert (done.returncode, done.stderr, "Acme" in done.stdout) == (0, "", True)


@pytest.mark.parametrize(
    "option", ["prot = 9414", "nam = 'x'", "sid-x = 1", "[serve]\nport = 1", "config = 'another.toml'"]
)
def test_an_unknown_option_in_the_file_is_wrong_usage(tmp_path: Path, option: str) -> None:
    config = tmp_path / "a.toml"
    config.write_text(option)
    done = run("account", "list", "--config", str(config), data=tmp_path)
    said = f"cardwright: {config}: unknown option '{option.split(maxsplit=1)[0].strip('[]')}'\n"
    assert (done.returncode, done.stdout, done.stderr) == (2, "", said)


@pytest.mark.parametrize("given", [("--config=",), ("--config", ""), ("--config", ".")])
@pytest.mark.parametrize("at", [0, 2])
def test_no_file_at_all_is_wrong_usage(tmp_path: Path, given: tuple[str, ...], at: int) -> None:
    arguments = ["account", "list"]
    arguments[at:at] = given
    done = run(*arguments, data=tmp_path)
    assert (done.returncode, done.stdout, done.stderr) == (2, "", "cardwright: --config names no file\n")


@pytest.mark.parametrize("content", [None, b"=", b"\xff"])
def test_a_file_that_cannot_be_read_is_one_line_and_exit_1(tmp_path: Path, content: bytes | None) -> None:
    config = tmp_path / "a.toml"
    if content is None:
        config.mkdir()
    else:
        config.write_bytes(content)
    done = run("account", "list", "--config", str(config), data=tmp_path)
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (1, "", 1)
    assert str(config) in done.stderr


def test_an_unknown_name_in_the_environment_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    command(tmp_path, "account", "add", "Acme")
    monkeypatch.setitem(serving.ENVIRONMENT, "CARDWRIGHT_PROT", "9414")
    monkeypatch.setitem(serving.ENVIRONMENT, "CARDWRIGHT_PORT", "9414")
    done = run("account", "list", data=tmp_path)
    assert (done.returncode, done.stderr) == (0, "cardwright: no command has an option for CARDWRIGHT_PROT\n")


def test_what_stands_on_the_line_without_a_name_comes_from_nowhere_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sid = command(tmp_path, "account", "add", "Acme")["AccountSID"]
    monkeypatch.setitem(serving.ENVIRONMENT, "CARDWRIGHT_SID", sid)
    monkeypatch.setitem(serving.ENVIRONMENT, "CARDWRIGHT_NAME", "Acme")
    for arguments in (("account", "remove"), ("account", "add"), ("token", "list")):
        assert run(*arguments, data=tmp_path).returncode == 2
    assert len(json.loads(run("account", "list", "--json", data=tmp_path).stdout)) == 1


def test_a_mark_at_the_beginning_of_the_file_is_passed_over(tmp_path: Path) -> None:
    command(tmp_path, "account", "add", "Acme")
    config = tmp_path / "a.toml"
    config.write_text(f"data = {json.dumps(str(tmp_path))}\n", encoding="utf-8-sig")
    assert "Acme" in run("account", "list", "--config", str(config)).stdout


@pytest.mark.parametrize("option", ["port = 8000.5", "workers = '1.0'"])
def test_a_number_with_a_fraction_is_wrong_usage_and_not_rounded(tmp_path: Path, option: str) -> None:
    config = tmp_path / "a.toml"
    config.write_text(option)
    done = run("serve", "--config", str(config), data=tmp_path / "data")
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)
    assert done.stderr.endswith("is no whole number\n")
    assert not (tmp_path / "data").exists()


@pytest.mark.parametrize("arguments", [(), ("--help",)])
def test_the_list_of_commands_says_what_each_does(arguments: tuple[str, ...]) -> None:
    said = [line.strip("│ ").split(maxsplit=1) for line in run(*arguments).stdout.splitlines()]
    assert set(COMMANDS) <= {line[0] for line in said if len(line) == 2}
