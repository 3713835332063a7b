"""Spans of OpenTelemetry: what a collector gets from a real server, and that nothing is done where nobody asks."""

from __future__ import annotations

import gzip
import socket
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

import httpx2
import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from serving import PROGRAM, free_port, serve, with_limits

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

TRACE, PARENT = "4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7"
WITHIN = {"traceparent": f"00-{TRACE}-{PARENT}-01"}
SECRETS = ("Wile", "Coyote", "198.51.100.7")
WITHOUT = (
    sys.executable,
    "-c",
    "import sys; sys.modules['opentelemetry'] = None; from cardwright.cli import main; main()",
)
"""The program where the packages are not installed."""
LOADED = (
    sys.executable,
    "-c",
    """
import sys
from cardwright.http.health import Health

async def loaded(self, request, response):
    response.text = str("opentelemetry" in sys.modules)

Health.on_get = loaded
from cardwright.cli import main
main()
""",
)
"""The program with a page that says whether they are loaded."""


class Collector(ThreadingHTTPServer):
    """What takes OTLP over HTTP, and keeps it."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Takes)
        self.taken: list[bytes] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    def spans(self) -> Iterator[tuple[Any, dict[str, Any]]]:
        for body in self.taken:
            for of_resource in ExportTraceServiceRequest.FromString(body).resource_spans:
                names = {it.key: it.value.string_value for it in of_resource.resource.attributes}
                for of_scope in of_resource.scope_spans:
                    for span in of_scope.spans:
                        values = {it.key: it.value.string_value or it.value.int_value for it in span.attributes}
                        yield span, values | {"service": names["service.name"]}


class Takes(BaseHTTPRequestHandler):
    server: Collector

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"]))
        if self.headers["content-encoding"] == "gzip":
            body = gzip.decompress(body)
        assert self.path == "/v1/traces"
        self.server.taken.append(body)
        self.send_response(200)
        self.send_header("content-length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def collector() -> Iterator[Collector]:
    with Collector() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()


def under(program: tuple[str, ...] = PROGRAM, **variables: str) -> tuple[str, ...]:
    """Return the program in an environment that has these too."""
    return ("/usr/bin/env", *(f"{name}={value}" for name, value in variables.items()), *program)


def test_each_request_is_a_span_in_the_callers_trace(collector: Collector, tmp_path: Path) -> None:
    program = under(OTEL_EXPORTER_OTLP_ENDPOINT=collector.url)
    with serve(tmp_path, "--workers", "2", program=program) as served, httpx2.Client(base_url=served.url) as client:
        path = f"/Advertisers/{served.sid}/CompanyInformation"
        more = {"user-agent": "Wile", "x-forwarded-for": "198.51.100.7", "tracestate": "a=Coyote", "baggage": "a=Wile"}
        client.get(f"{path}?who=Coyote", headers=WITHIN | more, auth=(served.sid, served.token))
        client.get("/Wile/Coyote?who=Wile")
        client.request("COYOTE", "/healthz", headers={"traceparent": "00-Wile"})
    spans = {span.name: (span, values) for span, values in collector.spans()}
    span, values = spans["GET /Advertisers/{sid}/CompanyInformation"]
    assert (span.trace_id.hex(), span.parent_span_id.hex(), span.kind) == (TRACE, PARENT, span.SPAN_KIND_SERVER)
    assert span.start_time_unix_nano < span.end_time_unix_nano
    assert values == {
        "service": "cardwright",
        "http.request.method": "GET",
        "http.route": "/Advertisers/{sid}/CompanyInformation",
        "http.response.status_code": 200,
        "url.scheme": "http",
    }
    assert spans["GET"][1]["http.response.status_code"] == 404, "a path that is not ours has no route"
    assert not spans["GET"][0].parent_span_id
    assert spans["HTTP /healthz"][1]["http.request.method"] == "_OTHER"
    assert not spans["HTTP /healthz"][0].parent_span_id
    sent = b"".join(collector.taken)
    for secret in (*SECRETS, served.sid, served.token):
        assert secret.encode() not in sent
        assert secret.upper().encode() not in sent


def test_the_service_has_the_name_it_is_given(collector: Collector, tmp_path: Path) -> None:
    variables = {"OTEL_EXPORTER_OTLP_TRACES_ENDPOINT": f"{collector.url}/v1/traces", "OTEL_SERVICE_NAME": "cards"}
    with serve(tmp_path, program=under(OTEL_TRACES_EXPORTER="otlp", **variables)):
        pass
    assert {values["service"] for _, values in collector.spans()} == {"cards"}


@pytest.mark.parametrize(
    ("variables", "program", "said"),
    [
        ({"OTEL_SDK_DISABLED": "true"}, PROGRAM, ""),
        ({"OTEL_TRACES_EXPORTER": "none"}, PROGRAM, ""),
        ({"OTEL_TRACES_EXPORTER": "zipkin"}, PROGRAM, "neither otlp nor none"),
        ({"OTEL_EXPORTER_OTLP_PROTOCOL": "grpc"}, PROGRAM, "http/protobuf alone"),
        ({}, WITHOUT, "pip install 'cardwright[opentelemetry]'"),
    ],
)
def test_no_span_is_made(
    collector: Collector, tmp_path: Path, variables: dict[str, str], program: tuple[str, ...], said: str
) -> None:
    program = under(program, OTEL_EXPORTER_OTLP_ENDPOINT=collector.url, **variables)
    with serve(tmp_path, program=program) as served:
        assert httpx2.get(f"{served.url}/healthz").status_code == 200
    assert not collector.taken
    log = (tmp_path / "server.log").read_text()
    assert said in log
    assert ("WARNING" in log) is bool(said)


def test_nothing_is_loaded_where_nobody_asks(collector: Collector, tmp_path: Path) -> None:
    for name, variables in {"False": {}, "True": {"OTEL_EXPORTER_OTLP_ENDPOINT": collector.url}}.items():
        data = tmp_path / name
        data.mkdir()
        with serve(data, program=under(LOADED, **variables)) as served:
            assert httpx2.get(f"{served.url}/healthz").text == name


def test_a_collector_that_is_not_there_stops_no_server(tmp_path: Path) -> None:
    with serve(tmp_path, program=under(OTEL_EXPORTER_OTLP_ENDPOINT=f"http://127.0.0.1:{free_port()}")) as served:
        assert httpx2.get(f"{served.url}/healthz").status_code == 200
    assert served.process.returncode == 0
    assert "Killing" not in (tmp_path / "server.log").read_text()


def test_a_collector_that_does_not_answer_is_waited_for_so_long(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        variables = {"OTEL_EXPORTER_OTLP_ENDPOINT": f"http://127.0.0.1:{silent.getsockname()[1]}"}
        program = under(with_limits(SPANS_LEFT=1), OTEL_EXPORTER_OTLP_TIMEOUT="100", **variables)
        with serve(tmp_path, program=program) as served:
            assert httpx2.get(f"{served.url}/healthz").status_code == 200
    assert served.process.returncode == 0
    assert "Killing" not in (tmp_path / "server.log").read_text(), "as it is after GRACE"
