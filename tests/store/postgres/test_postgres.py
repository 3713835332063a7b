"""The suites that every store passes, on PostgreSQL."""

from __future__ import annotations

from store import contacts_contract
from store.contract import AccountContract, KeyringContract, PartnerContract


class TestAccounts(AccountContract):
    pass


class TestKeyring(KeyringContract):
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
