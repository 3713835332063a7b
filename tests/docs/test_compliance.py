"""The compliance pages name tests that there are, and say of each requirement whether it is kept."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

import pytest

TESTS: Final = Path(__file__).parents[1]
PAGES: Final = sorted((TESTS.parent / "docs/compliance").glob("*.md"))
NAMED: Final = re.compile(r"`(test_\w+)::(test_\w+)`")
ANSWERS: Final = frozenset({"yes", "partly", "no", "—"})


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.stem))
def test_every_test_that_is_named_is_there(page: Path) -> None:
    named = set(NAMED.findall(page.read_text(encoding="utf-8")))
    assert named
    for module, test in sorted(named):
        sources = [path.read_text(encoding="utf-8") for path in TESTS.rglob(f"{module}.py")]
        assert any(f"def {test}(" in source for source in sources), f"{module}::{test}"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.stem))
def test_every_requirement_has_an_answer_and_every_answer_a_test(page: Path) -> None:
    rows = [line.strip("| ").split(" | ") for line in page.read_text(encoding="utf-8").splitlines() if line[:2] == "| "]
    for row in rows:
        if row[0].strip() in {"§", "requirement"}:
            continue
        answer = next((cell.strip() for cell in row if cell.strip() in ANSWERS - {"—"}), "—")
        assert answer != "—" or "operator" in row[-1] + row[-2], row
        assert answer == "—" or NAMED.search(row[-1]), row
