"""Validation of phone numbers with a country: `(805) 123-4567` in `US` is kept as `8051234567` (PC-22)."""

from __future__ import annotations

import re
from functools import cache, lru_cache
from typing import Final, NamedTuple

from cardwright.contact.model import Phone
from cardwright.errors import Fault, Rule

# A plus stands before all digits, once. What each part takes it keeps: a text that fails does so in one pass.
_WRITTEN: Final = re.compile(r"[ (]*+\+?[ ().-]*+[0-9][0-9 ().-]*+")
_EXTENSION: Final = re.compile(
    r"(?:;ext=|\b(?:extension|ext)\b[.:]?|(?:\b|(?<=[0-9]))x[.:]?)[ ]?[0-9]{1,11}$", re.IGNORECASE
)
_LETTERS: Final = re.compile("[A-Za-z][A-Za-z-]*[A-Za-z]")
_STRANGE: Final = re.compile("[^0-9 ().+-]")
_SHOWN: Final = 20
"""Characters of a number that are said of it."""
_CAPITALS: Final = 2
_NOT_DIGITS: Final = re.compile("[^0-9]+")
_COUNTRY: Final = re.compile("[A-Za-z]{2}")

# ISO 3166-1 countries without a numbering plan of their own, and calling regions that ISO does not know.
_NO_PLAN: Final = frozenset(("AQ", "BV", "GS", "HM", "PN", "TF", "UM"))
_NOT_ISO: Final = frozenset(("AC", "TA", "XK"))


class _Plan(NamedTuple):
    """What a number must look like for the whole of it to be its national digits."""

    prefixed: re.Pattern[str]
    """Matches a number that begins like one with an international, national or country prefix."""
    lengths: frozenset[int]
    """How many digits a whole number has: of the region, and of all who share its calling code (Canada's are 7 too)."""


def checked_phone(field: str, number: str, country: str, label: str) -> Phone | Fault:
    """Return the phone with its national digits, or what is wrong with `field` or its country, `field`_country.

    Both texts are trimmed and not empty. The number must be possible in that country as a whole; one written with `+`
    must carry its calling code.
    """
    region = country.upper()
    if not _COUNTRY.fullmatch(country) or region in _NOT_ISO or not (region in _NO_PLAN or _plan(region)):
        return Fault(f"{field}_country", Rule.FORM, "must be a country of ISO 3166-1, in two letters")
    digits = _national_digits(number, region) if _WRITTEN.fullmatch(number) else None
    if digits is None:
        return Fault(field, Rule.FORM, _why_not(number, region))
    return Phone(digits, label, region)


def _why_not(number: str, region: str) -> str:
    """Return what is wrong with a number: an extension, letters that stand for digits, a character, or all of it."""
    if match := _EXTENSION.search(number):
        return f"has an extension ({match[0].strip()[:_SHOWN]}), which is not supported: send the number without it"
    if match := _LETTERS.search(number):
        return f"has letters ({match[0][:_SHOWN]}) where digits belong: send the digits that they stand for"
    if match := _STRANGE.search(number):
        return f"holds {match[0]!r} at character {match.start() + 1}; digits, spaces and ()-.+ are taken"
    return f"is no complete phone number of {region}; digits, spaces and ()-.+ are taken"


def is_national(number: str, country: str) -> bool:
    """Say whether these certainly are the national digits of a number of the country: `checked_phone` keeps them so."""
    plan = _plan_of(country)
    return (
        plan is not None
        and len(number) in plan.lengths
        and number.isdecimal()
        and number.isascii()
        and plan.prefixed.match(number) is None
    )


@lru_cache(maxsize=1_000)  # asked for any text
def _plan_of(country: str) -> _Plan | None:
    """Return the plan of a country as it is kept: two capitals of ISO 3166-1."""
    is_country = len(country) == _CAPITALS and country.isascii() and country.isupper() and country not in _NOT_ISO
    return _plan(country) if is_country else None


def _national_digits(number: str, region: str) -> str | None:
    """Return the digits, or None when the number is not possible in the region."""
    digits = _NOT_DIGITS.sub("", number)
    plan = _plan(region)
    if plan is None:
        return digits
    if "+" not in number and len(digits) in plan.lengths and not plan.prefixed.match(digits):
        return digits
    return _parsed(number, region, plan)


def _parsed(number: str, region: str, plan: _Plan) -> str | None:
    import phonenumbers

    try:
        parsed = phonenumbers.parse(number, region)
    except phonenumbers.NumberParseException:
        return None
    digits = phonenumbers.national_significant_number(parsed)
    same_country = parsed.country_code == phonenumbers.country_code_for_region(region)
    return digits if same_country and not parsed.extension and len(digits) in plan.lengths else None


@cache  # asked for two capitals at most: there are few
def _plan(region: str) -> _Plan | None:
    from phonenumbers import PhoneMetadata, region_code_for_country_code

    metadata = PhoneMetadata.metadata_for_region(region, None)
    if metadata is None or metadata.general_desc is None:
        return None
    main = PhoneMetadata.metadata_for_region(region_code_for_country_code(metadata.country_code or 0), None) or metadata
    whole = (main.general_desc or metadata.general_desc).possible_length
    prefixes = (metadata.international_prefix, metadata.national_prefix_for_parsing, str(metadata.country_code))
    begins = "|".join(f"(?:{prefix})" for prefix in prefixes if prefix)
    return _Plan(re.compile(begins), frozenset(metadata.general_desc.possible_length) & frozenset(whole))
