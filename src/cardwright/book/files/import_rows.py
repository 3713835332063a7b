"""Rows made ready for an import: what they say made fit, and what they are known by."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from cardwright.book.cleaning import fitted
from cardwright.book.files.reading import Incoming
from cardwright.book.match_keys import Known, Namer, known_by
from cardwright.contact.model import Photo

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from cardwright.book.contact_store import Place

_TOGETHER: Final = 250
"""Rows that are given together: between two of them the store has a turn."""
_LARGE: Final = 1024 * 1024
"""Bytes of cards and photos that are given together."""
_NOBODY: Final = Known(())


class Prepared(NamedTuple):
    """A row that is ready."""

    incoming: Incoming
    known: Known = _NOBODY
    fault: str = ""
    """Why it is refused; then its number and its warnings are all that counts."""

    @property
    def size(self) -> int:
        """Bytes of its card and photo."""
        photo = self.incoming.contact.photo
        return len(self.incoming.card) + (len(photo.data) if photo else 0)


def prepared(rows: Iterable[Incoming], place: Place) -> Iterator[list[Prepared]]:
    """Give the rows by the handful; what `rows` raises is raised after the rows before it."""
    namer = Namer(place)
    handful: list[Prepared] = []
    size = 0
    try:
        for row in rows:
            handful.append(one := _prepared(row, namer))
            size += one.size
            if len(handful) >= _TOGETHER or size > _LARGE:
                yield handful
                handful, size = [], 0
    except Exception:
        yield handful
        raise
    yield handful


def _prepared(row: Incoming, namer: Namer) -> Prepared:
    fit, fault = (row, row.fault) if row.fault else fitted(row)
    warnings = tuple(map(_sayable, fit.warnings)) if fit.warnings else ()
    if not fault and _sayable(partners := ", ".join(fit.partners)) != partners:
        fault = f"No partner account {partners}"
    if fault:
        return Prepared(Incoming(row.row, warnings=warnings), fault=_sayable(fault))
    if warnings:
        fit = fit._replace(warnings=warnings)
    if fit.card:
        photo = fit.contact.photo and Photo(_sayable(fit.contact.photo.media_type), fit.contact.photo.data)
        fit = fit._replace(contact=fit.contact._replace(photo=photo, revision=""))  # that of the store counts
    return Prepared(fit, known_by(fit, namer))


def _sayable(text: str) -> str:
    """Return `text` with a question mark for what is no character: half a surrogate pair, which JSON may hold."""
    return text if text.isascii() else text.encode("utf-8", "replace").decode()
