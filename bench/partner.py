"""Durable creates: Cardwright's partner contacts, an empty POST on its stack, and PUT at CardDAV servers."""

from __future__ import annotations

import tempfile
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlencode

import dav_peers
from contest import Contestant, available, compete, conditions
from load import Answer, Request
from ours import Advertiser, advertiser, granian, is_empty, serve
from report import Effort, Table, figure

if TYPE_CHECKING:
    from collections.abc import Callable

    from dav_peers import Peer

CLIENTS = 64
_OURS, _EMPTY = "Cardwright: POST contact", "empty POST, Falcon"
_BATCH = "empty POST, Falcon, scheduled like Cardwright"
PERSON = {
    "FirstName": "Wile",
    "LastName": "Coyote",
    "EmailAddress": "wile.coyote@example.com",
    "Title": "Acme Partner Manager",
    "WorkPhoneNumber": "8051234567",
    "WorkPhoneNumberCountry": "US",
    "CellphoneNumber": "8059876543",
    "CellphoneNumberCountry": "US",
    "Labels": "Main Contact,Acme Partner",
    "Accounts": "10000",
}


def tables(effort: Effort) -> list[Table]:
    """Measure what it takes until a new person is on disk."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        peers = [partial(dav_peers.sabre, folder, journal) for journal in ("delete", "wal")]
        peers += [partial(dav_peers.radicale, folder), partial(dav_peers.xandikos, folder)]
        makers: list[Callable[[], Contestant]] = [partial(cardwright, folder / "ours"), empty, empty_batch]
        makers += [partial(putting, peer) for peer in peers]
        outcomes = compete(available(makers), CLIENTS, effort)
    ours, ceiling, batch = outcomes.get(_OURS), outcomes[_EMPTY], outcomes[_BATCH]
    rows = [
        (
            name,
            figure(outcome.per_second),
            figure(outcome.p99),
            figure(outcome.cpu, 3),
            f"{outcome.speed_of(ceiling):.2g}",
            f"{outcome.thrift_of(ceiling):.2g}",
            f"{outcome.speed_of(batch):.2g}",
            f"{ours.speed_of(outcome):.2g}" if ours else "",
        )
        for name, outcome in outcomes.items()
    ]
    costs = ("requests/s", "p99 ms", "server CPU µs/request", "of empty POST", "by CPU", "of that scheduled so")
    caption = conditions(CLIENTS, effort, but="the CardDAV servers")
    return [
        Table("Durable creates, one worker", ("one more contact, on disk", *costs, "Cardwright to it"), rows, caption)
    ]


def cardwright(data: Path) -> Contestant:
    """Return the server that this is about, with a campaign and a partner account."""
    return Contestant(_OURS, serve(data), create(advertiser(data), PERSON), is_created)


def putting(make: Callable[[], Peer]) -> Contestant:
    """Return a CardDAV server with the request that puts the same person."""
    return make().putting


def empty() -> Contestant:
    """Return an empty POST on the same stack, asked with the same body."""
    nobody = create(Advertiser("nobody", "nothing"), PERSON)
    return Contestant(_EMPTY, granian("empty_falcon"), nobody._replace(path="/api/v2"), is_empty)


def empty_batch() -> Contestant:
    """Return the same, scheduled as Cardwright's workers are."""
    return empty()._replace(name=_BATCH, command=granian("empty_falcon", batch=True))


def create(owner: Advertiser, person: dict[str, str]) -> Request:
    """Return the request that creates a contact (PC-20, PC-21)."""
    headers = {**owner.headers, "Content-Type": "application/x-www-form-urlencoded"}
    return Request("POST", f"{owner.contacts}.json", headers, urlencode(person, safe="{}"))


def is_created(answer: Answer) -> bool:
    """Whether the answer says that the contact is kept (PC-28)."""
    return answer.status == 200 and '"OK"' in answer.body and "/Contacts/" in answer.body  # noqa: PLR2004  OK
