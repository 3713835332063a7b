"""The suites that every store passes, on PostgreSQL."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cardwright.book.ports import Draft, Repeat
from cardwright.store.postgres.creation import Creation, keep
from cardwright.store.postgres.numbers import campaign_numbers
from store import (
    card_histories_contract,
    cards_contract,
    changes_contract,
    contacts_contract,
    deleted_contract,
    duplicates_contract,
    finding_contract,
    history_contract,
    look_up_contract,
    merges_contract,
    order_contract,
    removals_contract,
    shares_contract,
)
from store.acme import RICH, book_of
from store.contract import AccountContract, KeyringContract, PartnerContract
from store.sessions_contract import SessionContract
from store.uploads_contract import UploadContract

if TYPE_CHECKING:
    from cardwright.store.postgres import PostgresStore
    from cardwright.store.postgres.driver import Connection


class TestAccounts(AccountContract):
    pass


class TestKeyring(KeyringContract):
    pass


class TestSessions(SessionContract):
    pass


class TestPartners(PartnerContract):
    pass


class TestCreate(contacts_contract.CreateContract):
    pass


class TestRepeat(contacts_contract.RepeatContract):
    async def test_each_key_is_looked_up_by_itself(self, store: PostgresStore) -> None:
        """The table is read through by no call, though the planner has not heard yet of what it holds."""
        book = await book_of(store)
        draft = Draft(RICH, ("10000",))
        asked = [Creation(book.place, draft, "test", Repeat(f"key{at}", bytes(32))) for at in range(400)]

        async def unit(connection: Connection) -> int:
            numbers = await campaign_numbers(connection, book.place)
            for at in range(0, len(asked), 40):  # a plan for any values is made at the sixth
                await keep(connection, asked[at : at + 40], [numbers] * 40)
            return int(await connection.value("SELECT pg_stat_get_xact_tuples_returned('repeat'::regclass)"))

        assert await store.database.write(unit) < 1_000, "the first few calls look through it for what is too old"


class TestRead(contacts_contract.ReadContract):
    pass


class TestUpdate(contacts_contract.UpdateContract):
    pass


class TestDelete(contacts_contract.DeleteContract):
    pass


class TestRemoval(removals_contract.RemovalContract):
    """Campaigns and partner accounts that go."""


class TestUploads(UploadContract):
    pass


class TestShares(shares_contract.ShareContract):
    pass


class TestEdit(changes_contract.EditContract):
    pass


class TestChanges(changes_contract.ChangesContract):
    pass


class TestDeleted(deleted_contract.DeletedContract):
    pass


class TestSuggestions(deleted_contract.SuggestionsContract):
    pass


class TestOrder(order_contract.OrderContract):
    pass


class TestSystem(finding_contract.SystemContract):
    pass


class TestList(finding_contract.ListContract):
    pass


class TestEnd(finding_contract.EndContract):
    pass


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


class TestLookUps(look_up_contract.LookUpContract):
    pass


class TestCardNames(cards_contract.NameContract):
    pass


class TestCardPuts(cards_contract.PutContract):
    pass


class TestCardSync(cards_contract.SyncContract):
    pass


class TestCardsFound(cards_contract.OfContract):
    pass


class TestBookProperties(cards_contract.PropertyContract):
    pass


class TestCardMoves(cards_contract.MoveContract):
    pass


class TestOctetsOfCards(cards_contract.OctetsContract):
    pass


class TestAllCampaigns(cards_contract.AllContract):
    pass


class TestCardHistories(card_histories_contract.HistoryContract):
    pass


class TestCardErase(cards_contract.EraseContract):
    pass


class TestCardMerge(cards_contract.MergeContract):
    pass
