"""Any card that is taken comes back byte for byte (DV-10), and none is answered with a fault of the server (DV-30)."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cards.real_cards import CARDS
from cardwright.book.sent_cards import with_uid
from cardwright.cards import contact_of
from cardwright.vcard import Property, read, write
from dav_client import card
from vcard.strategies import TEXT, properties

if TYPE_CHECKING:
    from dav_client import Dav

_REFUSED = 403
_UIDS = st.builds(Property, st.just("UID"), TEXT, st.just(()), st.just(""))


def check(dav: Dav, octets: bytes) -> bool:
    """Say whether a card was taken, once it is known to have come back as it was sent."""
    name = f"{uuid.uuid4()}.vcf"
    answer = dav.put(name, octets, None)
    if answer.status_code == _REFUSED:
        return False
    assert answer.status_code == 201, (answer.text, octets)
    got = dav.get(name)
    if "etag" in answer.headers:
        assert got == octets
    else:  # it had no UID
        assert got == with_uid(octets, contact_of(next(read(got))).uid)
    dav.send("DELETE", name, status=204)
    return True


def test_real_cards(sqlite_dav: Dav) -> None:
    taken = [check(sqlite_dav, octets) for octets in dict.fromkeys(CARDS)]
    assert sum(taken) > len(taken) / 3


@given(
    st.lists(st.one_of(properties("3.0"), _UIDS), max_size=6),
    st.sampled_from(["3.0", "4.0"]),
)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_cards_of_any_properties(sqlite_dav: Dav, entries: list[Property], version: str) -> None:
    check(sqlite_dav, write([Property("FN", "Ann Poe"), *entries], version))


@given(st.text(max_size=200), st.integers(0, 200))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_cards_with_anything_in_them(sqlite_dav: Dav, text: str, at: int) -> None:
    """Whatever text stands wherever in a card."""
    octets = card("Ann Poe", "", "EMAIL:ann@example.org", "TEL:123")
    at %= len(octets)
    check(sqlite_dav, octets[:at] + text.encode("utf-8", "replace") + octets[at:])
