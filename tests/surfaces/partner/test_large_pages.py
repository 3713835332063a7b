"""A page of contacts is bounded by its texts, whatever the number of its contacts: it has a slot, or is refused."""

from __future__ import annotations

import contextlib
import itertools
from typing import TYPE_CHECKING
from urllib.parse import urlencode

import httpx2
import pytest

from serving import command, serve, with_limits

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

CONTACTS, LABELS, LABEL = 4, 10, 100
NAME = 200
"""Characters of a partner's name; so many partners have a contact as labels."""


@contextlib.contextmanager
def paged(data: Path, *, labels: bool, **bounds: int) -> Iterator[httpx2.Client]:
    """Yield a client of a server with other limits, where contacts are large by their labels, or partners' names."""
    with serve(data, program=with_limits(**bounds)) as server:
        command(data, "campaign", "add", server.sid, "1000", "First")
        ids = ["10000"] if labels else [f"1{n:02}" for n in range(LABELS)]
        for each in ids:
            command(data, "partner", "add", server.sid, each, "P" * (1 if labels else NAME))
        fields = {"FirstName": "Wile", "LastName": "Coyote", "EmailAddress": "w@example.com", "Accounts": ",".join(ids)}
        if labels:
            fields["Labels"] = ",".join(f"{n:02}" + "x" * (LABEL - 2) for n in range(LABELS))
        url = f"{server.url}/Advertisers/{server.sid}/Campaigns/1000/"
        with httpx2.Client(base_url=url, auth=(server.sid, server.token)) as client:
            for _ in range(CONTACTS):
                head = {"Content-Type": "application/x-www-form-urlencoded"}
                assert client.post("Contacts", content=urlencode(fields), headers=head).status_code == 200
            yield client


@pytest.mark.parametrize(("labels", "each"), [(True, LABELS * LABEL), (False, 10 * NAME)], ids=["labels", "partners"])
def test_a_page_is_bounded_by_its_texts(tmp_path: Path, *, labels: bool, each: int) -> None:
    with paged(tmp_path, labels=labels, LARGE=2 * each, PAGE_TEXTS=3 * each + each // 2) as client:
        for form, size in itertools.product((".json", ".xml"), (1, 2, 3)):
            assert client.get(f"Contacts{form}?PageSize={size}").status_code == 200
        for form in (".json", ".xml"):
            refused = client.get(f"Contacts{form}")
            assert (refused.status_code, "PageSize" in refused.text) == (400, True)
        assert client.get("Contacts?PageSize=2&Page=2").status_code == 200


def test_a_page_of_much_text_has_a_slot(tmp_path: Path) -> None:
    with paged(tmp_path, labels=True, LARGE=1_500, LARGE_ANSWERS=0, LARGE_WAIT=0) as client:
        assert client.get("Contacts?PageSize=1").status_code == 200
        assert client.get("Contacts?PageSize=2").status_code == 503
