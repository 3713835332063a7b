"""Connect to the host of a URL: resolve its name once, check every address, dial a checked one."""

from __future__ import annotations

import asyncio
import socket
import ssl
from contextlib import asynccontextmanager
from ipaddress import IPv4Address, ip_address
from typing import TYPE_CHECKING, NamedTuple

from cardwright.fetch.addresses import refusal
from cardwright.fetch.faults import refused, unreachable
from cardwright.fetch.names import Resolver

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Sequence

    from cardwright.fetch.addresses import Address, Network
    from cardwright.fetch.target import Target

_BUFFER = 128 * 1024


def look_up(host: str) -> Sequence[Address]:
    """Return what the system's name service answers, in the order of RFC 6724. Blocks. Raises OSError."""
    # As octets, because on a text Python would apply an IDNA of its own (RFC 3490).
    answers = socket.getaddrinfo(host.encode("ascii"), None, type=socket.SOCK_STREAM)
    return [ip_address(sockaddr[0]) for *_, sockaddr in answers]


async def dial(address: Address, port: int) -> socket.socket:
    """Return a connected TCP socket. Raises OSError."""
    family = socket.AF_INET if isinstance(address, IPv4Address) else socket.AF_INET6
    sock = socket.socket(family, socket.SOCK_STREAM)
    sock.setblocking(False)  # noqa: FBT003 the name says it
    try:
        await asyncio.get_running_loop().sock_connect(sock, (str(address), port))
    except BaseException:
        sock.close()
        raise
    return sock


class System(NamedTuple):
    """The system's name service, TCP and trust: tests put their own in their place."""

    look_up: Callable[[str], Sequence[Address]] = look_up
    dial: Callable[[Address, int], Awaitable[socket.socket]] = dial
    tls: Callable[[], ssl.SSLContext] = ssl.create_default_context


class Connector:
    """Looks a name up once, checks every address of the answer, and connects to one of them.

    Addresses in `allow` may be dialled on any port; every other must be public, and its port one of `ports`.
    """

    def __init__(self, allow: Sequence[Network], ports: Collection[int], seconds: float, system: System) -> None:
        self._allow = tuple(allow)
        self._ports = frozenset(ports)
        self._seconds = seconds
        self._system = system
        self._tls: ssl.SSLContext | None = None
        self._names = Resolver(system.look_up)

    @asynccontextmanager
    async def connection(
        self, target: Target, account: str
    ) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
        """Connect for one exchange on behalf of an account; TLS is agreed on in the name of the URL's host.

        Raises InvalidError when an address is refused, OSError when none of them answers in time, BusyError when too
        many names are being looked up.
        """
        async with asyncio.timeout(self._seconds):
            addresses = await self._addresses(target, account)
            tls = await self._context() if target.scheme == "https" else None
            name = target.host if tls else None
            sock = await self._dial_one_of(addresses, target.port)
            reader, writer = await asyncio.open_connection(sock=sock, ssl=tls, server_hostname=name, limit=_BUFFER)
        try:
            yield reader, writer
        finally:
            # Not close(), which would wait for a peer to say goodbye.
            writer.transport.abort()

    def close(self) -> None:
        """Let go of the look-ups that are under way."""
        self._names.close()

    async def _addresses(self, target: Target, account: str) -> Sequence[Address]:
        """Return where the target may be dialled: all of its addresses, or none."""
        addresses = [target.address] if target.address else await self._names.addresses(target.host, account)
        if not addresses:
            raise unreachable("the name has no address")
        for address in addresses:
            self._check(address, target.port)
        return addresses

    def _check(self, address: Address, port: int) -> None:
        if any(address in network for network in self._allow):
            return
        if why := refusal(address):
            raise refused(f"{address}: {why}")
        if port not in self._ports:
            raise refused(f"port {port}")

    async def _dial_one_of(self, addresses: Sequence[Address], port: int) -> socket.socket:
        """Connect to the first address that answers: it has half of the time, the next half of the rest, and so on."""
        *others, last = addresses
        seconds = self._seconds
        for address in others:
            seconds /= 2
            try:
                async with asyncio.timeout(seconds):
                    return await self._system.dial(address, port)
            except OSError:
                continue
        return await self._system.dial(last, port)

    async def _context(self) -> ssl.SSLContext:
        """Return the TLS context. Its certificates are read in a thread, on first use: 20 ms, and 2 MB from then on."""
        if self._tls is None:
            self._tls = await asyncio.to_thread(self._system.tls)
        return self._tls
