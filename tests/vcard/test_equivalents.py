"""What programs write in older versions is the property of 4.0 that the table says (`vcard/equivalents.py`)."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cardwright.vcard import Card, basic_date, convert, read, write
from cardwright.vcard.equivalents import ANDROID, EQUIVALENTS, SERVICES

HEAD: Final = "N:Coyote;Wile;;;\nFN:Wile\n"
LINES: Final = {
    "X-ADDRESSBOOKSERVER-KIND": "X-ADDRESSBOOKSERVER-KIND:group",
    "X-ABShowAs": "X-ABShowAs:COMPANY",
    "X-ADDRESSBOOKSERVER-MEMBER": "X-ADDRESSBOOKSERVER-MEMBER:urn:uuid:1",
    "X-ABDATE": "item1.X-ABDATE:2001-02-03\nitem1.X-ABLabel:_$!<Anniversary>!$_",
    "X-ABRELATEDNAMES": "item1.X-ABRELATEDNAMES:Road Runner\nitem1.X-ABLabel:_$!<Friend>!$_",
    "AGENT": "AGENT;VALUE=uri:urn:uuid:2",
    "X-GENDER": "X-GENDER:Male",
    "X-SOCIALPROFILE": "X-SOCIALPROFILE;TYPE=twitter:https://twitter.com/wile",
    "LABEL": "LABEL;TYPE=work:1 Desert Road",
    "SORT-STRING": "SORT-STRING:Coyote",
}
"""Where a line is more than a name and a value."""
VALUES: Final = {"ANNIVERSARY": "2001-02-03"}


def card_of(lines: str, version: str = "3.0") -> Card:
    (card,) = read(f"BEGIN:VCARD\nVERSION:{version}\n{HEAD}{lines}\nEND:VCARD\n")
    return card


def written(card: Card, version: str) -> list[str]:
    """The lines of a card in a version, without those that every card has."""
    head = {*HEAD.splitlines(), "BEGIN:VCARD", f"VERSION:{version}", "END:VCARD", "N:Wile;;;;"}
    lines = write(card, version).decode().replace("\r\n ", "").splitlines()
    return [line for line in lines if line and line not in head]


@pytest.mark.parametrize(("older", "newer"), [(row.older, row.newer) for row in EQUIVALENTS])
def test_what_older_versions_write_is_the_property_of_4_0(older: str, newer: str) -> None:
    card = card_of(LINES.get(older, f"{older}:{VALUES.get(newer, 'Road Runner')}"))
    names = {entry.name.upper() for entry in convert(card, "4.0").card}
    assert newer in names
    assert older.upper() not in names


ROW: Final = "X-ANDROID-CUSTOM:vnd.android.cursor.item/"
# What is read, the same in 4.0, and how it leaves in 3.0.
BOTH_WAYS: Final = {
    "Outlook's names, a comma escaped": (
        ["X-MS-ANNIVERSARY;VALUE=DATE:2001-02-03", "X-MS-SPOUSE;TYPE=N:Doe\\, Jane"],
        ["ANNIVERSARY:20010203", "RELATED;TYPE=spouse;VALUE=text:Doe\\, Jane"],
        [
            *("X-ANNIVERSARY:2001-02-03", "item1.X-ABDATE:2001-02-03", "item1.X-ABLabel:_$!<Anniversary>!$_"),
            *("item2.X-ABRELATEDNAMES:Doe\\, Jane", "item2.X-ABLabel:_$!<Spouse>!$_"),
        ],
    ),
    "Exchange's children are a list": (
        ["X-MS-CHILD:Ann,Doe\\, Bo"],
        ["RELATED;TYPE=child;VALUE=text:Ann", "RELATED;TYPE=child;VALUE=text:Doe\\, Bo"],
        [
            *("item1.X-ABRELATEDNAMES:Ann", "item1.X-ABLabel:_$!<Child>!$_"),
            *("item2.X-ABRELATEDNAMES:Doe\\, Bo", "item2.X-ABLabel:_$!<Child>!$_"),
        ],
    ),
    "a manager, for whom the standard has no type, is said by the label": (
        ["X-EVOLUTION-MANAGER:Boss"],
        ["item1.RELATED;VALUE=text:Boss", "item1.X-ABLabel:_$!<Manager>!$_"],
        ["item1.X-ABRELATEDNAMES:Boss", "item1.X-ABLabel:_$!<Manager>!$_"],
    ),
    "a type of the standard is the label that iOS shows": (
        ["item1.X-ABRELATEDNAMES:Jim", "item1.X-ABLabel:colleague"],
        ["RELATED;TYPE=colleague;VALUE=text:Jim"],
        ["item1.X-ABRELATEDNAMES:Jim", "item1.X-ABLabel:colleague"],
    ),
    "KDE's profession is the role, as Outlook's is": (
        ["X-KADDRESSBOOK-X-Profession:Genius"],
        ["ROLE:Genius"],
        ["ROLE:Genius"],
    ),
    "a handle is an address, and found by its own name": (
        ["X-JABBER;TYPE=HOME;X-EVOLUTION-UI-SLOT=1:wile coyote@example.com"],
        ["IMPP;TYPE=home;SERVICE-TYPE=Jabber;X-EVOLUTION-UI-SLOT=1:xmpp:wile%20coyote@example.com"],
        [
            "IMPP;TYPE=HOME;X-SERVICE-TYPE=Jabber;X-EVOLUTION-UI-SLOT=1:xmpp:wile%20coyote@example.com",
            "X-JABBER;TYPE=HOME;X-EVOLUTION-UI-SLOT=1:wile coyote@example.com",
        ],
    ),
    "KDE says an address of a messenger as one of any too": (
        ["X-KADDRESSBOOK-X-IMAddress:w@example.com", "X-messaging/xmpp-All:w@example.com"],
        ["IMPP;SERVICE-TYPE=Jabber:xmpp:w@example.com"],
        ["IMPP;X-SERVICE-TYPE=Jabber:xmpp:w@example.com", "X-JABBER:w@example.com"],
    ),
    "the first of Apple's days is preferred, which says nothing of an anniversary": (
        ["item1.X-ABDATE;TYPE=PREF:2001-02-03", "item1.X-ABLabel:_$!<Anniversary>!$_"],
        ["ANNIVERSARY:20010203"],
        ["X-ANNIVERSARY:2001-02-03", "item1.X-ABDATE:2001-02-03", "item1.X-ABLabel:_$!<Anniversary>!$_"],
    ),
    "Outlook's numbers of others than the person are numbers": (
        ["X-MS-TEL;TYPE=ASSISTANT:1"],
        ["TEL;TYPE=assistant:1"],
        ["TEL;TYPE=assistant:1"],
    ),
    "an address under a name of its own": (
        ["X-JABBER:xmpp:wile@example.com"],
        ["IMPP;SERVICE-TYPE=Jabber:xmpp:wile@example.com"],
        ["IMPP;X-SERVICE-TYPE=Jabber:xmpp:wile@example.com", "X-JABBER:wile@example.com"],
    ),
    "of no service": (
        ["X-MS-IMADDRESS:ICQ: 7"],
        ["IMPP:im:ICQ:%207"],
        ["IMPP:im:ICQ:%207", "X-MS-IMADDRESS:ICQ: 7"],
    ),
    "of no service, with the scheme of one": (
        ["X-MS-IMADDRESS:sip:wile@example.com"],
        ["IMPP:sip:wile@example.com"],
        ["IMPP:sip:wile@example.com", "X-SIP:wile@example.com"],
    ),
    "the same account by three names, of Apple, Android and Evolution": (
        [
            *("X-SKYPE:wile", "X-SKYPE-USERNAME;TYPE=WORK:wile", "item3.X-SKYPE;TYPE=PREF:wile"),
            *("item3.X-ABLabel:Skype", "item4.IMPP;X-SERVICE-TYPE=Skype:skype:wile", "item4.X-ABLabel:Skype"),
        ],
        ["item4.IMPP;TYPE=work;SERVICE-TYPE=Skype:skype:wile", "item4.X-ABLabel:Skype"],
        [
            "item4.IMPP;TYPE=WORK;X-SERVICE-TYPE=Skype:skype:wile",
            *("item4.X-SKYPE-USERNAME;TYPE=WORK:wile", "item4.X-ABLabel:Skype"),
        ],
    ),
    "Apple's ICQ has the scheme of another messenger": (
        ["X-ICQ:7", "X-AIM:7", "IMPP;X-SERVICE-TYPE=ICQ:aim:7"],
        ["IMPP;SERVICE-TYPE=AIM:aim:7", "IMPP;SERVICE-TYPE=ICQ:aim:7"],
        ["IMPP;X-SERVICE-TYPE=AIM:aim:7", "X-AIM:7", "IMPP;X-SERVICE-TYPE=ICQ:aim:7", "X-ICQ:7"],
    ),
    "an account at two services is two": (
        ["X-JABBER:w@example.com", "X-GTALK:w@example.com"],
        ["IMPP;SERVICE-TYPE=Jabber:xmpp:w@example.com", "IMPP;SERVICE-TYPE=GoogleTalk:xmpp:w@example.com"],
        [
            *("IMPP;X-SERVICE-TYPE=Jabber:xmpp:w@example.com", "X-JABBER:w@example.com"),
            *("IMPP;X-SERVICE-TYPE=GoogleTalk:xmpp:w@example.com", "X-GOOGLE-TALK:w@example.com"),
        ],
    ),
    "one of any messenger is that of its label": (
        ["X-AIM:w", "item1.IMPP:im:w", "item1.X-MS-IMADDRESS:w", "item1.X-ABLabel:Club"],
        ["IMPP;SERVICE-TYPE=AIM:aim:w", "item1.IMPP:im:w", "item1.X-ABLabel:Club"],
        [
            "IMPP;X-SERVICE-TYPE=AIM:aim:w",
            "X-AIM:w",
            "item1.IMPP:im:w",
            "item1.X-MS-IMADDRESS:w",
            "item1.X-ABLabel:Club",
        ],
    ),
    "an account that has two labels is two": (
        ["X-AIM:w", "item1.X-AIM:w", "item1.X-ABLabel:Club"],
        ["IMPP;SERVICE-TYPE=AIM:aim:w", "item1.IMPP;SERVICE-TYPE=AIM:aim:w", "item1.X-ABLabel:Club"],
        [
            *("IMPP;X-SERVICE-TYPE=AIM:aim:w", "X-AIM:w"),
            *("item1.IMPP;X-SERVICE-TYPE=AIM:aim:w", "item1.X-ABLabel:Club"),
        ],
    ),
    "a name of its own that says another service too": (
        ["X-AIM;X-SERVICE-TYPE=MobileMe:w"],
        ["IMPP;SERVICE-TYPE=MobileMe:aim:w"],
        ["IMPP;X-SERVICE-TYPE=MobileMe:aim:w"],
    ),
    "several nicknames in one line are several": (
        ["NICKNAME:Co", "X-NICKNAME:Wi,Co,Yo"],
        ["NICKNAME:Co", "NICKNAME:Wi", "NICKNAME:Yo"],
        ["NICKNAME:Co", "NICKNAME:Wi", "NICKNAME:Yo"],
    ),
    "a place of a relation stays beside what its label says": (
        ["X-MANAGER;TYPE=WORK:Boss", "X-SPOUSE;TYPE=HOME,PREF:Jane"],
        [
            *("item1.RELATED;TYPE=work;VALUE=text:Boss", "item1.X-ABLabel:_$!<Manager>!$_"),
            "RELATED;TYPE=spouse,home;PREF=1;VALUE=text:Jane",
        ],
        [
            *("item1.X-ABRELATEDNAMES;TYPE=WORK:Boss", "item1.X-ABLabel:_$!<Manager>!$_"),
            *("item2.X-ABRELATEDNAMES;TYPE=HOME,PREF:Jane", "item2.X-ABLabel:_$!<Spouse>!$_"),
        ],
    ),
    "Nextcloud names the service in TYPE, the scheme names it too": (
        ["X-SKYPE:a", "IMPP;TYPE=SKYPE:skype:a", "X-JABBER:b%40c", "IMPP:xmpp:b%40c"],
        ["IMPP;TYPE=skype:skype:a", "IMPP:xmpp:b%40c"],
        ["IMPP;TYPE=skype:skype:a", "X-SKYPE-USERNAME:a", "IMPP:xmpp:b%40c", "X-JABBER:b@c"],
    ),
    "an address that says more than whose it is, and one of a service without a name": (
        ["IMPP:skype:wile?call", "IMPP;X-SERVICE-TYPE=Facebook:xmpp:wile", "IMPP:wile"],
        ["IMPP:skype:wile?call", "IMPP;SERVICE-TYPE=Facebook:xmpp:wile", "IMPP:wile"],
        ["IMPP:skype:wile?call", "IMPP;X-SERVICE-TYPE=Facebook:xmpp:wile", "IMPP:wile"],
    ),
    "a member of a network": (
        ["X-TWITTER:@wile"],
        ["SOCIALPROFILE;VALUE=text;SERVICE-TYPE=Twitter:@wile"],
        ["X-SOCIALPROFILE;TYPE=Twitter:@wile", "X-TWITTER:@wile"],
    ),
    "a member of a network, as Apple says it too": (
        ["X-TWITTER:@wile", "X-SOCIALPROFILE;TYPE=twitter;X-USER=wile:https://twitter.com/wile"],
        ["SOCIALPROFILE;SERVICE-TYPE=twitter;USERNAME=wile:https://twitter.com/wile"],
        ["X-SOCIALPROFILE;TYPE=twitter;X-USER=wile:https://twitter.com/wile"],
    ),
    "Android's rows": (
        [
            f"{ROW}nickname;Genius;1;;;;;;;;;;;;;",
            f"{ROW}contact_event;2001-02-03;1;;;;;;;;;;;;;",
            f"{ROW}contact_event;1980-01-02;3;;;;;;;;;;;;;",
            f"{ROW}contact_event;2002-03-04;0;First met;;;;;;;;;;;;",
            f"{ROW}relation;Mum;8;;;;;;;;;;;;;",
            f"{ROW}relation;Bo;0;Pal;;;;;;;;;;;;",
        ],
        [
            *("NICKNAME:Genius", "ANNIVERSARY:20010203", "BDAY:19800102"),
            *("item1.X-ABDATE:2002-03-04", "item1.X-ABLabel:First met"),
            *("item2.RELATED;TYPE=parent;VALUE=text:Mum", "item2.X-ABLabel:_$!<Mother>!$_"),
            *("item3.RELATED;VALUE=text:Bo", "item3.X-ABLabel:Pal"),
        ],
        [
            *("NICKNAME:Genius", "X-ANNIVERSARY:2001-02-03"),
            *("item4.X-ABDATE:2001-02-03", "item4.X-ABLabel:_$!<Anniversary>!$_", "BDAY:1980-01-02"),
            *("item1.X-ABDATE:2002-03-04", "item1.X-ABLabel:First met"),
            *("item2.X-ABRELATEDNAMES:Mum", "item2.X-ABLabel:_$!<Mother>!$_"),
            *("item3.X-ABRELATEDNAMES:Bo", "item3.X-ABLabel:Pal"),
        ],
    ),
}


@pytest.mark.parametrize("version", ["2.1", "3.0"])
@pytest.mark.parametrize("kind", BOTH_WAYS)
def test_there_and_back(kind: str, version: str) -> None:
    lines, newer, older = BOTH_WAYS[kind]
    card = card_of("\n".join(lines), version)
    assert written(card, "4.0") == newer
    (again,) = read(write(card, "4.0"))
    (back,) = read(write(again, version))
    assert [entry for entry in back if entry.name not in {"N", "FN"}] == card_of("\n".join(older)).properties[2:]
    assert sorted(written(back, "4.0")) == sorted(newer)
    assert write(card) == write(card, version)  # as it came


TWINS: Final = {
    "the same day by four programs is one": (
        [
            *("X-MS-ANNIVERSARY:20010203", "X-EVOLUTION-ANNIVERSARY:2001-02-03", "X-ANNIVERSARY:2001-02-03"),
            *("item1.X-ABDATE:2001-02-03", "item1.X-ABLabel:_$!<Anniversary>!$_"),
            f"{ROW}contact_event;2001-02-03;1;;;;;;;;;;;;;",
        ],
        ["ANNIVERSARY:20010203"],
    ),
    "different days are all kept": (
        ["X-MS-ANNIVERSARY:2001-02-03", "X-ANNIVERSARY:2004-05-06"],
        ["ANNIVERSARY:20010203", "ANNIVERSARY:20040506"],
    ),
    "the same spouse by four programs is one": (
        [
            *("X-MS-SPOUSE:Jane", "X-SPOUSE:Jane", "X-KADDRESSBOOK-X-SpouseName: Jane", "X-SPOUSE:Joan"),
            *("item7.X-ABRELATEDNAMES:Jane", "item7.X-ABLabel:_$!<Spouse>!$_", f"{ROW}relation;Jane;14;;;;;;;;;;;;;"),
        ],
        ["RELATED;TYPE=spouse;VALUE=text:Joan", "RELATED;TYPE=spouse;VALUE=text:Jane"],
    ),
    "the same nickname and role": (
        ["NICKNAME:Wi,Co", f"{ROW}nickname;Co;1;;;;;;;;;;;;;", "ROLE:Boss", "X-KADDRESSBOOK-X-Profession:Boss"],
        ["NICKNAME:Wi,Co", "ROLE:Boss"],
    ),
}


@pytest.mark.parametrize("kind", TWINS)
def test_what_several_programs_say_alike_is_said_once(kind: str) -> None:
    lines, newer = TWINS[kind]
    assert written(card_of("\n".join(lines)), "4.0") == newer


STAYS: Final = [
    "X-MS-OL-DEFAULT-POSTAL-ADDRESS:2",
    "X-MS-CARDPICTURE:a",
    "X-MS-TEXT:own",
    "X-MS-CHILD:2",
    "X-EVOLUTION-FILE-AS:Coyote\\, Wile",
    "X-EVOLUTION-BLOG-URL:http://example.com/",
    "X-KADDRESSBOOK-X-Office:7",
    "X-EVOLUTION-SPOUSE:",
    f"{ROW}nickname;Maid;3;;;;;;;;;;;;;",
    f"{ROW}relation;Bo;31;;;;;;;;;;;;;",
    f"item1.{ROW}relation;Bo;0;Pal;;;;;;;;;;;;\nitem1.X-ABLabel:Mate",
    f"{ROW}relation;Bo;2;more;;;;;;;;;;;;",
    f"{ROW}relation;Bo;2;;more;;;;;;;;;;;",
    f"{ROW}relation;;2;;;;;;;;;;;;;",
    f"{ROW}group_membership;Friends;;;;;;;;;;;;;;",
    "X-ANDROID-CUSTOM:else",
]


@pytest.mark.parametrize("line", STAYS)
def test_what_has_no_equivalent_stays(line: str) -> None:
    (card,) = read(write(card_of(line), "4.0"))
    (back,) = read(write(card, "3.0"))
    assert back.properties == card_of(line).properties


def test_a_label_of_its_own_says_more_than_the_name() -> None:
    lines = ["item1.X-SPOUSE:Jane", "item1.TEL:1", "item1.X-ABLabel:Wife", "item2.X-SPOUSE:Joan", "item2.TEL:2"]
    assert written(card_of("\n".join(lines)), "4.0") == [
        *("item1.RELATED;VALUE=text:Jane", "item1.TEL:1", "item1.X-ABLabel:Wife"),
        *("RELATED;TYPE=spouse;VALUE=text:Joan", "item2.TEL:2"),
    ]


def test_a_second_birthday_stays_where_android_has_it() -> None:
    lines = ["BDAY:19800102", f"{ROW}contact_event;1990-01-02;3;;;;;;;;;;;;;"]
    assert write(card_of("\n".join(lines)), "4.0").count(b"contact_event") == 1
    rows = [f"{ROW}contact_event;{year}-01-02;3;;;;;;;;;;;;;" for year in (1980, 1990)]
    assert written(card_of("\n".join(rows)), "4.0") == ["BDAY:19800102", rows[1]]  # there may be one (6.2.5)


def test_an_address_that_has_its_own_name_in_4_0_gets_no_second_one() -> None:
    lines = ["IMPP:xmpp:w@example.com", "X-JABBER:w@example.com"]
    assert written(card_of("\n".join(lines), "4.0"), "3.0") == lines


def test_a_card_with_names_of_many_programs_has_none_of_them_in_4_0() -> None:
    (card,) = read(Path(__file__).parents[1] / "corpus" / "program-names.vcf")
    assert not card.defects
    newer = Counter(entry.name for entry in convert(card, "4.0").card)
    assert {name for name in newer if name.startswith("X-")} == {"X-ABDATE", "X-ABLabel"}
    assert [newer[name] for name in ("ANNIVERSARY", "RELATED", "IMPP", "TEL", "NICKNAME", "ROLE")] == [1, 5, 4, 1, 1, 1]


def test_many_names_take_no_more_than_their_number() -> None:
    """Each of several thousand addresses is looked for among the others."""
    lines = [f"X-JABBER:{number}@example.com\nIMPP;X-SERVICE-TYPE=s{number}:xmpp:w" for number in range(3_000)]
    newer = convert(card_of("\n".join([*lines, *["X-JABBER:w", "X-SPOUSE:Jane"] * 1_000])), "4.0").card
    assert len(newer.all("IMPP")) == 6_001
    assert len(newer.all("RELATED")) == 1


NAMES: Final = [
    *("X-ANNIVERSARY", "X-ABDATE", "X-ABRELATEDNAMES", "IMPP;X-SERVICE-TYPE=ICQ", "IMPP", "NICKNAME", "ROLE", "TEL"),
    *("X-SOCIALPROFILE;TYPE=twitter", "X-ABLabel"),
    *[row.older for row in EQUIVALENTS if row.older.startswith("X-") and row.older not in LINES],
    *[f"{ROW}{row.kind};{{}};{row.number};" for row in ANDROID],
]
LINE: Final = st.tuples(
    st.sampled_from(["", "", "", "item1.", "item2."]),
    st.sampled_from(NAMES),
    st.sampled_from(["", "", ";TYPE=HOME", ";TYPE=PREF", ";X-A=b"]),
    st.sampled_from(
        ["w@e.org", "xmpp:w@e.org", "aim:7", "7", "2001-02-03", "20010203", "a%20b:c", "_$!<Spouse>!$_", " "]
    ),
)


@given(st.lists(LINE, max_size=8), st.sampled_from(["2.1", "3.0"]))
@settings(max_examples=300)
def test_the_model_of_what_comes_back_is_the_model_of_what_came(
    drawn: list[tuple[str, str, str, str]], version: str
) -> None:
    lines = [
        group + (name.format(value) if name.startswith(ROW) else f"{name}{params}:{value}")
        for group, name, params, value in drawn
    ]
    newer = model(convert(card_of("\n".join(lines), version), "4.0").card)
    (back,) = read(write(Card(convert(card_of("\n".join(lines), version), "4.0").card.properties, "4.0"), version))
    assert model(convert(back, "4.0").card) == newer


def model(card: Card) -> Counter[object]:
    """What a card says, whatever its groups are called."""
    labels = {entry.group: entry.value for entry in card.all("X-ABLabel")[::-1]}
    return Counter(
        (
            entry.name,
            basic_date(str(entry.value)) or entry.value,
            frozenset((name, value) for name, *values in entry.params for value in values if name != "VALUE"),
            labels.get(entry.group) if entry.group else None,
        )
        for entry in card
        if entry.name != "X-ABLabel"
    )


def test_the_table_names_each_once() -> None:
    names = [row.older.upper() for row in EQUIVALENTS]
    assert len(names) == len(set(names))
    assert len({(row.kind, row.number) for row in ANDROID}) == len(ANDROID)
    assert len({service.name.lower() for service in SERVICES}) == len(SERVICES)
