"""A card that a client has sent to be kept (PUT): judged, read once, and what it says as a contact (DV-12, DV-16)."""

from __future__ import annotations

import re
from itertools import islice
from typing import TYPE_CHECKING, Final, NamedTuple

from cardwright import vcard
from cardwright.book.cleaning import cleaned
from cardwright.book.import_row import ImportRow
from cardwright.cards import Sorted, contact_of, is_group
from cardwright.errors import CardwrightError

if TYPE_CHECKING:
    from cardwright.contact.model import Contact

VERSIONS: Final = ("3.0", "4.0")
"""The versions of cards that are kept."""
_CONTROLS: Final = bytes(set(range(32)) - set(b"\t\n\r"))
_NO_CHARACTERS: Final = (b"\xef\xbf\xbe", b"\xef\xbf\xbf")
_NO_XML: Final = re.compile(rb"[%b]|%b" % (re.escape(_CONTROLS), b"|".join(_NO_CHARACTERS)))
"""What XML cannot hold (XML 1.0 section 2.2), and so no report could hand out."""
_BETWEEN, _NO_END, _NO_VERSION, _OTHER_VERSION = "V01", "V02", "V04", "V05"
"""Codes of defects (`vcard.DEFECTS`)."""
_CR_ALONE: Final = re.compile(rb"[^\r\n]*+\r(?!\n)")
"""The first line of a card of old Macs (RFC 6350 section 3.2 wants CR LF; LF is usual)."""
_COMPONENT: Final = re.compile(rb"^BEGIN[ \t]*+:[ \t]*+(?!VCARD[ \t]*+\r?$)", re.IGNORECASE | re.MULTILINE)
"""The first line of what is no card, as a calendar (RFC 6352 section 5.1: one vCard component, and no other)."""
_USUAL: Final = (b"BEGIN:VCARD\r\nVERSION:3.0\r\n", b"BEGIN:VCARD\r\nVERSION:4.0\r\n")


class InvalidCardError(CardwrightError):
    """What was sent is no single card that can be kept; the message says why."""


class CardVersionError(CardwrightError):
    """The card is of a version that is not kept."""


class SentCard(NamedTuple):
    """A card, and what it says."""

    octets: bytes
    """As it came."""
    contact: Contact
    """By the rules of contacts, as an import makes it; without photo and revision. Of a group its UID alone counts."""
    photo: bytes
    """The inline photo, `b""` for none."""
    is_group: bool


def read_sent(octets: bytes) -> SentCard:
    """Return the one card of a body; what is odd but readable stays as it is.

    Raises InvalidCardError unless it has BEGIN, VERSION, FN or N, and END, one UID at most, lines that others read, and
    nothing that XML cannot hold; then CardVersionError unless it is 3.0 or 4.0.
    """
    properties = _checked(octets)
    contact = contact_of(properties)
    photo, uid = contact.photo, contact.uid
    contact = cleaned(ImportRow(0, contact._replace(photo=None, revision=""), octets)).contact
    if uid and not contact.uid:
        raise InvalidCardError("The UID is too long.")
    return SentCard(octets, contact, photo.data if photo else b"", is_group(properties))


def _checked(octets: bytes) -> Sorted:
    _check_characters(octets)
    cards = list(islice(vcard.read(octets), 2))
    if len(cards) != 1:
        raise InvalidCardError("It is not one card: BEGIN:VCARD, its properties, END:VCARD.")
    card = cards[0]
    codes = {defect.code for defect in card.defects}
    properties = Sorted(card)
    if card.raw and _CR_ALONE.match(card.raw):
        raise InvalidCardError("Lines end in CR alone. They end in CR LF, or in LF.")
    if _BETWEEN in codes and _COMPONENT.search(octets):
        raise InvalidCardError("Beside the card there is something else that begins and ends.")
    if _NO_END in codes:
        raise InvalidCardError("The card has no END line.")
    if _NO_VERSION in codes:
        raise InvalidCardError("The card has no VERSION.")
    if not properties.all("FN") and not properties.all("N"):
        raise InvalidCardError("The card has neither FN nor N.")
    if len(properties.all("UID")) > 1:
        raise InvalidCardError("The card has more than one UID.")
    if _OTHER_VERSION in codes or card.version not in VERSIONS:
        raise CardVersionError("Cards of version 3.0 and 4.0 are kept.")
    return properties


def _check_characters(octets: bytes) -> None:
    """Raise InvalidCardError for what no XML answer could hold: other character sets, and control characters."""
    if not octets.isascii():
        try:
            octets.decode()
        except UnicodeDecodeError:
            raise InvalidCardError("The card is not in UTF-8.") from None
    if len(octets.translate(None, _CONTROLS)) < len(octets) or any(one in octets for one in _NO_CHARACTERS):
        raise InvalidCardError("The card holds control characters, which cannot stand in XML.")


def can_be_sent(octets: bytes) -> bool:
    """Say whether a stored card is one that a client could have sent: it is handed out as it is then."""
    try:
        if _is_usual(octets):
            _check_characters(octets)
        else:
            _checked(octets)
    except (InvalidCardError, CardVersionError):
        return False
    return True


def readable(octets: bytes) -> bytes:
    """Return a card without the characters that XML cannot hold: so every answer gives it alike, and it can be put."""
    return _NO_XML.sub(b"", octets)


def _is_usual(octets: bytes) -> bool:
    """Say whether the edges of a card are as on nearly all: it need not be read then, at a tenth of the cost."""
    return (
        octets.startswith(_USUAL)
        and octets.endswith(b"\r\nEND:VCARD\r\n")
        and octets.count(b"BEGIN:VCARD") == 1
        and b"\r\nFN" in octets
        and octets.count(b"\nUID") <= 1
    )


def with_uid(octets: bytes, uid: str) -> bytes:
    """Return the card with this UID: a line of it is changed or added, and no other."""
    card = next(vcard.read(octets))
    card.set(vcard.Property("UID", uid))
    return vcard.write(card)


def photo_of(octets: bytes) -> bytes:
    """Return the photo that a card shows, `b""` for none inline."""
    card = next(vcard.read(octets), None)
    photo = contact_of(card).photo if card else None
    return photo.data if photo else b""
