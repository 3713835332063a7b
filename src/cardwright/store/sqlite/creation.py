"""Creates that wait for the same commit, inserted together: many requests then cost a few statements."""

from __future__ import annotations

import json
from collections import defaultdict
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from cardwright.book.index_terms import uid_term
from cardwright.book.requests import unknown_partners_fault
from cardwright.contact.uid import comparable_uid
from cardwright.errors import InvalidError, NotFoundError, UidTakenError
from cardwright.store.sqlite import bulk
from cardwright.store.sqlite.keys import number_of
from cardwright.store.sqlite.rows import campaign_numbers

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import apsw

    from cardwright.book.ports import Draft, Place
    from cardwright.store.sqlite.writer import WriteConnection

_UIDS: Final = "SELECT contact, uid FROM contact WHERE contact IN (SELECT value FROM json_each(?)) ORDER BY contact"
_INDEXED: Final = "SELECT rowid FROM search WHERE search MATCH ?"


class Creation(NamedTuple):
    """A contact that is to be kept: where, what, and who asks."""

    place: Place
    draft: Draft
    by: str
    unique: bool = False
    """Nobody else may have its UID."""


def create_all(connection: WriteConnection, creations: Sequence[Creation]) -> list[int | Exception]:
    """Keep new contacts, and return for each the number it is given, or what is wrong with it."""
    groups: defaultdict[tuple[Place, str], list[int]] = defaultdict(list)
    for at, creation in enumerate(creations):
        groups[creation.place, creation.by].append(at)
    outcomes: dict[int, int | Exception] = {}
    for (place, by), members in groups.items():
        outcomes |= zip(members, _create(connection, place, [creations[at] for at in members], by), strict=True)
    return [outcomes[at] for at in range(len(creations))]


def _create(connection: WriteConnection, place: Place, asked: list[Creation], by: str) -> list[int | Exception]:
    try:
        account, campaign = campaign_numbers(connection, *place)
    except NotFoundError as error:
        return [error] * len(asked)
    drafts = [one.draft for one in asked]
    unknown = set(unknown_among(connection, account, {partner for draft in drafts for partner in draft.partners}))
    outcomes: dict[int, int | Exception] = {
        at: _refusal(draft, unknown) for at, draft in enumerate(drafts) if not unknown.isdisjoint(draft.partners)
    }
    left = [at for at in range(len(asked)) if at not in outcomes]
    is_apart = any(one.unique for one in asked)  # hardly ever: then one by one, each to find those before it
    for part in [[at] for at in left] if is_apart else [left] * bool(left):
        outcomes |= zip(part, _kept(connection, (account, campaign), [asked[at] for at in part], by), strict=True)
    return [outcomes[at] for at in range(len(asked))]


def _kept(
    connection: WriteConnection, numbers: tuple[int, int], asked: list[Creation], by: str
) -> Iterable[int | Exception]:
    """Keep all of them, and return their numbers; one that stands alone may find its UID taken."""
    first = asked[0]
    if first.unique and (taken := _holder(connection, numbers[1], first.draft.contact.uid)):
        return [UidTakenError(number_of(taken))]
    return bulk.insert(connection, numbers, bulk.bulk_of(numbers[1], [one.draft for one in asked]), by)


def _holder(connection: WriteConnection, campaign: int, uid: str) -> int | None:
    """Return the contact of the campaign that has the UID by now.

    The index does not hold yet what other units of this commit have changed, and still holds what they removed.
    """
    term, wanted = uid_term(campaign, uid), comparable_uid(uid)
    rows: list[tuple[Any, ...]] = connection.execute(_INDEXED, (f'"{term}"',)).fetchall()
    came = [entry.contact for entry in connection.search if entry.comes and term in entry.terms.split(" ")]
    asked = json.dumps([*(contact for (contact,) in rows), *came])
    there: list[tuple[Any, ...]] = connection.execute(_UIDS, (asked,)).fetchall()
    return next((contact for contact, has in there if comparable_uid(has) == wanted), None)


def unknown_among(connection: apsw.Connection, account: int, partners: Iterable[str]) -> list[str]:
    """Return those of the ids that are no partner accounts of the account, in their order."""
    query = "SELECT 1 FROM partner WHERE account = ? AND id = ?"
    return [partner for partner in partners if connection.execute(query, (account, partner)).get is None]


def _refusal(draft: Draft, unknown: set[str]) -> InvalidError:
    partners = [partner for partner in draft.partners if partner in unknown]
    return InvalidError([unknown_partners_fault("partners", partners)])
