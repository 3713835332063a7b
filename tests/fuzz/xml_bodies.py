"""What is promised of XML bodies for any bytes; what fuzzing finds becomes a file of `tests/corpus/xml/`."""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.etree.ElementTree import fromstring

from cardwright.surfaces.dav.xml_reading import MalformedXmlError, XmlTooLargeError, read
from cardwright.surfaces.dav.xml_writing import DECLARED, content_of

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element


def body(data: bytes) -> None:
    """Any bytes are a tree, or refused in words; what the tree holds is written, and read again as it was."""
    try:
        tree = read(data)
    except (MalformedXmlError, XmlTooLargeError) as error:
        if not str(error):
            raise AssertionError("refused without a reason") from error
        return
    written = f"<d:a{DECLARED}>{content_of(tree)}</d:a>".encode()
    again, other = read(written), fromstring(written)  # noqa: S314 - as above
    for read_again in (again, other):
        if _contents(read_again) != _contents(tree):
            raise AssertionError("what was written is not what was read")


def _contents(tree: Element) -> list[object]:
    """Return all that an element holds, in order."""
    return [
        tree.text or "",
        *[(child.tag, sorted(child.items()), _contents(child), child.tail or "") for child in tree],
    ]
