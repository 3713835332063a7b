"""The new contacts of a commit, kept together: many requests then cost a few statements, whoever made them."""

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
    for at, (place, _, by) in enumerate(creations):
        groups[place, by].append(at)
    outcomes: dict[int, int | Exception] = {}
    for (place, by), members in groups.items():
        drafts = [creations[at].draft for at in members]
        outcomes |= zip(members, _create(connection, place, drafts, by), strict=True)
    return [outcomes[at] for at in range(len(creations))]


def _create(connection: WriteConnection, place: Place, drafts: list[Draft], by: str) -> list[int | Exception]:
    try:
        account, campaign = campaign_numbers(connection, *place)
    except NotFoundError as error:
        return [error] * len(drafts)
    unknown = set(unknown_among(connection, account, {partner for draft in drafts for partner in draft.partners}))
    good = [draft for draft in drafts if unknown.isdisjoint(draft.partners)]
    numbers = iter(bulk.insert(connection, (account, campaign), bulk.bulk_of(campaign, good), by) if good else ())
    return [next(numbers) if unknown.isdisjoint(draft.partners) else _refusal(draft, unknown) for draft in drafts]


def unknown_among(connection: apsw.Connection, account: int, partners: Iterable[str]) -> list[str]:
    """Return those of the ids that are no partner accounts of the account, in their order."""
    query = "SELECT 1 FROM partner WHERE account = ? AND id = ?"
    return [partner for partner in partners if connection.execute(query, (account, partner)).get is None]


def _refusal(draft: Draft, unknown: set[str]) -> InvalidError:
    partners = [partner for partner in draft.partners if partner in unknown]
    return InvalidError([unknown_partners_fault("partners", partners)])
