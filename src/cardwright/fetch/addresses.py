"""Which addresses a stranger's URL may not lead to: one table, a source on every row.

The rows are the IANA special-purpose registries (RFC 6890), every range that carries an IPv4 address inside an IPv6
one, and the metadata services of clouds. `ipaddress.is_global` alone lets 6to4, NAT64, site-local and multicast pass.
"""

from __future__ import annotations

from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_network
from typing import NamedTuple

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network


class Refused(NamedTuple):
    """A range that is never dialled unless the operator allows it."""

    network: str
    what: str
    source: str


TABLE = (
    # Metadata services first: most lie in ranges below, but a log line should name them for what they are.
    Refused("169.254.169.254/32", "cloud metadata", "AWS, Azure, Google Cloud, OpenStack: instance metadata"),
    Refused("169.254.170.2/32", "cloud metadata", "AWS: ECS task credentials"),
    Refused("168.63.129.16/32", "cloud metadata", "Azure: WireServer"),
    Refused("100.100.100.200/32", "cloud metadata", "Alibaba Cloud: instance metadata"),
    Refused("192.0.0.192/32", "cloud metadata", "Oracle Cloud Classic: instance metadata"),
    Refused("fd00:ec2::254/128", "cloud metadata", "AWS: instance metadata over IPv6"),
    Refused("fd20:ce::254/128", "cloud metadata", "Google Cloud: instance metadata over IPv6"),
    # IPv4
    Refused("0.0.0.0/8", "this network", "RFC 1122 section 3.2.1.3"),
    Refused("10.0.0.0/8", "private", "RFC 1918 section 3"),
    Refused("100.64.0.0/10", "shared address space", "RFC 6598 section 7"),
    Refused("127.0.0.0/8", "loopback", "RFC 1122 section 3.2.1.3"),
    Refused("169.254.0.0/16", "link-local", "RFC 3927 section 2.1"),
    Refused("172.16.0.0/12", "private", "RFC 1918 section 3"),
    Refused("192.0.0.0/24", "protocol assignments", "RFC 6890 section 2.1"),
    Refused("192.0.2.0/24", "documentation", "RFC 5737 section 3"),
    Refused("192.31.196.0/24", "AS112", "RFC 7535"),
    Refused("192.52.193.0/24", "multicast tunnelling", "RFC 7450"),
    Refused("192.88.99.0/24", "6to4 relays", "RFC 7526"),
    Refused("192.168.0.0/16", "private", "RFC 1918 section 3"),
    Refused("192.175.48.0/24", "AS112", "RFC 7534"),
    Refused("198.18.0.0/15", "benchmarking", "RFC 2544 appendix C.2.2"),
    Refused("198.51.100.0/24", "documentation", "RFC 5737 section 3"),
    Refused("203.0.113.0/24", "documentation", "RFC 5737 section 3"),
    Refused("224.0.0.0/4", "multicast", "RFC 5771"),
    Refused("255.255.255.255/32", "limited broadcast", "RFC 919 section 7"),
    Refused("240.0.0.0/4", "reserved", "RFC 1112 section 4"),
    # IPv6
    Refused("::/128", "unspecified", "RFC 4291 section 2.5.2"),
    Refused("::1/128", "loopback", "RFC 4291 section 2.5.3"),
    Refused("::/96", "IPv4-compatible", "RFC 4291 section 2.5.5.1"),
    Refused("::ffff:0:0/96", "IPv4-mapped", "RFC 4291 section 2.5.5.2"),
    Refused("::ffff:0:0:0/96", "IPv4-translated", "RFC 2765 section 2.1"),
    Refused("64:ff9b::/96", "NAT64", "RFC 6052 section 2.1"),
    Refused("64:ff9b:1::/48", "NAT64 of a local network", "RFC 8215"),
    Refused("100::/64", "discard-only", "RFC 6666"),
    Refused("100:0:0:1::/64", "dummy prefix", "RFC 9780"),
    Refused("2001::/32", "Teredo", "RFC 4380 section 2.6"),
    Refused("2001:2::/48", "benchmarking", "RFC 5180"),
    Refused("2001:10::/28", "ORCHID", "RFC 4843"),
    Refused("2001:20::/28", "ORCHIDv2", "RFC 7343"),
    Refused("2001::/23", "protocol assignments", "RFC 2928"),
    Refused("2001:db8::/32", "documentation", "RFC 3849"),
    Refused("2002::/16", "6to4", "RFC 3056 section 2"),
    Refused("2620:4f:8000::/48", "AS112", "RFC 7534"),
    Refused("3ffe::/16", "6bone", "RFC 3701"),
    Refused("3fff::/20", "documentation", "RFC 9637"),
    Refused("5f00::/16", "segment routing identifiers", "RFC 9602"),
    Refused("fc00::/7", "unique local", "RFC 4193 section 3.1"),
    Refused("fe80::/10", "link-local", "RFC 4291 section 2.5.6"),
    Refused("fec0::/10", "site-local", "RFC 3879"),
    Refused("ff00::/8", "multicast", "RFC 4291 section 2.7"),
    # What is left outside 2000::/3, the only part that IANA hands out for the Internet.
    Refused("::/3", "not global unicast", "RFC 3587 section 3"),
    Refused("4000::/2", "not global unicast", "RFC 3587 section 3"),
    Refused("8000::/1", "not global unicast", "RFC 3587 section 3"),
)

ISATAP = "ISATAP (RFC 5214 section 6.1)"
"""An interface identifier, not a prefix: `0000:5efe` or `0200:5efe` in front of an IPv4 address, in any network."""

_NETWORKS = tuple((ip_network(row.network), f"{row.what} ({row.source})") for row in TABLE)


def refusal(address: Address) -> str:
    """Say why this address is not public, with the source; `""` when it is."""
    for network, why in _NETWORKS:
        if address in network:
            return why
    return ISATAP if _is_isatap(address) else ""


def _is_isatap(address: Address) -> bool:
    return address.version == 6 and int(address) >> 32 & 0xFDFF_FFFF == 0x0000_5EFE  # noqa: PLR2004 the IP version
