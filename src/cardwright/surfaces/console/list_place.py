"""The list as it was left: Back to contacts, and the page after a contact is deleted (CW-25, CW-32).

A cookie has what was behind the question mark of the list that was shown last, one for each campaign.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

from cardwright.limits import LIST_PLACE

if TYPE_CHECKING:
    from cardwright.http.asgi import Fields
    from cardwright.surfaces.console.page import Request

LIST: Final = "/campaigns/{c}/contacts"
_PLAIN: Final = re.compile(rf"[A-Za-z0-9%&=+._~-]{{0,{LIST_PLACE.value}}}")


def left(request: Request) -> str:
    """Return the address of the list of this campaign as it was left; of all contacts where that is not known."""
    wanted = f"list-{request.values['c']}="
    for one in request.exchange.headers.get(b"cookie", b"").decode("latin-1").split(";"):
        name, _, query = one.strip().partition("=")
        if f"{name}=" == wanted and query and _PLAIN.fullmatch(query):
            return f"{request.url(LIST)}?{query}"
    return request.url(LIST)


def remembered(request: Request) -> Fields:
    """Return the header that remembers the list that is shown; one that is too long is not remembered."""
    query = request.scope["query_string"].decode("latin-1")
    kept = query if _PLAIN.fullmatch(query) else ""
    path = request.root + quote(f"/campaigns/{request.values['c']}")
    secure = "; Secure" if request.is_secure else ""
    cookie = f"list-{request.values['c']}={kept}; Path={path}; HttpOnly; SameSite=Lax{secure}"
    return ((b"set-cookie", cookie.encode()),)
