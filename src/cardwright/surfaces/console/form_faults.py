"""What a form says of a fault, and of a field that someone else changed too (CW-41, CW-44)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from cardwright.book.three_way import THEIRS, YOURS
from cardwright.surfaces.console.contact_fields import PARTS, ROW, TAKE
from cardwright.surfaces.console.texts import text

if TYPE_CHECKING:
    from cardwright.book.three_way import Conflict
    from cardwright.errors import Fault

_ROW: Final = re.compile(r"(\w+)\[([0-9]+)\]")


class ConflictRow(NamedTuple):
    """A row of the table `Changes by someone else`."""

    name: str
    """Of its radios."""
    label: str
    yours: str
    theirs: str
    keep: str
    """What the radio of the form's side says."""
    take: str
    """What that of the other side says."""


def told(fault: Fault) -> str:
    """Return what is said of a fault: the name of its field and the message of the partner interface."""
    message = fault.message
    if fault.field == "photo":  # whose messages name it
        return message
    name = text(f"form.{fault.field.rpartition('.')[2]}")
    return text("form.fault-sentence" if message[:1].isupper() else "form.fault", name=name, message=message)


def conflict_row(conflict: Conflict) -> ConflictRow:
    """Return a field that both changed, as its row is shown."""
    row = _ROW.fullmatch(conflict.field)
    if row:
        kind = ROW[row[1]]
        label = text(f"form.row-{kind}", at=int(row[2]) + 1)
        yours, theirs = (_row_text(kind, side) for side in (conflict.yours, conflict.theirs))
    elif conflict.field == "photo":
        label = text("form.photo")
        yours, theirs = (
            text("form.a-photo" if side else "form.no-photo") for side in (conflict.yours, conflict.theirs)
        )
    else:
        label = text(f"form.{conflict.field.rpartition('.')[2]}")
        yours, theirs = (side or text("form.empty") for side in (conflict.yours, conflict.theirs))
    keep, take = conflict.choice(YOURS), conflict.choice(THEIRS)
    return ConflictRow(f"{TAKE}{conflict.field}", label, yours, theirs, keep, take)


def _row_text(kind: str, row: Any) -> str:  # noqa: ANN401 - a row of any kind, or None
    if row is None:
        return text("form.removed")
    return ", ".join(part for part in (getattr(row, name) for name in (*PARTS[kind], "label")) if part)
