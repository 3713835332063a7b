"""The page of reference, without a browser (CW-73)."""

from __future__ import annotations

import html
import os
import re
import subprocess
from typing import TYPE_CHECKING

import httpx2
import pytest

from cardwright.surfaces.console.operations import operations_of
from partner_client import client, serve_prepared

if TYPE_CHECKING:
    from collections.abc import Iterator

    from serving import Served

METHODS = ("get", "head", "post", "put", "delete")


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    yield from serve_prepared(tmp_path_factory.mktemp("reference"))


@pytest.fixture(scope="module")
def page(server: Served) -> str:
    answer = httpx2.get(f"{server.url}/docs")
    assert answer.status_code == 200
    return answer.text


def commands(page: str) -> list[str]:
    return [html.unescape(it) for it in re.findall(r'aria-label="curl command: [^"]*">(.*?)</pre>', page, re.DOTALL)]


def test_every_operation_has_a_heading_and_an_address(server: Served, page: str) -> None:
    document = httpx2.get(f"{server.url}/openapi.json").json()
    described = {
        (item[method]["operationId"], f"{method.upper()} {path}", item[method]["summary"])
        for path, item in document["paths"].items()
        for method in METHODS
        if method in item
    }
    headings = re.findall(r'<section [^>]*id="(\w+)".*?<h2[^>]*>(.*?) <code[^>]*>(.*?)</code></h2>', page, re.DOTALL)
    assert {(name, operation, html.unescape(summary)) for name, summary, operation in headings} == described
    assert len(headings) == len(described)
    for name, _, _ in described:
        assert f'href="#{name}"' in page


def test_every_parameter_field_answer_and_header_is_there(server: Served, page: str) -> None:
    document = httpx2.get(f"{server.url}/openapi.json").json()
    text = html.unescape(page)
    for operation in operations_of(document):
        part = text[text.index(f'id="{operation.id}"') :]
        part = part[: part.index("</section>")].replace("</code>", "<code>")
        bodies = [field for body in operation.bodies for field in body.fields]
        for field in (*operation.parameters, *bodies):
            assert f"<code>{field.name}<code>" in part, field
            assert field.description.replace("`", "<code>") in part, field
        for answer in operation.outcomes:
            assert f"<code>{answer.status}<code></th><td>{answer.description.replace('`', '<code>')}</td>" in part
            assert ", ".join(answer.headers) in part


def test_the_curl_lines_work_with_the_address_of_this_server(server: Served, page: str) -> None:
    ours = client(server)
    ours.create()
    environment = {**os.environ, "SID": server.sid, "TOKEN": server.token, "KEY": server.key}

    def run(command: str) -> str:
        assert f'"{server.url}/' in command
        done = subprocess.run(
            ("/bin/sh", "-c", command.replace("/2750", "/1")),
            capture_output=True,
            text=True,
            check=True,
            env=environment,
        )
        return done.stdout

    lines = commands(page)
    assert len(lines) == page.count("<section")
    said = [run(line) for line in lines if "-X DELETE" not in line]
    assert sum(it.startswith("BEGIN:VCARD") for it in said) == 1
    assert sum('"Status":"OK"' in it for it in said) == 3  # created, updated, updated by a POST
    heads = [it.splitlines()[0].split()[1] for it in said if it.startswith("HTTP/")]
    assert heads.count("200") >= len(heads) - 1  # all but the image that the contact does not have
    (delete,) = [line for line in lines if "-X DELETE" in line]
    assert '"DELETED"' in run(delete)


@pytest.mark.parametrize(
    "host",
    ["a$(touch x)", 'a"; touch x; "', "a`touch x`", "<script>alert(1)</script>", "a\\", "https://origin.invalid"],
)
def test_a_hostile_host_stands_in_no_command(server: Served, host: str) -> None:
    """CW-85: what is copied into a shell is never what somebody else has said."""
    answer = httpx2.get(f"{server.url}/docs", headers={"host": host})
    assert "touch x" not in answer.text
    assert "<script>alert" not in answer.text
    if answer.status_code == 200:
        assert '"http://127.0.0.1:8000/' in html.unescape(answer.text)


def test_a_prefix_of_a_trusted_proxy_stands_in_every_address(tmp_path_factory: pytest.TempPathFactory) -> None:
    options = ("--trust-proxy", "127.0.0.1")
    for server in serve_prepared(tmp_path_factory.mktemp("proxy"), *options):
        fields = {"x-forwarded-prefix": "/cards", "x-forwarded-host": "example.com", "x-forwarded-proto": "https"}
        answer = httpx2.get(f"{server.url}/docs", headers=fields)
        assert all('"https://example.com/cards/' in line for line in commands(answer.text))
        assert 'href="/cards/openapi.json"' in answer.text
