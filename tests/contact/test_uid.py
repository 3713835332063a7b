from __future__ import annotations

import uuid

from cardwright.contact.uid import new_uid


def test_a_uid_is_an_urn_of_a_uuid_of_version_7() -> None:
    """RFC 9562 section 5.7."""
    made = [uuid.UUID(new_uid().removeprefix("urn:uuid:")) for _ in range(1_000)]
    assert len(set(made)) == 1_000
    assert {(one.version, one.variant) for one in made} == {(7, uuid.RFC_4122)}
    assert all(new_uid().startswith("urn:uuid:") for _ in range(10))
    times = [one.int >> 80 for one in made]
    assert times == sorted(times)
