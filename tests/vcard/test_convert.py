"""One version to another: RFC 6350 appendix A.1 and what phones write; nothing is dropped."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cardwright.vcard import Card, Kept, Property, VCardError, convert, from_jcard, read, to_jcard, write
from cardwright.vcard.conversion import dates

INTERNET = (("TYPE", "INTERNET"),)
HOME = (("TYPE", "home"),)
NAMED = (Property("FN", "x"), Property.structured("N", family="x"))

# 3.0, 4.0, and what is told of the way from the first to the second and back
BOTH_WAYS: list[tuple[Property, Property, list[Kept], list[Kept]]] = [
    (Property("BDAY", "1996-04-15"), Property("BDAY", "19960415"), [], []),
    (
        Property("BDAY", "1604-04-15", (("X-APPLE-OMIT-YEAR", "1604"),)),
        Property("BDAY", "--0415"),
        [],
        [],
    ),
    (
        Property("BDAY", "1996-04-15T10:22:00-05:00", (("VALUE", "date-time"),)),
        Property("BDAY", "19960415T102200-0500"),
        [],
        [],
    ),
    (
        Property("X-BDAY", "circa 1800", (("VALUE", "text"),)),
        Property("BDAY", "circa 1800", (("VALUE", "text"),)),
        [],
        [Kept("BDAY", "X-BDAY")],
    ),
    (Property("X-BDAY", "1985-04"), Property("BDAY", "1985-04"), [], [Kept("BDAY", "X-BDAY")]),
    (Property("REV", "1995-10-31T22:27:10Z", (("VALUE", "date-time"),)), Property("REV", "19951031T222710Z"), [], []),
    (Property("GEO", ("37.38", "-122.08")), Property("GEO", "geo:37.38,-122.08"), [], []),
    (Property("TZ", "-05:00"), Property("TZ", "-0500", (("VALUE", "utc-offset"),)), [], []),
    (Property("TZ", "Raleigh", (("VALUE", "text"),)), Property("TZ", "Raleigh"), [], []),
    (Property("UID", "a,b"), Property("UID", "a,b", (("VALUE", "text"),)), [], []),
    (Property("UID", "urn:uuid:0"), Property("UID", "urn:uuid:0"), [], []),
    (
        Property("PHOTO", "http://e.org/a", (("TYPE", "GIF"),)),
        Property("PHOTO", "http://e.org/a", (("MEDIATYPE", "image/gif"),)),
        [],
        [],
    ),
    (
        Property("PHOTO", b"a", (("MEDIATYPE", "image/gif"),)),
        Property("PHOTO", b"a", (("MEDIATYPE", "image/gif"),)),
        [],
        [],
    ),
    (Property("PHOTO", b"a"), Property("PHOTO", b"a"), [], []),
    (Property("CLASS", "PUBLIC"), Property("X-CLASS", "PUBLIC"), [Kept("CLASS", "X-CLASS")], []),
    (Property("AGENT", "text"), Property("X-AGENT", "text"), [Kept("AGENT", "X-AGENT")], []),
    (
        Property("X-ADDRESSBOOKSERVER-KIND", "group"),
        Property("KIND", "group"),
        [],
        [],
    ),
    (
        Property("X-LANG", "de", (("TYPE", "PREF"), ("X-PREF", "2"))),
        Property("LANG", "de", (("PREF", "2"),)),
        [],
        [Kept("PREF", "X-PREF"), Kept("LANG", "X-LANG")],
    ),
    (Property("X-GENDER", ("M", "Fellow")), Property("GENDER", ("M", "Fellow")), [], []),
    *[
        (Property("X-GENDER", (word,)), Property("GENDER", (word[0],)), [], [])
        for word in ("Male", "Female", "Other", "None", "Unknown")
    ],
    (Property("X-GENDER", ("it's complicated",)), Property("GENDER", ("", "it's complicated")), [], []),
    (Property("KEY", "a, b; c", (("VALUE", "text"),)), Property("KEY", "a, b; c", (("VALUE", "text"),)), [], []),
    (Property("X-FOO", r"a,b\:c;d"), Property("X-FOO", r"a,b\:c;d"), [], []),
    (Property("X-FOO", b"\0\1"), Property("X-FOO", b"\0\1"), [], []),
    (
        Property("PHOTO", b"a", (("MEDIATYPE", "video/mp4"),)),
        Property("PHOTO", b"a", (("MEDIATYPE", "video/mp4"),)),
        [],
        [],
    ),
    (
        Property("PHOTO", "http://e.org/a", (("TYPE", "video/mp4"),)),
        Property("PHOTO", "http://e.org/a", (("MEDIATYPE", "video/mp4"),)),
        [],
        [],
    ),
    (
        Property("TEL", "1", (("TYPE", "WORK", "PREF"),)),
        Property("TEL", "1", (("TYPE", "work"), ("PREF", "1"))),
        [],
        [],
    ),
    (
        Property("X-SOCIALPROFILE", "https://e.org/ren", (("TYPE", "twitter"), ("X-USER", "ren"))),
        Property("SOCIALPROFILE", "https://e.org/ren", (("SERVICE-TYPE", "twitter"), ("USERNAME", "ren"))),
        [],
        [],
    ),
    (
        Property("X-SOCIALPROFILE", "@ren@e.org", (("TYPE", "MASTODON"),)),
        Property("SOCIALPROFILE", "@ren@e.org", (("VALUE", "text"), ("SERVICE-TYPE", "MASTODON"))),
        [],
        [],
    ),
    (
        Property("IMPP", "x-apple:ren", (("X-SERVICE-TYPE", "KakaoTalk"),)),
        Property("IMPP", "x-apple:ren", (("SERVICE-TYPE", "KakaoTalk"),)),
        [],
        [],
    ),
    (
        Property("ORG", ("Acme",), (("SORT-AS", "ACME", "X"),)),
        Property("ORG", ("Acme",), (("SORT-AS", "ACME", "X"),)),
        [],
        [],
    ),
    (Property("X-GEO", "geo:1,2;u=5"), Property("GEO", "geo:1,2;u=5"), [], [Kept("GEO", "X-GEO")]),
    (Property("X-GEO", "geo:1,2,3"), Property("GEO", "geo:1,2,3"), [], [Kept("GEO", "X-GEO")]),
    (Property("GEO", ("here",)), Property("X-GEO", "here"), [Kept("GEO", "X-GEO")], []),
    *[
        (old, Property("REV", new, (("VALUE", "date-and-or-time"),)), [], [Kept("REV", old.name)] * (old.name != "REV"))
        for old, new in [
            (Property("REV", "1995-10-31"), "19951031"),
            (Property("X-REV", "1995-10"), "1995-10"),
            (Property("X-REV", "19951031T22"), "19951031T22"),
        ]
    ],
    (
        Property("AGENT", "http://e.org", (("VALUE", "uri"),)),
        Property("RELATED", "http://e.org", (("TYPE", "agent"),)),
        [],
        [],
    ),
    (
        Property("X-RELATED", "Road", (("TYPE", "agent"), ("VALUE", "text"))),
        Property("RELATED", "Road", (("TYPE", "agent"), ("VALUE", "text"))),
        [],
        [Kept("RELATED", "X-RELATED")],
    ),
    (
        Property("TEL", "sip:a@example.com", (("VALUE", "uri"),)),
        Property("TEL", "sip:a@example.com", (("VALUE", "uri"),)),
        [],
        [],
    ),
    (
        Property("SOUND", ("a", "b"), (("TYPE", "X-IRMC-N"),)),
        Property("SOUND", ("a", "b"), (("TYPE", "X-IRMC-N"),)),
        [],
        [],
    ),
]


@pytest.mark.parametrize(("old", "new", "to_new", "to_old"), BOTH_WAYS, ids=[str(old) for old, *_ in BOTH_WAYS])
def test_both_ways(old: Property, new: Property, to_new: list[Kept], to_old: list[Kept]) -> None:
    newer = convert(Card([*NAMED, old], "3.0"), "4.0")
    assert [newer.card.properties, list(newer.kept)] == [[*NAMED, new], to_new]
    older = convert(Card([*NAMED, new], "4.0"), "3.0")
    assert [older.card.properties, list(older.kept)] == [[*NAMED, old], to_old]


ONCE = Property("X-ABDATE", "20010203", {"value": "text"})
ONE_WAY = [
    ("4.0", "3.0", Property("TEL", "tel:+1-555;ext=5", (("VALUE", "uri"),)), Property("TEL", "+1-555 x5")),
    ("4.0", "2.1", Property("TEL", "TEL:+1-555", (("VALUE", "uri"),)), Property("TEL", "+1-555")),
    ("2.1", "3.0", Property("TEL", "tel:+1-555", (("VALUE", "uri"),)), Property("TEL", "+1-555")),
    (
        "4.0",
        "3.0",
        Property("EMAIL", "mailto:a%2Bb@e.org", (("VALUE", "uri"),)),
        Property("EMAIL", "a+b@e.org", INTERNET),
    ),
    ("3.0", "4.0", Property("EMAIL", "a@e.org", (("TYPE", "INTERNET", "HOME"),)), Property("EMAIL", "a@e.org", HOME)),
    ("3.0", "4.0", Property("TEL", "1", (("VALUE", "phone-number"),)), Property("TEL", "1")),
    ("2.1", "4.0", Property("PHOTO", "http://e.org/a", (("VALUE", "URL"),)), Property("PHOTO", "http://e.org/a")),
    ("3.0", "4.0", Property("URL", "http://e.org", (("VALUE", "URL"),)), Property("URL", "http://e.org")),
    ("3.0", "4.0", Property("PHOTO", "/a/b", (("VALUE", "uri"),)), Property("PHOTO", "/a/b", (("VALUE", "uri"),))),
    ("3.0", "4.0", Property("X-GENDER", "m"), Property("GENDER", ("M",))),
    ("3.0", "4.0", Property("X-ANNIVERSARY", "2009-08-08"), Property("ANNIVERSARY", "20090808")),
    ("3.0", "4.0", Property("BDAY", "1604-06-26", (("VALUE", "date"),)), Property("BDAY", "--0626")),
    ("3.0", "4.0", Property("BDAY", "0000-06-26"), Property("BDAY", "--0626")),
    ("3.0", "4.0", Property("BDAY", "1990-1-2"), Property("BDAY", "19900102")),
    ("3.0", "4.0", Property("REV", "0000-06-26T10:22:00Z"), Property("REV", "00000626T102200Z")),
    ("2.1", "4.0", Property("RELATED", "Max"), Property("RELATED", "Max", {"value": "text"})),
    ("3.0", "4.0", Property("X-ABShowAs", "COMPANY"), Property("KIND", "org")),
    ("3.0", "4.0", Property("X-ABShowAs", "company"), Property("KIND", "org")),
    ("4.0", "3.0", Property("X-ABDATE", "20010203"), Property("X-ABDATE", "2001-02-03")),
    ("4.0", "3.0", Property("X-ABDATE", "--0203"), Property("X-ABDATE", "1604-02-03", {"x-apple-omit-year": "1604"})),
    *[("4.0", "3.0", entry, entry) for entry in (Property("X-ABDATE", "2001"), ONCE, Property("X-ABDATE", "soon"))],
    ("2.1", "4.0", Property("GEO", ("37.24,-17.87",)), Property("GEO", "geo:37.24,-17.87")),
    ("4.0", "2.1", Property("GEO", "geo:37.24,-17.87"), Property("GEO", ("37.24,-17.87",))),
    ("2.1", "3.0", Property("GEO", ("37.24,-17.87",)), Property("GEO", ("37.24", "-17.87"))),
    ("4.0", "2.1", Property("PHOTO", "cid:a@e.org"), Property("PHOTO", "<a@e.org>", (("VALUE", "CONTENT-ID"),))),
    ("3.0", "4.0", Property("X-SOCIALPROFILE", "http://e.org"), Property("SOCIALPROFILE", "http://e.org")),
    ("3.0", "4.0", Property("TEL", "1", (("X-PREF", "2"),)), Property("TEL", "1", (("PREF", "2"),))),
    ("3.0", "4.0", Property("ORG", "a"), Property("ORG", ("a",))),
    ("3.0", "4.0", Property("BDAY", "soon"), Property("BDAY", "soon", (("VALUE", "text"),))),
    (
        "3.0",
        "4.0",
        Property("BDAY", "1900-01-02", (("X-APPLE-OMIT-YEAR", "1900"),)),
        Property("BDAY", "--0102"),
    ),
]


@pytest.mark.parametrize(("source", "version", "entry", "converted"), ONE_WAY, ids=[str(row[2]) for row in ONE_WAY])
def test_one_way(source: str, version: str, entry: Property, converted: Property) -> None:
    assert convert(Card([*NAMED, entry], source), version).card.properties == [*NAMED, converted]


def test_labels_are_parameters_of_their_address_in_4_0() -> None:
    adr = Property("ADR", ("", "", "1 Desert Road", "", "", "", ""), (("TYPE", "HOME", "PREF"),))
    label = Property("LABEL", "1 Desert Road\nDesert", (("TYPE", "home"),))
    other = Property("LABEL", "elsewhere", (("TYPE", "WORK"),))
    newer = convert(Card([*NAMED, label, other, adr], "3.0"), "4.0").card
    assert newer.properties[2:] == [
        Property("ADR", ("", "", "elsewhere", "", "", "", ""), {"type": "work", "label": "elsewhere"}),
        Property("ADR", adr.value, {"type": "home", "pref": "1", "label": "1 Desert Road\nDesert"}),
    ]
    older = convert(newer, "3.0").card
    assert older.properties[2:] == [
        Property("ADR", ("", "", "elsewhere", "", "", "", ""), {"type": "WORK"}),
        other,
        adr,
        label._replace(params=adr.params),
    ]


def test_the_lowest_preference_alone_is_told_to_3_0() -> None:
    given = [Property("TEL", str(rank), {"pref": str(rank)}) for rank in (20, 5, 7)]
    older = convert(Card([*NAMED, *given], "4.0"), "3.0").card
    assert [entry.pref for entry in older.all("TEL")] == [None, 1, None]
    assert convert(older, "4.0").card.all("TEL") == given


def test_alternatives_are_one_in_a_version_that_has_none() -> None:
    given = [
        Property("TITLE", "Boss", {"altid": "1", "language": "en"}),
        Property("TITLE", "Chef", {"pref": "1", "altid": "1", "language": "de"}),
        Property("TITLE", "Owner"),
    ]
    older = convert(Card([*NAMED, *given], "4.0"), "3.0").card
    assert [entry.value for entry in older.all("TITLE")] == ["Chef", "Owner"]
    assert convert(older, "4.0").card.all("TITLE") == given


def test_days_and_relations_as_ios_shows_them() -> None:
    given = [
        Property("ANNIVERSARY", "20090808"),
        Property("RELATED", "Ann", {"value": "text", "type": "spouse"}),
        Property("RELATED", "urn:uuid:1", {"type": "friend"}),
    ]
    older = convert(Card([*NAMED, *given], "4.0"), "3.0").card
    assert older.properties[2:] == [
        Property("X-ANNIVERSARY", "2009-08-08"),
        Property("X-ABDATE", "2009-08-08", (), "item1"),
        Property("X-ABLabel", "_$!<Anniversary>!$_", (), "item1"),
        Property("X-ABRELATEDNAMES", "Ann", (), "item2"),
        Property("X-ABLabel", "_$!<Spouse>!$_", (), "item2"),
        Property("X-RELATED", "urn:uuid:1", {"type": "friend"}),
    ]
    again = convert(Card(older.properties, "3.0"), "4.0").card
    assert again.properties[2:] == [
        given[0],
        Property("RELATED", "Ann", (("TYPE", "spouse"), ("VALUE", "text"))),
        given[2],
    ]


@pytest.mark.parametrize(
    ("short", "whole"),
    [
        (Property("N", ("Doe", "Jo")), ("Doe", "Jo", "", "", "")),
        (Property("N", "Doe"), ("Doe", "", "", "", "")),
        (Property("ADR", ("", "", ("Road 1", "Back"))), ("", "", ("Road 1", "Back"), "", "", "", "")),
        (Property("N", ("Doe", *[""] * 4, "Roe")), ("Doe", *[""] * 4, "Roe")),
    ],
)
def test_names_and_addresses_have_all_components_in_4_0(short: Property, whole: tuple[str, ...]) -> None:
    card = Card([Property("FN", "x"), short], "3.0")
    newer = convert(card, "4.0").card.properties[1:]
    assert [entry.value for entry in newer] == [whole]
    assert from_jcard(to_jcard(card)).properties[1:] == newer


def test_a_label_that_says_more_than_a_type_stays() -> None:
    given = [
        Property("X-ABRELATEDNAMES", "Mum", {"type": "PREF"}, "item1"),
        Property("X-ABLabel", "_$!<Mother>!$_", (), "item1"),
        Property("X-ABDATE", "2001-02-03", (), "item2"),
        Property("X-ABLabel", "First met", (), "item2"),
    ]
    newer = convert(Card([*NAMED, *given], "3.0"), "4.0").card
    assert newer.all("RELATED") == [
        Property("RELATED", "Mum", (("TYPE", "parent"), ("PREF", "1"), ("VALUE", "text")), "item1")
    ]
    assert convert(newer, "3.0").card.properties[2:] == given


def test_the_sort_string_is_a_parameter_of_n_in_4_0() -> None:
    key = Property("SORT-STRING", "Coyote,Wile")
    newer = convert(Card([*NAMED, key], "3.0"), "4.0").card
    assert newer.properties == [NAMED[0], NAMED[1]._replace(params=(("SORT-AS", "Coyote", "Wile"),))]
    assert convert(newer, "3.0").card.properties == [*NAMED, key]


@pytest.mark.parametrize(
    ("properties", "formatted"),
    [
        ([Property("N", ("Coyote", "Wile", ("E.", "F."), "Mr.", ""))], "Mr. Wile E. F. Coyote"),
        ([Property("ORG", ("Acme", "Sales")), Property("ORG", ("Ajax",))], "Acme"),
        ([Property("TEL", "1"), Property("EMAIL", "wile.coyote@example.com")], "wile.coyote@example.com"),
        ([Property.structured("N", family="Doe", given="John")], "John Doe"),
        ([Property("NOTE", "x y\nz"), Property("ROLE", "")], "x y z"),
        (
            [Property("ADR", ("", "", ("Road 1", "Back"), "Town", "", "", "")), Property("NOTE", "x")],
            "Road 1 Back, Town",
        ),
        ([Property("URL", "https://e.org"), Property("TITLE", "Boss")], "https://e.org"),
        ([Property("X-A", "x")], ""),
    ],
)
def test_a_name_that_the_new_version_wants_is_made(properties: list[Property], formatted: str) -> None:
    assert convert(Card(properties, "3.0"), "4.0").card.properties == [Property("FN", formatted), *properties]


def test_an_image_without_a_media_type_gets_one_for_4_0() -> None:
    (card,) = read(b"BEGIN:VCARD\nVERSION:3.0\nN:x;\nFN:x\nPHOTO;ENCODING=b:/9j/4A==\nEND:VCARD\n")
    assert b"\r\nPHOTO:data:image/jpeg;base64,/9j/4A==\r\n" in write(card, "4.0")


def test_n_is_made_of_fn_for_3_0() -> None:
    older = convert(Card([Property("FN", "Wile Coyote")], "4.0"), "3.0").card
    assert older.properties == [Property("N", ("Coyote", "Wile", "", "", "")), Property("FN", "Wile Coyote")]


@pytest.mark.parametrize(
    "properties",
    [
        [Property("FN", "Acme"), Property("ORG", ("Acme", "Sales"))],
        [Property("FN", "+1 555 1234"), Property("TEL", "+1 555 1234")],
        [Property("FN", "x"), Property("NOTE", "x")],
        [Property("FN", ""), Property("X-A", "x")],
    ],
)
def test_n_stays_empty_for_3_0_where_fn_calls_no_person(properties: list[Property]) -> None:
    older = convert(Card(properties, "4.0"), "3.0").card
    assert older.properties == [Property("N", ("", "", "", "", "")), *properties]


@pytest.mark.parametrize("version", ["", "5.0", "3"])
def test_a_version_that_there_is_not_is_refused(version: str) -> None:
    with pytest.raises(VCardError, match=r"2\.1, 3\.0, 4\.0"):
        convert(Card(NAMED), version)
    with pytest.raises(VCardError):
        Card(NAMED, version)


def test_its_own_version_changes_nothing() -> None:
    card = Card(NAMED, "3.0")
    assert convert(card, "3.0").card is card
    assert convert(card, "2.1").card.properties == list(NAMED)


def test_writing_in_another_version_converts() -> None:
    (card,) = read(
        b"BEGIN:VCARD\nVERSION:3.0\nN:x;\nFN:x\nBDAY:1996-04-15\nTEL;TYPE=CELL,PREF:1\nCLASS:PUBLIC\nEND:VCARD\n"
    )
    assert write(card, "4.0").split(b"\r\n")[4:-2] == [b"BDAY:19960415", b"TEL;TYPE=cell;PREF=1:1", b"X-CLASS:PUBLIC"]
    assert write(card, "2.1").split(b"\r\n")[4:-2] == [b"BDAY:1996-04-15", b"TEL;CELL;PREF:1", b"CLASS:PUBLIC"]


DATES = [
    ("19850412", "1985-04-12"),
    ("1985-04", "1985-04"),
    ("1985", "1985"),
    ("--0412", "--04-12"),
    ("--04", "--04"),
    ("---12", "---12"),
    ("T102200", "T10:22:00"),
    ("T1022", "T10:22"),
    ("T10", "T10"),
    ("T-2200", "T-:22:00"),
    ("T--00", "T-:-:00"),
    ("T102200Z", "T10:22:00Z"),
    ("T102200-0800", "T10:22:00-08:00"),
    ("19961022T140000", "1996-10-22T14:00:00"),
    ("--1022T1400", "--10-22T14:00"),
    ("---22T14", "---22T14"),
]


@pytest.mark.parametrize(("basic", "extended"), DATES)
def test_dates_in_both_forms(basic: str, extended: str) -> None:  # RFC 6350 section 4.3, RFC 7095 section 3.5
    assert [dates.basic(basic), dates.basic(extended)] == [basic, basic]
    assert [dates.extended(basic), dates.extended(extended)] == [extended, extended]


@pytest.mark.parametrize("text", ["", "T", "soon", "1985-4-12", "--", "١٩٨٥", "1985-04-12 10:22", "-0500"])
def test_what_is_no_date(text: str) -> None:
    assert [dates.basic(text), dates.extended(text)] == [None, None]


@given(st.text(st.sampled_from("0123456789-:TZ+."), max_size=25))
def test_a_date_keeps_its_digits(text: str) -> None:
    for form in (dates.basic(text), dates.extended(text)):
        if form is not None and "." not in text:
            digits, written = ("".join(filter(str.isdigit, whole)) for whole in (text, form))
            assert written in {digits, digits + "00"}  # an offset of hours alone gets its minutes
