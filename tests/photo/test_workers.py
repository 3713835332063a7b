"""Photos off the event loop: the same answers, so many at once, and no photo that harms the next."""

from __future__ import annotations

import asyncio
import os
import resource
import signal
import subprocess
import sys
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import pytest_asyncio

from cardwright import limits
from cardwright.errors import BusyError, InvalidError, Rule
from cardwright.photo.accept import accept
from cardwright.photo.kinds import ImageKind
from cardwright.photo.render import render, shrink
from cardwright.photo.workers import Workers
from pictures import busy, encoded, gif, jpeg, png, swapped_profile, webp

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

_CHILDREN = Path(f"/proc/self/task/{os.getpid()}/children")
needs_proc = pytest.mark.skipif(not _CHILDREN.exists(), reason="this system does not list the children of a process")


@pytest_asyncio.fixture
async def workers() -> AsyncIterator[Workers]:
    workers = Workers(2)
    yield workers
    workers.close()


def processes() -> set[int]:
    """The photo processes that this one started and that still run."""
    found = set()
    for pid in map(int, _CHILDREN.read_text().split()):
        if b"cardwright.photo" in Path(f"/proc/{pid}/cmdline").read_bytes():
            found.add(pid)
    return found


def killed(pid: int) -> None:
    os.kill(pid, signal.SIGKILL)
    os.waitid(os.P_PID, pid, os.WEXITED | os.WNOWAIT)


async def test_the_answers_are_those_of_the_functions(workers: Workers) -> None:
    for data in (jpeg(700, 500), png(), gif(), webp()):
        assert await workers.render(data, formats=ImageKind) == render(data, formats=ImageKind)
        assert await workers.render(data, formats=ImageKind, box=32, limit=900) == render(
            data, formats=ImageKind, box=32, limit=900
        )
        assert await workers.accept(data, ImageKind) == accept(data, ImageKind)


async def test_photos_are_made_smaller(workers: Workers) -> None:
    photo = render(encoded(busy(600, 600), "JPEG"), formats=ImageKind)
    assert await workers.shrink(photo, 20_000) == shrink(photo, 20_000)
    assert await workers.shrink(photo, len(photo)) == photo
    assert await workers.shrink(photo, 200) is None


@pytest.mark.parametrize(
    ("data", "rule", "said"),
    [
        (b"", Rule.PHOTO_UNREADABLE, "The photo is no GIF, JPEG or PNG."),
        (webp(), Rule.PHOTO_UNREADABLE, "The photo is no GIF, JPEG or PNG."),
        (jpeg()[:-2], Rule.PHOTO_UNREADABLE, "The photo is no GIF, JPEG or PNG."),
        (bytes(10 * 1024 * 1024 + 1), Rule.PHOTO_TOO_LARGE, "The photo is too large."),
    ],
)
async def test_errors_come_through(workers: Workers, data: bytes, rule: Rule, said: str) -> None:
    for attempt in (
        workers.render(data, formats=("GIF", "JPEG", "PNG")),
        workers.accept(data, (ImageKind.GIF, ImageKind.JPEG, ImageKind.PNG)),
    ):
        with pytest.raises(InvalidError) as caught:
            await attempt
        assert [(fault.field, fault.rule, fault.message) for fault in caught.value.faults] == [("", rule, said)]


@needs_proc
async def test_no_more_processes_than_asked_for(workers: Workers) -> None:
    photos = [jpeg(1000 + n, 700) for n in range(12)]
    assert await asyncio.gather(*(workers.render(p, formats=ImageKind) for p in photos)) == [
        render(p, formats=ImageKind) for p in photos
    ]
    assert len(processes()) == 2
    workers.close()
    assert not processes()


async def test_accounts_have_their_turns_one_after_the_other() -> None:
    workers = Workers(1)
    order: list[str] = []

    async def rendered(account: str) -> None:
        await workers.render(jpeg(), formats=ImageKind, account=account)
        order.append(account)

    await asyncio.gather(*(rendered(account) for account in ["many"] * 10 + ["few"] * 2))
    assert order[:4] == ["many", "few", "many", "few"]
    workers.close()


async def test_a_photo_whose_turn_does_not_come_is_told_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "PHOTO_TURN", limits.PHOTO_TURN._replace(value=0.01))
    workers = Workers(1)
    first = asyncio.create_task(workers.render(jpeg(3000, 2000), formats=ImageKind, account="first"))
    await asyncio.sleep(0)  # its process starts, which takes longer
    with pytest.raises(BusyError):
        await workers.render(jpeg(), formats=ImageKind, account="second")
    await first
    workers.close()


@needs_proc
async def test_a_process_that_died_while_it_waited_is_replaced(workers: Workers) -> None:
    await workers.render(jpeg(), formats=ImageKind)
    (before,) = processes()
    killed(before)
    assert await workers.render(jpeg(), formats=ImageKind) == render(jpeg(), formats=ImageKind)
    assert processes() - {before}


@needs_proc
async def test_a_photo_that_kills_its_process_is_no_photo(workers: Workers) -> None:
    await workers.render(jpeg(), formats=ImageKind)
    (before,) = processes()
    os.kill(before, signal.SIGSTOP)
    attempt = asyncio.create_task(workers.render(jpeg(), formats=ImageKind))
    await asyncio.sleep(0)
    os.kill(before, signal.SIGKILL)
    with pytest.raises(InvalidError, match="no GIF, JPEG, PNG or WebP"):
        await attempt
    assert await workers.render(jpeg(), formats=ImageKind) == render(jpeg(), formats=ImageKind)


@needs_proc
async def test_signals_that_go_to_the_whole_group_do_not_end_a_photo(workers: Workers) -> None:
    await workers.render(jpeg(), formats=ImageKind)
    (process,) = processes()
    os.kill(process, signal.SIGTERM)
    os.kill(process, signal.SIGINT)
    await workers.render(jpeg(), formats=ImageKind)
    assert processes() == {process}


@needs_proc
async def test_a_photo_that_takes_too_long_is_no_photo() -> None:
    workers = Workers(seconds=0.0)
    with pytest.raises(InvalidError, match="no GIF, JPEG, PNG or WebP"):
        await workers.render(jpeg(2000, 2000), formats=ImageKind)
    assert not processes()


@needs_proc
async def test_a_request_that_was_given_up_leaves_no_answer_behind(workers: Workers) -> None:
    await workers.render(jpeg(), formats=ImageKind)
    attempt = asyncio.create_task(workers.render(jpeg(3000, 2000), formats=ImageKind))
    await asyncio.sleep(0)
    attempt.cancel()
    with pytest.raises(asyncio.CancelledError):
        await attempt
    assert await workers.render(jpeg(40, 30), formats=ImageKind) == render(jpeg(40, 30), formats=ImageKind)


async def test_processes_that_do_not_start_are_a_fault_of_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.executable", "/bin/true")
    with pytest.raises(RuntimeError, match="does not start"):
        await Workers().render(jpeg(), formats=ImageKind)


@needs_proc
async def test_a_process_has_three_descriptors_can_open_no_other_and_gains_no_privileges(workers: Workers) -> None:
    ours = os.pipe()
    for descriptor in ours:  # which a child inherits unless it is told not to
        os.set_inheritable(descriptor, True)  # noqa: FBT003 - the name says it
    await workers.render(jpeg(), formats=ImageKind)
    for descriptor in ours:
        os.close(descriptor)
    (process,) = processes()
    proc = Path(f"/proc/{process}")
    assert sorted(it.name for it in (proc / "fd").iterdir()) == ["0", "1", "2"]
    assert resource.prlimit(process, resource.RLIMIT_NOFILE) == (3, 3)
    status = dict(line.split(":\t") for line in (proc / "status").read_text().splitlines())
    assert status["NoNewPrivs"] == "1"


async def test_everything_is_loaded_before_files_are_out_of_reach(workers: Workers) -> None:
    """Each kind is the first that a new process sees, with a profile and without: it opens nothing for it."""
    profile = swapped_profile()
    makers: list[Callable[..., bytes]] = [jpeg, png, gif, webp]
    for make, options in product(makers, ({}, {"icc_profile": profile})):
        data = make(**options)
        assert await workers.accept(data, ImageKind) == accept(data, ImageKind)
        workers.close()
        assert await workers.render(data, formats=ImageKind) == render(data, formats=ImageKind)
        workers.close()


def test_asking_for_photos_does_not_load_pillow() -> None:
    look = "import sys, cardwright.photo.workers; sys.exit('PIL' in sys.modules)"
    subprocess.run([sys.executable, "-c", look], check=True)
