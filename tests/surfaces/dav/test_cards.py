"""Cards by GET, PUT and DELETE: what was sent comes back, and is the contact (DV-10 to DV-18, DV-27, DV-30)."""

from __future__ import annotations

import base64
import gzip
import re
import uuid
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any

import pytest

from cardwright.book.ports import Place
from cardwright.store import open_store
from dav_client import BOOK, account, card, condition, hrefs, listed, uid_of
from dav_reports import ETAG, multiget, read, sync
from pictures import jpeg, png
from serving import command, run

if TYPE_CHECKING:
    from pathlib import Path

    from dav_client import Dav
    from serving import Served

ODD = "X-STRANGE;FOO=bar:a\\,b;;", "item1.TEL:+1 805 555 0100", "item1.X-ABLabel:_$!<Main>!$_", "no property at all"


def named(ending: str = ".vcf") -> str:
    return f"{uuid.uuid4()}{ending}"


def test_a_card_comes_back_as_it_was_sent_with_the_tag_of_its_put(dav: Dav) -> None:
    """DV-10: byte for byte, whatever stands there; the ETag is in the answer to PUT. DV-12: odd lines stay."""
    name, sent = named(), card("Ann Poe", "", *ODD)
    made = dav.put(name, sent)
    got = dav.send("GET", name, status=200)
    assert (got.content, got.headers["etag"], made.content) == (sent, made.headers["etag"], b"")
    assert re.fullmatch(r'"[^"]+"', got.headers["etag"])
    assert got.headers["content-type"] == "text/vcard; charset=utf-8"
    assert parsedate_to_datetime(got.headers["last-modified"])
    head = dav.send("HEAD", name, status=200)
    assert (head.content, head.headers["etag"]) == (b"", got.headers["etag"])
    assert int(head.headers["content-length"]) == len(sent)


def test_a_put_over_a_card_gives_another_tag_and_the_same_bytes_do_not(dav: Dav) -> None:
    """DV-10: 204; what changes nothing leaves the tag as it is, so that other phones read nothing again."""
    name = named()
    first = card("Ann Poe")
    tag = dav.put(name, first).headers["etag"]
    assert dav.put(name, first, 204).headers["etag"] == tag
    second = first.replace(b"Ann", b"Eve")
    assert dav.put(name, second, 204).headers["etag"] != tag
    assert dav.get(name) == second


def test_the_contact_says_what_the_card_says(books: Served) -> None:
    """DV-16: as an import has it, labels are CATEGORIES; a contact made here has no partner accounts."""
    dav = account(books)
    uid = str(uuid.uuid4())
    lines = "ORG:Acme", "TITLE:Genius", "EMAIL;TYPE=WORK:ann@example.org", "TEL;TYPE=CELL:+1 805 123 4567"
    dav.put(named(), card("Ann Poe", uid, *lines, "CATEGORIES:VIP,Friends"))
    (shown,) = dav.api()["Contacts"]
    assert (shown["FirstName"], shown["LastName"], shown["Title"]) == ("Ann", "Poe", "Genius")
    assert (shown["EmailAddress"], shown["CellphoneNumber"]) == ("ann@example.org", "8051234567")
    assert (shown["Labels"], shown["Accounts"]) == (["VIP", "Friends"], [])


def test_a_put_leaves_partner_accounts_and_takes_labels_from_the_card(books: Served) -> None:
    """DV-16: partner accounts are untouched; and the other way round a label set elsewhere is in CATEGORIES."""
    dav = account(books)
    fields = {"FirstName": "Ann", "LastName": "Poe", "EmailAddress": "ann@example.org", "Accounts": "10000"}
    dav.api("POST", data=fields | {"Labels": "VIP"})
    name = the_only(dav)
    sent = dav.get(name).replace(b"CATEGORIES:VIP", b"CATEGORIES:Friends,Old")
    dav.put(name, sent, 204)
    (shown,) = dav.api()["Contacts"]
    assert ([it["Id"] for it in shown["Accounts"]], shown["Labels"]) == (["10000"], ["Friends", "Old"])
    dav.api("PUT", f"/{shown['Id']}", data={"LabelsAdd": "New"})
    assert b"CATEGORIES:Friends,Old,New\r\n" in dav.get(name)


def the_only(dav: Dav) -> str:
    """Return the name of the only card, whose contact was made another way: it is called by its UID (DV-11)."""

    text = run("export", dav.sid, dav.book, data=dav.store).stdout
    return f"{uid_of(text.encode()).removeprefix('urn:uuid:')}.vcf"


def test_a_change_elsewhere_changes_its_lines_alone(books: Served) -> None:
    """DV-10: only the lines of what was changed differ."""
    dav = account(books)
    name, sent = named(), card("Ann Poe", "", *ODD, "TITLE:Genius", "NOTE:kept\\, as it is")
    tag = dav.put(name, sent).headers["etag"]
    (shown,) = dav.api()["Contacts"]
    dav.api("PUT", f"/{shown['Id']}", data={"Title": "Boss"})
    got = dav.send("GET", name, status=200)
    assert got.content == sent.replace(b"TITLE:Genius", b"TITLE:Boss")
    assert got.headers["etag"] != tag


async def test_history_says_which_token_made_it(books: Served) -> None:
    """DV-16."""
    dav = account(books)
    dav.put(named(), card())
    (shown,) = dav.api()["Contacts"]
    (token,) = listed(dav.store, "token", "list", dav.sid)
    async with open_store(dav.store) as store:
        (change,) = await store.changes.of(Place(dav.sid, BOOK), int(shown["Id"]), 10)
    assert (change.kind, change.by) == ("created", f"token {token['TokenId']}")


INVALID: dict[str, bytes] = {
    "no card": b"hello",
    "nothing": b"",
    "no END": b"BEGIN:VCARD\r\nVERSION:3.0\r\nFN:A\r\n",
    "no VERSION": b"BEGIN:VCARD\r\nFN:A\r\nEND:VCARD\r\n",
    "no name": b"BEGIN:VCARD\r\nVERSION:3.0\r\nUID:1\r\nEND:VCARD\r\n",
    "two UIDs": card("A B", "1", "UID:2"),
    "two cards": card() + card(),
    "control character": card("A B", "", "NOTE:\x07bell"),
    "noncharacter": card("A B", "", "NOTE:\ufffe"),
    "no UTF-8": card("A B").replace(b"FN:A", b"FN:\xe4"),
    "lines that end in CR alone": card().replace(b"\r\n", b"\r"),
    "lines that end in CR alone, behind another": b"NOTE:x\r\n" + card().replace(b"\r\n", b"\r"),
    "UTF-16": card().decode().encode("utf-16"),
    "too long a UID": card("A B", "x" * 3_000),
    "an event": b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nEND:VCALENDAR\r\n",
    "a card and an event": card() + b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nEND:VCALENDAR\r\n",
    "an event before the card": b"begin : vcalendar\nend:vcalendar\n" + card(),
    "a card in a calendar": b"BEGIN:VCALENDAR\r\n" + card() + b"END:VCALENDAR\r\n",
    "another version without END": b"BEGIN:VCARD\r\nVERSION:2.1\r\nN:A\r\n",
}


@pytest.mark.parametrize("what", INVALID)
def test_what_is_no_card_is_refused(sqlite_dav: Dav, what: str) -> None:
    """DV-12: 403 valid-address-data, before the version is judged; nothing is kept."""
    name = named()
    assert condition(sqlite_dav.put(name, INVALID[what], 403)) == "card:valid-address-data"
    sqlite_dav.send("GET", name, status=404)


UNSUPPORTED: dict[str, tuple[str, bytes]] = {
    "text": ("text/plain", card()),
    "calendar": ("text/calendar", card()),
    "jCard": ("application/vcard+json", b"[]"),
    "version": ("text/vcard; version=2.1", card()),
    "charset": ("text/vcard; charset=iso-8859-1", card()),
    "the media type comes first": ("text/calendar", b"no card"),
    "2.1": ("text/vcard", b"BEGIN:VCARD\r\nVERSION:2.1\r\nN:A;B\r\nEND:VCARD\r\n"),
    "5.0": ("text/vcard", card(version="5.0")),
}


@pytest.mark.parametrize("what", UNSUPPORTED)
def test_other_media_types_and_versions_are_refused(sqlite_dav: Dav, what: str) -> None:
    """DV-12: 403 supported-address-data."""
    media_type, body = UNSUPPORTED[what]
    assert condition(sqlite_dav.put(named(), body, 403, media_type)) == "card:supported-address-data"


TAKEN: dict[str, tuple[str, bytes]] = {
    "charset": ("text/vcard; charset=utf-8", card()),
    "capitals": ('TEXT/VCARD;charset="UTF-8"', card(version="4.0")),
    "version": ("text/vcard; version=4.0", card(version="4.0")),
    "x-vcard": ("text/x-vcard", card()),
    "directory": ("text/directory;profile=vCard", card()),
    "no type": ("", card()),
    "bare line feeds": ("text/vcard", card().replace(b"\r\n", b"\n")),
    "byte order mark": ("text/vcard", b"\xef\xbb\xbf" + card()),
    "characters": ("text/vcard", card("Ünï Çødé 🦊")),
    "N alone": ("text/vcard", b"BEGIN:VCARD\r\nVERSION:3.0\r\nN:Poe;Ann;;;\r\nUID:n-only\r\nEND:VCARD"),
    "tab": ("text/vcard", card("A B", "", "NOTE:tab\there")),
    "long line": ("text/vcard", card("A B", "", f"NOTE:{'long ' * 5_000}")),
    "UUID in capitals": ("text/vcard", card("A B", "urn:uuid:6A0B1C2D-0000-4000-8000-0000000000AA")),
    "photo that is none": ("text/vcard", card("A B", "", "PHOTO;ENCODING=b;TYPE=JPEG:bm8gaW1hZ2U=")),
    "odd lines": ("text/vcard", card("A B", "", *ODD)),
}


@pytest.mark.parametrize("what", TAKEN)
def test_what_a_client_may_send_comes_back(sqlite_dav: Dav, what: str) -> None:
    """DV-10, DV-12."""
    media_type, body = TAKEN[what]
    name = named()
    sqlite_dav.put(name, body, 201, media_type)
    assert sqlite_dav.get(name) == body


def test_a_card_without_uid_is_given_one_and_has_no_tag(books: Served) -> None:
    """DV-12: so the client reads it again; a PUT without UID onto a card keeps that card's."""
    dav = account(books)
    name = named()
    sent = b"BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Ann Poe\r\nEND:VCARD\r\n"
    assert "etag" not in dav.put(name, sent).headers
    got = dav.get(name)
    uid = uid_of(got)
    assert got.replace(f"UID:{uid}\r\n".encode(), b"") == sent
    assert "etag" not in dav.put(name, sent.replace(b"Ann", b"Eve"), 204).headers
    assert uid_of(dav.get(name)) == uid
    assert len(dav.api()["Contacts"]) == 1


def test_a_uid_that_another_card_has_is_told_with_its_href(dav: Dav) -> None:
    """DV-13: no-uid-conflict with the href of the other; so is a PUT that changes a card's UID."""
    first, second, uid = named(" a&ö.vcf"), named(), str(uuid.uuid4())
    dav.put(first.replace(" ", "%20").replace("ö", "%c3%b6"), card("Ann Poe", uid))
    answer = dav.put(second, card("Eve Poe", f"urn:uuid:{uid.upper()}"), 403)
    assert condition(answer) == "card:no-uid-conflict"
    (href,) = hrefs(answer)
    assert dav.get(href)
    assert href == dav.path(first.replace(" ", "%20").replace("ö", "%C3%B6"))
    dav.put(second, card("Eve Poe"))
    before = dav.get(second)
    assert condition(dav.put(second, card("Eve Poe", "another"), 403)) == "card:no-uid-conflict"
    assert condition(dav.put(second, card("Eve Poe", uid), 403)) == "card:no-uid-conflict"
    assert dav.get(second) == before


def test_the_size_of_a_card(dav: Dav) -> None:
    """DV-14: at most 10 MiB; max-resource-size beyond."""
    beginning, end = card().split(b"END:VCARD")
    fitting = b"".join((beginning, b"NOTE:", b"x" * (10 * 1024 * 1024 - len(beginning) - 18), b"\r\nEND:VCARD", end))
    assert len(fitting) == 10 * 1024 * 1024
    name = named()
    dav.put(name, fitting)
    assert dav.get(name) == fitting
    assert condition(dav.put(named(), fitting.replace(b"NOTE:", b"NOTE:x"), 403)) == "card:max-resource-size"
    dav.send("DELETE", name, status=204)


@pytest.mark.parametrize(
    ("accept", "version", "is_kept"),
    [
        ("text/vcard", "3.0", True),
        ("*/*", "3.0", True),
        ("text/html", "3.0", True),
        ("text/vcard; version=3.0", "3.0", True),
        ("text/vcard; version=4.0", "4.0", False),
        ('text/vcard;version="4.0";q=0.9, text/vcard;q=0.5', "4.0", False),
        ("text/vcard;version=4.0;q=0.5, text/vcard", "3.0", True),
        ("text/vcard; version=2.1", "3.0", True),
    ],
)
def test_accept_converts(sqlite_dav: Dav, accept: str, version: str, *, is_kept: bool) -> None:
    """DV-15: what is written in another version has another tag, which is as good for If-Match."""
    dav = sqlite_dav
    name, sent = named(), card("Ann Poe", "", "TEL;TYPE=CELL:123")
    tag = dav.put(name, sent).headers["etag"]
    got = dav.send("GET", name, headers={"accept": accept}, status=200)
    assert f"VERSION:{version}\r\n".encode() in got.content
    assert ((got.content == sent), (got.headers["etag"] == tag)) == (is_kept, is_kept)
    dav.put(name, sent.replace(b"Ann", b"Eve"), 204, if_match=got.headers["etag"])


def test_a_contact_that_came_another_way_has_the_card_of_partner_contacts(books: Served) -> None:
    """DV-15: in 3.0, called by its UID (DV-11)."""
    dav = account(books)
    fields = {"FirstName": "Ann", "LastName": "Poe", "EmailAddress": "ann@example.org", "Accounts": "10000"}
    uri = dav.api("POST", data=fields)["Uri"]
    same = dav.send("GET", f"{uri}.vcf", status=200).content
    assert dav.get(the_only(dav)) == same
    assert b"VERSION:3.0" in same


def test_a_stored_2_1_card_is_handed_out_as_3_0(books: Served, tmp_path: Any) -> None:  # noqa: ANN401 - a Path
    """DV-15."""
    dav = account(books)
    uid = str(uuid.uuid4())
    file = tmp_path / "old.vcf"
    file.write_bytes(f"BEGIN:VCARD\r\nVERSION:2.1\r\nN:Poe;Ann\r\nUID:{uid}\r\nEND:VCARD\r\n".encode())
    command(dav.store, "import", dav.sid, BOOK, str(file))
    assert b"VERSION:3.0\r\n" in dav.get(f"{uid}.vcf")


@pytest.mark.parametrize("version", ["2.1", "3.0", "4.0"])
def test_control_characters_that_came_otherwise_are_left_out_of_every_answer(
    books: Served, tmp_path: Path, version: str
) -> None:
    """DV-12: one entity tag stands for one card, and a client can put what it was given."""
    dav = account(books)
    uid = str(uuid.uuid4())
    file = tmp_path / "odd.vcf"
    file.write_bytes(card("Ann Poe", uid, "NOTE:a\x07b\x0cc", "X-ODD:d\ufffe", version=version))
    command(dav.store, "import", dav.sid, BOOK, str(file))
    got = dav.send("GET", f"{uid}.vcf", status=200)
    assert b"\r\nNOTE:a" in got.content
    answer = read(multiget(dav, [dav.path(f"{uid}.vcf")]))[f"{uid}.vcf"]
    assert (answer.card.encode(), answer.found[ETAG]) == (got.content, got.headers["etag"])
    dav.put(f"{uid}.vcf", got.content, 204, if_match=got.headers["etag"])


def test_a_group_is_kept_and_is_no_contact(books: Served) -> None:
    """DV-17."""
    dav = account(books)
    for number, lines in enumerate((("KIND:group", "MEMBER:urn:uuid:1"), ("X-ADDRESSBOOKSERVER-KIND:group",))):
        name = f"group-{number}.vcf"
        sent = card("Friends", f"g{number}", *lines, version="4.0" if number == 0 else "3.0")
        tag = dav.put(name, sent).headers["etag"]
        got = dav.send("GET", name, status=200)
        assert (got.content, got.headers["etag"]) == (sent, tag)
        changed = sent.replace(b"Friends", b"Enemies")
        assert dav.put(name, changed, 204).headers["etag"] != tag
        assert dav.get(name) == changed
    assert dav.api()["Contacts"] == []
    dav.send("DELETE", "group-0.vcf", status=204)
    dav.send("GET", "group-0.vcf", status=404)


def test_a_deleted_card_can_be_restored_and_its_name_used_again(books: Served) -> None:
    """DV-18, DV-11."""

    dav = account(books)
    first = card("Ann Poe")
    tag = dav.put("ann.vcf", first).headers["etag"]
    (shown,) = dav.api()["Contacts"]
    dav.send("DELETE", "ann.vcf", status=204)
    dav.send("GET", "ann.vcf", status=404)
    dav.send("DELETE", "ann.vcf", status=404)
    second = card("Eve Poe")
    assert dav.put("ann.vcf", second).headers["etag"] != tag
    command(dav.store, "contact", "restore", dav.sid, BOOK, shown["Id"])
    assert dav.get("ann.vcf") == second
    assert dav.get(f"{uid_of(first)}.vcf") == first


CONDITIONS: list[tuple[str, dict[str, str], int, int]] = [
    # headers, for a card that is there and whose tag is {tag}, and for a name that has none
    ("PUT", {"if-match": "{tag}"}, 204, 412),
    ("PUT", {"if-match": '"other", {tag}'}, 204, 412),
    ("PUT", {"if-match": '"other"'}, 412, 412),
    ("PUT", {"if-match": "W/{tag}"}, 412, 412),
    ("PUT", {"if-match": "*"}, 204, 412),
    ("PUT", {"if-none-match": "*"}, 412, 201),
    ("PUT", {"if-none-match": "{tag}"}, 412, 201),
    ("PUT", {"if-none-match": '"other"'}, 204, 201),
    ("DELETE", {"if-match": "{tag}"}, 204, 404),
    ("DELETE", {"if-match": '"other"'}, 412, 404),
    ("DELETE", {"if-none-match": "*"}, 412, 404),
    ("GET", {"if-match": "{tag}"}, 200, 404),
    ("GET", {"if-match": '"other"'}, 412, 404),
    ("GET", {"if-none-match": "{tag}"}, 304, 404),
    ("GET", {"if-none-match": "*"}, 304, 404),
    ("GET", {"if-none-match": '"other"'}, 200, 404),
    ("PUT", {"if": "([{tag}])"}, 204, 412),
    ("PUT", {"if": '(["other"])'}, 412, 412),
    ("PUT", {"if": '(["other"]) ([{tag}])'}, 204, 412),
    ("PUT", {"if": '(Not ["other"])'}, 204, 201),
    ("PUT", {"if": "(<urn:x:lock>)"}, 412, 412),
    ("PUT", {"if": "(Not <DAV:no-lock> [{tag}])"}, 204, 412),
    ("PUT", {"if": "<{path}> ([{tag}])"}, 204, 412),
    ("PUT", {"if": "<{url}{path}> ([{tag}])"}, 204, 412),
    ("PUT", {"if": "<{path}x> ([{tag}])"}, 412, 412),
    ("PUT", {"if-unmodified-since": "Sun, 06 Nov 1994 08:49:37 GMT"}, 412, 201),
    ("PUT", {"if-unmodified-since": "Sunday, 06-Nov-94 08:49:37 GMT"}, 412, 201),
    ("PUT", {"if-unmodified-since": "Sun Nov  6 08:49:37 1994"}, 412, 201),
    ("PUT", {"if-unmodified-since": "Fri, 06 Nov 2093 08:49:37 GMT"}, 204, 201),
    ("PUT", {"if-unmodified-since": "yesterday"}, 204, 201),
    ("PUT", {"if-unmodified-since": "Sun, 06 Nov 1994 08:49:37 GMT", "if-match": "{tag}"}, 204, 412),
    ("DELETE", {"if-unmodified-since": "Sun, 06 Nov 1994 08:49:37 GMT"}, 412, 404),
    ("GET", {"if-unmodified-since": "Sun, 06 Nov 1994 08:49:37 GMT"}, 412, 404),
    ("DELETE", {"if": '(["other"])'}, 412, 404),
    ("GET", {"if": '(["other"])'}, 412, 404),
    ("PUT", {"if": "[{tag}]"}, 400, 400),
    ("PUT", {"if": "()"}, 400, 400),
    ("PUT", {"if": ""}, 400, 400),
    ("PUT", {"if": "(<urn:x"}, 400, 400),
]


@pytest.mark.parametrize(
    ("method", "headers", "there", "absent"),
    CONDITIONS,
    ids=[f"{method} {headers}" for method, headers, *_ in CONDITIONS],
)
def test_conditions(sqlite_dav: Dav, method: str, headers: dict[str, str], there: int, absent: int) -> None:
    """DV-18, DV-27: what is demanded holds, or nothing is changed."""
    dav = sqlite_dav
    for status, is_there in ((there, True), (absent, False)):
        name, sent = named(), card("Ann Poe")
        tag = dav.put(name, sent).headers["etag"] if is_there else '"1-1-1"'
        values = {"tag": tag, "path": dav.path(name), "url": dav.url}
        fields = {key: value.format(**values) for key, value in headers.items()}
        body = sent.replace(b"Ann", b"Eve") if method == "PUT" else None
        dav.send(method, name, body, {**fields, "content-type": "text/vcard"}, status=status)
        if is_there and status >= 400:
            assert dav.get(name) == sent


def test_the_sync_token_of_a_book_is_a_state_of_it(books: Served) -> None:
    """DV-27 (RFC 6578 section 5): a put that demands it fails once somebody else has changed the book."""
    dav = account(books)
    token = read(sync(dav)).token
    demand = {"if": f"<{dav.path()}> (<{token}>)"}
    dav.send("PUT", "a.vcf", card(), {**demand, "content-type": "text/vcard"}, status=201)
    dav.send("PUT", "b.vcf", card(), {**demand, "content-type": "text/vcard"}, status=412)
    dav.send("GET", "b.vcf", status=404)


def test_prefer_representation_sends_the_card_that_is_kept(dav: Dav) -> None:
    """DV-27 (RFC 8144): with its tag, though it has got a UID."""
    name, sent = named(), b"BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Ann Poe\r\nEND:VCARD\r\n"
    made = dav.put(name, sent, prefer="return=representation")
    got = dav.send("GET", name, status=200)
    assert (made.content, made.headers["etag"]) == (got.content, got.headers["etag"])
    assert made.headers["preference-applied"] == "return=representation"
    assert made.headers["content-location"] == dav.path(name)
    same = dav.put(name, got.content, 200, prefer="return=representation", if_match=got.headers["etag"])
    assert same.content == got.content
    new = {"prefer": "return=representation", "if_none_match": "*"}
    assert dav.put(named(), other := card(), **new).content == other


@pytest.mark.parametrize(
    ("photo", "is_taken"), [(jpeg(64, 48), True), (png(64, 48), True), (b"no image", False)], ids=["jpeg", "png", "bad"]
)
def test_a_photo_is_the_contacts_image(books: Served, photo: bytes, *, is_taken: bool) -> None:
    """DV-16: as an import does; what is no image stays in the card. Taken out of the card, it is gone."""
    dav = account(books)
    without = card("Ann Poe")
    kind = "PNG" if photo[1:4] == b"PNG" else "JPEG"
    line = f"PHOTO;ENCODING=b;TYPE={kind}:{base64.b64encode(photo).decode()}\r\n".encode()
    sent = without.replace(b"END:VCARD", line + b"END:VCARD")
    dav.put("ann.vcf", sent)
    assert dav.get("ann.vcf") == sent
    (shown,) = dav.api()["Contacts"]
    image = f"/Advertisers/{dav.sid}/Campaigns/{BOOK}/Contacts/{shown['Id']}/ProfileImage"
    dav.send("GET", image, status=200 if is_taken else 404)
    before = dav.send("GET", image).content
    dav.put("ann.vcf", sent.replace(b"Ann", b"Eve"), 204)
    assert dav.send("GET", image).content == before
    dav.put("ann.vcf", without, 204)
    dav.send("GET", image, status=404)


def test_the_photo_that_a_phone_was_given_does_not_replace_the_larger_one(books: Served) -> None:
    """DV-16: the card shows the small one; a phone that sends it back leaves the image as it is."""
    dav = account(books)
    fields = {"FirstName": "Ann", "LastName": "Poe", "EmailAddress": "ann@example.org", "Accounts": "10000"}
    dav.api("POST", data=fields, files={"ImageFile": ("ann.jpg", jpeg(1_000, 800), "image/jpeg")})
    (shown,) = dav.api()["Contacts"]
    image = f"/Advertisers/{dav.sid}/Campaigns/{BOOK}/Contacts/{shown['Id']}/ProfileImage"
    before = dav.send("GET", image, status=200).content
    name = the_only(dav)
    given = dav.get(name)
    assert b"PHOTO" in given
    dav.put(name, given.replace(b"Ann", b"Eve"), 204)
    assert dav.send("GET", image, status=200).content == before


def test_a_packed_body_is_a_card(dav: Dav) -> None:
    name, sent = named(), card()
    dav.put(name, gzip.compress(sent), 201, content_encoding="gzip")
    assert dav.get(name) == sent
    dav.put(name, sent, 415, content_encoding="br")


def test_a_part_of_a_card_is_refused(dav: Dav) -> None:
    """RFC 9110 section 14.5: Content-Range on PUT is an error."""
    dav.put(named(), card(), 400, content_range="bytes 0-10/20")
