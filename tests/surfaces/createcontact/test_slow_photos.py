"""CC-27: 10 s for a photo, in all, with the limits that operators get. A file of its own: it takes as long."""

from __future__ import annotations

import asyncio
import itertools
from typing import TYPE_CHECKING

import httpx2

from peers import images
from pictures import jpeg
from serving import serve
from surfaces.createcontact.cases import EXAMPLE
from surfaces.createcontact.photo_client import ask, photo_of, refused

if TYPE_CHECKING:
    from pathlib import Path

    from peers.images import Reply
    from serving import Served

PIECES = 20


def drip(seconds: float) -> Reply:
    """A whole JPEG, a little of it now and then: never silent, and complete after `seconds`."""
    data = jpeg()
    length = -(-len(data) // PIECES)
    pieces = (data[at : at + length] for at in range(0, len(data), length))
    head = images.raw(f"HTTP/1.1 200 OK\r\nContent-Length: {len(data)}\r\n\r\n".encode())
    dripping = tuple(itertools.chain.from_iterable((piece, seconds / PIECES) for piece in pieces))
    return lambda request: (*head(request), *dripping)


def slow_redirect(location: str, seconds: float) -> Reply:
    redirected = images.redirect(location)
    return lambda request: (seconds, *redirected(request))


# Every one of them would be a photo in the end, 14 s or more after the request.
LATE: dict[str, Reply] = {
    "/body.jpg": drip(14),
    "/head.jpg": lambda request: (14.0, *images.ok(jpeg())(request)),
    "/1.jpg": slow_redirect("/2.jpg", 5),
    "/2.jpg": slow_redirect("/3.jpg", 5),
    "/3.jpg": drip(5),
}


async def test_cc_27_a_photo_that_takes_over_ten_seconds_is_refused_and_holds_nobody_up(tmp_path: Path) -> None:
    with images.serving() as source, serve(tmp_path, "--fetch-allow", "127.0.0.1/32") as server:
        source.replies |= LATE | {"/in-time.jpg": drip(4), "/quick.jpg": images.ok(jpeg())}
        names = ("/body.jpg", "/head.jpg", "/1.jpg", "/in-time.jpg")
        asked = [asyncio.create_task(ask_patiently(server, source.url(name))) for name in names]
        quick = await asyncio.to_thread(ask, server, source.url("/quick.jpg"))
        assert photo_of(quick.content)
        assert not asked[0].done()
        *late, in_time = await asyncio.gather(*asked)
        for answer in late:
            refused(answer)
        assert photo_of(in_time.content)


async def ask_patiently(server: Served, url: str) -> httpx2.Response:
    async with httpx2.AsyncClient(timeout=30) as client:
        return await client.post(
            f"{server.url}/api/v2", headers={"X-API-Key": server.key}, json={**EXAMPLE, "photo-url": url}
        )
