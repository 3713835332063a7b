"""Cards that programs like this one were reported to take wrongly: what they say is there, in every form, and stays.

Each comes in, leaves as every form of card, and comes into an empty campaign again: the same contact, and the same
lines in 4.0.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, NamedTuple

import pytest

from cardwright.book.files import exports
from cardwright.book.requests import Query
from cardwright.contact.model import Address, Contact, Email, Name, Phone
from cardwright.vcard import read
from store.acme import book_of
from store.importing import outcomes

if TYPE_CHECKING:
    from cardwright.book.ports import Store
    from cardwright.book.stored import StoredContact

ROAD = "N:Runner;Road;;;|FN:Road Runner"
RUNNER = Contact(Name("Road", "Runner"))


class Case(NamedTuple):
    """A card that comes, and what it says."""

    card: str
    contact: Contact
    lines: tuple[str, ...] = ()
    """Some of those in 4.0."""


def card(version: str, lines: str) -> str:
    return f"BEGIN:VCARD|VERSION:{version}|{lines}|END:VCARD|"


CASES = {
    "a company by its kind": Case(
        card("4.0", "KIND:org|FN:Acme Rockets 7"), Contact(organization="Acme Rockets 7"), ("KIND:org",)
    ),
    "a company with a unit": Case(
        card("4.0", "KIND:org|FN:Acme Tucson|ORG:Acme;Rockets"), Contact(organization="Acme"), ("KIND:org",)
    ),
    "a company of Apple's": Case(
        card("3.0", "N:;;;;|FN:Acme|ORG:Acme;|X-ABShowAs:COMPANY"), Contact(organization="Acme"), ("KIND:org",)
    ),
    "a company that is called nothing": Case(
        card("3.0", "FN:|N:;;;;|ORG:Acme"), Contact(organization="Acme"), ("FN:Acme",)
    ),
    "an address that is its label": Case(
        card("4.0", f'{ROAD}|ADR;TYPE=work;LABEL="1 Road\\nTucson":;;;;;;'),
        RUNNER._replace(addresses=(Address("1 Road\nTucson", "work"),)),
    ),
    "a label beside an empty address": Case(
        card("3.0", f"{ROAD}|ADR;TYPE=WORK:;;;;;;|LABEL;TYPE=WORK:1 Road\\nTucson"),
        RUNNER._replace(addresses=(Address("1 Road\nTucson", "work"),)),
    ),
    "a label alone": Case(
        card("2.1", f"{ROAD}|LABEL;HOME;ENCODING=QUOTED-PRINTABLE:1 Road=0D=0ATucson"),
        RUNNER._replace(addresses=(Address("1 Road\nTucson", "home"),)),
    ),
    "preferred ones in 4.0": Case(
        card("4.0", f"{ROAD}|EMAIL:b@e.org|EMAIL;PREF=1:a@e.org|TEL;TYPE=work:2|TEL;TYPE=work;PREF=1:1"),
        RUNNER._replace(
            emails=(Email("a@e.org", "other"), Email("b@e.org", "other")),
            phones=(Phone("1", "work"), Phone("2", "work"))
        ),
    ),
    "preferred ones of Apple's": Case(
        card("3.0", f"{ROAD}|TEL;type=WORK:2|TEL;type=WORK;type=pref:1"),
        RUNNER._replace(phones=(Phone("1", "work"), Phone("2", "work"))),
        ("TEL;TYPE=work;PREF=1:1",),
    ),
    "a sex in a word": Case(card("3.0", f"{ROAD}|X-GENDER:Female"), RUNNER, ("GENDER:F",)),
    "a photo by address in VALUE": Case(
        card("3.0", f"{ROAD}|PHOTO;TYPE=png;VALUE=https://example.com/r.png"),
        RUNNER,
        ("PHOTO;MEDIATYPE=image/png:https://example.com/r.png",),
    ),
    "a birthday without a year": Case(card("3.0", f"{ROAD}|BDAY;VALUE=date:1604-02-29"), RUNNER, ("BDAY:--0229",)),
    "a name of a service": Case(
        card("3.0", f"{ROAD}|X-SOCIALPROFILE;TYPE=GITHUB:@road|X-SOCIALPROFILE;type=x;x-user=r:https://e.org/r"),
        RUNNER,
        ("SOCIALPROFILE;VALUE=text;SERVICE-TYPE=GITHUB:@road", "SOCIALPROFILE;SERVICE-TYPE=x;USERNAME=r:https://e.org/r"),
    ),
    "a note that is cut in a character": Case(
        card("2.1", f"{ROAD}|NOTE;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:100 =E2=82"),
        RUNNER._replace(note="100 \ufffd"),
        ("NOTE:100 \ufffd",),
    ),
    "no version": Case(f"BEGIN:VCARD|{ROAD}|TEL:1|END:VCARD|", RUNNER._replace(phones=(Phone("1", "other"),))),
    "no end": Case(f"BEGIN:VCARD|VERSION:2.1|{ROAD}|TEL:1|", RUNNER._replace(phones=(Phone("1", "other"),))),
}  # fmt: skip


async def everybody(store: Store, name: str, data: bytes) -> list[StoredContact]:
    book = await book_of(store, name)
    assert {one.outcome for one in await outcomes(book, data)} == {"created"}
    return list(await store.contacts.following(book.place, Query(page_size=9)))


def lines_of(stored: StoredContact) -> list[str]:
    """Those in 4.0, unfolded, without the UID, in their order."""
    text = exports.vcard_of(stored, "4.0").decode().replace("\r\n ", "")
    return [line for line in text.split("\r\n") if not line.startswith("UID:")]


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize("form", ["vcf", "jcard", "2.1", "3.0", "4.0"])
async def test_what_it_says_is_there_in_every_form_and_stays(store: Store, name: str, form: str) -> None:
    comes, contact, lines = CASES[name]
    (there,) = await everybody(store, "There", comes.replace("|", "\r\n").encode())
    assert there.contact._replace(uid="", revision="") == contact
    said = lines_of(there)
    assert [line for line in lines if line not in said] == []
    assert (said[:2], said[-2:]) == (["BEGIN:VCARD", "VERSION:4.0"], ["END:VCARD", ""])
    leaves = {
        "vcf": lambda: exports.in_file(there),
        "jcard": lambda: json.dumps(exports.jcard_of(there)).encode(),
    }.get(form, lambda: exports.vcard_of(there, form))()
    (again,) = await everybody(store, "Again", leaves)
    assert again.contact._replace(revision="") == there.contact._replace(revision="")
    assert [line for line in lines if line not in lines_of(again)] == []


@pytest.mark.parametrize("form", ["3.0", "4.0"])
async def test_cards_that_are_not_told_apart_are(store: Store, form: str) -> None:
    """Of two cards the first has no end, the last neither version nor end."""
    file = f"BEGIN:VCARD|VERSION:2.1|N:Runner;Road|TEL:1|BEGIN:VCARD|{ROAD.replace('Road', 'Rail')}|TEL:2|"
    found = await everybody(store, "There", file.replace("|", "\r\n").encode())
    cards = b"".join(exports.vcard_of(one, form) for one in found)
    assert [(one.version, one.get("TEL").value) for one in read(cards, strict=True)] == [(form, "1"), (form, "2")]  # type: ignore[union-attr]
    assert [one.contact.name.first for one in await everybody(store, "Again", cards)] == ["Road", "Rail"]
