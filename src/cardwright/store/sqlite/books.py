"""The campaigns of an address book, and how far its cards have names: the tables `campaign` and `book_state`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple, cast

from cardwright.book.card_ports import Reached
from cardwright.store.sqlite.keys import end, key
from cardwright.store.sqlite.rows import account_number, campaign_numbers

if TYPE_CHECKING:
    from collections.abc import Sequence

    import apsw

    from cardwright.book.card_ports import Book

WHOLE: Final = -1
"""`Reached.listed` of who was told every card that was there at the beginning."""
UNNAMED: Final = -1
"""What a campaign is named up to where no card of it was ever looked for."""
BOOKS: Final = "?1, (SELECT -account FROM campaign WHERE campaign = ?1)"
"""For SQL: the books that have the cards of a campaign."""
_FEW: Final = (
    200  # changes that are looked through for cards without a name, instead of writing how far they have names
)

_COLUMNS: Final = f"""account.account, campaign.campaign, id, sequence,
    coalesce(s.named, {UNNAMED}), coalesce(s.floor, 0)"""
_ONE: Final = f"""SELECT {_COLUMNS} FROM account JOIN campaign USING (account)
    LEFT JOIN book_state AS s ON s.book = campaign.campaign AND s.campaign = campaign.campaign
    WHERE sid = ? AND id = ?"""  # noqa: S608 - constants
_ALL: Final = f"""SELECT {_COLUMNS} FROM account JOIN campaign USING (account)
    LEFT JOIN book_state AS s ON s.book = -account.account AND s.campaign = campaign.campaign
    WHERE sid = ? AND id NOT LIKE '/%' ORDER BY campaign.campaign"""  # noqa: S608 - constants
_CAME: Final = f"""SELECT count(*), total(kind IN ('created', 'restored')) FROM (
    SELECT kind FROM change WHERE change >= ? AND change < ? LIMIT {_FEW + 1})"""  # noqa: S608 - constants
_GROUPS_CAME: Final = "SELECT 1 FROM group_card WHERE campaign = ? AND revision > ? LIMIT 1"
_NAMED: Final = "SELECT named FROM book_state WHERE book = ? AND campaign = ?"
_PUT: Final = """INSERT INTO book_state (book, campaign, named, floor) VALUES (?, ?, ?, 0)
    ON CONFLICT DO UPDATE SET named = excluded.named"""
_FIRST: Final = f"""UPDATE book_state SET named = {UNNAMED} WHERE book = -?1
    AND campaign = (SELECT min(campaign) FROM campaign WHERE account = ?1 AND id NOT LIKE '/%')"""  # noqa: S608 - constant
_FLOOR: Final = "UPDATE book_state SET floor = max(floor, ?) WHERE book = ? AND campaign = ?"


class UnnamedCardsError(Exception):
    """Cards came to the book that have no names yet."""


class BookPart(NamedTuple):
    """A campaign as a part of a book."""

    book: int
    account: int
    campaign: int
    id: str
    sequence: int
    """Of the last change of which the book tells: every card that was there by then has a name."""
    named: int
    floor: int
    is_first: bool = True
    """Of the book: the contacts of partner users are in the book of all campaigns once, as those of this one."""

    @property
    def reached(self) -> Reached:
        """The place of who was told everything."""
        return Reached(self.campaign, self.sequence, WHOLE)


def parts_of(connection: apsw.Connection, book: Book) -> list[BookPart]:
    """Return the campaigns of a book as they are, named or not; NotFoundError for none."""
    if book.campaign:
        row: Any = connection.execute(_ONE, book).fetchone()
        if row is None:
            campaign_numbers(connection, *book)
        return [BookPart(row[1], *row)]
    rows: list[tuple[Any, ...]] = connection.execute(_ALL, (book.sid,)).fetchall()
    if not rows:
        account_number(connection, book.sid)
    return [BookPart(-row[0], *row)._replace(is_first=at == 0) for at, row in enumerate(rows)]


def named_parts(connection: apsw.Connection, book: Book, *, behind: bool = False) -> list[BookPart]:
    """Return the campaigns of a book as far as every card has a name.

    BehindError where cards have come that have none, unless they may stay `behind`.
    """
    parts = parts_of(connection, book)
    return as_named(connection, parts) if behind else check_named(connection, parts)


def check_named(connection: apsw.Connection, parts: list[BookPart]) -> list[BookPart]:
    """Return the parts; BehindError where cards have come that have no name yet."""
    if any(part.named < part.sequence and lags(connection, part) for part in parts):
        raise UnnamedCardsError
    return parts


def as_named(connection: apsw.Connection, parts: list[BookPart]) -> list[BookPart]:
    """Return the parts as they were when the last card that has a name by now had come."""
    return [
        part._replace(sequence=max(0, part.named)) if part.named < part.sequence and lags(connection, part) else part
        for part in parts
    ]


def up_to(parts: Sequence[BookPart], places: Sequence[Reached]) -> list[BookPart]:
    """Return the parts as they were at these places."""
    sequences = {place.campaign: place.sequence for place in places}
    return [
        part._replace(sequence=min(part.sequence, sequences[part.campaign]))
        for part in parts
        if part.campaign in sequences
    ]


def lags(connection: apsw.Connection, part: BookPart) -> bool:
    """Say whether cards of a part have no names yet, or so many changes came that it pays to note how far it is."""
    bounds = key(part.campaign, part.named + 1), end(part.campaign)
    changes, came = cast("tuple[int, float]", connection.execute(_CAME, bounds).fetchall()[0])
    if changes > _FEW or came:
        return True
    return bool(connection.execute(_GROUPS_CAME, (part.campaign, part.named)).get)


def named_up_to(connection: apsw.Connection, part: BookPart) -> int:
    """Return up to which change the cards of a part have names by now."""
    named = connection.execute(_NAMED, (part.book, part.campaign)).get
    return UNNAMED if named is None else int(named)


def note(connection: apsw.Connection, part: BookPart, sequence: int) -> None:
    """Keep up to which change the cards of a part have names."""
    connection.execute(_PUT, (part.book, part.campaign, sequence))


def name_first_again(connection: apsw.Connection, account: int) -> None:
    """Look for cards without a name in the book of all campaigns: the first has the contacts of partner users there."""
    connection.execute(_FIRST, (account,))


def raise_floor(connection: apsw.Connection, book: int, campaign: int, sequence: int) -> None:
    """Refuse from now on places of before a change; nobody has one of a book that nobody has looked at."""
    connection.execute(_FLOOR, (sequence, book, campaign))
