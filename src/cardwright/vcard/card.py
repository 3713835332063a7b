"""What a card is made of."""

from __future__ import annotations

from typing import NamedTuple, TypeAlias

Value: TypeAlias = str | tuple[str | tuple[str, ...], ...] | bytes
Parameters: TypeAlias = tuple[tuple[str, ...], ...]


class Property(NamedTuple):
    """One property of a card, its value as plain text: nothing escaped, encoded or folded."""

    name: str
    value: Value
    """`str`, a tuple for lists (NICKNAME) and structured values (N; a component may be a tuple itself), or `bytes`."""
    params: Parameters = ()
    """Each a name and its values: `(("TYPE", "WORK", "VOICE"),)`. ENCODING and CHARSET are the codec's own business."""
    group: str = ""
