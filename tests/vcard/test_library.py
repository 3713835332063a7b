"""The codec as a library of its own: it needs nothing else of Cardwright, and nobody needs more than `__all__`."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

from cardwright import vcard
from cardwright.vcard import Card, Problem, Property, VCardError, read, validate, write

ROOT = Path(__file__).parents[2]
OUTSIDE = [
    path
    for folder in ("src", "bench", "tests")
    for path in sorted((ROOT / folder).rglob("*.py"))
    if not any(path.is_relative_to(ROOT / own) for own in ("src/cardwright/vcard", "tests/vcard"))
]


def test_it_imports_nothing_else_of_cardwright() -> None:
    code = "import sys, cardwright.vcard; print(*(name for name in sys.modules if name.startswith('cardwright.')))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert {".".join(name.split(".")[:2]) for name in done.stdout.split()} == {"cardwright.vcard"}


def test_nobody_reaches_past_what_it_offers() -> None:
    assert len(OUTSIDE) > 100
    for path in OUTSIDE:
        if "vcard" not in (text := path.read_text()):
            continue
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("cardwright.vcard"):
                assert node.module == "cardwright.vcard", path
                assert {alias.name for alias in node.names} <= set(vcard.__all__), path
            elif isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "vcard":
                assert node.attr in vcard.__all__ or "from cardwright import vcard" not in text, path


def test_what_it_offers_is_there() -> None:
    assert sorted(vcard.__all__, key=lambda name: (not name.isupper(), not name[0].isupper(), name)) == vcard.__all__
    assert all(hasattr(vcard, name) for name in vcard.__all__)


def test_names_and_parameters_in_any_case() -> None:
    entry = Property("tel", "1", {"type": ("work", "Voice"), "x-own": "a"}, "item1")
    assert entry == Property("TEL", "1", (("TYPE", "work", "Voice"), ("X-OWN", "a")), "item1")
    assert [entry.types, entry.param("X-Own"), entry.param("none")] == [("work", "voice"), "a", ""]
    assert Property("x-ablabel", "x").name == "X-ABLabel"
    assert Property("TEL", "1", (("type", "a"), ("TYPE", "b"))).params == (("TYPE", "a", "b"),)


PREFERENCE = [
    ({"pref": "20"}, 20),
    ({"type": "pref"}, 1),
    ({"type": ["work", "PREF"], "pref": "3"}, 3),
    ({"type": "work"}, None),
    ({"pref": "most"}, None),
]


@pytest.mark.parametrize(("params", "pref"), PREFERENCE)
def test_how_much_it_is_preferred(params: dict[str, str], pref: int | None) -> None:
    assert Property("TEL", "1", params).pref == pref
    assert "pref" not in Property("TEL", "1", params).types


def test_components_by_their_names() -> None:
    name = Property.structured("N", family="Coyote", given=("Wile", "E."))
    assert name == Property("N", ("Coyote", ("Wile", "E."), "", "", ""))
    assert [name.components["family"], name.components["generation"]] == ["Coyote", ""]
    assert len(name.components) == 7
    assert len(Property("ADR", ()).components) == 18
    direction = Property.structured("ADR", {"type": "work"}, street="1 Road", direction="N")
    assert [len(direction.value), direction.components["street"], direction.types] == [18, "1 Road", ("work",)]
    assert Property("NOTE", "x").components == {}
    with pytest.raises(VCardError, match="N: There is no component 'street'"):
        Property.structured("N", street="x")


@pytest.mark.parametrize("value", [None, 5, ["a", 5], ("a", ("b", None))])
def test_a_value_of_another_type_is_refused(value: object) -> None:
    with pytest.raises(VCardError, match="NOTE: A value is"):
        Property("NOTE", value)  # type: ignore[arg-type]


MALFORMED: list[tuple[tuple[object, ...], str]] = [
    # what a property is made of, and what is said of it
    (("NOTE", "x", {"type": [5]}), "type: The value of a parameter"),
    (("NOTE", "x", {"pref": 1}), "pref: The value of a parameter"),
    (("NOTE", "x", {"type": None}), "type: The value of a parameter"),
    (("NOTE", "x", [("type", 5)]), "type: The value of a parameter"),
    (("NOTE", "x", {5: "x"}), "5: A name on a card"),
    (("NOTE", "x", "type"), "NOTE: Parameters are"),
    (("NOTE", "x", ["type"]), "NOTE: Parameters are"),
    (("NOTE", "x", 5), "NOTE: Parameters are"),
    ((None, "x"), "None: The name of a property"),
    (("F\nN", "x"), r"'F\\nN': A name on a card"),  # in one line
    (("NOTE", "x", (), 5), "NOTE: The name of a property"),
    (("NOTE", "x", (), None), "NOTE: The name of a property"),
]


@pytest.mark.parametrize(("given", "told"), MALFORMED)
def test_what_could_not_be_written_is_refused_when_it_is_made(given: tuple[object, ...], told: str) -> None:
    with pytest.raises(VCardError, match=told):
        Property(*given)  # type: ignore[arg-type]


@pytest.mark.parametrize("name", ["type", "pref", "value", "altid"])
def test_a_parameter_without_a_value_says_nothing(name: str) -> None:
    bare = Property("TEL", "1", {name: ()})
    assert bare == Property("TEL", "1", {name: []}) == Property("TEL", "1")
    assert validate(Card([*FULL, bare], "4.0")) == []


def test_reading_octets_text_and_paths(tmp_path: Path) -> None:
    text = "BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Zoë\r\nEND:VCARD\r\n"
    path = tmp_path / "one.vcf"
    path.write_bytes(text.encode())
    with path.open("rb") as file:
        assert list(read(file)) == list(read(path)) == list(read(text)) == list(read(text.encode()))


def test_cards_are_equal_that_say_the_same() -> None:
    (card,) = read("BEGIN:VCARD\nVERSION:3.0\nfn:x\nEND:VCARD\n")
    assert card == Card([Property("FN", "x")])
    assert card != Card([Property("FN", "x")], "4.0")
    assert card != Card([Property("FN", "y")])
    assert card != "x"


WANTED = "vCard 3.0 wants one; there is none."
OLDER = "vCard 3.0 has no such parameter."
TWICE = "It may stand once and stands 2 times."
UIDS = (Property("UID", "a"), Property("UID", "b"))
RANKED = (Property("TEL", "1", {"pref": "1"}),)
NO_DATE = Property("NOTE", "1", {"value": "date"})
FULL = (Property("N", ("x", "", "", "", "")), Property("FN", "x"))
INVALID = [
    # RFC 6350 6.2.1, RFC 2426 5, vCard 2.1
    ("3.0", (), [Problem("FN", WANTED), Problem("N", WANTED)]),
    ("4.0", (Property("FN", ""),), [Problem("FN", "It is empty.")]),
    # RFC 6350 3.3
    ("4.0", (*FULL, *UIDS), [Problem("UID", TWICE)]),
    ("4.0", (*FULL, Property("BDAY", "1", {"altid": "1"}), Property("BDAY", "2", {"altid": "1"})), []),
    # the versions of the table
    ("3.0", (*FULL, Property("KIND", "org")), [Problem("KIND", "vCard 3.0 has no such property.")]),
    ("3.0", (*FULL, *RANKED), [Problem("TEL;PREF", OLDER)]),
    ("3.0", (*FULL, Property("PHOTO", b"x", {"mediatype": "image/png"})), []),  # which TYPE says on the line
    ("3.0", (*FULL, Property("PHOTO", "http://x", {"mediatype": "image/png"})), [Problem("PHOTO;MEDIATYPE", OLDER)]),
    ("4.0", (*FULL, Property("TEL", "1", {"pref": "0"})), [Problem("TEL;PREF", "It is a number from 1 to 100.")]),
    ("4.0", (*FULL, NO_DATE), [Problem("NOTE;VALUE", "date is no type of its value.")]),
    ("4.0", (*FULL, Property("ADR", ("",) * 19)), [Problem("ADR", "It has 18 components at most, not 19.")]),
    ("4.0", (*FULL, Property("X-OWN", "1", {"value": "date", "x-a": "b"})), []),
]  # fmt: skip


@pytest.mark.parametrize(("version", "properties", "problems"), INVALID)
def test_what_the_table_says_against_a_card(
    version: str, properties: tuple[Property, ...], problems: list[Problem]
) -> None:
    card = Card(properties, version)
    assert validate(card) == problems
    if problems:
        with pytest.raises(VCardError, match=problems[0].message):
            write(card, strict=True)
        with pytest.raises(VCardError):
            write(properties, version, strict=True)
    else:
        assert write(card, strict=True) == write(properties, version, strict=True)
