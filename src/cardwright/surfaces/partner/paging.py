"""The numbers and addresses around a page (PC-42, PC-43)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple
from urllib.parse import quote, urlencode

from cardwright.surfaces.partner.request_context import context_of

if TYPE_CHECKING:
    from falcon.asgi import Request

_OURS: Final = ("Page", "PageSize", "AfterId", "After")


class PagePosition(NamedTuple):
    """Where a page stands."""

    page: int
    page_size: int
    total: int
    shown: int
    """How many stand on this page."""
    more: bool
    """Whether any come after it: not told by the numbers, when a client follows a cursor and others delete."""
    after: tuple[str, str | int] | None = None
    """What the address of the next page carries besides: `AfterId`, or `After` where there is a `Sort`."""


def envelope(request: Request, position: PagePosition) -> dict[str, Any]:
    """Return what stands around a list: the `@` fields, and behind them what was sent and is not known (PC-6)."""
    page, size, total, shown, more, after = position
    pages = -(-total // size)
    start = (page - 1) * size if shown else 0
    kept = [(name, value) for name, value in context_of(request).query if name not in _OURS]
    path = context_of(request).prefix + quote(request.path)

    def uri(number: int, *cursor: tuple[str, str | int]) -> str:
        ours = [("Page", number), ("PageSize", size), *cursor]
        return f"{path}?{urlencode([*kept, *ours])}"

    warnings = context_of(request).warnings
    return {
        "@page": str(page),
        "@numpages": str(pages),
        "@pagesize": str(size),
        "@total": str(total),
        "@start": str(start),
        "@end": str(start + shown - 1 if shown else 0),
        "@uri": f"{path}?{request.query_string}" if request.query_string else path,
        "@firstpageuri": uri(1) if pages else "",
        "@previouspageuri": uri(min(page - 1, pages)) if page > 1 and pages else "",
        "@nextpageuri": uri(page + 1, *([after] if after else [])) if more else "",
        "@lastpageuri": uri(pages) if pages else "",
        **({"Warnings": warnings} if warnings else {}),
    }
