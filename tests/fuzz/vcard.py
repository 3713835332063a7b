"""Fuzz the codec: `make fuzz ARGS='reader --seconds 600'`. By coverage where atheris is installed, else by mutation.

A target takes any bytes and raises when a promise is broken. What it finds becomes a file of `tests/corpus/`.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

from cardwright.vcard import (
    VERSIONS,
    Property,
    VCardError,
    complete_octets,
    convert,
    from_jcard,
    read,
    to_jcard,
    validate,
    write,
)

if TYPE_CHECKING:
    from collections.abc import Callable

CORPUS = Path(__file__).parents[1] / "corpus"


def reader(data: bytes) -> None:
    """Any bytes are read, or refused in words; what was read is written back as it was."""
    for card in read(data):
        if write(card) != card.raw:
            raise AssertionError("a card that was only read is not as it was")
    try:
        list(read(data, strict=True))
    except VCardError as error:
        if not error.code:
            raise AssertionError("refused without a reason") from error


def changer(data: bytes) -> None:
    """A property that is added is there, and all others are as they were."""
    added = Property("X-FUZZ", "a;b,c\n")
    for card in read(data):
        if any(defect.code in {"V13", "V14"} for defect in card.defects):
            continue  # not read whole
        before = card.properties
        card.add(added)
        again = list(read(write(card)))
        if any(defect.code == "V20" for defect in again[0].defects):
            continue  # it was not the first of its file, which says whether that is indented
        (changed,) = again
        if [entry for entry in changed if entry != added] != [entry for entry in before if entry != added]:
            raise AssertionError("a change went beyond its lines")
        if added not in changed.properties:
            raise AssertionError("a change was lost")


def writer(data: bytes) -> None:
    """What is converted and written in any version is one card of as many properties."""
    for card in read(data):
        for version in VERSIONS:
            converted = convert(card, version).card
            (again,) = read(write(converted.properties, version))
            if [entry.name for entry in again] != [entry.name for entry in converted]:
                raise AssertionError("a text became a property, or a property was lost")


def jcard(data: bytes) -> None:
    """JSON is a card or is refused in words, and a card comes back from its JSON."""
    for card in read(data):
        from_jcard(json.loads(json.dumps(to_jcard(card))))
    try:
        write(from_jcard(json.loads(data)))
    except (ValueError, RecursionError, VCardError):
        return


def completer(data: bytes) -> None:
    """Any card leaves whole, once and for all, and says the same in every version."""
    for card in read(data):
        if not card.raw or any(defect.code == "V13" for defect in card.defects):
            continue
        alone = list(read(card.raw))
        if len(alone) != 1 or alone[0] != card:
            continue  # alone it is no longer what it was in its file
        leaves = complete_octets(card.raw)
        (again,) = read(leaves)
        if any(defect.code == "V20" for defect in again.defects):
            continue  # it was not the first of its file, which says whether that is indented
        if write(again) != leaves or complete_octets(leaves) != leaves:
            raise AssertionError("a whole card is not left alone")
        missing = [problem for problem in validate(again) if problem.message.endswith("there is none.")]
        if [problem.place for problem in missing] not in ([], ["FN"], ["N"]) or again.version != card.version:
            raise AssertionError("a card is not whole")


TARGETS: dict[str, Callable[[bytes], None]] = {run.__name__: run for run in (reader, changer, writer, jcard, completer)}


def main() -> None:
    """Fuzz one target, or each in turn, for the seconds asked."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("target", nargs="?", choices=sorted(TARGETS))
    parser.add_argument("--seconds", type=int, default=60)
    options = parser.parse_args()
    if not options.target:
        for name in TARGETS:  # libFuzzer ends the process, so each has one of its own
            sys.stdout.write(f"{name}:\n")
            subprocess.run([sys.executable, __file__, name, f"--seconds={options.seconds}"], check=True)
    elif importlib.util.find_spec("atheris"):
        by_coverage(TARGETS[options.target], options.seconds)
    else:
        by_mutation(TARGETS[options.target], options.seconds)


def by_coverage(target: Callable[[bytes], None], seconds: int) -> None:
    """Let libFuzzer look for bytes that reach new lines."""
    import atheris  # noqa: PLC0415 - not installed everywhere

    atheris.instrument_all()
    with tempfile.TemporaryDirectory() as found:
        limits = [f"-max_total_time={seconds}", "-max_len=4096", "-print_final_stats=1"]
        atheris.Setup([sys.argv[0], *limits, found, str(CORPUS)], target)
        atheris.Fuzz()


def by_mutation(target: Callable[[bytes], None], seconds: int) -> None:
    """Cut, double, swap and spoil the lines of the samples at random, from a seed that is printed."""
    seed = time.time_ns()
    sys.stdout.write(f"seed {seed}\n")
    chance = random.Random(seed)  # noqa: S311 - no secrets here
    samples = [path.read_bytes() for path in sorted(CORPUS.glob("*.vcf"))]
    end = time.monotonic() + seconds
    tries = 0
    while time.monotonic() < end:
        data = mutated(samples, chance)
        try:
            target(data)
        except Exception:
            sys.stdout.write(f"after {tries} tries, with {data!r}\n")
            raise
        tries += 1
    sys.stdout.write(f"{tries} tries\n")


def mutated(samples: list[bytes], chance: random.Random) -> bytes:
    """Return lines of one or two samples with up to five mutations."""
    lines = [line for sample in chance.sample(samples, 2) for line in sample.splitlines(keepends=True)]
    for _ in range(chance.randint(1, 5)):
        at = chance.randrange(len(lines))
        match chance.randrange(6):
            case 0:
                del lines[at : at + 1]
                lines = lines or [b"\n"]
            case 1:
                lines.insert(chance.randrange(len(lines)), lines[at])
            case 2:
                lines[at] = lines[at][: chance.randrange(len(lines[at]) + 1)]
            case 3:
                spoiled = bytearray(lines[at] or b"\n")
                spoiled[chance.randrange(len(spoiled))] = chance.choice(b'\x00\t\r\n ;:,="^\\.\x80\xc3\xff0aB')
                lines[at] = bytes(spoiled)
            case 4:
                cut = chance.randrange(len(lines[at]) + 1)
                lines[at] = (
                    lines[at][:cut] + chance.choice([b"\r\n ", b"=\r\n", b"\\", b'"', b";X=", b":"]) + lines[at][cut:]
                )
            case 5:
                lines[at] = lines[at].replace(b"\r\n", chance.choice([b"\n", b"\r", b"\r\r\n"]))
    return b"".join(lines)


if __name__ == "__main__":
    main()
