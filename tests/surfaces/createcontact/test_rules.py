"""Every rule of createcontact, as a table, against a real server."""

from __future__ import annotations

import copy
import json
import re
import socket
from typing import TYPE_CHECKING, Any, NamedTuple

import httpx2
import pytest

from cardwright.http.body import DRAIN
from cardwright.surfaces.createcontact.routes import CreateContact
from serving import Served, serve, unfolded

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cardwright.http.asgi import Message

EXAMPLE: dict[str, Any] = {
    "action": "createcontact",
    "name": {"first-name": "John", "last-name": "Appleseed", "suffix": "Jr."},
    "organization": "Dunder Mifflin",
    "title": "Account Manager",
    "note": "Manage account campaigns.",
    "phone": [{"number": "10000000000", "label": "Work"}],
    "email": [{"id": "john@example.com", "label": "Work"}],
    "physical-address": [{"address": "Fake Address", "label": "Work"}],
    "website": [{"url": "https://example.com", "label": "Dunder Mifflin"}],
}
EXAMPLE_CARD = (
    b"BEGIN:VCARD\r\n"
    b"VERSION:3.0\r\n"
    b"N:Appleseed;John;;;Jr.\r\n"
    b"FN:John Appleseed Jr.\r\n"
    b"ORG:Dunder Mifflin\r\n"
    b"TITLE:Account Manager\r\n"
    b"NOTE:Manage account campaigns.\r\n"
    b"TEL;TYPE=WORK:10000000000\r\n"
    b"EMAIL;TYPE=INTERNET,WORK:john@example.com\r\n"
    b"ADR;TYPE=WORK:;;Fake Address;;;;\r\n"
    b"item1.URL:https://example.com\r\n"
    b"item1.X-ABLabel:Dunder Mifflin\r\n"
    b"END:VCARD\r\n"
)
JOHN = {"action": "createcontact", "name": {"first-name": "John"}}


def john(**fields: object) -> dict[str, Any]:
    """A request with a first name and `fields`, whose underscores are hyphens."""
    return {**JOHN, **{name.replace("_", "-"): value for name, value in fields.items()}}


def named(first: object = None, last: object = None, **rest: object) -> dict[str, Any]:
    return {"action": "createcontact", "name": {"first-name": first, "last-name": last, **rest}}


def post(
    server: Served, body: object, *, query: str = "", key: str | None = "", headers: dict[str, str] | None = None
) -> httpx2.Response:
    """Send `body` (bytes as they are, anything else as JSON) with the account's key, or `key`, or none."""
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    sent = {**({} if key is None else {"x-api-key": key or server.key}), **(headers or {})}
    return httpx2.post(f"{server.url}/api/v2{query}", content=content, headers=sent)


class Good(NamedTuple):
    """A request that gives a card: the rule, what is sent, the lines that the card has, and text that it has not."""

    rule: str
    body: Any
    lines: tuple[str, ...] = ()
    absent: tuple[str, ...] = ()
    query: str = ""
    headers: dict[str, str] | None = None


class Bad(NamedTuple):
    """A request that fails: the rule, what is sent, the code, text of error-info, and the status."""

    rule: str
    body: Any
    code: str
    info: str = ""
    status: int = 400
    query: str = ""
    key: str | None = ""


FIVE_PHONES = [{"number": str(n)} for n in range(1, 6)]

GOOD = [
    Good("CC-3", {**EXAMPLE, "action": "CreateContact"}),
    Good("CC-4 first name alone", named("John"), ("N:;John;;;", "FN:John")),
    Good("CC-4 last name alone", named(None, "Appleseed"), ("N:Appleseed;;;;", "FN:Appleseed")),
    Good("CC-5 accents", named("José", "Nuñez"), ("N:Nuñez;José;;;",)),
    Good("CC-5 decomposed", named("Jose\u0301"), ("FN:Jose\u0301",)),
    Good("CC-5 Cyrillic", named("Нина"), ("FN:Нина",)),
    Good("CC-5 ideographic space", named("山田\u3000太郎"), ("FN:山田\u3000太郎",)),
    Good("CC-5 vowel signs", named("प्रिया"), ("FN:प्रिया",)),
    Good("CC-5 joiner between letters", named("क्\u200dष"), ("FN:क्\u200dष",)),
    Good("CC-5 digits and period", named("John 3.", "٣"), ("FN:John 3. ٣",)),
    Good("CC-5 white space around", named(" John\t", "\nAppleseed "), ("N:Appleseed;John;;;",)),
    Good("CC-6 any text", john(organization="A & B; <C>, D\\E"), ("ORG:A & B\\; <C>\\, D\\\\E",)),
    Good("CC-6 255 characters", john(title="é" * 255), ("TITLE:" + "é" * 255,)),
    Good("CC-6 10,000 characters", john(note="n" * 10_000), ("NOTE:" + "n" * 10_000,)),
    Good(
        "CC-6 address of 1,000",
        john(physical_address=[{"address": "a" * 1000}]),
        ("ADR;TYPE=WORK:;;" + "a" * 1000 + ";;;;",),
    ),
    Good("CC-6 line breaks", john(note="a\r\nb\nc\rd\te"), ("NOTE:a\\nb\\nc\\nd\te",)),
    Good(
        "CC-6 line breaks in an address", john(physical_address=[{"address": "a\nb"}]), ("ADR;TYPE=WORK:;;a\\nb;;;;",)
    ),
    Good(
        "CC-6 no injected property",
        john(note="x\r\nTEL:666\nEND:VCARD"),
        ("NOTE:x\\nTEL:666\\nEND:VCARD",),
        ("\r\nTEL",),
    ),
    Good("CC-7 fifth is ignored", john(phone=FIVE_PHONES), ("TEL;TYPE=WORK:4",), ("TEL;TYPE=WORK:5",)),
    Good("CC-7 fifth may be wrong", john(phone=[*FIVE_PHONES[:4], {"number": "5", "label": "bad"}]), absent=(":5",)),
    Good("CC-7 fifth of any type", john(phone=[*FIVE_PHONES[:4], {"number": 5}, 6, "seven"]), ("TEL;TYPE=WORK:4",)),
    Good("CC-7 e-mails", john(email=[{"id": f"{n}@example.com"} for n in range(5)]), absent=("4@example.com",)),
    Good("CC-7 addresses", john(physical_address=[{"address": f"{n} Road"} for n in range(5)]), absent=("4 Road",)),
    Good("CC-7 websites", john(website=[{"url": f"https://example.com/{n}"} for n in range(5)]), absent=("com/4",)),
    Good(
        "CC-7 without a value",
        john(phone=[{"label": "bad"}, {"number": "", "label": 7}, *FIVE_PHONES]),
        ("TEL;TYPE=WORK:4",),
    ),
    Good("CC-8 any case", john(phone=[{"number": "1", "label": "mObIle"}]), ("TEL;TYPE=CELL:1",)),
    Good(
        "CC-8 home", john(email=[{"id": "j@example.com", "label": "home"}]), ("EMAIL;TYPE=INTERNET,HOME:j@example.com",)
    ),
    Good("CC-8 home address", john(physical_address=[{"address": "A", "label": "HOME"}]), ("ADR;TYPE=HOME:;;A;;;;",)),
    Good("CC-9", john(phone=[{"number": "1"}, {"number": "2", "label": ""}]), ("TEL;TYPE=WORK:1", "TEL;TYPE=WORK:2")),
    Good(
        "CC-9 e-mail", john(email=[{"id": "j@example.com", "label": None}]), ("EMAIL;TYPE=INTERNET,WORK:j@example.com",)
    ),
    Good("CC-10 no label", john(website=[{"url": "https://example.com"}]), ("item1.X-ABLabel:_$!<HomePage>!$_",)),
    Good(
        "CC-10 homepage in any case",
        john(website=[{"url": "u:1", "label": "HomePage"}]),
        ("item1.X-ABLabel:_$!<HomePage>!$_",),
    ),
    Good("CC-10 cut at 100", john(website=[{"url": "u:1", "label": "é" * 101}]), ("item1.X-ABLabel:" + "é" * 100,)),
    Good("CC-10 a long label", john(website=[{"url": "u:1", "label": "x" * 5_000}]), ("item1.X-ABLabel:" + "x" * 100,)),
    Good(
        "CC-10 nothing hangs after the cut",
        john(website=[{"url": "u:1", "label": "x" * 98 + " \u200dy"}]),
        ("item1.X-ABLabel:" + "x" * 98,),
    ),
    Good(
        "CC-10 what is cut off is not looked at",
        john(website=[{"url": "u:1", "label": "x" * 100 + "\x07"}]),
        ("item1.X-ABLabel:" + "x" * 100,),
    ),
    Good("CC-12 empty texts", john(title="", note=None, organization=" "), absent=("TITLE", "NOTE", "ORG")),
    Good("CC-12 empty lists", john(phone="", email=[], website=None, physical_address=[None, "", []]), absent=("TEL",)),
    Good("CC-14 unknown fields", {**EXAMPLE, "extra": {"deep": [1, 2]}, "Phone": 7}),
    Good("CC-15 any content type", EXAMPLE, headers={"content-type": "text/plain"}),
    Good("CC-15 curl's own content type", EXAMPLE, headers={"content-type": "application/x-www-form-urlencoded"}),
    Good("CC-21 3.0 by name", EXAMPLE, ("VERSION:3.0",), query="?version=3.0"),
    Good("CC-21 2.1", EXAMPLE, ("VERSION:2.1", "TEL;WORK:10000000000"), query="?version=2.1"),
    Good("CC-21 4.0", EXAMPLE, ("VERSION:4.0", "ADR;TYPE=work:;;Fake Address;;;;"), query="?version=4.0"),
    Good("CC-21 Accept", EXAMPLE, ("VERSION:4.0",), headers={"accept": "text/vcard; version=4.0"}),
    Good(
        "CC-21 the query beats Accept",
        EXAMPLE,
        ("VERSION:2.1",),
        (),
        "?version=2.1",
        {"accept": "text/vcard;version=4.0"},
    ),
    Good(
        "CC-21 2.1 is quoted-printable",
        named("José"),
        ("FN;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:Jos=C3=A9",),
        (),
        "?version=2.1",
    ),
    Good("CC-21 TEL is escaped", john(phone=[{"number": "1;ext=2,3"}]), ("TEL;TYPE=WORK:1\\;ext=2\\,3",)),
    Good(
        "CC-21 EMAIL is escaped",
        john(email=[{"id": "a,b@example.com"}]),
        ("EMAIL;TYPE=INTERNET,WORK:a\\,b@example.com",),
    ),
    Good("CC-22", named("John", suffix="Jr."), ("FN:John Jr.", "N:;John;;;Jr.")),
    Good(
        "CC-23",
        john(physical_address=[{"address": "1 Main St; Apt 2, Town"}]),
        ("ADR;TYPE=WORK:;;1 Main St\\; Apt 2\\, Town;;;;",),
    ),
    Good(
        "CC-24",
        john(
            phone=[
                {"number": "1", "label": "work"},
                {"number": "2", "label": "home"},
                {"number": "3", "label": "mobile"},
                {"number": "4", "label": "fax"},
            ]
        ),
        ("TEL;TYPE=WORK:1", "TEL;TYPE=HOME:2", "TEL;TYPE=CELL:3", "TEL;TYPE=FAX:4"),
    ),
    Good(
        "CC-24 pager, main, other",
        john(
            phone=[
                {"number": "1", "label": "pager"},
                {"number": "2", "label": "main"},
                {"number": "3", "label": "other"},
            ]
        ),
        ("TEL;TYPE=PAGER:1", "TEL;TYPE=MAIN:2", "TEL:3"),
    ),
    Good("CC-25", john(website=[{"url": "https://e.org/?a=1,2;b=3"}]), ("item1.URL:https://e.org/?a=1,2;b=3",)),
    Good(
        "CC-25 groups",
        john(website=[{"url": "u:1"}, {"url": "u:2", "label": "Blog"}]),
        ("item2.URL:u:2", "item2.X-ABLabel:Blog"),
    ),
    Good("CC-26", john(phone=[{"number": "  +1 (805) 123-4567 x9 "}]), ("TEL;TYPE=WORK:+1 (805) 123-4567 x9",)),
    Good("CC-28 fits", EXAMPLE, query="?max-bytes=400"),
    Good("CC-28 more than any card has", EXAMPLE, query=f"?max-bytes={10**30}"),
]

DEEP = b"[" * 10_000 + b"]" * 10_000

BAD = [
    Bad("CC-1 case counts", EXAMPLE, "E104", status=401, key="swapped"),
    Bad("CC-1 unknown", EXAMPLE, "E104", status=401, key="nobody"),
    Bad("CC-2 none", EXAMPLE, "E103", status=401, key=None),
    Bad("CC-3 unknown", {**EXAMPLE, "action": "deletecontact"}, "E101", "invalid action"),
    Bad("CC-3 missing", {"name": {"first-name": "John"}}, "E101", "'action' required"),
    Bad("CC-3 empty", {**EXAMPLE, "action": ""}, "E101", "'action' required"),
    Bad("CC-3 of another type", {**EXAMPLE, "action": 7}, "E101", "invalid action"),
    Bad(
        "CC-4",
        {"action": "createcontact", "organization": "Acme"},
        "E1515",
        "The first or last name for the vCard is required.",
    ),
    Bad("CC-4 suffix alone", named(suffix="Jr."), "E1515"),
    Bad("CC-5 apostrophe", named("Pat", "O'Brien"), "E1516", 'name.last-name: holds "\'" (U+0027)'),
    Bad("CC-5 hyphen", named("Anne-Marie"), "E1516", "name.first-name: holds '-' (U+002D)"),
    Bad("CC-5 joiner alone", named("a\u200d"), "E1516", "U+200D"),
    Bad("CC-5 emoji", named("John 😀"), "E1516", "U+1F600"),
    Bad("CC-5 line break inside", named("John\nTEL:1"), "E1516", "name.first-name"),
    Bad("CC-5 NUL", named("John\x00"), "E1516", "U+0000"),
    Bad("CC-6 256 characters", john(organization="x" * 256), "E1519", "organization: holds 256 characters"),
    Bad("CC-6 long name", named("x" * 256), "E1519", "name.first-name"),
    Bad("CC-6 long note", john(note="x" * 10_001), "E1519", "note"),
    Bad("CC-6 long phone", john(phone=[{"number": "1" * 256}]), "E1519", "phone[0].number"),
    Bad("CC-6 long address", john(physical_address=[{"address": "x" * 1001}]), "E1519", "physical-address[0].address"),
    Bad("CC-6 long URL", john(website=[{"url": "x" * 2049}]), "E1519", "website[0].url"),
    Bad("CC-6 long photo address", john(photo_url="https://example.com/" + "x" * 2049), "E1519", "photo-url"),
    Bad("CC-6 control character", john(title="a\x07b"), "E1519", "title: holds a control character (U+0007)"),
    Bad("CC-6 NUL in a note", john(note="a\x00b"), "E1519", "note"),
    Bad("CC-6 C1 control", john(note="a\x9bb"), "E1519", "U+009B"),
    Bad(
        "CC-6 line break in a URL", john(website=[{"url": "https://example.com/\r\nTEL:1"}]), "E1519", "website[0].url"
    ),
    Bad("CC-6 line break in a phone", john(phone=[{"number": "1\n2"}]), "E1519", "phone[0].number"),
    Bad("CC-6 line separator in an e-mail", john(email=[{"id": "a\u2028b"}]), "E1519", "email[0].id"),
    Bad("CC-6 tab in a label", john(website=[{"url": "u:1", "label": "a\tb"}]), "E1519", "website[0].label"),
    Bad(
        "CC-8 mobile e-mail",
        john(email=[{"id": "j@example.com", "label": "mobile"}]),
        "E1517",
        "email[0].label: 'mobile' is not supported; supported are work, home",
    ),
    Bad("CC-8 phone", john(phone=[{"number": "1"}, {"number": "2", "label": "cell"}]), "E1517", "phone[1].label"),
    Bad(
        "CC-8 address",
        john(physical_address=[{"address": "a", "label": "other"}]),
        "E1517",
        "physical-address[0].label",
    ),
    Bad("CC-8 not of ASCII", john(phone=[{"number": "1", "label": "wor\u212a"}]), "E1517", "phone[0].label"),
    Bad("CC-8 line break", john(phone=[{"number": "1", "label": "work\n"}]), "E1517", "phone[0].label"),
    Bad("CC-13", {"action": "createcontact"}, "E1514"),
    Bad("CC-13 empty name", {"action": "createcontact", "name": {}, "phone": [{"label": "bad"}]}, "E1514"),
    Bad("CC-14 name", {**EXAMPLE, "name": "John"}, "E100", "(name: "),
    Bad("CC-14 first name", named(7), "E100", "(name.first-name: "),
    Bad("CC-14 last name", named(None, ["x"]), "E100", "(name.last-name: "),
    Bad("CC-14 suffix", named("John", suffix=True), "E100", "(name.suffix: "),
    *(
        Bad(f"CC-14 {field}", {**EXAMPLE, field: 0}, "E100", f"({field}: ")
        for field in ("organization", "title", "note", "photo-url")
    ),
    *(
        Bad(f"CC-14 {field} is no list", {**EXAMPLE, field: {}}, "E100", f"({field}: ")
        for field in ("phone", "email", "physical-address", "website")
    ),
    *(
        Bad(f"CC-14 {field}[1]", {**EXAMPLE, field: [None, False]}, "E100", f"({field}[1]: ")
        for field in ("phone", "email", "physical-address", "website")
    ),
    Bad("CC-14 number", john(phone=[{"number": 10000000000}]), "E100", "(phone[0].number: "),
    Bad("CC-14 label", john(phone=[{"number": "1", "label": []}]), "E100", "(phone[0].label: "),
    Bad("CC-14 id", john(email=[{"id": {}}]), "E100", "(email[0].id: "),
    Bad("CC-14 address", john(physical_address=[{"address": 1.5}]), "E100", "(physical-address[0].address: "),
    Bad("CC-14 url", john(website=[{"url": 0}]), "E100", "(website[0].url: "),
    Bad("CC-14 key", {**EXAMPLE, "api-key": 7}, "E100", "api-key", key=None),
    Bad("CC-15", b" " * 300 * 1024, "E100", "over 262144 octets", 413),
    Bad("CC-21 unknown version", EXAMPLE, "E100", "version: '5.0' is unknown", query="?version=5.0"),
    Bad("CC-21 two versions", EXAMPLE, "E100", "version: stands twice", query="?version=3.0&version=4.0"),
    *(
        Bad(f"CC-28 {size!r}", EXAMPLE, "E100", "max-bytes", query=f"?max-bytes={size}")
        for size in ("0", "-1", "1.5", "x", "", "1e3", "%D9%A3")
    ),
    Bad("CC-28 does not fit", EXAMPLE, "E1520", f"{len(EXAMPLE_CARD)} octets", query="?max-bytes=200"),
    Bad("CC-30 broken", b'{"action": "createcontact"', "E100"),
    Bad("CC-30 empty", b"", "E100"),
    Bad("CC-30 an array", [EXAMPLE], "E100", "not a JSON object"),
    Bad("CC-30 a text", "createcontact", "E100", "not a JSON object"),
    Bad("CC-30 deep", DEEP, "E100"),
    Bad("CC-30 deep in a field", b'{"action":"createcontact","x":' + DEEP + b"}", "E100"),
    Bad(
        "CC-30 a key twice",
        b'{"action":"createcontact","name":{"first-name":"A","first-name":"B"}}',
        "E100",
        "first-name: stands twice",
    ),
    Bad(
        "CC-30 a key twice, once escaped",
        b'{"action":"createcontact","title":"\\u0022","t\\u0069tle":"B"}',
        "E100",
        "title: stands twice",
    ),
    Bad("CC-30 lone surrogate", b'{"action":"createcontact","name":{"first-name":"\\ud800"}}', "E100"),
    Bad("CC-30 lone surrogate in an unknown field", b'{"action":"createcontact","x":"\\udc00"}', "E100"),
    Bad("CC-30 not UTF-8", b'{"action":"createcontact","x":"\xff"}', "E100", "octet 32 is not UTF-8"),
    Bad("CC-30 UTF-16", json.dumps(EXAMPLE).encode("utf-16"), "E100", "octet 1 is not UTF-8"),
    Bad("CC-30 raw control character", b'{"action":"createcontact","note":"\x01"}', "E100"),
    Bad("CC-31 JSON before key", b"{", "E100", key=None),
    Bad("CC-31 action before key", {"action": "x"}, "E101", key=None),
    Bad("CC-31 key before query", EXAMPLE, "E103", status=401, query="?version=9", key=None),
    Bad("CC-31 query before types", {**EXAMPLE, "note": 7}, "E100", "version", query="?version=9"),
    Bad("CC-31 types before empty", {"action": "createcontact", "note": 7}, "E100", "note"),
    Bad(
        "CC-31 types in the order of the documentation",
        {**EXAMPLE, "name": {"suffix": 7}, "title": 7, "photo-url": 7, "note": 7},
        "E100",
        "name.suffix",
    ),
    Bad("CC-31 types before name", {**named("O'Brien"), "website": [{"url": 7}]}, "E100", "website[0].url"),
    Bad("CC-31 name before labels", {**named("O'Brien"), "email": [{"id": "a", "label": "x"}]}, "E1516"),
    Bad("CC-31 labels before texts", john(title="x" * 256, email=[{"id": "a", "label": "x"}]), "E1517"),
    Bad("CC-31 texts before photo", john(title="x" * 256, photo_url="ftp://example.com/a.png"), "E1519"),
]


@pytest.mark.parametrize("case", GOOD, ids=lambda case: case.rule)
def test_gives_a_card(server: Served, case: Good) -> None:
    answer = post(server, case.body, query=case.query, headers=case.headers)
    assert answer.status_code == 200, answer.text
    lines = unfolded(answer.content)
    assert (lines[0], lines[1][:8], lines[-1]) == ("BEGIN:VCARD", "VERSION:", "END:VCARD")
    if not case.lines and not case.absent:
        assert answer.content == EXAMPLE_CARD
    for line in case.lines:
        assert line in lines
    for text in case.absent:
        assert text not in "\r\n".join(lines)


@pytest.mark.parametrize("case", BAD, ids=lambda case: case.rule)
def test_fails_with_its_code(server: Served, case: Bad) -> None:
    key = server.key.swapcase() if case.key == "swapped" else case.key
    answer = post(server, case.body, query=case.query, key=key)
    said = answer.json()
    assert (said["error-code"], answer.status_code) == (case.code, case.status), said
    assert said["status"] == "failure"
    assert case.info in said["error-info"]
    assert answer.headers["content-type"] == "application/json"
    assert answer.headers.get("www-authenticate") == ("ApiKey" if case.status == 401 else None)


def test_cc_20_the_example_is_the_documented_card_byte_for_byte(server: Served) -> None:
    answer = post(server, EXAMPLE)
    assert answer.content == EXAMPLE_CARD
    assert answer.headers["content-type"] == "text/vcard; charset=utf-8"
    assert answer.headers["content-disposition"] == "inline; filename=contact.vcf"


def test_cc_2_the_key_may_come_in_the_body_and_the_header_wins(server: Served) -> None:
    assert post(server, {**EXAMPLE, "api-key": server.key}, key=None).status_code == 200
    assert post(server, {**EXAMPLE, "api-key": "nobody"}).status_code == 200
    assert post(server, {**EXAMPLE, "api-key": server.key}, key="nobody").status_code == 401
    assert post(server, {**EXAMPLE, "api-key": ""}, key=None).json()["error-code"] == "E103"


@pytest.mark.parametrize(
    ("accept", "version"),
    [
        ("text/vcard", "3.0"),
        ("application/json", "3.0"),
        ("*/*", "3.0"),
        ("text/vcard;version=3.0;q=0.1, text/vcard;version=4.0", "4.0"),
        ("text/vcard;version=4.0;q=0, text/vcard", "3.0"),
        ('text/vcard; version="2.1"', "2.1"),
        ("text/vcard;version=5.0, */*", "3.0"),
        ("text/vcard;version=5.0;q=0.1, text/vcard;version=4.0", "4.0"),
        ("nonsense;version", "3.0"),
        ("application/json; version=5", "3.0"),
        ("application/json;version=4.0", "3.0"),
        ("text/vcard; version=4.0, ,", "4.0"),
        ("TEXT/VCARD; Version=4.0", "4.0"),
        ("text/vcard;version=5.0", None),
        ("application/json; version=4.0, text/vcard;version=5.0", None),
    ],
)
def test_cc_21_accept(server: Served, accept: str, version: str | None) -> None:
    answer = post(server, EXAMPLE, headers={"accept": accept})
    if version is None:
        assert answer.json()["error-code"] == "E100"
    else:
        assert unfolded(answer.content)[1] == f"VERSION:{version}"


def test_cc_1_two_different_keys_are_none(server: Served) -> None:
    headers = [("x-api-key", "other"), ("x-api-key", server.key)]
    assert httpx2.post(f"{server.url}/api/v2", json=EXAMPLE, headers=headers).json()["error-code"] == "E104"


@pytest.mark.parametrize("escape", [b"", b"\\u0022"])
@pytest.mark.parametrize("depth", range(900, 1010, 10))
def test_cc_30_no_depth_is_a_fault_of_ours(server: Served, depth: int, escape: bytes) -> None:
    deep = b"[" * depth + b"]" * depth
    body = b'{"action":"createcontact","name":{"first-name":"J"},"q":"%b","z":%b}' % (escape, deep)
    answer = post(server, body)
    assert (answer.status_code, answer.content[:11]) == (200, b"BEGIN:VCARD") or answer.json()["error-code"] == "E100"


@pytest.mark.parametrize("rest", [b"transfer-encoding: chunked\r\n\r\nZZ\r\n", b"content-length: 500\r\n\r\n{}"])
def test_cc_30_a_body_that_is_cut_short_is_the_clients_fault(server: Served, rest: bytes) -> None:
    address = server.url.removeprefix("http://").split(":")
    with socket.create_connection((address[0], int(address[1])), timeout=10) as raw:
        raw.sendall(b"POST /api/v2 HTTP/1.1\r\nhost: x\r\nconnection: close\r\n" + rest)
        raw.shutdown(socket.SHUT_WR)
        answer = b"".join(iter(lambda: raw.recv(65536), b""))
    assert answer == b"" or b" 400 " in answer.split(b"\r\n")[0]


def test_cc_21_the_same_request_gives_the_same_bytes(server: Served) -> None:
    assert len({post(server, EXAMPLE, query="?version=4.0").content for _ in range(3)}) == 1


@pytest.mark.parametrize("version", ["2.1", "3.0", "4.0"])
def test_cc_21_lines_end_in_crlf_and_stay_under_76_octets(server: Served, version: str) -> None:
    body = copy.deepcopy(EXAMPLE)
    body["note"] = "Ünïcödé 👩‍👩‍👧‍👦 " * 200
    body["name"]["first-name"] = "é" * 200
    card = post(server, body, query=f"?version={version}").content
    assert b"\n" not in card.replace(b"\r\n", b"")
    for line in card.split(b"\r\n"):
        assert len(line) <= (76 if version == "2.1" else 75)
        line.decode()


@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "DELETE", "OPTIONS", "PATCH", "PROPFIND"])
def test_cc_32_other_methods(server: Served, method: str) -> None:
    answer = httpx2.request(method, f"{server.url}/api/v2")
    assert (answer.status_code, answer.headers["allow"]) == (405, "POST")
    if method != "HEAD":
        assert answer.json()["error-code"] == "E100"


@pytest.mark.parametrize("size", [256 * 1024 + 1, 900 * 1024])
def test_cc_33_a_refused_body_is_read_before_the_answer(server: Served, size: int) -> None:
    def pieces() -> Iterator[bytes]:
        for start in range(0, size, 8192):
            yield b" " * min(8192, size - start)

    answer = httpx2.post(f"{server.url}/api/v2", content=pieces(), headers={"x-api-key": server.key})
    assert answer.status_code == 413


async def test_cc_33_of_whatever_method() -> None:
    left, answer = 100, []

    async def receive() -> Message:
        nonlocal left
        left -= 1
        return {"type": "http.request", "body": bytes(DRAIN // 50), "more_body": True}

    async def send(message: Message) -> None:
        answer.append(message)

    nobody: Any = None  # is asked
    scope = {"method": "PUT", "headers": []}
    await CreateContact(nobody, nobody)(scope, receive, send)
    assert (answer[0]["status"], left) == (405, 49)


def test_cc_15_a_body_of_just_256_kib_is_taken(server: Served) -> None:
    body = json.dumps(EXAMPLE).encode()
    assert post(server, body + b" " * (256 * 1024 - len(body))).status_code == 200


def test_cc_5_names_any_takes_every_text(tmp_path_factory: pytest.TempPathFactory) -> None:
    with serve(tmp_path_factory.mktemp("any"), "--names", "any") as server:
        assert "N:O'Brien;Anne-Marie;;;" in unfolded(post(server, named("Anne-Marie", "O'Brien")).content)
        assert post(server, named("John\nX")).json()["error-code"] == "E1519"
        assert post(server, named("x" * 256)).json()["error-code"] == "E1519"


def test_e113_over_the_rate_limit(tmp_path_factory: pytest.TempPathFactory) -> None:
    with serve(tmp_path_factory.mktemp("limited"), "--rate-limit", "2/hour") as server:
        assert [post(server, EXAMPLE).status_code for _ in range(2)] == [200, 200]
        over = post(server, EXAMPLE)
        assert (over.status_code, over.json()["error-code"]) == (429, "E113")
        assert re.fullmatch("[1-9][0-9]*", over.headers["retry-after"])


def test_every_rule_is_named() -> None:
    named_here = {case.rule.split()[0] for case in (*GOOD, *BAD)}
    elsewhere = {"CC-2a", "CC-11", "CC-20", "CC-27", "CC-32", "CC-33"}  # above, test_keys.py, test_photos.py
    numbers = [*range(1, 16), *range(20, 29), *range(30, 34)]
    assert {f"CC-{number}" for number in numbers} <= named_here | elsewhere
