"""The log of `cardwright serve`: lines on standard error, as text or as JSON, the same from every process.

A line holds nothing of a request but its id: of an exception it has the type and the traceback, and what the exception
says only at level `debug`, because that may quote what was sent (CC-2a).
"""

from __future__ import annotations

import json
import logging
import sys
import threading
import traceback
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

from cardwright.book.files.visible import visible
from cardwright.http.exchange import current_id

if TYPE_CHECKING:
    from asyncio import AbstractEventLoop
    from collections.abc import Iterator

    from cardwright.settings import Settings

_log: Final = logging.getLogger("cardwright")


def configuration(settings: Settings) -> dict[str, Any]:
    """Return what `logging.config.dictConfig` takes; Granian hands it to that again in each worker."""
    is_debug = settings.log_level == "debug"
    lines = JsonLines if settings.log_format == "json" else TextLines
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"lines": {"()": lines, "says_all": is_debug}},
        "handlers": {"log": {"class": "logging.StreamHandler", "formatter": "lines"}},
        "root": {"handlers": ["log"], "level": logging.WARNING},
        "loggers": {
            "cardwright": {"level": settings.log_level.upper()},
            "cardwright.access": {"level": logging.INFO if settings.access_log else logging.WARNING},
            "_granian": {},  # the supervisor sets its level
            "_granian.utils": {"level": logging.CRITICAL},  # what the front door has told, with the exception's words
        },
    }


def log_what_is_left() -> None:
    """Have warnings, and exceptions that nothing catches, go to the log too: not a line beside it has another form."""
    logging.captureWarnings(capture=True)
    sys.excepthook = lambda _kind, error, _traceback: _log.critical("the process ends", exc_info=error)
    sys.unraisablehook = lambda it: _log.error("an exception was left over", exc_info=it.exc_value)
    threading.excepthook = _log_thread


def _log_thread(it: threading.ExceptHookArgs) -> None:
    if it.exc_type is not SystemExit:  # a thread may end so (threading.excepthook)
        _log.error("a thread ended", exc_info=it.exc_value)


def log_in_loop(_loop: AbstractEventLoop, context: dict[str, Any]) -> None:
    """Log what the event loop has left over; its own message quotes the task, and the exception in it."""
    _log.error("an exception was left over in the event loop", exc_info=context.get("exception"))


class _Lines(logging.Formatter):
    """What both forms have: the time as RFC 3339 has it, in UTC, and the traceback of an exception."""

    def __init__(self, *, says_all: bool) -> None:
        super().__init__()
        self._says_all = says_all

    def _time(self, record: logging.LogRecord) -> str:
        return datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")

    def _exception(self, record: logging.LogRecord) -> str:
        error = record.exc_info[1] if record.exc_info else None
        if error is None:
            return ""
        if self._says_all:
            return "".join(traceback.format_exception(error)).rstrip()
        return "\nfrom which came\n".join(reversed([*_without_words(error)]))


class TextLines(_Lines):
    """`2026-11-28T07:28:18.123Z ERROR cardwright.http.front: the partner mount failed, request 5f3a…`."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line, and the traceback under it."""
        asked = f", request {request_id}" if (request_id := _request_id()) else ""
        message = visible(record.getMessage())
        line = f"{self._time(record)} {record.levelname} {record.name}: {message}{asked}"
        return "\n".join(filter(None, (line, self._exception(record))))


class JsonLines(_Lines):
    """One JSON object a line: `time`, `level`, `logger`, `message`; `request_id` and `exception` where there is one."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line; the access log has `method`, `route`, `status` and `milliseconds` in it too."""
        line = {
            "time": self._time(record),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
            "request_id": _request_id(),
            "exception": self._exception(record),
        }
        return json.dumps({name: it for name, it in line.items() if it} | getattr(record, "fields", {}))


def _request_id() -> str:
    return current_id.get().decode()


def _without_words(error: BaseException) -> Iterator[str]:
    """Yield the frames and the type of an exception, and then of each that it came from."""
    seen: set[int] = set()
    at: BaseException | None = error
    while at is not None and id(at) not in seen:
        seen.add(id(at))
        kind = type(at)
        reason = f": {at.strerror}" if isinstance(at, OSError) and at.strerror else ""
        yield "".join([*traceback.format_tb(at.__traceback__), f"{kind.__module__}.{kind.__qualname__}{reason}"])
        at = at.__cause__ or (None if at.__suppress_context__ else at.__context__)
