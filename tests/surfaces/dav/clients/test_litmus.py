"""litmus, the suite of WebDAV servers: what of `basic`, `http` and `props` applies to address books.

A book takes cards alone and has no collections in it, so what litmus does with a text file or a folder in one cannot
be; each such case stands here with its reason. All others pass.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

import pytest

import dav_client
from dav_programs import found, run

if TYPE_CHECKING:
    from pathlib import Path

    from serving import Served

pytestmark = pytest.mark.sqlite_alone("which store there is makes no difference to what it sends or reads")

TEXT: Final = "a book takes cards alone, and litmus puts a text (DV-12, RFC 6352 section 5.1)"
NESTED: Final = "an address book has no collections in it, and MKCOL there is 403 (DV-19, RFC 6352 section 5.2)"
FAILS: Final = {
    "basic": {"put_get": TEXT, "put_get_utf8_segment": TEXT, "delete_fragment": NESTED, "mkcol": NESTED},
    "http": {},
    "props": {"propinit": TEXT, "propmanyns": TEXT},
}
"""What cannot pass, and why; litmus skips what builds on it."""
PASSES: Final = {
    "basic": {"options", "put_no_parent", "delete_null", "mkcol_no_parent", "mkcol_with_body"},
    "http": {"expect100"},
    "props": {"propfind_invalid", "propfind_invalid2", "propfind_d0", "propextended", "propwformed", "propcleanup"},
}
FRAME: Final = {"init", "begin", "finish"}
CASE: Final = re.compile(r"\d+\. (\w+)\.+ |(pass|FAIL|SKIPPED)\b")


def outcomes(said: str) -> dict[str, set[str]]:
    """Return what became of each test, by its name: some are there twice."""
    found_ones: dict[str, set[str]] = {}
    name = ""
    for started, ended in CASE.findall(said):
        if started:
            name = started
        elif name:
            found_ones.setdefault(name, set()).add(ended)
            name = ""
    return found_ones


@pytest.mark.parametrize("suite", FAILS)
def test_litmus_passes_what_applies_to_address_books(books: Served, tmp_path: Path, suite: str) -> None:
    program = found("litmus")
    dav = dav_client.account(books)
    said = run(tmp_path, "/usr/bin/env", f"TESTS={suite}", program, "-k", dav.url + dav.home, dav.sid, dav.token)
    seen = outcomes(said)
    assert {name for name, ends in seen.items() if "FAIL" in ends} == set(FAILS[suite]), said
    assert {name for name, ends in seen.items() if ends == {"pass"}} == PASSES[suite] | FRAME, said
