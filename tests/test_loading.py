"""What a program loads before it is asked for it (docs/adr/0045-loaded-when-needed.md)."""

from __future__ import annotations

import subprocess
import sys

import pytest

from cardwright.cli import COMMANDS
from serving import ENVIRONMENT

COMMAND_MODULES = [f"cardwright.cli.{command.place.partition(':')[0]}" for command in COMMANDS.values()]
SURFACES = [f"cardwright.{it}" for it in ("mounts.console", "mounts.dav", "mounts.openapi", "mounts.partner")]
LATER = ["phonenumbers", "jinja2", "markupsafe", "email_validator", "segno", "PIL", "prometheus_client", "rich", "h11"]
TOLD = "import atexit, sys; atexit.register(lambda: print(*sys.modules, file=sys.stderr)); "


@pytest.mark.parametrize(
    ("program", "loaded", "not_loaded"),
    [
        ("from cardwright.cli import main; main(['--help'])", "cardwright.cli", COMMAND_MODULES),
        (
            "from cardwright.cli import main; main(['token', '--help'])",
            "cardwright.cli.token",
            ["cardwright.app", "cardwright.store.sqlite", "cardwright.cli.serve", "cardwright.surfaces"],
        ),
        (
            "import cardwright.cli.serve, cardwright.app, cardwright.store.sqlite",
            "cardwright.app",
            [*SURFACES, "cardwright.surfaces.console.pages", "cardwright.book.files.reading", *LATER],
        ),
    ],
    ids=["the list of commands", "the help of a command", "a server"],
)
def test_what_is_not_needed_is_not_loaded(program: str, loaded: str, not_loaded: list[str]) -> None:
    told = (sys.executable, "-c", TOLD + program)
    done = subprocess.run(told, capture_output=True, text=True, check=True, env=ENVIRONMENT)
    modules = set(done.stderr.split())
    assert loaded in modules
    assert modules & set(not_loaded) == set()
