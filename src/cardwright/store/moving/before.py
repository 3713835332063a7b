"""Records of what a contact was before a change (`store.records`), from the form of one store to that of another."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from cardwright.errors import StoreError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


def renamed(record: str | None, rows: Callable[[dict[str, Any]], Mapping[str, Any]]) -> str | None:
    """Return a record with other names and values for whose it is: `rows` takes the old out, and gives the new.

    Those come first, without what is None, and the rest stays as it is. StoreError when it cannot be read.
    """
    if record is None:
        return None
    try:
        said = json.loads(record)
        begins = {name: value for name, value in rows(said).items() if value is not None}
    except (ValueError, TypeError, AttributeError, KeyError) as error:
        raise StoreError("a record of what a contact was cannot be read: run `cardwright check`") from error
    return json.dumps(begins | said, ensure_ascii=False)
