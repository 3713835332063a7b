"""The description of the interfaces, checked against the code, and the code against it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

import httpx2
import pytest
import schemathesis
from falcon.inspect import inspect_routes
from hypothesis import HealthCheck, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from cardwright.http.openapi import document
from cardwright.surfaces.createcontact import openapi as createcontact
from cardwright.surfaces.partner import openapi as partner
from cardwright.surfaces.partner import parameters
from cardwright.surfaces.partner.gate import Gate
from cardwright.surfaces.partner.routes import FORMS, application
from partner_client import CAMPAIGN, PARTNER, client, serve_prepared

if TYPE_CHECKING:
    from collections.abc import Iterator

    from serving import Served

DOCUMENT = document((createcontact.DESCRIBED, partner.DESCRIBED))
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
    sent = {*parameters.TEXTS.values(), *parameters.FILE.values()}
    assert set(schemas["NewContactWithFile"]["properties"]) == sent | set(parameters.LISTS.values())
    assert set(schemas["UpdateContactWithFile"]["properties"]) == sent | set(parameters.DELTAS.values())
    listed = DOCUMENT["paths"]["/Advertisers/{sid}/Campaigns/{campaign}/Contacts"]["get"]["parameters"]
    assert {it["name"] for it in listed} == {*parameters.FILTERS.values(), *parameters.CONDITIONS.values()}


@pytest.fixture(scope="module", params=[(), ("--strict-parameters",)], ids=["told", "strict"])
def described(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A server of its own: random requests fill it."""
    yield from serve_prepared(tmp_path_factory.mktemp("described"), *request.param)


def test_it_is_served(described: Served) -> None:
    answer = httpx2.get(f"{described.url}/openapi.json")
    assert (answer.headers["content-type"], answer.json()) == ("application/json", DOCUMENT)
    assert httpx2.head(f"{described.url}/openapi.json").status_code == 200


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
