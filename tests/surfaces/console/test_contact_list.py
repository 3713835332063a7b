"""The list of contacts and of the deleted, as whoever has no script sees them: P3, P7, CW-20 to CW-26, CW-32."""

from __future__ import annotations

import asyncio
import html
import re
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urlencode

import pytest

import serving
from cardwright import limits
from cardwright.book import partners
from cardwright.book.ports import Draft, Place
from cardwright.book.requests import Query
from cardwright.contact.model import Contact, Email, Name, Phone
from cardwright.store import open_store
from console_client import signed_in, title
from partner_client import client

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import httpx2

    from console_client import Browser
    from partner_client import Client
    from serving import Served

LIST = "/campaigns/1000/contacts"
DELETED = "/campaigns/1000/deleted"
_ROW = re.compile(r'<th scope="row">.*?<(a|b)[^>]*dir="auto"[^>]*>(.*?)</\1>', re.DOTALL)
_LINK = re.compile(r'<a [^>]*href="([^"]*)"[^>]*>(?:(?!</a>).)*?</a>', re.DOTALL)


class Book(NamedTuple):
    """A server with people, and a browser in which somebody is signed in."""

    served: Served
    browser: Browser
    partner: Client

    def show(self, **query: str) -> httpx2.Response:
        answer = self.browser.get(f"{LIST}?{urlencode(query)}")
        assert answer.status_code == 200, answer.text
        return answer

    def people(self, **query: str) -> list[str]:
        return people(self.show(**query))


def people(answer: httpx2.Response) -> list[str]:
    return [html.unescape(name) for _, name in _ROW.findall(answer.text)]


def link(answer: httpx2.Response, name: str) -> str | None:
    """Return where the link of this name leads, by its label or its text."""
    for found in _LINK.finditer(answer.text):
        label = re.search(r'aria-label="([^"]*)"', found[0])
        shown = label[1] if label else re.sub("<[^>]*>", "", found[0]).strip()
        if html.unescape(shown) == name:
            return html.unescape(found[1])
    return None


def status(answer: httpx2.Response) -> str:
    found = re.search(r'<p[^>]*role="status"[^>]*>(.*?)</p>', answer.text)
    assert found
    return found[1]


def heading(answer: httpx2.Response) -> str:
    found = re.search("<h2>(.*?)</h2>", answer.text)
    assert found, answer.text
    return found[1]


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    data: Path = tmp_path_factory.mktemp("data")
    with serving.serve(data) as it:
        serving.command(data, "campaign", "add", it.sid, "1000", "First <b>")
        for number, name in (("10000", "Acme Partner"), ("10001", "Bolt & Co")):
            serving.command(data, "partner", "add", it.sid, number, name)
        yield it


@pytest.fixture(scope="module")
def book(served: Served) -> Book:
    """Sixty people, the even ones VIPs; `Müller` and three of Bolt & Co."""
    partner = client(served)
    for at in range(57):
        fields = {"FirstName": f"Person {at:02}", "LastName": "Miller", "EmailAddress": f"p{at}@example.com"}
        labels = "vip" if at % 2 == 0 else "press, <i>news</i>"
        partner.create({**fields, "Accounts": "10000", "Labels": labels, "Title": "Agent"})
    number = {"WorkPhoneNumber": "8051234567", "WorkPhoneNumberCountry": "US"}
    for first, last in (("Änne", "Müller"), ("Zoë", "Nowak"), ("<script>", 'O"Brien')):
        fields = {"FirstName": first, "LastName": last, "EmailAddress": "bolt@example.com", "Accounts": "10001"}
        partner.create({**fields, **number})
    return Book(served, signed_in(served), partner)


def test_p3_and_cw_20_what_the_page_says(book: Book) -> None:
    page = book.show()
    assert title(page) == "Contacts · First &lt;b&gt; · Cardwright"
    assert "<h1>Contacts</h1>" in page.text
    assert status(page) == "60 contacts"
    for text in ('<option value="10001">Bolt &amp; Co</option>', "<option>vip</option>", ">Search</button>"):
        assert text in page.text
    assert "<script>" not in page.text
    assert "<i>news" not in page.text
    assert len(page.content) < 120 * 1024


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ({"q": "muller"}, "1 contact"),
        ({"q": "miller person 0"}, "10 contacts"),
        ({"q": "+1 (805) 123"}, "3 contacts"),
        ({"q": "8051234567"}, "3 contacts"),
        ({"q": "nobody"}, "No contacts"),
        ({"label": "VIP"}, "29 contacts"),
        ({"partner": "10001"}, "3 contacts"),
        ({"partner": "bolt & co"}, "3 contacts"),
        ({"partner": "10001", "q": "zoe"}, "1 contact"),
        ({"partner": "bolt"}, "No contacts"),
        ({"label": "vip", "sort": "unknown", "other": "1"}, "29 contacts"),
    ],
)
def test_cw_22_and_24_who_is_found(book: Book, query: dict[str, str], count: str) -> None:
    page = book.show(**query)
    assert status(page) == count
    assert heading(page) == "Nobody found" if count == "No contacts" else people(page)


def test_cw_23_the_pages_of_each_order(book: Book) -> None:
    by_name = ['<script> O"Brien', "Änne Müller", *(f"Person {at:02} Miller" for at in range(57)), "Zoë Nowak"]
    by_time = ['<script> O"Brien', "Zoë Nowak", "Änne Müller", *(f"Person {at:02} Miller" for at in range(56, -1, -1))]
    for sort, expected in (("", by_name), ("name", by_name), ("changed", by_time), ("newest", by_time)):
        first = book.show(sort=sort)
        assert people(first) == expected[:50]
        assert link(first, "Previous page") is None
        second = book.browser.get(str(link(first, "Next page")))
        assert people(second) == expected[50:]
        assert link(second, "Next page") is None
        assert status(second) == "60 contacts"
        assert people(book.browser.get(str(link(second, "Previous page")))) == expected[:50]


def test_cw_23_the_pages_keep_search_filters_and_order(book: Book) -> None:
    address = link(book.show(q="person", label="press", partner="10000", sort="newest"), "Remove filter Label: press")
    assert address is not None
    page = book.browser.get(address)
    following = str(link(page, "Next page"))
    for part in ("q=person", "partner=10000", "sort=newest"):
        assert part in following
    assert "label" not in following
    assert people(book.browser.get(following)) == [f"Person {at:02} Miller" for at in range(6, -1, -1)]


def test_cw_24_each_filter_can_be_removed(book: Book) -> None:
    page = book.show(q="miller", label="vip", partner="10000", sort="newest")
    assert link(page, "Remove filter Search: miller") == f"{LIST}?label=vip&partner=10000&sort=newest"
    assert link(page, "Remove filter Partner account: 10000") == f"{LIST}?q=miller&label=vip&sort=newest"
    assert link(page, "Clear all") == f"{LIST}?sort=newest"
    assert link(book.show(sort="newest"), "Clear all") is None


@pytest.mark.parametrize("place", ["x", "%00", "WzEsMV0", "x" * 3_000, "WyJcdTAwMDAiLDFd"])
def test_cw_86_a_place_that_is_none_is_the_first_page(book: Book, place: str) -> None:
    for key in ("after", "before"):
        assert people(book.browser.get(f"{LIST}?{key}={place}")) == book.people()


def test_cw_23_a_place_past_everybody_is_the_first_page(book: Book) -> None:
    assert people(book.browser.get(f"{LIST}?after=WyJ-fn4iLDFd")) == book.people()  # ["~~~",1]: but Zoë is before it


@pytest.mark.parametrize("key", ["q", "label", "partner"])
def test_cw_86_a_text_over_its_limit(book: Book, key: str) -> None:
    answer = book.browser.get(f"{LIST}?{key}={'x' * (limits.QUERY_TEXT.value + 1)}")
    assert answer.status_code == 400
    assert book.browser.get(f"{LIST}?q={'a+' * 40}").status_code == 200
    assert f'value="{"x" * (limits.QUERY_TEXT.value + 1)}"' in answer.text, "it stays to be shortened"
    assert f'<a href="#{key}">' in answer.text
    many = book.browser.get(f"{LIST}?q=" + "+".join(f"w{at}" for at in range(40)))
    assert (many.status_code, "Search contacts holds more than 32 words" in many.text) == (400, True)


def test_cw_26_an_empty_campaign_and_nobody_found(book: Book) -> None:
    serving.command(book.served.data, "campaign", "add", book.served.sid, "2000", "Second")
    page = book.browser.get("/campaigns/2000/contacts")
    assert (heading(page), status(page)) == ("No contacts yet", "No contacts")
    nobody = book.show(q="nobody at all")
    assert (heading(nobody), link(nobody, "Show all contacts")) == ("Nobody found", LIST)


def test_cw_80_a_campaign_that_is_not_there(book: Book) -> None:
    for path in ("/campaigns/3000/contacts", "/campaigns/3000/deleted"):
        assert book.browser.get(path).status_code == 404


def test_p7_and_cw_32_who_is_deleted_comes_back(book: Book) -> None:
    before = book.browser.get(DELETED)
    assert (title(before), heading(before)) == ("Deleted contacts · Cardwright", "Nobody is deleted")
    fields = {"FirstName": "Go", "LastName": "Ne <b>", "EmailAddress": "gone@example.com", "Accounts": "10000"}
    path = book.partner.create(fields)
    book.partner.ask("DELETE", path)
    page = book.browser.get(DELETED)
    assert people(page) == ["Go Ne <b>"]
    assert 'aria-label="Restore Go Ne &lt;b&gt;"' in page.text
    action = re.search(r'action="([^"]*/restore)"', page.text)
    assert action
    answer = book.browser.post(action[1])
    assert (answer.status_code, answer.headers["location"]) == (303, DELETED)
    told = book.browser.get(DELETED)
    assert "Go Ne &lt;b&gt; is restored" in told.text
    assert people(told) == []
    assert book.partner.ask("GET", path)["LastName"] == "Ne <b>"
    assert book.browser.post(action[1]).status_code == 303  # who presses twice finds it done
    book.partner.ask("DELETE", path)


def test_cw_32_the_deleted_have_pages(book: Book) -> None:
    fields = {"LastName": "Deleted", "EmailAddress": "gone@example.com", "Accounts": "10000"}
    for at in range(53):
        book.partner.ask("DELETE", book.partner.create({**fields, "FirstName": f"{at:02}"}))
    first = book.browser.get(DELETED)
    assert people(first) == [f"{at:02} Deleted" for at in range(52, 2, -1)]
    second = book.browser.get(str(link(first, "Next page")))
    assert people(second)[:3] == ["02 Deleted", "01 Deleted", "00 Deleted"]
    assert link(second, "Next page") is None
    assert link(first, "Previous page") is None
    assert people(book.browser.get(str(link(second, "Previous page")))) == people(first)
    assert people(book.browser.get(f"{DELETED}?after=1"))[-1:] == people(second)[-1:]
    assert people(book.browser.get(f"{DELETED}?after={10**17}")) == people(first)
    assert people(book.browser.get(f"{DELETED}?before=x")) == people(first)


def test_cw_13_a_read_only_token_sees_and_changes_nothing(book: Book) -> None:
    token = serving.command(book.served.data, "token", "add", book.served.sid, "--read-only")["AuthToken"]
    browser = signed_in(book.served, token)
    page = browser.get(DELETED)
    assert people(page)
    assert "Restore" not in page.text
    assert "New contact" not in browser.get(LIST).text
    assert "New contact" not in browser.get("/campaigns/2000/contacts").text
    action = re.search(r'action="([^"]*/restore)"', book.browser.get(DELETED).text)
    assert action
    assert browser.post(action[1]).status_code == 403


@pytest.mark.parametrize("character", ["x", "&", "名", "😀", '"'])
def test_cw_5_a_page_of_fifty_is_small_with_every_field_at_its_limit(book: Book, character: str) -> None:
    """Labels and partner accounts too, which are suggested; a name of 510 letters stands there whole."""
    campaign = str(5_000 + ord(character))
    asyncio.run(_fill(book.served, campaign, character))
    for path in ("contacts", "deleted"):
        page = book.browser.get(f"/campaigns/{campaign}/{path}")
        assert len(page.content) <= 120_000, len(page.content)
        assert len(people(page)) == 50
        whole = f"{character * 255} {character * 255}"
        assert all(whole.startswith(name.removesuffix("…")) for name in people(page))
        assert character != "x" or people(page) == [whole] * 50


async def _fill(served: Served, campaign: str, character: str) -> None:
    place, full = Place(served.sid, campaign), character * 255
    async with open_store(served.store) as store:
        await partners.add_campaign(store.partners, *place, full)
        ids = [f"{ord(character)}{at:02}" for at in range(limits.SUGGESTIONS.value)]
        for partner in ids:
            await partners.add_partner(store.partners, served.sid, partner, full)
        several = [
            Contact(
                Name(full, full),
                full,
                full,
                emails=(Email("x" * 64 + "@" + "y" * 180 + ".example.com"),),
                phones=(Phone("1" * 30, "work"),),
                labels=tuple(f"{at}-{label}-".ljust(100, character) for label in range(50)),
                uid=f"urn:uuid:{character}{at}",
            )
            for at in range(102)
        ]
        await store.imports.create(place, [Draft(it, (ids[0],)) for it in several], "x" * 100)
        there = await store.contacts.list(place, Query(page_size=51))
        for stored in there.contacts:
            await store.contacts.delete(place, stored.number, lambda _: None, "test")


@pytest.mark.parametrize("length", [1, limits.LIST_PLACE.value - 2, limits.LIST_PLACE.value - 1])
def test_cw_25_the_list_as_it_was_left(book: Book, length: int) -> None:
    """What stands behind the question mark is kept for this campaign, unless it is too long."""
    query = f"x={'y' * length}"
    kept = book.browser.get(f"{LIST}?{query}").headers["set-cookie"]
    expected = query if len(query) <= limits.LIST_PLACE.value else ""
    assert kept == f"list-1000={expected}; Path=/campaigns/1000; HttpOnly; SameSite=Lax"
