"""The quick ways of reading and writing say what the careful ones say, of samples, real cards and spoiled ones."""

from __future__ import annotations

import io
import random
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cardwright.vcard import VERSIONS, Property, write
from cardwright.vcard.reading.careful import read_carefully
from cardwright.vcard.reading.scanner import Piece, Scanner
from cardwright.vcard.reading.usual import read_usual
from cardwright.vcard.writing.heads import HEADS, WrittenHeads
from cardwright.vcard.writing.lines import write_line
from cardwright.vcard.writing.usual import write_usual
from fuzz.mutation import mutated

ROOT = Path(__file__).parents[2]
FILES = sorted([*(ROOT / "tests/corpus").glob("*.vcf"), *(ROOT.parent / "shared/corpus").rglob("*.vcf")])
SAMPLES = [path.read_bytes() for path in FILES]


def pieces(data: bytes) -> list[Piece]:
    return [piece for piece in Scanner(io.BytesIO(data)) if piece.raw and not piece.is_nested]


def assert_same(piece: Piece) -> bool:
    usual, careful = read_usual(piece), read_carefully(piece)
    if usual is None:
        return False
    assert [usual.version, usual.properties, usual.defects] == [careful.version, careful.properties, careful.defects]
    assert usual.read_lines == careful.read_lines
    return True


def test_samples_are_read_alike() -> None:
    read = [assert_same(piece) for data in SAMPLES for piece in pieces(data)]
    assert sum(read) > len(read) // 3


@pytest.mark.parametrize("seed", range(60))
def test_spoiled_samples_are_read_alike(seed: int) -> None:
    for piece in pieces(mutated(SAMPLES, random.Random(seed))):  # noqa: S311 - no secrets here
        assert_same(piece)


LINES = st.lists(
    st.sampled_from([
        *("VERSION:3.0", "VERSION:2.1", "version:4.0", "VERSION:5.0", "FN:x", "N:a\\;b;c,d", "TEL;WORK:1"),
        *('TEL;X="a:b":1', 'TEL;X="a', 'TEL;X="a":2', "NOTE;ENCODING=QUOTED-PRINTABLE:a=", " b=20c", "=3D", "="),
        *("PHOTO;ENCODING=b:YWJj", " YWJj", "AGENT:BEGIN:VCARD\\nFN:x\\nEND:VCARD\\n", "AGENT:", "X-A:b\\nc"),
        *("URL:a\\,b", "", "NOTE:a=", "END:VCARD ", "X-B:a\r\r\n ", "VERSION\\:3.0"),
    ]),
    max_size=8,
)  # fmt: skip


@settings(max_examples=300)
@given(LINES, st.sampled_from(["\n", "\r\n"]), st.booleans())
def test_lines_in_any_order_are_read_alike(lines: list[str], newline: str, has_end: bool) -> None:  # noqa: FBT001 - drawn
    ends = ["END:VCARD"] if has_end else []
    for piece in pieces(newline.join(["BEGIN:VCARD", *lines, *ends, ""]).encode()):
        assert_same(piece)


TEXT = st.text("abcXYZ 019.@:/'é;,\\\n", max_size=20)
PLAIN = (st.just(()), st.just(""))
TEXTS = st.builds(Property, st.sampled_from(["NOTE", "URL", "X-OWN", "X-ABLabel", "AGENT"]), TEXT, *PLAIN)
PARTS = st.lists(TEXT, min_size=1, max_size=3).map(tuple)
ENTRIES = st.lists(TEXTS | st.builds(Property, st.sampled_from(["N", "ORG", "NICKNAME"]), PARTS, *PLAIN), max_size=4)


@settings(max_examples=300)
@given(ENTRIES, st.sampled_from(VERSIONS))
def test_cards_are_written_alike(entries: list[Property], version: str) -> None:
    lines = [write_line(entry, HEADS[version]) for entry in entries]  # from now on their heads are known
    usual = write_usual(entries, HEADS[version])
    edges = [b"BEGIN:VCARD", b"VERSION:" + version.encode()]
    assert usual in {None, b"\r\n".join([*edges, *lines, b"END:VCARD\r\n"])}


def test_the_usual_card_is_written_so() -> None:
    entries = [Property("N", ("Coyote", "Wile", "", "", "")), Property("TEL", "1")]
    write(entries)
    assert write_usual(entries, HEADS["3.0"]) == write(entries)


def test_a_property_is_written_closely_the_first_time_and_agent_always() -> None:
    heads = WrittenHeads("3.0")
    for name, value, is_usual in (("TEL", "1", True), ("AGENT", "1", False), ("agent", "BEGIN:VCARD", False)):
        assert write_usual([(name, value, (), "")], heads) is None
        write_line((name, value, (), ""), heads)
        assert (write_usual([(name, value, (), "")], heads) is not None) == is_usual
