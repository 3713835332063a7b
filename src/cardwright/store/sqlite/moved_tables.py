"""How the rows of SQLite's tables say what `moving.tables` has, and what of SQLite's does not move."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple, TypeAlias

from cardwright.store.moving.before import renamed
from cardwright.store.remembered import BLOCK_BITS as BLOCK
from cardwright.store.rows import Columns
from cardwright.store.sqlite.keys import BITS, key, number_of

if TYPE_CHECKING:
    from collections.abc import Callable

    import apsw

Owner: TypeAlias = "tuple[str, ...]"

_IN_CAMPAIGN: Final = BITS - BLOCK  # bits of the number of a block within its campaign


class MovedNames(NamedTuple):
    """What the store's own numbers stand for, and the numbers of what is named."""

    accounts: dict[int, Owner]
    campaigns: dict[int, Owner]
    partners: dict[int, Owner]
    users: dict[int, tuple[str, int]]
    jobs: dict[int, Owner]
    places: dict[tuple[str, int], int]
    """The how manieth of its account each campaign and partner account is, by table and number."""
    account: dict[Owner, int]
    campaign: dict[Owner, int]
    partner: dict[Owner, int]
    user: dict[tuple[str, int], int]
    job: dict[Owner, int]


class Codec(NamedTuple):
    """How a column says something; whose the row is, too, where `owner` says that."""

    read: Callable[[MovedNames, Any], Any] | None = None
    write: Callable[[MovedNames, Owner, Any], Any] | None = None
    owner: Callable[[MovedNames, Any], Owner] | None = None


class MovedColumn(NamedTuple):
    """A column of a table; `says` is the one of `moving.tables`, `""` where it only says whose the row is."""

    name: str
    says: str = ""
    codec: Codec = Codec()


class MovedTable(NamedTuple):
    """A table: its columns, and those that its rows are ordered by."""

    columns: tuple[MovedColumn, ...]
    key: tuple[str, ...]


def _neutral(names: MovedNames, record: str | None) -> str | None:
    def rows(said: dict[str, Any]) -> dict[str, Any]:
        number, user, own = said.pop("contact"), said.pop("user", None), said.pop("own_title")
        del said["campaign"]
        return {"number": number_of(number), "user": _user(names, user), "own_title": bool(own)}

    return renamed(record, rows)


def _own(names: MovedNames, owner: Owner, record: str | None) -> str | None:
    def rows(said: dict[str, Any]) -> dict[str, Any]:
        campaign = names.campaign[owner]
        number, user, own = said.pop("number"), said.pop("user", None), said.pop("own_title")
        user = _user_number(names, owner, user)
        return {"contact": key(campaign, number), "campaign": campaign, "user": user, "own_title": int(own)}

    return renamed(record, rows)


def _user(names: MovedNames, number: int | None) -> int | None:
    """Return the id of a partner user; of one who is gone, who has none any more, a number below 0."""
    return None if number is None else names.users[number][1] if number in names.users else -abs(number)


def _user_number(names: MovedNames, owner: Owner, user: int | None) -> int | None:
    return None if user is None else names.user.get((owner[0], user), user)


_SAME: Final = Codec()
_NUMBERED: Final = Codec(write=lambda *_: None)  # by SQLite
_FLAG: Final = Codec(lambda _, value: bool(value), lambda _, __, value: int(value))
_ACCOUNT: Final = Codec(
    None, lambda names, owner, _: names.account[owner[:1]], lambda names, value: names.accounts[value]
)
_CAMPAIGN: Final = Codec(
    None, lambda names, owner, _: names.campaign[owner], lambda names, value: names.campaigns[value]
)
_KEY: Final = Codec(
    lambda _, value: number_of(value),
    lambda names, owner, value: key(names.campaign[owner], value),
    lambda names, value: names.campaigns[value >> BITS],
)
_KEY_OR_NONE: Final = Codec(
    lambda _, value: None if value is None else number_of(value),
    lambda names, owner, value: None if value is None else key(names.campaign[owner], value),
)
_BLOCK: Final = Codec(
    lambda _, value: value & (1 << _IN_CAMPAIGN) - 1,
    lambda names, owner, value: names.campaign[owner] << _IN_CAMPAIGN | value,
    lambda names, value: names.campaigns[value >> _IN_CAMPAIGN],
)
_PARTNER: Final = Codec(
    lambda names, value: names.partners[value][1],
    lambda names, owner, value: names.partner[owner[0], value],
    lambda names, value: names.partners[value][:1],
)
_JOB: Final = Codec(
    lambda names, value: names.jobs[value][2],
    lambda names, owner, value: names.job[*owner, value],
    lambda names, value: names.jobs[value][:2],
)
_IN_ALL: Final = Codec(
    lambda _, book: book < 0,
    lambda names, owner, in_all: -names.account[owner[:1]] if in_all else names.campaign[owner],
)
_BOOK: Final = Codec(
    lambda names, book: "" if book < 0 else names.campaigns[book][1],
    lambda names, owner, book: names.campaign[*owner, book] if book else -names.account[owner[:1]],
    lambda names, book: names.accounts[-book] if book < 0 else names.campaigns[book][:1],
)
_USER: Final = Codec(_user, _user_number)
_RECORD: Final = Codec(_neutral, _own)


def _place(table: str) -> Codec:
    return Codec(lambda names, value: names.places[table, value], lambda *_: None)


def _same(*names: str) -> tuple[MovedColumn, ...]:
    return tuple(MovedColumn(name, name) for name in names)


FORMS: Final = {
    "account": MovedTable(
        (MovedColumn("account", codec=_NUMBERED), *_same("sid", "name", "key", "last_contact", "last_user", "created")),
        ("account",),
    ),
    "token": MovedTable(
        (
            MovedColumn("account", codec=_ACCOUNT),
            *_same("id", "digest"),
            MovedColumn("read_only", "read_only", _FLAG),
            *_same("created", "name", "used"),
            MovedColumn("dav", "dav", _FLAG),
        ),
        ("account", "id"),
    ),
    "session": MovedTable(
        (MovedColumn("account", codec=_ACCOUNT), *_same("digest", "token", "ends", "kept")), ("account", "digest")
    ),
    "campaign": MovedTable(
        (
            MovedColumn("campaign", "place", _place("campaign")),
            MovedColumn("account", codec=_ACCOUNT),
            *_same("id", "name", "contacts", "sequence"),
        ),
        ("campaign",),
    ),
    "partner": MovedTable(
        (
            MovedColumn("partner", "place", _place("partner")),
            MovedColumn("account", codec=_ACCOUNT),
            *_same("id", "name"),
        ),
        ("partner",),
    ),
    "partner_user": MovedTable(
        (
            MovedColumn("user", codec=_NUMBERED),
            MovedColumn("partner", "partner", _PARTNER),
            *_same("id", "first", "last", "email", "title"),
        ),
        ("user",),
    ),
    "image": MovedTable(
        (MovedColumn("account", codec=_ACCOUNT), *_same("digest", "media_type", "data", "small")), ("account", "digest")
    ),
    "contact": MovedTable(
        (
            MovedColumn("contact", "number", _KEY),
            MovedColumn("campaign", codec=_CAMPAIGN),
            MovedColumn("user", "user", _USER),
            MovedColumn("own_title", "own_title", _FLAG),
            *_same(*Columns._fields, "revision", "created", "updated"),
        ),
        ("contact",),
    ),
    "card": MovedTable((MovedColumn("contact", "number", _KEY), *_same("card", "original")), ("contact",)),
    "original": MovedTable((*_same("original"), MovedColumn("contact", "number", _KEY), *_same("card")), ("original",)),
    "group_card": MovedTable(
        (
            MovedColumn("group_card", "number", _KEY),
            MovedColumn("campaign", codec=_CAMPAIGN),
            *_same("uid", "card", "revision", "created", "updated"),
        ),
        ("group_card",),
    ),
    "card_name": MovedTable(
        (
            MovedColumn("book", "in_all", _IN_ALL),
            MovedColumn("holder", "number", _KEY),
            MovedColumn("is_group", "is_group", _FLAG),
            *_same("name"),
            MovedColumn("repeats_uid", "repeats_uid", _FLAG),
        ),
        ("book", "is_group", "holder"),
    ),
    "left_name": MovedTable(
        (
            MovedColumn("book", "in_all", _IN_ALL),
            MovedColumn("campaign", codec=_CAMPAIGN),
            *_same("sequence"),
            MovedColumn("holder", "number", _KEY),
            MovedColumn("is_group", "is_group", _FLAG),
            *_same("name"),
        ),
        ("book", "campaign", "sequence"),
    ),
    "book_state": MovedTable(
        (MovedColumn("book", "in_all", _IN_ALL), MovedColumn("campaign", codec=_CAMPAIGN), *_same("named", "floor")),
        ("book", "campaign"),
    ),
    "book_property": MovedTable(
        (MovedColumn("book", "book", _BOOK), *_same("namespace", "name", "lang", "value")),
        ("book", "namespace", "name"),
    ),
    "change": MovedTable(
        (
            MovedColumn("change", "sequence", _KEY),
            MovedColumn("contact", "number", _KEY),
            *_same("kind", "at", "by"),
            MovedColumn("before", "before", _RECORD),
            *_same("image"),
        ),
        ("change",),
    ),
    "merged": MovedTable(
        (
            MovedColumn("campaign", codec=_CAMPAIGN),
            *[MovedColumn(name, name, _KEY) for name in ("second", "deleted", "first", "updated")],
            MovedColumn("undone", "undone", _KEY_OR_NONE),
        ),
        ("second", "deleted"),
    ),
    "duplicate": MovedTable(
        (MovedColumn("campaign", codec=_CAMPAIGN), *_same("first", "second", "key", "since", "holders")),
        ("campaign", "first", "second", "key"),
    ),
    "duplicates_looked": MovedTable((MovedColumn("campaign", codec=_CAMPAIGN), *_same("sequence")), ("campaign",)),
    "not_same": MovedTable(
        (MovedColumn("campaign", codec=_CAMPAIGN), *_same("first", "second")), ("campaign", "first", "second")
    ),
    "share_link": MovedTable(
        (
            MovedColumn("contact", "number", _KEY),
            MovedColumn("campaign", codec=_CAMPAIGN),
            *_same("digest", "made", "ends"),
        ),
        ("contact",),
    ),
    "kept_upload": MovedTable(
        (
            MovedColumn("kept_upload", codec=_NUMBERED),
            MovedColumn("account", codec=_ACCOUNT),
            *_same("session", "name"),
            MovedColumn("campaign", codec=_CAMPAIGN),
            MovedColumn("contact", "number", _KEY_OR_NONE),
            *_same("ends", "file_name", "digest", "media_type", "data", "small"),
        ),
        ("kept_upload",),
    ),
    "import_job": MovedTable(
        (
            MovedColumn("import_job", codec=_NUMBERED),
            MovedColumn("campaign", codec=_CAMPAIGN),
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
            MovedColumn("kept", "kept", _FLAG),
            MovedColumn("stop", "stop", _FLAG),
            *_same("runner", "since", "signed"),
        ),
        ("import_job",),
    ),
    "import_piece": MovedTable(
        (MovedColumn("import_job", "job", _JOB), *_same("part", "number", "octets")), ("import_job", "part", "number")
    ),
    "remembered_mapping": MovedTable(
        (MovedColumn("account", codec=_ACCOUNT), *_same("header", "columns", "used")), ("account", "header")
    ),
    "repeat": MovedTable(
        (MovedColumn("account", codec=_ACCOUNT), *_same("key", "digest", "number", "created")), ("account", "key")
    ),
    "block": MovedTable((MovedColumn("block", "block", _BLOCK), *_same("contacts", "changed")), ("block",)),
}

ANEW: Final = {
    "credentials": "what the workers of this store look at",
    "generation": "a copy is another history from here on",
    "clock": "of this machine",
    "program": "what made the schema of this file",
    "search": "made of the contacts",
    "sort_name": "made of the contacts, when a list asks for it",
    "term": "a view of `search`",
}
"""Tables that do not move, and why."""
ANEW_COLUMNS: Final = {"campaign": frozenset({"named"})}
"""Columns that do not move, by table: they have what a new row has."""


_ACCOUNTS: Final = "SELECT account, sid FROM account"
_CAMPAIGNS: Final = "SELECT campaign, account, id FROM campaign ORDER BY campaign"
_PARTNERS: Final = "SELECT partner, account, id FROM partner ORDER BY partner"
_USERS: Final = "SELECT user, partner, id FROM partner_user"

_JOBS: Final = "SELECT import_job, campaign, id FROM import_job"


def names_of(connection: apsw.Connection) -> MovedNames:
    """Return the names and numbers of today."""
    accounts: dict[int, Owner] = {number: (sid,) for number, sid in _rows(connection, _ACCOUNTS)}
    campaigns: dict[int, Owner]
    partners: dict[int, Owner]
    campaigns, partners = (
        {number: (*accounts[account], id_) for number, account, id_ in _rows(connection, query)}
        for query in (_CAMPAIGNS, _PARTNERS)
    )
    users = {user: (partners[partner][0], int(id_)) for user, partner, id_ in _rows(connection, _USERS)}
    jobs: dict[int, Owner] = {job: (*campaigns[campaign], id_) for job, campaign, id_ in _rows(connection, _JOBS)}
    places = _places("campaign", campaigns) | _places("partner", partners)
    account, campaign, partner, job = (
        {name: number for number, name in names.items()} for names in (accounts, campaigns, partners, jobs)
    )
    user = {name: number for number, name in users.items()}
    return MovedNames(accounts, campaigns, partners, users, jobs, places, account, campaign, partner, user, job)


def _rows(connection: apsw.Connection, query: str) -> list[tuple[Any, ...]]:
    rows: list[tuple[Any, ...]] = connection.execute(query).fetchall()
    return rows


def _places(table: str, names: dict[int, Owner]) -> dict[tuple[str, int], int]:
    reached: dict[str, int] = {}
    places = {}
    for number, (sid, *_) in names.items():
        reached[sid] = places[table, number] = reached.get(sid, 0) + 1
    return places
