"""What an update and a replace mean: the table of `book.merging`, a case for each cell, with what is told of it."""

from __future__ import annotations

import io
import json
from typing import TYPE_CHECKING

import pytest

from cardwright import vcard
from cardwright.book.differences import differences
from cardwright.book.files.exports import vcard_of
from cardwright.book.files.import_rows import batches
from cardwright.book.files.reading import read
from cardwright.book.merging import merged, replaced
from cardwright.book.partners import Partner
from cardwright.book.ports import Place
from cardwright.book.stored import StoredContact
from cardwright.cards import contact_of, write_contact
from cardwright.contact.model import Address, Contact, Email, Name, Phone, Website
from cardwright.store.instants import instant

if TYPE_CHECKING:
    from cardwright.book.import_row import ImportRow

WORK, HOME = Address("3 Quay", "work", "Bergen", "Vestland", "5003", "NO"), Address("9 Lane", "home", "Voss")
THERE = Contact(
    Name("Edda", "Lund", "M", "Dr."),
    "Fjord Works",
    "Engineer",
    "Likes boats",
    (Phone("55123456", "work", "NO"), Phone("90123456", "mobile", "NO"), Phone("55999999", "work", "NO")),
    (Email("edda@example.com"), Email("edda.home@example.com", "home"), Email("e@example.org")),
    (WORK, HOME),
    (Website("https://example.com"),),
    None,
    ("a",),
    "urn:uuid:0a0b0c0d-1111-4222-8333-444455556666",
)


def moved(**changes: object) -> Contact:
    return THERE._replace(**changes)  # type: ignore[arg-type]


TABLES = [
    # rule, table, the contact afterwards, what is told
    ("a cell is put over what is there", "First Name,Job Title\nEdda,Director", moved(title="Director"), "title"),
    ("an empty cell says nothing", "Job Title,Notes,Last Name\n,,Lund", THERE, ""),
    ("a part of a name", "First Name,Middle Name\nEdda,Q", moved(name=THERE.name._replace(middle="Q")), "middle"),
    (
        "a number has the slot of its label, others stay",
        "Mobile Phone\n+47 98765432",
        moved(phones=(THERE.phones[0], Phone("98765432", "mobile", "NO"), THERE.phones[2])),
        "phone.mobile",
    ),
    (
        "the second column of a label is its second slot, though the first is empty",
        "Business Phone,Business Phone 2\n,+47 55000000",
        moved(phones=(*THERE.phones[:2], Phone("55000000", "work", "NO"))),
        "phone.work",
    ),
    *[
        (
            f"so it is where the first is missing: {column}",
            f"{column}\n+47 55000000",
            moved(phones=(*THERE.phones[:2], Phone("55000000", "work", "NO"))),
            "phone.work",
        )
        for column in ("Business Phone 2", "Work Phone 2", "Phone 2", "Telefon geschäftlich 2", "Téléphone 2 (bureau)")
    ],
    (
        "the only column of a label is its first slot, whatever number its name has",
        "Notes,Mobile Phone 1\n,+47 98765432",
        moved(phones=(THERE.phones[0], Phone("98765432", "mobile", "NO"), THERE.phones[2])),
        "phone.mobile",
    ),
    (
        "several in the cell of a column take the slots from it on",
        'Business Phone,Business Phone 2\n"+47 55000001, +47 55000002",+47 55000003',
        moved(
            phones=(
                Phone("55000001", "work", "NO"),
                THERE.phones[1],
                Phone("55000002", "work", "NO"),
                Phone("55000003", "work", "NO"),
            )
        ),
        "phone.work",
    ),
    (
        "a label of its own is a slot of its own",
        "Business Fax\n+47 55111111",
        moved(phones=(*THERE.phones, Phone("55111111", "fax", "NO"))),
        "phone.fax",
    ),
    ("a number that has a slot of its label stays there", "Business Phone\n+47 55999999", THERE, ""),
    ("an address that is there stays where it is", "E-mail Address\nEDDA.home@example.com", THERE, ""),
    (
        "a new address has the slot of its label",
        "E-mail Address,E-mail 2 Address\n,new@example.com",
        moved(emails=(*THERE.emails[:2], Email("new@example.com"))),
        "email.work",
    ),
    *[
        (
            f"so it has where the first is missing: {column}",
            f"{column}\nnew@example.com",
            moved(emails=(*THERE.emails[:2], Email("new@example.com"))),
            "email.work",
        )
        for column in ("E-mail 2 Address", "E-Mail 2: Adresse", "Work Email 2", "Email2")
    ],
    (
        "a column of an address is a part of it",
        "E-mail Address,Business State\n,Oslo",
        moved(addresses=(WORK._replace(region="Oslo"), HOME)),
        "address.work.region",
    ),
    (
        "of an address that is not there, an address",
        "E-mail Address,Other City\n,Oslo",
        moved(addresses=(WORK, HOME, Address("", "other", "Oslo"))),
        "address.other",
    ),
    ("labels are put together", "First Name,Labels\nEdda,b;a", moved(labels=("a", "b")), "labels"),
]
CARDS = [
    # rule, lines, the contact afterwards, what is told
    ("single values are put over", "TITLE:Director|NOTE:x", moved(title="Director", note="x"), "title, note"),
    (
        "a new number is added",
        "TEL;TYPE=CELL:+4798765432",
        moved(phones=(*THERE.phones, Phone("98765432", "mobile", "NO"))),
        "phone.mobile",
    ),
    ("a number that is there is not new, whatever its label", "TEL;TYPE=HOME:+47 90 12 34 56", THERE, ""),
    (
        "a new e-mail address is added",
        "EMAIL;TYPE=HOME:E@example.org|EMAIL;TYPE=HOME:new@example.com",
        moved(emails=(*THERE.emails, Email("new@example.com", "home"))),
        "email.home",
    ),
    (
        "a new postal address is added",
        "ADR;TYPE=WORK:;;4 Quay;Bergen;;;",
        moved(addresses=(*THERE.addresses, Address("4 Quay", "work", "Bergen"))),
        "address.work",
    ),
    ("an address that is there is not new", "ADR;TYPE=HOME:;;3 Quay;Bergen;Vestland;5003;NO", THERE, ""),
    ("what a contact has no place for", "BDAY:1980-02-03", THERE, "card.BDAY"),
]


@pytest.mark.parametrize("has_card", [True, False])
@pytest.mark.parametrize(("rule", "table", "after", "told"), TABLES, ids=[rule for rule, *_ in TABLES])
def test_a_row_of_a_table_updates(rule: str, table: str, after: Contact, told: str, *, has_card: bool) -> None:
    there = stored(THERE, write_contact(THERE) if has_card else b"")
    new = merged(there, row(table), None)
    assert new.contact == after, rule
    assert told_of(there, new) == told, rule
    assert merged(new, row(table), None) == new, "and again: nothing"


@pytest.mark.parametrize("has_card", [True, False])
@pytest.mark.parametrize(("rule", "lines", "after", "told"), CARDS, ids=[rule for rule, *_ in CARDS])
def test_a_card_updates(rule: str, lines: str, after: Contact, told: str, *, has_card: bool) -> None:
    there, comes = stored(THERE, write_contact(THERE) if has_card else b""), row(card(f"N:Lund;Edda;;;|FN:x|{lines}"))
    new = merged(there, comes, None)
    assert new.contact == after, rule
    if has_card:
        assert told_of(there, new) == told, rule
    assert contact_of(next(vcard.read(new.card)))._replace(revision="") == after, "the card says the same"
    assert merged(new, comes, None) == new, "and again: nothing"


def test_a_row_of_a_table_replaces_all_that_a_table_can_say() -> None:
    there = stored(THERE, write_contact(THERE))._replace(partners=(Partner("1", "One"),), image="i")
    new = replaced(there, row("First Name,E-mail Address\nEdda,new@example.com"), None)
    assert new.contact == Contact(Name("Edda"), emails=(Email("new@example.com"),), uid=THERE.uid)
    assert (new.partners, new.image) == (there.partners, there.image)
    told = "last, middle, prefix, organization, title, note, phone.work, phone.mobile, email.work, email.home"
    assert told_of(there, new) == f"{told}, address.work, address.home, website.homepage, labels"


def test_a_card_replaces_all_and_keeps_the_uid() -> None:
    there = stored(THERE, write_contact(THERE, "3.0").replace(b"END:", b"BDAY:1980-02-03\r\nEND:"))
    comes = row(card("N:Lund;Edda;;;|FN:Edda|X-A:1|UID:another"))
    new = replaced(there._replace(image="i"), comes, None)
    assert new.contact == Contact(Name("Edda", "Lund"), uid=THERE.uid)
    assert new.image == ""
    assert new.card == card(f"N:Lund;Edda;;;|FN:Edda|X-A:1|UID:{THERE.uid}")
    assert "photo, card.BDAY, card.X-A" in told_of(there._replace(image="i"), new)
    assert replaced(new, comes, None) == new


def test_a_card_that_says_the_same_but_for_its_revision_replaces_nothing() -> None:
    text = card(f"N:Lund;Edda;;;|FN:Edda|UID:{THERE.uid}|REV:20200101T000000Z")
    there = stored(row(text).contact, text.replace(b"20200101", b"20250101"))
    assert replaced(there, row(text), None) == there


@pytest.mark.parametrize("lines", ["FN:|ORG:Acme", "N:Lund;;;;", "N:Lund;;;;|FN:|NOTE:x", "N:L;;;;|FN:L|no property"])
def test_a_card_that_an_export_made_whole_changes_nothing(lines: str) -> None:
    text = card(f"{lines}|UID:{THERE.uid}")
    there = stored(row(text).contact, text)
    assert vcard_of(there) != text
    assert replaced(there, row(vcard_of(there)), None) == merged(there, row(vcard_of(there)), None) == there


@pytest.mark.parametrize("version", ["3.0", "4.0", "jcard"])
@pytest.mark.parametrize(
    "lines",
    [
        "",
        "BDAY:1980-02-03|TEL;TYPE=CELL,PREF:1|IMPP;X-SERVICE-TYPE=Skype;TYPE=HOME:skype:edda",
        "item1.X-ABDATE:2001-02-03|item1.X-ABLabel:_$!<Anniversary>!$_|X-ABShowAs:COMPANY",
        "item1.X-ABRELATEDNAMES:Ulf|item1.X-ABLabel:_$!<Spouse>!$_|X-SOCIALPROFILE;TYPE=twitter;X-USER=e:x:y",
        "KEY;ENCODING=b:AAAA|LABEL;TYPE=WORK:Quay|ADR;TYPE=WORK:;;3 Quay;;;;",
        "X-A;VALUE=TEXT:a|BDAY;VALUE=DATE:1980-02-03|RELATED;TYPE=spouse:Max|X-ABShowAs:COMPANY",
    ],
)
def test_an_own_export_of_any_version_changes_nothing(lines: str, version: str) -> None:
    text = card(f"N:Lund;Edda;;;|FN:Edda Lund|UID:{THERE.uid}|{lines}") if lines else b""
    there = stored(row(text).contact if lines else THERE, text)
    (left,) = vcard.read(vcard_of(there, "3.0" if version == "3.0" else "4.0"))
    text = json.dumps(vcard.to_jcard(left)) if version == "jcard" else vcard.write(left)
    assert replaced(there, row(text), None) == merged(there, row(text), None) == there
    left.set(vcard.Property("TITLE", "Boss"))  # and one thing that is not the same is told alone
    text = json.dumps(vcard.to_jcard(left)) if version == "jcard" else vcard.write(left)
    for put in (merged, replaced):
        assert told_of(there, put(there, row(text), None)) == "title"


def test_one_that_says_the_same_of_the_contact_and_more_beside_it_takes_its_place() -> None:
    text = card(f"N:Lund;Edda;;;|FN:Edda|UID:{THERE.uid}")
    there = stored(row(text).contact, text)
    more = text.replace(b"UID:", b"X-A:1\r\nUID:")
    assert replaced(there, row(more), None) == there._replace(card=more)


def row(data: str | bytes) -> ImportRow:
    octets = data.encode() if isinstance(data, str) else data
    ((only,),) = batches(read(io.BytesIO(octets), {}), Place("AC", "1"))
    assert not only.fault
    return only


def card(lines: str) -> bytes:
    text = lines.replace("|", "\r\n")
    return f"BEGIN:VCARD\r\nVERSION:3.0\r\n{text}\r\nEND:VCARD\r\n".encode()


def stored(contact: Contact, octets: bytes) -> StoredContact:
    return StoredContact(1, False, contact, (), "", 1, instant(0), instant(0), card=octets)  # noqa: FBT003 - a user's


def told_of(before: StoredContact, after: StoredContact) -> str:
    return "" if before == after else ", ".join(differences(before, after))
