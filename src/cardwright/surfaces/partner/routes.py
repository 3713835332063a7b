"""Partner contacts as a Falcon application: one table of paths, a resource behind each."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Final

from falcon.asgi import App, Request, Response

from cardwright.http.resources import EveryResource
from cardwright.surfaces.partner import errors
from cardwright.surfaces.partner.campaigns import CampaignItem, CampaignList, Company, PartnerItem, PartnerList
from cardwright.surfaces.partner.contact_item import ContactItem
from cardwright.surfaces.partner.contact_list import ContactList
from cardwright.surfaces.partner.profile_image import ProfileImage

if TYPE_CHECKING:
    from cardwright.book.account_ports import AccountStore
    from cardwright.book.contacts import Contacts
    from cardwright.book.ports import PartnerStore
    from cardwright.surfaces.partner.gate import Gate

_ACCOUNT: Final = "/Advertisers/{sid}"
_CONTACTS: Final = _ACCOUNT + "/Campaigns/{campaign}/Contacts"
FORMS: Final = ("", ".json", ".xml")
"""What every path may end in (PC-1)."""


def application(
    contacts: Contacts, partners: PartnerStore, accounts: AccountStore, gate: Gate
) -> App[Request, Response]:
    """Return the application that answers under `/Advertisers/`."""
    app = App(middleware=[gate])
    app.add_middleware(EveryResource())
    errors.install(app)
    contact_list, contact = ContactList(contacts, gate), ContactItem(contacts)
    routes = {
        _ACCOUNT + "/CompanyInformation": Company(accounts),
        _ACCOUNT + "/MediaPartners": PartnerList(partners),
        _ACCOUNT + "/MediaPartners/{partner}": PartnerItem(partners),
        _ACCOUNT + "/Campaigns": CampaignList(partners),
        _ACCOUNT + "/Campaigns/{campaign}": CampaignItem(partners),
        _CONTACTS: contact_list,
        _CONTACTS + "/{contact_id}": contact,
        _CONTACTS + "/{contact_id}/ProfileImage": ProfileImage(contacts),
    }
    for (path, resource), form in itertools.product(routes.items(), FORMS):
        app.add_route(path + form, resource)
    app.add_route(_CONTACTS + ".vcf", contact_list, suffix="card")
    app.add_route(_CONTACTS + "/{contact_id}.vcf", contact, suffix="card")
    return app
