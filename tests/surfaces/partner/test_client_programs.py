"""Programs with the HTTP clients that people use, each making, reading, changing and removing a contact with a photo.

Each is a file of `tests/peers/clients` that prints a line a step: its name, the status, and the body in base64.
"""

from __future__ import annotations

import base64
import fcntl
import importlib.util
import json
import shutil
import socket
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest

from partner_client import Client, client
from pictures import png
from serving import ENVIRONMENT

if TYPE_CHECKING:
    from collections.abc import Callable

    from serving import Served

pytestmark = pytest.mark.sqlite_alone("which store there is makes no difference to what it sends or reads")

FOLDER = Path(__file__).parents[2] / "peers" / "clients"
JARS = [Path("/usr/share/java") / f"{name}.jar" for name in (
    "httpclient", "httpcore", "httpmime", "commons-logging", "commons-codec")]  # fmt: skip
GUZZLE = Path("/usr/share/php/GuzzleHttp/autoload.php")
SECONDS = 110  # to compile or install a client on a busy machine: far more than it takes
IMAGE = png()
STEPS = ["card", "create", "list", "get", "image", "update", "after", "delete", "gone"]


class Missing(Exception):  # noqa: N818 - nothing is wrong, so it is no error
    """Why a client cannot be run here."""


def run(*argv: str | Path) -> str:
    done = subprocess.run(argv, capture_output=True, encoding="utf-8", timeout=SECONDS, check=False, env=ENVIRONMENT)
    assert done.returncode == 0, done.stderr
    return done.stdout


def found(program: str) -> str:
    path = shutil.which(program)
    if not path:
        raise Missing(f"{program} is not installed")
    return path


def python(module: str) -> list[str | Path]:
    if not importlib.util.find_spec(module):
        raise Missing(f"{module} is not installed")
    return [sys.executable, FOLDER / f"python_{module}.py"]


def node(script: str, package: str = "") -> list[str | Path]:
    program, folder = found("node"), FOLDER / "node"
    with (folder / "package.json").open() as held:
        fcntl.flock(held, fcntl.LOCK_EX)  # another test may install at the same time
        if package and not (folder / "node_modules" / package).exists():
            install = (found("npm"), "install", "--no-package-lock", "--no-audit", "--no-fund")
            done = subprocess.run(install, cwd=folder, capture_output=True, timeout=SECONDS, check=False)
            if done.returncode:
                raise Missing(f"{package} cannot be installed: {done.stderr.decode()[-300:]}")
    return [program, folder / script]


def java(source: str, *jars: Path) -> list[str | Path]:
    program = found("java")
    found("javac")
    for jar in jars:
        if not jar.exists():
            raise Missing(f"{jar.name} is not installed")
    path = ["-cp", ":".join(map(str, jars))] if jars else []
    return [program, "-Dfile.encoding=UTF-8", *path, FOLDER / source]


def php(script: str, needs: str) -> list[str | Path]:
    program = found("php")
    if not json.loads(run(program, "-r", f"echo json_encode({needs});")):
        raise Missing(f"php has not {needs}")
    return [program, FOLDER / script]


PROGRAMS: dict[str, Callable[[], list[str | Path]]] = {
    "Python requests": lambda: python("requests"),
    "Python httpx2": lambda: python("httpx2"),
    "Python aiohttp": lambda: python("aiohttp"),
    "Node fetch": lambda: node("fetch.mjs"),
    "Node axios": lambda: node("axios.mjs", "axios"),
    "Node form-data": lambda: node("form-data.mjs", "form-data"),
    "PHP curl": lambda: php("curl.php", "extension_loaded('curl')"),
    "PHP Guzzle": lambda: php("guzzle.php", f"file_exists('{GUZZLE}')"),
    "Java HttpClient": lambda: java("JdkClient.java"),
    "Apache HttpClient 4": lambda: java("ApacheClient.java", *JARS),
    "Go net/http": lambda: [found("go"), "run", FOLDER / "main.go"],
}


class Answer(NamedTuple):
    """One step of a program: what the server said."""

    status: int
    body: bytes

    @property
    def said(self) -> Any:  # noqa: ANN401 - any JSON
        return json.loads(self.body)


@pytest.mark.parametrize("program", PROGRAMS)
def test_a_contact_of_a_clients_own(partners: Served, program: str, tmp_path: Path) -> None:
    (tmp_path / "photo.png").write_bytes(IMAGE)
    try:
        argv = PROGRAMS[program]()
    except Missing as missing:
        pytest.skip(str(missing))
    printed = run(*argv, partners.url, partners.sid, partners.token, partners.key, tmp_path / "photo.png")
    lines = [line.split(" ") for line in printed.splitlines()]
    answers = {step: Answer(int(status), base64.b64decode(body)) for step, status, body in lines}
    assert {step: answer.status for step, answer in answers.items()} == dict.fromkeys(STEPS, 200) | {"gone": 404}
    assert "FN:Zoë Müller\r\n" in answers["card"].body.decode()
    contact = answers["get"].said
    assert (contact["FirstName"], contact["LastName"]) == ("Zoë", "Müller")
    assert contact["Labels"] == ["Main Contact", "Zürich"]
    assert [partner["Id"] for partner in contact["Accounts"]] == ["10000"]
    assert contact["Uri"] in [listed["Uri"] for listed in answers["list"].said["Contacts"]]
    assert answers["image"].body.startswith(b"\x89PNG")
    changed = answers["after"].said
    assert (changed["Title"], changed["FirstName"]) == ("Chefin", "Zoë")
    assert changed["Labels"] == ["Main Contact", "Zürich", "Neu", "Bern"]
    assert answers["delete"].said == {"Status": "DELETED"}


# .NET, replayed -------------------------------------------------------------------------------------------------------


class Shape(NamedTuple):
    """How a .NET class writes a form: the boundary as its Content-Type says it, and the heads of its parts."""

    boundary: str
    text: str
    file: str
    headers: str = ""
    first: str = ""
    """What stands before the first boundary."""


DOTNET = {
    "HttpClient's MultipartFormDataContent": Shape(
        '"6c1a2f3e-2ab1-4b0e-9f35-0d3c2a4b5d6e"',
        "Content-Type: text/plain; charset=utf-8\r\nContent-Disposition: form-data; name={}",
        "Content-Disposition: form-data; name=ProfileImageFile; filename=photo.png; filename*=utf-8''photo.png",
    ),
    "HttpClient's, with a ByteArrayContent of a type": Shape(
        '"6c1a2f3e-2ab1-4b0e-9f35-0d3c2a4b5d6e"',
        "Content-Type: text/plain; charset=utf-8\r\nContent-Disposition: form-data; name={}",
        'Content-Type: image/png\r\nContent-Disposition: form-data; name=file; filename="=?utf-8?B?Wm/Dqy5wbmc=?="; '
        "filename*=utf-8''Zo%C3%AB.png",
    ),
    ".NET Framework, which waits for 100 Continue": Shape(
        "---------------------8dcafe0123456789",
        'Content-Disposition: form-data; name="{}"',
        'Content-Disposition: form-data; name="file"; filename="photo.png"\r\nContent-Type: application/octet-stream',
        "Expect: 100-continue\r\n",
        "\r\n",
    ),
    "RestSharp": Shape(
        '"----=_RestSharp_0123"',
        'Content-Type: text/plain; charset=utf-8\r\nContent-Disposition: form-data; name="{}"',
        'Content-Type: application/octet-stream\r\nContent-Disposition: form-data; name="ProfileImageFile"; '
        'filename="photo.png"',
    ),
}


@pytest.mark.parametrize("shape", DOTNET)
def test_the_forms_of_dotnet(partners: Served, shape: str) -> None:
    ours = client(partners)
    path = posted(ours, DOTNET[shape])
    shown = ours.ask("GET", path)
    assert (shown["FirstName"], shown["Labels"]) == ("Zoë", ["a", "b"])
    assert ours.send("GET", f"{path}/ProfileImage").content.startswith(b"\x89PNG")
    ours.ask("PUT", path, content="Title=Chefin", headers={"content-type": "application/x-www-form-urlencoded"})
    assert ours.ask("GET", path)["Title"] == "Chefin"
    ours.ask("DELETE", path)


def posted(ours: Client, shape: Shape) -> str:
    """Create a contact over a connection of its own, octet by octet as the shape is, and return its path."""
    fields = {"FirstName": "Zoë", "LastName": "Müller", "EmailAddress": "z@example.com", "Accounts": "10000"}
    texts = [(shape.text.format(name), text.encode()) for name, text in (fields | {"Labels": "a,b"}).items()]
    opening = b"--" + shape.boundary.strip('"').encode()
    parts = [opening + b"\r\n" + head.encode() + b"\r\n\r\n" + data for head, data in [*texts, (shape.file, IMAGE)]]
    body = shape.first.encode() + b"\r\n".join([*parts, opening + b"--\r\n"])
    basic = base64.b64encode(f"{ours.sid}:{ours.token}".encode()).decode()
    host, _, port = ours.url.removeprefix("http://").partition(":")
    head = (
        f"POST {ours.contacts} HTTP/1.1\r\nHost: {host}\r\nAuthorization: Basic {basic}\r\n{shape.headers}"
        f"Content-Type: multipart/form-data; boundary={shape.boundary}\r\nContent-Length: {len(body)}\r\n"
        "Connection: close\r\n\r\n"
    )
    with socket.create_connection((host, int(port)), timeout=30) as connection:
        connection.sendall(head.encode())
        if "100-continue" in shape.headers:
            assert connection.recv(1000).startswith(b"HTTP/1.1 100 ")
        connection.sendall(body)
        answer = b"".join(iter(lambda: connection.recv(65536), b""))
    status, _, rest = answer.partition(b"\r\n")
    assert b" 200 " in status, answer
    said = json.loads(rest.partition(b"\r\n\r\n")[2])
    return str(said["Uri"]).removeprefix(ours.contacts)
