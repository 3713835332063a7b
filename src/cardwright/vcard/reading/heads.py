"""The head of a line, which is what stands before its value: group, name and parameters, and so how the value is read.

```abnf
head      = [group "."] name *( ";" parameter ) ":"                ; RFC 6350 section 3.3
parameter = name "=" value *( "," value ) / value                  ; without a name as in 2.1: a type, an encoding
value     = *( %x20-21 / %x23-2B / %x2D-39 / %x3C-7E / non-ascii ) ; SAFE-CHAR: no quote, comma, semicolon, colon
          / DQUOTE *( any but DQUOTE ) DQUOTE                      ; with RFC 6868's ^n ^^ ^'
```
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

from cardwright.vcard.properties import LISTED, VERSIONS, Shape, lookup
from cardwright.vcard.quirks import bare_parameters, custom_types, irmc_sound, quoted_types, uri_in_value
from cardwright.vcard.reading.unescaping import part, unescape

if TYPE_CHECKING:
    from cardwright.vcard.model import Parameters

_LINE: Final = re.compile(r'((?:[^":]++|"[^"]*+")*+):(.*)', re.DOTALL)
_NAME: Final = re.compile(r"[!#-+\-./0-9<>-~]+")  # printable, without what parts a line
_CACHED: Final = re.compile(r'(?:[!#-~]|"[^"]*+")(?:[ !#-~]|"[ -!#-~]*+")*+')  # ASCII, every quote closed
_PARAMETER: Final = re.compile(r';\s*([^=;"]*+)(?:=((?:"[^"]*+"|[^;"]++|")*+))?')
_COMMA: Final = re.compile(r'"[^"]*+"|,')
_CARET: Final = re.compile(r"\^([\^n'])")
_CARETS: Final = {"^": "^", "n": "\n", "'": '"'}
_SEPARATORS: Final = {Shape.SINGLE: "", Shape.UNKNOWN: "", Shape.LIST: ","}
_STOPS: Final = {Shape.LIST_COMPONENTS: ","}
_ENCODINGS: Final = {"QUOTED-PRINTABLE": "q", "BASE64": "b", "B": "b"}
_DATA: Final = frozenset({"", "binary", "uri", "url", "inline", "cid", "content-id"})
"""What VALUE says of a value that may be inline data, or the address of such."""
_CLOSER: Final = frozenset({"cid", "content-id", *uri_in_value.SCHEMES})
"""What VALUE says of a value that is not read as it stands."""


class Head(NamedTuple):
    """One head, read."""

    name: str
    """As the table spells it, else in capitals."""
    params: Parameters
    """Without ENCODING and CHARSET; all types in one."""
    group: str
    shape: Shape
    is_uri: bool
    is_binary: bool
    """Whether the value is inline data or a URI."""
    encoding: str
    """`q`, `b` or `""`."""
    charset: str
    code: str
    """The code of what is wrong with it, or `""`."""
    is_edge: bool
    """Whether the line is BEGIN, VERSION or END."""
    separator: str | None
    """What alone parts a plain value, `""` for one text, None where more must be done."""
    value_type: str
    """What VALUE says, in small letters."""
    scheme: str
    """The scheme of an address that stands in VALUE."""
    stop: str
    """A character that a plain value does not hold, besides the backslash."""


Plain = tuple[str, "Parameters", str, str, str]


class ParsedHeads(dict[str, Head]):
    """The heads of one version by their text, read once each: the same few dozen come again on every card."""

    LIMIT: Final = 2_000
    LONGEST: Final = 200

    def __init__(self, version: str) -> None:
        super().__init__()
        self.version = version
        self.plain: dict[str, Plain] = {}
        """Of heads whose values stand as they are: name, parameters, group, separator, stop; the rest is not needed."""

    def make(self, text: str) -> Head:
        """Return the head that `text` is, and remember it if it is one."""
        head = _read(text, self.version)
        if head.code != "V06" and len(text) < self.LONGEST and len(self) < self.LIMIT and _CACHED.fullmatch(text):
            self[text] = head
            if head.separator is not None and not (head.is_edge or head.code):
                stop = "" if head.stop == "\\" else head.stop
                self.plain[text] = (head.name, head.params, head.group, head.separator, stop)
        return head


def split_line(line: str) -> tuple[str, str, str]:
    """Return the head of an unfolded line, its value, and the code of what is wrong or `""`."""
    head, colon, value = line.partition(":")
    if '"' in head and (match := _LINE.fullmatch(line)):  # a colon inside quotes parts nothing
        return match[1], match[2], ""
    return head, value, ("V07" if '"' in head else "") if colon else "V06"


def _read(text: str, version: str) -> Head:
    full_name, semicolon, rest = text.partition(";")
    group, _, name = full_name.strip().rpartition(".")
    params, code = _parameters(semicolon + rest, version)
    row = irmc_sound.row(lookup(name), params)
    if not _NAME.fullmatch(full_name.strip()) or not name:
        code = "V06"
    kind, shape = row.form(version)
    charset, value_type = _first(params, "CHARSET"), _first(params, "VALUE").lower()
    shape = Shape.SINGLE if shape is Shape.UNKNOWN and value_type == "text" else shape
    encoding = _ENCODINGS.get(_first(params, "ENCODING").upper(), "")
    is_uri = (value_type or kind) in {"uri", "url"}
    is_binary = kind == "binary" and value_type in _DATA
    is_plain = (
        not (encoding or is_binary or value_type in _CLOSER or row.name == "AGENT")
        and charset.lower() in {"", "utf-8", "us-ascii"}
        and not (shape is Shape.UNKNOWN and is_uri)
    )
    return Head(
        row.name,
        tuple([param for param in params if param[0] not in {"CHARSET", "ENCODING"}]),
        group,
        shape,
        is_uri,
        is_binary,
        encoding,
        charset,
        code,
        is_edge=row.name in {"BEGIN", "VERSION", "END"},
        separator=(_SEPARATORS.get(shape, ";") if not is_uri else "") if is_plain else None,
        value_type=value_type,
        scheme=value_type if value_type in uri_in_value.SCHEMES else "",
        stop="\\" if is_uri or (shape is Shape.LIST_COMPONENTS and version == "2.1") else _STOPS.get(shape, "\\"),
    )


def encoding_of(head: str) -> str:
    """Return the encoding of the value after the unfolded `head`: `q` quoted-printable, `b` base64, or `""`.

    The one place where that is decided, for whoever looks for the end of a value and for whoever decodes it.
    """
    if ";" not in head:
        return ""
    known = next((heads[head] for heads in HEADS.values() if head in heads), None)
    return (known or _read(head, "3.0")).encoding


def _first(params: Parameters, name: str) -> str:
    for param in params:
        if param[0] == name:
            return param[1]
    return ""


def _parameters(text: str, version: str) -> tuple[Parameters, str]:
    """Return the parameters of `;A=b;c...`, their names in capitals, and the code of what is wrong or `""`."""
    params: dict[str, list[str]] = {}
    code = ""
    for match in _PARAMETER.finditer(text):
        name, given = match[1].strip().upper(), match[2]
        if given is None:
            if not name:
                continue
            given, name = match[1].strip(), bare_parameters.name_of(name)
            code = code if version == "2.1" else "V16"
        if label := custom_types.label(match[0]):
            params.setdefault("TYPE", []).append(label)
            continue
        values = [_value(member, name, version) for member in part(given, ",", _COMMA)]
        if name == "TYPE":
            values = quoted_types.part_types(values)
        elif name in LISTED:  # quoted as if it were one (RFC 6350 section 5.9)
            values = [key.strip() for value in values for key in value.split(",")]
        if name and _NAME.fullmatch(name):
            params.setdefault(name, []).extend(values)
    return tuple([(name, *values) for name, values in params.items() if values]), code


def _value(text: str, name: str, version: str) -> str:
    text = text.strip()
    if text[:1] == '"' == text[-1:] and len(text) > 1:
        text = text[1:-1]
    if version != "2.1" and "^" in text:
        text = _CARET.sub(lambda match: _CARETS[match[1]], text)
    # RFC 6350's own example writes the label's line breaks as text does; RFC 6868 came later
    return unescape(text) if name == "LABEL" else text


HEADS: Final[dict[str, ParsedHeads]] = {version: ParsedHeads(version) for version in VERSIONS}
