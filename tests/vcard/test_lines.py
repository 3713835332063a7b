"""Folding: RFC 6350 section 3.2, and clusters as UAX #29 sees them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cardwright.vcard.writing.folding import FOLD, fold

CLUSTERS = [
    ("combining mark", "e\u0301"),
    ("several marks", "a\u0323\u0302"),
    ("family joined by ZWJ", "👨‍👩‍👧‍👦"),
    ("skin tone", "👍🏽"),
    ("variation selector", "❤️"),
    ("flag", "🇧🇷"),
    ("flag of tags", "🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f"),
    ("Devanagari conjunct", "क्षि"),
    ("Hangul letters", "\u1112\u1161\u11ab"),
    ("Thai vowel", "กำ"),
]


@pytest.mark.parametrize(("_", "cluster"), CLUSTERS, ids=[name for name, _ in CLUSTERS])
@pytest.mark.parametrize("lead", range(8))
def test_a_cluster_is_not_cut(_: str, cluster: str, lead: int) -> None:
    line = "x" * lead + cluster * 30
    pieces = [piece.decode() for piece in fold(line.encode()).split(b"\r\n ")]
    assert "".join(pieces) == line
    assert all(piece.startswith(cluster) and piece.endswith(cluster) for piece in pieces[1:])


def test_a_cluster_longer_than_a_line_is_cut_between_characters() -> None:
    line = "e" + "\u0301" * 200
    pieces = fold(line.encode()).split(b"\r\n ")
    assert b"".join(pieces).decode() == line
    assert max(map(len, pieces)) <= FOLD


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"]) | st.sampled_from("🇧🇷é\u0301\u200d👩"), max_size=400))
def test_unfolding_gives_the_line_back(line: str) -> None:
    folded = fold(line.encode())
    assert folded.replace(b"\r\n ", b"").decode() == line
    assert max(len(piece) for piece in folded.split(b"\r\n")) <= FOLD


def test_a_line_of_75_octets_is_not_folded() -> None:
    assert fold(b"x" * 75) == b"x" * 75
    assert fold(b"x" * 76) == b"x" * 75 + b"\r\n x"
