"""Random histories of two books and the book of both: who follows them knows what a full listing says."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Final

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from cardwright.book.groups import Group
from cardwright.book.requests import Query
from cardwright.contact.uid import comparable_uid
from cardwright.errors import ConflictError, NotFoundError, SyncTokenError
from store.cards_contract import BY, UUID, Client, Phone, all_of, phone_of, second_of

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence

    from cardwright.book.ports import Store

NAMES: Final = ("a.vcf", "b.vcf", f"{UUID.format(1)}.vcf")
UIDS: Final = ("a", UUID.format(1), f"urn:uuid:{UUID.format(2)}", "odd one")


class History:
    """Two books, the book of both, and clients that follow them."""

    def __init__(self, books: Sequence[Phone]) -> None:
        self.books = books
        self.clients = [Client(book, limit) for book in books for limit in (1, 3, 1_000)]
        self.ever: list[int] = []
        """Contacts that there ever were."""

    async def put(self, at: int, what: int) -> None:
        await self.books[at].put(NAMES[what % 3], UIDS[what % 4], f"{what % 2}")

    async def put_group(self, at: int, what: int) -> None:
        await self.books[at].put_group(NAMES[what % 3], comparable_uid(UIDS[what % 4]), b"%d" % what)

    async def import_group(self, at: int, what: int) -> None:
        group = Group(comparable_uid(UIDS[what % 4]), b"imported %d" % what)
        await self.books[at % 2].store.groups.keep(self.books[at % 2].place, [group], lambda _, comes: comes)

    async def delete(self, at: int, what: int) -> None:
        await self.books[at].delete(await self._name(at, what))

    async def move(self, at: int, what: int) -> None:
        await self.books[at].move(await self._name(at, what), NAMES[what % 3])

    async def move_away(self, at: int, what: int) -> None:
        at %= 2
        await self.books[at].move(await self._name(at, what), NAMES[what % 3], self.books[1 - at], copy=what % 5 == 0)

    async def create(self, at: int, what: int) -> None:
        await self.books[at % 2].create(UIDS[what % 4])

    async def remove(self, at: int, what: int) -> None:
        await self.books[at % 2].remove(self._number(what))

    async def restore(self, at: int, what: int) -> None:
        await self.books[at % 2].restore(self._number(what))

    async def erase(self, at: int, what: int) -> None:
        await self.books[at % 2].erase(self._number(what))

    async def merge(self, at: int, what: int) -> None:
        place = self.books[at % 2].place
        one, other = self._number(what), self._number(what + 1)
        if one != other:
            merges = self.books[0].store.merges
            await merges.merge(place, one, other, lambda first, *_: first, BY)

    async def undo(self, at: int, what: int) -> None:
        place, merges = self.books[at % 2].place, self.books[0].store.merges
        for merge in await merges.of(place, self._number(what)):
            await merges.undo(place, merge.first, merge.sequence, lambda was, _: was, BY)

    async def sync(self, at: int, what: int) -> None:
        """A client follows to the end, or begins anew where it is told to."""
        client = self.clients[at * 3 + what % 3]
        try:
            await client.sync()
        except SyncTokenError:
            client.places, client.cards, client.told = (), {}, []
            await client.sync()
        await client.check()
        assert len(set(client.told)) == len(client.told)

    async def compare(self) -> None:
        """Everybody is in the listing of their book once, and each name too."""
        for at in range(len(self.clients)):
            await self.sync(at // 3, at)
        everybody = set()
        for book in self.books[:2]:
            page = await book.store.contacts.list(book.place, Query(page_size=1_000))
            groups = await book.store.groups.following(book.place)
            cards = await book.listed()
            assert sorted(card.number for card in cards if not card.is_group) == [one.number for one in page.contacts]
            assert [card.number for card in cards if card.is_group] == [one.number for one in groups]
            everybody |= {(card.place, card.is_group, card.number) for card in cards}
        cards = await self.books[2].listed()
        assert {(card.place, card.is_group, card.number) for card in cards} == everybody
        for book in self.books:
            cards = await book.listed()
            assert len({card.name for card in cards}) == len(cards)
            assert await book.store.cards.named(book.book, [card.name for card in cards]) == cards

    async def _name(self, at: int, what: int) -> str:
        names = await self.books[at].names()
        return names[what % len(names)] if names else "none.vcf"

    def _number(self, what: int) -> int:
        return what % 12 + 1


STEPS: Final[dict[str, Callable[[History, int, int], Awaitable[None]]]] = {
    name: getattr(History, name)
    for name in (
        *("put", "put_group", "import_group", "delete", "move", "move_away", "create", "remove", "restore"),
        *("erase", "merge", "undo", "sync"),
    )
}
_STEP: Final = st.tuples(
    st.sampled_from([*STEPS, "put", "put", "create", "sync", "sync"]), st.integers(0, 2), st.integers(0, 60)
)


class HistoryContract:
    """Clients that follow random histories."""

    @given(steps=st.lists(_STEP, min_size=5, max_size=40))
    @settings(
        max_examples=12,
        phases=set(Phase) - {Phase.shrink, Phase.explain},  # each example takes 0.1 to 0.5 s
        suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.differing_executors],
    )
    async def test_who_follows_knows_what_a_listing_says(self, store: Store, steps: list[tuple[str, int, int]]) -> None:
        first = await phone_of(store)
        history = History((first, await second_of(first), all_of(first)))
        for name, at, what in steps:
            with contextlib.suppress(ConflictError, NotFoundError):  # what cannot be done changes nothing
                await STEPS[name](history, at, what)
        await history.compare()
        assert await store.check() == []
