"""docs/architecture.md names what is there, and CONTRIBUTING's numbers hold."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from statistics import median
from typing import Final

import pytest

ROOT: Final = Path(__file__).parents[2]
SOURCE: Final = ROOT / "src/cardwright"
MODULES: Final = [path for path in SOURCE.rglob("*.py") if path.stat().st_size]
FILES: Final = [
    f"/{path.relative_to(ROOT)}" for folder in ("src", "tests", "docs") for path in (ROOT / folder).rglob("*")
]
PAGE: Final = (ROOT / "docs/architecture.md").read_text(encoding="utf-8")

MODULE_LINES: Final = 400
FUNCTION_LINES: Final = 65
USUAL_MODULE_LINES: Final = 120


@pytest.mark.parametrize("name", sorted(set(re.findall(r"[\w/-]*\w\.(?:py|md|vcf)\b|\w[\w/]*/(?![\w.])", PAGE))))
def test_every_file_that_is_named_is_there(name: str) -> None:
    assert any(path.endswith(f"/{name.rstrip('/')}") for path in FILES)


def test_every_room_is_told() -> None:
    rooms = {path.parent.name for path in SOURCE.glob("*/__init__.py")}
    assert rooms <= set(re.findall(r"^\| `(\w+)/` \|", PAGE, re.MULTILINE))


def test_modules_are_short() -> None:
    lengths = {str(path.relative_to(ROOT)): len(path.read_text(encoding="utf-8").splitlines()) for path in MODULES}
    assert not {path: lines for path, lines in lengths.items() if lines > MODULE_LINES}
    assert median(lengths.values()) <= USUAL_MODULE_LINES


def test_functions_are_short() -> None:
    lengths = {
        f"{path.relative_to(ROOT)}:{node.lineno} {node.name}": (node.end_lineno or 0) - node.lineno + 1
        for path in MODULES
        for node in ast.walk(ast.parse(path.read_bytes()))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    }
    assert not {name: lines for name, lines in lengths.items() if lines > FUNCTION_LINES}


def test_a_name_is_that_of_one_class() -> None:
    """Twice it is where both stores have the same, or each surface its own of one kind."""
    places: dict[str, list[str]] = {}
    for path in MODULES:
        top, part, *_ = (*path.relative_to(SOURCE).parts, "")
        for node in ast.parse(path.read_bytes()).body:
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                places.setdefault(node.name, []).append(part if top == "store" else top)
    twice = {name for name, found in places.items() if len(found) > 1 and sorted(found) != ["postgres", "sqlite"]}
    assert twice == {"MethodError", "Parts", "Photos", "Streamed"}


def test_no_test_module_is_imported() -> None:
    """What several of them need stands in a helper module, whose name says what it gives."""
    imports = re.compile(r"^\s*(?:from|import) (?:[\w.]+\.)?test_\w+", re.MULTILINE)
    assert not [path for path in (ROOT / "tests").rglob("*.py") if imports.search(path.read_text(encoding="utf-8"))]


def test_the_numbers_are_those_of_contributing() -> None:
    contributing = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    assert f"Modules mostly under {USUAL_MODULE_LINES} lines, none over {MODULE_LINES};" in contributing
    assert f"functions mostly under 15, none over {FUNCTION_LINES}." in contributing
