"""What the tests of attacks measure with tells a server that nobody answers from one that answers."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from probing import at_most_linear, beside

if TYPE_CHECKING:
    from serving import Served


def _worker(pid: int) -> int:
    return int(Path(f"/proc/{pid}/task/{pid}/children").read_text().split()[0])


@pytest.mark.parametrize("fresh", [False, True])
def test_a_server_that_is_held_up_is_felt_for_as_long(server: Served, fresh: bool) -> None:  # noqa: FBT001 - a parameter
    with beside(server, fresh=fresh) as felt:
        os.kill(_worker(server.process.pid), signal.SIGSTOP)
        time.sleep(0.5)
        os.kill(_worker(server.process.pid), signal.SIGCONT)
    assert felt.failed == 0
    assert felt.longest >= 0.4
    assert felt.peak >= felt.before > 10


def test_a_refused_request_counts_as_failed(server: Served) -> None:
    with beside(server, f"/Advertisers/{server.sid}/Campaigns") as felt:
        pass
    assert felt.failed == felt.asked > 0


def test_ten_times_the_size_may_cost_ten_times_as_much_and_not_a_hundred_times() -> None:
    at_most_linear(0.2, 2.5)
    with pytest.raises(AssertionError):
        at_most_linear(0.2, 20)
