"""An own export, imported again: the same contacts, and nothing to do, in whatever order it comes."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import pytest

from cardwright.book.cards import edited
from cardwright.book.images import image_of
from cardwright.cards import write_contact
from cardwright.contact.model import Address, Contact, Email, Name, Phone, Website
from store.acme import book_of
from store.importing import cards, everybody, outcomes, people, shuffled, told, written

if TYPE_CHECKING:
    from cardwright.book.outcomes import OnDuplicate
    from cardwright.book.ports import Store

COUNT = 60
LABELS = ("work", "home", "mobile", "other", "Boat")
BEYOND = (
    "BDAY:1980-02-03",
    "BDAY;X-APPLE-OMIT-YEAR=1604:1604-06-26",
    "NICKNAME:Coy,Wi\\, the",
    "ROLE:Genius",
    "IMPP;X-SERVICE-TYPE=Jabber;TYPE=HOME:xmpp:wile@example.com",
    "X-ANNIVERSARY:2001-02-03",
    "item7.X-ABRELATEDNAMES:Beep\r\nitem7.X-ABLabel:_$!<Friend>!$_",
    "item8.X-ABRELATEDNAMES:Kim\r\nitem8.X-ABLabel:partner",
    "item9.IMPP:im:wile\r\nitem9.X-ABLabel:Skype",
    "IMPP:wile without a scheme",
    "X-JABBER;TYPE=HOME,PREF;X-EVOLUTION-UI-SLOT=1:wile@example.org",
    "item6.IMPP;X-SERVICE-TYPE=ICQ;TYPE=WORK:aim:7\r\nitem6.X-ABLabel:Seven\r\nX-ICQ:7",
    "X-TWITTER:@wile",
    "X-MS-IMADDRESS:ICQ: 7",
    "X-MS-ANNIVERSARY;VALUE=DATE:2001-02-03",
    "X-EVOLUTION-SPOUSE:Road\\, Runner",
    "X-MS-MANAGER;TYPE=N:Boss",
    "X-MS-CHILD:Ann,Bo",
    "X-MS-TEL;TYPE=COMPANY:+49 30 1234500",
    "item5.X-ABDATE;TYPE=PREF:2001-02-03\r\nitem5.X-ABLabel:_$!<Anniversary>!$_",
    "X-KADDRESSBOOK-X-Profession:Genius",
    "X-ANDROID-CUSTOM:vnd.android.cursor.item/nickname;Wi;1;;;;;;;;;;;;;",
    "X-ANDROID-CUSTOM:vnd.android.cursor.item/relation;Mum;8;;;;;;;;;;;;;",
    "X-ANDROID-CUSTOM:vnd.android.cursor.item/contact_event;2003-04-05;0;met;;;;;;;;;;;;",
    "X-NICKNAME:Yo,Ho",
    "item5.X-ABRELATEDNAMES;TYPE=WORK:Boss\r\nitem5.X-ABLabel:_$!<Manager>!$_",
    "GEO:37.38;-122.08",
    "HOBBY:chasing; slowly",
)
"""What a contact does not hold."""


def person(number: int, draw: random.Random) -> Contact:
    """Somebody, or a company; many have the same name, two in three share a mailbox, and many have the same number."""
    is_company = number % 7 == 0
    emails = [f"p{number}@example.com", f"office{number % 5}@example.com", f"p{number}@example.org"]
    numbers = [Phone(f"805{2_000_000 + number}", "work", "US"), Phone("8059876543", "mobile", "US"), Phone("ext. 12")]
    last, middle = draw.choice(("Lee", "Ødegård", "")), draw.choice(("", "M."))
    return Contact(
        Name() if is_company else Name(f"Ann {number % 20}", last, middle, draw.choice(("", "Dr.")), "Jr."),
        f"Company; {number % 3}" if is_company else draw.choice(("", "Acme, Inc.")),
        draw.choice(("", "Head")),
        draw.choice(("", "two\nlines, =1+1")),
        tuple(phone._replace(label=draw.choice(LABELS)) for phone in draw.sample(numbers, draw.randrange(4))),
        tuple(Email(email, draw.choice(("work", "home", "Own"))) for email in draw.sample(emails, draw.randrange(4))),
        tuple(
            Address(f"{number} Road", label, "Town; 1", "OH", "0123", "US", "Box", "Flat")
            for label in draw.sample(LABELS, draw.randrange(3))
        ),
        (Website("https://example.com/?a=1,2"), Website("https://example.org", "shop"))[: draw.randrange(3)],
        None,
        tuple(draw.sample(("VIP", "a,b", "Ünï"), draw.randrange(3))),
        f"urn:uuid:00000000-0000-4000-8000-{number:012x}",
    )


def card(number: int, draw: random.Random) -> bytes:
    """The card of somebody, with some of what a contact does not hold."""
    lines = "".join(f"{line}\r\n" for line in draw.sample(BEYOND, draw.randrange(6)))
    return write_contact(person(number, draw)).replace(b"END:VCARD", lines.encode() + b"END:VCARD")


@pytest.mark.parametrize("lines", [b"", b"X-A:a\r\nEND:VCARD\r\n"], ids=["no card", "a card"])
@pytest.mark.parametrize("kind", ["vcf", "jcard"])
@pytest.mark.parametrize("how", ["update", "replace"])
async def test_an_image_stays_of_which_an_export_shows_a_smaller_one(
    store: Store, lines: bytes, kind: str, how: OnDuplicate
) -> None:
    book = await book_of(store)
    came = cards(person(1, random.Random(5)))  # noqa: S311 - the same every time, no secret
    await outcomes(book, came.replace(b"END:VCARD\r\n", lines) if lines else b"First Name,Last Name\nAnn,Lee\n")
    ((number,),) = [[stored.number for stored in await everybody(book)]]
    image = await image_of("image/gif", b"GIF, a large one", b"GIF")
    give = edited(lambda stored: stored._replace(image=image.digest), image)
    await store.contacts.update(book.place, number, give, "test", image)
    (before,) = await everybody(book)
    assert b"\r\nPHOTO" in (await written(book, "vcf"))
    (result,) = await outcomes(book, await written(book, kind), how)
    assert (result.outcome, await everybody(book)) == ("unchanged", [before])


@pytest.mark.parametrize("kind", ["vcf", "jcard", "csv"])
async def test_an_own_export_comes_back_whole_and_changes_nothing_in_any_order(store: Store, kind: str) -> None:
    draw = random.Random(5)  # noqa: S311 - the same every time, no secret
    book, again = await book_of(store), await book_of(store, "Again")
    await outcomes(book, b"".join(card(number, draw) for number in range(COUNT)), "add")
    file = await written(book, kind)
    assert {outcome for outcome, _ in told(await outcomes(again, file))} == {"created"}
    assert await people(again) == await people(book)
    assert await written(again, kind) == file
    at = await store.imports.state(again.place)
    for rows in (file, shuffled(file, kind, draw)):
        for how, outcome in (("skip", "skipped"), ("update", "unchanged"), ("replace", "unchanged")):
            results = await outcomes(again, rows, how)
            assert [one for one in results if one.outcome != outcome] == []
    assert await store.imports.state(again.place) == at
    lone = await book_of(store, "Shuffled")
    await outcomes(lone, rows)
    assert sorted(await people(lone)) == sorted(await people(book))
