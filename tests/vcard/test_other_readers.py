"""Real cards there and back between the versions, and as jCard: nothing is lost, by our model and by other readers."""

from __future__ import annotations

import json
import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from cardwright.vcard import Card, basic_date, complete, read, to_jcard, write
from cardwright.vcard.equivalents import SERVICES
from peers.readers import ez_vcard, ical_js

CORPUS = Path(__file__).parents[3] / "shared" / "corpus"
CARDS = [(path.name, card) for path in sorted(CORPUS.rglob("*.vcf")) for card in read(path) if card.raw]
OLD = [(file, complete(card)) for file, card in CARDS if card.version != "4.0"]
CODEC = frozenset({"VALUE", "ENCODING", "CHARSET"})
"""Parameters that say how a value is written, which every version does in its own way."""
Said = Counter[tuple[str, str, str]]
"""How often a file says something of a name."""

# File and name to why ez-vcard finds another value in the card that came back.
EZ_VCARD_DIFFERS = {
    ("008.vcf", "AGENT"): "the card inside is folded as a whole, in which ez-vcard finds none",
    ("073.vcf", "FORMATTEDNAME"): "it has none, and is called by its messenger's address once that is one",
    ("062.vcf", "PHOTO"): "a text with ENCODING=8bit, which ez-vcard takes for base64; it comes back as what it is",
    ("067.vcf", "FORMATTEDNAME"): "a fold in quoted-printable without a soft break, whose space ez-vcard leaves out",
    (
        "contact_photo_with_data_uri.vcf",
        "PHOTO",
    ): "`data:image/png;base64,`, which ez-vcard takes for a part of the base64",
}

pytestmark = pytest.mark.skipif(not CARDS, reason="the folder of real cards is not beside the repository")


def there_and_back(card: Card) -> Card:
    (newer,) = read(write(card, "4.0"))
    (back,) = read(write(newer, card.version))
    return back


def known(name: str) -> str:
    """A name without the X- that it is kept under where a version does not know it; of a service's names the first."""
    return FIRST_NAMES.get(name.upper(), name.upper()).removeprefix("X-")


FIRST_NAMES = {name.upper(): service.names[0] for service in SERVICES for name in service.names}


def plain(text: str) -> str:
    """A text without what the versions write differently: the form of dates and offsets, line ends."""
    return basic_date(text) or OFFSET.sub(r"\1\2", re.sub(r"\s+", " ", text))


OFFSET = re.compile(r"([+-]\d\d):(\d\d)")


def test_values_come_back_by_our_model() -> None:
    before, after = (values(cards) for cards in (OLD, [(file, there_and_back(card)) for file, card in OLD]))
    assert before.total() > 400
    assert not before - after


def values(cards: list[tuple[str, Card]]) -> Said:
    return Counter(
        (file, known(entry.name), plain(text))
        for file, card in cards
        for entry in card
        for part in ((entry.value,) if isinstance(entry.value, (str, bytes)) else entry.value)
        for text in ((str(part),) if isinstance(part, (str, bytes)) else part)
        if text
    )


def test_parameters_come_back_by_our_model() -> None:
    before, after = (params(cards) for cards in (OLD, [(file, there_and_back(card)) for file, card in OLD]))
    assert before.total() > 200
    assert (before - after).total() * 100 <= before.total()


def params(cards: list[tuple[str, Card]]) -> Said:
    return Counter(
        (file, f"{known(entry.name)};{name}", value.lower())
        for file, card in cards
        for entry in card
        for name, *values in entry.params
        if name not in CODEC
        for value in values
    )


def test_values_and_parameters_come_back_by_ez_vcard() -> None:
    cards = [card for _, card in OLD]
    octets = [write(card) for card in (*cards, *map(there_and_back, cards))]
    rows = [json.loads(line) for line in ez_vcard("Properties.java", b"".join(map(with_newline, octets))).splitlines()]
    assert rows[-1][0] + 1 == 2 * len(OLD)
    before, after = ([row for row in rows if (row[0] >= len(OLD)) is is_back] for is_back in (False, True))
    lost = Counter(map(value_of, before)) - Counter(map(value_of, after)) - labels(after)
    assert {(file, name) for file, name, _ in lost} == set(EZ_VCARD_DIFFERS)
    types, types_after = (Counter(param for row in half for param in params_of(row)) for half in (before, after))
    assert types.total() > 150
    assert (types - types_after).total() * 100 <= types.total()


def with_newline(octets: bytes) -> bytes:
    return octets if octets.endswith(b"\n") else octets + b"\r\n"


def file_of(row: list[Any]) -> str:
    return OLD[row[0] % len(OLD)][0]


def value_of(row: list[Any]) -> tuple[str, str, str]:
    """File, name and what stands in it: `text=Ulm`, `date=...`; which field of ez-vcard's that is says nothing."""
    texts = [part.partition("=")[2] for part in row[2].strip("[] ").split(" | ") if not part.startswith(NO_VALUE)]
    return file_of(row), known(row[1]), " | ".join(plain(text) for text in texts if text not in {"null", "[]"})


NO_VALUE = ("group=", "parameters=", "propertyName=", "dataType=", "contentType=")


def labels(rows: list[list[Any]]) -> Said:
    """The labels of addresses, which a LABEL without an address becomes."""
    return Counter(
        (file_of(row), "LABEL", plain(value)) for row in rows for name, value in row[3] if name.upper() == "LABEL"
    )


def params_of(row: list[Any]) -> list[tuple[str, str, str]]:
    """File, name of property and parameter, and all its values; each of the types, quoted as one or not."""
    names = {name.upper() for name, _ in row[3]} - CODEC - {"LABEL"}
    found = []
    for name in sorted(names if known(row[1]) != "LABEL" else ()):
        texts = [plain(text).lower() for given, text in row[3] if given.upper() == name]
        values = ",".join(texts).split(",") if name == "TYPE" else [",".join(texts)]
        found += [(file_of(row), f"{known(row[1])};{name}", value) for value in values]
    return found


def test_ical_js_reads_in_our_jcards_what_they_say() -> None:
    jcards = [to_jcard(card) for _, card in CARDS]
    found = json.loads(ical_js("jcard.js", json.dumps(jcards).encode()))
    assert len(found) == len(jcards)
    for (file, _), (_, ours), theirs in zip(CARDS, jcards, found, strict=True):
        assert [entry for entry in theirs if entry not in NO_TIME] == [
            entry for entry in ours if entry not in NO_TIME
        ], file


NO_TIME = (["time", {}, "time", ""], ["time", {}, "time", "--"])
"""A property of somebody's own whose time is empty, and how ical.js shows it."""
