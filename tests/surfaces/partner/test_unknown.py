"""PC-6: nothing that a client sends is swallowed: what the interface does not know is told, or refused."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import pytest

from cardwright.limits import WARNED, WARNED_NAMES, WARNED_SIZE
from partner_client import WILE, Client, client, serve_prepared

if TYPE_CHECKING:
    from collections.abc import Iterator

    from serving import Served

pytestmark = pytest.mark.sqlite_alone("what is not known of a request reaches no store")

HEADER = "x-cardwright-warning"


@pytest.fixture(scope="module")
def strict(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    yield from serve_prepared(tmp_path_factory.mktemp("strict"), "--strict-parameters")


def told(ours: Client, method: str, path: str = "", **options: Any) -> tuple[list[str], str | None]:  # noqa: ANN401 - httpx2's own
    answer = ours.send(method, path, **options)
    assert answer.status_code == 200, answer.text
    return ours.tree(answer).get("Warnings", []), answer.headers.get(HEADER)


@pytest.mark.parametrize(
    ("query", "name", "hint"),
    [
        ("label=VIP", "label", "; did you mean Label?"),
        ("labels=VIP", "labels", "; did you mean Label?"),
        ("title=Boss", "title", "; did you mean Title?"),
        ("pagesize=7", "pagesize", "; did you mean PageSize?"),
        ("Serach=Wile", "Serach", "; did you mean Search?"),
        ("zzz=1", "zzz", ""),
        ("zzz", "zzz", ""),
        ("FirstName=Wile", "FirstName", "; it belongs in the body of a create or an update"),
    ],
)
def test_pc_6_a_filter_that_is_not_known_is_told(ours: Client, query: str, name: str, hint: str) -> None:
    assert told(ours, "GET", f"?{query}&PageSize=1") == ([f"{name} is not known, and was ignored{hint}"], name)


def test_pc_6_warnings_stand_behind_the_envelope_of_a_list(partners: Served) -> None:
    for path in ("", "Campaigns", "MediaPartners"):
        ours = client(partners)
        fields = list(ours.ask("GET", f"{ours.account}/{path}?Label2=a" if path else "?Label2=a"))
        assert fields[-2] == "Warnings"
        assert fields[-3].startswith("@")


@pytest.mark.parametrize("kind", ["data", "json"])
@pytest.mark.parametrize("fields", [{"firstname": "W"}, {"LabelsAdd": "a"}, {"Notes": "x", "Company": "y"}])
def test_pc_6_a_field_of_a_create_that_is_not_known_is_told(ours: Client, kind: str, fields: dict[str, str]) -> None:
    warnings, header = told(ours, "POST", **{kind: WILE | fields})
    assert ([warning.split()[0] for warning in warnings], header) == (list(fields), ", ".join(fields))


def test_pc_6_a_field_of_an_update_that_is_not_known_is_told_and_the_rest_is_done(ours: Client) -> None:
    path = ours.create()
    assert told(ours, "PUT", f"{path}?Titel=a", data={"titel": "a", "Title": "Boss"}) == (
        [
            "Titel is not known, and was ignored",
            "titel is not known, and was ignored; did you mean Title?",
        ],
        "Titel, titel",
    )
    assert ours.ask("GET", path)["Title"] == "Boss"
    assert told(ours, "POST", path, data={"_method": "PUT", "job": "a"})[1] == "job"
    assert told(ours, "DELETE", f"{path}?force=1")[1] == "force"


@pytest.mark.parametrize("path", ["{0}?a=b", "{0}.vcf?a=b", ".vcf?a=b"])
def test_pc_6_answers_without_a_place_for_it_have_the_header(partners: Served, path: str) -> None:
    ours = client(partners)
    answer = ours.send("GET", path.format(ours.create()))
    assert (answer.status_code, answer.headers[HEADER]) == (200, "a")


def test_pc_6_an_error_tells_it_too(ours: Client) -> None:
    said = ours.ask("POST", "?a=1", data={"b": "2"}, status=400)
    assert [warning[0] for warning in said["Warnings"]] == ["a", "b"]
    assert said["Errors"][0]["Field"] == "FirstName"


@pytest.mark.parametrize(
    ("method", "path", "fields"),
    [
        ("POST", "", WILE | {"Labels[]": "a", "Labels[0]": "b", "Accounts[1]": "10001"}),
        ("POST", "?IrVersion=12", WILE | {"ProfileImageUrl": ""}),
        ("GET", "?Search=a&AccountId=10000&Page=1&PageSize=1&Editable=true&IrVersion=13", None),
        ("GET", "?_method=PUT", None),
    ],
)
def test_what_is_known_is_not_told(
    partners: Served, strict: Served, method: str, path: str, fields: dict[str, str] | None
) -> None:
    for server in (partners, strict):
        answer = client(server).send(method, path, data=fields)
        assert (answer.status_code, answer.headers.get(HEADER)) == (200, None), answer.text
        assert "Warning" not in answer.text


@pytest.mark.parametrize(
    ("method", "path"), [("GET", ""), ("POST", ""), ("GET", "/1"), ("DELETE", "/1"), ("GET", "/1.vcf")]
)
def test_pc_6_with_strict_parameters_a_query_that_is_not_known_is_refused(
    strict: Served, method: str, path: str
) -> None:
    ours = client(strict)
    ours.create()
    answer = ours.send(method, f"{path}?lable=VIP&zzz=1", data=WILE if method == "POST" else None)
    hint = "; did you mean Label?" if (method, path) == ("GET", "") else ""
    assert (answer.status_code, ours.errors(answer)) == (
        400,
        [("lable", f"is not known{hint}"), ("zzz", "is not known")],
    )
    assert HEADER not in answer.headers


def test_pc_6_with_strict_parameters_a_field_that_is_not_known_is_one_fault_among_all(strict: Served) -> None:
    ours = client(strict)
    total = ours.ask("GET")["@total"]
    answer = ours.send("POST", data=WILE | {"FirstName": "", "EmailAddress": "", "email": "w@example.com"})
    assert ours.errors(answer) == [
        ("FirstName", "is required"),
        ("EmailAddress", "is required"),
        ("email", "is not known; did you mean EmailAddress?"),
    ]
    assert ours.ask("GET")["@total"] == total


@pytest.mark.parametrize("count", [WARNED_NAMES.value, WARNED_NAMES.value + 1, WARNED.value, WARNED.value + 1])
def test_pc_6_what_is_told_has_bounds(partners: Served, count: int) -> None:
    names = [f"x{number}" for number in range(count)]
    warnings, header = told(client(partners), "POST", json=WILE | dict.fromkeys(names, "a"))
    assert len(warnings) == min(count, WARNED.value)
    assert header == ", ".join(names[: WARNED_NAMES.value])
    long = [name.ljust(64, "ä") for name in names]
    _, header = told(client(partners), "POST", json=WILE | dict.fromkeys(long, "a"))
    assert header
    assert 500 < len(header) <= WARNED_SIZE.value
    assert header.split(", ") == [quote(name) for name in long[: header.count(",") + 1]]


@pytest.mark.parametrize(
    "name", ["a\r\nSet-Cookie: b", 'a"b', "a,b", "\u00fc", "%0d", "x" * 5_000, "<b>", "Labels[x]", "=x", ""]
)
def test_pc_6_whatever_a_name_holds_the_header_is_one_line_of_ascii(ours: Client, name: str) -> None:
    content = json.dumps(WILE | {name: "a"}).encode()
    warnings, header = told(ours, "POST", content=content, headers={"content-type": "application/json"})
    assert len(warnings) == 1
    assert header == quote(name[:64] or '""', safe="[]")
    assert warnings[0].startswith((name or '""')[:64])


TWICE = "stands twice, with different values"


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("Label=VIP&Label=Main", ["Label"]),
        ("Title=a&PageSize=1&Title=b&PageSize=2", ["Title", "PageSize"]),
        ("Page=1&Page=1", []),
        ("Editable=true&Editable=", ["Editable"]),
        ("zzz=1&zzz=2", ["zzz"]),  # told once, as unknown
    ],
)
def test_pc_6_a_filter_that_stands_twice_is_told_or_refused(
    partners: Served, strict: Served, query: str, names: list[str]
) -> None:
    warnings, header = told(client(partners), "GET", f"?{query}")
    assert (len(warnings), header) == (len(names), ", ".join(names) or None)
    answer = client(strict).send("GET", f"?{query}")
    assert answer.status_code == (400 if names else 200)
    if names and names != ["zzz"]:
        assert warnings == [f"{name} {TWICE}, and the last alone counts" for name in names]
        assert client(strict).errors(answer) == [(name, TWICE) for name in names]
