"""The cookie of a session, and what the session keeps for the page that follows: a notice, or a form (CW-3, CW-12)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import msgspec

from cardwright import limits
from cardwright.book import sessions
from cardwright.surfaces.console.form import Form
from cardwright.surfaces.console.page import Notice

if TYPE_CHECKING:
    from cardwright.book.sessions import Session
    from cardwright.http.asgi import Fields, Headers
    from cardwright.surfaces.console.page import Request

COOKIE: Final = "cardwright_session"
_FETCHED_FOR: Final = b"sec-fetch-dest"
_SECONDS: Final = limits.SESSION.value * 60 * 60


class _Kept(msgspec.Struct, omit_defaults=True):
    """What is kept for one address."""

    at: str
    key: str = ""
    values: dict[str, str | int] = {}
    undo: str | None = None
    secret: str = ""
    typed: list[tuple[str, str]] | None = None


async def open_session(request: Request) -> None:
    """Give the request its session, and what that keeps for this page."""
    sent = _sent(request.exchange.headers)
    request.session = await sessions.of_cookie(request.parts.store.sessions, sent) if sent else None
    kept = _kept(request)
    if kept and kept.typed is not None and _is_here(request, kept):
        request.typed = Form(kept.typed)
    if request.session and kept and kept.secret and _is_here(request, kept):
        request.secret = sessions.unsealed(request.session, kept.secret)


def notice_of(request: Request) -> Notice | None:
    """Return the notice of this page, if there is one."""
    kept = _kept(request)
    return Notice(kept.key, kept.values, kept.undo) if kept and kept.key and _is_here(request, kept) else None


async def keep_notice(request: Request, address: str, notice: Notice, secret: str = "") -> None:
    """Have the page at an address say this, until another page is shown: to load it anew says it again.

    With a secret it is said once.
    """
    at = address.removeprefix(request.root).partition("#")[0]
    kept = sessions.sealed(request.account, secret) if secret else ""
    await _keep(request.account, request, _Kept(at, notice.key, dict(notice.values), notice.undo, kept))


async def keep_typed(request: Request, session: Session, at: str, typed: list[tuple[str, str]]) -> None:
    """Have the form at an address be shown with what was typed."""
    await _keep(session, request, _Kept(at, typed=typed))


async def forget_kept(request: Request) -> None:
    """Let go of what was kept for another page than this one, which is being shown, and of a secret."""
    if request.exchange.headers.get(_FETCHED_FOR, b"document") != b"document":
        return  # a script asks, say how far an import is in another window: that may be before the notice is shown
    kept = _kept(request)
    if request.session and kept and (kept.secret or not _is_here(request, kept)):
        await sessions.keep(request.parts.store.sessions, request.session, "")


def cookie_field(session: Session | None, *, secure: bool) -> Fields:
    """Return the field that gives a browser the cookie of a session, or takes it away (CW-12)."""
    value, seconds = (session.cookie, _SECONDS) if session else ("", 0)
    attributes = f"Path=/; Max-Age={seconds}; HttpOnly; SameSite=Lax" + ("; Secure" if secure else "")
    return ((b"set-cookie", f"{COOKIE}={value}; {attributes}".encode()),)


def _sent(headers: Headers) -> str:
    for pair in headers.get(b"cookie", b"").decode("latin-1").replace(",", ";").split(";"):
        name, _, value = pair.strip().partition("=")
        if name == COOKIE:
            return value
    return ""


def _kept(request: Request) -> _Kept | None:
    session = request.session
    return msgspec.json.decode(session.kept, type=_Kept) if session and session.kept else None


def _is_here(request: Request, kept: _Kept) -> bool:
    return kept.at == request.address


async def _keep(session: Session, request: Request, kept: _Kept) -> None:
    await sessions.keep(request.parts.store.sessions, session, msgspec.json.encode(kept).decode())
