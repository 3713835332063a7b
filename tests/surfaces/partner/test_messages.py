"""A client that sends something wrong reads what it is, once, and what would be right (PC-22 to PC-33, PC-60)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import httpx2
import pytest

from partner_client import WILE, client

if TYPE_CHECKING:
    from serving import Served

pytestmark = pytest.mark.sqlite_alone("each is refused before a store is asked, and the message is the surface's")

PNG = ("a.png", b"no image", "image/png")
URL = "https://192.0.2.1/a.png"


def faults(server: Served, fields: dict[str, object], **options: object) -> list[tuple[str, str]]:
    ours = client(server)
    return ours.errors(ours.send("POST", **({"data": WILE | fields} | options)))


@pytest.mark.parametrize(
    ("number", "said"),
    [
        ("805-123-4567 x12", "has an extension (x12)"),
        ("8051234567x12", "has an extension (x12)"),
        ("(805) 123-4567 ext. 12", "has an extension (ext. 12)"),
        ("+1 805 123 4567 Extension 12", "has an extension (Extension 12)"),
        ("8051234567;ext=12", "has an extension (;ext=12)"),
        ("1-800-FLOWERS", "has letters (FLOWERS)"),
        ("1-800-GO-FEDEX", "has letters (GO-FEDEX)"),
        ("805#1234567", "holds '#' at character 4"),
        ("030/1234567", "holds '/' at character 4"),
        ("٨٠٥١٢٣٤٥٦٧", "holds '٨' at character 1"),
        ("8051234567a", "holds 'a' at character 11"),
        ("123", "is no complete phone number of US"),
        ("++18051234567", "is no complete phone number of US"),
    ],
)
def test_pc_22_a_phone_is_told_what_is_wrong_with_it(partners: Served, number: str, said: str) -> None:
    ((field, message),) = faults(partners, {"CellphoneNumber": number, "CellphoneNumberCountry": "US"})
    assert (field, message.startswith(said)) == ("CellphoneNumber", True), message


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"WorkPhoneNumber": 8051234567, "WorkPhoneNumberCountry": "US"}, "WorkPhoneNumber"),
        ({"WorkPhoneNumber": "8051234567", "WorkPhoneNumberCountry": 1}, "WorkPhoneNumberCountry"),
        ({"FirstName": 7}, "FirstName"),
        ({"EmailAddress": ["a@example.com"]}, "EmailAddress"),
    ],
)
def test_pc_60_a_value_of_a_wrong_type_is_one_fault(partners: Served, fields: dict[str, object], field: str) -> None:
    assert faults(partners, {}, data=None, json=WILE | fields) == [(field, "must be a text")]


@pytest.mark.parametrize(("length", "said"), [(2048, "The photo cannot be fetched."), (2049, "holds 2049 characters")])
def test_pc_26_an_image_s_address_has_2048_characters(partners: Served, length: int, said: str) -> None:
    ((field, message),) = faults(partners, {"ProfileImageUrl": f"{URL}?".ljust(length, "a")})
    assert (field, message.startswith(said)) == ("ProfileImageUrl", True)


CONFLICT = ("ProfileImageUrl", "excludes an image file: send one of the two")


@pytest.mark.parametrize(
    ("files", "others"),
    [
        ({"ProfileImageFile": PNG}, []),
        ({"ProfileImageFile": ("a.png", b"", "image/png")}, [("ProfileImageFile", "is an empty file")]),
        (
            {"ProfileImageFile": PNG, "other": PNG},
            [("ProfileImageFile", "comes with more than one file: send the image alone")],
        ),
    ],
)
def test_pc_23_both_faults_of_an_image_by_address_and_by_file_are_told_at_once(
    partners: Served, files: dict[str, tuple[str, bytes, str]], others: list[tuple[str, str]]
) -> None:
    assert sorted(faults(partners, {"ProfileImageUrl": URL}, files=files)) == sorted([CONFLICT, *others])
    long = ("ProfileImageUrl", "holds 2049 characters; at most 2048 are taken")
    found = faults(partners, {"ProfileImageUrl": f"{URL}?".ljust(2049, "a")}, files=files)
    assert sorted(found) == sorted([CONFLICT, long, *others])


@pytest.mark.parametrize(("length", "status"), [(64, 200), (65, 400)])
def test_pc_27_an_address_has_64_characters_before_its_at_sign(partners: Served, length: int, status: int) -> None:
    ours = client(partners)
    ours.ask("POST", data=WILE | {"EmailAddress": "a" * length + "@example.com"}, status=status)


def test_pc_3_a_wrong_token_is_not_told_that_one_is_required(partners: Served) -> None:
    ours = client(partners)
    missing = httpx2.get(partners.url + ours.contacts).json()["Message"]
    wrong = [ours.ask("GET", auth=auth, status=401)["Message"] for auth in ((partners.sid, "no"), ("no", "no"))]
    assert "are required" in missing
    assert wrong[0] == wrong[1]  # nobody learns which accounts there are (PC-4)
    assert "required" not in wrong[0]


@pytest.mark.parametrize(
    ("path", "forms"),
    [("", "application/json, application/xml, text/vcard"), ("/MediaPartners", "application/json, application/xml")],
)
def test_pc_61_406_says_what_there_is(partners: Served, path: str, forms: str) -> None:
    ours = client(partners)
    answer = ours.send("GET", f"{ours.account}{path}" if path else "", headers={"accept": "text/html"})
    assert (answer.status_code, answer.json()["Message"].endswith(f": {forms}")) == (406, True)


def test_pc_33_a_weak_tag_is_told_as_such(partners: Served) -> None:
    ours = client(partners)
    path = ours.create()
    tag = ours.send("GET", path).headers["etag"]
    said = {
        field: ours.ask(method, path, status=412, headers={"If-Match": field})["Message"]
        for field in (f"W/{tag}", f'W/{tag}, W/"x"', '"x"', tag.strip('"'), "")
        for method in ("PUT", "DELETE")
    }
    assert ["weak" in message for message in said.values()] == [True, True, False, False, False]
    assert ["quotation marks" in message for message in said.values()] == [False, False, False, True, True]
    ours.ask("PUT", path, headers={"If-Match": f'W/"x", {tag}'}, data={"Title": "x"})
    ours.ask("PUT", "/999999", status=404, headers={"If-Match": f"W/{tag}"})


@pytest.mark.parametrize(
    ("path", "methods"),
    [
        ("", {"GET", "HEAD", "POST", "OPTIONS"}),
        ("/1", {"GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS"}),
        ("/1.json", {"GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS"}),
        ("/1.vcf", {"GET", "HEAD", "OPTIONS"}),
        ("/1/ProfileImage", {"GET", "HEAD", "OPTIONS"}),
    ],
)
@pytest.mark.parametrize(("method", "status"), [("OPTIONS", 200), ("PATCH", 405)])
def test_pc_61_allow_names_every_method(
    partners: Served, path: str, methods: set[str], method: str, status: int
) -> None:
    answer = client(partners).send(method, path)
    assert (answer.status_code, set(answer.headers["allow"].split(", "))) == (status, methods)


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b"", "it is empty"),
        (b"\xef\xbb\xbf \r\n", "it is empty"),
        (b"{", "Input data was truncated"),
        (b"[]", "it holds no object"),
        (b'{"Title": "\xe9"}', "octet 12 is not UTF-8"),
        (b'{"Title": "\\ud800"}', "an escape stands for half a character"),
        (b"[" * 100_000, "it is nested too deeply"),
        (b'{"a":' * 20_000 + b"1" + b"}" * 20_000, "it is nested too deeply"),
    ],
)
def test_pc_5_why_a_body_is_no_json_is_said_in_words(partners: Served, body: bytes, said: str) -> None:
    ours = client(partners)
    for method, path in (("POST", ""), ("PUT", "/1")):
        answer = ours.send(method, path, content=body, headers={"content-type": "application/json"})
        assert (answer.status_code, ours.errors(answer)) == (400, [("", f"the body is no application/json: {said}")])
