"""The card maker, as a browser without scripts asks it: P12, CW-72."""

from __future__ import annotations

import html
import re
import subprocess
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

import httpx2
import pytest

import serving
from console_client import signed_in, title
from peers import images
from pictures import jpeg

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from console_client import Browser
    from serving import Served

ADA = {
    "first": "Ada",
    "last": "Lovelace",
    "suffix": "Jr.",
    "organization": 'O\'Brien & "Sons" $(touch x) `touch y`',
    "title": "Gräfin; 伯爵",
    "note": "one\r\ntwo\\n",
    "email-0-address": "ada@example.com",
    "email-0-label": "Home",
    "phone-0-number": "+44 20 7946 0000",
    "phone-0-label": "mobile",
    "phone-1-number": "2",
    "address-0-address": "1 Road\r\nTown",
    "website-0-url": "https://example.com/?a=1&b='2'",
    "website-0-label": "Shop",
}


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with serving.serve(tmp_path_factory.mktemp("data")) as it:
        yield it


@pytest.fixture(scope="module")
def browser(served: Served) -> Browser:
    return signed_in(served)


def asked(browser: Browser, query: dict[str, str], path: str = "/make") -> httpx2.Response:
    return browser.client.get(path, params=query)


def region(page: str, name: str) -> str:
    found = re.search(rf'aria-label="{name}">(.*?)</pre>', page, re.DOTALL)
    assert found, page
    return html.unescape(found[1])


def download(page: str) -> str:
    found = re.search(r'href="([^"]*/make/card\.vcf\?[^"]*)"', page)
    assert found
    return html.unescape(found[1])


def test_p12_and_cw_72_the_command_gives_the_bytes_of_the_download(served: Served, browser: Browser) -> None:
    """Quoted for a shell, whatever was typed."""
    page = asked(browser, ADA)
    assert (page.status_code, title(page)) == (200, "Make a card · Cardwright")
    card = browser.get(download(page.text))
    assert card.headers["content-type"] == "text/vcard; charset=utf-8"
    assert card.headers["content-disposition"].startswith('inline; filename="Ada-Lovelace-Jr.vcf"')
    command = region(page.text, "curl command").replace("YOUR-API-KEY", served.key)
    assert f"{served.url}/api/v2" in command
    done = subprocess.run(("/bin/sh", "-c", command), capture_output=True, check=True, cwd=served.data)
    assert done.stdout == card.content
    assert not (served.data / "x").exists()
    assert b"BEGIN:VCARD\r\nVERSION:3.0\r\nN:Lovelace;Ada" in card.content
    assert region(page.text, "Card as text") == card.content.decode().replace("\r\n", "\n")
    assert 'role="img" aria-label="QR code of the card"><svg' in page.text


def test_cw_72_rows_come_and_go_and_nothing_that_was_typed_is_lost(browser: Browser) -> None:
    empty = asked(browser, {}).text
    assert [empty.count(f'aria-label="{it} 1"') for it in ("Email", "Phone", "Address", "Website")] == [1, 1, 0, 0]
    assert "problem" not in re.sub("<style.*?</style>", "", empty)
    page = asked(browser, ADA | {"add": "phone"}).text
    assert 'aria-label="Phone 3"' in page
    for name, value in ADA.items():
        shown = (
            html.escape(value.replace("\r\n", "\n"), quote=True).replace("&quot;", "&#34;").replace("&#x27;", "&#39;")
        )
        assert f'value="{shown}"' in page or f">\n{shown}</textarea>" in page, name
    page = asked(browser, ADA | {"remove": "phone-0"}).text
    assert 'id="phone-0-number" name="phone-0-number" value="2"' in page
    assert 'aria-label="Phone 2"' not in page
    full = {f"email-{at}-address": f"{at}@example.com" for at in range(4)}
    page = asked(browser, {"first": "A", **full, "add": "email"}).text
    assert 'aria-label="Email 4"' in page
    assert 'aria-label="Email 5"' not in page
    assert "Add email" not in page


@pytest.mark.parametrize(
    ("query", "place", "said"),
    [
        ({"organization": "Acme"}, "first", "First name or last name is required"),
        ({"first": "O'Brien"}, "first", "First name: holds"),
        ({"last": "x" * 256}, "last", "Last name: "),
        ({"first": "A", "note": "x" * 10_001}, "note", "Note: "),
        ({"first": "A", "phone-1-number": "1", "phone-1-label": "moon"}, "phone-1-label", "Phone 2: "),
        ({"first": "A", "email-0-label": "home", "email-1-address": "x\ty"}, "email-1-address", "Email 2: "),
        ({"first": "A", "website-0-url": "a\nb"}, "website-0-url", "Website 1: "),
        ({"first": "A", "photo": "nonsense"}, "photo", "Photo address: "),
    ],
)
def test_cw_72_what_is_wrong_stands_beside_its_field(
    browser: Browser, query: dict[str, str], place: str, said: str
) -> None:
    page = asked(browser, query)
    assert (page.status_code, title(page)) == (200, "Error: Make a card · Cardwright")
    assert f'<li><a href="#{place}">{html.escape(said)}' in page.text.replace("&#39;", "&#x27;")
    assert re.search(f'id="{place}"[^>]* aria-invalid="true" aria-describedby="{place}-wrong"', page.text)
    assert asked(browser, query, "/make/card.vcf").status_code == 400


def test_cw_72_a_photo_is_in_the_card_and_not_in_its_text(tmp_path: Path) -> None:
    with images.serving() as pictures, serving.serve(tmp_path, "--fetch-allow", "127.0.0.1/32") as served:
        pictures.replies["/photo.jpg"] = images.ok(jpeg())
        browser = signed_in(served)
        page = asked(browser, {"first": "Ada", "photo": pictures.url("/photo.jpg")}).text
        assert b"PHOTO;" in browser.get(download(page)).content
        assert "PHOTO" not in region(page, "Card as text")
        assert "The photo is in the card" in page


def test_cw_72_it_needs_signing_in(served: Served) -> None:
    for path in ("/make?first=Ada", "/make/card.vcf?first=Ada"):
        answer = httpx2.get(f"{served.url}{path}")
        assert answer.status_code == 303
        assert parse_qs(urlsplit(answer.headers["location"]).query) == {"next": [path]}


def test_cw_72_strangers_make_thirty_cards_a_minute(tmp_path: Path) -> None:
    """Of IPv6 each /64, on all workers together; whoever is signed in is not counted."""
    with serving.serve(tmp_path, "--public-maker", "--workers", "2", "--trust-proxy", "127.0.0.1") as served:

        def ask(address: str, path: str = "/make?first=Ada") -> httpx2.Response:
            return httpx2.get(f"{served.url}{path}", headers={"x-forwarded-for": address})

        statuses = [ask(f"2001:db8::{it}").status_code for it in range(1, 31)]
        assert statuses == [200] * 30
        late = ask("2001:db8::ffff")
        assert (late.status_code, title(late)) == (429, "Too many requests · Cardwright")
        assert 1 <= int(late.headers["retry-after"]) <= 60
        assert ask("2001:db8::1", "/make/card.vcf?first=Ada").status_code == 429
        assert [ask(it).status_code for it in ("2001:db8:0:1::1", "192.0.2.1")] == [200, 200]
        browser = signed_in(served)
        for _ in range(31):
            answer = browser.client.get("/make", params={"first": "Ada"}, headers={"x-forwarded-for": "2001:db8::1"})
            assert answer.status_code == 200


def test_cw_72_no_photo_is_fetched_for_strangers(tmp_path: Path) -> None:
    options = ("--public-maker", "--fetch-allow", "127.0.0.1/32")
    with images.serving() as pictures, serving.serve(tmp_path, *options) as served:
        query = {"first": "Ada", "photo": pictures.url("/photo.jpg")}
        page = httpx2.get(f"{served.url}/make", params=query)
        assert page.status_code == 200
        assert "The photo is fetched for those who are signed in" in page.text
        assert b"PHOTO" not in httpx2.get(f"{served.url}/make/card.vcf", params=query).content
        assert pictures.asked("/photo.jpg") == 0


@pytest.mark.parametrize(
    "query",
    [
        "first=a&first=b",
        "first=%ff",
        "phone-9-number=1",
        "unknown=1",
        "add=moon",
        "remove=phone-7",
        "x=" + "y" * 60_000,
    ],
)
def test_cw_86_whatever_is_asked_has_an_answer(browser: Browser, query: str) -> None:
    assert browser.get(f"/make?{query}").status_code < 500


def test_hostile_texts_are_shown_as_they_are(browser: Browser) -> None:
    """CW-85."""
    hostile = "\"><script>alert(1)</script>'"
    page = asked(browser, dict.fromkeys(ADA, hostile)).text
    assert "<script>alert" not in page
