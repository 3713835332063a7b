"""`cardwright key`: the ApiKey of an account."""

from __future__ import annotations

from cyclopts import App

from cardwright.book import accounts
from cardwright.cli.arguments import DATA, Data, Json, Sid
from cardwright.cli.opening import with_store
from cardwright.cli.output import show

app = App(name="key", help="Reset the ApiKey of an account.")


@app.command
def reset(sid: Sid, /, *, json: Json = False, data: Data = DATA) -> None:
    """Make a new ApiKey and print it; the old one stops working at once, on every worker."""
    key = with_store(data, lambda store: accounts.reset_key(store.accounts, sid))
    show({"AccountSID": sid, "ApiKey": key}, as_json=json)
