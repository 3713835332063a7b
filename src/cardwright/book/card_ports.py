"""The port of address books (CardDAV): cards by their names, and what became of them since a client last asked.

A book is a campaign, or all campaigns of an account as one (DV-3). Every card of a book has a name, the last part of
its path, which is kept (DV-11): the one that a client chose, else one that is made of its UID when somebody first looks
at the book. So whatever else makes contacts knows nothing of names.

A client that synchronizes (RFC 6578) is told what follows from the places that it was given:

    places = ()
    while not (synced := await store.cards.changed(book, places, 1_000)).is_last:
        places = synced.places
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Literal, NamedTuple, Protocol, TypeAlias

if TYPE_CHECKING:
    from cardwright.book.images import Image
    from cardwright.book.ports import Draft, MakeContact, Place
    from cardwright.book.stored import StoredContact


class Book(NamedTuple):
    """An address book of an account."""

    sid: str
    campaign: str
    """`""` for the book of all its campaigns. A new card goes to the one made first there."""


class BookCard(NamedTuple):
    """A card of a book: that of a contact, or of a group."""

    name: str
    """In this book: that of the same contact in the book of all campaigns may be another."""
    place: Place
    """The campaign that has it."""
    number: int
    """Of the contact (unique in the account) or of the group (unique among the groups of its campaign)."""
    is_group: bool
    revision: int
    """Grows with every change; with the store's generation and the campaign it never stands for two states."""
    created: datetime
    updated: datetime
    uid: str
    """As stored; of a group as UIDs are compared."""
    is_system: bool = False
    """Of a contact that was made for a partner user: nobody may change it here (DV-4)."""
    repeats_uid: bool = False
    """In the book of all campaigns: a contact that came before it has the same UID (DV-3)."""
    contact: StoredContact | None = None
    """With its photo and its card, where that was asked for (`Full`); None for a group."""
    card: bytes = b""
    """The octets of a group, or of a contact that came without `contact`, where they were asked for."""


Full: TypeAlias = Literal["octets"] | bool
"""How much of a card is read: True for the whole contact, with its photo and its card.

With `octets` a contact that came as a card is read as that alone: it is what a client gets, and takes a fifth of the
time. Any other contact is read whole.
"""


class Seen(NamedTuple):
    """The card that has a name, of one moment."""

    generation: str
    """Of the store."""
    card: BookCard | None
    """With its octets, if they are no more than was asked for."""
    octets: int
    """How many octets it is kept in; 0 for a contact that did not come as a card."""


class GroupDraft(NamedTuple):
    """A group that is to be kept."""

    uid: str
    """As UIDs are compared."""
    card: bytes


PutCard: TypeAlias = Callable[[BookCard | None, datetime], "Draft | GroupDraft | StoredContact"]
"""Says what a name holds from that moment on. It is given the card that holds it now, whole, or None.

| it returns      | what becomes of it                                                                              |
|-----------------|-------------------------------------------------------------------------------------------------|
| `StoredContact` | the contact that is there, edited, as `ports.Edit` returns one; equal to what is there: nothing  |
| `GroupDraft`    | the card of the group that is there; a new group where a contact or nothing is                   |
| `Draft`         | a new contact; one that holds the name is deleted, as is a group                                 |

What it raises is raised, and nothing is kept. It is pure, because it may run twice, and quick: all writers wait for it.
"""


class WriteResult(NamedTuple):
    """What came of a put, a move or a copy."""

    card: BookCard
    """Without its contact and its octets."""
    is_new: bool
    """Nothing held the name before."""
    generation: str
    """Of the store, when that was done: what the card's entity tag begins with."""


class Reached(NamedTuple):
    """How far a client knows a campaign of a book: three whole numbers, which mean something to the store alone.

    A sync token is made of those of a book, and is good for one generation of the store (`CardStore.generation`).
    """

    campaign: int
    sequence: int
    listed: int


Position: TypeAlias = tuple[int, int]
"""Where a listing of a book goes on; it means something to the store alone."""


class CardsPage(NamedTuple):
    """A part of the cards of a book."""

    cards: Sequence[BookCard]
    after: Position | None
    """Where the next part begins; None once all were told."""


class Synced(NamedTuple):
    """A part of what has happened to a book."""

    cards: Sequence[BookCard]
    """Came or changed, and are there: each once, at its last change."""
    gone: Sequence[str]
    """Names of those that are gone, unless another card has them by now."""
    places: Sequence[Reached]
    """From where the next part follows, or, after the last, what happens later."""
    is_last: bool


class BookProperty(NamedTuple):
    """A property of a book that a client has set (RFC 4918 section 4): the element `name` of `namespace`."""

    namespace: str
    name: str
    lang: str
    """Its `xml:lang`, `""` for none."""
    value: str
    """What stands between its tags, as XML that needs nothing from around it."""


class BookProperties(NamedTuple):
    """What a client can set of a book (DV-22)."""

    display_name: str
    """The name of the campaign; `""` for the book of all campaigns, where it stays so."""
    properties: Sequence[BookProperty]
    """In the order of namespace and name, of which there is one each."""


class CardStore(Protocol):
    """Where the cards of address books are found, put and followed.

    Every method raises NotFoundError for a book that is not there. What a method writes is one unit of work, is on the
    disk when it returns, and is recorded as a change of the contact, with who made it. A look sees every card that was
    there when it began, whatever made it.
    """

    async def generation(self) -> str:
        """Return what names the history that revisions and places belong to; a restore begins another one."""

    async def state(self, book: Book) -> Sequence[Reached]:
        """Return how far the book has come: the same as long as nothing changes (getctag), and where to follow from."""

    async def named(self, book: Book, names: Sequence[str], *, full: Full = False) -> Sequence[BookCard | None]:
        """Return for each name the card that has it, or None; with `full` whole.

        With `full` a read that holds much ends early: it answers the first of the names, one at least.
        """

    async def seen(self, book: Book, name: str, most: int) -> Seen:
        """Return the card that has a name, with its octets unless they are more than `most`, in one look."""

    async def of(self, book: Book, place: Place, numbers: Sequence[int], *, full: Full = False) -> Sequence[BookCard]:
        """Return the cards of contacts of a campaign, as a search found them: those that are there and in the book.

        With `full` a read that holds much ends early, with one card at least: what follows the last is asked again.
        """

    async def unindexed(self, book: Book, most: int) -> Sequence[str] | None:
        """Return the names of the cards that may say in FN, EMAIL or TEL what a search does not find; None for more.

        They are those of contacts that came as a card, of groups, and of contacts without a name.
        """

    async def following(
        self, book: Book, after: Position | None = None, *, full: Full = False, limit: int = 1_000
    ) -> CardsPage:
        """Return cards of the book, each once: contacts by their number, then groups; campaign by campaign.

        A read that holds much ends early, with one card at least.
        """

    async def changed(
        self,
        book: Book,
        since: Sequence[Reached],
        limit: int,
        *,
        full: Full = False,
        until: Sequence[Reached] | None = None,
    ) -> Synced:
        """Return what has happened since these places, `limit` cards and names at most; no places begin with all cards.

        Of what was there at the beginning each card is told once, and each change that comes later once more: nothing
        is missed, whoever writes meanwhile. With `until`, places that `state` gave, what comes later is not told: where
        it is given with each part, no card is told twice, though cards may change between two parts. A read that holds
        much ends early, with one card or name at least.

        SyncTokenError for places of another book or a campaign that is gone, of the future, or of a time of which it is
        not known any more what has gone since.
        """

    async def put(self, book: Book, name: str, put: PutCard, by: str, image: Image | None = None) -> WriteResult:
        """Have a name hold what `put` says, and return the card.

        `image` is kept where an edited contact points to it; that of a `Draft` is its own. UidTakenError, with the
        `name` of the card that has it, for a UID that another card of the book has, and for one that is not the UID of
        the card that is there. InvalidError for partner accounts that are none.
        """

    async def delete(self, book: Book, name: str, allowed: Callable[[BookCard], None], by: str) -> None:
        """Delete the contact or the group that has this name, unless `allowed` raises; NotFoundError for none."""

    async def move(  # noqa: PLR0913, PLR0917 - from where, to where, who
        self,
        book: Book,
        name: str,
        to: Book,
        to_name: str,
        allowed: Callable[[BookCard, BookCard | None], None],
        by: str,
        *,
        copy: bool = False,
    ) -> WriteResult:
        """Give a card another name, or move or copy it to another book of the account, and return it.

        `allowed` is given the card and the one that holds the target, and raises what is to be raised. A card that
        holds the target is deleted. Within a book the contact stays the same one; in another campaign it is a new one,
        with the labels, the partner accounts, the photo and the card of the other, which is deleted unless it is a
        copy. UidTakenError, with the `name` of the card that has it, where another card of the book has its UID: always
        for a copy within a book, and for a target that has another UID. NotFoundError where the name has no card.
        """

    async def make(self, book: Book, properties: BookProperties, made: MakeContact, by: str) -> None:
        """Make a campaign, called and with all else as clients set it of a book; raises as `set_properties` does.

        With the contact that `made` gives for each user; ConflictError when there is one of that id.
        """

    async def properties(self, book: Book) -> BookProperties:
        """Return what clients have set of the book, and its name."""

    async def set_properties(self, book: Book, change: Callable[[BookProperties], BookProperties]) -> None:
        """Put what `change` makes of it in the place of what is there; what it raises is raised, and nothing is kept.

        InvalidError for more than `limits.BOOK_PROPERTIES` together.
        """
