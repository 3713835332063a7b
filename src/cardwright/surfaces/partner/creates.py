"""Creates of the usual kind, answered without Falcon: that saves a third of a create (docs/adr/0012-usual-creates.md).

Whatever is unusual about a request is left to Falcon, which gets the request as it came.
"""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from cardwright.errors import CardwrightError
from cardwright.http.asgi import Reply, messages
from cardwright.http.credentials import basic
from cardwright.limits import CONTENT_TYPE
from cardwright.surfaces.partner import wire
from cardwright.surfaces.partner.errors import explained, later
from cardwright.surfaces.partner.forms import AT_ONCE, TEXTS, kind_of
from cardwright.surfaces.partner.gate import METHOD
from cardwright.surfaces.partner.request_context import negotiated
from cardwright.surfaces.partner.responses import rendered, typed

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping

    from cardwright.book.contacts import Contacts
    from cardwright.http.asgi import Application, Message, Receive, Scope, Send
    from cardwright.surfaces.partner.forms import Form
    from cardwright.surfaces.partner.gate import Tokens

_PATH: Final = re.compile(r"/Advertisers/([^/]+)/Campaigns/([^/]+)/Contacts(?:\.json|\.xml)?")

_LEFT: Final = {b"idempotency-key", b"ir-version"}
"""Headers that are left to Falcon."""


class _Create(NamedTuple):
    """What the head of a usual create says."""

    sid: str
    campaign: str
    by: str
    length: bytes
    read: Callable[[bytes], Form]
    form: str
    """The media type of the answer."""


class UsualCreates:
    """An application that answers usual creates, and has another one answer everything else."""

    def __init__(self, application: Application, contacts: Contacts, tokens: Tokens) -> None:
        self._application = application
        self._contacts = contacts
        self._tokens = tokens

    def __call__(self, scope: Scope, receive: Receive, send: Send) -> Awaitable[None]:
        """Return what answers the request."""
        create = self._usual(scope) if scope["type"] == "http" and scope["method"] == "POST" else None
        if create is None:
            return self._application(scope, receive, send)
        return self._answer(create, scope, receive, send)

    def _usual(self, scope: Scope) -> _Create | None:
        path, headers = _PATH.fullmatch(scope["path"]), dict(scope["headers"])
        if not path or scope["query_string"] or len(headers) < len(scope["headers"]) or not _LEFT.isdisjoint(headers):
            return None
        sent, (sid, campaign) = basic(_text(headers, b"authorization")), path.groups()
        access = sent and self._tokens.access_for(sent.user, sent.password)
        if not access or access.sid != sid or access.read_only:
            return None
        sent_type = _text(headers, b"content-type")
        if len(sent_type) > CONTENT_TYPE.value:
            return None
        read = AT_ONCE.get(kind_of(sent_type))
        form = negotiated(scope["path"], _text(headers, b"accept"))
        if not read or not form:
            return None
        return _Create(sid, campaign, access.by, headers.get(b"content-length", b""), read, form)

    async def _answer(self, create: _Create, scope: Scope, receive: Receive, send: Send) -> None:
        message = await receive()
        try:
            status, fields = await self._done(create, message)
        except Exception:  # noqa: BLE001 - nothing was kept, so Falcon's way meets the same again, and answers it
            await self._application(scope, _again(message, receive), send)
            return
        headers = (b"x-request-id", os.urandom(8).hex().encode()), (b"content-type", typed(create.form).encode())
        for part in messages(Reply(status, headers + later(status), rendered("", fields, create.form))):
            await send(part)

    async def _done(self, create: _Create, message: Message) -> tuple[int, dict[str, Any]]:
        """Make the contact, and return the status and the document of the answer; ValueError for an unusual body."""
        body = message.get("body", b"")
        if b"%d" % len(body) != create.length or len(body) > TEXTS:
            raise ValueError("it is not there as a whole")
        form = create.read(body)
        if METHOD in form.values:
            raise ValueError("it means another method")
        new, found = wire.new_contact(form)
        try:
            made = await self._contacts.create(create.sid, create.campaign, new, by=create.by, found=found)
        except CardwrightError as error:
            return explained(error)
        return 200, wire.done(create.sid, create.campaign, made)


def _text(headers: Mapping[bytes, bytes], name: bytes) -> str:
    return headers.get(name, b"").decode("latin-1")


def _again(message: Message, receive: Receive) -> Receive:
    """Return what receives the message once more, and then what follows it."""
    waiting = [message]

    async def receive_again() -> Message:
        return waiting.pop() if waiting else await receive()

    return receive_again
