"""Validation of e-mail addresses, by their form alone: no DNS, nobody is asked whether one exists (PC-27)."""

from __future__ import annotations

import re
from typing import Final

from cardwright.contact.texts import text_fault
from cardwright.errors import Fault, Rule
from cardwright.limits import LOCAL_PART

# The plain case, which email-validator takes twenty times as long to say yes to. In 64 characters no part is too long;
# without two hyphens in a row there is no Punycode to look into.
_PLAIN: Final = re.compile(
    r"[A-Za-z0-9_+-]+(?:\.[A-Za-z0-9_+-]+)*@(?:[A-Za-z0-9]+(?:-[A-Za-z0-9]+)*\.)+[A-Za-z]+", re.ASCII
)
_PLAIN_LENGTH: Final = 64


def is_plain_email(address: str) -> bool:
    """Say whether an address certainly is one that may be kept: the usual case, told by one look."""
    return len(address) <= _PLAIN_LENGTH and _PLAIN.fullmatch(address) is not None


def email_fault(field: str, address: str) -> Fault | None:
    """Return what is wrong with an e-mail address, trimmed and not empty, or None."""
    if is_plain_email(address):
        return None
    fault = text_fault(field, address)
    if fault is None and not _plausible(address):
        fault = Fault(field, Rule.FORM, "must be an e-mail address, like wile.coyote@example.com")
    return fault


def local_part_fault(field: str, address: str) -> Fault | None:
    """Return the fault of an address with more before its @ than mail servers take (RFC 5321 section 4.5.3.1.1)."""
    length = len(address.rpartition("@")[0].encode())
    if length <= LOCAL_PART.value:
        return None
    return Fault(field, Rule.TOO_LONG, f"has {length} octets before the @; at most {LOCAL_PART.value} are taken")


def _plausible(address: str) -> bool:
    import email_validator

    email_validator.SPECIAL_USE_DOMAIN_NAMES.clear()  # .test, .local and .invalid are welcome
    try:
        email_validator.validate_email(address, check_deliverability=False, allow_quoted_local=True)
    except email_validator.EmailNotValidError:
        return False
    return True
