"""The codec beside vobject, ical.js, sabre/vobject and ez-vcard: cards read and written a second, in turns.

A second is one of the processor's: what else runs on the machine lengthens none of them.
"""

from __future__ import annotations

import gc
import subprocess
import sys
import tempfile
import time
from functools import partial
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any

import vobject

from cardwright.vcard import Card, Property, read, write
from installs import PEERS, node, programs
from report import Effort, Table, UnavailableError, figure

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

Speeds = tuple[float, float]
"""Cards read and cards written a second."""
CARDS = 5_000
REAL = Path(__file__).parents[2] / "shared" / "corpus"
_JARS = [Path("/usr/share/java", name) for name in ("ez-vcard.jar", "vinnie.jar")]
_SABRE = Path("/usr/share/php/Sabre/VObject/autoload.php")


def tables(effort: Effort) -> list[Table]:
    """Measure plain cards, cards with accents, escapes, folds and photos, and real cards where they are at hand."""
    captions = {
        "12 properties of plain ASCII": plain_card,
        "15 properties with accents, escapes and folds, every tenth with a photo of 20 KiB": rich_card,
    }
    made = {title: [write(make(number)) for number in range(CARDS)] for title, make in captions.items()}
    return [compared(title, cards, effort) for title, cards in {**made, **real_cards()}.items()]


def real_cards() -> dict[str, list[bytes]]:
    """Return the cards of many programs, again and again: those that nothing is wrong with, and all of them."""
    read_cards = [card for path in sorted(REAL.rglob("*.vcf")) for card in read(path) if card.raw]
    if not read_cards:
        print(f"left out: real cards: {REAL} is not there", file=sys.stderr)
        return {}
    whole = [in_lines(card) for card in read_cards if not card.defects]
    every = [in_lines(card) for card in read_cards]
    return {
        f"{len(whole)} real cards without a defect, repeated": (whole * CARDS)[:CARDS],
        f"all {len(every)} real cards, repeated; who gives up at one is left out": (every * CARDS)[:CARDS],
    }


def in_lines(card: Card) -> bytes:
    """Return the octets of a card that was read, with a line break at their end."""
    octets = write(card)
    return octets if octets.endswith(b"\n") else octets + b"\r\n"


def plain_card(number: int) -> list[Property]:
    """Return a card as createcontact writes it, with a little more on it."""
    return [
        Property("N", ("Appleseed", f"John {number}", "", "", "Jr.")),
        Property("FN", f"John {number} Appleseed Jr."),
        Property("ORG", ("Dunder Mifflin", "Sales")),
        Property("TITLE", "Account Manager"),
        Property("NOTE", "Manage account campaigns."),
        Property("TEL", f"1{number:010}", (("TYPE", "WORK"),)),
        Property("TEL", f"2{number:010}", (("TYPE", "CELL"),)),
        Property("EMAIL", f"john{number}@example.com", (("TYPE", "INTERNET", "WORK"),)),
        Property("ADR", ("", "", "Fake Address", "Scranton", "PA", "18503", "USA"), (("TYPE", "WORK"),)),
        Property("URL", f"https://example.com/{number}", (), "item1"),
        Property("X-ABLabel", "Dunder Mifflin", (), "item1"),
        Property("UID", f"urn:uuid:00000000-0000-4000-8000-{number:012}"),
    ]


def rich_card(number: int) -> list[Property]:
    """Return a card as phones write it."""
    photo = [Property("PHOTO", bytes(range(256)) * 80, (("MEDIATYPE", "image/jpeg"),))] if number % 10 == 0 else []
    note = f"Grüße aus Köln, wo der Zug Nr. {number} hält; dann weiter nach Łódź.\nEine zweite Zeile, die länger ist."
    return [
        *plain_card(number),
        Property("NICKNAME", ("Zoë", "Ωmega")),
        Property("NOTE", note),
        Property("CATEGORIES", ("Familie", "Büro, Köln")),
        *photo,
    ]


def compared(title: str, cards: list[bytes], effort: Effort) -> Table:
    """Measure every codec on the same cards, each round beginning with another one."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "cards.vcf")
        file.write_bytes(b"".join(cards))
        contestants: list[tuple[str, Callable[[], Speeds]]] = [("Cardwright", partial(ours, file))]
        contestants += [peer for peer in available(file) if reads_all(*peer)]
        laps: dict[str, list[Speeds]] = {name: [] for name, _ in contestants}
        order = list(contestants)
        for _ in range(effort.rounds):
            for name, run in order:
                laps[name].append(run())
            order.append(order.pop(0))
    rows = [row(name, laps[name], laps["Cardwright"]) for name, _ in contestants]
    header = ("codec", "read, cards/s", "Cardwright is faster", "write, cards/s", "Cardwright is faster")
    caption = (
        f"{CARDS:,} cards; {effort.rounds} rounds in turns, medians, ratios within a round; one thread each, "
        "by the processor's time."
    )
    return Table(f"Codec: {title}", header, rows, caption)


def reads_all(name: str, run: Callable[[], Speeds]) -> bool:
    """Say whether a codec reads the file at all; one that gives up is told."""
    try:
        run()
    except Exception as error:  # noqa: BLE001 - each peer has its own
        print(f"left out: {name}: gives up: {str(error)[:100]}", file=sys.stderr)
        return False
    return True


def row(name: str, laps: list[Speeds], own: list[Speeds]) -> tuple[str, ...]:
    """Return the figures of one codec, each with how many times faster ours was in the same round."""
    cells = []
    for at in (0, 1):
        ratio = median(mine[at] / its[at] for mine, its in zip(own, laps, strict=True))
        cells += [figure(median(lap[at] for lap in laps)), f"{ratio:.1f} x"]
    return (name, *cells)


def ours(file: Path) -> Speeds:
    """Read with Cardwright, and write the properties that were read anew."""
    return in_process(file, read, write_anew)


def write_anew(cards: Iterable[Card]) -> None:
    """Write all lines, not the bytes that the cards came as."""
    for card in cards:
        write(list(card), "3.0")


def by_vobject(file: Path) -> Speeds:
    """Read and write with vobject."""
    return in_process(
        file,
        lambda data: vobject.readComponents(data.decode()),
        lambda cards: [card.serialize(validate=False) for card in cards],
    )


def in_process(file: Path, reading: Callable[[bytes], Iterable[Any]], writing: Callable[[list[Any]], object]) -> Speeds:
    """Time a codec of Python's: reading card by card, as an import does, and writing what was read."""
    data = file.read_bytes()
    gc.collect()  # nobody pays for what another has left
    start = time.process_time()
    for _ in reading(data):
        pass
    read_at = time.process_time()
    cards = list(reading(data))
    gc.collect()
    start_writing = time.process_time()
    writing(cards)
    return CARDS / (read_at - start), CARDS / (time.process_time() - start_writing)


def available(file: Path) -> list[tuple[str, Callable[[], Speeds]]]:
    """Return the other codecs that this machine has; for each that it has not, print a line that says why not."""
    found: list[tuple[str, Callable[[], Speeds]]] = [("vobject", partial(by_vobject, file))]
    for name, make in (("ical.js", ical_js), ("ez-vcard", ez_vcard), ("sabre/vobject 2", sabre)):
        try:
            found.append((name, partial(by_program, make(), file)))
        except UnavailableError as error:
            print(f"left out: {name}: {error}", file=sys.stderr)
    return found


def by_program(command: list[str], file: Path) -> Speeds:
    """Let a program time itself; those that compile as they run do so before they look at the clock."""
    done = subprocess.run([*command, str(file)], capture_output=True, text=True, check=True)
    reading, writing = done.stdout.split()
    return float(reading), float(writing)


def ical_js() -> list[str]:
    """Return the command of ical.js."""
    return [*programs("node"), str(node("vcard") / "read.mjs")]


def ez_vcard() -> list[str]:
    """Return the command of Debian's ez-vcard."""
    if not all(jar.exists() for jar in _JARS):
        raise UnavailableError("not installed: libez-vcard-java, libvinnie-java")
    return [*programs("java"), "-cp", ":".join(map(str, _JARS)), str(PEERS / "vcard" / "Read.java")]


def sabre() -> list[str]:
    """Return the command of Debian's sabre/vobject."""
    if not _SABRE.exists():
        raise UnavailableError("not installed: php-sabre-vobject")
    return [*programs("php"), str(PEERS / "vcard" / "read.php")]
