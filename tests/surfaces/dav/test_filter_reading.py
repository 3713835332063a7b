"""Filters as clients send them: what is read, and what cannot be (RFC 6352 section 10.5, DV-23)."""

from __future__ import annotations

import pytest
from hypothesis import given

from cards.filter_strategies import FILTERS
from cardwright.cards.filters import Condition, Filter, ParamFilter, PropFilter, TextMatch
from cardwright.limits import QUERY_CONDITIONS, QUERY_TEXTS
from cardwright.surfaces.dav.errors import (
    SUPPORTED_COLLATION,
    SUPPORTED_FILTER,
    MalformedError,
    Precondition,
    PreconditionError,
)
from cardwright.surfaces.dav.filter_reading import read_filter
from cardwright.surfaces.dav.xml_reading import read
from cardwright.surfaces.dav.xml_writing import attributes, element, escaped

NS = 'xmlns:c="urn:ietf:params:xml:ns:carddav" xmlns:x="urn:x"'
C = "{urn:ietf:params:xml:ns:carddav}"


def filter_of(xml: str) -> Filter:
    return read_filter(read(f"<c:addressbook-query {NS}>{xml}</c:addressbook-query>".encode()))


READ = {
    "empty": ("<c:filter/>", Filter()),
    "none, as KDE sends it": ("", Filter()),
    "the defaults": (
        '<c:filter><c:prop-filter name="FN"><c:text-match>a</c:text-match></c:prop-filter></c:filter>',
        Filter((PropFilter("FN", (TextMatch("a"),)),)),
    ),
    "everything": (
        (
            '<c:filter test="allof"><c:prop-filter name="item1.EMAIL" test="allof">'
            '<c:text-match collation="i;octet" match-type="ends-with" negate-condition="yes"> a&amp;b </c:text-match>'
            '<c:param-filter name="TYPE"><c:text-match collation="i;ascii-casemap" match-type="equals">HOME'
            "</c:text-match></c:param-filter></c:prop-filter>"
            '<c:prop-filter name="TEL"><c:is-not-defined/></c:prop-filter></c:filter>'
        ),
        Filter(
            (
                PropFilter(
                    "item1.EMAIL",
                    (
                        TextMatch(" a&b ", "ends-with", "i;octet", is_negated=True),
                        ParamFilter("TYPE", TextMatch("HOME", "equals", "i;ascii-casemap")),
                    ),
                    "allof",
                ),
                PropFilter("TEL", is_defined=False),
            ),
            "allof",
        ),
    ),
    "a parameter that is there, and one that is not": (
        (
            '<c:filter><c:prop-filter name="TEL"><c:param-filter name="TYPE"/><c:param-filter name="PREF">'
            "<c:is-not-defined/></c:param-filter></c:prop-filter></c:filter>"
        ),
        Filter((PropFilter("TEL", (ParamFilter("TYPE"), ParamFilter("PREF", is_defined=False))),)),
    ),
    "conditions in their order": (
        (
            '<c:filter><c:prop-filter name="N"><c:param-filter name="A"/><c:text-match>a</c:text-match></c:prop-filter>'
            "</c:filter>"
        ),
        Filter((PropFilter("N", (ParamFilter("A"), TextMatch("a"))),)),
    ),
    "the default collation by its name": (
        (
            '<c:filter><c:prop-filter name="N"><c:text-match collation="default">a</c:text-match></c:prop-filter>'
            "</c:filter>"
        ),
        Filter((PropFilter("N", (TextMatch("a"),)),)),
    ),
    "an empty text": (
        '<c:filter><c:prop-filter name="N"><c:text-match/></c:prop-filter></c:filter>',
        Filter((PropFilter("N", (TextMatch(""),)),)),
    ),
    "what is of no known namespace says nothing": (
        '<c:filter x:a="1"><x:prop-filter/><c:prop-filter name="N"><x:y/></c:prop-filter></c:filter>',
        Filter((PropFilter("N"),)),
    ),
}


@pytest.mark.parametrize(("xml", "expected"), READ.values(), ids=READ)
def test_a_filter_is_read(xml: str, expected: Filter) -> None:
    assert filter_of(xml) == expected


def in_prop_filter(xml: str, name: str = 'name="N"') -> str:
    return f"<c:filter><c:prop-filter {name}>{xml}</c:prop-filter></c:filter>"


REFUSED = {
    "10.5: test": ('<c:filter test="someof"/>', SUPPORTED_FILTER),
    "10.5: another element": ('<c:filter><c:comp-filter name="VCARD"/></c:filter>', SUPPORTED_FILTER),
    "10.5.1: no name": (in_prop_filter("", ""), SUPPORTED_FILTER),
    "10.5.1: an empty name": (in_prop_filter("", 'name=""'), SUPPORTED_FILTER),
    "10.5.1: no card has such a name": (in_prop_filter("", 'name="A B"'), SUPPORTED_FILTER),
    "10.5.1: test": (in_prop_filter("", 'name="N" test="any"'), SUPPORTED_FILTER),
    "10.5.1: another element": (in_prop_filter("<c:time-range/>"), SUPPORTED_FILTER),
    "10.5.1: not there, with a text": (
        in_prop_filter("<c:is-not-defined/><c:text-match>a</c:text-match>"),
        SUPPORTED_FILTER,
    ),
    "10.5.2: no name": (in_prop_filter("<c:param-filter/>"), SUPPORTED_FILTER),
    "10.5.2: two texts": (
        in_prop_filter('<c:param-filter name="A"><c:text-match/><c:text-match/></c:param-filter>'),
        SUPPORTED_FILTER,
    ),
    "10.5.2: not there, with a text": (
        in_prop_filter('<c:param-filter name="A"><c:is-not-defined/><c:text-match/></c:param-filter>'),
        SUPPORTED_FILTER,
    ),
    "10.5.2: another element": (
        in_prop_filter('<c:param-filter name="A"><c:param-filter name="B"/></c:param-filter>'),
        SUPPORTED_FILTER,
    ),
    "10.5.4: match-type": (in_prop_filter('<c:text-match match-type="like">a</c:text-match>'), SUPPORTED_FILTER),
    "10.5.4: negate-condition": (
        in_prop_filter('<c:text-match negate-condition="true">a</c:text-match>'),
        SUPPORTED_FILTER,
    ),
    "10.5.4: an element in a text": (in_prop_filter("<c:text-match>a<c:b/></c:text-match>"), SUPPORTED_FILTER),
    "8.3: a collation that is not offered": (
        in_prop_filter('<c:text-match collation="i;basic">a</c:text-match>'),
        SUPPORTED_COLLATION,
    ),
    "8.3: no wildcards": (in_prop_filter('<c:text-match collation="i;*">a</c:text-match>'), SUPPORTED_COLLATION),
    "8.3: of a parameter": (
        in_prop_filter('<c:param-filter name="A"><c:text-match collation="x">a</c:text-match></c:param-filter>'),
        SUPPORTED_COLLATION,
    ),
}


@pytest.mark.parametrize(("xml", "broken"), REFUSED.values(), ids=REFUSED)
def test_a_filter_that_cannot_be(xml: str, broken: Precondition) -> None:
    with pytest.raises(PreconditionError) as caught:
        filter_of(xml)
    assert caught.value.broken == broken


def test_a_query_has_one_filter() -> None:
    with pytest.raises(MalformedError):
        filter_of("<c:filter/><c:filter/>")


def test_a_filter_has_so_many_elements() -> None:
    """One more and it is refused, before a card is looked at."""
    many = '<c:prop-filter name="N"/>' * (QUERY_CONDITIONS.value - 1)
    assert len(filter_of(f"<c:filter>{many}</c:filter>").properties) == QUERY_CONDITIONS.value - 1
    with pytest.raises(PreconditionError):
        filter_of(f'<c:filter>{many}<c:prop-filter name="N"/></c:filter>')


def test_a_filter_has_so_much_text() -> None:
    """Of all conditions together: to prepare it takes time on the event loop."""
    half = QUERY_TEXTS.value // 2
    matches = f"<c:text-match>{'x' * half}</c:text-match>" * 2
    filters = '<c:filter><c:prop-filter name="N">{}</c:prop-filter></c:filter>'
    assert len(filter_of(filters.format(matches)).properties[0].conditions) == 2
    with pytest.raises(PreconditionError):
        filter_of(filters.format(matches + "<c:text-match>x</c:text-match>"))


@given(FILTERS)
def test_what_is_written_is_read(wanted: Filter) -> None:
    """A filter whose absent property has conditions cannot be."""
    if any(not one.is_defined and one.conditions for one in wanted.properties):
        return
    written = "".join([_prop_filter(one) for one in wanted.properties])
    xml = element(f"{C}filter", written, attributes([("test", wanted.test)])).replace("card:", "c:")
    assert filter_of(xml) == wanted


def _prop_filter(one: PropFilter) -> str:
    content = "".join([_condition(it) for it in one.conditions]) if one.is_defined else element(f"{C}is-not-defined")
    return element(f"{C}prop-filter", content, attributes([("name", one.name), ("test", one.test)]))


def _condition(one: Condition) -> str:
    if isinstance(one, ParamFilter):
        content = _condition(one.text) if one.text else "" if one.is_defined else element(f"{C}is-not-defined")
        return element(f"{C}param-filter", content, attributes([("name", one.name)]))
    said = [
        ("match-type", one.kind),
        ("collation", one.collation),
        ("negate-condition", ["no", "yes"][one.is_negated]),
    ]
    return element(f"{C}text-match", escaped(one.text), attributes(said))
