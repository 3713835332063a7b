"""Multipart forms, taken apart in one pass (RFC 7578): any body takes time in proportion to its size."""

from __future__ import annotations

import contextlib
import re
from typing import TYPE_CHECKING, Final, NamedTuple

from cardwright.limits import BOUNDARY, PART_HEAD, PART_HEADS

if TYPE_CHECKING:
    from collections.abc import Iterator

_OPENING: Final = re.compile(rb"[ \t]*+(\r?\n)")
"""What stands behind the first boundary: blanks, which transports add, and the line end of the whole form."""
_FOLD: Final = re.compile(r"\r?\n[ \t]++")
_PARAMETER: Final = re.compile(r';\s*+([^\s=;"]++)\s*+=\s*+(?:"((?:[^"\\]++|\\.)*+)"|([^;]*+))')
_ESCAPED: Final = re.compile(r'\\(["\\])')  # no other: some browsers send the path of a file, with its backslashes
_PLAIN: Final = frozenset(("7bit", "8bit", "binary"))
"""The encodings that leave octets as they are (RFC 2045 section 6.2)."""
_CHARSETS: Final = {"iso-8859-1": "iso-8859-1", "windows-1252": "windows-1252"}
"""Character sets of texts beside UTF-8: Apache HttpClient 4 writes the first unless it is told otherwise."""


class Part(NamedTuple):
    """One part of a form."""

    name: str
    file_name: str | None
    """As it came; of `filename*` (RFC 8187) too, which RFC 7578 forbids and programs send."""
    media_type: str
    data: memoryview
    """Its octets, where they stand in the body: a copy of 10 MiB would hold the event loop."""
    charset: str = ""
    """Of a text, in small letters, as its Content-Type says it; empty when it does not."""

    @property
    def text(self) -> str:
        """What it says; ValueError with the name of the part when it cannot be read (RFC 7578 section 5.1.2).

        UTF-8 wins over the character set that the part names: some programs name one and send UTF-8 all the same,
        and a text in another is hardly ever UTF-8 too.
        """
        for charset in ("utf-8", _CHARSETS.get(self.charset)):
            with contextlib.suppress(UnicodeError):
                if charset:
                    return str(self.data, charset)
        raise ValueError(f"the part {self.name[:50]!r} is not UTF-8; a file is a part with filename= in its head")

    @property
    def is_file(self) -> bool:
        """Whether it is a file: it has a file's name, or a type of octets (RFC 7578 section 4).

        Programs send texts in parts of other types too, such as application/json; as files those would be lost.
        """
        kind = self.media_type
        return self.file_name is not None or kind.startswith("image/") or kind == "application/octet-stream"


def parts(body: bytes | bytearray, content_type: str) -> Iterator[Part]:
    """Give the parts of a form in their order; ValueError where it is none.

    What stands before the first boundary and behind the last is skipped (RFC 2046 section 5.1.1). Lines end as the
    first boundary does: with CR LF, or with LF alone, as programs send that write a form by hand.
    """
    boundary = b"--" + _boundary(content_type)
    at = body.find(boundary)
    line = _OPENING.match(body, at + len(boundary)) if at >= 0 else None
    line_end = line[1] if line else b"\r\n"
    delimiter, padded = line_end + boundary, re.compile(rb"[ \t]*+" + line_end)
    end, heads = at + len(boundary), 0
    while at >= 0:
        if body.startswith(b"--", end):
            return
        opening = padded.match(body, end)
        if not opening:
            raise ValueError("a boundary is followed by neither a line end nor --")
        data = _end_of_head(body, opening.end(), line_end)
        heads += data - opening.end()
        if heads > PART_HEADS.value:
            raise ValueError(f"the heads of its parts have more than {PART_HEADS.value:,} octets together")
        at = body.find(delimiter, data - len(line_end))  # of an empty part, its own line end may be the blank line
        end = at + len(delimiter)
        if at >= 0:
            yield _part(_text(body[opening.end() : data]), memoryview(body)[data:at])
    raise ValueError(f"it has no closing boundary{_told(line_end)}")


def _text(head: bytes | bytearray) -> str:
    """Return the head of a part; the name of a file may come in the character set of an old machine."""
    try:
        return head.decode()
    except UnicodeError:
        return head.decode("latin-1")


def _end_of_head(body: bytes | bytearray, begin: int, line_end: bytes) -> int:
    """Return where the data of a part begins whose head begins here: behind the first blank line."""
    if body.startswith(line_end, begin):
        raise ValueError("a part has no head, which would say its name")
    end = body.find(line_end * 2, begin, begin + PART_HEAD.value + 2 * len(line_end))
    if end < 0:
        raise ValueError(f"a part has no head that ends within {PART_HEAD.value:,} octets{_told(line_end)}")
    return end + 2 * len(line_end)


def _told(line_end: bytes) -> str:
    return " (its lines end with LF alone, as its first boundary does)" if line_end == b"\n" else ""


def _boundary(content_type: str) -> bytes:
    boundary = _parameters(content_type).get("boundary", "").rstrip()
    if not 1 <= len(boundary) <= BOUNDARY.value:
        raise ValueError(f"its Content-Type has no boundary of 1 to {BOUNDARY.value} characters")
    return boundary.encode()


def _part(head: str, data: memoryview) -> Part:
    fields = {}
    for line in _FOLD.sub(" ", head).split("\n"):
        name, _, value = line.partition(":")
        fields[name.strip().lower()] = value.strip()
    encoding = fields.get("content-transfer-encoding", "binary")
    if encoding.lower() not in _PLAIN:
        raise ValueError(
            f"a part comes in the Content-Transfer-Encoding {encoding[:20]!r}; octets are taken as they are"
        )
    said, typed = _parameters(fields.get("content-disposition", "")), fields.get("content-type", "text/plain")
    kind = typed.partition(";")[0].strip().lower()
    if kind.startswith("multipart/"):
        raise ValueError("a part holds parts itself; each file and each text is a part of its own")
    charset = _parameters(typed).get("charset", "").lower()
    part = Part(said.get("name", ""), said.get("filename*", said.get("filename")), kind, data, charset)
    if not part.name and not part.is_file:
        raise ValueError("a part has no name: its head has no Content-Disposition with one")
    return part


def _parameters(field: str) -> dict[str, str]:
    """Return the parameters of a header field by their names in small letters."""
    parameters: dict[str, str] = {}
    for name, quoted, bare in _PARAMETER.findall(field):
        parameters[name.lower()] = _ESCAPED.sub(r"\1", quoted) if quoted else bare.strip()
    return parameters
