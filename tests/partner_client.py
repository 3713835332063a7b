"""A client of partner contacts that asks for JSON or XML and reads both into the same tree."""

from __future__ import annotations

import atexit
from typing import TYPE_CHECKING, Any, NamedTuple
from xml.etree import ElementTree as ET

import httpx2

from cardwright.surfaces.partner.xml import ITEMS, ROOT
from serving import Served, command, serve

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

_session = httpx2.Client(timeout=30)
atexit.register(_session.close)
CAMPAIGN = "1000"
PARTNER, OTHER_PARTNER = "10000", "10001"
WILE: dict[str, str] = {
    "FirstName": "Wile",
    "LastName": "Coyote",
    "EmailAddress": "wile.coyote@example.com",
    "Accounts": PARTNER,
}


class Client(NamedTuple):
    """One account's way in."""

    url: str
    sid: str
    token: str
    media_type: str = "application/json"

    @property
    def account(self) -> str:
        return f"/Advertisers/{self.sid}"

    @property
    def contacts(self) -> str:
        return f"{self.account}/Campaigns/{CAMPAIGN}/Contacts"

    def send(self, method: str, path: str = "", **options: Any) -> httpx2.Response:  # noqa: ANN401 - httpx2's own
        """Send a request; a path that starts with no slash goes below the contacts."""
        headers = {"accept": self.media_type, **options.pop("headers", {})}
        where = path if path.startswith("/Advertisers") else self.contacts + path
        return _session.request(
            method, self.url + where, headers=headers, auth=options.pop("auth", (self.sid, self.token)), **options
        )

    def tree(self, answer: httpx2.Response) -> Any:  # noqa: ANN401 - the tree of any answer
        """Return what an answer holds, whichever form it has."""
        assert answer.headers["content-type"].startswith(self.media_type)
        return answer.json() if "json" in self.media_type else parsed(answer.content)

    def ask(self, method: str, path: str = "", status: int = 200, **options: Any) -> Any:  # noqa: ANN401 - see above
        """Send a request whose answer has this status, and return what it holds."""
        answer = self.send(method, path, **options)
        assert answer.status_code == status, answer.text
        return self.tree(answer)

    def create(self, fields: Mapping[str, object] = WILE, **options: Any) -> str:  # noqa: ANN401 - httpx2's own
        """Make a contact and return its path below the contacts."""
        said = self.ask("POST", data=dict(fields), **options)
        assert said["Status"] == "OK"
        assert said["Uri"].startswith(self.contacts + "/")
        return str(said["Uri"].removeprefix(self.contacts))

    def errors(self, answer: httpx2.Response) -> list[tuple[str, str]]:
        """Return field and message of every fault that an answer lists."""
        said = self.tree(answer)
        assert said["Status"] == "ERROR"
        return [(fault["Field"], fault["Message"]) for fault in said.get("Errors", [])]


def client(server: Served, media_type: str = "application/json") -> Client:
    return Client(server.url, server.sid, server.token, media_type)


def prepare(server: Served, sid: str = "") -> None:
    """Give an account a campaign and two partner accounts."""
    sid = sid or server.sid
    command(server.store, "campaign", "add", sid, CAMPAIGN, "Road Runner")
    command(server.store, "partner", "add", sid, PARTNER, "Acme Partner")
    command(server.store, "partner", "add", sid, OTHER_PARTNER, "Beta & Co.")


def serve_prepared(data: Path, *options: str, store: str = "") -> Iterator[Served]:
    with serve(data, *options, store=store) as server:
        prepare(server)
        yield server


def parsed(document: bytes) -> dict[str, Any]:
    """Return an XML answer as the tree that JSON has (PC-51)."""
    root = ET.fromstring(document)  # noqa: S314 - our own server's
    assert root.tag == ROOT
    if len(root) == 1 and len(root[0]) and root[0].tag not in ITEMS:
        return _fields(root[0])
    return _fields(root)


def _fields(element: ET.Element) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for child in element:
        found |= {f"@{name}": value for name, value in child.attrib.items()}
        found[child.tag] = _value(child)
    return found


def _value(element: ET.Element) -> Any:  # noqa: ANN401 - a text, a list, a boolean
    if element.tag in ITEMS:
        assert all(child.tag == ITEMS[element.tag] for child in element)
        return [_fields(child) if len(child) else child.text or "" for child in element]
    text = element.text or ""
    return text == "true" if element.tag == "Editable" else text
