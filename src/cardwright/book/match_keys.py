"""Who is whom: the rules by which a row is an existing contact, and the match keys that answer them.

| rule  | what both have                             | names                                            |
|-------|--------------------------------------------|--------------------------------------------------|
| UID   | the same UID, compared as UUIDs are        | any                                              |
| EMAIL | an e-mail address, any of all              | the same, or one of the two has none             |
| PHONE | a number, any of all: E.164, else digits   | the same                                         |

The first rule that finds somebody counts. By EMAIL and PHONE no two rows of a file with UIDs of their own are the
same: the file says that they are two (`named_people`). When a rule finds several, nobody can say which one is meant.
Different names with one address are two people (SHARED). A name is first and last name, compared without case, or the
organization of a contact that has neither: Acme and Ann share office@, and are two. A row of a table with neither name
nor UID says nothing of a name.
"""

from __future__ import annotations

import unicodedata
from functools import cache
from typing import TYPE_CHECKING, Final, Literal, NamedTuple

from cardwright.contact.uid import comparable_uid
from cardwright.contact.words import folded

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from cardwright.contact.model import Contact, Phone


class MatchKeys(NamedTuple):
    """What a contact is recognized by, each as it is compared."""

    uid: str
    emails: tuple[str, ...] = ()
    phones: tuple[str, ...] = ()
    """Digits alone."""
    name: str = ""
    is_of_any_name: bool = False
    """It says nothing of a name, though there is one for who asks: a row of a table with an organization alone."""

    def held(self) -> list[str]:
        """Return the keys of a contact, for one of which a row asks; the first letter says what a key is."""
        return [_UID + self.uid, *[_EMAIL + email for email in self.emails], *[_PHONE + phone for phone in self.phones]]

    def texts(self) -> list[str]:
        """Return texts for a Bloom filter: whoever has none of them in common with anybody is certainly new."""
        texts = [self.uid, *self.emails]
        if self.name:
            texts += [f"{phone}{self.name}" for phone in self.phones]
        return texts


_UID, _EMAIL, _PHONE = "u", "e", "p"
NO_KEYS: Final = MatchKeys("")


def keys_of(contact: Contact, uid: str = "") -> MatchKeys:
    """Return the match keys of a contact; `uid` is that of one that has none of its own, in small letters."""
    emails = [folded(email.address) for email in contact.emails if email.address]
    phones = [key for phone in contact.phones if (key := number_key(phone))]
    return MatchKeys(
        comparable_uid(contact.uid) if contact.uid else uid.removeprefix("urn:uuid:"),
        tuple(dict.fromkeys(emails) if len(emails) > 1 else emails),
        tuple(dict.fromkeys(phones) if len(phones) > 1 else phones),
        name_key(contact),
    )


def name_key(contact: Contact) -> str:
    """Return first and last name as they are compared, of a company what that is called."""
    first, last, _, _, _ = contact.name
    return folded(" ".join((f"{first} {last}" if first or last else contact.organization).split()))


def number_key(phone: Phone) -> str:
    """Return the digits of a number: with its calling code where its country is known (E.164), else as written."""
    number, _, country = phone
    if country:
        number = _international()(number, country)
    digits = number.removeprefix("+")
    if digits.isdecimal() and digits.isascii():
        return digits
    return "".join(str(unicodedata.digit(sign)) for sign in digits if sign.isdecimal())


@cache
def _international() -> Callable[[str, str], str]:
    from cardwright.contact.international import international

    return international


Verdict = Literal["same", "taken", "shared"]


class Asked(NamedTuple):
    """What a contact must hold: one of the keys and, unless there are none, one of the names."""

    keys: Sequence[str]
    names: Sequence[str] = ()

    @property
    def uids(self) -> list[str]:
        """The UIDs among the keys, as they are compared: where there is one, all keys are."""
        return [key[1:] for key in self.keys if key[0] == _UID]


class MatchRule(NamedTuple):
    """One way to find somebody."""

    by: str
    """What both have, for people."""
    asked: Callable[[MatchKeys], Asked]
    verdict: Verdict = "same"
    """What it says of who is found: the same person; another who has the UID; another who shares an address."""
    yields: bool = False
    """Whether the UIDs that a file gives count for more."""


def _by_uid(keys: MatchKeys) -> Asked:
    return Asked([_UID + keys.uid])


def _by_uid_for_want_of_email(keys: MatchKeys) -> Asked:
    """Ask for the UID of who has no address: a file that is imported again would double them."""
    return Asked(() if keys.emails else [_UID + keys.uid])


def _by_email_alone(keys: MatchKeys) -> Asked:
    return Asked([_EMAIL + email for email in keys.emails])


def _by_email(keys: MatchKeys) -> Asked:
    """Ask for an address with the same name or with none; for a row without a name, for the address alone."""
    names = (keys.name, "") if keys.name and not keys.is_of_any_name else ()
    return Asked([_EMAIL + email for email in keys.emails], names)


def _by_phone(keys: MatchKeys) -> Asked:
    return Asked([_PHONE + phone for phone in keys.phones] if keys.name else (), (keys.name,))


UID: Final = MatchRule("UID", _by_uid)
EMAIL: Final = MatchRule("e-mail address", _by_email, yields=True)
PHONE: Final = MatchRule("phone number and name", _by_phone, yields=True)
EMAIL_ALONE: Final = MatchRule("e-mail address", _by_email_alone)
NO_EMAIL: Final = MatchRule("UID", _by_uid_for_want_of_email)
TAKEN: Final = MatchRule("UID", _by_uid, "taken")
SHARED: Final = MatchRule("e-mail address", _by_email_alone, "shared")

Match = Literal["name", "email", "uid"]
RULES: Final[dict[Match | None, Sequence[MatchRule]]] = {
    "name": (UID, EMAIL, PHONE, SHARED),
    "email": (EMAIL_ALONE, NO_EMAIL, TAKEN),
    "uid": (UID,),
    None: (TAKEN,),
}
"""For each `--match` the rules in the order in which they count; None: everybody is added."""
