"""A process that does nothing but photos: a line of JSON and an image on standard input, the same on standard output.

`workers.py` starts it and says why. It ends with its input.
"""

from __future__ import annotations

import json
import os
import resource
import signal
import sys
from typing import TYPE_CHECKING, Any, Final

from cardwright.errors import InvalidError, Rule
from cardwright.photo.accept import accept
from cardwright.photo.kinds import Kind
from cardwright.photo.render import render, shrink

if TYPE_CHECKING:
    from collections.abc import Callable

_LIMITS: Final = {
    resource.RLIMIT_AS: 2 * 1024**3,  # the worst image within the limits takes half of it
    resource.RLIMIT_CORE: 0,  # people's photos stay out of core dumps
    resource.RLIMIT_FSIZE: 0,
    resource.RLIMIT_NPROC: 0,
}
_NICENESS: Final = 10  # the server's own requests come first


def main() -> None:
    """Answer until the input ends."""
    for sent_to_all in (signal.SIGINT, signal.SIGTERM):  # Ctrl-C, systemd: the server finishes its requests first
        signal.signal(sent_to_all, signal.SIG_IGN)
    os.nice(_NICENESS)
    for what, most in _LIMITS.items():
        resource.setrlimit(what, (most, most))
    asked, answers = sys.stdin.buffer, sys.stdout.buffer
    answers.write(b"ready\n")
    answers.flush()
    while line := asked.readline():
        task = json.loads(line)
        answer, image = _answer(task, asked.read(task.pop("octets")))
        answers.write(json.dumps(answer | {"octets": len(image)}).encode() + b"\n" + image)
        answers.flush()


def _answer(task: dict[str, Any], data: bytes) -> tuple[dict[str, Any], bytes]:
    """Return what became of one image: facts about it, and its octets; or the rule that it breaks."""
    try:
        return _DO[task.pop("task")](data, **task)
    except InvalidError as error:
        return {"rule": error.faults[0].rule}, b""
    except MemoryError:
        return {"rule": Rule.PHOTO_TOO_LARGE}, b""


def _render(data: bytes, *, formats: list[str], **bounds: int) -> tuple[dict[str, Any], bytes]:
    return {}, render(data, formats=tuple(map(Kind, formats)), **bounds)


def _shrink(data: bytes, *, limit: int) -> tuple[dict[str, Any], bytes]:
    smaller = shrink(data, limit)
    return {"fits": smaller is not None}, smaller or b""


def _accept(data: bytes, *, formats: list[str]) -> tuple[dict[str, Any], bytes]:
    accepted = accept(data, tuple(map(Kind, formats)))
    return {"media_type": accepted.media_type, "width": accepted.width, "height": accepted.height}, accepted.data


_DO: Final[dict[str, Callable[..., tuple[dict[str, Any], bytes]]]] = {
    "render": _render,
    "shrink": _shrink,
    "accept": _accept,
}


if __name__ == "__main__":
    main()
