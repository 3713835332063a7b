"""How the rows of PostgreSQL's tables say what `moving.tables` has, and what of PostgreSQL's does not move."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple, TypeAlias

from cardwright.store.moving.before import renamed
from cardwright.store.postgres.books.opened import ALL
from cardwright.store.postgres.group_cards import digest_of
from cardwright.store.rows import Columns

if TYPE_CHECKING:
    from collections.abc import Callable

    from cardwright.store.postgres.driver import Connection

Owner: TypeAlias = "tuple[str, ...]"
Numbers: TypeAlias = "tuple[int, ...]"

_KINDS: Final = {b"c": "created", b"u": "updated", b"d": "deleted", b"r": "restored", b"e": "erased"}
_LETTERS: Final = {word: letter for letter, word in _KINDS.items()}


class MovedNames(NamedTuple):
    """What the store's own numbers stand for, and the numbers of what is named."""

    owners: dict[Numbers, Owner]
    """Of accounts, and of accounts and campaigns."""
    numbers: dict[Owner, Numbers]
    users: set[tuple[str, int]]
    places: dict[tuple[str, str, int], int]
    """The how manieth of its account each campaign and partner account is, by table, SID and number."""


class Codec(NamedTuple):
    """How a column says something."""

    read: Callable[[MovedNames, Owner, Any], Any] | None = None
    write: Callable[[MovedNames, Owner, Any], Any] | None = None


class MovedColumn(NamedTuple):
    """A column of a table after those that say whose a row is; `says` is the one of `moving.tables`."""

    name: str
    says: str
    codec: Codec = Codec()


class MovedTable(NamedTuple):
    """A table: its columns, those that its rows are ordered by, and where they are read."""

    columns: tuple[MovedColumn, ...]
    key: tuple[str, ...]
    rows: str = ""
    """The tables in which the rows are, where it is more than one."""
    made: tuple[MovedColumn, ...] = ()
    """Columns that are made of others."""


def _neutral(names: MovedNames, owner: Owner, record: str | None) -> str | None:
    def rows(said: dict[str, Any]) -> dict[str, Any]:
        number, user, own = said.pop("number"), said.pop("partner_user", None), said.pop("own_title")
        return {"number": number, "user": _user(names, owner, user), "own_title": bool(own)}

    return renamed(record, rows)


def _own(_: MovedNames, __: Owner, record: str | None) -> str | None:
    def rows(said: dict[str, Any]) -> dict[str, Any]:
        number, user, own = said.pop("number"), said.pop("user", None), said.pop("own_title")
        return {"number": number, "partner_user": user, "own_title": own}

    return renamed(record, rows)


def _user(names: MovedNames, owner: Owner, user: int | None) -> int | None:
    """Return the id of a partner user; of one who is gone a number below 0."""
    return None if user is None else user if (owner[0], user) in names.users else -abs(user)


def _place(table: str) -> Codec:
    return Codec(lambda names, owner, value: names.places[table, owner[0], value])


def _same(*names: str) -> tuple[MovedColumn, ...]:
    return tuple(MovedColumn(name, name) for name in names)


_DIGEST: Final = Codec(write=lambda _, __, uid: digest_of(uid))
_IN_ALL: Final = Codec(
    lambda _, __, book: book == ALL, lambda names, owner, in_all: ALL if in_all else names.numbers[owner][1]
)
_BOOK: Final = Codec(
    lambda names, owner, book: "" if book == ALL else names.owners[names.numbers[owner][0], book][1],
    lambda names, owner, book: names.numbers[*owner, book][1] if book else ALL,
)

FORMS: Final = {
    "account": MovedTable(
        _same("sid", "name", "key", "created", "last_contact", "last_user"),
        ("created", "account"),
        "account JOIN counter USING (account)",
    ),
    "token": MovedTable(_same("id", "digest", "read_only", "created", "name", "used", "dav"), ("account", "id")),
    "session": MovedTable(_same("digest", "token", "ends", "kept"), ("account", "digest")),
    "campaign": MovedTable(
        (MovedColumn("campaign", "place", _place("campaign")), *_same("id", "name", "contacts", "sequence")),
        ("account", "campaign"),
    ),
    "partner": MovedTable(
        (MovedColumn("partner", "place", _place("partner")), *_same("id", "name")), ("account", "partner", "id")
    ),
    "partner_user": MovedTable(_same("id", "partner", "first", "last", "email", "title"), ("account", "id")),
    "image": MovedTable(_same("digest", "media_type", "data", "small"), ("account", "digest")),
    "contact": MovedTable(
        (
            *_same("number"),
            MovedColumn("partner_user", "user", Codec(_user)),
            *_same("own_title", *Columns._fields, "revision", "created", "updated"),
        ),
        ("account", "campaign", "number"),
    ),
    "card": MovedTable(_same("number", "card", "original"), ("account", "campaign", "number")),
    "original": MovedTable(_same("original", "number", "card"), ("account", "campaign", "original")),
    "group_card": MovedTable(
        _same("number", "uid", "card", "revision", "created", "updated"),
        ("account", "campaign", "number"),
        made=(MovedColumn("digest", "uid", _DIGEST),),
    ),
    "card_name": MovedTable(
        (MovedColumn("book", "in_all", _IN_ALL), *_same("number", "is_group", "name", "repeats_uid")),
        ("account", "campaign", "number", "is_group", "book"),
    ),
    "left_name": MovedTable(
        (MovedColumn("book", "in_all", _IN_ALL), *_same("sequence", "number", "is_group", "name")),
        ("account", "campaign", "sequence", "book"),
    ),
    "book_state": MovedTable(
        (MovedColumn("book", "in_all", _IN_ALL), *_same("named", "floor")), ("account", "campaign", "book")
    ),
    "book_property": MovedTable(
        (MovedColumn("campaign", "book", _BOOK), *_same("namespace", "name", "lang", "value")),
        ("account", "campaign", "namespace", "name"),
    ),
    "change": MovedTable(
        (
            *_same("sequence", "number"),
            MovedColumn(
                "kind", "kind", Codec(lambda _, __, letter: _KINDS[letter], lambda _, __, word: _LETTERS[word])
            ),
            *_same("at", "by"),
            MovedColumn("before", "before", Codec(_neutral, _own)),
            *_same("image"),
        ),
        ("account", "campaign", "sequence"),
    ),
    "merged": MovedTable(
        _same("second", "deleted", "first", "updated", "undone"), ("account", "campaign", "second", "deleted")
    ),
    "duplicate": MovedTable(
        _same("first", "second", "key", "since", "holders"), ("account", "campaign", "first", "second", "key")
    ),
    "duplicates_looked": MovedTable(_same("sequence"), ("account", "campaign")),
    "not_same": MovedTable(_same("first", "second"), ("account", "campaign", "first", "second")),
    "share_link": MovedTable(_same("number", "digest", "made", "ends"), ("account", "campaign", "number")),
    "kept_upload": MovedTable(
        _same("session", "name", "number", "ends", "file_name", "digest", "media_type", "data", "small"),
        ("account", "session", "name"),
    ),
    "import_job": MovedTable(
        (
            *_same(
                "id",
                "name",
                "octets",
                "created",
                "by",
                "state",
                "task",
                "contents",
                "choice",
                "told",
                "problems",
                "reason",
            ),
            *_same("kept", "stop", "runner", "since", "signed"),
        ),
        ("account", "id"),
    ),
    "import_piece": MovedTable(_same("job", "part", "number", "octets"), ("account", "job", "part", "number")),
    "remembered_mapping": MovedTable(_same("header", "columns", "used"), ("account", "header")),
    "repeat": MovedTable(_same("key", "digest", "number", "created"), ("account", "key")),
    "block": MovedTable(_same("block", "contacts", "changed"), ("account", "campaign", "block")),
}

ANEW: Final = {
    "cardwright": "the schema of this database",
    "credentials": "what the workers of this store look at",
    "generation": "a copy is another history from here on",
    "search": "made of the contacts",
    "sort_name": "made of the contacts, when a list asks for it",
}
"""Tables that do not move, and why."""
ANEW_COLUMNS: Final = {
    "campaign": frozenset({"named"}),
    "counter": frozenset({"account", "last_campaign", "last_partner"}),
}
"""Columns that do not move, by table: they have what a new row has, or follow from the rows."""

_ACCOUNTS: Final = "SELECT account, sid FROM account"
CAMPAIGNS: Final = "SELECT account, campaign, id FROM campaign ORDER BY account, campaign"
PARTNERS: Final = "SELECT account, partner FROM partner ORDER BY account, partner"
USERS: Final = "SELECT account, id FROM partner_user"


async def names_of(connection: Connection) -> MovedNames:
    """Return the names and numbers of today."""
    accounts: dict[int, str] = dict(await connection.rows(_ACCOUNTS))
    campaigns = [(account, number, id_) for account, number, id_ in await connection.rows(CAMPAIGNS)]
    owners: dict[Numbers, Owner] = {(account,): (sid,) for account, sid in accounts.items()}
    owners |= {(account, number): (accounts[account], id_) for account, number, id_ in campaigns}
    places = _places("campaign", [(accounts[account], number) for account, number, _ in campaigns])
    partners = [(accounts[account], number) for account, number in await connection.rows(PARTNERS)]
    users = {(accounts[account], user) for account, user in await connection.rows(USERS)}
    numbers = {owner: number for number, owner in owners.items()}
    return MovedNames(owners, numbers, users, places | _places("partner", partners))


def _places(table: str, members: list[tuple[Any, ...]]) -> dict[tuple[str, str, int], int]:
    reached: dict[str, int] = {}
    places = {}
    for sid, number in members:
        reached[sid] = places[table, sid, number] = reached.get(sid, 0) + 1
    return places
