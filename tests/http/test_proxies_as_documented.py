"""Behind nginx, HAProxy and Caddy as docs/operations/proxies.md recommends: its configurations, run as they stand."""

from __future__ import annotations

import contextlib
import re
import shutil
import socket
import ssl
import subprocess
import time
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urlsplit

import httpx2
import pytest
import trustme

import documentation
from partner_client import WILE, serve_prepared
from pictures import busy, encoded
from serving import ENVIRONMENT, START_SECONDS, free_port

if TYPE_CHECKING:
    from collections.abc import Iterator

    from serving import Served

PAGE = Path(__file__).parents[2] / "docs/operations/proxies.md"
FOLDERS = "/usr/sbin:/usr/local/sbin:/usr/bin:/usr/local/bin"
"""Where programs of the system are, also those that not everybody's path leads to."""
HOST, PREFIX = "contacts.example.com", "/contacts"
PRINCIPAL = '<propfind xmlns="DAV:"><prop><current-user-principal/></prop></propfind>'
SYNC = '<sync-collection xmlns="DAV:"><sync-token/><sync-level>1</sync-level><prop><getetag/></prop></sync-collection>'
CONNECTIONS = 32
"""Of one client, that the page lets in."""
AROUND_NGINX = """
daemon off; master_process off; pid {folder}/pid; error_log {folder}/error.log;
events {{ }}
http {{
  access_log off;
  client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy; fastcgi_temp_path {folder}/fastcgi;
  uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;
  {configuration}
}}
"""


class Proxy(NamedTuple):
    """A proxy that runs, and what is behind it."""

    name: str
    port: int
    trusts: ssl.SSLContext
    authority: Path
    """The certificate that vouches for the proxy's."""
    server: Served

    @property
    def contacts(self) -> str:
        return f"/Advertisers/{self.server.sid}/Campaigns/1000/Contacts"

    @contextlib.contextmanager
    def client(self, **headers: str) -> Iterator[httpx2.Client]:
        """Give a client of the account; its answers are not packed unless it asks for that."""
        with httpx2.Client(
            base_url=f"https://127.0.0.1:{self.port}{PREFIX}",
            auth=(self.server.sid, self.server.token),
            headers={"Host": HOST, "Accept-Encoding": "identity", **headers},
            verify=self.trusts,
            timeout=60,
        ) as client:
            yield client

    def opened(self) -> int:
        """Return how many connections to the server there are, or were a moment ago (TIME_WAIT)."""
        port = f":{int(self.server.url.rpartition(':')[2]):04X}"
        rows = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
        listening = "0A"
        return len({frozenset(row[1:3]) for row in rows if row[3] != listening and port in (row[1][8:], row[2][8:])})


@pytest.fixture(scope="module")
def behind(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    yield from serve_prepared(tmp_path_factory.mktemp("data"), "--trust-proxy", "127.0.0.1/32")


@pytest.fixture(scope="module", params=["nginx", "haproxy", "caddy"])
def proxy(request: pytest.FixtureRequest, behind: Served, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Proxy]:
    program = shutil.which(request.param, path=FOLDERS)
    if program is None:
        pytest.skip(f"{request.param} is not installed")
    folder, port, authority = tmp_path_factory.mktemp(request.param), free_port(), trustme.CA()
    certificate = authority.issue_cert(HOST, "127.0.0.1")
    certificate.private_key_and_cert_chain_pem.write_to_path(folder / "contacts.pem")
    language = {"caddy": "caddyfile"}.get(request.param, request.param)
    (text,) = [block.text for block in documentation.blocks(PAGE.read_text()) if block.language == language]
    here = re.sub(r"/etc/\w+/contacts\.(pem|key)", str(folder / "contacts.pem"), text)
    here = here.replace("127.0.0.1:8000", behind.url.removeprefix("http://"))
    here = re.sub(r"(listen |bind )[:]?443", rf"\g<1>127.0.0.1:{port}", here)
    if request.param == "nginx":
        here = AROUND_NGINX.format(folder=folder, configuration=here)
        arguments = ["-p", str(folder), "-c", str(folder / "configuration")]
    elif request.param == "caddy":
        here = here.replace(f"{HOST} {{", f"{HOST}:{port} {{\n\tbind 127.0.0.1", 1)
        here = f"{{\n\tadmin off\n\tauto_https disable_redirects\n\tstorage file_system {folder}\n}}\n{here}"
        arguments = ["run", "--config", str(folder / "configuration"), "--adapter", "caddyfile"]
    else:
        arguments = ["-f", str(folder / "configuration")]
    (folder / "configuration").write_text(here + "\n")
    authority.cert_pem.write_to_path(folder / "authority.pem")
    trusts = ssl.create_default_context()
    authority.configure_trust(trusts)
    with (
        (folder / "log").open("wb") as log,
        subprocess.Popen([program, *arguments], stdout=log, stderr=log, env=ENVIRONMENT) as process,
    ):
        found = Proxy(request.param, port, trusts, folder / "authority.pem", behind)
        end = time.monotonic() + START_SECONDS
        try:
            while not answers(found):
                assert process.poll() is None, (folder / "log").read_text()
                assert time.monotonic() < end, (folder / "log").read_text()
                time.sleep(0.05)
            yield found
        finally:
            process.terminate()


def answers(proxy: Proxy) -> bool:
    with contextlib.suppress(httpx2.TransportError), proxy.client() as client:
        return client.get("/healthz").status_code == 200
    return False


def created(client: httpx2.Client, proxy: Proxy, **fields: str) -> str:
    """Create a contact and return its path below the prefix."""
    answer = client.post(proxy.contacts, data=WILE | fields)
    assert answer.status_code == 200, answer.text
    return f"{proxy.contacts}/{answer.json()['Uri'].rpartition('/')[2]}"


def test_phones_find_and_sync_their_books_below_the_prefix(proxy: Proxy) -> None:
    book = f"/dav/addressbooks/{proxy.server.sid}/1000/"
    card = "BEGIN:VCARD\r\nVERSION:3.0\r\nUID:{0}\r\nFN:{0}\r\nEND:VCARD\r\n".format(f"of-{proxy.name}")
    with proxy.client() as client:
        for path in ("/.well-known/carddav", "/.well-known/carddav/"):
            led = client.request("PROPFIND", f"https://127.0.0.1:{proxy.port}{path}")
            assert led.status_code == 301
            assert urlsplit(led.headers["location"]).path == f"{PREFIX}/dav/"
        found = client.request("PROPFIND", "/dav/", headers={"Depth": "0"}, content=PRINCIPAL)
        assert f"<d:href>{PREFIX}/dav/principals/{proxy.server.sid}/</d:href>" in found.text
        put = client.put(f"{book}a.vcf", content=card, headers={"Content-Type": "text/vcard", "If-None-Match": "*"})
        assert put.status_code == 201, put.text
        there = {"Destination": f"https://{HOST}{PREFIX}{book}b.vcf", "Overwrite": "F"}
        assert client.request("MOVE", f"{book}a.vcf", headers=there).status_code == 201
        synced = client.request("REPORT", book, headers={"Accept-Encoding": "gzip"}, content=SYNC)
        assert synced.status_code == 207
        assert f"<d:href>{PREFIX}{book}b.vcf</d:href>" in synced.text
        assert client.get(f"{book}b.vcf").text == card
        assert client.delete(f"{book}b.vcf").status_code == 204


def test_both_interfaces_below_the_prefix(proxy: Proxy) -> None:
    john = {"action": "createcontact", "name": {"first-name": "John"}}
    with proxy.client() as client:
        card = client.post("/api/v2", json=john, headers={"x-api-key": proxy.server.key})
        assert card.text.startswith("BEGIN:VCARD")
        path = created(client, proxy)
        assert client.get(path).json()["FirstName"] == "Wile"
        assert client.put(path, data={"Title": "Genius"}).json()["Status"] == "OK"
        assert client.delete(path).json() == {"Status": "DELETED"}
        assert client.get(f"https://127.0.0.1:{proxy.port}/healthz").status_code == 404


def test_uris_carry_the_prefix_and_can_be_followed(proxy: Proxy) -> None:
    with proxy.client() as client:
        for _ in range(2):
            created(client, proxy)
        page = client.get(proxy.contacts, params={"PageSize": 1}).json()
        made = client.post(proxy.contacts, data=WILE).json()["Uri"]
        for uri in (page["@nextpageuri"], page["@lastpageuri"], page["Contacts"][0]["Uri"], made):
            assert uri.startswith(f"{PREFIX}/Advertisers/")
            assert client.get(f"https://127.0.0.1:{proxy.port}{uri}").status_code == 200


def test_a_prefix_that_a_client_claims_does_not_count(proxy: Proxy) -> None:
    claimed = {"X-Forwarded-Prefix": "/elsewhere", "Forwarded": "for=203.0.113.9", "X-Forwarded-For": "203.0.113.9"}
    with proxy.client(**claimed) as client:
        assert client.get(proxy.contacts).json()["@uri"].startswith(f"{PREFIX}/Advertisers/")


@pytest.mark.parametrize("proxy", ["nginx", "haproxy"], indirect=True)
def test_a_packed_answer_has_a_weak_tag_that_saves_reading_and_never_matches(proxy: Proxy) -> None:
    with proxy.client() as client:
        labels = ",".join(f"Label {number} {'x' * 60}" for number in range(40))
        path = created(client, proxy, Labels=labels)
        plain, packed = client.get(path), client.get(path, headers={"accept-encoding": "gzip"})
        assert ("content-encoding" in plain.headers, packed.headers["content-encoding"]) == (False, "gzip")
        assert packed.json() == plain.json()
        strong, weak = plain.headers["etag"], packed.headers["etag"]
        assert weak == f"W/{strong}"
        for tag in (strong, weak):
            assert client.get(path, headers={"if-none-match": tag}).status_code == 304
        update = {"data": {"Title": "Genius"}}
        assert client.put(path, headers={"if-match": weak}, **update).status_code == 412
        assert client.put(path, headers={"if-match": strong}, **update).status_code == 200


def test_a_short_answer_keeps_its_tag_behind_nginx_alone(proxy: Proxy) -> None:
    with proxy.client() as client:
        path = created(client, proxy)
        tag = client.get(path, headers={"accept-encoding": "gzip"}).headers["etag"]
        assert tag.startswith("W/") is (proxy.name == "haproxy")


def test_uploads_up_to_the_limit_of_cardwright(proxy: Proxy) -> None:
    photo = encoded(busy(1800, 1800), "PNG", compress_level=0)
    assert 9 * 1024 * 1024 < len(photo) < 10 * 1024 * 1024
    with proxy.client() as client:
        made = client.post(proxy.contacts, data=WILE, files={"ProfileImageFile": ("a.png", photo)})
        assert made.status_code == 200, made.text
        over = b"\0" * int(12.5 * 1024 * 1024)
        refused = client.post(proxy.contacts, data=WILE, files={"ProfileImageFile": ("a.png", over)})
        assert (refused.status_code, refused.json()["Status"]) == (413, "ERROR")


@pytest.mark.parametrize("proxy", ["nginx", "haproxy"], indirect=True)
def test_a_photo_over_http_2(proxy: Proxy, tmp_path: Path) -> None:
    curl = shutil.which("curl")
    if not curl or b"HTTP2" not in subprocess.run([curl, "--version"], capture_output=True, check=True).stdout:
        pytest.skip("curl with HTTP/2 is not installed")
    (tmp_path / "photo.png").write_bytes(encoded(busy(300, 300), "PNG"))
    form = [option for name, text in WILE.items() for option in ("-F", f"{name}={text}")]
    done = subprocess.run(
        [curl, "-sS", "--http2", "--cacert", proxy.authority, "-u", f"{proxy.server.sid}:{proxy.server.token}",
         "-w", "\n%{http_version} %{http_code}", *form, "-F", f"ProfileImageFile=@{tmp_path / 'photo.png'}",
         f"https://127.0.0.1:{proxy.port}{PREFIX}{proxy.contacts}"],
        capture_output=True, text=True, check=True, timeout=60,
    )  # fmt: skip
    assert done.stdout.splitlines()[-1] == "2 200", done.stdout


def test_a_body_in_chunks(proxy: Proxy) -> None:
    with proxy.client() as client:
        body = [f"{name}={text}&".encode() for name, text in WILE.items()]
        form = {"content-type": "application/x-www-form-urlencoded"}
        assert client.post(proxy.contacts, content=iter(body), headers=form).status_code == 200


def test_cards_of_a_whole_list_come_through(proxy: Proxy) -> None:
    with proxy.client() as client:
        created(client, proxy)
        total = int(client.get(proxy.contacts, params={"PageSize": 1}).json()["@total"])
        cards = client.get(f"{proxy.contacts}.vcf", headers={"accept-encoding": "gzip"})
        assert cards.text.count("BEGIN:VCARD") == total


def test_connections_to_the_server_stay_open(proxy: Proxy) -> None:
    with proxy.client() as client:
        before = proxy.opened()
        for _ in range(40):
            assert client.get(f"/Advertisers/{proxy.server.sid}/CompanyInformation").status_code == 200
        assert proxy.opened() - before < 20


@pytest.mark.parametrize("proxy", ["nginx", "haproxy"], indirect=True)
def test_one_client_cannot_have_all_connections(proxy: Proxy) -> None:
    """So many requests wait for their bodies; the next is told to come again, and is served once they have gone."""
    head = f"POST {PREFIX}/api/v2 HTTP/1.1\r\nHost: {HOST}\r\nContent-Length: 99999\r\n\r\n".encode() + b"x" * 30_000
    with contextlib.ExitStack() as stack:
        for _ in range(CONNECTIONS):
            plain = stack.enter_context(socket.create_connection(("127.0.0.1", proxy.port), timeout=30))
            connection = stack.enter_context(proxy.trusts.wrap_socket(plain, server_hostname=HOST))
            connection.sendall(head)
        wait_for(proxy, 429)
    wait_for(proxy, 200)


def wait_for(proxy: Proxy, status: int) -> None:
    end, found = time.monotonic() + START_SECONDS, 0
    while found != status:
        assert time.monotonic() < end, found
        with proxy.client() as client:
            found = client.get("/healthz").status_code
        time.sleep(0.02)
