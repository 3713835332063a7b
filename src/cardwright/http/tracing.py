"""Whether a span of OpenTelemetry is made for each request: the standard variables say so, where its packages are.

Where nobody asks, nothing of it is loaded, and requests do not pass here.
"""

from __future__ import annotations

import contextlib
import importlib.util
import logging
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping

    from cardwright.http.asgi import Application

_log: Final = logging.getLogger(__name__)
_PACKAGES: Final = ("opentelemetry.sdk", "opentelemetry.exporter.otlp.proto.http")
_OTLP: Final = "OTEL_EXPORTER_OTLP_"
_HTTP: Final = "http/protobuf"


@contextlib.asynccontextmanager
async def traced(application: Application, environ: Mapping[str, str]) -> AsyncIterator[Application]:
    """Give the application, with a span for each of its requests where the environment asks for that.

    To be opened in the process that serves: the thread that exports does not survive a fork.
    """
    if not _is_asked(environ):
        yield application
        return
    from cardwright.http.spans import Spans

    spans = Spans(application)
    try:
        yield spans
    finally:
        await spans.aclose()


def _is_asked(environ: Mapping[str, str]) -> bool:
    """Tell whether spans are to be made; what is asked and cannot be had is told in the log.

    An empty variable is one that is not set (OpenTelemetry specification, environment variables).
    """
    exporters = [name.strip() for name in environ.get("OTEL_TRACES_EXPORTER", "").split(",") if name.strip()]
    has_endpoint = bool(environ.get(f"{_OTLP}ENDPOINT") or environ.get(f"{_OTLP}TRACES_ENDPOINT"))
    if environ.get("OTEL_SDK_DISABLED", "").strip().lower() == "true" or not (exporters or has_endpoint):
        return False
    if exporters and "otlp" not in exporters:
        if exporters != ["none"]:
            _log.warning("no spans are made: OTEL_TRACES_EXPORTER is neither otlp nor none")
        return False
    protocol = environ.get(f"{_OTLP}TRACES_PROTOCOL") or environ.get(f"{_OTLP}PROTOCOL") or _HTTP
    if protocol != _HTTP:
        _log.warning("no spans are made: the OTLP protocol is %s alone", _HTTP)
        return False
    if not _is_installed():
        _log.warning("no spans are made: that takes pip install 'cardwright[opentelemetry]'")
        return False
    return True


def _is_installed() -> bool:
    try:
        return all(importlib.util.find_spec(name) for name in _PACKAGES)
    except ModuleNotFoundError:  # a package above one of them is not there
        return False
