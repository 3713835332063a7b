"""The filter of an address book query, from XML (RFC 6352 section 10.5).

What the document type of the RFC does not allow is told as a filter that cannot be (DV-23); elements of other
namespaces say nothing here (RFC 4918 section 17).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, TypeVar, cast, get_args

from cardwright.cards.collations import COLLATIONS
from cardwright.cards.filters import Filter, ParamFilter, PropFilter, Test, TextMatch, TextMatchKind
from cardwright.limits import QUERY_CONDITIONS, QUERY_TEXTS
from cardwright.surfaces.dav.errors import SUPPORTED_COLLATION, SUPPORTED_FILTER, MalformedError, PreconditionError
from cardwright.surfaces.dav.names import C

if TYPE_CHECKING:
    from collections.abc import Collection
    from xml.etree.ElementTree import Element

    from cardwright.cards.filters import Condition

_PROP_FILTER: Final = C + "prop-filter"
_PARAM_FILTER: Final = C + "param-filter"
_TEXT_MATCH: Final = C + "text-match"
_NOT_DEFINED: Final = C + "is-not-defined"
_NAME: Final = re.compile(r"[!#-+\-./0-9<>-~]+")
"""A name, with a group before it or without: what the card reader takes for one (RFC 6350 section 3.3)."""
_DEFAULT: Final = "i;unicode-casemap"
_Choice = TypeVar("_Choice", bound=str)


def read_filter(query: Element) -> Filter:
    """Return the filter of an `addressbook-query`; without one, as KDE and Nextcloud's web app send it, the empty one.

    MalformedError for two; PreconditionError for one that cannot be, and for a collation that is not offered.
    """
    filters = query.findall(C + "filter")
    if len(filters) > 1:
        raise MalformedError("An address book query has one filter.")
    if not filters:
        return Filter()
    (element,) = filters
    _check(element, {_PROP_FILTER})
    elements = list(element.iter())
    texts = sum(len(one.text or "") for one in elements)
    if len(elements) > QUERY_CONDITIONS.value or texts > QUERY_TEXTS.value:
        raise PreconditionError(SUPPORTED_FILTER)
    return Filter(tuple(map(_prop_filter, element.findall(_PROP_FILTER))), _test(element))


def _prop_filter(element: Element) -> PropFilter:
    _check(element, {_TEXT_MATCH, _PARAM_FILTER, _NOT_DEFINED})
    conditions = tuple([_condition(child) for child in element if child.tag in {_TEXT_MATCH, _PARAM_FILTER}])
    return PropFilter(_name(element), conditions, _test(element), _is_defined(element, conditions))


def _condition(element: Element) -> Condition:
    if element.tag == _TEXT_MATCH:
        return _text_match(element)
    _check(element, {_TEXT_MATCH, _NOT_DEFINED})
    texts = [_text_match(child) for child in element.findall(_TEXT_MATCH)]
    if len(texts) > 1:
        raise PreconditionError(SUPPORTED_FILTER)
    return ParamFilter(_name(element), texts[0] if texts else None, _is_defined(element, texts))


def _text_match(element: Element) -> TextMatch:
    asked = element.get("collation", _DEFAULT).lower()
    collation = _DEFAULT if asked == "default" else asked  # RFC 4790 section 3.1
    if collation not in COLLATIONS:
        raise PreconditionError(SUPPORTED_COLLATION)
    _check(element, ())
    kind = _choice(element, "match-type", get_args(TextMatchKind), "contains")
    is_negated = _choice(element, "negate-condition", ("yes", "no"), "no") == "yes"
    return TextMatch(element.text or "", cast("TextMatchKind", kind), collation, is_negated)


def _is_defined(element: Element, conditions: Collection[Condition]) -> bool:
    """Say whether it is to be there; what is not to be there has no conditions."""
    is_defined = element.find(_NOT_DEFINED) is None
    if not is_defined and conditions:
        raise PreconditionError(SUPPORTED_FILTER)
    return is_defined


def _name(element: Element) -> str:
    name = element.get("name", "")
    if not _NAME.fullmatch(name):
        raise PreconditionError(SUPPORTED_FILTER)
    return name


def _test(element: Element) -> Test:
    return cast("Test", _choice(element, "test", get_args(Test), "anyof"))


def _choice(element: Element, attribute: str, choices: Collection[_Choice], default: _Choice) -> _Choice:
    value = element.get(attribute, default)
    if value not in choices:
        raise PreconditionError(SUPPORTED_FILTER)
    return cast("_Choice", value)


def _check(element: Element, children: Collection[str]) -> None:
    """Raise for an element of CardDAV that has no place here: it would change what the filter means."""
    if any(child.tag.startswith(C) and child.tag not in children for child in element):
        raise PreconditionError(SUPPORTED_FILTER)
