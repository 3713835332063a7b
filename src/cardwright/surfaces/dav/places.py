"""The places of CardDAV: what a path means, and the href of each place (DV-5).

parse("/dav/addressbooks/AC1/1000/ann%20poe.vcf")  # CardPlace("AC1", "1000", "ann poe.vcf")
href(BookPlace("AC1", "1000"))                     # "/dav/addressbooks/AC1/1000/"
"""

from __future__ import annotations

import re
from typing import Final, NamedTuple, TypeAlias
from urllib.parse import quote, unquote_to_bytes

from cardwright.limits import CARD_NAME

ROOT: Final = "/dav/"
_ALLOWED: Final = "!$&'()*+,;=:@"
"""What stands as it is in a segment, beside letters, digits and `-._~` (RFC 3986 section 3.3, pchar)."""
_PLAIN: Final = re.compile(r"[A-Za-z0-9._~!$&'()*+,;=:@-]*")
"""A segment that has nothing else."""
_DOTS: Final = frozenset({".", ".."})
"""No card has such a name: clients make a shorter path of it (RFC 3986 section 5.2.4)."""
_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f]")
"""Nor one with a control character."""


class Root(NamedTuple):
    """`/dav/`, and `/`: says who the principal is."""


class Principals(NamedTuple):
    """`/dav/principals/`, whose only member is one's own principal."""


class Principal(NamedTuple):
    """`/dav/principals/{SID}/`: the account."""

    sid: str


class Homes(NamedTuple):
    """`/dav/addressbooks/`, whose only member is one's own home."""


class Home(NamedTuple):
    """`/dav/addressbooks/{SID}/`, whose members are the books."""

    sid: str


class BookPlace(NamedTuple):
    """`/dav/addressbooks/{SID}/{CampaignId}/`, or `…/all/`."""

    sid: str
    book: str


class CardPlace(NamedTuple):
    """`…/{name}.vcf`; any other name is as good."""

    sid: str
    book: str
    name: str


DavPlace: TypeAlias = Root | Principals | Principal | Homes | Home | BookPlace | CardPlace
_KINDS: Final[dict[str, tuple[type[DavPlace], ...]]] = {
    "principals": (Principals, Principal),
    "addressbooks": (Homes, Home, BookPlace, CardPlace),
}
"""What a path is that begins so, with none of the following segments, one, two, three."""
_BEGINNINGS: Final = {Root: ROOT} | {kind: f"{ROOT}{first}/" for first, kinds in _KINDS.items() for kind in kinds}


def parse(path: str) -> DavPlace | None:
    """Return the place of a path as it is written in a URL, None where nothing can be.

    A slash too many, or one that is missing, makes no difference; nor does it which characters are percent-encoded.
    """
    names = [segment for segment in path.split("/") if segment]
    if "%" in path or not path.isascii():
        try:
            names = [unquote_to_bytes(segment).decode() for segment in names]
        except UnicodeError:
            return None
    if not names or names == ["dav"]:
        return Root()
    kinds = _KINDS.get(names[1], ()) if names[0] == "dav" else ()
    parts = names[2:]
    if len(parts) >= len(kinds):
        return None
    place = kinds[len(parts)](*parts)
    return place if not isinstance(place, CardPlace) or is_name(place.name) else None


def sid_of(place: DavPlace) -> str | None:
    """Return whose place it is, None for one that every account has."""
    return None if isinstance(place, Root | Principals | Homes) else place.sid


def is_name(name: str) -> bool:
    """Say whether a card can be called so."""
    return len(name) <= CARD_NAME.value and name not in _DOTS and not _CONTROL.search(name)


def href(place: DavPlace, prefix: str = "") -> str:
    """Return the absolute path of a place, percent-encoded as RFC 3986 asks; a collection's ends in a slash.

    `prefix` is what a trusted proxy has put before every path (`DavRequest.prefix`).
    """
    path = prefix + _BEGINNINGS[type(place)] + "/".join([quoted(part) for part in place])
    return path if isinstance(place, CardPlace) or not place else f"{path}/"


def quoted(part: str) -> str:
    """Return a segment, percent-encoded; nearly every one stands as it is, and to see that takes a fifth of `quote`."""
    return part if _PLAIN.fullmatch(part) else quote(part, safe=_ALLOWED)


def place_of(url: str, host: str = "", prefix: str = "") -> DavPlace | None:
    """Return the place of an href or a Destination; None if it is on another host, or no place of ours."""
    path = path_of(url, host, prefix)
    return None if path is None else parse(path)


def path_of(url: str, host: str = "", prefix: str = "") -> str | None:
    """Return the path of an href or a Destination, as it is written: an absolute path, or a full URL of this host.

    None for what is neither. What stands behind `?` and `#` does not count, nor what a proxy has put before it.
    """
    match = _URL.fullmatch(url.strip())
    if not match:
        return None
    authority, path = match["authority"], match["path"]
    if authority and host and _without_port(authority) != _without_port(host):
        return None
    return path.removeprefix(prefix) if prefix and path.startswith(f"{prefix}/") else path


_URL: Final = re.compile(r"(?:(?:https?:)?//(?P<authority>[^/?#]*))?(?P<path>/[^?#]*)(?:[?#].*)?", re.IGNORECASE)
_PORT: Final = re.compile(r":[0-9]*\Z")


def _without_port(authority: str) -> str:
    """Return the host alone: proxies forward a Host with their own port."""
    return _PORT.sub("", authority.rpartition("@")[2]).lower()
