"""The rules of partner contacts for what goes into a contact, as tables, against a real server, in JSON and XML."""

from __future__ import annotations

import json
import re
import zlib
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import urlencode

import pytest

from cardwright.limits import PART_HEAD
from cardwright.surfaces.partner.forms import FIELDS, TEXTS_LIMIT
from partner_client import OTHER_PARTNER, PARTNER, WILE
from pictures import gif, jpeg, png, webp

if TYPE_CHECKING:
    from partner_client import Client

US = {"WorkPhoneNumber": "(805) 123-4567", "WorkPhoneNumberCountry": "us"}
BOTH = [{"Id": PARTNER, "Name": "Acme Partner"}, {"Id": OTHER_PARTNER, "Name": "Beta & Co."}]
LABELS = ",".join(f"L{number}" for number in range(50))
PNG = png()


class Good(NamedTuple):
    """A create or update that is taken: the rule, what is sent, what the contact shows after it."""

    rule: str
    sent: dict[str, Any]
    shown: dict[str, Any]
    before: dict[str, Any] | None = None
    """With it, an update of the contact made from this; without, a create."""
    as_json: bool = False


class Bad(NamedTuple):
    """A create or update that is refused: the rule, what is sent, every fault: its field and a part of its message."""

    rule: str
    sent: dict[str, Any]
    faults: list[tuple[str, str]]
    before: dict[str, Any] | None = None
    as_json: bool = False


def wile(**fields: Any) -> dict[str, Any]:  # noqa: ANN401 - any JSON value
    return {**WILE, **fields}


def patch(rule: str, sent: dict[str, Any], shown: dict[str, Any], **before: str) -> Good:
    return Good(rule, sent, shown, wile(**before))


def refused(rule: str, sent: dict[str, Any], *faults: tuple[str, str], **before: str) -> Bad:
    return Bad(rule, sent, list(faults), wile(**before))


PHONE = {"WorkPhoneNumber": "8051234567", "WorkPhoneNumberCountry": "US"}
NO_PHONE = {"WorkPhoneNumber": "", "WorkPhoneNumberCountry": ""}

GOOD = [
    Good(
        "PC-20 the required alone",
        WILE,
        {
            **wile(Accounts=BOTH[:1]),
            **NO_PHONE,
            "Title": "",
            "ProfileImage": "",
            "CellphoneNumber": "",
            "CellphoneNumberCountry": "",
            "Labels": [],
            "Editable": True,
        },
    ),
    Good("PC-20 two partner accounts", wile(Accounts=f"{PARTNER},{OTHER_PARTNER}"), {"Accounts": BOTH}),
    Good("PC-21 optional", wile(Title="Acme Partner Manager"), {"Title": "Acme Partner Manager"}),
    Good("PC-21 blank is absent", wile(Title=" ", ProfileImageUrl=" "), {"Title": "", "ProfileImage": ""}),
    Good("PC-21 empty is absent", wile(Title="", Labels="", ProfileImageUrl="", **NO_PHONE), {"Title": "", **NO_PHONE}),
    Good("PC-21 an empty file field is absent", wile(ProfileImageFile=""), {"ProfileImage": ""}),
    Good("PC-22 national digits", wile(**US), PHONE),
    Good("PC-22 with its calling code", wile(WorkPhoneNumber="+1 805.123.4567", WorkPhoneNumberCountry="US"), PHONE),
    Good(
        "PC-22 cellphone",
        wile(CellphoneNumber="030 901820", CellphoneNumberCountry="De"),
        {"CellphoneNumber": "30901820", "CellphoneNumberCountry": "DE"},
    ),
    Good(
        "PC-22 no plan of its own",
        wile(WorkPhoneNumber="12-34", WorkPhoneNumberCountry="aq"),
        {"WorkPhoneNumber": "1234", "WorkPhoneNumberCountry": "AQ"},
    ),
    Good(
        "PC-26 trimmed, distinct, in order",
        wile(Labels=" Main Contact , Acme,,Main Contact", Accounts=f" {OTHER_PARTNER},{PARTNER},{OTHER_PARTNER} ,"),
        {"Labels": ["Main Contact", "Acme"], "Accounts": BOTH[::-1]},
    ),
    Good("PC-26 50 labels", wile(Labels=LABELS), {"Labels": LABELS.split(",")}),
    Good("PC-26 label of 100", wile(Labels="é" * 100), {"Labels": ["é" * 100]}),
    Good("PC-26 texts of 255", wile(FirstName="é" * 255, Title="t" * 255), {"FirstName": "é" * 255}),
    Good("PC-26 any letter", wile(FirstName="O'Brien <&> \U0001f600"), {"FirstName": "O'Brien <&> \U0001f600"}),
    *(
        Good(f"PC-27 {address}", wile(EmailAddress=f" {address} "), {"EmailAddress": address})
        for address in ("w@acme.test", "w@printer.local", "w@e.invalid", "Wile.Coyote@Example.COM")
    ),
    Good("PC-5 JSON", wile(**US, Labels="a,b"), {**PHONE, "Labels": ["a", "b"]}, as_json=True),
    Good(
        "PC-5 JSON arrays",
        wile(Labels=["a;b", " c "], Accounts=[PARTNER, OTHER_PARTNER], Title=None),
        {"Labels": ["a;b", "c"], "Accounts": BOTH, "Title": ""},
        as_json=True,
    ),
    Good("PC-5 unknown parameters", wile(Nickname="Wile E."), {"FirstName": "Wile"}),
    patch("PC-30 not sent stays", {"Title": "Genius"}, {"Title": "Genius", "FirstName": "Wile", **PHONE}, **PHONE),
    patch("PC-30 nothing sent", {}, {"FirstName": "Wile", "Title": "Genius"}, Title="Genius"),
    patch(
        "PC-30 labels",
        {"LabelsAdd": "c, a", "LabelsRemove": "b,z"},
        {"Labels": ["a", "c"]},
        Labels="a,b",
    ),
    *(
        patch(
            f"PC-30 and PC-40 {removed!a} is {label!a}",
            {"LabelsRemove": removed},
            {"Labels": ["a"]},
            Labels=f"a,{label}",
        )
        for label, removed in (
            *(("VIP", "vip"), ("main contact", " Main Contact "), ("Straße", "STRASSE"), ("caf\u00e9", "CAFE\u0301")),
            ("\u00e9" * 100, "e\u0301" * 100),
        )
    ),
    patch(
        "PC-30 a label in another case", {"LabelsRemove": "vip", "LabelsAdd": "vip"}, {"Labels": ["vip"]}, Labels="VIP"
    ),
    patch("PC-30 no accents are left out", {"LabelsRemove": "cafe"}, {"Labels": ["caf\u00e9"]}, Labels="caf\u00e9"),
    patch("PC-30 partner accounts", {"AccountsAdd": OTHER_PARTNER}, {"Accounts": BOTH}),
    patch(
        "PC-30 one partner account for another",
        {"AccountsAdd": OTHER_PARTNER, "AccountsRemove": PARTNER},
        {"Accounts": BOTH[1:]},
    ),
    patch("PC-31 a number with its country", US, PHONE),
    patch("PC-31 an empty number clears its country", {"WorkPhoneNumber": ""}, NO_PHONE, **PHONE),
    patch("PC-31 an empty title", {"Title": ""}, {"Title": ""}, Title="Genius"),
    Good("PC-31 null is absent", {"Title": None, "Labels": None}, {"Title": "T"}, wile(Title="T"), as_json=True),
]

PHOTO = "The photo is no GIF, JPEG, PNG or WebP."
BAD = [
    Bad(
        "PC-20 nothing sent",
        {},
        [(name, "is required") for name in ("FirstName", "LastName", "EmailAddress", "Accounts")],
    ),
    Bad("PC-20 blank", wile(FirstName=" ", Accounts=" , "), [("FirstName", "is required"), ("Accounts", "required")]),
    Bad("PC-22 number alone", wile(WorkPhoneNumber="8051234567"), [("WorkPhoneNumberCountry", "is required")]),
    Bad("PC-22 country alone", wile(CellphoneNumberCountry="US"), [("CellphoneNumber", "is required")]),
    *(
        Bad(
            f"PC-22 country {country}",
            wile(WorkPhoneNumber="8051234567", WorkPhoneNumberCountry=country),
            [("WorkPhoneNumberCountry", "ISO 3166-1")],
        )
        for country in ("XX", "XK", "AC", "TA", "USA", "1", "001")
    ),
    *(
        Bad(
            f"PC-22 number {number}",
            wile(WorkPhoneNumber=number, WorkPhoneNumberCountry="US"),
            [("WorkPhoneNumber", "is no complete phone number of US")],
        )
        for number in ("1234567", "+44 20 7946 0958", "1", "()")
    ),
    *(
        Bad(
            f"PC-22 number {number} of {country}",
            wile(CellphoneNumber=number, CellphoneNumberCountry=country),
            [("CellphoneNumber", f"is no complete phone number of {country}")],
        )
        for number, country in (
            *(("1234567", "CA"), ("+1 123-4567", "CA"), ("80+51234567", "US"), ("8051234567+", "US")),
            *(("++18051234567", "US"), ("++1", "US"), ("+", "US"), ("+", "AQ"), ("1+2", "AQ")),
        )
    ),
    Bad(
        "PC-23",
        wile(ProfileImageUrl="https://example.com/a.png", ProfileImageFile="a.png"),
        [("ProfileImageUrl", "excludes an image file"), ("ProfileImageFile", "needs multipart/form-data")],
    ),
    Bad("PC-24 not multipart", wile(ProfileImageFile="image.png"), [("ProfileImageFile", "needs multipart/form-data")]),
    Bad("PC-26 unknown ones in one fault", wile(Accounts=f"1,{PARTNER},2"), [("Accounts", "1, 2")]),
    Bad("PC-26 label of 101", wile(Labels="a," + "x" * 101), [("Labels", "101 characters")]),
    Bad("PC-26 51 labels", wile(Labels=LABELS + ",L50"), [("Labels", "at most 50")]),
    Bad("PC-26 text of 256", wile(Title="t" * 256), [("Title", "256 characters")]),
    Bad("PC-26 control character", wile(LastName="a\x07b"), [("LastName", "control character (U+0007)")]),
    Bad("PC-26 line break", wile(Title="a\nb"), [("Title", "line break")]),
    *(
        Bad(f"PC-26 {name} with U+{code:04X}", wile(**{name: text}), [(name, f"U+{code:04X}")])
        for name in ("FirstName", "LastName", "Title", "Labels")
        for code in (0x09, 0x0A, 0x1F, 0x85, 0x2028, 0xFDD0, 0xFFFE, 0xFFFF, 0x10FFFF)
        for text in (f"{chr(code)}a", f"a{chr(code)}", f"a{chr(code)}b")
    ),
    Bad("PC-26 an address with U+FFFE", wile(EmailAddress="a\ufffe@example.com"), [("EmailAddress", "")]),
    Bad(
        "PC-5 a comma in an array",
        wile(Labels=["a,b", "c"], Accounts=[f"{PARTNER},{OTHER_PARTNER}"]),
        [("Accounts", "comma"), ("Labels", "comma")],
        as_json=True,
    ),
    Bad(
        "PC-5 a comma in an array of an update",
        {"LabelsAdd": ["a,b"], "AccountsAdd": [f"{PARTNER},"]},
        [("AccountsAdd", "comma"), ("LabelsAdd", "comma")],
        WILE,
        as_json=True,
    ),
    *(
        Bad(f"PC-27 {address!r}", wile(EmailAddress=address), [("EmailAddress", "must be an e-mail address")])
        for address in ("wile", "wile@", "@example.com", "a b@example.com", "wile@example..com", "a@b@example.com")
    ),
    Bad(
        "PC-60 all at once, in order",
        {"Labels": "x" * 101, "CellphoneNumber": "1", "Title": "t" * 256, "Accounts": "7", "EmailAddress": "?"},
        [
            ("FirstName", "is required"),
            ("LastName", "is required"),
            ("EmailAddress", "must be an e-mail address"),
            ("Accounts", "7"),
            ("Title", "256 characters"),
            ("CellphoneNumberCountry", "is required"),
            ("Labels", "101 characters"),
        ],
    ),
    Bad(
        "PC-60 types",
        wile(FirstName=7, Labels=[1], WorkPhoneNumber=["1"]),
        [("FirstName", "must be a text"), ("WorkPhoneNumber", "must be a text"), ("Labels", "must be texts")],
        as_json=True,
    ),
    refused("PC-31 a number without its country", {"WorkPhoneNumber": "8051234567"}, ("WorkPhoneNumberCountry", "")),
    refused("PC-31 a country without its number", {"WorkPhoneNumberCountry": "US"}, ("WorkPhoneNumber", ""), **PHONE),
    *(refused(f"PC-31 empty {name}", {name: ""}, (name, "is required")) for name in list(WILE)[:3]),
    refused(
        "PC-31 whole lists",
        {"Labels": "a", "Accounts": OTHER_PARTNER},
        ("Accounts", "use AccountsAdd and AccountsRemove"),
        ("Labels", "use LabelsAdd and LabelsRemove"),
    ),
    refused("PC-31 the last partner account", {"AccountsRemove": PARTNER}, ("AccountsRemove", "")),
    refused("PC-26 unknown partner account", {"AccountsAdd": "7,8"}, ("AccountsAdd", "7, 8")),
    refused("PC-26 51 labels in the end", {"LabelsAdd": "one more"}, ("LabelsAdd", "at most 50"), Labels=LABELS),
]


def asked(ours: Client, case: Good | Bad) -> Any:  # noqa: ANN401 - an answer, and the contact's path
    """Send what the case says and return the answer and the path of the contact that was there before."""
    path = "" if case.before is None else ours.create(case.before)
    body = {"json": case.sent} if case.as_json else {"data": case.sent}
    return ours.send("POST" if case.before is None else "PUT", path, **body), path


@pytest.mark.parametrize("case", GOOD, ids=lambda case: case.rule)
def test_is_taken(ours: Client, case: Good) -> None:
    answer, _ = asked(ours, case)
    said = ours.tree(answer)
    assert (answer.status_code, said["Status"]) == (200, "OK"), said
    shown = ours.ask("GET", said["Uri"])
    assert {name: shown[name] for name in case.shown} == case.shown


@pytest.mark.sqlite_alone("the book refuses it; what it asks of a store for that, each store is asked by its suite")
@pytest.mark.parametrize("case", BAD, ids=lambda case: case.rule)
def test_is_refused(ours: Client, case: Bad) -> None:
    answer, path = asked(ours, case)
    assert answer.status_code == 400
    assert ours.tree(answer)["Message"] == "Validation Failed"
    found = ours.errors(answer)
    assert [field for field, _ in found] == [field for field, _ in case.faults], found
    assert all(part in message for (_, message), (_, part) in zip(found, case.faults, strict=True)), found
    if path:
        before = {name: text for name, text in (case.before or {}).items() if name not in ("Accounts", "Labels")}
        assert before.items() <= ours.ask("GET", path).items(), "a refused update changes nothing (PC-34)"


# Images (PC-24, PC-25) ------------------------------------------------------------------------------------------------

SHAPES = {
    "the part itself": {"files": {"ProfileImageFile": ("a.png", PNG, "image/png")}},
    "the part itself, of no type": {"files": {"ProfileImageFile": ("a", PNG)}},
    "the part itself, without a file's name": {"files": {"ProfileImageFile": (None, PNG, "image/png")}},
    "another part": {"files": {"image.jpg": ("b.png", PNG, "image/png")}, "extra": {"ProfileImageFile": "image.png"}},
}


@pytest.mark.parametrize("shape", SHAPES)
def test_pc_24_both_shapes(ours: Client, shape: str) -> None:
    fields = WILE | SHAPES[shape].get("extra", {})
    path = ours.create(fields, files=SHAPES[shape]["files"])
    assert ours.ask("GET", path)["ProfileImage"] == f"{ours.contacts}{path}/ProfileImage"
    image = ours.send("GET", f"{path}/ProfileImage")
    assert (image.status_code, image.headers["content-type"]) == (200, "image/png")


@pytest.mark.sqlite_alone("a form is taken apart before a store is asked")
@pytest.mark.parametrize("kind", ["text/plain; charset=utf-8", "application/json", "text/html"])
def test_pc_5_a_part_without_a_files_name_is_a_text_of_any_type(ours: Client, kind: str) -> None:
    path = ours.create(WILE, files={"Title": (None, b"Manager", kind)})
    assert ours.ask("GET", path)["Title"] == "Manager"


@pytest.mark.parametrize(
    ("fields", "files", "message"),
    [
        ({"ProfileImageFile": "a.png"}, {"other": ("", b"")}, "comes without a file"),
        ({"ProfileImageFile": "a.png"}, {"one": ("1", PNG), "two": ("2", PNG)}, "more than one file"),
        ({}, {"ProfileImageFile": ("a.png", b"")}, "is an empty file"),
        ({}, {"ProfileImageFile": ("a.png", b"<svg/>")}, PHOTO),
        ({}, {"ProfileImageFile": ("a.png", PNG[:-20])}, PHOTO),
        ({}, {"ProfileImageFile": ("a.png", PNG + b"\0" * (10 * 1024 * 1024))}, "The photo is too large."),
    ],
)
def test_pc_25_and_34_a_refused_image_leaves_no_contact(
    ours: Client, fields: dict[str, str], files: dict[str, tuple[str, bytes]], message: str
) -> None:
    before = ours.ask("GET", "?PageSize=1")["@total"]
    answer = ours.send("POST", data=WILE | fields, files=files)
    assert (answer.status_code, [field for field, _ in ours.errors(answer)]) == (400, ["ProfileImageFile"])
    assert message in ours.errors(answer)[0][1]
    assert ours.ask("GET", "?PageSize=1")["@total"] == before


def test_pc_23_an_address_and_a_file_exclude_each_other(ours: Client) -> None:
    fields = wile(ProfileImageUrl="https://example.com/a.png")
    answer = ours.send("POST", data=fields, files={"ProfileImageFile": ("a.png", PNG)})
    assert answer.status_code == 400
    assert "excludes" in ours.errors(answer)[0][1]


@pytest.mark.parametrize(("media_type", "picture"), [("gif", gif), ("jpeg", jpeg), ("png", png), ("webp", webp)])
def test_pc_25_every_kind_is_kept_as_it_came(ours: Client, media_type: str, picture: Any) -> None:  # noqa: ANN401
    path = ours.create(WILE, files={"ProfileImageFile": ("a", picture())})
    first = ours.send("GET", f"{path}/ProfileImage", headers={"accept": "text/html"})
    assert first.headers["content-type"] == f"image/{media_type}"
    assert first.headers["cache-control"]
    again = ours.send("GET", f"{path}/ProfileImage", headers={"if-none-match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    head = ours.send("HEAD", f"{path}/ProfileImage")
    assert head.headers["content-length"] == str(len(first.content))


def test_pc_31_an_image_is_replaced_and_removed(ours: Client) -> None:
    path = ours.create(WILE, files={"ProfileImageFile": ("a", PNG)})
    old = ours.send("GET", f"{path}/ProfileImage").headers["etag"]
    ours.ask("PUT", path, files={"ProfileImageFile": ("a", jpeg())})
    new = ours.send("GET", f"{path}/ProfileImage")
    assert (new.headers["content-type"], new.headers["etag"] == old) == ("image/jpeg", False)
    ours.ask("PUT", path, data={"ProfileImageUrl": ""})
    assert ours.ask("GET", path)["ProfileImage"] == ""
    assert ours.ask("GET", f"{path}/ProfileImage", 404)["Status"] == "ERROR"


# Bodies (PC-5) --------------------------------------------------------------------------------------------------------


def texts(size: int, **others: str) -> bytes:
    """Return a multipart body, bounded by x: a text of this size, and others."""
    fields = {"x": "a" * size, **others}
    head = '--x\r\nContent-Disposition: form-data; name="{}"\r\n\r\n{}\r\n'
    return "".join([head.format(*field) for field in fields.items()]).encode() + b"--x--\r\n"


def ids(number: int) -> str:
    """Return this many ids that nobody has."""
    return ",".join(str(unknown) for unknown in range(1, number + 1))


def head(size: int) -> bytes:
    """Return a part with a head of this size."""
    return f"--x\r\n{'Content-Disposition: form-data; name=y'.ljust(size)}\r\n\r\n\r\n".encode()


def files(number: int) -> bytes:
    """Return a multipart body with this many empty files."""
    return b'--x\r\nContent-Disposition: form-data; name="y"; filename="a"\r\n\r\n\r\n' * number + b"--x--"


@pytest.mark.sqlite_alone("no store is asked")
@pytest.mark.parametrize(
    ("content_type", "body", "status"),
    [
        ("application/json", b"{", 400),
        ("application/json", b"[]", 400),
        ("application/json", b"[" * 10_000, 400),
        ("application/json", json.dumps({"x": "\ud800"}).encode(), 400),
        ("application/x-www-form-urlencoded", b"FirstName=\xff", 400),
        ("application/x-www-form-urlencoded", b"FirstName=%ff", 400),
        ("multipart/form-data", b"", 400),
        ("multipart/form-data; boundary=x", b"--x\r\nContent-Disp", 400),
        (
            "multipart/form-data; boundary=x",
            b'--x\r\nContent-Disposition: form-data; name="\xff"\r\n\r\na\r\n--x--',
            400,
        ),
        ("multipart/form-data; boundary=x", b"--x\r\n\r\na\r\n" * 65 + b"--x--", 400),
        ("multipart/form-data; boundary=x", texts(1) + b"and", 400),
        ("multipart/form-data; boundary=" + "x" * 71, texts(1), 400),
        ("multipart/form-data; boundary=x", head(PART_HEAD.value + 1), 400),
        (
            "multipart/form-data; boundary=x",
            texts(1).replace(b"\r\n\r\n", b"\r\nContent-Transfer-Encoding: base64\r\n\r\n"),
            400,
        ),
        ("application/json", b'{"Title": "a", "x": 1, "Title": "a"}', 400),
        ("application/json", b'{"x": [{"a": 1, "\\u0061": 2}]}', 400),
        ("application/json", json.dumps(dict.fromkeys(map(str, range(FIELDS + 1)))).encode(), 413),
        ("application/x-www-form-urlencoded", b"x=1&" * FIELDS + b"x=1", 413),
        ("multipart/form-data; boundary=x", texts(1, **dict.fromkeys(map(str, range(FIELDS)), "")), 413),
        ("multipart/form-data; boundary=x", files(FIELDS + 2), 413),
        ("text/plain", b"FirstName=Wile", 415),
        ("", b"FirstName=Wile", 415),
        ("application/json", b" " * TEXTS_LIMIT + b"{}", 413),
        ("application/x-www-form-urlencoded", b"x=" + b"a" * (TEXTS_LIMIT - 1), 413),
        ("multipart/form-data; boundary=x", texts(TEXTS_LIMIT + 1), 413),
        ("multipart/form-data; boundary=x", texts(TEXTS_LIMIT // 2 + 1, y="a" * (TEXTS_LIMIT // 2)), 413),
        ("multipart/form-data; boundary=x", b"a" * (13 * 1024 * 1024), 413),
    ],
)
def test_pc_5_and_61_bodies_that_cannot_be_read(ours: Client, content_type: str, body: bytes, status: int) -> None:
    answer = ours.send("POST", content=body, headers={"content-type": content_type} if content_type else {})
    assert answer.status_code == status
    assert ours.tree(answer)["Status"] == "ERROR"


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        ("application/json", json.dumps(WILE).encode().ljust(TEXTS_LIMIT)),
        ("application/x-www-form-urlencoded", (urlencode(WILE) + "&x=").encode().ljust(TEXTS_LIMIT, b"a")),
        ("multipart/form-data; boundary=x", texts(TEXTS_LIMIT - sum(map(len, WILE.values())), **WILE)),
        ("application/json", json.dumps(dict.fromkeys(map(str, range(FIELDS - len(WILE)))) | WILE).encode()),
        ("application/x-www-form-urlencoded", (urlencode(WILE) + "&x=" * (FIELDS - len(WILE)) + "&").encode()),
        (
            "multipart/form-data; boundary=x",
            texts(0, **WILE, **dict.fromkeys(map(str, range(FIELDS - len(WILE) - 1)), "")),
        ),
        ("multipart/form-data; boundary=x", head(PART_HEAD.value) + texts(0, **WILE)),
    ],
)
def test_pc_5_and_61_texts_up_to_their_limit_are_taken(ours: Client, content_type: str, body: bytes) -> None:
    ours.ask("POST", content=body, headers={"content-type": content_type})


def test_pc_5_a_file_comes_beside_the_most_texts(ours: Client) -> None:
    more = dict.fromkeys(map(str, range(FIELDS - len(WILE) - 1)), "") | {
        "x": "a" * (TEXTS_LIMIT - sum(map(len, WILE.values())))
    }
    path = ours.create(WILE | more, files={"ProfileImageFile": ("a.jpg", jpeg())})
    assert ours.ask("GET", path)["ProfileImage"]


@pytest.mark.parametrize(
    ("fields", "faults"),
    [
        ({"Accounts": ids(101)}, [("Accounts", "101 partner accounts are too many; a contact has at most 100")]),
        ({"Accounts": ids(11)}, [("Accounts", f"No partner account {ids(10).replace(',', ', ')} and 1 others")]),
        ({"Labels": ids(51)}, [("Labels", "makes 51 labels; a contact has at most 50")]),
    ],
)
def test_pc_26_ids_and_labels_are_counted(ours: Client, fields: dict[str, str], faults: list[tuple[str, str]]) -> None:
    assert ours.errors(ours.send("POST", data=WILE | fields)) == faults
    path = ours.create()
    for name, message in faults:
        added = ours.send("PUT", path, data={f"{name}Add": fields[name]})
        assert [field for field, _ in ours.errors(added)] == [f"{name}Add"], message
    removed = ours.send("PUT", path, data={"AccountsRemove": ids(101)})
    assert ours.errors(removed)[0][1].startswith("101 partner accounts are too many")
    ours.ask("PUT", path, data={"LabelsRemove": ids(5_000), "LabelsAdd": ids(50)})


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ({"Search": " ".join(map(str, range(32)))}, 200),
        ({"Search": " ".join(map(str, range(33)))}, 400),
        ({"Search": "a " * 500}, 200),
        ({"Search": "a\u0301\u0327" * 334}, 400),
        ({"Title": "a" * 1_000}, 200),
        ({"Title": "a" * 1_001}, 400),
    ],
)
def test_pc_40_a_search_has_its_bounds(ours: Client, query: dict[str, str], status: int) -> None:
    answer = ours.send("GET", params=query)
    assert answer.status_code == status
    assert status == 200 or [field for field, _ in ours.errors(answer)] == list(query)


@pytest.mark.sqlite_alone("no store is asked")
def test_pc_61_a_body_that_is_packed_otherwise_than_by_gzip_is_not_taken(ours: Client) -> None:
    headers = {"content-type": "application/json", "content-encoding": "deflate"}
    answer = ours.send("POST", content=zlib.compress(json.dumps(WILE).encode()), headers=headers)
    assert answer.status_code == 415
    assert "gzip" in ours.tree(answer)["Message"]


def test_every_rule_is_named() -> None:
    sources = "".join(file.read_text() for file in Path(__file__).parent.glob("test_*.py"))
    named = {int(number) for number in re.findall(r"(?:PC-|pc_|_and_)(\d+)", sources)}
    ranges = ((1, 5), (10, 11), (20, 29), (30, 34), (40, 43), (50, 52), (60, 62))
    assert not {rule for first, last in ranges for rule in range(first, last + 1)} - named
