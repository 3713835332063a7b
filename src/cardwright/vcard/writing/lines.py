"""One property to its folded line: the one way in which a line is written, in every version."""

from __future__ import annotations

import binascii
from typing import TYPE_CHECKING, Final

from cardwright.vcard.conversion import media
from cardwright.vcard.properties import Shape, lookup
from cardwright.vcard.quirks.data_uri import NO_TYPE
from cardwright.vcard.quirks.empty_line import AFTER_DATA
from cardwright.vcard.writing.folding import FOLD, fold, quoted_printable
from cardwright.vcard.writing.heads import full_name, parameters

if TYPE_CHECKING:
    from collections.abc import Callable

    from cardwright.vcard.model import Entry
    from cardwright.vcard.writing.heads import WrittenHeads

_OTHER: Final = {",": ";", ";": ","}


def write_line(entry: Entry, heads: WrittenHeads) -> bytes:
    """Return the folded line or lines of one property, without the last line break.

    2.1 folds at white space only, and readers disagree about it: there a text that is long, not ASCII or broken into
    lines is quoted-printable, whose soft line breaks all readers take.
    """
    name, value, params, group = entry
    if isinstance(value, bytes):
        line = fold(_binary(entry, value, heads.version))
        return line + AFTER_DATA if heads.version == "2.1" else line
    head, separator, escaped = heads.of(name, params, group)
    text = escaped(value) if type(value) is str else _join(value, separator, escaped)  # type: ignore[arg-type]
    if heads.version != "2.1":
        line = (head + text).encode()
        return line if len(line) <= FOLD else fold(line)
    if len(head) + len(text) <= FOLD and text.isascii() and text.isprintable():
        return (head + text).encode()
    charset = "" if text.isascii() else ";CHARSET=UTF-8"
    line = f"{head[:-1]}{charset};ENCODING=QUOTED-PRINTABLE:".encode()
    return line + quoted_printable(text, FOLD + 1 - len(line))


def _join(value: tuple[str | tuple[str, ...], ...], separator: str, escaped: Callable[[str], str]) -> str:
    try:
        text = separator.join(value)  # type: ignore[arg-type] # a tuple inside makes it raise
    except TypeError:
        text = "\\"
    plain = text.isprintable() and not ("\\" in text or _OTHER[separator] in text)
    if plain and text.count(separator) == len(value) - 1:
        return text
    members = [escaped(member) if isinstance(member, str) else ",".join(map(escaped, member)) for member in value]
    return separator.join(members)


def _binary(entry: Entry, data: bytes, version: str) -> bytes:
    """Return the unfolded line of inline data, as the version writes it (RFC 2426 section 2.4.1, RFC 2397)."""
    name, _, params, group = entry
    media_type, params = media.split(params)
    is_unknown = lookup(name).shape is Shape.UNKNOWN
    head = full_name(name, group)
    if version == "4.0":
        params = (("VALUE", "uri"), *params) if is_unknown else params  # says that the text is an address
        head += f"{parameters(params, version)}:data:{media_type or NO_TYPE};base64,"
    else:
        if media_type:
            params = (("TYPE", media.token(media_type, media.family(name))), *params)
        head += f";ENCODING={'b' if version == '3.0' else 'BASE64'}{parameters(params, version)}:"
    return head.encode() + binascii.b2a_base64(data, newline=False)
