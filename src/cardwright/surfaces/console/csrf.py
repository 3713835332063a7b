"""Forged requests: another site may have a browser send a form here, with its cookies (CW-14).

A form carries what belongs to the session, and browsers say where it comes from.
"""

from __future__ import annotations

import hmac
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from cardwright.errors import ForbiddenError

if TYPE_CHECKING:
    from cardwright.surfaces.console.page import Request

FIELD: Final = "csrf"
_FROM_HERE: Final = (b"same-origin", b"none")
"""Values of Sec-Fetch-Site: a page of ours, and the person themselves."""
_PORTS: Final = {"http": ":80", "https": ":443"}


class ForgedError(ForbiddenError):
    """The form is not one that this session was given; nothing was changed."""


def check_origin(request: Request) -> None:
    """Raise ForgedError for a request that a browser sends for a page of elsewhere."""
    headers = request.exchange.headers
    site = headers.get(b"sec-fetch-site")
    if site is not None and site not in _FROM_HERE:
        raise ForgedError(f"the form comes from elsewhere: Sec-Fetch-Site {site!r}")
    origin = headers.get(b"origin")
    if origin is not None and not _is_ours(origin.decode("latin-1"), request.host):
        raise ForgedError(f"the form comes from elsewhere: Origin {origin!r}")


def check_token(request: Request, sent: str) -> None:
    """Raise ForgedError unless `sent` belongs to the session."""
    if request.session is None or not hmac.compare_digest(request.session.csrf.encode(), sent.encode()):
        raise ForgedError("the form is not of this session")


def _is_ours(origin: str, host: str) -> bool:
    """Say whether an origin names the host of the request; `null`, which hides one, does not."""
    try:
        scheme, netloc, *_ = urlsplit(origin)
    except ValueError:
        return False
    port = _PORTS.get(scheme, "-")
    return bool(netloc) and netloc.lower().removesuffix(port) == host.lower().removesuffix(port)
