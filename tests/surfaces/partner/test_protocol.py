"""The rules of partner contacts around the contact: paths, credentials, forms, conditions, keys, lists, errors."""

from __future__ import annotations

import time
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple
from xml.etree import ElementTree as ET

import pytest

from partner_client import PARTNER, WILE, Client, client, prepare, serve_prepared
from pictures import jpeg
from serving import Served, command, unfolded

if TYPE_CHECKING:
    from collections.abc import Iterator

NOBODY = "/999999999"
MADE_UP = "IRnobodyknowsthisaccount"


@pytest.fixture
def alone(partners: Served, ours: Client) -> Client:
    """A client of an account that no other test uses."""
    made = command(partners.store, "account", "add", "Alone")
    prepare(partners, made["AccountSID"])
    return ours._replace(sid=made["AccountSID"], token=made["AuthToken"])


# Paths and methods ----------------------------------------------------------------------------------------------------


@pytest.mark.sqlite_alone("in which form an answer comes, the request alone says")
@pytest.mark.parametrize("accept", ["application/json", "application/xml", "text/html"])
@pytest.mark.parametrize("ending", ["json", "xml"])
def test_pc_1_the_ending_beats_accept(partners: Served, accept: str, ending: str) -> None:
    ours = client(partners)
    path = ours.create()
    answer = ours.send("GET", f"{path}.{ending}", headers={"accept": accept})
    assert answer.headers["content-type"].startswith(f"application/{ending}")


@pytest.mark.parametrize(
    ("query", "body", "status"),
    [
        ("?_method=PUT", {"Title": "T"}, "OK"),
        ("", {"_method": "PUT", "Title": "T"}, "OK"),
        ("?_method=put", {"_method": "DELETE", "Title": "T"}, "OK"),
        ("?_method=DELETE", {"_method": "PUT"}, "DELETED"),
        ("", {"_method": "DELETE"}, "DELETED"),
    ],
)
def test_pc_2_post_may_stand_for_put_and_delete(ours: Client, query: str, body: dict[str, str], status: str) -> None:
    path = ours.create()
    assert ours.ask("POST", path + query, data=body)["Status"] == status
    if status == "OK":
        assert ours.ask("GET", path)["Title"] == "T"
    else:
        ours.ask("GET", path, 404)


def test_pc_2_an_unknown_method_is_refused(ours: Client) -> None:
    for body in ({"data": {"_method": "PATCH"}}, {"json": {"_method": 7}}, {"json": {**WILE, "_method": ["PUT"]}}):
        for path in ("", ours.create()):
            answer = ours.send("POST", path, **body)
            assert (answer.status_code, ours.errors(answer)) == (400, [("_method", "must be PUT or DELETE")])


def test_pc_2_get_is_get_whatever_its_query_says(ours: Client) -> None:
    path = ours.create()
    assert ours.ask("GET", f"{path}?_method=DELETE")["FirstName"] == "Wile"


def reads(ours: Client) -> list[str]:
    path = ours.create(files={"ProfileImageFile": ("a", jpeg())})
    around = ("/CompanyInformation", "/Campaigns", "/Campaigns/1000", "/MediaPartners", f"/MediaPartners/{PARTNER}")
    return ["", path, f"{path}/ProfileImage", ".vcf", f"{path}.vcf", *(ours.account + part for part in around)]


def test_pc_2_head_wherever_get(ours: Client) -> None:
    for path in reads(ours):
        head, get = ours.send("HEAD", path), ours.send("GET", path)
        assert (head.status_code, head.content) == (200, b""), path
        changing = ("date", "x-request-id", "content-length", "transfer-encoding")
        same = [{n: v for n, v in answer.headers.items() if n not in changing} for answer in (head, get)]
        assert same[0] == same[1], path


@pytest.mark.sqlite_alone("no store is asked")
@pytest.mark.parametrize(
    ("path", "allowed"),
    [
        ("", {"GET", "HEAD", "POST", "OPTIONS"}),
        (".json", {"GET", "HEAD", "POST", "OPTIONS"}),
        (".vcf", {"GET", "HEAD", "OPTIONS"}),
        ("/2750", {"GET", "HEAD", "PUT", "DELETE", "POST", "OPTIONS"}),
        ("/2750/ProfileImage", {"GET", "HEAD", "OPTIONS"}),
    ],
)
@pytest.mark.parametrize("method", ["PATCH", "PROPFIND", "TRACE", "BREW"])
def test_pc_61_other_methods(ours: Client, path: str, allowed: set[str], method: str) -> None:
    answer = ours.send(method, path)
    assert (answer.status_code, set(answer.headers["allow"].split(", "))) == (405, allowed)
    assert "ERROR" in answer.text


@pytest.mark.sqlite_alone("no store is asked")
def test_pc_61_a_post_to_a_contact_needs_a_method(ours: Client) -> None:
    answer = ours.send("POST", ours.create(), data={"Title": "T"})
    assert (answer.status_code, "PUT" in answer.headers["allow"]) == (405, True)


# Credentials ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("auth", [None, ("sid", "wrong"), ("", "")])
def test_pc_3_no_valid_credentials(ours: Client, auth: tuple[str, str] | None) -> None:
    answer = ours.send("GET", auth=auth)
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"].startswith("Basic")
    assert ours.tree(answer)["Status"] == "ERROR"


def test_pc_3_tokens_are_added_limited_and_revoked(ours: Client, partners: Served) -> None:
    reader = command(partners.store, "token", "add", ours.sid, "--read-only")
    path, reading = ours.create(), ours._replace(token=reader["AuthToken"])
    assert reading.ask("GET", path)["FirstName"] == "Wile", "a new token works at once"
    for method, where in (("POST", ""), ("PUT", path), ("DELETE", path), ("POST", f"{path}?_method=DELETE")):
        assert reading.ask(method, where, 403, data=WILE)["Status"] == "ERROR"
    command(partners.store, "token", "revoke", ours.sid, reader["TokenId"])
    end = time.monotonic() + 10
    while reading.send("GET", path).status_code == 200 and time.monotonic() < end:
        time.sleep(0.02)  # the rule gives it a second; a test asserts no time
    assert reading.send("GET", path).status_code == 401


def test_pc_4_another_account_answers_as_an_unknown_one(ours: Client, partners: Served) -> None:
    other = command(partners.store, "account", "add", "Other")["AccountSID"]
    answers = [
        ours.send("GET", f"/Advertisers/{sid}/{rest}")
        for sid in (other, MADE_UP)
        for rest in ("Campaigns", "Campaigns/1000/Contacts/2750", "CompanyInformation")
    ]
    assert {(answer.status_code, answer.content) for answer in answers} == {(404, answers[0].content)}
    assert {tuple(sorted(set(answer.headers) - {"date"})) for answer in answers[:1]} == {
        tuple(sorted(set(answer.headers) - {"date"})) for answer in answers
    }


# The contact, and what stands around it -------------------------------------------------------------------------------


def test_pc_10_ids_lists_and_times(ours: Client) -> None:
    path = ours.create()
    shown = ours.ask("GET", path)
    assert shown["Uri"] == ours.contacts + path == f"{ours.contacts}/{shown['Id']}"
    assert (shown["Labels"], shown["Accounts"]) == ([], [{"Id": PARTNER, "Name": "Acme Partner"}])
    for name in ("DateCreated", "DateLastUpdated"):
        assert datetime.fromisoformat(shown[name]).tzinfo


def test_pc_10_what_stands_around_contacts(ours: Client) -> None:
    account = ours.account
    company = {"CompanyName": "Acme", "AccountSID": ours.sid, "Uri": f"{account}/CompanyInformation"}
    assert ours.ask("GET", f"{account}/CompanyInformation") == company
    campaign = {"Id": "1000", "Name": "Road Runner", "Uri": f"{account}/Campaigns/1000"}
    assert ours.ask("GET", f"{account}/Campaigns/1000") == campaign
    assert campaign in ours.ask("GET", f"{account}/Campaigns")["Campaigns"]
    partner = {"Id": PARTNER, "Name": "Acme Partner", "Uri": f"{account}/MediaPartners/{PARTNER}"}
    assert ours.ask("GET", f"{account}/MediaPartners/{PARTNER}") == partner
    page = ours.ask("GET", f"{account}/MediaPartners?PageSize=1")
    assert (page["Partners"], page["@total"], page["@numpages"]) == ([partner], "2", "2")
    assert ours.ask("GET", page["@nextpageuri"])["@start"] == "1"
    for unknown in ("Campaigns/7", "MediaPartners/7", "Campaigns/7/Contacts", "Campaigns/1000/Contacts/x", "Nothing"):
        assert ours.ask("GET", f"{account}/{unknown}", 404)["Status"] == "ERROR"


def test_pc_11_system_created_contacts(alone: Client, partners: Served) -> None:
    first = alone.create()
    person = ("--first", "Wile", "--last", "Coyote", "--email", "wile.coyote@example.com", "--title", "Genius")
    user = command(partners.store, "partner", "user", "add", alone.sid, PARTNER, *person)
    shown = alone.ask("GET")["Contacts"][1]
    path = f"/{shown['Id']}"
    assert (shown["Id"][0], shown["Editable"], shown["Title"]) == ("M", False, "Genius")
    assert int(shown["Id"][1:]) > int(first[1:]), "ids share one sequence"
    for method, fields in (("PUT", {"FirstName": "E."}), ("PUT", {"Title": "T", "LastName": "X"}), ("DELETE", {})):
        assert alone.ask(method, path, 403, data=fields)["Status"] == "ERROR"
    for wrong in (
        {"Accounts": PARTNER},
        {"FirstName": 7},
        {"AccountsAdd": 7, "Title": "T"},
        {"EmailAddress": "?", "Title": "t" * 256},
        {"ProfileImageFile": "a.png"},
        {"WorkPhoneNumberCountry": "XX"},
        {"LabelsAdd": "a", "AccountsRemove": "7"},
    ):
        assert alone.ask("PUT", path, 403, json=wrong)["Status"] == "ERROR", "not allowed comes before not valid"
    for wrong in ({"Title": "t" * 256}, {"Title": 7}, {"Labels": "a"}, {"LabelsAdd": "x" * 101}):
        alone.ask("PUT", path, 400, json=wrong)
    assert alone.ask("GET", path) == shown
    alone.ask("PUT", path, data={"Title": "Ours", "LabelsAdd": "Main"})
    command(
        partners.store, "partner", "user", "update", alone.sid, PARTNER, user["Id"], "--first", "W.", "--title", "X"
    )
    changed = alone.ask("GET", path)
    assert (changed["FirstName"], changed["Title"], changed["Labels"]) == ("W.", "Ours", ["Main"])
    alone.ask("PUT", path, data={"Title": ""})
    assert alone.ask("GET", path)["Title"] == "X"
    command(partners.store, "partner", "user", "remove", alone.sid, PARTNER, user["Id"])
    alone.ask("GET", path, 404)


# Create, update, delete -----------------------------------------------------------------------------------------------


def test_pc_28_the_documented_answer(ours: Client) -> None:
    said = ours.ask("POST", data=WILE)
    assert set(said) == {"Status", "Uri"}
    assert said["Uri"].rpartition("/")[2].isdigit()


def test_pc_29_a_repeat_gives_the_first_answer(alone: Client) -> None:
    key = {"headers": {"idempotency-key": "k" * 255}}
    files = {"files": {"ProfileImageFile": ("a", jpeg())}}  # with another boundary each time
    answers = [alone.send("POST", data=WILE, **files, **key) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [200, 200]
    assert answers[0].content == answers[1].content
    other = alone.send("POST", data={**WILE, "Title": "T"}, **files, **key)
    assert (other.status_code, alone.tree(other)["Status"]) == (422, "ERROR")
    assert alone.ask("GET")["@total"] == "1"


def test_pc_29_a_repeat_with_a_fault_has_other_contents(ours: Client) -> None:
    key = {"headers": {"idempotency-key": f"at fault {ours.media_type}"}}
    assert ours.send("POST", json=WILE, **key).status_code == 200
    assert ours.send("POST", json={**WILE, "Title": 5}, **key).status_code == 422


def test_pc_29_an_error_is_not_kept(ours: Client) -> None:
    key = {"headers": {"idempotency-key": f"corrected {ours.media_type}"}}
    assert ours.send("POST", data={**WILE, "Accounts": ""}, **key).status_code == 400
    assert ours.send("POST", data=WILE, **key).status_code == 200


@pytest.mark.sqlite_alone("it is refused before a store is asked")
@pytest.mark.parametrize("key", ["", "k" * 256])
def test_pc_29_keys_have_1_to_255_characters(ours: Client, key: str) -> None:
    answer = ours.send("POST", data=WILE, headers={"idempotency-key": key})
    assert (answer.status_code, ours.errors(answer)[0][0]) == (400, "Idempotency-Key")


def test_pc_32_update_and_delete_answer(ours: Client) -> None:
    path = ours.create()
    assert ours.ask("PUT", path, data={"Title": "T"}) == {"Status": "OK", "Uri": ours.contacts + path}
    assert ours.ask("DELETE", path) == {"Status": "DELETED"}
    for method in ("GET", "PUT", "DELETE"):
        ours.ask(method, path, 404)


@pytest.mark.parametrize("form", ["application/json", "application/xml", "text/vcard", "text/vcard;version=4.0"])
def test_pc_33_the_tag_of_any_representation_lets_a_change_pass(ours: Client, form: str) -> None:
    path = ours.create()
    tag = ours.send("GET", path, headers={"accept": form}).headers["etag"]
    assert tag.startswith('"')
    assert ours.send("GET", path, headers={"accept": form, "if-none-match": tag}).status_code == 304
    assert ours.send("PUT", path, data={"Title": "T"}, headers={"if-match": f'"x", {tag}'}).status_code == 200
    for method in ("PUT", "DELETE"):
        late = ours.send(method, path, data={"Title": "late"}, headers={"if-match": tag})
        assert (late.status_code, ours.tree(late)["Status"]) == (412, "ERROR")
    assert ours.ask("GET", path)["Title"] == "T"
    assert ours.send("PUT", path, data={"Title": "W"}, headers={"if-match": f"W/{tag}"}).status_code == 412
    assert ours.send("DELETE", path, headers={"if-match": "*"}).status_code == 200


def test_pc_33_representations_have_tags_of_their_own(ours: Client) -> None:
    path = ours.create()
    forms = ("application/json", "application/xml", "text/vcard", "text/vcard;version=4.0")
    assert len({ours.send("GET", path, headers={"accept": form}).headers["etag"] for form in forms}) == len(forms)


# Lists ----------------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def book(partners: Served) -> Client:
    """Five contacts, Ann to Eve, in an account of their own."""
    made = command(partners.store, "account", "add", "Filters")
    prepare(partners, made["AccountSID"])
    ours = Client(partners.url, made["AccountSID"], made["AuthToken"])
    for first, fields in {
        "Ann": {"Title": "Sales Manager", "Labels": "Main Contact"},
        "Bob": {"Title": "sales manager", "Accounts": "10001"},
        "Cyd": {"EmailAddress": "Cyd@Example.com", "Labels": "main contact,VIP"},
        "Dan": {"LastName": "O'Brien-Müller"},
        "Eve": {"Accounts": f"{PARTNER},10001"},
    }.items():
        ours.create({**WILE, "FirstName": first, **fields})
    return ours


class Found(NamedTuple):
    """A list: the rule, what is asked, who is found."""

    rule: str
    query: str
    names: str


FOUND = [
    Found("PC-40 all", "", "Ann Bob Cyd Dan Eve"),
    Found("PC-40 account", "?AccountId=10001", "Bob Eve"),
    Found("PC-40 unknown account", "?AccountId=7", ""),
    Found("PC-40 title ignores case", "?Title=SALES%20MANAGER", "Ann Bob"),
    Found("PC-40 title is whole", "?Title=Sales", ""),
    Found("PC-40 address", "?EmailAddress=cyd%40example.com", "Cyd"),
    Found("PC-40 label", "?Label=Main+Contact", "Ann Cyd"),
    Found("PC-40 editable", "?Editable=TRUE", "Ann Bob Cyd Dan Eve"),
    Found("PC-40 not editable", "?Editable=false", ""),
    Found("PC-40 search a name", "?Search=an", "Ann"),
    Found("PC-40 search a label", "?Search=vi", "Cyd"),
    Found("PC-40 search several words", "?Search=bob+sal", "Bob"),
    Found("PC-40 search in names of parts", "?Search=mull", "Dan"),
    Found("PC-40 search signs", "?Search=%22*()%3A", ""),
    Found("PC-40 since then", "?DateLastUpdatedStart=2020-01-01T00:00:00Z", "Ann Bob Cyd Dan Eve"),
    Found("PC-40 since tomorrow", "?DateLastUpdatedStart=2999-01-01T00:00:00+01:00", ""),
    Found("PC-40 together", "?Title=sales+manager&AccountId=10001", "Bob"),
    Found("PC-41 second page", "?Page=2&PageSize=2", "Cyd Dan"),
    Found("PC-41 last page", "?Page=3&PageSize=2", "Eve"),
    Found("PC-42 past the end", "?Page=9&PageSize=2", ""),
]


@pytest.mark.parametrize("case", FOUND, ids=lambda case: case.rule)
@pytest.mark.parametrize("form", ["json", "xml"])
def test_finds(book: Client, case: Found, form: str) -> None:
    page = book._replace(media_type=f"application/{form}").ask("GET", case.query)
    assert [it["FirstName"] for it in page["Contacts"]] == case.names.split()
    if not case.names and "Page" not in case.query:
        assert [page[name] for name in ("@total", "@numpages", "@start", "@end")] == ["0"] * 4
    if not case.names:
        assert page["@nextpageuri"] == ""


@pytest.mark.sqlite_alone("a query is refused before a store is asked")
@pytest.mark.parametrize(
    ("query", "field"),
    [
        *((f"?Page={value}", "Page") for value in ("0", "-1", "x", "1.5", "", "\u0663")),
        *((f"?PageSize={value}", "PageSize") for value in ("0", "20001", "x", "")),
        *((f"?AfterId={value}", "AfterId") for value in ("x", "0", "M1")),
        *((f"?Sort={value}", "Sort") for value in ("name", "Email", "--Id", "-")),
        ("?Sort=Name&AfterId=1", "AfterId"),
        *((f"?Sort=Name&After={value}", "After") for value in ("x", "%00", "W10", "WzEsMV0", "WyJhIiwtMV0", "WyJhIl0")),
        ("?Sort=DateLastUpdated&After=WyJhIiwxXQ", "After"),  # ["a",1]: the place in a list by name
        ("?Sort=Name&After=WyJcdTAwMDAiLDFd", "After"),  # ["\u0000",1]
        ("?Sort=Name&After=WyJcdWQ4MDAiLDFd", "After"),  # ["\ud800",1]
        ("?After=WzAsOTIyMzM3MjAzNjg1NDc3NTgwOF0", "After"),  # [0,9223372036854775808]
        ("?Editable=maybe", "Editable"),
        ("?DateLastUpdatedStart=yesterday", "DateLastUpdatedStart"),
    ],
)
def test_pc_41_what_cannot_be_asked(ours: Client, query: str, field: str) -> None:
    answer = ours.send("GET", query)
    assert (answer.status_code, [name for name, _ in ours.errors(answer)]) == (400, [field])


def test_pc_42_the_envelope(book: Client) -> None:
    page = book.ask("GET", ".json?Title=sales+manager&PageSize=1")
    contact = page.pop("Contacts")
    first = f"{book.contacts}.json?Title=sales+manager&Page=1&PageSize=1"
    assert page == {
        "@page": "1",
        "@numpages": "2",
        "@pagesize": "1",
        "@total": "2",
        "@start": "0",
        "@end": "0",
        "@uri": f"{book.contacts}.json?Title=sales+manager&PageSize=1",
        "@firstpageuri": first,
        "@previouspageuri": "",
        "@nextpageuri": f"{first.replace('Page=1', 'Page=2')}&AfterId={contact[0]['Id']}",
        "@lastpageuri": first.replace("Page=1", "Page=2"),
    }
    second = book.ask("GET", page["@nextpageuri"])
    assert (second["@page"], second["@start"], second["@end"], second["@nextpageuri"]) == ("2", "1", "1", "")
    assert second["@previouspageuri"] == first


def test_pc_41_the_defaults(book: Client) -> None:
    assert book.ask("GET")["@pagesize"] == "1000"
    assert book.ask("GET", "?PageSize=20000")["@pagesize"] == "20000"


@pytest.mark.parametrize("size", [1, 2, 3, 5])
def test_pc_43_a_client_follows_the_next_page(book: Client, size: int) -> None:
    names, uri = [], f"{book.contacts}?PageSize={size}"
    while uri:
        page = book.ask("GET", uri)
        names += [it["FirstName"] for it in page["Contacts"]]
        uri = page["@nextpageuri"]
    assert names == ["Ann", "Bob", "Cyd", "Dan", "Eve"]


@pytest.mark.parametrize("size", [1, 2, 3, 5])
@pytest.mark.parametrize("sort", ["Name", "DateLastUpdated", "DateCreated", "Id"])
def test_pc_43_a_client_follows_in_every_order(book: Client, sort: str, size: int) -> None:
    """Forward and turned round; also page by page, and with a filter."""
    walks = []
    for turned in ("", "-"):
        names, uri, page_by_page = [], f"{book.contacts}?Sort={turned}{sort}&PageSize={size}", []
        while uri:
            page = book.ask("GET", uri)
            names += [it["FirstName"] for it in page["Contacts"]]
            alone = book.ask("GET", f"?Sort={turned}{sort}&PageSize={size}&Page={page['@page']}")
            page_by_page += [it["FirstName"] for it in alone["Contacts"]]
            uri = page["@nextpageuri"]
            assert "AfterId=" not in uri or sort in {"Id", "DateCreated"}
        assert page_by_page == names
        walks.append(names)
    assert sorted(walks[0]) == ["Ann", "Bob", "Cyd", "Dan", "Eve"]
    assert walks[1] == walks[0][::-1]
    if sort == "Name":
        assert walks[0] == ["Ann", "Bob", "Cyd", "Dan", "Eve"]


@pytest.mark.parametrize("after", [2**40 - 1, 2**40, 10**18 - 1])
def test_pc_43_a_cursor_past_every_number_finds_nobody(book: Client, after: int) -> None:
    page = book.ask("GET", f"?AfterId={after}")
    assert (page["Contacts"], page["@nextpageuri"], page["@total"]) == ([], "", "5")


def test_pc_43_who_follows_while_others_write_misses_nobody(partners: Served) -> None:
    """Of six contacts the first three go after the first page was read, and one comes: the rest is shown, once."""
    ours = client(partners)
    paths = [ours.create({**WILE, "Title": "Followed"}) for _ in range(6)]
    page = ours.ask("GET", "?Title=followed&PageSize=2")
    for path in paths[:3]:
        ours.ask("DELETE", path)
    paths.append(ours.create({**WILE, "Title": "Followed"}))
    seen = [f"/{it['Id']}" for it in page["Contacts"]]
    while page["@nextpageuri"]:
        page = ours.ask("GET", page["@nextpageuri"])
        seen += [f"/{it['Id']}" for it in page["Contacts"]]
    assert seen == [*paths[:2], *paths[3:]]


# Forms ----------------------------------------------------------------------------------------------------------------


@pytest.mark.sqlite_alone("in which form an answer comes, the request alone says")
@pytest.mark.parametrize(
    ("headers", "query", "form"),
    [
        ({}, "", "json"),
        ({"accept": "*/*"}, "", "json"),
        ({"accept": "application/xml"}, "", "xml"),
        ({"accept": "text/xml"}, "", "xml"),
        ({"accept": "application/xml;q=0.5, application/json"}, "", "json"),
        *(({"ir-version": version}, "", "xml") for version in ("11", "12", "13")),
        *(({"accept": "*/*"}, f"?IrVersion={version}", "xml") for version in ("11", "12", "13")),
        ({"ir-version": "14"}, "", "json"),
        ({"ir-version": "12", "accept": "application/json"}, "", "json"),
    ],
)
def test_pc_50_which_form(partners: Served, headers: dict[str, str], query: str, form: str) -> None:
    ours = client(partners)
    bare = {"accept": "", **headers} if "accept" not in headers else headers
    for status, path in ((200, ""), (404, NOBODY)):
        answer = ours.send("GET", path + query, headers=bare)
        assert answer.status_code == status
        assert answer.headers["content-type"].partition(";")[0].endswith(form)


@pytest.mark.sqlite_alone("no store is asked")
def test_pc_50_no_such_form(ours: Client) -> None:
    path = ours.create()
    assert ours.send("GET", path, headers={"accept": "text/html"}).status_code == 406
    assert ours.send("PUT", path, data={"Title": "T"}, headers={"accept": "text/vcard"}).status_code == 406
    assert ours.ask("GET", path)["Title"] == ""


def test_pc_51_the_shape_of_xml(book: Client) -> None:
    root = ET.fromstring(book.send("GET", ".xml?PageSize=1").content)  # noqa: S314 - our own server's
    assert (root.tag, [child.tag for child in root]) == ("ImpactRadiusResponse", ["Contacts"])
    assert list(root[0].attrib) == [
        *("page", "numpages", "pagesize", "total", "start", "end"),
        *("uri", "firstpageuri", "previouspageuri", "nextpageuri", "lastpageuri"),
    ]
    contact = root[0][0]
    assert contact.tag == "Contact"
    assert [child.tag for child in contact.findall("Accounts/Account/*")] == ["Id", "Name"]
    assert contact.findtext("Labels/Label") == "Main Contact"
    assert contact.find("ProfileImage") is not None
    assert not contact.findtext("ProfileImage")


def test_pc_52_a_contact_as_a_card(ours: Client) -> None:
    fields = {
        **WILE,
        "Title": "Genius",
        "Labels": "Main Contact,Acme",
        "WorkPhoneNumber": "805 123 4567",
        "WorkPhoneNumberCountry": "US",
        "CellphoneNumber": "0151 12345678",
        "CellphoneNumberCountry": "DE",
    }
    path = ours.create(fields, files={"ProfileImageFile": ("a", jpeg())})
    by_path = ours.send("GET", f"{path}.vcf")
    by_accept = ours.send("GET", path, headers={"accept": "text/vcard"})
    assert by_path.content == by_accept.content
    assert by_path.headers["content-type"] == "text/vcard; charset=utf-8"
    lines = unfolded(by_path.content)
    for line in (
        "VERSION:3.0",
        "N:Coyote;Wile;;;",
        "TITLE:Genius",
        "TEL;TYPE=WORK:+18051234567",
        "TEL;TYPE=CELL:+4915112345678",
        "EMAIL;TYPE=INTERNET,WORK:wile.coyote@example.com",
        "CATEGORIES:Main Contact,Acme",
    ):
        assert line in lines
    for name in ("PHOTO;", "UID:urn:uuid:", "REV:"):
        assert [line for line in lines if line.startswith(name)], name
    assert "VERSION:4.0" in ours.send("GET", path, headers={"accept": "text/vcard; version=4.0"}).text


def test_pc_52_a_list_as_cards(book: Client) -> None:
    for answer in (
        book.send("GET", ".vcf?PageSize=1"),
        book.send("GET", "?Page=3&PageSize=1", headers={"accept": "text/vcard"}),
    ):
        assert answer.headers["content-type"] == "text/vcard; charset=utf-8"
        assert answer.headers["vary"] == "Accept, Authorization, IR-Version"
        assert answer.headers["cache-control"] == "private, no-cache"
        assert answer.text.count("BEGIN:VCARD\r\n") == 5, "the whole result, not the page"
    assert book.send("GET", ".vcf?Title=sales+manager").text.count("BEGIN:VCARD") == 2
    assert book.send("GET", ".vcf?Title=nobody").content == b""
    assert book.send("GET", f"{book.account}/Campaigns/7/Contacts.vcf").status_code == 404
    assert book.send("GET", ".vcf?Editable=x").status_code == 400


# Errors and limits ----------------------------------------------------------------------------------------------------


@pytest.mark.sqlite_alone("how an answer is written")
def test_pc_60_errors_are_left_out_when_there_are_none(ours: Client) -> None:
    assert ours.ask("GET", NOBODY, 404) == {"Status": "ERROR", "Message": "Not Found"}


@pytest.mark.sqlite_alone("the front gives it")
def test_every_answer_has_a_request_id(ours: Client) -> None:
    ids = [ours.send("GET", path).headers["x-request-id"] for path in ("", NOBODY, NOBODY)]
    assert len(set(ids)) == 3


@pytest.fixture(scope="module")
def limited(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    yield from serve_prepared(tmp_path_factory.mktemp("limited"), "--rate-limit", "3/hour")


def test_pc_62_the_rate_limit(limited: Served, partners: Served) -> None:
    ours = client(limited)
    answers = [ours.send("GET", path) for path in ("", NOBODY, "?Page=0", "")]
    assert [answer.status_code for answer in answers] == [200, 404, 400, 429]
    assert [answer.headers["x-ratelimit-remaining"] for answer in answers] == ["2", "1", "0", "0"]
    for answer in answers:
        assert answer.headers["x-ratelimit-limit"] == "3"
        assert 1 <= int(answer.headers["x-ratelimit-reset"]) <= 3600
    assert answers[3].headers["retry-after"] == answers[3].headers["x-ratelimit-reset"]
    assert client(partners).send("GET").headers.get("x-ratelimit-limit") is None
