"""Those who would stop the others: what everybody else feels of each attack of the security review."""

from __future__ import annotations

import base64
import contextlib
import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import quote

from report import Effort, Table, figure

sys.path.append(str(Path(__file__).parent.parent / "tests"))  # the attackers and the measuring are those of the tests

from attackers import ATTACKS, HOLD, Attack, Target, created
from peers import images  # type: ignore[attr-defined] # those of tests/peers, and there is bench/peers
from pictures import jpeg
from probing import beside, memory_mib
from serving import ENVIRONMENT, PROGRAM, Served, command, run, started

if TYPE_CHECKING:
    from collections.abc import Iterator

CONTACTS = 20_000
CARDS, CARD_SIZE = 60, 4 * 1024 * 1024
PHONE = "WorkPhoneNumber=8051234567&WorkPhoneNumberCountry=US"
PATIENCE = 60.0
SETTLE = 2.0
"""Seconds after an attack at which the memory is looked at again."""


class People(NamedTuple):
    """A store with an attacker and somebody else."""

    data: Path
    attacker: dict[str, str]
    other: dict[str, str]


def tables(effort: Effort) -> list[Table]:
    """Let each attack run once at its whole size, against a server of its own that is asked by others beside it."""
    with tempfile.TemporaryDirectory() as folder, images.serving() as source:
        source.replies["/photo.jpg"] = images.ok(jpeg(), {"Cache-Control": "no-store"})
        source.replies |= {f"/never?{n}": images.silent() for n in range(1_000)}
        people = peopled(Path(folder) / "data")
        large = jcard(Path(folder), people)  # first: a process that is started counts what this one has had as its own
        rows = [measured(people, source, name, effort.seconds) for name in ATTACKS]
    header = (
        *("attack", "answers", "seconds", "longest wait for /healthz, ms", "alone", "others wait, ms", "of alone"),
        *("others' longest, ms", "memory before, MiB", "at most", "after"),
    )
    caption = (
        "One worker on all cores, which attackers and askers share. /healthz is asked every 5 ms. Others are "
        "another account, which reads a contact every 5 ms, or makes one contact with a photo after the other where "
        f"photos are attacked: medians, over {effort.seconds} s at least. A wait of {PATIENCE:.0f} s is given up. "
        f"Answers: how often each status came, 0 for none; of connections that are held for {HOLD:.0f} s, 0 were open "
        f"then, and 1 ended by the server. Memory is resident, of all processes; after: {SETTLE:.0f} s later."
    )
    return [Table("Attacks", header, rows, caption), large]


def peopled(data: Path) -> People:
    """Make a store with two accounts: the attacker's has many contacts and large cards, the other has one contact."""
    attacker, other = (command(data, "account", "add", name) for name in ("Attacker", "Other"))
    for account in (attacker, other):
        run("campaign", "add", account["AccountSID"], "1000", "First", data=data)
        run("partner", "add", account["AccountSID"], "10000", "Partner", data=data)
    run("campaign", "add", attacker["AccountSID"], "1001", "Cards", data=data)
    table, cards = data / "people.csv", data / "cards.vcf"
    lines = "".join(f"First{n},Last{n},p{n}@example.com\n" for n in range(CONTACTS))
    table.write_text(f"FirstName,LastName,EmailAddress\n{lines}")
    with cards.open("w") as file:
        for number in range(CARDS):
            name = f"FN:Card {number}\nN:Card;Large;;;\nEMAIL:c{number}@example.com"
            file.write(f"BEGIN:VCARD\nVERSION:3.0\n{name}\nX-LARGE:{'x' * CARD_SIZE}\nEND:VCARD\n")
    for campaign, source in (("1000", table), ("1001", cards)):
        command(data, "import", attacker["AccountSID"], campaign, str(source))
        source.unlink()
    return People(data, attacker, other)


def measured(people: People, source: images.ImageServer, name: str, seconds: float) -> tuple[str, ...]:
    """Return the row of one attack."""
    attack = ATTACKS[name]
    with served(people) as (attacker, other):
        attackers = Target(attacker, quote(source.url("/never"), safe=""))
        others = Target(other, quote(source.url("/photo.jpg"), safe=""))
        created(others, f"{PHONE}&ProfileImageUrl={others.photos}")  # what is loaded by the first of each is there
        with beside(attacker, fresh=attack.fresh) as quiet, asking(others, attack) as alone:
            time.sleep(seconds)
        begun = time.monotonic()
        with (
            beside(attacker, fresh=attack.fresh, patience=PATIENCE) as health,
            asking(others, attack) as felt,
        ):
            answers = attack.run(attackers, 1.0)
            took = time.monotonic() - begun
            time.sleep(max(0.0, seconds - took))
        time.sleep(SETTLE)
        after = memory_mib(attacker.process.pid)
    counted = ", ".join(f"{one}: {answers.count(one):,}" for one in sorted(set(answers)))
    usual, under = statistics.median(alone), statistics.median(felt)
    print(f"{name}: {took:.1f} s, {health.longest * 1e3:.0f} ms", file=sys.stderr)
    return (
        *(
            attack.what,
            counted,
            figure(took),
            figure(health.longest * 1e3),
            figure(quiet.longest * 1e3),
            figure(under * 1e3),
            figure(under / usual),
        ),
        *(figure(max(felt) * 1e3), f"{health.before:.0f}", f"{health.peak:.0f}", f"{after:.0f}"),
    )


@contextlib.contextmanager
def served(people: People) -> Iterator[tuple[Served, Served]]:
    """Run a server, and tell it as both accounts see it."""
    with started(people.data, "--fetch-allow", "127.0.0.1/32") as (url, process):
        attacker, other = (
            Served(url, who["AccountSID"], who["AuthToken"], who["ApiKey"], people.data, process, str(people.data))
            for who in (people.attacker, people.other)
        )
        yield attacker, other


@contextlib.contextmanager
def asking(others: Target, attack: Attack) -> Iterator[list[float]]:
    """Have the other account ask until the block ends; the list has the seconds of each wait then."""
    waits: list[float] = []
    if not attack.photos:
        server = others.server
        pair = base64.b64encode(f"{server.sid}:{server.token}".encode()).decode()
        head = {"Authorization": f"Basic {pair}"}
        path = f"{others.contacts}/1"
        with beside(server, path, headers=head, fresh=attack.fresh, patience=PATIENCE) as felt:
            yield waits
        waits += felt.waits
        return
    over = threading.Event()

    def ask() -> None:
        while not (waits and over.is_set()):
            begun = time.monotonic()
            created(others, f"ProfileImageUrl={others.photos}")
            waits.append(time.monotonic() - begun)

    thread = threading.Thread(target=ask)
    thread.start()
    try:
        yield waits
    finally:
        over.set()
        thread.join()


def jcard(folder: Path, people: People) -> Table:
    """Measure an import of one jCard of 100 MB, and of one card of that size within it."""
    rows = []
    for what, count, size in (("100,000 cards", 100_000, 900), ("one card", 1, 100_000_000)):
        file = folder / "cards.json"
        with file.open("w") as text:  # in pieces: see where it is called
            for number in range(count):
                text.write(f'{"," if number else "["}["vcard", [["version", {{}}, "text", "4.0"], ')
                text.write(f'["fn", {{}}, "text", "Card {number}"], ["x-more", {{}}, "text", "')
                for _ in range(size // 900):
                    text.write("x" * 900)
                text.write('"]]]')
            text.write("]")
        argv = (*PROGRAM, "import", people.attacker["AccountSID"], "1000", str(file), "--dry-run", "--data")
        with (folder / "said").open("wb") as said:
            process = subprocess.Popen((*argv, str(people.data)), stdout=said, stderr=said, env=ENVIRONMENT)
            _, status, used = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
        rows.append((what, str(process.returncode), f"{used.ru_maxrss / 1024:.0f}"))
    return Table("An import of a jCard of 100 MB, as a dry run", ("of", "exit", "memory at most, MiB"), rows)
