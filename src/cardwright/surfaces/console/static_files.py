"""Style sheet, script and icons: each with a digest in its address, so that a browser may keep it for good (CW-5)."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path
from typing import Final, NamedTuple

from cardwright.surfaces.console.paths import STATIC

_FOLDER: Final = Path(__file__).with_name("static")
_KINDS: Final = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
}


_NAMED: Final = re.compile(rf"{STATIC}(\w+)\.[0-9a-f]{{16}}(\.\w+)")


class StaticFile(NamedTuple):
    """A file as it is sent."""

    body: bytes
    media_type: str
    is_asked_for: bool = True
    """Whether it is the one of the digest, and stays as it is; of another version's digest it is ours."""


class StaticFiles:
    """The files, read once."""

    def __init__(self) -> None:
        self._files: dict[str, StaticFile] = {}
        self._addresses: dict[str, str] = {}
        for path in sorted(_FOLDER.iterdir()):
            body = path.read_bytes()
            digest = hashlib.sha256(body).hexdigest()[:16]
            address = f"{STATIC}{path.stem}.{digest}{path.suffix}"
            self._files[address] = StaticFile(body, _KINDS[path.suffix])
            self._addresses[path.name] = address

    def address(self, name: str) -> str:
        """Return the path of a file by its name: `console.css`."""
        return self._addresses[name]

    def find(self, path: str) -> StaticFile | None:
        """Return the file at a path, None for none.

        Behind a balancer the page may be another version's, while one machine after the other is upgraded: then the
        file of that name is better than none.
        """
        if file := self._files.get(path):
            return file
        named = _NAMED.fullmatch(path)
        address = self._addresses.get("".join(named.groups())) if named else None
        return self._files[address]._replace(is_asked_for=False) if address else None
