"""Who is whom: each case is a row of the table in `book.match_keys`, tried in every order and batch size."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from cardwright.book import upsert
from cardwright.contact.model import Contact, Email, Name, Phone
from store.acme import book_of
from store.importing import cards, outcomes, people, told

if TYPE_CHECKING:
    from cardwright.book.match_keys import Match
    from cardwright.book.outcomes import OnDuplicate
    from cardwright.book.ports import Store

UUID = "7C0D9B52-1111-4222-8333-00000000ABCD"


def person(name: str, *emails: str, uid: str = "", phones: tuple[Phone, ...] = (), **more: str) -> Contact:
    first, _, last = name.partition(" ")
    return Contact(Name(first, last), uid=uid, emails=tuple(map(Email, emails)), phones=phones, **more)


US, ABROAD = Phone("8051234567", "work", "US"), Phone("8051234567", "work", "MX")
KIM = person("Kim Ode", "kim@example.com", "desk@example.com", uid="k", phones=(US, Phone("0 12-34", "home")))

RULES = [
    # rule, who comes, what both have; "" for another person
    ("the same UID, whatever else", person("Other", "other@example.com", uid="k"), "UID"),
    ("an address and the same name", person("KIM ode", "Kim@Example.com"), "e-mail address"),
    ("any address of any", person("Kim Ode", "new@example.com", "desk@example.com"), "e-mail address"),
    ("an address and no name", person("", "desk@example.com"), "e-mail address"),
    ("spaces do not make another name", person(" Kim   Ode ", "kim@example.com"), "e-mail address"),
    ("an address and another name", person("Lou Ode", "kim@example.com"), ""),
    ("half of a name is another name", person("Kim", "kim@example.com"), ""),
    ("a number and the same name", person("kim ode", phones=(US._replace(label="mobile"),)), "phone number and name"),
    ("its digits, where it has no country", person("Kim Ode", phones=(Phone("01234"),)), "phone number and name"),
    ("digits in E.164 form", person("Kim Ode", phones=(Phone("1 805 123-4567"),)), "phone number and name"),
    ("the same digits in another country", person("Kim Ode", phones=(ABROAD,)), ""),
    ("national digits are no number of a country", person("Kim Ode", phones=(Phone("8051234567"),)), ""),
    ("a number and another name", person("Lou Ode", phones=(US,)), ""),
    ("a number and no name", person("", phones=(US,)), ""),
    ("a number without a digit", person("Kim Ode", phones=(Phone("ask"),)), ""),
    ("the same name alone", person("Kim Ode"), ""),
]


@pytest.mark.parametrize("together", [1, 1_000])
@pytest.mark.parametrize("mode", ["skip", "update"])
@pytest.mark.parametrize(("rule", "comes", "by"), RULES, ids=[rule for rule, *_ in RULES])
async def test_rules(  # noqa: PLR0913, PLR0917 - a table
    store: Store, monkeypatch: pytest.MonkeyPatch, rule: str, comes: Contact, by: str, mode: OnDuplicate, together: int
) -> None:
    monkeypatch.setattr(upsert, "_AT_A_TIME", together)
    there, then = await outcomes(await book_of(store), cards(KIM, comes), mode)
    assert told([there]) == [("created", "1")]
    if not by:
        assert told([then]) == [("created", "2")], rule
    elif mode == "skip":
        assert (then.outcome, then.reason) == ("skipped", f"contact 1 has the same {by}"), rule
    else:
        assert (then.outcome in {"updated", "unchanged"}, then.contact) == (True, "1"), rule


@pytest.mark.parametrize("first", [True, False])
async def test_an_empty_name_contradicts_nobody_whoever_comes_first(store: Store, *, first: bool) -> None:
    named, unnamed = person("Kim Ode", "kim@example.com"), person("", "kim@example.com")
    results = await outcomes(await book_of(store), cards(*((named, unnamed) if first else (unnamed, named))))
    assert [result.outcome for result in results] == ["created", "skipped"]


ACME, IDA = Contact(organization="Acme", emails=(Email("o@example.com"),)), person("Ida Moss", "o@example.com")
COMPANIES = [
    # rule, who is there, who comes, whether they are the same
    ("a company is no person who shares its address", ACME, cards(IDA), False),
    ("nor is a person the company", IDA, cards(ACME), False),
    ("a company is called as its organization is", ACME, cards(ACME._replace(organization="ACME")), True),
    ("another company is another", ACME, cards(ACME._replace(organization="Other")), False),
    ("a row of a table without a name may be anybody's", IDA, b"E-mail,Company\no@example.com,Acme\n", True),
    ("and the company's", ACME, b"E-mail,Job Title\no@example.com,Head\n", True),
]


@pytest.mark.parametrize(("rule", "there", "comes", "is_same"), COMPANIES, ids=[rule for rule, *_ in COMPANIES])
async def test_companies(store: Store, rule: str, there: Contact, comes: bytes, *, is_same: bool) -> None:
    book = await book_of(store)
    await outcomes(book, cards(there))
    assert told(await outcomes(book, comes)) == [("skipped", "1") if is_same else ("created", "2")], rule


@pytest.mark.parametrize("form", [UUID, UUID.lower(), f"urn:uuid:{UUID}", f"URN:UUID:{UUID.lower()}"])
async def test_a_uuid_is_one_in_every_form(store: Store, form: str) -> None:
    book = await book_of(store)
    await outcomes(book, cards(person("Kim Ode", uid=f"urn:uuid:{UUID.lower()}")))
    assert told(await outcomes(book, cards(person("Other", uid=form)))) == [("skipped", "1")]
    assert told(await outcomes(book, cards(person("Other", uid=f"x{form}")))) == [("created", "2")]


@pytest.mark.parametrize("together", [1, 1_000])
@pytest.mark.parametrize("mode", ["skip", "update"])
async def test_two_people_with_one_mailbox_are_two_and_the_second_names_the_first(
    store: Store, monkeypatch: pytest.MonkeyPatch, mode: OnDuplicate, together: int
) -> None:
    monkeypatch.setattr(upsert, "_AT_A_TIME", together)
    table = b"First Name,Last Name,Email\nIda,Moss,o@example.com\nUwe,Moss,o@example.com\nEli,Moss,x@example.com\n"
    book = await book_of(store)
    results = await outcomes(book, table, mode)
    assert told(results) == [("created", "1"), ("created", "2"), ("created", "3")]
    shared = ("contact 1 has the same e-mail address and another name",)
    assert [result.warnings for result in results] == [(), shared, ()]
    again = await outcomes(book, table, mode)
    assert {(one.outcome, one.warnings) for one in again} == {("skipped" if mode == "skip" else "unchanged", ())}


MODES: list[OnDuplicate] = ["skip", "update", "replace"]
TWINS = [
    # what both have, and why the second is nobody else's
    (person("Kim Ode", "kim@example.com", uid="a"), "e-mail address and another UID"),
    (person("Kim Ode", phones=(US,), uid="a"), "phone number and name and another UID"),
]


@pytest.mark.parametrize("together", [1, 1_000])
@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize(("twin", "why"), TWINS, ids=[why for _, why in TWINS])
async def test_a_file_that_gives_two_uids_says_that_they_are_two(  # noqa: PLR0913, PLR0917 - a table
    store: Store, monkeypatch: pytest.MonkeyPatch, mode: OnDuplicate, twin: Contact, why: str, together: int
) -> None:
    """So a backup of ours comes back whole, whatever its contacts have in common; also where one is still there."""
    monkeypatch.setattr(upsert, "_AT_A_TIME", together)
    book, other, file = await book_of(store), await book_of(store, "Other"), cards(twin, twin._replace(uid="b"))
    results = await outcomes(book, file, mode)
    assert told(results) == [("created", "1"), ("created", "2")]
    assert [result.warnings for result in results] == [(), (f"contact 1 has the same {why}",)]
    before = await people(book)
    assert {result.outcome for result in await outcomes(book, file, mode)} <= {"skipped", "unchanged"}
    await outcomes(other, cards(twin), mode)
    first, second = await outcomes(other, file, mode)
    assert (first.outcome in {"skipped", "unchanged"}, second.outcome) == (True, "created")
    assert await people(book) == await people(other) == before


@pytest.mark.parametrize("mode", MODES)
async def test_a_uid_of_another_file_or_none_makes_no_two(store: Store, mode: OnDuplicate) -> None:
    book, (kim, _), (ida, _) = await book_of(store), TWINS[0], TWINS[1]
    await outcomes(book, cards(kim, ida._replace(uid="i")), mode)
    for comes in (cards(kim._replace(uid="b")), cards(kim._replace(uid=""))):
        (result,) = await outcomes(book, comes, mode)
        assert (result.outcome in {"skipped", "unchanged"}, result.contact) == (True, "1")
    there, then = await outcomes(await book_of(store, "Other"), cards(kim._replace(uid=""), kim), mode)
    assert (there.outcome, then.contact) == ("created", there.contact)


@pytest.mark.parametrize("mode", MODES)
async def test_a_row_that_fits_several_is_skipped_with_their_ids(store: Store, mode: OnDuplicate) -> None:
    book = await book_of(store)
    there = [person(name, "office@example.com") for name in ("Ida Moss", "Uwe Moss")]
    await outcomes(book, cards(*there))
    before = await people(book)
    (result,) = await outcomes(book, cards(person("", "office@example.com")), mode)
    reason = "contacts 1, 2 have the same e-mail address"
    assert (result.outcome, result.contact, result.reason) == ("skipped", "", reason)
    assert await people(book) == before
    (added,) = await outcomes(book, cards(person("", "office@example.com")), "add")
    assert added.outcome == "created"


async def test_the_earlier_rule_decides_among_several(store: Store) -> None:
    book = await book_of(store)
    await outcomes(book, cards(person("Ida", "a@example.com", uid="i"), person("Uwe", "b@example.com", uid="u")))
    (result,) = await outcomes(book, cards(person("Uwe", "b@example.com", "a@example.com", uid="i")))
    assert (result.contact, result.reason) == ("1", "contact 1 has the same UID")


@pytest.mark.parametrize("together", [1, 1_000])
@pytest.mark.parametrize(
    ("match", "comes", "outcome"),
    [
        ("email", person("Lou Ode", "desk@example.com"), ("skipped", "1")),
        ("email", person("Kim Ode", uid="other", phones=(US,)), ("created", "2")),
        ("email", person("Kim Ode", "z@example.com", uid="k"), ("created", "2")),
        ("email", person("Lou Ode", uid="k"), ("skipped", "1")),  # which has no address
        ("uid", person("Lou Ode", uid="k"), ("skipped", "1")),
        ("uid", person("Kim Ode", "kim@example.com"), ("created", "2")),
    ],
)
async def test_one_rule_alone(  # noqa: PLR0913, PLR0917 - a table
    store: Store, monkeypatch: pytest.MonkeyPatch, match: Match, comes: Contact, outcome: tuple[str, str], together: int
) -> None:
    """And no UID is given twice."""
    monkeypatch.setattr(upsert, "_AT_A_TIME", together)
    book = await book_of(store)
    results = await outcomes(book, cards(KIM, comes), match=match)
    assert told(results) == [("created", "1"), outcome]
    assert len({contact.uid for contact in await people(book)}) == len(await people(book))


@pytest.mark.parametrize("match", ["name", "email", "uid"])
@pytest.mark.parametrize("mode", MODES)
async def test_a_file_that_is_imported_again_changes_nothing(store: Store, mode: OnDuplicate, match: Match) -> None:
    book = await book_of(store)
    table = b"First Name,Last Name,Email,Phone\nKim,Ode,,\nLou,Ode,,1 23\nLou,Ode,lou@example.com,\n"
    for file in (table, cards(person("Eli Ode", uid="e"), person("Eli Ode", phones=(US,)))):
        assert {result.outcome for result in await outcomes(book, file, mode, match=match)} == {"created"}
        before = await people(book)
        again = await outcomes(book, file, mode, match=match)
        assert {result.outcome for result in again} == {"skipped" if mode == "skip" else "unchanged"}
        assert await people(book) == before


async def test_of_many_who_fit_ten_are_named(store: Store) -> None:
    book = await book_of(store)
    await outcomes(book, cards(*(person(f"Person {n}", "office@example.com") for n in range(12))))
    (result,) = await outcomes(book, cards(person("", "office@example.com")))
    ids = ", ".join(map(str, range(1, 11)))
    assert result.reason == f"contacts {ids} and others have the same e-mail address"


async def test_of_many_changes_twenty_are_named(store: Store) -> None:
    book = await book_of(store)
    await outcomes(book, cards(KIM))
    more = KIM._replace(phones=tuple(Phone(f"55{n:02}", f"own {n}") for n in range(25)))
    (result,) = await outcomes(book, cards(more), "update")
    assert result.reason.startswith("changed: phone.own 0, phone.own 1, ")
    assert result.reason.endswith("phone.own 19 and 5 more")
