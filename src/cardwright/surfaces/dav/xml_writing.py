"""Write XML as strings: one function escapes texts, one writes an element, and nothing else puts text into an answer.

A name of a namespace that every answer declares at its root (`names.PREFIXES`) has that prefix; any other declares its
own, and no answer has a default namespace. So a piece means the same wherever it stands in one.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from cardwright.surfaces.dav.names import PREFIXES, XML_LANG, split

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from xml.etree.ElementTree import Element

_CONTROLS: Final = bytes(set(range(32)) - set(b"\t\n\r"))
_IMPOSSIBLE: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
"""What XML 1.0 cannot hold in any form (section 2.2, Char); of ASCII these are the `_CONTROLS`."""
DECLARED: Final = "".join([f' xmlns:{prefix}="{namespace}"' for namespace, prefix in PREFIXES.items()])
"""The declarations that a root element has."""
_XML: Final = {split(XML_LANG)[0]: "xml"}
"""The prefix that is never declared."""
_BOUND: Final = {**PREFIXES, **_XML}
"""The prefix of each namespace that an answer declares at its root."""


def escaped(text: str) -> str:
    """Return the text escaped as the content of an element; carriage returns stay too.

    What XML cannot hold, as most control characters, is left out (DV-12).
    """
    if not text.isprintable() and not _is_possible(text):
        text = _IMPOSSIBLE.sub("", text)
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("\r", "&#13;")


def _is_possible(text: str) -> bool:
    """Say whether XML can hold a text; what is ASCII need not be looked at character by character."""
    if text.isascii():
        return len(text.encode().translate(None, _CONTROLS)) == len(text)
    return not _IMPOSSIBLE.search(text)


def element(name: str, content: str = "", said: str = "") -> str:
    """Return an element; `content` is XML, `said` is what `attributes` returns.

    >>> element("{DAV:}href", escaped("/a&b"))
    '<d:href>/a&amp;b</d:href>'
    """
    beginning, end = tags(name, said)
    return f"{beginning}{content}{end}" if content else f"{beginning[:-1]}/>"


def tags(name: str, said: str = "", bound: Mapping[str, str] = _BOUND) -> tuple[str, str]:
    """Return what an element of this name begins with, and what it ends with; `bound` are prefixes by namespace."""
    namespace, local = split(name)
    if not namespace:
        return f"<{local}{said}>", f"</{local}>"
    if prefix := bound.get(namespace):
        return f"<{prefix}:{local}{said}>", f"</{prefix}:{local}>"
    return f"<x:{local} xmlns:x='{_quoted(namespace)}'{said}>", f"</x:{local}>"


def attributes(values: Iterable[tuple[str, str]]) -> str:
    """Return attributes, with a space before each; a namespace is declared where it stands.

    >>> attributes({"content-type": "text/vcard"}.items())
    " content-type='text/vcard'"
    """
    written = ""
    for number, (name, value) in enumerate(values):
        namespace, local = split(name)
        prefix = _XML.get(namespace)
        if namespace and not prefix:
            prefix = f"a{number}"
            written += f" xmlns:{prefix}='{_quoted(namespace)}'"
        written += f" {prefix + ':' if prefix else ''}{local}='{_quoted(value)}'"
    return written


def content_of(tree: Element) -> str:
    """Return what an element holds, as XML that needs nothing from around it: a client's own property is kept so.

    Names, attributes, texts and their order are as they came; prefixes are ours (RFC 4918 section 4.3 lets them be).
    """
    return escaped(tree.text or "") + "".join([written(child) + escaped(child.tail or "") for child in tree])


def written(tree: Element) -> str:
    """Return an element as `content_of` has it, without what stands behind it."""
    beginning, end = tags(tree.tag, attributes(tree.items()), _XML)
    content = content_of(tree)
    return f"{beginning}{content}{end}" if content else f"{beginning[:-1]}/>"


def _quoted(value: str) -> str:
    """Return the text as the value of an attribute."""
    return escaped(value).replace("'", "&#39;").replace("\n", "&#10;").replace("\t", "&#9;")
