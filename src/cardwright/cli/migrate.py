"""`cardwright migrate`: the schema of the store brought up to date."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cardwright.cli.arguments import DATA, Data, Json
from cardwright.cli.opening import with_store
from cardwright.cli.output import show

if TYPE_CHECKING:
    from cardwright.book.ports import Store


def migrate(*, json: Json = False, data: Data = DATA) -> None:
    """Bring the schema of the store up to date, as `serve` does when it starts; no other command does."""
    before, now = with_store(data, _schemas, older="migrate")
    show({"SchemaBefore": before, "Schema": now}, as_json=json)


async def _schemas(store: Store) -> tuple[int, int]:
    return store.schemas
