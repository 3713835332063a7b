"""Every card of the case table, read back by programs that are not ours, field by field against its request."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, NamedTuple

import httpx2
import pytest
import vobject

from peers.readers import ez_vcard, ical_js
from surfaces.createcontact.cases import GOOD

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from serving import Served

pytestmark = pytest.mark.sqlite_alone("a card that is not kept: no store is asked")

Record = dict[str, Any]


class Read(NamedTuple):
    """A card, and what a reader must find in it."""

    rule: str
    version: str
    card: bytes
    expected: Record


# What vobject is known to read wrongly, and must still read wrongly for its row to stay: rule and field to why.
VOBJECT_WRONG = {
    ("CC-25", "url"): "takes a URI for text, cuts it at the comma and drops the rest",
}


@pytest.fixture(scope="module")
def cards(server: Served) -> list[Read]:
    """The card of every good request in every version."""
    with httpx2.Client(base_url=server.url, headers={"x-api-key": server.key}) as client:
        return [
            Read(case.rule, version, card.content, expected(case.body, version))
            for case in GOOD
            for version in ("2.1", "3.0", "4.0")
            if (card := client.post(f"/api/v2?version={version}", content=json.dumps(case.body))).status_code == 200
        ]


def expected(body: Record, version: str) -> Record:
    """What the contract puts on the card of `body`."""
    name = {part: text(body["name"].get(part)).strip() for part in ("last-name", "first-name", "suffix")}
    internet = [] if version == "4.0" else ["internet"]
    lines = (lambda it: text(it).replace("\n", "\r\n")) if version == "2.1" else text  # 2.1's own line break
    phone_types = {"mobile": ["cell"], "other": []}
    return {
        "version": version,
        "fn": " ".join(filter(None, (name["first-name"], name["last-name"], name["suffix"]))),
        "n": [name["last-name"], name["first-name"], "", "", name["suffix"]],
        "org": [text(body.get("organization"))],
        "title": text(body.get("title")),
        "note": lines(body.get("note")),
        "tel": [[number, phone_types.get(label, [label])] for number, label in items(body, "phone", "number")],
        "email": [[address, sorted([*internet, label])] for address, label in items(body, "email", "id")],
        "adr": [
            [["", "", lines(street), "", "", "", ""], [label]]
            for street, label in items(body, "physical-address", "address")
        ],
        "url": [
            [url, "_$!<HomePage>!$_" if label.lower() in {"homepage", "work"} else label]
            for url, label in items(body, "website", "url", lower=False)
        ],
    }


def items(body: Record, field: str, value: str, *, lower: bool = True) -> Iterable[tuple[str, str]]:
    given = [item for item in body.get(field) or [] if isinstance(item, dict) and item.get(value)]
    for item in given[:4]:
        label = item.get("label") or "work"
        yield text(item[value]).strip(), label.strip().lower() if lower else label[:100].rstrip(" \u200d")


def text(value: str | None) -> str:
    return re.sub("\r\n?", "\n", value or "") if value and value.strip() else ""


def compare(found: list[Record], cards: list[Read], wrong: Iterable[tuple[str, str]] = ()) -> None:
    """Every field of every card is as expected, but for those of `wrong`, which are not."""
    assert len(found) == len(cards)
    differ = [
        (read, field, record[field])
        for record, read in zip(found, cards, strict=True)
        for field, value in read.expected.items()
        if record[field] != value
    ]
    unexpected = [it for it in differ if (it[0].rule, it[1]) not in wrong]
    assert not unexpected, "\n".join(
        f"{read.rule}, {read.version}, {field}: {value!r}, not {read.expected[field]!r}"
        for read, field, value in unexpected
    )
    assert set(wrong) <= {(read.rule, field) for read, field, _ in differ}


def test_vobject(cards: list[Read]) -> None:
    known = [read for read in cards if read.version == "3.0"]  # vobject knows 3.0 alone
    compare([by_vobject(read.card.decode()) for read in known], known, VOBJECT_WRONG)


def by_vobject(card: str) -> Record:
    read = vobject.readOne(card).contents
    name, labels = read["n"][0].value, {label.group: label.value for label in read.get("x-ablabel", ())}

    def typed(field: str, value: Callable[[Any], object]) -> list[Any]:
        return [
            [value(it.value), sorted(kind.lower() for kind in (*it.params.get("TYPE", ()), *it.singletonparams))]
            for it in read.get(field, ())
        ]

    return {
        "version": read["version"][0].value,
        "n": [name.family, name.given, name.additional, name.prefix, name.suffix],
        "org": read["org"][0].value if "org" in read else [""],
        **{field: read[field][0].value if field in read else "" for field in ("fn", "title", "note")},
        "tel": typed("tel", str),
        "email": typed("email", str),
        "adr": typed("adr", lambda it: [it.box, it.extended, it.street, it.city, it.region, it.code, it.country]),
        "url": [[it.value, labels.get(it.group)] for it in read.get("url", ())],
    }


def test_icaljs(cards: list[Read]) -> None:
    known = [read for read in cards if read.version != "2.1"]  # ical.js knows 3.0 and 4.0
    compare(json.loads(ical_js("read.js", octets(known))), known)


def test_ez_vcard(cards: list[Read]) -> None:
    compare(json.loads(ez_vcard("Read.java", octets(cards))), cards)


def octets(cards: Iterable[Read]) -> bytes:
    return b"".join(read.card for read in cards)
