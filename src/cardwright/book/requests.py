"""Requests and answers of the book: `NewContact`, `Patch`, `Query`, `ContactsPage`.

Field names are the book's own, here and in every `Fault.field`; a surface maps them to its own by one table:
`first last email partners title image_url image_file work_phone work_phone_country cellphone cellphone_country labels`,
in an update `partners_add partners_remove labels_add labels_remove` too, and in a query the fields of `Query`.
Faults come in that order (PC-60).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal, NamedTuple

from cardwright import limits
from cardwright.errors import Fault, Rule
from cardwright.limits import NAMED_UNKNOWN

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from cardwright.book.stored import StoredContact

MAX_PAGE_SIZE: Final = limits.PAGE_SIZE.value  # PC-41

ORDER: Final = (
    "first",
    "last",
    "email",
    "partners",
    "partners_add",
    "partners_remove",
    "title",
    "image_url",
    "image_file",
    "work_phone",
    "work_phone_country",
    "cellphone",
    "cellphone_country",
    "labels",
    "labels_add",
    "labels_remove",
)
"""The order of PC-20 and PC-21, in which faults are reported."""
_PLACE: Final = {field: place for place, field in enumerate(ORDER)}


class NewContact(NamedTuple):
    """A contact to be made; `""` and `()` are the same as absent (PC-20, PC-21). Texts as sent, not trimmed."""

    first: str = ""
    last: str = ""
    email: str = ""
    partners: tuple[str, ...] = ()
    """Ids of partner accounts."""
    title: str = ""
    image_url: str = ""
    image_file: bytes | memoryview = b""
    work_phone: str = ""
    work_phone_country: str = ""
    cellphone: str = ""
    cellphone_country: str = ""
    labels: tuple[str, ...] = ()


class Patch(NamedTuple):
    """A change to a contact: None leaves a value as it is, `""` clears it (PC-30, PC-31)."""

    first: str | None = None
    last: str | None = None
    email: str | None = None
    title: str | None = None
    image_url: str | None = None
    """`""` removes the image."""
    image_file: bytes | memoryview | None = None
    work_phone: str | None = None
    """Clearing the number clears the country."""
    work_phone_country: str | None = None
    cellphone: str | None = None
    cellphone_country: str | None = None
    labels_add: tuple[str, ...] = ()
    labels_remove: tuple[str, ...] = ()
    partners_add: tuple[str, ...] = ()
    partners_remove: tuple[str, ...] = ()


Order = Literal["number", "name", "updated"]
"""What a list goes by: the number, in whose order contacts are made; the full name as it is shown, case and accents
aside; the time of the last change. Where that is the same for two, the number decides."""


class Cursor(NamedTuple):
    """A place in a list, for keyset pagination: a contact's value in that order, and its number (PC-43)."""

    key: str | int
    """The name as it is compared, or the milliseconds of the last change; 0 where the number alone decides."""
    number: int
    before: bool = False
    """Whether the page before it is wanted, not the one after."""


class Query(NamedTuple):
    """Which contacts of a campaign, and which page of them (PC-40, PC-41); the defaults ask for the first page of all.

    Texts are compared whole and without regard to case, but for `search`, each of whose words must begin a word of the
    contact's name, title, address or labels.
    """

    partner: str = ""
    title: str = ""
    email: str = ""
    label: str = ""
    editable: bool | None = None
    search: str = ""
    updated_since: datetime | None = None
    page: int = 1
    page_size: int = 1_000
    after: int = 0
    """The number of the last contact on the page before, which makes any depth as fast as the first page (PC-43)."""
    order: Order = "number"
    descending: bool = False
    cursor: Cursor | None = None
    """The same as `after` for every order, in both directions; it stands instead of `page` and `after`."""

    @property
    def is_by_number(self) -> bool:
        """Whether it goes along the numbers, as far as `after` and `page` say."""
        return self.order == "number" and not self.descending and self.cursor is None


class ContactsPage(NamedTuple):
    """Contacts in the order of the query."""

    contacts: Sequence[StoredContact]
    total: int
    """How many there are on all pages."""
    page: int
    page_size: int
    more: bool = False
    """Whether any come after these: who follows a cursor gets them, also when `total` has shrunk meanwhile (PC-43)."""
    earlier: bool = False
    """Whether any come before these."""
    first: Cursor | None = None
    """The place of the first of them."""
    last: Cursor | None = None
    """The place of the last."""

    @property
    def last_number(self) -> int:
        """What the query for the next page carries as `after`."""
        return self.contacts[-1].number if self.contacts else 0


def in_order(faults: Iterable[Fault]) -> list[Fault]:
    """Return the faults in the order in which they are reported; those of other fields come last."""
    return sorted(faults, key=lambda fault: _PLACE.get(fault.field, len(ORDER)))


def unknown_partners_fault(field: str, partners: Iterable[str]) -> Fault:
    """Return the one fault of all ids that are no partner accounts of the account; it names the first ten (PC-26)."""
    unknown, most = tuple(partners), NAMED_UNKNOWN.value
    others = f" and {len(unknown) - most} others" if len(unknown) > most else ""
    return Fault(field, Rule.UNKNOWN, f"No partner account {', '.join(unknown[:most])}{others}")
