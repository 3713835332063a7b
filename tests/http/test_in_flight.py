"""What is between a worker and its clients has a bound: beyond it, who has not moved for longest is ended."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from attackers import Target, unfinished_bodies
from cardwright.http import pieces
from cardwright.http.in_flight import InFlight
from cardwright.http.pieces import EndedError
from cardwright.limits import HEAD
from probing import beside
from serving import serve, with_limits

if TYPE_CHECKING:
    from pathlib import Path

    from cardwright.http.asgi import Message

MOST = 100


def ended(steps: list[tuple[str, int]]) -> tuple[list[str], int]:
    """Return who was ended, and how much is held, after tasks of these names have added or (with 0) released."""
    found: list[str] = []

    async def run() -> int:
        held = InFlight(MOST)
        tasks = {name: asyncio.create_task(asyncio.sleep(60)) for name, _ in steps}
        for name, octets in steps:
            if octets:
                held.add(tasks[name], octets, lambda name=name: found.append(name))
            else:
                held.release(tasks[name])
        octets = held.octets
        for task in tasks.values():
            task.cancel()
        await asyncio.wait(tasks.values())
        await asyncio.sleep(0)
        assert held.octets == 0, "a task that is over holds something"
        return octets

    return found, asyncio.run(run())


@pytest.mark.parametrize(
    ("steps", "gone", "octets"),
    [
        ([("a", 60), ("b", 40)], [], 100),
        ([("a", 60), ("b", 41)], ["a"], 41),
        ([("a", 60), ("b", 30), ("a", 20)], ["b"], 80),
        ([("a", 60), ("b", 30), ("a", 5), ("c", 6)], ["b"], 71),
        ([("a", 60), ("b", 30), ("b", 0), ("c", 40)], [], 100),
        ([("a", 30), ("b", 30), ("c", 30), ("d", 90)], ["a", "b", "c"], 90),
        ([("a", 101)], [], 101),
        ([("a", 101), ("a", 50)], [], 151),
    ],
)
def test_both_sides_of_the_bound(steps: list[tuple[str, int]], gone: list[str], octets: int) -> None:
    assert ended(steps) == (gone, octets)


def test_an_answer_that_nobody_takes_makes_room(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pieces, "in_flight", InFlight(300_000))
    body: Message = {"type": "http.response.body", "body": bytes(200_000)}

    async def never(_message: Message) -> None:
        await asyncio.Event().wait()

    async def run() -> None:
        first = asyncio.create_task(pieces.sent_in_pieces(body, never))
        await asyncio.sleep(0)
        second = asyncio.create_task(pieces.sent_in_pieces(body, never))
        with pytest.raises(EndedError):
            await first
        assert not second.done()
        second.cancel()
        with pytest.raises(asyncio.CancelledError):
            await second

    asyncio.run(run())


@pytest.mark.timeout(120)
def test_bodies_that_lack_their_end_make_room_and_others_are_answered(tmp_path: Path) -> None:
    program = with_limits(IN_FLIGHT=4 * 1024 * 1024)
    with serve(tmp_path, program=program) as server, beside(server, "/openapi.json", fresh=True) as felt:
        told = unfinished_bodies(Target(server, ""), 0.05, hold=3)
    room = 4 * 1024 * 1024 // (260_000 + HEAD.value)  # the connection has a buffer too
    assert room - 1 <= len(told) - told.count(1) <= room  # /openapi.json on its way may take the room of one
    assert felt.failed == 0
