"""Clients that others' generators make from `/openapi.json`, against a real server."""

from __future__ import annotations

import importlib
import io
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import httpx2
import msgspec
import pytest

from partner_client import CAMPAIGN, PARTNER, client, serve_prepared
from pictures import jpeg

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from types import ModuleType

    from serving import Served


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    yield from serve_prepared(tmp_path_factory.mktemp("generated"))


@pytest.fixture(scope="module")
def described(server: Served, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The document of the server in a folder that modules can be loaded from."""
    folder = tmp_path_factory.mktemp("clients")
    (folder / "openapi.json").write_bytes(httpx2.get(f"{server.url}/openapi.json").content)
    sys.path.insert(0, str(folder))
    yield folder
    sys.path.remove(str(folder))


def generate(folder: Path, *arguments: str) -> str:
    done = subprocess.run((sys.executable, "-m", *arguments), cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


class OpenApiPythonClient:
    """What openapi-python-client has made."""

    def __init__(self, server: Served) -> None:
        self.models: Any = importlib.import_module("made_client.models")
        self.types: Any = importlib.import_module("made_client.types")
        package: Any = importlib.import_module("made_client")
        auth = importlib.import_module("httpx").BasicAuth(server.sid, server.token)
        self._client = package.Client(base_url=server.url, httpx_args={"auth": auth})
        self._sid = server.sid

    def call(self, operation: str, *path: str, **more: Any) -> Any:  # noqa: ANN401 - what the client has made of it
        module: ModuleType = importlib.import_module(f"made_client.api.partner_contacts.{operation}")
        answer = module.sync_detailed(self._sid, *path, client=self._client, **more)
        assert answer.status_code == 200, answer.content
        return answer.parsed if answer.parsed is not None else answer.content

    def close(self) -> None:
        self._client.get_httpx_client().close()


@pytest.fixture(scope="module")
def made(server: Served, described: Path) -> Iterator[OpenApiPythonClient]:
    (described / "config.yaml").write_text("post_hooks: []\n")
    options = ("--path", "openapi.json", "--output-path", "made_client", "--meta", "none", "--config", "config.yaml")
    said = generate(described, "openapi_python_client", "generate", *options)
    warned = [line for line in said.splitlines() if line.startswith(("WARNING", "ERROR"))]
    # An image is taken as the octets of the answer: of more than one kind it makes no type.
    assert [line for line in warned if "ProfileImage" not in line] == []
    client = OpenApiPythonClient(server)
    yield client
    client.close()


WILE = {"first_name": "Wile", "last_name": "Coyote", "email_address": "wile@example.com"}


def test_openapi_python_client_creates_by_form_multipart_and_json(made: OpenApiPythonClient) -> None:
    models, photo = made.models, made.types.File(io.BytesIO(jpeg()), "wile.jpg", "image/jpeg")
    bodies = [
        models.NewContactForm(**WILE, accounts=PARTNER, labels="VIP,Desert"),
        models.NewContactMultipart(**WILE, accounts=PARTNER, labels="VIP,Desert", profile_image_file=photo),
        models.NewContact(**WILE, accounts=[PARTNER], labels=["VIP", "Desert"]),
    ]
    for body in bodies:
        done = made.call("create_contact", CAMPAIGN, body=body)
        number = done.uri.rpartition("/")[2]
        contact = made.call("contact", CAMPAIGN, number)
        assert (contact.first_name, contact.labels, contact.editable) == ("Wile", ["VIP", "Desert"], True)
        assert bool(contact.profile_image) is isinstance(body, models.NewContactMultipart)
        if contact.profile_image:
            assert made.call("profile_image", CAMPAIGN, number).startswith(b"\xff\xd8")


def test_openapi_python_client_updates_lists_overrides_and_deletes(made: OpenApiPythonClient) -> None:
    models = made.models
    ours = {**WILE, "email_address": "road@example.com"}
    done = made.call("create_contact", CAMPAIGN, body=models.NewContact(**ours, accounts=PARTNER))
    number = done.uri.rpartition("/")[2]
    made.call("update_contact", CAMPAIGN, number, body=models.UpdateContact(title="Genius", labels_add=["New"]))
    made.call("update_contact", CAMPAIGN, number, body=models.UpdateContactForm(last_name="E. Coyote"))
    photo = made.types.File(io.BytesIO(jpeg()), "wile.jpg", "image/jpeg")
    made.call("update_contact", CAMPAIGN, number, body=models.UpdateContactMultipart(profile_image_file=photo))
    page = made.call("contacts", CAMPAIGN, email_address="road@example.com", page_size=10)
    (listed,) = page.contacts
    assert (page.total, listed.title, listed.last_name, listed.labels) == ("1", "Genius", "E. Coyote", ["New"])
    assert listed.profile_image
    made.call("contact_head", CAMPAIGN, number)
    method = models.OverrideContactFormMethod.PUT
    said = made.call(
        "override_contact", CAMPAIGN, number, body=models.OverrideContactForm(title="", field_method=method)
    )
    assert said.status == "OK"
    assert made.call("delete_contact", CAMPAIGN, number).status == "DELETED"
    assert made.call("contacts", CAMPAIGN, email_address="road@example.com").contacts == []
    assert [it.id for it in made.call("campaigns").campaigns] == [CAMPAIGN]
    assert made.call("company").account_sid == made.call("company").uri.split("/")[2]


@pytest.fixture(scope="module")
def models(described: Path) -> Any:  # noqa: ANN401 - a module of types
    options = ("--input", "openapi.json", "--input-file-type", "openapi", "--output", "made_models.py")
    kind = ("--output-model-type", "msgspec.Struct", "--target-python-version", "3.11", "--formatters", "builtin")
    generate(described, "datamodel_code_generator", *options, *kind)
    return importlib.import_module("made_models")


def test_models_of_datamodel_code_generator_say_what_is_sent_and_read_every_answer(
    server: Served,
    models: Any,  # noqa: ANN401 - a module of types
) -> None:
    ours = client(server)
    new = models.NewContact("Road", "Runner", "beep@example.com", [PARTNER], Labels=["Fast"])
    json = {"headers": {"content-type": "application/json"}}
    answer = ours.send("POST", content=msgspec.json.encode(new), **json)
    done = msgspec.json.decode(answer.content, type=models.Done)
    path = "/" + done.Uri.rpartition("/")[2]
    change = msgspec.json.encode(models.UpdateContact(Title="Bird", LabelsRemove=["fast"]))
    msgspec.json.decode(ours.send("PUT", path, content=change, **json).content, type=models.Done)
    contact = msgspec.json.decode(ours.send("GET", path).content, type=models.Contact)
    assert (contact.FirstName, contact.Title, contact.Labels) == ("Road", "Bird", [])
    page = msgspec.json.decode(ours.send("GET", params={"Search": "runner"}).content, type=models.Contacts)
    assert (page.field_total, [it.Id for it in page.Contacts]) == ("1", [contact.Id])
    gone = ours.send("DELETE", path)
    assert msgspec.json.decode(gone.content, type=models.Deleted).Status == "DELETED"
    refused = ours.send("POST", content=b"{}", **json)
    assert {it.Field for it in msgspec.json.decode(refused.content, type=models.Error).Errors} >= {"FirstName"}


def test_models_of_datamodel_code_generator_make_a_card(server: Served, models: Any) -> None:  # noqa: ANN401 - as above
    phone = models.PhoneItem(number="10000000000", label=models.PhoneLabel.mobile)
    body = models.CreateContact("createcontact", models.Name(first_name="John"), phone=[phone])
    answer = httpx2.post(f"{server.url}/api/v2", content=msgspec.json.encode(body), headers={"x-api-key": server.key})
    assert b"TEL;TYPE=CELL:10000000000" in answer.content
