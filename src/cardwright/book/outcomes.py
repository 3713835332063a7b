"""What becomes of a row of an import: its outcome, and why."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal, NamedTuple

from cardwright import limits

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cardwright.book.import_row import ImportRow

Outcome = Literal["created", "updated", "unchanged", "skipped", "refused"]
OnDuplicate = Literal["skip", "update", "replace", "add"]
CHANGING: Final = frozenset(("update", "replace"))
"""The modes that change contacts."""

_CHANGES: Final = limits.CHANGES_NAMED.value


class Result(NamedTuple):
    """What became of one row."""

    row: int
    outcome: Outcome
    contact: str = ""
    """The id of the contact that it became, or that was there; `""` when there is none, or several."""
    warnings: tuple[str, ...] = ()
    reason: str = ""


def refused(row: ImportRow, reason: str, contact: str = "") -> Result:
    """Return the result of a row that cannot be taken."""
    return Result(row.number, "refused", contact, row.warnings, reason)


def skipped(row: ImportRow, contacts: Sequence[str], by: str) -> Result:
    """Return the result of a row that is one of these contacts; `by` is what it has in common with each."""
    if len(contacts) == 1:
        reason = f"contact {contacts[0]} has the same {by}"
        return Result(row.number, "skipped", contacts[0], row.warnings, reason)
    named = ", ".join(contacts[: limits.SEVERAL.value])
    more = " and others" if len(contacts) > limits.SEVERAL.value else ""
    return Result(row.number, "skipped", "", row.warnings, f"contacts {named}{more} have the same {by}")


def shared(contact: str, by: str, differ: str) -> str:
    """Return the warning of a new contact that has something in common with another, but not its name, or its UID."""
    return f"contact {contact} has the same {by} and another {differ}"


def changed(changes: Sequence[str]) -> str:
    """Return the reason of an update: what it changed, `changed: title, phone.mobile`."""
    more = f" and {len(changes) - _CHANGES} more" if len(changes) > _CHANGES else ""
    return f"changed: {', '.join(changes[:_CHANGES])}{more}"
