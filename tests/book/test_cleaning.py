"""What of a stranger's contact is kept, with a card and without one."""

from __future__ import annotations

import pytest

from cardwright.book.cleaning import cleaned
from cardwright.book.import_row import ImportRow
from cardwright.contact.model import Address, Contact, Email, Name, Phone, Website

WILE = Contact(Name("Wile"))
SAME = Phone("8059876543", "work", "US")

KEPT = [
    # what comes, what is kept of it
    (WILE._replace(title="Chief\r\nGenius\x07"), WILE._replace(title="Chief Genius")),
    (WILE._replace(note="a\r\nb\u2028c\x07"), WILE._replace(note="a\nb\nc")),
    (WILE._replace(phones=(Phone("+1 805 987 6543", "home"),)), WILE._replace(phones=(SAME._replace(label="home"),))),
    (WILE._replace(phones=(Phone("(805) 987-6543", "work", "us"),)), WILE._replace(phones=(SAME,))),
    (WILE._replace(phones=(Phone("805/987-6543", "work", "US"),)), WILE._replace(phones=(SAME,))),
    (WILE._replace(phones=(Phone("ask Wile"),)), WILE._replace(phones=(Phone("ask Wile"),))),
    (WILE._replace(emails=(Email("a@example.com", "\x00"),)), WILE._replace(emails=(Email("a@example.com", "other"),))),
    (WILE._replace(phones=(Phone("1", "\x07"),)), WILE._replace(phones=(Phone("1", "other"),))),
    (WILE._replace(addresses=(Address("1", "\x07"),)), WILE._replace(addresses=(Address("1", "other"),))),
    (WILE._replace(labels=(" a", "a", "", "b")), WILE._replace(labels=("a", "b"))),
]  # fmt: skip


@pytest.mark.parametrize(("comes", "kept"), KEPT)
def test_what_only_needs_tidying_is_kept(comes: Contact, kept: Contact) -> None:
    assert cleaned(ImportRow(1, comes)) == ImportRow(1, kept)


BAD = [
    # what comes, the text that says why it is not kept
    (WILE._replace(emails=(Email("no address"),)), "'no address' must be an e-mail address"),
    (WILE._replace(phones=(Phone("5", "work", "US"),)), "phone number '5'"),
    (WILE._replace(phones=(Phone("805987-6543/44", "work", "US"),)), "holds '/'"),
    (WILE._replace(phones=(Phone("8059876543", "work", "XX"),)), "country of ISO 3166-1"),
    (WILE._replace(organization="x" * 256), "the organization holds 256 characters; at most 255"),
    (WILE._replace(note="x" * 10_001), "the note holds 10001"),
    (WILE._replace(addresses=(Address("x" * 1_001),)), "holds 1001"),
    (WILE._replace(websites=(Website("x" * 2_049),)), "holds 2049"),
    (WILE._replace(labels=("x" * 101,)), "a label holds 101"),
]
MANY = [
    # what comes, of what, and how many a contact keeps
    (WILE._replace(phones=tuple(Phone(f"805{n}") for n in range(101))), "phones", 100),
    (WILE._replace(emails=tuple(Email(f"{n}@example.com") for n in range(101))), "emails", 100),
    (WILE._replace(addresses=tuple(Address(str(n)) for n in range(101))), "addresses", 100),
    (WILE._replace(websites=tuple(Website(str(n)) for n in range(101))), "websites", 100),
    (WILE._replace(labels=tuple(str(n) for n in range(51))), "labels", 50),
]


@pytest.mark.parametrize(("comes", "reason"), BAD, ids=[reason for _, reason in BAD])
def test_what_cannot_be_kept_stays_in_the_card_and_is_refused_without_one(comes: Contact, reason: str) -> None:
    kept = cleaned(ImportRow(1, comes, b"a card"))
    assert (kept.contact, kept.card, kept.fault) == (WILE, b"a card", "")
    assert reason in kept.warnings[0]
    assert reason in cleaned(ImportRow(1, comes)).fault


@pytest.mark.parametrize(("comes", "field", "most"), MANY, ids=[field for _, field, _ in MANY])
def test_what_is_too_many_stays_in_the_card_and_is_refused_without_one(comes: Contact, field: str, most: int) -> None:
    kept = cleaned(ImportRow(1, comes, b"a card"))
    assert (len(getattr(kept.contact, field)), kept.fault) == (most, "")
    assert f"at most {most} are kept" in kept.warnings[0]
    assert f"at most {most} are kept" in cleaned(ImportRow(1, comes)).fault


def test_a_row_that_says_nothing_is_refused_but_not_a_card() -> None:
    for contact in (Contact(labels=("a",)), Contact(Name(prefix="Confidential - do not distribute"))):
        assert cleaned(ImportRow(1, contact)).fault == "the row says nothing about a person"
    assert cleaned(ImportRow(1, Contact(), b"a card")).fault == ""
