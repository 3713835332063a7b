"""`cardwright distribute`: the statements that distribute the tables of a store on PostgreSQL."""

from __future__ import annotations

from typing import Annotated

from cyclopts import Parameter

from cardwright.cli.files import UsageError
from cardwright.cli.output import say
from cardwright.store import distribution


def distribute(*, print_: Annotated[bool, Parameter(name="--print", negative=())] = False) -> None:
    """Print the statements that distribute the tables over the nodes of Citus, by account; they are run with `psql`.

    Run them once the store is made, and after every upgrade: what is distributed already they leave as it is.

    Parameters
    ----------
    print_
        Print them. Nothing else can be asked for: the statements are the operator's to run.
    """
    if not print_:
        raise UsageError("give --print, and run what it prints with psql: docs/operations/scale.md says when")
    say(*distribution())
