"""What is written as XML is read the same: by libxml2, which is no expat, and by our own reader."""

from __future__ import annotations

import asyncio
import re
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from cardwright.surfaces.dav import xml_reading
from cardwright.surfaces.dav.multistatus import Propstat, response, status_response, streamed, whole
from cardwright.surfaces.dav.names import XML_LANG, C, D, split
from cardwright.surfaces.dav.xml_writing import DECLARED, attributes, content_of, element, escaped

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

IMPOSSIBLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
"""What XML cannot hold (XML 1.0 section 2.2)."""
NAMESPACES = st.sampled_from(["", "DAV:", "urn:x", "http://example.org/?a&b='c'", "%C3%BC", split(XML_LANG)[0]])
NAMES = st.builds(
    lambda namespace, local: f"{{{namespace}}}{local}" if namespace else local,
    NAMESPACES,
    st.sampled_from(["a", "b", "Ünïcode", "x-1.2_3"]),
)


def read(xml: str) -> etree._Element:
    return etree.fromstring(f"<a{DECLARED}>{xml}</a>".encode())


@given(st.text() | st.text("&<>\"'\r\n\t ]x\x00\x0b\x85\u2028\ufffe", max_size=20))
def test_any_text_is_read_as_it_was(text: str) -> None:
    """DV-31; DV-12: what cannot stand in XML is left out."""
    written = element("{DAV:}displayname", escaped(text), attributes([("b", text), ("{urn:x}c", text)]))
    (tree,) = read(written)
    kept = IMPOSSIBLE.sub("", text)
    assert (tree.text or "", tree.get("b"), tree.get("{urn:x}c")) == (kept, kept, kept)
    ours = xml_reading.read(f"<a{DECLARED}>{written}</a>".encode())[0]
    assert (ours.text or "", ours.get("b"), ours.get("{urn:x}c")) == (kept, kept, kept)


@given(NAMES, NAMES, NAMES)
def test_any_name_is_read_as_it_was(outer: str, inner: str, attribute: str) -> None:
    (tree,) = read(element(outer, element(inner), attributes([(attribute, "1"), ("other", "2")])))
    assert (tree.tag, tree[0].tag, tree.get(attribute), tree.get("other")) == (outer, inner, "1", "2")


TREES = st.recursive(
    st.builds(lambda name: (name, [], "", []), NAMES),
    lambda trees: st.tuples(
        NAMES,
        st.lists(st.tuples(NAMES, st.text("a<&\r\n\t\"'", max_size=5)), max_size=3, unique_by=lambda pair: pair[0]),
        st.text("a<&\n \xe4", max_size=5),
        st.lists(st.tuples(trees, st.text("b> ", max_size=3)), max_size=3),
    ),
    max_leaves=8,
)


def built(tree: tuple) -> ET.Element:
    name, values, text, children = tree
    made = ET.Element(name, dict(values))
    made.text = text
    for child, tail in children:
        made.append(inner := built(child))
        inner.tail = tail
    return made


def contents(tree: etree._Element | ET.Element) -> list[object]:
    return [
        tree.text or "",
        *[(child.tag, sorted(child.items()), contents(child), child.tail or "") for child in tree],
    ]


@given(TREES)
def test_what_a_client_sets_is_kept_and_needs_nothing_from_around_it(tree: tuple) -> None:
    """RFC 4918 section 4.3: names, attributes, texts and their order are kept."""
    sent = built(tree)
    kept = content_of(xml_reading.read(ET.tostring(sent, "utf-8")))
    assert contents(read(kept)) == contents(sent)
    assert contents(etree.fromstring(f"<y>{kept}</y>".encode())) == contents(sent)


@pytest.mark.parametrize(
    ("written", "xml"),
    [
        (element(f"{D}collection"), "<d:collection/>"),
        (element(f"{C}addressbook"), "<card:addressbook/>"),
        (element("{urn:x}a", "b"), "<x:a xmlns:x='urn:x'>b</x:a>"),
        (element("a", "b"), "<a>b</a>"),
        (
            response("/a&b", Propstat(200, "<d:a/>"), Propstat(404, "<d:b/>")),
            (
                "<d:response><d:href>/a&amp;b</d:href>"
                "<d:propstat><d:prop><d:a/></d:prop><d:status>HTTP/1.1 200 OK</d:status></d:propstat>"
                "<d:propstat><d:prop><d:b/></d:prop><d:status>HTTP/1.1 404 Not Found</d:status></d:propstat>"
                "</d:response>"
            ),
        ),
        (
            response("/a", Propstat(403, "<d:b/>", f"{D}cannot-modify-protected-property")),
            (
                "<d:response><d:href>/a</d:href><d:propstat><d:prop><d:b/></d:prop><d:status>HTTP/1.1 403 Forbidden"
                "</d:status><d:error><d:cannot-modify-protected-property/></d:error></d:propstat></d:response>"
            ),
        ),
        (
            status_response("/a", 404),
            "<d:response><d:href>/a</d:href><d:status>HTTP/1.1 404 Not Found</d:status></d:response>",
        ),
        (
            status_response("/a/", 507, f"{D}number-of-matches-within-limits"),
            (
                "<d:response><d:href>/a/</d:href><d:status>HTTP/1.1 507 Insufficient Storage</d:status>"
                "<d:error><d:number-of-matches-within-limits/></d:error></d:response>"
            ),
        ),
    ],
)
def test_elements_as_they_are_written(written: str, xml: str) -> None:
    """DV-5: hrefs are paths, status lines begin `HTTP/1.1 `; RFC 4918 section 14 has the order."""
    assert written == xml
    read(xml)


async def pieces_of(count: int) -> list[bytes]:
    async def responses() -> AsyncIterator[str]:
        for number in range(count):
            yield status_response(f"/{number}", 404)

    return [piece async for piece in streamed(responses())]


@pytest.mark.parametrize("count", [0, 1, 2_000])
def test_an_answer_leaves_in_pieces_and_is_whole(count: int) -> None:
    """DV-32: what is held of it does not grow."""
    pieces = asyncio.run(pieces_of(count))
    assert max(map(len, pieces)) < 40_000
    tree = etree.fromstring(b"".join(pieces))
    assert [(child.tag, child[0].text) for child in tree] == [(f"{D}response", f"/{it}") for it in range(count)]
    assert b"".join(pieces) == whole(*[status_response(f"/{it}", 404) for it in range(count)])
