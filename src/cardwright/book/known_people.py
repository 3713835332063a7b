"""Duplicate look-ups of one import, behind a Bloom filter: a row that it has not seen is new and costs no query."""

from __future__ import annotations

import asyncio
from itertools import compress, takewhile
from typing import TYPE_CHECKING, Final

from cardwright.book.bloom_filter import BloomFilter
from cardwright.book.match_keys import keys_of
from cardwright.book.named_people import NamedPeople
from cardwright.book.requests import Query

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cardwright.book.import_ports import ImportStore, StoredMatch
    from cardwright.book.match_keys import MatchKeys, MatchRule
    from cardwright.book.ports import ContactStore, Draft, Place
    from cardwright.contact.model import Contact

_DEARER: Final = 4  # times that looking somebody up costs what reading a contact does
_PAGE: Final = 500
_TURN: Final = 250
"""Rows that are looked up in the filter before others have their turn: the store keeps those before."""


class KnownPeople:
    """The people of one campaign during an import.

    Their match keys are in a Bloom filter from an empty campaign on; in one with contacts, once so many rows
    were looked up in vain that reading it was cheaper. A change by somebody else ends that, and every row is looked up
    again. Of a file that was imported before no row is looked up in vain, and the campaign is not read.
    """

    def __init__(self, store: ImportStore, contacts: ContactStore, place: Place, rules: Sequence[MatchRule]) -> None:
        self._store = store
        self._contacts = contacts
        self._place = place
        self._rules = rules
        self.named = NamedPeople()
        """Those of the file that is being read."""
        self._filter: BloomFilter | None = None
        self._sequence = -1
        self._vain = 0
        """Look-ups that found nobody: those that a filter would have saved."""
        self._creating: asyncio.Task[Sequence[int]] | None = None
        self._coming: Sequence[Draft] = ()
        """Those who are kept by that."""
        self._asked: set[int] = set()
        """The identities of the keys that may be somebody's, of those that were looked up last."""

    def is_new(self, keys: MatchKeys) -> bool:
        """Say of keys that were just looked up whether nobody has one of them, no row before them either."""
        return id(keys) not in self._asked

    async def find(self, keys: Sequence[MatchKeys], *, cards: bool) -> list[StoredMatch | None]:
        """Return for each who is found by the first rule that finds anybody.

        Whoever is asked for is known from then on. With `cards` they come with them, and maybe not all at once: then
        the rest is to be asked for again.
        """
        if self._filter is None or self._creating is None or self._creating.done():
            await self._follow()
        known = self._filter
        asked = list(keys) if known is None else await _met(known, keys)
        self._asked = set(map(id, asked))
        if not asked and self._filter is known:
            return [None] * len(keys)
        if known is None or self._may_come(asked):
            await self.settled()
        if self._filter is not known:
            asked = list(keys)
            self._asked = set(map(id, asked))
        by_rule = [[rule.asked(one) for rule in self._rules] for one in asked]
        answers = await self._store.find(self._place, by_rule, cards=cards)
        self._vain += answers.count(None)
        answered: dict[int, StoredMatch | None] = dict(zip(map(id, asked), answers, strict=False))
        left = set(map(id, asked[len(answers) :]))
        return [answered.get(id(one)) for one in takewhile(lambda one: id(one) not in left, keys)]

    def create(self, drafts: Sequence[Draft], by: str, *, have_uids: Sequence[bool]) -> asyncio.Task[Sequence[int]]:
        """Begin to keep new contacts, who were asked for before; the task gives their numbers.

        `have_uids` says of each whether its row has a UID of its own.
        """
        self._coming = drafts
        self._creating = asyncio.create_task(self._create(drafts, by, have_uids))
        return self._creating

    async def _create(self, drafts: Sequence[Draft], by: str, have_uids: Sequence[bool]) -> Sequence[int]:
        numbers, sequence = await self._store.create(self._place, drafts, by)
        for number in compress(numbers, have_uids):
            self.named.add(number)
        if sequence != self._sequence + len(drafts):
            self._forget()
        self._sequence = sequence
        return numbers

    def _may_come(self, asked: Sequence[MatchKeys]) -> bool:
        """Say whether one of these may be found once the new contacts that are on their way are kept."""
        held = {key for keys in asked for key in (keys.uid, *keys.emails, *keys.phones)}
        return not all(
            (keys := draft.keys)
            and keys.uid not in held
            and held.isdisjoint(keys.emails)
            and held.isdisjoint(keys.phones)
            for draft in self._coming
        )

    async def settled(self) -> None:
        """Wait until no new contacts are on their way any more, kept or not."""
        if self._creating:
            await asyncio.wait((self._creating,))  # which, unlike `gather`, does not cancel it when it is cancelled
            self._creating.exception()  # raised to whoever awaits the numbers

    def changed(self, contact: Contact) -> None:
        """Take note of a contact after a change that this import made."""
        self._sequence += 1
        if self._filter:
            self._filter.add(keys_of(contact).texts())

    def _forget(self) -> None:
        self._filter, self._vain = None, 0

    async def _follow(self) -> None:
        """Forget everybody if somebody else has changed the campaign, and learn who is there if that pays."""
        await self.settled()
        contacts, sequence = await self._store.state(self._place)
        if sequence != self._sequence:
            self._forget()
            self._sequence = sequence
        if self._filter is None and self._vain * _DEARER >= contacts:
            self._filter = await self._everybody()

    async def _everybody(self) -> BloomFilter:
        everybody, query = BloomFilter(), Query(page_size=_PAGE)
        while page := await self._contacts.following(self._place, query):
            for stored in page:
                everybody.add(keys_of(stored.contact).texts())
            query = query._replace(after=page[-1].number)
        return everybody


async def _met(known: BloomFilter, keys: Sequence[MatchKeys]) -> list[MatchKeys]:
    """Add keys to a filter, and return those that it may have met before."""
    met: list[MatchKeys] = []
    for at in range(0, len(keys), _TURN):
        met += [one for one in keys[at : at + _TURN] if known.add(one.texts())]
        await asyncio.sleep(0)
    return met
