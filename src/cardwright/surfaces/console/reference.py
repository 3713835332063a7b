"""The reference of the interfaces, made from `/openapi.json` (P12, CW-73)."""

from __future__ import annotations

import asyncio
import re
from typing import TYPE_CHECKING, Any, Final

from markupsafe import Markup

from cardwright.surfaces.console.operations import ORIGIN, operations_of
from cardwright.surfaces.console.page import Page, Route
from cardwright.surfaces.console.rendering import environment
from cardwright.surfaces.console.texts import text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cardwright.surfaces.console.page import Answer, Request

_ORIGIN: Final = re.compile(r"https?://(?:[A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\])(?::\d+)?(?:/[A-Za-z0-9._~%/-]+)?")
"""An address that can stand in a command line, between double quotes."""
_SAMPLE: Final = "http://127.0.0.1:8000"


class Reference:
    """The operations as HTML, made once: it takes tens of milliseconds, and is the same for everybody."""

    def __init__(self, document: Mapping[str, Any]) -> None:
        self._document = document
        self._made: Markup | None = None

    async def markup(self, origin: str) -> Markup:
        """Return it with the address of the server in its command lines."""
        if self._made is None:
            self._made = await asyncio.to_thread(self._make)
        return self._made.replace(ORIGIN, origin if _ORIGIN.fullmatch(origin) else _SAMPLE)

    def _make(self) -> Markup:
        made = environment().overlay()
        made.filters = {**made.filters, "with_code": _with_code}
        template = made.get_template("operations.html")
        return Markup(template.render(operations=operations_of(self._document)))  # noqa: S704 - of our own template, escaped


def _with_code(said: str) -> Markup:
    """Return a text in which what stands between backticks is code, as the document has it (CommonMark)."""
    parts = said.split("`")
    return Markup("").join(Markup("<code>{}</code>").format(it) if at % 2 else it for at, it in enumerate(parts))


async def show(request: Request) -> Answer:
    """Show every operation; nobody need be signed in."""
    operations = await request.parts.reference.markup(request.origin)
    return Page("reference.html", {"title": text("reference.title"), "operations": operations})


ROUTES: Final = (Route("GET", "/docs", show, public=True),)
