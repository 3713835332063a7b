"""A client of createcontact."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import httpx2

if TYPE_CHECKING:
    from serving import Served


def post(
    server: Served, body: object, *, query: str = "", key: str | None = "", headers: dict[str, str] | None = None
) -> httpx2.Response:
    """Send `body` (bytes as they are, anything else as JSON) with the account's key, or `key`, or none."""
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    sent = {**({} if key is None else {"x-api-key": key or server.key}), **(headers or {})}
    return httpx2.post(f"{server.url}/api/v2{query}", content=content, headers=sent)
