"""Attacks with texts on a real server: its CPU time grows in proportion to what is sent."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import httpx2
import pytest

from partner_client import CAMPAIGN, serve_prepared

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from serving import Served

FLOOR = 0.25
"""Seconds of CPU time below which an attack is none."""
MOST = 40
"""For ten times what is sent: in proportion to it 10, in its square 100."""
FORM = "application/x-www-form-urlencoded"
MULTIPART = "multipart/form-data; boundary=x"
WILE = b"FirstName=Wile&LastName=Coyote&EmailAddress=w@example.com&Accounts=10000"


class Attack(NamedTuple):
    """What is sent, made of a number of repeats."""

    body: Callable[[int], bytes]
    repeats: int
    """Of the whole attack."""
    statuses: tuple[int, ...] = (400,)
    """What is answered to the attack, and to a tenth of it."""
    kind: str = FORM
    """The body's Content-Type; `""` for createcontact, `query` for the query of a list."""


PART = b'--x\r\nContent-Disposition: form-data; name="y"\r\n\r\n\r\n'
HEAD = b'--x\r\nContent-Disposition: form-data; name="' + b'\\";' * 320 + b"\r\n\r\n\r\n"
ATTACKS = {
    "a key twice among many": Attack(
        lambda times: b"{" + b"".join(b'"%x":0,' % key for key in range(times)) + b'"%x":0}' % (times - 1),
        28_000,
        kind="",
    ),
    "many ids": Attack(lambda times: WILE + b",1" * times, 60_000),
    "many different ids": Attack(lambda times: WILE + b"".join(b",%x" % key for key in range(times)), 22_000),
    "many labels in an array": Attack(
        lambda times: json.dumps({"Labels": list(map(str, range(times)))}).encode(), 14_000, kind="application/json"
    ),
    "percent-encoded fields": Attack(lambda times: WILE + b"&%41%C3%A9=%E9%A4" * times, 60_000, (413,)),
    "an encoded field": Attack(lambda times: WILE + b"&Title=" + b"%C3%A9" * times, 20_000),
    "many fields": Attack(lambda times: WILE + b"&a" * times, 60_000, (413,)),
    "many parts": Attack(lambda times: PART * times + b"--x--", 200_000, (413,), MULTIPART),
    "parts with long heads": Attack(lambda times: HEAD * times + b"--x--", 10_000, (400, 413), MULTIPART),
    "nearly a phone number": Attack(
        lambda times: WILE + b"&WorkPhoneNumberCountry=US&WorkPhoneNumber=" + b"1" * times + b"x", 250
    ),
    "a search of accents": Attack(lambda times: b"Search=a" + b"%CC%81%CC%A7" * times, 5_000, kind="query"),
    "a search of many words": Attack(
        lambda times: b"Search=" + b"".join(b"+%x" % word for word in range(times)), 10_000, kind="query"
    ),
    "a title of accents": Attack(lambda times: b"Title=a" + b"%CC%81%CC%A7" * times, 5_000, (200, 400), "query"),
}


@pytest.fixture(scope="module")
def attacked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    yield from serve_prepared(tmp_path_factory.mktemp("attacked"))


def cpu_time(server: Served) -> float:
    """Return the CPU time of the server's processes, in seconds."""
    ticks = 0
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:  # it has just ended
            continue
        if int(fields[2]) == server.process.pid:  # the group that it leads
            ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")


def spent(server: Served, attack: Attack, part: int) -> float:
    """Send `1 / part` of an attack and return the CPU time that it took."""
    body = attack.body(attack.repeats // part)
    contacts = f"{server.url}/Advertisers/{server.sid}/Campaigns/{CAMPAIGN}/Contacts"
    before = cpu_time(server)
    if attack.kind == "query":
        answer = httpx2.get(f"{contacts}?{body.decode()}", auth=(server.sid, server.token), timeout=60)
    elif attack.kind:
        headers = {"content-type": attack.kind}
        answer = httpx2.post(contacts, content=body, headers=headers, auth=(server.sid, server.token), timeout=60)
    else:
        answer = httpx2.post(f"{server.url}/api/v2", content=body, headers={"x-api-key": server.key}, timeout=60)
    assert answer.status_code in attack.statuses, answer.text
    return cpu_time(server) - before


@pytest.mark.parametrize("attack", ATTACKS.values(), ids=ATTACKS)
def test_a_worker_spends_time_in_proportion_to_what_it_is_sent(attacked: Served, attack: Attack) -> None:
    tenth, whole = spent(attacked, attack, 10), spent(attacked, attack, 1)
    assert whole < FLOOR or whole < MOST * max(tenth, 0.01), f"a tenth {tenth:.2f} s, the whole {whole:.2f} s"
