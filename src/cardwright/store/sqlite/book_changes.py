"""What has happened to an address book since a client last asked (RFC 6578): changes, groups and names that were left.

Each takes a sequence of the campaign of its own, so a part can end after any of them.
"""

from __future__ import annotations

import heapq
from operator import itemgetter
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from cardwright.book.card_ports import BookCard, Reached, Synced
from cardwright.errors import SyncTokenError
from cardwright.store.sqlite.book_reading import BookReader
from cardwright.store.sqlite.book_rows import CONTACT, GROUP, MUCH, both, octets_of
from cardwright.store.sqlite.books import WHOLE
from cardwright.store.sqlite.keys import BITS, first_after
from cardwright.store.sqlite.naming import holders

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import apsw

    from cardwright.book.card_ports import Full
    from cardwright.store.sqlite.books import BookPart

_NUMBER: Final = (1 << BITS) - 1
# A contact is told at its last change alone: the one that is its revision, or the one that it went with.
_CHANGES: Final = both(
    f"""SELECT change & {_NUMBER}, contact.contact IS NULL, n.name, n.repeats_uid, {{columns}} FROM change
    LEFT JOIN contact ON contact.contact = change.contact
    CROSS JOIN card_name AS n ON n.book = :book AND n.is_group = 0 AND n.holder = change.contact
    WHERE change >= :first AND change < :end
      AND CASE WHEN contact.contact IS NULL THEN kind IN ('deleted', 'erased') ELSE revision = change & {_NUMBER} END
    ORDER BY change""",  # noqa: S608 - constant
    CONTACT,
)
_GROUPS: Final = both(
    """SELECT revision, n.name, {columns} FROM group_card
    CROSS JOIN card_name AS n ON n.book = :book AND n.is_group = 1 AND n.holder = group_card
    WHERE campaign = :campaign AND revision > :since AND revision <= :until ORDER BY revision""",
    GROUP,
)
_LEFT: Final = """SELECT sequence, name FROM left_name
    WHERE book = :book AND campaign = :campaign AND sequence > :since AND sequence <= :until ORDER BY sequence"""


class ToldChange(NamedTuple):
    """Something that a client is told."""

    sequence: int
    what: BookCard | str
    """A card, or the name of one that is gone."""


class Following:
    """Makes a part of what is to be told: at most `limit` cards and names, whole cards if `full`."""

    def __init__(
        self, connection: apsw.Connection, sid: str, parts: Sequence[BookPart], limit: int, *, full: Full
    ) -> None:
        self._connection = connection
        self._reading = BookReader(connection, sid, parts, full=full)
        self._parts = parts
        self._limit = limit
        self._full = bool(full)
        self._cards: list[BookCard] = []
        self._gone: dict[str, None] = {}
        self._octets = 0

    def since(self, since: Sequence[Reached]) -> Synced:
        """Return what follows from these places; SyncTokenError for some that are none of the book."""
        starts = [_start(part, {place.campaign: place for place in since}) for part in self._parts]
        if len(starts) < len(since) or {place.campaign for place in since} - {part.campaign for part in self._parts}:
            raise SyncTokenError("the sync token names a campaign that is gone, or is of another book")
        places = []
        for at, (part, start) in enumerate(zip(self._parts, starts, strict=True)):
            reached = self._part(part, start)
            places.append(reached)
            if reached != part.reached:
                places += starts[at + 1 :]
                break
        is_last = all(place == part.reached for place, part in zip(places, self._parts, strict=True))
        return Synced(self._cards, list(self._gone), places, is_last)

    @property
    def _is_full(self) -> bool:
        return len(self._cards) + len(self._gone) >= self._limit or self._octets >= MUCH

    def _part(self, part: BookPart, start: Reached) -> Reached:
        """Tell of a campaign from a place on, and return how far that came."""
        if self._is_full:
            return start
        if start.listed != WHOLE:
            listed = start.listed
            for place, card in self._reading.listed(part, listed):
                if card.revision <= start.sequence:  # what changed later is told as a change
                    if self._is_full:
                        return start._replace(listed=listed)
                    self._tell(card)
                listed = place
            start = start._replace(listed=WHOLE)
        for told in self._changes(part, start.sequence):
            if isinstance(told.what, BookCard) or self._is_gone(part, told.what):
                if self._is_full:
                    return start
                self._tell(told.what)
            start = start._replace(sequence=told.sequence)
        return part.reached

    def _tell(self, what: BookCard | str) -> None:
        if isinstance(what, BookCard):
            self._cards.append(what)
            self._octets += octets_of(what)
        else:
            self._gone[what] = None

    def _is_gone(self, part: BookPart, name: str) -> bool:
        return name not in self._gone and not holders(self._connection, part.book, [name], self._parts)

    def _changes(self, part: BookPart, since: int) -> Iterator[ToldChange]:
        """Give what is told of a part after a sequence, in its order."""
        streams = self._contacts(part, since), self._groups(part, since), self._left(part, since)
        return heapq.merge(*streams, key=itemgetter(0))

    def _contacts(self, part: BookPart, since: int) -> Iterator[ToldChange]:
        first, past = first_after(part.campaign, since), first_after(part.campaign, part.sequence)
        make = self._reading.makers[part.campaign].contact
        said = {"book": part.book, "first": first, "end": past}
        for sequence, is_gone, name, repeats, *row in self._rows(_CHANGES, said):
            yield ToldChange(sequence, name if is_gone else make(name, repeats, *row))

    def _groups(self, part: BookPart, since: int) -> Iterator[ToldChange]:
        make = self._reading.makers[part.campaign].group
        for sequence, *row in self._rows(_GROUPS, _bounds(part, since)):
            yield ToldChange(sequence, make(*row))

    def _left(self, part: BookPart, since: int) -> Iterator[ToldChange]:
        for sequence, name in self._connection.execute(_LEFT, _bounds(part, since)):
            yield ToldChange(sequence, name)

    def _rows(self, queries: tuple[str, str], said: dict[str, int]) -> Iterator[tuple[Any, ...]]:
        return self._connection.execute(queries[self._full], said)


def _bounds(part: BookPart, since: int) -> dict[str, int]:
    return {"book": part.book, "campaign": part.campaign, "since": since, "until": part.sequence}


def _start(part: BookPart, since: dict[int, Reached]) -> Reached:
    """Return the place from which a client follows a campaign: its beginning where the client has none."""
    place = since.get(part.campaign)
    if place is None:
        return Reached(part.campaign, part.sequence, 0)
    if not 0 <= place.sequence <= part.sequence or place.listed < WHOLE:
        raise SyncTokenError("the sync token is of a time that has not come")
    if place.sequence < part.floor:
        raise SyncTokenError("what has gone since the sync token is not known any more")
    return place
