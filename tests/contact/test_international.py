"""Numbers in international form: what is taken as plain is read as phonenumbers reads it."""

from __future__ import annotations

import phonenumbers
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from phonenumbers import COUNTRY_CODE_TO_REGION_CODE

from cardwright.contact import international
from cardwright.contact.international import national

PLAIN = [
    # number, its national digits and country
    ("+18051234567", "8051234567", "US"),
    ("+14165550123", "4165550123", "CA"),
    ("+491711234567", "1711234567", "DE"),
    ("+447400123456", "7400123456", "GB"),
]


@pytest.mark.parametrize(("number", "digits", "country"), PLAIN)
def test_plain_numbers_are_not_read_at_length(
    monkeypatch: pytest.MonkeyPatch, number: str, digits: str, country: str
) -> None:
    monkeypatch.setattr(phonenumbers, "parse", None)
    assert national(number) == (digits, country)


@pytest.mark.parametrize("written", ["+18051234567", "+18059876543", "+442079460123", "+79161234567"])
def test_other_countries_of_a_code_are_not_asked_for_what_can_be_no_number_of_theirs(
    monkeypatch: pytest.MonkeyPatch, written: str
) -> None:
    slowly = phonenumbers.region_code_for_number(phonenumbers.parse(written))
    monkeypatch.setattr(phonenumbers, "region_code_for_number", None)
    assert national(written)[1] == (slowly or "US")


SLASHES = ["+49 30/1234567", "+49 (30) / 1234-567", "+43 1/234567", "+49\xa030\u202f12\u201334\u201156"]


@pytest.mark.parametrize("written", SLASHES)
def test_a_slash_behind_an_area_code_and_a_dash_of_any_kind_are_part_of_a_number(written: str) -> None:
    assert national(written)[1] in {"DE", "AT"}


@pytest.mark.parametrize("number", ["+()-- .", "+012345678", "+999123456", "+8830012345", "+49", "+1 2", "0301234567",
                                    "+49 30 12345-67/68", "+49 (30) 12345-0/1/2", "+49 30/123"])  # fmt: skip
def test_what_is_no_number_of_a_country_stays_as_it_is_written(number: str) -> None:
    assert national(number) == (number, "")


@given(st.sampled_from([1, 1, 1, *COUNTRY_CODE_TO_REGION_CODE]), st.from_regex("[0-9]{3,12}", fullmatch=True))
@example(39, "0612345678")  # Italy keeps its zero
@example(383, "43123456")  # a region that ISO does not know
@example(800, "12345678")
def test_a_plain_number_is_read_as_phonenumbers_reads_it(code: int, digits: str) -> None:
    written = f"+{code}{digits}"
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(international, "_plain", lambda _: None)
        slowly = national(written)
    assert national(written) == slowly
