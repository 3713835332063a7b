"""A server span of OpenTelemetry for each request, exported by OTLP over HTTP: the one module that knows its packages.

The attributes are those of the semantic conventions for HTTP that say nothing of a person: no path, no query, no
address of a client, no header. Of a request that comes within a trace its traceparent alone is read.
"""

from __future__ import annotations

import asyncio
import os
import threading
import time
from typing import TYPE_CHECKING, Final

from opentelemetry.context import Context
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.trace import SpanKind, StatusCode
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from cardwright import __version__
from cardwright.http.exchange import exchange_of
from cardwright.limits import SPANS_LEFT

if TYPE_CHECKING:
    from cardwright.http.asgi import Application, Receive, Scope, Send

_METHODS: Final = frozenset({"CONNECT", "DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT", "TRACE"})
"""Every other is `_OTHER`: it may be any word (semantic conventions, `http.request.method`)."""
_FAULTS: Final = 500
_NO_PATH_OF_OURS: Final = "-"


class Spans:
    """Has an application answer, and tells of each request when that is over."""

    def __init__(self, application: Application) -> None:
        resource = Resource.create()  # by OTEL_SERVICE_NAME and OTEL_RESOURCE_ATTRIBUTES
        if str(resource.attributes["service.name"]).startswith("unknown_service"):
            resource = resource.merge(Resource({"service.name": "cardwright"}))
        self._application = application
        self._provider = TracerProvider(resource=resource, shutdown_on_exit=False)
        self._provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
        self._tracer = self._provider.get_tracer("cardwright", __version__)
        self._reads_parent = "tracecontext" in (os.environ.get("OTEL_PROPAGATORS") or "tracecontext")
        self._propagator = TraceContextTextMapPropagator()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        began, began_ticking, failure = time.time_ns(), time.monotonic_ns(), ""
        try:
            await self._application(scope, receive, send)
        except BaseException as error:
            failure = type(error).__name__
            raise
        finally:
            self._tell(scope, began, began + time.monotonic_ns() - began_ticking, failure)

    def _tell(self, scope: Scope, began: int, ended: int, failure: str) -> None:
        exchange = exchange_of(scope)
        method = scope["method"] if scope["method"] in _METHODS else "_OTHER"
        name = "HTTP" if method == "_OTHER" else method
        attributes: dict[str, str | int] = {"http.request.method": method, "url.scheme": scope["scheme"]}
        if exchange.route != _NO_PATH_OF_OURS:
            attributes["http.route"] = exchange.route
            name += f" {exchange.route}"
        if exchange.status:  # else the client left before an answer
            attributes["http.response.status_code"] = exchange.status
        if exchange.status >= _FAULTS:
            failure = failure or str(exchange.status)
        if failure:
            attributes["error.type"] = failure
        sent = exchange.headers.get(b"traceparent") if self._reads_parent else None
        parent = Context()
        if sent:
            parent = self._propagator.extract({"traceparent": sent.decode("latin-1")}, parent)
        span = self._tracer.start_span(name, parent, SpanKind.SERVER, attributes, start_time=began)
        if failure:
            span.set_status(StatusCode.ERROR)
        span.end(ended)

    async def aclose(self) -> None:
        """Export what is left; a collector that does not take it is waited for as long as the limit says."""
        closing = threading.Thread(target=self._provider.shutdown, daemon=True)
        closing.start()
        end = time.monotonic() + SPANS_LEFT.value
        while closing.is_alive() and time.monotonic() < end:  # noqa: ASYNC110 - the thread may outlive the loop, and must not call that
            await asyncio.sleep(0.01)
