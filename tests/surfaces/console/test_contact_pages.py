"""P4, P5 and P6 without scripts, on a real server: CW-30, 33, 40 to 44, 50, 51."""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING

import pytest

import serving
from cardwright import limits
from console_client import Browser, signed_in, title
from hostile import HOSTILE
from html_forms import Page
from pictures import busy, encoded, png, scene

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import httpx2

    from serving import Served

NEW = "/campaigns/1000/contacts/new"
WILE = {
    "first": "Wile",
    "last": "Coyote",
    "email-new0-address": "wile@example.com",
    "partners": ["10000"],
}


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with serving.serve(tmp_path_factory.mktemp("data")) as it:
        serving.command(it.data, "campaign", "add", it.sid, "1000", "First")
        for number in ("10000", "10001"):
            serving.command(it.data, "partner", "add", it.sid, number, f"Partner {number}")
        yield it


@pytest.fixture(scope="module")
def browser(served: Served) -> Browser:
    return signed_in(served)


def opened(browser: Browser, path: str) -> Page:
    answer = browser.get(path)
    assert answer.status_code == 200, answer.text
    return Page(answer.text)


def send(browser: Browser, path: str, page: Page, files: object = None, **changes: object) -> httpx2.Response:
    values: dict[str, object] = {**page.form("began").values(), **changes}
    return browser.client.post(path, data=values, files=files)


def made(browser: Browser, **changes: object) -> str:
    """Make a contact, and return the path of its page."""
    answer = send(browser, NEW, opened(browser, NEW), **{**WILE, **changes})
    assert answer.status_code == 303, answer.text
    return answer.headers["location"]


def errors(answer: httpx2.Response) -> list[str]:
    assert answer.status_code == 422, answer.text
    assert title(answer).startswith("Error: ")
    page = Page(answer.text)
    ids = {given.get("id") for _, given in page.attributes}
    told = [(text, link) for text, link in page.links.items() if link.startswith("#") and link != "#main"]
    for _, link in told:
        assert link.removeprefix("#") in ids, link
    return [text for text, _ in told]


def test_cw_40_a_new_form_begins_with_an_address_and_two_phones(browser: Browser) -> None:
    page = opened(browser, NEW)
    labels = [given.get("aria-label") for tag, given in page.attributes if tag == "fieldset"]
    assert labels == ["Email 1", "Phone 1", "Phone 2", None]
    for text in ("First name", "Last name", "Prefix (optional)", "Organization (optional)", "Labels (optional)"):
        assert text in page.text
    assert "Country" in page.text


def test_cw_43_saving_leads_to_the_contact_with_a_notice(browser: Browser) -> None:
    where = made(
        browser, **{"organization": "Acme", "phone-new0-number": "(805) 123-4567", "phone-new0-country": "usa"}
    )
    answer = browser.get(where)
    assert title(answer) == "Wile Coyote · Cardwright"
    page = Page(answer.text)
    assert "Wile Coyote was created." in page.text
    assert page.links["wile@example.com"] == "mailto:wile@example.com"
    assert page.links["+18051234567"] == "tel:+18051234567"
    assert "Partner 10000" in page.text


def test_cw_43_pressing_the_button_twice_makes_one_contact(browser: Browser) -> None:
    page = opened(browser, NEW)
    one, two = (send(browser, NEW, page, **WILE, title="Twice") for _ in range(2))
    assert one.headers["location"] == two.headers["location"]


def test_cw_42_faults_are_told_in_the_order_of_the_form_and_nothing_is_lost(browser: Browser) -> None:
    page = opened(browser, NEW)
    answer = send(
        browser,
        NEW,
        page,
        **{
            "first": "Wile",
            "title": "x" * 300,
            "email-new0-address": "wile",
            "phone-new1-number": "12",
            "phone-new1-country": "germany",
            "note": "one\r\ntwo",
            "labels": 'VIP, "a, b"',
        },
    )
    assert errors(answer) == [
        "Last name is required",
        "Title holds 300 characters; at most 255 are taken",
        "Email must be an e-mail address, like wile.coyote@example.com",
        "Number is no complete phone number of DE; digits, spaces and ()-.+ are taken",
        "Partner accounts is required",
    ]
    again = Page(answer.text)
    sent = again.form("began").values()
    assert sent["first"] == ["Wile"]
    assert sent["phone-new1-country"] == ["germany"]
    assert sent["note"] == ["one\r\ntwo"]
    assert sent["labels"] == ['VIP, "a, b"']
    field = again.by_id("last")
    assert field["aria-invalid"] == "true"
    assert again.by_id(str(field["aria-describedby"]))
    assert "aria-invalid" not in again.by_id("first")
    done = send(browser, NEW, again, **{**WILE, "last": "Coyote", "title": "", "phone-new1-number": "0301234567"})
    assert done.status_code == 303, done.text


def test_cw_40_rows_come_and_go_and_all_else_stays(browser: Browser) -> None:
    answer = send(browser, NEW, opened(browser, NEW), first="Wile", add="email")
    assert answer.status_code == 200
    assert title(answer) == "New contact · Cardwright"
    page = Page(answer.text)
    assert page.form("began").values()["first"] == ["Wile"]
    assert "email-new1-address" in page.form("began").names()
    gone = Page(send(browser, NEW, page, drop="email-new0").text)
    assert [name for name in gone.form("began").names() if name.startswith("email")] == [
        "email-new1-label",
        "email-new1-address",
    ]


def test_cw_41_only_what_changes_is_checked_and_sent(browser: Browser) -> None:
    where = made(browser)
    page = opened(browser, f"{where}/edit")
    saved = send(browser, f"{where}/edit", page, organization="Acme")
    assert saved.headers["location"] == where
    assert "Wile Coyote was saved." in opened(browser, where).text
    assert errors(send(browser, f"{where}/edit", opened(browser, f"{where}/edit"), last=" ")) == [
        "Last name is required"
    ]


def test_cw_44_two_people(browser: Browser) -> None:
    where = made(browser)
    mine, theirs = opened(browser, f"{where}/edit"), opened(browser, f"{where}/edit")
    assert send(browser, f"{where}/edit", theirs, title="Theirs", note="a note").status_code == 303
    answer = send(browser, f"{where}/edit", mine, title="Mine", organization="Acme")
    assert answer.status_code == 409
    page = Page(answer.text)
    assert "Someone else changed this contact while you were editing it" in page.text
    sent = page.form("began").values()
    assert sent["title"] == ["Mine"]
    assert sent["take-title"][0].startswith("yours ")
    done = send(browser, f"{where}/edit", page, **{"take-title": sent["take-title"][0].replace("yours", "theirs")})
    assert done.status_code == 303, done.text
    values = opened(browser, f"{where}/edit").form("began").values()
    assert (values["title"], values["organization"], values["note"]) == (["Theirs"], ["Acme"], ["a note"])


def test_cw_42_a_photo_is_taken_or_told_to_be_none(browser: Browser) -> None:
    page = opened(browser, NEW)
    refused = send(browser, NEW, page, files={"photo": ("a.png", b"no image", "image/png")}, **WILE)
    assert errors(refused) == ["The photo is no GIF, JPEG, PNG or WebP."]
    files = {"photo": ("a.png", png(), "image/png")}
    where = send(browser, NEW, opened(browser, NEW), files=files, **WILE).headers["location"]
    (source,) = [
        given["src"]
        for tag, given in opened(browser, where).attributes
        if tag == "img" and "photo" in str(given["src"])
    ]
    image = browser.get(html.unescape(str(source)))
    assert image.headers["content-type"] == "image/jpeg"
    assert image.content.startswith(b"\xff\xd8\xff")
    edit = opened(browser, f"{where}/edit")
    assert "Change photo" in edit.text
    assert send(browser, f"{where}/edit", edit, **{"remove-photo": "1"}).status_code == 303
    assert browser.get(f"{where}/photo").status_code == 404


def test_cw_42_a_photo_that_was_chosen_need_not_be_chosen_again(served: Served, browser: Browser) -> None:
    files = {"photo": ("wile <i>.png", encoded(scene(40, 40), "PNG"), "image/png")}
    answer = send(browser, NEW, opened(browser, NEW), files=files, **{**WILE, "last": ""})
    assert errors(answer) == ["Last name is required"]
    assert "wile <i>.png is kept" in Page(answer.text).text
    more = send(browser, NEW, Page(answer.text), add="email")
    page = Page(more.text)
    (shown,) = [given for tag, given in page.attributes if tag == "img"]
    assert shown["alt"] == "Preview of the photo"
    preview = browser.get(str(shown["src"]))
    assert preview.headers["content-type"] == "image/jpeg"
    assert signed_in(served).get(str(shown["src"])).status_code == 404, "of that session alone"
    where = send(browser, NEW, page, last="Coyote").headers["location"]
    assert browser.get(f"{where}/photo").content == preview.content
    assert send(browser, NEW, page, last="Coyote").headers["location"] == where, "pressed twice"
    assert errors(send(browser, NEW, page, last="Coyote", kept="x" * 22)) == [
        "The photo was kept for an hour, which is over: choose it again."
    ]


def test_cw_42_a_kept_photo_can_be_left_out(browser: Browser) -> None:
    files = {"photo": ("a.png", png(), "image/png")}
    page = Page(send(browser, NEW, opened(browser, NEW), files=files, **WILE, add="phone").text)
    where = send(browser, NEW, page, **{"remove-photo": "1"}).headers["location"]
    assert browser.get(f"{where}/photo").status_code == 404


def test_cw_5_a_thumbnail_has_at_most_eight_kilobytes(browser: Browser) -> None:
    for image in (busy(600, 600), scene(40, 40)):
        files = {"photo": ("a.png", encoded(image, "PNG"), "image/png")}
        where = send(browser, NEW, opened(browser, NEW), files=files, **WILE).headers["location"]
        thumbnail = browser.get(f"{where}/thumbnail?v=1")
        assert thumbnail.headers["content-type"] == "image/jpeg"
        assert "immutable" in thumbnail.headers["cache-control"]
        assert len(thumbnail.content) <= 8 * 1024
    assert f"{where}/thumbnail" in browser.get("/campaigns/1000/contacts?q=Wile").text
    assert browser.get(f"{made(browser)}/thumbnail").status_code == 404


def test_cw_50_the_card_is_that_of_the_partner_interface(served: Served, browser: Browser) -> None:
    where = made(browser, first="Zoë", last="O'Neil / 山田")
    card = browser.get(f"{where}/card.vcf")
    assert card.headers["content-type"] == "text/vcard; charset=utf-8"
    name = "Zo%C3%AB%20O%27Neil%20%E5%B1%B1%E7%94%B0"
    assert card.headers["content-disposition"] == f"inline; filename=\"Zoe-O-Neil.vcf\"; filename*=UTF-8''{name}.vcf"
    number = where.rpartition("/")[2]
    partner = browser.client.get(
        f"/Advertisers/{served.sid}/Campaigns/1000/Contacts/{number}.vcf", auth=(served.sid, served.token)
    )
    assert card.content == partner.content


def test_cw_51_the_code_of_the_card(browser: Browser) -> None:
    where = made(browser, note="n" * 3_000)
    page = opened(browser, where)
    (code,) = [given for tag, given in page.attributes if tag == "img" and "qr.svg" in str(given["src"])]
    assert code["alt"] == "QR code of the card of Wile Coyote"
    assert "Without the note" in page.text
    svg = browser.get(f"{where}/qr.svg")
    assert svg.headers["content-type"] == "image/svg+xml"
    assert 'filename="Wile-Coyote.svg"' in svg.headers["content-disposition"]
    assert browser.get(f"{where}/qr.png").content.startswith(b"\x89PNG")
    long = made(browser, **{f"address-new{at}-street": "x" * 900 for at in range(2)})
    assert "too long for a QR code" in opened(browser, long).text
    assert browser.get(f"{long}/qr.svg").status_code == 404


def test_cw_33_of_a_system_created_contact_title_and_labels_change(served: Served, browser: Browser) -> None:
    person = ("--first", "Road", "--last", "Runner", "--email", "road@example.com")
    serving.command(served.data, "partner", "user", "add", served.sid, "10000", *person)
    listed = browser.client.get(
        f"/Advertisers/{served.sid}/Campaigns/1000/Contacts?Editable=false", auth=(served.sid, served.token)
    ).json()
    where = f"/campaigns/1000/contacts/{listed['Contacts'][0]['Id']}"
    page = opened(browser, where)
    assert "follows a user" in page.text
    assert not [form for form in page.forms if form.action.endswith("/delete")]
    edit = opened(browser, f"{where}/edit")
    assert {"first", "note", "email-0-address"}.isdisjoint(edit.form("began").names())
    assert send(browser, f"{where}/edit", edit, title="Fast", labels="VIP").status_code == 303
    assert send(browser, f"{where}/edit", opened(browser, f"{where}/edit"), note="x").status_code == 403
    assert browser.post(f"{where}/delete").status_code == 403


def test_cw_32_delete_asks_no_question(browser: Browser) -> None:
    where = made(browser)
    csrf = browser.csrf()
    for _ in range(2):  # the button may be pressed twice
        answer = browser.post(f"{where}/delete", {"csrf": csrf})
        page = opened(browser, answer.headers["location"])
        assert "Wile Coyote was deleted" in page.text
        (undo,) = [form.action for form in page.forms if "/undo/" in form.action]
    assert browser.get(where).status_code == 404
    assert browser.post(f"{where.replace('contacts/', 'contacts/M')}/delete").status_code == 404
    restore = where.replace("contacts", "deleted") + "/restore"
    for _ in range(2):
        answer = browser.post(restore, {"csrf": csrf})
        assert "Wile Coyote is restored" in opened(browser, answer.headers["location"]).text
    assert browser.post(f"{where}0000/delete").status_code == 404
    assert browser.post(undo).status_code == 303


def undone(browser: Browser, answer: httpx2.Response) -> tuple[str, httpx2.Response]:
    """Press the Undo of the notice that follows twice, as who has no scripts can; return what is said then."""
    action = next(it.action for it in opened(browser, answer.headers["location"]).forms if "/undo/" in it.action)
    csrf = browser.csrf()
    once, twice = (browser.post(action, {"csrf": csrf}) for _ in range(2))
    assert once.headers["location"] == twice.headers["location"]
    said = re.search(r'aria-label="Notice".*?</div>', browser.get(twice.headers["location"]).text, re.DOTALL)
    assert said
    return " ".join(re.sub("<[^>]*>", " ", said[0]).split()), twice


def test_cw_3_an_undo_that_is_pressed_twice_says_that_it_is_done(browser: Browser) -> None:
    """Of a save, of that undo, of a create, of a delete and of a restore; what it did can be undone still."""
    where = made(browser)
    saved = send(browser, f"{where}/edit", opened(browser, f"{where}/edit"), title="Chief")
    for _ in range(2):
        said, saved = undone(browser, saved)
        assert "Undone: Wile Coyote is as before" in said
    answer = browser.post(f"{where}/delete")
    said, answer = undone(browser, answer)
    assert "Undone: Wile Coyote is as before" in said
    said, answer = undone(browser, answer)
    assert "Undone: the contact is deleted" in said
    answer = browser.post(where.replace("contacts", "deleted") + "/restore")
    said, answer = undone(browser, answer)
    assert "Undone: the contact is deleted" in said
    new = send(browser, NEW, opened(browser, NEW), **WILE, organization="Acme")
    said, answer = undone(browser, new)
    assert "Undone: the contact is deleted" in said


def test_cw_31_what_was_changed_to_something_else_since_is_not_called_undone(browser: Browser) -> None:
    where = made(browser, title="One")
    send(browser, f"{where}/edit", opened(browser, f"{where}/edit"), title="Two")
    (action,) = [form.action for form in opened(browser, where).forms if "/undo/" in form.action][:1]
    send(browser, f"{where}/edit", opened(browser, f"{where}/edit"), title="Three")
    answer = browser.post(action)
    assert "Title was changed since" in opened(browser, answer.headers["location"]).text
    assert browser.post(f"{where}/delete").status_code == 303
    assert browser.post(action).status_code in {303, 404}


def test_cw_44_a_form_of_a_contact_that_was_deleted_keeps_what_was_typed_and_brings_it_back(browser: Browser) -> None:
    where = made(browser, title="Old")
    form = opened(browser, f"{where}/edit")
    browser.post(f"{where}/delete")
    picture = {"photo": ("me.png", encoded(scene(40, 40), "PNG"), "image/png")}
    answer = send(browser, f"{where}/edit", form, picture, title="Typed", note="Long\nnote")
    assert answer.status_code == 409
    page = Page(answer.text)
    assert "Wile Coyote was deleted while you were editing it" in page.text
    assert "Restore and save" in page.text
    assert "me.png is kept" in page.text
    more = send(browser, f"{where}/edit", page, add="email")
    assert (more.status_code, browser.get(where).status_code) == (409, 404)
    page = Page(more.text)
    assert page.form("began").values()["title"] == ["Typed"]
    done = [send(browser, f"{where}/edit", page) for _ in range(2)]
    assert [it.status_code for it in done] == [303, 303]
    shown = opened(browser, where)
    assert "Wile Coyote was restored and saved" in shown.text
    for text in ("Typed", "Long note"):
        assert text in shown.text
    assert browser.get(f"{where}/photo").status_code == 200


def test_cw_44_and_cw_58_of_a_merged_contact_forms_keep_and_addresses_lead_on(browser: Browser) -> None:
    first, second = made(browser), made(browser, title="Second")
    form = opened(browser, f"{second}/edit")
    pair = f"/campaigns/1000/duplicates/{first.rpartition('/')[2]}/{second.rpartition('/')[2]}"
    revisions = Page(browser.get(pair).text).form("revisions").values()["revisions"]
    assert browser.post(pair, {"do": "merge", "revisions": revisions[0]}).status_code == 303
    for path in ("", "/edit", "/card.vcf", "/photo?v=1", "/qr.svg", "/qr.png"):
        answer = browser.get(f"{second}{path}")
        assert (answer.status_code, answer.headers["location"]) == (303, f"{first}{path}")
    answer = send(browser, f"{second}/edit", form, title="Typed")
    page = Page(answer.text)
    assert (answer.status_code, page.form("began").values()["title"]) == (409, ["Typed"])
    assert "was merged into another contact" in page.text
    assert page.links["Open the other contact"] == first
    assert send(browser, f"{second}/edit", page, restore="1").status_code == 409
    assert "Typed" not in opened(browser, first).text


def test_cw_42_and_44_a_form_that_is_refused_brings_nothing_back(browser: Browser, served: Served) -> None:
    """Neither for a fault, nor for what others changed before the contact went, nor without a partner account."""
    serving.command(served.data, "partner", "add", served.sid, "10002", "Partner 10002")
    where = made(browser, partners=["10002"], title="Old")
    edit = f"{where}/edit"
    form = opened(browser, edit)
    send(browser, edit, opened(browser, edit), title="Theirs")
    browser.post(f"{where}/delete")
    page = Page(send(browser, edit, form, title="Mine").text)
    faulty = send(browser, edit, page, last=" ", **{"email-0-address": "wile"})
    assert errors(faulty) == ["Last name is required", "Email must be an e-mail address, like wile.coyote@example.com"]
    assert "was deleted while you were editing it" in faulty.text
    assert browser.get(where).status_code == 404
    torn = send(browser, edit, Page(faulty.text), last="Coyote", **{"email-0-address": "wile@example.com"})
    assert (torn.status_code, browser.get(where).status_code) == (409, 404)
    assert "Someone else changed this contact" in torn.text
    serving.command(served.data, "partner", "remove", served.sid, "10002", "--yes")
    chosen = Page(torn.text)
    refused = send(browser, edit, chosen)
    assert errors(refused) == ["Partner accounts must leave the contact one partner account"]
    assert browser.get(where).status_code == 404
    assert send(browser, edit, Page(refused.text), partners=["10001"]).status_code == 303
    shown = opened(browser, where)
    assert "Mine" in shown.text
    assert "Partner 10001" in shown.text


def test_cw_44_a_form_of_an_erased_contact_keeps_what_was_typed(browser: Browser, served: Served) -> None:
    where = made(browser, title="Old")
    form = opened(browser, f"{where}/edit")
    serving.command(served.data, "contact", "erase", served.sid, "1000", where.rpartition("/")[2])
    for more in ({}, {"restore": "1"}, {"add": "email"}):
        answer = send(browser, f"{where}/edit", form, title="Typed", **more)
        page = Page(answer.text)
        assert (answer.status_code, page.form("began").values()["title"]) == (409, ["Typed"])
        assert "Wile Coyote was erased while you were editing it" in page.text
        assert "Save contact" not in re.sub("<button class=.away.*", "", answer.text)
        assert page.links["Cancel"].startswith("/campaigns/1000/contacts")
    assert browser.get(where).status_code == 404


def test_cw_33_and_44_a_form_of_a_contact_whose_partner_user_is_gone_keeps_what_was_typed(
    browser: Browser, served: Served
) -> None:
    person = ("--first", "Far", "--last", "Away", "--email", "far@example.com")
    user = serving.command(served.data, "partner", "user", "add", served.sid, "10000", *person)
    listed = browser.client.get(
        f"/Advertisers/{served.sid}/Campaigns/1000/Contacts?Editable=false", auth=(served.sid, served.token)
    ).json()
    (number,) = [one["Id"] for one in listed["Contacts"] if one["FirstName"] == "Far"]
    edit = f"/campaigns/1000/contacts/{number}/edit"
    form = opened(browser, edit)
    serving.command(served.data, "partner", "user", "remove", served.sid, "10000", str(user["Id"]))
    answer = send(browser, edit, form, title="Typed", restore="1")
    page = Page(answer.text)
    assert (answer.status_code, page.form("began").values()["title"]) == (409, ["Typed"])
    assert "Far Away went while you were editing it, with its partner user" in page.text
    assert "first" not in page.form("began").names()


@pytest.mark.parametrize("path", ["/contacts/999999", "/contacts/M999999"])
def test_cw_80_a_form_of_nobody_is_not_found(browser: Browser, path: str) -> None:
    form = opened(browser, NEW)
    for more in ({}, {"restore": "1"}):
        assert send(browser, f"/campaigns/1000{path}/edit", form, **more).status_code == 404


@pytest.mark.parametrize(("kind", "times"), [("empty", 1), ("document", 0)])
def test_cw_3_what_a_script_asks_for_takes_no_notice_away(browser: Browser, kind: str, times: int) -> None:
    where = made(browser)
    done = browser.post(f"{where}/delete")
    browser.get("/campaigns", **{"Sec-Fetch-Dest": kind})  # as another window does, which shows an import
    assert browser.get(done.headers["location"]).text.count("was deleted") == times


def test_cw_13_a_read_only_token_changes_nothing(served: Served, browser: Browser) -> None:
    where = made(browser)
    token = serving.command(served.data, "token", "add", served.sid, "--read-only")["AuthToken"]
    reader = signed_in(served, token)
    page = opened(reader, where)
    assert not {"Edit"} & page.links.keys()
    assert not [form for form in page.forms if form.action.endswith("/delete")]
    for path in (NEW, f"{where}/edit", f"{where}/delete"):
        assert reader.post(path).status_code == 403
    for path in (NEW, f"{where}/edit"):
        form = reader.get(path)
        assert (form.status_code, title(form)) == (403, "Not allowed · Cardwright")


def test_cw_12_what_was_typed_is_there_again_after_signing_in(served: Served) -> None:
    browser = signed_in(served)
    page = opened(browser, NEW)
    browser.client.cookies.clear()
    asked = send(browser, NEW, page, first="Kept", **{"email-new0-address": "kept@example.com"})
    form = Page(asked.text).form("kept").values()
    done = browser.client.post("/sign-in", data={**form, "sid": served.sid, "token": served.token})
    values = opened(browser, done.headers["location"]).form("began").values()
    assert (values["first"], values["email-new0-address"]) == (["Kept"], ["kept@example.com"])


@pytest.mark.parametrize("fields", [10, limits.CONTACT_FORM_FIELDS.value - 40])
def test_cw_12_a_form_as_large_as_may_be_is_there_again(served: Served, fields: int) -> None:
    browser = signed_in(served)
    page = opened(browser, NEW)
    browser.client.cookies.clear()
    rows = {f"email-new{at}-address": "ü" * 150 for at in range(fields)}
    asked = send(browser, NEW, page, {"photo": ("phone.jpg", bytes(5_000_000))}, **rows)  # files are excepted
    assert asked.status_code == 401
    form = Page(asked.text).form("kept").values()
    done = browser.client.post("/sign-in", data={**form, "sid": served.sid, "token": served.token})
    assert done.status_code == 303
    values = opened(browser, done.headers["location"]).form("began").values()
    assert values[f"email-new{fields - 1}-address"] == ["ü" * 150]


def test_cw_12_who_signs_in_again_is_where_the_form_was(served: Served) -> None:
    browser = signed_in(served)
    where = made(browser)
    browser.client.cookies.clear()
    for path, page in (
        (f"{where}/delete", where),
        (f"{where}/share", where),
        (f"{where}/undo/1", where),
        (where.replace("contacts", "deleted") + "/restore", "/campaigns/1000/deleted"),
        ("/keys/key", "/keys"),
        ("/sign-out", "/"),
    ):
        form = Page(browser.client.post(path).text).form("next").values()
        assert form["next"] == [page], path
    form = Page(browser.client.post("/keys/token", data={"name": "My phone", "may": "read"}).text).form("kept").values()
    done = browser.client.post("/sign-in", data={**form, "sid": served.sid, "token": served.token})
    keys = browser.get(done.headers["location"]).text
    assert Page(keys).form("name").values()["name"] == ["My phone"]
    assert '<option value="read" selected>' in keys


@pytest.mark.parametrize("text", HOSTILE)
def test_cw_85_hostile_texts_are_shown_as_texts(browser: Browser, text: str) -> None:
    fields = dict.fromkeys(("first", "last", "prefix", "title", "organization", "note", "labels"), text)
    rows = ("website-new0-url", "website-new0-label", "address-new0-street", "address-new0-label", "email-new0-label")
    where = made(browser, **{**fields, **dict.fromkeys(rows, text)})
    for path in (where, f"{where}/edit"):
        answer = browser.get(path)
        page = Page(answer.text)
        assert len([tag for tag, _ in page.attributes if tag == "script"]) == 1
        assert not [given for _, given in page.attributes if any(name.startswith("on") for name in given)]
        for link in page.links.values():
            assert link.startswith(("/", "#", "mailto:", "tel:", "http://", "https://")), link
            assert not link.startswith("//")
        assert not any("style" in given for _, given in page.attributes)
    card = browser.get(f"{where}/card.vcf")
    assert len(card.headers.get_list("content-disposition")) == 1
    assert re.fullmatch(
        "inline; filename=\"[A-Za-z0-9-]+\\.vcf\"; filename\\*=UTF-8''[!-~]+", card.headers["content-disposition"]
    )
    assert text.strip() in " ".join(page.form("began").values()["title"])


@pytest.mark.parametrize("body", ["began=x", "first=x", "", "began=%5B%5D&add=nothing", "began=%5B%5D&drop=email-99"])
def test_cw_86_forms_that_no_page_sends_are_told(browser: Browser, body: str) -> None:
    headers = {"content-type": "application/x-www-form-urlencoded"}
    answer = browser.client.post(NEW, content=f"csrf={browser.csrf()}&{body}", headers=headers)
    assert answer.status_code in {200, 400, 422}


def test_cw_40_of_more_than_a_hundred_of_a_kind_the_rest_are_kept(
    served: Served, browser: Browser, tmp_path: Path
) -> None:
    lines = [
        *(f"EMAIL;TYPE=INTERNET,WORK:{at}@many.example" for at in range(100)),
        *(f"TEL;TYPE=WORK:+1805123{at:04}" for at in range(100)),
        *(f"ADR;TYPE=WORK:;;{at} Road {'x' * 900};Town;;;" for at in range(100)),
        *(f"URL:https://many.example/{at}/{'y' * 900}" for at in range(100)),
    ]
    card = ("BEGIN:VCARD", "VERSION:3.0", "N:Poe;Many;;;", "FN:Many Poe", "UID:many", *lines, "END:VCARD", "")
    (tmp_path / "many.vcf").write_text("\r\n".join(card))
    serving.command(served.data, "import", served.sid, "1000", str(tmp_path / "many.vcf"))
    (where,) = {
        link for name, link in opened(browser, "/campaigns/1000/contacts?q=many").links.items() if "Poe" in name
    }
    more = {f"email-new{at}-address": f"{100 + at}@many.example" for at in range(20)}
    assert send(browser, f"{where}/edit", opened(browser, f"{where}/edit"), **more).status_code == 303
    page = opened(browser, f"{where}/edit")
    assert "20 more are kept, but cannot be edited here." in page.text
    assert len([given for tag, given in page.attributes if tag == "fieldset"]) == 401
    changed = {"email-99-address": "changed@many.example", "phone-0-number": "", "title": "Genius"}
    assert send(browser, f"{where}/edit", page, **changed).status_code == 303
    addresses = {name for name in opened(browser, where).links if name.endswith("@many.example")}
    assert addresses == {f"{at}@many.example" for at in range(120) if at != 99} | {"changed@many.example"}


def test_cw_40_of_more_than_twenty_partner_accounts_one_is_named(served: Served) -> None:
    sid = serving.command(served.data, "account", "add", "Many")
    account = sid["AccountSID"]
    serving.command(served.data, "campaign", "add", account, "1000", "First")
    for at in range(22):
        serving.command(served.data, "partner", "add", account, f"p{at}", f"Partner {at:02}")
    browser = Browser(served.url)
    assert browser.sign_in(account, sid["AuthToken"]).status_code == 303
    page = opened(browser, NEW)
    assert "Add partner account (optional)" in page.text
    new = {**WILE, "partners": []}
    for said, message in (
        ("nobody", "Partner accounts: No partner account nobody"),
        ("partner 1", "Partner accounts: Several partner accounts begin so: Partner 10 (p10), Partner 11 (p11), "),
    ):
        assert errors(send(browser, NEW, page, **new, **{"add-partner": said}))[0].startswith(message)
    for said in ("p21", "partner 21", "PARTNER 2"):
        answer = send(browser, NEW, opened(browser, NEW), **new, **{"add-partner": said})
        if said == "PARTNER 2":
            assert errors(answer)
        else:
            assert "Partner 21" in opened(browser, answer.headers["location"]).text


@pytest.mark.parametrize(
    ("fields", "octets", "status"), [(1_900, 10, 422), (2_100, 10, 413), (10, 90_000, 422), (12, 100_000, 413)]
)
def test_cw_86_a_form_has_its_bounds(browser: Browser, fields: int, octets: int, status: int) -> None:
    many = {f"email-new{at}-address": "x" * octets for at in range(fields)}
    files = {"photo": ("a.png", png(), "image/png")}
    assert send(browser, NEW, opened(browser, NEW), files=files, **many).status_code == status


@pytest.mark.parametrize("more", [1, limits.FORM_BODY.value, limits.CONTACT_FORM_TOLD.value])
def test_cw_42_and_45_a_photo_that_is_too_large_loses_nothing(browser: Browser, more: int) -> None:
    photo = b"\xff\xd8\xff" + bytes(limits.PHOTO_SIZE.value - 3 + more)
    answer = send(browser, NEW, opened(browser, NEW), {"photo": ("a.jpg", photo, "image/jpeg")}, **WILE, note="Typed")
    if len(photo) > limits.CONTACT_FORM_TOLD.value:
        assert answer.status_code == 413
    else:
        assert errors(answer) == ["The photo is too large."]
        assert Page(answer.text).form("began").values()["note"] == ["Typed"]
