"""`cardwright campaign`: the address books of an account."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cyclopts import App

from cardwright.book import partners
from cardwright.book.ports import Place
from cardwright.book.requests import Query
from cardwright.cli.arguments import DATA, CampaignId, Data, Json, Sid
from cardwright.cli.confirmation import Yes, ask
from cardwright.cli.opening import with_store
from cardwright.cli.output import named, show, table

if TYPE_CHECKING:
    from cardwright.book.ports import Store

app = App(name="campaign", help="Add, list, rename and remove the campaigns of an account.")


@app.command
def add(sid: Sid, campaign: CampaignId, name: str, /, *, json: Json = False, data: Data = DATA) -> None:
    """Add a campaign, with a contact for every partner user.

    Parameters
    ----------
    name
        The campaign's name.
    """
    made = with_store(data, lambda store: partners.add_campaign(store.partners, sid, campaign, name))
    show(named(made), as_json=json)


@app.command
def rename(sid: Sid, campaign: CampaignId, name: str, /, *, json: Json = False, data: Data = DATA) -> None:
    """Give a campaign another name.

    Parameters
    ----------
    name
        The new name.
    """
    made = with_store(data, lambda store: partners.rename_campaign(store.partners, sid, campaign, name))
    show(named(made), as_json=json)


@app.command
def remove(sid: Sid, campaign: CampaignId, /, *, yes: Yes = False, json: Json = False, data: Data = DATA) -> None:
    """Remove a campaign with all its contacts and their history, for good; it asks first."""

    async def run(store: Store) -> None:
        there = await store.partners.campaign(sid, campaign)
        contacts = (await store.contacts.list(Place(sid, campaign), Query(page_size=1))).total
        ask(f"Remove campaign {campaign} ({there.name}) with its {contacts} contacts", yes=yes)
        await store.partners.remove_campaign(sid, campaign)

    with_store(data, run)
    show({"Id": campaign, "Status": "REMOVED"}, as_json=json)


@app.command(name="list")
def list_(sid: Sid, /, *, json: Json = False, data: Data = DATA) -> None:
    """List an account's campaigns, the oldest first."""
    campaigns = with_store(data, lambda store: store.partners.campaigns(sid))
    table(map(named, campaigns), as_json=json)
