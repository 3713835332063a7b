"""Duplicates, comparison, merge and undo: CW-3, CW-13, CW-56 to CW-58, on a real server."""

from __future__ import annotations

import html
import itertools
import re
from typing import TYPE_CHECKING

import pytest

import serving
from console_client import Browser, signed_in, title
from partner_client import WILE, client, prepare

if TYPE_CHECKING:
    from collections.abc import Iterator

    import httpx2

    from serving import Served

PATH = "/campaigns/1000/duplicates"


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with serving.serve(tmp_path_factory.mktemp("data"), "--workers", "2") as it:
        prepare(it)
        serving.command(it.data, "campaign", "add", it.sid, "3000", "Empty")
        yield it


@pytest.fixture
def email() -> str:
    """An e-mail address that no other test has."""
    return f"wile{next(_NUMBERS)}@example.com"


_NUMBERS = itertools.count(1)


def made(served: Served, email: str, **fields: str) -> str:
    """Make a contact by the partner interface, and return its id."""
    return client(served).create(WILE | {"EmailAddress": email} | fields).removeprefix("/")


def card(served: Served, contact: str) -> httpx2.Response:
    return client(served, "text/vcard").send("GET", f"/{contact}.vcf")


def text(answer: httpx2.Response) -> str:
    return html.unescape(re.sub(r"\s+", " ", re.sub("<.*?>", " ", answer.text)))


def undo(browser: Browser, answer: httpx2.Response) -> httpx2.Response:
    """Press the button Undo of the notice."""
    found = re.search(
        r'action="([^"]+)"><input type="hidden" name="csrf" value="\w+"><button class="button">Undo<', answer.text
    )
    assert found, answer.text
    return followed(browser, browser.post(html.unescape(found[1])))


def followed(browser: Browser, answer: httpx2.Response) -> httpx2.Response:
    assert answer.status_code == 303, answer.text
    return browser.get(answer.headers["location"])


def merge(browser: Browser, first: str, second: str, **form: str) -> httpx2.Response:
    """Press Merge with everything as the page has it."""
    path = f"{PATH}/{first}/{second}"
    page = browser.get(path)
    revisions = re.search(r'name="revisions" value="(.*?)"', page.text)
    assert revisions
    kept = re.findall(r'name="keep" value="(.*?)"', page.text)
    chosen = dict(re.findall(r'type="radio" name="(.*?)" value="(.)" checked', page.text))
    data = {"csrf": browser.csrf(), "do": "merge", "revisions": revisions[1], "keep": kept, **chosen, **form}
    return browser.client.post(path, data=data)


def test_cw_56_pairs_are_listed_with_why_and_compared(served: Served, email: str) -> None:
    browser = signed_in(served)
    page = browser.get(PATH.replace("1000", "3000"))
    assert (title(page), "No duplicates" in page.text) == ("Duplicates · Cardwright", True)
    first, second = made(served, email), made(served, email.upper(), FirstName="<b>Will</b>")
    page = browser.get(PATH)
    name = f"Compare Wile Coyote {first} and <b>Will</b> Coyote {second}"
    assert f'aria-label="{html.escape(name)}"' in page.text
    assert f"Same e-mail address: {email}" in page.text
    assert "<b>Will" not in page.text
    compared = browser.get(f"{PATH}/{first}/{second}")
    assert title(compared) == html.escape("Compare Wile Coyote and <b>Will</b> Coyote · Cardwright")
    assert "Same person?" in compared.text
    assert 'aria-label="Comparison"' in compared.text


def test_cw_56_what_many_share_is_one_line(served: Served, email: str) -> None:
    for number in range(21):
        made(served, email, FirstName=f"P{number}")
    browser = signed_in(served)
    page = browser.get(PATH)
    assert f"21 contacts share {email}" in text(page)
    (address,) = re.findall(f'href="([^"]*)" dir="auto">21 contacts share {email}', page.text)
    assert "21 contacts" in text(browser.get(html.unescape(address)))


def test_cw_3_a_restore_can_be_undone(served: Served, email: str) -> None:
    browser, contact = signed_in(served), made(served, email)
    client(served).ask("DELETE", f"/{contact}")
    answer = followed(browser, browser.post(f"/campaigns/1000/deleted/{contact}/restore"))
    assert card(served, contact).status_code == 200
    assert "Undone: the contact is deleted" in undo(browser, answer).text
    assert card(served, contact).status_code == 404


def test_cw_56_not_the_same_person_is_remembered_and_can_be_undone(served: Served, email: str) -> None:
    browser = signed_in(served)
    first, second = made(served, email), made(served, email)
    answer = followed(browser, browser.post(f"{PATH}/{first}/{second}", {"do": "different"}))
    assert "Wile Coyote and Wile Coyote are not the same person" in answer.text
    assert f"Compare Wile Coyote {first} " not in answer.text
    assert f"Compare Wile Coyote {first} " in undo(browser, answer).text
    assert f"Compare Wile Coyote {first} " in browser.get(PATH).text


def test_cw_57_one_side_of_single_fields_and_what_is_ticked_of_lists(served: Served, email: str) -> None:
    browser = signed_in(served)
    first = made(served, email, Title="Genius")
    second = made(served, email.upper(), Title="Chief", LastName="Ethelbert")
    merge(browser, first, second, **{"take Title": "2", "keep": "emails.2.0"})
    said = card(served, first).text
    assert "TITLE:Chief" in said
    assert ("Coyote" in said, "Ethelbert" in said) == (True, False)
    assert (email.upper() in said, email in said) == (True, False)
    assert card(served, second).status_code == 404


def test_cw_58_the_undo_brings_both_back(served: Served, email: str) -> None:
    browser = signed_in(served)
    first = made(served, email, Title="Genius")
    second = made(served, email, LastName="Ethelbert")
    before = [without_rev(card(served, it)) for it in (first, second)]
    answer = followed(browser, merge(browser, first, second))
    assert f"Merged: Wile Coyote has what contact {second} had" in text(answer)
    assert card(served, second).status_code == 404
    assert "Undone" in undo(browser, answer).text
    assert [without_rev(card(served, it)) for it in (first, second)] == before


def test_cw_58_merge_pressed_twice_leads_to_the_merged_contact(served: Served, email: str) -> None:
    first, second = made(served, email), made(served, email)
    browser = signed_in(served)
    path, csrf = f"{PATH}/{first}/{second}", browser.csrf()
    assert merge(browser, first, second).status_code == 303
    again = browser.client.post(path, data={"csrf": csrf, "do": "merge"})
    page = followed(browser, again)
    assert (title(page), "Merged: " in text(page)) == ("Wile Coyote · Cardwright", True)
    assert browser.get(path).headers["location"] == f"/campaigns/1000/contacts/{first}"
    assert browser.get(f"{PATH}/{second}/{first}").status_code == 404
    undo(browser, page)
    assert browser.get(path).status_code == 200


def test_cw_12_what_was_ticked_is_there_again_after_signing_in(served: Served, email: str) -> None:
    first, second = made(served, email, Title="One"), made(served, email, Title="Two", Labels="a, b")
    browser = signed_in(served)
    path = f"{PATH}/{first}/{second}"
    revisions = re.search(r'name="revisions" value="(.*?)"', browser.get(path).text)
    assert revisions
    browser.client.cookies.clear()
    chosen = {"do": "merge", "take Title": "2", "keep": "labels.2.1"}
    for sent, ticked in ((revisions[1], ["labels.2.1"]), ("0.0", ["labels.2.0", "labels.2.1"])):
        asked = browser.client.post(path, data={**chosen, "revisions": sent})
        fields = {name: html.unescape(value) for name, value in re.findall(r'name="(\w+)" value="(.*?)"', asked.text)}
        done = browser.client.post("/sign-in", data={**fields, "sid": served.sid, "token": served.token})
        page = followed(browser, done)
        assert re.findall(r'name="keep" value="(.*?)" checked', page.text) == ticked
        browser.client.cookies.clear()


def test_cw_58_it_is_refused_when_one_was_changed_since(served: Served, email: str) -> None:
    browser = signed_in(served)
    first, second = made(served, email), made(served, email)
    answer = followed(browser, merge(browser, first, second))
    client(served).ask("PUT", f"/{first}", data={"Title": "New"})
    assert f"Not undone: contact {first} was changed since" in text(undo(browser, answer))
    assert card(served, second).status_code == 404


def test_what_was_changed_after_it_was_compared_is_compared_again(served: Served, email: str) -> None:
    browser = signed_in(served)
    first, second = made(served, email), made(served, email)
    answer = merge(browser, first, second, revisions="1.1")
    assert (answer.status_code, title(answer)[:6]) == (409, "Error:")
    assert "One of them was changed meanwhile" in answer.text
    assert card(served, second).status_code == 200


def test_what_breaks_a_rule_is_told_and_changes_nothing(served: Served, email: str) -> None:
    browser = signed_in(served)
    first, second = made(served, email), made(served, email, Accounts="10001")
    answer = merge(browser, first, second, keep="none")
    assert (answer.status_code, title(answer)[:6]) == (422, "Error:")
    assert "must leave the contact one partner account" in answer.text
    assert card(served, second).status_code == 200


def test_cw_57_a_system_created_contact_is_compared_and_not_merged(served: Served, email: str) -> None:
    browser = signed_in(served)
    first = made(served, email)
    person = ("--first", "Wile", "--last", "Coyote", "--email", email)
    serving.command(served.data, "partner", "user", "add", served.sid, "10000", *person)
    second = f"M{int(first) + 1}"
    page = browser.get(f"{PATH}/{first}/{second}")
    assert f"Contact {second} follows a partner user" in page.text
    assert "Merge</button>" not in page.text
    assert "Not the same person</button>" in page.text
    revisions = re.search(r'name="revisions" value="(.*?)"', page.text)
    assert revisions
    refused = browser.post(f"{PATH}/{first}/{second}", {"do": "merge", "revisions": revisions[1]})
    assert refused.status_code == 403


def test_cw_13_a_read_only_token_sees_all_and_changes_nothing(served: Served, email: str) -> None:
    token = serving.command(served.data, "token", "add", served.sid, "--read-only")["AuthToken"]
    browser = signed_in(served, token)
    first, second = made(served, email), made(served, email)
    assert f"Compare Wile Coyote {first} " in browser.get(PATH).text
    page = browser.get(f"{PATH}/{first}/{second}")
    assert "Merge" not in text(page)
    assert "Not the same person" not in text(page)
    for path in (
        f"{PATH}/{first}/{second}",
        f"{PATH}/{first}/{second}/same",
        f"/campaigns/1000/contacts/{first}/undo/1",
    ):
        assert browser.post(path, {"do": "different"}).status_code == 403


@pytest.mark.parametrize(
    ("path", "status"),
    [
        *((f"{PATH}?after={it}", 200) for it in ("x", "1.2.3", "9" * 30, "1.2.3.%00", "1.2.3.'", "1.1.0.%3De12")),
        (f"{PATH}?before=1.2.3.", 200),
        (f"{PATH}?other=1", 200),
        (f"{PATH}/1/1", 404),
        (f"{PATH}/1/x", 404),
        (f"{PATH}/1/999999999999", 404),
        ("/campaigns/2000/duplicates", 404),
    ],
)
def test_cw_86_what_strangers_ask_is_a_page_or_refused(served: Served, path: str, status: int) -> None:
    assert signed_in(served).get(path).status_code == status


@pytest.mark.parametrize("sequence", ["0", "1", "x", "9" * 18, "9" * 19, "-1", "%00"])
def test_cw_86_the_undo_of_what_never_happened_is_not_found(served: Served, sequence: str) -> None:
    assert signed_in(served).post(f"/campaigns/3000/contacts/999999/undo/{sequence}").status_code == 404


def without_rev(answer: httpx2.Response) -> str:
    """The card but for its REV, which says when it last changed."""
    assert answer.status_code == 200
    return re.sub(r"REV:.*", "", answer.text)
