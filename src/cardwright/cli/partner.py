"""`cardwright partner`: the partner accounts of an account, and the people who use them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cyclopts import App

from cardwright.book import partners
from cardwright.cli.arguments import DATA, Data, Json, PartnerId, Sid, UserId
from cardwright.cli.confirmation import Yes, ask
from cardwright.cli.opening import BY, with_store
from cardwright.cli.output import named, show, table

if TYPE_CHECKING:
    from cardwright.book.partners import PartnerUser
    from cardwright.book.ports import Store

app = App(name="partner", help="Add, list, rename and remove the partner accounts of an account.")
user = App(name="user", help="Keep the users of a partner account, who are contacts in every campaign.")
app.command(user)


@app.command
def add(sid: Sid, partner: PartnerId, name: str, /, *, json: Json = False, data: Data = DATA) -> None:
    """Add a partner account.

    Parameters
    ----------
    name
        The partner account's name.
    """
    made = with_store(data, lambda store: partners.add_partner(store.partners, sid, partner, name))
    show(named(made), as_json=json)


@app.command
def rename(sid: Sid, partner: PartnerId, name: str, /, *, json: Json = False, data: Data = DATA) -> None:
    """Give a partner account another name.

    Parameters
    ----------
    name
        The new name.
    """
    made = with_store(data, lambda store: partners.rename_partner(store.partners, sid, partner, name))
    show(named(made), as_json=json)


@app.command
def remove(sid: Sid, partner: PartnerId, /, *, yes: Yes = False, json: Json = False, data: Data = DATA) -> None:
    """Remove a partner account and its users, for good; it asks first. Refused while contacts have no other."""

    async def run(store: Store) -> None:
        there = await store.partners.partner(sid, partner)
        users = len(await store.partners.users(sid, partner))
        ask(f"Remove partner account {partner} ({there.name}) with its {users} users", yes=yes)
        await partners.remove_partner(store.partners, sid, partner, by=BY)

    with_store(data, run)
    show({"Id": partner, "Status": "REMOVED"}, as_json=json)


@app.command(name="list")
def list_(sid: Sid, /, *, json: Json = False, data: Data = DATA) -> None:
    """List an account's partner accounts, the oldest first."""
    accounts = with_store(data, lambda store: store.partners.partners(sid))
    table(map(named, accounts), as_json=json)


@user.command(name="add")
def add_user(  # noqa: PLR0913 - the fields of a person
    sid: Sid,
    partner: PartnerId,
    /,
    *,
    first: str,
    last: str,
    email: str,
    title: str = "",
    json: Json = False,
    data: Data = DATA,
) -> None:
    """Add a user of a partner account, and with them their contact in every campaign.

    Parameters
    ----------
    first
        The first name.
    last
        The last name.
    email
        The e-mail address.
    title
        The title.
    """
    made = with_store(
        data,
        lambda store: partners.add_user(store.partners, sid, partner, first=first, last=last, email=email, title=title),
    )
    show(_record(made), as_json=json)


@user.command(name="update")
def update_user(  # noqa: PLR0913 - the fields of a person
    sid: Sid,
    partner: PartnerId,
    user_id: UserId,
    /,
    *,
    first: str | None = None,
    last: str | None = None,
    email: str | None = None,
    title: str | None = None,
    json: Json = False,
    data: Data = DATA,
) -> None:
    """Change what is given of a user, and their contacts with them.

    Parameters
    ----------
    first
        The first name.
    last
        The last name.
    email
        The e-mail address.
    title
        The title.
    """
    changed = with_store(
        data,
        lambda store: partners.update_user(
            store.partners, sid, partner, user_id, first=first, last=last, email=email, title=title
        ),
    )
    show(_record(changed), as_json=json)


@user.command(name="list")
def list_users(sid: Sid, partner: PartnerId, /, *, json: Json = False, data: Data = DATA) -> None:
    """List the users of a partner account, the oldest first."""
    people = with_store(data, lambda store: store.partners.users(sid, partner))
    table([_record(it) for it in people], as_json=json)


@user.command(name="remove")
def remove_user(sid: Sid, partner: PartnerId, user_id: UserId, /, *, json: Json = False, data: Data = DATA) -> None:
    """Remove a user, and their contacts with them."""
    with_store(data, lambda store: partners.remove_user(store.partners, sid, partner, user_id))
    show({"Id": user_id, "Status": "REMOVED"}, as_json=json)


def _record(person: PartnerUser) -> dict[str, str]:
    return {
        "Id": person.id,
        "FirstName": person.first,
        "LastName": person.last,
        "EmailAddress": person.email,
        "Title": person.title,
    }
