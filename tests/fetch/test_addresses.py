"""Which addresses may be dialled: every row of the table, its edges, and what Python's own judgement adds."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cardwright.fetch.addresses import TABLE, Refused, refusal

PUBLIC = [
    "1.1.1.1", "8.8.8.8", "9.255.255.255", "11.0.0.0", "93.184.216.34", "100.63.255.255", "100.128.0.0",
    "126.255.255.255", "128.0.0.0", "168.63.129.15", "168.63.129.17", "169.253.255.255", "169.255.0.0",
    "172.15.255.255", "172.32.0.0", "191.255.255.255", "192.0.1.0", "192.0.3.0", "192.167.255.255", "192.169.0.0",
    "198.17.255.255", "198.20.0.0", "198.51.99.255", "203.0.112.255", "203.0.114.0", "223.255.255.255",
    "2001:200::1", "2001:4860:4860::8888", "2001:db7:ffff::1", "2001:db9::1", "2003::1", "2606:4700:4700::1111",
    "2620:4f:7fff::1", "2a00:1450:4001:81b::200e", "3fff:1000::1",
]  # fmt: skip

REFUSED = {
    "127.0.0.1": "loopback", "127.255.255.254": "loopback", "0.1.2.3": "this network", "10.1.2.3": "private",
    "172.31.255.255": "private", "192.168.1.1": "private", "100.64.0.1": "shared", "169.254.0.1": "link-local",
    "169.254.169.254": "metadata", "169.254.170.2": "metadata", "168.63.129.16": "metadata",
    "100.100.100.200": "metadata", "192.0.0.192": "metadata", "fd00:ec2::254": "metadata", "fd20:ce::254": "metadata",
    "192.88.99.1": "6to4", "198.19.0.1": "benchmarking", "224.0.0.1": "multicast", "239.255.255.250": "multicast",
    "240.0.0.1": "reserved", "255.255.255.255": "broadcast",
    "::": "unspecified", "::1": "loopback", "::127.0.0.1": "IPv4-compatible", "::8.8.8.8": "IPv4-compatible",
    "::ffff:127.0.0.1": "IPv4-mapped", "::ffff:8.8.8.8": "IPv4-mapped", "::ffff:0:10.0.0.1": "IPv4-translated",
    "64:ff9b::127.0.0.1": "NAT64", "64:ff9b::8.8.8.8": "NAT64", "64:ff9b:1::10.0.0.1": "NAT64",
    "64:ff9b:1:abcd::1": "NAT64", "2002:7f00:1::": "6to4", "2002:808:808::1": "6to4",
    "2001:0:4136:e378:8000:63bf:3fff:fdd2": "Teredo", "2001:db8::1": "documentation", "3fff::1": "documentation",
    "fc00::1": "unique local", "fdff::1": "unique local", "fe80::1": "link-local", "fec0::1": "site-local",
    "ff02::1": "multicast", "ff0e::1": "multicast", "100::1": "discard", "2001:2::1": "benchmarking",
    "4000::1": "not global", "1000::1": "not global", "a000::1": "not global", "e000::1": "not global",
    "2a00:1450::5efe:10.0.0.1": "ISATAP", "2a00:1450::200:5efe:8.8.8.8": "ISATAP", "fe80::5efe:c0a8:1": "link-local",
}  # fmt: skip


@pytest.mark.parametrize("text", PUBLIC)
def test_public_addresses_pass(text: str) -> None:
    assert refusal(ip_address(text)) == ""


@pytest.mark.parametrize(("text", "what"), REFUSED.items())
def test_refused_for_what_they_are(text: str, what: str) -> None:
    assert what in refusal(ip_address(text))


@pytest.mark.parametrize("row", TABLE, ids=lambda row: row.network)
def test_every_row_from_its_first_to_its_last_address(row: Refused) -> None:
    network = ip_network(row.network)
    for address in (network[0], network[network.num_addresses // 2], network[-1]):
        assert refusal(address)


@pytest.mark.parametrize("row", TABLE, ids=lambda row: row.network)
def test_no_row_is_hidden_by_those_before_it(row: Refused) -> None:
    network = ip_network(row.network)
    before = [ip_network(other.network) for other in TABLE[: TABLE.index(row)]]
    assert not any(network.version == other.version and network.subnet_of(other) for other in before)


@given(st.ip_addresses())
def test_what_python_takes_for_special_is_refused(address: IPv4Address | IPv6Address) -> None:
    if not address.is_global or address.is_multicast or address.is_reserved:
        assert refusal(address)


@given(st.ip_addresses(v=4))
def test_an_ipv4_address_inside_an_ipv6_one_is_refused(inner: IPv4Address) -> None:
    number = int(inner)
    forms = {
        "::": number, "::ffff:0:0": number, "::ffff:0:0:0": number, "64:ff9b::": number, "64:ff9b:1::": number,
        "2002::": number << 80, "2001::": number ^ 0xFFFF_FFFF, "2a00:1450::5efe:0:0": number,
    }  # fmt: skip
    for prefix, bits in forms.items():
        assert refusal(IPv6Address(int(IPv6Address(prefix)) | bits))
