"""A body gives way to other requests while it is taken, however it is packed (docs/fetching.md)."""

from __future__ import annotations

import asyncio
import zlib

import pytest

from cardwright.errors import InvalidError
from cardwright.fetch.body import Body
from cardwright.limits import FETCH_PIECES

MIB = 2**20


@pytest.mark.parametrize(
    ("coding", "pieces", "size", "turns"),
    [
        pytest.param("", [b"x"] * 60_000, 60_000, 1000, id="an octet at a time"),
        pytest.param("gzip", [zlib.compress(bytes(9 * MIB), wbits=31)], 9 * MIB, 30, id="much in one packed piece"),
        pytest.param("deflate", [zlib.compress(bytes(9 * MIB))], 9 * MIB, 30, id="deflate"),
    ],
)
async def test_others_have_their_turn(coding: str, pieces: list[bytes], size: int, turns: int) -> None:
    had = 0

    async def other() -> None:
        nonlocal had
        while True:
            had += 1
            await asyncio.sleep(0)

    body = Body(coding, 10 * MIB)
    others = asyncio.create_task(other())
    for piece in pieces:
        await body.add(piece)
    assert had >= turns
    assert len(body.done()) == size
    others.cancel()


async def test_a_body_in_too_many_pieces_is_refused() -> None:
    body = Body("", 10 * MIB)
    for _ in range(FETCH_PIECES.value):
        await body.add(b"x")
    with pytest.raises(InvalidError):
        await body.add(b"x")
