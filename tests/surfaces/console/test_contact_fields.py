"""CW-40, 41: the fields of a contact's form, there and back."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cardwright.book.details import Began, Details
from cardwright.contact.model import Address, Contact, Email, Name, Phone, Website
from cardwright.errors import InvalidError
from cardwright.surfaces.console.contact_fields import (
    TEXT_FIELDS,
    FieldIds,
    FormFields,
    fields_in,
    fields_of,
    new_fields,
    typed_of,
)
from cardwright.surfaces.console.form import Form

sys.path.insert(0, str(Path(__file__).parents[2] / "cards"))

from strategies import TEXT, contacts

WILE = Details(
    Name("Wile", "Coyote"),
    "Genius",
    emails=(Email("wile@example.com"), Email("home@example.com", "home")),
    phones=(Phone("8051234567", "work", "US"), Phone("ask Wile", "My own")),
    addresses=(Address("1 Road\nDesert", "home", "Town", po_box="12"),),
    websites=(Website("https://example.com"),),
    note="one\ntwo",
    labels=("VIP", "Acme, Inc."),
    partners=("10000",),
)


def sent(fields: FormFields, **changes: str) -> Form:
    """What a browser sends of a form: lines end in CR LF, and fields of one line hold none."""
    pairs = {field: fields.texts[field] for field in TEXT_FIELDS}
    pairs |= {f"{row.kind}-{row.key}-{part}": text for row in fields.rows for part, text in row.texts.items()}
    pairs |= {"began": fields.written_began, "once": fields.once, **changes}
    browser = [(name, text.replace("\r\n", "\n").replace("\n", "\r\n")) for name, text in pairs.items()]
    listed = [("partners", one) for one in fields.partners] + [("shown", one) for one in fields.shown]
    return Form([*browser, *listed])


def details_of(contact: Contact, partners: tuple[str, ...]) -> Details:
    values = {field: getattr(contact, field) for field in Details._fields if field != "partners"}
    return Details(**values, partners=partners)


@settings(max_examples=40)
@given(contacts(), st.lists(st.sampled_from(["1", "2", "3"]), unique=True).map(tuple))
def test_a_form_that_is_sent_as_it_was_shown_changes_nothing(contact: Contact, partners: tuple[str, ...]) -> None:
    details = details_of(contact, partners)
    typed = typed_of(fields_in(sent(fields_of(Began(details)))))
    assert typed.details == details
    assert typed.rows == tuple(
        tuple(range(len(getattr(details, kind)))) for kind in ("emails", "phones", "addresses", "websites")
    )


@settings(max_examples=40)
@given(contacts(), st.sampled_from(["first", "suffix", "title", "organization"]), TEXT)
def test_a_text_that_is_typed_changes_that_alone(contact: Contact, field: str, text: str) -> None:
    details = details_of(contact, ())
    typed = typed_of(fields_in(sent(fields_of(Began(details)), **{field: text}))).details
    if field in Name._fields:
        assert typed == details._replace(name=details.name._replace(**{field: text}))
    else:
        assert typed == details._replace(**{field: text})


CHANGES = {
    "a number": ({"phone-0-number": "8059876543"}, {"phones": (Phone("8059876543", "work", "US"), WILE.phones[1])}),
    "a country by its name": (
        {"phone-1-number": "0301234567", "phone-1-country": "germany"},
        {"phones": (WILE.phones[0], Phone("0301234567", "My own", "DE"))},
    ),
    "a country that is none": (
        {"phone-0-country": "Narnia"},
        {"phones": (Phone("8051234567", "work", "Narnia"), WILE.phones[1])},
    ),
    "a number cleared": ({"phone-0-number": " "}, {"phones": WILE.phones[1:]}),
    "an e-mail address cleared": ({"email-0-address": ""}, {"emails": WILE.emails[1:]}),
    "a label": ({"email-0-label": "HOME"}, {"emails": (Email("wile@example.com", "home"), WILE.emails[1])}),
    "no label": ({"email-0-label": ""}, {"emails": (Email("wile@example.com", "other"), WILE.emails[1])}),
    "a street of other lines": (
        {"address-0-street": "2 Road\r\nCanyon"},
        {"addresses": (WILE.addresses[0]._replace(street="2 Road\nCanyon"),)},
    ),
    "a new row": (
        {"email-new0-address": "new@example.com", "email-new0-label": "work"},
        {"emails": (*WILE.emails, Email("new@example.com"))},
    ),
    "a new row with a country alone": (
        {"phone-new0-country": "US", "phone-new0-label": "work"},
        {"phones": (*WILE.phones, Phone("", "work", "US"))},
    ),
    "a new row in which nothing stands": ({"email-new0-address": " ", "email-new0-label": "work"}, {}),
    "a row that there is not": ({"email-7-address": "x@example.com"}, {}),
    "a row of no kind": ({"fax-0-number": "1"}, {}),
    "labels": ({"labels": 'VIP, "a, b", VIP'}, {"labels": ("VIP", "a, b")}),
    "blanks around": ({"title": "  Genius "}, {}),
    "other line ends": ({"note": "one\r\ntwo"}, {}),
}


@pytest.mark.parametrize("case", CHANGES)
def test_what_is_typed(case: str) -> None:
    form, changed = CHANGES[case]
    assert typed_of(fields_in(sent(fields_of(Began(WILE)), **form))).details == WILE._replace(**changed)


def test_what_the_form_does_not_show_stays() -> None:
    fields = fields_of(Began(WILE))
    form = Form([("began", fields.written_began), ("title", "Chief"), ("labels", "")])
    assert typed_of(fields_in(form)).details == WILE._replace(title="Chief", labels=())


def test_line_breaks_in_a_field_of_one_line_stay_where_it_is_not_touched() -> None:
    details = WILE._replace(title="two\nlines", emails=(Email("wile@example.com", "la\nbel"),))
    assert typed_of(fields_in(sent(fields_of(Began(details))))).details == details


def test_a_new_contact_begins_with_an_address_and_two_phones() -> None:
    fields = new_fields()
    assert [(row.kind, row.texts["label"]) for row in fields.rows] == [
        ("email", "work"),
        ("phone", "work"),
        ("phone", "mobile"),
    ]
    assert typed_of(fields_in(sent(fields))).details == Details()
    assert fields.once != new_fields().once


def test_rows_come_and_go() -> None:
    fields = fields_of(Began(WILE)).with_row("email").with_row("email").without_row("email-0").with_row("fax")
    assert [row.key for row in fields.of_kind("email")] == ["1", "new0", "new1"]
    assert [row.key for row in fields.without_row("email-new0").with_row("email").of_kind("email")][-1] == "new0"
    typed = typed_of(fields_in(sent(fields)))
    assert typed.details == WILE._replace(emails=WILE.emails[1:])
    assert typed.rows[0] == (1,)


PATHS = {
    "name.first": "first",
    "title": "title",
    "emails[0].address": "email-1-address",
    "phones[1].country": "phone-1-country",
    "partners": "partners",
}


@pytest.mark.parametrize("path", PATHS)
def test_a_fault_leads_to_its_field(path: str) -> None:
    fields = fields_in(sent(fields_of(Began(WILE)), **{"email-0-address": " "}))
    assert FieldIds(fields).of(path) == PATHS[path]


def test_a_missing_address_leads_to_the_first_row() -> None:
    assert FieldIds(new_fields()).of("emails[0].address") == "email-new0-address"
    assert FieldIds(fields_of(Began())).of("emails[0].address") == "email-new0-address"


@pytest.mark.parametrize("began", ["", "{", '["x"]', "\ud800", '{"details": 1}', "null"])
def test_a_beginning_that_nobody_wrote_is_refused(began: str) -> None:
    with pytest.raises(InvalidError):
        fields_in(Form([("began", began)]))


@given(st.lists(st.tuples(st.sampled_from(["first", "email-0-address", "email-new9-label", "shown"]), TEXT)))
def test_every_form_is_read(pairs: list[tuple[str, str]]) -> None:
    typed_of(fields_in(Form([("began", fields_of(Began(WILE)).written_began), *pairs])))
