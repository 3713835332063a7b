"""Countries by code and English name (CW-40)."""

import phonenumbers
import pytest

from cardwright.contact.countries import COUNTRIES, country_code
from cardwright.contact.phones import checked_phone
from cardwright.errors import Fault

CASES = {
    "the two letters": ("DE", "DE"),
    "in small letters, with blanks around": (" us ", "US"),
    "the English name": ("Germany", "DE"),
    "in any case": ("sOUTH kOREA", "KR"),
    "without the accents": ("cote d'ivoire", "CI"),
    "without the cedilla": ("curacao", "CW"),
    "with a sign for and": ("Trinidad & Tobago", "TT"),
    "with dots": ("u.s. virgin islands", "VI"),
    "what people call it": ("UK", "GB"),
    "what it was called": ("Turkey", "TR"),
    "with its article": ("The Netherlands", "NL"),
    "no country": ("Narnia", ""),
    "no code": ("XX", ""),
    "a region that ISO does not know": ("XK", ""),
    "nothing": ("", ""),
    "a country in another language": ("Deutschland", ""),
}


@pytest.mark.parametrize("name", CASES)
def test_a_country_is_known_by_code_and_name(name: str) -> None:
    text, code = CASES[name]
    assert country_code(text) == code


@pytest.mark.parametrize("code", COUNTRIES)
def test_every_name_leads_to_its_code(code: str) -> None:
    assert country_code(COUNTRIES[code]) == code
    assert country_code(code.lower()) == code


def test_those_are_the_countries_that_a_phone_number_may_have() -> None:
    assert len(COUNTRIES) == 249
    assert set(COUNTRIES) >= set(phonenumbers.SUPPORTED_REGIONS) - {"AC", "TA", "XK"}
    for code in COUNTRIES:
        checked = checked_phone("number", "1", code, "work")
        assert not isinstance(checked, Fault) or checked.field == "number"
