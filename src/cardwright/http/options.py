"""OPTIONS: what Allow names includes it (RFC 9110 section 10.2.1)."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from falcon.asgi import Request, Response


class NamedOptions:
    """Falcon middleware: its own answer to OPTIONS leaves that method out, and its 405 has it."""

    async def process_response(self, request: Request, response: Response, _resource: object, _passed: object) -> None:
        """Complete Allow."""
        allow = response.get_header("Allow") if request.method == "OPTIONS" else None
        if allow and "OPTIONS" not in allow:
            response.set_header("Allow", f"{allow}, OPTIONS")
