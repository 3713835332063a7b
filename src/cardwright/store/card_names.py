"""The names of cards that no client has named (DV-11): made of their UIDs, or else of their numbers.

| a UID                                             | contact 7 is called          |
|---------------------------------------------------|------------------------------|
| `urn:uuid:A0B1C2D3-…`, `A0B1C2D3-…`               | `A0B1C2D3-….vcf`             |
| `road-runner@example.com`                         | that and `.vcf`              |
| one that is odd in a path, or over 128 characters | `contact-7.vcf`              |
| where another card has that name                  | `contact-7-` and the name    |
| where one has that too                            | `contact-7-2-` and the name  |

A name that gets too long so loses its beginning.
"""

from __future__ import annotations

import itertools
import re
from typing import TYPE_CHECKING, Final

from cardwright.limits import CARD_NAME

if TYPE_CHECKING:
    from collections.abc import Iterator

_UUID: Final = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_PLAIN: Final = re.compile(r"(?!\.)[A-Za-z0-9._@+=-]{1,128}")
_URN: Final = "urn:uuid:"
_SUFFIX: Final = ".vcf"


def names_of(uid: str, number: int, *, is_group: bool) -> Iterator[str]:
    """Give names for a card, the best first; whoever asks takes the first that no other card of the book has."""
    own = f"{'group' if is_group else 'contact'}-{number}"
    uuid = uid[len(_URN) :] if uid[: len(_URN)].lower() == _URN else uid
    stem = uuid if _UUID.fullmatch(uuid) else uid if _PLAIN.fullmatch(uid) else own
    yield from _or_after(f"{stem}{_SUFFIX}", own)


def names_in_all(name: str, number: int, *, is_group: bool, is_system: bool) -> Iterator[str]:
    """Give names in the book of all campaigns for a card that has this one in its own, the best first (DV-3)."""
    yield from _or_after(name, f"group-{number}" if is_group else f"M{number}" if is_system else str(number))


def is_uuid(name: str) -> bool:
    """Say whether a name is a UUID and `.vcf`, which says nothing of a person: it may outlive an erased contact."""
    return name.endswith(_SUFFIX) and _UUID.fullmatch(name[: -len(_SUFFIX)]) is not None


def _or_after(name: str, own: str) -> Iterator[str]:
    """Give a name, and then others with something before it, cut to what a path may have (`limits.CARD_NAME`)."""
    yield name
    for first in itertools.chain((own,), (f"{own}-{times}" for times in itertools.count(2))):
        yield f"{first}-{name[len(first) + 1 - CARD_NAME.value :]}"
