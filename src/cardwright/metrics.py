"""What the server counts of itself: one table of metrics, with values in memory that all of its processes share.

    REQUEST_SECONDS.observe(0.004, "partner", 200)
    FETCHES.count("refused")

Each process writes a row of its own, so nobody waits for a lock; a scrape adds up the rows. The counts of a process
that has ended stay, and the next in its place goes on from them. One thread of a process writes a metric.
"""

from __future__ import annotations

import mmap
import os
from bisect import bisect_left
from http import HTTPStatus
from itertools import product
from typing import TYPE_CHECKING, Final, Literal, TypeAlias, get_args

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

MetricKind: TypeAlias = Literal["counter", "gauge", "histogram"]
Surface: TypeAlias = Literal["createcontact", "partner", "dav", "console", "service", "none"]
"""Which mount answered a request: `service` is what is open to everybody, `none` a path where nothing is."""

_SECONDS: Final = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
_UNITS: Final = (1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024)
_SURFACES: Final = get_args(Surface)
_STATUSES: Final = (0, *(status.value for status in HTTPStatus))


class Metric:
    """A counter, a gauge, or a histogram with the upper bounds of its buckets: one for each mix of its labels' values.

    The values of a label are fixed: nothing that a client sends becomes one.
    """

    def __init__(
        self, name: str, kind: MetricKind, what: str, *, bounds: Sequence[float] = (), **labels: Sequence[str | int]
    ) -> None:
        self.name = name
        self.kind = kind
        self.what = what
        self.labels = tuple(labels)
        self.bounds = bounds
        self._buckets = len(bounds) + 1  # the last has no bound; behind them stands the sum of what was observed
        self._width = self._buckets + 1 if bounds else 1
        first = sum(metric.size for metric in TABLE)
        self._at = {values: first + n * self._width for n, values in enumerate(product(*labels.values()))}
        TABLE.append(self)

    @property
    def size(self) -> int:
        """How many numbers of a row it takes."""
        return len(self._at) * self._width

    def count(self, *labels: str | int, by: float = 1) -> None:
        """Add to a counter."""
        _row[self._at[labels]] += by

    def set(self, value: float, *labels: str | int) -> None:
        """Say how much there is of something now."""
        _row[self._at[labels]] = value

    def observe(self, value: float, *labels: str | int) -> None:
        """Put a value into its bucket of a histogram."""
        at, row = self._at[labels], _row
        row[at + bisect_left(self.bounds, value)] += 1
        row[at + self._buckets] += value

    def values(self) -> Iterator[tuple[tuple[str | int, ...], list[float]]]:
        """Yield the numbers of all processes together for each mix of labels; of a gauge, of those that live."""
        rows = _memory.living() if self.kind == "gauge" else _memory.all()
        for labels, at in self._at.items():
            yield labels, [sum(row[at + n] for row in rows) for n in range(self._width)]

    def forget(self) -> None:
        """Set this process's numbers to nothing."""
        for at in self._at.values():
            _row[at : at + self._width] = memoryview(bytes(8 * self._width)).cast("d")


TABLE: Final[list[Metric]] = []
"""All metrics, in their order."""
REQUEST_SECONDS: Final = Metric(
    "cardwright_request_seconds",
    "histogram",
    "Time from the head of a request to the end of its answer, by the surface that answered and the status; 0 is no"
    " answer at all, because the client had gone.",
    bounds=_SECONDS,
    surface=_SURFACES,
    status=_STATUSES,
)
COMMIT_SECONDS: Final = Metric(
    "cardwright_commit_seconds",
    "histogram",
    "Time of a commit of the store, with the units of work in it, until it is on the disk.",
    bounds=_SECONDS,
)
COMMIT_UNITS: Final = Metric(
    "cardwright_commit_units",
    "histogram",
    "Units of work that one commit has written together.",
    bounds=_UNITS,
)
COMMIT_FAILURES: Final = Metric(
    "cardwright_commit_failures", "counter", "Commits that the store could not make: the disk, a lock, a fault."
)
UNITS_WAITING: Final = Metric(
    "cardwright_units_waiting", "gauge", "Units of work that wait for a commit to take them up."
)
PHOTO_SECONDS: Final = Metric(
    "cardwright_photo_seconds",
    "histogram",
    "Time of a photo in its process, without the wait for its turn, by what was done: rendered for a card, shrunk to a"
    " size, or accepted as a profile image.",
    bounds=_SECONDS,
    task=("render", "shrink", "accept"),
)
FETCHES: Final = Metric(
    "cardwright_fetches",
    "counter",
    "Photos asked of other servers: fetched, refused because of their address, or failed in another way.",
    result=("fetched", "refused", "failed"),
)
IMPORT_ROWS: Final = Metric(
    "cardwright_import_rows",
    "counter",
    "Rows of imports that ran in the server, by outcome; an import of the command line is a process of its own.",
    outcome=("created", "updated", "unchanged", "skipped", "refused"),
)


class _Memory:
    """A row of numbers for each process, mapped before they are forked. The first number of a row is its process."""

    def __init__(self, processes: int) -> None:
        self._width = 1 + sum(metric.size for metric in TABLE)
        self._numbers = memoryview(mmap.mmap(-1, 8 * self._width * processes)).cast("d")

    def take(self, place: int) -> memoryview[float]:
        """Return the row at `place` for this process, with what was counted in it."""
        row = self._numbers[place * self._width :][: self._width]
        row[0] = os.getpid()
        return row[1:]

    def is_free(self, place: int) -> bool:
        """Whether no living process has the row at `place`."""
        return not _lives(int(self._numbers[place * self._width]))

    def all(self) -> list[memoryview[float]]:
        """Return what every row holds."""
        return [self._numbers[at + 1 : at + self._width] for at in range(0, len(self._numbers), self._width)]

    def living(self) -> list[memoryview[float]]:
        """Return what the rows of living processes hold."""
        return [row for place, row in enumerate(self.all()) if not self.is_free(place)]


def _lives(process: int) -> bool:
    if not process:
        return False
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return True  # each is ours: it may be asked


_memory = _Memory(1)
_row = _memory.take(0)


def share(workers: int) -> None:
    """Make room for so many worker processes, which are forked after this, and begin with nothing counted."""
    global _memory, _row  # noqa: PLW0603 - counters are the process's own, as its log is
    _memory = _Memory(1 + 2 * workers)
    _row = _memory.take(0)


def join(worker: int) -> None:
    """Count as the worker of this number, from 1. It has two rows: one that ends may overlap with the next."""
    global _row  # noqa: PLW0603 - see above
    first = 2 * worker - 1
    _row = _memory.take(first if _memory.is_free(first) else first + 1)
    for metric in TABLE:
        if metric.kind == "gauge":
            metric.forget()
