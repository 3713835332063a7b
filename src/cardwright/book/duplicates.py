"""Finding contacts that may be one person: two that share an e-mail address, or a name and a phone number (CW-56).

Nobody is compared with everybody: who shares what is asked of the index of match keys, for those alone who changed
since the last look. So a look costs what has changed, whatever the campaign has. Where much has changed, as at the
first look, it goes on beside the requests, slice by slice; that one begins with those who share anything.

| shared by              | is                                        |
|------------------------|-------------------------------------------|
| two to twenty contacts | a pair for each two of them               |
| more                   | one entry, with how many they are: a crowd |
"""

from __future__ import annotations

import asyncio
import contextlib
from typing import TYPE_CHECKING, Final, Literal, NamedTuple, Self

from cardwright import limits
from cardwright.book.duplicate_ports import Duplicate, Looked
from cardwright.book.index_terms import EITHER, matching
from cardwright.book.match_keys import Asked, name_key, number_key
from cardwright.contact.words import folded
from cardwright.errors import CardwrightError

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    from cardwright.book.ports import Place, Store
    from cardwright.book.stored import StoredContact
    from cardwright.contact.model import Contact

_SLICE: Final = 500
"""Changes that are looked at together."""
_MANY: Final = 20 * _SLICE
"""Changes from which a first look goes through the index instead of them."""
_MOST: Final = limits.DUPLICATE_CROWD.value
AND: Final = "&"
"""Stands between the terms of a key that all must be there; it is part of no term."""


class SharedKey(NamedTuple):
    """What two contacts have in common, as people write it."""

    kind: Literal["email", "phone"]
    """`phone`: the name too."""
    value: str
    """An e-mail address or a number."""


class Pair(NamedTuple):
    """Two contacts that may be one person, the older one first, and why."""

    at: Duplicate
    first: StoredContact
    second: StoredContact
    shared: Sequence[SharedKey]


class Crowd(NamedTuple):
    """What more contacts share than can be compared two by two."""

    at: Duplicate
    holder: StoredContact
    """One of them."""
    shared: SharedKey


class DuplicatesPage(NamedTuple):
    """A page of duplicates, the latest first."""

    entries: Sequence[Pair | Crowd]
    is_complete: bool
    """Whether all that changed was looked at; the rest is on its way."""
    first: Duplicate | None
    """Where the page begins; None for an empty one."""
    last: Duplicate | None
    has_earlier: bool
    has_later: bool
    """Whether there are more towards the latest."""


def shared_keys(contact: Contact) -> dict[str, SharedKey]:
    """Return the keys by which a contact is found as somebody's duplicate, and what each says."""
    keys, name = {}, name_key(contact)
    for email in contact.emails:
        if address := folded(email.address):
            keys[_key(Asked([f"e{address}"]))] = SharedKey("email", email.address)
    for phone in contact.phones if name else ():
        if digits := number_key(phone):
            keys[_key(Asked([f"p{digits}"], (name,)))] = SharedKey("phone", phone.number)
    return keys


def _key(asked: Asked) -> str:
    return AND.join(EITHER.join(either) for either in matching("", asked))


def terms_in(key: str, campaign: int | str) -> list[list[str]]:
    """Return the terms of a key in a campaign: a contact must have one of each list."""
    return [[f"{campaign}{term}" for term in either.split(EITHER)] for either in key.split(AND)]


class Duplicates:
    """The use cases over duplicates."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._tasks: dict[Place, asyncio.Task[None]] = {}

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def page(self, place: Place, after: Duplicate | None = None, *, back: bool = False) -> DuplicatesPage:
        """Return the latest duplicates after one of them, or, with `back`, those just before it.

        Looks at what changed since the last look; where that is more than a slice, after the answer.
        """
        is_complete = await self._is_complete(place)
        size, store = limits.DUPLICATES_PAGE.value, self._store.duplicates
        rows = list(await store.page(place, size + 1, after, back=back))
        is_cut = len(rows) > size
        rows = rows[-size:] if back else rows[:size]
        has_earlier, has_later = (True, is_cut) if back else (is_cut, after is not None)
        first, last = (rows[0], rows[-1]) if rows else (None, None)
        return DuplicatesPage(await self._told(place, rows), is_complete, first, last, has_earlier, has_later)

    async def _is_complete(self, place: Place) -> bool:
        """Look at the last changes; False where they are many, at which is looked beside the requests."""
        if place in self._tasks:
            return False
        behind = (await self._store.imports.state(place)).sequence - await self._store.duplicates.looked(place)
        if not behind or (behind <= _SLICE and not await self.look(place)):
            return True
        task = asyncio.create_task(self._look_on(place))
        self._tasks[place] = task
        task.add_done_callback(lambda _: self._tasks.pop(place))
        return False

    async def look(self, place: Place) -> bool:
        """Look at the next changes, or, of very many at the first look, at all; True if there are more."""
        was, last = await self._store.duplicates.looked(place), (await self._store.imports.state(place)).sequence
        if not was and last > _MANY:
            await self._look_at_all(place)
            return True
        changes = await self._store.changes.after(place, was, _SLICE, full=True)
        if not changes:
            return False
        gone = [change.before.contact for change in changes if change.before]
        erased = any(change.kind == "erased" for change in changes)
        numbers = {change.number for change in changes}
        looked = await self._found(place, numbers, gone, crowds_too=erased)
        await self._store.duplicates.keep(place, looked._replace(was=was, sequence=changes[-1].sequence))
        return changes[-1].sequence < last

    async def _look_at_all(self, place: Place) -> None:
        """Look at all who share anything; how far the look has come is kept at its end, so cut short it begins anew."""
        sequence, numbers = await self._store.duplicates.candidates(place)
        for begin in range(0, len(numbers), _SLICE):
            looked = await self._found(place, set(numbers[begin : begin + _SLICE]), ())
            if not await self._store.duplicates.keep(place, looked):
                return
        await self._store.duplicates.keep(place, Looked(0, sequence, (), (), (), ()))

    async def _look_on(self, place: Place) -> None:
        with contextlib.suppress(CardwrightError):  # the next look goes on, or tells it
            is_behind = True
            while is_behind:
                is_behind = await self.look(place)

    async def close(self) -> None:
        """End what is looked at beside the requests."""
        for task in list(self._tasks.values()):
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task

    async def _found(
        self, place: Place, numbers: Collection[int], gone: Sequence[Contact], *, crowds_too: bool = False
    ) -> Looked:
        """Return what there is of contacts, and of the keys of those that are `gone`; of all crowds if nobody knows."""
        look = _Look(self._store, place)
        crowds = await self._store.duplicates.crowds(place)
        await look.at(numbers)
        await look.ask(await asyncio.to_thread(lambda: [key for contact in gone for key in shared_keys(contact)]))
        await look.ask(crowds if crowds_too else ())
        turned = [key for key, holders in look.holders.items() if (len(holders) > _MOST) != (key in crowds)]
        several = await self._store.duplicates.holders(place, turned, _SLICE + _MOST) if turned else ()
        await look.at({holder for holders in several for holder in holders} - set(numbers))
        new_crowds = [
            Duplicate(look.since(key), key=key, holders=await self._store.duplicates.count(place, key))
            for key, holders in look.holders.items()
            if len(holders) > _MOST
        ]
        no_crowds = [key for key in crowds & look.holders.keys() if len(look.holders[key]) <= _MOST]
        return Looked(0, 0, look.numbers, look.pairs(), new_crowds, no_crowds)

    async def _told(self, place: Place, rows: Sequence[Duplicate]) -> list[Pair | Crowd]:
        """Return what people are told of each, but for what has changed since the look."""
        keys = [row.key for row in rows if row.key]
        holders = await self._store.duplicates.holders(place, keys, 1) if keys else ()
        ones = {key: next(iter(numbers), 0) for key, numbers in zip(keys, holders, strict=True)}
        numbers = {number for row in rows for number in (row.first, row.second)} | {*ones.values()}
        contacts = {it.number: it for it in await self._store.duplicates.several(place, numbers - {0})}
        return await asyncio.to_thread(lambda: list(_entries(rows, contacts, ones)))


class _Look:
    """Contacts that are looked at, their keys, and who holds those."""

    def __init__(self, store: Store, place: Place) -> None:
        self._store = store.duplicates
        self._place = place
        self._contacts: dict[int, StoredContact] = {}
        self._keys: dict[int, Collection[str]] = {}
        self.numbers: set[int] = set()
        self.holders: dict[str, Sequence[int]] = {}

    async def at(self, numbers: Collection[int]) -> None:
        """Look at contacts too, those that are there."""
        self.numbers |= set(numbers)
        contacts = await self._store.several(self._place, numbers) if numbers else ()
        keys = await asyncio.to_thread(lambda: {one.number: shared_keys(one.contact) for one in contacts})
        self._contacts |= {one.number: one for one in contacts}
        self._keys |= keys
        await self.ask(key for of_one in keys.values() for key in of_one)

    async def ask(self, keys: Iterable[str]) -> None:
        """Ask who holds these keys too."""
        new = list(dict.fromkeys(key for key in keys if key not in self.holders))
        if new:
            holders = await self._store.holders(self._place, new, _MOST + 1)
            self.holders |= zip(new, holders, strict=True)

    def since(self, key: str) -> int:
        """Return the last revision of those looked at that hold a key; 0 for none."""
        return max((self._contacts[it].revision for it, keys in self._keys.items() if key in keys), default=0)

    def pairs(self) -> list[Duplicate]:
        """Return the pairs in which those stand that were looked at."""
        since: dict[tuple[int, int], int] = {}
        for number, keys in self._keys.items():
            for key in keys:
                holders = self.holders[key]
                for other in holders if len(holders) <= _MOST else ():
                    if other != number:
                        pair = max(number, other), min(number, other)
                        since[pair] = max(since.get(pair, 0), self._contacts[number].revision)
        return [Duplicate(at, *pair) for pair, at in since.items()]


def _entries(
    rows: Sequence[Duplicate], contacts: Mapping[int, StoredContact], ones: Mapping[str, int]
) -> Iterator[Pair | Crowd]:
    for row in rows:
        if row.key:
            holder = contacts.get(ones[row.key])
            if holder and (said := shared_keys(holder.contact).get(row.key)):
                yield Crowd(row, holder, said)
        elif row.first in contacts and row.second in contacts:
            first, second = contacts[row.first], contacts[row.second]
            if shared := shared_by(first, second):
                yield Pair(row, first, second, shared)


def shared_by(first: StoredContact, second: StoredContact) -> list[SharedKey]:
    """Return what two contacts share."""
    theirs = shared_keys(second.contact)
    return [shared for key, shared in shared_keys(first.contact).items() if key in theirs]
