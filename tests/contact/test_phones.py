"""PC-22."""

from __future__ import annotations

import phonenumbers
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cardwright.contact import phones
from cardwright.contact.model import Phone
from cardwright.contact.phones import checked_phone
from cardwright.errors import Fault

ISO = sorted(set(phonenumbers.SUPPORTED_REGIONS) - {"AC", "TA", "XK"})


@pytest.mark.parametrize(
    ("number", "country", "digits"),
    [
        ("8051234567", "US", "8051234567"),
        ("(805) 123-4567", "us", "8051234567"),
        ("805.123.4567", "US", "8051234567"),
        ("+1 805 123 4567", "US", "8051234567"),
        ("1 805 123 4567", "US", "8051234567"),
        ("+1 805 123 4567", "CA", "8051234567"),
        ("(+1) 805 123 4567", "US", "8051234567"),
        ("030 123456", "DE", "30123456"),
        ("+49 30 123456", "de", "30123456"),
        ("06 1234 5678", "IT", "0612345678"),  # an Italian zero is part of the number
        ("020 7946 0018", "GB", "2079460018"),
        ("03-1234-5678", "JP", "312345678"),
        ("12 34", "AQ", "1234"),
        ("1", "UM", "1"),
    ],
)
def test_a_number_is_kept_as_national_digits(number: str, country: str, digits: str) -> None:
    assert checked_phone("work_phone", number, country, "work") == Phone(digits, "work", country.upper())


@pytest.mark.parametrize(
    ("number", "country", "field"),
    [
        ("1234567", "US", "work_phone"),  # a local part only
        ("1234567", "CA", "work_phone"),
        ("+1 123 4567", "CA", "work_phone"),
        ("123", "US", "work_phone"),
        ("80+51234567", "US", "work_phone"),
        ("8051234567+", "US", "work_phone"),
        ("++18051234567", "US", "work_phone"),
        ("+1+8051234567", "US", "work_phone"),
        ("-+18051234567", "US", "work_phone"),
        ("++1", "AQ", "work_phone"),
        ("1+2", "AQ", "work_phone"),
        ("80512345678901", "US", "work_phone"),
        ("+44 20 7946 0018", "US", "work_phone"),
        ("011 44 20 7946 0018", "US", "work_phone"),
        ("805-CALL-NOW", "US", "work_phone"),
        ("8051234567 ext. 5", "US", "work_phone"),
        ("8051234567;ext=5", "US", "work_phone"),
        ("٨٠٥١٢٣٤٥٦٧", "US", "work_phone"),
        ("+", "US", "work_phone"),
        ("()", "AQ", "work_phone"),
        ("8051234567\n", "US", "work_phone"),
        ("8051234567", "XK", "work_phone_country"),
        ("8051234567", "AC", "work_phone_country"),
        ("8051234567", "TA", "work_phone_country"),
        ("8051234567", "ZZ", "work_phone_country"),
        ("8051234567", "USA", "work_phone_country"),
        ("8051234567", "U", "work_phone_country"),
        ("8051234567", "ßß", "work_phone_country"),
        ("8051234567", "\ufb01", "work_phone_country"),  # the ligature whose capitals are FI
        ("8051234567", "001", "work_phone_country"),
    ],
)
def test_a_number_that_is_not_whole_or_not_of_its_country_is_refused(number: str, country: str, field: str) -> None:
    fault = checked_phone("work_phone", number, country, "work")
    assert isinstance(fault, Fault)
    assert fault.field == field


@pytest.mark.parametrize("country", ["AQ", "BV", "GS", "HM", "PN", "TF", "UM"])
def test_a_country_without_a_plan_takes_digits(country: str) -> None:
    assert checked_phone("cellphone", "(0) 1-2", country, "mobile") == Phone("012", "mobile", country)


def test_every_country_of_iso_is_known() -> None:
    assert len(ISO) + 7 == 249
    for country in ISO:
        fault = checked_phone("cellphone", "0", country, "mobile")
        assert isinstance(fault, Fault)
        assert fault.field == "cellphone"


@given(st.sampled_from(ISO), st.from_regex("[0-9]{4,15}", fullmatch=True))
@settings(max_examples=400)
def test_a_number_that_is_taken_is_possible_as_a_whole(region: str, number: str) -> None:
    """PC-22."""
    taken = checked_phone("work_phone", number, region, "work")
    if isinstance(taken, Phone):
        code = phonenumbers.country_code_for_region(region)
        found = phonenumbers.PhoneNumber(code, int(taken.number), italian_leading_zero=taken.number[0] == "0" or None)
        found.number_of_leading_zeros = len(taken.number) - len(str(found.national_number)) or None
        whole = phonenumbers.ValidationResult.IS_POSSIBLE
        assert phonenumbers.is_possible_number_with_reason(found) == whole


@given(st.sampled_from(ISO), st.from_regex("[0-9]{4,15}", fullmatch=True))
@settings(max_examples=400)
def test_the_short_way_says_what_the_library_says(region: str, number: str) -> None:
    plan = phones._plan(region)  # noqa: SLF001 - the two ways are private
    assert plan is not None
    assert phones._national_digits(number, region) == phones._parsed(number, region, plan)  # noqa: SLF001
