"""A contact as columns: what they say of it, and where they need the whole of it beside them."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from cardwright.contact.model import Address, Contact, Email, Name, Phone, Website
from cardwright.store.sqlite.contact_rows import Row, Rows, columns_of

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
    assert _read(columns_of(contact, (), "")) == contact


@given(CONTACT | PLAIN)
def test_the_whole_contact_is_kept_exactly_where_the_columns_do_not_say_it(contact: Contact) -> None:
    said = columns_of(contact, (), "")
    more = Row._fields.index("more") - Row._fields.index("first")
    assert (said[more] is None) == (_read((*said[:more], None, *said[more + 1 :])) == contact)


@given(PLAIN)
def test_columns_are_enough_for_what_the_interface_makes(contact: Contact) -> None:
    assert None in columns_of(contact, (), "digest")


def _read(said: tuple[str | None, ...]) -> Contact:
    stored = Rows(None, 1).stored((1, 1, None, 0, *said, 1, 0, 0))
    return stored.contact._replace(revision="")
