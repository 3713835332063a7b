"""Distribution of the tables over many nodes: what belongs where, and the statements that say so to Citus.

Every row of a distributed table belongs to one account, and all rows of an account are on one node. A statement that
names its account is answered by that node alone; so every statement does, but for those on the list of the tests.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cardwright.store.postgres.driver import Connection

REFERENCE: Final = ("account", "credentials", "generation", "cardwright", "share_link", "import_job")
"""Small tables, a copy on every node: accounts, what is one row for all, links, which name no account, and import jobs,
among which a worker looks for one that waits, whoever's it is."""
DISTRIBUTED: Final = (
    "counter",
    "token",
    "session",
    "kept_upload",
    "campaign",
    "partner",
    "partner_user",
    "contact",
    "search",
    "card",
    "original",
    "group_card",
    "image",
    "change",
    "repeat",
    "block",
    "merged",
    "sort_name",
    "duplicate",
    "duplicates_looked",
    "not_same",
    "import_piece",
    "remembered_mapping",
    "card_name",
    "book_state",
    "left_name",
    "book_property",
)
"""All that belongs to one account, by the column `account`."""
FUNCTIONS: Final = ("keep_in", "put_contacts_in", "put_contact", "take_contact", "bring_contact")
"""Called with an account, which stands first; the node that has it runs them."""
_ENGINE: Final = "SELECT 1 FROM pg_extension WHERE extname = 'citus'"
_UNLESS: Final = "WHERE NOT EXISTS (SELECT FROM pg_dist_partition WHERE logicalrelid = '{table}'::regclass AND {form});"
# What is known to the engine need not be distributed: a table that refers to a reference table it lists as a local one.
_IS_REFERENCE: Final = "repmodel = 't'"
_IS_DISTRIBUTED: Final = "partmethod = 'h'"
# Rows that were there before have been copied to the nodes; here they stay, unseen, and an erased contact among them.
_EMPTY: Final = "SELECT truncate_local_data_after_distributing_table('{table}') WHERE pg_relation_size('{table}') > 0;"
_WAITING: Final = "ALTER INDEX search_terms SET (gin_pending_list_limit = 512);"
"""What a connection of ours says of that (`driver.py`) is not said to the nodes."""
SEQUENTIAL: Final = "SET {scope} citus.multi_shard_modify_mode TO 'sequential'"
"""One connection to each node: for a transaction that writes what is everywhere and what refers to it, or changes
tables; and each node is then read at one moment."""


async def is_distributed(connection: Connection) -> bool:
    """Say whether the engine distributes tables, so that a statement is to name one account and no other."""
    return await connection.value(_ENGINE) is not None


def statements() -> Iterator[str]:
    """Give the statements that distribute the tables on Citus, in their order; again, they do what is left to do."""
    for table in REFERENCE:
        yield f"SELECT create_reference_table('{table}') {_UNLESS.format(table=table, form=_IS_REFERENCE)}"
    first = DISTRIBUTED[0]
    for table in DISTRIBUTED:
        beside = "" if table == first else f", colocate_with => '{first}'"
        unless = _UNLESS.format(table=table, form=_IS_DISTRIBUTED)
        yield f"SELECT create_distributed_table('{table}', 'account'{beside}) {unless}"
    for table in (*REFERENCE, *DISTRIBUTED):
        yield _EMPTY.format(table=table)
    for name in FUNCTIONS:
        yield (
            f"SELECT create_distributed_function(oid::regprocedure, 'account_', colocate_with := '{first}')"  # noqa: S608 - constants
            f" FROM pg_proc WHERE proname = '{name}' AND pronamespace = quote_ident(current_schema())::regnamespace;"
        )
    yield _WAITING
