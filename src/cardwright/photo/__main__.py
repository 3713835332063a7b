"""A process that does nothing but photos: a line of JSON and an image on standard input, the same on standard output.

`workers.py` starts it and says why. It ends with its input.
"""

from __future__ import annotations

import ctypes
import json
import os
import resource
import signal
import sys
import traceback
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from PIL import Image, ImageCms, WebPImagePlugin  # noqa: F401 - without it WebP would load Pillow's forty kinds

from cardwright import limits
from cardwright.errors import InvalidError, Rule
from cardwright.photo.accept import accept
from cardwright.photo.kinds import ImageKind
from cardwright.photo.render import render, shrink

if TYPE_CHECKING:
    from collections.abc import Callable

_LIMITS: Final = {
    resource.RLIMIT_AS: limits.PHOTO_MEMORY.value,  # the worst image within the limits takes half of it
    resource.RLIMIT_CORE: 0,  # people's photos stay out of core dumps
    resource.RLIMIT_FSIZE: 0,
    resource.RLIMIT_NPROC: 0,
    resource.RLIMIT_NOFILE: 3,  # input, answers and the log are open: no file, no socket, no other descriptor can be
}
_NO_NEW_PRIVILEGES: Final = 38  # PR_SET_NO_NEW_PRIVS in linux/prctl.h
_NICENESS: Final = 10  # the server's own requests come first


def main() -> None:
    """Answer until the input ends."""
    for sent_to_all in (signal.SIGINT, signal.SIGTERM):  # Ctrl-C, systemd: the server finishes its requests first
        signal.signal(sent_to_all, signal.SIG_IGN)
    os.nice(_NICENESS)
    _load()
    _renounce_privileges()
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


def _load() -> None:
    """Take a small picture of each kind, which loads whatever decoders and encoders load when they are first needed.

    No file can be opened later on.
    """
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    for kind in ImageKind:
        file = BytesIO()
        Image.new("RGB", (2, 1)).save(file, kind, icc_profile=profile)
        render(accept(file.getvalue(), (kind,)).data, formats=(kind,))


def _renounce_privileges() -> None:
    """Have the kernel refuse this process every privilege that a program file would give it (Linux alone has this)."""
    if sys.platform == "linux":
        prctl = ctypes.CDLL(None, use_errno=True).prctl
        if prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0):
            raise OSError(ctypes.get_errno(), "no new privileges")


def _answer(task: dict[str, Any], data: bytes) -> tuple[dict[str, Any], bytes]:
    """Return what became of one image: facts about it, and its octets; or the rule that it breaks."""
    try:
        return _DO[task.pop("task")](data, **task)
    except InvalidError as error:
        return {"rule": error.faults[0].rule}, b""
    except MemoryError:
        return {"rule": Rule.PHOTO_TOO_LARGE}, b""
    except Exception as error:  # noqa: BLE001 - told to the server, whose log alone has lines, and no word of the image
        *_, at = traceback.extract_tb(error.__traceback__)
        return {"fault": f"{type(error).__name__} in {Path(at.filename).name}, line {at.lineno}"}, b""


def _render(data: bytes, *, formats: list[str], **bounds: int) -> tuple[dict[str, Any], bytes]:
    return {}, render(data, formats=tuple(map(ImageKind, formats)), **bounds)


def _shrink(data: bytes, *, limit: int) -> tuple[dict[str, Any], bytes]:
    smaller = shrink(data, limit)
    return {"fits": smaller is not None}, smaller or b""


def _accept(data: bytes, *, formats: list[str]) -> tuple[dict[str, Any], bytes]:
    accepted = accept(data, tuple(map(ImageKind, formats)))
    return {"media_type": accepted.media_type, "width": accepted.width, "height": accepted.height}, accepted.data


_DO: Final[dict[str, Callable[..., tuple[dict[str, Any], bytes]]]] = {
    "render": _render,
    "shrink": _shrink,
    "accept": _accept,
}


if __name__ == "__main__":
    main()
