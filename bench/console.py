"""Pages of the console among 1,000 and 1,000,000 contacts: the time to the first byte of each (CW-28)."""

from __future__ import annotations

import html
import http.client
import re
import tempfile
import time
from contextlib import ExitStack, closing
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Final, NamedTuple
from urllib.parse import urlencode

from contest import Contestant, answering
from ours import serve
from partner_reads import contacts, has_one, peopled
from report import Effort, Table, figure

if TYPE_CHECKING:
    from ours import Advertiser

SIZES: Final = (1_000, 1_000_000)
LIST: Final = "/campaigns/1000/contacts"
DUPLICATES: Final = "/campaigns/1000/duplicates"
_LOOKING: Final = "Still looking"
_ALLOWED: Final = 20  # milliseconds beside twice the time at the smaller size
_FOLLOWED: Final = 100
_NEXT: Final = re.compile(r'href="([^"]*)" rel="next"')
_PAGES: Final = {
    "list, by name": {},
    "list, last changed": {"sort": "changed"},
    "list, newest": {"sort": "newest"},
    "label that half have": {"label": "half"},
    "label that half have, newest": {"sort": "newest", "label": "half"},
    "partner account of all": {"partner": "10000"},
    "label and partner account, last changed": {"sort": "changed", "label": "half", "partner": "10000"},
    "search of a word that all have": {"q": "acme"},
    "search of a word that few have": {"q": "coyote99"},
    "search of one": {"q": "coyote999"},
    "search of two words": {"q": "wile coyote9"},
    "search of two words, last changed": {"q": "wile coyote9", "sort": "changed"},
    "search and label": {"q": "coyote9", "label": "half"},
    "search that finds nobody": {"q": "nobody"},
}


class Visitor(NamedTuple):
    """Somebody who is signed in to the server of a book."""

    size: int
    port: int
    cookie: str

    def get(self, address: str) -> tuple[float, str]:
        """Return the milliseconds to the first byte of a page, and the page; RuntimeError for a fault."""
        with closing(http.client.HTTPConnection("127.0.0.1", self.port, timeout=120)) as connection:
            connection.connect()
            began = time.perf_counter()
            connection.request("GET", address, headers={"Cookie": self.cookie})
            answer = connection.getresponse()
            waited = (time.perf_counter() - began) * 1_000
            page = answer.read().decode()
        if answer.status != http.client.OK:
            raise RuntimeError(f"{address} among {self.size}: {answer.status}")
        return waited, page


def tables(effort: Effort) -> list[Table]:
    """Fill a store of each size, then ask for each page at both sizes in turns."""
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        visitors = [_visitor(stack, Path(folder) / str(size), min(size, effort.rows)) for size in SIZES]
        rows = [_row(name, query, visitors, effort) for name, query in _PAGES.items()]
        rows.append(_duplicates(visitors, effort))
        rows += [_followed(f"next page, {name}", _PAGES[name], visitors) for name in list(_PAGES)[:7]]
    small, large = (f"{visitor.size:,}" for visitor in visitors)
    header = ("page of the console", f"ms at {small}", f"ms at {large}", "allowed ms", f"first time at {large}, ms")
    caption = f"""Milliseconds to the first byte, one client, one worker: medians of {effort.rounds * 5} in turns, or of
    {_FOLLOWED} pages one after the other. Allowed is twice the time at {small} and {_ALLOWED} ms (CW-28). The first
    list by name after the import brings the index of names up to date."""
    return [Table("The console as the book grows", header, rows, " ".join(caption.split()))]


def _visitor(stack: ExitStack, data: Path, size: int) -> Visitor:
    owner = peopled(data, size)
    contestant = Contestant("Cardwright", serve(data), contacts(owner, ".json?PageSize=1"), has_one)
    server = stack.enter_context(answering(contestant)[0])
    return Visitor(size, server.port, _signed_in(server.port, owner))


def _signed_in(port: int, owner: Advertiser) -> str:
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=30)) as connection:
        form = urlencode({"sid": owner.sid, "token": owner.token})
        kind = {"Content-Type": "application/x-www-form-urlencoded"}
        connection.request("POST", "/sign-in", form, kind)
        answer = connection.getresponse()
        answer.read()
        said = answer.getheader("Set-Cookie")
    if not said:
        raise RuntimeError(f"nobody is signed in: {answer.status}")
    return said.partition(";")[0]


def _row(name: str, query: dict[str, str], visitors: list[Visitor], effort: Effort) -> tuple[str, ...]:
    address = f"{LIST}?{urlencode(query)}"
    first = [visitor.get(address)[0] for visitor in visitors]
    laps = [[visitor.get(address)[0] for visitor in visitors] for _ in range(effort.rounds * 5)]
    small, large = (median(lap[at] for lap in laps) for at in (0, 1))
    return _told(name, small, large, figure(first[1], 3))


def _duplicates(visitors: list[Visitor], effort: Effort) -> tuple[str, ...]:
    """Ask for the duplicates until all were looked for, then in turns; the first time is that to the first answer."""
    first = [visitor.get(DUPLICATES)[0] for visitor in visitors]
    for visitor in visitors:
        while _LOOKING in visitor.get(DUPLICATES)[1]:
            time.sleep(0.2)
    laps = [[visitor.get(DUPLICATES)[0] for visitor in visitors] for _ in range(effort.rounds * 5)]
    small, large = (median(lap[at] for lap in laps) for at in (0, 1))
    return _told("duplicates", small, large, figure(first[1], 3))


def _followed(name: str, query: dict[str, str], visitors: list[Visitor]) -> tuple[str, ...]:
    """Follow Next page, from the start again where there is none."""
    times: list[list[float]] = [[], []]
    start = f"{LIST}?{urlencode(query)}"
    addresses = [start, start]
    for _ in range(_FOLLOWED + 1):
        for at, visitor in enumerate(visitors):
            waited, page = visitor.get(addresses[at])
            times[at].append(waited)
            found = _NEXT.search(page)
            addresses[at] = html.unescape(found[1]) if found else start
    return _told(name, median(times[0]), median(times[1]), "")


def _told(name: str, small: float, large: float, first: str) -> tuple[str, ...]:
    return name, figure(small, 3), figure(large, 3), figure(2 * small + _ALLOWED, 3), first
