"""The catalogue of texts: CW-4."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import pytest

from cardwright.surfaces.console import texts
from cardwright.surfaces.console.texts.plural import Plural

CONSOLE: Final = Path(texts.__file__).parents[1]
TEMPLATES: Final = sorted((CONSOLE / "templates").glob("*.html"))
_JINJA: Final = re.compile(r"\{%.*?%\}|\{\{.*?\}\}|\{#.*?#\}", re.DOTALL)
_TAG: Final = re.compile(r"""<[^<>]*>|[\w-]+="[^"<>]*"(?: [\w-]+="[^"<>]*")*""")
"""A tag, or attributes that a macro makes."""
_SAID: Final = re.compile(r'\b(?:title|alt|placeholder|aria-label|value|content)="([^"]*)"')
_KEY: Final = re.compile(r"""\b(?:t|text)\(\s*["']([a-z0-9-]+(?:\.[a-z0-9-]+)+)["']\s*[,)]""")
NO_TEXTS: Final = ("cardwright token add", "/openapi.json", "/", "j", "k", "n", "e", "?", ".", "utf-8", "2", "1")
"""Commands, keys and numbers are the same in every language."""


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_cw_4_no_text_stands_in_a_template(path: Path) -> None:
    template = _JINJA.sub("", path.read_text(encoding="utf-8"))
    words = [it.strip() for it in _TAG.split(template)]
    assert [it for it in words if re.search(r"\w{2}", it) and it not in NO_TEXTS] == []
    assert [it for it in _SAID.findall(template) if re.search(r"[A-Z]\w", it)] == []


def test_cw_4_every_key_that_is_asked_for_is_there() -> None:
    files = [*TEMPLATES, *CONSOLE.glob("*.py")]
    asked = {key for path in files for key in _KEY.findall(path.read_text(encoding="utf-8"))}
    assert asked
    assert asked - set(texts.CATALOGUE) == set()


def test_cw_4_numbers_and_times_are_written_by_one_function() -> None:
    assert texts.number(1_234_567) == "1,234,567"
    assert texts.moment(datetime(2026, 11, 3, 9, 5, tzinfo=UTC)) == "3 Nov 2026, 09:05 UTC"


def test_a_plural_has_a_form_for_each_number() -> None:
    plural = Plural(one="1 contact", other="{n} contacts", none="No contacts")
    assert [plural.of(n) for n in (0, 1, 2)] == ["No contacts", "1 contact", "{n} contacts"]
    assert Plural(one="1 row", other="{n} rows").of(0) == "{n} rows"


def test_what_stands_in_a_text_is_no_text_itself() -> None:
    assert texts.text("fault.400.text", what="{n} {0.__class__}") == (
        "The address or the form cannot be read: {n} {0.__class__}. Go back, and try again."
    )
