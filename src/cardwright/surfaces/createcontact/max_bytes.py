"""Make a card small enough for a message service (CC-28)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from cardwright import cards
from cardwright.contact.model import Photo
from cardwright.surfaces.createcontact.errors import E1520, FailureError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from cardwright.contact.model import Contact

# A PHOTO property around its base64 takes less than this; every line of 75 octets carries 74 of them, and a line end.
_PROPERTY: Final = 64
_CARRIED: Final = (3 / 4) * (74 / 77)


async def card_within(
    contact: Contact, version: str, max_bytes: int, shrink: Callable[[bytes, int], Awaitable[bytes | None]]
) -> bytes:
    """Return the card of `contact` in at most `max_bytes` octets: its photo smaller, or gone, if it must be.

    Raises FailureError E1520 when the card does not fit without its photo either.
    """
    card = cards.write_contact(contact, version)
    if len(card) <= max_bytes:
        return card
    bare = cards.write_contact(contact._replace(photo=None), version)
    if len(bare) > max_bytes:
        raise FailureError(E1520, f"the card has {len(bare)} octets without a photo, max-bytes is {max_bytes}")
    room = int((max_bytes - len(bare) - _PROPERTY) * _CARRIED)
    if contact.photo is None or room <= 0 or (smaller := await shrink(contact.photo.data, room)) is None:
        return bare
    return cards.write_contact(contact._replace(photo=Photo("image/jpeg", smaller)), version)
