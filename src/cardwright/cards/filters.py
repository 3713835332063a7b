r"""Filters of an address book query: what a card must have to match (RFC 6352 section 10.5).

>>> wanted = Filter((PropFilter("EMAIL", (TextMatch("@acme.example", kind="ends-with"),)),))
>>> card = next(vcard.read("BEGIN:VCARD\nVERSION:3.0\nFN:W\nitem1.EMAIL:wile@ACME.example\nEND:VCARD\n"))
>>> matches(wanted, card)
True
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Final, Literal, NamedTuple, TypeAlias

from cardwright import vcard
from cardwright.cards.collations import COLLATIONS, unicode_casemap

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from cardwright.cards.collations import Collation

_ASCII: Final = re.compile("[\x00-\x7f]+")
Kind = Literal["equals", "contains", "starts-with", "ends-with"]
Test = Literal["anyof", "allof"]


class TextMatch(NamedTuple):
    """A text that a value must have (section 10.5.4)."""

    text: str
    kind: Kind = "contains"
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


def matches(wanted: Filter, card: vcard.Card) -> bool:
    """Say whether a card matches; VERSION, which is no property of `card.properties`, counts as one."""
    if not wanted.properties:
        return True
    entries = (*card.properties, ("VERSION", card.version, (), ""))
    return _TESTS[wanted.test](_has(one, entries) for one in wanted.properties)


def _has(wanted: PropFilter, entries: Sequence[vcard.Entry]) -> bool:
    group, _, name = wanted.name.upper().rpartition(".")
    named = [entry for entry in entries if entry[0].upper() == name and (not group or entry[3].upper() == group)]
    if not wanted.is_defined or not wanted.conditions:
        return bool(named) == wanted.is_defined
    test = _TESTS[wanted.test]
    return any(test(_is_true(one, entry) for one in wanted.conditions) for entry in named)


def _is_true(condition: Condition, entry: vcard.Entry) -> bool:
    if isinstance(condition, TextMatch):
        return _matches_text(condition, _texts(entry))
    name = condition.name.upper()
    values = [param[1:] for param in entry[2] if param[0] == name]
    if not condition.is_defined or condition.text is None:
        return bool(values) == condition.is_defined
    return bool(values) and _matches_text(condition.text, [value for members in values for value in members])


def _texts(entry: vcard.Entry) -> Sequence[str]:
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


def _matches_text(wanted: TextMatch, texts: Iterable[str]) -> bool:
    prepare, is_found, text = COLLATIONS[wanted.collation], _KINDS[wanted.kind], _prepared(wanted)
    return any(is_found(prepare(one), text) for one in texts) != wanted.is_negated


@lru_cache(maxsize=1_000)
def _prepared(wanted: TextMatch) -> str:
    return COLLATIONS[wanted.collation](wanted.text)


def _contains(text: str, part: str) -> bool:
    return part in text


_KINDS: Final[dict[Kind, Callable[[str, str], bool]]] = {
    "equals": str.__eq__,
    "contains": _contains,
    "starts-with": str.startswith,
    "ends-with": str.endswith,
}
_TESTS: Final[dict[Test, Callable[[Iterable[bool]], bool]]] = {"anyof": any, "allof": all}


class Needle(NamedTuple):
    """A text that a card has in a property, where it matches."""

    column: str
    """Of `searchable`."""
    text: str


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
    return _needles_of(wanted.test, [(Needle(column, text),) if text else None for text in texts])


def _needles_of(test: Test, alternatives: Sequence[tuple[Needle, ...] | None]) -> tuple[Needle, ...] | None:
    """Return those of all for `anyof`; for `allof` those that are the hardest to find."""
    known = [one for one in alternatives if one is not None]
    if not known or (test == "anyof" and len(known) < len(alternatives)):
        return None
    if test == "allof":
        return max(known, key=lambda some: min(len(one.text) for one in some))
    return tuple(dict.fromkeys([one for some in known for one in some]))


def _needle(wanted: TextMatch | None) -> str:
    """Return what stands in `searchable` of whatever has the text: the text, or its longest part in ASCII."""
    if wanted is None or wanted.is_negated:
        return ""
    if wanted.collation == "i;unicode-casemap":
        return _prepared(wanted)
    return unicode_casemap(max(_ASCII.findall(wanted.text), key=len, default=""))


def searchable(card: vcard.Card) -> dict[str, str]:
    """Return the texts of a card that a filter compares, by property, prepared for `i;unicode-casemap`, one a line.

    What is rarely asked for stands together under `""`.
    """
    columns: dict[str, list[str]] = {"": [card.version]}
    for entry in card.properties:
        lines = columns.setdefault(_column(entry[0].upper()), [])
        lines.append(unicode_casemap(_texts(entry)[0]))
        lines += [unicode_casemap(",".join(param[1:])) for param in entry[2]]
    return {column: "\n".join(lines) for column, lines in columns.items()}


def _column(name: str) -> str:
    return name if name in _COLUMNS else ""


_COLUMNS: Final = frozenset(
    ["FN", "N", "NICKNAME", "EMAIL", "TEL", "ORG", "TITLE", "UID", "CATEGORIES", "NOTE", "ADR", "URL"]
)
"""The properties that people look for."""
