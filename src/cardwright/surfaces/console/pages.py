"""The pages that there are. A page module has `ROUTES`, and is named here; navigation and links follow from that."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Protocol

from cardwright.surfaces.console import (
    campaigns,
    contact_form,
    contact_list,
    contact_view,
    deleted,
    duplicates,
    exports,
    imports,
    keys,
    make,
    phone,
    reference,
    share,
    sign_in,
    undo,
)

if TYPE_CHECKING:
    from cardwright.surfaces.console.page import Route


class PageModule(Protocol):
    """A module of one page, or of pages that belong together."""

    @property
    def ROUTES(self) -> tuple[Route, ...]:  # noqa: N802 - a constant of the module
        """Its routes."""


PAGES: Final[tuple[PageModule, ...]] = (
    sign_in,
    campaigns,
    contact_list,
    contact_form,
    contact_view,
    deleted,
    duplicates,
    keys,
    phone,
    make,
    exports,
    imports,
    reference,
    share,
    undo,
)
