"""Upsert: many rows into a campaign, each created, put over who is there already, skipped or refused, and told.

Rows come from anywhere (`ImportRow`); a bad row never stops the rest. `known_people` looks up who is there,
`decisions` says what is to be done, the store does it, and `Result` says what became of the row.
"""

from __future__ import annotations

import asyncio
from collections import Counter, deque
from typing import TYPE_CHECKING, Final, NamedTuple, TypeVar

from cardwright import metrics
from cardwright.book import outcomes
from cardwright.book.cards import edited
from cardwright.book.decisions import STORE_FAULTS, Create, Decisions, KeepGroup, RuleMatches, Skip, Update
from cardwright.book.earlier_rows import EarlierRows
from cardwright.book.groups import keep_groups
from cardwright.book.import_ports import LARGE
from cardwright.book.known_people import KnownPeople
from cardwright.book.match_keys import RULES, keys_of
from cardwright.book.outcomes import CHANGING, Result
from cardwright.errors import CardwrightError

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator, Mapping, Sequence

    from cardwright.book.decisions import Decision, ImageAcceptor
    from cardwright.book.groups import GroupStore
    from cardwright.book.import_ports import ImportStore, StoredMatch
    from cardwright.book.import_row import ImportRow
    from cardwright.book.match_keys import Match, MatchKeys, MatchRule
    from cardwright.book.outcomes import OnDuplicate
    from cardwright.book.ports import ContactStore, Place

T = TypeVar("T")

_AT_A_TIME: Final = 2_500
"""Rows that are looked up, and then kept, together: more of them keep others waiting for longer."""
_TURN: Final = 100
"""Rows that are decided about, or told of, before the store has its turn, which keeps others."""


class _Keeping(NamedTuple):
    """Rows of which those that are new are on their way to the store."""

    decisions: Sequence[Decision]
    new: Sequence[int]
    """Where these stand."""
    numbers: asyncio.Task[Sequence[int]] | None
    """That they are given; None when nobody is new."""


class Upsert:
    """One import, or one batch, into one campaign."""

    def __init__(  # noqa: PLR0913 - what it works with, and two options
        self,
        store: ImportStore,
        contacts: ContactStore,
        groups: GroupStore,
        photos: ImageAcceptor,
        place: Place,
        *,
        on_duplicate: OnDuplicate = "skip",
        match: Match = "name",
    ) -> None:
        self._contacts = contacts
        self._groups = groups
        self._place = place
        self._on_duplicate = on_duplicate
        self._changes = on_duplicate in CHANGING
        self._rules = RULES[None if on_duplicate == "add" else match]
        self._people = KnownPeople(store, contacts, place, self._rules)
        self._decisions = Decisions(contacts, photos, place, on_duplicate, self._rules, self._people.named)
        self._fault: BaseException | None = None
        """What ends the import: raised once all that was kept is told."""

    async def run(self, batches: Iterator[list[ImportRow]], by: str) -> AsyncIterator[Result]:
        """Give what became of each row, in their order; what is given is on the disk.

        While the store keeps some rows, the next are read and decided. A fault, of `batches` or of the store, or that
        the import is cancelled, ends it: raised once every row that was kept before it is given.
        """
        keeping: list[_Keeping] = []
        self._fault, more = None, True
        self._people.named.clear()
        try:
            while keeping or (more and not self._fault):
                before, keeping = keeping, []
                if more and not self._fault:
                    more = await self._begin(batches, by, keeping)
                for part in before:
                    results = await self._results(part)
                    for outcome, rows in Counter(result.outcome for result in results).items():
                        metrics.IMPORT_ROWS.count(outcome, by=rows)
                    for at, result in enumerate(results, 1):
                        yield result
                        if at % _TURN == 0:
                            await self._give_way()
        finally:
            await self._people.settled()
        if self._fault:
            raise self._fault

    async def _begin(self, batches: Iterator[list[ImportRow]], by: str, keeping: list[_Keeping]) -> bool:
        """Read rows, decide about them, and begin to keep them; say whether there may be more."""
        rows: list[ImportRow] = []
        # In a thread: while it waits for the next rows, those before go on to the store.
        more = await self._ended(asyncio.ensure_future(asyncio.to_thread(_read, batches, rows)))
        try:
            await self._decide(rows, by, keeping)
        except (Exception, asyncio.CancelledError) as error:  # noqa: BLE001 - raised in the end
            self._end(error)
        return bool(more)

    async def _decide(self, rows: Sequence[ImportRow], by: str, keeping: list[_Keeping]) -> None:
        """Decide about rows, and begin to keep what is new: a part of `keeping` each."""
        fault = self._fault  # of the source: the rows before it count
        await self._decisions.look_up_partners(rows)
        for part in _apart(rows, self._rules) if self._changes else (rows,):
            done = 0
            while done < len(part):
                decisions = await self._decide_first(part[done:], by)
                done += len(decisions)
                new = {at: one for at, one in enumerate(decisions) if isinstance(one, Create)}
                numbers = self._create(list(new.values()), by) if new and self._fault is fault else None
                keeping.append(_Keeping(decisions, list(new), numbers))
                if numbers and self._changes:
                    await self._ended(numbers)
                if self._fault is not fault:
                    return
        await asyncio.sleep(0)  # they start
        await asyncio.sleep(0)  # the writer is handed them

    def _create(self, new: Sequence[Create], by: str) -> asyncio.Task[Sequence[int]]:
        have_uids = [bool(one.row.contact.uid) for one in new]
        return self._people.create([one.draft for one in new], by, have_uids=have_uids)

    async def _decide_first(self, rows: Sequence[ImportRow], by: str) -> list[Decision]:
        """Decide about the first rows, up to one that must find in the store what an earlier one changes.

        All that changes is written, together. The cards of many may be too large to be at hand together, too.
        """
        cards = self._changes and any(row.card or row.unmodelled for row in rows)
        matches = deque(await self._people.find([row.keys for row in rows if row.is_person], cards=cards))
        decisions: list[Decision] = []
        earlier = EarlierRows(self._rules)
        changing: set[object] = set()  # who is changed, and the keys that they hold by then
        for at, row in enumerate(rows):
            if at % _TURN == 0:
                await asyncio.sleep(0)
            is_person = row.is_person
            if not matches and is_person:
                break
            there = matches.popleft() if is_person else None
            if changing and not changing.isdisjoint((*_numbers(there), *_asked(row.keys, self._rules))):
                break
            is_new = is_person and self._people.is_new(row.keys)
            decision: Decision | None = self._decisions.at_once(row) if is_new else None
            if decision is None:
                decision = await self._decisions.decide(row, there, None if is_new else earlier)
            if isinstance(decision, Update):
                changing.update((decision.stored.number, *keys_of(decision.after.contact).held()))
            if isinstance(decision, Create):
                earlier.add(row.keys, len(decisions))
                if row.contact.uid:
                    earlier.named.add(len(decisions))
            decisions.append(decision)
        await self._update(decisions, by)
        await self._keep_groups(decisions)
        return decisions

    async def _update(self, decisions: list[Decision], by: str) -> None:
        """Make the changes, handed over at once so that they share commits, and put their results in their places."""
        updates = [(at, one) for at, one in enumerate(decisions) if isinstance(one, Update)]
        update, place = self._contacts.update, self._place
        made = (update(place, one.stored.number, edited(one.edit, one.image), by, one.image) for _, one in updates)
        ended = await self._ended(asyncio.gather(*made, return_exceptions=True)) or ()
        for (at, one), new in zip(updates, ended, strict=True):
            if isinstance(new, CardwrightError) and not isinstance(new, STORE_FAULTS):
                decisions[at] = Result(one.row.number, "refused", one.stored.id, one.warnings, str(new))
            elif isinstance(new, BaseException):
                self._end(new)
            else:
                decisions[at] = Result(one.row.number, "updated", one.stored.id, one.warnings, one.reason())
                self._people.changed(new.contact)

    async def _keep_groups(self, decisions: list[Decision]) -> None:
        """Keep the groups among the rows, and put their results in their places."""
        groups = [(at, one.row) for at, one in enumerate(decisions) if isinstance(one, KeepGroup)]
        if not groups or self._fault:
            return
        work = keep_groups(self._groups, self._place, [row for _, row in groups], self._on_duplicate)
        for (at, _), result in zip(groups, await self._ended(asyncio.ensure_future(work)) or (), strict=False):
            decisions[at] = result

    async def _results(self, keeping: _Keeping) -> list[Result]:
        """Return the results once all is on the disk; rows that were not kept have none."""
        numbers = (await self._ended(keeping.numbers) or ()) if keeping.numbers else ()
        created = dict(zip(keeping.new, numbers, strict=False))
        results = (_result(at, one, created) for at, one in enumerate(keeping.decisions))
        return [result for result in results if result]

    async def _give_way(self) -> None:
        try:
            await asyncio.sleep(0)
        except asyncio.CancelledError as error:
            self._end(error)

    async def _ended(self, work: asyncio.Future[T]) -> T | None:
        """Return what comes of work of the store, which ends though the import is cancelled; None when it failed."""
        while not work.done():
            try:
                await asyncio.wait((work,))
            except asyncio.CancelledError as error:
                self._end(error)
        fault = work.exception()
        if fault is None:
            return work.result()
        self._end(fault)
        return None

    def _end(self, fault: BaseException) -> None:
        self._fault = self._fault or fault


def _read(batches: Iterator[list[ImportRow]], rows: list[ImportRow]) -> bool:
    """Add batches to the rows, and say whether there may be more."""
    octets = 0
    for batch in batches:
        rows += batch
        octets += sum(row.size for row in batch)
        if len(rows) >= _AT_A_TIME or octets > LARGE:
            return True
    return False


def _asked(keys: MatchKeys, rules: Sequence[MatchRule]) -> set[str]:
    return {key for rule in rules for key in rule.asked(keys).keys}


def _numbers(match: StoredMatch | None) -> Iterator[int]:
    return (stored.number for stored in match.contacts) if match else iter(())


def _apart(rows: Sequence[ImportRow], rules: Sequence[MatchRule]) -> Iterator[list[ImportRow]]:
    """Give the rows in parts in which no two are the same person: the second must find the first in the store."""
    same = [rule for rule in rules if rule.verdict == "same"]
    part: list[ImportRow] = []
    earlier = EarlierRows(same)
    for row in rows:
        if row.is_person:
            if earlier.find(row.keys):
                yield part
                part, earlier = [], EarlierRows(same)
            earlier.add(row.keys, len(part))
        part.append(row)
    yield part


def _result(at: int, decision: Decision, created: Mapping[int, int]) -> Result | None:
    """Return the result of a decision, the numbers of new contacts given; None when it was not kept."""
    if isinstance(decision, Create):
        if at not in created:
            return None
        row, _, warnings, shared = decision
        warnings += (outcomes.shared(_ids(shared, created)[0], shared.by, shared.differ),) if shared else ()
        return Result(row.number, "created", str(created[at]), warnings)
    if isinstance(decision, Skip):
        row, candidates = decision
        is_kept = all(first in created for first in candidates.rows)
        return outcomes.skipped(row, _ids(candidates, created), candidates.by) if is_kept else None
    return None if isinstance(decision, Update | KeepGroup) else decision


def _ids(candidates: RuleMatches, created: Mapping[int, int]) -> list[str]:
    return [stored.id for stored in candidates.contacts] + [str(created[place]) for place in candidates.rows]
