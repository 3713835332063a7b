"""`cardwright contact`: the contacts of a campaign."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from cyclopts import App

from cardwright.book.contacts import Contacts
from cardwright.book.requests import NewContact, Query
from cardwright.cli.arguments import DATA, CampaignId, ContactId, Data, Json, Sid
from cardwright.cli.opening import BY, with_store
from cardwright.cli.output import document, show, table
from cardwright.cli.person import show_person
from cardwright.errors import InvalidError
from cardwright.fetch import Fetcher
from cardwright.images import ContactImages, photo_slots
from cardwright.photo.workers import Workers
from cardwright.surfaces.partner import wire

if TYPE_CHECKING:
    from cardwright.book.ports import Store
    from cardwright.book.stored import StoredContact

app = App(name="contact", help="Add, list, show, restore and erase the contacts of a campaign.")

_OPTIONS: Final = {"partners": "account", "labels": "label"}
"""Fields of the book that have another name here."""
_COLUMNS: Final = ("Id", "FirstName", "LastName", "EmailAddress", "Title")


@app.command(name="list")
def list_(  # noqa: PLR0913 - what may be asked
    sid: Sid,
    campaign: CampaignId,
    /,
    *,
    search: str = "",
    page: int = 1,
    page_size: int = 1_000,
    json: Json = False,
    data: Data = DATA,
) -> None:
    """List a page of contacts, in the order of their numbers.

    Parameters
    ----------
    search
        Words that begin words of the contact's name, title, address or labels.
    page
        Which page, from 1.
    page_size
        How many contacts a page has.
    """
    query = Query(search=search, page=page, page_size=page_size)

    async def run(store: Store) -> list[dict[str, Any]]:
        listed = await _contacts(store).list(sid, campaign, query)
        return [wire.contact(sid, campaign, stored) for stored in listed.contacts]  # where damage is told

    records = with_store(data, run)
    table([{name: record[name] for name in _COLUMNS} for record in records], as_json=json)


@app.command
def add(  # noqa: PLR0913 - the fields of a person
    sid: Sid,
    campaign: CampaignId,
    /,
    *,
    first: str,
    last: str,
    email: str,
    account: tuple[str, ...],
    title: str = "",
    label: tuple[str, ...] = (),
    json: Json = False,
    data: Data = DATA,
) -> None:
    """Add a contact, and show it as `contact show` does.

    Parameters
    ----------
    first
        The first name.
    last
        The last name.
    email
        The e-mail address.
    account
        The id of a partner account that the contact belongs to; may be given again.
    title
        The title.
    label
        A label; may be given again.
    """
    new = NewContact(first, last, email, account, title=title, labels=label)

    async def run(store: Store) -> StoredContact:
        contacts = _contacts(store)
        return await contacts.get(sid, campaign, await contacts.create(sid, campaign, new, by=BY))

    try:
        made = with_store(data, run)
    except InvalidError as error:
        raise InvalidError(
            fault._replace(field=_OPTIONS.get(fault.field, fault.field)) for fault in error.faults
        ) from None
    _show(sid, campaign, made, as_json=json)


@app.command(name="show")
def show_(sid: Sid, campaign: CampaignId, contact: ContactId, /, *, json: Json = False, data: Data = DATA) -> None:
    """Show a contact: for people, or with --json as the interface does."""
    stored = with_store(data, lambda store: _contacts(store).get(sid, campaign, contact))
    _show(sid, campaign, stored, as_json=json)


@app.command
def restore(sid: Sid, campaign: CampaignId, contact: ContactId, /, *, json: Json = False, data: Data = DATA) -> None:
    """Bring a deleted contact back as it was, with its id."""
    stored = with_store(data, lambda store: _contacts(store).restore(sid, campaign, contact, by=BY))
    _show(sid, campaign, stored, as_json=json)


@app.command
def erase(sid: Sid, campaign: CampaignId, contact: ContactId, /, *, json: Json = False, data: Data = DATA) -> None:
    """Remove every trace of a contact, deleted or not; only that there was one with this number remains."""
    with_store(data, lambda store: _contacts(store).erase(sid, campaign, contact, by=BY))
    show({"Id": contact, "Status": "ERASED"}, as_json=json)


def _show(sid: str, campaign: str, stored: StoredContact, *, as_json: bool) -> None:
    if as_json:
        document(wire.contact(sid, campaign, stored))
    else:
        show_person(stored)


def _contacts(store: Store) -> Contacts:
    # No command here takes an image, so none is fetched and no process is started.
    return Contacts(store.contacts, ContactImages(Fetcher(enabled=False), Workers(), photo_slots()))
