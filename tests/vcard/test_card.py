"""A card keeps what it was read from: a changed property changes its own lines alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from cardwright.vcard import Card, Property, read, write

if TYPE_CHECKING:
    from collections.abc import Callable

RAW = (
    b"begin:vcard\n"
    b"version:3.0\n"
    b"Fn:Wile\n"
    b"  Coyote\n"
    b"tel;type=work:1\n"
    b"no property\n"
    b"item1.tel:2\n"
    b"item1.X-ABLabel:Desert\n"
    b"\n"
    b"end:vcard"
)


def card() -> Card:
    (found,) = read(RAW)
    return found


def test_its_properties() -> None:
    found = card()
    assert [entry.name for entry in found] == ["FN", "TEL", "TEL", "X-ABLabel"]
    assert found.get("fn") == Property("FN", "Wile Coyote")
    assert found.get("Note") is None
    assert [entry.value for entry in found.all("Tel")] == ["1", "2"]
    assert [entry.name for entry in found.in_group("ITEM1")] == ["TEL", "X-ABLabel"]
    assert [len(found), repr(found)] == [4, "<Card 3.0 with 4 properties>"]
    assert found.raw == RAW


def test_replace_changes_its_own_lines_alone() -> None:
    found = card()
    found.replace(Property("FN", "Wile Coyote"), Property("FN", "Wile E. Coyote"))
    assert write(found) == RAW.replace(b"Fn:Wile\n  Coyote\n", b"FN:Wile E. Coyote\n")
    assert found.raw is None
    assert found.get("FN") == Property("FN", "Wile E. Coyote")


def test_a_replacement_by_the_same_changes_nothing() -> None:
    found = card()
    found.replace(Property("FN", "Wile Coyote"), Property("FN", "Wile Coyote"))
    assert found.raw == RAW


def test_remove_takes_its_own_lines_alone() -> None:
    found = card()
    found.remove(Property("X-ABLabel", "Desert", group="item1"))
    assert write(found) == RAW.replace(b"item1.X-ABLabel:Desert\n\n", b"")


@pytest.mark.parametrize(
    ("revised", "written"),
    [
        (lambda entry: entry, RAW),
        (lambda _: None, RAW.replace(b"tel;type=work:1\n", b"").replace(b"item1.tel:2\n", b"")),
        (lambda entry: entry if entry.group else None, RAW.replace(b"tel;type=work:1\n", b"")),
        (
            lambda entry: entry._replace(value="3") if entry.group else entry,
            RAW.replace(b"item1.tel:2", b"item1.TEL:3"),
        ),
    ],
)
def test_revise_changes_what_it_must_of_one_name(
    revised: Callable[[Property], Property | None], written: bytes
) -> None:
    found = card()
    found.revise("Tel", revised)
    assert write(found) == written
    assert (found.raw == RAW) == (written == RAW)


def test_add_stands_after_its_like() -> None:
    found = card()
    found.add(Property("TEL", "3"))
    found.add(Property("NOTE", "x" * 80))
    assert write(found) == RAW.replace(
        b"Desert\n\n", b"Desert\n\nTEL:3\nNOTE:" + b"x" * 70 + b"\n " + b"x" * 10 + b"\n"
    )


def test_add_stands_in_its_group() -> None:
    found = card()
    found.add(Property("X-ABADR", "us", group="ITEM1"))
    assert write(found) == RAW.replace(b"Desert\n\n", b"Desert\n\nITEM1.X-ABADR:us\n")


def test_rearrange_moves_the_bytes() -> None:
    """Equal properties too are told apart: each takes its own lines along."""
    raw = b"BEGIN:VCARD\nVERSION:3.0\nTEL:1\ntel:1\nNOTE:x\nTel:2\nEND:VCARD\n"
    (found,) = read(raw)
    one, same, two = found.all("TEL")
    found.rearrange([one, same, two])
    assert found.raw == raw
    found.rearrange([two, same, one])
    assert write(found) == b"BEGIN:VCARD\nVERSION:3.0\nTel:2\ntel:1\nNOTE:x\nTEL:1\nEND:VCARD\n"
    assert found.all("TEL") == [two, same, one]


def test_move_takes_the_bytes_along() -> None:
    raw = b"BEGIN:VCARD\nVERSION:3.0\nTEL:1\ntel:1\nNOTE:x\nEND:VCARD\n"
    (found,) = read(raw)
    one, same, note = found
    found.move(note, same)
    assert write(found) == b"BEGIN:VCARD\nVERSION:3.0\nTEL:1\nNOTE:x\ntel:1\nEND:VCARD\n"
    new = Card([one, note, same])
    new.move(same, one)
    assert list(new) == [same, one, note]


def test_set_leaves_one() -> None:
    found = card()
    found.set(Property("TEL", "3"))
    found.set(Property("UID", "urn:uuid:0"))
    assert [entry.value for entry in found] == ["Wile Coyote", "3", "Desert", "urn:uuid:0"]
    assert b"tel;type=work:1" not in write(found)
    assert b"\nTEL:3\nno property\n" in write(found)


def test_what_it_does_not_hold_cannot_be_taken_out() -> None:
    with pytest.raises(ValueError, match="not in list"):
        card().remove(Property("TEL", "9"))
    with pytest.raises(ValueError, match="not in list"):
        card().replace(Property("TEL", "9"), Property("TEL", "8"))


@pytest.mark.parametrize("version", ["VERSION:4.0\r\n", ""])
def test_the_first_property_stands_after_the_version(version: str) -> None:
    (found,) = read(f"BEGIN:VCARD\r\n{version}END:VCARD\r\n".encode())
    found.add(Property("FN", "x"))
    assert write(found) == f"BEGIN:VCARD\r\n{version}FN:x\r\nEND:VCARD\r\n".encode()


@pytest.mark.parametrize(
    ("begin", "newline"),
    [("\r\n", "\r\n"), ("\r\n\n", "\r\n"), ("\n", "\n"), ("\n\r\n", "\n"), ("\r", "\r"), ("\r\r\n", "\r\n")],
)
def test_a_new_line_ends_as_the_first_one_does(begin: str, newline: str) -> None:
    (found,) = read(f"BEGIN:VCARD{begin}N:a;b\rno property\r\nEND:VCARD\r\n".encode())
    found.add(Property("FN", "x"))
    assert write(found) == f"BEGIN:VCARD{begin}N:a;b\rFN:x{newline}no property\r\nEND:VCARD\r\n".encode()


def test_a_card_that_was_made_is_changed_too() -> None:
    made = Card([Property("TEL", "1")], "4.0")
    made.add(Property("FN", "x"))
    made.set(Property("TEL", "2", (("TYPE", "WORK"),)))
    made.remove(Property("FN", "x"))
    made.revise("TEL", lambda entry: entry._replace(value="3"))
    assert write(made) == b"BEGIN:VCARD\r\nVERSION:4.0\r\nTEL;TYPE=work:3\r\nEND:VCARD\r\n"


def test_lines_that_were_not_understood_survive_a_change() -> None:
    (found,) = read(b"BEGIN:VCARD\rVERSION:3.0\rno colon\rNOTE:a\\,\r b\rFN:x\rEND:VCARD\r")
    found.set(Property("FN", "y"))
    assert write(found) == b"BEGIN:VCARD\rVERSION:3.0\rno colon\rNOTE:a\\,\r b\rFN:y\rEND:VCARD\r"


EDITS: dict[str, Callable[[Card], object]] = {
    "add": lambda it: it.add(Property("NOTE", "x")),
    "extend": lambda it: it.extend([Property("NOTE", "x"), Property("X-A", "y", group="item1")]),
    "replace": lambda it: it.replace(it.all("TEL")[0], Property("TEL", "3")),
    "set": lambda it: it.set(Property("TEL", "3")),
    "remove": lambda it: it.remove(it.all("TEL")[1]),
    "revise": lambda it: it.revise("TEL", lambda entry: entry._replace(value="3") if entry.group else None),
    "rearrange": lambda it: it.rearrange(it.all("TEL")[::-1]),
    "move": lambda it: it.move(it.all("TEL")[1], it.all("FN")[0]),
}


@pytest.mark.parametrize("edit", EDITS.values(), ids=EDITS)
def test_a_card_that_was_made_is_changed_like_one_that_was_read(edit: Callable[[Card], object]) -> None:
    read_one = card()
    made = Card(list(read_one), "3.0")
    edit(read_one)
    edit(made)
    assert list(made) == list(read_one)
    assert made != card()


def test_a_card_of_nothing_takes_properties() -> None:
    empty = Card([], "4.0")
    empty.add(Property("FN", "Wile"))
    assert [entry.name for entry in empty] == ["FN"]
    empty = Card([], "4.0")
    empty.extend([Property("FN", "Wile")])
    assert write(empty) == b"BEGIN:VCARD\r\nVERSION:4.0\r\nFN:Wile\r\nEND:VCARD\r\n"


@pytest.mark.parametrize("end", [b" \n", b"NOTE:a\n"], ids=["within a fold", "of a line"])
def test_a_line_after_a_bare_line_feed_is_no_more_of_the_value_before(end: bytes) -> None:
    """Where other lines end in CRLF, a line that looks like no property would be (`quirks/bare_line_feed.py`)."""
    (card,) = read(b"BEGIN:VCARD\r\nVERSION:3.0\r\nFN:x\r\n" + end + b"END:VCARD\r\n")
    before = card.properties
    card.add(strange := Property("X-A/B", "y"))
    (again,) = read(write(card))
    assert again.properties == [*before, strange]
    again.add(Property("X-C", "z"))
    again.remove(strange)
    assert next(read(write(again))).properties == [*before, Property("X-C", "z")]
