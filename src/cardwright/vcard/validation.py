"""What of a card breaks the rules of its version: the table, said of one card."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final, NamedTuple

from cardwright.vcard.conversion.names import formatted
from cardwright.vcard.conversion.parameters import value_type
from cardwright.vcard.properties import PARAMETERS, Shape, lookup

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cardwright.vcard.card import Card
    from cardwright.vcard.model import Property

_NEEDED: Final = {"2.1": ("N",), "3.0": ("FN", "N"), "4.0": ("FN",)}
"""The properties that each version wants (vCard 2.1 2.2.1, RFC 2426 5, RFC 6350 6.2.1)."""
_BY_NAME: Final = {row.name: row for row in PARAMETERS}
_OLD_TYPES: Final = frozenset({"url", "inline", "content-id", "cid", "date", "date-time", "uri", "text", "binary"})
_BEST, _LEAST = 1, 100  # RFC 6350 section 5.3


class Problem(NamedTuple):
    """One thing on a card that its version does not allow."""

    place: str
    """The name of the property, and after a semicolon of the parameter."""
    message: str


def validate(card: Card) -> list[Problem]:
    """Return what the rules of the card's version say against it, in its order; nothing when it is valid.

    Properties and parameters that are not registered are allowed, as every version allows them.
    """
    return [*_missing(card), *_too_many(card), *[problem for entry in card for problem in _of(entry, card.version)]]


def _missing(card: Card) -> Iterator[Problem]:
    for name in _NEEDED[card.version]:
        if not card.all(name):
            yield Problem(name, f"vCard {card.version} wants one; there is none.")
        elif name == "FN" and not formatted(card.properties):
            yield Problem(name, "It is empty.")


def _too_many(card: Card) -> Iterator[Problem]:
    """Yield what may stand only once and stands oftener; alternatives (ALTID) are one (RFC 6350 section 5.4)."""
    seen = {(entry.name, entry.param("ALTID") or str(at)) for at, entry in enumerate(card)}
    for name, times in Counter(name for name, _ in seen).items():
        if times > 1 and lookup(name).cardinality in {"1", "*1"}:
            yield Problem(name, f"It may stand once and stands {times} times.")


def _of(entry: Property, version: str) -> Iterator[Problem]:
    row = lookup(entry.name)
    if version not in row.versions.split():
        yield Problem(entry.name, f"vCard {version} has no such property.")
    if row.components and isinstance(entry.value, tuple) and len(entry.value) > len(row.components):
        yield Problem(entry.name, f"It has {len(row.components)} components at most, not {len(entry.value)}.")
    kind = value_type(entry.params)
    allowed = {row.form(version)[0], *row.types.split(), *(_OLD_TYPES if version != "4.0" else ("uri", "text"))}
    if kind and row.shape is not Shape.UNKNOWN and kind not in allowed and not kind.startswith("x-"):
        yield Problem(f"{entry.name};VALUE", f"{kind} is no type of its value.")
    for name, *values in entry.params:
        known = _BY_NAME.get(name)
        is_data = name == "MEDIATYPE" and isinstance(entry.value, bytes)  # TYPE says it there, and MEDIATYPE here
        if known and version not in known.versions.split() and not is_data:
            yield Problem(f"{entry.name};{name}", f"vCard {version} has no such parameter.")
        elif name == "PREF" and not (values[0].isdecimal() and _BEST <= int(values[0][:4]) <= _LEAST):
            yield Problem(f"{entry.name};PREF", "It is a number from 1 to 100.")
