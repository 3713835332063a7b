"""Filters and cards that have much in common, for tests of what finds one by the other."""

from __future__ import annotations

from hypothesis import strategies as st

from cardwright.cards.collations import COLLATIONS
from cardwright.cards.filters import Filter, ParamFilter, PropFilter, TextMatch
from cardwright.vcard import Property

KINDS = st.sampled_from(["equals", "contains", "starts-with", "ends-with"])
WORDS = st.text(st.sampled_from("aAé\u0301ßéÅ,;ﬁ\u0131K1 "), max_size=3)
TEXT_MATCHES = st.builds(TextMatch, WORDS, KINDS, st.sampled_from(sorted(COLLATIONS)), st.booleans())
CONDITIONS = (
    TEXT_MATCHES
    | st.builds(ParamFilter, st.sampled_from(["TYPE", "X-A"]), st.none() | TEXT_MATCHES, st.just(True))  # noqa: FBT003 - `is_defined`
    | st.builds(ParamFilter, st.just("TYPE"), st.none(), st.booleans())
)
NAMES = st.sampled_from(["NOTE", "N", "item1.NOTE", "VERSION", "X-B"])
ANY_OR_ALL = st.sampled_from(["anyof", "allof"])
PROP_FILTERS = st.builds(PropFilter, NAMES, st.lists(CONDITIONS, max_size=3).map(tuple), ANY_OR_ALL, st.booleans())
FILTERS = st.builds(Filter, st.lists(PROP_FILTERS, max_size=3).map(tuple), ANY_OR_ALL)
PARAMS = st.dictionaries(st.sampled_from(["TYPE", "X-A"]), st.lists(WORDS, min_size=1, max_size=2), max_size=2)
PROPERTIES = st.builds(
    Property, st.sampled_from(["NOTE", "N", "X-B"]), WORDS, PARAMS, st.sampled_from(["", "item1"])
) | st.builds(Property, st.just("N"), st.lists(WORDS | st.lists(WORDS, max_size=2), max_size=3), PARAMS, st.just(""))
