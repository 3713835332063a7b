"""What becomes of a row of an import: its outcome, and why."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple

if TYPE_CHECKING:
    from cardwright.book.import_row import ImportRow

Outcome = Literal["created", "updated", "unchanged", "skipped", "refused"]
OnDuplicate = Literal["skip", "update", "add"]


class Result(NamedTuple):
    """What became of one row."""

    row: int
    outcome: Outcome
    contact: str = ""
    """The id of the contact that it became, or that was there; `""` when there is none."""
    warnings: tuple[str, ...] = ()
    reason: str = ""


def refused(row: ImportRow, reason: str, contact: str = "") -> Result:
    """Return the result of a row that cannot be taken."""
    return Result(row.number, "refused", contact, row.warnings, reason)


def skipped(row: ImportRow, contact: str, by: str) -> Result:
    """Return the result of a row that is an existing contact; `by` is what both have."""
    return Result(row.number, "skipped", contact, row.warnings, f"contact {contact} has the same {by}")
