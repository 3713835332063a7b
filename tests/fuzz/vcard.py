"""What is promised of the codec for any bytes; what fuzzing finds becomes a file of `tests/corpus/`."""

from __future__ import annotations

import json

from cardwright.book.sent_cards import CardVersionError, InvalidCardError, can_be_sent, read_sent, with_uid
from cardwright.vcard import (
    VERSIONS,
    Property,
    VCardError,
    complete_octets,
    convert,
    from_jcard,
    read,
    to_jcard,
    validate,
    write,
)


def reader(data: bytes) -> None:
    """Any bytes are read, or refused in words; what was read is written back as it was."""
    for card in read(data):
        if write(card) != card.raw:
            raise AssertionError("a card that was only read is not as it was")
    try:
        list(read(data, strict=True))
    except VCardError as error:
        if not error.code:
            raise AssertionError("refused without a reason") from error


def changer(data: bytes) -> None:
    """A property that is added is there, and all others are as they were."""
    added = Property("X-FUZZ", "a;b,c\n")
    for card in read(data):
        if any(defect.code in {"V13", "V14"} for defect in card.defects):
            continue  # not read whole
        before = card.properties
        card.add(added)
        again = list(read(write(card)))
        if any(defect.code == "V20" for defect in again[0].defects):
            continue  # it was not the first of its file, which says whether that is indented
        (changed,) = again
        if [entry for entry in changed if entry != added] != [entry for entry in before if entry != added]:
            raise AssertionError("a change went beyond its lines")
        if added not in changed.properties:
            raise AssertionError("a change was lost")


def writer(data: bytes) -> None:
    """What is converted and written in any version is one card of as many properties."""
    for card in read(data):
        for version in VERSIONS:
            converted = convert(card, version).card
            (again,) = read(write(converted.properties, version))
            if [entry.name for entry in again] != [entry.name for entry in converted]:
                raise AssertionError("a text became a property, or a property was lost")


def jcard(data: bytes) -> None:
    """JSON is a card or is refused in words, and a card comes back from its JSON."""
    for card in read(data):
        from_jcard(json.loads(json.dumps(to_jcard(card))))
    try:
        write(from_jcard(json.loads(data)))
    except (ValueError, RecursionError, VCardError):
        return


def completer(data: bytes) -> None:
    """Any card leaves whole, once and for all, and says the same in every version."""
    for card in read(data):
        if not card.raw or any(defect.code == "V13" for defect in card.defects):
            continue
        alone = list(read(card.raw))
        if len(alone) != 1 or alone[0] != card:
            continue  # alone it is no longer what it was in its file
        leaves = complete_octets(card.raw)
        (again,) = read(leaves)
        if any(defect.code == "V20" for defect in again.defects):
            continue  # it was not the first of its file, which says whether that is indented
        if write(again) != leaves or complete_octets(leaves) != leaves:
            raise AssertionError("a whole card is not left alone")
        missing = [problem for problem in validate(again) if problem.message.endswith("there is none.")]
        if [problem.place for problem in missing] not in ([], ["FN"], ["N"]) or again.version != card.version:
            raise AssertionError("a card is not whole")


def sent(data: bytes) -> None:
    """What a client puts is taken or refused in words; what is taken is read with another UID, and written so."""
    try:
        said = read_sent(data)
    except (InvalidCardError, CardVersionError):
        return
    if not can_be_sent(data):
        raise AssertionError("a card that was taken would not leave as it came")
    given = read_sent(with_uid(data, "urn:x:fuzz"))
    if given.contact != said.contact._replace(uid="urn:x:fuzz"):
        raise AssertionError("another UID changed more than that")
