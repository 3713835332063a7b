"""Names of XML elements and properties: `"{DAV:}href"`, a namespace in braces and a local name, as a tree has them."""

from __future__ import annotations

from typing import Final

D: Final = "{DAV:}"
"""WebDAV (RFC 4918) and what extends it: access control (RFC 3744), sync (RFC 6578)."""
C: Final = "{urn:ietf:params:xml:ns:carddav}"
"""CardDAV (RFC 6352)."""
CS: Final = "{http://calendarserver.org/ns/}"
"""calendarserver.org: `getctag`, `me-card`."""
APPLE: Final = "{http://apple.com/ns/ical/}"
"""macOS and iOS: the colour of a book."""
INF: Final = "{http://inf-it.com/ns/ab/}"
"""inf-it.com's clients, and DAVx5: the colour of a book."""
XML_LANG: Final = "{http://www.w3.org/XML/1998/namespace}lang"
"""The attribute `xml:lang`."""

PREFIXES: Final = {
    D[1:-1]: "d",
    C[1:-1]: "card",
    CS[1:-1]: "cs",
    APPLE[1:-1]: "ical",
    INF[1:-1]: "inf",
}
"""Of each namespace that every answer declares at its root."""


def split(name: str) -> tuple[str, str]:
    """Return the namespace and the local name: `"{DAV:}href"` is `("DAV:", "href")`, `"href"` is `("", "href")`."""
    if not name.startswith("{"):
        return "", name
    namespace, _, local = name[1:].rpartition("}")
    return namespace, local
