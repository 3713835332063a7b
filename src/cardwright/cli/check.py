"""`cardwright check`: whether the stored data is sound."""

from __future__ import annotations

import json as json_format
import sys

from cardwright.cli.opening import with_store
from cardwright.cli.output import DATA, Data, Json, say


def check(*, json: Json = False, data: Data = DATA) -> None:
    """Check the store's integrity; exit 1, with a line for each fault, when something is wrong."""
    faults = with_store(data, lambda store: store.check())
    if json:
        say(json_format.dumps({"ok": not faults, "faults": faults}))
    else:
        say("\n".join(faults) or "The store is sound.")
    if faults:
        sys.exit(1)
