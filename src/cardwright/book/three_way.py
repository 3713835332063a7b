"""Three-way merge of a contact's form: what it began with, what was typed, and what is there now (CW-44).

What one of the two changed is taken. What both changed, differently, is a conflict, which a person decides.
"""

from __future__ import annotations

import hashlib
from difflib import SequenceMatcher
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from cardwright.book.details import KINDS, TEXT_FIELDS, Details
from cardwright.contact.model import Name

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from cardwright.book.details import Began, Typed

_NAME: Final = ("first", "last", "prefix", "middle", "suffix")
YOURS: Final = "yours"
THEIRS: Final = "theirs"


class Conflict(NamedTuple):
    """A field that two people changed."""

    field: str
    """`title`, `name.first`, `photo`, or a row as it was counted in the beginning: `emails[1]`."""
    yours: Any
    """A text or a row; None where it was removed. Of a photo the digest, of which `""` is none."""
    theirs: Any

    @property
    def seen(self) -> str:
        """What names their value: a choice is for what was seen, and asked for anew when they change it again."""
        return hashlib.sha256(repr(self.theirs).encode("utf-8", "surrogatepass")).hexdigest()[:16]

    def choice(self, side: str) -> str:
        """Return what the choice of `YOURS` or `THEIRS` is written as."""
        return f"{side} {self.seen}"


class Merged(NamedTuple):
    """What becomes of a contact."""

    details: Details
    takes_image: bool
    """Whether the image, or its removal, that was chosen in the form is taken."""
    conflicts: tuple[Conflict, ...]
    """Those that nobody has decided; the details have the form's side of them."""


def merge(
    began: Began, typed: Typed, now: Began, choices: Mapping[str, str] | None = None, image: str | None = None
) -> Merged:
    """Return the contact with both changes; `now` holds every row, and `choices` by fields what was decided.

    `image` is the digest of a photo that was chosen in the form, `""` if it is to be removed, None if neither.
    """
    work = _Merging(choices or {})
    was, mine, there = began.details, typed.details, now.details
    name = Name(
        **{part: work.one(f"name.{part}", *(getattr(one.name, part) for one in (was, mine, there))) for part in _NAME}
    )
    values = {field: work.one(field, *(getattr(one, field) for one in (was, mine, there))) for field in TEXT_FIELDS}
    taken = work.one("photo", began.image, began.image if image is None else image, now.image)
    for kind, origins, more in zip(KINDS, typed.rows, began.more, strict=True):
        aligned = _aligned(getattr(was, kind), more, getattr(there, kind))
        rows = _Rows(getattr(was, kind), getattr(mine, kind), origins, getattr(there, kind), aligned)
        values[kind] = work.rows(kind, rows)
    for field in ("labels", "partners"):
        values[field] = _added_and_removed(*(getattr(one, field) for one in (was, mine, there)))
    return Merged(Details(name, **values), image is not None and taken == image, tuple(work.conflicts))


class _Rows(NamedTuple):
    was: Sequence[Any]
    typed: Sequence[Any]
    origins: Sequence[int | None]
    now: Sequence[Any]
    aligned: Mapping[int, int]
    """Where a row of the beginning stands now; not one that is gone."""


class _Merging:
    def __init__(self, choices: Mapping[str, str]) -> None:
        self._choices = choices
        self.conflicts: list[Conflict] = []

    def one(self, field: str, was: Any, mine: Any, now: Any) -> Any:  # noqa: ANN401 - texts and rows
        """Return the value of a field."""
        if mine in (was, now):
            return now
        if now == was:
            return mine
        conflict = Conflict(field, mine, now)
        chosen = self._choices.get(field)
        if chosen == conflict.choice(THEIRS):
            return now
        if chosen != conflict.choice(YOURS):
            self.conflicts.append(conflict)
        return mine

    def rows(self, kind: str, rows: _Rows) -> tuple[Any, ...]:
        """Return the rows as they stand now with the changes of the form, new ones last."""
        if tuple(rows.now) == tuple(rows.typed):  # the form was sent twice
            return tuple(rows.now)
        mine = {origin: row for origin, row in zip(rows.origins, rows.typed, strict=True) if origin is not None}
        origin_of = {at: origin for origin, at in rows.aligned.items()}
        result = []
        for at, row in enumerate(rows.now):
            origin = origin_of.get(at)
            if origin is None:
                result.append(row)
            else:
                result.append(self.one(f"{kind}[{origin}]", rows.was[origin], mine.get(origin), row))
        for origin, was in enumerate(rows.was):
            if origin not in rows.aligned:
                result.append(self.one(f"{kind}[{origin}]", was, mine.get(origin), None))
        came = [row for at, row in enumerate(rows.now) if at not in origin_of]
        for row, origin in zip(rows.typed, rows.origins, strict=True):
            if origin is None and row in came:  # both added the same
                came.remove(row)
            elif origin is None:
                result.append(row)
        return tuple(row for row in result if row is not None)


def _aligned(was: Sequence[Any], more: int, now: Sequence[Any]) -> dict[int, int]:
    """Return where each row of the beginning stands now.

    Rows between two that stayed are taken for the same when there are as many; else for removed and added ones.
    """
    if list(now[: len(was)]) == list(was):
        return {at: at for at in range(len(was))}
    aligned: dict[int, int] = {}
    for kind, start, end, there, there_end in SequenceMatcher(None, was, now, autojunk=False).get_opcodes():
        beyond = more if end == len(was) else 0
        if kind == "equal" or end - start + beyond == there_end - there:
            aligned |= {start + at: there + at for at in range(end - start)}
    return aligned


def _added_and_removed(was: tuple[str, ...], mine: tuple[str, ...], now: tuple[str, ...]) -> tuple[str, ...]:
    """Return the list as it is now without what the form removed, and with what it added; as typed if nobody else was.

    Neither can collide with the change of another.
    """
    if now == was:
        return mine
    gone = set(was) - set(mine)
    return tuple(dict.fromkeys((*(one for one in now if one not in gone), *(one for one in mine if one not in was))))
