"""Validation of requests, before anybody looks at stored data: pure, every fault is found (PC-20 to PC-27, PC-60)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from cardwright.book.requests import MAX_PAGE_SIZE, Query
from cardwright.contact.emails import email_fault, is_plain_email, local_part_fault
from cardwright.contact.labels import PARTNERS, distinct, label_count_fault, label_fault, partner_count_fault
from cardwright.contact.model import Contact, Email, Name, Phone
from cardwright.contact.phones import checked_phone, is_national
from cardwright.contact.texts import SPACES, URL, are_stored_texts, stored_text_fault
from cardwright.contact.uid import new_uid
from cardwright.contact.words import words
from cardwright.errors import Fault, InvalidError, Rule
from cardwright.limits import QUERY_TEXT, SEARCH_WORDS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cardwright.book.requests import NewContact, Patch

REQUIRED: Final = ("first", "last", "email")
WORK: Final = "work"
CELL: Final = "mobile"
_LISTS: Final = ("labels_add", "labels_remove", "partners_add", "partners_remove")
_FILTERS: Final = ("partner", "title", "email", "label")
_PHONES: Final = (("work_phone", WORK), ("cellphone", CELL))


def checked_contact(new: NewContact, faults: list[Fault]) -> Contact:
    """Return the contact that `new` describes, with a UID; what is wrong with it is added to `faults`."""
    first, last, email, title = new.first.strip(SPACES), new.last.strip(SPACES), new.email.strip(SPACES), new.title
    title = title.strip(SPACES)
    if not (first and last and is_plain_email(email) and are_stored_texts(first, last, title)):  # hardly ever
        faults += filter(
            None,
            (
                required_fault("first", first),
                required_fault("last", last),
                required_fault("email", email),
                stored_text_fault("title", title),
            ),
        )
    if new.image_url:
        faults += filter(None, _image_faults(new))
    work = checked_number("work_phone", WORK, new.work_phone, new.work_phone_country, faults)
    cell = checked_number("cellphone", CELL, new.cellphone, new.cellphone_country, faults)
    labels = distinct(new.labels)
    if len(new.partners) > PARTNERS:  # else there are no more distinct ones
        faults += filter(None, (partner_count_fault("partners", distinct(new.partners)),))
    faults += filter(None, (label_count_fault("labels", labels) or label_fault("labels", labels),))
    phones = (work, cell) if work and cell else tuple(filter(None, (work, cell)))
    return Contact(Name(first, last), "", title, "", phones, (Email(email),), (), (), None, labels, new_uid())


def checked_patch(patch: Patch, faults: list[Fault]) -> Patch:
    """Return the patch trimmed, its phones as national digits; what is wrong with it is added to `faults`."""
    checked: dict[str, Any] = {
        field: text.strip(SPACES) for field in (*REQUIRED, "title") if (text := getattr(patch, field)) is not None
    }
    for field, text in checked.items():
        fault = stored_text_fault(field, text) if field == "title" else required_fault(field, text)
        faults += filter(None, (fault,))
    for field, label in _PHONES:
        checked |= _patched_phone(field, label, patch, faults)
    checked |= {field: distinct(getattr(patch, field)) for field in _LISTS}
    if patch.image_url:
        checked["image_url"] = patch.image_url.strip(SPACES)
    patch = patch._replace(**checked)
    removed = partner_count_fault("partners_remove", patch.partners_remove)  # what is added counts with what is there
    faults += filter(None, (removed, label_fault("labels_add", patch.labels_add), *_image_faults(patch)))
    return patch


def checked_query(query: Query) -> Query:
    """Return the query trimmed; InvalidError for a page or a size that is out of range, or too much to look for.

    PC-40, PC-41. Texts are measured before their words are counted: a run of accents is folded in the square of it.
    """
    faults = []
    if query.page < 1:
        faults.append(Fault("page", Rule.FORM, "must be 1 or more"))
    if not 1 <= query.page_size <= MAX_PAGE_SIZE:
        faults.append(Fault("page_size", Rule.FORM, f"must be 1 to {MAX_PAGE_SIZE}"))
    for field in (*_FILTERS, "search"):
        if (length := len(getattr(query, field))) > QUERY_TEXT.value:
            message = f"holds {length} characters; at most {QUERY_TEXT.value} are taken"
            faults.append(Fault(field, Rule.TOO_LONG, message))
    if not faults and len(frozenset(words(query.search))) > SEARCH_WORDS.value:
        faults.append(Fault("search", Rule.TOO_MANY, f"holds more than {SEARCH_WORDS.value} words"))
    if faults:
        raise InvalidError(faults)
    return query._replace(**{field: getattr(query, field).strip(SPACES) for field in _FILTERS})


def required_fault(field: str, text: str) -> Fault | None:
    """Return the fault of a first or last name or an e-mail address, None if it is right (PC-20, PC-27)."""
    if not text:
        return Fault(field, Rule.REQUIRED, "is required")
    fault = email_fault(field, text) or local_part_fault(field, text) if field == "email" else None
    return fault or stored_text_fault(field, text)


def _image_faults(asked: NewContact | Patch) -> Iterator[Fault | None]:
    """Yield what is wrong with the address of an image: its text, and a file beside it (PC-23, PC-26)."""
    if asked.image_url:
        yield stored_text_fault("image_url", asked.image_url.strip(SPACES), URL)
        yield image_conflict() if asked.image_file else None


def image_conflict() -> Fault:
    """Return the fault of an image's address that a file stands beside (PC-23)."""
    return Fault("image_url", Rule.CONFLICT, "excludes an image file: send one of the two")


def checked_number(field: str, label: str, number: str, country: str, faults: list[Fault]) -> Phone | None:
    """Return the phone with its national digits (PC-22); None when there is none, or when something is wrong with it.

    A fault is that of `field`, or of its country, `field`_country.
    """
    number, country = number.strip(SPACES), country.strip(SPACES)
    if not number and not country:
        return None
    if is_national(number, country):
        return Phone(number, label, country)
    if not country:
        faults.append(Fault(f"{field}_country", Rule.CONFLICT, "is required with a phone number"))
    elif not number:
        faults.append(Fault(field, Rule.CONFLICT, "is required with its country"))
    else:
        checked = stored_text_fault(field, number) or checked_phone(field, number, country, label)
        if isinstance(checked, Phone):
            return checked
        faults.append(checked)
    return None


def _patched_phone(field: str, label: str, patch: Patch, faults: list[Fault]) -> dict[str, str]:
    """Return the number and country to set: both empty to clear the phone, neither to leave it (PC-31)."""
    number, country = getattr(patch, field), getattr(patch, f"{field}_country")
    if number is None and country is None:
        return {}
    if number is None:
        faults.append(Fault(field, Rule.CONFLICT, "is required with its country"))
        return {}
    if not number.strip(SPACES):
        return {field: "", f"{field}_country": ""}
    phone = checked_number(field, label, number, country or "", faults)
    return {field: phone.number, f"{field}_country": phone.country} if phone else {}
