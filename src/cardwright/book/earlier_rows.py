"""The rows of one batch that are to become contacts, found by their match keys before the store has them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cardwright.book.import_ports import SEVERAL

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cardwright.book.match_keys import MatchKeys, MatchRule


class EarlierRows:
    """What `ImportStore.find` is for contacts, for those that are on their way."""

    def __init__(self, rules: Sequence[MatchRule]) -> None:
        self._rules = rules
        self._holders: dict[str, list[tuple[int, str]]] = {}
        """Of each key the places of those who hold it, and their names."""
        self.named: set[int] = set()
        """The places of those with a UID of their own, which their file gives them."""
        self._added: list[tuple[MatchKeys, int]] = []
        """Those whose keys are not among `_holders` yet: of most files nobody asks for any."""
        self._asked: tuple[MatchKeys | None, list[str]] = None, []
        """The keys that were looked for last, and all that they hold: nearly always they are added next."""

    def add(self, keys: MatchKeys, place: int) -> None:
        """Take note of a row that is to become a contact, and of its place among the decisions."""
        self._added.append((keys, place))

    def find(self, keys: MatchKeys) -> tuple[int, list[int]] | None:
        """Return the first rule that finds any, and their places."""
        self._take_in()
        if self._holders.keys().isdisjoint(self._held(keys)):  # as of nearly all
            return None
        for number, rule in enumerate(self._rules):
            asked, names = rule.asked(keys)
            holders = (holder for key in asked for holder in self._holders.get(key, ()))
            if places := {place for place, name in holders if not names or name in names}:
                return number, sorted(places)[:SEVERAL]
        return None

    def _take_in(self) -> None:
        for keys, place in self._added:
            holder = place, keys.name
            for key in self._held(keys):
                self._holders.setdefault(key, []).append(holder)
        self._added.clear()

    def _held(self, keys: MatchKeys) -> list[str]:
        if self._asked[0] is not keys:
            self._asked = keys, keys.held()
        return self._asked[1]
