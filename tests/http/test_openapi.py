"""The description of the interfaces, checked against the code, and the code against it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, cast

import httpx2
import pytest
import schemathesis
from falcon.inspect import inspect_routes
from hypothesis import HealthCheck, settings
from jsonschema import Draft202012Validator
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from cardwright import limits
from cardwright.http import health_openapi as health
from cardwright.http.openapi import HEADERS, document
from cardwright.surfaces.createcontact import openapi as createcontact
from cardwright.surfaces.partner import openapi as partner
from cardwright.surfaces.partner import parameters
from cardwright.surfaces.partner.gate import Gate
from cardwright.surfaces.partner.routes import FORMS, application
from partner_client import CAMPAIGN, PARTNER, client, serve_prepared
from serving import serve

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from serving import Served

DESCRIBED = (createcontact.DESCRIBED, partner.DESCRIBED, health.DESCRIBED)
DOCUMENT = document(DESCRIBED)
NONE: Any = cast("Any", None)  # the router is looked at, nobody is served
METHODS = ("get", "head", "post", "put", "delete")
CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]


def test_it_names_every_path_and_method_of_the_router_and_no_other() -> None:
    routed = {
        (path, method.method.lower())
        for route in inspect_routes(application(NONE, NONE, NONE, Gate(NONE, NONE, NONE)))
        for method in route.methods
        if not method.internal and not (path := route.path).endswith((*FORMS[1:], ".vcf"))
    }
    described = {
        (path, method) for path, item in partner.DESCRIBED.paths.items() for method in item if method in METHODS
    }
    assert described == routed


def test_it_names_every_parameter() -> None:
    schemas = DOCUMENT["components"]["schemas"]
    texts = set(parameters.TEXT_PARAMETERS.values())
    for kind, more in {"": set(), "Form": set(), "Multipart": set(parameters.FILE.values())}.items():
        assert set(schemas[f"NewContact{kind}"]["properties"]) == texts | set(parameters.LISTS.values()) | more
        assert set(schemas[f"UpdateContact{kind}"]["properties"]) == texts | set(parameters.DELTAS.values()) | more
    listed = resolved(DOCUMENT["paths"]["/Advertisers/{sid}/Campaigns/{campaign}/Contacts"]["get"]["parameters"])
    known = {*parameters.FILTERS.values(), *parameters.CONDITIONS.values(), "If-None-Match"}
    assert {it["name"] for it in listed} == known


def resolved(tree: Any) -> Any:  # noqa: ANN401 - any part of the document
    """Return a part of the document with what it refers to in the place of each reference."""
    if isinstance(tree, list):
        return [resolved(it) for it in tree]
    if not isinstance(tree, dict):
        return tree
    if "$ref" in tree:
        kind, name = tree["$ref"].removeprefix("#/components/").split("/")
        return resolved(DOCUMENT["components"][kind][name])
    return {name: resolved(it) for name, it in tree.items()}


def within(tree: Any, path: str = "") -> Iterator[tuple[str, dict[str, Any]]]:  # noqa: ANN401 - as above
    """Yield every object of the document, with its place."""
    if isinstance(tree, list):
        for number, it in enumerate(tree):
            yield from within(it, f"{path}/{number}")
    elif isinstance(tree, dict):
        yield path, tree
        for name, it in tree.items():
            if name not in {"example", "examples", "encoding"}:
                yield from within(it, f"{path}/{name}")


EVERYTHING = list(within(DOCUMENT))


def test_it_describes_every_field_parameter_answer_and_header() -> None:
    undescribed = [
        f"{path}/properties/{name}"
        for path, it in EVERYTHING
        for name, field in it.get("properties", {}).items()
        if isinstance(field, dict) and "$ref" not in field and not field.get("description")
    ]
    parts = ("parameters", "responses", "headers")
    undescribed += [
        path
        for path, it in EVERYTHING
        if path.rpartition("/")[0].rpartition("/")[2] in parts and "$ref" not in it and not it.get("description")
    ]
    assert undescribed == []


def test_it_has_an_example_of_every_parameter_header_and_text_that_is_sent() -> None:
    components = DOCUMENT["components"]
    shown = [it for kind in ("parameters", "headers") for it in components[kind].values()]
    assert [it for it in shown if "example" not in it] == []
    sent = [name for name in components["schemas"] if name.startswith(("NewContact", "UpdateContact"))]
    without = [
        (name, field)
        for name in sent
        for field, it in components["schemas"][name]["properties"].items()
        if "examples" not in it and it.get("format") != "binary"
    ]
    assert without == []


def test_every_example_keeps_its_schema() -> None:
    # On every JSON object that has a schema or is one: media types, parameters, headers, fields.
    checked = 0
    for path, it in EVERYTHING:
        told = [*it.get("examples", ()), *([it["example"]] if "example" in it else ())]
        shape = resolved(it.get("schema", it))
        for example in told:
            if "schema" in it and isinstance(example, str) and shape.get("type") in {"integer", "boolean"}:
                example = json.loads(example)  # noqa: PLW2901 - as a header has it
            assert not list(Draft202012Validator(shape).iter_errors(example)), path
            checked += 1
    assert checked > 100


def test_every_body_has_a_schema_of_its_own_for_each_kind() -> None:
    for path, it in EVERYTHING:
        kinds = it.get("requestBody", {}).get("content", {})
        schemas = [kind["schema"]["$ref"] for kind in kinds.values()]
        assert len(set(schemas)) == len(schemas), path


def test_every_text_has_the_limit_that_the_server_has() -> None:
    schemas = DOCUMENT["components"]["schemas"]
    for kind in ("NewContact", "NewContactForm", "NewContactMultipart"):
        fields = schemas[kind]["properties"]
        limited = {name: fields[name]["maxLength"] for name in parameters.TEXT_PARAMETERS.values()}
        assert limited == dict.fromkeys(limited, limits.TEXT.value) | {"ProfileImageUrl": limits.URL.value}
    assert schemas["NewContact"]["properties"]["Labels"]["maxItems"] == limits.CONTACT_LABELS.value
    assert schemas["NewContact"]["properties"]["Labels"]["items"]["maxLength"] == limits.LABEL.value
    assert schemas["NewContact"]["properties"]["Accounts"]["maxItems"] == limits.CONTACT_PARTNERS.value
    assert schemas["CreateContact"]["properties"]["note"]["maxLength"] == limits.NOTE.value
    for name in parameters.FILTERS.values():
        assert DOCUMENT["components"]["parameters"][name]["schema"]["maxLength"] == limits.QUERY_TEXT.value


def test_no_component_of_one_surface_hides_one_of_another() -> None:
    names = [(kind, name) for it in DESCRIBED for kind, named in it.components.items() for name in named]
    names += [("headers", name) for name in HEADERS]
    assert len(set(names)) == len(names)


def test_the_document_is_one_of_openapi_3_1() -> None:
    schemathesis.openapi.from_dict(DOCUMENT).validate()


@pytest.fixture(scope="module", params=[(), ("--strict-parameters",)], ids=["told", "strict"])
def described(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A server of its own: random requests fill it."""
    yield from serve_prepared(tmp_path_factory.mktemp("described"), *request.param)


def test_it_is_served(described: Served) -> None:
    address = f"{described.url}/openapi.json"
    answer = httpx2.get(address)
    assert (answer.headers["content-type"], answer.json()) == ("application/json", DOCUMENT)
    assert httpx2.head(address).status_code == 200
    held = httpx2.get(address, headers={"if-none-match": answer.headers["etag"]})
    assert (held.status_code, held.content) == (304, b"")


def test_its_server_is_the_prefix_that_a_trusted_proxy_puts_before_every_path(tmp_path: Path) -> None:
    with serve(tmp_path, "--trust-proxy", "127.0.0.1") as server:
        address = f"{server.url}/openapi.json"
        answers = [httpx2.get(address, headers=fields) for fields in ({}, {"x-forwarded-prefix": "/contacts"}, {})]
    assert [it.json()["servers"][0]["url"] for it in answers] == ["/", "/contacts", "/"]
    assert answers[0].headers["etag"] == answers[2].headers["etag"] != answers[1].headers["etag"]


schema = schemathesis.openapi.from_dict(DOCUMENT)


@schema.parametrize()
@settings(max_examples=15, derandomize=True, suppress_health_check=list(HealthCheck))
def test_random_requests_are_answered_as_described(case: schemathesis.Case, described: Served) -> None:
    ours = client(described)
    known = {"sid": ours.sid, "campaign": CAMPAIGN, "partner": PARTNER}
    case.path_parameters = {**case.path_parameters, **{k: v for k, v in known.items() if k in case.path_parameters}}
    case.call_and_validate(
        base_url=described.url, auth=(ours.sid, ours.token), headers={"x-api-key": described.key}, checks=CHECKS
    )
