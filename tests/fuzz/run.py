"""Fuzz what reads strangers' bytes: `make fuzz ARGS='reader --seconds 600'`.

By coverage where atheris is installed, else by mutation. A target takes any bytes and raises when a promise is broken.
"""

from __future__ import annotations

import argparse
import importlib.util
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

from mutation import mutated
from tables import header, table
from xml_bodies import body

from vcard import changer, completer, jcard, reader, sent, writer

if TYPE_CHECKING:
    from collections.abc import Callable

CORPUS = Path(__file__).parents[1] / "corpus"
TARGETS: dict[str, tuple[Callable[[bytes], None], str]] = {
    **{run.__name__: (run, "*.vcf") for run in (reader, changer, writer, jcard, completer, sent)},
    **{run.__name__: (run, "tables/*.csv") for run in (table, header)},
    body.__name__: (body, "xml/*.xml"),
}
"""Each with its samples, below `CORPUS`."""


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
        by_coverage(*TARGETS[options.target], options.seconds)
    else:
        by_mutation(*TARGETS[options.target], options.seconds)


def by_coverage(target: Callable[[bytes], None], samples: str, seconds: int) -> None:
    """Let libFuzzer look for bytes that reach new lines."""
    import atheris  # noqa: PLC0415 - not installed everywhere

    atheris.instrument_all()
    with tempfile.TemporaryDirectory() as found:
        limits = [f"-max_total_time={seconds}", "-max_len=4096", "-print_final_stats=1"]
        atheris.Setup([sys.argv[0], *limits, found, str((CORPUS / samples).parent)], target)
        atheris.Fuzz()


def by_mutation(target: Callable[[bytes], None], samples: str, seconds: int) -> None:
    """Cut, double, swap and spoil the lines of the samples at random, from a seed that is printed."""
    seed = time.time_ns()
    sys.stdout.write(f"seed {seed}\n")
    chance = random.Random(seed)  # noqa: S311 - no secrets here
    files = [path.read_bytes() for path in sorted(CORPUS.glob(samples))]
    end = time.monotonic() + seconds
    tries = 0
    while time.monotonic() < end:
        data = mutated(files, chance)
        try:
            target(data)
        except Exception:
            sys.stdout.write(f"after {tries} tries, with {data!r}\n")
            raise
        tries += 1
    sys.stdout.write(f"{tries} tries\n")


if __name__ == "__main__":
    main()
