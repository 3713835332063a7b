"""Two workers beside one, on the same cores: what a second worker gives, and what two that write cost each other."""

from __future__ import annotations

import tempfile
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import createcontact
import partner
from contest import Contestant, available, compete, conditions
from ours import account, advertiser, serve
from partner_reads import contacts, has_one, peopled
from report import Effort, Table, figure
from servers import CORES, LOAD_CORES

if TYPE_CHECKING:
    from collections.abc import Callable

    from load import Answer, Request

CLIENTS = 64
PEOPLE = 1_000
"""Contacts in the store that is read."""


def tables(effort: Effort) -> list[Table]:
    """Measure each job with one worker and with two, in turns; all cores are theirs, beside the generator."""
    rows = []
    for name, job in {"createcontact": cards, "read a contact": reads, "create a contact": creates}.items():
        with tempfile.TemporaryDirectory() as folder:
            makers = [partial(contestant, job, Path(folder) / str(workers), workers) for workers in (1, 2)]
            one, two = compete(available(makers), CLIENTS, effort).values()
        figures = (figure(one.per_second), figure(two.per_second), f"{two.speed_of(one):.2f}")
        rows.append((name, *figures, figure(one.p99), figure(two.p99), figure(one.cpu, 3), figure(two.cpu, 3)))
    header = (
        "requests/s",
        "one worker",
        "two",
        "two to one",
        "p99 ms, one",
        "two",
        "server CPU µs/request, one",
        "two",
    )
    cores = f"the servers may use all {len(CORES)} cores, the generator {len(LOAD_CORES)} of them"
    caption = conditions(CLIENTS, effort, cores=cores)
    return [Table("One worker and two", header, rows, caption)]


def contestant(job: Callable[[Path], tuple[Request, Callable[[Answer], bool]]], data: Path, workers: int) -> Contestant:
    """Return a server with so many workers on a store of its own, and what it is asked."""
    request, right = job(data)
    return Contestant(f"{workers}", serve(data, workers=workers, cores=CORES), request, right)


def cards(data: Path) -> tuple[Request, Callable[[Answer], bool]]:
    """Return createcontact's example."""
    return createcontact.request(account(data)["ApiKey"]), createcontact.is_the_card


def reads(data: Path) -> tuple[Request, Callable[[Answer], bool]]:
    """Fill a store; return the request for one contact of it, another each time."""
    return contacts(peopled(data, PEOPLE), "/{id}.json", range(1, PEOPLE)), has_one


def creates(data: Path) -> tuple[Request, Callable[[Answer], bool]]:
    """Return the request that puts one more contact on disk."""
    return partner.create(advertiser(data), partner.PERSON), partner.is_created
