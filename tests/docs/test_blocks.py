"""Every code block of the documentation does what the page says."""

from __future__ import annotations

import doctest
import json
import os
import re
import time
import tomllib
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pytest

import documentation
import postgres
from cardwright import vcard
from serving import ENVIRONMENT, PROGRAM, START_SECONDS, started

if TYPE_CHECKING:
    from postgres import Cluster

ROOT = Path(__file__).parents[2]
PAGES = {str(page.relative_to(ROOT)): page.read_text(encoding="utf-8") for page in sorted(
    [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])}  # fmt: skip
BLOCKS = [(page, block) for page, text in PAGES.items() for block in documentation.blocks(text)]
ADDRESS = "http://127.0.0.1:8000"


def first_account(log: Path) -> dict[str, str]:
    """Return the credentials that a server on an empty store prints, a moment after it is ready."""
    end = time.monotonic() + START_SECONDS
    while "curl" not in (said := log.read_text()) and time.monotonic() < end:
        time.sleep(0.01)
    return dict(re.findall(r"^ +(AccountSID|AuthToken|ApiKey) +(\S+)$", said, re.MULTILINE))


def pages_with(language: str) -> list[str]:
    return list(dict.fromkeys(page for page, block in BLOCKS if block.language == language))


def test_every_block_says_what_it_is() -> None:
    assert not [f"{page}:{block.line}" for page, block in BLOCKS if block.language not in documentation.LANGUAGES]


def with_databases(request: pytest.FixtureRequest, path: str) -> dict[str, str]:
    """Return what lets PostgreSQL's programs, and ours, find a cluster; what a page makes there goes afterwards."""
    cluster: Cluster = request.getfixturevalue("postgres")
    there = "SELECT string_agg(quote_ident(datname), ',') FROM pg_database"
    before = cluster.run(there).split(",")

    def drop() -> None:
        for name in cluster.run(there).split(","):
            if name not in before:
                cluster.run(f"DROP DATABASE {name} WITH (FORCE)")

    request.addfinalizer(drop)
    return {
        "PATH": os.pathsep.join((path, str(postgres.binaries()))),
        "PGHOST": str(cluster.folder),
        "PGUSER": cluster.user,
    }


@pytest.mark.parametrize("page", pages_with("sh"))
def test_commands(page: str, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    data, folder, path = tmp_path / "data", tmp_path / "reader", tmp_path / "bin"
    for made in (data, folder, path):
        made.mkdir(mode=0o700)
    (folder / "examples").symlink_to(ROOT / "examples")  # what a reader has who is in a clone
    (path / "cardwright").write_text(f'#!/bin/sh\nexec {" ".join(PROGRAM)} "$@"\n')
    (path / "cardwright").chmod(0o755)
    with started(data) as (url, _):
        secrets = first_account(data / "server.log")
        environment = ENVIRONMENT | {
            "PATH": os.pathsep.join((str(path), ENVIRONMENT["PATH"])),
            "CARDWRIGHT_DATA": str(data),
            "SID": secrets["AccountSID"],
            "TOKEN": secrets["AuthToken"],
            "KEY": secrets["ApiKey"],
        }
        if "createdb" in PAGES[page]:
            environment |= with_databases(request, environment["PATH"])
        script = [
            command._replace(command=command.command.replace(ADDRESS, url))
            for command in documentation.commands([block for shown, block in BLOCKS if shown == page])
        ]
        for command, printed in zip(script, documentation.run(script, folder, environment), strict=True):
            if command.printed:
                said = printed.replace(url, ADDRESS)
                assert documentation.agrees(said, command.printed), f"{page}:{command.line}\n{said}"


@pytest.mark.parametrize("page", pages_with("python"))
def test_python(page: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    namespace: dict[str, Any] = {"__name__": "reader"}
    for shown, block in BLOCKS:
        if shown != page or block.language != "python":
            continue
        if ">>>" in block.text:
            case = doctest.DocTestParser().get_doctest(block.text, namespace, page, page, block.line)
            assert doctest.DocTestRunner(optionflags=doctest.ELLIPSIS).run(case, clear_globs=False).failed == 0
            namespace |= case.globs
        else:
            exec(compile(block.text, f"{page}:{block.line}", "exec"), namespace)  # noqa: S102 - what the page shows


def vcard_reads(text: str) -> None:
    assert [card.defects for card in vcard.read(text.replace("\n", "\r\n").encode())] == [()]


def is_target(text: str) -> None:
    makefile = (ROOT / "Makefile").read_text()
    for before, target in pairwise(text.split()):
        assert before != "make" or f"\n{target}:" in makefile


READ: Final = {"json": json.loads, "toml": tomllib.loads, "vcard": vcard_reads, "make": is_target}


@pytest.mark.parametrize(
    "block", [pytest.param(block, id=f"{page}:{block.line}") for page, block in BLOCKS if block.language in READ]
)
def test_what_is_read(block: documentation.Block) -> None:
    READ[block.language](block.text)


@pytest.mark.parametrize(
    ("printed", "expected", "agree"),
    [
        ("a\n", "a", True),
        ("a b c", "a … c", True),
        ("a b d", "a … c", False),
        ("[1.5]", "[1…5]", True),
        ("[1, 2, 3, 4]", "[1,…\n3,…\n4]", True),
        ("more", "mor", False),
    ],
)
def test_what_agrees(printed: str, expected: str, *, agree: bool) -> None:
    assert documentation.agrees(printed, expected) is agree


def test_a_command_that_fails_is_told() -> None:
    script = [documentation.Command(1, "true", ""), documentation.Command(2, "echo no; false", "")]
    with pytest.raises(AssertionError, match="line 2: echo no"):
        documentation.run(script, Path.cwd(), {"PATH": os.environ["PATH"]})


def test_commands_of_a_page() -> None:
    page = documentation.blocks("```sh\none\n```\n\n```output\n1\n```\n\n- a list\n\n  ```sh\n  two\n  ```\n")
    assert documentation.commands(page) == [(2, "one", "1"), (12, "two", "")]
