"""Sync tokens: what is written is read, for the same book and generation alone (DV-25)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cardwright.book.card_ports import Book, Reached
from cardwright.errors import SyncTokenError
from cardwright.surfaces.dav.sync_token import places_of, written

BOOK = Book("AC1", "1000")
NUMBER = st.integers(-(2**63), 2**63 - 1)
PLACES = st.lists(st.builds(Reached, NUMBER, NUMBER, NUMBER), max_size=5).map(tuple)


@given(PLACES)
def test_what_is_written_is_read(places: tuple[Reached, ...]) -> None:
    assert places_of(written(BOOK, "g", places), BOOK, "g") == places


@given(PLACES, PLACES)
def test_other_places_have_another_token(one: tuple[Reached, ...], other: tuple[Reached, ...]) -> None:
    assert (written(BOOK, "g", one) == written(BOOK, "g", other)) == (one == other)


TOKEN = written(BOOK, "g", [Reached(1, 2, 3)])
REFUSED = {
    "of another campaign": (TOKEN, Book("AC1", "1001"), "g"),
    "of all campaigns": (TOKEN, Book("AC1", ""), "g"),
    "of another account": (TOKEN, Book("AC2", "1000"), "g"),
    "of another generation": (TOKEN, BOOK, "h"),
    "cut off": (TOKEN[:-1], BOOK, "g"),
    "with something behind": (f"{TOKEN}A", BOOK, "g"),
    "of nothing": ("data:,cardwright-sync-", BOOK, "g"),
    "another URI": ("http://sabre.io/ns/sync/1", BOOK, "g"),
    "no base64": ("data:,cardwright-sync-é!", BOOK, "g"),
    "endless numbers": (f"{TOKEN}{'_' * 400}", BOOK, "g"),
}


@pytest.mark.parametrize(("token", "book", "generation"), REFUSED.values(), ids=REFUSED)
def test_a_token_that_is_none(token: str, book: Book, generation: str) -> None:
    with pytest.raises(SyncTokenError):
        places_of(token, book, generation)


@given(st.text())
def test_no_text_is_taken_for_a_token(text: str) -> None:
    with pytest.raises(SyncTokenError):
        places_of(text, BOOK, "g")


def test_the_token_of_a_hundred_campaigns_is_short() -> None:
    token = written(Book("AC1", ""), "g", [Reached(2**20 + at, 2**24, 2**24) for at in range(100)])
    assert len(token) < 2_000
    assert token.startswith("data:,")  # a URI, as RFC 6578 section 3.2 asks; some clients and tests look for this one
    assert token.isascii()
    assert token.isprintable()
