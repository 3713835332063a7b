"""Where a request comes from, as far as strangers are counted: an address, of IPv6 its /64."""

from __future__ import annotations

import ipaddress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cardwright.surfaces.console.page import Request


def network_of(request: Request) -> str:
    """Return the address of who asks; of IPv6 the first of its /64, which one household or machine has."""
    address = ipaddress.ip_address(request.scope["client"][0])
    if isinstance(address, ipaddress.IPv6Address):
        address = ipaddress.IPv6Address(int(address) >> 64 << 64)
    return str(address)
