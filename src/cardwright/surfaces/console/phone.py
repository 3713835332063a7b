"""Setting up a phone or a mail program: the page `Phone set-up` (P11, CW-71).

A phone has a password of its own: a token that opens CardDAV alone. It is shown once, can be revoked, and stands by
its name in the history of what the phone changes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from cardwright.book import accounts
from cardwright.errors import Fault, InvalidError, Rule
from cardwright.surfaces.console.apple_profile import MEDIA_TYPE, DavServer, profile
from cardwright.surfaces.console.page import Notice, Page, Redirect, Route, Sent
from cardwright.surfaces.console.texts import text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cardwright.surfaces.console.page import Answer, Request

_PATH: Final = "/phone"
_PROFILE: Final = "/phone/cardwright.mobileconfig"
_ALL: Final = "all"
_ATTACHED: Final = ((b"content-disposition", b'attachment; filename="cardwright.mobileconfig"'),)


async def show(request: Request) -> Answer:
    """Show how phones are set up; a password that was just made stands in its text box this once."""
    return await _page(request, (), request.typed.get("name") if request.typed else "")


async def make_password(request: Request) -> Answer:
    """Make a password for a phone: a token that opens CardDAV alone."""
    name = request.form.get("name")
    try:
        accounts.refuse(None if name.strip() else Fault("name", Rule.REQUIRED, "is required"))
        made = await accounts.add_token(request.parts.store.accounts, request.account.sid, dav=True, name=name)
    except InvalidError as refused:
        errors = [("name", text("form.fault", name=text("phone.name"), message=it.message)) for it in refused.faults]
        return await _page(request, errors, name)
    notice = Notice("phone.made", {"name": name})
    return Redirect(request.url(_PATH), notice, secret=f"{made.auth_token} {name}")


async def revoke(request: Request) -> Answer:
    """End the password of a phone."""
    store, token_id = request.parts.store.accounts, request.form.get("id")
    name = next((it.name for it in await store.tokens(request.account.sid) if it.token_id == token_id), token_id)
    await store.revoke_token(request.account.sid, token_id)
    return Redirect(request.url(_PATH), Notice("phone.revoked", {"name": name}))


async def download(request: Request) -> Answer:
    """Send the profile for Apple's devices; `?books=all` is that of a device that shows one address book alone."""
    sid = request.account.sid
    account = await request.parts.store.accounts.get(sid)
    user = f"{sid}+{_ALL}" if request.query.get("books") == _ALL else sid
    return Sent(profile(DavServer(request.origin, sid), user, account.name), MEDIA_TYPE, headers=_ATTACHED)


async def _page(request: Request, errors: Sequence[tuple[str, str]], name: str) -> Page:
    secret, _, phone = request.secret.partition(" ")
    sid, address = request.account.sid, urlsplit(f"{request.origin}/dav/")
    scheme = "davx5" if request.is_secure else "carddav"
    values: dict[str, Any] = {
        "title": text("phone.title"),
        "server": f"{request.origin}/dav/" if request.root else request.origin,
        "secure": request.is_secure,
        "phones": [it for it in await request.parts.store.accounts.tokens(sid) if it.dav],
        "davx5": f"{scheme}://{sid}@{address.netloc}{address.path}",
        "secret": secret,
        "phone": phone,
        "errors": errors,
        "faults": dict(errors),
        "name": name,
    }
    return Page("phone.html", values, 422 if errors else 200)


ROUTES: Final = (
    Route("GET", _PATH, show),
    Route("POST", _PATH, make_password),
    Route("POST", "/phone/revoke", revoke, form=_PATH),
    Route("GET", _PROFILE, download),
)
