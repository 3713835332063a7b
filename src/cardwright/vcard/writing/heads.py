"""What stands before a value on a line that is written, and how the value is escaped after it."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final, TypeAlias

from cardwright.vcard.conversion.parameters import lowered
from cardwright.vcard.model import check_name, check_parameter
from cardwright.vcard.properties import VERSIONS, Shape, Version, lookup
from cardwright.vcard.quirks import bare_parameters, irmc_sound
from cardwright.vcard.writing.escaping import (
    clean,
    escape,
    escape_21,
    escape_listed_21,
    escape_member_21,
    escape_unknown,
    escape_uri,
    parameter,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from cardwright.vcard.model import Parameters


Head: TypeAlias = "tuple[str, str, Callable[[str], str]]"
"""What stands before a value that is not inline data, what parts the value's members, and how each is escaped.

A plain tuple: it is unpacked for every property that is written, and a named one takes three times as long.
"""


class WrittenHeads:
    """The heads of one version, made once each: the same few dozen come again on every card."""

    LIMIT: Final = 2_000
    LONGEST: Final = 200

    def __init__(self, version: Version) -> None:
        self.version = version
        self.opening = f"BEGIN:VCARD\r\nVERSION:{version}"
        """How a card begins."""
        self.known: Final[dict[tuple[str, Parameters, str], Head]] = {}
        """Those that were made before; not that of AGENT, which escapes more than others do."""

    def of(self, name: str, params: Parameters, group: str) -> Head:
        """Return the head of a property. Raises `VCardError` for a name that cannot be written."""
        head = self.known.get((name, params, group))
        if head is None:
            text, _, _ = head = self._make(name, params, group)
            few = len(self.known) < self.LIMIT and len(text) < self.LONGEST  # strangers' must not fill the memory
            if few and name.upper() != "AGENT":
                self.known[name, params, group] = head
        return head

    def _make(self, name: str, params: Parameters, group: str) -> Head:
        kind, shape = irmc_sound.row(lookup(name), params).form(self.version)
        value_type = next((param[1].lower() for param in params if param[0].upper() == "VALUE" and param[1:]), "")
        if kind == "binary" and not value_type and self.version != "4.0":  # would be taken for inline data
            params = (("VALUE", "uri" if self.version == "3.0" else "URL"), *params)
        separator = "," if shape is Shape.UNKNOWN and value_type == "text" else shape.separator
        escaped = self._escape(value_type or kind, shape, is_typed=bool(value_type))
        if name.upper() == "AGENT":
            escaped = partial(_escape_agent, escaped)
        return f"{full_name(name, group)}{parameters(params, self.version)}:", separator, escaped

    def _escape(self, kind: str, shape: Shape, *, is_typed: bool) -> Callable[[str], str]:
        if kind in {"uri", "url", "binary", "content-id"}:
            return escape_uri
        if shape is Shape.UNKNOWN and not (is_typed and kind == "text"):
            return clean if self.version == "2.1" else escape_unknown
        if self.version != "2.1":
            return escape
        return {Shape.SINGLE: escape_21, Shape.LIST: escape_listed_21, Shape.UNKNOWN: escape_listed_21}.get(
            shape, escape_member_21
        )


def _escape_agent(escaped: Callable[[str], str], text: str) -> str:
    """Return `text` so that no card begins on the line of AGENT: its writer meant a text."""
    return escaped(text).replace(":", "\\:") if "VCARD" in text.upper() and "\n" not in text else escaped(text)


HEADS: Final[dict[str, WrittenHeads]] = {version: WrittenHeads(version) for version in VERSIONS}


def full_name(name: str, group: str) -> str:
    """Return a property's name with its group. Raises `VCardError` for what cannot be written."""
    check_name(name, group)
    return f"{group}.{name}" if group else name


def parameters(params: Parameters, version: str) -> str:
    """Return the parameters with their leading semicolons, types and preference as the version says them."""
    parts = []
    has_preference = any(param[0].upper() == "PREF" for param in params)
    for name, *values in params:
        match name.upper():
            case "ENCODING" | "CHARSET":
                continue
            case "TYPE" if version == "4.0":
                types = [lowered(value) for value in values if value.upper() not in {"INTERNET", "PREF"}]
                parts += [("TYPE", types)] if types else []
                if len(types) < len(values) and not has_preference and "PREF" in map(str.upper, values):
                    parts.append(("PREF", ["1"]))
            case "PREF" if version != "4.0":
                parts += [("TYPE", ["PREF"])] if values == ["1"] else []
            case "SORT-AS" if version == "4.0" and values:  # a list, quoted as if it were one (RFC 6350 section 5.9)
                parts.append(("SORT-AS", [",".join(values)]))
            case _ if values:
                check_parameter(name)
                parts.append((name, values))
    return "".join(_parameter(name, values, version) for name, values in parts)


def _parameter(name: str, values: list[str], version: str) -> str:
    written = [parameter(value, version, name.upper()) for value in values]
    if version != "2.1":
        return f";{name}={','.join(written)}"
    if name.upper() == "TYPE":
        return "".join(f";{value}" if bare_parameters.is_bare(value) else f";TYPE={value}" for value in written)
    return "".join(f";{name}={value}" for value in written)
