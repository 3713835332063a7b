"""The rules of createcontact, as a table: requests that give a card, and requests that fail."""

from __future__ import annotations

import json
from typing import Any, NamedTuple

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
    *(
        Good(f"CC-8 blanks around {label!r}", john(phone=[{"number": "1", "label": label}]), ("TEL;TYPE=CELL:1",))
        for label in ("\tmobile", " \t mobile\t", "\u00a0mobile\u3000")
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
    Bad("CC-8 a line break", john(phone=[{"number": "1", "label": "\nmobile"}]), "E1517", "phone[0].label"),
    Bad("CC-21 an empty version", EXAMPLE, "E100", "version: ''", query="?version="),
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
