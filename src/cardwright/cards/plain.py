"""The plain card of a contact in one pass: short lines of ASCII, in which nothing is escaped, folded or inlined.

Most cards that createcontact makes are plain, and this takes a third of the time of writing property by property.
What it gives is what `write` gives of `properties_of`, to the octet.
"""

from __future__ import annotations

from typing import Final

from cardwright.cards import labels
from cardwright.contact.model import Address, Contact
from cardwright.vcard import VERSIONS
from cardwright.vcard.writer import END, begin, head, plain

_CREATECONTACT_ALONE: Final = Contact()[8:]  # no photo, no labels, UID and REV of a stored contact
_STREET_ALONE: Final = Address()[2:]
_WEBSITES: Final = 4  # as many as createcontact takes


class _Heads:
    """What stands before the values of one version's cards, by the label that it says."""

    def __init__(self, version: str) -> None:
        self.begin = begin(version)
        self.phone = {label: head(version, "TEL", types) for label, types in labels.PHONE.items()}
        self.email = {label: head(version, "EMAIL", types) for label, types in labels.EMAIL.items()}
        self.address = {label: head(version, "ADR", types) for label, types in labels.ADDRESS.items()}
        groups = [f"item{number}" for number in range(1, _WEBSITES + 1)]
        self.website = [(head(version, "URL", (), it), head(version, "X-ABLabel", (), it)) for it in groups]


_HEADS: Final[dict[str, _Heads]] = {version: _Heads(version) for version in VERSIONS}


def plain_card(contact: Contact, version: str) -> bytes | None:
    """Return the card of `contact`, or None when it is not a plain one."""
    heads = _HEADS.get(version)
    if heads is None or contact[8:] != _CREATECONTACT_ALONE:
        return None
    (first, last, middle, prefix, suffix), organization, title, note = contact[:4]
    spoken = " ".join(filter(None, (prefix, first, middle, last, suffix)))
    lines = [*heads.begin, f"N:{last};{first};{middle};{prefix};{suffix}", f"FN:{spoken}"]
    texts = [spoken, organization, title, note]
    if organization:
        lines.append(f"ORG:{organization}")
    if title:
        lines.append(f"TITLE:{title}")
    if note:
        lines.append(f"NOTE:{note}")
    if not spoken or not _add_lists(contact, heads, lines, texts):
        return None
    lines.append(END)
    return plain(lines, texts)


def _add_lists(contact: Contact, heads: _Heads, lines: list[str], texts: list[str]) -> bool:
    """Add what a contact has several of; say whether each of them is a plain one."""
    phones, emails, addresses, websites = contact[4:8]
    try:
        for number, label, country in phones:
            if country:
                return False
            lines.append(heads.phone[label] + number)
            texts.append(number)
        for address, label in emails:
            lines.append(heads.email[label] + address)
            texts.append(address)
        for place in addresses:
            if place[2:] != _STREET_ALONE:
                return False
            lines.append(f"{heads.address[place.label]};;{place.street};;;;")
            texts.append(place.street)
    except KeyError:  # a label of the owner's own
        return False
    for (url, label), (before_url, before_label) in zip(websites, heads.website, strict=False):
        said = labels.HOMEPAGE if label == "homepage" else label
        lines += (before_url + url, before_label + said)
        texts += (url, said)
    return len(websites) <= len(heads.website)
