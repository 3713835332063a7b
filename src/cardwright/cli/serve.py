"""`cardwright serve`: run the server."""

from __future__ import annotations

import contextlib
import errno
import json
import logging
import logging.config
import mmap
import socket
import time
from dataclasses import replace
from typing import TYPE_CHECKING, Annotated, Final

from cyclopts import Parameter

from cardwright.book.accounts import FIRST_CAMPAIGN, FIRST_PARTNER, ensure_first_account
from cardwright.book.partners import ALL
from cardwright.cli import log
from cardwright.cli.files import UsageError
from cardwright.cli.opening import with_store
from cardwright.cli.output import say
from cardwright.cli.stopping import Stop, hold_back_in_workers
from cardwright.cli.tls import tls_of
from cardwright.errors import CardwrightError
from cardwright.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cardwright.app import Server
    from cardwright.book.accounts import Credentials
    from cardwright.book.ports import Store
    from cardwright.cli.tls import Tls

_START: Final = 10
"""Seconds that the first worker has to listen."""
_EXAMPLE: Final = {
    "action": "createcontact",
    "name": {"first-name": "John", "last-name": "Appleseed"},
    "phone": [{"number": "10000000000", "label": "mobile"}],
}


class CannotServeError(CardwrightError):
    """The server cannot start; the message says what to change."""


def serve(*, settings: Annotated[Settings, Parameter(name="*", negative="")] = Settings()) -> None:  # noqa: B008 - it is frozen
    """Run the server until it is stopped by SIGINT or SIGTERM, which let running requests finish.

    On an empty store it first makes an account with campaign 1000 and partner account 10000, and prints its
    credentials once, with a curl line that works as printed.
    """
    from cardwright import app

    stop = Stop()
    stop.hear()
    tls = tls_of(settings)
    logging.raiseExceptions = False  # a log that takes nothing is told once, at the end, and not by a traceback a line
    logging.config.dictConfig(log.configuration(settings))
    log.log_what_is_left()
    application = app.build(settings)
    settings = replace(settings, host=_resolved(settings.host, settings.port))
    with _held(settings.host, settings.port):
        first = with_store(settings.data, lambda store: _first_account(store, stop), create=True, older="migrate")
        _serve(application, settings, tls, first, stop)


def _serve(application: Server, settings: Settings, tls: Tls | None, first: Credentials | None, stop: Stop) -> None:
    from cardwright.cli.supervisor import Supervisor
    from cardwright.cli.worker import Worker, connections_at_most

    announcement = _Announcement(settings.host, settings.port, first, has_tls=tls is not None)
    worker = Worker(application, (settings.host, settings.port), announcement.make)
    server = Supervisor(settings, tls, worker, connections_at_most(), stop)
    hold_back_in_workers()
    try:
        if not stop.is_asked:
            server.run()
    finally:
        announcement.show_account()


async def _first_account(store: Store, stop: Stop) -> Credentials | None:
    """Return the account that an empty store is given; StoreError where the store is damaged."""
    await store.check_tenants()
    for sid in await store.accounts.with_campaign(ALL):
        say(f"Phones cannot see the campaign {ALL} of account {sid}: they call all campaigns together so.")
    stop.defer()
    return await ensure_first_account(store.accounts)


def _resolved(host: str, port: int) -> str:
    """Return the address that `host` names, IPv4 before IPv6; raises CannotServeError when it names none."""
    if not host:
        raise UsageError("--host is empty: give an address, 0.0.0.0 for every interface")
    try:
        addresses = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    except (OSError, UnicodeError) as error:
        raise CannotServeError(f"cannot listen on {host}: {getattr(error, 'strerror', None) or error}") from None
    _, _, _, _, address = min(addresses)
    return str(address[0])


@contextlib.contextmanager
def _held(host: str, port: int) -> Iterator[None]:
    """Hold the address against every other server until the block ends: Granian would share it with one.

    Raises CannotServeError unless the address can be listened on.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as place:
        place.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            place.bind((host, port))
        except (OSError, OverflowError) as error:
            reason = getattr(error, "strerror", None) or "no such address or port"
            raise CannotServeError(f"cannot listen on {host} port {port}: {reason}{_instead(error)}") from None
        # Nobody else is there: now let in Granian, which asks to share, and not the next server here, which does not.
        place.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 0)
        place.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        yield


def _instead(error: OSError | OverflowError) -> str:
    number = getattr(error, "errno", None)
    if number == errno.EADDRINUSE:
        return "; choose another with --port, or stop what listens there"
    if number == errno.EACCES:
        return "; choose one over 1023 with --port"
    return "; name an address of this machine with --host" if number == errno.EADDRNOTAVAIL else ""


class _Announcement:
    """What the server says at its start; made in the main process, said by a worker."""

    def __init__(self, host: str, port: int, first: Credentials | None, *, has_tls: bool) -> None:
        self._everywhere = host in {"0.0.0.0", "::"}  # noqa: S104 - it is only compared
        loopback = "::1" if ":" in host else "127.0.0.1"
        self._address = (loopback if self._everywhere else host, port)
        self._has_tls = has_tls
        self._first = first
        self._shown = mmap.mmap(-1, 1)  # shared by the processes: not zero once the account has been shown

    def make(self) -> None:
        """Say where the server listens once it does, and show the first account."""
        listens = self._wait()
        with contextlib.suppress(OSError):  # an output that takes nothing: the main process tries again, and says so
            self.show_account()
            if listens:
                port = self._address[1]
                where = f"every interface, port {port}" if self._everywhere else self._url
                say(f"Cardwright listens on {where}; Ctrl+C stops it.")
                say(f"The console is at {self._url}/ in a browser: sign in with an AccountSID and its AuthToken.")

    def show_account(self) -> None:
        """Show the first account, if there is one that nobody was shown."""
        if self._first and not self._shown[0]:
            # The certificate has the name of the server, and not that of loopback.
            curl = f"curl -sSk {self._url}" if self._has_tls else f"curl -sS {self._url}"
            say(*_credentials(self._first, curl).split("\n"))
            self._shown[0] = 1

    @property
    def _url(self) -> str:
        host, port = self._address
        scheme = "https" if self._has_tls else "http"
        return f"{scheme}://[{host}]:{port}" if ":" in host else f"{scheme}://{host}:{port}"

    def _wait(self) -> bool:
        end = time.monotonic() + _START
        while time.monotonic() < end:
            with contextlib.suppress(OSError), socket.create_connection(self._address, timeout=1):
                return True
            time.sleep(0.01)
        return False


def _credentials(first: Credentials, curl: str) -> str:
    body = json.dumps(_EXAMPLE)
    return f"""\
This store was empty. Here is its first account, with campaign {FIRST_CAMPAIGN} and partner account {FIRST_PARTNER};
these secrets are not shown again.

  AccountSID  {first.sid}
  AuthToken   {first.auth_token}
  ApiKey      {first.api_key}

The pages of the documentation call them so:

  export SID={first.sid} TOKEN={first.auth_token} KEY={first.api_key}

Look at the contacts: open the console in a browser, and sign in with the AccountSID and the AuthToken.

Make a card:

  {curl}/api/v2 -H 'x-api-key: {first.api_key}' -d '{body}'

What comes next, from a contact with a photo to a backup: docs/first-steps.md
"""
