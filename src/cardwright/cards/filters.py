"""Filters of an address book query: what a card must have to match (RFC 6352 section 10.5), as `matching` judges it.

What a filter needs a card to have, if it needs anything, is a needle: so few cards are looked at.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Final, Literal, NamedTuple, TypeAlias

from cardwright import vcard
from cardwright.cards.collations import COLLATIONS, unicode_casemap

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cardwright.cards.collations import Collation

_ASCII: Final = re.compile("[\x00-\x7f]+")
TextMatchKind = Literal["equals", "contains", "starts-with", "ends-with"]
Test = Literal["anyof", "allof"]


class TextMatch(NamedTuple):
    """A text that a value must have (section 10.5.4)."""

    text: str
    kind: TextMatchKind = "contains"
    collation: Collation = "i;unicode-casemap"
    is_negated: bool = False
    """The value must not have it."""


class ParamFilter(NamedTuple):
    """What a parameter of the property must be (section 10.5.2): there; not there; there, with a value that matches."""

    name: str
    text: TextMatch | None = None
    is_defined: bool = True


Condition: TypeAlias = "TextMatch | ParamFilter"


class PropFilter(NamedTuple):
    """What a property must be (section 10.5.1): there; not there; there, with any or all of the conditions true.

    All of them must be true of one and the same property: with two addresses, the one that is of `TYPE=work` must
    contain the text. A negated text is true of a card of which one property has another text.
    """

    name: str
    """`TEL`, of any group; or `item1.TEL`, of that one alone. Any case."""
    conditions: tuple[Condition, ...] = ()
    test: Test = "anyof"
    is_defined: bool = True


class Filter(NamedTuple):
    """What a card must have: any or all of these. None matches every card (section 10.5)."""

    properties: tuple[PropFilter, ...] = ()
    test: Test = "anyof"


def texts_of(entry: vcard.Entry) -> Sequence[str]:
    """Return the texts of a value: of one with members (N, CATEGORIES) the whole, as it stands, and each of them.

    A photo that is inline has none to compare.
    """
    name, value, _, _ = entry
    if isinstance(value, str):
        return (value,)
    if isinstance(value, bytes):
        return ("",)
    members = [member for part in value for member in ((part,) if isinstance(part, str) else part)]
    whole = vcard.lookup(name).shape.separator.join(
        [part if isinstance(part, str) else ",".join(part) for part in value]
    )
    return [whole, *members]


@lru_cache(maxsize=1_000)
def _prepared(wanted: TextMatch) -> str:
    return COLLATIONS[wanted.collation](wanted.text)


class Needle(NamedTuple):
    """A text that a card has in a property, where it matches."""

    column: str
    """Of `searchable`."""
    text: str
    kind: TextMatchKind | None = None
    """How a value of the property has it; None where a parameter may have it instead."""


def needles(wanted: Filter) -> tuple[Needle, ...] | None:
    """Return needles of which a card that matches has one at least; None for a filter that has none.

    So few cards need a closer look. A text that must not be there, or a property that need only be there, gives none.
    """
    return _needles_of(wanted.test, [_needles_of_property(one) for one in wanted.properties])


def _needles_of_property(wanted: PropFilter) -> tuple[Needle, ...] | None:
    if not wanted.is_defined:
        return None
    column = _column(wanted.name.upper().rpartition(".")[2])
    texts = [_needle(one.text if isinstance(one, ParamFilter) else one) for one in wanted.conditions]
    kinds = [_kind(one, text) for one, text in zip(wanted.conditions, texts, strict=True)]
    found = zip(texts, kinds, strict=True)
    return _needles_of(wanted.test, [(Needle(column, text, kind),) if text else None for text, kind in found])


def _needles_of(test: Test, alternatives: Sequence[tuple[Needle, ...] | None]) -> tuple[Needle, ...] | None:
    """Return those of all for `anyof`; for `allof` the hardest to find, such as values begin with before others."""
    known = [one for one in alternatives if one is not None]
    if not known or (test == "anyof" and len(known) < len(alternatives)):
        return None
    if test == "allof":
        return max(known, key=lambda some: (all(map(_begins, some)), min(len(one.text) for one in some)))
    return tuple(dict.fromkeys([one for some in known for one in some]))


def _needle(wanted: TextMatch | None) -> str:
    """Return what stands in `searchable` of whatever has the text: the text, or its longest part in ASCII."""
    if wanted is None or wanted.is_negated:
        return ""
    if wanted.collation == "i;unicode-casemap":
        return _prepared(wanted)
    return unicode_casemap(max(_ASCII.findall(wanted.text), key=len, default=""))


def _kind(wanted: Condition, text: str) -> TextMatchKind | None:
    """Return how a value has what stands for a text: its longest part in ASCII says less than the text."""
    if isinstance(wanted, ParamFilter):
        return None
    if unicode_casemap(wanted.text) == text:
        return wanted.kind
    is_begin = wanted.kind in {"equals", "starts-with"} and unicode_casemap(wanted.text).startswith(text)
    return "starts-with" if is_begin else "contains"


def _begins(needle: Needle) -> bool:
    return needle.kind in {"equals", "starts-with"}


def searchable(card: vcard.Card) -> dict[str, str]:
    """Return the texts of a card that a filter compares, by property, prepared for `i;unicode-casemap`, one a line.

    What is rarely asked for stands together under `""`.
    """
    columns: dict[str, list[str]] = {"": [card.version]}
    for entry in card.properties:
        lines = columns.setdefault(_column(entry[0].upper()), [])
        lines.append(unicode_casemap(texts_of(entry)[0]))
        lines += [unicode_casemap(",".join(param[1:])) for param in entry[2]]
    return {column: "\n".join(lines) for column, lines in columns.items()}


def _column(name: str) -> str:
    return name if name in _COLUMNS else ""


_COLUMNS: Final = frozenset(
    ["FN", "N", "NICKNAME", "EMAIL", "TEL", "ORG", "TITLE", "UID", "CATEGORIES", "NOTE", "ADR", "URL"]
)
"""The properties that people look for."""
