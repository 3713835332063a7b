"""What every store does for queries of address books: whoever has a text is among those that are looked up."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING

import pytest

from cardwright import vcard
from cardwright.book.card_lookup import looked_up, sure_words
from cardwright.book.card_octets import written
from cardwright.book.ports import Draft
from cardwright.cards.collations import COLLATIONS
from cardwright.cards.filters import Filter, PropFilter, TextMatch, needles, texts_of
from cardwright.cards.matching import Matcher
from cardwright.contact.model import Contact, Email, Name, Phone, Website
from store.cards_contract import BY, UUID, all_of, phone_of, second_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cardwright.book.ports import Store
    from store.cards_contract import Phone as Client

SAID = (
    Contact(Name("Wile", "Coyote"), emails=(Email("wile.coyote@acme.example"), Email("W_C+x@acme.example"))),
    Contact(Name("José", "Núñez", "M.", "Dr.", "3rd"), emails=(Email("ÜBER@exämple.org"),)),
    Contact(organization="Acme & Söhne", phones=(Phone("8051234567", "work", "US"),)),
    Contact(emails=(Email("nobody@acme.example"),)),
    Contact(phones=(Phone("1-800-FLOWERS"), Phone("030 123 456"))),
    Contact(websites=(Website("https://acme.example/wile"),)),
    Contact(Name(prefix="Prof."), phones=(Phone("+49 30 1234567"),)),
)
CARD = "BEGIN:VCARD\r\nVERSION:3.0\r\nUID:{}\r\nFN:Said Otherwise\r\nEMAIL:no address\r\nTEL:x\r\nEND:VCARD\r\n"
GROUP = b"BEGIN:VCARD\r\nVERSION:4.0\r\nKIND:group\r\nUID:group\r\nFN:Desert Team\r\nEND:VCARD\r\n"
PROPERTIES = ("FN", "EMAIL", "TEL", "UID")


async def people_of(store: Store) -> Client:
    """Return a book of contacts made here, one of which changed, one that came as a card, and a group."""
    phone = await phone_of(store)
    for at, contact in enumerate(SAID):
        await store.contacts.create(phone.place, Draft(contact._replace(uid=f"urn:uuid:{UUID.format(at)}"), ()), BY)
    await store.contacts.create(phone.place, Draft(Contact(Name("Uid"), uid="Not-A-UUID"), ()), BY)
    await phone.put("own.vcf", "own", card=CARD.format("own").encode())
    await phone.put_group("group.vcf", "group", GROUP)
    return phone


def texts(value: str) -> Iterator[TextMatch]:
    """Give what may be asked of a value: all of it, and parts of it."""
    pieces = {value, value.upper(), value[:5], value[3:-1], value[-6:], f"{value}x"}
    for text, kind, collation in product(pieces, ("equals", "contains", "starts-with", "ends-with"), COLLATIONS):
        if text:
            yield TextMatch(text, kind, collation)  # type: ignore[arg-type]


class LookUpContract:
    """Queries whose cards are found by the index (DV-23)."""

    @pytest.mark.parametrize("in_all", [False, True], ids=["a campaign", "all"])
    async def test_whoever_has_a_text_is_looked_up(self, store: Store, *, in_all: bool) -> None:
        phone = await people_of(store)
        if in_all:
            other = await second_of(phone)
            await other.create(f"urn:uuid:{UUID.format(1)}")  # which repeats the UID of another
            phone = all_of(phone)
        cards = {card.name: next(vcard.read(written("", card).octets)) for card in await phone.listed(full=True)}
        said = {(entry[0], text) for card in cards.values() for entry in card.properties for text in texts_of(entry)}
        known: dict[object, list[str] | None] = {}  # what is asked for alike is asked for once
        for name, value in sorted(said):
            for text in texts(value) if name in PROPERTIES else ():
                wanted = Filter((PropFilter(name, (text,)),))
                asked = needles(wanted) or ()
                alike = tuple([(one.column, *sure_words(one)) if sure_words(one) else one for one in asked])
                if alike not in known:
                    known[alike] = await looked_up(store, phone.book, asked, 10)
                found = known[alike]
                matching = {at for at, card in cards.items() if Matcher(wanted).matches(card)}
                assert found is None or matching <= set(found), (wanted, matching, found)
        assert sum(found is not None for found in known.values()) > len(known) // 4

    @pytest.mark.parametrize(
        ("name", "text", "kind", "expected"),
        [
            ("EMAIL", "wile.coyote@acme.example", "equals", 1),
            ("EMAIL", "WILE.C", "starts-with", 1),
            ("EMAIL", "coyote@acme.example", "contains", 1),
            ("FN", "wile coyote", "equals", 1),
            ("TEL", "+18051234567", "equals", 1),
            ("UID", UUID.format(1).upper(), "equals", 1),
            ("UID", "Not-A-UUID", "equals", None),
            ("EMAIL", "coyote", "contains", None),
            ("TEL", "805", "contains", None),
            ("TITLE", "boss", "equals", None),
        ],
    )
    async def test_beside_what_is_always_looked_at(
        self, store: Store, name: str, text: str, kind: str, expected: int | None
    ) -> None:
        phone = await people_of(store)
        always = await store.cards.unindexed(phone.book, 10)
        assert always is not None
        assert {"own.vcf", "group.vcf"} < set(always)
        asked = needles(Filter((PropFilter(name, (TextMatch(text, kind),)),)))  # type: ignore[arg-type]
        found = await looked_up(store, phone.book, asked or (), 10)
        assert (found if found is None else len(set(found) - set(always))) == expected
        assert await looked_up(store, phone.book, asked or (), len(always) - 1) is None

    async def test_many_texts_are_not_looked_up(self, store: Store) -> None:
        phone = await people_of(store)
        asked = needles(Filter((PropFilter("EMAIL", (TextMatch("wile.coyote@acme.example", "equals"),)),))) or ()
        assert await looked_up(store, phone.book, asked * 101, 10) is None
        await second_of(phone)
        assert await looked_up(store, all_of(phone).book, asked * 50, 10) is not None
        assert await looked_up(store, all_of(phone).book, asked * 51, 10) is None
