"""Bounds on what is read, so that no file can take more memory or time than its size warrants."""

from __future__ import annotations

from typing import Final

CARD_LIMIT: Final = 16 << 20
"""Octets of one card; a larger one is not read."""
LINE_LIMIT: Final = 10_000
"""Properties of one card."""
DEPTH_LIMIT: Final = 10
"""Cards inside one another (AGENT)."""
DEFECT_LIMIT: Final = 1_000
"""Defects between two cards; more are not told one by one."""
