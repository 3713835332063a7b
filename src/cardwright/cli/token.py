"""`cardwright token`: the AuthTokens of an account."""

from __future__ import annotations

from typing import Annotated

from cyclopts import App, Parameter

from cardwright.book import accounts
from cardwright.cli.arguments import DATA, Data, Json, Sid
from cardwright.cli.opening import with_store
from cardwright.cli.output import show, table

app = App(name="token", help="Add, list and revoke the AuthTokens of an account.")

ReadOnly = Annotated[bool, Parameter(negative="", help="The token may read, and change nothing.")]

Dav = Annotated[bool, Parameter(negative="", help="The token opens CardDAV alone: a password for a phone.")]

TokenName = Annotated[str, Parameter(help="What the token is called in lists: who or what uses it.")]


@app.command
def add(  # noqa: PLR0913 - its options
    sid: Sid,
    /,
    *,
    read_only: ReadOnly = False,
    dav: Dav = False,
    name: TokenName = "",
    json: Json = False,
    data: Data = DATA,
) -> None:
    """Add a token and print it, the only time that it is shown."""
    made = with_store(
        data, lambda store: accounts.add_token(store.accounts, sid, read_only=read_only, dav=dav, name=name)
    )
    show({"AccountSID": made.sid, "TokenId": made.token_id, "AuthToken": made.auth_token}, as_json=json)


@app.command(name="list")
def list_(sid: Sid, /, *, json: Json = False, data: Data = DATA) -> None:
    """List an account's tokens, without their secrets."""
    tokens = with_store(data, lambda store: store.accounts.tokens(sid))
    table(
        [
            {
                "TokenId": it.token_id,
                "Name": it.name,
                "ReadOnly": it.read_only,
                "CardDAV": it.dav,
                "DateCreated": it.created.isoformat(),
                "LastUsed": it.used.isoformat() if it.used else "",
            }
            for it in tokens
        ],
        as_json=json,
    )


@app.command
def revoke(sid: Sid, token_id: str, /, *, json: Json = False, data: Data = DATA) -> None:
    """Revoke a token; it stops working within a second, on every worker.

    Parameters
    ----------
    token_id
        The token's id, as `token list` shows it.
    """
    with_store(data, lambda store: store.accounts.revoke_token(sid, token_id))
    show({"AccountSID": sid, "TokenId": token_id, "Status": "REVOKED"}, as_json=json)
