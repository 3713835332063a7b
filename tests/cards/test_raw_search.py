"""The quick look at octets: it never refuses a card that the query itself would take."""

from __future__ import annotations

import random

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from cards.filter_strategies import FILTERS, PROPERTIES
from cards.real_cards import CARDS, FILES
from cardwright import vcard
from cardwright.cards.collations import unicode_casemap
from cardwright.cards.filters import Filter, Needle, PropFilter, TextMatch, needles, searchable
from cardwright.cards.matching import Matcher
from cardwright.cards.raw_search import RawSearch

HEAD = "BEGIN:VCARD\r\nVERSION:3.0\r\n"


def told(line: str) -> bytes:
    return f"{HEAD}FN:A\r\n{line}\r\nEND:VCARD\r\n".encode()


def search(text: str) -> RawSearch:
    return RawSearch([Needle("NOTE", unicode_casemap(text))])


FOUND = {
    "whatever the case": ("NOTE:Wile", "wiLE"),
    "across a fold": ("NOTE:wi\r\n le", "wile"),
    "across a fold in a letter": ("NOTE:é".encode().replace(b"\xa9", b"\r\n \xa9").decode("latin-1"), "nothing"),
    "across an escaped comma": ("NOTE:a\\, b", "a, b"),
    "across an escaped line break": ("NOTE:ab\\ncd", "ab\ncd"),
    "after one": ("NOTE:ab\\ncd", "cd"),
    "behind a backslash": ("NOTE:ab\\\\ncd", "ncd"),
    "across types that stand apart": ("NOTE;TYPE=HOME;TYPE=WORK:x", "home,work"),
    "across members": ("CATEGORIES:a , b", "a,b"),
    "an accent": ("NOTE:José", "jose"),
    "without one": ("NOTE:Jose\u0301", "josé"),
    "another form of a letter": ("NOTE:ﬁne\uff21", "ﬁnea"),
    "marks in any order": ("NOTE:a\u0301\r\n \u0323b", "a\u0323\u0301b"),
    "a caret": ("NOTE;X-A=a^nb:x", "a\nb"),
    "quoted-printable": ("NOTE;QUOTED-PRINTABLE:=41=42", "ab"),
    "base64": ("NOTE;ENCODING=b:QUI=", "ab"),
    "another character set": ("NOTE;CHARSET=ISO-8859-1:x", "é"),
    "nothing but signs": ("NOTE:x", "+-"),
}


@pytest.mark.parametrize(("line", "text"), FOUND.values(), ids=FOUND)
def test_what_reading_may_find_is_not_refused(line: str, text: str) -> None:
    octets = told(line) if text != "nothing" else told(line).decode().encode("latin-1")
    assert search(text).may_find(octets)


@pytest.mark.parametrize(
    "octets",
    [told("NOTE:x").replace(b"3.0", b"2.1"), told("NOTE:x") * 2, b"", told("NOTE:x")[1:]],
    ids=["another version", "two cards", "nothing", "no beginning"],
)
def test_what_is_odd_is_looked_at(octets: bytes) -> None:
    assert search("nobody").may_find(octets)


def test_what_is_not_there_is_refused() -> None:
    octets = told("EMAIL:wile@home.example\r\nNOTE:José")
    assert not search("wile@acme.example").may_find(octets)
    assert not search("josi").may_find(octets)
    assert not RawSearch([Needle("FN", "NOBODY"), Needle("N", "NOONE")]).may_find(octets)
    assert RawSearch([Needle("FN", "NOBODY"), Needle("N", "WILE")]).may_find(octets)
    assert RawSearch(None).may_find(octets)


def test_of_many_needles_each_card_is_read() -> None:
    """As is a card that is long: to look through it for each takes longer. Of one needle a part is looked for."""
    octets = told("NOTE:x")
    assert not RawSearch([Needle("FN", f"NOBODY{n}") for n in range(16)]).may_find(octets)
    assert RawSearch([Needle("FN", f"NOBODY{n}") for n in range(17)]).may_find(octets)
    assert not search("nobody").may_find(told("NOTE:" + "x" * 500_000))
    assert search("nobody").may_find(told("NOTE:" + "x" * 525_000))
    assert search("x,nobody").may_find(told("NOTE:nobody"))


def test_what_stands_in_a_property_of_its_own_is_looked_at() -> None:
    """Reading makes a media type of the TYPE of a photo, for one."""
    assert RawSearch([Needle("", "IMAGE/GIF")]).may_find(told("PHOTO;TYPE=GIF:R0lGODlhAQABAIAAAP"))


@given(FILTERS, st.lists(PROPERTIES, max_size=4), st.sampled_from(["3.0", "4.0"]))
@example(Filter((PropFilter("NOTE", (TextMatch("a;b"),)),)), [vcard.Property("NOTE", "a;b")], "3.0")
def test_no_card_that_matches_is_refused(wanted: Filter, entries: list[vcard.Property], version: str) -> None:
    octets = vcard.write(vcard.Card(entries, version), version)
    if Matcher(wanted).matches(next(vcard.read(octets))):
        assert RawSearch(needles(wanted)).may_find(octets)


RAW = sorted(
    {*CARDS, *(path.read_bytes() for path in FILES if path.stat().st_size < 20_000)}, key=lambda raw: raw[:500]
)


@pytest.mark.parametrize("at", range(8))
def test_every_text_of_a_real_card_is_found_in_part(at: int) -> None:
    """As it came, and as it is written; parts of several lines too."""
    chance = random.Random(at)  # noqa: S311 - no secret
    for raw in RAW[at::8]:
        for card in vcard.read(raw):
            for octets in {raw, *(vcard.write(vcard.complete(card), version) for version in ("3.0", "4.0"))}:
                read = list(vcard.read(octets))
                if len(read) != 1:
                    continue
                for column, text in searchable(read[0]).items():
                    for _ in range(3):
                        start = chance.randrange(len(text) + 1)
                        part = text[start : start + chance.randrange(1, 12)]
                        assert RawSearch([Needle(column, part)]).may_find(octets), (octets, part)
