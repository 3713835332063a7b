"""Confirmation prompts: ask a person before data is removed for good."""

from __future__ import annotations

import sys
from typing import Annotated, TypeAlias

from cyclopts import Parameter

from cardwright.book.files.visible import visible
from cardwright.cli.files import UsageError
from cardwright.errors import CardwrightError

Yes: TypeAlias = Annotated[bool, Parameter(negative="", help="Do not ask.")]


class NotConfirmedError(CardwrightError):
    """The person who was asked did not say yes."""


def ask(what: str, *, yes: bool) -> None:
    """Return once a person said that it may be done; UsageError where there is nobody to ask."""
    if yes:
        return
    if not (sys.stdin and sys.stdin.isatty()):
        raise UsageError(f"{what}? Add --yes: there is no terminal to ask at")
    sys.stderr.write(f"{visible(what)}? It cannot be undone. [y/N] ")
    sys.stderr.flush()
    if sys.stdin.readline().strip().lower() not in {"y", "yes"}:
        raise NotConfirmedError("nothing was removed")
