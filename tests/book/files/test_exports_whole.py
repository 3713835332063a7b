"""What is exported is a card, whatever came in: the bytes of a whole one, a broken one set right."""

from __future__ import annotations

from cardwright.book.files.exports import in_file, jcard_of, vcard_of
from cardwright.book.stored import StoredContact
from cardwright.cards import contact_of
from cardwright.store.instants import instant
from cardwright.vcard import read


def stored(card: bytes) -> StoredContact:
    return StoredContact(
        1,
        system=False,
        contact=contact_of(next(read(card))),
        partners=(),
        image="",
        revision=1,
        created=instant(0),
        updated=instant(0),
        card=card,
    )


def test_a_whole_card_leaves_byte_for_byte() -> None:
    card = b"begin:vcard\nVERSION:4.0\nFN:Road\n  Runner\nX-A:b,c\nEND:VCARD"
    assert vcard_of(stored(card)) == card
    assert in_file(stored(card)) == card + b"\r\n"


def test_a_card_without_end_and_version_leaves_whole() -> None:
    broken = stored(b"BEGIN:VCARD\r\nFN:Road Runner\r\nTEL:3\r\n")
    lines = [b"N:Runner;Road;;;", b"FN:Road Runner", b"TEL:3", b"END:VCARD"]
    assert vcard_of(broken).splitlines() == [b"BEGIN:VCARD", b"VERSION:3.0", *lines]
    assert vcard_of(broken, "2.1").splitlines() == [b"BEGIN:VCARD", b"VERSION:2.1", *lines[:3], b"END:VCARD"]
    assert jcard_of(broken)[1][:2] == [  # type: ignore[index]
        ["version", {}, "text", "4.0"],
        ["n", {}, "text", ["Runner", "Road", "", "", ""]],
    ]
