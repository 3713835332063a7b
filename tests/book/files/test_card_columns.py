"""What stands in a card alone: from columns into a card, over a card that is there, and out into columns again."""

from __future__ import annotations

import csv
import io
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from cardwright import vcard
from cardwright.book.cleaning import cleaned
from cardwright.book.files import card_cells, exports
from cardwright.book.files.reading import read
from cardwright.book.merging import card_with, merged, replaced
from cardwright.book.stored import StoredContact
from cardwright.cards import contact_of, write_contact
from cardwright.contact.model import Contact, Email, Name
from cardwright.errors import InvalidError
from cardwright.vcard import Card, Property

if TYPE_CHECKING:
    from cardwright.book.import_row import ImportRow

NOW = datetime(2026, 11, 23, tzinfo=UTC)
COLUMNS = [
    # destination, cell, the lines of a card (vCard 4.0)
    ("birthday", "1980-02-03", "BDAY:19800203"),
    ("im.gadugadu", "7", "IMPP;SERVICE-TYPE=gadugadu:gg:7"),
    ("birthday.mdy", "2/3/1980", "BDAY:19800203"),
    ("birthday", "about 1980", "BDAY;VALUE=text:about 1980"),
    ("anniversary", "2010", "ANNIVERSARY:2010"),
    ("nickname", "Addy, Ad", "NICKNAME:Addy,Ad"),
    ("department", "Flour; Rye", "ORG:;Flour\\; Rye"),
    ("department", "Flour\nRye", "ORG:;Flour;Rye"),
    ("role", "Miller", "ROLE:Miller"),
    ("gender", "Weiblich", "GENDER:F"),
    ("gender", "agender", "GENDER:;agender"),
    ("gender", "Unspecified", ""),
    ("im.home", "xmpp:a@b", "IMPP;TYPE=home:xmpp:a@b"),
    ("im.skype", "ada fen", "IMPP;SERVICE-TYPE=skype:skype:ada%20fen"),
    ("im.Boat", "ada", "item1.IMPP:im:ada|item1.X-ABLabel:Boat"),
    ("im.other", "a ::: b", "IMPP:im:a|IMPP:im:b"),
    ("related.spouse", "Bo", "RELATED;TYPE=spouse;VALUE=text:Bo"),
    ("related.manager", "Bo", "item1.RELATED;VALUE=text:Bo|item1.X-ABLabel:_$!<Manager>!$_"),
    ("related.twin", "urn:uuid:1", "item1.RELATED:urn:uuid:1|item1.X-ABLabel:twin"),
    ("card.hobby", "golf, chess", "HOBBY:golf\\, chess"),
    ("card.GEO", "geo:1,2", "GEO:geo:1,2"),
    ("card.DEATHDATE", "3.2.1980", "DEATHDATE:19800203"),
    ("card.DEATHDATE", "about 1980", "DEATHDATE;VALUE=text:about 1980"),
    ("card.DEATHDATE", "0000-00-00", ""),
    ("card.NICKNAME", "Addy, Ad", "NICKNAME:Addy,Ad"),
    ("card.GENDER", "M; he", "GENDER:M;he"),
    ("ims", "a ::: b", "IMPP:im:a|IMPP:im:b"),
    ("ims", '[{"value": "xmpp:a@b", "label": "home"}, {"label": "work"}]', "IMPP;TYPE=home:xmpp:a@b"),
    ("relatedpeople", "Bo ::: Al", "RELATED;VALUE=text:Bo|RELATED;VALUE=text:Al"),
    ("im.home", " ::: ", ""),
    ("related.spouse", "\n", ""),
    ("relatedpeople", '[{"value": "Bo"}, {"value": ""}]', "RELATED;VALUE=text:Bo"),
    ("relatedpeople", '[{"value": "a:b", "is": "text"}, {"value": "a:c"}]', "RELATED;VALUE=text:a:b|RELATED:a:c"),
    ("event.birthday", "2010-02-03", "BDAY:20100203"),
    ("event.Name day", "2010-02-03", "item1.X-ABDATE:20100203|item1.X-ABLabel:Name day"),
    ("event.Founding", "once", "item1.X-ABDATE;VALUE=text:once|item1.X-ABLabel:Founding"),
    ("event.Founding", "0000-00-00", ""),
    ("card.X-SHOE", "44\nwide", "X-SHOE:44\\nwide"),
    ("card.X-BEL", "a\x07b", "X-BEL:a b"),
]


def row(table: str, mapping: dict[str, str] | None = None) -> ImportRow:
    (found,) = read(io.BytesIO(table.encode()), mapping or {})
    return cleaned(found)


def stored(contact: Contact, card: bytes) -> StoredContact:
    return StoredContact(1, False, contact, (), "", 1, NOW, NOW, card=card)  # noqa: FBT003 - it is no system-created one


def lines(octets: bytes) -> str:
    return "|".join(octets.decode().splitlines()[2:-1])


@pytest.mark.parametrize(("destination", "cell", "expected"), COLUMNS)
def test_a_column_of_what_a_contact_does_not_hold(destination: str, cell: str, expected: str) -> None:
    quoted = cell.replace('"', '""')
    found = row(f'Email,x\na@example.com,"{quoted}"', {"x": destination})
    assert (found.fault, lines(found.unmodelled)) == ("", expected)


GENDERS = [
    # what a card says, the cell of an export
    ("F", "F"),
    (";agender", ";agender"),
    ("M;he", "M;he"),
    ("", ""),
    ("Frau", ";Frau"),  # as nobody should write it: a text, not a sex
    ("Q;they", ";Q;they"),
]


@pytest.mark.parametrize(("said", "cell"), GENDERS)
def test_a_gender_leaves_as_it_is_read_again(said: str, cell: str) -> None:
    octets = f"BEGIN:VCARD\r\nVERSION:4.0\r\nFN:Ada\r\nGENDER:{said}\r\nEND:VCARD\r\n".encode()
    cells = dict(
        zip(card_cells.COLUMNS, card_cells.card_cells(stored(Contact(Name("Ada")), octets)).cells, strict=True)
    )
    assert cells["Gender"] == cell


@pytest.mark.parametrize(
    "lines",
    [
        ["RELATED;TYPE=parent;VALUE=text:Mum"],
        ["item1.RELATED;TYPE=parent;VALUE=text:Mum", "item1.X-ABLabel:_$!<Mother>!$_"],
        ["item1.RELATED;TYPE=work;VALUE=text:Boss", "item1.X-ABLabel:_$!<Manager>!$_"],
        ["RELATED;TYPE=spouse;TYPE=home;VALUE=text:Jo"],
        ["item1.IMPP;TYPE=work:sip:a@example.com", "item1.X-ABLabel:Desk"],
    ],
)
def test_a_member_comes_back_with_all_that_is_said_of_it(lines: list[str]) -> None:
    octets = "\r\n".join(["BEGIN:VCARD", "VERSION:4.0", "FN:Ada", *lines, "END:VCARD", ""]).encode()
    *_, ims, related = card_cells.card_cells(stored(Contact(Name("Ada")), octets)).cells
    quoted = [cell.replace('"', '""') for cell in (ims, related)]
    found = row(f'Email,Ims,RelatedPeople\na@example.com,"{quoted[0]}","{quoted[1]}"', {"Ims": "ims"})
    said = {entry.name: {kind for param in entry.params for kind in param} for entry in next(vcard.read(octets))}
    again = next(vcard.read(found.unmodelled))
    assert {entry.name: {kind for param in entry.params for kind in param} for entry in again}.items() <= said.items()
    assert again.get("X-ABLabel") == next(vcard.read(octets)).get("X-ABLabel")


@pytest.mark.parametrize("destination", ["card.N", "card.tel", "card.", "card.A B", "im.a.b", "birthday.x", "card.UID"])
def test_a_destination_that_there_is_not_is_refused(destination: str) -> None:
    with pytest.raises(InvalidError):
        row("Email,x\na@example.com,1", {"x": destination})


@pytest.mark.parametrize("cell", ["[1]", "[x", '["a"]', '[{"value": "a"}', '[{"value": "a", "parameters": 1}]'])
@pytest.mark.parametrize(("column", "field"), [("Ims", "im"), ("RelatedPeople", "related")])
def test_json_that_no_export_writes_is_the_fault_of_its_row(column: str, field: str, cell: str) -> None:
    quoted = cell.replace('"', '""')
    found = row(f'Email,{column}\na@example.com,"{quoted}"', {"Ims": "ims", "RelatedPeople": "relatedpeople"})
    assert found.fault == f"{field}: is not the JSON that an export writes"


@pytest.mark.parametrize("column", ["Ims", "RelatedPeople"])
def test_a_parameter_that_no_card_can_hold_is_the_fault_of_its_row(column: str) -> None:
    cell = '[{"value": "a", "parameters": {"A B": ["x"]}}]'.replace('"', '""')
    found = row(f'Email,{column}\na@example.com,"{cell}"', {"Ims": "ims", "RelatedPeople": "relatedpeople"})
    assert "holds no space" in found.fault


def test_a_text_that_is_too_long_for_a_card_costs_its_row_alone() -> None:
    long = "x" * 1_000_000
    first, second = read(io.BytesIO(f"Email,Nickname\na@example.com,{long}\nb@example.com,x".encode()), {})
    assert "nickname: holds 1000000 characters" in first.fault
    assert not second.fault


THERE = (
    *("N:Fen;Ada;;;", "FN:Ada Fen", "ORG:Mill;Flour;Rye", "NICKNAME:Ad", "X-BDAY:1980", "X-ANNIVERSARY:2010-02-03"),
    *("item1.X-ABDATE:2010-02-03", "item1.X-ABLabel:_$!<Anniversary>!$_", "X-KEEP:me"),
)
OVER = [
    # the columns, what is no longer there, what is there
    ("Nickname,Ada", "NICKNAME:Ad", "NICKNAME:Ada"),
    ("Department,Oats", "ORG:Mill;Flour;Rye", "ORG:Mill;Oats"),
    ("Birthday,1981-02-03", "X-BDAY:1980", "BDAY:1981-02-03"),
    ("Anniversary,2011-02-03", "X-ANNIVERSARY:2010-02-03", "X-ANNIVERSARY:2011-02-03"),
    ("Role,Miller", "", "ROLE:Miller"),
]


def test_a_department_comes_into_a_card_without_an_organization() -> None:
    octets = b"BEGIN:VCARD\r\nVERSION:3.0\r\nN:Fen;Ada;;;\r\nFN:Ada Fen\r\nEND:VCARD\r\n"
    before = stored(Contact(Name("Ada", "Fen")), octets)
    after = merged(before, row("First Name,Last Name,Department\nAda,Fen,Flour"), None)
    assert (after.contact, "ORG:;Flour" in lines(after.card)) == (before.contact, True)


@pytest.mark.parametrize(("columns", "gone", "there"), OVER, ids=[columns for columns, *_ in OVER])
def test_an_update_puts_a_column_over_what_the_card_says(columns: str, gone: str, there: str) -> None:
    octets = "\r\n".join(["BEGIN:VCARD", "VERSION:3.0", *THERE, "END:VCARD", ""]).encode()
    before = stored(Contact(Name("Ada", "Fen"), "Mill"), octets)
    name, cell = columns.split(",")
    comes = row(f"First Name,Last Name,{name}\nAda,Fen,{cell}")
    after = merged(before, comes, None)
    now = lines(after.card).split("|")
    assert there in now
    assert gone not in now
    assert "X-KEEP:me" in now
    newer = vcard.convert(next(vcard.read(after.card)), "4.0").card
    assert max(len(newer.all("BDAY")), len(newer.all("ANNIVERSARY"))) == 1, "each is said once"
    assert merged(after, comes, None) == after, "and again: nothing"


TEXT = (
    st.text(st.characters(categories=["L", "N", "P", "Zs"]), min_size=1, max_size=8)
    .map(str.strip)
    .filter(
        lambda text: text.strip(";, ")  # separators alone are blank
    )
)
LABELS = st.sampled_from(["", "home", "work", "Boat", "spouse", "_$!<Manager>!$_"])

OTHERS = (("PREF", "1"), ("SERVICE-TYPE", "Jabber"), ("X-EVOLUTION-UI-SLOT", "1"))


@st.composite
def beyond(draw: st.DrawFn) -> list[Property]:
    """Give properties that a table has columns for."""
    found = []
    if names := draw(st.lists(TEXT, max_size=3, unique=True)):
        found.append(Property("NICKNAME", tuple(names)))
    dates = st.sampled_from(["19800203", "--0203", "1980", "1980-02"])
    found += [Property(name, draw(dates)) for name in draw(st.sets(st.sampled_from(["BDAY", "ANNIVERSARY"])))]
    if draw(st.booleans()):
        found.append(Property("ROLE", draw(TEXT)))
    if draw(st.booleans()):
        found.append(Property("GENDER", draw(st.sampled_from([("M",), ("O",), ("", "other one"), ("F", "she, her")]))))
    found.append(Property("ORG", ("Mill", *draw(st.lists(TEXT, max_size=2, unique=True)))))
    for number, label in enumerate(draw(st.lists(LABELS, max_size=3))):
        group = f"item{number + 1}" if label[:1] in {"B", "_"} else ""
        params = (("TYPE", label),) if label and not group else ()
        name, others = draw(st.sampled_from([("x:", ()), ("im:", OTHERS[:1]), ("xmpp:", OTHERS)]))
        typed = params if label in {"home", "work"} else ()
        found.append(Property("IMPP", f"{name}{number}", (*typed, *others), group))
        found.append(Property("RELATED", draw(TEXT), (*params, ("VALUE", "text")), group))
        found += [Property("X-ABLabel", label, (), group)] if group else []
    return found


@given(beyond())
@example([Property("ORG", ("Mill",)), Property("RELATED", "a:b", {"value": "text"}), Property("RELATED", "a:b")])
def test_what_an_export_writes_comes_back(properties: list[Property]) -> None:
    card = Card([Property("FN", "Ada Fen"), Property("N", ("Fen", "Ada", "", "", "")), *properties], "4.0")
    contact = Contact(Name("Ada", "Fen"), "Mill", emails=(Email("a@example.com"),), uid="urn:uuid:1")
    text = io.StringIO(newline="")
    exported = exports.table_row(stored(contact, vcard.write(card)))
    csv.writer(text).writerows([exports.COLUMNS, exported.cells])
    assert not exported.has_more
    again = row(text.getvalue())
    assert (again.contact, again.fault, again.warnings) == (contact, "", ())
    back = vcard.read(card_with(again, contact)) if again.unmodelled else iter((Card(properties, "4.0"),))
    assert _said(vcard.convert(next(back), "4.0").card) == _said(card)


def _said(card: Card) -> set[object]:
    labels = {entry.group: entry.value for entry in card.all("X-ABLabel")}
    return {
        (entry.name, entry.value, frozenset(entry.params), labels.get(entry.group))
        for entry in card
        if entry.name in {"NICKNAME", "BDAY", "ANNIVERSARY", "ROLE", "GENDER", "ORG", "RELATED", "IMPP"}
    }


@pytest.mark.parametrize(
    ("line", "has_more"),
    [
        ("NICKNAME:A", False),
        ("PRODID:x", False),
        ("BDAY:--0203", False),
        ("BDAY;CALSCALE=x:--0203", True),
        ("ROLE:a\r\nROLE:b", True),
        ("X-OWN:1", True),
        ("KEY:https://example.com", True),
        ("KIND:individual", False),
        ("KIND:org", True),
    ],
)
def test_a_card_with_more_than_a_table_can_say_is_counted(line: str, *, has_more: bool) -> None:
    octets = f"BEGIN:VCARD\r\nVERSION:4.0\r\nN:Fen;Ada;;;\r\nFN:Ada\r\n{line}\r\nEND:VCARD\r\n".encode()
    assert exports.table_row(stored(Contact(Name("Ada", "Fen")), octets)).has_more is has_more


@pytest.mark.parametrize(("image", "has_more"), [("", False), ("digest", True)])
def test_octets_that_are_no_card_are_no_more_than_the_contact(image: str, *, has_more: bool) -> None:
    kept = stored(Contact(Name("Ada", "Fen")), b"no card")._replace(image=image)
    assert exports.table_row(kept).has_more is has_more


def test_a_column_comes_into_a_contact_without_a_card_and_into_one_that_is_replaced() -> None:
    there = Contact(Name("Ada", "Fen"), "Mill", uid="urn:uuid:1")
    comes = row("First Name,Last Name,Nickname\nAda,Fen,Addy")
    updated = merged(stored(there, b""), comes, None)
    assert (updated.contact, "NICKNAME:Addy" in lines(updated.card)) == (there, True)
    assert contact_of(next(vcard.read(updated.card))) == there
    before = stored(there, write_contact(there).replace(b"END:VCARD", b"X-KEEP:me\r\nEND:VCARD"))
    new = replaced(before, comes, None)
    assert new.contact == Contact(Name("Ada", "Fen"), uid="urn:uuid:1")
    assert {"NICKNAME:Addy", "X-KEEP:me"} < set(lines(new.card).split("|"))
    assert "ORG:" not in lines(new.card)


def test_a_new_card_says_the_same_as_one_that_a_row_is_put_into() -> None:
    table = (
        "First Name,Company,Website,Department,Nickname,Spouse,Manager's Name,Birthday,Anniversary,Hobby,Gender,"
        "Job Title,Business Phone,IMAddress\nAda,Mill,https://example.com,Flour,Addy,Bo,Cy,1980,2010-02-03,golf,female,Head,1,ada"
    )
    comes = row(table)
    new = card_with(comes, comes.contact)
    put = merged(stored(comes.contact, write_contact(comes.contact)), comes, None).card
    assert _all_said(new) == _all_said(put)
    assert contact_of(next(vcard.read(new))) == comes.contact


def _all_said(octets: bytes) -> list[tuple[str, object, object, object]]:
    card = next(vcard.read(octets))
    labels = {entry.group: entry.value for entry in card.all("X-ABLabel")}
    said = ((entry.name, entry.value, entry.params, labels.get(entry.group)) for entry in card)
    return sorted((entry for entry in said if entry[0] != "X-ABLabel"), key=str)
