"""The suites that every store passes, on PostgreSQL."""

from __future__ import annotations

from store import (
    card_histories_contract,
    cards_contract,
    changes_contract,
    contacts_contract,
    deleted_contract,
    duplicates_contract,
    finding_contract,
    history_contract,
    merges_contract,
    order_contract,
    removals_contract,
    shares_contract,
)
from store.contract import AccountContract, KeyringContract, PartnerContract
from store.sessions_contract import SessionContract
from store.uploads_contract import UploadContract


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
    pass


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
