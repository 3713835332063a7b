"""The texts of the pages, in one catalogue (CW-4): key, text. A module of its own for each page.

    t("list.count", n=1200)      "1,200 contacts"

Numbers and dates are written here too, and nowhere else.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from cardwright.surfaces.console.texts import (
    base,
    campaigns,
    contact_form,
    contact_list,
    contact_view,
    deleted,
    duplicates,
    faults,
    history,
    imports,
    keys,
    make,
    phone,
    reference,
    share,
    sign_in,
    undo,
)

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from cardwright.surfaces.console.texts.plural import Plural

PARTS: Final = (
    base.TEXTS,
    campaigns.TEXTS,
    contact_form.TEXTS,
    contact_list.TEXTS,
    contact_view.TEXTS,
    deleted.TEXTS,
    duplicates.TEXTS,
    faults.TEXTS,
    history.TEXTS,
    make.TEXTS,
    phone.TEXTS,
    imports.TEXTS,
    reference.TEXTS,
    share.TEXTS,
    sign_in.TEXTS,
    undo.TEXTS,
    keys.TEXTS,
)


def _joined() -> dict[str, str | Plural]:
    catalogue: dict[str, str | Plural] = {}
    for part in PARTS:
        if twice := catalogue.keys() & part.keys():
            raise ValueError(f"texts that are there twice: {sorted(twice)}")
        catalogue |= part
    return catalogue


CATALOGUE: Final[Mapping[str, str | Plural]] = _joined()


def text(key: str, /, **values: object) -> str:
    """Return the text of a key, with these values in it; KeyError when there is none, or a value is missing."""
    entry = CATALOGUE[key]
    form = entry if isinstance(entry, str) else entry.of(int(str(values["n"])))
    return form.format_map({name: number(it) if isinstance(it, int) else it for name, it in values.items()})


def number(value: int) -> str:
    """Return a number as people read it: `1,234,567`."""
    return f"{value:,}"


def moment(at: datetime) -> str:
    """Return a time in UTC as people read it: `13 Nov 2026, 09:05 UTC`."""
    return f"{day(at)}, {at:%H:%M} UTC"


def day(at: datetime) -> str:
    """Return a day: `13 Nov 2026`."""
    return f"{at.day} {_MONTHS[at.month - 1]} {at.year}"


_MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
