"""An empty POST in Falcon: what the framework costs before a line of ours runs."""

from __future__ import annotations

import falcon
import falcon.asgi


class Empty:
    """Answers POST with 200 and nothing."""

    async def on_post(self, req: falcon.asgi.Request, resp: falcon.asgi.Response) -> None:
        """Answer 200 with nothing; the body is not read."""


app = falcon.asgi.App()
app.add_route("/api/v2", Empty())
