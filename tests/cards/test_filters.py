"""Filters of queries: every clause of RFC 6352 section 10.5 as a case, run on one card."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from cards.filter_strategies import FILTERS, PROPERTIES
from cards.real_cards import CARDS
from cardwright.cards.collations import COLLATIONS, ascii_casemap, unicode_casemap
from cardwright.cards.filters import Filter, ParamFilter, PropFilter, TextMatch, needles, searchable, texts_of
from cardwright.cards.matching import Matcher
from cardwright.contact.normal_forms import normalized
from cardwright.vcard import Card, Property, read

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from cardwright.cards.collations import Collation
    from cardwright.cards.filters import Condition, TextMatchKind
    from cardwright.vcard import Entry

CARD = next(
    read(
        "\r\n".join(  # noqa: FLY002 - a line a line
            [
                "BEGIN:VCARD",
                "VERSION:3.0",
                "N:Coyote;Wile,Ethelbert;;Dr.;",
                "FN:Wile E. Coyote",
                "NICKNAME:me,Super Genius",
                "EMAIL;TYPE=HOME,PREF:wile@home.example",
                "item1.EMAIL;TYPE=WORK:Wile@ACME.example",
                "TEL:+1 555 0100",
                "NOTE:falls\\, and\\nstands up",
                "X-TEAM:desert",
                "PHOTO;ENCODING=b;TYPE=JPEG:/9j/4AAQ",
                "END:VCARD",
                "",
            ]
        )
    )
)


TESTS = {"anyof": any, "allof": all}


def one(name: str, *conditions: Condition, test: str = "anyof") -> Filter:
    return Filter((PropFilter(name, conditions, test),))  # type: ignore[arg-type]


def text(value: str, kind: TextMatchKind = "contains", collation: Collation = "i;unicode-casemap") -> TextMatch:
    return TextMatch(value, kind, collation)


def no(value: str, kind: TextMatchKind = "contains") -> TextMatch:
    return TextMatch(value, kind, is_negated=True)


MATCHING = {
    "an empty filter matches every card": Filter(),
    "10.5: any": Filter((PropFilter("NONE"), PropFilter("TEL"))),
    "10.5: all": Filter((PropFilter("EMAIL"), PropFilter("TEL")), "allof"),
    "10.5.1: it exists": one("TEL"),
    "10.5.1: names in any case": one("tEl"),
    "10.5.1: it does not exist": Filter((PropFilter("BDAY", is_defined=False),)),
    "10.5.1: without a group, in any group": one("EMAIL", text("acme")),
    "10.5.1: with a group, in that group": one("ITEM1.email"),
    "10.5.1: a property of nobody's table": one("X-TEAM", text("desert", "equals")),
    "10.5.1: any of the conditions": one("TEL", text("nothing"), text("0100")),
    "10.5.1: all of the conditions, of one property": one(
        "EMAIL", text("acme"), ParamFilter("TYPE", text("work")), test="allof"
    ),
    "10.5.2: the parameter exists": one("EMAIL", ParamFilter("type")),
    "10.5.2: the parameter does not exist": one("TEL", ParamFilter("TYPE", is_defined=False)),
    "10.5.2: one of its values": one("EMAIL", ParamFilter("TYPE", text("pref", "equals"))),
    "10.5.2: none of its values": one("EMAIL", ParamFilter("TYPE", no("pref"))),
    "10.5.4: contains, the default": one("FN", text("e. coy")),
    "10.5.4: equals": one("FN", text("WILE E. COYOTE", "equals")),
    "10.5.4: starts with": one("FN", text("wile", "starts-with")),
    "10.5.4: ends with": one("FN", text("ote", "ends-with")),
    "10.5.4: an empty text is in every value": one("PHOTO", text("")),
    "10.5.4: negated, of the property that is there": one("TEL", no("999")),
    "10.5.4: negated, one property of two has it not": one("EMAIL", no("acme")),
    "10.5.4: what stands escaped on the line": one("NOTE", text("falls, and\nstands", "starts-with")),
    "10.5.4: a structured value as it stands": one("N", text("Coyote;Wile,Ethelbert;;Dr.;", "equals")),
    "10.5.4: one component of it": one("N", text("coyote", "equals")),
    "10.5.4: one member of a component": one("N", text("ethelbert", "equals")),
    "10.5.4: a list as it stands": one("NICKNAME", text("me,Super Genius", "equals")),
    "10.5.4: one of a list": one("NICKNAME", text("super genius", "equals")),
    "VERSION is a property": one("VERSION", text("3.0", "equals")),
    "RFC 4790 9.3: octets as they are": one("FN", text("Wile", collation="i;octet")),
    "RFC 4790 9.2: case of ASCII": one("FN", text("wILE", collation="i;ascii-casemap")),
}
OTHERS = {
    "10.5: any of nothing that is there": Filter((PropFilter("BDAY"), PropFilter("KEY"))),
    "10.5: all, and one is missing": Filter((PropFilter("EMAIL"), PropFilter("KEY")), "allof"),
    "10.5.1: it does not exist": one("BDAY"),
    "10.5.1: it exists": Filter((PropFilter("EMAIL", is_defined=False),)),
    "10.5.1: another group": one("item2.EMAIL"),
    "10.5.1: no group, and one is asked for": one("item1.TEL"),
    "10.5.1: all of the conditions, of two properties": one(
        "EMAIL", text("acme"), ParamFilter("TYPE", text("home")), test="allof"
    ),
    "10.5.1: part of a name": one("TE"),
    "10.5.2: no such parameter": one("EMAIL", ParamFilter("PID")),
    "10.5.2: no such parameter, and a text that it must not have": one("TEL", ParamFilter("TYPE", no("home"))),
    "10.5.2: the property is not there": one("BDAY", ParamFilter("TYPE", is_defined=False)),
    "10.5.2: every TEL and EMAIL of it has the parameter": one("EMAIL", ParamFilter("TYPE", is_defined=False)),
    "10.5.4: another text": one("FN", text("road runner")),
    "10.5.4: equals is the whole": one("FN", text("Wile", "equals")),
    "10.5.4: negated, the property is not there": one("BDAY", no("1949")),
    "10.5.4: negated, and it has it": one("TEL", no("555")),
    "10.5.4: negated, one of a list has it": one("NICKNAME", no("me", "equals")),
    "10.5.4: the octets of a photo are no text": one("PHOTO", text("4AAQ")),
    "RFC 4790 9.3: octets in another case": one("FN", text("wile", collation="i;octet")),
}


@pytest.mark.parametrize("wanted", MATCHING.values(), ids=MATCHING)
def test_a_filter_matches(wanted: Filter) -> None:
    assert Matcher(wanted).matches(CARD)


@pytest.mark.parametrize("wanted", OTHERS.values(), ids=OTHERS)
def test_a_filter_does_not_match(wanted: Filter) -> None:
    assert not Matcher(wanted).matches(CARD)


SAME = {
    "titlecase of one character": ("éÇÿ", "ÉçŸ"),
    "of other scripts": ("привет", "ПРИВЕТ"),
    "a final sigma": ("\u03c2", "\u03c3"),
    "taken apart": ("é", "e\u0301"),
    "taken apart for compatibility": ("\u212b", "å"),
    "a syllable of Hangul": ("\ud55c", "\u1112\u1161\u11ab"),
}
DIFFERENT = {
    "no titlecase of one character": ("ß", "SS"),
    "a ligature is taken apart after its case": ("\ufb01", "FI"),
    "another accent": ("é", "è"),
}


@pytest.mark.parametrize(("left", "right"), SAME.values(), ids=SAME)
def test_the_same_by_unicode_casemap(left: str, right: str) -> None:
    assert unicode_casemap(left) == unicode_casemap(right)


@pytest.mark.parametrize(("left", "right"), DIFFERENT.values(), ids=DIFFERENT)
def test_different_by_unicode_casemap(left: str, right: str) -> None:
    assert unicode_casemap(left) != unicode_casemap(right)


def test_the_example_of_rfc_5051() -> None:
    assert unicode_casemap("\u01c4") == unicode_casemap("\u01c5") == "Dz\u030c"


@pytest.mark.parametrize("text", ["aé\u0323\u0301", "\u0301\u0327", "\uff9e\u0327", "\u0344é"])
def test_a_long_text_is_prepared_piece_by_piece(text: str) -> None:
    """What follows one another in an order of its own stays together."""
    long = text * (200_000 // len(text))
    for end in range(4):
        mapped = "".join(map(chr, map(_titlecase, map(ord, long + text[:end]))))
        assert unicode_casemap(long + text[:end]) == normalized("NFKD", mapped)


def _titlecase(codepoint: int) -> int:
    title = chr(codepoint).title()
    return ord(title) if len(title) == 1 else codepoint


def test_a_letter_is_part_of_the_letter_with_an_accent() -> None:
    assert unicode_casemap("jose") in unicode_casemap("José Núñez")


def test_ascii_casemap_leaves_other_letters_alone() -> None:
    """RFC 4790 section 9.2; a long text is prepared piece by piece."""
    assert ascii_casemap("aé") == "Aé"
    assert ascii_casemap("aé\ud800ß" * 70_000) == "Aé\ud800ß" * 70_000


@given(st.text("ab", max_size=4), st.text("ab", max_size=4), st.integers(-2, 2), st.integers(0, 4))
@example("", "a" * 70_000, 0, 0)
def test_a_long_text_is_looked_through_piece_by_piece(head: str, part: str, off: int, cut: int) -> None:
    """What stands where two pieces meet is found as everywhere; meanwhile other threads have their turn."""
    long = "x" * (65_536 - len(head) + off) + head + part[: len(part) - cut] + "x" * 70_000
    for several in (long, (long, "y")):
        card = Card([Property("NOTE" if isinstance(several, str) else "CATEGORIES", several)])
        wanted = one(card.properties[0][0], text(part, collation="i;octet"))
        assert Matcher(wanted).matches(card) == (part in long)


@given(st.characters(exclude_categories=["Cs"]))
@example("\u3099")
def test_a_character_alone_and_in_a_text_is_prepared_alike(character: str) -> None:
    """What is quick for ASCII says the same as the rule; a mark may come to stand before the accent."""
    title = character.title()
    mapped = title if len(title) == 1 else character
    assert unicode_casemap(character) == unicodedata.normalize("NFKD", mapped)
    assert unicode_casemap(f"é{character}") == unicodedata.normalize("NFKD", f"É{mapped}")


@given(FILTERS, st.lists(PROPERTIES, max_size=4))
def test_texts_prepared_once_say_what_each_compared_alone_says(wanted: Filter, entries: list[Property]) -> None:
    """Section 10.5, condition by condition and text by text."""

    def has_text(asked: TextMatch, texts: Sequence[str]) -> bool:
        prepare = COLLATIONS[asked.collation]
        part = prepare(asked.text)
        kinds: dict[TextMatchKind, Callable[[str], bool]] = {
            "equals": part.__eq__,
            "contains": lambda one: part in one,
            "starts-with": lambda one: one.startswith(part),
            "ends-with": lambda one: one.endswith(part),
        }
        return any(kinds[asked.kind](prepare(one)) for one in texts) != asked.is_negated

    def is_true(condition: Condition, entry: Entry) -> bool:
        if isinstance(condition, TextMatch):
            return has_text(condition, texts_of(entry))
        params = [param[1:] for param in entry[2] if param[0] == condition.name]
        if condition.text is None or not condition.is_defined or not params:
            return condition.is_defined == bool(params)
        return has_text(condition.text, [member for members in params for member in members])

    def has(asked: PropFilter, card: Card) -> bool:
        group, _, name = asked.name.rpartition(".")
        entries = (*card.properties, ("VERSION", card.version, (), ""))
        named = [one for one in entries if one[0] == name and group in {"", one[3]}]
        if not asked.conditions or not asked.is_defined:
            return asked.is_defined == bool(named)
        return any(TESTS[asked.test](is_true(condition, one) for condition in asked.conditions) for one in named)

    card = Card(entries)
    assert Matcher(wanted).matches(card) == (
        not wanted.properties or TESTS[wanted.test](has(one, card) for one in wanted.properties)
    )


def test_a_text_beside_what_no_query_can_ask_for() -> None:
    """A card may have a NUL, which parts the members of a value while they are compared."""
    card = Card([Property("CATEGORIES", ("a\0b", "c"))])
    assert Matcher(one("CATEGORIES", text("a", "starts-with"))).matches(card)
    for part, kind in (("a", "equals"), ("b", "starts-with"), ("a", "ends-with")):
        assert not Matcher(one("CATEGORIES", text(part, kind))).matches(card)  # type: ignore[arg-type]


@pytest.mark.parametrize("name", ["NOTE", "CATEGORIES"])
def test_the_texts_of_a_card_are_prepared_once_a_query(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """However many conditions look at them, of their properties and of their parameters."""
    prepared: list[int] = []

    def counting(text: str) -> str:
        prepared.append(len(text))
        return unicode_casemap(text)

    monkeypatch.setitem(COLLATIONS, "i;unicode-casemap", counting)
    value = "x" * 1_000 if name == "NOTE" else ("x" * 500, "y" * 500)
    card = Card([Property(name, value, {"TYPE": ("z" * 1_000,)})] * 5)
    conditions = [text(f"{n}") for n in range(10)]
    each = [PropFilter(name, (one, ParamFilter("TYPE", one))) for one in conditions]
    matcher = Matcher(Filter((PropFilter(name, tuple(conditions)), *each)))
    prepared.clear()
    assert not matcher.matches(card)
    assert len(prepared) == 10
    assert sum(prepared) < 5 * 4_000


TEXTS = st.text(st.sampled_from("aAbB é\u0301ßéÅ,;"), max_size=6)


@given(TEXTS, TEXTS, st.sampled_from(sorted(COLLATIONS)))
def test_the_kinds_of_match_agree(value: str, part: str, collation: Collation) -> None:
    card = Card([Property("NOTE", value)])

    def found(kind: TextMatchKind, *, negated: bool = False) -> bool:
        return Matcher(one("NOTE", TextMatch(part, kind, collation, negated))).matches(card)

    assert found("contains") or not (found("starts-with") or found("ends-with"))
    assert found("equals") <= (found("starts-with") and found("ends-with"))
    for kind in ("equals", "contains", "starts-with", "ends-with"):
        assert found(kind) != found(kind, negated=True)  # type: ignore[arg-type]
    assert Matcher(one("NOTE", TextMatch(value, "equals", collation))).matches(card)


@pytest.mark.parametrize("raw", CARDS[::10], ids=range(len(CARDS[::10])))
def test_every_real_card_has_what_it_says(raw: bytes) -> None:
    """Each of its texts finds it, whole and in part, and so does each of its names."""
    card = next(read(raw))
    for name, value, params, group in card.properties:
        assert Matcher(one(f"{group}.{name}" if group else name)).matches(card)
        if isinstance(value, str):
            assert Matcher(one(name, text(value, "equals"))).matches(card)
            assert Matcher(one(name, text(value[len(value) // 2 :], "ends-with"))).matches(card)
        for param in params:
            for member in param[1:]:
                assert Matcher(one(name, ParamFilter(param[0], text(member, "equals", "i;octet")))).matches(card)


@given(FILTERS, st.lists(PROPERTIES, max_size=4))
def test_a_card_that_matches_has_a_needle(wanted: Filter, entries: list[Property]) -> None:
    """So a query looks closer at no others, and misses nothing."""
    card = Card(entries)
    if Matcher(wanted).matches(card) and (texts := needles(wanted)) is not None:
        columns = searchable(card)
        assert any(one.text in columns.get(one.column, "") for one in texts)


NEEDLES = {
    "any: all of them": (
        Filter((PropFilter("FN", (text("a"),)), PropFilter("item1.N", (text("b"),)))),
        (("FN", "A"), ("N", "B")),
    ),
    "any, and one has none": (Filter((PropFilter("FN", (text("a"),)), PropFilter("N"))), None),
    "all: the longest": (
        Filter((PropFilter("FN", (text("a"),)), PropFilter("N", (text("bc"),))), "allof"),
        (("N", "BC"),),
    ),
    "all, and one has none": (Filter((PropFilter("FN", (text("a"),)), PropFilter("N")), "allof"), (("FN", "A"),)),
    "a parameter's": (one("TEL", ParamFilter("TYPE", text("home"))), (("TEL", "HOME"),)),
    "of what is rarely asked for": (one("X-TEAM", text("a")), (("", "A"),)),
    "none that must not be there": (one("TEL", no("5")), None),
    "none of what is not to be there": (Filter((PropFilter("TEL", is_defined=False),)), None),
    "none of an empty filter": (Filter(), None),
    "of other collations what is ASCII": (one("FN", text("é-jose-é", collation="i;octet")), (("FN", "-JOSE-"),)),
    "none of other collations without ASCII": (one("FN", text("é", collation="i;octet")), None),
}


@pytest.mark.parametrize(("wanted", "expected"), NEEDLES.values(), ids=NEEDLES)
def test_the_needles_of_a_filter(wanted: Filter, expected: tuple[tuple[str, str], ...] | None) -> None:
    found = needles(wanted)
    assert (found and tuple([(one.column, one.text) for one in found])) == expected
