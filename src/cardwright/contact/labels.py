"""Lists of labels and of partner account ids: trimmed, distinct, and no more than a contact may have (PC-26)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from cardwright.contact.texts import SPACES, are_stored_texts, stored_text_fault
from cardwright.contact.words import folded
from cardwright.errors import Fault, Rule
from cardwright.limits import CONTACT_LABELS, CONTACT_PARTNERS
from cardwright.limits import LABEL as LABEL_LENGTH

if TYPE_CHECKING:
    from collections.abc import Iterable

LABEL: Final = LABEL_LENGTH.value
"""Characters in a label."""
LABELS: Final = CONTACT_LABELS.value
"""Labels of one contact."""
_LONGEST: Final = 4 * LABEL
"""Characters of a label whose letters are written as letter and marks (Unicode NFD)."""
PARTNERS: Final = CONTACT_PARTNERS.value
"""Partner accounts of one contact."""
_ITEM: Final = re.compile(r'[ \t\r\n]*(?:"((?:[^"]|"")*)"[ \t\r\n]*(?=,|\Z)|([^,]*))(?:,|\Z)')


def listed(text: str) -> tuple[str, ...]:
    """Return the labels that a person wrote with commas between; one that holds a comma stands in double quotes.

    A double quote within quotes is written twice; one that does not close is a character like others. For example
    `VIP, "Acme, Inc.", 5" disk` is three labels.
    """
    return distinct(quoted.replace('""', '"') or plain for quoted, plain in _ITEM.findall(text))


def as_list(labels: Iterable[str]) -> str:
    """Return labels as a person writes them, which `listed` reads back."""
    return ", ".join(_written(label) for label in labels)


def _written(label: str) -> str:
    return '"' + label.replace('"', '""') + '"' if "," in label or label.startswith('"') else label


def distinct(texts: Iterable[str]) -> tuple[str, ...]:
    """Return the texts trimmed, in their order, without blanks and repeats."""
    if not texts:
        return ()
    return tuple(dict.fromkeys([trimmed for text in texts if (trimmed := text.strip(SPACES))]))


def without(labels: Iterable[str], removed: Iterable[str]) -> list[str]:
    """Return the labels that are not removed, compared as the filter of a list compares them: `vip` is `VIP`.

    One that is longer than any label can be is not looked at: a run of accents is folded in the square of its length.
    """
    gone = frozenset(folded(label) for label in removed if len(label) <= _LONGEST)
    return [label for label in labels if folded(label) not in gone] if gone else list(labels)


def label_fault(field: str, labels: Iterable[str]) -> Fault | None:
    """Return what is wrong with the first label that breaks the rules, or None."""
    if are_stored_texts(*labels, limit=LABEL):
        return None
    return next((fault for label in labels if (fault := stored_text_fault(field, label, LABEL)) is not None), None)


def label_count_fault(field: str, labels: tuple[str, ...]) -> Fault | None:
    """Return the fault of a contact that has more labels than it may, or None."""
    if len(labels) <= LABELS:
        return None
    return Fault(field, Rule.TOO_MANY, f"makes {len(labels)} labels; a contact has at most {LABELS}")


def partner_count_fault(field: str, partners: tuple[str, ...]) -> Fault | None:
    """Return the fault of more partner accounts than a contact may have, or a list may name, or None."""
    if len(partners) <= PARTNERS:
        return None
    return Fault(
        field, Rule.TOO_MANY, f"{len(partners)} partner accounts are too many; a contact has at most {PARTNERS}"
    )
