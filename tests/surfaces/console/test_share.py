"""Share links and what they show: CW-52, CW-53, CW-54, P13."""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING

import httpx2
import pytest

import serving
from cardwright.vcard import read
from console_client import Browser, signed_in, title
from partner_client import PARTNER, client, prepare
from pictures import jpeg

if TYPE_CHECKING:
    from collections.abc import Iterator

    from serving import Served

SECRET = ("Zyxnote", "Zyxlabel", "Acme Partner", "/Advertisers", "1000")
"""What nobody is shown who has a link."""
VCARD = (
    "BEGIN:VCARD\r\nVERSION:3.0\r\nN:Núñez;José;;Dr.;\r\nFN:Dr. José Núñez\r\nORG:Acme\r\nTITLE:Head\r\n"
    "TEL;TYPE=CELL:+1 805 555 0100\r\nEMAIL;TYPE=INTERNET,WORK:jose@example.com\r\n"
    "ADR;TYPE=WORK:;;1 Road;Town;;12345;Land\r\nURL:https://example.com/?a=1\r\nURL:javascript:alert(1)\r\n"
    "NOTE:Zyxnote\r\nCATEGORIES:Zyxlabel\r\nUID:urn:uuid:zyxuid\r\nBDAY:1970-01-01\r\nX-ZYX:Zyxline\r\nEND:VCARD\r\n"
)


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with serving.serve(tmp_path_factory.mktemp("data"), "--workers", "2") as it:
        prepare(it)
        card = tmp_path_factory.mktemp("cards") / "jose.vcf"
        card.write_text(VCARD, newline="")
        serving.command(it.data, "import", it.sid, "1000", str(card))
        yield it


@pytest.fixture
def browser(served: Served) -> Browser:
    return signed_in(served)


def contact(served: Served) -> str:
    """The path of the contact that came as a card."""
    (found,) = client(served).ask("GET", params={"EmailAddress": "jose@example.com"})["Contacts"]
    return f"/campaigns/1000/contacts/{found['Id']}"


def link(browser: Browser, path: str, days: str = "0") -> str:
    made = browser.post(f"{path}/share", {"days": days})
    assert made.status_code == 200, made.text
    assert title(made) == "Share link · Cardwright"
    found = re.search(r'<label for="link">Share link</label><input id="link" readonly value="([^"]+)"', made.text)
    assert found
    assert 'alt="QR code of the share link"' in made.text
    assert "Copy link" in made.text
    return html.unescape(found[1])


def is_gone(url: str) -> bool:
    answers = [httpx2.get(url + more) for more in ("", "/card.vcf", "/photo", "/qr.svg")]
    for answer in answers:
        assert "<h1>This card is not available</h1>" in answer.text or answer.status_code == 200
    return {answer.status_code for answer in answers} == {404}


def test_a_link_shows_the_card_to_whoever_has_it(served: Served, browser: Browser) -> None:
    """CW-53."""
    path = contact(served)
    url = link(browser, path)
    assert url.startswith(f"{served.url}/c/")
    page = httpx2.get(url)
    assert (page.status_code, title(page)) == (200, "Dr. José Núñez")
    assert page.headers["x-robots-tag"] == "noindex, nofollow"
    assert page.headers["referrer-policy"] == "no-referrer"
    assert "<script" not in page.text
    for said in (
        "Dr. José Núñez",
        "Head",
        "Acme",
        "tel:+18055550100",
        "mailto:jose@example.com",
        "1 Road",
        "12345 Town",
    ):
        assert said in page.text
    assert 'href="https://example.com/?a=1" dir="auto" rel="noopener nofollow"' in page.text
    assert 'href="javascript' not in page.text
    assert "Nothing happens when you save?" in page.text
    card = httpx2.get(f"{url}/card.vcf")
    assert card.headers["content-type"] == "text/vcard; charset=utf-8"
    assert card.headers["content-disposition"].startswith('inline; filename="Dr-Jose-Nunez.vcf"; filename*=UTF-8')
    (read_back,) = read(card.content)
    assert {it.name.upper() for it in read_back.properties} <= {
        *("N", "FN", "ORG", "TITLE", "TEL", "EMAIL", "ADR", "URL", "X-ABLABEL", "PHOTO")
    }
    assert card.content.startswith(b"BEGIN:VCARD\r\nVERSION:3.0")
    number = path.rpartition("/")[2]
    for secret in (*SECRET, "zyxuid", "Zyxline", "BDAY", f'/{number}"', served.sid, served.token):
        assert secret not in page.text
        assert secret not in card.text


def test_the_photo_is_the_servers_own_jpeg(served: Served, browser: Browser) -> None:
    ours = client(served)
    new = {"FirstName": "Ann", "LastName": "Photo", "EmailAddress": "ann@example.com", "Accounts": PARTNER}
    made = ours.ask("POST", data=new, files={"ProfileImageFile": ("a.jpg", jpeg(), "image/jpeg")})
    url = link(browser, f"/campaigns/1000/contacts/{made['Uri'].rpartition('/')[2]}")
    assert f'src="{url.removeprefix(served.url)}/photo"' in httpx2.get(url).text
    photo = httpx2.get(f"{url}/photo")
    assert (photo.headers["content-type"], photo.content[:2]) == ("image/jpeg", b"\xff\xd8")
    assert b"PHOTO" in httpx2.get(f"{url}/card.vcf").content


@pytest.mark.parametrize("days", ["0", "1", "7", "30"])
def test_the_page_of_the_contact_says_since_when_and_until_when(served: Served, browser: Browser, days: str) -> None:
    """CW-52: the link itself is not there again."""
    path = contact(served)
    url = link(browser, path, days)
    page = browser.get(path).text
    time = r'<time datetime="[-0-9]+T[:0-9]+Z">\d+ \w+ \d{4}, \d\d:\d\d UTC</time>'
    assert re.search(f"<p>Shared since {time}, until {'you stop it' if days == '0' else time}</p>", page)
    assert "Make a new share link" in page
    assert url.rpartition("/")[2] not in page


def test_stopping_works_on_every_worker_at_once(served: Served, browser: Browser) -> None:
    """CW-54."""
    path = contact(served)
    url = link(browser, path)
    assert httpx2.get(url).status_code == 200
    stopped = browser.post(f"{path}/unshare")
    assert (stopped.status_code, stopped.headers["location"]) == (303, path)
    assert all(is_gone(url) for _ in range(4))  # each on a connection of its own
    page = browser.get(path).text
    assert "Make share link" in page
    assert "Stop sharing" not in page


def test_a_new_link_ends_the_old_one_and_deletion_ends_it_too(served: Served, browser: Browser) -> None:
    made = client(served).create(
        {"FirstName": "B", "LastName": "C", "EmailAddress": "b@example.com", "Accounts": PARTNER}
    )
    path = f"/campaigns/1000/contacts{made}"
    old = link(browser, path)
    new = link(browser, path)
    assert (is_gone(old), is_gone(new)) == (True, False)
    browser.post(f"{path}/delete")
    assert is_gone(new)


@pytest.mark.parametrize("token", ["x", "x" * 24, "x" * 5_000, "%00" * 24, "%F0%9F%98%80", "%ff"])
def test_whatever_is_no_link_is_the_same_page(served: Served, token: str) -> None:
    """CW-54: nobody learns why."""
    answer, other = httpx2.get(f"{served.url}/c/{token}"), httpx2.get(f"{served.url}/c/{'y' * 24}")
    assert (answer.status_code, answer.text) == (404, other.text)
    assert "<h1>This card is not available</h1>" in answer.text
    assert answer.headers["x-robots-tag"] == "noindex, nofollow"


@pytest.mark.parametrize("days", ["", "2", "-1", "x", "1e9"])
def test_no_other_times_can_be_chosen(served: Served, browser: Browser, days: str) -> None:
    assert browser.post(f"{contact(served)}/share", {"days": days}).status_code == 400


def test_a_read_only_token_makes_and_stops_no_link(served: Served, browser: Browser) -> None:
    """CW-13, CW-52."""
    path = contact(served)
    url = link(browser, path)
    token = serving.command(served.data, "token", "add", served.sid, "--read-only")["AuthToken"]
    reader = signed_in(served, token)
    page = reader.get(path).text
    assert "Shared since" in page
    assert not [it for it in ("Make a new share link", "Make share link", "Stop sharing") if it in page]
    assert [reader.post(f"{path}/{it}", {"days": "0"}).status_code for it in ("share", "unshare")] == [403, 403]
    assert not is_gone(url)
