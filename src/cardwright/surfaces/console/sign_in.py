"""Signing in and out (P1, CW-10 to CW-12)."""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

from cardwright import limits
from cardwright.book import sessions
from cardwright.clock import since_boot
from cardwright.errors import NotFoundError
from cardwright.http.body import BodyTooLargeError
from cardwright.surfaces.console.form import parsed
from cardwright.surfaces.console.page import Page, Redirect, Route
from cardwright.surfaces.console.sessions import cookie_field, keep_typed
from cardwright.surfaces.console.texts import text
from cardwright.surfaces.console.visitors import network_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cardwright.book.sessions import Session
    from cardwright.surfaces.console.page import Answer, Request

_PATH: Final = re.compile(r"/(?![/\\])[^\\\x00-\x20\x7f]*")
"""An address of this host: browsers read `//` and a backslash as the beginning of another's (CW-10)."""
_SAFE: Final = "/:@!$&'()*+,;=~-._?%"
_MINUTE: Final = 60
_WITH_KEPT: Final = 5 * limits.CONTACT_FORM_TEXTS.value
"""Octets of the form with what was typed in another: encoded twice, an octet of that is five (`%25C3`)."""


async def show(request: Request) -> Answer:
    """Show P1, unless somebody is signed in."""
    after = _checked(request.query.get("next", "/"))
    if request.session:
        return Redirect(request.root + after)
    return _page({"next": after})


async def sign_in(request: Request) -> Answer:
    """Begin a session, and lead to where it was to go."""
    if sum(len(value) for name, value in request.form.fields if name != "kept") > limits.FORM_TEXTS.value:
        raise BodyTooLargeError
    sid, token = request.form.get("sid").strip(), request.form.get("token").strip()
    values = {"next": _checked(request.form.get("next", "/")), "kept": request.form.get("kept"), "sid": sid}
    failures, name = request.parts.sign_in_failures, _who(request, sid)
    if failures.count(name) >= limits.SIGN_IN_FAILURES.value:
        left = math.ceil(failures.add(name, 0).end - since_boot())
        errors = [("", text("sign-in.too-many")), ("", text("sign-in.wait", n=math.ceil(left / _MINUTE)))]
        return _page(values | {"errors": errors}, 429, ((b"retry-after", b"%d" % max(left, 1)),))
    session = await _begun(request, sid, token)
    if session is None:
        failures.add(name, 1, limits.SIGN_IN_WINDOW.value)
        return _page(values | {"errors": [("sid", text("sign-in.wrong"))]}, 401)
    if values["kept"]:
        typed = parsed(values["kept"].encode(), limits.CONTACT_FORM_FIELDS.value)  # no form has more
        await keep_typed(request, session, values["next"], typed)
    return Redirect(request.root + values["next"], headers=cookie_field(session, secure=request.is_secure))


async def sign_out(request: Request) -> Answer:
    """End the session; what the browser has kept of its pages goes (CW-12)."""
    await sessions.end(request.parts.store.sessions, request.account)
    forget = ((b"clear-site-data", b'"cache"'),)
    return Redirect(request.url("/sign-in"), headers=(*cookie_field(None, secure=request.is_secure), *forget))


def asked_to_sign_in(after: str, kept: str) -> Page:
    """Return P1 as the answer to a POST whose session has ended, with what was typed kept in the page."""
    return _page({"next": _checked(after), "kept": kept}, 401)


async def _begun(request: Request, sid: str, token: str) -> Session | None:
    access = await request.parts.keyring.look_up_token(sid, token)
    try:
        return await sessions.begin(request.parts.store.sessions, access) if access and not access.dav else None
    except NotFoundError:  # it was revoked in this moment
        return None


def _page(values: Mapping[str, object], status: int = 200, headers: tuple[tuple[bytes, bytes], ...] = ()) -> Page:
    defaults = {"title": text("sign-in.title"), "kind": "gate", "sid": "", "kept": ""}
    return Page("sign_in.html", {**defaults, **values}, status, headers)


def _checked(address: str) -> str:
    """Return an address of this host; the start in place of every other."""
    address = quote(address, safe=_SAFE)
    return address if _PATH.fullmatch(address) else "/"


def _who(request: Request, sid: str) -> str:
    """Return under what failures are counted: an address, of IPv6 its /64, and a SID."""
    return f"{network_of(request)} {sid}"


ROUTES: Final = (
    Route("GET", "/sign-in", show, public=True),
    Route("POST", "/sign-in", sign_in, public=True, limit=_WITH_KEPT, texts=_WITH_KEPT),
    Route("POST", "/sign-out", sign_out, reads=True),
)
