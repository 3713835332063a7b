"""The keys and tokens of the account (P11, CW-70)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from cardwright.book import accounts
from cardwright.errors import InvalidError
from cardwright.surfaces.console.page import Notice, Page, Redirect, Route
from cardwright.surfaces.console.texts import text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cardwright.surfaces.console.page import Answer, Request

_PATH: Final = "/keys"
_READ_ONLY: Final = "read"


async def show(request: Request) -> Answer:
    """Show the tokens; a secret that was just made stands in its text box this once."""
    typed = request.typed
    values = {"name": typed.get("name"), "may": typed.get("may") == _READ_ONLY} if typed else {}
    return await _page(request, (), **values)


async def make_token(request: Request) -> Answer:
    """Make a token."""
    read_only = request.form.get("may") == _READ_ONLY
    name = request.form.get("name")
    try:
        made = await accounts.add_token(
            request.parts.store.accounts, request.account.sid, read_only=read_only, name=name
        )
    except InvalidError as refused:
        return await _page(
            request,
            [("name", text("form.fault", name=text("keys.new-name"), message=it.message)) for it in refused.faults],
            name=name,
            may=read_only,
        )
    notice = Notice("keys.token-made", {"id": made.token_id})
    return Redirect(request.url(_PATH), notice, secret=f"token {made.auth_token}")


async def revoke(request: Request) -> Answer:
    """Revoke a token; whoever revokes their own signs out by that."""
    token_id = request.form.get("id")
    await request.parts.store.accounts.revoke_token(request.account.sid, token_id)
    if token_id == request.account.token_id:
        return Redirect(request.url("/sign-in"))
    return Redirect(request.url(_PATH), Notice("keys.revoked", {"id": token_id}))


async def reset_key(request: Request) -> Answer:
    """Make a new API key, when it is said that the old one may end."""
    if not request.form.get("sure"):
        return await _page(request, [("sure", text("keys.not-sure"))])
    key = await accounts.reset_key(request.parts.store.accounts, request.account.sid)
    return Redirect(request.url(_PATH), Notice("keys.key-made"), secret=f"key {key}")


async def _page(request: Request, errors: Sequence[tuple[str, str]], **typed: Any) -> Page:  # noqa: ANN401 - what was typed
    kind, _, secret = request.secret.partition(" ")
    values = {
        "title": text("keys.title"),
        "tokens": await request.parts.store.accounts.tokens(request.account.sid),
        "made": kind,
        "secret": secret,
        "errors": errors,
        "faults": dict(errors),
        "name": typed.get("name", ""),
        "may_read": bool(typed.get("may")),
    }
    return Page("keys.html", values, 422 if errors else 200)


ROUTES: Final = (
    Route("GET", _PATH, show),
    Route("POST", "/keys/token", make_token, form=_PATH),
    Route("POST", "/keys/revoke", revoke, form=_PATH),
    Route("POST", "/keys/key", reset_key, form=_PATH),
)
