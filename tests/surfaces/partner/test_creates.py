"""Usual creates are answered as Falcon's way answers them; whatever is unusual comes to that as it was sent."""

from __future__ import annotations

import base64
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple, cast
from urllib.parse import urlencode

import pytest

from cardwright.book.contacts import Contacts
from cardwright.book.keyring import Access
from cardwright.book.requests import unknown_partners_fault
from cardwright.errors import AccountBusyError, BusyError, Fault, InvalidError, Rule, StoreError
from cardwright.http.large import in_pieces, large_slots
from cardwright.surfaces.partner.creates import UsualCreates
from cardwright.surfaces.partner.forms import FIELDS, TEXTS
from cardwright.surfaces.partner.gate import Gate
from cardwright.surfaces.partner.routes import application

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from cardwright.book.ports import Draft, Place
    from cardwright.http.asgi import Application, Message, Receive, Scope, Send

NONE: Any = cast("Any", None)
PATH = "/Advertisers/IR1/Campaigns/1000/Contacts"
WILE = urlencode(
    {"FirstName": "Wile", "LastName": "Coyote", "EmailAddress": "wile.coyote@example.com", "Accounts": "10000"}
).encode()
BUSY = {"own": (AccountBusyError, 429), "others": (BusyError, 503)}
JSON = b'{"FirstName": "W", "LastName": "C", "EmailAddress": "w@example.com", "Accounts": ["10000"]}'


class Sent(NamedTuple):
    """A request; None leaves a header out."""

    path: str = PATH
    body: bytes = WILE
    headers: Mapping[bytes, bytes | None] = MappingProxyType({})
    query: bytes = b""
    method: str = "POST"
    pieces: int = 1

    def scope(self) -> Scope:
        said: dict[bytes, bytes | None] = {
            b"authorization": b"Basic " + base64.b64encode(b"IR1:right"),
            b"content-type": b"application/x-www-form-urlencoded",
            b"content-length": str(len(self.body)).encode(),
        }
        return {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "method": self.method,
            "path": self.path,
            "query_string": self.query,
            "headers": [(name, value) for name, value in (said | dict(self.headers)).items() if value is not None],
        }

    def messages(self) -> list[Message]:
        size = len(self.body) // self.pieces + 1
        parts = [self.body[at : at + size] for at in range(0, len(self.body) or 1, size)]
        return [
            {"type": "http.request", "body": part, "more_body": number < len(parts)}
            for number, part in enumerate(parts, 1)
        ]


USUAL = {
    "a form": Sent(),
    "a JSON body": Sent(body=JSON, headers={b"content-type": b"Application/JSON; charset=utf-8"}),
    "the ending .json": Sent(PATH + ".json", headers={b"accept": b"text/html"}),
    "the ending .xml": Sent(PATH + ".xml"),
    "an Accept": Sent(headers={b"accept": b"application/xml, */*;q=0.1"}),
    "a campaign that is there by another name": Sent(PATH.replace("1000", "10 \u00fc")),
}
REFUSED = {
    "an empty body": Sent(body=b""),
    "JSON of a wrong type": Sent(body=b'{"Title": 1}', headers={b"content-type": b"application/json"}),
    "a field that stands twice": Sent(body=WILE + b"&LastName=Other"),
    "every rule broken": Sent(body=b"FirstName=%00&EmailAddress=x&WorkPhoneNumber=1&CellphoneNumberCountry=ZZ"),
    "an unknown partner account": Sent(body=WILE + b",77"),
    "more partner accounts than a contact has": Sent(body=WILE + b"".join(b",%d" % number for number in range(100))),
    "a fault of the store": Sent(body=WILE + b"&Title=store"),
    "an image by address": Sent(body=WILE + b"&ProfileImageUrl=gone"),
    "too many photos of the account": Sent(body=WILE + b"&ProfileImageUrl=own"),
    "too many photos of others": Sent(body=WILE + b"&ProfileImageUrl=others"),
    "a file without multipart": Sent(body=WILE + b"&ProfileImageFile=a"),
}
UNUSUAL = {
    "another method": Sent(method="GET"),
    "a query": Sent(query=b"IrVersion=12"),
    "a method in the query": Sent(query=b"_method=PUT"),
    "a method in the body": Sent(body=WILE + b"&_method=PUT"),
    "another path": Sent(PATH + "/7"),
    "the ending .vcf": Sent(PATH + ".vcf"),
    "no credentials": Sent(headers={b"authorization": None}),
    "a wrong token": Sent(headers={b"authorization": b"Basic " + base64.b64encode(b"IR1:wrong")}),
    "a read-only token": Sent(headers={b"authorization": b"Basic " + base64.b64encode(b"IR1:reads")}),
    "a token not seen before": Sent(headers={b"authorization": b"Basic " + base64.b64encode(b"IR1:new")}),
    "another account's path": Sent(PATH.replace("IR1", "IR2")),
    "an idempotency key": Sent(headers={b"idempotency-key": b"k"}),
    "an idempotency key that is too long": Sent(headers={b"idempotency-key": b"k" * 300}),
    "an older version": Sent(headers={b"ir-version": b"12"}),
    "no form that we have": Sent(headers={b"accept": b"text/html"}),
    "a kind of body that we do not take": Sent(headers={b"content-type": b"text/plain"}),
    "no Content-Type": Sent(headers={b"content-type": None}),
    "an empty body without its type": Sent(body=b"", headers={b"content-type": None}),
    "no Content-Length": Sent(headers={b"content-length": None}),
    "a body that ends early": Sent(headers={b"content-length": b"9999"}),
    "a body that is longer than it says": Sent(headers={b"content-length": b"20"}),
    "a body in pieces": Sent(pieces=3),
    "a body that is not UTF-8": Sent(body=WILE + b"&Title=%ff"),
    "a body that is too large": Sent(body=WILE + b"&x=" + b"a" * TEXTS),
    "too many fields": Sent(body=WILE + b"&x=1" * FIELDS),
    "a key that stands twice": Sent(body=b'{"a": 1, "a": 2}', headers={b"content-type": b"application/json"}),
    "no JSON": Sent(body=b"{", headers={b"content-type": b"application/json"}),
    "deep JSON": Sent(body=b"[" * 100_000, headers={b"content-type": b"application/json"}),
    "a packed body": Sent(body=b"\x1f\x8b\xff", headers={b"content-encoding": b"gzip"}),
    "a fault of ours": Sent(body=WILE + b"&Title=ours"),
}


@pytest.mark.parametrize("sent", (USUAL | REFUSED).values(), ids=USUAL | REFUSED)
async def test_a_usual_create_is_answered_as_falcon_would_and_without_it(sent: Sent) -> None:
    falcon, short = World(), World()
    assert await short.answer(sent, UsualCreates(NONE, short.contacts, Tokens())) == await falcon.answer(sent)
    assert (short.kept, short.fetched) == (falcon.kept, falcon.fetched)
    assert len(short.kept) == (sent in USUAL.values())


@pytest.mark.parametrize(("url", "status"), [(url, status) for url, (_, status) in BUSY.items()])
@pytest.mark.parametrize("short", [False, True])
async def test_who_finds_too_much_under_way_is_told_when_to_come_again(url: str, status: int, short: bool) -> None:  # noqa: FBT001 - a parameter of the table
    world = World()
    sent = Sent(body=WILE + b"&ProfileImageUrl=" + url.encode())
    answer = await world.answer(sent, UsualCreates(NONE, world.contacts, Tokens()) if short else None)
    assert (answer[0], answer[2][b"retry-after"], world.kept) == (status, b"5", [])


@pytest.mark.parametrize("sent", UNUSUAL.values(), ids=UNUSUAL)
async def test_everything_else_is_left_to_falcon(sent: Sent) -> None:
    falcon, short = World(), World()
    passed: list[Scope] = []

    def counted(scope: Scope, receive: Receive, send: Send) -> Any:  # noqa: ANN401 - what the application returns
        passed.append(scope)
        return short.falcon(scope, receive, send)

    assert await short.answer(sent, UsualCreates(counted, short.contacts, Tokens())) == await falcon.answer(sent)
    assert (len(passed), short.kept) == (1, falcon.kept)


class Tokens:
    """Knows two tokens of one account, and a third that it must look up."""

    def access_for(self, sid: str, token: str) -> Access | None:
        known = {("IR1", "right"): Access("IR1", read_only=False, token_id="T")}
        known["IR1", "reads"] = Access("IR1", read_only=True, token_id="R")
        return known.get((sid, token))

    async def look_up_token(self, sid: str, token: str) -> Access | None:
        return Access(sid, read_only=False, token_id="N") if token == "new" else None


class World:
    """A store and its use cases, behind Falcon."""

    def __init__(self) -> None:
        self.kept: list[tuple[Place, Draft, str]] = []
        self.fetched: list[str] = []
        self.contacts = Contacts(cast("Any", self), cast("Any", self))
        self.falcon: Application = in_pieces(
            application(self.contacts, NONE, NONE, Gate(Tokens(), large_slots(), None))
        )

    async def create(self, place: Place, draft: Draft, by: str, _repeat: object = None) -> int:
        match draft.contact.title:
            case "store":
                raise StoreError("it is gone")
            case "ours":
                raise ZeroDivisionError
        if unknown := await self.unknown_partners(place, draft.partners):
            raise InvalidError([unknown_partners_fault("partners", unknown)])
        self.kept.append((place, draft._replace(contact=draft.contact._replace(uid="")), by))
        return 7

    async def repeated(self, *_: object) -> None:
        """Nothing was asked before."""

    async def unknown_partners(self, _place: Place, partners: Sequence[str]) -> Sequence[str]:
        return [partner for partner in partners if partner != "10000"]

    async def fetch(self, account: str, url: str) -> None:
        assert account == "IR1"
        self.fetched.append(url)
        if busy := BUSY.get(url):
            raise busy[0]
        raise InvalidError([Fault("", Rule.PHOTO_UNREACHABLE, "is gone")])

    async def answer(self, sent: Sent, application: Application | None = None) -> tuple[Any, ...]:
        """Return status, headers and body, with the length of the request's id in its place."""
        waiting, said = sent.messages(), list[Any]()

        async def receive() -> Message:
            return waiting.pop(0) if waiting else {"type": "http.disconnect"}

        async def send(message: Message) -> None:
            said.append(message)

        await (application or self.falcon)(sent.scope(), receive, send)
        headers = dict(said[0]["headers"])
        request_id = headers.pop(b"x-request-id")
        body = b"".join(message.get("body", b"") for message in said[1:]).replace(request_id, b"its id")
        return said[0]["status"], len(request_id), headers, body
