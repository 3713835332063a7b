"""How much of an index a page takes: no more in a large book than in a small one (CW-28); times are for the bench."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from cardwright.book.ports import Draft
from cardwright.book.requests import Query
from cardwright.contact.model import Contact, Email, Name
from cardwright.store import open_store, walk
from store.acme import book_of

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

    from store.acme import Book

_FAR: Final = 1_000
_PAGES: Final = 11
SIZES: Final = (1_000, 24_000)
QUERIES: Final = [
    Query(order=order, descending=descending, page_size=50, **asked)
    for order, descending in (("name", False), ("updated", True), ("number", True))
    for asked in (
        {},
        {"label": "half"},
        {"search": "wile"},
        {"search": "zoe"},
        {"search": "wile zoe"},
        {"title": "one"},
    )
]


async def filled(book: Book, size: int) -> None:
    """Import people of whom the last tenth by name is called Zoe, every other one has a label, and one a title."""
    for begin in range(0, size, 4_000):
        drafts = [
            Draft(
                Contact(
                    Name("Zoe" if at % 10 == 0 else f"Wile {at % 77}", f"Coyote {at}"),
                    emails=(Email(f"{'wile' if at % 2 else 'z'}@example.com"),),
                    title="one" if at == size // 2 else "",
                    labels=("half",) if at % 2 else (),
                    uid=f"urn:uuid:{at}",
                ),
                ("10000",),
            )
            for at in range(begin, min(size, begin + 4_000))
        ]
        await book.store.imports.create(book.place, drafts, "test")


async def test_cw_28_a_page_takes_as_much_of_the_index_in_a_larger_book(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each page asked for once before, and then with its ten next pages."""
    taken = 0
    take = walk.Walk.take

    def counted(self: walk.Walk, entries: list[walk.OrderEntry], *, last: bool) -> None:
        nonlocal taken
        taken += len(entries)
        take(self, entries, last=last)

    monkeypatch.setattr(walk.Walk, "take", counted)
    monkeypatch.setattr(walk, "_FAR", _FAR)
    work: dict[int, list[int]] = {}
    for size in SIZES:
        async with open_store(tmp_path / str(size)) as store:
            book = await book_of(store)
            await filled(book, size)
            for query in QUERIES:
                await store.contacts.list(book.place, query)
                taken, place = 0, None
                for _ in range(_PAGES):
                    page = await store.contacts.list(book.place, query._replace(cursor=place))
                    place = page.last if page.more else None
                work.setdefault(size, []).append(taken)
    much = {query: pair for query, *pair in zip(QUERIES, *work.values(), strict=True) if pair[1] > _PAGES * _FAR}
    assert not much
