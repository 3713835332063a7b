"""How long a response may be used again, example by example from RFC 9111."""

from __future__ import annotations

from email.utils import formatdate

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cardwright.fetch.freshness import Terms, fresh_for, lasting

NOW = 1_795_000_000.0
HOUR, DAY = 3600, 86_400


def at(seconds: float) -> str:
    """An HTTP date so many seconds from now."""
    return formatdate(NOW + seconds, usegmt=True)


@pytest.mark.parametrize(
    ("rule", "fields", "seconds"),
    [
        ("5.2.2.1", {"cache-control": "max-age=60"}, 60),
        ("5.2.2.1", {"cache-control": "public, Max-Age=60, immutable"}, 60),
        ("5.2.2.1", {"cache-control": 'max-age="60"'}, 60),
        ("5.2.2.10", {"cache-control": "max-age=60, s-maxage=10"}, 10),
        ("5.2.2.10", {"cache-control": "s-maxage=0, max-age=60"}, 0),
        ("4.2.1", {"cache-control": "max-age=60, max-age=6000"}, 60),
        ("4.2.1", {"cache-control": "max-age=an hour"}, 0),
        ("4.2.1", {"cache-control": "max-age=-1"}, 0),
        ("4.2.1", {"cache-control": "max-age"}, 0),
        ("1.2.2", {"cache-control": "max-age=99999999999999999999"}, 2**31),
        ("5.2.2.4", {"cache-control": "no-cache"}, 0),
        ("5.2.2.4", {"cache-control": "max-age=60, no-cache"}, 0),
        ("5.2.2.4", {"cache-control": 'no-cache="set-cookie", max-age=60'}, 0),
        ("5.2.2.5", {"cache-control": "no-store"}, None),
        ("5.2.2.5", {"cache-control": "max-age=60, NO-STORE"}, None),
        ("5.2.2.7", {"cache-control": "private, max-age=60"}, None),
        ("5.2.3", {"cache-control": 'community="no-store", max-age=60'}, 60),
        ("4.1", {"cache-control": "max-age=60", "vary": "*"}, None),
        ("4.1", {"cache-control": "max-age=60", "vary": "Accept"}, 60),
        ("5.3", {"expires": at(HOUR), "date": at(0)}, HOUR),
        ("5.3", {"expires": at(HOUR)}, HOUR),
        ("5.3", {"expires": at(-HOUR), "date": at(0)}, -HOUR),
        ("5.3", {"expires": "0"}, 0),
        ("5.3", {"expires": at(HOUR), "cache-control": "max-age=60"}, 60),
        ("4.2.2", {}, 60),
        ("4.2.2", {"last-modified": at(-10)}, 60),
        ("4.2.2", {"last-modified": at(-HOUR * 10)}, HOUR),
        ("4.2.2", {"last-modified": at(-DAY * 1000)}, DAY),
        ("4.2.2", {"last-modified": at(HOUR)}, 60),
        ("4.2.2", {"last-modified": "yesterday"}, 60),
        ("4.2.3", {"cache-control": "max-age=60", "age": "45"}, 15),
        ("4.2.3", {"cache-control": "max-age=60", "age": "75"}, -15),
        ("4.2.3", {"cache-control": "max-age=60", "date": at(-20)}, 40),
        ("4.2.3", {"cache-control": "max-age=60", "date": at(-20), "age": "30"}, 30),
        ("4.2.3", {"cache-control": "max-age=60", "date": at(30)}, 60),
        ("5.1", {"cache-control": "max-age=60", "age": "10, 20"}, 50),
        ("5.1", {"cache-control": "max-age=60", "age": "old"}, 60),
    ],
)
def test_fresh_for(rule: str, fields: dict[str, str], seconds: float | None) -> None:
    assert fresh_for(200, fields, now=NOW, delay=0) == seconds, rule


def test_the_time_that_a_response_took_counts_as_age() -> None:
    """RFC 9111 section 4.2.3."""
    assert fresh_for(200, {"cache-control": "max-age=60", "age": "10"}, now=NOW, delay=5) == 45


@pytest.mark.parametrize(("status", "seconds"), [(200, 60), (301, 60), (308, 60), (302, 0), (303, 0), (307, 0)])
def test_statuses_that_may_be_guessed_about(status: int, seconds: float) -> None:
    """RFC 9110 section 15.1."""
    assert fresh_for(status, {}, now=NOW, delay=0) == seconds
    assert fresh_for(status, {"cache-control": "max-age=5"}, now=NOW, delay=0) == 5


@given(
    st.dictionaries(st.sampled_from(["cache-control", "expires", "age", "date", "vary", "last-modified"]), st.text())
)
def test_any_fields_give_an_answer(fields: dict[str, str]) -> None:
    seconds = fresh_for(200, fields, now=NOW, delay=0)
    assert seconds is None or seconds <= 2**31


def test_what_is_kept_and_what_is_asked() -> None:
    """RFC 9110 section 13.1, RFC 9111 section 3.2."""
    fields = {"etag": 'W/"a"', "last-modified": at(0), "age": "3", "date": at(0), "cache-control": "no-cache", "x": "y"}
    kept = lasting(fields)
    assert kept.keys() == {"etag", "last-modified", "cache-control"}
    assert Terms("", kept, 0).conditions == {"if-none-match": 'W/"a"', "if-modified-since": at(0)}
    for nothing in ({}, {"etag": ""}, {"etag": '"\xfc"'}):
        assert Terms("", nothing, 0).conditions == {}
