from __future__ import annotations

from cardwright.book.share_links import shown
from cardwright.cards import write_contact
from cardwright.contact.model import Contact, Photo
from cardwright.vcard import read
from store.acme import RICH

FULL = RICH._replace(photo=Photo("image/jpeg", b"\xff\xd8\xff\xe0"), revision="20261123T093000Z")
KEPT = {"name", "organization", "title", "phones", "emails", "addresses", "websites", "photo"}


def test_every_field_of_a_contact_is_shown_or_not() -> None:
    """CW-53: never note, labels or ids."""
    left = shown(FULL)
    for field in Contact._fields:
        assert getattr(FULL, field) != getattr(Contact(), field), "the example has every field"
        assert getattr(left, field) == getattr(FULL if field in KEPT else Contact(), field), field


def test_the_card_has_these_fields_and_no_other() -> None:
    """CW-53: a 3.0 card, without UID."""
    card = write_contact(shown(FULL), "3.0")
    (said,) = read(card)
    names = {it.name.upper() for it in said.properties}
    assert names == {"N", "FN", "ORG", "TITLE", "PHOTO", "TEL", "EMAIL", "ADR", "URL", "X-ABLABEL"}
    assert card.startswith(b"BEGIN:VCARD\r\nVERSION:3.0\r\n")
    assert b"of two lines" not in card
