"""`cardwright campaign`: the address books of an account."""

from __future__ import annotations

from cyclopts import App

from cardwright.book import partners
from cardwright.cli.opening import with_store
from cardwright.cli.output import DATA, Data, Json, show, table

app = App(name="campaign", help="Add and list the campaigns of an account.")


@app.command
def add(sid: str, id_: str, name: str, /, *, json: Json = False, data: Data = DATA) -> None:
    """Add a campaign, with a contact for every partner user.

    Parameters
    ----------
    sid
        The account's SID.
    id_
        The campaign's id.
    name
        The campaign's name.
    json
        Print one JSON document.
    data
        Where the data lives.
    """
    made = with_store(data, lambda store: partners.add_campaign(store.partners, sid, id_, name))
    show({"Id": made.id, "Name": made.name}, as_json=json)


@app.command(name="list")
def list_(sid: str, /, *, json: Json = False, data: Data = DATA) -> None:
    """List an account's campaigns, the oldest first."""
    found = with_store(data, lambda store: store.partners.campaigns(sid))
    table([{"Id": it.id, "Name": it.name} for it in found], as_json=json)
