"""Dates of the head."""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import format_datetime

from hypothesis import given
from hypothesis import strategies as st

from cardwright.http.dates import http_date


@given(st.datetimes(min_value=datetime(1000, 1, 1), timezones=st.just(UTC)))  # noqa: DTZ001 - hypothesis wants it so
def test_they_are_those_of_the_standard_library(moment: datetime) -> None:
    """RFC 9110 section 5.6.7."""
    assert http_date(moment) == format_datetime(moment, usegmt=True)
