"""The two errors that a client hears about a fetch; the reason goes to the debug log alone."""

from __future__ import annotations

import logging

from cardwright import metrics
from cardwright.errors import Fault, InvalidError, Rule

_UNREACHABLE = Fault("", Rule.PHOTO_UNREACHABLE, "The photo cannot be fetched.")
_TOO_LARGE = Fault("", Rule.PHOTO_TOO_LARGE, "The photo is too large.")

_logger = logging.getLogger("cardwright.fetch")


def unreachable(reason: str) -> InvalidError:
    """Return the error for every refusal and failure, in one text that says nothing about the network (E1518)."""
    metrics.FETCHES.count("failed")
    return _unreachable(reason)


def refused(reason: str) -> InvalidError:
    """Return the same error for an address that is not asked at all."""
    metrics.FETCHES.count("refused")
    return _unreachable(reason)


def too_large(limit: int) -> InvalidError:
    """Return the error for more octets than `limit`, whether announced, received or decoded."""
    metrics.FETCHES.count("failed")
    _logger.debug("photo not fetched: over %d octets", limit)
    return InvalidError([_TOO_LARGE])


def _unreachable(reason: str) -> InvalidError:
    _logger.debug("photo not fetched: %s", reason)
    return InvalidError([_UNREACHABLE])
