"""Digests of images: made once, and beside the event loop where they are large."""

from __future__ import annotations

import hashlib
import threading
from types import SimpleNamespace

import pytest

from cardwright.book import images


@pytest.mark.parametrize(("octets", "beside"), [(1_000, False), (10 * 1024 * 1024, True)])
async def test_a_large_image_is_hashed_once_and_in_another_thread(
    monkeypatch: pytest.MonkeyPatch, octets: int, *, beside: bool
) -> None:
    threads: list[int] = []

    def sha256(data: bytes) -> object:
        threads.append(threading.get_ident())
        return hashlib.sha256(data)

    monkeypatch.setattr(images, "hashlib", SimpleNamespace(sha256=sha256))
    data = bytes(octets)
    image = await images.image_of("image/gif", data, b"small")
    assert (image.digest, image.digest) == (hashlib.sha256(data).hexdigest(),) * 2
    assert [thread != threading.get_ident() for thread in threads] == [beside]
