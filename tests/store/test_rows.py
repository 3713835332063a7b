"""A contact as columns: what they say of it, and where they need the whole of it beside them."""

from __future__ import annotations

from typing import get_args, get_origin, get_type_hints

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cardwright.contact.model import Address, Contact, Email, Name, Phone, Photo, Website
from cardwright.store.rows import Columns, columns_of, contact_of
from cardwright.store.sqlite.contact_rows import ContactRow

TEXT = st.sampled_from(["", "a", "b\nc"])
LABEL = st.sampled_from(["work", "mobile", "home"])
CONTACT = st.builds(
    Contact,
    name=st.tuples(TEXT, TEXT) | st.tuples(TEXT, TEXT, TEXT, TEXT, TEXT),
    organization=TEXT,
    title=TEXT,
    note=TEXT,
    phones=st.lists(st.builds(Phone, TEXT, LABEL, st.sampled_from(["", "US"])), max_size=3).map(tuple),
    emails=st.lists(st.builds(Email, TEXT, LABEL), max_size=2).map(tuple),
    addresses=st.sampled_from([(), (Address("1 Desert Road"),)]),
    websites=st.sampled_from([(), (Website("https://example.com/"),)]),
    labels=st.lists(TEXT, max_size=2).map(tuple),
    uid=TEXT,
    photo=st.none(),
    revision=st.just(""),
).map(lambda contact: contact._replace(name=Name(*contact.name)))
PLAIN = st.builds(
    lambda name, title, phones, email, labels: Contact(
        Name(*name), title=title, phones=phones, emails=(Email(email),), labels=labels, uid="u"
    ),
    st.tuples(TEXT, TEXT),
    TEXT,
    st.sampled_from([(), (Phone("1", "work", "US"),), (Phone("2", "mobile"),), (Phone("1"), Phone("2", "mobile"))]),
    st.sampled_from(["a@example.com"]),
    st.sampled_from([(), ("one",), ("one", "two")]),
)


@given(CONTACT | PLAIN)
def test_a_contact_comes_back_from_its_columns(contact: Contact) -> None:
    assert contact_of(columns_of(contact, (), "")) == contact


@given(CONTACT | PLAIN)
def test_the_whole_contact_is_kept_exactly_where_the_columns_do_not_say_it(contact: Contact) -> None:
    columns = columns_of(contact, (), "")
    assert (columns.more is None) == (contact_of(columns._replace(more=None)) == contact)


@given(PLAIN)
def test_columns_are_enough_for_what_the_interface_makes(contact: Contact) -> None:
    assert columns_of(contact, (), "digest").more is None


def filled(kind: object, name: str = "") -> object:
    """A value of this type in which every field says its own name; a new field of a contact comes by itself."""
    if kind is str:
        return name
    if get_origin(kind) is tuple:
        return (filled(get_args(kind)[0], name),)
    assert isinstance(kind, type), f"say what a full {name} is, and that it is kept"
    return kind(**{field: filled(hint, f"{name} {field}") for field, hint in get_type_hints(kind).items()})


KEPT_ELSEWHERE = ("photo", "revision")
HINTS = {field: hint for field, hint in get_type_hints(Contact).items() if field not in KEPT_ELSEWHERE}
FULL = Contact(**{field: filled(hint, field) for field, hint in HINTS.items()})


def test_no_field_of_a_contact_is_lost() -> None:
    """A field that no column holds makes the row hold the whole contact, today's fields and tomorrow's."""
    columns = columns_of(FULL._replace(photo=Photo("image/gif", b"GIF"), revision="20261123T093000Z"), (), "")
    assert contact_of(columns) == FULL
    assert contact_of(columns, "20261123T093000Z").revision == "20261123T093000Z"


@pytest.mark.parametrize("field", HINTS)
def test_no_field_of_a_contact_is_lost_that_stands_alone(field: str) -> None:
    contact = Contact(**{field: getattr(FULL, field)})
    assert contact_of(columns_of(contact, (), "")) == contact


@pytest.mark.parametrize("part", Name._fields)
def test_no_part_of_a_name_is_lost(part: str) -> None:
    contact = Contact(Name(**{part: "A"}))
    assert contact_of(columns_of(contact, (), "")) == contact


def test_a_row_of_sqlite_has_every_column_in_its_order() -> None:
    start = ContactRow._fields.index("first")
    assert ContactRow._fields[start : start + len(Columns._fields)] == Columns._fields
