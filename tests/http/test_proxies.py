"""Behind nginx and HAProxy as they come: HTTP/1.0 towards the server, and their plain checks."""

from __future__ import annotations

import base64
import contextlib
import shutil
import subprocess
import time
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import httpx2
import pytest

from serving import ENVIRONMENT, START_SECONDS, free_port

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from serving import Served

FOLDERS = "/usr/sbin:/usr/local/sbin:/usr/bin:/usr/local/bin"
"""Where programs of the system are, also those that not everybody's path leads to."""
NGINX, HAPROXY = (shutil.which(name, path=FOLDERS) for name in ("nginx", "haproxy"))
NGINX_CONF = """
daemon off; master_process off; pid {folder}/pid; error_log {folder}/error.log;
events {{ }}
http {{
  access_log off;
  client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy; fastcgi_temp_path {folder}/fastcgi;
  uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;
  server {{ listen 127.0.0.1:{port}; location / {{ proxy_pass {server}; }} }}
}}
"""
HAPROXY_CONF = """
defaults
  mode http
  timeout connect 5s
  timeout client 30s
  timeout server 30s
  timeout check 30s
frontend front
  bind 127.0.0.1:{port}
  stats enable
  stats uri /stats
  default_backend back
backend back
  option httpchk {check}
  server cardwright {server} check inter 100ms rise 1 fall 1
"""


@contextlib.contextmanager
def running(argv: tuple[str, ...], port: int) -> Iterator[str]:
    """Run a proxy until the block ends, from the moment it listens."""
    url = f"http://127.0.0.1:{port}"
    with subprocess.Popen(argv, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=ENVIRONMENT) as process:
        try:
            end = time.monotonic() + START_SECONDS
            while process.poll() is None and time.monotonic() < end:
                with contextlib.suppress(httpx2.TransportError):
                    httpx2.get(f"{url}/healthz")
                    break
                time.sleep(0.02)
            yield url
        finally:
            process.terminate()


@contextlib.contextmanager
def nginx(folder: Path, server: Served) -> Iterator[str]:
    port = free_port()
    conf = folder / "nginx.conf"
    conf.write_text(NGINX_CONF.format(folder=folder, port=port, server=server.url))
    with running((str(NGINX), "-p", str(folder), "-c", str(conf)), port) as url:
        yield url


@contextlib.contextmanager
def haproxy(folder: Path, server: Served, check: str) -> Iterator[str]:
    port = free_port()
    conf = folder / "haproxy.cfg"
    conf.write_text(HAPROXY_CONF.format(port=port, server=urlsplit(server.url).netloc, check=check))
    with running((str(HAPROXY), "-f", str(conf)), port) as url:
        yield url


def asks(url: str, server: Served) -> list[int]:
    """Return the statuses of what programs ask through a proxy: each kind of surface, with and without a body."""
    company = f"{url}/Advertisers/{server.sid}/CompanyInformation"
    contacts = f"{url}/Advertisers/{server.sid}/Campaigns/1000/Contacts"
    john = {"action": "createcontact", "name": {"first-name": "John"}, "api-key": server.key}
    basic = {"Authorization": "Basic " + base64.b64encode(f"{server.sid}:{server.token}".encode()).decode()}
    with httpx2.Client(timeout=START_SECONDS) as client:
        return [
            client.get(f"{url}/healthz").status_code,
            client.get(f"{url}/openapi.json").status_code,
            client.post(f"{url}/api/v2", json=john).status_code,
            client.get(company).status_code,
            client.get(company, headers=basic).status_code,
            client.put(contacts + "/1", headers=basic, data={"FirstName": "Wile"}).status_code,
        ]


@pytest.mark.skipif(NGINX is None, reason="nginx is not installed")
def test_behind_the_plain_proxy_pass_of_nginx(server: Served, tmp_path: Path) -> None:
    with nginx(tmp_path, server) as url:
        assert asks(url, server) == [200, 200, 200, 401, 200, 404]


@pytest.mark.skipif(HAPROXY is None, reason="HAProxy is not installed")
@pytest.mark.parametrize(
    "check", ["", "GET /healthz", "GET /readyz", "OPTIONS *", "HEAD /healthz HTTP/1.1\\r\\nHost:\\ x"]
)
def test_behind_haproxy_with_its_plain_check(server: Served, tmp_path: Path, check: str) -> None:
    with haproxy(tmp_path, server, check) as url:
        end = time.monotonic() + START_SECONDS
        checked = ""
        while checked in {"", "INI"} and time.monotonic() < end:
            names, *rows = httpx2.get(f"{url}/stats;csv").text.removeprefix("# ").splitlines()
            found = [dict(zip(names.split(","), row.split(","), strict=False)) for row in rows]
            # "* " before it: the next check is under way
            (checked,) = [row["check_status"].lstrip("* ") for row in found if row.get("svname") == "cardwright"]
            time.sleep(0.02)
        assert checked == "L7OK"
        assert asks(url, server) == [200, 200, 200, 401, 200, 404]
