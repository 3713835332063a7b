"""What workers of one machine tell each other of lists and searches (CW-28), on every store.

The tests of each store have a fixture `counted`: which of what takes long was done, by name.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from cardwright.book.ports import Draft
from cardwright.book.requests import Patch, Query
from cardwright.contact.model import Contact, Email, Name
from cardwright.store import open_store, walk
from cardwright.store.shared_memory import SharedMemory
from store.acme import Book, book_of

if TYPE_CHECKING:
    import pytest

    from cardwright.book.ports import Store
    from store.counts_contract import Leap

_BLOCKS: Final = 4
_EACH: Final = 80
QUERIES: Final = [
    Query(order=order, descending=descending, page_size=10, **asked)
    for order, descending in (("number", False), ("number", True), ("name", False), ("updated", True))
    for asked in ({"label": "late"}, {"search": "coyote"}, {"search": "coyote", "label": "half"}, {"search": "zoe"})
]


async def filled(store: Store, leap: Leap) -> Book:
    """Return a book of several blocks; who is called Zoe, or has the label, stands together by name."""
    book = await book_of(store)
    for block in range(_BLOCKS):
        drafts = [
            Draft(
                Contact(
                    Name("Zoe" if at % 4 == 0 else "Wile", f"Coyote {block} {at}"),
                    emails=(Email(f"{block}.{at}@example.com"),),
                    labels=("half",) * (at % 2) + ("late",) * (at % 4 == 0),
                    uid=f"urn:uuid:{block}:{at}",
                ),
                ("10000",),
            )
            for at in range(_EACH)
        ]
        await store.imports.create(book.place, drafts, "test")
        await leap(store, 2_048)
    return book


async def listed(store: Store, book: Book, query: Query) -> tuple[int, list[list[str]]]:
    """Return the total, and who is on the first two pages."""
    page = await store.contacts.list(book.place, query)
    pages = [page, await store.contacts.list(book.place, query._replace(cursor=page.last))]
    return page.total, [[it.id for it in each.contacts] for each in pages]


class SharedMemoryContract:
    async def test_cw_28_what_one_worker_has_counted_no_other_counts_again(
        self, address: str, leap: Leap, counted: list[str], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """What has changed since each finds as a store without a memory does, another machine with one of its own."""
        monkeypatch.setattr(walk, "_FAR", 50)
        memory = SharedMemory()
        async with (
            open_store(address, shared=memory) as one,
            open_store(address, shared=memory) as other,
            open_store(address, shared=SharedMemory()) as elsewhere,
        ):
            book = await filled(one, leap)
            found = [await listed(one, book, query) for query in QUERIES]
            assert {"_many", "_members", "Line"} <= set(counted)
            counted.clear()
            assert [await listed(other, book, query) for query in QUERIES] == found
            assert counted == []
            assert [await listed(elsewhere, book, query) for query in QUERIES] == found
            changed = (await one.contacts.list(book.place, Query(label="late"))).contacts[0]
            await book.contacts.update(book.sid, "1000", changed.id, Patch(labels_remove=("late",)), by="test")
            async with open_store(address) as alone:
                now = [await listed(alone, book, query) for query in QUERIES]
            assert now != found
            assert [await listed(elsewhere, book, query) for query in QUERIES] == now
            assert [await listed(other, book, query) for query in QUERIES] == now
            counted.clear()
            assert [await listed(one, book, query) for query in QUERIES] == now
            assert counted == []

    async def test_what_is_told_names_nobody(self, address: str, leap: Leap, monkeypatch: pytest.MonkeyPatch) -> None:
        told: list[bytes] = []
        memory = SharedMemory()
        put = memory.put
        monkeypatch.setattr(memory, "put", lambda name, data: (told.append(data), put(name, data)))
        async with open_store(address, shared=memory) as store:
            book = await filled(store, leap)
            for query in QUERIES:
                await listed(store, book, query)
        assert told
        assert not [data for data in told if b"coyote" in data.lower() or b"zoe" in data.lower()]


def noted(monkeypatch: pytest.MonkeyPatch, *places: tuple[object, str]) -> list[str]:
    """Note each call of what stands in these places."""
    calls: list[str] = []
    for module, name in places:
        real = getattr(module, name)

        def note(*args: object, real: object = real, name: str = name, **named: object) -> object:
            calls.append(name)
            return real(*args, **named)

        monkeypatch.setattr(module, name, note)
    return calls
