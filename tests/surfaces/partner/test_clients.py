"""Clients that exist: the requests of the documentation, and of a program that reads everything."""

from __future__ import annotations

import shutil
import subprocess
from typing import TYPE_CHECKING

import httpx2
import pytest

from partner_client import CAMPAIGN, PARTNER, Client, client, prepare
from pictures import png
from serving import command, run

if TYPE_CHECKING:
    from pathlib import Path

    from serving import Served

CURL = shutil.which("curl")
FIELDS = {
    "FirstName": "Wile",
    "LastName": "Coyote",
    "EmailAddress": "wile.coyote@example.com",
    "Title": "Acme Partner Manager",
    "WorkPhoneNumber": "8051234567",
    "WorkPhoneNumberCountry": "US",
    "CellphoneNumber": "8059876543",
    "CellphoneNumberCountry": "US",
    "Labels": "Main Contact,Acme Partner",
    "Accounts": PARTNER,
}
MANY = [f"Wile {number}" for number in range(2500)]


def curl(ours: Client, *options: str) -> str:
    """Create a contact with curl and return its path."""
    assert CURL
    command_line = (CURL, "-sS", f"{ours.url}{ours.contacts}", "-X", "POST", "-u", f"{ours.sid}:{ours.token}", *options)
    done = subprocess.run(command_line, capture_output=True, check=True)
    said = httpx2.Response(200, content=done.stdout).json()
    assert said["Status"] == "OK", said
    return str(said["Uri"]).removeprefix(ours.contacts)


@pytest.mark.skipif(CURL is None, reason="curl is not installed")
def test_the_documented_form(partners: Served) -> None:
    ours = client(partners)
    shown = ours.ask("GET", curl(ours, *(part for name in FIELDS for part in ("-d", f"{name}={FIELDS[name]}"))))
    assert shown["Labels"] == ["Main Contact", "Acme Partner"]
    assert (shown["WorkPhoneNumber"], shown["CellphoneNumber"]) == ("8051234567", "8059876543")


@pytest.mark.skipif(CURL is None, reason="curl is not installed")
def test_the_documented_multipart_form(partners: Served, tmp_path: Path) -> None:
    ours = client(partners)
    picture = tmp_path / "image.jpg"
    picture.write_bytes(png())
    fields = [part for name in FIELDS for part in ("-F", f"{name}={FIELDS[name]}")]
    path = curl(ours, *fields, "-F", "ProfileImageFile=image.png", "-F", f"image.jpg=@{picture}")
    assert ours.send("GET", f"{path}/ProfileImage").headers["content-type"] == "image/png"


def test_a_program_that_reads_everything(partners: Served, tmp_path: Path) -> None:
    """The requests of a Singer tap for this interface, stream `contacts` under `campaigns`; 20000 is its page size."""
    made = command(partners.store, "account", "add", "Everything")
    sid = made["AccountSID"]
    prepare(partners, sid)
    table = tmp_path / "contacts.csv"
    table.write_text("FirstName,Accounts\n" + "".join(f"{name},{PARTNER}\n" for name in MANY))
    assert run("import", sid, CAMPAIGN, str(table), data=partners.store).returncode == 0
    with httpx2.Client(base_url=partners.url, auth=(sid, made["AuthToken"])) as session:
        assert session.get(f"/Advertisers/{sid}/CompanyInformation.json").json()["CompanyName"] == "Everything"
        campaigns = session.get(f"/Advertisers/{sid}/Campaigns.json", params={"PageSize": 20000}).json()
        assert [campaign["Id"] for campaign in campaigns["Campaigns"]] == [CAMPAIGN]
        for size in (100, 1000, 20000):
            assert read(session, f"/Advertisers/{sid}/Campaigns/{CAMPAIGN}/Contacts.json?PageSize={size}") == MANY


def read(session: httpx2.Client, path: str) -> list[str]:
    """Return the first names of all pages from this one on."""
    names: list[str] = []
    while path:
        page = session.get(path).json()
        names += [contact["FirstName"] for contact in page["Contacts"]]
        path = page["@nextpageuri"]
    return names
