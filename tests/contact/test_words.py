"""PC-40: how texts are compared and searched."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cardwright.contact.words import folded, words


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Acme", "aCME"),
        ("Straße", "STRASSE"),
        ("ΟΔΥΣΣΕΥΣ", "οδυσσευς"),
        ("É", "e\u0301"),
        ("ﬁne", "FINE"),
        ("ŉ", "\u02bcn"),
    ],
)
def test_equal_but_for_case(one: str, other: str) -> None:
    assert folded(one) == folded(other)


@pytest.mark.parametrize(("one", "other"), [("Acme", "Acme "), ("e", "é"), ("a", "b"), ("1", "\u0661")])
def test_not_equal(one: str, other: str) -> None:
    assert folded(one) != folded(other)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", []),
        ("--- ! _", []),
        ("Wile E. Coyote", ["wile", "e", "coyote"]),
        ("wile.coyote@example.com", ["wile", "coyote", "example", "com"]),
        ("O'Brien-Smith", ["o", "brien", "smith"]),
        ("José Núñez", ["jose", "nunez"]),
        ("Straße", ["strasse"]),
        ("SØREN Ǿrsted", ["soren", "orsted"]),
        ("Wałęsa Đorđević", ["walesa", "dordevic"]),
        ("Ægir Œuvre Þór Garðar", ["aegir", "oeuvre", "thor", "gardar"]),
        ("Işık IŞIK ışık", ["isik", "isik", "isik"]),  # noqa: RUF001 - a letter of Turkish
        ("山田 太郎", ["山田", "太郎"]),
        ("Ångström_2", ["angstrom", "2"]),
        ("\uff46\uff55\uff4c\uff4c", ["full"]),
        ("a\ud800b", ["a", "b"]),
    ],
)
def test_words(text: str, found: list[str]) -> None:
    assert words(text) == found


@given(st.text())
def test_a_text_is_found_by_its_own_words_in_any_case_and_form(text: str) -> None:
    for other in (unicodedata.normalize("NFC", text), unicodedata.normalize("NFD", text), " ".join(words(text))):
        assert words(other) == words(text)


@given(st.text())
def test_folding_twice_is_folding_once(text: str) -> None:
    assert folded(folded(text)) == folded(text)
