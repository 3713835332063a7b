r"""Says which cards match a filter (`filters`), with the texts of a card prepared once for all of its conditions.

>>> wanted = Filter((PropFilter("EMAIL", (TextMatch("@acme.example", kind="ends-with"),)),))
>>> card = next(vcard.read("BEGIN:VCARD\nVERSION:3.0\nFN:W\nitem1.EMAIL:wile@ACME.example\nEND:VCARD\n"))
>>> Matcher(wanted).matches(card)
True
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from cardwright.cards.collations import COLLATIONS
from cardwright.cards.filters import TextMatch, texts_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from cardwright import vcard
    from cardwright.cards.collations import Collation
    from cardwright.cards.filters import Condition, Filter, PropFilter, Test, TextMatchKind

_EDGE: Final = "\0"
"""Before, between and behind the texts of a value that has several. No XML has it, so none is asked for."""
_EDGE_INSIDE: Final = "\1"
"""What counts in its place where a card has it in a text; no XML has this either."""
_LEAST: Final = 64
"""Characters as which a shorter text counts: to compare it takes as long."""
_PIECE: Final = 64 * 1024
"""Characters that are looked through in one go: meanwhile no other thread has a turn."""


class ComparedTooMuchError(Exception):
    """The texts of the cards that were looked at are too long for so many conditions."""


class Matcher:
    """Judges one card after the other by a filter."""

    def __init__(self, wanted: Filter, most: int | None = None) -> None:
        """Compare so many characters at most, each text counted once for each condition that looks at it."""
        self._test = _TESTS[wanted.test]
        self._properties = [_Property.of(one) for one in wanted.properties]
        self._left = most

    @property
    def is_spent(self) -> bool:
        """Say whether `most` characters were compared, so that no card is judged any more."""
        return self._left is not None and self._left < 0

    def matches(self, card: vcard.Card) -> bool:
        """Say whether a card matches; VERSION, which is no property of `card.properties`, counts as one.

        ComparedTooMuchError once more than `most` characters were compared, of all cards together.
        """
        if not self._properties:
            return True
        by_name: dict[str, list[_Entry]] = {}
        for entry in (*card.properties, ("VERSION", card.version, (), "")):
            by_name.setdefault(entry[0].upper(), []).append(_Entry(entry))
        return self._test(self._has(wanted, by_name.get(wanted.name, ())) for wanted in self._properties)

    def _has(self, wanted: _Property, named: Sequence[_Entry]) -> bool:
        if wanted.group:
            named = [entry for entry in named if entry.group == wanted.group]
        if not wanted.is_defined or not wanted.conditions:
            return bool(named) == wanted.is_defined
        return any(wanted.test(self._is_true(one, entry) for one in wanted.conditions) for entry in named)

    def _is_true(self, condition: _Condition, entry: _Entry) -> bool:
        texts = entry.parameter(condition.parameter) if condition.parameter else entry.texts()
        text = condition.text
        if text is None:
            return (texts is not None) == condition.is_defined
        if texts is None:
            return False
        compared = texts.prepared(text.collation)
        if self._left is not None:
            self._left -= max(_LEAST, len(compared))
            if self.is_spent:
                raise ComparedTooMuchError
        return (
            _contains(compared, text.framed) if texts.are_several else text.is_found(compared, text.part)
        ) != text.is_negated


class _Text(NamedTuple):
    """A text that is asked for, prepared."""

    collation: Collation
    is_found: Callable[[str, str], bool]
    part: str
    framed: str
    """What stands in several texts, with their edges, of which one has it."""
    is_negated: bool

    @classmethod
    def of(cls, wanted: TextMatch) -> _Text:
        part = COLLATIONS[wanted.collation](wanted.text.replace(_EDGE, _EDGE_INSIDE))
        is_found, before, behind = _KINDS[wanted.kind]
        return cls(wanted.collation, is_found, part, f"{before}{part}{behind}", wanted.is_negated)


class _Condition(NamedTuple):
    """What a value must have, or a parameter of the property; of one without text, whether it must be there."""

    text: _Text | None
    parameter: str
    is_defined: bool

    @classmethod
    def of(cls, wanted: Condition) -> _Condition:
        if isinstance(wanted, TextMatch):
            return cls(_Text.of(wanted), "", is_defined=True)
        text = _Text.of(wanted.text) if wanted.text and wanted.is_defined else None
        return cls(text, wanted.name.upper(), wanted.is_defined)


class _Property(NamedTuple):
    """What a property must be."""

    name: str
    group: str
    conditions: Sequence[_Condition]
    test: Callable[[Iterable[bool]], bool]
    is_defined: bool

    @classmethod
    def of(cls, wanted: PropFilter) -> _Property:
        group, _, name = wanted.name.upper().rpartition(".")
        conditions = [_Condition.of(one) for one in dict.fromkeys(wanted.conditions)]
        return cls(name, group, conditions, _TESTS[wanted.test], wanted.is_defined)


class _Entry:
    """A property of a card, with what its conditions compare."""

    __slots__ = ("_entry", "_parameters", "_texts", "group")

    def __init__(self, entry: vcard.Entry) -> None:
        self._entry = entry
        self._texts: _Texts | None = None
        self._parameters: dict[str, _Texts] | None = None
        self.group = entry[3].upper()

    def texts(self) -> _Texts:
        """Return the texts of its value."""
        if self._texts is None:
            self._texts = _Texts(texts_of(self._entry))
        return self._texts

    def parameter(self, name: str) -> _Texts | None:
        """Return the values of a parameter, None for one that is not there."""
        if self._parameters is None:
            values: dict[str, list[str]] = {}
            for one, *several in self._entry[2]:
                values.setdefault(one, []).extend(several)
            self._parameters = {one: _Texts(several) for one, several in values.items()}
        return self._parameters.get(name)


class _Texts:
    """The texts of a value, or of a parameter, prepared once for each collation."""

    __slots__ = ("_prepared", "_text", "are_several")

    def __init__(self, texts: Sequence[str]) -> None:
        self.are_several = len(texts) != 1
        self._text = texts[0].replace(_EDGE, _EDGE_INSIDE) if len(texts) == 1 else _framed(texts)
        self._prepared: dict[Collation, str] = {}

    def prepared(self, collation: Collation) -> str:
        """Return the text as it is compared; of several all, with their edges."""
        if collation not in self._prepared:
            self._prepared[collation] = COLLATIONS[collation](self._text)
        return self._prepared[collation]


def _framed(texts: Sequence[str]) -> str:
    if any(_EDGE in text for text in texts):
        texts = [text.replace(_EDGE, _EDGE_INSIDE) for text in texts]
    return f"{_EDGE}{_EDGE.join(texts)}{_EDGE}"


def _contains(text: str, part: str) -> bool:
    if len(text) <= _PIECE:
        return part in text
    step = max(_PIECE, len(part))
    starts = range(0, len(text) - len(part) + 1, step)
    return any(text.find(part, at, at + step + len(part) - 1) >= 0 for at in starts)


_KINDS: Final[dict[TextMatchKind, tuple[Callable[[str, str], bool], str, str]]] = {
    "equals": (str.__eq__, _EDGE, _EDGE),
    "contains": (_contains, "", ""),
    "starts-with": (str.startswith, _EDGE, ""),
    "ends-with": (str.endswith, "", _EDGE),
}
"""How each kind compares one text, and what stands before and behind a part in several."""
_TESTS: Final[dict[Test, Callable[[Iterable[bool]], bool]]] = {"anyof": any, "allof": all}
