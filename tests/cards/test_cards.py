"""Contact to card and back, for all that a contact models; and a change that leaves the rest of a card alone."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cards.strategies import contacts
from cardwright.cards import card_of, change, contact_of, write_contact
from cardwright.contact.model import Address, Contact, Email, Name, Phone, Photo, Website
from cardwright.vcard import Card, Property, from_jcard, read, to_jcard, write

WILE = Contact(Name("Wile", "Coyote"))


def lines_card(*lines: str, version: str = "3.0") -> Card:
    text = "\r\n".join(("BEGIN:VCARD", f"VERSION:{version}", *lines, "END:VCARD", ""))
    (card,) = read(text.encode())
    return card


@given(contacts(), st.sampled_from(["2.1", "3.0", "4.0"]))
@settings(max_examples=50)
def test_a_contact_comes_back_from_its_card_in_every_version(contact: Contact, version: str) -> None:
    (card,) = read(write_contact(contact, version))
    assert contact_of(card) == contact


@given(contacts())
@settings(max_examples=50)
def test_a_contact_comes_back_from_its_jcard(contact: Contact) -> None:
    assert contact_of(from_jcard(to_jcard(card_of(contact)))) == contact


@given(contacts(), contacts(), st.sampled_from(["2.1", "3.0", "4.0"]))
@settings(max_examples=50)
def test_a_change_in_a_card_makes_the_other_contact_and_keeps_what_is_not_modelled(
    before: Contact, after: Contact, version: str
) -> None:
    own = Property("X-SPOUSE", "Road Runner")
    (card,) = read(write(Card([*card_of(before).properties, own], version)))
    change(card, before, after)
    (changed,) = read(write(card))
    assert contact_of(changed) == after
    assert changed.all("X-SPOUSE") == [own]


@given(contacts(), st.sampled_from(["2.1", "3.0", "4.0"]))
@settings(max_examples=50)
def test_no_change_leaves_the_bytes(contact: Contact, version: str) -> None:
    raw = write_contact(contact, version)
    (card,) = read(raw)
    change(card, contact, contact)
    assert write(card) == raw


READ = [
    # how a client says it, what it is
    (("TEL;WORK;VOICE;PREF:1",), Phone("1", "work")),
    (("TEL;TYPE=WORK;TYPE=FAX:1",), Phone("1", "fax")),
    (("TEL;TYPE=CELL,IPHONE,pref:1",), Phone("1", "mobile")),
    (("TEL;TYPE=CELL,APPLEWATCH,VOICE:1",), Phone("1", "mobile")),
    (("item1.TEL:1", "item1.X-ABLabel:_$!<AppleWatch>!$_"), Phone("1", "mobile")),
    (("TEL;TYPE=MOBILE:1",), Phone("1", "mobile")),
    (("TEL;TYPE=fax_work:1",), Phone("1", "fax")),
    (("TEL;TYPE=homefax:1",), Phone("1", "fax")),
    (("TEL;TYPE=home2:1",), Phone("1", "home")),
    (("TEL;TYPE=X-EVOLUTION-CALLBACK:1",), Phone("1", "callback")),
    (('TEL;X-EVOLUTION-UI-SLOT=1;TYPE="X-EVOLUTION-ASSISTANT":1',), Phone("1", "assistant")),
    (("TEL;TYPE=VOICE:1",), Phone("1", "other")),
    (("TEL;TYPE=x-car:1",), Phone("1", "car")),
    (("TEL;CAR:1",), Phone("1", "car")),
    (("TEL;TYPE=Car:1",), Phone("1", "car")),
    (("TEL;TYPE=Cave:1",), Phone("1", "Cave")),
    (("TEL;X-CUSTOM(The boat):1",), Phone("1", "The boat")),
    (("TEL;VALUE=uri;TYPE=home:tel:1-555;ext=5",), Phone("1-555 x5", "home")),
    (("TEL;TYPE=home:\u202a+1 805 123 4567\u202c",), Phone("8051234567", "home", "US")),
    (("TEL;VALUE=uri:TEL:1-555",), Phone("1-555", "other")),
    (("TEL:+1 (805) 987-6543",), Phone("8059876543", "other", "US")),
    (("TEL:+39 06 1234 5678",), Phone("0612345678", "other", "IT")),
    (("TEL:+1 805 987 6543 ext 5",), Phone("+1 805 987 6543 ext 5", "other")),
    (("TEL:+800 1234 5678",), Phone("+800 1234 5678", "other")),
    (("item1.TEL:1", "item1.X-ABLabel:_$!<WorkFAX>!$_"), Phone("1", "fax")),
    (("item1.TEL;TYPE=VOICE:1", "ITEM1.X-ABLABEL:Beach house"), Phone("1", "Beach house")),
    (("EMAIL;TYPE=INTERNET,PREF,HOME:a@example.com",), Email("a@example.com", "home")),
    (("EMAIL;VALUE=uri:MAILTO:a@example.com",), Email("a@example.com", "other")),
    (("EMAIL;TYPE=INTERNET:a@example.com",), Email("a@example.com", "other")),
    (("EMAIL;TYPE=PREF;TYPE=SMTP:a@example.com",), Email("a@example.com", "other")),  # Exchange
    (("item1.EMAIL;TYPE=INTERNET:a@example.com", "item1.X-ABLabel:Work"), Email("a@example.com", "work")),
    (("URL:https://example.com",), Website("https://example.com")),
    (("URL;TYPE=WORK:https://example.com",), Website("https://example.com", "work")),
    (("a.URL:https://example.com", "a.X-ABLabel:_$!<HomePage>!$_"), Website("https://example.com")),
    (
        ("ADR;TYPE=HOME,POSTAL:Box 1;Flat 2;Desert Road 3;Tucson;AZ;85701;USA",),
        Address("Desert Road 3", "home", "Tucson", "AZ", "85701", "USA", "Box 1", "Flat 2"),
    ),
    (("ADR:Desert Road 3",), Address("Desert Road 3", "other")),
    (("ADR:;;Desert Road 3, Flat 2;;;;",), Address("Desert Road 3, Flat 2", "other")),  # a comma that nobody escaped
    (("ADR:;;Desert Road 3,Flat 2;;;;",), Address("Desert Road 3, Flat 2", "other")),
    (("LABEL;TYPE=HOME:Desert Road 3\\nTucson",), Address("Desert Road 3\nTucson", "home")),
    (("ADR;TYPE=HOME:;;Desert Road 3;;;;", "LABEL;TYPE=HOME:Desert Road 3"), Address("Desert Road 3", "home")),
    (('ADR;TYPE=HOME;LABEL="Desert Road 3\\nTucson":;;;;;;',), Address("Desert Road 3\nTucson", "home")),
    (("EMAIL:Wile E. <wile@example.com>",), Email("wile@example.com", "other")),
    (("EMAIL;TYPE=WORK:<mailto:wile@example.com>",), Email("wile@example.com", "work")),
    (("EMAIL:wile@example.com (Wile E.)",), Email("wile@example.com", "other")),
    (("PHOTO;ENCODING=b:/9j/AAAA",), Photo("image/jpeg", b"\xff\xd8\xff\x00\x00\x00")),
]


@pytest.mark.parametrize(("lines", "expected"), READ, ids=[lines[0] for lines, _ in READ])
def test_every_clients_way_is_understood(lines: tuple[str, ...], expected: object) -> None:
    contact = contact_of(lines_card(*lines))
    assert [*contact.phones, *contact.emails, *contact.addresses, *contact.websites, contact.photo] in (
        [expected, None],
        [expected],
    )


NAMES = [
    (("N:Coyote;Wile;E.,X.;Mr.;Jr.", "FN:any"), Name("Wile", "Coyote", "E. X.", "Mr.", "Jr."), ""),
    (("FN:Wile Coyote",), Name("Wile", "Coyote"), ""),
    (("N:;;;;", "FN:Coyote, Wile"), Name("Wile", "Coyote"), ""),
    (("FN:Wile",), Name("Wile"), ""),
    (("FN:Wile E. Coyote\\, Ph.D.",), Name("Wile E.", "Coyote", suffix="Ph.D."), ""),
    (("FN:Wile, Jr.",), Name("Wile", suffix="Jr."), ""),
    (("FN:, Wile",), Name(",", "Wile"), ""),
    (("N:;;;;", "FN:Acme", "ORG:Acme;Rockets"), Name(), "Acme"),
    (("FN:Acme", "X-ABShowAs:COMPANY"), Name(), "Acme"),
    (("FN:Acme", "KIND:org"), Name(), "Acme"),
    (("FN:North Acme 2", "ORG:North;Rockets", "KIND:org"), Name(), "North"),
    (("N:Runners;;;;", "FN:Runners", "X-ADDRESSBOOKSERVER-KIND:group"), Name(), "Runners"),
    (("FN:Runners", "X-KIND:Group"), Name(), "Runners"),  # which converters keep of 4.0
    (("N:Acme;;;;", "FN:Acme", "ORG:Acme;Rockets", "X-ABShowAs:COMPANY"), Name(), "Acme"),
    (("N:;Acme;;;", "FN:Acme Inc.", "ORG:Acme", "KIND:org"), Name(), "Acme"),
    (("N:Acme;;;;", "FN:Acme", "ORG:Acme"), Name(last="Acme"), "Acme"),
    (("N:Coyote;Wile;;;", "FN:Acme", "ORG:Acme", "KIND:org"), Name("Wile", "Coyote"), "Acme"),
    (("N:;;;;", "FN:Roadie", "NICKNAME:Roadie"), Name(), ""),
    (("N:;;;;", "FN:Road 1, Town", "ADR:;;Road 1;Town;;;"), Name(), ""),
    (("FN:call back", "NOTE:call back"), Name(), ""),
    (("FN:Friends", "X-ADDRESSBOOKSERVER-KIND:group"), Name(), "Friends"),
    (("FN:a@example.com", "EMAIL:mailto:a@example.com"), Name(), ""),
    (("FN:+1 650-253-0000", "TEL:+1 650-253-0000"), Name(), ""),
    (("N:Coyote;Wile, Bill;;;", "FN:any"), Name("Wile Bill", "Coyote"), ""),
]


@pytest.mark.parametrize(("lines", "name", "organization"), NAMES, ids=[" ".join(lines) for lines, _, _ in NAMES])
def test_a_name_is_read_where_it_stands(lines: tuple[str, ...], name: Name, organization: str) -> None:
    contact = contact_of(lines_card(*lines))
    assert (contact.name, contact.organization) == (name, organization)


WRITTEN = [
    (WILE._replace(labels=("Main Contact", "a,b")), "CATEGORIES:Main Contact,a\\,b"),
    (WILE._replace(uid="urn:uuid:1"), "UID:urn:uuid:1"),
    (WILE._replace(revision="20261123T093000Z"), "REV:20261123T093000Z"),
    (WILE._replace(phones=(Phone("8051234567", "work", "US"),)), "TEL;TYPE=WORK:+18051234567"),
    (WILE._replace(phones=(Phone("8059876543", "mobile", "US"),)), "TEL;TYPE=CELL:+18059876543"),
    (WILE._replace(phones=(Phone("12345", "work", "AQ"),)), "TEL;TYPE=WORK:12345"),
    (WILE._replace(phones=(Phone("1", "Beach"),)), "item1.TEL:1\r\nitem1.X-ABLabel:Beach"),
    (
        WILE._replace(emails=(Email("a@example.com", "Acme"),), websites=(Website("https://example.com"),)),
        "item2.EMAIL;TYPE=INTERNET:a@example.com\r\nitem2.X-ABLabel:Acme\r\nitem1.URL:https://example.com",
    ),
    (Contact(organization="Acme"), "N:;;;;\r\nFN:Acme"),
    (Contact(phones=(Phone("123"),)), "N:;;;;\r\nFN:123"),
    (Contact(addresses=(Address("Road 1", "home", "Town"),), note="x"), "N:;;;;\r\nFN:Road 1\\, Town"),
    (Contact(note="x\ny"), "N:;;;;\r\nFN:x y"),
    (Contact(Name("Wile", "Coyote", "E.", "Mr.", "Jr.")), "N:Coyote;Wile;E.;Mr.;Jr.\r\nFN:Mr. Wile E. Coyote Jr."),
]


@pytest.mark.parametrize(("contact", "lines"), WRITTEN, ids=[lines for _, lines in WRITTEN])
def test_a_contact_is_written_so(contact: Contact, lines: str) -> None:
    assert f"\r\n{lines}\r\n" in write_contact(contact).decode()


def test_a_change_touches_its_own_lines_alone() -> None:
    card = lines_card(
        "N:Coyote;Wile;;;",
        "FN:Wile E. Coyote\\, Genius",
        "ORG:Acme;Rockets",
        "item7.TEL;type=CELL;type=pref:1",
        "item7.X-ABLabel:Desert",
        "EMAIL;X-Own=1;TYPE=HOME:old@example.com",
        "item8.ADR:;;Road 1;;;;",
        "item8.X-ABADR:us",
        "CATEGORIES:a,b",
        "BDAY:1949-09-17",
    )
    before = contact_of(card)
    after = before._replace(
        organization="Acme Inc.",
        phones=(Phone("2", "Desert"),),
        emails=(Email("new@example.com", "home"),),
        addresses=(),
        labels=("b", "c"),
    )
    change(card, before, after)
    assert contact_of(card) == after
    assert write(card).decode().split("\r\n")[2:-2] == [
        "N:Coyote;Wile;;;",
        "FN:Wile E. Coyote\\, Genius",
        "ORG:Acme Inc.;Rockets",
        "item7.TEL;TYPE=CELL,pref:2",
        "item7.X-ABLabel:Desert",
        "EMAIL;X-OWN=1;TYPE=HOME:new@example.com",
        "CATEGORIES:b,c",
        "BDAY:1949-09-17",
    ]


def test_a_new_member_comes_to_stand_in_the_contacts_order() -> None:
    lines = ("N:Coyote;Wile;;;", "FN:Wile Coyote", "item1.TEL:1", "item1.X-ABLabel:Cave", "BDAY:1949-09-17", "TEL:2")
    card = lines_card(*lines)
    before = contact_of(card)
    change(card, before, before._replace(phones=(Phone("3"), *before.phones)))
    assert write(card).decode().split("\r\n")[2:-2] == [*lines[:2], "TEL;TYPE=WORK:3", *lines[2:]]
    change(card, before, before._replace(phones=before.phones[::-1]))
    assert contact_of(card).phones == (Phone("3"), Phone("2", "other"), Phone("1", "Cave"))


@pytest.mark.parametrize("lines", [("N:;;;;", "FN:Acme"), ("N:Acme;;;;", "FN:Acme", "ORG:Acme")])
@pytest.mark.parametrize("name", [Name("Wile", "Coyote"), Name("Wile")])
def test_a_company_stays_when_it_gets_a_name(lines: tuple[str, ...], name: Name) -> None:
    card = lines_card(*lines, "KIND:org")
    before = contact_of(card)
    assert before == Contact(organization="Acme")
    change(card, before, before._replace(name=name))
    assert contact_of(card) == Contact(name, "Acme")


CALLED = [
    # lines of a card that names nobody, a change, what FN says then
    (("FN:", "NOTE:x"), {"note": "y"}, "y"),
    (("FN:x", "NOTE:x"), {"note": "y"}, "y"),
    (("FN:x", "NOTE:x"), {"organization": "Acme"}, "Acme"),
    (("FN:Roadie", "NICKNAME:Roadie", "NOTE:x"), {"note": "y"}, "Roadie"),
]


@pytest.mark.parametrize(("lines", "changes", "called"), CALLED)
def test_what_names_nobody_is_called_by_what_it_says(
    lines: tuple[str, ...], changes: dict[str, str], called: str
) -> None:
    card = lines_card("N:;;;;", *lines)
    before = contact_of(card)
    after = before._replace(**changes)  # type: ignore[arg-type]
    change(card, before, after)
    assert (card.all("FN"), contact_of(card)) == ([Property("FN", called)], after)


def test_another_label_is_written_as_plainly_as_it_can_be() -> None:
    card = lines_card("FN:Acme", "TEL;TYPE=HOME;X-OWN=1:1", "item1.TEL:2", "item1.X-ABLabel:Cave")
    before = contact_of(card)
    change(card, before, before._replace(phones=(Phone("3", "work"), Phone("4", "home"))))
    assert write(card).decode().split("\r\n")[3:-2] == ["item1.TEL;TYPE=WORK:3", "TEL;TYPE=HOME;X-OWN=1:4"]


def test_a_label_is_not_taken_from_another_member_of_its_group() -> None:
    card = lines_card("FN:Acme", "item1.TEL:1", "item1.EMAIL:a@example.com", "item1.X-ABLabel:Cave")
    before = contact_of(card)
    change(card, before, before._replace(phones=(Phone("2", "work"),)))
    assert contact_of(card).phones == (Phone("2", "work"),)
    assert contact_of(card).emails == (Email("a@example.com", "Cave"),)


def test_a_value_that_was_not_kept_stays_in_the_card() -> None:
    card = lines_card("N:Coyote;Wile;;;", "FN:Wile Coyote", "EMAIL:no address")
    kept = contact_of(card)._replace(emails=())
    change(card, kept, kept._replace(emails=(Email("wile@example.com"),), title="Genius"))
    assert [entry.value for entry in card.all("EMAIL")] == ["no address", "wile@example.com"]


PREFERRED = [
    ("3.0", ("EMAIL;TYPE=HOME:b@e.org", "EMAIL;TYPE=WORK,PREF:a@e.org", "TEL:2", "TEL;type=pref:1")),
    ("4.0", ("EMAIL;PREF=9:b@e.org", "EMAIL;PREF=2:a@e.org", "TEL:2", "TEL;PREF=1:1")),
    ("2.1", ("EMAIL:b@e.org", "EMAIL;PREF:a@e.org", "TEL:2", "TEL;PREF;CELL:1")),
]


@pytest.mark.parametrize(("version", "lines"), PREFERRED)
def test_the_preferred_address_and_number_come_first(version: str, lines: tuple[str, ...]) -> None:
    card = lines_card("N:Coyote;Wile;;;", "FN:Wile Coyote", *lines, version=version)
    contact = contact_of(card)
    assert [email.address for email in contact.emails] == ["a@e.org", "b@e.org"]
    assert [phone.number for phone in contact.phones] == ["1", "2"]
    change(card, contact, contact._replace(phones=contact.phones[:1]))
    assert write(card).decode().split("\r\n")[4:-2] == [lines[0], lines[1], lines[3]]


def test_a_preference_that_the_contact_no_longer_has_goes() -> None:
    card = lines_card("N:Coyote;Wile;;;", "FN:Wile Coyote", "TEL:2", "TEL;TYPE=CELL,PREF:1", "NOTE:x")
    before = contact_of(card)
    after = before._replace(phones=before.phones[::-1])
    change(card, before, after)
    assert contact_of(card) == after
    assert write(card).decode().split("\r\n")[4:-2] == ["TEL:2", "TEL;TYPE=CELL:1", "NOTE:x"]


def test_the_label_of_an_address_goes_with_it() -> None:
    home = ("ADR;TYPE=HOME:;;1 Road;;;;", "LABEL;TYPE=HOME:1 Road")
    work = ("ADR;TYPE=WORK:;;2 Road;;;;", "LABEL;TYPE=WORK:2 Road")
    card = lines_card("N:Coyote;Wile;;;", "FN:Wile Coyote", *home, *work)
    before = contact_of(card)
    after = before._replace(addresses=before.addresses[1:])
    change(card, before, after)
    assert contact_of(card) == after
    assert write(card).decode().split("\r\n")[4:-2] == list(work)


def test_a_label_alone_becomes_an_address_when_it_changes() -> None:
    card = lines_card("N:Coyote;Wile;;;", "FN:Wile Coyote", "LABEL;TYPE=HOME:1 Road")
    before = contact_of(card)
    after = before._replace(addresses=(Address("2 Road", "home", "Tucson"),))
    change(card, before, after)
    assert contact_of(card) == after
    assert write(card).decode().split("\r\n")[4:-2] == ["ADR;TYPE=HOME:;;2 Road;Tucson;;;"]


def test_properties_without_a_value_say_nothing() -> None:
    card = lines_card("N:Coyote;Wile;;;", "FN:Wile Coyote", "EMAIL:", "URL:", "PHOTO;ENCODING=b:", "CATEGORIES:,a, ")
    assert contact_of(card) == WILE._replace(labels=("a",))


def test_a_photo_comes_into_a_card_without_one_and_goes_again() -> None:
    card = lines_card("N:Coyote;Wile;;;", "FN:Wile Coyote")
    with_photo = WILE._replace(photo=Photo("image/jpeg", b"\xff\xd8\xff"))
    change(card, WILE, with_photo)
    assert contact_of(card).photo == with_photo.photo
    change(card, with_photo, WILE)
    assert card.get("PHOTO") is None


def test_a_name_that_goes_is_not_said_by_fn_either() -> None:
    card = lines_card("N:Coyote;Wile;;;", "FN:Wile Coyote", "ORG:Acme")
    before = WILE._replace(organization="Acme")
    change(card, before, before._replace(name=Name()))
    assert contact_of(card).name == Name()


def test_an_address_that_goes_is_not_left_in_fn_as_a_name() -> None:
    card = lines_card("FN:b@example.com", "EMAIL:a@example.com", "EMAIL:b@example.com")
    before = contact_of(card)
    assert before.name == Name()
    change(card, before, before._replace(emails=before.emails[:1]))
    assert contact_of(card) == before._replace(emails=before.emails[:1])
    assert write(card).decode().split("\r\n")[2:-2] == ["FN:a@example.com", "EMAIL:a@example.com"]


JPEG = Photo("image/jpeg", b"\xff\xd8\xff")
PHOTOS = [
    # the rule, photos on the card, the contact's before and after, photos on the card afterwards
    ("a new one stands alone, in the place of the first", 2, JPEG, JPEG._replace(data=b"\xff\xd8\xfe"), 1),
    ("of one that goes nothing stays", 2, JPEG, None, 0),
    ("one that the card never had goes without a trace", 0, JPEG, None, 0),
    ("the same leaves both", 2, JPEG, JPEG, 2),
]


@pytest.mark.parametrize(("rule", "there", "before", "after", "left"), PHOTOS, ids=[rule for rule, *_ in PHOTOS])
def test_photos_of_a_card(rule: str, there: int, before: Photo | None, after: Photo | None, left: int) -> None:
    lines = ["item1.PHOTO;ENCODING=b;TYPE=JPEG:/9j/", "PHOTO;VALUE=uri:https://example.com/a.jpg"][:there]
    card = lines_card("N:Coyote;Wile;;;", "FN:Wile Coyote", *lines, "NOTE:x")
    said = WILE._replace(note="x", photo=before)
    change(card, said, said._replace(photo=after))
    assert len(card.all("PHOTO")) == left, rule
    if there:
        assert contact_of(card).photo == after
    if left == 1:
        assert card.all("PHOTO")[0].group == "item1"


def test_octets_where_a_text_belongs_say_nothing() -> None:
    card = Card([Property("FN", "Wile"), Property("TITLE", b"\x00"), Property("ORG", b"\x00")], "4.0")
    assert contact_of(card) == Contact(Name("Wile"))
