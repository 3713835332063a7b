"""The one error tree: who is at fault, what is wrong, and where. It knows no HTTP and no SQL.

An error is raised once, deep, in these words; each surface translates them once, in its own `errors.py`.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable


class Rule(StrEnum):
    """What a value can be at fault for. A surface maps each to its own code or text."""

    TYPE = "type"  # not the type that belongs here
    REQUIRED = "required"  # must be given and is not
    EMPTY = "empty"  # the contact as a whole holds nothing
    NAMELESS = "nameless"  # neither first nor last name
    NAME_CHARACTER = "name-character"  # a character that a name may not hold
    LABEL = "label"  # a label that is not on the list
    TOO_LONG = "too-long"
    TOO_MANY = "too-many"
    CONTROL = "control"  # a control character, or a line break where none belongs
    FORM = "form"  # not the form that belongs here: an address, a number, an id, a date
    UNKNOWN = "unknown"  # names a thing that does not exist
    CONFLICT = "conflict"  # excludes, or misses, another value of the request
    PHOTO_UNREACHABLE = "photo-unreachable"
    PHOTO_TOO_LARGE = "photo-too-large"
    PHOTO_UNREADABLE = "photo-unreadable"  # no image of a kind that is taken


class Fault(NamedTuple):
    """One thing wrong with what a caller sent."""

    field: str
    """The path of the value as the caller wrote it: `phone[0].number`, `Accounts`; empty for the whole."""
    rule: Rule
    message: str
    """One sentence for a person: what is wrong and what would be right. Never a secret, never the network."""


class CardwrightError(Exception):
    """The root: everything that Cardwright raises on purpose."""


class InvalidError(CardwrightError):
    """What the caller sent breaks rules; nothing was changed. `faults` is never empty."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__("; ".join(f"{f.field}: {f.message}" if f.field else f.message for f in self.faults))


class NotFoundError(CardwrightError):
    """There is no such thing, or it is another account's: callers cannot tell which."""


class ForbiddenError(CardwrightError):
    """The caller is known and may not do this."""


class ConflictError(CardwrightError):
    """The caller's picture of the stored state is out of date, or a name is taken."""


class UidTakenError(ConflictError):
    """Another contact of the campaign has this UID: the one with this `number`, and in an address book this `name`."""

    def __init__(self, number: int, name: str = "") -> None:
        self.number = number
        self.name = name
        super().__init__(f"contact {number} has this UID already")


class ChangedSinceError(ConflictError):
    """What is to be undone was changed since: these `fields`, as people read them."""

    def __init__(self, fields: Iterable[str]) -> None:
        self.fields = tuple(fields)
        verb = "was" if len(self.fields) == 1 else "were"
        super().__init__(f"{_listed(self.fields)} {verb} changed since")


class SyncTokenError(CardwrightError):
    """What happened since a sync token cannot be told: it is none of this book, or too old; begin without one."""


class KeyReusedError(CardwrightError):
    """An idempotency key comes again, with other contents than before."""


class BusyError(CardwrightError):
    """Requests of others have all there is; nothing was changed, and the same request works later."""


class AccountBusyError(BusyError):
    """The account's own requests have all that one account may have."""


class StoreFullError(CardwrightError):
    """The disk is full; nothing of the unit of work was kept."""


class StoreError(CardwrightError):
    """The store cannot be opened, read or written; the message is one line that an operator can act on."""


class UnavailableError(StoreError):
    """The store cannot be reached, or not by this program; nothing says that it is damaged."""


def _listed(names: tuple[str, ...]) -> str:
    """Return names as a sentence has them: `Title, Note and Email`."""
    *others, last = names
    return f"{', '.join(others)} and {last}" if others else last
