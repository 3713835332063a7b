"""What a create is answered, as a table: usual ones, refused ones, and whatever is unusual about a head or a body."""

from __future__ import annotations

import base64
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple, cast
from urllib.parse import urlencode

import pytest

from cardwright.book.contacts import Contacts
from cardwright.book.keyring import TokenAccess
from cardwright.book.requests import unknown_partners_fault
from cardwright.errors import AccountBusyError, BusyError, Fault, InvalidError, Rule, StoreError
from cardwright.http.access import BasicAccess
from cardwright.http.large import large_slots
from cardwright.surfaces.partner.forms import FIELDS, TEXTS_LIMIT
from cardwright.surfaces.partner.gate import Gate
from cardwright.surfaces.partner.routes import application
from front_door import answered, behind_the_front, receiving, scope_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from cardwright.book.ports import Draft, Place
    from cardwright.http.asgi import Message, Scope

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
        fields = [(name, value) for name, value in (said | dict(self.headers)).items() if value is not None]
        return scope_of(self.method, self.path, fields, query_string=self.query)

    def messages(self) -> list[Message]:
        size = len(self.body) // self.pieces + 1
        parts = [self.body[at : at + size] for at in range(0, len(self.body) or 1, size)]
        return [
            {"type": "http.request", "body": part, "more_body": number < len(parts)}
            for number, part in enumerate(parts, 1)
        ]


CASES = {
    "a form": (200, Sent()),
    "a JSON body": (200, Sent(body=JSON, headers={b"content-type": b"Application/JSON; charset=utf-8"})),
    "the ending .json": (200, Sent(PATH + ".json", headers={b"accept": b"text/html"})),
    "the ending .xml": (200, Sent(PATH + ".xml")),
    "an Accept": (200, Sent(headers={b"accept": b"application/xml, */*;q=0.1"})),
    "a campaign that is there by another name": (200, Sent(PATH.replace("1000", "10 \u00fc"))),
    "an empty body": (400, Sent(body=b"")),
    "JSON of a wrong type": (400, Sent(body=b'{"Title": 1}', headers={b"content-type": b"application/json"})),
    "a field that stands twice": (400, Sent(body=WILE + b"&LastName=Other")),
    "every rule broken": (400, Sent(body=b"FirstName=%00&EmailAddress=x&WorkPhoneNumber=1&CellphoneNumberCountry=ZZ")),
    "an unknown partner account": (400, Sent(body=WILE + b",77")),
    "more partner accounts than a contact has": (
        400,
        Sent(body=WILE + b",".join(b"%d" % it for it in range(101))),
    ),
    "a fault of the store": (503, Sent(body=WILE + b"&Title=store")),
    "an image by address": (400, Sent(body=WILE + b"&ProfileImageUrl=gone")),
    "too many photos of the account": (429, Sent(body=WILE + b"&ProfileImageUrl=own")),
    "too many photos of others": (503, Sent(body=WILE + b"&ProfileImageUrl=others")),
    "a file without multipart": (400, Sent(body=WILE + b"&ProfileImageFile=a")),
    "a query": (200, Sent(query=b"IrVersion=12")),
    "a method in the query": (405, Sent(query=b"_method=PUT")),
    "a method in the body": (405, Sent(body=WILE + b"&_method=PUT")),
    "another path": (405, Sent(PATH + "/7")),
    "the ending .vcf": (405, Sent(PATH + ".vcf")),
    "no credentials": (401, Sent(headers={b"authorization": None})),
    "the password of a phone": (401, Sent(headers={b"authorization": b"Basic " + base64.b64encode(b"IR1:phone")})),
    "a wrong token": (401, Sent(headers={b"authorization": b"Basic " + base64.b64encode(b"IR1:wrong")})),
    "a read-only token": (403, Sent(headers={b"authorization": b"Basic " + base64.b64encode(b"IR1:reads")})),
    "a token not seen before": (200, Sent(headers={b"authorization": b"Basic " + base64.b64encode(b"IR1:new")})),
    "another account's path": (404, Sent(PATH.replace("IR1", "IR2"))),
    "an idempotency key": (200, Sent(headers={b"idempotency-key": b"k"})),
    "an idempotency key that is too long": (400, Sent(headers={b"idempotency-key": b"k" * 300})),
    "an older version": (200, Sent(headers={b"ir-version": b"12"})),
    "no form that we have": (406, Sent(headers={b"accept": b"text/html"})),
    "a kind of body that we do not take": (415, Sent(headers={b"content-type": b"text/plain"})),
    "no Content-Type": (415, Sent(headers={b"content-type": None})),
    "an empty body without its type": (400, Sent(body=b"", headers={b"content-type": None})),
    "no Content-Length": (200, Sent(headers={b"content-length": None})),
    "a body that ends early": (400, Sent(headers={b"content-length": b"9999"})),
    "a body that is longer than it says": (400, Sent(headers={b"content-length": b"20"})),
    "a body in pieces": (200, Sent(pieces=3)),
    "a body that is not UTF-8": (400, Sent(body=WILE + b"&Title=%ff")),
    "a body that is too large": (413, Sent(body=WILE + b"&x=" + b"a" * TEXTS_LIMIT)),
    "too many fields": (413, Sent(body=WILE + b"&x=1" * FIELDS)),
    "a key that stands twice": (400, Sent(body=b'{"a": 1, "a": 2}', headers={b"content-type": b"application/json"})),
    "no JSON": (400, Sent(body=b"{", headers={b"content-type": b"application/json"})),
    "deep JSON": (400, Sent(body=b"[" * 100_000, headers={b"content-type": b"application/json"})),
    "a body that is no gzip": (400, Sent(body=b"\x1f\x8b\xff", headers={b"content-encoding": b"gzip"})),
    "a fault of ours": (500, Sent(body=WILE + b"&Title=ours")),
}


@pytest.mark.parametrize(("status", "sent"), CASES.values(), ids=CASES)
async def test_what_a_create_is_answered(status: int, sent: Sent) -> None:
    world = World()
    assert (await world.answer(sent))[0] == status
    assert len(world.kept) == (status == 200)


@pytest.mark.parametrize(("url", "status"), [(url, status) for url, (_, status) in BUSY.items()])
async def test_who_finds_too_much_under_way_is_told_when_to_come_again(url: str, status: int) -> None:
    world = World()
    answer = await world.answer(Sent(body=WILE + b"&ProfileImageUrl=" + url.encode()))
    assert (answer[0], answer[1][b"retry-after"], world.kept) == (status, b"5", [])


class Tokens:
    """Knows two tokens of one account, and a third that it must look up."""

    def access_for(self, sid: str, token: str) -> TokenAccess | None:
        known = {("IR1", "right"): TokenAccess("IR1", read_only=False, token_id="T")}
        known["IR1", "reads"] = TokenAccess("IR1", read_only=True, token_id="R")
        known["IR1", "phone"] = TokenAccess("IR1", read_only=False, token_id="P", dav=True)
        return known.get((sid, token))

    async def look_up_token(self, sid: str, token: str) -> TokenAccess | None:
        return TokenAccess(sid, read_only=False, token_id="N") if token == "new" else None


class World:
    """A store and its use cases, behind Falcon."""

    def __init__(self) -> None:
        self.kept: list[tuple[Place, Draft, str]] = []
        self.fetched: list[str] = []
        self.contacts = Contacts(cast("Any", self), cast("Any", self))
        gate = Gate(BasicAccess(Tokens()), large_slots(), None)
        self.application = behind_the_front(application(self.contacts, NONE, NONE, gate))

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

    async def answer(self, sent: Sent) -> tuple[int, dict[bytes, bytes]]:
        """Return status and headers."""
        start, *_ = await answered(self.application, sent.scope(), receiving(*sent.messages()))
        return start["status"], dict(start["headers"])
