"""A createcontact document as a Contact, or its first fault.

The stages stand in the order in which CC-31 has them reported: types, empty, name, labels, texts.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, TypeVar

from cardwright import limits
from cardwright.contact import texts
from cardwright.contact.model import Address, Contact, Email, Name, Phone, Website
from cardwright.contact.names import PLAIN, name_fault
from cardwright.errors import Fault, InvalidError, Rule
from cardwright.surfaces.createcontact.shape import USED, Document, ListItem, SentDocument, SentName, shaped, used_items
from cardwright.surfaces.createcontact.text_checks import check_texts, with_one_break

if TYPE_CHECKING:
    from collections.abc import Sequence

WEBSITE_LABEL: Final = limits.CREATECONTACT_WEBSITE_LABEL.value
"""Characters of a website's label that are kept (CC-10)."""
_BLANKS: Final = texts.SPACES + "\t"
"""What is dropped around a label (CC-8)."""
HOMEPAGE: Final = "homepage"
PLACES: Final = ("work", "home")
"""The labels of an e-mail and a physical address (CC-8); the first is the default (CC-9)."""
PHONE_LABELS: Final = (*PLACES, "mobile", "fax", "pager", "main", "other")


def _spellings(labels: tuple[str, ...]) -> dict[str | None, str]:
    """Return the label that each usual spelling stands for, first of all that of none."""
    spellings: dict[str | None, str] = {None: labels[0], "": labels[0]}
    for label in labels:
        spellings |= dict.fromkeys((label, label.capitalize(), label.upper()), label)
    return spellings


_PLACES: Final = _spellings(PLACES)
_PHONE_LABELS: Final = _spellings(PHONE_LABELS)

_Labelled = TypeVar("_Labelled", Phone, Email, Address)


def contact_from(document: Document, *, strict_names: bool = True) -> tuple[Contact, str]:
    """Return the contact that `document` describes, and the address of its photo.

    `strict_names` is the documented rule of CC-5; without it names hold any text. Raises InvalidError with the first
    fault (CC-31).
    """
    sent = document if isinstance(document, SentDocument) else shaped(document)
    name = _name(sent, strict=strict_names)
    photo_url = (sent.photo_url or "").strip(texts.SPACES)
    first, last, _, _, suffix = name
    seen = [first, last, suffix, photo_url]  # every text that is used: all are looked at together
    contact = Contact(
        name,
        _block(sent.organization, seen),
        _block(sent.title, seen),
        _block(sent.note, seen),
        _labelled("phone", Phone, sent.phone, _PHONE_LABELS, seen),
        _labelled("email", Email, sent.email, _PLACES, seen),
        _labelled("physical-address", Address, sent.physical_address, _PLACES, seen),
        _websites(sent.website, seen),
    )
    together = "".join(seen)
    plain = texts.plain(together)
    if not plain or len(together) > texts.TEXT:
        check_texts(sent, contact, photo_url)
    return contact if plain else with_one_break(contact), photo_url


def _block(text: str | None, seen: list[str]) -> str:
    """Return a text that may have several lines: as it came, `""` when it is blank."""
    if not text or not text.strip(texts.WHITE):
        return ""
    seen.append(text)
    return text


def _name(sent: SentDocument, *, strict: bool) -> Name:
    name = sent.name or _NAMELESS
    first, last = (name.first_name or "").strip(texts.WHITE), (name.last_name or "").strip(texts.WHITE)
    if not first and not last:
        raise _nameless(sent)
    if strict and not PLAIN.fullmatch(first + last):
        fault = name_fault("name.first-name", first) or name_fault("name.last-name", last)
        if fault:
            raise InvalidError([fault])
    return Name(first, last, "", "", (name.suffix or "").strip(texts.WHITE))


_NAMELESS: Final = SentName()


def _nameless(sent: SentDocument) -> InvalidError:
    blocks = ((sent.name or _NAMELESS).suffix, sent.organization, sent.title, sent.note)
    lists = (sent.phone, sent.email, sent.physical_address, sent.website)
    said = any((text or "").strip(texts.WHITE) for text in blocks) or any(used_items(items) for items in lists)
    if said or (sent.photo_url or "").strip(texts.SPACES):
        return InvalidError([Fault("name", Rule.NAMELESS, "has neither a first nor a last name")])
    return InvalidError([Fault("", Rule.EMPTY, "The contact holds no data.")])


def _labelled(
    field: str,
    kind: type[_Labelled],
    items: Sequence[ListItem | None] | None,
    labels: dict[str | None, str],
    seen: list[str],
) -> tuple[_Labelled, ...]:
    """Return the first four items that have a value; raises the fault of the first label that is not supported."""
    members: tuple[_Labelled, ...] = ()
    for item in items or ():
        if item is not None and item.value and (value := item.value.strip(texts.SPACES)):
            seen.append(value)
            members += (kind(value, labels.get(item.label) or _label(field, items or (), item, labels)),)
            if len(members) == USED:
                break
    return members


def _label(field: str, items: Sequence[ListItem | None], item: ListItem, labels: dict[str | None, str]) -> str:
    """Return the label of an item in lower case; raise the fault of one that is not supported."""
    label = (item.label or "").strip(_BLANKS)
    known = labels.get(label.lower()) if label.isascii() else None  # in lower case, the Kelvin sign is a k
    if known:
        return known
    at = next(at for at, one in enumerate(items) if one is item)
    message = f"{label[: texts.TEXT]!r} is not supported; supported are {', '.join(dict.fromkeys(labels.values()))}"
    raise InvalidError([Fault(f"{field}[{at}].label", Rule.LABEL, message)])


def _websites(items: Sequence[ListItem | None] | None, seen: list[str]) -> tuple[Website, ...]:
    websites: tuple[Website, ...] = ()
    for item in items or ():
        if item is not None and item.value and (url := item.value.strip(texts.SPACES)):
            label = item.label.strip(texts.SPACES) if item.label else ""
            if len(label) > WEBSITE_LABEL:  # nothing after the 100th character is kept, nor what is left hanging there
                label = label[:WEBSITE_LABEL].rstrip(texts.SPACES + "\u200d")
            seen += (url, label)
            websites += (Website(url, label if label and label.lower() != HOMEPAGE else HOMEPAGE),)
            if len(websites) == USED:
                break
    return websites
