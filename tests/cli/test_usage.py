"""Wrong usage is one line on standard error and exit 2, whatever the command; what is wrong is named."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from cardwright.cli import COMMANDS, main, program
from serving import run

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from cyclopts import App

GROUPS = ["account", "token", "key", "campaign", "partner", "partner user", "contact"]
LEAVES = ["serve", "card", "check", "backup x", "migrate", "import A 1000 x.vcf", "export A 1000", "account list"]
LEAVES += ["account add A", "contact list A 1000", "partner user list A 10000", "key reset A"]


def ended(capfd: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    """Run the command line in this process, and return its exit status and what it said."""
    try:
        main(list(arguments))
    except SystemExit as left:
        return (int(left.code or 0), *capfd.readouterr())
    return (0, *capfd.readouterr())


WRONG = [
    ("frobnicate", "frobnicate"),
    ("account frobnicate", "frobnicate"),
    ("account add", "NAME"),
    ("serve --port x", "--port"),
    ("serve --port 8000.4", "--port"),
    ("serve --port 70000", "port: 70000 is not between 1 and 65535"),
    ("serve --port 0", "port"),
    ("serve --workers 0", "workers"),
    ("serve --workers 65", "workers"),
    ("serve --names loose", "--names"),
    ("serve --rate-limit often", "rate-limit"),
    ("serve --fetch-allow nowhere", "fetch-allow"),
    ("serve --host=", "--host is empty"),
    ("card --version 5.0", "--version"),
    ("import A 1000 x --on-duplicate merge", "--on-duplicate"),
    ("import A 1000", "FILES"),
    ("export A 1000 --format xls", "--format"),
    ("check --data=", "data"),
    ("check --data ftp://example.com/", "data"),
    ("check --config", "--config"),
    *((f"{leaf} {option}", option.partition("=")[0]) for leaf in LEAVES for option in ("--bogus", "--bogus=1", "-x")),
]


@pytest.mark.parametrize(("line", "named"), WRONG)
def test_wrong_usage_is_one_line_and_exit_2(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], line: str, named: str
) -> None:
    monkeypatch.chdir(tmp_path)
    status, said, faults = ended(capfd, *line.split())
    assert (status, said, faults.count("\n")) == (2, "", 1)
    assert named in faults
    assert not any(tmp_path.iterdir())


def test_a_value_out_of_range_is_wrong_usage(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    _, said, _ = ended(capfd, "account", "add", "A", "--json", "--data", str(tmp_path))
    sid = json.loads(said)["AccountSID"]
    ended(capfd, "campaign", "add", sid, "1000", "A", "--data", str(tmp_path))
    assert ended(capfd, "account", "add", "A", "--sid", "a/b", "--data", str(tmp_path))[0] == 2
    for option, value in (("--page", "0"), ("--page-size", "0"), ("--page-size", "1000000")):
        status, said, faults = ended(capfd, "contact", "list", sid, "1000", option, value, "--data", str(tmp_path))
        assert (status, said, faults.count("\n")) == (2, "", 1)


@pytest.mark.parametrize("before", [[], ["--config", "a.toml"]])
@pytest.mark.parametrize("group", GROUPS)
def test_a_group_without_a_command_shows_its_help(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], group: str, before: list[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.toml").write_text("")
    status, said, faults = ended(capfd, *before, *group.split())
    assert (status, said) == (2, "")
    assert f"Usage: cardwright {group} COMMAND" in faults
    status, said, faults = ended(capfd, *before, *group.split(), "--help")
    assert (status, faults) == (0, "")
    assert f"Usage: cardwright {group} COMMAND" in said


def commands_of(group: App, *before: str) -> Iterator[tuple[str, App]]:
    for name in (name for name in group if not name.startswith("-")):
        one = group[name]
        if one.default_command is None:
            yield from commands_of(one, *before, name)
        else:
            yield " ".join((*before, name)), one


def loaded() -> dict[str, App]:
    return {name: one for name, one in program().resolved_commands().items() if name in COMMANDS}


def test_every_argument_and_option_of_every_command_has_its_help() -> None:
    silent = [
        f"{name}: {argument.name}"
        for name, command in commands_of(program())
        for argument in command.assemble_argument_collection(parse_docstring=True)
        if argument.show and not argument.parameter.help
    ]
    assert silent == []


def test_every_group_is_tried() -> None:
    groups = {name for name, command in COMMANDS.items() if command.place.endswith(":app")}
    assert groups == {it.split()[0] for it in GROUPS}


def test_the_list_of_commands_says_of_each_what_its_own_help_begins_with() -> None:
    own = {name: " ".join(command.help.partition("\n\n")[0].split()) for name, command in loaded().items()}
    assert own == {name: command.summary for name, command in COMMANDS.items()}


@pytest.mark.parametrize(
    ("line", "named"),
    [
        ("port = [1]", "port: a whole number is expected, not [1]"),
        ("port = {a = 1}", "port: a whole number"),
        ("port = 2020-01-01", "port: a whole number"),
        ("port = true", "port: a whole number is expected, not true"),
        ('port = "x"', "port"),
        ("data = 5", "data: a text is expected, not 5"),
        ("data = true", "data: a text"),
        ("data = [1]", "data: a text"),
        ("rate_limit = 5", "rate_limit: a text"),
        ("rate-limit = 5", "rate-limit: a text"),
        ("names = 3", "names: a text"),
        ("no_fetch = 1", "no_fetch: true or false"),
        ('no_fetch = "perhaps"', "no_fetch"),
        ("fetch_allow = 3", "fetch_allow: a text"),
        ('fetch_allow = ["127.0.0.1/32", 3]', "fetch_allow: a text"),
    ],
)
def test_a_wrong_type_in_the_file_names_the_key(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], line: str, named: str
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.toml").write_text(line)
    status, said, faults = ended(capfd, "serve", "--config", "a.toml")
    assert (status, said, faults.count("\n")) == (2, "", 1)
    assert named in faults
    assert "a.toml" in faults


@pytest.mark.parametrize("given", [["--config", "{file}"], ["--config={file}"]])
def test_the_file_is_taken_wherever_it_stands(tmp_path: Path, given: list[str]) -> None:
    config, document = tmp_path / "a.toml", tmp_path / "a.json"
    config.write_text('version = "4.0"')
    document.write_text('{"action": "createcontact", "name": {"first-name": "A"}}')
    option = [it.format(file=config) for it in given]
    for line in (["card", *option, str(document)], ["card", str(document), *option], [*option, "card", str(document)]):
        assert "VERSION:4.0" in run(*line).stdout
