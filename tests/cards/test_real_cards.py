"""Any change on any real card: the contact is what was asked for, and every line that it does not model stays."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cards.real_cards import CARDS, HEAD, MODELLED, REAL
from cards.strategies import OWN
from cardwright.book.cards import changed_card
from cardwright.book.changes import applied
from cardwright.book.cleaning import cleaned, cleaned_member
from cardwright.book.import_row import ImportRow
from cardwright.book.partners import Partner
from cardwright.book.requests import Patch
from cardwright.book.stored import StoredContact
from cardwright.cards import change, contact_of
from cardwright.cards.members import ADDRESSES, EMAILS, PHONES, WEBSITES
from cardwright.cards.reading import Sorted
from cardwright.contact.model import Contact, Photo
from cardwright.store.instants import instant
from cardwright.vcard import Property, complete, from_jcard, logical_lines, read, to_jcard, write

NOTHING = instant(0)
NEW = Photo("image/jpeg", b"\xff\xd8\xffnew")

TEXT = st.sampled_from(["New", "Wile E.", "Ünïcode, with; all\\that", "a" * 255])
NUMBER = st.sampled_from([("", ""), ("8051234567", "US"), ("612345678", "NL"), ("12345", "AQ"), (None, None)])


@st.composite
def patches(draw: st.DrawFn, contact: Contact) -> Patch:
    """A change by the partner interface, which takes out what is there as often as it adds."""
    labels = st.lists(st.sampled_from(contact.labels) if contact.labels else OWN, max_size=3, unique=True).map(tuple)
    work, cell = draw(NUMBER), draw(NUMBER)
    return Patch(
        first=draw(st.none() | TEXT),
        last=draw(st.none() | TEXT),
        email=draw(st.sampled_from([None, "new@example.com", *[email.address for email in contact.emails]])),
        title=draw(st.none() | st.just("") | TEXT),
        work_phone=work[0],
        work_phone_country=work[1],
        cellphone=cell[0],
        cellphone_country=cell[1],
        labels_add=draw(st.lists(OWN, max_size=2, unique=True).map(tuple)),
        labels_remove=draw(labels),
    )


@pytest.mark.skipif(not REAL.exists(), reason="the folder of real cards is not beside the repository")
def test_real_cards_are_among_them() -> None:
    assert len(CARDS) > 80


@given(st.sampled_from(CARDS), st.data())
@settings(max_examples=150)
def test_a_patched_card_says_the_patched_contact_and_keeps_every_other_line(raw: bytes, data: st.DataObject) -> None:
    (card,) = read(raw)
    old = stored(contact_of(card))
    patched = applied(old, data.draw(patches(old.contact)), None).contact
    change(card, old.contact, patched)
    (again,) = read(write(card))
    assert _comparable(contact_of(again)) == _comparable(_as_kept(patched))
    assert not _unmodelled(raw) - _unmodelled(write(card))
    assert not _unmodelled(write(card)) - _unmodelled(raw)


@given(st.sampled_from(CARDS), st.data())
@settings(max_examples=150)
def test_what_is_kept_of_a_card_is_changed_in_it_time_and_again(raw: bytes, data: st.DataObject) -> None:
    """Each change finds what the one before has written, though a card cannot say all that a contact holds."""
    row = cleaned(ImportRow(1, contact_of(next(read(raw))), card=raw))
    old, card = stored(row.contact), raw
    for _ in range(3):
        image = data.draw(st.sampled_from([None, "", "digest"]))
        new = applied(old, data.draw(patches(old.contact)), image)
        card = changed_card(card, old, new, NEW, "20261123T093000Z")
        says = cleaned(ImportRow(1, contact_of(next(read(card))), card=card))
        assert _comparable(says.contact) == _comparable(_as_kept(new.contact))
        if new.image != old.image:
            assert [entry.value for entry in next(read(card)).all("PHOTO")] == ([NEW.data] if new.image else [])
        assert not _unkept(raw) - _unkept(card)
        assert _unmodelled(card) == _unmodelled(raw)
        old = new


@given(st.sampled_from(CARDS), st.data())
@settings(max_examples=50)
def test_a_change_that_is_taken_back_leaves_what_was_said(raw: bytes, data: st.DataObject) -> None:
    (card,) = read(raw)
    old = contact_of(card)
    new = applied(stored(old), data.draw(patches(old)), None).contact
    change(card, old, new)
    change(card, new, old)
    assert _comparable(contact_of(next(read(write(card))))) == _comparable(old)


@pytest.mark.parametrize("form", ["as it leaves", "jcard", "2.1", "3.0", "4.0"])
def test_a_real_card_says_the_same_contact_in_every_form(form: str) -> None:
    for raw in CARDS:
        card = complete(next(read(raw)))
        version = "" if form == "as it leaves" else form
        again = from_jcard(to_jcard(card)) if form == "jcard" else next(read(write(card, version)))
        assert _comparable(contact_of(again)) == _comparable(contact_of(next(read(raw)))), raw


def stored(contact: Contact) -> StoredContact:
    partners = (Partner("1", ""),)
    return StoredContact(
        1, system=False, contact=contact, partners=partners, image="", revision=1, created=NOTHING, updated=NOTHING
    )


def _comparable(contact: Contact) -> Contact:
    return contact._replace(photo=None, revision="")


def _as_kept(contact: Contact) -> Contact:
    """The contact as far as a card can say it: a number without a plan of its own loses its country."""
    phones = tuple(phone._replace(country="") if phone.country == "AQ" else phone for phone in contact.phones)
    return contact._replace(phones=phones)


def _unmodelled(raw: bytes) -> Counter[bytes]:
    """The lines of a card that a contact knows nothing of, but for labels of what it does."""
    return Counter(
        line for line in logical_lines(raw) if not (head := HEAD.match(line)) or head[1].upper() not in MODELLED
    )


def _unkept(raw: bytes) -> Counter[Property]:
    """What of the lists of a card was not kept: it stays there."""
    found = Sorted(next(read(raw)))
    return Counter(
        entry
        for kind in (PHONES, EMAILS, ADDRESSES, WEBSITES)
        for entry, member in kind.read(found)
        if not cleaned_member(member)
    )
