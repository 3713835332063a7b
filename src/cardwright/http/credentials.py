"""HTTP Basic credentials (RFC 7617)."""

from __future__ import annotations

import base64
import binascii
from typing import Final, NamedTuple

CHALLENGE: Final = 'Basic realm="Cardwright", charset="UTF-8"'
"""The value of WWW-Authenticate."""


class Basic(NamedTuple):
    """A user and their password."""

    user: str
    password: str


def basic(authorization: bytes | None) -> Basic | None:
    """Return what the Authorization header carries; None when that is not Basic credentials in UTF-8."""
    scheme, _, encoded = (authorization or b"").strip().partition(b" ")
    if scheme.lower() != b"basic":
        return None
    try:
        user, colon, password = base64.b64decode(encoded.strip(), validate=True).decode().partition(":")
    except (binascii.Error, ValueError):
        return None
    return Basic(user, password) if colon else None
