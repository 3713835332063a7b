"""A place in a list as a text that a client keeps and sends back, without a look into it (PC-43).

What it holds is what the list goes by and the contact's number: `["coyote",2750]` in base64 for addresses. So it stands
as long as the contact is called so, and leads on from there also when the contact is gone.
"""

from __future__ import annotations

import base64
import binascii
from typing import TYPE_CHECKING, Final

from msgspec import DecodeError, ValidationError
from msgspec.json import Decoder, encode

from cardwright import limits
from cardwright.book.requests import Cursor

if TYPE_CHECKING:
    from cardwright.book.requests import Order

_MOST: Final = 2**62  # of milliseconds and numbers: what every store takes
_read: Final = Decoder(tuple[str | int, int]).decode


def written(cursor: Cursor) -> str:
    """Return the text of a place."""
    return base64.urlsafe_b64encode(encode(cursor[:2])).decode().rstrip("=")


def read(text: str, order: Order, *, before: bool = False) -> Cursor:
    """Return the place that a text says in a list of this order; ValueError for what `written` has not made of one."""
    if len(text) > limits.CURSOR.value:
        raise ValueError(text[:40])
    try:
        key, number = _read(base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True))
    except (binascii.Error, DecodeError, ValidationError, UnicodeError) as error:
        raise ValueError(text) from error
    is_right = 0 <= number < _MOST
    if isinstance(key, str):
        is_right = is_right and order == "name" and "\0" not in key
    else:
        is_right = is_right and order != "name" and 0 <= key < _MOST
    if not is_right:
        raise ValueError(text)
    return Cursor(key, number, before)
