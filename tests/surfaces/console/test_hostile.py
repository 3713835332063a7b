"""CW-85: hostile texts in every field, through every way in, shown on every page, exported and downloaded.

A page with them has no element, no attribute and no header that the same page of a harmless contact has not.
"""

from __future__ import annotations

import asyncio
import csv
import io
import json
import re
from typing import TYPE_CHECKING, Final, NamedTuple
from xml.etree import ElementTree as ET

import httpx2
import pytest

import serving
from cardwright.book import accounts, partners
from cardwright.errors import InvalidError
from cardwright.store import open_store
from console_client import Browser, signed_in
from hostile import HOSTILE
from html_forms import Page

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from serving import Served

HARMLESS: Final = ("Harmless", "https://example.com/x", "mail@example.com")
KEPT: Final = 45
"""Of the texts, at least so many can be kept, whatever the rules of a way in forbid."""
LINKS: Final = ("/", "#", "mailto:", "tel:", "http://", "https://")
PHONE: Final = "carddav://"
"""The server's own, on the page of phones."""
DUPLICATES: Final = (
    *(("th", {"scope"}), ("th", {"colspan", "scope"}), ("a", {"aria-label", "class", "href"}), ("a", {"dir", "href"})),
    *(("span", {"dir"}), ("span", {"class"}), ("br", set[str]()), ("table", {"aria-label", "class"})),
)
"""What the list of duplicates may have, of pairs and of crowds; which of them come first is chance."""
NAME: Final = re.compile(r"(?:[A-Za-z0-9-]+\.)?([A-Za-z0-9-]+)[;:]")
UNFOLDED: Final = re.compile(r"\r?\n[ \t]")


class Book(NamedTuple):
    """A server, somebody who is signed in, and a campaign."""

    served: Served
    browser: Browser
    campaign: str

    @property
    def path(self) -> str:
        return f"/campaigns/{self.campaign}"

    @property
    def contacts(self) -> str:
        return f"{self.served.url}/Advertisers/{self.served.sid}/Campaigns/{self.campaign}/Contacts"

    def send(self, **body: object) -> None:
        answer = httpx2.post(f"{self.contacts}.json", auth=(self.served.sid, self.served.token), **body)
        assert answer.status_code in {200, 201, 400}, answer.text

    def imported(self, name: str, content: bytes) -> None:
        """Upload a file and import it; its pages are harmless too."""
        files = {"file": (name, content)}
        answer = self.browser.client.post(f"{self.path}/import", data={"csrf": self.browser.csrf()}, files=files)
        assert answer.status_code == 303, Page(answer.text).text
        job = answer.headers["location"]
        columns = [given["name"] for tag, given in Page(self.browser.get(job).text).attributes if tag == "select"]
        chosen = re.findall(r'<option value="([^"]*)" selected>', self.browser.get(job).text)
        for do in ("check", "import"):
            form = {"do": do, "on-duplicate": "add"}
            if do == "check":
                form |= {str(name): value or "note" for name, value in zip(columns, chosen, strict=False)}
            assert self.browser.post(job, form).status_code == 303
            serving.until(lambda: "data-poll" not in self.browser.get(job).text, pause=0.1)
        report = self.browser.get(f"{job}/report.csv")
        assert not formulas(report.text)

    def people(self) -> list[str]:
        """Return the addresses of the contacts, page by page."""
        found, path = [], f"{self.path}/contacts?sort=newest"
        while path:
            text = self.browser.get(path).text
            found += re.findall(rf'href="({self.path}/contacts/M?\d+)"', text)
            path = Page(text).links.get("Next page", "")
        return found


def by_form(book: Book, texts: Sequence[str]) -> None:
    for text in texts:
        book.send(data=fields_of(text))


def by_json(book: Book, texts: Sequence[str]) -> None:
    for text in texts:
        book.send(json=fields_of(text))


def by_multipart(book: Book, texts: Sequence[str]) -> None:
    for text in texts:
        book.send(files={name: (None, value) for name, value in fields_of(text).items()})


def by_table(book: Book, texts: Sequence[str]) -> None:
    """Import a table; a column is named as the first text, and so is the file."""
    out = io.StringIO()
    names = ("FirstName", "LastName", "Title", "Organization", "Note", "Labels", "Phones", "Websites", texts[0])
    rows = csv.writer(out)
    rows.writerow((*names, "EmailAddress"))
    for text in texts:
        if text == "BEGIN:VCARD":
            continue  # a file that has it is taken for one of cards, and refused
        rows.writerow((*[text] * len(names), "a@example.com"))
    book.imported(f"{texts[0][:40]}.csv", out.getvalue().encode())


def by_card(book: Book, texts: Sequence[str]) -> None:
    """Import cards that say the text in every property, and in a parameter."""
    cards = []
    for text in texts:
        value = re.sub(r"([\\,;])", r"\\\1", text)
        said = [f"{name}:{value}" for name in ("TITLE", "ORG", "NOTE", "CATEGORIES", "TEL", "EMAIL", "NICKNAME")]
        parameter = text.replace('"', "'")
        others = [f"N:{value};{value};;;", f"FN:{value} {value}", f"ADR:;;{value};;;;", f"URL:{text}", f"X-OWN:{text}"]
        lines = ["BEGIN:VCARD", "VERSION:3.0", *others, *said, f'TEL;TYPE="{parameter}":1', "END:VCARD", ""]
        cards.append("\r\n".join(lines))
    book.imported(f"{texts[0][:40]}.vcf", "".join(cards).encode())


def by_console(book: Book, texts: Sequence[str]) -> None:
    new = f"{book.path}/contacts/new"
    for text in texts:
        form = Page(book.browser.get(new).text).form("began").values(email__new0__address="a@example.com")
        names = ("first", "last", "prefix", "middle", "suffix", "title", "organization", "note", "labels")
        rows = ("website-new0-url", "website-new0-label", "address-new0-street", "email-new0-label")
        fields = {**dict.fromkeys((*names, *rows), text), "partners": "10000"}
        assert book.browser.client.post(new, data={**form, **fields}).status_code in {303, 422}


def by_user(book: Book, texts: Sequence[str]) -> None:
    """Make users of a partner account: their contacts follow them."""

    async def add() -> None:
        async with open_store(book.served.store) as store:
            for text in texts:
                try:
                    person = {"first": text, "last": text, "email": "a@example.com", "title": text}
                    await partners.add_user(store.partners, book.served.sid, "10000", **person)
                except InvalidError:
                    continue

    asyncio.run(add())


WAYS: Final[dict[str, Callable[[Book, Sequence[str]], None]]] = {
    "form": by_form,
    "json": by_json,
    "multipart": by_multipart,
    "table": by_table,
    "card": by_card,
    "console": by_console,
    "user": by_user,
}


def fields_of(text: str) -> dict[str, str]:
    texts = dict.fromkeys(("FirstName", "LastName", "Title", "Labels"), text)
    return {**texts, "EmailAddress": "a@example.com", "Accounts": "10000"}


class Seen:
    """What harmless pages have: the elements with their attributes, the headers, and the properties of cards."""

    def __init__(self) -> None:
        self.elements = {(tag, frozenset(given)) for tag, given in DUPLICATES}
        self.headers: set[str] = set()
        self.properties: set[str] = set()

    def learn(self, answer: httpx2.Response) -> None:
        self.headers |= set(answer.headers)
        if page := page_of(answer):
            self.elements |= shapes(page)
        self.properties |= properties(answer)

    def check(self, answer: httpx2.Response) -> None:
        where = str(answer.request.url)
        assert answer.status_code < 500, where
        assert set(answer.headers) <= self.headers, where
        assert all(len(answer.headers.get_list(name)) == 1 for name in answer.headers if name != "set-cookie"), where
        assert properties(answer) <= self.properties, (where, properties(answer) - self.properties)
        if page := page_of(answer):
            assert shapes(page) <= self.elements, (where, shapes(page) - self.elements)
            for link in page.links.values():
                assert link.startswith((*LINKS, PHONE)), (where, link)
                assert not link.startswith("//"), (where, link)


def page_of(answer: httpx2.Response) -> Page | None:
    return Page(answer.text) if "html" in answer.headers["content-type"] else None


def shapes(page: Page) -> set[tuple[str, frozenset[str]]]:
    return {(tag, frozenset(given)) for tag, given in page.attributes}


def properties(answer: httpx2.Response) -> set[str]:
    kind = answer.headers["content-type"]
    if kind.startswith("application/vcard+json"):
        return {line[0].upper() for card in answer.json() for line in card[1]}
    if not kind.startswith("text/vcard"):
        return set()
    lines = UNFOLDED.sub("", answer.text).splitlines()
    return {found[1] if (found := NAME.match(line)) else line for line in lines}


def formulas(table: str) -> list[str]:
    """Return the cells that a spreadsheet takes for a formula."""
    cells = [cell for row in csv.reader(io.StringIO(table, newline="")) for cell in row]
    return [cell for cell in cells if re.match(r"[=+\-@\t\r]", cell)]


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with serving.serve(tmp_path_factory.mktemp("data")) as it:
        serving.command(it.data, "partner", "add", it.sid, "10000", "Partner")
        yield it


@pytest.fixture(scope="module")
def browser(served: Served) -> Browser:
    return signed_in(served)


def book_of(served: Served, browser: Browser, campaign: str) -> Book:
    serving.command(served.data, "campaign", "add", served.sid, campaign, "Campaign")
    return Book(served, browser, campaign)


def pages(book: Book, people: Sequence[str], texts: Sequence[str]) -> Iterator[httpx2.Response]:
    """Give every page and download of a campaign; the contacts' own for each of them, and at the end the deleted."""
    get, lists = book.browser.get, f"{book.path}/contacts"
    for sort in ("name", "changed", "newest"):
        yield get(f"{lists}?sort={sort}")
    for text in texts:
        for query in ({"q": text}, {"label": text}, {"partner": text}):
            yield book.browser.client.get(lists, params=query)
    serving.until(lambda: "Still looking" not in get(f"{book.path}/duplicates").text, pause=0.1)
    for path in ("/duplicates", "/import", "/export", "/contacts/new"):
        yield get(f"{book.path}{path}")
    for kind in ("vcf", "csv", "jcard", "json"):
        yield get(f"{book.path}/export/contacts?format={kind}&q=")
    for path in people:
        yield get(path)
    for path in people[::6]:
        for more in ("/edit", "/card.vcf", "/qr.svg"):
            yield get(f"{path}{more}")
        made = book.browser.post(f"{path}/share", {"days": "1"})
        yield get(made.headers["location"]) if made.status_code == 303 else made
    for path in people[:4]:
        yield book.browser.post(f"{path}/delete")
    yield get(f"{book.path}/deleted")
    yield get(lists)


@pytest.mark.parametrize("way", WAYS)
def test_cw_85_nothing_of_a_contact_becomes_anything_but_text(served: Served, browser: Browser, way: str) -> None:
    seen = Seen()
    campaign = str(3_000 + 10 * list(WAYS).index(way))
    harmless = book_of(served, browser, campaign)
    for put in {WAYS[way], by_card}:  # with every property that a card may have
        put(harmless, HARMLESS * 20)  # of several pages
    for page in pages(harmless, harmless.people()[::7], HARMLESS):  # of each way and each text
        seen.learn(page)
    for path in ("/campaigns/1/contacts", f"{harmless.path}/contacts?q=nobody"):
        seen.learn(browser.get(path))
    book = book_of(served, browser, str(int(campaign) + 1))
    WAYS[way](book, HOSTILE)
    people = book.people()
    assert len(people) >= KEPT
    for page in pages(book, people, HOSTILE[::4]):
        seen.check(page)
        if page.headers["content-type"].startswith("text/csv"):
            assert not formulas(page.text)
            assert len(list(csv.reader(io.StringIO(page.text, newline="")))) == len(people) + 1
        elif page.headers["content-type"].startswith("application/json"):
            assert len(json.loads(page.content)) == len(people)
    partner = {kind: httpx2.get(f"{book.contacts}.{kind}", auth=(served.sid, served.token)) for kind in ("json", "xml")}
    assert ET.fromstring(partner["xml"].content).tag  # noqa: S314 - our own server's
    assert partner["json"].json()["Contacts"]


@pytest.mark.parametrize("text", HOSTILE)
def test_cw_85_createcontact_and_the_maker_say_it_as_text(served: Served, browser: Browser, text: str) -> None:
    """Both keep nothing; the card is the same."""

    def card(said: str) -> httpx2.Response:
        name = {"first-name": said, "last-name": said}
        more = {"organization": said, "title": said, "note": said, "phone": [{"number": "1", "label": said}]}
        body = {"action": "createcontact", "name": name, **more}
        return httpx2.post(f"{served.url}/api/v2", headers={"x-api-key": served.key}, json=body)

    def page(said: str) -> httpx2.Response:
        names = ("first", "last", "suffix", "organization", "title", "note", "phone-0-label")
        return browser.client.get("/make", params={**dict.fromkeys(names, said), "phone-0-number": "1"})

    seen = Seen()
    for said in ("Harmless", "", "O'Brien 12"):
        seen.learn(card(said))
        seen.learn(page(said))
    for answer in (card(text), page(text)):
        seen.check(answer)


def test_cw_85_names_that_an_operator_chose_are_texts(served: Served, browser: Browser) -> None:
    """Of campaigns, partner accounts and tokens."""
    paths = ("/campaigns", "/campaigns/4000/contacts", "/campaigns/4000/contacts/new", "/keys", "/phone")

    async def name(texts: Sequence[str], first: int) -> None:
        async with open_store(served.store) as store:
            for at, text in enumerate(texts, first):
                await partners.add_campaign(store.partners, served.sid, str(at), text)
                await partners.add_partner(store.partners, served.sid, str(10_000 + at), text)
                for dav in (False, True):
                    await accounts.add_token(store.accounts, served.sid, dav=dav, name=text)

    seen = Seen()
    asyncio.run(name(HARMLESS * 10, 4_000))
    for path in paths:
        seen.learn(browser.get(path))
    texts = [text for text in HOSTILE if text.strip()]
    asyncio.run(name(texts, 4_100))
    for path in (*paths, "/campaigns/4101/contacts"):
        answer = browser.get(path)
        seen.check(answer)
        assert "&lt;script&gt;alert(1)" in answer.text
