"""The head of a request, before any parser sees it: bounded, and in the form that ASGI has for it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from cardwright.http.asgi import Reply, headers_of
from cardwright.limits import ACCEPT, HEAD, QUERY

if TYPE_CHECKING:
    from cardwright.http.asgi import Scope

_MOST: Final = HEAD.value
_LONG: Final = ACCEPT.value
_PARAMETERS: Final = QUERY.value
_TEXT: Final = (b"content-type", b"text/plain; charset=utf-8")
_TOO_LARGE: Final = Reply(
    431, (_TEXT, (b"connection", b"close")), b"The head of the request is over %d octets.\n" % _MOST
)
_TOO_MANY: Final = Reply(414, (_TEXT,), b"The query has more than %d parameters.\n" % _PARAMETERS)
_CLOSING: Final = (_TEXT, (b"connection", b"close"))
_NO_HOST: Final = Reply(400, _CLOSING, b"A request of HTTP/1.1 has one Host field, which names a host.\n")
_CODED: Final = Reply(501, _CLOSING, b"Transfer-Encoding is chunked alone; a packed body says Content-Encoding.\n")
_HOST: Final = re.compile(rb"(?:\[[\w:.%~-]+\]|[\w.~!$&'()*+,;=%-]+)(?::[0-9]*)?")
"""A host and a port (RFC 9112 section 3.2, RFC 3986 section 3.2.2)."""
_HOSTS: Final = 1_000
_HOST_LENGTH: Final = 255
_hosts: Final[set[bytes]] = set()
"""Those that were seen to be one: nearly all requests have the same."""


def read_head(scope: Scope) -> tuple[dict[bytes, bytes], Reply | None]:
    """Return the fields of a request by lower-case name, and the answer to a head that no mount is to see.

    An Accept field over its limit goes, all of its lines, from the scope too: who sends none gets the usual form
    (RFC 9110 section 12.5.1). Granian says "1" where ASGI says "1.0", and an empty Host where there is none; it lets
    codings pass that it does not undo, where chunked is the last of them.
    """
    fields: list[tuple[bytes, bytes]] = scope["headers"]
    size = len(scope["path"]) + len(scope["query_string"])
    for name, value in fields:
        size += len(name) + len(value)
    headers = dict(fields)
    twice = len(headers) < len(fields)
    if twice:
        headers = headers_of(scope)
    if size > _MOST:
        return headers, _TOO_LARGE
    if size > _LONG and scope["query_string"].count(b"&") >= _PARAMETERS:
        return headers, _TOO_MANY
    if size > _LONG and len(headers.get(b"accept", b"")) > _LONG:
        del headers[b"accept"]
        scope["headers"] = [(name, value) for name, value in fields if name != b"accept"]
    if scope["http_version"] == "1":
        scope["http_version"] = "1.0"
    host = headers.get(b"host")
    if (host not in _hosts or twice) and not _names_host(host or b"", scope["http_version"], twice=twice):
        return headers, _NO_HOST
    if b"transfer-encoding" in headers and headers[b"transfer-encoding"].strip(b", \t").lower() != b"chunked":
        return headers, _CODED  # RFC 9112 section 6.1
    return headers, None


def _names_host(host: bytes, version: str, *, twice: bool) -> bool:
    """Say whether a Host field is one, and names a host; HTTP/1.1 alone needs it, HTTP/2 has another for it."""
    if not host:
        return version != "1.1"
    if not _HOST.fullmatch(host) or (twice and b"," in host):
        return False
    if len(host) <= _HOST_LENGTH:
        if len(_hosts) >= _HOSTS:
            _hosts.clear()
        _hosts.add(host)
    return True
