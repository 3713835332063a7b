"""What strangers send takes time in proportion to its size, whatever it is made of: repeats of every short text."""

from __future__ import annotations

import contextlib
import io
import ipaddress
import itertools
import json
import string
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import parse_qsl, quote

import pytest

from cardwright.book.checks import checked_contact, checked_patch, checked_query
from cardwright.book.cleaning import cleaned
from cardwright.book.files.reading import read as rows_of_file
from cardwright.book.requests import NewContact, Patch
from cardwright.cards import contact_of, write_contact
from cardwright.cards.collations import unicode_casemap
from cardwright.cards.filters import Needle
from cardwright.cards.raw_search import RawSearch
from cardwright.contact.emails import email_fault
from cardwright.contact.labels import distinct, label_fault
from cardwright.contact.names import name_fault
from cardwright.contact.phones import checked_phone
from cardwright.contact.texts import one_break, stored_text_fault
from cardwright.contact.words import folded, words
from cardwright.errors import CardwrightError
from cardwright.http import multipart
from cardwright.http.conditions import is_held, strong
from cardwright.http.credentials import basic
from cardwright.http.negotiation import chosen
from cardwright.http.trusted_proxies import TrustedProxies
from cardwright.limits import ACCEPT, QUERY_TEXT
from cardwright.surfaces.createcontact import parameters
from cardwright.surfaces.createcontact import wire as createcontact
from cardwright.surfaces.createcontact.contact import contact_from
from cardwright.surfaces.partner import forms, wire, xml
from cardwright.surfaces.partner.list_query import list_query
from cardwright.vcard import read, write
from front_door import scope_of
from growth import assert_linear

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

OTHERS = ("é", "山", "\u0301", "\u0301\u0327", "\u200d", "\U0001f468\u200d", "\x00", "\ud800", "\ufffe", "\u2028")
SIGNS = (*string.punctuation, *" \t\r\n0aA")
PAIRS = (*map("".join, itertools.permutations(SIGNS, 2)), "a:b;", "%41", "%e9", "\r\n\r\n", "xn--")
SHAPES = (("", ""), ('"', ""), ("", "\x00"), ("(1", "+"))
"""What stands before the repeats of a sign, and what behind; a pair is always followed by what nothing takes."""
SIGN_TEXTS = [(before, sign, after) for before, after in SHAPES for sign in (*SIGNS, *OTHERS)]
ONE_SHAPE = SIGN_TEXTS[: len(SIGN_TEXTS) // len(SHAPES)]
TEXTS = [*SIGN_TEXTS, *(("", pair, "\x00") for pair in PAIRS)]
SIZE = 1_500
"""Characters, and four times that: in the square of 6,000 even the plainest loop in C is over the floor."""


class Entry(NamedTuple):
    """A function that is given what strangers wrote."""

    call: Callable[[str], object]
    most: int = 4 * SIZE
    """Characters that it is ever given."""
    texts: Sequence[tuple[str, str, str]] = TEXTS
    """What it is tried with."""


def _field(name: str) -> Callable[[str], object]:
    """Take a text as a field of createcontact, and write the card."""

    def call(text: str) -> object:
        document: dict[str, object] = {"name": {"first-name": "J"}, name: text}
        if name in {"phone", "email", "website", "physical-address"}:
            key = {"phone": "number", "email": "id", "website": "url", "physical-address": "address"}[name]
            document[name] = [{key: text[:200], "label": text}, {key: "1", "label": text}]
        if name == "name":
            document[name] = {"first-name": text, "suffix": text[:255]}
        return _created(json.dumps(document).encode())

    return call


def _created(body: bytes) -> bytes:
    contact, _ = contact_from(createcontact.decode(body))
    return write_contact(contact)


def _octets(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


def _new(text: str) -> None:
    parsed = forms.AT_ONCE["application/x-www-form-urlencoded"](
        f"Labels={quote(text, errors='replace')}&Accounts={quote(text, errors='replace')}&FirstName=a".encode()
    )
    new, faults = wire.new_contact(parsed)
    checked_contact(new, faults)
    checked_contact(NewContact(*[text] * 3, (text,), *[text] * 2), faults)
    checked_patch(
        Patch(labels_add=new.labels, labels_remove=new.labels, work_phone=text, work_phone_country="US"), faults
    )


def _in_a_table(text: str) -> None:
    """Read a row of a table each of whose cells has the text in the middle."""
    columns = ("Name", "E-mail 1 - Value", "Phone 1 - Value", "Website 1 - Value", "Birthday", "Notes", "Labels")
    columns = (*columns, "Address 1 - Formatted", "IM 1 - Value", "Organization Name", "Photo")
    cell = b'"1' + _octets(text.encode(errors="replace").decode()).replace(b'"', b'""') + b'2"'
    file = io.BytesIO(",".join(columns).encode() + b"\n" + b",".join([cell] * len(columns)) + b"\n")
    for row in rows_of_file(file, {}):
        cleaned(row)


def _believe(text: str) -> None:
    fields = {name: _octets(text) for name in (b"forwarded", b"x-forwarded-for", b"x-forwarded-prefix")}
    TrustedProxies([ipaddress.ip_network("0.0.0.0/0")]).believe(scope_of(client=("10.0.0.1", 1)), fields)


def _read(lines: bytes) -> None:
    for card in read(b"BEGIN:VCARD\r\nVERSION:3.0\r\n%bFN:x\r\nEND:VCARD\r\n" % lines):
        contact_of(card)
        write(card, "4.0")


ENTRIES = {
    "a body of createcontact": Entry(lambda text: _created(_octets(text))),
    "an object of createcontact": Entry(lambda text: _created(b'{"name": {"first-name": "J"}, "x": ' + _octets(text))),
    **{
        f"{name} of createcontact": Entry(_field(name))
        for name in ("action", "name", "note", "phone", "email", "physical-address", "website", "photo-url", "other")
    },
    "a query of createcontact": Entry(lambda text: parameters.parameters_of(_octets(text), None)),
    "a version of createcontact": Entry(
        lambda text: parameters.parameters_of(b"version=3.0&max-bytes=" + _octets(text), None)
    ),
    "a form": Entry(lambda text: forms.AT_ONCE["application/x-www-form-urlencoded"](_octets(text))),
    "a JSON body": Entry(lambda text: forms.AT_ONCE["application/json"](_octets(text))),
    "a multipart body": Entry(lambda text: list(multipart.parts(_octets(f"--{text}"), "a; boundary=x"))),
    "a part of a form": Entry(lambda text: list(multipart.parts(b"--x\r\n" + _octets(text), "a; boundary=x"))),
    "the content of a part": Entry(
        lambda text: list(multipart.parts(b"--x\r\nA: b\r\n\r\n" + _octets(text) + b"\r\n--x--", "a; boundary=x"))
    ),
    "a boundary": Entry(lambda text: list(multipart.parts(b"--x", f"multipart/form-data;{text}; boundary=x")), 1_000),
    "a new contact": Entry(_new, 2 * SIZE),
    "a list's query": Entry(lambda text: list_query(parse_qsl(text, keep_blank_values=True))),
    "a list's numbers": Entry(
        lambda text: list_query([(name, text) for name in ("Page", "PageSize", "AfterId", "Editable")])
    ),
    "a list's time": Entry(lambda text: list_query([("DateLastUpdatedStart", text)])),
    "a search": Entry(lambda text: checked_query(list_query([("Search", text)])), QUERY_TEXT.value),
    "a filter": Entry(lambda text: checked_query(list_query([("Title", text), ("Label", text)]))),
    "If-Match": Entry(strong),
    "If-None-Match": Entry(lambda text: is_held("x", text)),
    "credentials": Entry(lambda text: (basic(text.encode()), basic(b"Basic " + text.encode()))),
    "a text": Entry(lambda text: (stored_text_fault("x", text), stored_text_fault("x", text, len(text)))),
    "line breaks": Entry(one_break),
    "a name": Entry(lambda text: name_fault("x", text)),
    "labels": Entry(lambda text: label_fault("x", distinct(text.split(",")))),
    "an e-mail address": Entry(lambda text: email_fault("x", text)),
    "a phone number": Entry(lambda text: checked_phone("x", text, "US", "work")),
    "an Accept": Entry(lambda text: chosen(text, ("application/json", "application/xml")), ACCEPT.value),
    "an Accept of createcontact": Entry(
        lambda text: parameters.parameters_of(b"", b"text/vcard;version=" + _octets(text)), ACCEPT.value
    ),
    "a card": Entry(lambda text: _read(b"%b\r\n" % _octets(text)), 2 * SIZE, SIGN_TEXTS),
    "a value of a card": Entry(
        lambda text: _read(b"NOTE:%b\r\nADR:%b\r\n" % ((_octets(text),) * 2)), 2 * SIZE, SIGN_TEXTS
    ),
    "a parameter of a card": Entry(
        lambda text: _read(b"TEL;TYPE=%b:1\r\nitem.%b:1\r\n" % ((_octets(text),) * 2)), 2 * SIZE, SIGN_TEXTS
    ),
    "a row of a table": Entry(_in_a_table, texts=ONE_SHAPE),
    "what a proxy says": Entry(_believe, texts=SIGN_TEXTS),
    "a text of a query": Entry(lambda text: (unicode_casemap(text), RawSearch([Needle("FN", text)]))),
    "a text that is compared": Entry(lambda text: (folded(text), words(text))),
    "an answer in XML": Entry(lambda text: xml.document("Contact", {"Title": text})),
}


@pytest.mark.parametrize("entry", ENTRIES.values(), ids=ENTRIES)
def test_any_text_takes_time_in_proportion_to_its_length(entry: Entry) -> None:
    def call(text: str) -> None:
        with contextlib.suppress(CardwrightError, ValueError, RecursionError):
            entry.call(text)

    call("x")  # loads what it needs
    for before, unit, after in entry.texts:

        def made(size: int, before: str = before, unit: str = unit, after: str = after) -> str:
            return f"{before}{unit * (size // len(unit))}{after}"

        assert_linear(call, made, entry.most // 4)


def test_a_key_that_stands_twice_among_many_is_found_in_one_pass() -> None:
    """CC-14, in a body of the largest size."""

    def made(keys: int) -> bytes:
        return b'{"name": {' + b"".join(b'"%x":0,' % key for key in range(keys)) + b'"%x":0}}' % (keys - 1)

    def call(body: bytes) -> None:
        with pytest.raises(CardwrightError, match="stands twice"):
            createcontact.decode(body)

    assert_linear(call, made, 6_000)


def test_parts_beside_a_large_file_are_read_in_one_pass() -> None:
    """PC-5: as many as there may be, in a body of the largest size."""
    part = b'--x\r\nContent-Disposition: form-data; name="x"\r\n\r\n\r\n'
    file = (
        b'--x\r\nContent-Disposition: form-data; name="f"; filename="f"\r\n\r\n' + b"\r\n-" * 1_000_000 + b"\r\n--x--"
    )
    assert_linear(
        lambda body: list(multipart.parts(body, "a; boundary=x")), lambda size: part * size + file[-5000 * size :], 250
    )
