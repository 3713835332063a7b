"""The navigation `Main` (CW-2): its links in their order, those whose pages are there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from cardwright.book.partners import Campaign
    from cardwright.surfaces.console.page import Request


class NavigationLink(NamedTuple):
    """A link of the navigation."""

    key: str
    """Of its text, behind `nav.`."""
    icon: str
    template: str
    writes: bool = False
    """Whether its page is there to change something: a read-only token does not see it (CW-13)."""


_GROUPS: Final = (
    (
        NavigationLink("contacts", "people", "/campaigns/{c}/contacts"),
        NavigationLink("duplicates", "twins", "/campaigns/{c}/duplicates"),
        NavigationLink("import", "up", "/campaigns/{c}/import", writes=True),
        NavigationLink("export", "down", "/campaigns/{c}/export"),
        NavigationLink("deleted", "bin", "/campaigns/{c}/deleted"),
    ),
    (
        NavigationLink("phone", "phone", "/phone"),
        NavigationLink("make", "spark", "/make"),
        NavigationLink("keys", "key", "/keys"),
        NavigationLink("docs", "book", "/docs"),
    ),
)


class Link(NamedTuple):
    """An entry as a page shows it."""

    key: str
    icon: str
    address: str
    is_here: bool


def links(request: Request, campaign: Campaign | None) -> list[list[Link]]:
    """Return the groups of links; those to a campaign's pages lead to that of the page, or to the first."""
    shown = [[entry for entry in group if _is_shown(request, campaign, entry)] for group in _GROUPS]
    return [
        [
            Link(
                entry.key,
                entry.icon,
                request.url(entry.template, **({"c": campaign.id} if campaign and "{c}" in entry.template else {})),
                bool(request.route and request.route.template == entry.template),
            )
            for entry in group
        ]
        for group in shown
        if group
    ]


def _is_shown(request: Request, campaign: Campaign | None, entry: NavigationLink) -> bool:
    if not request.knows(entry.template) or (campaign is None and "{c}" in entry.template):
        return False
    return not (entry.writes and request.account.read_only)
