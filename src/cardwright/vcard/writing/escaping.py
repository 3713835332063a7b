"""Escapes values and parameters, so that no text becomes a line of its own (RFC 6350 section 3.4, RFC 6868)."""

from __future__ import annotations

import re
from typing import Final

_SPECIAL: Final = re.compile("[\\\\;,\x00-\x08\x0a-\x1f\x7f\x85\u2028\u2029\ud800-\udfff]")
# All that some reader takes for a line break (Python's own splitlines among them); the wire knows one, `\n`.
_BREAK: Final = re.compile("\r\n|[\n\r\x0b\x0c\x85\u2028\u2029]")
# No value may hold these (RFC 6350 section 3.3, VALUE-CHAR): controls but the tab. Line feeds are escaped.
_CONTROL: Final = re.compile("[\x00-\x08\x0b-\x1f\x7f]+")
_ODD_BACKSLASH: Final = re.compile(r"((?<!\\)(?:\\\\)*)\\\n")
_DELIMITER: Final = re.compile('[\n,;:="]')
_PARTING: Final = re.compile("[;,=]")
_ENDING: Final = re.compile('[\x00-\x1f\x7f:"]')
_QUOTED: Final = re.compile("[,;:]")
_SURROGATE: Final = re.compile("[\ud800-\udfff]")


def clean(text: str) -> str:
    """Return `text` as UTF-8 can hold it: every line break as a line feed, other controls but tabs as a space."""
    return _CONTROL.sub(" ", _SURROGATE.sub("\ufffd", _BREAK.sub("\n", text)))


def escape(text: str) -> str:
    """Return `text` as 3.0 and 4.0 write it: clean, and backslash, semicolon, comma and line break escaped."""
    if not text.isprintable() and not text.replace("\n", "").isprintable():  # faster than one look by pattern
        if not _SPECIAL.search(text):
            return text
        text = clean(text)
    return text.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,").replace("\n", "\\n")


def escape_21(text: str) -> str:
    """Return `text` as a 2.1 value of its own: readers of 2.1 take two backslashes for one and leave `;` alone."""
    return clean(text).replace("\\", "\\\\") if _SPECIAL.search(text) else text


def escape_member_21(text: str) -> str:
    """Return `text` as one member of a 2.1 value that has several."""
    return escape_21(text).replace(";", "\\;")


def escape_listed_21(text: str) -> str:
    """Return `text` as one member of a 2.1 value that commas part."""
    return escape_21(text).replace(",", "\\,")


def escape_unknown(text: str) -> str:
    r"""Return the text of a property that is not registered as it stands, on one line: line breaks as `\\n`.

    A backslash that would make another escape of such a break is doubled.
    """
    if not _SPECIAL.search(text):
        return text
    return _ODD_BACKSLASH.sub(r"\1\\\\\n", clean(text)).replace("\n", "\\n")


def escape_uri(text: str) -> str:
    """Return the URI `text` as it stands, but what would end the line percent-encoded (RFC 3986 section 2.1)."""
    if not _SPECIAL.search(text):
        return text
    text = _SURROGATE.sub("\ufffd", text)
    return re.sub("[\x00-\x1f\x7f\x85\u2028\u2029]", lambda match: _percent(match[0]), text)


def _percent(character: str) -> str:
    return "".join(f"%{octet:02X}" for octet in character.encode())


def caret(text: str) -> str:
    """Return a 4.0 parameter value with `^`, quotes and line breaks as RFC 6868 section 3.1 writes them."""
    return text.replace("^", "^^").replace("\n", "^n").replace('"', "^'")


def parameter(text: str, version: str, name: str = "") -> str:
    """Return one parameter value, quoted where it must be.

    3.0 cannot say everything: a quote becomes an apostrophe, a line break a space, and a semicolon a comma, because
    Apple's reader parts parameters at a semicolon even inside quotes. 2.1 knows no quotes; what parts parameters is
    quoted all the same, as its readers take it, and what would end them becomes a space. LABEL is escaped as text is,
    as RFC 6350 section 6.3.1 shows it.
    """
    text = _BREAK.sub("\n", _SURROGATE.sub("\ufffd", text))
    if version == "4.0":
        text = caret(text.replace("\\", "\\\\").replace("\n", "\\n") if name == "LABEL" else text)
    elif version == "3.0":
        text = text.replace("\n", " ").replace('"', "'").replace(";", ",")
    else:
        if _PARTING.search(text) and not _ENDING.search(text):
            return f'"{text}"'
        return _DELIMITER.sub(" ", _CONTROL.sub(" ", text))
    text = _CONTROL.sub(" ", text)
    return f'"{text}"' if _QUOTED.search(text) or text != text.strip() else text
