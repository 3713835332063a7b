"""The generated pages say what the code says, and the links of the documentation lead somewhere."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import Final

import pytest

import documentation
from cardwright.http.openapi import document
from cardwright.surfaces.createcontact import openapi as createcontact
from cardwright.surfaces.partner import openapi as partner

ROOT = Path(__file__).parents[2]
PAGES = sorted(page for page in [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])

NAMED: Final = {"$AS": "", "$A/": "/Advertisers/x/", "$C": "/Advertisers/x/Campaigns/1000/Contacts"}
"""What the page of partner contacts calls so."""


def test_generated_pages_are_up_to_date() -> None:
    done = subprocess.run([sys.executable, ROOT / "docs/generate.py", "--check"], capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_to_files(page: Path) -> None:
    for target in re.findall(r"\]\((?!https?://|#)([^)#\s]+)", page.read_text()):
        assert (page.parent / target).exists(), target


def asked_by_curl(page: str) -> set[tuple[str, str]]:
    """Return method and path of every request that a page shows a curl line of."""
    blocks = documentation.blocks((ROOT / page).read_text())
    lines = "\n".join(block.text for block in blocks if block.language == "sh").replace("\\\n", " ")
    found = set()
    for line in re.findall("^curl .*", lines, re.MULTILINE):
        for name, path in NAMED.items():
            line = line.replace(name, path)  # noqa: PLW2901 - step by step
        path = re.search(r'(?:http://127.0.0.1:8000)?((?:/api|/Advertisers)[^"? ]*)', line)
        method = re.search("-X ([A-Z]+)", line)
        sends = re.search(" -(d|F) ", line)
        if path:
            found.add((method[1] if method else "POST" if sends else "GET", path[1]))
    return found


def test_the_references_have_a_curl_line_for_every_operation() -> None:
    asked = asked_by_curl("docs/createcontact.md") | asked_by_curl("docs/partner-contacts.md")
    described = document((createcontact.DESCRIBED, partner.DESCRIBED))["paths"]
    missing = [
        f"{method.upper()} {path}"
        for path, item in described.items()
        for method in item.keys() & {"get", "post", "put", "delete"}
        if not any(
            asks == method.upper() and re.fullmatch(re.sub(r"\{\w+\}", "[^/]+", path), given) for asks, given in asked
        )
    ]
    assert missing == []
