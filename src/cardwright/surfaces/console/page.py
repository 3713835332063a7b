"""What a page is made of: a route to its handler, what the handler is asked, and what it may answer.

    async def show(request: Request) -> Answer:
        contact = await request.parts.contacts.get(*request.place, request.values["id"])
        return Page("contact_view.html", {"title": name_of(contact), "contact": contact})

    ROUTES = (Route("GET", "/campaigns/{c}/contacts/{id}", show),)

What every page needs (sessions, forged requests, headers, faults) is done once, in `application.py`.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final, Literal, NamedTuple, Protocol, TypeAlias
from urllib.parse import quote, urlencode

from cardwright.book.ports import Place
from cardwright.limits import FORM_FIELDS, FORM_TEXTS
from cardwright.surfaces.console.form import EMPTY

if TYPE_CHECKING:
    from collections.abc import AsyncIterable, Awaitable, Callable, Collection, Mapping

    from cardwright.book.contacts import Contacts
    from cardwright.book.duplicates import Duplicates
    from cardwright.book.images import Images
    from cardwright.book.imports import Imports
    from cardwright.book.keyring import Keyring
    from cardwright.book.partners import Campaign
    from cardwright.book.ports import Store
    from cardwright.book.sessions import Session
    from cardwright.book.stored import StoredContact
    from cardwright.contact.model import Contact
    from cardwright.http.asgi import Fields, Receive, Scope
    from cardwright.http.exchange import Exchange
    from cardwright.http.large import LargeSlots
    from cardwright.http.shared_counters import SharedCounters
    from cardwright.surfaces.console.form import Form
    from cardwright.surfaces.console.reference import Reference

_NAME: Final = re.compile(r"\{(\w+)\}")


class Photos(Protocol):
    """How a photo becomes smaller: off the event loop, bounded."""

    async def shrink(self, account: str, jpeg: bytes, limit: int) -> bytes | None:
        """Return `jpeg` in at most `limit` octets, or None when that cannot be done; raises BusyError."""


class Parts(NamedTuple):
    """What pages are made from; `app.py` has it."""

    store: Store
    contacts: Contacts
    images: Images
    photos: Photos
    keyring: Keyring
    large: LargeSlots
    sign_in_failures: SharedCounters
    reference: Reference
    maker: Maker
    maker_uses: SharedCounters | None
    """Of strangers, by their addresses; None where the card maker is for those alone who are signed in."""
    duplicates: Duplicates
    imports: Imports
    as_partner: Callable[[str, str, StoredContact], dict[str, Any]]
    """Makes of a contact of an account and a campaign what the partner interface shows."""


class Notice(NamedTuple):
    """What was done, said on the page that follows (CW-3)."""

    key: str
    """Of its text."""
    values: Mapping[str, str | int] = {}
    """What stands in it."""
    undo: str | None = None
    """The address to which the button `Undo` posts, where it can be undone."""


class Page(NamedTuple):
    """A page: a template, and what it shows."""

    template: str
    values: Mapping[str, Any]
    """At least `title`; with `errors` the title says so."""
    status: int = 200
    headers: Fields = ()


class Redirect(NamedTuple):
    """Leads to another page, after an action (303)."""

    address: str
    """As `Request.url` makes it."""
    notice: Notice | None = None
    headers: Fields = ()
    secret: str = ""
    """What that page shows this once, as `Request.secret`; nobody who reads the store learns it."""


class Sent(NamedTuple):
    """Octets that are no page: a card, an image."""

    body: bytes
    media_type: str
    status: int = 200
    headers: Fields = ()


class Streamed(NamedTuple):
    """A download that is made while it is sent."""

    blocks: AsyncIterable[bytes]
    media_type: str
    headers: Fields = ()


Maker: TypeAlias = "Callable[[str, dict[str, Any]], Awaitable[Contact]]"
"""Makes the contact that a document of createcontact describes, for an account; raises InvalidError, BusyError."""
Answer: TypeAlias = Page | Redirect | Sent | Streamed
Handler: TypeAlias = "Callable[[Request], Awaitable[Answer]]"


class Route(NamedTuple):
    """What answers a method at the paths of a template."""

    method: Literal["GET", "POST"]
    template: str
    """Such as `/campaigns/{c}/contacts/{id}`; where two fit a path, the one with the earlier literal counts."""
    handler: Handler
    public: bool = False
    """Whether nobody need be signed in."""
    reads: bool = False
    """Of a POST: whether it changes nothing of the account, so that a read-only token may send it too."""
    writes: bool = False
    """Of a GET: whether its page is but a form that changes something: a read-only token does not see it."""
    limit: int = FORM_TEXTS.value
    """Octets of its body."""
    texts: int = FORM_TEXTS.value
    """Octets of what is no file in it."""
    fields: int = FORM_FIELDS.value
    """Fields of its form."""
    told: int = 0
    """Octets of a body beyond `limit` that is read still, by the disk, so that a form can tell what is too large."""
    raw: bool = False
    """Whether the handler reads the body itself, and calls `Request.check_csrf` before it changes anything."""
    form: str = ""
    """Of a POST: the template of the page that has its form, where that has another address."""


class Request:
    """What is asked of a page. The application has checked all that it checks before the handler has it."""

    session: Session | None = None
    """Who asks; None on public pages alone."""
    campaign: Campaign | None = None
    """The campaign of the path; None for a path without one."""
    form: Form = EMPTY
    """The body of a POST."""
    secret: str = ""
    """What the redirect that led here has to be shown, this once."""
    typed: Form | None = None
    """What was typed here before the session ended: the form is shown with it, unsaved (CW-12)."""

    def __init__(  # noqa: PLR0913, PLR0917 - one caller
        self,
        parts: Parts,
        exchange: Exchange,
        scope: Scope,
        receive: Receive,
        route: Route | None,
        values: Mapping[str, str],
        query: Mapping[str, str],
        templates: Collection[str],
    ) -> None:
        self.parts = parts
        self.exchange = exchange
        self.scope = scope
        self.receive = receive
        self.route = route
        self.values = values
        """What stands in the path for the names of the template."""
        self.query = query
        """What stands behind the question mark; no key twice (CW-86)."""
        self._templates = templates

    @property
    def account(self) -> Session:
        """Who asks, on a page that needs signing in."""
        assert self.session is not None  # noqa: S101 - the application answers nobody else
        return self.session

    @property
    def place(self) -> Place:
        """The account and the campaign of the path."""
        return Place(self.account.sid, self.values["c"])

    @property
    def root(self) -> str:
        """What a proxy has before our paths; empty without one."""
        return str(self.scope.get("root_path", ""))

    @property
    def address(self) -> str:
        """The path and query as they were asked for."""
        query = self.scope["query_string"].decode("latin-1")
        path = quote(self.scope["path"], safe="/:@!$&'()*+,;=~-._")
        return f"{path}?{query}" if query else path

    @property
    def is_secure(self) -> bool:
        """Whether it came by HTTPS, as a trusted proxy says."""
        return bool(self.scope["scheme"] == "https")

    @property
    def host(self) -> str:
        """The host and port that were asked, as a trusted proxy says."""
        return self.exchange.headers.get(b"host", b"").decode("latin-1")

    @property
    def origin(self) -> str:
        """Scheme, host and port of this server as its clients know them, with a proxy's prefix: no slash at the end."""
        return f"{self.scope['scheme']}://{self.host}{self.root}"

    def knows(self, template: str) -> bool:
        """Say whether there is a page at the paths of a template."""
        return template in self._templates

    def url(self, template: str, /, **values: object) -> str:
        """Return the address of a page, each value quoted; those that the template does not name are the query.

        `{c}` and the like are those of this request unless they are given. None and an empty text are left out of the
        query. Raises LookupError for a template of no page.
        """
        if not self.knows(template):
            raise LookupError(f"there is no page {template}")

        def filled(name: re.Match[str]) -> str:
            value = values.pop(name[1]) if name[1] in values else self.values[name[1]]
            return quote(str(value), safe="")

        path = _NAME.sub(filled, template)
        query = urlencode({name: str(value) for name, value in values.items() if value not in {None, ""}})
        return f"{self.root}{path}?{query}" if query else f"{self.root}{path}"

    def check_csrf(self, sent: str) -> None:
        """Raise ForgedError unless a form of this session was sent (CW-14); for a handler that reads its own body."""
        from cardwright.surfaces.console.csrf import check_token  # noqa: PLC0415 - it knows requests

        check_token(self, sent)
