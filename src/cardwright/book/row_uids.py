"""The UID of a row that has none: the same row has the same in every import, so a file can be imported twice."""

from __future__ import annotations

import hashlib
import uuid
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from cardwright.book.ports import Place
    from cardwright.contact.model import Contact

_VARIANT: Final = {f"{digit:x}": f"{digit & 0b11 | 0b1000:x}" for digit in range(16)}


class RowUids:
    """Makes UIDs for the rows of one campaign from the card, or from all that the row says (RFC 9562, version 5)."""

    def __init__(self, place: Place) -> None:
        self._begun = hashlib.sha1(uuid.NAMESPACE_URL.bytes, usedforsecurity=False)
        self._begun.update("\0".join((*place, "")).encode())

    def uid(self, contact: Contact, card: bytes, unmodelled: bytes = b"") -> str:
        """Return the UID of a row."""
        digest = self._begun.copy()
        digest.update(card or _said(contact) + unmodelled)
        digits = digest.hexdigest()
        variant = _VARIANT[digits[16]]
        return f"urn:uuid:{digits[:8]}-{digits[8:12]}-5{digits[13:16]}-{variant}{digits[17:20]}-{digits[20:32]}"


def _said(contact: Contact) -> bytes:
    """Return all that a row says: no text of it holds the signs between them."""
    name, organization, title, note, phones, emails, addresses, websites, _, labels, *_ = contact
    texts = [*name, organization, title, note]
    for members in (phones, emails, addresses, websites):
        texts.append("\1")
        for member in members:
            texts += member
    texts.append("\1")
    return "\0".join([*texts, *labels]).encode("utf-8", "surrogatepass")
