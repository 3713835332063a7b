"""Photos by URL: fetched and rendered once, for as long as their server allows."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, NamedTuple

import pytest

from cardwright.errors import Fault, InvalidError, Rule
from cardwright.fair_semaphore import FairSemaphore
from cardwright.fetch import Fetcher, PhotoCache
from peers import images

if TYPE_CHECKING:
    from collections.abc import AsyncIterator


ACME, BETA = "Acme", "Beta"


def slots(total: int = 8, each: int = 4) -> FairSemaphore:
    return FairSemaphore(total, each=each, seconds=60)


class Picture(NamedTuple):
    data: bytes


class Studio:
    """A renderer that counts, and a clock that is set by hand."""

    def __init__(self) -> None:
        self.rendered: list[bytes] = []
        self.now = 0.0
        self.fault: InvalidError | None = None

    async def render(self, data: bytes, _account: str) -> Picture:
        await asyncio.sleep(0)
        self.rendered.append(data)
        if self.fault:
            raise self.fault
        return Picture(data.upper())

    def clock(self) -> float:
        return self.now


@pytest.fixture
def studio() -> Studio:
    return Studio()


@pytest.fixture
async def cache(fetcher: Fetcher, studio: Studio) -> AsyncIterator[PhotoCache[Picture]]:
    made = PhotoCache(fetcher, studio.render, slots(), capacity=10_000, clock=studio.clock)
    yield made
    await made.aclose()


Cache = PhotoCache[Picture]


async def test_a_fresh_photo_is_fetched_and_rendered_once(
    server: images.ImageServer, cache: Cache, studio: Studio
) -> None:
    server.replies["/logo.png"] = images.ok(b"logo", {"Cache-Control": "max-age=60"})
    for studio.now in (0, 1, 59):
        assert await cache.get(server.url("/logo.png"), ACME) == Picture(b"LOGO")
    assert server.asked("/logo.png") == len(studio.rendered) == 1
    studio.now = 61
    assert await cache.get(server.url("/logo.png"), ACME) == Picture(b"LOGO")
    assert server.asked("/logo.png") == len(studio.rendered) == 2


async def test_a_stale_photo_that_has_not_changed_is_not_rendered_again(
    server: images.ImageServer, cache: Cache, studio: Studio
) -> None:
    server.replies["/logo.png"] = images.unless_matched('"1"', b"logo", {"Cache-Control": "max-age=60"})
    first = await cache.get(server.url("/logo.png"), ACME)
    studio.now = 61
    assert await cache.get(server.url("/logo.png"), ACME) is first
    assert server.requests[1].fields["if-none-match"] == '"1"'
    studio.now = 120  # fresh again since the answer 304
    assert await cache.get(server.url("/logo.png"), ACME) is first
    assert (server.asked("/logo.png"), len(studio.rendered)) == (2, 1)


async def test_a_stale_photo_that_has_changed(server: images.ImageServer, cache: Cache, studio: Studio) -> None:
    server.replies["/logo.png"] = images.unless_matched('"1"', b"logo", {"Cache-Control": "no-cache"})
    assert await cache.get(server.url("/logo.png"), ACME) == Picture(b"LOGO")
    server.replies["/logo.png"] = images.unless_matched('"2"', b"new", {"Cache-Control": "no-cache"})
    assert await cache.get(server.url("/logo.png"), ACME) == Picture(b"NEW")
    assert await cache.get(server.url("/logo.png"), ACME) == Picture(b"NEW")
    assert [request.fields.get("if-none-match") for request in server.requests] == [None, '"1"', '"2"']
    assert studio.rendered == [b"logo", b"new"]


async def test_last_modified_is_a_validator_too(server: images.ImageServer, cache: Cache, studio: Studio) -> None:
    when = "Mon, 23 Nov 2026 09:30:00 GMT"
    server.replies["/logo.png"] = images.ok(b"logo", {"Last-Modified": when, "Cache-Control": "max-age=0"})
    first = await cache.get(server.url("/logo.png"), ACME)
    server.replies["/logo.png"] = images.raw(b"HTTP/1.1 304 Not Modified\r\n\r\n")
    assert await cache.get(server.url("/logo.png"), ACME) is first
    assert server.requests[1].fields["if-modified-since"] == when
    assert len(studio.rendered) == 1


async def test_a_validator_that_cannot_be_sent_back(server: images.ImageServer, cache: Cache) -> None:
    server.replies["/logo.png"] = images.ok(b"logo", {"ETag": '"\xfc"', "Cache-Control": "no-cache"})
    for _ in range(2):
        assert await cache.get(server.url("/logo.png"), ACME) == Picture(b"LOGO")
    assert server.asked("/logo.png") == 2


@pytest.mark.parametrize("terms", ["no-store", "private, max-age=60", "max-age=0"])
async def test_what_may_not_be_kept(server: images.ImageServer, cache: Cache, terms: str) -> None:
    """Nor is what has no validator, once it is stale."""
    server.replies["/logo.png"] = images.ok(b"logo", {"Cache-Control": terms})
    for _ in range(2):
        assert await cache.get(server.url("/logo.png"), ACME) == Picture(b"LOGO")
    assert server.asked("/logo.png") == 2


async def test_a_photo_behind_redirects_is_fresh_while_all_of_them_are(
    server: images.ImageServer, cache: Cache, studio: Studio
) -> None:
    """RFC 9110 section 15.4.3: a 302 without terms is asked again, the photo behind it with its validators."""
    server.replies["/old"] = images.redirect("/logo.png")
    server.replies["/logo.png"] = images.unless_matched('"1"', b"logo", {"Cache-Control": "max-age=60"})
    for _ in range(2):
        assert await cache.get(server.url("/old"), ACME) == Picture(b"LOGO")
    assert [(request.target, "if-none-match" in request.fields) for request in server.requests] == [
        ("/old", False), ("/logo.png", False), ("/old", False), ("/logo.png", True),
    ]  # fmt: skip
    assert len(studio.rendered) == 1
    server.replies["/old"] = images.redirect("/other.png", fields={"Cache-Control": "no-store"})
    server.replies["/other.png"] = images.ok(b"other", {"Cache-Control": "max-age=60"})
    for _ in range(2):
        assert await cache.get(server.url("/old"), ACME) == Picture(b"OTHER")
    assert server.asked("/other.png") == 2


async def test_requests_at_the_same_time_share_one_fetch(
    server: images.ImageServer, cache: Cache, studio: Studio
) -> None:
    server.replies["/logo.png"] = images.ok(b"logo", {"Cache-Control": "no-store"})
    pictures = await asyncio.gather(*(cache.get(server.url("/logo.png"), ACME) for _ in range(50)))
    assert pictures == [Picture(b"LOGO")] * 50
    assert server.asked("/logo.png") == len(studio.rendered) == 1


async def test_who_stops_waiting_stops_alone(server: images.ImageServer, cache: Cache) -> None:
    server.replies["/logo.png"] = images.ok(b"logo", {"Cache-Control": "max-age=60"})
    first, second = (asyncio.create_task(cache.get(server.url("/logo.png"), ACME)) for _ in range(2))
    await asyncio.sleep(0)
    first.cancel()
    assert await second == Picture(b"LOGO")
    assert first.cancelled()
    assert server.asked("/logo.png") == 1


async def test_all_stop_waiting_and_nobody_hears_the_failure(server: images.ImageServer, cache: Cache) -> None:
    only = asyncio.create_task(cache.get(server.url("/missing.png"), ACME))
    await asyncio.sleep(0)
    only.cancel()
    with pytest.raises(InvalidError):
        await cache.get(server.url("/missing.png"), ACME)
    assert server.asked("/missing.png") == 1


async def test_a_failure_is_shared_while_under_way_and_then_forgotten(
    server: images.ImageServer, cache: Cache, studio: Studio
) -> None:
    results = await asyncio.gather(
        *(cache.get(server.url("/logo.png"), ACME) for _ in range(3)), return_exceptions=True
    )
    assert all(isinstance(result, InvalidError) for result in results)
    assert server.asked("/logo.png") == 1
    server.replies["/logo.png"] = images.ok(b"logo", {"Cache-Control": "max-age=60"})
    studio.fault = InvalidError([Fault("", Rule.PHOTO_UNREADABLE, "The photo is no GIF, JPEG or PNG.")])
    with pytest.raises(InvalidError) as caught:
        await cache.get(server.url("/logo.png"), ACME)
    assert caught.value is studio.fault
    studio.fault = None
    assert await cache.get(server.url("/logo.png"), ACME) == Picture(b"LOGO")


async def test_the_least_recently_used_leaves(server: images.ImageServer, cache: Cache) -> None:
    for name in ("/a", "/b", "/c"):
        server.replies[name] = images.ok(bytes(3000), {"Cache-Control": "max-age=60"})
    for name in ("/a", "/b", "/a", "/c", "/a", "/b"):
        await cache.get(server.url(name), ACME)
    assert [request.target for request in server.requests] == ["/a", "/b", "/c", "/b"]


async def test_what_is_larger_than_the_cache_is_not_kept(server: images.ImageServer, cache: Cache) -> None:
    server.replies["/a"] = images.ok(bytes(3000), {"Cache-Control": "max-age=60"})
    server.replies["/large"] = images.ok(bytes(10_001), {"Cache-Control": "max-age=60"})
    for name in ("/a", "/large", "/a", "/large"):
        await cache.get(server.url(name), ACME)
    assert [request.target for request in server.requests] == ["/a", "/large", "/large"]


async def test_the_bytes_counted_stay_the_same_when_a_photo_is_renewed(
    server: images.ImageServer, cache: Cache, studio: Studio
) -> None:
    server.replies["/a"] = images.unless_matched('"1"', bytes(3000), {"Cache-Control": "max-age=60"})
    server.replies["/b"] = images.ok(bytes(3000), {"Cache-Control": "max-age=6000"})
    await cache.get(server.url("/b"), ACME)
    for studio.now in range(0, 610, 61):
        await cache.get(server.url("/a"), ACME)
    await cache.get(server.url("/b"), ACME)
    assert server.asked("/b") == 1


async def test_closing_ends_what_is_under_way(server: images.ImageServer, fetcher: Fetcher, studio: Studio) -> None:
    server.replies["/slow"] = images.silent()
    cache = PhotoCache(fetcher, studio.render, slots())
    waiting = asyncio.create_task(cache.get(server.url("/slow"), ACME))
    await asyncio.sleep(0)
    await cache.aclose()
    with pytest.raises(asyncio.CancelledError):
        await waiting


async def test_photos_that_wait_to_be_rendered_are_bounded_in_number(
    server: images.ImageServer, fetcher: Fetcher
) -> None:
    paths = [f"/{number}.png" for number in range(5)]
    server.replies |= {path: images.ok(b"photo") for path in [*paths, "/other.png"]}
    go_on = asyncio.Event()
    rendering = 0

    async def render(data: bytes, _account: str) -> Picture:
        nonlocal rendering
        rendering += 1
        await go_on.wait()
        return Picture(data)

    cache = PhotoCache(fetcher, render, slots(2))
    asked = [asyncio.create_task(cache.get(server.url(path), ACME)) for path in paths]
    while rendering < 2:  # noqa: ASYNC110 (the turn of the other tasks)
        await asyncio.sleep(0)
    await fetcher.fetch(server.url("/other.png"))  # time enough for a third fetch
    assert sum(server.asked(path) for path in paths) == rendering == 2
    go_on.set()
    assert await asyncio.gather(*asked) == [Picture(b"photo")] * 5
    await cache.aclose()


async def test_accounts_share_what_is_kept_and_not_what_is_under_way(
    server: images.ImageServer, cache: Cache, studio: Studio
) -> None:
    server.replies["/logo.png"] = images.ok(b"logo", {"Cache-Control": "max-age=60"})
    await asyncio.gather(*(cache.get(server.url("/logo.png"), account) for account in (ACME, BETA) * 5))
    assert server.asked("/logo.png") == len(studio.rendered) == 2
    assert await cache.get(server.url("/logo.png"), "Gamma") == Picture(b"LOGO")
    assert server.asked("/logo.png") == 2


async def test_another_account_does_not_wait_behind_slow_photos_nor_for_a_place_that_is_not_its_own(
    server: images.ImageServer, fetcher: Fetcher, studio: Studio
) -> None:
    cache = PhotoCache(fetcher, studio.render, slots(4, each=2))
    server.replies["/logo.png"] = images.ok(b"logo", {"Cache-Control": "max-age=60"})
    slow = [f"/slow{number}.png" for number in range(20)]
    server.replies |= dict.fromkeys(slow, images.silent())
    waiting = [asyncio.create_task(cache.get(server.url(path), ACME)) for path in [*slow, "/logo.png"]]
    await asyncio.sleep(0)
    assert await cache.get(server.url("/logo.png"), BETA) == Picture(b"LOGO")
    assert await cache.get(server.url("/logo.png"), ACME) == Picture(b"LOGO")  # kept: it needs no slot
    assert not any(task.done() for task in waiting)
    await cache.aclose()
    await asyncio.gather(*waiting, return_exceptions=True)
    assert sum(server.asked(path) for path in slow) == 2


async def test_what_another_account_fetched_meanwhile_is_not_fetched_again(
    server: images.ImageServer, fetcher: Fetcher, studio: Studio
) -> None:
    cache = PhotoCache(fetcher, studio.render, slots(1, each=1))
    server.replies["/logo.png"] = images.ok(b"logo", {"Cache-Control": "max-age=60"})
    await asyncio.gather(*(cache.get(server.url("/logo.png"), account) for account in (ACME, BETA, "Gamma")))
    assert server.asked("/logo.png") == 1
