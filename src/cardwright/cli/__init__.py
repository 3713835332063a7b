"""The command line: one command per file, loaded when it is called.

Every option may also come from the environment (`CARDWRIGHT_…`) or from a TOML file (`--config`); the command line wins
over the environment, and that over the file.
"""

from __future__ import annotations

import errno
import io
import logging
import os
import sys
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final, NamedTuple, NoReturn

from cyclopts import App, CycloptsError, Parameter

from cardwright import __version__
from cardwright.cli.files import UsageError, told
from cardwright.cli.output import complain
from cardwright.cli.sources import PREFIX, ConfigFile, Environment, check_numbers, check_text
from cardwright.errors import CardwrightError, InvalidError

if TYPE_CHECKING:
    from collections.abc import Sequence

FAILED: Final = 1
WRONG_USAGE: Final = 2
INTERRUPTED: Final = 130
_HELP: Final = ("--help", "-h")


class Command(NamedTuple):
    """A command or a group of them, which is loaded when it is called."""

    place: str
    """Module and object in this package."""
    summary: str
    """The first sentence of its help: for the list of commands, which loads none of them."""


COMMANDS: Final = {
    "serve": Command(
        "serve:serve", "Run the server until it is stopped by SIGINT or SIGTERM, which let running requests finish."
    ),
    "card": Command("card:card", "Read a createcontact JSON document and write its vCard to standard output."),
    "account": Command("account:app", "Add, list and remove accounts."),
    "token": Command("token:app", "Add, list and revoke the AuthTokens of an account."),
    "key": Command("key:app", "Reset the ApiKey of an account."),
    "campaign": Command("campaign:app", "Add, list, rename and remove the campaigns of an account."),
    "partner": Command("partner:app", "Add, list, rename and remove the partner accounts of an account."),
    "contact": Command("contact:app", "Add, list, show, restore and erase the contacts of a campaign."),
    "check": Command(
        "check:check", "Check the store's integrity; exit 1, with a line for each fault, when something is wrong."
    ),
    "backup": Command(
        "backup:backup", "Write a consistent copy of the store to a new file, also while the server runs."
    ),
    "migrate": Command(
        "migrate:migrate",
        "Bring the schema of the store up to date, as `serve` does when it starts; no other command does.",
    ),
    "distribute": Command(
        "distribute:distribute",
        "Print the statements that distribute the tables over the nodes of Citus, by account; "
        "they are run with `psql`.",
    ),
    "import": Command(
        "imports:import_",
        "Import contacts from vCard, CSV and jCard files; a row that cannot be taken never stops the rest.",
    ),
    "export": Command(
        "export:export",
        "Write a campaign's contacts: as cards, as a table, as one JSON array of jCards or of contacts.",
    ),
}


def program(*, listed: bool = False) -> App:
    """Return the whole command line; with `listed` the commands have their summary for all of their help."""
    # `main` decides what an interrupt ends in: a server that is stopped while it starts ends with 0.
    about = "A contact server that a team runs itself."
    app = App(name="cardwright", version=__version__, help=about, suppress_keyboard_interrupt=False)
    for name, command in COMMANDS.items():
        app.command(f"cardwright.cli.{command.place}", name=name, help=command.summary if listed else None)

    @app.meta.default
    def launch(
        *tokens: Annotated[str, Parameter(show=False, allow_leading_hyphen=True)],
        config: Annotated[Path | None, Parameter(env_var=f"{PREFIX}CONFIG", help="A TOML file with options.")] = None,
    ) -> None:
        if config == Path():  # nothing, or a dot
            raise UsageError("--config names no file")
        file = [ConfigFile.read(config)] if config else []
        app.config = [Environment(PREFIX, command=False), *file, check_numbers]
        _check_command(app, tokens)
        app(tokens, exit_on_error=False, print_error=False)

    return app


def _check_command(app: App, tokens: tuple[str, ...]) -> None:
    """Print the help of a group, and leave with 2, where none of its commands is named."""
    path, apps, left = app.parse_commands(tokens)
    group = apps[-1]
    if path and not left and group.default_command is None:
        from rich.console import Console

        app.help_print(list(path), console=Console(stderr=True))
        raise UsageError(f"name one of the commands of {' '.join(path)}: {', '.join(_commands(group))}")


def _commands(group: App) -> list[str]:
    return [name for name in group if not name.startswith("-")]


def _config_first(given: Sequence[str]) -> list[str]:
    """Return the arguments with `--config` before all others, where every command takes it."""
    others = iter(given)
    named: list[str] = []
    rest: list[str] = []
    for argument in others:
        if argument == "--":
            return [*named, *rest, argument, *others]
        value = list(islice(others, 1)) if argument == "--config" else []
        if value:
            named += [argument, *value]
        else:
            (named if argument.startswith("--config=") else rest).append(argument)
    return [*named, *rest]


def main(arguments: list[str] | None = None) -> None:
    """Run the program; a fault is one line on standard error, with exit 1, or exit 2 for wrong usage."""
    logging.getLogger("cardwright").addHandler(logging.NullHandler())  # `serve` has a log; a command says it itself
    try:
        _prepare_output()
        given = (sys.argv[1:] if arguments is None else arguments) or ["--help"]
        check_text(given)
        whole = program(listed=given[0] in _HELP)
        whole.meta(_config_first(given), exit_on_error=False, print_error=False, result_action="return_value")
        sys.stdout.flush()
    except CycloptsError as error:
        _fail(WRONG_USAGE, str(error))
    except (UsageError, InvalidError) as error:
        _fail(WRONG_USAGE, str(error))
    except OSError as error:
        _fail(FAILED, told(error))
    except CardwrightError as error:
        _fail(FAILED, str(error))
    except KeyboardInterrupt:
        sys.exit(INTERRUPTED)


def _prepare_output() -> None:
    """Let every text be printed, whatever the locale can write; OSError when there is nowhere to print to."""
    if sys.stdout is None:
        raise OSError(errno.EBADF, "standard output is closed")
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")


def _fail(status: int, message: str) -> NoReturn:
    complain(message)
    try:
        if sys.stdout is not None:
            sys.stdout.flush()
    except OSError:  # what could not be written must not be tried again, and complained about, at the exit
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    sys.exit(status)
