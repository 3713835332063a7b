"""The tables of docs/vcard.md are those of the code."""

import re
from pathlib import Path

from cardwright.vcard import DEFECTS, bounds
from cardwright.vcard.equivalents import ANDROID, ANDROID_SOURCE, EQUIVALENTS
from cardwright.vcard.properties import ROWS

PAGE = (Path(__file__).parents[2] / "docs" / "vcard.md").read_text(encoding="utf-8")


def table(*rows: tuple[str, ...]) -> str:
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def test_the_defects() -> None:
    assert table(("code", "what it says"), ("---", "---"), *DEFECTS.items()) in PAGE


def test_the_properties() -> None:
    rows = [(row.name, row.type, row.shape.value, row.cardinality, row.versions, row.source) for row in ROWS]
    header = ("name", "type", "value", "how often", "versions", "source")
    assert table(header, ("---",) * 6, *rows) in PAGE


def test_the_equivalents() -> None:
    rows = [(row.older, row.newer, row.says, row.program, row.source) for row in EQUIVALENTS]
    assert table(("in 2.1 and 3.0", "in 4.0", "which says", "whose", "source"), ("---",) * 5, *rows) in PAGE


def test_the_rows_of_android() -> None:
    rows = [(row.kind, row.number or "none", row.newer, row.label) for row in ANDROID]
    assert table(("kind", "type", "is read as", "labelled"), ("---",) * 4, *rows) in PAGE
    assert ANDROID_SOURCE in PAGE


def test_the_bounds() -> None:
    assert f"{bounds.CARD.value >> 20} MiB" in PAGE
    assert f"{bounds.LINES.value:,} lines" in PAGE
    assert f"{bounds.DEPTH.value} cards" in PAGE


def test_every_quirk_has_its_sample() -> None:
    root = Path(__file__).parents[2]
    quirks = [path for path in (root / "src/cardwright/vcard/quirks").glob("*.py") if path.stem != "__init__"]
    assert len(quirks) > 5
    for quirk in quirks:
        named = re.findall(r"tests/corpus/[\w-]+\.vcf", quirk.read_text(encoding="utf-8"))
        assert named
        assert all((root / name).exists() for name in named)
