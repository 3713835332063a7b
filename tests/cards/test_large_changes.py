"""Changes of a contact with a card of thousands of lines: in proportion to the lines, whatever changes and how much."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from cardwright.book.cards import changed_card
from cardwright.book.cleaning import cleaned
from cardwright.book.import_row import ImportRow
from cardwright.book.merging import merged
from cardwright.book.stored import StoredContact
from cardwright.cards import contact_of
from cardwright.contact.model import Address, Email, Name, Phone, Website
from cardwright.store.instants import instant
from cardwright.vcard import read
from growth import assert_linear

if TYPE_CHECKING:
    from collections.abc import Callable

    from cardwright.contact.model import Contact

pytestmark = pytest.mark.no_cover  # what counts the branches takes time too

LINES = {
    "addresses with labels": "ADR;TYPE=HOME:;;{n};;;;\r\nLABEL;TYPE=HOME:{n}\r\n",
    "labelled phones": "item{n}.TEL:555{n:05}\r\nitem{n}.X-ABLabel:L\r\n",
    "one group": "item1.TEL:555{n:05}\r\nitem1.X-ABLabel:L{n}\r\n",
    "behind others": "X-A:{n}\r\nX-B:{n}\r\n",
    "anniversaries": "item{n}.X-ABDATE:19800101\r\nitem{n}.X-ABLabel:_$!<Anniversary>!$_\r\n",
}
BEHIND = "TITLE:{n}\r\nNOTE:{n}\r\nPHOTO;ENCODING=b:/9j/\r\nitem{n}.TITLE:{n}\r\n"
MOST = 100
"""Members of a list that a contact has."""


def _stored(lines: str, size: int) -> StoredContact:
    text = "".join(lines.format(n=n) for n in range(size)) + "".join(BEHIND.format(n=n) for n in range(size // 4))
    raw = f"BEGIN:VCARD\r\nVERSION:3.0\r\nN:Coyote;Wile;;;\r\nFN:Wile Coyote\r\n{text}END:VCARD\r\n".encode()
    row = cleaned(ImportRow(1, contact_of(next(read(raw))), raw))
    few = {name: getattr(row.contact, name)[: size // 8] for name in ("phones", "addresses")}
    return StoredContact(1, False, row.contact._replace(**few), (), "", 1, instant(0), instant(0), card=raw)  # noqa: FBT003 - `system`


def _many(contact: Contact, size: int) -> Contact:
    """Return a contact whose lists have so many other members."""
    numbers = range(min(size, MOST))
    return contact._replace(
        phones=tuple(Phone(f"777{n:05}", f"Den {n}") for n in numbers),
        emails=tuple(Email(f"a{n}@e.org", f"Den {n}") for n in numbers),
        addresses=tuple(Address(f"New {n}", "work") for n in numbers),
        websites=tuple(Website(f"http://e.org/{n}", "Den") for n in numbers),
    )


CHANGES: dict[str, Callable[[Contact, int], Contact]] = {
    "all goes": lambda contact, _: contact._replace(
        title="", note="", photo=None, phones=(), emails=(), addresses=(), websites=(), labels=(), name=Name("A", "B")
    ),
    "all lists are others": _many,
    "lists are turned round": lambda contact, _: contact._replace(
        phones=contact.phones[::-1], addresses=contact.addresses[::-1]
    ),
    "labels change": lambda contact, _: contact._replace(
        phones=tuple(phone._replace(label=f"Den {n}") for n, phone in enumerate(contact.phones)),
        addresses=tuple(address._replace(label=f"Den {n}") for n, address in enumerate(contact.addresses)),
    ),
}


CASES = [
    ("addresses with labels", "all goes"),
    ("addresses with labels", "all lists are others"),
    ("labelled phones", "all lists are others"),
    ("labelled phones", "lists are turned round"),
    ("one group", "labels change"),
    ("behind others", "all goes"),
]


@pytest.mark.parametrize(("lines", "change"), CASES)
def test_a_change_of_many_members_of_many_lines(lines: str, change: str) -> None:
    def made(size: int) -> tuple[StoredContact, StoredContact]:
        old = _stored(LINES[lines], size)
        return old._replace(image="a"), old._replace(contact=CHANGES[change](old.contact, size // 8))

    assert_linear(lambda two: changed_card(two[0].card, *two, None, "20200101T000000Z"), made, 180)


@pytest.mark.parametrize("lines", [LINES["one group"], LINES["anniversaries"]], ids=["one group", "anniversaries"])
def test_an_update_by_a_card_of_many_lines(lines: str) -> None:
    def made(size: int) -> tuple[StoredContact, ImportRow]:
        other = _stored(lines.replace("{n", "9{n"), size)
        return _stored(lines, size), ImportRow(1, other.contact, other.card)

    assert_linear(lambda two: merged(*two, None), made, 200)
