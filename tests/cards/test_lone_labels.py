"""LABEL, the text of an address in 2.1 and 3.0: alone it is an address, and stays one whatever comes beside it."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cards.unmodelled_properties import card_of
from cardwright.book.cleaning import cleaned, cleaned_member
from cardwright.book.import_row import ImportRow
from cardwright.book.merging import merged
from cardwright.book.stored import StoredContact
from cardwright.cards import change, contact_of, unmodelled
from cardwright.cards.members import everything
from cardwright.contact.model import Address
from cardwright.store.instants import instant
from cardwright.vcard import Card, read, write
from growth import assert_linear

PLACES = st.sampled_from(["", ";TYPE=HOME", ";TYPE=WORK", ";TYPE=HOME,PREF"])
GROUPS = st.sampled_from(["", "", "item1.", "item2."])
TEXTS = st.sampled_from(["Elm Row 4", "Oak St 5\\nOmaha", "Fir Lane 6", "Elm Row 4\\, Ulm"])
ADR = st.builds("{}ADR{}:;;{};Ulm;;;".format, GROUPS, PLACES, TEXTS)
LABEL = st.builds("{}LABEL{}:{}".format, GROUPS, PLACES, TEXTS)
BLANK = st.builds("{}ADR{}:;;;;;;".format, GROUPS, PLACES)
CARD = st.builds(
    lambda lines, version: card_of("|".join(["N:Lane;Lou;;;", "FN:Lou Lane", "UID:u", *lines]), version),
    st.lists(ADR | LABEL | BLANK, max_size=4),
    st.sampled_from(["2.1", "3.0"]),
)
ADDRESS = st.sampled_from(
    [Address(street, label) for street in ("New 1", "New 2") for label in ("home", "work", "other", "Den")]
)


def row_of(card: bytes) -> ImportRow:
    return cleaned(ImportRow(1, contact_of(next(read(card))), card))


@given(CARD, st.data())
@settings(max_examples=300)
def test_addresses_are_read_as_they_were_put(raw: bytes, data: st.DataObject) -> None:
    (card,) = read(raw)
    old = contact_of(card)
    some = st.lists(st.sampled_from(old.addresses), unique=True) if old.addresses else st.just([])
    kept, added = data.draw(some), data.draw(st.lists(ADDRESS, max_size=2, unique=True))
    new = old._replace(addresses=tuple(data.draw(st.permutations([*kept, *added]))))
    change(card, old, new)
    assert contact_of(next(read(write(card)))) == new


@given(CARD, CARD)
@settings(max_examples=300)
def test_of_two_cards_all_addresses_are_there_in_their_order(there: bytes, comes: bytes) -> None:
    row, at = row_of(there), instant(0)
    old = StoredContact(1, False, row.contact, (), "", 1, at, at, card=there)  # noqa: FBT003 - `system`
    new = merged(old, row_of(comes), None)
    assert row_of(new.card).contact.addresses == new.contact.addresses
    assert merged(new, row_of(comes), None) == new


@pytest.mark.parametrize("version", ["2.1", "3.0"])
def test_a_lone_label_takes_the_form_of_an_address_when_another_comes(version: str) -> None:
    (card,) = read(card_of("N:Lane;Lou;;;|FN:Lou Lane|item1.LABEL;HOME:5 Oak St|item1.X-ABLabel:Den", version))
    old = contact_of(card)
    new = old._replace(addresses=(*old.addresses, Address("New 1", "home")))
    change(card, old, new, cleaned_member)
    again = next(read(write(card)))
    assert contact_of(again) == new
    assert (len(again.all("LABEL")), [entry.value[2] for entry in again.all("ADR")]) == (0, ["5 Oak St", "New 1"])


@pytest.mark.no_cover  # what counts the branches takes time too
@pytest.mark.parametrize("line", ["LABEL:Mesa\r\n", "ADR:;;Mesa;;;;\r\nLABEL:Mesa\r\n", "ADR:;;;;;;\r\nLABEL:Mesa\r\n"])
def test_thousands_of_labels_are_told_apart_in_one_pass(line: str) -> None:
    def made(size: int) -> Card:
        (card,) = read("BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Wile\r\n" + line * size + "END:VCARD\r\n")
        return card

    assert_linear(lambda card: unmodelled(card, contact_of(card), everything, photos=True), made, 250)
