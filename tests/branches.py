"""Fail unless a run of the tests took enough branches of each package of the core (`make test`, `make coverage`)."""

from __future__ import annotations

import json
import sys
from collections import Counter
from pathlib import Path

LEAST = 97.0
"""Of 100 branches of a package."""
SOURCES = "src/cardwright/"
"""Where the sources lie, seen from the folder of the run."""


def main(report: Path) -> None:
    """Print the share of each package in a report of `coverage json`; exit 1 where one is too small.

    A report about sources in another folder says nothing of these, and is refused.
    """
    branches: Counter[str] = Counter()
    taken: Counter[str] = Counter()
    files = json.loads(report.read_text())["files"]
    for name, file in files.items():
        if not name.startswith(SOURCES):
            sys.exit(f"{name} was measured, which is not below {SOURCES}: does PYTHONPATH name another folder?")
        package = name.removeprefix(SOURCES).split("/")[0]
        branches[package] += file["summary"]["num_branches"]
        taken[package] += file["summary"]["covered_branches"]
    shares = {package: 100 * taken[package] / count for package, count in sorted(branches.items()) if count}
    print("branches taken:", ", ".join(f"{package} {share:.1f} %" for package, share in shares.items()))
    if few := [package for package, share in shares.items() if share < LEAST]:
        print("branches that no test has taken, from line to line (negative: to the end of what begins there):")
        for name, file in files.items():
            if name.removeprefix(SOURCES).split("/")[0] in few and (left := file["missing_branches"]):
                print(
                    f"  {name}: {', '.join(f'{begin}-{end}' if end > 0 else f'{begin} {end}' for begin, end in left)}"
                )
        sys.exit(f"COVERAGE FAILED, whatever became of the tests: under {LEAST} %: {', '.join(few)}")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
