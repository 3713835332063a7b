"""Changes of a card, thousands of them: the same as on a plain list of lines, in time in proportion."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cardwright.vcard import Card, Property, read, write
from growth import assert_linear

NAMES = st.sampled_from(["TEL", "tel", "NOTE", "X-ABLabel"])
ENTRIES = st.builds(Property, NAMES, st.sampled_from(["1", "2"]), st.just(()), st.sampled_from(["", "", "a", "A", "b"]))
STEPS = st.lists(
    st.tuples(st.sampled_from(["add", "replace", "remove", "move", "set"]), ENTRIES, st.integers(0, 20)), max_size=30
)


def added(entries: list[Property], new: Property) -> int:
    """Return where `Card.add` puts a property: behind its group, else behind its name and that one's group."""
    beside = [at for at, one in enumerate(entries) if new.group and one.group.upper() == new.group.upper()]
    alike = [at for at, one in enumerate(entries) if one.name.upper() == new.name.upper()]
    at = (beside or alike or [len(entries) - 1])[-1]
    group = entries[at].group.upper() if entries else ""
    while group and at + 1 < len(entries) and entries[at + 1].group.upper() == group:
        at += 1
    return at + 1


@given(entries=st.lists(ENTRIES, max_size=8), steps=STEPS, is_read=st.booleans())
@settings(max_examples=200)
def test_a_changed_card_is_what_a_list_would_be(
    entries: list[Property], steps: list[tuple[str, Property, int]], *, is_read: bool
) -> None:
    card = next(read(write(Card(entries)))) if is_read else Card(entries)
    expected = list(card)
    for step, entry, number in steps:
        if step == "add":
            card.add(entry)
            expected.insert(added(expected, entry), entry)
        elif step == "set":
            card.set(entry)
            same = [at for at, one in enumerate(expected) if one.name.upper() == entry.name.upper()]
            at = same[0] if same else added(expected, entry)
            expected = [one for place, one in enumerate(expected) if place not in same]
            expected.insert(at, entry)
        elif expected:
            at = number % len(expected)
            there = card.properties[at]
            first = next(place for place, one in enumerate(card.properties) if one is there)
            if step == "replace":
                card.replace(there, entry)
                expected[first] = entry
            elif step == "remove":
                card.remove(there)
                del expected[first]
            elif (before := card.properties[(number * 7) % len(expected)]) is not there:
                card.move(there, before)
                del expected[first]
                expected.insert(next(at for at, one in enumerate(expected) if one is before), there)
        assert list(card) == expected
        expected = list(card)  # the same ones: an equal one that takes a place is not put in
        for one in expected[:3]:
            assert card.all(one.name) == [other for other in expected if other.name.upper() == one.name.upper()]
            assert card.get(one.name) == card.all(one.name)[0]
            assert not one.group or card.in_group(one.group) == [
                other for other in expected if other.group.upper() == one.group.upper()
            ]
    assert list(next(read(write(card)))) == expected


def test_properties_come_between_the_same_two_again_and_again() -> None:
    """Beyond what numbers of lines leave room for."""
    card = Card([Property("TEL", "0"), Property("NOTE", "n")])
    for number in range(1, 300):
        card.add(Property("TEL", f"{number}"))
        card.move(card.all("TEL")[-1], card.all("TEL")[0])
    assert [entry.value for entry in card] == [f"{number}" for number in range(299, -1, -1)] + ["n"]


@pytest.mark.no_cover  # what counts the branches takes time too
def test_thousands_of_changes_take_time_in_proportion() -> None:
    def made(size: int) -> Card:
        lines = "".join(f"X-A:{n}\r\nitem{n}.TEL:{n}\r\nitem{n}.X-ABLabel:l\r\n" for n in range(size))
        return next(read(f"BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Wile\r\n{lines}END:VCARD\r\n"))

    def changed(card: Card) -> None:
        copy = Card(list(card))
        for entry in copy.all("TEL"):
            copy.replace(entry, entry._replace(value="1"))
            copy.add(entry)
            assert len(copy.in_group(entry.group)) == 3
            copy.remove(entry)

    assert_linear(changed, made, 400)
