"""`make bench`: measure side by side in one run; print markdown tables (`--write`: into docs/benchmarks.md too)."""

from __future__ import annotations

import argparse
import importlib
import signal
import sys
from typing import TYPE_CHECKING

from report import Effort, Table, UnavailableError, write
from servers import unpin

if TYPE_CHECKING:
    from collections.abc import Callable

TABLES = (
    "createcontact",
    "codec",
    "photos",
    "photos_http",
    "partner",
    "partner_reads",
    "carddav",
    "carddav_growth",
    "console",
    "workers",
    "imports",
    "attacks",
    "stores",
    "fail_over",
)
LONG = ("millions",)
"""Not among all: it takes half an hour and 30 GB."""


def main() -> int:
    """Run the tables named on the command line, or all. Exit 1 if one of them failed, 0 when some were only skipped."""
    options = arguments()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # so that the servers are stopped first
    if options.unpinned:
        unpin()
    failed = 0
    for name in options.tables or TABLES:
        try:
            found = measure(name)(Effort(options.rounds, options.seconds, options.rows))
        except UnavailableError as error:
            print(f"{name}: skipped: {error}", file=sys.stderr)
            continue
        except RuntimeError as error:
            print(f"{name}: failed: {error}", file=sys.stderr)
            failed = 1
            continue
        print("\n\n".join(table.markdown() for table in found), end="\n\n", flush=True)
        if options.write:
            write(f"{name}-unpinned" if options.unpinned else name, found)
    return failed


def arguments() -> argparse.Namespace:
    """Read the command line; an unknown table is wrong usage."""
    names = f"of {', '.join(TABLES)}; or {', '.join(LONG)}, which is not among all"
    parser = argparse.ArgumentParser(prog="make bench ARGS=", description=__doc__)
    parser.add_argument("tables", nargs="*", choices=[*TABLES, *LONG, []], metavar="TABLE", help=names)
    parser.add_argument("--rounds", type=int, default=Effort().rounds, help="rounds over all contestants (%(default)s)")
    parser.add_argument("--seconds", type=int, default=Effort().seconds, help="of load each (%(default)s)")
    parser.add_argument("--rows", type=int, default=Effort().rows, help="to import and export (%(default)s)")
    parser.add_argument("--unpinned", action="store_true", help="let server and generator share all cores, as users do")
    parser.add_argument("--write", action="store_true", help="put the tables into docs/benchmarks.md too")
    return parser.parse_args()


def measure(name: str) -> Callable[[Effort], list[Table]]:
    """Return the `tables` function of the module; raises UnavailableError if there is none yet."""
    try:
        tables: Callable[[Effort], list[Table]] = importlib.import_module(name).tables
    except (ModuleNotFoundError, AttributeError) as error:
        raise UnavailableError(str(error)) from error
    return tables


if __name__ == "__main__":
    sys.exit(main())
