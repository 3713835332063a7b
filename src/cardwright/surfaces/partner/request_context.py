"""What is known of a request before its resource sees it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from urllib.parse import parse_qsl

from cardwright.errors import Fault, InvalidError, Rule
from cardwright.http.negotiation import chosen

if TYPE_CHECKING:
    from collections.abc import Sequence

    from falcon.asgi import Request

    from cardwright.http.access import Access
    from cardwright.http.large import LargeSlots

JSON: Final = "application/json"
XML: Final = "application/xml"
_CARD: Final = "text/vcard"
_VERSIONS: Final = tuple(f"{_CARD};version={version}" for version in ("3.0", "4.0", "2.1"))
CARDS: Final = (_CARD, *_VERSIONS)
"""A card as it came, or in a version that was asked for."""
_EXTENSIONS: Final = {".json": JSON, ".xml": XML, ".vcf": _CARD}
_OLD: Final = {"11", "12", "13"}
"""The versions of the interface whose default is XML (PC-50)."""


class RequestContext:
    """Who makes a request, its query, and the form of its answer; `request.context.ours`."""

    __slots__ = ("access", "form", "large", "prefix", "query", "status_form", "strict", "warnings")

    access: Access

    def __init__(self, request: Request, large: LargeSlots, *, strict: bool = False) -> None:
        self.large = large
        """The slots for what is large."""
        self.strict = strict
        """Whether what the interface does not know is a fault."""
        self.warnings: list[str] = []
        """What was sent and is not known (PC-6)."""
        self.query: Sequence[tuple[str, str]] = ()
        self.prefix: str = request.scope.get("root_path", "")
        """What a trusted proxy has put before every path; links begin with it."""
        self.form = form_of(request)
        """The media type of the answer, `""` for none that we have."""
        self.status_form = self.form or JSON
        """The media type of errors and statuses: JSON or XML."""

    @property
    def card_version(self) -> str:
        """The version of the card that is asked for, `""` when none is: as it came, else 3.0."""
        return self.form.rpartition("version=")[2] if self.form in _VERSIONS else ""

    def read_query(self, request: Request) -> None:
        """Take the query apart; InvalidError when it is not UTF-8."""
        if not request.query_string:
            return
        try:
            self.query = parse_qsl(request.query_string, keep_blank_values=True, errors="strict")
        except ValueError:
            raise InvalidError([Fault("", Rule.FORM, "the query is not UTF-8")]) from None


def context_of(request: Request) -> RequestContext:
    """Return what the gate knows of the request."""
    context = request.context.ours
    assert isinstance(context, RequestContext)  # noqa: S101 - tells the type checker
    return context


def form_of(request: Request, *, cards: bool = False) -> str:
    """Return the media type of the answer; `""` if the request accepts none of ours (PC-1, PC-50, PC-52)."""
    by_path = _EXTENSIONS.get(request.path[request.path.rfind(".") :], "")
    if by_path in (JSON, XML) or (by_path and cards):
        return by_path
    old = not _OLD.isdisjoint((request.get_header("IR-Version"), request.get_param("IrVersion")))
    accept = request.get_header("Accept")
    texts = (XML, "text/xml", JSON) if old else (JSON, XML, "text/xml")
    if not cards:
        return chosen(accept, texts)
    form = chosen(accept, (*texts, *_VERSIONS))
    return _CARD if form in _VERSIONS and "version" not in (accept or "").lower() else form
