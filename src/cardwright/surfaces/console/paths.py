"""Where the console answers: known to the front door before any page is loaded."""

from __future__ import annotations

from typing import Final

STATIC: Final = "/static/"
PATHS: Final = (
    "/",
    STATIC,
    "/c/",
    "/campaigns/",
    "/docs/",
    "/keys/",
    "/make/",
    "/phone/",
    "/sign-in/",
    "/sign-out/",
)
"""`/`, and what the paths of all pages begin with."""
