"""The tables that move from one store to another, and their columns, as no store keeps them and each can say them.

| whose a row is      | how it begins                              |
|---------------------|--------------------------------------------|
| of the whole store  | with its own columns                       |
| of an account       | with the account's SID                     |
| of a campaign       | with the account's SID and the campaign's id |

Numbers that a store has for itself (those of accounts, campaigns and partner accounts) do not move. A new table of a
store is named here, or in the store's own list of what is made anew: a test reads the schemas.
"""

from __future__ import annotations

from typing import Final, Literal, NamedTuple, TypeAlias

from cardwright.store.rows import Columns

Owner: TypeAlias = Literal["store", "account", "campaign"]


class Table(NamedTuple):
    """One table."""

    name: str
    owner: Owner
    columns: tuple[str, ...]

    @property
    def begins(self) -> int:
        """How many values say whose a row is."""
        return ("store", "account", "campaign").index(self.owner)


def _table(name: str, owner: Owner, *columns: str) -> Table:
    return Table(name, owner, columns)


_JOB: Final = (
    *("id", "name", "octets", "created", "by", "state", "task", "contents", "choice", "told", "problems", "reason"),
    *("kept", "stop", "runner", "since", "signed"),
)
TABLES: Final = (  # each after those that its rows point to
    _table("account", "store", "sid", "name", "key", "created", "last_contact", "last_user"),
    _table("token", "account", "id", "digest", "read_only", "created", "name", "used", "dav"),
    _table("session", "account", "digest", "token", "ends", "kept"),
    _table("campaign", "account", "place", "id", "name", "contacts", "sequence"),
    _table("partner", "account", "place", "id", "name"),
    _table("partner_user", "account", "id", "partner", "first", "last", "email", "title"),
    _table("image", "account", "digest", "media_type", "data", "small"),
    _table("contact", "campaign", "number", "user", "own_title", *Columns._fields, "revision", "created", "updated"),
    _table("card", "campaign", "number", "card", "original"),
    _table("original", "campaign", "original", "number", "card"),
    _table("group_card", "campaign", "number", "uid", "card", "revision", "created", "updated"),
    _table("card_name", "campaign", "in_all", "number", "is_group", "name", "repeats_uid"),
    _table("left_name", "campaign", "in_all", "sequence", "number", "is_group", "name"),
    _table("book_state", "campaign", "in_all", "named", "floor"),
    _table("book_property", "account", "book", "namespace", "name", "lang", "value"),
    _table("change", "campaign", "sequence", "number", "kind", "at", "by", "before", "image"),
    _table("merged", "campaign", "second", "deleted", "first", "updated", "undone"),
    _table("duplicate", "campaign", "first", "second", "key", "since", "holders"),
    _table("duplicates_looked", "campaign", "sequence"),
    _table("not_same", "campaign", "first", "second"),
    _table("share_link", "campaign", "number", "digest", "made", "ends"),
    _table(
        "kept_upload",
        "campaign",
        "session",
        "name",
        "number",
        "ends",
        "file_name",
        "digest",
        "media_type",
        "data",
        "small",
    ),
    _table("import_job", "campaign", *_JOB),
    _table("import_piece", "campaign", "job", "part", "number", "octets"),
    _table("remembered_mapping", "account", "header", "columns", "used"),
    _table("repeat", "account", "key", "digest", "number", "created"),
    _table("block", "campaign", "block", "contacts", "changed"),
)
"""`place`: the how manieth of its account it is. `user`: the id of a partner user; one who is gone, and whom only a
record of the past names, is a number below 0. `before`: a record, as `before.py` writes it. `in_all`: in the address
book of all campaigns. `book`: the id of a campaign, `""` for the book of all."""

LARGE: Final = {
    "image": ("data", "small"),
    "contact": ("more",),
    "card": ("card",),
    "original": ("card",),
    "group_card": ("card",),
    "change": ("before",),
    "kept_upload": ("data", "small"),
    "import_piece": ("octets",),
    "book_property": ("value",),
}
"""Columns that may be large, by table: a slice has a bounded number of their octets."""
SLICE: Final = 2_000
"""Rows of a slice, at most."""
OCTETS: Final = 8 * 1024 * 1024
"""Octets of the large columns of a slice, unless it is one row."""
