"""What is the same for every resource: OPTIONS in Allow, 405 for unknown verbs, bodies that nobody reads."""

from __future__ import annotations

from typing import TYPE_CHECKING

from falcon.constants import COMBINED_METHODS

from cardwright.http.exchange import exchange_of
from cardwright.limits import REQUEST_DRAIN

if TYPE_CHECKING:
    from falcon.asgi import Request, Response


class EveryResource:
    """Falcon middleware: no OPTIONS in the answer to OPTIONS, and 400 for an unknown verb.

    RFC 9110 sections 9.1, 10.2.1 and 15.5.6. A body that no resource has read to its end is read on to a bound, so
    that its client gets the answer, and the next over the same connection (CC-33).
    """

    async def process_request(self, request: Request, _response: Response) -> None:
        """Have an unknown verb answered as one that no resource has: 405, with Allow."""
        if request.method not in COMBINED_METHODS:
            request.method = "TRACE"

    async def process_response(self, request: Request, response: Response, _resource: object, _passed: object) -> None:
        """Complete Allow, and read on."""
        allow = response.get_header("Allow") if request.method == "OPTIONS" else None
        if allow and "OPTIONS" not in allow:
            response.set_header("Allow", f"{allow}, OPTIONS")
        exchange = exchange_of(request.scope)
        if exchange.has_more:
            await exchange.drain(REQUEST_DRAIN.value)
