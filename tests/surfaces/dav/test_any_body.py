"""Whatever a client sends as XML, the server answers in its words: never a 5xx but 507 (DV-30), never broken XML."""

from __future__ import annotations

import random
from pathlib import Path
from typing import TYPE_CHECKING

from lxml import etree

from dav_client import account, card
from fuzz.mutation import mutated

if TYPE_CHECKING:
    from serving import Served

SAMPLES = [path.read_bytes() for path in sorted((Path(__file__).parents[2] / "corpus" / "xml").glob("*.xml"))]
TIMES = 400
NAMES = [b"prop", b"allprop", b"include", b"href", b"match", b"property", b"set", b"remove", b"self", b"displayname"]


def body_of(chance: random.Random) -> bytes:
    """Return a request of a client, spoiled: as bytes, or so that it is still XML."""
    if chance.random() < 0.4:
        return mutated(SAMPLES, chance)
    body = chance.choice(SAMPLES)
    for _ in range(chance.randint(1, 3)):
        body = body.replace(chance.choice(NAMES), chance.choice(NAMES))
    return body


def test_dv_30_no_body_makes_the_server_fail(books: Served) -> None:
    dav = account(books)
    dav.put("any.vcf", card())
    chance = random.Random(4_918)  # noqa: S311 - no secrets here
    places = ["/dav/", "/dav/principals/", f"/dav/principals/{dav.sid}/", dav.home, dav.path(), dav.path("any.vcf")]
    seen = set()
    for _ in range(TIMES):
        method, body = (
            chance.choice(["PROPFIND", "PROPFIND", "PROPPATCH", "REPORT", "REPORT", "MKCOL"]),
            body_of(chance),
        )
        where = f"{dav.home}made{chance.random()}/" if method == "MKCOL" else chance.choice(places)
        answer = dav.send(method, where, body, {"depth": chance.choice("001")})
        assert answer.status_code < 500 or answer.status_code == 507, (method, where, body, answer.text)
        if "xml" in answer.headers.get("content-type", ""):
            etree.fromstring(answer.content)
        else:
            assert answer.text.strip() or answer.status_code in {201, 204}
        seen.add(answer.status_code)
    assert {207, 400, 403} <= seen
