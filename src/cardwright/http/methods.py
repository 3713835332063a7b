"""The methods of resources: OPTIONS is one of those in Allow, and what no resource has is 405, whatever its name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from falcon.constants import COMBINED_METHODS

if TYPE_CHECKING:
    from falcon.asgi import Request, Response


class Methods:
    """Falcon middleware: it leaves OPTIONS out of its own answer to that, and says 400 to a verb that it does not know.

    RFC 9110 sections 9.1, 10.2.1 and 15.5.6.
    """

    async def process_request(self, request: Request, _response: Response) -> None:
        """Have an unknown verb answered as one that no resource has: 405, with Allow."""
        if request.method not in COMBINED_METHODS:
            request.method = "TRACE"

    async def process_response(self, request: Request, response: Response, _resource: object, _passed: object) -> None:
        """Complete Allow."""
        allow = response.get_header("Allow") if request.method == "OPTIONS" else None
        if allow and "OPTIONS" not in allow:
            response.set_header("Allow", f"{allow}, OPTIONS")
