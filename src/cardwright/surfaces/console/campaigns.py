"""`/`, which leads on, and the campaigns of the account (P2)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from cardwright.surfaces.console.page import Page, Redirect, Route
from cardwright.surfaces.console.texts import text

if TYPE_CHECKING:
    from cardwright.surfaces.console.page import Answer, Request

_LIST: Final = "/campaigns/{c}/contacts"


async def start(request: Request) -> Answer:
    """Lead to the contacts of the campaign that was made first, or to the campaigns where there is none."""
    campaigns = await request.parts.store.partners.campaigns(request.account.sid)
    if campaigns and request.knows(_LIST):
        return Redirect(request.url(_LIST, c=campaigns[0].id))
    return Redirect(request.url("/campaigns"))


async def show(request: Request) -> Answer:
    """Show the campaigns, and the commands that make them."""
    campaigns = await request.parts.store.partners.campaigns(request.account.sid)
    return Page("campaigns.html", {"title": text("campaigns.title"), "campaigns": campaigns})


ROUTES: Final = (Route("GET", "/", start), Route("GET", "/campaigns", show))
