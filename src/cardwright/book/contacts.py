"""The life of a contact: made, read, listed, changed, deleted, restored, erased.

Every method names the account by its SID and raises NotFoundError when account, campaign or contact do not exist, or
belong to another account. `by` says who asks, for the audit trail: `token Ab12…`, `command line`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Collection, Iterable

    from cardwright.book.images import Image, Images
    from cardwright.book.requests import NewContact, Page, Patch, Query
    from cardwright.book.stored import StoredContact
    from cardwright.errors import Fault


class Contacts:
    """The use cases over stored contacts."""

    def __init__(self, store: ContactStore, images: Images) -> None: ...

    async def create(  # noqa: PLR0913
        self, sid: str, campaign: str, new: NewContact, *, by: str, key: str = "", found: Iterable[Fault] = ()
    ) -> str:
        """Make a contact and return its id; it is on the disk then (PC-20 to PC-28).

        `key` is an idempotency key of the account: a repeat within 24 hours returns the id that the first call
        returned and makes nothing; with other contents it raises KeyReusedError (PC-29).
        `found` are faults that the caller has met already; they are reported with the others, in order.
        Raises InvalidError with every fault there is, the image's too (PC-60); nothing is kept then (PC-34).
        """
        raise NotImplementedError

    async def get(self, sid: str, campaign: str, contact_id: str) -> StoredContact:
        """Return a contact, without its photo and card."""
        raise NotImplementedError

    async def full(self, sid: str, campaign: str, contact_id: str) -> StoredContact:
        """Return a contact with its photo (the small one) and the card it came as."""
        raise NotImplementedError

    async def list(self, sid: str, campaign: str, query: Query) -> Page:
        """Return a page of contacts, without photos and cards; InvalidError for a page or size out of range."""
        raise NotImplementedError

    def every(self, sid: str, campaign: str, query: Query) -> AsyncIterator[StoredContact]:
        """Yield the whole result of a query, whatever its page, with photos and cards; memory stays flat (PC-52)."""
        raise NotImplementedError

    async def update(  # noqa: PLR0913
        self,
        sid: str,
        campaign: str,
        contact_id: str,
        patch: Patch,
        *,
        by: str,
        revisions: Collection[int] | None = None,
        found: Iterable[Fault] = (),
    ) -> StoredContact:
        """Change a contact and return it as it is now (PC-30, PC-31).

        `revisions` are those of If-Match: ConflictError when the contact's is none of them; None asks for no check.
        Raises InvalidError as `create` does, ForbiddenError for more than title and labels of a system-created
        contact (PC-11). A patch that changes nothing leaves the revision as it is.
        """
        raise NotImplementedError

    async def delete(
        self, sid: str, campaign: str, contact_id: str, *, by: str, revisions: Collection[int] | None = None
    ) -> None:
        """Delete a contact that can be restored; ForbiddenError for a system-created one (PC-11)."""
        raise NotImplementedError

    async def image(self, sid: str, campaign: str, contact_id: str) -> Image:
        """Return the contact's image; NotFoundError when it has none (PC-25)."""
        raise NotImplementedError

    async def restore(self, sid: str, campaign: str, contact_id: str, *, by: str) -> StoredContact:
        """Bring a deleted contact back as it was, with its id; ConflictError when it is not deleted."""
        raise NotImplementedError

    async def erase(self, sid: str, campaign: str, contact_id: str, *, by: str) -> None:
        """Remove every trace of a contact, deleted or not: only that there was one with this number remains."""
        raise NotImplementedError
