"""A card that leaves is whole, whatever came in; one that came whole leaves byte for byte."""

import re

import pytest

from cardwright.vcard import Card, Property, complete, complete_octets, convert, from_jcard, read, to_jcard, write
from growth import assert_linear

WHOLE = [
    "BEGIN:VCARD\nVERSION:3.0\nN:Coyote;Wile;;;\nFN:Wile Coyote\nX-OWN:a,b\nEND:VCARD\n",
    "begin:vcard\r\nversion:4.0\r\nfn:Wile\r\n  Coyote\r\nend:vcard",
    "BEGIN:VCARD\r\nVERSION:2.1\r\nN:Coyote;Wile\r\nTEL;WORK:1\r\nEND:VCARD\r\n",  # 2.1 wants no FN
]
HEAD = "BEGIN:VCARD\r\nVERSION:3.0\r\n"
# what came, and the lines that leave between BEGIN and END
BROKEN = [
    # no END, the next card begins
    ("BEGIN:VCARD\r\nVERSION:2.1\r\nN:Runner;Road\r\nTEL:1\r\n",
     ["VERSION:2.1", "FN:Road Runner", "N:Runner;Road", "TEL:1"]),
    # no VERSION
    ("BEGIN:VCARD\r\nFN:Road Runner\r\nEND:VCARD\r\n", ["VERSION:3.0", "N:Runner;Road;;;", "FN:Road Runner"]),
    ("BEGIN:VCARD\nVERSION:5.0\nN:Runner;;;;\nFN:Runner\nEND:VCARD", ["VERSION:3.0", "N:Runner;;;;", "FN:Runner"]),
    # no name, or an empty one: the line goes into the card, the others stay
    (f"{HEAD}FN:\r\nN:;;;;\r\nORG:Acme;Sales\r\nX-A:b;c\r\nEND:VCARD\r\n",
     ["VERSION:3.0", "FN:Acme", "N:;;;;", "ORG:Acme;Sales", "X-A:b;c"]),
    (f"{HEAD}FN: \r\nFN:\r\nN:;;;;\r\nORG:Acme\r\nEND:VCARD\r\n",
     ["VERSION:3.0", "FN:Acme", "FN:", "N:;;;;", "ORG:Acme"]),
    (f"{HEAD}FN:Acme\r\nORG:Acme\r\nEND:VCARD\r\n", ["VERSION:3.0", "N:;;;;", "FN:Acme", "ORG:Acme"]),
    (f"{HEAD}N:Runner;Road;;;\r\nTEL;type=cell:1\r\nEND:VCARD\r\n",
     ["VERSION:3.0", "FN:Road Runner", "N:Runner;Road;;;", "TEL;type=cell:1"]),
    ("BEGIN:VCARD\r\nVERSION:4.0\r\nEMAIL:a@e.org\r\nEND:VCARD\r\n", ["VERSION:4.0", "FN:a@e.org", "EMAIL:a@e.org"]),
    (f"{HEAD}FN:\r\nN:;;;;\r\nADR:;;Road 1;Town;;;\r\nEND:VCARD\r\n",
     ["VERSION:3.0", "FN:Road 1\\, Town", "N:;;;;", "ADR:;;Road 1;Town;;;"]),
    # lines that are no property, octets that are no UTF-8, addresses in VALUE
    (f"{HEAD}N:R;;;;\r\nFN:R\r\nNOTE:one\r\nno property\r\nEND:VCARD\r\n",
     ["VERSION:3.0", "N:R;;;;", "FN:R", "NOTE:one", "X-UNREADABLE;VALUE=text:no property"]),
    (f"{HEAD}N:R;;;;\r\nFN:R\r\nPHOTO;VALUE=https://e.org/a.jpg\r\nEND:VCARD\r\n",
     ["VERSION:3.0", "N:R;;;;", "FN:R", "PHOTO;VALUE=uri:https://e.org/a.jpg"]),
    (f"{HEAD}N:R;;;;\r\nFN:R\r\nPHOTO;ENCODING=b:data\\:image/gif;base64\\,a\r\nEND:VCARD\r\n",
     ["VERSION:3.0", "N:R;;;;", "FN:R", "PHOTO;VALUE=uri:data:image/gif;base64,a"]),
    (f"{HEAD}N:R;;;;\r\nFN:R\r\nPHOTO;ENCODING=b:data\\:image/gif;base64,R0lG\r\nTEL;WORK:1\r\nEND:VCARD\r\n",
     ["VERSION:3.0", "N:R;;;;", "FN:R", "PHOTO;ENCODING=b;TYPE=GIF:R0lG", "TEL;TYPE=WORK:1"]),
    (f"{HEAD}N:R;;;;\r\nFN:R\r\nTEL;WORK:1\r\nEND:VCARD\r\n", ["VERSION:3.0", "N:R;;;;", "FN:R", "TEL;TYPE=WORK:1"]),
    # lines that end in CR alone, or in CR CR LF
    ("BEGIN:VCARD\rVERSION:3.0\rN:R;;;;\rFN:R\rX-A:b\\,c\rEND:VCARD\r",
     ["VERSION:3.0", "N:R;;;;", "FN:R", "X-A:b\\,c"]),
    (f"{HEAD}N:R;;;;\r\nFN:R\rX-A:b\r\nEND:VCARD\r\n", ["VERSION:3.0", "N:R;;;;", "FN:R", "X-A:b"]),
    ("BEGIN:VCARD\r\r\nVERSION:3.0\r\r\nN:R;;;;\r\r\nFN:R\r\r\nEND:VCARD\r\r\n", ["VERSION:3.0", "N:R;;;;", "FN:R"]),
]  # fmt: skip


@pytest.mark.parametrize("text", WHOLE)
def test_what_came_whole_leaves_byte_for_byte(text: str) -> None:
    assert complete_octets(text.encode()) == text.encode()
    (card,) = read(text)
    assert complete(card) is card


@pytest.mark.parametrize(("text", "lines"), BROKEN)
def test_what_came_broken_leaves_whole(text: str, lines: list[str]) -> None:
    leaves = complete_octets(text.encode())
    assert leaves.decode().splitlines() == ["BEGIN:VCARD", *lines, "END:VCARD"]
    assert complete_octets(leaves) == leaves
    (again,) = read(leaves, strict=True)
    assert complete(again) is again


def test_octets_of_another_character_set_leave_in_utf_8() -> None:
    leaves = complete_octets(f"{HEAD}N:M\xfcller;J\xf6rg;;;\r\nFN:J\xf6rg M\xfcller\r\nEND:VCARD\r\n".encode("latin-1"))
    assert leaves.decode().splitlines()[2:-1] == ["N:Müller;Jörg;;;", "FN:Jörg Müller"]


def test_a_card_that_says_nothing_leaves_with_empty_names() -> None:
    assert complete_octets(f"{HEAD}END:VCARD\r\n".encode()).decode() == f"{HEAD}N:;;;;\r\nFN:\r\nEND:VCARD\r\n"


def test_what_is_no_card_stays_as_it_is() -> None:
    assert complete_octets(b"nothing") == b"nothing"


@pytest.mark.parametrize("version", ["2.1", "3.0", "4.0"])
@pytest.mark.parametrize("text", [text for text, _ in BROKEN])
def test_so_does_every_version_of_it_and_its_jcard(text: str, version: str) -> None:
    (card,) = read(text)
    written = write(complete(card), version)
    wanted = {"2.1": "N", "3.0": "FN N", "4.0": "FN"}[version].split()
    for line in ("BEGIN:VCARD", f"VERSION:{version}", *wanted, "END:VCARD"):
        assert re.search(rf"^{line}(?:[:;].+)?\r$", written.decode(), re.MULTILINE)
    jcard = to_jcard(complete(card))
    assert jcard[1][0] == ["version", {}, "text", "4.0"]  # type: ignore[index]
    assert from_jcard(jcard).get("FN").value  # type: ignore[union-attr]


# How cards that went wrong elsewhere leave: what came, and lines of it in 3.0 and 4.0.
LEAVES = [
    # a company by its kind alone (RFC 6350 6.1.4)
    ("4.0", ["KIND:org", "FN:Acme Rockets", "EMAIL:a@e.org"],
     ["N:;;;;", "FN:Acme Rockets", "ORG:Acme Rockets", "X-ABShowAs:COMPANY"], ["KIND:org", "FN:Acme Rockets"]),
    # a group stays one
    ("3.0", ["N:Runners;;;;", "FN:Runners", "X-ADDRESSBOOKSERVER-KIND:group", "X-ADDRESSBOOKSERVER-MEMBER:urn:uuid:1"],
     ["X-ADDRESSBOOKSERVER-KIND:group", "X-ADDRESSBOOKSERVER-MEMBER:urn:uuid:1"], ["KIND:group", "MEMBER:urn:uuid:1"]),
    ("3.0", ["N:R;;;;", "FN:R", "X-GENDER:Female"], ["X-GENDER:Female"], ["GENDER:F"]),
    ("3.0", ["N:R;;;;", "FN:R", "PHOTO;TYPE=png;VALUE=http://e.org/r.png"],
     ["PHOTO;VALUE=uri;TYPE=PNG:http://e.org/r.png"], ["PHOTO;MEDIATYPE=image/png:http://e.org/r.png"]),
    ("3.0", ["N:R;;;;", "FN:R", "BDAY:1604-02-29"], ["BDAY;X-APPLE-OMIT-YEAR=1604:1604-02-29"], ["BDAY:--0229"]),
    # a label alone is an address (RFC 6350 6.3.1)
    ("4.0", ["FN:R", 'ADR;TYPE=work;LABEL="1 Desert Road\\nTucson":;;;;;;'],
     ["ADR;TYPE=WORK:;;1 Desert Road\\nTucson;;;;", "LABEL;TYPE=WORK:1 Desert Road\\nTucson"],
     ["ADR;TYPE=work;LABEL=1 Desert Road\\nTucson:;;1 Desert Road\\nTucson;;;;"]),
    ("3.0", ["N:;;;;", "FN:", "ORG:Acme"], ["FN:Acme", "N:;;;;"], ["FN:Acme"]),
    ("3.0", ["N:R;;;;", "FN:R", "X-SOCIALPROFILE;TYPE=GITHUB:wile", "X-SOCIALPROFILE;type=x;x-user=w:https://e.org/w"],
     ["X-SOCIALPROFILE;TYPE=GITHUB:wile", "X-SOCIALPROFILE;TYPE=x;X-USER=w:https://e.org/w"],
     ["SOCIALPROFILE;VALUE=text;SERVICE-TYPE=GITHUB:wile", "SOCIALPROFILE;SERVICE-TYPE=x;USERNAME=w:https://e.org/w"]),
    ("2.1", ["N:R", "NOTE;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:=C3=A4 =C3"], ["NOTE:ä \ufffd"], ["NOTE:ä \ufffd"]),
    ("4.0", ["FN:R", "N:R;;;;", "TEL;TYPE=home:1", "TEL;TYPE=work;PREF=1:2"], ["TEL;TYPE=WORK,PREF:2"],
     ["TEL;TYPE=work;PREF=1:2"]),
]  # fmt: skip


@pytest.mark.parametrize(("version", "came", "older", "newer"), LEAVES, ids=[came[-1] for _, came, _, _ in LEAVES])
def test_every_version_says_the_same(version: str, came: list[str], older: list[str], newer: list[str]) -> None:
    (card,) = read("\r\n".join(("BEGIN:VCARD", f"VERSION:{version}", *came, "END:VCARD", "")))
    whole = complete(card)
    in_3_0 = convert(convert(whole, "4.0").card, "3.0").card
    in_4_0 = convert(convert(in_3_0, "4.0").card, "4.0").card
    assert set(older) <= set(unfolded(in_3_0))
    assert set(newer) <= set(unfolded(in_4_0))
    again = from_jcard(to_jcard(whole))
    assert set(newer) <= set(unfolded(again))
    assert sorted(unfolded(convert(again, "3.0").card)) == sorted(unfolded(in_3_0))


def unfolded(card: Card) -> list[str]:
    return write(Card([Property(*entry) for entry in card], card.version)).decode().replace("\r\n ", "").splitlines()


@pytest.mark.no_cover  # what counts the branches takes time too
def test_a_card_of_many_names_gets_the_one_that_it_lacks_in_one_pass() -> None:
    def made(size: int) -> Card:
        (card,) = read(HEAD + "FN:Wile\r\n" * size + "END:VCARD\r\n")
        return card

    assert_linear(complete, made, 1_000)
