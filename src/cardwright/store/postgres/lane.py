"""Group commit: the creates that come while one call is under way make up the next, all of them in one statement.

A commit that is safe on the disk, and a lock of the campaign's counters, cost far more than a row; shared by all who
wait, they cost each of them little. A fault of one row does not reach the others: they are tried again one by one.
"""

from __future__ import annotations

import asyncio
import time
from collections import deque
from typing import TYPE_CHECKING, Final, NamedTuple

from cardwright import limits
from cardwright.contact.uid import comparable_uid
from cardwright.errors import NotFoundError, StoreError
from cardwright.store.postgres.creation import GoneError, keep
from cardwright.store.postgres.faults import RefusedError
from cardwright.store.postgres.numbers import campaign_numbers

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cardwright.book.ports import Place
    from cardwright.store.postgres.creation import Creation
    from cardwright.store.postgres.database import Database
    from cardwright.store.postgres.driver import Connection

_MOST: Final = 1_000  # creates of one call
_OCTETS: Final = 16 * 1024 * 1024  # of cards and images of one call, one create at least
_REMEMBERED: Final = 100_000  # campaigns


class _Waiting(NamedTuple):
    creation: Creation
    answer: asyncio.Future[int]
    since: float


class Lane:
    """Those who wait to create a contact, and the one call that is under way for all of them."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._waiting: deque[_Waiting] = deque()
        self._serving: asyncio.Task[None] | None = None
        self._numbers: dict[Place, tuple[int, int]] = {}

    def add(self, creation: Creation) -> asyncio.Future[int]:
        """Return the number that a new contact is given, once it is on the disk, or what is wrong with it."""
        answer = asyncio.get_running_loop().create_future()
        if len(self._waiting) >= limits.STORE_WAITING.value:
            answer.set_exception(StoreError(f"{self._database.where}: too many wait for it"))
            return answer
        self._waiting.append(_Waiting(creation, answer, time.monotonic()))
        if self._serving is None:
            self._serving = asyncio.ensure_future(self._serve())
        return answer

    async def close(self) -> None:
        """Wait until everybody has their answer."""
        while self._serving is not None:
            await asyncio.wait((self._serving,))

    async def _serve(self) -> None:
        try:
            await asyncio.sleep(0)  # those who come in this turn of the event loop come along
            while batch := self._next():
                await self._keep(batch)
        finally:
            self._serving = None

    def _next(self) -> list[_Waiting]:
        """Take those who come next; one with a key, or a UID, that another of them has waits for the call after."""
        batch: list[_Waiting] = []
        later: list[_Waiting] = []
        keys: set[tuple[str, str]] = set()
        octets, oldest = 0, time.monotonic() - limits.STORE_TURN.value
        while self._waiting and len(batch) < _MOST and octets < _OCTETS:
            one = self._waiting.popleft()
            creation = one.creation
            if one.since < oldest:
                _fail(one, StoreError(f"{self._database.where} does not answer in time"))
                continue
            key = creation.repeat and (creation.place.sid, creation.repeat.key)
            if (key and key in keys) or (creation.unique and _has_uid(batch, creation)):
                later.append(one)
                continue
            if key:
                keys.add(key)
            octets += len(creation.draft.card) + (len(creation.draft.image.data) if creation.draft.image else 0)
            batch.append(one)
        self._waiting.extendleft(reversed(later))
        return batch

    async def _keep(self, batch: Sequence[_Waiting]) -> None:
        creations = [one.creation for one in batch]
        try:
            outcomes = await self._database.written(self._database.run(lambda c: self._kept(c, creations)))
        except RefusedError as error:
            if len(batch) > 1:
                for one in batch:
                    await self._keep([one])
                return
            outcomes = [error]
        except Exception as error:  # noqa: BLE001 - whoever waits has to hear of it
            outcomes = [error] * len(batch)
        for one, outcome in zip(batch, outcomes, strict=True):
            if isinstance(outcome, Exception):
                _fail(one, outcome)
            elif not one.answer.done():
                one.answer.set_result(outcome)

    async def _kept(self, connection: Connection, creations: Sequence[Creation]) -> list[int | Exception]:
        outcomes: list[int | Exception] = list(await self._tried(connection, creations))
        stale = [at for at, outcome in enumerate(outcomes) if isinstance(outcome, GoneError)]
        if stale:  # a campaign may have another of the same id in its place
            for at in stale:
                self._numbers.pop(creations[at].place, None)
            again = await self._tried(connection, [creations[at] for at in stale])
            for at, outcome in zip(stale, again, strict=True):
                outcomes[at] = outcome
        return outcomes

    async def _tried(self, connection: Connection, creations: Sequence[Creation]) -> list[int | Exception]:
        outcomes: dict[int, int | Exception] = {}
        numbers: dict[int, tuple[int, int]] = {}
        for at, creation in enumerate(creations):
            try:
                numbers[at] = self._numbers.get(creation.place) or await self._look_up(connection, creation.place)
            except NotFoundError as error:
                outcomes[at] = error
        asked, of = [creations[at] for at in numbers], list(numbers.values())
        if any(creation.draft.image for creation in asked):
            async with connection.transaction():
                kept = await keep(connection, asked, of)
        else:
            kept = await keep(connection, asked, of) if asked else []
            connection.check_replicated()
        outcomes |= zip(numbers, kept, strict=True)
        return [outcomes[at] for at in range(len(creations))]

    async def _look_up(self, connection: Connection, place: Place) -> tuple[int, int]:
        numbers = await campaign_numbers(connection, place)
        if len(self._numbers) >= _REMEMBERED:
            self._numbers.clear()
        self._numbers[place] = numbers
        return numbers


def _has_uid(batch: Sequence[_Waiting], creation: Creation) -> bool:
    wanted = comparable_uid(creation.draft.contact.uid)
    return any(comparable_uid(one.creation.draft.contact.uid) == wanted for one in batch)


def _fail(one: _Waiting, error: Exception) -> None:
    if not one.answer.done():
        one.answer.set_exception(error)
