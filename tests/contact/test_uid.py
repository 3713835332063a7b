from __future__ import annotations

import os
import uuid

import pytest

from cardwright.contact.uid import comparable_uid, new_uid


def test_a_uid_is_an_urn_of_a_uuid_of_version_7() -> None:
    """RFC 9562 section 5.7."""
    made = [uuid.UUID(new_uid().removeprefix("urn:uuid:")) for _ in range(1_000)]
    assert len(set(made)) == 1_000
    assert {(one.version, one.variant) for one in made} == {(7, uuid.RFC_4122)}
    assert all(new_uid().startswith("urn:uuid:") for _ in range(10))
    times = [one.int >> 80 for one in made]
    assert times == sorted(times)


def test_a_forked_process_gives_other_uids_than_the_one_that_it_came_from() -> None:
    """What is random in them is asked of the system for many at once; workers are forked."""
    new_uid()
    receiving, sending = os.pipe()
    if not (child := os.fork()):
        os.write(sending, new_uid().encode())
        os._exit(0)
    os.waitpid(child, 0)
    of_the_child = os.read(receiving, 100).decode()
    os.close(receiving)
    os.close(sending)
    assert uuid.UUID(of_the_child.removeprefix("urn:uuid:")).version == 7
    assert of_the_child[-18:] not in {new_uid()[-18:] for _ in range(200)}


UUID = "7C0D9B52-1111-4222-8333-00000000ABCD"


@pytest.mark.parametrize("same", [UUID, UUID.lower(), f"urn:uuid:{UUID}", f"URN:uuid:{UUID.lower()}"])
def test_a_uuid_is_compared_with_and_without_its_urn_in_any_case(same: str) -> None:
    """RFC 9562 section 4, RFC 6350 section 6.7.6."""
    assert comparable_uid(same) == UUID.lower()


@pytest.mark.parametrize("other", ["", "u1", "U1", f"{UUID}:ABPerson", f"urn:uuid:{UUID}0", UUID.replace("-", "")])
def test_any_other_uid_is_compared_as_it_stands(other: str) -> None:
    assert comparable_uid(other) == other
