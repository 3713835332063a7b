"""Importing and exporting in the console (P9, P10), without a browser: what is sent, and what is hostile."""

from __future__ import annotations

import errno
import html
import json
import re
import socket
import tempfile
import time
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, NoReturn

import pytest

import serving
from cardwright import limits
from cardwright.errors import StoreFullError
from cardwright.surfaces.console import upload as upload_module
from console_client import Browser, signed_in

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import httpx2

    from cardwright.http.asgi import Message
    from serving import Served

IMPORT = "/campaigns/1000/import"
EXPORT = "/campaigns/1000/export/contacts"
TABLE = b"FirstName,LastName,EmailAddress,Shoe\nIda,Moss,ida@example.com,38\nWile,Coyote,no address,\n"
CARD = b"BEGIN:VCARD\r\nVERSION:3.0\r\nN:Moss;Ida;;;\r\nFN:Ida Moss\r\nEMAIL:ida@example.com\r\nEND:VCARD\r\n"
HOSTILE = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    '=HYPERLINK("http://x")',
    "{{ 7*7 }}{% raw %}",
    "a\r\nSet-Cookie: a=b",
    "javascript:alert(1)",
    "\u202eevil",
    "' onfocus='alert(1)",
)


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder: Path = tmp_path_factory.mktemp("data")
    with serving.serve(folder) as it:
        for number in ("1000", "2000"):
            serving.command(it.store, "campaign", "add", it.sid, number, "First")
        yield it


@pytest.fixture
def browser(served: Served) -> Browser:
    return signed_in(served)


def upload(browser: Browser, content: bytes, name: str = "people.csv", csrf: str | None = None) -> httpx2.Response:
    fields = {"csrf": browser.csrf() if csrf is None else csrf}
    return browser.client.post(IMPORT, data=fields, files={"file": (name, content)})


def uploaded(browser: Browser, content: bytes, name: str = "people.csv") -> str:
    answer = upload(browser, content, name)
    assert answer.status_code == 303, answer.text
    return str(answer.headers["location"])


def done(browser: Browser, address: str, do: str, **fields: str) -> str:
    """Check or import, and return the page of the end."""
    answer = browser.post(address, {"do": do, **fields})
    assert answer.status_code == 303, answer.text
    end = time.monotonic() + 60
    while "data-poll" in (page := browser.get(address).text):
        assert time.monotonic() < end
        time.sleep(0.1)
    return page


def numbers(page: str) -> list[int]:
    return [int(it) for it in re.findall(r'<dd class="num">([\d,]+)</dd>', page)]


def test_p9_and_cw_60_to_64_a_file_is_uploaded_checked_and_imported_once(browser: Browser) -> None:
    address = uploaded(browser, TABLE)
    page = browser.get(address).text
    assert 'aria-label="Columns"' in page
    assert "Shoe goes to" in page
    assert "not recognised" in page
    checked = done(browser, address, "check")
    assert "What will happen" in checked
    assert (numbers(checked), "no address" in checked) == ([1, 0, 0, 0, 1], True)
    assert "No contacts yet" in browser.get("/campaigns/1000/contacts").text
    finished = done(browser, address, "import")
    assert ("Import finished" in finished, numbers(finished)) == (True, [1, 0, 0, 0, 1])
    report = browser.get(f"{address}/report.csv")
    assert report.headers["content-disposition"] == 'attachment; filename="import-report.csv"'
    assert [line.split(",")[2] for line in report.text.splitlines()] == ["outcome", "created", "refused"]
    assert numbers(done(browser, uploaded(browser, TABLE), "import")) == [0, 0, 0, 1, 1]
    assert "people.csv" in browser.get(IMPORT).text


@pytest.mark.parametrize("content", [b"", b"hello", b"\0\1\2", b"FirstName,LastName\n", b"[]", b"BEGIN:VCARD inline"])
def test_cw_60_what_holds_no_contact_is_refused_at_the_field(browser: Browser, content: bytes) -> None:
    answer = upload(browser, content)
    assert answer.status_code == 422
    assert "There is a problem" in answer.text
    assert 'aria-invalid="true"' in answer.text
    assert "<title>Error: " in answer.text


def test_cw_60_no_file_at_all(browser: Browser) -> None:
    answer = browser.client.post(IMPORT, data={"csrf": browser.csrf()}, files={"file": ("", b"")})
    assert (answer.status_code, "Choose a file to upload" in answer.text) == (422, True)


def test_cw_61_columns_that_cannot_be_are_told_at_their_field_and_kept(browser: Browser) -> None:
    address = uploaded(browser, TABLE)
    columns = {"column-0": "first", "column-1": "first", "column-2": "email.work", "column-3": "nonsense"}
    answer = browser.post(address, {"do": "check", **columns})
    assert answer.status_code == 422
    assert 'href="#column-1"' in answer.text
    selected = re.findall(r'<option value="([^"]*)" selected>', answer.text)
    assert selected == ["first", "first", "email.work", ""]
    answer = browser.post(address, {"do": "check", **{f"column-{at}": "" for at in range(4)}})
    assert answer.status_code == 422


def test_cw_13_and_14_who_may_only_read_or_comes_from_elsewhere_changes_nothing(
    browser: Browser, served: Served
) -> None:
    address = uploaded(browser, TABLE)
    before = browser.get(IMPORT).text.count("people.csv")
    assert upload(browser, CARD, csrf="").status_code == 403
    assert upload(browser, CARD, csrf="0" * 64).status_code == 403
    token = serving.command(served.store, "token", "add", served.sid, "--read-only")["AuthToken"]
    reader = signed_in(served, token)
    assert upload(reader, CARD).status_code == 403
    assert reader.post(address, {"do": "check"}).status_code == 403
    page = reader.get(address)
    assert page.status_code == 200
    assert 'name="do"' not in page.text
    assert browser.get(IMPORT).text.count("people.csv") == before
    assert Browser(served.url).get(address).status_code == 303


def multipart(browser: Browser, *parts: tuple[bytes, bytes]) -> int:
    head = b"--x\r\nContent-Disposition: form-data; name=%b\r\n\r\n%b\r\n"
    body = b"".join(head % part for part in parts) + b"--x--\r\n"
    return browser.client.post(
        IMPORT, content=body, headers={"content-type": "multipart/form-data; boundary=x"}
    ).status_code


def test_cw_14_and_86_csrf_is_looked_at_in_whatever_form_it_comes(browser: Browser) -> None:
    csrf = browser.csrf()
    for sent in ({}, {"csrf": ""}, {"csrf": "0" * 64}):
        assert browser.client.post(IMPORT, data=sent).status_code == 403, sent
    assert browser.post(IMPORT).status_code == 422  # no file in it
    assert browser.client.post(IMPORT, content=b"").status_code == 403
    assert multipart(browser, (b'"csrf"', csrf.encode())) == 422
    assert multipart(browser, (b'"csrf"', b"\xff")) == 400
    assert multipart(browser, (b'"csrf"; filename="a"', csrf.encode())) == 403
    assert multipart(browser, (b'"csrf"', b""), (b'"csrf"', csrf.encode())) == 403
    urlencoded = {"content-type": "application/x-www-form-urlencoded"}
    for body, status in ((b"csrf=%ff", 400), (b"&" * 100, 413), (b"csrf=" + b"0" * 300_000, 413)):
        assert browser.client.post(IMPORT, content=body, headers=urlencoded).status_code == status


def test_cw_12_who_uploads_when_the_session_has_ended_is_led_back(browser: Browser) -> None:
    csrf = browser.csrf()
    browser.client.cookies.clear()
    answer = upload(browser, TABLE + b"x" * 1_000_000, csrf=csrf)
    assert (answer.status_code, f'name="next" value="{IMPORT}"' in answer.text) == (401, True)


def test_cw_12_what_was_chosen_is_there_again_after_signing_in(browser: Browser, served: Served) -> None:
    address = uploaded(browser, TABLE)
    done(browser, address, "check")
    browser.client.cookies.clear()
    chosen = {"do": "check", "on-duplicate": "replace", "column-0": "last", "column-1": "first", "column-3": "note"}
    asked = browser.client.post(address, data=chosen).text
    fields = {name: html.unescape(value) for name, value in re.findall(r'name="(\w+)" value="(.*?)"', asked)}
    answer = browser.client.post("/sign-in", data={**fields, "sid": served.sid, "token": served.token})
    page = browser.get(answer.headers["location"]).text
    assert re.findall(r'<option value="([^"]*)" selected>', page) == ["last", "first", "", "note"]
    assert re.findall(r'value="(\w+)"[^>]* checked', page) == ["replace"]


def test_cw_80_a_job_of_another_campaign_or_none_is_not_found(browser: Browser) -> None:
    address = uploaded(browser, CARD)
    for path in (address.replace("1000", "2000"), f"{IMPORT}/nothing", f"{IMPORT}/%00", f"{IMPORT}/%ff"):
        for answer in (browser.get(path), browser.get(f"{path}/report.csv"), browser.post(path, {"do": "check"})):
            assert answer.status_code in {400, 404}, path


async def test_cw_80_a_disk_without_room_for_a_file_is_told_so(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whichever of its copies it has no room for."""

    async def held(*_: object) -> None: ...

    async def receive() -> Message:
        return {"type": "http.request", "body": TABLE}

    def is_full(*_: object, **__: object) -> NoReturn:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(upload_module, "hold", held)
    request: Any = SimpleNamespace(
        scope={},
        parts=SimpleNamespace(large=SimpleNamespace(bodies=None)),
        account=SimpleNamespace(sid="IRacme"),
        exchange=SimpleNamespace(headers={b"content-type": upload_module.URLENCODED.encode()}),
        receive=receive,
    )
    with pytest.raises(StoreFullError):
        async with upload_module.uploaded(request):
            is_full()
    monkeypatch.setattr(tempfile, "TemporaryFile", is_full)
    with pytest.raises(StoreFullError):
        await upload_module.uploaded(request).__aenter__()


@pytest.mark.parametrize("evil", HOSTILE)
def test_cw_85_hostile_names_columns_and_cells_are_shown_as_text(browser: Browser, evil: str) -> None:
    cell = '"' + evil.replace('"', '""') + '"'
    table = f"FirstName,EmailAddress,{cell}\n{cell},{cell},{cell}\nIda,ida@example.com,x\n".encode()
    address = uploaded(browser, table, evil.replace('"', "'").replace("\r\n", " "))
    pages = [browser.get(address), browser.get(IMPORT)]
    done(browser, address, "check")
    pages.append(browser.get(address))
    done(browser, address, "import")
    pages += [browser.get(address), browser.get("/campaigns/1000/contacts")]
    for page in pages:
        assert page.status_code == 200
        assert not re.search(r"<script>|<img src=x|onerror=(?!alert\(1\)&gt;)[^&]*>|onfocus='", page.text)
        assert "set-cookie: a=b" not in str(page.headers).lower()
    report = browser.get(f"{address}/report.csv").text
    assert not re.search(r"(^|[,;])\"?[=+@-]", report, re.MULTILINE)


@pytest.mark.parametrize(
    ("headers", "body"),
    [
        ({"content-type": "multipart/form-data"}, b"x"),
        ({"content-type": "multipart/form-data; boundary=a"}, b"--a\r\n"),
        ({"content-type": "multipart/form-data; boundary=a"}, b"--a\r\n\r\n--a--\r\n"),
        ({"content-type": "application/x-www-form-urlencoded"}, b"csrf=1"),
        ({"content-type": "text/plain"}, b"a" * 5000),
        ({}, b""),
        (
            {"content-type": "multipart/form-data; boundary=a"},
            b'--a\r\nContent-Disposition: form-data; name="x"\r\n\r\n1\r\n' * 50,
        ),
    ],
)
def test_cw_86_a_body_that_is_no_form_is_4xx(browser: Browser, headers: dict[str, str], body: bytes) -> None:
    answer = browser.client.post(IMPORT, content=body, headers=headers)
    assert 400 <= answer.status_code < 500


def test_cw_86_a_file_over_its_size_is_413(browser: Browser, served: Served) -> None:
    size = limits.IMPORT_FILE.value + limits.FORM_TEXTS.value + 1
    cookie = "; ".join(f"{name}={value}" for name, value in browser.client.cookies.items())
    host, port = served.url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port))) as connection:
        head = f"POST {IMPORT} HTTP/1.1\r\nHost: {host}\r\nCookie: {cookie}\r\nContent-Length: {size}\r\n"
        connection.sendall(f"{head}Content-Type: multipart/form-data; boundary=a\r\n\r\n".encode() + b"x" * 2_000_000)
        assert connection.recv(100).startswith(b"HTTP/1.1 413")


@pytest.mark.parametrize(
    ("kind", "media_type"),
    [
        ("vcf", "text/vcard"),
        ("csv", "text/csv"),
        ("jcard", "application/vcard+json"),
        ("json", "application/json"),
    ],
)
def test_p10_and_cw_65_an_export_is_what_the_command_writes(
    browser: Browser, served: Served, kind: str, media_type: str
) -> None:
    done(browser, uploaded(browser, CARD), "import")
    answer = browser.get(f"{EXPORT}?format={kind}&q=")
    assert answer.headers["content-type"].startswith(media_type)
    assert "attachment" in answer.headers["content-disposition"]
    command = serving.run("export", served.sid, "1000", "--format", kind, data=served.data)
    assert answer.text.replace("\r\n", "\n") == command.stdout.replace("\r\n", "\n")


def test_cw_65_an_export_has_exactly_those_that_a_search_shows(browser: Browser) -> None:
    table = b"FirstName,LastName\nAnna,Exportable\nBert,Exportable\nCleo,Other\n"
    done(browser, uploaded(browser, table), "import")
    said = json.loads(browser.get(f"{EXPORT}?format=json&q=exportable").text)
    assert sorted(it["FirstName"] for it in said) == ["Anna", "Bert"]
    assert json.loads(browser.get(f"{EXPORT}?format=json&q=nobodylikethat").text) == []
    page = browser.get(f"{EXPORT}?format=json&q={'x' * 1001}")
    assert page.status_code == 422
    assert "There is a problem" in page.text
    assert "aria-invalid" in page.text
    assert browser.get(f"{EXPORT}?format=nonsense").headers["content-type"].startswith("text/vcard")
    assert browser.get(f"{EXPORT}?format=vcf&format=csv").status_code == 400


def test_cw_41_and_65_a_fault_of_one_field_names_it(browser: Browser) -> None:
    """Of the search here, and of the name of a token."""
    answers = [browser.get(f"{EXPORT}?q={'x' * 1001}"), browser.post("/keys/token", {"name": "x" * 256})]
    assert [it.status_code for it in answers] == [422, 422]
    told = [re.findall(r'<a href="#[a-z]+">(.*?)</a>', it.text) for it in answers]
    assert told == [
        ["Only contacts that match holds 1001 characters; at most 1000 are taken"],
        ["Name of the token holds 256 characters; at most 255 are taken"],
    ]
