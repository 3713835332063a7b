"""New cards that wait for the same commit: those of one account are kept together, each under its name.

A name that somebody else took meanwhile is told, and what is to be is judged again.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING, NamedTuple

from cardwright import limits
from cardwright.contact.uid import comparable_uid
from cardwright.errors import CardwrightError, NotFoundError, UidTakenError
from cardwright.store.card_names import names_in_all
from cardwright.store.postgres.books import naming
from cardwright.store.postgres.books.opened import ALL, opened
from cardwright.store.postgres.books.rows import Key, NamedCard, with_keys, with_names
from cardwright.store.postgres.books.uids import repeat_holders, taken_by_groups, uid_holders
from cardwright.store.postgres.creation import Creation, keep
from cardwright.store.postgres.numbers import account_number, lock

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterator, Sequence

    from cardwright.book.card_ports import Book
    from cardwright.book.ports import Draft
    from cardwright.store.postgres.books.opened import Opened
    from cardwright.store.postgres.driver import Connection


class TakenError(CardwrightError):
    """Another card has the name by now, or may get it."""


class NewCard(NamedTuple):
    """A contact that is to be kept under a name that no card has."""

    book: Book
    name: str
    draft: Draft
    by: str
    is_unseen: bool = False
    """Nobody has looked whether a card has the name: among the cards that have no name yet one may be to get it."""

    @property
    def account(self) -> str:
        """Whose it is."""
        return self.book.sid

    @property
    def octets(self) -> int:
        """How much is held for it."""
        return len(self.draft.card) + (len(self.draft.image.data) if self.draft.image else 0)

    @property
    def alone(self) -> Sequence[Hashable]:
        """Its name, in each book that it may be in, and its UID."""
        return ("name", self.name), ("uid", comparable_uid(self.draft.contact.uid))


class Made(NamedTuple):
    """A new card, and the book in which it was made."""

    book: Opened
    found: NamedCard


async def put_all(connection: Connection, cards: Sequence[NewCard]) -> list[Made | Exception]:
    """Keep new cards of one account, and return for each what it has become, or what is wrong with it."""
    outcomes: dict[int, Made | Exception] = {}
    books: defaultdict[Book, list[int]] = defaultdict(list)
    for at, card in enumerate(cards):
        books[card.book].append(at)
    async with connection.transaction():
        await lock(connection, await account_number(connection, cards[0].book.sid))
        for book, members in books.items():
            kept = await _kept(connection, book, [cards[at] for at in members])
            outcomes |= zip(members, kept, strict=True)
    return [outcomes[at] for at in range(len(cards))]


async def _kept(connection: Connection, book: Book, cards: Sequence[NewCard]) -> list[Made | Exception]:
    try:
        book_ = await opened(connection, book)
    except NotFoundError as error:
        return [error] * len(cards)
    if not book_.sections:
        return [NotFoundError("the account has no campaign")] * len(cards)
    bounds, _ = await naming.bounds(connection, book_)
    outcomes: dict[int, Made | Exception] = await _refused(connection, book_, cards)
    if any(bound < section.sequence for bound, section in zip(bounds, book_.sections, strict=True)):
        unseen = (at for at, card in enumerate(cards) if card.is_unseen)
        outcomes |= {at: TakenError("another card may be to get this name") for at in unseen}
    left = [at for at in range(len(cards)) if at not in outcomes]
    if left:
        made = await make(connection, book_, [cards[at] for at in left])
        outcomes |= zip(left, made, strict=True)
        await _note(connection, book_, bounds, [one.found for one in made if isinstance(one, Made)])
    return [outcomes[at] for at in range(len(cards))]


async def _refused(connection: Connection, book: Opened, cards: Sequence[NewCard]) -> dict[int, Made | Exception]:
    """Return those whose name or UID another card has."""
    had = await with_names(connection, book, [card.name for card in cards])
    names = {one.name for one in had if one.revision is not None}
    many = [name for name, times in Counter(one.name for one in had).items() if times > limits.CARDS_ONCE_NAMED.value]
    await naming.forget_many(connection, book, many)
    uids = {comparable_uid(card.draft.contact.uid) for card in cards}
    holders = {uid: key.number for key, uid in await taken_by_groups(connection, book, uids)}
    holders |= {uid: key.number for key, uid in reversed(await uid_holders(connection, book, uids))}
    holders |= {uid: key.number for key, uid in await repeat_holders(connection, book, uids)}
    refused: dict[int, Made | Exception] = {}
    for at, card in enumerate(cards):
        if card.name in names:
            refused[at] = TakenError("another card has this name")
        elif (uid := comparable_uid(card.draft.contact.uid)) in holders:
            refused[at] = UidTakenError(holders[uid])
    return refused


async def make(
    connection: Connection, book: Opened, cards: Sequence[NewCard], campaign: int | None = None
) -> list[Made | Exception]:
    """Keep contacts in a campaign of the book, else in the one made first, whose names and UIDs nobody has."""
    numbers = book.account, book.sections[0].campaign if campaign is None else campaign
    place = book.place(numbers[1])
    creations = [Creation(place, card.draft, card.by) for card in cards]
    outcomes = await keep(connection, creations, [numbers] * len(cards))
    made = [
        (Key(numbers[1], outcome, False), card.name)  # noqa: FBT003 - a contact
        for card, outcome in zip(cards, outcomes, strict=True)
        if not isinstance(outcome, Exception)
    ]
    names = await name(connection, book, made)
    return [
        outcome if isinstance(outcome, Exception) else Made(book, names[Key(numbers[1], outcome, False)])  # noqa: FBT003
        for outcome in outcomes
    ]


async def _note(connection: Connection, book: Opened, bounds: Sequence[int], made: Sequence[NamedCard]) -> None:
    """Keep that the new cards have names, where all before them have: who looks next need not look for any."""
    if book.number != ALL and made and bounds == [book.sections[0].sequence]:
        await naming.note(connection, book, made[0].campaign, max(one.revision or 0 for one in made))


async def name(connection: Connection, book: Opened, cards: Sequence[tuple[Key, str]]) -> dict[Key, NamedCard]:
    """Give new cards of one campaign these names, in their own book too where they are free there."""
    await naming.keep(connection, book, [(key, name_, False) for key, name_ in cards])
    if book.number == ALL and cards:
        own = book._replace(number=cards[0][0].campaign)
        names = await naming.free(connection, own, [(key, True, _in_its_own(key, name_)) for key, name_ in cards])
        await naming.keep(connection, own, [(key, names[key], False) for key, _ in cards])
    return await with_keys(connection, book, [key for key, _ in cards])


def _in_its_own(key: Key, name_: str) -> Iterator[str]:
    return names_in_all(name_, key.number, is_group=key.is_group, is_system=False)
