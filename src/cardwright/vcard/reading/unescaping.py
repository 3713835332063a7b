"""Values as they stand on the line, to text: unescape and part (RFC 6350 section 3.4)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from cardwright.vcard.properties import Shape
from cardwright.vcard.quirks.escaped_uri import unescape_uri

if TYPE_CHECKING:
    from cardwright.vcard.model import Value

_ANY_ESCAPE: Final = re.compile(r"\\(.)", re.DOTALL)
_UNESCAPED: Final = {separator: re.compile(rf"(?<!\\){separator}") for separator in ",;"}
_SEPARATORS: Final = {",": re.compile(r"\\.|,", re.DOTALL), ";": re.compile(r"\\.|;", re.DOTALL)}


def unescape(text: str) -> str:
    r"""Return `text` with `\n` as line break and `\\ \, \; \:` as what they stand for; other backslashes are kept.

    The same in every version: writers of 2.1 escape as those of 3.0 do.
    """
    if "\\" not in text:
        return text
    if "\\\\" not in text:
        return _unescape_single(text)
    # between double backslashes every backslash begins an escape of its own
    return "\\".join(map(_unescape_single, text.split("\\\\")))


def _unescape_single(text: str) -> str:
    text = text.replace("\\,", ",").replace("\\n", "\n")
    if "\\" in text:
        return text.replace("\\r\n", "\n").replace("\\;", ";").replace("\\N", "\n").replace("\\:", ":")
    return text


def part(text: str, separator: str, pattern: re.Pattern[str] | None = None) -> list[str]:
    """Return the members of `text`, still escaped, between separators that are not escaped.

    `pattern` finds the separators, and all that may hold one without its parting anything.
    """
    if pattern is None and "\\\\" not in text:  # a backslash before a separator escapes that
        return _UNESCAPED[separator].split(text) if "\\" in text else text.split(separator)
    members = []
    start = 0
    for match in (pattern or _SEPARATORS[separator]).finditer(text):
        if match[0] == separator:
            members.append(text[start : match.start()])
            start = match.end()
    members.append(text[start:])
    return members


def read_value(text: str, shape: Shape, version: str, *, is_uri: bool) -> Value:
    """Return the value that `text` stands for. 2.1 has no lists in a component."""
    if shape is Shape.UNKNOWN:
        return as_it_stands(text)
    if is_uri:
        return unescape_uri(text)
    if shape is Shape.SINGLE:
        return unescape(text)
    members = part(text, shape.separator)
    if shape is Shape.LIST_COMPONENTS and version != "2.1":
        return tuple([_component(member) if "," in member else unescape(member) for member in members])
    return tuple(map(unescape, members))


def as_it_stands(text: str) -> str:
    r"""Return the text of a property that is not registered: nothing is unescaped but line breaks, `\n`."""
    if "\\n" not in text and "\\N" not in text:
        return text
    return _ANY_ESCAPE.sub(lambda match: "\n" if match[1] in "nN" else match[0], text)


def _component(text: str) -> str | tuple[str, ...]:
    members = tuple(map(unescape, part(text, ",")))
    return members if len(members) > 1 else members[0]
