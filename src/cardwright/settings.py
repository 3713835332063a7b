"""The settings of the server, one table: name, type, default, help.

The command line, the environment (`CARDWRIGHT_…`), the configuration file and `docs/reference/settings.md` read it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

DATA = "./cardwright-data"
"""Where the data lives when nobody says otherwise."""


@dataclass(frozen=True, slots=True)
class Settings:
    """How `cardwright serve` runs."""

    host: str = "127.0.0.1"
    """The address to listen on; `0.0.0.0` for every interface."""

    port: int = 8000
    """The port to listen on."""

    workers: int = 1
    """How many processes answer requests."""

    names: Literal["strict", "any"] = "strict"
    """`strict`: first and last names hold letters, digits, spaces and periods, as createcontact documents it;
    `any`: any text, so that O'Brien and Anne-Marie pass."""

    rate_limit: str = ""
    """The most requests of one account, such as `1000/hour`; no limit when it is empty."""

    trust_proxy: tuple[str, ...] = ()
    """A network (CIDR) of proxies that are believed: what they say of the client (`Forwarded`, `X-Forwarded-For`,
    `-Proto`, `-Host`) and of the path before ours (`X-Forwarded-Prefix`, which links carry); may be given again, and
    names several between commas or spaces."""

    metrics_allow: tuple[str, ...] = ()
    """A network (CIDR) whose clients may read `/metrics`, besides this machine; may be given again, and names several
    between commas or spaces."""

    cors_origin: tuple[str, ...] = ()
    """An origin whose pages may ask createcontact, partner contacts and `/openapi.json` from a browser, such as
    `https://app.example.com`, or `*` for every one; may be given again."""

    strict_parameters: bool = False
    """Refuse parameters and fields that partner contacts do not know, where the answer would only name them."""

    public_maker: bool = False
    """Let everybody make cards on the page `/make` without signing in: 30 times a minute for each address, and without
    photos."""

    idle_timeout: int = 75
    """Seconds after which a connection without a request is closed: more than a load balancer keeps it, usually 60."""

    tls_cert: str = ""
    """A PEM file with the certificate of the server, and those that lead to its authority: HTTPS is spoken then, and
    no HTTP. With `--tls-key`; a new certificate counts from the next start."""

    tls_key: str = ""
    """A PEM file with the key of that certificate, without a password."""

    access_log: bool = False
    """Log a line for each request, at every level: method, route, status, time, request id; nothing of what was
    sent."""

    log_level: Literal["debug", "info", "warning", "error"] = "info"
    """What the log has, on standard error: this and what is graver. `debug` alone has words of what was sent: why a
    photo was not fetched, with the host of its address, and what an exception says."""

    log_format: Literal["text", "json"] = "text"
    """`json`: each line of the log is a JSON object with `time` (RFC 3339, UTC), `level`, `logger` and `message`, and
    with `request_id` and `exception` where there is one."""

    no_batch_scheduling: bool = False
    """Keep the normal scheduling of the system under load, on all cores: fewer requests, each as soon as may be."""

    fetch_allow: tuple[str, ...] = ()
    """A network (CIDR) that photos may come from, on any port, though it is not public; may be given again, and names
    several between commas or spaces."""

    no_fetch: bool = False
    """Refuse every photo address: no photo is fetched at all."""

    data: str = DATA
    """Where the data lives: a folder, made on first use, or a `postgresql://` address."""
