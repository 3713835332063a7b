"""A document as XML (PC-51): the same tree that JSON shows, with the numbers of a list as attributes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Final
from xml.sax.saxutils import escape

if TYPE_CHECKING:
    from collections.abc import Mapping

ROOT: Final = "ImpactRadiusResponse"
ITEMS: Final = {
    "Contacts": "Contact",
    "Campaigns": "Campaign",
    "Partners": "Partner",
    "Labels": "Label",
    "Accounts": "Account",
    "Errors": "Error",
    "Warnings": "Warning",
}
"""The name of a list to that of its items."""

# What XML 1.0 cannot hold in any form (section 2.2, Char).
_IMPOSSIBLE: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
# As they stand, readers would make spaces or line feeds of them (XML 1.0 sections 2.11 and 3.3.3).
_KEPT: Final = {"\r": "&#13;", "\n": "&#10;", "\t": "&#9;", '"': "&quot;"}


def document(name: str, fields: Mapping[str, Any]) -> bytes:
    """Return the document of `fields`, inside an element `name` if there is one."""
    attributes = {key[1:]: value for key, value in fields.items() if key.startswith("@")}
    inner = "".join(
        [
            _element(key, value, {} if key == "Warnings" else attributes)
            for key, value in fields.items()
            if not key.startswith("@")
        ]
    )
    body = f"<{name}>{inner}</{name}>" if name else inner
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<{ROOT}>{body}</{ROOT}>\n'.encode()


def _element(name: str, value: Any, attributes: Mapping[str, str]) -> str:  # noqa: ANN401 - any JSON value
    if isinstance(value, list | Iterator):
        said = "".join([f' {key}="{_text(text)}"' for key, text in attributes.items()])
        items = "".join([_element(ITEMS[name], item, {}) for item in value])
        return f"<{name}{said}>{items}</{name}>"
    if isinstance(value, dict):
        return f"<{name}>{''.join([_element(key, item, {}) for key, item in value.items()])}</{name}>"
    if isinstance(value, bool):
        value = "true" if value else "false"
    return f"<{name}>{_text(value)}</{name}>"


def _text(text: str) -> str:
    return escape(_IMPOSSIBLE.sub("\ufffd", text), _KEPT)
