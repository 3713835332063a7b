"""History, undo, merge and duplicates on SQLite, and what an undo gives back whatever was changed."""

from __future__ import annotations

import asyncio
import itertools
import tempfile
from typing import TYPE_CHECKING

from hypothesis import given, settings
from hypothesis import strategies as st

from cardwright.store import open_store
from store import duplicates_contract, history_contract, merges_contract
from store.acme import RICH, book_of
from store.history_contract import CARD, full, told, undo, without_times

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

TEXTS = st.sampled_from(["", "A", "Ünï", 'semi;colon, "quoted"', "line\nbreak" * 20, "a" * 200])
PHONES = {"work_phone", "cellphone"}
PATCHES = st.fixed_dictionaries(
    {},
    optional={
        "first": st.sampled_from(["A", "Ünï", "a;b"]),
        "title": TEXTS.filter(lambda text: "\n" not in text),
        "email": st.sampled_from(["a@example.com", "b@example.com"]),
        "work_phone": st.sampled_from(["", "+1 805 123 4567"]),
        "cellphone": st.sampled_from(["", "+1 805 987 6543"]),
        "labels_add": st.sampled_from([("A",), ("B", "C")]),
        "image_url": st.sampled_from(["", "https://example.com/1", "https://example.com/2"]),
        "partners_add": st.just(("10001",)),
    },
)


class TestHistory(history_contract.HistoryContract):
    pass


class TestUndo(history_contract.UndoContract):
    pass


class TestMerge(merges_contract.MergeContract):
    pass


class TestUnmerge(merges_contract.UnmergeContract):
    pass


class TestErasure(merges_contract.ErasureContract):
    pass


class TestDuplicates(duplicates_contract.DuplicatesContract):
    pass


@settings(max_examples=25, deadline=None)
@given(st.booleans(), st.lists(PATCHES, min_size=1, max_size=4))
def test_undoing_every_change_from_the_last_to_the_first_gives_back_each_state(
    has_card: bool,  # noqa: FBT001 - drawn
    patches: Sequence[Mapping[str, object]],
) -> None:
    """CW-31: fields and card, byte for byte; and each of these undos can be undone."""

    async def there_and_back() -> None:
        with tempfile.TemporaryDirectory() as folder:
            async with open_store(folder) as store:
                book = await book_of(store)
                number = await book.keep(RICH, card=CARD if has_card else b"")
                states = [await full(book, number)]
                for patch in patches:
                    countries = {f"{field}_country": "US" if patch[field] else "" for field in PHONES & patch.keys()}
                    await book.patch(str(number), **patch, **countries)
                    states.append(await full(book, number))
                changes = [event.change.sequence for event in await told(book, number)]
                by_revision = {state.revision: state for state in states}
                for sequence, earlier in itertools.pairwise(changes):
                    assert await undo(book, number, sequence)
                    assert without_times(await full(book, number)) == without_times(by_revision[earlier])
                for event in (await told(book, number))[: len(changes) - 1]:
                    if event.fields:
                        assert event.can_be_undone
                last = (await told(book, number))[0]
                if len(changes) > 1:
                    assert await undo(book, number, last.change.sequence)
                    assert without_times(await full(book, number)) == without_times(by_revision[changes[-2]])
                assert await store.check() == []

    asyncio.run(there_and_back())
