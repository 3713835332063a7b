"""Who may ask for what, where: paths, credentials, books (DV-1 to DV-5, DV-19, DV-30)."""

from __future__ import annotations

import base64
import re
import socket
import uuid
from typing import TYPE_CHECKING, Final

import httpx2
import pytest

from cardwright.book.partners import Campaign
from cardwright.book.system import draft
from cardwright.store import open_store
from cardwright.surfaces.dav.places import (
    BookPlace,
    CardPlace,
    DavPlace,
    Home,
    Homes,
    Principal,
    Principals,
    Root,
    href,
    parse,
    place_of,
)
from dav_client import BOOK, D, account, card, condition, hrefs, listed, uid_of
from serving import command, run, serve

if TYPE_CHECKING:
    from pathlib import Path

    from dav_client import Dav
    from serving import Served

PLACES: list[tuple[str, DavPlace | None]] = [
    ("/", Root()),
    ("/dav", Root()),
    ("/dav/", Root()),
    ("/%64av//", Root()),
    ("/dav/principals", Principals()),
    ("/dav/principals/AC1/", Principal("AC1")),
    ("/dav/addressbooks/", Homes()),
    ("/dav/addressbooks/AC1", Home("AC1")),
    ("/dav/addressbooks/AC1/1000", BookPlace("AC1", "1000")),
    ("/dav/addressbooks/AC%31//1000/a.vcf", CardPlace("AC1", "1000", "a.vcf")),
    ("/dav/addressbooks/A/b/a%2Fb.vcf", CardPlace("A", "b", "a/b.vcf")),
    ("/dav/addressbooks/A/b/%C3%A4%20%25.vcf", CardPlace("A", "b", "ä %.vcf")),
    ("/dav/addressbooks/A/b/" + "x" * 255, CardPlace("A", "b", "x" * 255)),
    ("/dav/addressbooks/A/b/" + "x" * 256, None),
    ("/dav/addressbooks/A/b/%00", None),
    ("/dav/addressbooks/A/b/..", None),
    ("/dav/addressbooks/A/b/%2E", None),
    ("/dav/addressbooks/A/b/%ff", None),
    ("/dav/addressbooks/A/b/c/d", None),
    ("/dav/principals/A/b", None),
    ("/dav/else", None),
    ("/else", None),
]


@pytest.mark.parametrize(("path", "place"), PLACES)
def test_a_path_is_a_place_and_a_place_has_one_href(path: str, place: DavPlace | None) -> None:
    """DV-5: however a client spells it."""
    assert parse(path) == place
    if place:
        assert parse(href(place)) == place
        assert href(place).endswith("/") != isinstance(place, CardPlace)
        assert href(place, "/contacts") == "/contacts" + href(place)


def test_hrefs_encode_what_rfc_3986_asks_and_nothing_else() -> None:
    """DV-5: unreserved, sub-delims, colon and at sign stand as they are (RFC 3986 section 3.3)."""
    name = "aZ09-._~!$&'()*+,;=:@ %/?#[]<>\"^`{|}\\ä"
    plain, encoded = name.partition(" ")[0], "%20%25%2F%3F%23%5B%5D%3C%3E%22%5E%60%7B%7C%7D%5C%C3%A4"
    assert href(CardPlace("A", "b", name)) == f"/dav/addressbooks/A/b/{plain}{encoded}"


@pytest.mark.parametrize(
    ("url", "host", "prefix", "is_found"),
    [
        ("/dav/", "", "", True),
        ("http://example.org/dav/", "example.org", "", True),
        ("HTTPS://Example.org:443/dav/#x", "example.org", "", True),
        ("//example.org/dav/?q", "example.org", "", True),
        ("http://example.net/dav/", "example.org", "", False),
        ("/contacts/dav/", "", "/contacts", True),
        ("/dav/", "", "/contacts", True),
        ("dav/", "", "", False),
        ("ftp://example.org/dav/", "example.org", "", False),
        ("", "", "", False),
    ],
)
def test_the_place_of_an_href_or_a_destination(url: str, host: str, prefix: str, *, is_found: bool) -> None:
    assert (place_of(url, host, prefix) is not None) == is_found


@pytest.mark.parametrize("method", ["GET", "HEAD", "PROPFIND", "OPTIONS", "PUT", "POST", "REPORT"])
@pytest.mark.parametrize("path", ["/.well-known/carddav", "/.well-known/carddav/"])
def test_the_well_known_path_leads_to_the_root(books: Served, method: str, path: str) -> None:
    """DV-1: for every method, without credentials, with or without a slash, whatever the body."""
    answer = httpx2.request(method, books.url + path, content=b"<x/>" * 1_000)
    assert (answer.status_code, answer.headers["location"]) == (301, "/dav/")


def test_who_must_say_who_they_are(dav: Dav) -> None:
    """DV-2: 401 with a challenge, to every method and every path of ours."""
    for method in ("GET", "PUT", "DELETE", "PROPFIND", "OPTIONS", "REPORT", "MKCOL", "NONSENSE"):
        for path in ("/dav/", dav.path(), dav.path("a.vcf"), "/dav/nothing"):
            answer = httpx2.request(method, dav.url + path)
            assert (answer.status_code, "Basic" in answer.headers["www-authenticate"]) == (401, True), (method, path)
    for auth in ((dav.sid, "wrong"), ("other", dav.token), ("", dav.token), (f"{dav.sid}+none", dav.token)):
        dav.send("DELETE", auth=auth, status=401)
    assert httpx2.request("PROPFIND", dav.url).status_code == 401


def test_the_root_shares_its_place_with_the_console(dav: Dav) -> None:
    """`/` is CardDAV's for PROPFIND and OPTIONS, and a page for GET."""
    assert httpx2.get(dav.url + "/", follow_redirects=False).headers["content-type"].startswith("text/html")
    assert httpx2.options(dav.url + "/").status_code == 401
    assert "addressbook" in dav.send("OPTIONS", "/", status=200).headers["dav"]


def test_another_account_is_not_there(books: Served, dav: Dav) -> None:
    """DV-2: 404, as if it did not exist; so is what does not exist."""
    other = account(books)
    other.put("a.vcf", card())
    for path in (
        other.path("a.vcf"),
        other.path(),
        other.home,
        f"/dav/principals/{other.sid}/",
        "/dav/addressbooks/X/",
    ):
        for method in ("DELETE", "GET", "PUT"):
            answer = dav.send(method, path, card(), {"content-type": "text/vcard"})
            assert answer.status_code == 404, (method, path)
    destination = {"destination": other.path("b.vcf")}
    dav.put("mine.vcf", card())
    dav.send("COPY", "mine.vcf", headers=destination, status=409)
    other.send("GET", "b.vcf", status=404)


def test_a_user_of_one_book_sees_that_alone(books: Served) -> None:
    """DV-3: `SID+CampaignId`."""
    dav = account(books, "1000", "2000")
    dav.put("a.vcf", card())
    one = dav._replace(user=f"{dav.sid}+1000")
    assert one.get("a.vcf")
    one.put("b.vcf", card())
    dav.send("GET", "b.vcf", status=200)
    one.send("GET", f"{dav.home}2000/a.vcf", status=404)
    one.put(f"{dav.home}2000/a.vcf", card(), 409)
    one.put(f"{dav.home}all/a.vcf", card(), 409)
    assert condition(one.send("MKCOL", f"{dav.home}3000/", status=403)) == "d:need-privileges"


def test_all_campaigns_are_one_book_for_who_asks_for_it(books: Served) -> None:
    """DV-3: only for `SID+all`; a new card goes to the campaign made first; names and UIDs are as it says."""
    dav = account(books, "1000", "2000")
    uid = str(uuid.uuid4())
    dav.put("a.vcf", first := card("Ann Poe", uid))
    dav.put(f"{dav.home}2000/a.vcf", card("Eve Poe", uid))
    dav.send("GET", f"{dav.home}all/a.vcf", status=404)
    every = dav._replace(user=f"{dav.sid}+all", book="all")
    assert every.get("a.vcf") == first
    every.send("GET", dav.path("a.vcf"), status=404)
    number = dav._replace(book="2000").api()["Contacts"][0]["Id"]
    name = f"{number}-a.vcf"
    second = every.get(name)
    other = uid_of(second)
    assert uuid.UUID(other).version == 5
    assert second == card("Eve Poe", other)
    kept = every.put(name, second.replace(b"Eve", b"Joe"), 204)
    assert every.send("GET", name).headers["etag"] == kept.headers["etag"]
    assert every.get(name) == second.replace(b"Eve", b"Joe")
    assert dav.get(f"{dav.home}2000/a.vcf") == card("Joe Poe", uid)
    every.put("new.vcf", card("New One"))
    assert dav.get("new.vcf")


def test_no_campaign_is_called_all(dav: Dav) -> None:
    """DV-3: neither by the command line nor by MKCOL."""
    done = run("campaign", "add", dav.sid, "all", "All", data=dav.store)
    assert (done.returncode, "all" in done.stderr) == (2, True)
    assert condition(dav.send("MKCOL", f"{dav.home}all/", status=403)) == "card:addressbook-collection-location-ok"


async def test_a_campaign_that_an_older_store_calls_all_is_told_at_the_start(tmp_path: Path) -> None:
    """DV-3."""
    sid = command(tmp_path, "account", "add", "Acme")["AccountSID"]
    async with open_store(tmp_path) as store:
        await store.partners.add_campaign(sid, Campaign("all", "Everybody"), draft, "test")
    with serve(tmp_path):
        pass
    assert f"Phones cannot see the campaign all of account {sid}" in (tmp_path / "server.log").read_text()


def test_a_read_only_token_reads(books: Served) -> None:
    """DV-4: 403 need-privileges for every write, and nothing is changed."""
    dav = account(books)
    dav.put("a.vcf", sent := card())
    token = command(dav.store, "token", "add", dav.sid, "--read-only")["AuthToken"]
    reader = dav._replace(token=token)
    assert reader.get("a.vcf") == sent
    to = {"destination": dav.path("b.vcf"), "content-type": "text/vcard"}
    for method in ("PUT", "DELETE", "MOVE", "COPY", "MKCOL"):
        path = f"{dav.home}3000" if method == "MKCOL" else "a.vcf"
        body = card() if method == "PUT" else None
        assert condition(reader.send(method, path, body, to, status=403)) == "d:need-privileges"
    assert dav.get("a.vcf") == sent


def test_a_token_for_a_phone_opens_carddav_alone(books: Served) -> None:
    dav = account(books)
    token = command(dav.store, "token", "add", dav.sid, "--dav")["AuthToken"]
    dav._replace(token=token).put("a.vcf", card())
    dav.send("GET", f"/Advertisers/{dav.sid}/CompanyInformation", auth=(dav.sid, token), status=401)


def test_a_system_created_contact_is_read_only(books: Served) -> None:
    """DV-4, DV-19: need-privileges for PUT, DELETE and MOVE onto and from it."""
    dav = account(books, "1000", "2000")
    command(
        *(dav.store, "partner", "user", "add", dav.sid, "10000"),
        *("--first", "Pat", "--last", "Ner", "--email", "pat@example.org"),
    )
    text = run("export", dav.sid, "1000", data=dav.store).stdout.encode()
    name = f"{uid_of(text).removeprefix('urn:uuid:')}.vcf"
    shown = dav.get(name)
    dav.put("a.vcf", card())
    asked = [
        ("PUT", name, {"content-type": "text/vcard"}),
        ("DELETE", name, {}),
        ("MOVE", name, {"destination": dav.path("b.vcf")}),
        ("MOVE", name, {"destination": f"{dav.home}2000/b.vcf"}),
        ("COPY", "a.vcf", {"destination": dav.path(name)}),
    ]
    for method, path, headers in asked:
        body = shown if method == "PUT" else None
        assert condition(dav.send(method, path, body, headers, status=403)) == "d:need-privileges", method
    assert dav.get(name) == shown


def test_move_gives_another_name_and_copy_within_a_book_is_a_conflict(dav: Dav) -> None:
    """DV-19, DV-11: the contact stays; what is put under the old name is a new one."""
    sent = card("Ann Poe")
    old, new, third = (f"{uuid.uuid4()}.vcf" for _ in range(3))
    dav.put(old, sent)
    assert (
        condition(dav.send("COPY", old, headers={"destination": dav.path(new)}, status=403)) == "card:no-uid-conflict"
    )
    dav.send("MOVE", old, headers={"destination": dav.url + dav.path(new)}, status=201)
    dav.send("GET", old, status=404)
    assert dav.get(new) == sent
    dav.put(old, other := card("Eve Poe"))
    dav.put(third, card("Joe Poe"))
    to_other = {"destination": dav.path(third)}
    dav.send("MOVE", old, headers=to_other | {"overwrite": "F"}, status=412)
    assert condition(dav.send("MOVE", old, headers=to_other | {"overwrite": "T"}, status=403)) == "card:no-uid-conflict"
    assert dav.get(old) == other
    dav.send("MOVE", "nothing.vcf", headers=to_other, status=404)
    dav.send("MOVE", old, headers={}, status=400)
    dav.send("MOVE", old, headers=to_other | {"overwrite": "X"}, status=400)
    dav.send("MOVE", old, headers={"destination": f"{dav.home}none/a.vcf"}, status=409)
    dav.send("MOVE", old, headers={"destination": dav.path(f"{old}/b.vcf")}, status=409)
    for unfit in ("b.vcf", "mailto:b@example.org", dav.path("x" * 300)):
        dav.send("MOVE", old, headers={"destination": unfit}, status=400)
    dav.send("MOVE", old, headers=to_other | {"if-match": '"x"'}, status=412)
    for elsewhere in (dav.path(), dav.path(old), "http://other.example/dav/x"):
        answer = dav.send("MOVE", old, headers={"destination": elsewhere}, status=403)
        assert condition(answer) == "d:need-privileges", elsewhere


def test_between_books_a_move_is_a_delete_and_a_create(books: Served) -> None:
    """DV-19: in one unit, with a new id; labels, partner accounts and photo go along. A copy leaves the card."""
    dav = account(books, "1000", "2000")
    other = dav._replace(book="2000")
    fields = {"FirstName": "Ann", "LastName": "Poe", "EmailAddress": "ann@example.org", "Accounts": "10000"}
    dav.api("POST", data=fields | {"Labels": "VIP"})
    (before,) = dav.api()["Contacts"]
    name = f"{uid_of(run('export', dav.sid, '1000', data=dav.store).stdout.encode()).removeprefix('urn:uuid:')}.vcf"
    dav.send("COPY", name, headers={"destination": other.path("ann.vcf")}, status=201)
    assert re.sub(b"REV:.*", b"", dav.get(name)) == re.sub(b"REV:.*", b"", other.get("ann.vcf"))
    other.send("DELETE", "ann.vcf", status=204)
    dav.send("MOVE", name, headers={"destination": other.path("ann.vcf")}, status=201)
    dav.send("GET", name, status=404)
    (after,) = other.api()["Contacts"]
    assert (after["Labels"], [it["Id"] for it in after["Accounts"]]) == (["VIP"], ["10000"])
    assert after["Id"] != before["Id"]
    dav.put("ann.vcf", other.get("ann.vcf").replace(b"Ann", b"Eve"))
    dav.send("MOVE", "ann.vcf", headers={"destination": other.path("ann.vcf"), "overwrite": "F"}, status=412)
    dav.send("MOVE", "ann.vcf", headers={"destination": other.path("ann.vcf")}, status=204)
    assert b"Eve" in other.get("ann.vcf")
    assert dav.api()["Contacts"] == []


MKCOL = """<?xml version="1.0"?><D:mkcol xmlns:D="DAV:" xmlns:C="urn:ietf:params:xml:ns:carddav"><D:set><D:prop>
<D:resourcetype><D:collection/>{kind}</D:resourcetype><D:displayname>My friends</D:displayname></D:prop></D:set>
</D:mkcol>"""


def test_mkcol_makes_a_campaign(books: Served) -> None:
    """DV-19: plain and extended; its id is the last part of the path."""
    dav = account(books)
    dav.send("MKCOL", f"{dav.home}plain", status=201)
    dav.send("MKCOL", f"{dav.home}named/", MKCOL.format(kind="<C:addressbook/>"), status=201)
    campaigns = {it["Id"]: it["Name"] for it in listed(dav.store, "campaign", "list", dav.sid)}
    assert campaigns == {"1000": "Campaign 1000", "plain": "plain", "named": "My friends"}
    dav.put(f"{dav.home}plain/a.vcf", card())
    allow = dav.send("MKCOL", f"{dav.home}plain/", status=405).headers["allow"]
    assert not {"PUT", "MKCOL"} & set(allow.split(", "))
    again = dav.send("MKCOL", f"{dav.home}plain/", MKCOL.format(kind="<C:addressbook/>"), status=403)
    assert condition(again) == "d:resource-must-be-null"
    calendar = MKCOL.format(kind='<X:calendar xmlns:X="urn:ietf:params:xml:ns:caldav"/>')
    assert condition(dav.send("MKCOL", f"{dav.home}cal/", calendar, status=403)) == "d:valid-resourcetype"
    for path in (f"{dav.home}no%20id/", f"{dav.home}1000/deeper/", "/dav/else/", f"{dav.home}1000/a/b/c/"):
        answer = dav.send("MKCOL", path, status=403)
        assert condition(answer) == "card:addressbook-collection-location-ok", path
    dav.send("MKCOL", f"{dav.home}x/", "<half", {"content-type": "text/xml"}, status=400)
    dav.send("MKCOL", f"{dav.home}x/", "<other/>", status=400)
    dav.send("MKCOL", f"{dav.home}x/", "what?", {"content-type": "text/plain"}, status=415)
    dav.send("MKCOL", dav.home, status=405)


def test_an_xml_body_has_a_size(sqlite_dav: Dav) -> None:
    """DV-31: 1 MiB; beyond, 413."""
    dav, size = sqlite_dav, 1024 * 1024
    body = MKCOL.format(kind="<C:addressbook/>")
    dav.send("MKCOL", f"{dav.home}fits/", body + " " * (size - len(body)), status=201)
    dav.send("MKCOL", f"{dav.home}large/", body + " " * (size - len(body) + 1), status=413)


def test_an_account_gets_100_campaigns_so(tmp_path: Path) -> None:
    """DV-19: need-privileges beyond."""
    with serve(tmp_path) as server:
        dav = account(server)
        for number in range(99):
            dav.send("MKCOL", f"{dav.home}b{number}/", status=201)
        assert condition(dav.send("MKCOL", f"{dav.home}more/", status=403)) == "d:need-privileges"
        command(dav.store, "campaign", "add", dav.sid, "more", "By the operator")


NO_PLACE: Final = {
    # a path below the home, or another, and the status of a PUT there
    "1000/a.vcf/b.vcf": 409,
    "1000/a/b/c/d/e.vcf": 409,
    "none/a/b.vcf": 409,
    "/dav/else/more/a.vcf": 409,
    "/dav/a.vcf": 403,
    "/dav/addressbooks/other/1000/a/b.vcf": 404,
    "/dav/addressbooks/other/1000/a/b/c/d.vcf": 404,
    "1000/" + "x" * 300: 400,
    "1000/a%07.vcf": 400,
    "1000/a%FF.vcf": 400,
}


@pytest.mark.parametrize(("path", "status"), NO_PLACE.items())
def test_nothing_is_put_where_nothing_can_be(sqlite_dav: Dav, path: str, status: int) -> None:
    """RFC 4918 section 9.7.1: 409 where the parent is no collection; another account's paths are 404 as ever (DV-2)."""
    where = path if path.startswith("/") else sqlite_dav.home + path
    sqlite_dav.put(where, card(), status)
    sqlite_dav.send("GET", where, status=404)
    if status == 404:
        sqlite_dav.send("MKCOL", where, status=404)


def test_campaigns_are_the_operators(dav: Dav) -> None:
    """DV-19: DELETE, COPY and MOVE of what is no card are refused, PUT on a collection is 405 with Allow."""
    for path in (dav.path(), dav.home, "/dav/", f"/dav/principals/{dav.sid}/"):
        for method in ("DELETE", "COPY", "MOVE"):
            answer = dav.send(method, path, headers={"destination": f"{dav.home}x/"}, status=403)
            assert condition(answer) == "d:need-privileges", (method, path)
        answer = dav.send("PUT", path, card(), {"content-type": "text/vcard"}, status=405)
        assert "PUT" not in answer.headers["allow"]
    dav.send("DELETE", f"{dav.home}none/", status=404)
    dav.put(f"{dav.home}none/a.vcf", card(), 409)
    for method in ("LOCK", "UNLOCK", "POST", "PATCH"):
        assert "PUT" in dav.send(method, "a.vcf", status=405).headers["allow"]


def test_any_spelling_of_a_path_is_the_same_card(dav: Dav) -> None:
    """DV-5: percent-encoding, and slashes too many."""
    dav.put("a%20%C3%BC%2Fb@home.vcf", sent := card())
    for name in ("%61%20%c3%bc%2fb%40home.vcf", "a%20ü%2Fb@home%2Evcf"):
        assert dav.get(name) == sent
    assert dav.get(dav.path("a%20%C3%BC%2Fb@home.vcf").replace("/dav/", "//dav//")) == sent


def test_characters_that_are_not_encoded_are_those_that_they_are(sqlite_dav: Dav) -> None:
    """DV-5: in a Destination and in the path itself; octets that are no UTF-8 are refused."""
    dav = sqlite_dav
    dav.put("plain.vcf", sent := card())
    to = {"destination": f"{dav.path()}é.vcf".encode()}
    answer = httpx2.request("MOVE", dav.url + dav.path("plain.vcf"), headers=to, auth=(dav.sid, dav.token))
    assert answer.status_code == 201
    assert dav.get("%C3%A9.vcf") == sent
    credentials = base64.b64encode(f"{dav.sid}:{dav.token}".encode()).decode()
    for name, status in (("é.vcf".encode(), b"200"), (b"\xe9.vcf", b"400")):
        head = f"\r\nhost: x\r\nauthorization: Basic {credentials}\r\nconnection: close\r\n\r\n".encode()
        with socket.create_connection(("127.0.0.1", int(dav.url.rpartition(":")[2]))) as connection:
            connection.sendall(b"GET " + dav.path().encode() + name + b" HTTP/1.1" + head)
            assert connection.makefile("rb").readline().split()[1] == status, name


def test_the_log_has_no_names(tmp_path: Path) -> None:
    with serve(tmp_path, "--access-log") as server:
        dav = account(server)
        dav.put("secret-name.vcf", card())
        dav.send("GET", f"{dav.home}1000/other-secret.vcf", status=404)
        httpx2.get(f"{server.url}/.well-known/carddav")
        metrics = httpx2.get(f"{server.url}/metrics").text
    log = (tmp_path / "server.log").read_text()
    assert "PUT /dav/addressbooks/{sid}/{campaign}/{card} 201" in log
    assert ("secret" in log, dav.sid in log) == (False, False)
    assert 'surface="dav",status="201"' in metrics or 'status="201",surface="dav"' in metrics


def test_hrefs_begin_with_what_a_proxy_has_put_before_every_path(tmp_path: Path) -> None:
    """DV-5: and a Destination with it, or the proxy's host, is understood."""
    with serve(tmp_path, "--trust-proxy", "127.0.0.1") as server:
        dav = account(server)
        proxy = {"x-forwarded-prefix": "/contacts", "x-forwarded-host": "example.org", "x-forwarded-proto": "https"}
        known = httpx2.get(f"{server.url}/.well-known/carddav", headers=proxy)
        assert known.headers["location"] == "/contacts/dav/"
        dav.put("a.vcf", card("Ann Poe", "ann"))
        taken = dav.send("PUT", "b.vcf", card("Eve Poe", "ann"), {**proxy, "content-type": "text/vcard"}, status=403)
        assert hrefs(taken) == [f"/contacts{dav.path('a.vcf')}"]
        destination = f"https://example.org/contacts{dav.path('c.vcf')}"
        dav.send("MOVE", "a.vcf", headers={**proxy, "destination": destination}, status=201)
        assert dav.get("c.vcf")


def test_the_rate_limit_counts_phones_too(tmp_path: Path) -> None:
    with serve(tmp_path, "--rate-limit", "3/hour") as server:
        dav = account(server)
        answers = [dav.send("GET", "a.vcf") for _ in range(4)]
        assert [it.status_code for it in answers] == [404, 404, 404, 429]
        assert (answers[0].headers["x-ratelimit-remaining"], "retry-after" in answers[3].headers) == ("2", True)


def test_errors_are_no_more_than_their_element(dav: Dav) -> None:
    """DV-30."""
    answer = dav.put("x.vcf", b"nothing", 403)
    assert answer.headers["content-type"] == "application/xml; charset=utf-8"
    assert condition(answer) == "card:valid-address-data"
    assert answer.content.startswith(b"<?xml")
    assert D.strip("{}").encode() in answer.content
    assert BOOK in dav.path()
