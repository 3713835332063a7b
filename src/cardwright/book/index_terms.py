"""What the full-text index holds of a contact, and what a query asks of it.

| term              | of                                                          | asked for   |
|-------------------|-------------------------------------------------------------|-------------|
| `1:coyote`        | a word of name, organization, title, note, labels, e-mails  | by prefix   |
| `1=n18051234567`  | a number, E.164 or its digits; `1=n8051234567:` national    | by prefix, whole |
| `1=mDIGEST`       | first and last name                                         | whole       |
| `1=uDIGEST`       | the UID                                                     | whole       |
| `1=eDIGEST`       | the first e-mail address; `o` any other                     | whole       |
| `1=pDIGEST` …     | what filters compare: `p` partner account, `l` label, `t` title, `s` who made it | whole |

One look into one index answers any of them together. All terms begin with the campaign, by its number or by what a
store has in its place, so that what others have costs nothing. A word is kept as it is folded; a value that is compared
whole is kept as a digest, because it may hold anything.
"""

from __future__ import annotations

import hashlib
from functools import lru_cache
from itertools import groupby
from typing import TYPE_CHECKING, Final

from cardwright.book.match_keys import keys_of
from cardwright.contact.uid import comparable_uid
from cardwright.contact.words import folded, words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cardwright.book.match_keys import Asked, MatchKeys
    from cardwright.book.requests import Query
    from cardwright.book.stored import StoredContact
    from cardwright.contact.model import Contact

_BEGUN: Final = hashlib.blake2b(digest_size=10)
_NUMBER: Final = 4
"""Digits from which a word of a search finds numbers."""
EITHER: Final = "|"
"""Stands between what finds one word of a search; it is part of no term."""


def terms(campaign: int | str, stored: StoredContact) -> str:
    """Return the terms of a contact, as they are indexed."""
    return terms_of(campaign, stored.contact, tuple([partner.id for partner in stored.partners]), system=stored.system)


def in_campaign(campaign: int | str, terms: str) -> str:
    """Return terms that were made without a campaign as those of this one."""
    return f"{campaign}{terms.replace(' ', f' {campaign}')}"


def terms_of(
    campaign: int | str, contact: Contact, partners: tuple[str, ...], *, system: bool, keys: MatchKeys | None = None
) -> str:
    """Return the terms of a contact with these partner accounts; `keys` are its match keys where they are at hand.

    For a campaign whose number is not known yet, give "" and have `in_campaign` do the rest.
    """
    keys, begin = keys or keys_of(contact), str(campaign)
    own = _own_words(contact, keys, begin)
    own += (f"{begin}=u{_digest(keys.uid)}", f"{begin}=m{_digest(keys.name)}")
    own += [f"{begin}={'o' if at else 'e'}{_digest(email)}" for at, email in enumerate(keys.emails)]
    own += _shared(begin, str(system), contact.organization, contact.title, contact.labels, partners)
    return " ".join(dict.fromkeys(own))


def _own_words(contact: Contact, keys: MatchKeys, begin: str = "") -> list[str]:
    """Return what a search finds that few contacts have in common, as terms that begin so, or without a campaign."""
    own = [f"{begin}:{word}" for word in words(" ".join((*contact.name, *keys.emails, contact.note)))]
    own += [f"{begin}=n{digits}" for digits in keys.phones]
    own += [f"{begin}=n{number}:" for number, _, country in contact.phones if country and number.isdecimal()]
    return own


@lru_cache(maxsize=10_000)
def _shared(  # noqa: PLR0913, PLR0917 - what the index holds of a contact
    campaign: int | str,
    system: str,
    organization: str,
    title: str,
    labels: tuple[str, ...],
    partners: tuple[str, ...],
) -> tuple[str, ...]:
    """Return the terms of what many contacts have in common."""
    exact = [("p", partner) for partner in partners] + [("l", label) for label in labels] + [("s", system)]
    exact += [("t", title)] if title else []
    searched_words = words(" ".join((organization, title, *labels)))
    return (*[prefix(campaign, f":{word}") for word in searched_words], *[_exact(campaign, *one) for one in exact])


def searched_words(contact: Contact) -> list[str]:
    """Return all that a search finds of a contact, as terms without their campaign."""
    shared = words(" ".join((contact.organization, contact.title, *contact.labels)))
    return [*_own_words(contact, keys_of(contact)), *[f":{word}" for word in shared]]


def has_words(asked: str, has: Sequence[str]) -> bool:
    """Say whether each word of `asked`, parted by spaces, begins one of these terms, as the index would."""
    text = " ".join(["", *has])
    return all(any(f" {one}" in text for one in word.split(EITHER)) for word in asked.split())


def filters(campaign: int | str, query: Query) -> list[str]:
    """Return the terms that a contact must have to pass the exact filters of a query."""
    exact = [("p", query.partner), ("l", query.label), ("t", query.title), ("e", query.email)]
    if query.editable is not None:
        exact.append(("s", str(not query.editable)))
    return [_exact(campaign, kind, value) for kind, value in exact if value]


def uid_term(campaign: int | str, uid: str) -> str:
    """Return the term of a contact's UID."""
    return f"{campaign}=u{_digest(comparable_uid(uid))}"


def nameless(campaign: int | str) -> str:
    """Return the term of the contacts that have neither first nor last name nor organization."""
    return f"{campaign}=m{_digest('')}"


def matching(campaign: int | str, asked: Asked) -> list[list[str]]:
    """Return the terms of what an import asks for: a contact must have one of each list."""
    keys = [term for key in asked.keys for term in _match_terms(campaign, key[0], key[1:])]
    names = [f"{campaign}=m{_digest(name)}" for name in asked.names]
    return [either for either in (keys, names) if either]


def _match_terms(campaign: int | str, kind: str, key: str) -> list[str]:
    if kind == "p":
        return [f"{campaign}=n{key}"]
    return [f"{campaign}={one}{_digest(key)}" for one in ("eo" if kind == "e" else kind)]


def searched(query: Query) -> list[str]:
    """Return what finds each word that a query searches for: terms without their campaign, of which one is to begin so.

    `["=n18051234567|:1", …]`: digits that stand together are also one number, however it is spaced, with its zero or
    two of dialling before it or without. `[""]`, which no contact has, stands for a query of nothing but signs.
    """
    needed: list[str] = []
    for is_number, group in groupby(words(query.search), lambda word: word.isascii() and word.isdecimal()):
        run = list(group)
        needed += _digits_searched(run) if is_number else [f":{word}" for word in run]
    return list(dict.fromkeys(needed)) or [""] * bool(query.search.strip())


def _digits_searched(run: Sequence[str]) -> list[str]:
    whole = _dialled("".join(run))
    return [EITHER.join(dict.fromkeys((f":{word}", *_dialled(word), *whole))) for word in run]


def _dialled(digits: str) -> list[str]:
    ways = (digits, digits.lstrip("0"))
    return [f"=n{way}" for way in ways if len(way) >= _NUMBER]


def prefix(campaign: int | str, word: str) -> str:
    """Return the term of a word, which is the beginning of those of longer words."""
    return f"{campaign}{word}"


def every(campaign: int | str) -> list[str]:
    """Return terms of which each contact of a campaign has one."""
    return [_exact(campaign, "s", str(system)) for system in (False, True)]


def _exact(campaign: int | str, kind: str, value: str) -> str:
    return f"{campaign}={kind}{_digest(value if kind == 'p' else folded(value))}"


def _digest(text: str) -> str:
    state = _BEGUN.copy()  # half of what it takes to begin one
    state.update(text.encode("utf-8", "surrogatepass"))
    return state.hexdigest()
