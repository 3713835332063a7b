"""Find the header of a table: below lines that stand above it, with its delimiter, and say where its columns go."""

from __future__ import annotations

import csv
import re
from collections import Counter
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, NamedTuple

from cardwright import limits
from cardwright.book.files.column_names import bare, known
from cardwright.book.files.columns import CARD_LISTS, LISTS, SEVERAL, Destination, gives_a_contact, parsed
from cardwright.book.files.contents import Chosen
from cardwright.book.files.headers import programs
from cardwright.book.files.tables import row_alone
from cardwright.errors import Fault, InvalidError, Rule
from cardwright.vcard import lookup

if TYPE_CHECKING:
    from collections.abc import Container, Iterator, Mapping, Sequence


DELIMITERS: Final = ",;\t|"
_QUOTED: Final = re.compile(r'"[^"]*"')
_FEW: Final = 2  # columns that a header below other lines has at least
_SHOWN: Final = limits.COLUMNS_NAMED.value
_LONG: Final = 50  # characters of a name that are shown


class Header(NamedTuple):
    """The columns of a table."""

    destinations: Sequence[Destination | None]
    unused: Sequence[str] = ()
    """The names of columns that go nowhere, though nobody said so."""
    line: int = 0
    """How many lines stand above it."""
    delimiter: str = ","

    def warnings(self, above: Sequence[str]) -> tuple[str, ...]:
        """Return what is to be said of the whole file, once: `above` are the lines above the header."""
        said = [line.strip() for line in above if line.strip(' \t\r\n,;|"')]
        told = [f"lines above the header are left out: {_listed(said)}"] if said else []
        if self.unused:
            told.append(
                f"columns of this file that are not used: {_listed(self.unused)}; --map says where they go, "
                '"" leaves one out'
            )
        return tuple(told)


def find_header(lines: Sequence[str], mapping: Mapping[str, str] | Chosen, delimiter: str = "") -> Header:
    """Return the first header among the first lines of a file; `mapping` is that of `--map`, or what was chosen.

    Raises InvalidError for a destination that there is not, for two columns that cannot be put together, and when no
    line says a name, an address or a number: the file is no table of contacts.
    """
    if isinstance(mapping, Chosen):
        return Header(_apart(mapping.destinations), (), mapping.line, mapping.delimiter)
    given = {name.strip().lower(): parsed(where) if where else None for name, where in mapping.items()}
    line, mark, cells, destinations = columns_of(lines, delimiter, given) or (0, "", [], [])
    if not cells:
        raise InvalidError([Fault("", Rule.FORM, _refusal(lines, delimiter))])
    _refuse_two_for_one(cells, destinations)
    unused = [
        name.strip()
        for name, destination in zip(cells, destinations, strict=True)
        if not destination and name.strip() and name.strip().lower() not in given
    ]
    return Header(_apart(destinations), unused, line, mark)


def columns_of(
    lines: Sequence[str], delimiter: str = "", given: Mapping[str, Destination | None] = MappingProxyType({})
) -> tuple[int, str, list[str], list[Destination | None]] | None:
    """Return the first header that gives a contact: its line, delimiter and cells, and where these go; else None."""
    for number in range(len(lines)):
        candidates = [
            (sum(map(bool, destinations)), -place, mark, cells, destinations)
            for place, mark in enumerate(delimiter or DELIMITERS)
            if (cells := row_alone(lines[number:], mark))
            and gives_a_contact(destinations := _destinations(cells, given))
            and _is_likely(number, cells, destinations)
        ]
        if candidates:
            *_, mark, cells, destinations = max(candidates, key=lambda one: one[:2])
            return number, mark, cells, destinations
    return None


def _destinations(header: Sequence[str], given: Mapping[str, Destination | None]) -> list[Destination | None]:
    names = [bare(column) for column in header]
    best = max(programs(), key=lambda program: program.hits(names))
    columns = best.columns if best.hits(names) else {}
    times, seen = Counter(names), Counter[str]()
    destinations: list[Destination | None] = []
    for column, name in zip(header, names, strict=True):
        said = column.strip().lower()
        seen[name] += 1
        if said in given:
            destinations.append(given[said])
        elif name in columns:
            places = best.places(name, times)
            at = (
                min(seen[name], len(places)) - 1 if times[name] > 1 else -1
            )  # of several one that stands once is the last
            destinations.append(places[at] if places else None)
        else:
            destinations.append(known(name) or _of_any(name, best.language, times))
    return destinations


def _of_any(name: str, language: str, names: Container[str]) -> Destination | None:
    """Return where the column goes in a program that nothing else in the header speaks of.

    What people call their columns in the language of the header goes first.
    """
    others = [one for one in programs() if name in one.columns and (not one.needs or one.language == language != "en")]
    others.sort(key=lambda one: not one.needs)
    return next((places[-1] for one in others if (places := one.places(name, names))), None)


def _is_likely(number: int, cells: Sequence[str], destinations: Sequence[Destination | None]) -> bool:
    """Say whether a line is a header: below the first, a word of a sentence may be the name of a column."""
    return number == 0 or sum(map(bool, destinations)) >= min(_FEW, sum(map(bool, map(str.strip, cells))))


def two_for_one(destinations: Sequence[Destination | None]) -> Iterator[tuple[int, int]]:
    """Give each column whose destination holds one value and has a column already: that one's place, then its own."""
    first: dict[Destination, int] = {}
    for place, one in enumerate(destinations):
        if one is None or _holds_several(one):
            continue
        if one in first:
            yield first[one], place
        first.setdefault(one, place)


def _refuse_two_for_one(header: Sequence[str], destinations: Sequence[Destination | None]) -> None:
    """Raise InvalidError for two columns of one destination that holds one value."""
    for first, second in two_for_one(destinations):
        one, name = destinations[first], header[second]
        where = ".".join(filter(None, (one.field, one.label or one.part))) if one else ""
        message = f"columns {header[first]!r} and {name!r} both go to {where}: --map says which one is left out"
        raise InvalidError([Fault("", Rule.FORM, f'{message}, {name!r} = ""')])


def _holds_several(one: Destination) -> bool:
    if one.field in LISTS or one.field in CARD_LISTS or one.field in SEVERAL:
        return True
    return one.field == "card" and lookup(one.label).cardinality in {"*", "1*"}


def _apart(destinations: Sequence[Destination | None]) -> list[Destination | None]:
    """Return the destinations, each further column of a list with a slot of its own: Outlook has three addresses."""
    apart: list[Destination | None] = []
    seen: set[Destination] = set()
    for number, one in enumerate(destinations):
        if one is None:
            apart.append(None)
            continue
        again = one in seen and (one.field in LISTS or one.field in CARD_LISTS)
        apart.append(one._replace(slot=f"{one.slot} {number}") if again else one)
        seen.add(one)
    return apart


def unknown_header(lines: Sequence[str], delimiter: str = "") -> tuple[int, str, list[str]]:
    """Return what would be the header of a table if none of its columns says so: its line, delimiter and cells.

    There are no cells where the line cannot be read.
    """
    first = next((number for number, line in enumerate(lines) if line.strip()), 0)
    line = lines[first] if lines else ""
    mark = delimiter or max(DELIMITERS, key=_QUOTED.sub("", line).count)
    try:
        return first, mark, row_alone(lines[first:], mark)
    except csv.Error:
        return first, mark, []


def _refusal(lines: Sequence[str], delimiter: str) -> str:
    """Return why the file is no table of contacts, with the columns that it may have."""
    first, _, cells = unknown_header(lines, delimiter)
    if lines and len(lines[first]) > limits.HEADER_SIZE.value:
        return (
            f"the file is no vCard and no jCard, and as a table its header has more than "
            f"{limits.HEADER_SIZE.value:,} characters"
        )
    named = [cell.strip() for cell in cells if cell.strip()]
    if not named:
        return "the file is no vCard, CSV or jCard"
    return (
        "the file is no vCard and no jCard, and as a table it has no column for a name, an address or a number; its "
        f"columns: {_listed(named)}; --map says where they go"
    )


def _listed(names: Sequence[str]) -> str:
    shown = ", ".join(repr(name[:_LONG]) for name in names[:_SHOWN])
    return f"{shown} and {len(names) - _SHOWN} more" if len(names) > _SHOWN else shown
