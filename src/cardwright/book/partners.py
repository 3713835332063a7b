"""Campaigns, partner accounts and the people who use those: use cases."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from cardwright.book import system
from cardwright.book.accounts import identifier_fault, name_fault, refuse
from cardwright.book.cards import edited
from cardwright.contact.emails import email_fault
from cardwright.contact.texts import SPACES, stored_text_fault
from cardwright.errors import ConflictError, Fault, Rule

if TYPE_CHECKING:
    from cardwright.book.ports import PartnerStore
    from cardwright.book.stored import StoredContact


_NAMED: Final = 5  # contacts that a refusal names
ALL: Final = "all"
"""The name of the address book of all campaigns, which no campaign has as its id (DV-3)."""


class Campaign(NamedTuple):
    """One address book of an account."""

    id: str
    name: str


class Partner(NamedTuple):
    """A partner account, which contacts belong to."""

    id: str
    name: str


class PartnerUser(NamedTuple):
    """A person who uses a partner account; every campaign has a system-created contact for each (PC-11)."""

    id: str
    first: str
    last: str
    email: str
    title: str = ""


async def add_campaign(store: PartnerStore, sid: str, campaign_id: str, name: str) -> Campaign:
    """Make a campaign; InvalidError for an id or name that breaks the rules, ConflictError for an id that is taken."""
    campaign = new_campaign(campaign_id, name)
    await store.add_campaign(sid, campaign, system.draft, system.BY)
    return campaign


def new_campaign(campaign_id: str, name: str) -> Campaign:
    """Return a campaign that may be made so; InvalidError for an id or name that breaks the rules."""
    campaign = Campaign(campaign_id, name.strip(SPACES))
    refuse(_campaign_fault(campaign.id), name_fault("name", campaign.name))
    return campaign


async def rename_campaign(store: PartnerStore, sid: str, campaign_id: str, name: str) -> Campaign:
    """Give a campaign another name; InvalidError for one that breaks the rules."""
    campaign = Campaign(campaign_id, name.strip(SPACES))
    refuse(name_fault("name", campaign.name))
    await store.rename_campaign(sid, campaign)
    return campaign


async def rename_partner(store: PartnerStore, sid: str, partner_id: str, name: str) -> Partner:
    """Give a partner account another name; InvalidError for one that breaks the rules."""
    partner = Partner(partner_id, name.strip(SPACES))
    refuse(name_fault("name", partner.name))
    await store.rename_partner(sid, partner)
    return partner


async def add_partner(store: PartnerStore, sid: str, partner_id: str, name: str) -> Partner:
    """Make a partner account; InvalidError and ConflictError as for a campaign."""
    partner = Partner(partner_id, name.strip(SPACES))
    refuse(identifier_fault("id", partner.id), name_fault("name", partner.name))
    await store.add_partner(sid, partner)
    return partner


async def remove_partner(store: PartnerStore, sid: str, partner_id: str, *, by: str) -> None:
    """Remove a partner account and its users; its contacts keep their others.

    ConflictError, and nothing is removed, when contacts have no other.
    """
    if only := await store.only_members(sid, partner_id):
        named = ", ".join(map(str, only[:_NAMED])) + (", …" if len(only) > _NAMED else "")
        raise ConflictError(
            f"{len(only)} contacts have no partner account but {partner_id} ({named}): give them another first"
        )
    await store.remove_partner(sid, partner_id, edited(lambda stored: _without(stored, partner_id)), by)


async def remove_user(store: PartnerStore, sid: str, partner_id: str, user_id: str) -> None:
    """Remove a user and, in every campaign, their contact."""
    await store.remove_user(sid, partner_id, user_id, system.BY)


async def add_user(  # noqa: PLR0913 - the fields of a person, named at the call
    store: PartnerStore, sid: str, partner: str, *, first: str, last: str, email: str, title: str = ""
) -> PartnerUser:
    """Make a user of a partner account, and with them their contact in every campaign (PC-11)."""
    user = _checked(PartnerUser("", first.strip(SPACES), last.strip(SPACES), email.strip(SPACES), title.strip(SPACES)))
    return user._replace(id=await store.add_user(sid, partner, user, system.draft, system.BY))


async def update_user(  # noqa: PLR0913 - the fields of a person, named at the call
    store: PartnerStore,
    sid: str,
    partner: str,
    user_id: str,
    *,
    first: str | None = None,
    last: str | None = None,
    email: str | None = None,
    title: str | None = None,
) -> PartnerUser:
    """Change what is given of a user, and their contacts with them; return the user as they are now."""
    given = {"first": first, "last": last, "email": email, "title": title}
    old = await store.user(sid, partner, user_id)
    user = _checked(old._replace(**{name: text.strip(SPACES) for name, text in given.items() if text is not None}))
    edit = edited(lambda stored: system.in_step(stored, user))
    await store.update_user(sid, partner, user, edit, system.BY)
    return user


def _campaign_fault(campaign_id: str) -> Fault | None:
    if campaign_id == ALL:
        return Fault("id", Rule.FORM, f"must not be {ALL}: that is the address book of all campaigns")
    return identifier_fault("id", campaign_id)


def _without(stored: StoredContact, partner: str) -> StoredContact:
    """Return the contact without this partner account; ConflictError when it has no other."""
    left = tuple(one for one in stored.partners if one.id != partner)
    if not left:
        raise ConflictError(f"contact {stored.id} has no partner account but {partner}: give it another first")
    return stored._replace(partners=left)


def _checked(user: PartnerUser) -> PartnerUser:
    refuse(
        name_fault("first", user.first),
        name_fault("last", user.last),
        name_fault("email", user.email) or email_fault("email", user.email),
        stored_text_fault("title", user.title),
    )
    return user
