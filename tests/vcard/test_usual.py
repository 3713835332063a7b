"""The quick ways of reading and writing say what the careful ones say, of samples, real cards and spoiled ones."""

from __future__ import annotations

import io
import random
from pathlib import Path
from unittest.mock import patch

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cardwright.vcard import VERSIONS, Defect, Property, read, write
from cardwright.vcard.reading import heads as reading
from cardwright.vcard.reading.careful import read_carefully
from cardwright.vcard.reading.heads import ParsedHeads
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


FOLDED_HEADS = (
    b"BEGIN:VCARD\nVERSION:3.0\nPHOTO;ENCODING=b:YWJj\nT\n E\n L:1\nKEY;ENCODING=b:\n YWJj\nYW\n Jj\n"
    b"TEL;TYPE\n =CELL:2\nFN:x\nEND:VCARD\n"
)


@pytest.mark.parametrize("seed", range(60))
def test_what_was_read_before_changes_nothing(seed: int) -> None:
    """Heads are remembered, and a line whose head is known takes a shorter way."""
    data = mutated([FOLDED_HEADS, random.Random(seed).choice(SAMPLES)], random.Random(seed))  # noqa: S311 - no secrets here
    with patch.dict(reading.HEADS, {version: ParsedHeads(version) for version in VERSIONS}):  # as in a new process
        first = [(card.properties, card.defects) for card in read(data)]
        list(read(b"".join(b"BEGIN:VCARD\nVERSION:%b\nTEL:1\nFN:x\nEND:VCARD\n" % it.encode() for it in VERSIONS)))
        again = [(card.properties, card.defects) for card in read(data)]
    assert first == again


@pytest.mark.parametrize(
    ("rule", "lines", "is_read"),
    [
        ("a parameter without a name is told of its lines alone", b"TEL;HOME:1\nFN:x\nTEL;WORK:2", True),
        ("a fold before that line moves its number", b"NOTE:a\n b\nTEL;HOME:1", True),
        ("a character set is guessed from all lines", b"FN;ENCODING=QUOTED-PRINTABLE:=EC=\n=ED\nTEL;HOME:1", True),
        ("a folded card inside keeps its line breaks", b"AGENT:BEGIN:VCARD\n FN:y\n END:VCARD\nFN:x", True),
        ("data that is none is kept as text", b"PHOTO;ENCODING=b:@@\nFN:x", True),
        ("data that nothing declares is told", b"PHOTO;TYPE=JPEG:YWJjYWJjYWJjYWJjYWJj\nFN:x", True),
        ("what no colon is in may be more of the data before", b"PHOTO;BASE64:YWJj\nYWJj\nFN:x", False),
        ("an inner card that is not closed takes all that follows", b"AGENT:BEGIN:VCARD\nFN:y\nFN:x", False),
        ("a line that is no property", b"FN:x\nnothing", False),
        ("three lines that need it", b"PHOTO;ENCODING=b:@@\nLOGO;ENCODING=b:@@\nKEY;ENCODING=b:@@", False),
        ("three lines that may", b"FN;ENCODING=QUOTED-PRINTABLE:=E9" + b"\nX;QUOTED-PRINTABLE:x" * 2, False),
        ("an empty card", b"", True),
    ],
)
@pytest.mark.parametrize("version", [b"", b"VERSION:3.0\n"])
@pytest.mark.parametrize("newline", [b"\n", b"\r\n"])
def test_single_lines_are_read_closely(rule: str, lines: bytes, is_read: bool, version: bytes, newline: bytes) -> None:  # noqa: FBT001 - of the table
    raw = (b"BEGIN:VCARD\n" + version + lines + b"\nEND:VCARD\n").replace(b"\n\n", b"\n").replace(b"\n", newline)
    assert assert_same(Piece(raw, 7, (), is_nested=False)) == is_read, rule


def test_the_line_that_is_told_of_a_card_without_a_version_is_a_logical_one() -> None:
    (card,) = read(b"BEGIN:VCARD\n \nFN:x\nEND:VCARD\n")
    assert card.defects == (Defect("V04", 1, b"BEGIN:VCARD\n \n"),)


LINES = st.lists(
    st.sampled_from([
        *("VERSION:3.0", "VERSION:2.1", "version:4.0", "VERSION:5.0", "FN:x", "N:a\\;b;c,d", "TEL;WORK:1"),
        *("PHOTO;ENCODING=b:@", "PHOTO;BASE64:YWJj", "YWJj", " :x", "AGENT:BEGIN:VCARD", " FN:x", " END:VCARD"),
        *("FN;ENCODING=QUOTED-PRINTABLE:=E9", "PHOTO:YWJjYWJjYWJjYWJjYWJj", "URL;VALUE=https://x.y"),
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
