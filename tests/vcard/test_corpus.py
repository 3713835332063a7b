"""Real cards of many programs, where they are at hand: all are read, all come back byte for byte."""

from pathlib import Path

import pytest

from cardwright.vcard import Card, Property, convert, from_jcard, read, to_jcard, write

CORPUS = Path(__file__).parents[3] / "shared" / "corpus"
FILES = sorted(CORPUS.rglob("*.vcf"))
FIELDS = ("FN", "N", "TEL", "EMAIL", "ADR")

pytestmark = pytest.mark.skipif(not FILES, reason="the folder of real cards is not beside the repository")


def names(paths: list[Path]) -> list[str]:
    return [f"{path.parent.name}/{path.name}" for path in paths]


@pytest.mark.parametrize("path", FILES, ids=names(FILES))
def test_real_cards_come_back_byte_for_byte(path: Path) -> None:
    data = path.read_bytes()
    cards = list(read(data))
    assert cards
    at = 0
    for card in cards:
        start = data.index(write(card), at)
        assert not data[at:start].strip()  # nothing but empty lines stands between
        at = start + len(write(card))
    assert not data[at:].strip()


@pytest.mark.parametrize("path", FILES, ids=names(FILES))
def test_real_cards_go_to_every_version_and_to_json(path: Path) -> None:
    for card in read(path.read_bytes()):
        for version in ("2.1", "3.0", "4.0"):
            (again,) = read(write(card, version))
            assert texts(again, "TEL") == texts(convert(card, version).card, "TEL")
        assert from_jcard(to_jcard(card)).all("NOTE") == convert(card, "4.0").card.all("NOTE")


def texts(card: Card, name: str) -> list[object]:
    return [plain(entry) for entry in card.all(name)]


def plain(entry: Property) -> object:
    if isinstance(entry.value, bytes):
        return entry.value
    parts = (entry.value,) if isinstance(entry.value, str) else entry.value
    joined = [part if isinstance(part, str) else ",".join(part) for part in parts]
    while joined and not joined[-1]:
        joined.pop()
    return [part.strip() for part in joined]


EXPECTED = [path for path in FILES if path.with_suffix(".vcf.out").exists()]


@pytest.mark.parametrize("path", EXPECTED, ids=names(EXPECTED))
@pytest.mark.parametrize("field", FIELDS)
def test_the_other_reading_is_the_same(path: Path, field: str) -> None:
    ours = [texts(card, field) for card in read(path.read_bytes())]
    other = [texts(card, field) for card in read(path.with_suffix(".vcf.out").read_bytes())]
    assert ours == other
