"""What an update by import makes of a contact and its card: each case is a rule of `merged` or of `join`."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cards.real_cards import CARDS
from cards.unmodelled_properties import as_written, card_of, name_of, rest, said_by, unmodelled
from cardwright.book.cleaning import cleaned
from cardwright.book.files.exports import vcard_of
from cardwright.book.import_row import ImportRow
from cardwright.book.merging import merged
from cardwright.book.stored import StoredContact
from cardwright.cards import contact_of
from cardwright.contact.model import Contact, Name
from cardwright.store.instants import instant
from cardwright.vcard import lookup, read, to_jcard

if TYPE_CHECKING:
    from cardwright.vcard import Property

MARRIED = "item1.X-ABDATE:2001-01-01|item1.X-ABLabel:_$!<Anniversary>!$_"
HUSBAND = "item1.X-ABRELATEDNAMES:Jo|item1.X-ABLabel:_$!<Spouse>!$_"
EVENT = "X-ANDROID-CUSTOM:vnd.android.cursor.item/contact_event"
ROWS = f"{EVENT};1949-09-17;3;{';' * 11}|{EVENT.replace('contact_event', 'nickname')};Wi;1;{';' * 11}"
WILE = "N:Coyote;Wile;;;|FN:Wile Coyote"

# rule, lines there, lines that come, lines afterwards
JOINED = [
    ("what is there already is not added", "X-A:1|BDAY:1949-09-17", "BDAY:1949-09-17|X-A:1", "X-A:1|BDAY:1949-09-17"),
    ("another value is added after all others", "X-A:1|X-B:1", "X-A:2", "X-A:1|X-B:1|X-A:2"),
    ("another kind of card is no person by FN alone", "X-A:1", "KIND:org", "X-A:1|KIND:org"),
    ("a name that is not there is added at the end", "X-A:1", "KEY;VALUE=uri:http://e.org/k", None),
    ("other parameters make another property", "X-A:1", "X-A;TYPE=x:1", "X-A:1|X-A;TYPE=x:1"),
    ("types count without order and case", "IMPP;TYPE=home,PREF:x:y", "IMPP;TYPE=pref;TYPE=HOME:x:y", ""),
    ("what may stand once is replaced", "BDAY:1949-09-17|X-A:1", "BDAY:1950-01-01", "BDAY:1950-01-01|X-A:1"),
    ("all of it", "MAILER:a|MAILER:b", "MAILER:c", "MAILER:c"),
    ("several of what may stand once come together", "MAILER:a", "MAILER:b|MAILER:a", "MAILER:b|MAILER:a"),
    ("so is what 4.0 has one of", "X-ANNIVERSARY:2001-01-01", "X-ANNIVERSARY:2002-02-02", "X-ANNIVERSARY:2002-02-02"),
    ("and what says it under another name goes", "X-BDAY:1949|X-A:1", "BDAY:1950-01-01", "X-A:1|BDAY:1950-01-01"),
    ("though it says less", "BDAY:1949-09-17|X-A:1", "X-BDAY:1950", "X-A:1|X-BDAY:1950"),
    (
        "so does another anniversary, as iOS has it",
        f"{MARRIED}|X-A:1|X-ANNIVERSARY:2001-01-01",
        "X-ANNIVERSARY:2002-02-02",
        "X-A:1|X-ANNIVERSARY:2002-02-02",
    ),
    (
        "or as others have it",
        "X-ANNIVERSARY:2001-01-01|X-A:1",
        MARRIED.replace("2001", "2002"),
        f"X-A:1|{MARRIED.replace('2001', '2002')}",
    ),
    ("the same one, under whatever name, is there already", MARRIED, "X-ANNIVERSARY:20010101", ""),
    (
        "another one takes the place of Outlook's and Android's",
        f"X-A:1|X-MS-ANNIVERSARY:20010101|{EVENT};2001-01-01;1;{';' * 11}|{EVENT};2001-01-01;2;{';' * 11}",
        "X-ANNIVERSARY:2002-02-02",
        f"X-A:1|{EVENT};2001-01-01;2;{';' * 11}|X-ANNIVERSARY:2002-02-02",
    ),
    ("the same one by Outlook is there already", MARRIED, "X-MS-ANNIVERSARY:20010101", ""),
    ("what one program calls so is there by another's name", "X-MS-SPOUSE;TYPE=N:Jo", HUSBAND, ""),
    ("and the other way round", HUSBAND, "X-MS-SPOUSE;TYPE=N:Jo|X-EVOLUTION-SPOUSE:Jo", ""),
    ("another person is another", HUSBAND, "X-SPOUSE:Al", f"{HUSBAND}|X-SPOUSE:Al"),
    ("an account by its own name", "X-JABBER:a@b.c", "IMPP;X-SERVICE-TYPE=Jabber:xmpp:a@b.c", ""),
    ("and as an address", "X-A:1|IMPP:skype:a", "X-SKYPE:a|X-SKYPE-USERNAME:a", ""),
    ("several nicknames in Android's line", "X-NICKNAME:Al,Bo", "NICKNAME:Bo,Al", ""),
    ("a nickname and a birthday in Android's rows", ROWS, "NICKNAME:Wi|BDAY:1949-09-17", ""),
    (
        "another birthday takes the place of Android's",
        f"X-A:1|{EVENT};1949-09-17;3;{';' * 11}",
        "BDAY:1950-01-01",
        "X-A:1|BDAY:1950-01-01",
    ),
    ("an account of which no more is said", "X-JABBER;TYPE=HOME:a@b.c", "IMPP;X-SERVICE-TYPE=jabber:xmpp:a@b.c", ""),
    ("a role that KDE calls a profession", "X-KADDRESSBOOK-X-Profession:Genius", "ROLE:Genius", ""),
    (
        "and so does a day of another label",
        "item1.X-ABDATE:2001-01-01|item1.X-ABLabel:Met",
        "X-ANNIVERSARY:2002-01-01",
        None,
    ),
    ("a blank says nothing", "BDAY:1949-09-17", "BDAY:|X-A:|GEO:;", ""),
    ("a second organization", "ORG:Acme", "ORG:Acme|ORG:Other", "ORG:Acme|ORG:Other"),
    ("units of the same organization", "ORG:Acme;Old", "ORG:Acme;New", "ORG:Acme;New"),
    ("no units leave those that are there", "ORG:Acme;Old", "ORG:Acme", ""),
    ("a second title and note", "TITLE:Genius|NOTE:x", "TITLE:Genius|TITLE:Boss|NOTE:x|NOTE:y", None),
    ("an address that is none", "EMAIL:a@example.com", "EMAIL:a@example.com|EMAIL:none", None),
    ("a photo by address", "X-A:1", "PHOTO;VALUE=uri:http://example.com/a.jpg", None),
    ("a label that is too long", "CATEGORIES:a", f"CATEGORIES:a,{'x' * 999}", None),
    ("a free group stays", "X-A:1", "item1.X-B:1|item1.X-ABLabel:Own", "X-A:1|item1.X-B:1|item1.X-ABLabel:Own"),
    (
        "a group that is taken gets another name",
        "item1.X-A:1|item1.X-ABLabel:One",
        "item1.X-B:1|item1.X-ABLabel:Two",
        "item1.X-A:1|item1.X-ABLabel:One|item2.X-B:1|item2.X-ABLabel:Two",
    ),
    (
        "the same with the same label is there, whatever its group is called",
        "item7.X-A:1|item7.X-ABLabel:One",
        "item1.X-A:1|item1.X-ABLabel:One",
        "",
    ),
    (
        "another label says something else",
        "item1.X-A:1|item1.X-ABLabel:One",
        "item1.X-A:1|item1.X-ABLabel:Two",
        "item1.X-A:1|item1.X-ABLabel:One|item2.X-A:1|item2.X-ABLabel:Two",
    ),
    (
        "what is missing in a group comes into it",
        "item1.X-A:1|item1.X-ABLabel:One",
        "item3.X-A:1|item3.X-B:1|item3.X-ABLabel:One",
        "item1.X-A:1|item1.X-ABLabel:One|item1.X-B:1",
    ),
    (
        "what stands beside an address comes beside it",
        "item4.ADR:;;Road 1;;;;",
        "item1.ADR:;;Road 1;;;;|item1.X-ABADR:us",
        "item4.ADR:;;Road 1;;;;|item4.X-ABADR:us",
    ),
    (
        "and is said once",
        "item4.ADR:;;Road 1;;;;|item4.X-ABADR:de",
        "item1.ADR:;;Road 1;;;;|item1.X-ABADR:us",
        "item4.ADR:;;Road 1;;;;|item4.X-ABADR:us",
    ),
    ("a label alone is kept", "X-A:1", "item1.X-ABLabel:Own", "X-A:1|item1.X-ABLabel:Own"),
    (
        "a replaced value leaves the label that stood beside it",
        "item1.BDAY:1949-09-17|item1.X-ABLabel:Own",
        "item1.BDAY:1950-01-01",
        "item1.BDAY:1950-01-01",
    ),
    ("line breaks and separators", "X-A:1", r"X-B:a\nb\;c\,d\\", None),
]


@pytest.mark.parametrize(("rule", "there", "comes", "after"), JOINED, ids=[rule for rule, *_ in JOINED])
def test_joined(rule: str, there: str, comes: str, after: str | None) -> None:
    """`""` stands for no change, None for the lines that come added to those that are there."""
    new = updated(card_of(f"{WILE}|{there}"), card_of(f"{WILE}|{comes}"))
    if after is None:
        lines = there.split("|")
        after = "|".join([*lines, *[line for line in comes.split("|") if line not in lines]])
        after = after.replace("CATEGORIES:a,", "CATEGORIES:")
        assert sorted(lines_of(new)) == sorted(lines_of(card_of(f"{WILE}|{after}"))), rule
    else:
        assert lines_of(new) == lines_of(card_of(f"{WILE}|{after or there}")), rule


SAID_IN_4_0 = [
    # what is there, what a table says of the same
    ("item1.RELATED;TYPE=parent;VALUE=text:Mum|item1.X-ABLabel:_$!<Mother>!$_",
     "item1.RELATED;VALUE=text:Mum|item1.X-ABLabel:_$!<Mother>!$_"),
    ("IMPP;TYPE=home;SERVICE-TYPE=Skype:skype:w", "IMPP;SERVICE-TYPE=skype:skype:w"),
    ("item1.IMPP:skype:w|item1.X-ABLabel:Mine", "IMPP:skype:w"),
]  # fmt: skip


@pytest.mark.parametrize(("there", "comes"), SAID_IN_4_0)
def test_what_says_no_more_is_there_already(there: str, comes: str) -> None:
    card = card_of(f"{WILE}|{there}", "4.0")
    assert updated(card, card_of(f"{WILE}|{comes}", "4.0")) == card


OTHER_VERSIONS = [
    # version there, version that comes, line there, line that comes, line afterwards
    ("3.0", "4.0", "X-A:1", "GENDER:M", "X-GENDER:Male"),
    ("3.0", "4.0", "BDAY:1949-09-17", "BDAY:19490917", "BDAY:1949-09-17"),
    (
        *("3.0", "4.0", "BDAY:1949-09-17|BDAY:soon", "BDAY:19490918|BDAY;VALUE=text:soon"),
        "X-BDAY;VALUE=text:soon",
    ),
    ("3.0", "4.0", "GEO:1;2", "GEO:geo:1,2", "GEO:1;2"),
    ("4.0", "3.0", "X-A:1", "MAILER:m", "X-MAILER:m"),
    ("4.0", "2.1", "X-A:1", "X-B;ENCODING=QUOTED-PRINTABLE;CHARSET=UTF-8:=C3=A9", "X-B:é"),
    ("2.1", "4.0", "X-A:1", "X-B;TYPE=work:é", "X-B;WORK;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:=C3=A9"),
    ("2.1", "3.0", "BDAY:1949-09-17", "BDAY:1949-09-17", "BDAY:1949-09-17"),
]


@pytest.mark.parametrize(("ours", "theirs", "there", "comes", "line"), OTHER_VERSIONS)
def test_a_card_of_another_version_is_converted(ours: str, theirs: str, there: str, comes: str, line: str) -> None:
    new = updated(card_of(f"{WILE}|{there}", ours), card_of(f"{WILE}|{comes}", theirs))
    assert line.encode() in new.splitlines()
    assert len(next(read(new))) == len({there, line}) + 2


def test_how_a_person_of_the_same_name_is_called_is_taken_over_and_another_name_is_written_anew() -> None:
    called = card_of("N:Coyote;Wile;;;|FN:Wile E. Coyote, Super Genius")
    assert text_of(updated(card_of(WILE), called), "FN") == "Wile E. Coyote, Super Genius"
    assert text_of(updated(called, card_of("N:Runner;;;;|FN:Somebody")), "FN") == "Wile Runner"


def test_a_name_that_fn_alone_said_is_written_where_another_kind_of_card_comes() -> None:
    new = updated(card_of("FN:Wile Coyote|UID:w"), card_of("FN:Acme|KIND:org|ORG:Acme|UID:w", "4.0"))
    assert contact_of(next(read(new))) == Contact(Name("Wile", "Coyote"), "Acme", uid="w")


@pytest.mark.parametrize(
    ("there", "comes", "line"),
    [
        (Contact(Name("Wile", "Coyote"), title="Genius"), "X-A;X-P=1:a", "X-A;X-P=1:a"),  # what it says beyond
        (Contact(Name("Wile", "Coyote"), title="Genius"), "X-A:a", "TITLE:Genius"),  # what it does not say
        (Contact(Name("Wile", "Coyote"), uid="ours"), "UID:theirs|X-A:a", "UID:ours"),
        (Contact(Name("Wile"), labels=("a",)), "CATEGORIES:b", "CATEGORIES:a,b"),
    ],
)
def test_a_contact_without_a_card_gets_that_of_the_row(there: Contact, comes: str, line: str) -> None:
    card = card_of(f"{WILE}|{comes}")
    old = stored(there)
    new = merged(old, incoming(card), None)
    assert line.encode() in new.card.splitlines()
    assert contact_of(next(read(new.card))) == new.contact
    assert merged(new, incoming(card), None) == new


def test_octets_that_are_no_card_leave_the_card_that_is_there() -> None:
    old = stored(Contact(Name("Wile")))._replace(card=card_of(WILE))
    new = merged(old, ImportRow(1, Contact(Name("Wile"), title="Genius"), card=b"no card"), None)
    assert (new.card, new.contact.title) == (old.card, "Genius")


def test_a_row_without_a_card_leaves_the_card_to_the_store() -> None:
    old = stored(Contact(Name("Wile")))._replace(card=card_of(WILE))
    new = merged(old, ImportRow(1, Contact(title="Genius")), None)
    assert (new.card, new.contact.title) == (old.card, "Genius")


@pytest.mark.parametrize("version", ["2.1", "3.0", "4.0"])
def test_a_control_character_is_a_space_in_the_contact_and_in_a_line_that_is_written_anew(version: str) -> None:
    card = card_of("N:Coyote;Wi\x00\x07le;;;|FN:x", version)
    row = incoming(card)
    assert row.contact.name == Name("Wi le", "Coyote")
    old = stored(row.contact)._replace(card=card)
    new = merged(old, incoming(card_of("N:Runner;;;;|FN:x", version)), None)
    assert new.contact.name == contact_of(next(read(new.card))).name == Name("Wi le", "Runner")


OF_ONE_DAY = [{"BDAY", "X-BDAY"}, {"ANNIVERSARY", "X-ANNIVERSARY", "X-ABDATE", "X-ABLABEL"}]
"""Names under which a single day may stand (see JOINED): one that comes takes the place of the other."""
PAIRS = st.tuples(st.sampled_from(CARDS), st.sampled_from(CARDS))


@given(PAIRS)
@settings(max_examples=300)
def test_of_any_two_real_cards_nothing_is_lost(pair: tuple[bytes, bytes]) -> None:
    there, comes = pair
    new = updated(there, comes)
    version = next(read(there)).version
    kept_lines = unmodelled(new)
    other = as_written(comes, version)
    assert said_by(other) <= said_by(next(read(new)))
    single = {entry.name.upper() for entry in rest(other)}
    single = {name for name in single if lookup(name.removeprefix("X-")).cardinality == "*1"}
    single |= {name for names in OF_ONE_DAY if single & names for name in names}
    assert not Counter(line for line in unmodelled(there) if name_of(line) not in single) - kept_lines


@given(st.sampled_from(CARDS))
def test_a_real_card_comes_into_itself_and_into_nothing_as_it_is(raw: bytes) -> None:
    row = incoming(raw)
    itself = stored(row.contact)._replace(card=raw)
    assert merged(itself, row, None) == itself
    if row.contact.uid:
        without = itself._replace(card=b"")
        new = merged(without, row, None)
        assert new.card == raw or (new == without and jcard(vcard_of(new)) == jcard(raw))


def updated(there: bytes, comes: bytes) -> bytes:
    """The card of a contact after an update; doing it again changes nothing."""
    old = stored(incoming(there).contact)._replace(card=there)
    new = merged(old, incoming(comes), None)
    assert merged(new, incoming(comes), None) == new
    return new.card


def incoming(card: bytes) -> ImportRow:
    return cleaned(ImportRow(1, contact_of(next(read(card))), card=card))


def stored(contact: Contact) -> StoredContact:
    contact = contact._replace(photo=None, revision="")
    return StoredContact(1, False, contact, (), "", 1, instant(0), instant(0))  # noqa: FBT003 - not made by the server


def jcard(octets: bytes) -> list[Any]:
    (card,) = read(octets)
    properties: Any = to_jcard(card)[1]
    return [entry for entry in properties if entry[0] not in {"photo", "rev", "uid"}]


def lines_of(card: bytes) -> list[Property]:
    return list(next(read(card)))


def text_of(card: bytes, name: str) -> object:
    found = next(read(card)).get(name)
    return found and found.value
