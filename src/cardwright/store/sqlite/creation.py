"""Creates that wait for the same commit, inserted together: many requests then cost a few statements."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple

from cardwright.book.requests import unknown_partners_fault
from cardwright.errors import InvalidError, NotFoundError
from cardwright.store.sqlite import bulk
from cardwright.store.sqlite.rows import campaign_numbers

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import apsw

    from cardwright.book.ports import Draft, Place
    from cardwright.store.sqlite.writer import WriteConnection


class Creation(NamedTuple):
    """A contact that is to be kept: where, what, and who asks."""

    place: Place
    draft: Draft
    by: str


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
    if left:
        bulk_ = bulk.bulk_of(campaign, [drafts[at] for at in left])
        outcomes |= zip(left, bulk.insert(connection, (account, campaign), bulk_, by), strict=True)
    return [outcomes[at] for at in range(len(asked))]


def unknown_among(connection: apsw.Connection, account: int, partners: Iterable[str]) -> list[str]:
    """Return those of the ids that are no partner accounts of the account, in their order."""
    query = "SELECT 1 FROM partner WHERE account = ? AND id = ?"
    return [partner for partner in partners if connection.execute(query, (account, partner)).get is None]


def _refusal(draft: Draft, unknown: set[str]) -> InvalidError:
    partners = [partner for partner in draft.partners if partner in unknown]
    return InvalidError([unknown_partners_fault("partners", partners)])
