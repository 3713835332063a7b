"""The code blocks of the documentation, found and run as a reader would.

What the language after the three backticks means:

`sh`       commands, run in one shell a page, in a folder with `examples/` alone, beside a running server
`output`   what the commands in the block before it print; `…` stands for anything
`python`   run as it stands, all blocks of a page in one namespace; with `>>>`, as a doctest
`json`, `toml`, `vcard`  must be read
`nginx`, `haproxy`  a configuration, run by `tests/http/test_proxies_as_documented.py`
`make`     targets of the Makefile, not run: they are what runs this
`text`     a drawing, or what stands for itself
"""

from __future__ import annotations

import re
import subprocess
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

LANGUAGES: Final = frozenset(
    ("sh", "output", "python", "json", "toml", "vcard", "nginx", "haproxy", "caddyfile", "make", "text")
)
_BLOCK: Final = re.compile(r"^( *)```(\S*)\n(.*?)^\1```$", re.MULTILINE | re.DOTALL)
_END: Final = "-- the command above has ended with "


class Block(NamedTuple):
    """One fenced block of a page."""

    language: str
    text: str
    line: int


class Command(NamedTuple):
    """A block of commands, and what the page says that they print; `""` when it does not say."""

    line: int
    command: str
    printed: str


def blocks(page: str) -> list[Block]:
    """Return the blocks of a page in Markdown, without their indentation."""
    found = []
    for match in _BLOCK.finditer(page):
        indent, language, text = match.groups()
        lines = [line.removeprefix(indent) for line in text.splitlines()]
        found.append(Block(language, "\n".join(lines), page.count("\n", 0, match.start()) + 2))
    return found


def commands(page: list[Block]) -> list[Command]:
    """Return the commands among the blocks of a page, each with the output that stands behind it."""
    followed = zip(page, [*page[1:], Block("", "", 0)], strict=True)
    return [
        Command(block.line, block.text, after.text if after.language == "output" else "")
        for block, after in followed
        if block.language == "sh"
    ]


def run(script: list[Command], folder: Path, environment: Mapping[str, str]) -> list[str]:
    """Run commands in one shell and return what each printed, errors included; stops at the first that fails."""
    parts = [f"{command.command}\nprintf '\\n%s%s\\n' '{_END}' $?" for command in script]
    done = subprocess.run(
        ["/bin/bash", "-e", "-o", "pipefail", "-c", "\n".join(parts)],
        cwd=folder,
        env=dict(environment),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        stdin=subprocess.DEVNULL,
        check=False,
        timeout=100,
    )
    *printed, rest = re.split(rf"\n{_END}\d+\n", done.stdout.decode().replace("\r\n", "\n"))
    if done.returncode:
        raise AssertionError(f"line {script[len(printed)].line}: {script[len(printed)].command}\n{rest}")
    return printed


def agrees(printed: str, expected: str) -> bool:
    """Say whether what was printed is what the page says; `…`, a line end behind it too, is anything.

    Blanks at the ends do not count.
    """
    pattern = ".*".join(map(re.escape, re.split("…\n?", expected.strip())))
    return re.fullmatch(pattern, printed.strip(), re.DOTALL) is not None
