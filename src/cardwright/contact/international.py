"""Phone numbers, national and E.164: `8051234567` in `US` is `+18051234567`, and back."""

from __future__ import annotations

import re
from functools import cache, lru_cache
from typing import Final

import phonenumbers
from phonenumbers import COUNTRY_CODE_TO_REGION_CODE, NumberParseException, PhoneMetadata, PhoneNumber

from cardwright.contact.phones import is_national

# What is nothing but a number in international form: an extension, a letter or a pause is its owner's own writing.
_INTERNATIONAL: Final = re.compile(r"\+[0-9 ().\-/]{4,30}")
_BEHIND_AREA_CODE: Final = re.compile(r"[^/]*/(?:[^/0-9]*[0-9]){4}[^/]*")
"""A slash before a whole number; few digits behind one are those of a range: `+49 30 12345-67/68`."""
_TYPOGRAPHY: Final = re.compile("[\xa0\u2002-\u200a\u2010-\u2015\u202f\u2212]")
"""Blanks and dashes of typographers, as numbers have them that are copied out of a text."""
_CODE_LENGTHS: Final = (1, 2, 3)
# What phonenumbers says of numbers that belong to the whole world (+800), and regions that ISO does not know.
_NO_COUNTRY: Final = frozenset(("001", "ZZ", "AC", "TA", "XK"))


def international(number: str, country: str) -> str:
    """Return national digits with the calling code of their country, `+18051234567` (E.164).

    Returns `number` as it is where it is not digits alone, or where the country has no plan of its own (PC-22).
    """
    code = _code(country)
    return f"+{code}{number}" if code and number.isdecimal() else number


@lru_cache(maxsize=300)
def _code(country: str) -> int:
    code: int = phonenumbers.country_code_for_region(country)
    return code


def national(number: str) -> tuple[str, str]:
    """Return the national digits and the country of a number in international form, else `number` and `""`.

    A number that is merely possible counts as one of its calling code's main country; a local part is no number.
    """
    written = number if number.isascii() else _TYPOGRAPHY.sub(" ", number)
    if not _INTERNATIONAL.fullmatch(written) or ("/" in written and not _BEHIND_AREA_CODE.fullmatch(written)):
        return number, ""
    if plain := _plain(written[1:]):
        return plain
    try:
        parsed = phonenumbers.parse(written)
    except NumberParseException:
        return number, ""
    if phonenumbers.is_possible_number_with_reason(parsed) != phonenumbers.ValidationResult.IS_POSSIBLE:
        return number, ""
    country = phonenumbers.region_code_for_number(parsed)
    country = country or phonenumbers.region_code_for_country_code(parsed.country_code or 0)
    if country in _NO_COUNTRY:
        return number, ""
    return phonenumbers.national_significant_number(parsed), country


def _plain(digits: str) -> tuple[str, str] | None:
    """Return national digits and country where both are plain, at a fraction of what reading any number takes."""
    if not digits.isdecimal() or digits[0] == "0":
        return None
    for length in _CODE_LENGTHS:  # no code begins another
        code, rest = int(digits[:length]), digits[length:]
        if regions := COUNTRY_CODE_TO_REGION_CODE.get(code):
            break
    if not regions or rest[0] == "0" or not is_national(rest, regions[0]):
        return None
    if len(regions) == 1 or _is_main(code, rest):
        return rest, regions[0]
    country = phonenumbers.region_code_for_number(PhoneNumber(code, int(rest))) or regions[0]
    return None if country in _NO_COUNTRY else (rest, country)


def _is_main(code: int, digits: str) -> bool:
    """Say whether a number certainly counts as one of its calling code's main country: it can be of no other.

    Of one that is merely possible, such as +18051234567, phonenumbers asks all 25 regions of its code.
    """
    return _others(code).match(digits) is None


@cache  # asked for calling codes of several regions: there are a dozen
def _others(code: int) -> re.Pattern[str]:
    """Return what a number must be like to be of another region than the main one."""
    regions = (PhoneMetadata.metadata_for_region(region, None) for region in COUNTRY_CODE_TO_REGION_CODE[code][1:])
    return re.compile("|".join([_could_be(region) for region in regions if region]))


def _could_be(region: PhoneMetadata) -> str:
    """Return what phonenumbers looks for: the digits that a region's numbers begin with, else each of their types."""
    if region.leading_digits:
        return f"(?:{region.leading_digits})"
    types = (getattr(region, kind) for kind in _TYPES)
    return "|".join([rf"(?:{one.national_number_pattern})\Z" for one in types if one and one.national_number_pattern])


_TYPES: Final = (
    *("fixed_line", "mobile", "toll_free", "premium_rate", "shared_cost"),
    *("personal_number", "voip", "pager", "uan", "voicemail"),
)
