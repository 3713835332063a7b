"""`cardwright account`: the tenants of a server."""

from __future__ import annotations

from cyclopts import App

from cardwright.book import accounts
from cardwright.cli.arguments import DATA, Data, Json, Sid
from cardwright.cli.opening import with_store
from cardwright.cli.output import show, table

app = App(name="account", help="Add, list and remove accounts.")


@app.command
def add(name: str, /, *, sid: str | None = None, json: Json = False, data: Data = DATA) -> None:
    """Add an account and print its credentials, the only time that they are shown.

    Parameters
    ----------
    name
        The company's name.
    sid
        The account's SID; one is made up without it.
    """
    made = with_store(data, lambda store: accounts.add_account(store.accounts, name, sid), create=True)
    show({"AccountSID": made.sid, "AuthToken": made.auth_token, "ApiKey": made.api_key}, as_json=json)


@app.command(name="list")
def list_(*, json: Json = False, data: Data = DATA) -> None:
    """List the accounts, the oldest first."""
    accounts = with_store(data, lambda store: store.accounts.all())
    table(
        [{"AccountSID": it.sid, "Name": it.name, "DateCreated": it.created.isoformat()} for it in accounts],
        as_json=json,
    )


@app.command
def remove(sid: Sid, /, *, json: Json = False, data: Data = DATA) -> None:
    """Remove an account with everything that belongs to it; its credentials end at once."""
    with_store(data, lambda store: store.accounts.remove(sid))
    show({"AccountSID": sid, "Status": "REMOVED"}, as_json=json)
