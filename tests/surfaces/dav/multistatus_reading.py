"""Read a 207 as a client does, with libxml2."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from lxml import etree

from cardwright.surfaces.dav.names import D

if TYPE_CHECKING:
    import httpx2


class Response(NamedTuple):
    """What a 207 says of one resource."""

    found: dict[str, etree._Element]
    """By name, without `{DAV:}`."""
    others: dict[str, set[str]]
    """The names of other properties, by status."""
    status: str
    """Of the resource as a whole; empty where it has properties."""
    errors: tuple[str, ...]


def responses(answer: httpx2.Response) -> dict[str, Response]:
    """Return the responses by href; each href stands once."""
    assert answer.status_code == 207, (answer.status_code, answer.text[:500])
    assert answer.headers["content-type"] == "application/xml; charset=utf-8"
    tree = etree.fromstring(answer.content)
    assert tree.tag == f"{D}multistatus"
    every = [(it.findtext(f"{D}href"), _response(it)) for it in tree.iterfind(f"{D}response")]
    assert len(dict(every)) == len(every)
    return dict(every)


def only(answer: httpx2.Response) -> Response:
    """Return the one response of an answer."""
    (response,) = responses(answer).values()
    return response


def text(response: Response, name: str) -> str:
    return "".join(response.found[name].itertext())


def children(response: Response, name: str) -> list[str]:
    return [it.tag.rpartition("}")[2] for it in response.found[name]]


def _response(tree: etree._Element) -> Response:
    found: dict[str, etree._Element] = {}
    others: dict[str, set[str]] = {}
    for part in tree.iterfind(f"{D}propstat"):
        status = _code(part.findtext(f"{D}status"))
        for it in part.find(f"{D}prop"):
            if status == "200":
                found[it.tag.removeprefix(D)] = it
            else:
                others.setdefault(status, set()).add(it.tag.removeprefix(D))
    errors = tuple(it.tag.removeprefix(D) for error in tree.iter(f"{D}error") for it in error)
    return Response(found, others, _code(tree.findtext(f"{D}status")), errors)


def _code(status: str | None) -> str:
    """Return the status code of a status line, which begins so (DV-5)."""
    if status is None:
        return ""
    protocol, code, reason = status.split(" ", 2)
    assert protocol == "HTTP/1.1"
    assert reason
    return code
