"""`cardwright check`: an integrity check of the store."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, Final

from cyclopts import Parameter

from cardwright.cli.arguments import DATA, Json
from cardwright.cli.opening import with_store
from cardwright.cli.output import document, say
from cardwright.errors import StoreError, UnavailableError
from cardwright.store import check_file

_ADVICE: Final = (
    "What to do: stop the server, keep a copy of the data, put the latest backup that `cardwright check --data FILE` "
    "finds sound in its place; docs/operations/backup.md says how."
)


def check(
    *,
    json: Json = False,
    data: Annotated[
        str,
        Parameter(
            help="Where the data lives: a folder, a backup, which is left as it is, or a `postgresql://` address."
        ),
    ] = DATA,
) -> None:
    """Check the store's integrity; exit 1, with a line for each fault, when something is wrong."""
    file = Path(data).expanduser()
    if file.is_file():
        faults = check_file(file)
    else:
        try:
            faults = with_store(data, lambda store: store.check(), older="take")
        except UnavailableError:
            raise  # a backup would mend nothing
        except StoreError as error:  # damaged so much that it does not open, or cannot be read to its end
            faults = [str(error)]
    if json:
        document({"ok": not faults, "faults": faults})
    else:
        say(*([*faults, _ADVICE] if faults else ["The store is sound."]))
    if faults:
        sys.exit(1)
