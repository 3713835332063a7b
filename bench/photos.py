"""Photos without HTTP: renders a second, with and without `draft()`, and what they cost the event loop beside them."""

from __future__ import annotations

import asyncio
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from functools import partial
from io import BytesIO
from statistics import median, quantiles
from typing import TYPE_CHECKING
from unittest.mock import patch

import uvloop
from PIL import Image, ImageOps, JpegImagePlugin

from cardwright.photo.accept import accept
from cardwright.photo.kinds import ImageKind
from cardwright.photo.render import render, shrink
from cardwright.photo.workers import Workers
from report import Effort, Table, figure

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

WIDTH, HEIGHT = 4000, 3000
TICK = 0.001
WAITING = 4
KINDS = frozenset(ImageKind)


def tables(effort: Effort) -> list[Table]:
    """Measure each kind in one thread, then a loop's timers beside a queue of photos."""
    return [renders(effort), loops(effort)]


def renders(effort: Effort) -> Table:
    """Time one photo of each kind: the standard render, the same without `draft()`, and the image to keep."""
    rows = []
    for name, kind, options in (
        ("JPEG", ImageKind.JPEG, {"quality": 88}),
        ("JPEG, progressive", ImageKind.JPEG, {"quality": 88, "progressive": True}),
        ("PNG", ImageKind.PNG, {"compress_level": 4}),
        ("WebP", ImageKind.WEBP, {"quality": 80, "method": 2}),
        ("GIF", ImageKind.GIF, {}),
    ):
        data = photo(kind, **options)
        make = partial(render, data, formats=KINDS)
        fast = speed(effort.rounds, make)
        slow = speed(effort.rounds, make, full_decode=True) if kind is ImageKind.JPEG else None
        kept = speed(effort.rounds, partial(accept, data, KINDS))
        without = (figure(slow), f"{fast / slow:.2f}") if slow else ("—", "—")
        rows.append((f"{name}, {len(data) / 1e6:.1f} MB", figure(fast), *without, figure(kept)))
    smaller = speed(effort.rounds, partial(shrink, render(photo(ImageKind.JPEG, quality=88), formats=KINDS), 20_000))
    return Table(
        f"Photos of 12 megapixels ({WIDTH} by {HEIGHT}), one thread",
        ("file", "renders/s", "without draft()", "ratio", "accepts/s"),
        rows,
        f"By CPU time, median of {effort.rounds}. A rendered photo made smaller, to 20 kB: {figure(smaller)}/s.",
    )


def loops(effort: Effort) -> Table:
    """Measure how late a timer fires in an event loop while photos are rendered in a thread or in a process."""
    data = photo(ImageKind.JPEG, quality=88)
    rows = []
    for name, measured in (("nothing", alone), ("a thread", in_thread), ("a process (`Workers`)", in_process)):
        laps = [uvloop.run(measured(data, effort.seconds)) for _ in range(effort.rounds)]
        late, made = (median(values) for values in zip(*laps, strict=True))
        rows.append((name, f"{late * 1000:.2f}", figure(made) if made else "—"))
    return Table(
        "A timer of 1 ms beside a queue of 12-megapixel JPEGs",
        ("rendering in", "late by, p99 ms", "renders/s"),
        rows,
        f"Median of {effort.rounds} laps of {effort.seconds} s; {WAITING} photos wait at any time, one is rendered.",
    )


def photo(kind: ImageKind, **options: float) -> bytes:
    """Make an image as a camera does: broad shapes, texture, fine grain."""
    bands = []
    for _ in range(3):
        shapes = Image.effect_noise((40, 30), 90).resize((WIDTH, HEIGHT), Image.Resampling.BICUBIC)
        texture = Image.effect_noise((400, 300), 60).resize((WIDTH, HEIGHT), Image.Resampling.BICUBIC)
        grain = Image.effect_noise((WIDTH, HEIGHT), 30)
        bands.append(Image.blend(Image.blend(shapes, texture, 0.4), grain, 0.3))
    image = Image.merge("RGB", bands)
    if kind is ImageKind.PNG:
        image = ImageOps.posterize(image, 4)  # a photo as it is would be too large to be taken
    file = BytesIO()
    (image.quantize(64) if kind is ImageKind.GIF else image).save(file, kind, **options)
    return file.getvalue()


def speed(rounds: int, make: Callable[[], object], *, full_decode: bool = False) -> float:
    """Return how often `make` runs in a second of CPU time: one thread, so on a quiet machine that is a second."""
    took = []
    with patch.object(JpegImagePlugin.JpegImageFile, "draft") if full_decode else nullcontext():
        for _ in range(rounds):
            start = time.process_time()
            make()
            took.append(time.process_time() - start)
    return 1 / median(took)


async def alone(_: bytes, seconds: float) -> tuple[float, float]:
    """Measure the loop with nothing else to do."""
    return await lateness(seconds), 0.0


async def in_thread(data: bytes, seconds: float) -> tuple[float, float]:
    """Measure the loop beside one thread that renders."""
    with ThreadPoolExecutor(1) as pool:
        running = asyncio.get_running_loop()
        return await beside(lambda: running.run_in_executor(pool, partial(render, data, formats=KINDS)), seconds)


async def in_process(data: bytes, seconds: float) -> tuple[float, float]:
    """Measure the loop beside one process that renders."""
    workers = Workers()
    try:
        return await beside(lambda: workers.render(data, formats=KINDS), seconds)
    finally:
        workers.close()


async def beside(make: Callable[[], Awaitable[bytes]], seconds: float) -> tuple[float, float]:
    """Return the 99th percentile of lateness and the renders a second."""
    made = 0

    async def rendering() -> None:
        nonlocal made
        while True:
            await make()
            made += 1

    await make()
    queue = [asyncio.create_task(rendering()) for _ in range(WAITING)]
    late = await lateness(seconds)
    for task in queue:
        task.cancel()
    await asyncio.gather(*queue, return_exceptions=True)
    return late, made / seconds


async def lateness(seconds: float) -> float:
    """Return by how much timers fire late, in seconds, at the 99th percentile."""
    late = []
    end = time.perf_counter() + seconds
    while (start := time.perf_counter()) < end:
        await asyncio.sleep(TICK)
        late.append(time.perf_counter() - start - TICK)
    return quantiles(late, n=100)[-1]


if __name__ == "__main__":
    print("\n\n".join(table.markdown() for table in tables(Effort())))
