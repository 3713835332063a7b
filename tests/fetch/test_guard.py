"""No address that is not public is dialled, whatever way a URL leads to it. The connect call is stubbed: it counts."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import TYPE_CHECKING

import pytest

from cardwright.errors import InvalidError, Rule
from cardwright.fetch import Fetcher
from cardwright.fetch.addresses import TABLE, Refused
from cardwright.fetch.connect import System, dial
from peers import images

if TYPE_CHECKING:
    import socket
    from collections.abc import Callable, Sequence

Address = IPv4Address | IPv6Address
PUBLIC, PUBLIC_6 = "93.184.216.34", "2606:4700::1111"

UNREACHABLE = (("", Rule.PHOTO_UNREACHABLE, "The photo cannot be fetched."),)


class Wire:
    """A name service with prepared answers, and a TCP that connects nowhere or, where told, to a server on loopback."""

    def __init__(self, *answers: Sequence[str], instead: tuple[str, int] | None = None) -> None:
        self.asked: list[str] = []
        self.dialled: list[tuple[str, int]] = []
        self._answers = [[ip_address(text) for text in answer] for answer in answers]
        self._instead = instead

    @property
    def system(self) -> System:
        return System(look_up=self._look_up, dial=self._dial)

    def _look_up(self, host: str) -> list[Address]:
        self.asked.append(host)
        return self._answers[min(len(self.asked), len(self._answers)) - 1]

    async def _dial(self, address: Address, port: int) -> socket.socket:
        self.dialled.append((str(address), port))
        if self._instead is None:
            raise ConnectionRefusedError
        return await dial(ip_address(self._instead[0]), self._instead[1])


async def refused(fetcher: Fetcher, url: str) -> None:
    with pytest.raises(InvalidError) as caught:
        await fetcher.fetch(url)
    assert caught.value.faults == UNREACHABLE
    await fetcher.aclose()


@pytest.mark.parametrize("row", TABLE, ids=lambda row: row.network)
async def test_every_row_named_in_the_url(row: Refused, dialled: list[object], reason: Callable[[], str]) -> None:
    for address in (ip_network(row.network)[0], ip_network(row.network)[-1]):
        wire = Wire()
        host = f"[{address}]" if address.version == 6 else str(address)
        for scheme in ("http", "https"):
            await refused(Fetcher(system=wire.system), f"{scheme}://{host}/john.jpg")
            assert "RFC" in reason() or "metadata" in reason()
        assert wire.asked == wire.dialled == dialled == []


@pytest.mark.parametrize("row", TABLE, ids=lambda row: row.network)
@pytest.mark.parametrize("others", [[], [PUBLIC], [PUBLIC, PUBLIC_6]], ids=["alone", "second", "third"])
async def test_every_row_behind_a_name(row: Refused, others: list[str], dialled: list[object]) -> None:
    """One address that is not public refuses them all, wherever it stands in the answer."""
    address = str(ip_network(row.network)[-1])
    for answer in ([*others, address], [address, *others]):
        wire = Wire(answer)
        await refused(Fetcher(system=wire.system), "https://photos.example.com/john.jpg")
        assert wire.asked == ["photos.example.com"]
        assert wire.dialled == dialled == []


@pytest.mark.parametrize(
    "host",
    [
        "2130706433", "017700000001", "0x7f000001", "127.1", "127.0.1", "0177.0.0.1", "0x7f.0.0.1", "127.0.0.1.",
        "localhost", "localhost.", "LOCALHOST", "[::1]", "[::ffff:127.0.0.1]", "[::127.0.0.1]", "[fe80::1%25eth0]",
        "[fe80::1%eth0]", "\uff11\uff12\uff17.0.0.1", "127\u30020\u30020\u30021", "\u24db\u24de\u24d2alhost",
        "user@127.0.0.1", "metadata.google.internal", "169.254.169.254.", "[64:ff9b::7f00:1]", "[2002:7f00:1::]",
    ],
)  # fmt: skip
async def test_every_spelling(host: str, dialled: list[object]) -> None:
    """The stub resolves every name, and whatever else might get to it, to loopback."""
    wire = Wire(["127.0.0.1"])
    await refused(Fetcher(system=wire.system), f"http://{host}/")
    assert wire.dialled == dialled == []


async def test_the_name_services_own_answer_for_localhost(dialled: list[object]) -> None:
    await refused(Fetcher(), "http://localhost/")
    assert dialled == []


async def test_a_name_is_looked_up_once(server: images.ImageServer) -> None:
    """An answer that changes between look-ups changes nothing: what was checked is dialled."""
    server.replies["/john.jpg"] = images.ok(b"photo")
    wire = Wire([PUBLIC], ["127.0.0.1"], instead=_address(server))
    fetcher = Fetcher(system=wire.system)
    assert (await fetcher.fetch("http://photos.example.com/john.jpg")).data == b"photo"
    assert wire.asked == ["photos.example.com"]
    assert wire.dialled == [(PUBLIC, 80)]
    assert server.requests[0].fields["host"] == "photos.example.com"
    await refused(fetcher, "http://photos.example.com/john.jpg")
    assert wire.dialled == [(PUBLIC, 80)]


@pytest.mark.parametrize(
    "location",
    [
        "http://127.0.0.1/", "http://169.254.169.254/latest/meta-data/", "http://[::1]/", "http://inside.example/",
        "//127.0.0.1/", "http://2130706433/", "ftp://photos.example.com/", "file:///etc/passwd", "http://a@b.example/",
        "http://photos.example.com:22/", "",
    ],
)  # fmt: skip
async def test_a_redirect_is_checked_like_the_first_url(server: images.ImageServer, location: str) -> None:
    server.replies["/"] = images.redirect(location)
    wire = Wire([PUBLIC], ["10.0.0.1"], instead=_address(server))
    await refused(Fetcher(system=wire.system), "http://photos.example.com/")
    assert wire.dialled == [(PUBLIC, 80)]


@pytest.mark.parametrize(
    ("url", "dials"),
    [
        ("http://photos.example.com/", [(PUBLIC, 80)]),
        ("https://photos.example.com/", [(PUBLIC, 443)]),
        ("http://photos.example.com:443/", [(PUBLIC, 443)]),
        ("http://photos.example.com:22/", []),
        ("https://photos.example.com:8443/", []),
        (f"http://{PUBLIC}:8080/", []),
    ],
)
async def test_ports(url: str, dials: list[object]) -> None:
    wire = Wire([PUBLIC])
    await refused(Fetcher(system=wire.system), url)
    assert wire.dialled == dials


async def test_allowed_networks_have_every_port_and_no_other_network_has() -> None:
    allow = [ip_network("10.1.0.0/16"), ip_network("fd00:1::/32")]
    for answer, dials in (
        (["10.1.2.3"], [("10.1.2.3", 8080)]),
        (["10.1.2.3", "fd00:1::1"], [("10.1.2.3", 8080), ("fd00:1::1", 8080)]),
        (["10.2.0.1"], []),
        (["10.1.2.3", "10.2.0.1"], []),
        (["10.1.2.3", PUBLIC], []),
        (["::ffff:10.1.2.3"], []),
        (["2002:a01:203::"], []),
    ):
        wire = Wire(answer)
        await refused(Fetcher(allow=allow, system=wire.system), "http://photos.example.com:8080/")
        assert wire.dialled == dials


async def test_the_next_address_is_tried_when_one_does_not_answer(server: images.ImageServer) -> None:
    server.replies["/"] = images.ok(b"photo")
    wire = Wire([PUBLIC_6, PUBLIC], instead=_address(server))

    async def dial_one(address: Address, port: int) -> socket.socket:
        if str(address) == PUBLIC_6:
            raise OSError
        return await wire.system.dial(address, port)

    fetcher = Fetcher(system=wire.system._replace(dial=dial_one))
    assert (await fetcher.fetch("http://photos.example.com/")).data == b"photo"
    await fetcher.aclose()


async def test_a_name_without_an_address() -> None:
    wire = Wire([])
    await refused(Fetcher(system=wire.system), "http://photos.example.com/")
    assert wire.dialled == []


async def test_switched_off_nothing_is_even_looked_up() -> None:
    wire = Wire([PUBLIC])
    await refused(Fetcher(enabled=False, system=wire.system), "http://photos.example.com/")
    assert wire.asked == wire.dialled == []


async def test_the_environment_has_no_say(server: images.ImageServer, monkeypatch: pytest.MonkeyPatch) -> None:
    """No proxy, and no credentials from a .netrc."""
    for name in ("http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://10.0.0.1:3128")
    server.replies["/"] = images.ok(b"photo")
    wire = Wire([PUBLIC], instead=_address(server))
    fetcher = Fetcher(system=wire.system)
    assert (await fetcher.fetch("http://photos.example.com/")).data == b"photo"
    assert wire.dialled == [(PUBLIC, 80)]
    assert set(server.requests[0].fields) == {"host", "accept", "accept-encoding", "connection", "user-agent"}
    await fetcher.aclose()


def _address(server: images.ImageServer) -> tuple[str, int]:
    host, port = server.url("").removeprefix("http://").split(":")
    return host, int(port)
