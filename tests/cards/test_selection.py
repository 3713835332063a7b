"""Parts of cards, as address-data asks for them (RFC 6352 section 10.4.2): lines as they stand."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cards.real_cards import CARDS
from cardwright.cards.selection import Selected, selection
from cardwright.vcard import read
from growth import assert_linear

CARD = (
    "BEGIN:VCARD|VERSION:3.0|N:Coyote;Wile;;;|FN:Wile|item1.EMAIL;TYPE=WORK:w@acme.example|EMAIL:w@home.example|"
    'TEL;X-SAY="a:b";TYPE=CELL:+1 555| 0100|PHOTO;ENCODING=b;TYPE=JPEG:/9j/|  4AAQ|NOTE;ENCODING=QUOTED-PRINTABLE:a=|b|'
    'X-LONG;TYPE=a,| b:1|X-Q;TYPE=5":1|what is this|END:VCARD|'
)
ALWAYS = "BEGIN:VCARD|VERSION:3.0|", "END:VCARD|"
CASES: dict[str, tuple[list[Selected], str]] = {
    "nothing: its edges": ([], ""),
    "one": ([Selected("FN")], "FN:Wile|"),
    "any case, and in the card's order": ([Selected("fn"), Selected("n")], "N:Coyote;Wile;;;|FN:Wile|"),
    "VERSION is always there, once": ([Selected("VERSION")], ""),
    "without a group, in any": (
        [Selected("EMAIL")],
        "item1.EMAIL;TYPE=WORK:w@acme.example|EMAIL:w@home.example|",
    ),
    "with a group, in that one": ([Selected("ITEM1.EMAIL")], "item1.EMAIL;TYPE=WORK:w@acme.example|"),
    "folded as it was": ([Selected("TEL")], 'TEL;X-SAY="a:b";TYPE=CELL:+1 555| 0100|'),
    "in quoted-printable": ([Selected("NOTE")], "NOTE;ENCODING=QUOTED-PRINTABLE:a=|b|"),
    "without its value, to the colon that is not quoted": (
        [Selected("TEL", has_value=False)],
        'TEL;X-SAY="a:b";TYPE=CELL:|',
    ),
    "without its value, folded before the colon": (
        [Selected("X-LONG", has_value=False)],
        "X-LONG;TYPE=a,| b:|",
    ),
    "without its value, behind a lone quote": ([Selected("X-Q", has_value=False)], 'X-Q;TYPE=5":|'),
    "without its value, a photo": ([Selected("PHOTO", has_value=False)], "PHOTO;ENCODING=b;TYPE=JPEG:|"),
    "without and with, as two ask": ([Selected("FN", has_value=False), Selected("FN")], "FN:Wile|"),
    "without, and with in a group": (
        [Selected("EMAIL", has_value=False), Selected("item1.EMAIL")],
        "item1.EMAIL;TYPE=WORK:w@acme.example|EMAIL:|",
    ),
    "what it does not have": ([Selected("BDAY")], ""),
}


@pytest.mark.parametrize(("wanted", "lines"), CASES.values(), ids=CASES)
def test_a_part_of_a_card(wanted: list[Selected], lines: str) -> None:
    expected = f"{ALWAYS[0]}{lines}{ALWAYS[1]}"
    assert selection(octets(CARD), wanted) == octets(expected)


@pytest.mark.parametrize("raw", [b"", b"no card", b"BEGIN:VCARD\nEND:VCARD\nBEGIN:VCARD\nEND:VCARD\n"])
def test_what_is_not_one_card_is_left_as_it_is(raw: bytes) -> None:
    """DV-33."""
    assert selection(raw, [Selected("FN")]) == raw


@pytest.mark.parametrize("raw", CARDS, ids=range(len(CARDS)))
def test_every_property_has_a_head(raw: bytes) -> None:
    card = next(read(raw))
    heads = next(read(selection(raw, [Selected(entry.name, has_value=False) for entry in card.properties])))
    assert [(it.name, it.group) for it in heads.properties] == [(it.name, it.group) for it in card.properties]


@given(st.sampled_from(CARDS), st.data())
def test_a_part_says_what_the_card_says(raw: bytes, data: st.DataObject) -> None:
    card = next(read(raw))
    names = sorted({entry.name for entry in card.properties})
    wanted = data.draw(st.lists(st.sampled_from([*names, "X-NONE"]), unique=True))
    part = next(read(selection(raw, map(Selected, wanted))))
    assert part.properties == [entry for entry in card.properties if entry.name in wanted]


def octets(lines: str) -> bytes:
    return lines.replace("|", "\r\n").encode()


@pytest.mark.no_cover  # what counts the branches takes time too
def test_a_value_of_many_line_ends_is_left_out_in_one_pass() -> None:
    def made(size: int) -> bytes:
        return octets("BEGIN:VCARD|VERSION:3.0|FN:Wile|NOTE:%b.|END:VCARD|") % (b"\r" * size)

    assert_linear(lambda card: selection(card, [Selected("NOTE", has_value=False)]), made, 20_000)
