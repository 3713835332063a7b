"""Conditions of a request: If-Match, If-None-Match, If-Unmodified-Since (RFC 9110 13.1), and If (RFC 4918 10.4)."""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Final, NamedTuple

from cardwright.book.card_octets import tags_of
from cardwright.errors import NotFoundError
from cardwright.http.conditions import is_held, strong
from cardwright.surfaces.dav.errors import ConditionError
from cardwright.surfaces.dav.if_field import read_if
from cardwright.surfaces.dav.places import BookPlace, CardPlace, place_of
from cardwright.surfaces.dav.sync_token import written

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from cardwright.book.card_ports import BookCard
    from cardwright.surfaces.dav.context import DavRequest
    from cardwright.surfaces.dav.if_field import StateCondition
    from cardwright.surfaces.dav.places import DavPlace


class Conditions(NamedTuple):
    """What a request demands of what is there; most demand nothing."""

    generation: str
    """Of the store, for entity tags; `""` where none is asked for."""
    if_match: str | None
    if_none_match: str | None
    lists: Sequence[tuple[DavPlace | None, Sequence[StateCondition]]]
    """Of the If field: the card of the request stands in it as None."""
    states: Mapping[DavPlace, frozenset[str]]
    """Of the other resources that the If field names."""
    unmodified_since: datetime | None = None

    def check(self, card: BookCard | None) -> None:
        """Raise ConditionError unless all of it holds of the card that is there, or of nothing."""
        self.check_read(card)
        if card and self.if_none_match is not None:
            tags = tags_of(self.generation, card)
            if any(is_held(tag, self.if_none_match) for tag in tags):
                raise ConditionError

    def check_read(self, card: BookCard | None) -> None:
        """Do the same for a read, to which If-None-Match says what the client has."""
        if self.unmodified_since and card and card.updated.replace(microsecond=0) > self.unmodified_since:
            raise ConditionError
        if self.if_match is None and not self.lists:
            return
        tags = tags_of(self.generation, card) if card else frozenset[str]()
        if self.if_match is not None and not (card if self.if_match.strip() == "*" else tags & strong(self.if_match)):
            raise ConditionError
        if self.lists and not any(self._holds(place, conditions, tags) for place, conditions in self.lists):
            raise ConditionError

    def _holds(self, place: DavPlace | None, conditions: Sequence[StateCondition], tags: frozenset[str]) -> bool:
        states = tags if place is None else self.states.get(place, frozenset())
        return all((condition.state in states) != condition.negated for condition in conditions)


async def conditions_of(request: DavRequest) -> Conditions:
    """Return the conditions of a request; MalformedError for an If field that cannot be read."""
    lists: list[tuple[DavPlace | None, Sequence[StateCondition]]] = []
    states: dict[DavPlace, frozenset[str]] = {}
    for named in read_if(field) if (field := request.field(b"if")) is not None else ():
        place = place_of(named.resource, request.host, request.prefix) if named.resource else request.place
        if place == request.place and isinstance(place, CardPlace):
            place = None
        elif place is not None and place not in states:
            states[place] = await _states(request, place)
        lists.append((place, named.conditions))
    if_match, if_none_match = request.field(b"if-match"), request.field(b"if-none-match")
    asks = lists or not {if_match, if_none_match} <= _ASKS_FOR_NO_TAG
    since = None if if_match is not None else _moment(request.field(b"if-unmodified-since"))
    generation = await request.books.generation() if asks else ""
    return Conditions(generation, if_match, if_none_match, lists, states, since)


def _moment(date: str | None) -> datetime | None:
    """Return the moment of If-Unmodified-Since; one that cannot be read counts as none (RFC 9110 section 13.1.4)."""
    try:
        moment = parsedate_to_datetime(date) if date else None
    except ValueError:
        return None
    return moment if moment is None or moment.tzinfo else moment.replace(tzinfo=UTC)


_ASKS_FOR_NO_TAG: Final = frozenset({None, "*"})
"""What If-Match and If-None-Match say of nearly all that is put, and of all that is read for the first time."""


async def _states(request: DavRequest, place: DavPlace) -> frozenset[str]:
    """Return the entity tags of a card, or the sync token of a book, which counts as a state token (RFC 6578 5)."""
    try:
        if isinstance(place, CardPlace) and place.sid == request.user.sid:
            card = await request.books.find(request.user, place.book, place.name)
            return tags_of(await request.books.generation(), card)
        if isinstance(place, BookPlace) and place.sid == request.user.sid:
            book = (await request.books.book(request.user, place.book)).book
            generation = await request.books.generation()
            return frozenset((written(book, generation, await request.store.cards.state(book)),))
    except NotFoundError:
        pass
    return frozenset()
