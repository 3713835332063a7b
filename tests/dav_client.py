"""A client of CardDAV: one connection, one account, requests as phones send them."""

from __future__ import annotations

import atexit
import json
import re
import uuid
from typing import TYPE_CHECKING, Any, NamedTuple
from xml.etree import ElementTree as ET

import httpx2

from serving import command, run

if TYPE_CHECKING:
    from collections.abc import Mapping

    from serving import Served

D = "{DAV:}"
C = "{urn:ietf:params:xml:ns:carddav}"
BOOK = "1000"
_session = httpx2.Client(timeout=60)
atexit.register(_session.close)


class Dav(NamedTuple):
    """One account's way in, and the book that names without a slash are in."""

    url: str
    sid: str
    token: str
    store: str
    """What `--data` names."""
    book: str = BOOK
    user: str = ""
    """What the user name is, where it is not the SID: `SID+all`."""

    @property
    def home(self) -> str:
        return f"/dav/addressbooks/{self.sid}/"

    def path(self, name: str = "") -> str:
        """Return the path of a card of the book, or of the book."""
        return name if name.startswith("/") else f"{self.home}{self.book}/{name}"

    def send(  # noqa: PLR0913, PLR0917 - what a request has
        self,
        method: str,
        name: str = "",
        body: bytes | str | None = None,
        headers: Mapping[str, str] | None = None,
        auth: tuple[str, str] | None = None,
        status: int | None = None,
    ) -> httpx2.Response:
        """Send a request to a card of the book, or a path, and check the status of the answer."""
        answer = _session.request(
            method,
            self.url + self.path(name),
            content=body,
            headers=dict(headers or {}),
            auth=auth or (self.user or self.sid, self.token),
        )
        if status is not None:
            assert answer.status_code == status, (answer.status_code, answer.headers, answer.text[:500])
        return answer

    def put(
        self, name: str, card: bytes | str, status: int | None = 201, media_type: str = "text/vcard", **headers: str
    ) -> httpx2.Response:
        """Put a card; names of further fields are written with underscores."""
        fields = {"content-type": media_type, **{key.replace("_", "-"): value for key, value in headers.items()}}
        return self.send("PUT", name, card, fields, status=status)

    def get(self, name: str) -> bytes:
        return self.send("GET", name, status=200).content

    def api(self, method: str = "GET", path: str = "", **options: Any) -> Any:  # noqa: ANN401 - any answer
        """Ask partner contacts for the contacts of the book, or one of them."""
        where = f"{self.url}/Advertisers/{self.sid}/Campaigns/{self.book}/Contacts{path}"
        answer = _session.request(
            method, where, auth=(self.sid, self.token), headers={"accept": "application/json"}, **options
        )
        assert answer.status_code == 200, answer.text
        return answer.json()

    def contact_of(self, uid: str) -> Any:  # noqa: ANN401 - any contact
        """Return the contact with this UID as partner contacts show it, None where there is none."""
        contacts = self.api(params={"PageSize": 1000})["Contacts"]
        return next((one for one in contacts if one.get("UID") == uid), None)


def account(server: Served, *campaigns: str) -> Dav:
    """Return an account of its own with these campaigns, else with one, and two partner accounts."""
    made = command(server.store, "account", "add", f"Dav {uuid.uuid4().hex[:8]}")
    sid = made["AccountSID"]
    for campaign in campaigns or (BOOK,):
        command(server.store, "campaign", "add", sid, campaign, f"Campaign {campaign}")
    command(server.store, "partner", "add", sid, "10000", "Partner")
    return Dav(server.url, sid, made["AuthToken"], server.store, (campaigns or (BOOK,))[0])


def listed(*arguments: str) -> list[dict[str, str]]:
    """Run a command that lists something, on the store that is named first, and return the rows."""
    store, *words = arguments
    rows = json.loads(run(*words, "--json", data=store).stdout)
    assert isinstance(rows, list)
    return rows


def card(name: str = "Ann Poe", uid: str = "", *lines: str, version: str = "3.0") -> bytes:
    """Return a card with a UID of its own."""
    first, _, last = name.partition(" ")
    text = [
        *("BEGIN:VCARD", f"VERSION:{version}", f"FN:{name}", f"N:{last};{first};;;"),
        f"UID:{uid or uuid.uuid4()}",
        *lines,
        "END:VCARD",
    ]
    return "".join(f"{line}\r\n" for line in text).encode()


def uid_of(octets: bytes) -> str:
    match = re.search(rb"\nUID:(.*?)\r?\n", octets)
    assert match
    return match[1].decode()


def condition(answer: httpx2.Response) -> str:
    """Return the element of a `DAV:error` body, beside which nothing may stand: `card:no-uid-conflict`."""
    root = ET.fromstring(answer.content)  # noqa: S314 - as above
    assert root.tag == D + "error"
    (element,) = root
    return str(element.tag).replace(D, "d:").replace(C, "card:")


def hrefs(answer: httpx2.Response) -> list[str]:
    """Return all hrefs of an answer."""
    return [it.text or "" for it in ET.fromstring(answer.content).iter(D + "href")]  # noqa: S314 - as above
