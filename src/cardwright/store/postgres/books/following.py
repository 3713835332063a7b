"""The cards of a book in their order, and what has happened to it since a client last asked (RFC 6578)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from cardwright.book.card_ports import CardsPage, Reached, Synced
from cardwright.errors import SyncTokenError
from cardwright.store.postgres.books.rows import Key, NamedCard, cards_of, following, held, with_keys

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from cardwright.book.card_ports import Full, Position
    from cardwright.store.postgres.books.opened import BookSection, Opened
    from cardwright.store.postgres.driver import Connection

WHOLE: Final = 0
"""`Reached.listed` of who was told every card that was there at the beginning.

An odd one stands after the contact of half its number, an even one after the group of that, less one.
"""
_BEGIN: Final = 1
_GROUPS: Final = 2
_END: Final = 1 << 63
_PORTION: Final = 2_000  # changes that are read at once
_CHANGES: Final = """SELECT sequence, number, kind IN ('d', 'e') FROM change
    WHERE account = $1 AND campaign = $2 AND sequence > $3 AND sequence <= $4
    ORDER BY account, campaign, sequence LIMIT $5"""
_OF_GROUPS: Final = """SELECT revision, number FROM group_card
    WHERE account = $1 AND campaign = $2 AND revision > $3 AND revision <= $4"""
_LEFT: Final = """SELECT sequence, name FROM left_name
    WHERE account = $1 AND campaign = $2 AND sequence > $3 AND sequence <= $4 AND book = $5"""


class Step(NamedTuple):
    """Something to tell, or nothing, and how far the client knows the campaign then."""

    reached: Reached
    card: NamedCard | None = None
    gone: str = ""

    @property
    def tells(self) -> bool:
        """Whether there is anything to tell."""
        return self.card is not None or self.gone != ""


async def listed(connection: Connection, book: Opened, after: Position | None, limit: int, *, full: Full) -> CardsPage:
    """Return cards after a position: contacts by their number, then groups; campaign by campaign."""
    at, code = after or (0, _BEGIN)
    code = max(0, min(code, _END - 1))
    placed: list[tuple[Position, NamedCard]] = []
    for section in book.sections:
        if section.campaign < at or len(placed) > limit:
            continue
        begin = code if section.campaign == at else _BEGIN
        some = await _listed(connection, book, section.campaign, begin, limit + 1 - len(placed))
        placed += [((section.campaign, place), one) for place, one in some]
    cards = await cards_of(connection, book, [one for _, one in placed[:limit]], full=full)
    return CardsPage(cards, placed[len(cards) - 1][0] if len(cards) < len(placed) else None)


async def _listed(
    connection: Connection, book: Opened, campaign: int, code: int, limit: int
) -> list[tuple[int, NamedCard]]:
    """Return cards of a campaign, each with the place after it."""
    cards: list[NamedCard] = []
    if code % 2:
        cards = await following(connection, book, Key(campaign, code // 2, False), limit)  # noqa: FBT003 - contacts
        code = _GROUPS
    if len(cards) < limit:
        after = Key(campaign, code // 2 - 1, True)  # noqa: FBT003 - groups
        cards += await following(connection, book, after, limit - len(cards))
    return [((one.number + 1) * 2 if one.is_group else one.number * 2 + 1, one) for one in cards]


async def changed(  # noqa: PLR0913 - where, since when, how much
    connection: Connection, book: Opened, bounds: Mapping[int, int], since: Sequence[Reached], limit: int, *, full: Full
) -> Synced:
    """Return what has happened since these places, as far as every card of a campaign has its name (`bounds`)."""
    starts = _starts(book, bounds, since)
    steps: list[Step] = []
    left = limit
    for start in starts:
        some = await _since(connection, book, start, bounds[start.campaign], left + 1)
        steps += some
        left -= sum(step.tells for step in some)
        if left < 0:
            break
    told, is_whole = _cut(steps, limit)
    told_cards = [step.card for step in told if step.card]
    cards = await cards_of(connection, book, told_cards, full=full)
    if len(cards) < len(told_cards):
        is_whole = False
        (*_, last) = [at for at, step in enumerate(told) if step.card][: len(cards) + 1]
        told = told[:last]
    places = {place.campaign: place for place in starts} | {step.reached.campaign: step.reached for step in told}
    gone = [step.gone for step in told if step.gone]
    return Synced(cards, gone, [places[section.campaign] for section in book.sections], is_whole)


def _cut(steps: Sequence[Step], limit: int) -> tuple[Sequence[Step], bool]:
    """Return the steps before one that would tell too much, and whether they are all."""
    left = limit
    for at, step in enumerate(steps):
        left -= step.tells
        if left < 0:
            return steps[:at], False
    return steps, True


def _starts(book: Opened, bounds: Mapping[int, int], since: Sequence[Reached]) -> list[Reached]:
    places = {place.campaign: place for place in since}
    if len(places) < len(since) or not places.keys() <= set(book.campaigns):
        raise SyncTokenError("the sync token names a campaign that is gone, or is of another book")
    for section in book.sections:
        if section.campaign in places:
            _check(section, places[section.campaign])
    return [places.get(campaign, Reached(campaign, bounds[campaign], _BEGIN)) for campaign in book.campaigns]


def _check(section: BookSection, place: Reached) -> None:
    if not 0 <= place.sequence <= section.sequence or not 0 <= place.listed < _END:
        raise SyncTokenError("the sync token is of a time that has not come")
    if place.sequence < section.floor:
        raise SyncTokenError("what has gone since the sync token is not known any more")


async def _since(connection: Connection, book: Opened, place: Reached, bound: int, limit: int) -> list[Step]:
    """Return the steps from a place in a campaign on, until they tell `limit` cards and names."""
    steps: list[Step] = []
    left = limit
    while place.listed != WHOLE and left > 0:
        cards = await _listed(connection, book, place.campaign, place.listed, left)
        for code, one in cards:
            place = place._replace(listed=code)  # what has changed since is told as a change
            steps.append(Step(place, one if (one.revision or 0) <= place.sequence else None))
        if len(cards) < left:
            place = place._replace(listed=WHOLE)
            steps.append(Step(place))
        left = limit - sum(step.tells for step in steps)
    gone: set[str] = set()
    while place.sequence < bound and left > 0:
        some = await _portion(connection, book, place, bound, gone)
        steps += some
        place = some[-1].reached
        left -= sum(step.tells for step in some)
    return steps


async def _portion(connection: Connection, book: Opened, place: Reached, bound: int, gone: set[str]) -> list[Step]:
    """Return the steps of a portion of the changes: a card at its last change alone, a name that is gone once."""
    numbers = book.account, place.campaign
    rows = await connection.rows(_CHANGES, *numbers, place.sequence, bound, _PORTION)
    end = rows[-1][0] if len(rows) == _PORTION else bound
    changes = [(sequence, Key(place.campaign, number, False), ends) for sequence, number, ends in rows]  # noqa: FBT003
    groups = await connection.rows(_OF_GROUPS, *numbers, place.sequence, end)
    changes += [(sequence, Key(place.campaign, number, True), False) for sequence, number in groups]  # noqa: FBT003
    names = await with_keys(connection, book, sorted({key for _, key, _ in changes}))
    left = await connection.rows(_LEFT, *numbers, place.sequence, end, book.number)
    told: dict[int, NamedCard | str] = dict(left)
    for sequence, key, ends in changes:
        one = names.get(key)
        if one and one.revision == sequence:
            told[sequence] = one
        elif one and one.revision is None and ends:
            told[sequence] = one.name
    taken = await held(connection, book, sorted({what for what in told.values() if isinstance(what, str)} - gone))
    gone.update(taken)
    steps: list[Step] = []
    for sequence, what in sorted(told.items(), key=lambda item: item[0]):
        reached = place._replace(sequence=sequence)
        if not isinstance(what, str):
            steps.append(Step(reached, what))
        elif what not in gone:
            gone.add(what)
            steps.append(Step(reached, None, what))
    return [*steps, Step(place._replace(sequence=end))]
