"""A card: its properties in their order, and the bytes they came as."""

from __future__ import annotations

from itertools import repeat
from typing import TYPE_CHECKING

from cardwright.vcard.errors import VCardError
from cardwright.vcard.places import Places
from cardwright.vcard.properties import VERSIONS
from cardwright.vcard.reading.logical_lines import split

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from cardwright.vcard.defects import Defect
    from cardwright.vcard.model import Property


class Card:
    """The properties of one card, without BEGIN, VERSION and END.

    A card that was read keeps the bytes of every line: unchanged, it is written as it was; a changed property changes
    its own lines alone. Names are taken in any case. Raises `VCardError` for a version that there is not.
    """

    __slots__ = ("_entries", "_lines", "_places", "_raw", "defects", "version")

    def __init__(
        self,
        properties: Iterable[Property | None] = (),
        version: str = "3.0",
        raw: bytes | None = None,
        defects: tuple[Defect, ...] = (),
    ) -> None:
        """With `raw`, from which it was read, the card has one of `properties` for each logical line, or None."""
        if version not in VERSIONS:
            raise VCardError("version", f"A card's version is one of {', '.join(VERSIONS)}.")
        self.version: str = version
        self.defects = defects
        """What was wrong with it when it was read."""
        self._entries = list(properties)
        self._raw = raw
        self._lines: list[bytes | Property] | None = None
        self._places: Places | None = None
        """Made by the first change, so that thousands of them take no more each than few."""

    @classmethod
    def of_reader(cls, entries: list[Property | None], version: str, raw: bytes, defects: tuple[Defect, ...]) -> Card:
        """Return a card of entries that are the reader's own, unchecked."""
        card = cls.__new__(cls)
        card.version = version
        card.defects = defects
        card._entries, card._raw, card._lines, card._places = entries, raw, None, None  # noqa: SLF001 - its own
        return card

    @property
    def properties(self) -> list[Property]:
        """All properties in their order."""
        return [entry for entry in self._entries if entry is not None]

    @property
    def raw(self) -> bytes | None:
        """The bytes that the card was read from, if nothing was changed since."""
        return self._raw if self._lines is None else None

    @property
    def lines(self) -> list[bytes | Property]:
        """The logical lines: bytes as they were read, a property where it must be written anew."""
        if self._lines is not None:
            return self._lines
        return list(self.properties) if self._raw is None else list(split(self._raw))

    @property
    def read_lines(self) -> list[tuple[Property | None, bytes]]:
        """The logical lines that are as they were read, each beside the property that it is.

        BEGIN, VERSION and END are none, nor is a line that was not understood.
        """
        present = zip(self._entries, self.lines, strict=False) if self._raw is not None else ()
        return [(entry, line) for entry, line in present if isinstance(line, bytes)]

    @property
    def unread_lines(self) -> list[bytes]:
        """The logical lines that are no property, as they were read: BEGIN, VERSION and END, and what is none."""
        return [line for entry, line in self.read_lines if entry is None]

    def __iter__(self) -> Iterator[Property]:
        return iter(self.properties)

    def __len__(self) -> int:
        return len(self.properties)

    def __eq__(self, other: object) -> bool:
        """Say whether two cards have the same properties in the same order and version, however they were written."""
        if not isinstance(other, Card):
            return NotImplemented
        return self.version == other.version and self.properties == other.properties

    __hash__ = None  # type: ignore[assignment] # a card can be changed

    def __repr__(self) -> str:
        return f"<Card {self.version} with {len(self)} properties>"

    def get(self, name: str) -> Property | None:
        """Return the first property of that name, None if there is none."""
        name = name.upper()
        if self._places:
            return next(iter(self.all(name)), None)
        return next((entry for entry in self._entries if entry is not None and entry.name.upper() == name), None)

    def all(self, name: str) -> list[Property]:
        """Return every property of that name."""
        name = name.upper()
        if self._places:
            return self._at(self._places.named(name))
        return [entry for entry in self._entries if entry is not None and entry.name.upper() == name]

    def in_group(self, group: str) -> list[Property]:
        """Return every property of a group, its label (X-ABLabel) among them; of `""` none."""
        return self._at(self._placed().in_group(group.upper()))

    def add(self, added: Property) -> None:
        """Put a property after the last one of its group or its name, with that one's group, else after all others."""
        last = self._placed().last(added.name.upper(), added.group.upper())
        last = self._last() if last is None else last
        self._insert(self._first() if last is None else self._after_group(last), added)

    def extend(self, added: Sequence[Property]) -> None:
        """Put properties after all others, in their order and with the groups that they have."""
        last = self._last()
        at = self._first() if last is None else last + 1
        if self._raw is not None:
            self._changed()[at:at] = added
        self._entries[at:at] = added
        self._places = None

    def replace(self, old: Property, new: Property) -> None:
        """Put `new` in the place of `old`. Raises `ValueError` if the card does not hold `old`."""
        at = self._place(old)
        if old != new:
            if self._raw is not None:
                self._changed()[at] = new
            self._placed().replace(at, self._entries[at] or old, new)
            self._entries[at] = new

    def set(self, new: Property) -> None:
        """Put `new` in the place of the first property of its name and remove the others, or add it."""
        present = self.all(new.name)
        if not present:
            self.add(new)
            return
        for other in present[1:]:
            self.remove(other)
        self.replace(present[0], new)

    def remove(self, removed: Property) -> None:
        """Take a property out. Raises `ValueError` if the card does not hold it."""
        at = self._place(removed)
        if self._raw is not None:
            del self._changed()[at]
        self._placed().remove(at, self._entries.pop(at) or removed)

    def revise(self, name: str, change: Callable[[Property], Property | None]) -> None:
        """Put what `change` makes of each property of that name in its place, or take it out for None.

        One that `change` gives back keeps its bytes.
        """
        name = name.upper()
        entries: list[Property | None] = []
        lines: list[bytes | Property] = []
        for entry, line in zip(self._entries, repeat(b"") if self._raw is None else self.lines, strict=False):
            new = change(entry) if entry and entry.name.upper() == name else entry
            if new or not entry:
                entries.append(new)
                lines.append(line if new is entry or not new else new)
        if entries != self._entries and self._raw is not None:
            self._lines = lines
        self._entries = entries
        self._places = None

    def rearrange(self, order: Sequence[Property]) -> None:
        """Put properties of the card, each with its bytes, into this order, in the places that they hold together."""
        present = [self._place(entry) for entry in order]
        places = sorted(present)
        if present == places:
            return
        if self._raw is not None:
            lines = self._changed()
            moved = [lines[at] for at in present]
            for place, line in zip(places, moved, strict=True):
                lines[place] = line
        for place, entry in zip(places, order, strict=True):
            self._entries[place] = entry
        self._places = None

    def move(self, entry: Property, before: Property) -> None:
        """Put a property of the card, with its bytes, right before another."""
        at = self._place(entry)
        line = self._changed().pop(at) if self._raw is not None else None
        self._placed().remove(at, self._entries.pop(at) or entry)
        at = self._place(before)
        self._insert(at, entry, line)

    def _place(self, entry: Property) -> int:
        """Return where a property stands; of equal ones the very one that was asked for."""
        at = self._placed().place(entry)
        return self._entries.index(entry) if at is None else at

    def _placed(self) -> Places:
        if self._places is None:
            self._places = Places(self._entries)
        return self._places

    def _at(self, places: Iterable[int]) -> list[Property]:
        """Return the properties that stand there."""
        return [entry for at in places if (entry := self._entries[at]) is not None]

    def _last(self) -> int | None:
        """Return the place of the last property, None if there is none."""
        return next((at for at in range(len(self._entries) - 1, -1, -1) if self._entries[at] is not None), None)

    def _after_group(self, at: int) -> int:
        """Return the place after `at`, and after what follows it in its group."""
        entry, at = self._entries[at], at + 1
        while entry and entry.group and at < len(self._entries):
            following = self._entries[at]
            if following is None or following.group.upper() != entry.group.upper():
                break
            at += 1
        return at

    def _insert(self, at: int, added: Property, line: bytes | Property | None = None) -> None:
        if self._raw is not None:
            self._changed().insert(at, added if line is None else line)
        self._entries.insert(at, added)
        if self._places and not self._places.insert(at, added):
            self._places = None

    def _first(self) -> int:
        """Return the place of the first property of a card that has none: after BEGIN and VERSION."""
        if self._raw is None:
            return 0
        after_begin = self._changed()[1:2]
        return (
            2 if after_begin and isinstance(after_begin[0], bytes) and after_begin[0][:7].upper() == b"VERSION" else 1
        )

    def _changed(self) -> list[bytes | Property]:
        """Return the lines, which from now on count and no longer the bytes as a whole."""
        if self._lines is None:
            self._lines = self.lines
        return self._lines
