"""The octets of a card as a client gets them, and its entity tag (DV-10, DV-15): made here alone, so that all agree."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

from cardwright import vcard
from cardwright.book.sent_cards import can_be_sent, readable, with_uid
from cardwright.cards import write_contact
from cardwright.contact.uid import uid_of_repeat

if TYPE_CHECKING:
    from cardwright.book.card_ports import BookCard

_VERSION: Final = re.compile(rb"^VERSION[ \t]*:[ \t]*([34]\.0)[ \t\r]*$", re.IGNORECASE | re.MULTILINE)


class Written(NamedTuple):
    """A card as it leaves."""

    octets: bytes
    tag: str
    """Its strong entity tag, quotes and all."""


def tag_of(generation: str, card: BookCard) -> str:
    """Return the entity tag of a card as it is kept, quotes and all; `generation` is that of the store.

    It never stands for two states under one name, though the name, or the whole campaign, has gone and come again: no
    contact gets the number of another. A group may, so it is told apart by its time too.
    """
    number, revision, moment = card.number, card.revision, card.updated
    if card.is_group:
        return f'"{generation}-g{number}-{revision}-{int(moment.timestamp() * 1_000)}"'
    return f'"{generation}-{number}-{revision}"'


def tags_of(generation: str, card: BookCard) -> frozenset[str]:
    """Return every entity tag that a card has: as it is kept, and as it is written in another version."""
    tag = tag_of(generation, card)
    return frozenset((tag, _in_version(tag, "3.0"), _in_version(tag, "4.0")))


def written(generation: str, card: BookCard, version: str = "") -> Written:
    """Return a card that was read with its octets as it leaves: as it was sent, else whole and in 3.0; or in `version`.

    Its tag is another one where it is written in another version than it is kept in.
    """
    octets, tag = _kept(card), tag_of(generation, card)
    if version and _version(octets) != version:
        octets, tag = vcard.write(vcard.complete(next(vcard.read(octets))), version), _in_version(tag, version)
    return Written(octets, tag)


def size_of(card: BookCard) -> int:
    """Return in how many octets a card is kept that was read with them; 0 for a contact that did not come as a card."""
    return len(card.card or (card.contact.card if card.contact else b""))


def uid_in_all(card: BookCard) -> str:
    """Return the UID that a contact's card has in the book of all campaigns, where another there has its own (DV-3)."""
    return uid_of_repeat(card.place.sid, card.number)


def _in_version(tag: str, version: str) -> str:
    return f'{tag[:-1]}-{version}"'


def _version(octets: bytes) -> str:
    match = _VERSION.search(octets)
    return match[1].decode() if match else ""


def _kept(card: BookCard) -> bytes:
    """Return a card in the version that it is kept in."""
    stored = card.card or (card.contact.card if card.contact else b"")
    if card.is_group:
        return stored if can_be_sent(stored) else readable(vcard.complete_octets(stored))
    octets = _as_sent(stored) if stored or not card.contact else readable(write_contact(card.contact.contact, "3.0"))
    return with_uid(octets, uid_in_all(card)) if card.repeats_uid else octets


def _as_sent(octets: bytes) -> bytes:
    """Return a contact's card: byte for byte where a client may have sent it, else such as one may send (DV-12)."""
    if can_be_sent(octets):
        return octets
    whole = readable(vcard.complete_octets(octets))
    if can_be_sent(whole):
        return whole
    card = next(vcard.read(octets), None)
    return whole if card is None else readable(vcard.write(vcard.complete(card), "3.0"))
