"""`cardwright export`: four kinds of file, and three that give the same contacts when they are imported again."""

from __future__ import annotations

import csv
import io
import json
from typing import TYPE_CHECKING, Any

import pytest

from cardwright.cards import write_contact
from cardwright.contact.model import Address, Contact, Email, Name, Phone, Website
from serving import command, run

if TYPE_CHECKING:
    from pathlib import Path

PEOPLE = (
    Contact(
        Name("Wile", "Coyote", "E.", "Mr.", "Jr."),
        "Acme, Inc.",
        "=Genius",
        "two\nlines; and more",
        (Phone("8051234567", "work", "US"), Phone("7400123456", "mobile", "GB"), Phone("12 34", "Cave")),
        (Email("wile.coyote@example.com"), Email("w@example.com", "home")),
        (Address("Road 1", "home", "Tucson", "AZ", "85701", "USA"),),
        (Website("https://example.com/?a=1,2;b=3", "Blog"),),
        labels=("a,b", "c"),
    ),
    Contact(Name("Name", "Only")),
    Contact(organization="Acme"),
    Contact(phones=(Phone("5551234", "other"),)),
)
OWN = ("Id", "Uri", "ProfileImage", "DateCreated", "DateLastUpdated")


@pytest.fixture
def sid(tmp_path: Path) -> str:
    made: str = command(tmp_path, "account", "add", "Acme")["AccountSID"]
    for campaign in ("1000", "2000"):
        command(tmp_path, "campaign", "add", made, campaign, "Desert")
    (tmp_path / "people.vcf").write_bytes(b"".join(map(write_contact, PEOPLE)))
    command(tmp_path, "import", made, "1000", str(tmp_path / "people.vcf"))
    return made


def exported(data: Path, sid: str, campaign: str, kind: str) -> str:
    done = run("export", sid, campaign, "--format", kind, data=data)
    assert done.returncode == 0, done.stderr
    return done.stdout


def contacts(data: Path, sid: str, campaign: str) -> list[dict[str, Any]]:
    found = json.loads(exported(data, sid, campaign, "json"))
    return [{key: value for key, value in one.items() if key not in OWN} for one in found]


@pytest.mark.parametrize("kind", ["vcf", "csv", "jcard"])
def test_what_is_exported_and_imported_again_is_the_same(tmp_path: Path, sid: str, kind: str) -> None:
    file = tmp_path / f"out.{kind}"
    done = run("export", sid, "1000", "--format", kind, "-o", str(file), data=tmp_path)
    assert (done.returncode, done.stdout) == (0, "")
    again = command(tmp_path, "import", sid, "1000", str(file))
    assert again == {"created": 0, "updated": 0, "unchanged": 0, "skipped": 4, "refused": 0}
    assert command(tmp_path, "import", sid, "2000", str(file))["created"] == len(PEOPLE)
    assert contacts(tmp_path, sid, "2000") == contacts(tmp_path, sid, "1000")


def test_json_is_what_the_partner_interface_shows_and_the_rest_beside_it(tmp_path: Path, sid: str) -> None:
    wile = json.loads(exported(tmp_path, sid, "1000", "json"))[0]
    assert (wile["Id"], wile["FirstName"], wile["WorkPhoneNumber"], wile["CellphoneNumberCountry"]) == (
        *("1", "Wile", "8051234567", "GB"),
    )
    assert (wile["Organization"], wile["Note"]) == ("Acme, Inc.", "two\nlines; and more")
    assert wile["Phones"][2] == {"number": "12 34", "label": "Cave", "country": ""}


def test_no_cell_is_a_formula(tmp_path: Path, sid: str) -> None:
    rows = list(csv.reader(io.StringIO(exported(tmp_path, sid, "1000", "csv"), newline="")))
    assert "'=Genius" in rows[1]
    assert not [cell for row in rows for cell in row if cell[:1] in tuple("=+-@")]


def test_an_untouched_card_is_given_as_it_came(tmp_path: Path, sid: str) -> None:
    card = b"BEGIN:VCARD\nVERSION:3.0\nUID:x\nFN:Road Runner\nN:Runner;Road;;;\nX-BEEP;x=1:beep\\, beep\nEND:VCARD\n"
    (tmp_path / "road.vcf").write_bytes(card)
    command(tmp_path, "import", sid, "2000", str(tmp_path / "road.vcf"))
    out = tmp_path / "out.vcf"
    run("export", sid, "2000", "-o", str(out), data=tmp_path)
    assert out.read_bytes() == card


GROUP = (
    b"BEGIN:VCARD\nVERSION:3.0\nN:Runners\nFN:Runners\nUID:runners\n"
    b"X-ADDRESSBOOKSERVER-KIND:group\nX-ADDRESSBOOKSERVER-MEMBER:urn:uuid:x\nEND:VCARD\n"
)


def test_a_group_stands_among_cards_alone(tmp_path: Path, sid: str) -> None:
    (tmp_path / "group.vcf").write_bytes(GROUP)
    done = run("import", sid, "1000", str(tmp_path / "group.vcf"), data=tmp_path)
    assert "row 1: created: is a group, no person" in done.stdout
    assert len(contacts(tmp_path, sid, "1000")) == len(PEOPLE)
    assert exported(tmp_path, sid, "1000", "vcf").endswith(GROUP.decode())
    table = run("export", sid, "1000", "--format", "csv", data=tmp_path)
    assert (table.stdout.count("Runners"), "groups left out" in table.stderr) == (0, True)
    file = tmp_path / "out.json"
    file.write_text(exported(tmp_path, sid, "1000", "jcard"))
    kinds = [line[3] for line in json.loads(file.read_text())[-1][1] if "kind" in line[0]]
    assert kinds == ["group"]
    assert command(tmp_path, "import", sid, "2000", str(file))["created"] == len(PEOPLE) + 1
    assert len(contacts(tmp_path, sid, "2000")) == len(PEOPLE)
    assert "KIND:group" in exported(tmp_path, sid, "2000", "vcf")
    assert "X-ADDRESSBOOKSERVER-MEMBER:urn:uuid:x" in exported(tmp_path, sid, "1000", "vcf")


def test_an_empty_campaign_gives_empty_files(tmp_path: Path, sid: str) -> None:
    found = [exported(tmp_path, sid, "2000", kind) for kind in ("vcf", "jcard", "json")]
    assert found == ["", "[]\n", "[]\n"]
