"""Photos over HTTP: cards with a 12-megapixel JPEG per second, and what rendering them does to requests without one."""

from __future__ import annotations

import json
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from statistics import median

from contest import Contestant, Lap, answering, conditions, lap
from createcontact import EXAMPLE, is_the_card, request
from installs import PEERS
from load import Answer, Load, Request, load
from ours import account, serve
from report import Effort, Table, figure
from servers import LOAD_CORES, Command, Server

PHOTO_CLIENTS = 4
BUSY, CALM = 32, 8
PAUSE = 10


def tables(effort: Effort) -> list[Table]:
    """Measure photo requests alone, then plain requests alone and beside them."""
    with tempfile.TemporaryDirectory() as data:
        credentials = account(Path(data))
        with photo_source() as source:
            command = serve(Path(data), "--fetch-allow", "127.0.0.0/8")
            key, address = credentials["ApiKey"], f"http://127.0.0.1:{source.port}"
            fresh = with_photo(key, f"{address}/{{new}}.jpg")
            server, _ = answering(Contestant("Cardwright", command, fresh, has_photo))
            with server:
                return [
                    photos(server, fresh, with_photo(key, f"{address}/same.jpg"), effort),
                    beside(server, key, fresh, effort),
                ]


def photo_source() -> Server:
    """Start the web server that has the photos, beside the load generator, and wait for it."""
    command = Command((sys.executable, str(PEERS / "photo_source.py"), "{port}"), cores=LOAD_CORES)
    server, _ = answering(Contestant("photo source", command, Request("GET", "/"), lambda answer: answer.status == 200))  # noqa: PLR2004  OK
    return server


def photos(server: Server, fresh: Request, same: Request, effort: Effort) -> Table:
    """Measure cards with a photo never seen before, and with one that is in the cache."""
    rows = []
    for name, asked in (("another photo each time", fresh), ("the same photo, cached", same)):
        load(server.port, asked, PHOTO_CLIENTS, 1)
        laps = [lap(server, asked, PHOTO_CLIENTS, effort.seconds) for _ in range(effort.rounds)]
        rows.append((name, *_medians(laps)))
    header = ("createcontact with a 12-megapixel JPEG (3.9 MB)", "requests/s", "p99 ms", "server CPU ms/request")
    return Table("createcontact with a photo, one worker", header, rows, _caption(PHOTO_CLIENTS, effort))


def beside(server: Server, key: str, fresh: Request, effort: Effort) -> Table:
    """Measure requests without a photo, alone and while others have photos rendered."""
    plain = request(key)
    rows = []
    for name, asked, clients in (
        (f"{BUSY} clients without pause", plain, BUSY),
        (f"{CALM} clients, {PAUSE} ms pause after each answer", plain._replace(pause=PAUSE), CALM),
    ):
        alone, both = [], []
        for _ in range(effort.rounds):
            alone.append(load(server.port, asked, clients, effort.seconds))
            both.append(while_rendering(server, asked, clients, fresh, effort.seconds))
        rows.append((name, *_pair(alone, both)))
    header = (
        "createcontact without a photo",
        "p99 ms alone",
        "while rendering",
        "ratio",
        "requests/s alone",
        "while rendering",
    )
    caption = f"Beside {PHOTO_CLIENTS} clients that ask for another photo each time. {_caption(BUSY, effort)}"
    return Table("createcontact while photos are rendered", header, rows, caption)


def while_rendering(server: Server, plain: Request, clients: int, fresh: Request, seconds: int) -> Load:
    """Put the plain load on the server while photo requests run from before its start to after its end."""
    with ThreadPoolExecutor(1) as other:
        rendering = other.submit(load, server.port, fresh, PHOTO_CLIENTS, seconds + 1)
        found = load(server.port, plain, clients, seconds)
        rendering.result()
    return found


def with_photo(key: str, url: str) -> Request:
    """Return the example with a photo."""
    return request(key)._replace(body=json.dumps({**EXAMPLE, "photo-url": url}))


def has_photo(answer: Answer) -> bool:
    """Whether the answer is the example's card with a JPEG inside."""
    return is_the_card(answer) and "PHOTO;ENCODING=b;TYPE=JPEG:/9j/" in answer.body


def _medians(laps: list[Lap]) -> tuple[str, ...]:
    loads = [each.load for each in laps]
    values = (median(each.per_second for each in loads), median(each.p99 for each in loads))
    return *(figure(value, 3) for value in values), figure(median(each.cpu for each in laps) / 1000)


def _pair(alone: list[Load], both: list[Load]) -> tuple[str, ...]:
    p99 = median(each.p99 for each in alone), median(each.p99 for each in both)
    ratio = median(b.p99 / a.p99 for a, b in zip(alone, both, strict=True))
    per_second = median(each.per_second for each in alone), median(each.per_second for each in both)
    return *map(figure, p99), f"{ratio:.1f}", *map(figure, per_second)


def _caption(clients: int, effort: Effort) -> str:
    where = "The photos come from a server on loopback, on the generator's core."
    return f"{conditions(clients, effort)} {where}"
