"""`cardwright check`: whether the stored data is sound."""

from __future__ import annotations

import sys

from cardwright.cli.opening import with_store
from cardwright.cli.output import DATA, Data, Json, document, say
from cardwright.errors import StoreError


def check(*, json: Json = False, data: Data = DATA) -> None:
    """Check the store's integrity; exit 1, with a line for each fault, when something is wrong."""
    try:
        faults = with_store(data, lambda store: store.check(), older="take")
    except StoreError as error:  # damaged so much that it does not open, or cannot be read to its end
        faults = [str(error)]
    if json:
        document({"ok": not faults, "faults": faults})
    else:
        say(*(faults or ["The store is sound."]))
    if faults:
        sys.exit(1)
