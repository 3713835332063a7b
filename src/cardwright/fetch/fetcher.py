"""Download a photo from a URL that a stranger chose: follow redirects, but never off the public Internet."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING, NamedTuple

from cardwright import limits, metrics
from cardwright.fetch.connect import Connector, System
from cardwright.fetch.faults import refused, unreachable
from cardwright.fetch.freshness import NOTHING, Terms, fresh_for, lasting
from cardwright.fetch.target import Target, parse

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from cardwright.fetch.addresses import Network
    from cardwright.fetch.exchange import FinalResponse

_OK, _NOT_MODIFIED = 200, 304
_REDIRECTS = {301, 302, 303, 307, 308}  # RFC 9110 section 15.4


class Limits(NamedTuple):
    """What one fetch may cost, in seconds and octets (CC-27)."""

    connect: float = limits.FETCH_CONNECT.value
    """To look the name up, connect and agree on TLS; anew for every redirect."""
    total: float = limits.FETCH_TIME.value
    """From the URL to the last octet."""
    size: int = limits.PHOTO_SIZE.value
    redirects: int = limits.FETCH_REDIRECTS.value
    ports: frozenset[int] = frozenset({80, 443})
    """For addresses that the operator has not allowed."""


_DEFAULT_LIMITS = Limits()
_SYSTEM = System()


class Fetched(NamedTuple):
    """What an address answered with, and on what terms it may be used again."""

    data: bytes
    terms: Terms
    unchanged: bool = False
    """What the caller holds is still current; `data` is empty then."""


class Fetcher:
    """Fetches over http and https from public addresses, and from those that the operator allows.

    A name is looked up once; one address that is not public refuses the whole URL, and the connection is made to an
    address that was checked, so that a second answer of the name server changes nothing. Every redirect is checked in
    the same way. Variables of the environment for proxies and credentials have no say.

    Addresses in `allow` may be dialled on any port.
    """

    def __init__(
        self,
        *,
        allow: Sequence[Network] = (),
        enabled: bool = True,
        limits: Limits = _DEFAULT_LIMITS,
        system: System = _SYSTEM,
    ) -> None:
        self._enabled = enabled
        self._limits = limits
        self._connector = Connector(allow, limits.ports, limits.connect, system)

    async def fetch(self, url: str, held: Terms = NOTHING, *, account: str = "") -> Fetched:
        """Return the octets behind the URL, whatever they are; or that those held on these terms have not changed.

        `account` is who asks. How many fetches are under way is the caller's to bound. Raises InvalidError with one
        fault, photo-unreachable or photo-too-large, which says nothing more; BusyError when too many names are being
        looked up.
        """
        if not self._enabled:
            raise refused("fetching is switched off")
        target = parse(url)
        try:
            async with asyncio.timeout(self._limits.total):
                fetched = await self._follow(target, held, account)
        except OSError as fault:  # no such name, refused, reset, a certificate that is not trusted, out of time
            raise unreachable(f"{target.scheme}://{target.authority}: {fault!r}") from fault
        metrics.FETCHES.count("fetched")
        return fetched

    async def aclose(self) -> None:
        """Give back what the fetcher holds. Fetches under way are the caller's to cancel."""
        self._connector.close()

    async def _follow(self, target: Target, held: Terms, account: str) -> Fetched:
        """Ask, and go where redirects lead. The result is fresh while every answer on the way is."""
        fresh: float | None = float("inf")
        for _ in range(1 + self._limits.redirects):
            base = held if held.url == target.url else NOTHING
            started = time.monotonic()
            answer = await self._ask(target, base.conditions, account)
            unchanged = answer.status == _NOT_MODIFIED and bool(base.conditions)
            status, fields = (_OK, base.fields | answer.fields) if unchanged else (answer.status, answer.fields)
            hop = fresh_for(status, fields, now=time.time(), delay=time.monotonic() - started)
            fresh = None if fresh is None or hop is None else min(fresh, hop)
            if status == _OK:
                return Fetched(answer.data, Terms(target.url, lasting(fields), fresh), unchanged)
            if status not in _REDIRECTS:
                raise unreachable(f"{target.authority}: status {status}")
            target = target.redirected(fields.get("location", ""))
        raise unreachable("too many redirects")

    async def _ask(self, target: Target, conditions: Mapping[str, str], account: str) -> FinalResponse:
        from cardwright.fetch.exchange import ClientExchange

        async with self._connector.connection(target, account) as (reader, writer):
            return await ClientExchange(reader, writer).get(target, conditions, self._limits.size)
