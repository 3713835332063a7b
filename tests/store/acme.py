"""An account with a campaign, two partner accounts and contacts, for the suites that every store passes."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import pytest

from cardwright.book import accounts, partners
from cardwright.book.contacts import Contacts
from cardwright.book.images import Image, image_of
from cardwright.book.ports import Draft, Place
from cardwright.book.requests import ContactsPage, NewContact, Patch, Query
from cardwright.contact.model import Address, Contact, Email, Name, Phone, Website
from cardwright.contact.uid import new_uid
from cardwright.errors import Fault, InvalidError, Rule

if TYPE_CHECKING:
    from cardwright.book.ports import Store

WILE = NewContact(
    "Wile",
    "Coyote",
    "wile.coyote@example.com",
    ("10000",),
    title="Acme Partner Manager",
    work_phone="(805) 123-4567",
    work_phone_country="us",
    cellphone="+1 805 987 6543",
    cellphone_country="US",
    labels=("Main Contact", "Acme Partner"),
)
RICH = Contact(
    Name("José", "Núñez", "María", "Dr.", "Jr."),
    "Acme",
    "Head",
    "A note\nof two lines",
    (Phone("+1 805 1", "home"), Phone("8051234567", "work", "US"), Phone("2", "my own")),
    (Email("jose@example.com", "home"), Email("second@example.com")),
    (Address("1 Road", "home", "Town", "Region", "12345", "Land", "Box", "Flat"),),
    (Website("https://example.com/?a=1,2;b=3", "shop"),),
    None,
    ("Ünïcode Läbel",),
    "urn:uuid:of-its-own",
)


class Images:
    """Takes what begins with GIF for an image, and every address but one for a link to it."""

    async def fetch(self, account: str, url: str) -> Image:
        return await self.accept(account, b"gone" if "gone" in url else b"GIF at " + url.encode())

    async def accept(self, _account: str, data: bytes) -> Image:
        if not data.startswith(b"GIF"):
            raise InvalidError([Fault("", Rule.PHOTO_UNREADABLE, "is no image")])
        return await image_of("image/gif", data, b"small " + data)


class Book(NamedTuple):
    """The use cases of one account's first campaign."""

    store: Store
    contacts: Contacts
    sid: str

    async def create(self, new: NewContact = WILE, **other: object) -> str:
        return await self.contacts.create(self.sid, "1000", new._replace(**other), by="test")

    async def get(self, contact_id: str, campaign: str = "1000") -> object:
        return await self.contacts.get(self.sid, campaign, contact_id)

    async def found(self, campaign: str = "1000", **query: object) -> list[str]:
        return [c.id for c in (await self.page(campaign, **query)).contacts]

    async def page(self, campaign: str = "1000", **query: object) -> ContactsPage:
        return await self.contacts.list(self.sid, campaign, Query(**query))

    async def patch(self, contact_id: str, **values: object) -> object:
        return await self.contacts.update(self.sid, "1000", contact_id, Patch(**values), by="test")

    async def keep(self, contact: Contact, **other: object) -> int:
        return await self.store.contacts.create(
            self.place, Draft(contact._replace(uid=contact.uid or new_uid()), ("10000",), **other), "test"
        )

    @property
    def place(self) -> Place:
        return Place(self.sid, "1000")


async def book_of(store: Store, name: str = "Acme") -> Book:
    sid = (await accounts.add_account(store.accounts, name)).sid
    await partners.add_campaign(store.partners, sid, "1000", "First")
    for number in ("10000", "10001"):
        await partners.add_partner(store.partners, sid, number, f"Partner {number}")
    return Book(store, Contacts(store.contacts, Images()), sid)


async def faults_of(call: object) -> list[tuple[str, Rule]]:
    with pytest.raises(InvalidError) as caught:
        await call
    return [(fault.field, fault.rule) for fault in caught.value.faults]
