"""What the full-text index holds of a contact, and what a query asks of it.

Every filter is an exact term, every searched word a prefix: one look into one index answers any of them together.
All terms begin with the campaign, so that what others have costs nothing. A word is kept as it is folded; a value that
is compared whole is kept as a digest, because it may hold anything.
"""

from __future__ import annotations

import hashlib
from functools import lru_cache
from typing import TYPE_CHECKING

from cardwright.contact.words import folded, words

if TYPE_CHECKING:
    from cardwright.book.requests import Query
    from cardwright.book.stored import StoredContact
    from cardwright.contact.model import Contact


def terms(campaign: int, stored: StoredContact) -> str:
    """Return the terms of a contact, as they are indexed."""
    return terms_of(campaign, stored.contact, tuple([partner.id for partner in stored.partners]), system=stored.system)


def terms_of(campaign: int, contact: Contact, partners: tuple[str, ...], *, system: bool) -> str:
    """Return the terms of a contact with these partner accounts."""
    email = contact.emails[0].address if contact.emails else ""
    found = _begun(campaign, _searched(contact.name.first, contact.name.last, email))
    found += _shared(campaign, str(system), contact.title, contact.labels, partners)
    found.append(uid_term(campaign, contact.uid))
    if email:
        found.append(email_term(campaign, email))
    return " ".join(dict.fromkeys(found))


@lru_cache(maxsize=10_000)
def _shared(
    campaign: int,
    system: str,
    title: str,
    labels: tuple[str, ...],
    partners: tuple[str, ...],
) -> tuple[str, ...]:
    """Return the terms of what many contacts have in common."""
    exact = [("p", partner) for partner in partners] + [("l", label) for label in labels] + [("s", system)]
    exact += [("t", title)] if title else []
    return (*_begun(campaign, _searched(title, *labels)), *[_exact(campaign, kind, value) for kind, value in exact])


def worded(asked: str, *texts: str) -> bool:
    """Say whether each word of `asked` begins a word of a contact's searched texts, as the index would."""
    has = " ".join(["", *_searched(*texts)])
    return all(f" {word}" in has for word in asked.split())


def filters(campaign: int, query: Query) -> list[str]:
    """Return the terms that a contact must have to pass the exact filters of a query."""
    exact = [("p", query.partner), ("l", query.label), ("t", query.title), ("e", query.email)]
    if query.editable is not None:
        exact.append(("s", str(not query.editable)))
    return [_exact(campaign, kind, value) for kind, value in exact if value]


def uid_term(campaign: int, uid: str) -> str:
    """Return the term of a contact's UID."""
    return _exact(campaign, "u", uid)


def email_term(campaign: int, address: str) -> str:
    """Return the term of a contact's first address."""
    return _exact(campaign, "e", address)


def searched(query: Query) -> list[str]:
    """Return the words that a query searches for; `[""]`, which no contact has, when it holds nothing but signs."""
    found = list(dict.fromkeys(words(query.search)))
    return found or [""] * bool(query.search.strip())


def prefix(campaign: int, word: str) -> str:
    """Return the term of a word, which is the beginning of those of longer words."""
    return f"{campaign}:{word}"


def _begun(campaign: int, words: list[str]) -> list[str]:
    """Return the terms of words: what `prefix` returns of each, in a third of the time."""
    begin = prefix(campaign, "")
    return [begin + word for word in words]


def every(campaign: int) -> str:
    """Return the expression that finds all contacts of a campaign."""
    return " OR ".join(f'"{_exact(campaign, "s", str(system))}"' for system in (False, True))


def _searched(*texts: str) -> list[str]:
    return words(" ".join(texts))


def _exact(campaign: int, kind: str, value: str) -> str:
    value = value if kind in "pu" else folded(value)
    return f"{campaign}={kind}{hashlib.blake2b(value.encode('utf-8', 'surrogatepass'), digest_size=10).hexdigest()}"
