"""Which partner accounts a form offers, and which one a person named (CW-40)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from cardwright.contact.words import folded
from cardwright.surfaces.console.texts import text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cardwright.book.partners import Partner

_ALL: Final = 20
"""Partner accounts of which each has a checkbox."""
_SUGGESTED: Final = 50
_NAMED: Final = 5


class PartnerChoice(NamedTuple):
    """What the form offers."""

    boxes: Sequence[Partner]
    """Each has a checkbox."""
    suggested: Sequence[Partner]
    """Suggestions for the field that takes another; none where each has its checkbox."""


def offered(partners: Sequence[Partner], ticked: Sequence[str]) -> PartnerChoice:
    """Return all partner accounts; of more than 20 those that are ticked, and some to suggest."""
    if len(partners) <= _ALL:
        return PartnerChoice(partners, ())
    boxes = [one for one in partners if one.id in ticked]
    return PartnerChoice(boxes, [one for one in partners if one.id not in ticked][:_SUGGESTED])


def named(partners: Sequence[Partner], said: str) -> Partner | str:
    """Return the partner account with this id or name, or the one whose name begins so; else what is wrong."""
    plain = folded(said)
    if exact := [one for one in partners if one.id == said] or [one for one in partners if folded(one.name) == plain]:
        return exact[0]
    matches = [one for one in partners if folded(one.name).startswith(plain)]
    if len(matches) == 1:
        return matches[0]
    if not matches:
        return text("form.no-partner", text=said)
    return text("form.several-partners", names=", ".join(f"{one.name} ({one.id})" for one in matches[:_NAMED]))
