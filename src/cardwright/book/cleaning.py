"""Clean what a stranger's row says: what breaks a rule stays in the card alone; without a card the row is refused."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, TypeVar, cast

from cardwright import limits
from cardwright.contact.emails import email_fault
from cardwright.contact.labels import LABEL, LABELS, distinct
from cardwright.contact.model import Address, Email, Name, Phone, Website
from cardwright.contact.phones import checked_phone, is_national
from cardwright.contact.texts import ADDRESS, NONCHARACTERS, NOTE, TEXT, URL, one_break
from cardwright.errors import Fault

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cardwright.book.import_row import ImportRow
    from cardwright.contact.model import Contact

_Text = TypeVar("_Text", Address, Website)
_Member = TypeVar("_Member")

CONTROLS: Final = re.compile(f"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff{NONCHARACTERS}]+")
_CONTROLS_IN_LINES: Final = re.compile(f"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff{NONCHARACTERS}]+")
_SLASH: Final = re.compile(r"([^/]*)/((?:[^/0-9]*[0-9]){4}[^/]*)")
"""A slash behind an area code; one before fewer digits is that of a range, `12345-67/68`."""
_WITH_LINES: Final = frozenset((NOTE, ADDRESS))  # limits of texts of several lines
_MEMBERS: Final = limits.MEMBERS.value
_NO_LABEL: Final = "other"
"""What a label of control characters alone comes to, as a card without one does."""
_SAYS_NOTHING: Final = "the row says nothing about a person"


def cleaned(row: ImportRow) -> ImportRow:
    """Return the row with a contact that keeps the rules (PC-22, PC-26, PC-27), or with the fault that refuses it.

    Control characters, and what is no character, become spaces. What is wrong in a card is left out, with a warning;
    the card still has it.
    """
    if not _is_clean(row.contact):
        row = _made_clean(row)
    says_something = row.card or _says_something(row.contact)
    return row if says_something or row.fault else row._replace(fault=_SAYS_NOTHING)


def _made_clean(row: ImportRow) -> ImportRow:
    faults: list[str] = []
    contact = row.contact
    clean = contact._replace(
        name=Name(*[_text(part, "the name", faults) for part in contact.name]),
        organization=_text(contact.organization, "the organization", faults),
        title=_text(contact.title, "the title", faults),
        note=_text(contact.note, "the note", faults, NOTE),
        phones=_most(_phones(contact.phones, faults), "phones", faults),
        emails=_most(_emails(contact.emails, faults), "e-mail addresses", faults),
        addresses=_most(_texts(contact.addresses, faults, ADDRESS), "addresses", faults),
        websites=_most(_texts(contact.websites, faults, URL), "websites", faults),
        labels=_most(distinct(_text(it, "a label", faults, LABEL) for it in contact.labels), "labels", faults, LABELS),
        uid=_text(contact.uid, "the UID", faults, URL),
    )
    if not row.card and faults:
        return row._replace(fault="; ".join(faults))
    return row._replace(contact=clean, warnings=(*row.warnings, *faults))


def _is_clean(contact: Contact) -> bool:
    """Say whether the contact keeps all rules as it is: nearly all do, found out at a quarter of the cost.

    False may be said of one that does.
    """
    name, organization, title, note, phones, emails, addresses, websites, _, labels, uid, _ = contact
    if labels and (len(labels) > LABELS or distinct(labels) != labels):
        return False
    if len(phones) > _MEMBERS or len(emails) > _MEMBERS or len(addresses) > _MEMBERS or len(websites) > _MEMBERS:
        return False
    texts = [*name, organization, title, note, uid, *labels]
    for member in (*addresses, *websites):
        texts += member
    for email in emails:
        texts.append(email.label)
    for phone in phones:
        texts.append(phone.label)
    whole = "".join(texts)
    return (
        whole.isprintable()
        and (len(whole) <= LABEL or max(map(len, texts)) <= LABEL)  # the least of all limits
        and all(map(_is_clean_phone, phones))
        and not any(email_fault("", email.address) for email in emails)
    )


def _is_clean_phone(phone: Phone) -> bool:
    number, label, country = phone
    if country:
        return is_national(number, country) or checked_phone("", number, country, label) == phone
    return number.isprintable() and number == number.strip() and 0 < len(number) <= TEXT and number[0] != "+"


def cleaned_member(member: _Member, /) -> _Member | None:
    """Return what `cleaned` keeps of a member of a list, or of a label; None when that is nothing."""
    clean: Iterable[object]
    match member:
        case Phone():
            clean = _phones((member,), [])
        case Email():
            clean = _emails((member,), [])
        case Address():
            clean = _texts((member,), [], ADDRESS)
        case Website():
            clean = _texts((member,), [], URL)
        case str():
            clean = distinct((_text(member, "", [], LABEL),))
        case _:
            raise TypeError(member)
    return cast("_Member | None", next(iter(clean), None))


def _text(text: str, called: str, faults: list[str], limit: int = TEXT) -> str:
    """Return `text` without control characters, `""` when it is too long."""
    if not text:
        return text
    if not text.isprintable():
        text = one_break(text) if limit in _WITH_LINES else text
        text = (_CONTROLS_IN_LINES if limit in _WITH_LINES else CONTROLS).sub(" ", text).strip()
    if len(text) <= limit:
        return text
    faults.append(f"{called} holds {len(text)} characters; at most {limit} are kept")
    return ""


def _most(members: tuple[_Member, ...], called: str, faults: list[str], limit: int = _MEMBERS) -> tuple[_Member, ...]:
    """Return the first `limit` of them."""
    if len(members) > limit:
        faults.append(f"{len(members)} {called}; at most {limit} are kept")
    return members[:limit]


def _texts(members: Iterable[_Text], faults: list[str], limit: int) -> tuple[_Text, ...]:
    """Return the members with clean texts; one that is too long is left out."""
    kept = []
    for member in members:
        before = len(faults)
        clean = type(member)(*[_text(text, "an address", faults, limit) for text in member])
        if len(faults) == before:
            kept.append(clean if clean.label else clean._replace(label=_NO_LABEL))
    return tuple(kept)


def _emails(emails: Iterable[Email], faults: list[str]) -> tuple[Email, ...]:
    kept = []
    for email in emails:
        fault = email_fault("", email.address)
        if fault is None:
            kept.append(email._replace(label=_text(email.label, "a label", faults, LABEL) or _NO_LABEL))
        else:
            faults.append(f"e-mail address {email.address[:TEXT]!r} {fault.message}")
    return tuple(kept)


def _phones(phones: Iterable[Phone], faults: list[str]) -> tuple[Phone, ...]:
    """Return the phones, with national digits where the country is known (PC-22), else as they are written."""
    kept = []
    for phone in phones:
        number = _text(phone.number.strip(), "a phone number", faults)
        label = _text(phone.label, "a label", faults, LABEL) or _NO_LABEL
        if phone.country:
            checked = checked_phone("", _SLASH.sub(r"\1 \2", number), phone.country.strip(), label)
            if isinstance(checked, Fault):
                faults.append(f"phone number {number!r}: {checked.message}")
                continue
            kept.append(checked)
        elif number.startswith("+"):
            from cardwright.contact.international import national

            digits, country = national(number)
            kept.append(Phone(digits, label, country))
        elif number:
            kept.append(Phone(number, label))
    return tuple(kept)


def _says_something(contact: Contact) -> bool:
    lists = contact.phones or contact.emails or contact.addresses or contact.websites
    name = contact.name
    return bool(name.first or name.last or name.middle or contact.organization or contact.note or lists or contact.uid)
