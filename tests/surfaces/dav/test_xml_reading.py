"""What is read of an XML body (DV-31), as one table; that any bytes are read or refused in words: `tests/fuzz`."""

from __future__ import annotations

import random
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from cardwright.limits import XML_DEPTH, XML_ELEMENTS
from cardwright.surfaces.dav.names import XML_LANG
from cardwright.surfaces.dav.xml_reading import MalformedXmlError, XmlTooLargeError, read
from fuzz.mutation import mutated
from fuzz.xml_bodies import body

if TYPE_CHECKING:
    from collections.abc import Callable

SAMPLES = sorted((Path(__file__).parents[2] / "corpus" / "xml").glob("*.xml"))
ENTITY = b'<!DOCTYPE a [<!ENTITY b "cc">]><a>&b;</a>'


@pytest.mark.parametrize(
    "sent",
    [
        b'<propfind xmlns="DAV:"><allprop/></propfind>',
        b'<d:propfind xmlns:d="DAV:"><d:allprop/></d:propfind>',
        b"<?xml version='1.0'?>\n<A:propfind xmlns:A='DAV:'><B:allprop xmlns:B='DAV:'/></A:propfind>\n",
        b'\xef\xbb\xbf<propfind xmlns="DAV:"><allprop></allprop></propfind>',
        b'<!-- a --><propfind xmlns="DAV:"><?php b?><!-- c --><allprop/></propfind><!-- d -->',
        '<?xml version="1.0" encoding="utf-16"?><propfind xmlns="DAV:"><allprop/></propfind>'.encode("utf-16"),
        '<propfind xmlns="DAV:"><allprop/></propfind>'.encode("utf-16"),
        b"\xfe\xff" + '<propfind xmlns="DAV:"><allprop/></propfind>'.encode("utf-16-be"),
        b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?><propfind xmlns="DAV:"><allprop/></propfind>',
        b'<?xml version="1.0" encoding="ISO-8859-1"?><propfind xmlns="DAV:"><allprop/></propfind>',
    ],
)
def test_namespaces_prefixes_and_encodings_never_matter(sent: bytes) -> None:
    """DV-31."""
    tree = read(sent)
    assert (tree.tag, [child.tag for child in tree]) == ("{DAV:}propfind", ["{DAV:}allprop"])


def test_names_texts_and_attributes_are_as_they_came() -> None:
    tree = read(
        '<a xml:lang="de" xmlns:x="urn:x" x:y="1" z="&lt;&#10;"> '
        'Ü&amp;<![CDATA[<&]]><b xmlns="">2</b>3&#13;</a>'.encode()
    )
    assert tree.items() == [(XML_LANG, "de"), ("{urn:x}y", "1"), ("z", "<\n")]
    assert (tree.tag, tree.text, tree[0].tag, tree[0].text, tree[0].tail) == ("a", " Ü&<&", "b", "2", "3\r")


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        (b"", "no element found"),
        (b"  \n", "no element found"),
        (b"<a>", "no element found"),
        (b"<a></b>", "mismatched tag"),
        (b"<a/><b/>", "junk after document element"),
        (b"<a><b></a></b>", "mismatched tag"),
        (b"a", "syntax error"),
        (b"<a>\x00</a>", "not well-formed"),
        (b"<a>\x0b</a>", "not well-formed"),
        (b"<a>&#0;</a>", "invalid character number"),
        (b"<a>&#xd800;</a>", "invalid character number"),
        (b"<a>\xff</a>", "not well-formed"),
        (b"<a>\xed\xa0\x80</a>", "not well-formed"),
        (b"<a>&b;</a>", "undefined entity"),
        (b"<d:a/>", "unbound prefix"),
        (b'<a xmlns:b=""/>', "must not undeclare prefix"),
        (b'<a xmlns:xml="urn:b"/>', "prefix"),
        (b'<a xmlns="urn:}b"/>', "syntax error"),
        (b'<a b="1" b="2"/>', "duplicate attribute"),
        (b'<a xmlns:b="urn:b" xmlns:c="urn:b" b:d="" c:d=""/>', "duplicate attribute"),
        (b"<!DOCTYPE a><a/>", "a document type (DTD)"),
        (ENTITY, "a document type (DTD)"),
        (ENTITY.decode().encode("utf-16"), "a document type (DTD)"),
        (b'<!DOCTYPE a SYSTEM "http://192.0.2.1/a.dtd"><a/>', "a document type (DTD)"),
        (b'<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>', "a document type (DTD)"),
        (b'<!DOCTYPE a [<!ENTITY % b SYSTEM "file:///etc/passwd"> %b;]><a/>', "a document type (DTD)"),
        (b'<?xml version="1.0" encoding="windows-1252"?><a/>', "an encoding that is not read here"),
        (b'<?xml version="1.0" encoding="unicode_escape"?><a/>', "an encoding that is not read here"),
        (b'<?xml version="1.0" encoding="utf-7"?><a/>', "an encoding that is not read here"),
        (b'<?xml version="1.0" encoding="utf-16"?><a/>', "encoding"),
    ],
)
def test_what_is_no_xml_or_has_a_document_type_is_refused_in_words(sent: bytes, said: str) -> None:
    """DV-31: no DTD, no entities; malformed is 400."""
    with pytest.raises(MalformedXmlError) as refused:
        read(sent)
    assert said in str(refused.value)
    assert str(refused.value).startswith("The body ")


def nested(depth: int) -> bytes:
    return b"<a>" * depth + b"</a>" * depth


def siblings(count: int) -> bytes:
    return b"<a>" + b"<b/>" * (count - 1) + b"</a>"


@pytest.mark.parametrize(
    ("make", "limit", "error"),
    [
        (nested, XML_DEPTH.value, MalformedXmlError),
        (siblings, XML_ELEMENTS.value, XmlTooLargeError),
    ],
)
def test_depth_and_number_of_elements_have_limits(
    make: Callable[[int], bytes], limit: int, error: type[Exception]
) -> None:
    """DV-31: 100 levels."""
    assert read(make(limit)).tag == "a"
    with pytest.raises(error, match=r"more than [\d,]+ elements"):
        read(make(limit + 1))


def test_any_bytes_are_read_or_refused_and_what_was_read_is_written_the_same() -> None:
    chance = random.Random(16)  # noqa: S311 - no secrets here
    samples = [sample.read_bytes() for sample in SAMPLES]
    for _ in range(500):
        body(mutated(samples, chance))
