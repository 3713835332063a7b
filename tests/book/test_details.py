"""CW-41: what a form changes is checked as the partner interface checks it, and nothing else."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from cardwright.book.checks import checked_contact
from cardwright.book.details import KINDS, Began, Details, Typed, as_in_form, began_with, checked_details, details_of
from cardwright.book.partners import Partner
from cardwright.book.requests import NewContact
from cardwright.book.stored import StoredContact
from cardwright.contact.model import Address, Contact, Email, Name, Phone, Website

WILE = Details(
    Name("Wile", "Coyote"),
    emails=(Email("wile@example.com"), Email("home@example.com", "home")),
    phones=(Phone("8051234567", "work", "US"),),
    addresses=(Address("1 Road\nDesert", po_box="12"),),
    websites=(Website("https://example.com"),),
    labels=("VIP",),
    partners=("10000",),
)
POOR = Details(Name("", "no\x00thing"), phones=(Phone("ask Wile", "x" * 300),), labels=("y" * 200,))
"""As it may have come some other way."""


def typed(details: Details, began: Details | None = None) -> Typed:
    """What is typed over what a form began with: the rows stay in their places, more of them are new."""
    was = began or Details()
    return Typed(
        details,
        tuple(
            tuple(at if at < len(getattr(was, kind)) else None for at in range(len(getattr(details, kind))))
            for kind in KINDS
        ),
    )


def told(details: Details, began: Details | None = None) -> list[str]:
    faults = []
    checked_details(typed(details, began), began, faults)
    return [f"{fault.field} {fault.message}" for fault in as_in_form(faults)]


NEW = {
    "all that is required": (WILE, []),
    "nothing": (
        Details(),
        [
            *("name.first is required", "name.last is required", "emails[0].address is required"),
            "partners is required",
        ],
    ),
    "blanks": (WILE._replace(name=Name(" ", "Coyote")), ["name.first is required"]),
    "a long title": (
        WILE._replace(title="x" * 300),
        ["title holds 300 characters; at most 255 are taken"],
    ),
    "a line break in a title": (WILE._replace(title="a\nb"), ["title holds a line break (U+000A) at character 2"]),
    "lines in a note and a street": (WILE._replace(note="a\r\nb"), []),
    "no e-mail address": (
        WILE._replace(emails=(Email("wile"),)),
        ["emails[0].address must be an e-mail address, like wile.coyote@example.com"],
    ),
    "a number without its country": (
        WILE._replace(phones=(Phone("8051234567"),)),
        ["phones[0].country is required with a phone number"],
    ),
    "a country without number": (
        WILE._replace(phones=(Phone("", country="US"),)),
        ["phones[0].number is required with its country"],
    ),
    "no country": (
        WILE._replace(phones=(Phone("8051234567", country="Narnia"),)),
        ["phones[0].country must be a country of ISO 3166-1, in two letters"],
    ),
    "a local part": (
        WILE._replace(phones=(Phone("123", country="US"),)),
        ["phones[0].number is no complete phone number of US; digits, spaces and ()-.+ are taken"],
    ),
    "a long label of the second phone": (
        WILE._replace(phones=(*WILE.phones, Phone("8051234567", "x" * 101, "US"))),
        ["phones[1].label holds 101 characters; at most 100 are taken"],
    ),
    "a long web address": (
        WILE._replace(websites=(Website("x" * 2049),)),
        ["websites[0].url holds 2049 characters; at most 2048 are taken"],
    ),
    "labels": (
        WILE._replace(labels=(*map(str, range(51)),)),
        ["labels makes 51 labels; a contact has at most 50"],
    ),
    "everything, in the order of the form": (
        Details(
            Name("", "x" * 256, "y" * 256),
            title="x" * 256,
            emails=(Email("a@example.com", "l" * 101), Email("b")),
            addresses=(Address("s" * 1001, locality="c" * 256),),
            note="n" * 10_001,
            labels=("l" * 101,),
        ),
        [
            "name.first is required",
            "name.last holds 256 characters; at most 255 are taken",
            "title holds 256 characters; at most 255 are taken",
            "name.middle holds 256 characters; at most 255 are taken",
            "emails[0].label holds 101 characters; at most 100 are taken",
            "emails[1].address must be an e-mail address, like wile.coyote@example.com",
            "addresses[0].street holds 1001 characters; at most 1000 are taken",
            "addresses[0].locality holds 256 characters; at most 255 are taken",
            "note holds 10001 characters; at most 10000 are taken",
            "labels holds 101 characters; at most 100 are taken",
            "partners is required",
        ],
    ),
}
CHANGED = {
    "nothing of a poor contact": (POOR, POOR, []),
    "the title of a poor contact": (POOR, POOR._replace(title="Genius"), []),
    "the number of a poor contact alone": (
        POOR,
        POOR._replace(phones=(Phone("8051234567", "x" * 300),)),
        ["phones[0].country is required with a phone number"],
    ),
    "the label of a number without a country": (POOR, POOR._replace(phones=(Phone("ask Wile", "work"),)), []),
    "the last name, cleared": (WILE, WILE._replace(name=Name("Wile")), ["name.last is required"]),
    "all e-mail addresses, removed": (WILE, WILE._replace(emails=()), ["emails[0].address is required"]),
    "one e-mail address, removed": (WILE, WILE._replace(emails=WILE.emails[:1]), []),
    "the label of an e-mail address that is none": (
        POOR._replace(emails=(Email("wile"),)),
        POOR._replace(emails=(Email("wile", "home"),)),
        [],
    ),
    "all phones, removed": (WILE, WILE._replace(phones=()), []),
    "all partner accounts, removed": (
        WILE,
        WILE._replace(partners=()),
        ["partners must leave the contact one partner account"],
    ),
    "a label beside a long one": (POOR, POOR._replace(labels=(*POOR.labels, "VIP")), []),
}


@pytest.mark.parametrize("case", NEW)
def test_a_new_contact_keeps_the_rules_of_the_partner_interface(case: str) -> None:
    details, faults = NEW[case]
    assert told(details) == faults


@pytest.mark.parametrize("case", CHANGED)
def test_of_a_contact_that_is_there_what_changes_is_checked(case: str) -> None:
    began, details, faults = CHANGED[case]
    assert told(details, began) == faults


def test_what_is_taken_is_trimmed_and_has_national_digits() -> None:
    details = WILE._replace(
        name=Name(" Wile\u00a0", "Coyote "),
        phones=(Phone(" (805) 123-4567 ", "work", "us"),),
        note=" one\r\ntwo \n",
        labels=(" VIP", "", "VIP"),
    )
    checked = checked_details(typed(details), None, []).details
    assert checked == WILE._replace(note="one\ntwo")


@pytest.mark.parametrize("email", ["wile@example.com", "wile", "x" * 300, ""])
@pytest.mark.parametrize("number", ["(805) 123-4567", "12", "call me", ""])
@pytest.mark.parametrize("country", ["us", "XK", ""])
def test_the_messages_are_those_of_the_partner_interface(email: str, number: str, country: str) -> None:
    theirs, ours = [], []
    new = NewContact("W", "C" * 256, email, ("1",), work_phone=number, work_phone_country=country, labels=("l" * 101,))
    checked_contact(new, theirs)
    details = Details(Name("W", "C" * 256), labels=new.labels, partners=("1",))
    phones = (Phone(number, "work", country),) if number or country else ()
    details = details._replace(emails=(Email(email),) if email else (), phones=phones)
    checked_details(typed(details), None, ours)
    assert sorted(fault.message for fault in ours) == sorted(fault.message for fault in theirs)


def test_a_form_begins_with_the_first_hundred_of_a_kind() -> None:
    contact = Contact(Name("Wile"), emails=tuple(Email(f"{n}@example.com") for n in range(103)), title="Genius")
    now = datetime.now(UTC)
    stored = StoredContact(
        1,
        system=False,
        contact=contact,
        partners=(Partner("10000", "Acme"),),
        image="ab",
        revision=1,
        created=now,
        updated=now,
    )
    began = began_with(stored)
    assert began == Began(
        Details(Name("Wile"), "Genius", emails=contact.emails[:100], partners=("10000",)), (3, 0, 0, 0), "ab"
    )
    assert details_of(stored).emails == contact.emails
