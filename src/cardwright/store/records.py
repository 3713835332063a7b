"""What a change was before, as the table `change` keeps it: the columns of the contact, and its card, in JSON.

The card is base64, or, where `original` names one, the delta of that.
"""

from __future__ import annotations

import base64
import json
from typing import TYPE_CHECKING, Any

from cardwright.store.card_rows import CardRow

if TYPE_CHECKING:
    from collections.abc import Mapping


def written(columns: Mapping[str, object], card: CardRow | None) -> str:
    """Return the record of a contact with these columns and this card."""
    said = {column: value for column, value in columns.items() if value is not None}
    if card:
        said["card"] = base64.b64encode(card.card).decode()
        if card.original is not None:
            said["original"] = card.original
    return json.dumps(said, ensure_ascii=False)


def read(record: str) -> tuple[dict[str, Any], CardRow | None]:
    """Return the columns and the card that a record says."""
    said: dict[str, Any] = json.loads(record)
    card, original = said.pop("card", None), said.pop("original", None)
    return said, None if card is None else CardRow(base64.b64decode(card), original)
