"""Multipart forms, taken apart in one pass (RFC 7578): any body takes time in proportion to its size."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

from cardwright.limits import BOUNDARY, PART_HEAD

if TYPE_CHECKING:
    from collections.abc import Iterator

_BREAK: Final = b"\r\n"
_PARAMETER: Final = re.compile(r';\s*+([^\s=;"]++)\s*+=\s*+(?:"((?:[^"\\]++|\\.)*+)"|([^;]*+))')
_ESCAPED: Final = re.compile(r'\\(["\\])')  # no other: some browsers send the path of a file, with its backslashes
_PLAIN: Final = frozenset(("7bit", "8bit", "binary"))
"""The encodings that leave octets as they are (RFC 2045 section 6.2)."""


class Part(NamedTuple):
    """One part of a form."""

    name: str
    file_name: str | None
    """As it came; of `filename*` (RFC 8187) too, which RFC 7578 forbids and programs send."""
    media_type: str
    data: bytes

    @property
    def is_file(self) -> bool:
        """Whether it is a file: it has a file's name, or a type of octets (RFC 7578 section 4).

        Programs send texts in parts of other types too, such as application/json; as files those would be lost.
        """
        kind = self.media_type
        return self.file_name is not None or kind.startswith("image/") or kind == "application/octet-stream"


def parts(body: bytes, content_type: str) -> Iterator[Part]:
    """Give the parts of a form in their order; ValueError where it is none.

    What stands before the first boundary and behind the last is skipped (RFC 2046 section 5.1.1).
    """
    first = b"--" + _boundary(content_type)
    delimiter = _BREAK + first
    at = body.find(first)
    end = at + len(first)
    while at >= 0:
        if body.startswith(b"--", end):
            return
        if not body.startswith(_BREAK, end):
            break
        begin = end + len(_BREAK)
        head = body.find(_BREAK * 2, begin, begin + PART_HEAD.value + 2 * len(_BREAK))
        if head < 0:
            raise ValueError(f"a part has no head that ends within {PART_HEAD.value:,} octets")
        data = head + 2 * len(_BREAK)
        at = body.find(delimiter, data)
        end = at + len(delimiter)
        if at >= 0:
            yield _part(body[begin:head].decode(), body[data:at])
    raise ValueError("it has no closing boundary")


def _boundary(content_type: str) -> bytes:
    boundary = _parameters(content_type).get("boundary", "").rstrip()
    if not 1 <= len(boundary) <= BOUNDARY.value:
        raise ValueError(f"its Content-Type has no boundary of 1 to {BOUNDARY.value} characters")
    return boundary.encode()


def _part(head: str, data: bytes) -> Part:
    fields = {}
    for line in head.split("\r\n"):
        name, _, value = line.partition(":")
        fields[name.strip().lower()] = value.strip()
    encoding = fields.get("content-transfer-encoding", "binary")
    if encoding.lower() not in _PLAIN:
        raise ValueError(
            f"a part comes in the Content-Transfer-Encoding {encoding[:20]!r}; octets are taken as they are"
        )
    said = _parameters(fields.get("content-disposition", ""))
    kind = fields.get("content-type", "text/plain").partition(";")[0].strip().lower()
    return Part(said.get("name", ""), said.get("filename*", said.get("filename")), kind, data)


def _parameters(field: str) -> dict[str, str]:
    """Return the parameters of a header field by their names in small letters."""
    found: dict[str, str] = {}
    for name, quoted, bare in _PARAMETER.findall(field):
        found[name.lower()] = _ESCAPED.sub(r"\1", quoted) if quoted else bare.strip()
    return found
