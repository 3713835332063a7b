"""A body that nobody reads costs its client neither the answer nor the next one over the same connection (CC-33)."""

from __future__ import annotations

import base64
import contextlib
import http.client
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest

from cardwright.limits import CREATECONTACT_BODY as BODY
from cardwright.limits import REQUEST_DRAIN
from serving import START_SECONDS

if TYPE_CHECKING:
    from serving import Served

ASKED = {
    "nothing is there": ("POST", "/nothing", 404),
    "another method": ("POST", "/healthz", 405),
    "a read with a body": ("GET", "/Advertisers/{sid}/Campaigns", 200),
    "a read of the service": ("GET", "/openapi.json", 200),
    "no credentials": ("POST", "/Advertisers/nobody/Campaigns/1000/Contacts", 401),
    "another method of partner contacts": ("PUT", "/Advertisers/{sid}/Campaigns", 405),
    "another method of createcontact": ("PUT", "/api/v2", 405),
    "createcontact without a key": ("POST", "/api/v2", 400),
}
CLOSES = {"/openapi.json"}  # it always does
CREATECONTACT = "/api/v2"


@pytest.mark.parametrize("size", [1, 200_000, REQUEST_DRAIN.value + 500_000])
@pytest.mark.parametrize("case", ASKED)
def test_the_next_request_of_the_connection_is_answered_or_it_was_told_to_end(
    server: Served, case: str, size: int
) -> None:
    method, path, status = ASKED[case]
    basic = base64.b64encode(f"{server.sid}:{server.token}".encode()).decode()
    headers = {} if status == 401 else {"Authorization": f"Basic {basic}"}
    with contextlib.closing(http.client.HTTPConnection(urlsplit(server.url).netloc, timeout=START_SECONDS)) as client:
        client.request(method, path.format(sid=server.sid), b"a" * size, headers)
        answer = client.getresponse()
        answer.read()
        assert answer.status == (413 if path == CREATECONTACT and status == 400 and size > BODY.value else status)
        if "close" in answer.headers.get("connection", ""):
            assert path in CLOSES or size > REQUEST_DRAIN.value
            return
        first = client.sock
        client.request("GET", "/healthz")
        assert (client.getresponse().status, client.sock) == (200, first)
