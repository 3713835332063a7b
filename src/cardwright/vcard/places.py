"""Where the properties of a card stand, by name and by group, while it is changed: each change looks at few of them."""

from __future__ import annotations

from bisect import bisect_left, insort
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cardwright.vcard.model import Property

_APART: Final = 1 << 80
"""Between the numbers of two lines that stand one behind the other, so that others can come between them."""
_STEP: Final = 1 << 40


class Places:
    """An index of the lines of a card, which are given in their order; None for a line that is no property.

    Each line has a number, which is larger than that of the line before it and stays while others come and go.
    """

    __slots__ = ("_by_entry", "_by_group", "_by_name", "_numbers")

    def __init__(self, entries: Sequence[Property | None]) -> None:
        self._numbers = list(range(0, len(entries) * _APART, _APART))
        self._by_name: dict[str, list[int]] = {}
        self._by_group: dict[str, list[int]] = {}
        self._by_entry: dict[int, list[int]] = {}
        for number, entry in zip(self._numbers, entries, strict=True):
            if entry is not None:
                for numbers in self._of(entry):
                    numbers.append(number)

    def named(self, name: str) -> list[int]:
        """Return the places of the properties of that name, which is in capitals."""
        return self._places(self._by_name.get(name, ()))

    def in_group(self, group: str) -> list[int]:
        """Return the places of the properties of a group, which is in capitals."""
        return self._places(self._by_group.get(group, ()))

    def last(self, name: str, group: str) -> int | None:
        """Return the place of the last property of the group, else of the last of that name; None for neither."""
        numbers = (group and self._by_group.get(group)) or self._by_name.get(name)
        return bisect_left(self._numbers, numbers[-1]) if numbers else None

    def place(self, entry: Property) -> int | None:
        """Return the place of that very property, the first if it stands there twice; None if it does not."""
        numbers = self._by_entry.get(id(entry))
        return bisect_left(self._numbers, numbers[0]) if numbers else None

    def insert(self, at: int, entry: Property) -> bool:
        """Note that a property comes to stand before the place; False if there is no number left for it."""
        before = self._numbers[at - 1] if at else -_APART
        between = (self._numbers[at] if at < len(self._numbers) else before + 2 * _APART) - before
        number = before + min(_STEP, between // 2)
        if number == before:
            return False
        self._numbers.insert(at, number)
        for numbers in self._of(entry):
            insort(numbers, number)
        return True

    def remove(self, at: int, entry: Property) -> None:
        """Note that a property leaves its place, and that what follows moves up."""
        self._forget(self._numbers.pop(at), entry)

    def replace(self, at: int, old: Property, new: Property) -> None:
        """Note that another property comes to stand in a place."""
        number = self._numbers[at]
        self._forget(number, old)
        for numbers in self._of(new):
            insort(numbers, number)

    def _places(self, numbers: Sequence[int]) -> list[int]:
        return [bisect_left(self._numbers, number) for number in numbers]

    def _of(self, entry: Property) -> list[list[int]]:
        """Return the lists in which the number of a property stands."""
        lists = [self._by_name.setdefault(entry.name.upper(), []), self._by_entry.setdefault(id(entry), [])]
        if entry.group:
            lists.append(self._by_group.setdefault(entry.group.upper(), []))
        return lists

    def _forget(self, number: int, entry: Property) -> None:
        for numbers in self._of(entry):
            del numbers[bisect_left(numbers, number)]
        if not self._by_entry[id(entry)]:
            del self._by_entry[id(entry)]  # the next property may have its address
