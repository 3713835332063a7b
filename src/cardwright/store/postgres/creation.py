"""New contacts of any accounts and campaigns, in one call of a function: what it is told, what it answers.

`keep_all` keeps them if nothing speaks against any of them; where something does, `keep` says against which, and what.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

from cardwright import limits
from cardwright.book.index_terms import in_campaign, terms_of
from cardwright.book.requests import unknown_partners_fault
from cardwright.errors import InvalidError, KeyReusedError, NotFoundError
from cardwright.store.instants import now
from cardwright.store.postgres.index import lexemes, scope
from cardwright.store.postgres.keep_all import keep_all, told
from cardwright.store.postgres.writes import keep_image
from cardwright.store.rows import columns_of

if TYPE_CHECKING:
    from collections.abc import Collection, Hashable, Sequence

    from cardwright.book.ports import Draft, Place, Repeat
    from cardwright.store.postgres.driver import Connection

_ARRAYS: Final = (
    "bigint[]", "integer[]", "text[]", "bigint", "text[]", "bigint[]", *["text[]"] * 13, "text[]", "bytea[]", "text[]",
    "bytea[]", "bigint",
)  # fmt: skip
_KEEP: Final = f"SELECT * FROM keep({', '.join(f'${at}::{kind}' for at, kind in enumerate(_ARRAYS, 1))})"  # noqa: S608 - constants
_KEEP_IN: Final = _KEEP.replace("keep($1::bigint[]", "keep_in($1::bigint")
_EXPIRED: Final = limits.IDEMPOTENCY.value * 60 * 60 * 1_000
_KNOWN: Final = "SELECT id FROM partner WHERE account = $1 AND id = ANY($2)"


class Creation(NamedTuple):
    """A contact that is to be kept: where, what, and who asks."""

    place: Place
    draft: Draft
    by: str
    repeat: Repeat | None = None
    user: int | None = None
    """The partner user of a system-created contact."""

    @property
    def account(self) -> str:
        """Whose it is."""
        return self.place.sid

    @property
    def octets(self) -> int:
        """How much is held for it, as far as that may be much."""
        return len(self.draft.card) + (len(self.draft.image.data) if self.draft.image else 0)

    @property
    def alone(self) -> Sequence[Hashable]:
        """Its key: the function `keep` looks at what was there before its call."""
        return ((self.place.sid, self.repeat.key),) if self.repeat else ()


class GoneError(NotFoundError):
    """The campaign is not the one whose numbers were remembered."""


async def keep(
    connection: Connection, asked: Sequence[Creation], numbers: Sequence[tuple[int, int]]
) -> list[int | Exception]:
    """Keep new contacts, and return for each the number it is given, or what is wrong with it.

    Each has the `numbers` of its account and campaign. Without images it is one statement, which is a transaction of
    its own where the caller has begun none. No key may come twice. On a distributed engine all are of one account; one
    of another has a GoneError, as if it had been looked for in the wrong place.
    """
    one = numbers[0][0]
    listed = [at for at, of in enumerate(numbers) if of[0] == one or not connection.by_account]
    rows = [_row(asked[at], *numbers[at]) for at in listed]
    if not connection.by_account:
        partners = [creation.draft.partners for creation in asked]
        if (kept := await keep_all(connection, rows, partners, now(), _EXPIRED)) is not None:
            for creation, (account, _) in zip(asked, numbers, strict=True):
                if creation.draft.image:
                    await keep_image(connection, account, creation.draft.image)
            return list(kept)
    outcomes = dict(zip(listed, await _judged(connection, [asked[at] for at in listed], rows), strict=True))
    return [outcomes.get(at, GoneError("it is of another account")) for at in range(len(asked))]


async def _judged(
    connection: Connection, asked: Sequence[Creation], rows: Sequence[tuple[Any, ...]]
) -> list[int | Exception]:
    """Keep those that nothing speaks against."""
    account, campaign, place, *columns = map(told, zip(*rows, strict=True))
    said = (campaign, place, now(), *columns, _EXPIRED)
    query, of_whom = (_KEEP_IN, account[0]) if connection.by_account else (_KEEP, account)
    outcomes: dict[int, int | Exception] = {}
    for place_, outcome, number in await connection.rows(query, of_whom, *said):
        at = place_ - 1
        creation, of = asked[at], account[at]
        verdict = outcome.decode()
        if verdict == "c" and creation.draft.image:
            await keep_image(connection, of, creation.draft.image)
        outcomes[at] = number if verdict in "cr" else await _refusal(connection, creation, of, verdict)
    return [outcomes[at] for at in range(len(asked))]


async def unknown_among(connection: Connection, account: int, partners: Collection[str]) -> list[str]:
    """Return those of the ids that are no partner accounts of the account, in their order."""
    asked = [partner for partner in partners if "\0" not in partner]
    known = {row[0] for row in await connection.rows(_KNOWN, account, asked)} if asked else set()
    return [partner for partner in partners if partner not in known]


def _row(creation: Creation, account: int, campaign: int) -> tuple[Any, ...]:
    """Return what `keep` is told of one, in the order of its arguments."""
    (_, place), (contact, partners, image, card, keys, terms), by, repeat, user = creation
    begin = scope(account, campaign)
    if terms:
        terms = in_campaign(begin, terms)
    else:
        terms = terms_of(begin, contact, partners, system=user is not None, keys=keys)
    return (
        account,
        campaign,
        place,
        by,
        user,
        *columns_of(contact, partners, image.digest if image else ""),
        lexemes(terms),
        card or None,
        repeat and repeat.key,
        repeat and repeat.digest,
    )


async def _refusal(connection: Connection, creation: Creation, account: int, verdict: str) -> Exception:
    if verdict == "p":
        unknown = await unknown_among(connection, account, creation.draft.partners)
        return InvalidError([unknown_partners_fault("partners", unknown)])
    if verdict == "k":
        return KeyReusedError("this idempotency key was used before, with other contents")
    return GoneError(f"there is no campaign {creation.place.campaign}")
