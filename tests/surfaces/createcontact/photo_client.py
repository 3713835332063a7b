"""Ask createcontact for cards with photos, and look at them."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING

from createcontact_client import post
from serving import Served, unfolded
from surfaces.createcontact.cases import EXAMPLE

if TYPE_CHECKING:
    import httpx2


UNREACHABLE = "photo-url: The photo cannot be fetched."


def ask(server: Served, url: str, query: str = "", **fields: object) -> httpx2.Response:
    """Ask for the example card with the photo at `url`."""
    return post(server, {**EXAMPLE, "photo-url": url, **fields}, query=query)


def photo_of(card: bytes) -> bytes | None:
    """The octets of the photo on a 3.0 card."""
    lines = [line for line in unfolded(card) if line.startswith("PHOTO")]
    assert all(line.startswith("PHOTO;ENCODING=b;TYPE=JPEG:") for line in lines)
    return base64.b64decode(lines[0].partition(":")[2], validate=True) if lines else None


def refused(answer: httpx2.Response, said: str = UNREACHABLE) -> None:
    assert (answer.status_code, answer.json()["error-code"], answer.json()["error-info"]) == (400, "E1518", said)
