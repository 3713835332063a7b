"""A card that came by import and is changed by the interface: nothing of it is lost, whichever way it goes out."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from partner_client import CAMPAIGN, PARTNER, Client, client, prepare
from pictures import jpeg
from serving import command, run

if TYPE_CHECKING:
    from pathlib import Path

    from serving import Served

LINES = (
    "BEGIN:VCARD",
    "VERSION:4.0",
    "UID:urn:uuid:4fbe8971-0bc3-424c-9c26-36c3e1eff6b1",
    "N:Coyote;Wile;Ethelbert,Xavier;;",
    "FN:Wile E. Coyote",
    "item1.EMAIL;X-Own=1;PREF=1:wile.coyote@example.com",
    "item1.X-ABLabel:Desert",
    "tel;type=work;value=uri:tel:+1-805-123-4567",
    "BDAY:--0917",
    "CATEGORIES:Genius,Acme Partner",
    "X-Spouse;x-a=b:Road\\,",
    "  Runner",
    "REV:20010203T040506Z",
    "END:VCARD",
)
OTHER_LINES = ("BEGIN:VCARD", "VERSION:2.1", "N:Runner;Road", "FN:Road Runner", "X-BEEP:2", "END:VCARD")
CARD, OTHER = ("\n".join(lines).encode() for lines in (LINES, OTHER_LINES))  # neither ends in a line break


def imported(partners: Served, folder: Path) -> Client:
    """Return a client of an account of its own, with two imported cards."""
    account = command(partners.store, "account", "add", "Cards")
    sid = account["AccountSID"]
    prepare(partners, sid)
    files = []
    for number, card in enumerate((CARD, OTHER)):
        files.append(folder / f"{number}.vcf")
        files[-1].write_bytes(card)
    command(partners.store, "import", sid, CAMPAIGN, *map(str, files))
    return Client(partners.url, sid, account["AuthToken"])


@pytest.fixture
def book(partners: Served, tmp_path: Path) -> Client:
    """Two cards for a test that changes them."""
    return imported(partners, tmp_path)


@pytest.fixture(scope="module")
def untouched(partners: Served, tmp_path_factory: pytest.TempPathFactory) -> Client:
    """Two cards for all tests that only read them."""
    return imported(partners, tmp_path_factory.mktemp("cards"))


def exported(partners: Served, book: Client, kind: str = "vcf") -> str:
    done = run("export", book.sid, CAMPAIGN, "--format", kind, data=partners.store)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_a_card_that_nobody_changed_goes_out_as_it_came(untouched: Client) -> None:
    """DESIGN, "The contact"."""
    assert untouched.send("GET", "/1.vcf").content == CARD


def test_an_update_changes_its_own_lines_alone(partners: Served, book: Client) -> None:
    """DESIGN, "The contact"; PC-52: by `.vcf`, in the list and in the export."""
    update = {
        "FirstName": "Road",
        "EmailAddress": "road@example.com",
        "WorkPhoneNumber": "8059876543",
        "WorkPhoneNumberCountry": "US",
        "LabelsAdd": "Fast",
        "LabelsRemove": "Genius",
        "AccountsAdd": PARTNER,
    }
    book.ask("PUT", "/1", data=update)
    card = book.send("GET", "/1.vcf").text
    changed = {
        LINES[3]: "N:Coyote;Road;Ethelbert,Xavier;;",
        LINES[4]: "FN:Road Ethelbert Xavier Coyote",
        LINES[5]: "item1.EMAIL;X-OWN=1;PREF=1:road@example.com",
        LINES[7]: "TEL;TYPE=work:+18059876543",
        LINES[9]: "CATEGORIES:Acme Partner,Fast",
    }
    lines = card.split("\n")
    assert [line for line in lines if not line.startswith("REV")] == [
        changed.get(line, line) for line in LINES if not line.startswith("REV")
    ]
    revised = book.ask("GET", "/1")["DateLastUpdated"]
    assert f"REV:{revised[:19].replace('-', '').replace(':', '')}Z" in lines
    assert book.send("GET", ".vcf").text.startswith(f"{card}\r\nBEGIN:VCARD\nVERSION:2.1")
    assert exported(partners, book).startswith(card + "\n")
    assert '["x-spouse", {"x-a": "b"}' in exported(partners, book, "jcard")


def test_a_label_with_a_comma_can_be_taken_out(partners: Served, book: Client, tmp_path: Path) -> None:
    """PC-5: only an array can name one, which came by import."""
    table = tmp_path / "more.csv"
    table.write_text('EmailAddress,Labels\nwile.coyote@example.com,"[""a,b""]"\n')
    command(partners.store, "import", book.sid, CAMPAIGN, str(table), "--on-duplicate", "update")
    assert book.ask("GET", "/1")["Labels"] == ["Genius", "Acme Partner", "a,b"]
    book.ask("PUT", "/1", json={"LabelsRemove": ["a,b"]})
    assert book.ask("GET", "/1")["Labels"] == ["Genius", "Acme Partner"]


def test_an_image_is_put_into_the_card_and_taken_out(book: Client) -> None:
    book.ask("PUT", "/1", files={"ProfileImageFile": ("a.jpg", jpeg())})
    assert "\nPHOTO:data:image/jpeg;base64," in book.send("GET", "/1.vcf").text
    book.ask("PUT", "/1", data={"ProfileImageUrl": ""})
    without = book.send("GET", "/1.vcf").text.split("\n")
    assert [line for line in without if not line.startswith("REV")] == [line for line in LINES if line[:3] != "REV"]


def test_an_update_by_import_is_made_in_the_card(partners: Served, book: Client, tmp_path: Path) -> None:
    table = tmp_path / "more.csv"
    table.write_text("FirstName,LastName,EmailAddress,Title\nWile,Coyote,wile.coyote@example.com,Genius\n")
    command(partners.store, "import", book.sid, CAMPAIGN, str(table), "--on-duplicate", "update")
    lines = book.send("GET", "/1.vcf").text.split("\n")
    kept = [line for line in LINES[:-1] if not line.startswith("REV")]  # the address with its label, too: it is no news
    assert [line for line in lines if not line.startswith("REV")] == [*kept, "TITLE:Genius", "END:VCARD"]


def test_a_contact_comes_back_with_the_card_that_it_had(partners: Served, book: Client) -> None:
    book.ask("PUT", "/1", data={"Title": "Genius"})
    card = book.send("GET", "/1.vcf").content
    book.ask("DELETE", "/1")
    command(partners.store, "contact", "restore", book.sid, CAMPAIGN, "1")
    assert book.send("GET", "/1.vcf").content == card


@pytest.mark.parametrize("version", ["2.1", "3.0", "4.0"])
@pytest.mark.parametrize(
    "written", ["text/vcard; version={}", 'Text/VCard;Version="{}"', "text/vcard;VERSION={};q=0.9"]
)
def test_a_version_that_is_asked_for_is_given(untouched: Client, version: str, written: str) -> None:
    """PC-52; RFC 9110 section 5.6.6: names of parameters have no capitals, values may stand in quotes."""
    accept = {"accept": written.format(version)}
    one, both = untouched.send("GET", "/1", headers=accept), untouched.send("GET", "", headers=accept)
    assert f"\nVERSION:{version}" in one.text
    assert "X-SPOUSE" in one.text.upper()
    assert (one.content == CARD) == (version == "4.0")
    assert both.text.count(f"\nVERSION:{version}") == 2
    assert "X-BEEP:2" in both.text


def test_a_version_that_nobody_knows_is_not_acceptable(untouched: Client) -> None:
    """PC-61."""
    assert untouched.send("GET", "/1", headers={"accept": "text/vcard;version=5.0"}).status_code == 406


def test_each_version_has_its_own_entity_tag(book: Client) -> None:
    """PC-33."""
    forms = ("text/vcard", "text/vcard;version=2.1", "text/vcard;version=3.0", "text/vcard;version=4.0")
    tags = {book.send("GET", "/1", headers={"accept": form}).headers["etag"] for form in forms}
    assert len(tags) == len(forms)
    book.ask("PUT", "/1", data={"Title": "T"}, headers={"if-match": max(tags)})


def test_the_names_of_forms_have_no_capitals(partners: Served) -> None:
    """PC-50; RFC 9110 section 8.3.1."""
    xml = client(partners, "application/xml")
    assert xml.ask("GET", headers={"accept": "Application/XML; Charset=UTF-8"})
