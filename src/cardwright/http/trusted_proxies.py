"""What a trusted proxy says of the client: `Forwarded` (RFC 7239), or `X-Forwarded-For`, `-Proto`, `-Host`, `-Prefix`.

For example, from 10.0.0.2 with `--trust-proxy 10.0.0.0/8`:

    X-Forwarded-For: 203.0.113.9, 10.0.0.7        the client is 203.0.113.9
    X-Forwarded-Prefix: /contacts                 links begin with /contacts

Everybody else may send the same fields, and is not believed.
"""

from __future__ import annotations

import ipaddress
import re
from typing import TYPE_CHECKING, Final, NamedTuple, TypeAlias

from cardwright.limits import PROXY_HOPS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cardwright.http.asgi import Scope

_Address: TypeAlias = ipaddress.IPv4Address | ipaddress.IPv6Address
Network: TypeAlias = ipaddress.IPv4Network | ipaddress.IPv6Network

_HOST: Final = re.compile(r"[A-Za-z0-9._-]{1,255}(:[0-9]{1,5})?|\[[0-9A-Fa-f:.]{2,45}\](:[0-9]{1,5})?")
_PREFIX: Final = re.compile(r"(?:/(?!\.{1,2}(?:/|$))[A-Za-z0-9._~!$&'()*+,;=:@%-]+){1,20}")
_PREFIX_SIZE: Final = 200
_HOPS: Final = PROXY_HOPS.value
_PORT: Final = re.compile(r"\[([^\]]*)\](?::\w+)?|([^:]*)(?::\w+)?")
_PAIR: Final = re.compile(r"""\s*+([A-Za-z]++)=(?:"((?:[^"\\]|\\.)*+)"|([^\s",;]++))\s*+([;,]|$)""")


class _Hop(NamedTuple):
    """What one proxy says of who asked it."""

    node: str
    scheme: str = ""
    host: str = ""


class TrustedProxies:
    """The networks whose word counts."""

    def __init__(self, networks: Sequence[Network]) -> None:
        self._networks = networks

    def believe(self, scope: Scope, headers: dict[bytes, bytes]) -> None:
        """Put what a trusted proxy says into the scope: `client`, `scheme`, `root_path`, and the Host field.

        Where it sends both kinds of fields and they name different clients, one of them is the client's own word
        that the proxy passed on: neither counts.
        """
        peer = scope.get("client")
        if not peer or not self._trusts(_address(peer[0])):
            return
        told = [hops for hops in (_forwarded(headers), _x_forwarded(headers)) if hops]
        nearest = [self._nearest(hops) for hops in told]
        if len({hop.node for hop in nearest}) > 1:
            return
        if nearest:
            _rewrite(scope, headers, nearest[0])
        prefix = headers.get(b"x-forwarded-prefix", b"").decode("latin-1").rstrip("/")
        if len(prefix) <= _PREFIX_SIZE and _PREFIX.fullmatch(prefix):
            scope["root_path"] = prefix

    def _nearest(self, hops: Sequence[_Hop]) -> _Hop:
        """Return the last hop that no trusted proxy is, the first one where all are trusted.

        The far ones are the client's own words, thousands of which fit into a head: to read one costs 10 µs.
        """
        near = hops[-_HOPS:]
        for hop in reversed(near):
            if not self._trusts(_address(hop.node)):
                return hop
        return near[0]

    def _trusts(self, address: _Address | None) -> bool:
        return address is not None and any(address in network for network in self._networks)


def _rewrite(scope: Scope, headers: dict[bytes, bytes], hop: _Hop) -> None:
    if address := _address(hop.node):
        scope["client"] = (str(address), 0)
    if hop.scheme in {"http", "https"}:
        scope["scheme"] = hop.scheme
    if _HOST.fullmatch(hop.host):
        headers[b"host"] = host = hop.host.encode()
        scope["headers"] = [(name, value) for name, value in scope["headers"] if name != b"host"] + [(b"host", host)]


def _forwarded(headers: dict[bytes, bytes]) -> list[_Hop]:
    """Return what `Forwarded` says, the nearest proxy's word last; nothing where it cannot be read."""
    text = headers.get(b"forwarded", b"").decode("latin-1")
    hops: list[_Hop] = []
    said: dict[str, str] = {}
    at = 0
    while at < len(text):
        if not (pair := _PAIR.match(text, at)):
            return []
        name, quoted, token, end = pair.groups()
        said[name.lower()] = token or re.sub(r"\\(.)", r"\1", quoted or "")
        at = pair.end()
        if end != ";":
            hops.append(_Hop(said.get("for", ""), said.get("proto", "").lower(), said.get("host", "")))
            said = {}
    return hops


def _x_forwarded(headers: dict[bytes, bytes]) -> list[_Hop]:
    """Return what the `X-Forwarded-` fields say; of protocol and host the nearest proxy's word, which is the last."""
    nodes = _items(headers, b"x-forwarded-for")
    schemes, hosts = _items(headers, b"x-forwarded-proto"), _items(headers, b"x-forwarded-host")
    scheme, host = (schemes or [""])[-1].lower(), (hosts or [""])[-1]
    return [_Hop(node, scheme, host) for node in nodes or [""]] if nodes or schemes or hosts else []


def _items(headers: dict[bytes, bytes], name: bytes) -> list[str]:
    return [item.strip() for item in headers.get(name, b"").decode("latin-1").split(",") if item.strip()]


def _address(node: str) -> _Address | None:
    """Return the address of a node, which may have a port: `192.0.2.4`, `192.0.2.4:80`, `[2001:db8::1]:80`."""
    try:
        address = ipaddress.ip_address(node)
    except ValueError:
        if not (parts := _PORT.fullmatch(node)):
            return None
        try:
            address = ipaddress.ip_address(parts[1] or parts[2] or "")
        except ValueError:
            return None
    mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    return mapped or address
