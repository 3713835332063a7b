"""What an update is said to have changed, and what a patch may not leave behind."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from cardwright.book.changes import applied
from cardwright.book.cleaning import cleaned_member
from cardwright.book.differences import differences
from cardwright.book.files.exports import vcard_of
from cardwright.book.partners import Partner
from cardwright.book.requests import Patch
from cardwright.book.stored import StoredContact
from cardwright.contact.model import Address, Contact, Name, Phone
from cardwright.errors import InvalidError

WORK, CELL = Phone("8051234567", "work", "US"), Phone("8059876543", "mobile", "US")
HOME = Address("Elm Row 4", "home", locality="Berlin")
NOW = datetime(2026, 1, 1, tzinfo=UTC)
WILE = StoredContact(
    number=1,
    system=False,
    contact=Contact(Name("Wile", "Coyote"), phones=(WORK, CELL)),
    partners=(Partner("1", "A"),),
    image="",
    revision=1,
    created=NOW,
    updated=NOW,
)


CHANGES = [
    # the contact after, what is said of it
    (WILE.contact._replace(title="Genius"), ["title"]),
    (WILE.contact._replace(phones=(CELL, WORK)), ["phone.order"]),
    (WILE.contact._replace(phones=(WORK,)), ["phone.mobile"]),
    (WILE.contact._replace(addresses=(HOME,)), ["address.home"]),
    (WILE.contact._replace(labels=("Main",)), ["labels"]),
]


@pytest.mark.parametrize(("after", "said"), CHANGES)
def test_what_changed_is_said_in_the_words_of_map(after: Contact, said: list[str]) -> None:
    assert differences(WILE, WILE._replace(contact=after)) == said


def test_of_an_address_the_part_that_changed_is_said() -> None:
    before = WILE._replace(contact=WILE.contact._replace(addresses=(HOME,)))
    after = WILE._replace(contact=WILE.contact._replace(addresses=(HOME._replace(region="BE"),)))
    assert differences(before, after) == ["address.home.region"]


def test_a_patch_leaves_a_contact_one_partner_account() -> None:
    with pytest.raises(InvalidError, match="one partner account"):
        applied(WILE, Patch(partners_remove=("1",)), None)


def test_a_contact_without_a_card_leaves_as_one_in_the_version_that_is_asked_for() -> None:
    assert vcard_of(WILE).startswith(b"BEGIN:VCARD\r\nVERSION:3.0\r\n")
    assert vcard_of(WILE, "4.0").startswith(b"BEGIN:VCARD\r\nVERSION:4.0\r\n")


def test_what_is_no_member_of_a_list_cannot_be_cleaned() -> None:
    with pytest.raises(TypeError):
        cleaned_member(1)


def test_a_phone_without_a_number_is_not_kept() -> None:
    assert cleaned_member(Phone("", "work")) is None
