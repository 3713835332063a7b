"""An own export, imported again: the same contacts, and nothing to do, in whatever order it comes."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import pytest

from cardwright.contact.model import Address, Contact, Email, Name, Phone, Website
from store.acme import book_of
from store.importing import cards, outcomes, people, shuffled, told, written

if TYPE_CHECKING:
    from cardwright.book.ports import Store

COUNT = 60
LABELS = ("work", "home", "mobile", "other", "Boat")


def person(number: int, draw: random.Random) -> Contact:
    """Somebody of a name of their own, or a company; two in three share a mailbox, and many have the same number."""
    is_company = number % 7 == 0
    emails = [f"p{number}@example.com", f"office{number % 5}@example.com", f"p{number}@example.org"]
    numbers = [Phone(f"805{2_000_000 + number}", "work", "US"), Phone("8059876543", "mobile", "US"), Phone("ext. 12")]
    return Contact(
        Name() if is_company else Name(f"Ann {number}", draw.choice(("Lee", "Ødegård", "")), draw.choice(("", "M."))),
        f"Company; {number}" if is_company else draw.choice(("", "Acme, Inc.")),
        draw.choice(("", "Head")),
        draw.choice(("", "two\nlines, =1+1")),
        tuple(phone._replace(label=draw.choice(LABELS)) for phone in draw.sample(numbers, draw.randrange(4))),
        tuple(Email(email, draw.choice(("work", "home", "Own"))) for email in draw.sample(emails, draw.randrange(4))),
        tuple(Address(f"{number} Road", label, "Town; 1") for label in draw.sample(LABELS, draw.randrange(3))),
        (Website("https://example.com/?a=1,2"),) * draw.randrange(2),
        None,
        tuple(draw.sample(("VIP", "a,b", "Ünï"), draw.randrange(3))),
        f"urn:uuid:00000000-0000-4000-8000-{number:012x}",
    )


@pytest.mark.parametrize("kind", ["vcf", "jcard", "csv"])
async def test_an_own_export_comes_back_whole_and_changes_nothing_in_any_order(store: Store, kind: str) -> None:
    draw = random.Random(5)  # noqa: S311 - the same every time, no secret
    book, again = await book_of(store), await book_of(store, "Again")
    await outcomes(book, cards(*(person(number, draw) for number in range(COUNT))), "add")
    file = await written(book, kind)
    assert {outcome for outcome, _ in told(await outcomes(again, file))} == {"created"}
    assert await people(again) == await people(book)
    at = await store.imports.state(again.place)
    for rows in (file, shuffled(file, kind, draw)):
        for how, outcome in (("skip", "skipped"), ("update", "unchanged"), ("replace", "unchanged")):
            results = await outcomes(again, rows, how)
            assert [one for one in results if one.outcome != outcome] == []
    assert await store.imports.state(again.place) == at
