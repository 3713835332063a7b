"""Templates to HTML: Jinja2, with every value escaped and no name undefined."""

from __future__ import annotations

import functools
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from cardwright.surfaces.console import texts
from cardwright.surfaces.console.navigation import links

if TYPE_CHECKING:
    from cardwright.book.partners import Campaign
    from cardwright.surfaces.console.page import Notice, Page, Request
    from cardwright.surfaces.console.static_files import StaticFiles

_FOLDER: Final = Path(__file__).with_name("templates")


@functools.cache
def environment() -> Environment:
    """Return what reads the templates."""
    made = Environment(
        loader=FileSystemLoader(_FOLDER),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    made.globals |= {"t": texts.text, "number": texts.number, "moment": texts.moment, "day": texts.day}
    return made


def render(
    request: Request, page: Page, static: StaticFiles, campaign: Campaign | None, notice: Notice | None
) -> bytes:
    """Return a page as HTML; `campaign` is the one that the navigation leads to."""
    session = request.session
    values: dict[str, Any] = {
        "session": session,
        "writable": session is not None and not session.read_only,
        "layout": "base.html" if session else "plain.html",
        "url": request.url,
        "root": request.root,
        "knows": request.knows,
        "static": lambda name: request.root + static.address(name),
        "campaign": campaign,
        "navigation": links(request, campaign) if session else [],
        "notice": notice,
        "errors": (),
        "refresh": False,
        "kind": "plain",
    }
    return environment().get_template(page.template).render(values | dict(page.values)).encode()
