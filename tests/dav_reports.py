"""Reports of CardDAV as a client sends them, and what it makes of the answers."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import unquote
from xml.etree import ElementTree as ET

if TYPE_CHECKING:
    from collections.abc import Iterable

    import httpx2

    from dav_client import Dav

D = "{DAV:}"
C = "{urn:ietf:params:xml:ns:carddav}"
NAMESPACES = 'xmlns:d="DAV:" xmlns:c="urn:ietf:params:xml:ns:carddav"'
DATA = C + "address-data"
ETAG = D + "getetag"


class Response(NamedTuple):
    """What a multistatus says of one resource."""

    status: int
    """Of the resource, or 200 where its properties have statuses of their own."""
    found: dict[str, str]
    missing: tuple[str, ...]
    error: str = ""

    @property
    def card(self) -> str:
        """The card, with the line ends that it has."""
        return self.found[DATA]


class Multistatus(NamedTuple):
    """An answer to a report."""

    responses: dict[str, Response]
    """By href, as it is written."""
    token: str

    @property
    def names(self) -> list[str]:
        """The last parts of the hrefs of cards that are there, in their order."""
        return [_name(path) for path, one in self.responses.items() if one.status == 200]

    @property
    def gone(self) -> set[str]:
        """Those of cards that are not."""
        return {_name(path) for path, one in self.responses.items() if one.status == 404}

    def __getitem__(self, name: str) -> Response:
        return next(one for path, one in self.responses.items() if _name(path) == name)


def read(answer: httpx2.Response) -> Multistatus:
    """Read a 207; no href may stand in it twice (RFC 4918 section 14.24)."""
    assert answer.status_code == 207, (answer.status_code, answer.text[:500])
    root = ET.fromstring(answer.content)  # noqa: S314 - of our own server
    assert root.tag == D + "multistatus"
    responses: dict[str, Response] = {}
    for one in root.findall(D + "response"):
        path = one.findtext(D + "href") or ""
        assert path not in responses, path
        responses[path] = _response(one)
    return Multistatus(responses, root.findtext(D + "sync-token") or "")


def _response(one: ET.Element) -> Response:
    whole = one.findtext(D + "status")
    error = next((child.tag for child in one.findall(f"{D}error/*")), "")
    if whole:
        return Response(_status(whole), {}, (), error)
    found: dict[str, str] = {}
    missing: list[str] = []
    for propstat in one.findall(D + "propstat"):
        values = propstat.findall(f"{D}prop/*")
        if _status(propstat.findtext(D + "status") or "") == 200:
            found |= {value.tag: value.text or "" for value in values}
        else:
            missing += [value.tag for value in values]
    return Response(200, found, tuple(missing))


def _status(line: str) -> int:
    protocol, code, _ = line.split(" ", 2)
    assert protocol == "HTTP/1.1"
    return int(code)


def _name(path: str) -> str:
    return unquote(path.rpartition("/")[2])


PROP = "<d:prop><d:getetag/><c:address-data/></d:prop>"
TAGS = "<d:prop><d:getetag/></d:prop>"


def query(  # noqa: PLR0913 - what a request has
    dav: Dav, filters: str, *, limit: int | None = None, prop: str = TAGS, depth: str | None = "1", name: str = ""
) -> httpx2.Response:
    """Send an address book query; `filters` is what stands in its filter, or the filter itself."""
    inside = filters if filters.startswith("<c:filter") else f"<c:filter>{filters}</c:filter>"
    inside += "" if limit is None else f"<c:limit><c:nresults>{limit}</c:nresults></c:limit>"
    return report(dav, f"<c:addressbook-query {NAMESPACES}>{prop}{inside}</c:addressbook-query>", depth, name)


def text_filter(name: str, text: str, said: str = "") -> str:
    """Return a filter of one property with one text."""
    return f'<c:prop-filter name="{name}"><c:text-match {said}>{text}</c:text-match></c:prop-filter>'


def multiget(dav: Dav, hrefs: Iterable[str], *, prop: str = PROP, name: str = "") -> httpx2.Response:
    inside = "".join([f"<d:href>{one}</d:href>" for one in hrefs])
    return report(dav, f"<c:addressbook-multiget {NAMESPACES}>{prop}{inside}</c:addressbook-multiget>", None, name)


def sync(  # noqa: PLR0913 - what a request has
    dav: Dav,
    token: str = "",
    *,
    limit: int | None = None,
    prop: str = TAGS,
    level: str = "<d:sync-level>1</d:sync-level>",
    depth: str | None = None,
) -> httpx2.Response:
    told = "" if limit is None else f"<d:limit><d:nresults>{limit}</d:nresults></d:limit>"
    body = (
        f"<d:sync-collection {NAMESPACES}><d:sync-token>{token}</d:sync-token>{level}{told}{prop}</d:sync-collection>"
    )
    return report(dav, body, depth)


def report(dav: Dav, body: str, depth: str | None = None, name: str = "") -> httpx2.Response:
    headers = {"content-type": "application/xml; charset=utf-8"} | ({} if depth is None else {"depth": depth})
    return dav.send("REPORT", name, body.encode(), headers)
