"""The two errors that a client hears about a fetch; the reason goes to the debug log alone."""

from __future__ import annotations

import logging

from cardwright.errors import Fault, InvalidError, Rule

_UNREACHABLE = Fault("", Rule.PHOTO_UNREACHABLE, "The photo cannot be fetched.")
_TOO_LARGE = Fault("", Rule.PHOTO_TOO_LARGE, "The photo is too large.")

_logger = logging.getLogger("cardwright.fetch")


def unreachable(reason: str) -> InvalidError:
    """Return the error for every refusal and failure, in one text that says nothing about the network (E1518)."""
    _logger.debug("photo not fetched: %s", reason)
    return InvalidError([_UNREACHABLE])


def too_large(limit: int) -> InvalidError:
    """Return the error for more octets than `limit`, whether announced, received or decoded."""
    _logger.debug("photo not fetched: over %d octets", limit)
    return InvalidError([_TOO_LARGE])
