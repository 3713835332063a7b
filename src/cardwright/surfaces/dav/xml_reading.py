"""Read the XML body of a request: a tree, from bytes that a stranger chose (DV-31).

Expat reads it, with namespaces, in one call: to be fed in pieces lets a long token cost its square (CVE-2023-52425).
A document type ends the reading where it begins, so there is no entity to expand and no file or address to fetch.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from xml.etree.ElementTree import Element, TreeBuilder
from xml.parsers import expat

from cardwright.errors import CardwrightError
from cardwright.limits import XML_DEPTH, XML_ELEMENTS

if TYPE_CHECKING:
    from collections.abc import Callable

_ENCODINGS: Final = frozenset({"utf-8", "utf-16", "utf-16le", "utf-16be", "us-ascii", "iso-8859-1"})
"""What expat reads by itself; for others it would ask Python's codecs."""
_BUFFER: Final = 1024 * 1024
"""Characters of a text that come in one piece."""


class MalformedXmlError(CardwrightError):
    """The body is no XML that is taken here; the message is one sentence for who made it (400)."""


class XmlTooLargeError(CardwrightError):
    """The body has more elements than are taken (413)."""


def read(body: bytes | bytearray) -> Element:
    """Return the root element of the document; names are `{namespace}local`.

    >>> read(b'<propfind xmlns="DAV:"><allprop/></propfind>')[0].tag
    '{DAV:}allprop'

    Raises MalformedXmlError, for a document type too, and XmlTooLargeError.
    """
    parser = expat.ParserCreate(namespace_separator="}")
    builder = TreeBuilder()
    parser.buffer_text = True
    parser.buffer_size = _BUFFER
    parser.XmlDeclHandler = _declared
    parser.StartDoctypeDeclHandler = _document_type
    parser.StartElementHandler, parser.EndElementHandler = _handlers(builder)
    parser.CharacterDataHandler = builder.data
    try:
        parser.Parse(bytes(body), True)  # noqa: FBT003 - expat takes no name: this is all there is
    except expat.ExpatError as error:
        raise MalformedXmlError(f"The body is no well-formed XML: {error}.") from None
    return builder.close()


def _handlers(builder: TreeBuilder) -> tuple[Callable[[str, dict[str, str]], None], Callable[[str], None]]:
    """Return what is told of the start and the end of each element: it counts them and builds the tree."""
    depth = elements = 0

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal depth, elements
        depth += 1
        elements += 1
        if depth > XML_DEPTH.value:
            raise MalformedXmlError(f"The body has more than {XML_DEPTH.value} elements inside one another.")
        if elements > XML_ELEMENTS.value:
            raise XmlTooLargeError(f"The body has more than {XML_ELEMENTS.value:,} elements.")
        builder.start(_name(name), {_name(key): value for key, value in attributes.items()} if attributes else {})

    def end(name: str) -> None:
        nonlocal depth
        depth -= 1
        builder.end(name)

    return start, end


def _name(name: str) -> str:
    """Return the name that expat gives as `namespace}local`, or as it is where it has no namespace."""
    return "{" + name if "}" in name else name


def _declared(_version: str, encoding: str | None, _standalone: int) -> None:
    if encoding is not None and encoding.lower() not in _ENCODINGS:
        raise MalformedXmlError("The body is in an encoding that is not read here: UTF-8 and UTF-16 are.")


def _document_type(*_parts: object) -> None:
    raise MalformedXmlError("The body has a document type (DTD), which is not taken here.")
