"""Parse a stranger's URL strictly: what two parsers could read in two ways is refused."""

from __future__ import annotations

import re
from ipaddress import AddressValueError, IPv4Address, IPv6Address
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import quote, urljoin

from cardwright import limits
from cardwright.fetch.faults import unreachable

if TYPE_CHECKING:
    from cardwright.fetch.addresses import Address

_DEFAULT_PORTS = {"http": 80, "https": 443}

_FORBIDDEN = re.compile(r"[\x00-\x20\x7f-\xa0\\\ud800-\udfff]")
"""White space, controls and the backslash, which browsers read as a slash (RFC 3986 has none of them)."""

# RFC 3986 section 3, without user info; `[^…%]` keeps percent-encoded hosts and IPv6 zones (RFC 6874) out.
_URL = re.compile(
    r"(?P<scheme>https?)://(?P<host>\[[0-9a-f:.]+\]|[^\[\]/?#:@%]+)(?::(?P<port>[1-9][0-9]{0,4}))?"
    r"(?P<path>/[^?#]*)?(?P<query>\?[^#]*)?(?:\#.*)?",
    re.IGNORECASE | re.ASCII,
)
_LABEL = re.compile(r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?")
_NUMERIC = re.compile(r"[0-9]+|0x[0-9a-f]*")
_MAX_NAME = limits.FETCH_HOST.value  # RFC 1035 section 2.3.4, without the root label
_MAX_PORT = 65535
_SAFE = "%:/?[]@!$&'()*+,;="


class Target(NamedTuple):
    """Where to ask, and what for."""

    scheme: str
    host: str
    """A domain name in lower-case ASCII without a final dot, or an IP address without brackets."""
    address: Address | None
    """The address, when the URL names one."""
    port: int
    resource: str
    """Path and query, percent-encoded: the request target."""

    @property
    def authority(self) -> str:
        """What the Host field says (RFC 9110 section 7.2)."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == _DEFAULT_PORTS[self.scheme] else f"{host}:{self.port}"

    @property
    def url(self) -> str:
        """The URL in its one spelling, without a fragment."""
        return f"{self.scheme}://{self.authority}{self.resource}"

    def redirected(self, location: str) -> Target:
        """Return where a Location field leads (RFC 9110 section 10.2.2). From https to http is an InvalidError too."""
        _check_characters(location)
        if not location:
            raise unreachable("a redirect to nowhere")
        try:
            target = parse(urljoin(self.url, location))
        except ValueError as fault:
            raise unreachable("the redirect leads to no URL") from fault
        if self.scheme == "https" and target.scheme == "http":
            raise unreachable("a redirect from https to http")
        return target


def parse(url: str) -> Target:
    """Return the parts of an http or https URL. Raises InvalidError (photo-unreachable) for every other text."""
    _check_characters(url)
    match = _URL.fullmatch(url)
    if match is None:
        raise unreachable("not an http or https URL without user info")
    scheme = match["scheme"].lower()
    port = int(match["port"] or _DEFAULT_PORTS[scheme])
    if port > _MAX_PORT:
        raise unreachable("no such port")
    host, address = _host(match["host"])
    return Target(scheme, host, address, port, quote((match["path"] or "/") + (match["query"] or ""), safe=_SAFE))


def _check_characters(text: str) -> None:
    if _FORBIDDEN.search(text):
        raise unreachable("white space, a control character or a backslash in the URL")


def _host(text: str) -> tuple[str, Address | None]:
    if text.startswith("["):
        return _literal(IPv6Address, text[1:-1])
    name = text.removesuffix(".")
    ascii_name = name.lower() if name.isascii() else _idna(name)
    labels = ascii_name.split(".")
    if _NUMERIC.fullmatch(labels[-1]):
        # The C library would take 127.1, 2130706433 and 0x7f.1 for addresses: only four plain decimals are one.
        return _literal(IPv4Address, name)
    if len(ascii_name) > _MAX_NAME or not all(_LABEL.fullmatch(label) for label in labels):
        raise unreachable("no domain name")
    return ascii_name, None


def _literal(kind: type[IPv4Address | IPv6Address], text: str) -> tuple[str, Address]:
    try:
        address = kind(text)
    except AddressValueError as fault:
        raise unreachable("an IP address in an odd spelling") from fault
    return str(address), address


def _idna(name: str) -> str:
    import idna

    try:
        return idna.encode(name, uts46=True).decode("ascii")
    except idna.IDNAError as fault:
        raise unreachable("no internationalised domain name (RFC 5891)") from fault
