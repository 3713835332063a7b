"""Match keys: what two contacts must share to be the same person; and the UID of a row that has none."""

from __future__ import annotations

import hashlib
import uuid
from functools import cache
from typing import TYPE_CHECKING, Final, NamedTuple

from cardwright.contact.words import folded, words

if TYPE_CHECKING:
    from collections.abc import Callable

    from cardwright.book.ports import Place
    from cardwright.book.stored import StoredContact
    from cardwright.contact.model import Contact


class MatchKeys(NamedTuple):
    """What a contact is recognized by: the first that a stored contact shares makes it the same person."""

    texts: tuple[str, ...]
    """Each of them on its own, in the order in which they count, the UID first; see `kind_of`. Texts, because nothing
    else goes from one process to another as fast."""

    @property
    def uid(self) -> str:
        """That of the contact, or the one that the row was given."""
        return self.texts[0][1:]

    @property
    def email(self) -> str:
        """Folded; `""` for none."""
        return next((text[1:] for text in self.texts if text[0] == _EMAIL), "")

    @property
    def phones(self) -> frozenset[str]:
        """In E.164 form; none without a name that has a word, because a number counts only with it."""
        return frozenset([text[1:].split(_BETWEEN)[0] for text in self.texts if text[0] == _PHONE])

    @property
    def name(self) -> tuple[str, str]:
        """First and last, folded; empty without phones."""
        text = self.texts[-1]
        _, first, last = text.split(_BETWEEN) if text[0] == _PHONE else ("", "", "")
        return first, last


NO_KEYS: Final = MatchKeys(())


class Match(NamedTuple):
    """An existing contact that is the same person."""

    stored: StoredContact
    """With its card where that was asked for."""
    by: str
    """What it is recognized by: one of `KINDS`."""


_UID, _EMAIL, _PHONE = "u", "e", "p"
_BETWEEN: Final = "\0"  # stands in no name

KINDS = ("UID", "e-mail address", "phone number and name")
"""What makes two the same person, in the order in which it counts."""


_VARIANT: Final = {f"{digit:x}": f"{digit & 0b11 | 0b1000:x}" for digit in range(16)}


class RowUids:
    """Gives UIDs to rows without one: the same row has the same in every import into this campaign (RFC 9562, v5)."""

    def __init__(self, place: Place) -> None:
        self._begun = hashlib.sha1(uuid.NAMESPACE_URL.bytes, usedforsecurity=False)
        self._begun.update("\0".join((*place, "")).encode())

    def uid(self, contact: Contact, card: bytes) -> str:
        """Return the UID of a row that has none, made of its card or else of all that it says."""
        digest = self._begun.copy()
        digest.update(card or _said(contact))
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


def keys_of(contact: Contact, uid: str = "") -> MatchKeys:
    """Return the match keys of a contact; `uid` is that of one that has none of its own."""
    texts = [_UID + (contact.uid or uid)]
    if contact.emails and contact.emails[0].address:
        texts.append(_EMAIL + folded(contact.emails[0].address))
    first, last = name_of(contact)
    if contact.phones and words(f"{first} {last}"):  # the store finds people by the words of their names
        texts += [f"{_PHONE}{number}{_BETWEEN}{first}{_BETWEEN}{last}" for number in numbers_of(contact)]
    return MatchKeys(tuple(texts))


def kind_of(text: str) -> str:
    """Return which of `KINDS` a key is."""
    return KINDS[(_UID, _EMAIL, _PHONE).index(text[0])]


def numbers_of(contact: Contact) -> frozenset[str]:
    """Return the phone numbers that are the same wherever they are dialled (E.164)."""
    return frozenset([_international()(number, country) for number, _, country in contact.phones if country])


@cache
def _international() -> Callable[[str, str], str]:
    from cardwright.contact.international import international  # noqa: PLC0415 - loads phonenumbers, 20 MB

    return international


def name_of(contact: Contact) -> tuple[str, str]:
    """Return first and last name as they are compared."""
    return folded(contact.name.first), folded(contact.name.last)
