"""What the book needs of a store: the protocols that every store has the methods of, and the values that pass there.

A store is opened by `cardwright.store.open_store`, and everybody who uses it knows this page alone:

    async with open_store(data) as store:
        page = await store.contacts.list(Place(sid, "1000"), Query(search="coyote"))
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, Protocol, TypeAlias

from cardwright.errors import CardwrightError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from contextlib import AbstractAsyncContextManager
    from datetime import datetime
    from pathlib import Path

    from cardwright.book.account_ports import AccountStore, CredentialStore
    from cardwright.book.card_ports import CardStore
    from cardwright.book.change_ports import ChangeStore
    from cardwright.book.deleted_contacts import DeletedStore
    from cardwright.book.duplicate_ports import DuplicateStore
    from cardwright.book.groups import GroupStore
    from cardwright.book.images import Image
    from cardwright.book.import_jobs import JobStore
    from cardwright.book.import_ports import ImportStore
    from cardwright.book.kept_uploads import UploadStore
    from cardwright.book.match_keys import MatchKeys
    from cardwright.book.merges import MergeStore, Return
    from cardwright.book.partners import Campaign, Partner, PartnerUser
    from cardwright.book.requests import ContactsPage, Query
    from cardwright.book.sessions import SessionStore
    from cardwright.book.share_links import ShareStore
    from cardwright.book.stored import StoredContact
    from cardwright.contact.model import Contact


class Place(NamedTuple):
    """A campaign of an account."""

    sid: str
    campaign: str


class Draft(NamedTuple):
    """A contact that is to be kept."""

    contact: Contact
    """With a `uid`."""
    partners: tuple[str, ...]
    """Ids of partner accounts."""
    image: Image | None = None
    card: bytes = b""
    """The card it came as."""
    keys: MatchKeys | None = None
    """Its match keys, where they are at hand."""
    terms: str = ""
    """Its index terms without a campaign, where they are at hand."""


class Repeat(NamedTuple):
    """An idempotency key, and a digest of what was sent with it (PC-29)."""

    key: str
    digest: bytes


Edit: TypeAlias = "Callable[[StoredContact, datetime], StoredContact]"
"""Makes of a contact, with its card, its photo and its user, what it is to be at that moment: contact and card.

It is pure, because it may run twice, and the store keeps what it returns as it is: nothing is put into the card. What
it returns equal to what it was given is no change. `cards.edited` makes one that changes the card along.
"""


class LargeCardError(CardwrightError):
    """The next card is larger than the caller can hold just now; nothing was read."""


class LargePageError(CardwrightError):
    """The page has more text than the caller can hold just now."""


class ContactStore(Protocol):
    """Where contacts are kept, one by one and in lists.

    Every method raises NotFoundError for an account, campaign or contact that is not there. What a method writes is
    one unit of work, is on the disk when it returns, and is recorded as a change, with who made it.
    """

    async def generation(self) -> str:
        """Return what names the history that revisions and numbers belong to; a restore begins another one."""

    async def unknown_partners(self, place: Place, partners: Sequence[str]) -> Sequence[str]:
        """Return those of the ids that are no partner accounts of this account."""

    async def repeated(self, sid: str, repeat: Repeat) -> int | None:
        """Return the number made under this key within 24 hours; KeyReusedError if that had other contents."""

    async def create(self, place: Place, draft: Draft, by: str, repeat: Repeat | None = None) -> int:
        """Keep a contact and return the number it was given; with `repeat`, as `repeated` says if it is one.

        Raises InvalidError, with a fault of the field `partners`, for ids that are no partner accounts of the account.
        """

    async def get(self, place: Place, number: int, *, full: bool = False) -> StoredContact:
        """Return a contact; with its photo and card if `full`."""

    async def list(self, place: Place, query: Query, most: int | None = None) -> ContactsPage:
        """Return a page of contacts and how many there are in all, both of one moment.

        With `most`, LargePageError where its texts have more characters; it is not read to its end then.
        """

    async def following(self, place: Place, query: Query, most: int | None = None) -> Sequence[StoredContact]:
        """Return the contacts of a query after `query.after`, at most `page_size`, with photos and cards.

        A read ends early when it holds much, with a contact at least. With `most`, no card is read for which more
        octets than that are: the read ends before it, and where it comes first LargeCardError is raised.
        """

    async def update(self, place: Place, number: int, edit: Edit, by: str, image: Image | None = None) -> StoredContact:
        """Put what `edit` makes of the contact in its place; what `edit` raises is raised, and nothing is kept.

        A contact that `edit` leaves as it is keeps its revision. `image` is kept with it if `edit` points to it. Of
        what `edit` returns, number, revision and times are the store's.
        """

    async def delete(self, place: Place, number: int, allowed: Callable[[StoredContact], None], by: str) -> None:
        """Delete the contact unless `allowed` raises."""

    async def image(self, sid: str, digest: str) -> Image:
        """Return an image of the account."""

    async def octets(self, place: Place, number: int) -> int:
        """Return how much is read for the card of a contact, 0 when there is none, without reading it."""

    async def image_octets(self, sid: str, digest: str) -> int:
        """Return the size of an image of the account, 0 when there is none, without reading it."""

    async def labels(self, place: Place) -> Sequence[str]:
        """Return labels to suggest: those of the contacts that changed last, `limits.SUGGESTIONS` at most."""

    async def restore(  # noqa: PLR0913, PLR0917 - who, what comes of it, and what else is to happen then
        self, place: Place, number: int, edit: Return, by: str, then: Edit | None = None, image: Image | None = None
    ) -> StoredContact:
        """Bring back a deleted contact as `edit` returns it; ConflictError if it is there, or what `edit` raises.

        With `then` it is changed too, as `update` does, in the same unit of work: what that raises leaves it deleted.
        """

    async def erase(self, place: Place, number: int, allowed: Callable[[StoredContact], None], by: str) -> None:
        """Remove the contact and all that was ever recorded of it, but that there was one.

        Unless `allowed`, which is asked where the contact is there, raises. One that was merged goes with the other.
        """


MakeContact: TypeAlias = "Callable[[str, PartnerUser], Draft]"
"""Makes the contact of a user of the partner account with this id."""


class PartnerStore(Protocol):
    """Where campaigns, partner accounts and their users are kept.

    A method that names an account, campaign, partner or user raises NotFoundError when there is none.
    """

    async def add_campaign(self, sid: str, campaign: Campaign, made: MakeContact, by: str) -> None:
        """Keep a new campaign, with the contact that `made` gives for each user; ConflictError when its id is taken."""

    async def rename_campaign(self, sid: str, campaign: Campaign) -> None:
        """Give a campaign another name."""

    async def remove_campaign(self, sid: str, campaign: str) -> None:
        """Remove a campaign and everything in it; cut short, the next removal goes on with it."""

    async def campaigns(self, sid: str) -> list[Campaign]:
        """Return the account's campaigns, the oldest first."""

    async def campaign(self, sid: str, campaign: str) -> Campaign:
        """Return one campaign."""

    async def add_partner(self, sid: str, partner: Partner) -> None:
        """Keep a new partner account; ConflictError when its id is taken."""

    async def rename_partner(self, sid: str, partner: Partner) -> None:
        """Give a partner account another name."""

    async def only_members(self, sid: str, partner: str) -> list[int]:
        """Return the numbers of the contacts that have no other partner account; those of users do not count."""

    async def remove_partner(self, sid: str, partner: str, leave: Edit, by: str) -> None:
        """Remove a partner account: `leave` edits each of its contacts, then its users go with theirs, then itself.

        What `leave` raises is raised; what was done before stays done, and is gone on with the next time.
        """

    async def partners(self, sid: str) -> list[Partner]:
        """Return the account's partner accounts, the oldest first."""

    async def partner(self, sid: str, partner: str) -> Partner:
        """Return one partner account."""

    async def add_user(self, sid: str, partner: str, user: PartnerUser, made: MakeContact, by: str) -> str:
        """Keep a new user, with the contact that `made` gives in every campaign, and return the id they were given."""

    async def update_user(self, sid: str, partner: str, user: PartnerUser, edit: Edit, by: str) -> None:
        """Put these values in place of the user's, and edit their contacts."""

    async def users(self, sid: str, partner: str) -> list[PartnerUser]:
        """Return the users of a partner account, the oldest first."""

    async def user(self, sid: str, partner: str, user: str) -> PartnerUser:
        """Return one user."""

    async def remove_user(self, sid: str, partner: str, user: str, by: str) -> None:
        """Remove a user and their contacts."""


class Store(Protocol):
    """An open store: an attribute for each kind of data, and what an operator does with all of it."""

    @property
    def accounts(self) -> AccountStore:
        """Accounts, their keys and their tokens."""

    @property
    def credentials(self) -> CredentialStore:
        """Who a key or a token belongs to."""

    @property
    def partners(self) -> PartnerStore:
        """Campaigns, partner accounts and their users."""

    @property
    def contacts(self) -> ContactStore:
        """Contacts, one by one and in lists."""

    @property
    def cards(self) -> CardStore:
        """The cards of address books."""

    @property
    def changes(self) -> ChangeStore:
        """What happened to the contacts."""

    @property
    def deleted(self) -> DeletedStore:
        """The contacts that can be restored."""

    @property
    def imports(self) -> ImportStore:
        """The same contacts, many at a time."""

    @property
    def uploads(self) -> UploadStore:
        """Photos that forms keep for an hour."""

    @property
    def shares(self) -> ShareStore:
        """Share links of contacts."""

    @property
    def groups(self) -> GroupStore:
        """Groups, which are no contacts."""

    @property
    def merges(self) -> MergeStore:
        """Contacts that were merged."""

    @property
    def duplicates(self) -> DuplicateStore:
        """Contacts that may be one person."""

    @property
    def sessions(self) -> SessionStore:
        """Who is signed in to the console."""

    @property
    def jobs(self) -> JobStore:
        """Files that are uploaded to be imported."""

    @property
    def schemas(self) -> tuple[int, int]:
        """The numbers of the schema that the store had when it was opened, and of the one that it has now."""

    def dry_run(self, place: Place, *, cards: bool = True) -> AbstractAsyncContextManager[Store]:
        """Give a copy of the campaign as it is now, in which a change can be tried; it goes when the block ends.

        It has no images, and cards only with `cards`: they take as much room as in the store itself.
        """

    async def ready(self) -> None:
        """Return if the store can be read and written; StoreError if not. It costs the same for every store."""

    async def check_tenants(self) -> None:
        """Raise StoreError unless the tables that every request goes through are whole; for the start of a server."""

    async def check(self) -> list[str]:
        """Return what is wrong with the stored data, one line each; nothing when all is well."""

    async def backup(self, target: Path) -> None:
        """Write a consistent copy to the file `target`, which must not exist, while the store stays in use."""

    async def close(self) -> None:
        """Finish the writes that were handed over, then let go of the store."""
