"""The rows of one batch that are to become contacts, found by their match keys before the store has them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from cardwright import limits

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cardwright.book.match_keys import MatchKeys, Rule

_MOST: Final = limits.SEVERAL.value + 1


class EarlierRows:
    """What `ImportStore.find` is for contacts, for those that are on their way."""

    def __init__(self, rules: Sequence[Rule]) -> None:
        self._rules = rules
        self._holders: dict[str | tuple[str, str], list[int]] = {}

    def add(self, keys: MatchKeys, place: int) -> None:
        """Take note of a row that is to become a contact, and of its place among the decisions."""
        for key in keys.held():
            self._hold(key, place)
            self._hold((key, keys.name), place)

    def _hold(self, key: str | tuple[str, str], place: int) -> None:
        holders = self._holders.setdefault(key, [])
        if len(holders) < _MOST:
            holders.append(place)

    def find(self, keys: MatchKeys) -> tuple[int, list[int]] | None:
        """Return the first rule that finds any, and their places."""
        if self._holders.keys().isdisjoint(keys.held()):  # as of nearly all
            return None
        for number, rule in enumerate(self._rules):
            asked, names = rule.asked(keys)
            both = [(key, name) for key in asked for name in names] if names else asked
            places = {place for key in both for place in self._holders.get(key, ())}
            if places:
                return number, sorted(places)[:_MOST]
        return None
