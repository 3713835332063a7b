"""How to start what is ours: the Cardwright server with an account, and an empty application on the same stack."""

from __future__ import annotations

import base64
import json
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from installs import PEERS
from report import UnavailableError
from servers import SERVER_CORES, Command

if TYPE_CHECKING:
    from load import Answer

_CARDWRIGHT = str(Path(sys.executable).with_name("cardwright"))


def serve(data: Path | str, *options: str, workers: int = 1, cores: list[int] = SERVER_CORES) -> Command:
    """Return how to start the real server on the data in that folder, or at that address."""
    argv = (_CARDWRIGHT, "serve", "--data", str(data), "--port", "{port}", "--workers", str(workers))
    return Command((*argv, *options), cores=cores)


def account(data: Path | str) -> dict[str, str]:
    """Make an account in the store and return its credentials: `AccountSID`, `AuthToken`, `ApiKey`."""
    made: dict[str, str] = json.loads(run(data, "account", "add", "Bench", "--json"))
    return made


class Advertiser(NamedTuple):
    """The credentials of an account for partner contacts."""

    sid: str
    token: str

    @property
    def headers(self) -> dict[str, str]:
        """The header of HTTP Basic (PC-3)."""
        return {"Authorization": "Basic " + base64.b64encode(f"{self.sid}:{self.token}".encode()).decode()}

    @property
    def contacts(self) -> str:
        """The path of the contacts of the campaign."""
        return f"/Advertisers/{self.sid}/Campaigns/1000/Contacts"


def advertiser(data: Path | str) -> Advertiser:
    """Make an account with campaign 1000 and partner account 10000 in the store."""
    made = account(data)
    run(data, "campaign", "add", made["AccountSID"], "1000", "Acme")
    run(data, "partner", "add", made["AccountSID"], "10000", "Acme Partner")
    return Advertiser(made["AccountSID"], made["AuthToken"])


def run(data: Path | str, *command: str) -> str:
    """Run one `cardwright` command on the data and return what it prints; raises UnavailableError if it fails."""
    argv = [_CARDWRIGHT, *command, "--data", str(data)]
    try:
        done = subprocess.run(argv, capture_output=True, text=True, check=False)
    except OSError as error:
        raise UnavailableError(str(error)) from error
    if done.returncode:
        raise UnavailableError(f"cardwright {' '.join(command[:2])}: exit {done.returncode}: {done.stderr.strip()}")
    return done.stdout


def granian(module: str, *, batch: bool = False) -> Command:
    """Return how to serve `app` of a module of bench/peers with the settings of the real server.

    With `batch` it is scheduled like the real server under load, on one core (docs/adr/0010-batch.md), else as every
    program is.
    """
    argv = (sys.executable, "-m", "granian", f"{module}:app", "--port", "{port}", "--interface", "asgi")
    policy = ("chrt", "--batch", "0") if batch else ()
    threads = ("--workers", "1", "--runtime-mode", "st", "--runtime-threads", "2")
    options = ("--loop", "uvloop", *threads, "--no-ws", "--no-log", "--working-dir", str(PEERS))
    return Command((*policy, *argv, *options), cores=SERVER_CORES[:1] if batch else SERVER_CORES)


def is_empty(answer: Answer) -> bool:
    """Whether the answer is 200 with nothing."""
    return (answer.status, answer.body) == (200, "")
