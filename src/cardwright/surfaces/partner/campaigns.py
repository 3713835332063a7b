"""What stands around the contacts: the account itself, its campaigns, its partner accounts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cardwright.surfaces.partner import wire
from cardwright.surfaces.partner.list_query import list_query
from cardwright.surfaces.partner.paging import PagePosition, envelope
from cardwright.surfaces.partner.request_context import context_of
from cardwright.surfaces.partner.responses import show
from cardwright.surfaces.partner.unknown import PAGED

if TYPE_CHECKING:
    from collections.abc import Sequence

    from falcon.asgi import Request, Response

    from cardwright.book.account_ports import AccountStore
    from cardwright.book.ports import PartnerStore


class Company:
    """The account."""

    def __init__(self, accounts: AccountStore) -> None:
        self._accounts = accounts

    async def on_get(self, request: Request, response: Response, sid: str) -> None:
        """Show its name."""
        account = await self._accounts.get(sid)
        uri = f"{_account(request, sid)}/CompanyInformation"
        fields = {"CompanyName": account.name, "AccountSID": account.sid, "Uri": uri}
        show(request, response, "CompanyInformation", fields)

    on_head = on_get


class CampaignList:
    """The account's campaigns."""

    filters = PAGED

    def __init__(self, partners: PartnerStore) -> None:
        self._partners = partners

    async def on_get(self, request: Request, response: Response, sid: str) -> None:
        """Show a page of them."""
        account, campaigns = _account(request, sid), await self._partners.campaigns(sid)
        _show_page(request, response, "Campaigns", [wire.campaign(account, it) for it in campaigns])

    on_head = on_get


class CampaignItem:
    """One campaign."""

    def __init__(self, partners: PartnerStore) -> None:
        self._partners = partners

    async def on_get(self, request: Request, response: Response, sid: str, campaign: str) -> None:
        """Show it."""
        one = await self._partners.campaign(sid, campaign)
        show(request, response, "Campaign", wire.campaign(_account(request, sid), one))

    on_head = on_get


class PartnerList:
    """The account's partner accounts."""

    filters = PAGED

    def __init__(self, partners: PartnerStore) -> None:
        self._partners = partners

    async def on_get(self, request: Request, response: Response, sid: str) -> None:
        """Show a page of them."""
        account, partners = _account(request, sid), await self._partners.partners(sid)
        _show_page(request, response, "Partners", [wire.partner(account, it) for it in partners])

    on_head = on_get


class PartnerItem:
    """One partner account."""

    def __init__(self, partners: PartnerStore) -> None:
        self._partners = partners

    async def on_get(self, request: Request, response: Response, sid: str, partner: str) -> None:
        """Show it."""
        show(
            request,
            response,
            "Partner",
            wire.partner(_account(request, sid), await self._partners.partner(sid, partner)),
        )

    on_head = on_get


def _account(request: Request, sid: str) -> str:
    return wire.account_uri(sid, context_of(request).prefix)


def _show_page(request: Request, response: Response, name: str, documents: Sequence[dict[str, Any]]) -> None:
    asked = list_query(context_of(request).query)
    first = (asked.page - 1) * asked.page_size
    shown = documents[first : first + asked.page_size]
    more = first + asked.page_size < len(documents)
    position = PagePosition(asked.page, asked.page_size, len(documents), len(shown), more)
    show(request, response, "", {**envelope(request, position), name: shown})
