"""Each word of docs/glossary.md stands in the code where the page says, and once on the page."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

import pytest

ROOT: Final = Path(__file__).parents[2]
PAGE: Final = (ROOT / "docs/glossary.md").read_text(encoding="utf-8")
ROWS: Final = re.findall(r"^\| ([^|]+) \| [^|]+ \| ([^|]*)\|$", PAGE, re.MULTILINE)
NAMES: Final = sorted(set(re.findall(r"`(\w+)`", "".join(names for _, names in ROWS))))
PATHS: Final = [path for path in (ROOT / "src").rglob("*") if "__pycache__" not in path.parts]
SOURCE: Final = "\n".join(
    [path.read_text(encoding="utf-8") for path in PATHS if path.suffix in {".py", ".sql"}]
    + [f"class {path.stem}" for path in PATHS]  # a module or a package is a name too
)


@pytest.mark.parametrize("name", NAMES)
def test_a_word_stands_in_the_code(name: str) -> None:
    defined = rf"\b(?:class|def|CREATE TABLE) {name}\b|\b{name} *[:=]"
    assert re.search(defined, SOURCE)


def test_a_word_has_one_row() -> None:
    words = [word for word, _ in ROWS if word not in {"word", "---"}]
    assert len(words) > 30
    assert len(set(words)) == len(words)
