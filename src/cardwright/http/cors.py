"""Let pages of other origins ask (Fetch standard, 3.3 CORS protocol): `--cors-origin https://app.example.com`.

Without credentials of the browser's own: keys and Basic are sent as fields by the page, and `Access-Control-Allow-
Credentials` is never said.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from cardwright.errors import Fault, InvalidError, Rule
from cardwright.http.asgi import Reply

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cardwright.http.asgi import Headers

ANY: Final = "*"
"""Every origin."""
_ORIGIN: Final = re.compile(r"https?://(?:[a-z0-9._-]+|\[[0-9a-f:.]+\])(?::[0-9]{1,5})?")
_METHODS: Final = (b"access-control-allow-methods", b"GET, HEAD, POST, PUT, DELETE")
_SENT: Final = (
    *(b"Authorization", b"Content-Encoding", b"Content-Type", b"Idempotency-Key", b"If-Match", b"If-None-Match"),
    *(b"IR-Version", b"X-Api-Key", b"X-Request-Id"),
)
"""What a page may send, beside what every page may."""
_READ: Final = (
    *(b"Accept-Encoding", b"Allow", b"Content-Disposition", b"ETag", b"Retry-After", b"X-Cardwright-Warning"),
    *(b"X-RateLimit-Limit", b"X-RateLimit-Remaining", b"X-RateLimit-Reset", b"X-Request-Id"),
)
"""What it may read of an answer."""
_ALLOW_FIELDS: Final = (b"access-control-allow-headers", b", ".join(_SENT))
_EXPOSE: Final = (b"access-control-expose-headers", b", ".join(_READ))
_MAX_AGE: Final = (b"access-control-max-age", b"7200")  # seconds; what browsers take at most
_VARY: Final = (b"vary", b"Origin")
_VARY_PREFLIGHT: Final = (b"vary", b"Origin, Access-Control-Request-Method, Access-Control-Request-Headers")


class Cors:
    """The origins whose pages may ask; raises InvalidError for what is no origin."""

    def __init__(self, origins: Iterable[str]) -> None:
        self._origins = {origin.lower() for origin in origins}
        for origin in self._origins:
            if origin != ANY and not _ORIGIN.fullmatch(origin):
                message = f"{origin!r} is no origin such as https://app.example.com, without a path"
                raise InvalidError([Fault("cors-origin", Rule.FORM, message)])

    def fields(self, headers: Headers) -> list[tuple[bytes, bytes]]:
        """Return what every answer says, to a page or to anybody else."""
        return [_VARY, *([allowed, _EXPOSE] if (allowed := self._allowed(headers)) else [])]

    def preflight(self, method: str, headers: Headers) -> Reply | None:
        """Return the answer to the question of a browser whether a page may ask; None where it is none, or may not."""
        asks = method == "OPTIONS" and b"access-control-request-method" in headers
        allowed = self._allowed(headers) if asks else None
        return Reply(204, (allowed, _METHODS, _ALLOW_FIELDS, _MAX_AGE, _VARY_PREFLIGHT), b"") if allowed else None

    def _allowed(self, headers: Headers) -> tuple[bytes, bytes] | None:
        origin = headers.get(b"origin")
        if origin is None or not (ANY in self._origins or origin.decode("latin-1").lower() in self._origins):
            return None
        return b"access-control-allow-origin", ANY.encode() if ANY in self._origins else origin
