"""jCard: RFC 7095, both ways."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cardwright.vcard import Card, Property, VCardError, from_jcard, read, to_jcard, write
from vcard.strategies import properties

ARRAYS = [
    # RFC 7095 appendix B.1 and sections 3.3 to 3.5
    (Property("FN", "Simon Perreault"), ["fn", {}, "text", "Simon Perreault"]),
    (
        Property("N", ("Perreault", "Simon", "", "", ("ing. jr", "M.Sc."))),
        ["n", {}, "text", ["Perreault", "Simon", "", "", ["ing. jr", "M.Sc."]]],
    ),
    (Property("BDAY", "--0203"), ["bday", {}, "date-and-or-time", "--02-03"]),
    (
        Property("ANNIVERSARY", "20090808T143000-0500"),
        ["anniversary", {}, "date-and-or-time", "2009-08-08T14:30:00-05:00"],
    ),
    (Property("GENDER", ("M",)), ["gender", {}, "text", "M"]),
    (Property("LANG", "fr", (("PREF", "1"),)), ["lang", {"pref": "1"}, "language-tag", "fr"]),
    (Property("ORG", ("Viagenie",), (("TYPE", "work"),)), ["org", {"type": "work"}, "text", "Viagenie"]),
    (
        Property("TEL", "tel:+1-418-656-9254;ext=102", (("VALUE", "uri"), ("TYPE", "work", "voice"))),
        ["tel", {"type": ["work", "voice"]}, "uri", "tel:+1-418-656-9254;ext=102"],
    ),
    (Property("GEO", "geo:46.772673,-71.282945"), ["geo", {}, "uri", "geo:46.772673,-71.282945"]),
    (Property("TZ", "-0500", (("VALUE", "utc-offset"),)), ["tz", {}, "utc-offset", "-05:00"]),
    (Property("REV", "20080424T195243Z"), ["rev", {}, "timestamp", "2008-04-24T19:52:43Z"]),
    (Property("CATEGORIES", ("a", "b")), ["categories", {}, "text", "a", "b"]),
    (Property("URL", "http://e.org", group="item1"), ["url", {"group": "item1"}, "uri", "http://e.org"]),
    (
        Property("PHOTO", b"a", (("MEDIATYPE", "image/gif"),)),
        ["photo", {}, "uri", "data:image/gif;base64,YQ=="],
    ),
    (Property("X-OTHER", r"a;b\;c"), ["x-other", {}, "unknown", r"a;b\;c"]),
    (Property("X-DATA", b"a"), ["x-data", {}, "uri", "data:application/octet-stream;base64,YQ=="]),
    (Property("SOUND", ("a", "b"), (("TYPE", "X-IRMC-N"),)), ["sound", {"type": "X-IRMC-N"}, "text", ["a", "b"]]),
    (Property("X-ABLabel", "Desert"), ["x-ablabel", {}, "text", "Desert"]),
]


@pytest.mark.parametrize(("entry", "array"), ARRAYS, ids=[array[0] for _, array in ARRAYS])
def test_both_ways(entry: Property, array: list[object]) -> None:
    named = [] if entry.name == "FN" else [Property("FN", "x")]
    card = to_jcard(Card([*named, entry], "4.0"))
    assert card == ["vcard", [["version", {}, "text", "4.0"], *(["fn", {}, "text", "x"] for _ in named), array]]
    back = from_jcard(card)
    assert [back.version, back.properties] == ["4.0", [*named, entry]]


READ = [
    (["x-number", {}, "integer", 5], Property("X-NUMBER", "5", (("VALUE", "integer"),))),
    (["x-truth", {}, "boolean", True], Property("X-TRUTH", "TRUE", (("VALUE", "boolean"),))),
    (
        ["x-some", {"x-a": [1, "b"]}, "text", "a", "b"],
        Property("X-SOME", ("a", "b"), (("VALUE", "text"), ("X-A", "1", "b"))),
    ),
    (["photo", {}, "uri", "data:image/svg+xml,%3C"], Property("PHOTO", b"<", (("MEDIATYPE", "image/svg+xml"),))),
    (["photo", {}, "uri", "http://e.org"], Property("PHOTO", "http://e.org")),
    (
        ["photo", {}, "text", "data:image/gif;base64,Y"],
        Property("PHOTO", "data:image/gif;base64,Y", (("VALUE", "text"),)),
    ),
    (["note", {"group": [], "type": []}, "text", "x"], Property("NOTE", "x")),
    (["bday", {}, "text", "circa 1800"], Property("BDAY", "circa 1800", (("VALUE", "text"),))),
]


@pytest.mark.parametrize(("array", "entry"), READ, ids=[str(array[0]) for array, _ in READ])
def test_read_as(array: list[object], entry: Property) -> None:
    assert from_jcard(["vcard", [array]]).properties == [entry]


@pytest.mark.parametrize(
    ("array", "place"),
    [
        (None, ""),
        ([], ""),
        (["vcard"], ""),
        (["icalendar", []], ""),
        (["vcard", [["fn", {}, "text"]]], r"\[1\]\[0\]"),
        (["vcard", [["fn", [], "text", "x"]]], r"\[1\]\[0\]"),
        (["vcard", [["fn", {}, "text", None]]], r"\[1\]\[0\]"),
        (["vcard", [["fn", {"type": {}}, "text", "x"]]], r"\[1\]\[0\]\[1\]\.type"),
        (["vcard", [["n", {}, "text", [[[]]]]]], r"\[1\]\[0\]"),
        (["vcard", [["n", {}, "text", ["a", "b"], ["c", "d"]]]], r"\[1\]\[0\]"),
        (["vcard", [["photo", {}, "uri", "data:image/gif;base64,Y"]]], r"\[1\]\[0\]"),
    ],
)
def test_what_is_no_jcard_is_refused_with_its_place(array: object, place: str) -> None:
    with pytest.raises(VCardError, match=f"^{place}"):
        from_jcard(array)


def test_a_value_type_that_says_nothing_is_the_usual_one() -> None:
    card = Card([Property("FN", "x"), Property("TEL", "1", {"value": "unknown"}), Property("X-A", "a;b")], "4.0")
    array = to_jcard(card)
    assert array[1][2:] == [["tel", {}, "text", "1"], ["x-a", {}, "unknown", "a;b"]]
    assert to_jcard(from_jcard(array)) == array


def test_an_older_card_is_converted() -> None:
    (card,) = read(b"BEGIN:VCARD\nVERSION:3.0\nFN:x\nBDAY:1996-04-15\nEND:VCARD\n")
    assert to_jcard(card)[1][2] == ["bday", {}, "date-and-or-time", "1996-04-15"]  # type: ignore[index]


@pytest.mark.parametrize("head", ["PHOTO", "PHOTO;VALUE=uri", "X-ICON;VALUE=uri"])
def test_inline_data_that_is_no_base64_comes_back_as_the_text_that_it_was_read_as(head: str) -> None:
    (card,) = read(f"BEGIN:VCARD\nVERSION:3.0\nFN:x\n{head}:data:image/gif;base64,Y\nEND:VCARD\n")
    back = from_jcard(json.loads(json.dumps(to_jcard(card))))
    assert [entry.value for entry in back.all(head.split(";", maxsplit=1)[0])] == ["data:image/gif;base64,Y"]


@given(st.lists(properties("4.0"), max_size=5))
def test_a_card_comes_back_from_json(entries: list[Property]) -> None:
    card = Card([Property("FN", "x"), *entries], "4.0")
    whole = Card([all_components(entry) for entry in card], "4.0")
    back = from_jcard(json.loads(json.dumps(to_jcard(card))))
    assert back.properties == whole.properties
    assert write(back) == write(whole)


def all_components(entry: Property) -> Property:
    count = {"N": 5, "ADR": 7}.get(entry.name, 0)
    return entry._replace(value=(*entry.value, *[""] * (count - len(entry.value)))) if count else entry
