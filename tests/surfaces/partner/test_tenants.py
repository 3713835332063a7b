"""Who may not pass: every route and method that the router knows, and every kind of stranger (PC-3, PC-4)."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any, NamedTuple, cast

import pytest
from falcon.inspect import inspect_routes

from cardwright.surfaces.partner.gate import Gate
from cardwright.surfaces.partner.routes import application
from partner_client import CAMPAIGN, PARTNER, WILE, Client, client, prepare
from pictures import png
from serving import command

if TYPE_CHECKING:
    from serving import Served

NONE: Any = cast("Any", None)  # the router is looked at, nobody is served
ROUTES = sorted(
    (route.path, method.method)
    for route in inspect_routes(application(NONE, NONE, NONE, Gate(NONE, NONE, NONE)))
    for method in route.methods
    if not method.internal
)
READS = ("GET", "HEAD")


class Strangers(NamedTuple):
    """Credentials that do not open the account's paths, and whom they belong to."""

    owner: Client
    contact: str
    wrong: tuple[str, str]
    read_only: tuple[str, str]
    other: tuple[str, str]
    revoked: tuple[str, str]

    def path(self, template: str) -> str:
        """Return the path of something that is there."""
        return template.format(sid=self.owner.sid, campaign=CAMPAIGN, partner=PARTNER, contact_id=self.contact[1:])

    def state(self) -> Any:  # noqa: ANN401 - whatever the account holds
        return self.owner.ask("GET"), self.owner.send("GET", f"{self.contact}/ProfileImage").headers["etag"]


@pytest.fixture(scope="module")
def strangers(partners: Served) -> Strangers:
    mine, other = (command(partners.store, "account", "add", name) for name in ("Mine", "Theirs"))
    for made in (mine, other):
        prepare(partners, made["AccountSID"])
    sid = mine["AccountSID"]
    owner = client(partners)._replace(sid=sid, token=mine["AuthToken"])
    contact = owner.create(WILE, files={"ProfileImageFile": ("a", png())})
    reader, ended = (command(partners.store, "token", "add", sid, *only) for only in (["--read-only"], []))
    revoked = (sid, ended["AuthToken"])
    owner.ask("GET", auth=revoked)
    command(partners.store, "token", "revoke", sid, ended["TokenId"])
    end = time.monotonic() + 10
    while owner.send("GET", auth=revoked).status_code == 200 and time.monotonic() < end:
        time.sleep(0.02)
    return Strangers(
        owner,
        contact,
        wrong=(sid, "x" * 33),
        read_only=(sid, reader["AuthToken"]),
        other=(other["AccountSID"], other["AuthToken"]),
        revoked=revoked,
    )


@pytest.mark.parametrize(("template", "method"), ROUTES, ids=lambda part: part)
def test_strangers_are_refused_and_nothing_changes(strangers: Strangers, template: str, method: str) -> None:
    before, path = strangers.state(), strangers.path(template)
    fields = {**WILE, "Title": "changed", "_method": "DELETE"} if method == "POST" else {"Title": "changed"}
    body = {} if method in (*READS, "DELETE") else {"data": fields}

    def status(auth: tuple[str, str] | None) -> int:
        return strangers.owner.send(method, path, auth=auth, headers={"accept": "*/*"}, **body).status_code

    assert [status(auth) for auth in (None, strangers.wrong, strangers.revoked)] == [401, 401, 401]
    assert status(strangers.other) == 404
    assert status(strangers.read_only) == (200 if method in READS else 403)
    assert strangers.state() == before


def test_the_router_knows_what_the_contract_names() -> None:
    contacts = "/Advertisers/{sid}/Campaigns/{campaign}/Contacts"
    assert {(contacts, "POST"), (f"{contacts}/{{contact_id}}", "DELETE"), (f"{contacts}.vcf", "GET")} <= set(ROUTES)
