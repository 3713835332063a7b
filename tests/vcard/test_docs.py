"""The tables of docs/vcard.md are those of the code."""

from pathlib import Path

from cardwright.vcard import DEFECTS
from cardwright.vcard.properties import ROWS
from cardwright.vcard.reader import LINE_LIMIT
from cardwright.vcard.scan import CARD_LIMIT, DEPTH_LIMIT

PAGE = (Path(__file__).parents[2] / "docs" / "vcard.md").read_text(encoding="utf-8")


def table(*rows: tuple[str, ...]) -> str:
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def test_the_defects() -> None:
    assert table(("code", "what it says"), ("---", "---"), *DEFECTS.items()) in PAGE


def test_the_properties() -> None:
    rows = [(row.name, row.type, row.shape.value, row.cardinality, row.versions, row.source) for row in ROWS]
    header = ("name", "type", "value", "how often", "versions", "source")
    assert table(header, ("---",) * 6, *rows) in PAGE


def test_the_bounds() -> None:
    assert f"{CARD_LIMIT >> 20} MiB" in PAGE
    assert f"{LINE_LIMIT:,} lines" in PAGE
    assert f"{DEPTH_LIMIT} cards" in PAGE
