"""Imports into PostgreSQL."""

from __future__ import annotations

from store.groups_contract import GroupContract
from store.import_faults_contract import ImportFaultContract
from store.imports_contract import ImportContract
from store.updates_contract import UpdateCardContract


class TestImports(ImportContract):
    pass


class TestImportFaults(ImportFaultContract):
    pass


class TestGroups(GroupContract):
    pass


class TestUpdates(UpdateCardContract):
    pass
