"""A book as the tables know it: its number, the campaigns in it, and how far the cards of each have their names."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from cardwright.book.ports import Place
from cardwright.errors import NotFoundError
from cardwright.store.postgres.numbers import account_number, campaign_numbers, sayable

if TYPE_CHECKING:
    from collections.abc import Container

    from cardwright.book.card_ports import Book
    from cardwright.store.postgres.driver import Connection

ALL: Final = 0
"""In the place of a campaign's number: the book of all."""
_NOBODY: Final = -1  # no account has this number
UNNAMED: Final = -1
"""What a campaign is named up to where nobody has looked: a group that came before changes were counted has 0."""
_STATE: Final = f"""SELECT campaign.campaign, campaign.id, campaign.sequence, coalesce(book_state.named, {UNNAMED}),
      coalesce(book_state.floor, 0)
    FROM campaign LEFT JOIN book_state ON book_state.account = campaign.account
      AND book_state.campaign = campaign.campaign AND book_state.book = {{book}}
    WHERE campaign.account = $1 AND campaign.id NOT LIKE '/%'"""  # noqa: S608 - constant
_ONE: Final = _STATE.format(book="campaign.campaign") + " AND campaign.id = $2"
_EVERY: Final = _STATE.format(book=ALL) + " ORDER BY campaign.campaign"


class BookSection(NamedTuple):
    """A campaign of a book."""

    campaign: int
    id: str
    sequence: int
    """Of its last change."""
    named: int
    """Of the last change up to which its cards have their names."""
    floor: int


class Opened(NamedTuple):
    """A book at one moment."""

    sid: str
    account: int
    number: int
    """Of the campaign, or `ALL`."""
    sections: tuple[BookSection, ...]
    """The oldest first."""

    @property
    def campaigns(self) -> list[int]:
        """The numbers of the campaigns in it."""
        return [section.campaign for section in self.sections]

    def only(self, campaigns: Container[int]) -> Opened:
        """Return the book as if it had these of its campaigns alone."""
        return self._replace(sections=tuple([one for one in self.sections if one.campaign in campaigns]))

    def place(self, campaign: int) -> Place:
        """Return one of its campaigns by its number."""
        return Place(self.sid, next(section.id for section in self.sections if section.campaign == campaign))


async def opened(connection: Connection, book: Book) -> Opened:
    """Return a book; NotFoundError when there is none."""
    if not book.campaign:
        account = await account_number(connection, book.sid)
        rows = await connection.rows(_EVERY, account)
        return Opened(book.sid, account, ALL, tuple([BookSection(*row) for row in rows]))
    account = connection.accounts.get(book.sid, _NOBODY)
    row = await connection.row(_ONE, account, book.campaign) if sayable(book.campaign) else None
    if row is None:
        account, _ = await campaign_numbers(connection, Place(*book))
        row = await connection.row(_ONE, account, book.campaign)
    if row is None:
        raise NotFoundError(f"there is no campaign {book.campaign}")
    return Opened(book.sid, account, row[0], (BookSection(*row),))
