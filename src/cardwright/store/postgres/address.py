"""The address of a database: whether it can be one, and how it is told to people."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING, Final
from urllib.parse import parse_qs, unquote, urlsplit

from cardwright.errors import Fault, InvalidError, Rule

if TYPE_CHECKING:
    from urllib.parse import SplitResult

_HOST: Final = re.compile(r"(?P<name>\[[0-9A-Fa-f:.%]*\]|[^:\[\]]*)(?::(?P<port>[0-9]{1,5}))?")
_FILES: Final = ("sslrootcert", "sslcert", "sslkey", "sslcrl")
_PORTS: Final = 65_535
_PORT: Final = 5432
_FORM: Final = (
    "is no address of a database: postgresql://user@host:5432/name; in a user name or a password write %25 for %, "
    "%2F for /, %3F for ?, %23 for #, %40 for @, %5B for [ and %5D for ]"
)


def check(address: str) -> None:
    """Return if an address can be one; InvalidError otherwise, without a word of it: it may hold a password.

    A password with a sign that belongs to addresses ends early, and its rest would be told as a host or a database.
    """
    if _parts(address) is None:
        raise InvalidError([Fault("data", Rule.FORM, _FORM)])


def named(address: str) -> str:
    """Return how an address is told to people: its hosts and its database, and nothing that is secret."""
    parts = _parts(address)
    if parts is None:
        return "PostgreSQL database"
    hosts = parts.netloc.rpartition("@")[2] or ",".join(parse_qs(parts.query).get("host", ()))
    hosts = re.sub(r"[^\w.,:/\[\]-]", "?", hosts)
    return f"PostgreSQL database {parts.path[1:] or '(of the user)'} at {hosts or '(the usual host)'}"


def files_named(address: str) -> list[str]:
    """Return the files of certificates and keys that an address, or else the environment, names."""
    parts = _parts(address)
    said = parse_qs(parts.query) if parts else {}
    named_ = [said.get(name, [os.environ.get(f"PG{name.upper()}", "")])[-1] for name in _FILES]
    return [file for file in named_ if file]


def hosts_of(address: str) -> list[tuple[str, int]]:
    """Return the hosts, each with its port, that an address, or else the environment, names; none when it is just one.

    Such as `one` and `two` of `postgresql://cardwright@one,two:5433/cardwright`.
    """
    parts = _parts(address)
    if parts is None:
        return []
    said = parse_qs(parts.query)
    netloc = parts.netloc.rpartition("@")[2]
    names = (netloc or said.get("host", [os.environ.get("PGHOST", "")])[-1]).split(",")
    ports = said.get("port", [os.environ.get("PGPORT", "")])[-1].split(",")
    if len(ports) == 1:
        ports *= len(names)
    if len(names) == 1 or len(ports) != len(names) or not all(port.isdecimal() for port in ports if port):
        return []
    if not netloc:
        return [(name, int(port or _PORT)) for name, port in zip(names, ports, strict=True)]
    matches = [_HOST.fullmatch(name) for name in names]
    return [
        (unquote(it["name"].strip("[]")), int(it["port"] or port or _PORT))
        for it, port in zip(matches, ports, strict=True)
        if it
    ]


def _parts(address: str) -> SplitResult | None:
    """Return the parts of an address, None when it cannot be one."""
    try:
        parts = urlsplit(address)
        parse_qs(parts.query, keep_blank_values=True, strict_parsing=bool(parts.query))
    except ValueError:
        return None
    user, _, hosts = parts.netloc.rpartition("@")
    split = "#" in address or "@" in parts.path or (not user and ":" in hosts and "@" in parts.query)
    if split or not all(map(_is_host, hosts.split(","))):
        return None
    return parts


def _is_host(host: str) -> bool:
    match = _HOST.fullmatch(host)
    return match is not None and int(match["port"] or 0) <= _PORTS
