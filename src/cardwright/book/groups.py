"""Groups: cards that name others as their members (KIND:group), and are no people.

They come and go in files of cards, byte for byte; no list, count or search has them. A group is known by its UID alone,
and never taken for a contact that has the same.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final, Literal, NamedTuple, Protocol, TypeAlias

from cardwright import vcard
from cardwright.book.cleaning import cleaned
from cardwright.book.import_row import ImportRow
from cardwright.book.merging import merged
from cardwright.book.outcomes import Result
from cardwright.book.stored import StoredContact
from cardwright.cards import contact_of
from cardwright.contact.uid import comparable_uid

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cardwright.book.outcomes import OnDuplicate
    from cardwright.book.ports import Place


class Group(NamedTuple):
    """A group that is to be kept."""

    uid: str
    """As UIDs are compared."""
    card: bytes


class KeptGroup(NamedTuple):
    """A group that a campaign has."""

    number: int
    """Orders the groups of a campaign."""
    card: bytes


GroupPut: TypeAlias = Callable[[bytes, bytes], bytes]
"""Makes of the card of a group that is there, and of the one that comes, the card that it has from then on."""
GroupOutcome = Literal["created", "updated", "unchanged"]


class GroupStore(Protocol):
    """Where groups are kept. Every method raises NotFoundError for a campaign that is not there."""

    async def keep(self, place: Place, groups: Sequence[Group], put: GroupPut) -> Sequence[GroupOutcome]:
        """Keep groups, all or none: a new one as it comes, one whose UID the campaign has as `put` makes it."""

    async def following(self, place: Place, after: int = 0) -> Sequence[KeptGroup]:
        """Return the groups after the one of that number, some at a time; nothing when there are no more."""


NOTE: Final = "is a group, no person: its card is kept and exported, and stands in no list"
_START: Final = datetime(1970, 1, 1, tzinfo=UTC)


async def keep_groups(
    store: GroupStore, place: Place, rows: Sequence[ImportRow], on_duplicate: OnDuplicate
) -> list[Result]:
    """Keep the groups of these rows, and return what became of each; nothing is made of one that is there twice."""
    groups = [Group(comparable_uid(row.uid), row.card) for row in rows]
    put = _PUTS.get(on_duplicate, _stays)
    kept = await store.keep(place, groups, put)
    return [_result(row, outcome, put) for row, outcome in zip(rows, kept, strict=True)]


def _result(row: ImportRow, kept: GroupOutcome, put: GroupPut) -> Result:
    if kept == "created":
        return Result(row.number, kept, "", (*row.warnings, NOTE))
    if put is _stays:
        return Result(row.number, "skipped", "", row.warnings, "is a group, and one with the same UID is there")
    return Result(row.number, kept, "", row.warnings, "is a group")


def _stays(there: bytes, _: bytes) -> bytes:
    return there


def _replaced(_: bytes, comes: bytes) -> bytes:
    return comes


def _merged(there: bytes, comes: bytes) -> bytes:
    """Return the card that is there with what the other says put over it: no member leaves."""
    if there == comes:
        return there
    card, row = next(vcard.read(there)), _said(comes)
    image = "its own" if card.get("PHOTO") else ""
    current = StoredContact(0, False, _said(there).contact, (), image, 0, _START, _START, card=there)  # noqa: FBT003 - `system`
    after = merged(current, row, None).card
    return there if _lines(after) == _lines(there) else after


def _said(card: bytes) -> ImportRow:
    return cleaned(ImportRow(0, contact_of(next(vcard.read(card))), card))


def _lines(card: bytes) -> list[vcard.Property]:
    return next(vcard.read(card)).properties


_PUTS: Final[dict[str, GroupPut]] = {"update": _merged, "replace": _replaced}
