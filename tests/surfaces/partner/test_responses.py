"""A long list is written item by item, so that nobody waits for one call; the octets are those of a short one."""

from __future__ import annotations

import pytest

from cardwright.surfaces.partner.request_context import JSON
from cardwright.surfaces.partner.responses import _in_parts, rendered


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"Contacts": []},
        {"Total": 2, "Next": None, "Contacts": [{"Name": "Zoë \u2028 \x1f"}, {"Labels": ["a", '"']}]},
        {"Contacts": [{}], 'a "name"': {"nested": [1, 2.5, True]}},
    ],
)
def test_the_octets_are_those_of_one_call(fields: dict[str, object]) -> None:
    """PC-40: whatever its size, a list has one form."""
    assert _in_parts(fields) == rendered("", fields, JSON)
