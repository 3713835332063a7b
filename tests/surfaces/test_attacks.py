"""One client cannot stop the others: the attacks that are over in a moment, at a tenth of their size and whole.

What an attack takes beyond its size is seen in CPU time: on a busy machine everybody waits. Those that hold connections
or answers, and fairness, have tests of their own; `make bench ARGS=attacks` measures them all.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from attackers import ATTACKS, FORM, Target, sent
from probing import Felt, at_most_linear, beside
from serving import Served, command, serve

if TYPE_CHECKING:
    from collections.abc import Iterator

MOST_MEMORY = 150
"""MiB by which an attack may make the server grow."""

STATUS = {
    "long Accept": {431},
    "repeated key": {400},
    "HTTP/2, large": {0},  # it is not spoken
    "HTTP/2, many": {0},
    "small pieces": {400},
    "long Content-Type": {431},
    "long part head": {400},
    "fill octets": {200},
    "many ids": {413},
    "many labels": {413},
    "encoded fields": {413},
    "many parts": {413},
    "many words": {400},
    "long phone": {400},
}
"""What the attacks are answered with at their whole size, 0 for nothing."""


@pytest.fixture(scope="module")
def attacked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Target]:
    with serve(tmp_path_factory.mktemp("attacked")) as server:
        command(server.data, "campaign", "add", server.sid, "1000", "First")
        command(server.data, "partner", "add", server.sid, "10000", "Partner")
        target = Target(server, "")
        for attack in STATUS:  # what the first of its kind loads is there
            ATTACKS[attack].run(target, 0.01)
        yield target


@pytest.mark.parametrize("name", STATUS)
def test_an_attack_takes_time_in_proportion_and_no_memory(attacked: Target, name: str) -> None:
    tenth, _ = felt_of(attacked.server, name, 0.1)
    whole, answers = felt_of(attacked.server, name, 1)
    assert set(answers) <= STATUS[name]
    assert tenth.failed == whole.failed == 0
    at_most_linear(tenth.cpu, whole.cpu, least=0.1)
    assert max(tenth.grown, whole.grown) < MOST_MEMORY


@pytest.mark.parametrize(
    "path", ["/api/v2", "/Advertisers/nobody/Campaigns", "/Advertisers/{sid}/Campaigns/1000/Contacts"]
)
def test_a_body_in_small_pieces_costs_no_more_than_so_many_of_them(attacked: Target, path: str) -> None:
    costs = []
    for pieces in (10_000, 100_000):
        head = f"POST {path.format(sid=attacked.server.sid)} HTTP/1.1\r\nHost: a\r\n{attacked.basic}"
        head += f"Content-Type: {FORM}\r\nTransfer-Encoding: chunked\r\n\r\n"
        with beside(attacked.server) as felt:
            status = sent(attacked, head.encode() + b"1\r\na\r\n" * pieces + b"0\r\n\r\n")
        assert status == (404 if "nobody" in path else 400)
        costs.append(felt.cpu)
    at_most_linear(*costs, times=1, least=0.4)


def felt_of(server: Served, name: str, share: float) -> tuple[Felt, list[int]]:
    with beside(server) as felt:
        answers = ATTACKS[name].run(Target(server, ""), share)
    return felt, list(answers)
