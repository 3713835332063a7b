"""What a text of a query tells of the contact whose card has it: words that a search finds them by."""

from __future__ import annotations

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from cardwright import vcard
from cardwright.book.card_lookup import sure_words
from cardwright.book.index_terms import has_words, searched, searched_words
from cardwright.book.match_keys import name_key
from cardwright.book.requests import Query
from cardwright.cards import write_contact
from cardwright.cards.collations import COLLATIONS
from cardwright.cards.filters import Filter, Needle, PropFilter, TextMatch, needles
from cardwright.cards.matching import Matcher
from cardwright.contact.model import Contact, Email, Name, Phone

WORDS = {
    "an address, whole": (Needle("EMAIL", "WILE.1@ACME.EXAMPLE", "equals"), ["example", "wile", "acme", "1"]),
    "the beginning of one": (Needle("EMAIL", "WILE.1@AC", "starts-with"), ["wile", "ac", "1"]),
    "a part of one": (Needle("EMAIL", "ILE.1@AC", "contains"), ["ac", "1"]),
    "a part that begins with a sign": (Needle("EMAIL", "@ACME.", "contains"), ["acme"]),
    "the end of one": (Needle("EMAIL", "ME.EXAMPLE", "ends-with"), ["example"]),
    "a part of a word": (Needle("EMAIL", "WILE", "contains"), []),
    "a name": (Needle("FN", "WILE COYOTE", "equals"), ["coyote", "wile"]),
    "of a name what is ASCII": (Needle("FN", "JOSE\u0301 POE ΩD", "equals"), ["jose", "poe"]),
    "a mark alone begins no word": (Needle("FN", "\u0301JOSE POE", "contains"), ["poe"]),
    "a number": (Needle("TEL", "+1 (805) 123-4567", "equals"), ["18051234567"]),
    "the beginning of a number": (Needle("TEL", "+1805", "starts-with"), ["1805"]),
    "too little of a number": (Needle("TEL", "+18", "starts-with"), []),
    "a part of a number": (Needle("TEL", "1234567", "contains"), []),
    "letters for a number": (Needle("TEL", "1-800-FLOWERS", "equals"), []),
    "what a parameter may have": (Needle("EMAIL", "WILE@ACME.EXAMPLE", None), []),
    "of many words the longest": (
        Needle("FN", "A BB " * 30 + " ".join("CCC" + "D" * n for n in range(10)), "equals"),
        ["ccc" + "d" * n for n in range(9, -1, -1)],
    ),
    "of a long word the beginning": (Needle("FN", "A" * 1_000, "equals"), ["a" * 100]),
    "another property": (Needle("NOTE", "WILE COYOTE", "equals"), []),
}


@pytest.mark.parametrize(("needle", "expected"), WORDS.values(), ids=WORDS)
def test_words_that_a_needle_needs(needle: Needle, expected: list[str]) -> None:
    assert sure_words(needle) == expected


SIGNS = st.sampled_from("aAbeEéÉ\u0301ß\u017f\u0131İøŁﬁ\u212a٣ªǆ 19.@-_+'가\u1100\u1161")
TEXTS = st.text(SIGNS, max_size=8)
NUMBERS = st.builds(Phone, st.text(st.sampled_from("0123456789+ -()/x٣"), max_size=14), st.just("work"))
NUMBERS |= st.sampled_from([Phone("8051234567", "work", "US"), Phone("030 1234567", "mobile", "DE")])
CONTACTS = st.builds(
    Contact,
    name=st.builds(Name, TEXTS, TEXTS, TEXTS, TEXTS, TEXTS),
    organization=TEXTS,
    note=TEXTS,
    emails=st.lists(st.builds(Email, TEXTS, st.just("work")), max_size=2).map(tuple),
    phones=st.lists(NUMBERS, max_size=2).map(tuple),
)
KINDS = st.sampled_from(["equals", "contains", "starts-with", "ends-with"])


@given(CONTACTS, st.sampled_from(["FN", "EMAIL", "TEL"]), KINDS, st.sampled_from(sorted(COLLATIONS)), st.data())
@example(Contact(Name("José")), "FN", "starts-with", "i;unicode-casemap", None)
def test_who_has_a_text_is_found_by_its_words(
    contact: Contact, name: str, kind: str, collation: str, data: st.DataObject | None
) -> None:
    """Of a card that is made of the contact alone; one without a name is looked at every time."""
    assume(name_key(contact))
    card = next(vcard.read(write_contact(contact, "3.0")))
    values = [str(entry[1]) for entry in card.properties if entry[0] == name]
    assume(values)
    text = values[0]
    if data:
        start, end = sorted(data.draw(st.tuples(*[st.integers(0, len(text))] * 2)))
        text = data.draw(st.sampled_from([text[start:end], text, text[start:], text[:end]]))
        text = data.draw(st.sampled_from([text, text.upper(), text.lower()]))
    wanted = Filter((PropFilter(name, (TextMatch(text, kind, collation),)),))  # type: ignore[arg-type]
    for needle in needles(wanted) or ():
        words = " ".join(sure_words(needle))
        if words and Matcher(wanted).matches(card):
            assert has_words(" ".join(searched(Query(search=words))), searched_words(contact))
