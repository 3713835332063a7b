"""The reader: every sample of tests/corpus, every kind of value, every defect, and its bounds."""

import binascii
import io
import tracemalloc
from collections.abc import Iterator
from pathlib import Path

import pytest

from cardwright.vcard import DEFECTS, Card, Property, VCardError, bounds, read, write
from cardwright.vcard.reading import logical_lines, scanner, sources
from cardwright.vcard.reading.heads import HEADS, ParsedHeads
from cardwright.vcard.reading.logical_lines import split

CORPUS = Path(__file__).parents[1] / "corpus"
GIF = bytes.fromhex("47494638396101000100800000ffffff00000021f90401000000002c00000000010001000002024401003b") * 3

SAMPLES: list[tuple[str, list[Property], str]] = [
    (
        "escaped-uri",
        [
            Property("URL", "http://example.com/?a=1,2;b=3", (("TYPE", "WORK"),)),
            Property("X-SOCIALPROFILE", "http://example.com/wile", (("TYPE", "twitter"),)),
        ],
        "",
    ),
    (
        "loose-base64",
        [
            Property("PHOTO", GIF, (("MEDIATYPE", "image/gif"),)),
            Property("KEY", GIF, (("MEDIATYPE", "application/pkix-cert"),)),
            Property("TEL", "+15551234567", (("TYPE", "CELL"),)),
        ],
        "",
    ),
    (
        "undeclared-base64",
        [Property("PHOTO", GIF, (("MEDIATYPE", "image/gif"),)), Property("TEL", "+15551234567", (("TYPE", "CELL"),))],
        "V11",
    ),
    (
        "data-uri",
        [
            Property("PHOTO", GIF, (("MEDIATYPE", "image/gif"),)),
            Property("LOGO", GIF, (("MEDIATYPE", "image/gif"),)),
            Property("KEY", b"key"),
            Property("SOUND", GIF, (("MEDIATYPE", "audio/basic"),)),
            Property("X-ICON", GIF, (("MEDIATYPE", "image/gif"),)),
        ],
        "",
    ),
    (
        "quoted-types",
        [
            Property("TEL", "+15551234567", (("TYPE", "WORK", "FAX"),)),
            Property("TEL", "+15557654321", (("TYPE", "HOME", "VOICE", "PREF"),)),
            Property("TEL", "+15550000000", (("TYPE", "HOME", "FAX"),)),
            Property("TEL", "+15550000001", (("TYPE", "CELL", "WORK", "PREF"),)),
        ],
        "V07",
    ),
    (
        "bare-parameters",
        [
            Property("TEL", "+15551234567", (("TYPE", "WORK", "VOICE"),)),
            Property("EMAIL", "wile.coyote@example.com", (("TYPE", "INTERNET"),)),
            Property("NOTE", "a=b"),
        ],
        "V16 V16 V16",
    ),
    (
        "empty-line",
        [Property("PHOTO", GIF, (("MEDIATYPE", "image/gif"),)), Property("TEL", "+15551234567", (("TYPE", "WORK"),))],
        "",
    ),
    (
        "quoted-printable",
        [
            Property("ADR", ("", "", "Straße 1", "Köln", "", "", ""), (("TYPE", "WORK"),)),
            Property("NOTE", "one\ntwo\n three"),
            Property("TEL", "+15551234567", (("TYPE", "HOME"),)),
        ],
        "",
    ),
    (
        "latin-1",
        [Property("TITLE", "Président"), Property("NOTE", "Grüße"), Property("ORG", ("Café", "Straße"))],
        "V08 V08",
    ),
    (
        "shift-jis",
        [Property("TITLE", "社長ソ表"), Property("X-PHONETIC-LAST-NAME", "ｶﾅ"), Property("ROLE", "部長")],
        "V08",
    ),
    ("utf-8-fold", [Property("NOTE", "Zoë")], ""),
    (
        "agent",
        [
            Property("AGENT", "BEGIN:VCARD\nVERSION:2.1\nN:Runner;Road\nTEL:1\nEND:VCARD"),
            Property("TEL", "+15551234567", (("TYPE", "HOME"),)),
        ],
        "",
    ),
    ("line-ends-cr", [Property("TEL", "+15551234567", (("TYPE", "CELL"),)), Property("NOTE", "folded here")], ""),
    ("line-ends-doubled", [Property("TEL", "+15551234567", (("TYPE", "CELL"),)), Property("NOTE", "folded here")], ""),
    ("fold-in-line-end", [Property("NOTE", "a")], ""),
    (
        "caret",
        [
            Property(
                "ADR", ("", "", "1 Desert Road", "", "", "", ""), (("LABEL", '1 Desert Road\nSuite "A"; no^where'),)
            ),
            Property("ADR", ("", "", "2 Desert Road", "", "", "", ""), (("LABEL", "2 Desert Road\nTown, Land"),)),
        ],
        "",
    ),
    (
        "lower-case",
        [
            Property("URL", "https://example.com", group="item1"),
            Property("X-ABLabel", "desert", group="item1"),
            Property("TEL", "1", (("TYPE", "cell"),)),
        ],
        "",
    ),
    (
        "apple-groups",
        [
            Property("URL", "https://example.com", (("TYPE", "pref"),), "item1"),
            Property("X-ABLabel", "_$!<HomePage>!$_", group="item1"),
            Property("X-ABShowAs", "COMPANY"),
        ],
        "",
    ),
    (
        "android-custom",
        [Property("X-ANDROID-CUSTOM", ("vnd.android.cursor.item/nickname", "Super Genius", "1", *[""] * 13))],
        "",
    ),
    (
        "agent-beside",
        [
            Property("AGENT", "BEGIN:VCARD\nVERSION:2.1\nN:Runner;Road\nTEL:1\nEND:VCARD"),
            Property("TEL", "+15551234567", (("TYPE", "HOME"),)),
        ],
        "",
    ),
    (
        "agent-folded",
        [
            Property("AGENT", "BEGIN:VCARD\nVERSION:3.0\nN:Runner;Road\nTEL:1\nEND:VCARD"),
            Property("TEL", "+15551234567", (("TYPE", "HOME"),)),
        ],
        "",
    ),
    (
        "folded-head",
        [
            Property("NOTE", "Jérôme"),
            Property("PHOTO", GIF, (("MEDIATYPE", "image/gif"),)),
            Property("URL", "http://example.com/?a=1"),
            Property("LOGO", "http://example.com/logo?a=1", (("VALUE", "URL"),)),
        ],
        "",
    ),
    (
        "irmc-sound",
        [
            Property("SOUND", ("ｺﾖｰﾃ", "ﾜｲﾙ", "", "", ""), (("TYPE", "X-IRMC-N"),)),
            Property("TEL", "09000000000", (("TYPE", "CELL"),)),
        ],
        "",
    ),
    (
        "custom-types",
        [
            Property("TEL", "+15551234567", (("TYPE", "Boat"),)),
            Property("TEL", "+15557654321", (("TYPE", "Été"),)),
            Property("TEL", "+15550001111", (("TYPE", "The boat in the harbor", "PREF"),)),
        ],
        "",
    ),
    (
        "escaped-base64",
        [Property("PHOTO", GIF, (("MEDIATYPE", "image/gif"),)), Property("KEY", b"\xfb\xff\xbe" * 6)],
        "",
    ),
    (
        "bare-line-feed",
        [
            Property("NOTE", "Super\n\nGenius\nin the desert"),
            Property("TEL", "+15551234567", (("TYPE", "CELL"),)),
        ],
        "V19",
    ),
    ("utf-16", [Property("NOTE", "Zoë")], "V15"),
    ("bom", [Property("NOTE", "Zoë")], ""),
]


def codes(card: Card) -> str:
    return " ".join(defect.code for defect in card.defects)


@pytest.mark.parametrize(("name", "properties", "defects"), SAMPLES, ids=[name for name, _, _ in SAMPLES])
def test_sample(name: str, properties: list[Property], defects: str) -> None:
    (card,) = read((CORPUS / f"{name}.vcf").read_bytes())
    assert card.properties[2:] == properties
    assert codes(card) == defects
    assert card.get("fn") in {Property("FN", "Wile Coyote"), Property("FN", "wile coyote")}


REPAIRED = ("folded-edges", "indented-card", "uri-in-value")


def test_every_sample_is_read() -> None:
    named = {name for name, _, _ in SAMPLES} | {"joined", "junk", "missing-end", "program-names", *REPAIRED}
    assert {path.stem for path in CORPUS.glob("*.vcf")} == named


@pytest.mark.parametrize("path", sorted(CORPUS.glob("*.vcf")), ids=lambda path: path.stem)
def test_a_card_that_was_only_read_is_written_as_it_was(path: Path) -> None:
    data = path.read_bytes()
    cards = list(read(data))
    if data.startswith(b"\xff\xfe"):
        data = data.decode("utf-16").encode()
    if path.stem not in REPAIRED:
        assert all(card.raw in data and write(card) == card.raw for card in cards if card.raw)
    for card in cards:
        assert b"".join(split(write(card))) == card.raw
        again = Card(list(card), card.version)
        (reread,) = read(write(again))
        assert reread.properties == card.properties


def test_junk_and_broken_lines_are_told_with_their_lines() -> None:
    first, second = read((CORPUS / "junk.vcf").read_bytes())
    assert [(defect.code, defect.line, defect.raw) for defect in first.defects] == [("V01", 1, b"Contacts of today:")]
    assert [(defect.code, defect.line, defect.raw.strip()) for defect in second.defects] == [
        ("V01", 9, b"--"),
        ("V06", 14, b"not a property"),
        ("V03", 17, b"END:VCARD"),
        ("V01", 18, b"bye"),
    ]
    assert second.properties[2:] == [Property("TEL", "2")]


def test_files_that_were_put_together_are_parted() -> None:
    cards = list(read((CORPUS / "joined.vcf").read_bytes(), strict=True))  # no line break, a byte order mark, NULs
    assert [card.all("TEL") for card in cards] == [[Property("TEL", number)] for number in "123"]


def test_a_line_that_only_begins_like_two_cards_put_together_ends_none() -> None:
    data = b"BEGIN:VCARD\nVERSION:2.1\nAGENT:BEGIN:VCARD\nEND:VCARDBEGIN:VCA\nEND:VCARD\nFN:x\nEND:VCARD\n"
    (card,) = read(data)  # or the lines and the card would end at different places
    assert [entry.name for entry in card] == ["AGENT", "FN"]
    card.add(Property("NOTE", "y"))
    assert write(card) == data.replace(b"FN:x\n", b"FN:x\nNOTE:y\n")


@pytest.mark.parametrize("newline", ["\r\n", "\n", "\r", "\r\r\n"])
def test_lines_are_counted_as_an_editor_does(newline: str) -> None:
    lines = ["", "x", "BEGIN:VCARD", "VERSION:3.0", "NOTE:a", "", " b", "no colon", "END:VCARD", "y"]
    (card,) = read(newline.join(lines).encode())
    assert [(defect.code, defect.line) for defect in card.defects] == [("V01", 2), ("V06", 8), ("V01", 10)]


@pytest.mark.parametrize("line", [b"BEGIN VCARD", b"END VCARD", b"my VCARD", b"VCARD", b"BEGIN\tVCARD"])
@pytest.mark.parametrize("end", [b"", b"END:VCARD\r\n"])
def test_a_line_without_a_colon_begins_and_ends_no_card(line: bytes, end: bytes) -> None:
    """Found by fuzzing: it was taken for the BEGIN of the line before, which then began an empty card."""
    data = b"BEGIN:VCARD\r\n" + line + b"\r\nVERSION:3.0\r\nFN:x\r\n" + end
    (card,) = read(data)
    assert [write(card), card.properties] == [data, [Property("FN", "x")]]
    assert "V06" in [defect.code for defect in card.defects]


def test_mixed_line_ends_are_counted_each() -> None:
    (card,) = read(b"x\r\ny\rz\n\rBEGIN:VCARD\r\nVERSION:3.0\rFN:x\nTEL:1\r\nno colon\r\nEND:VCARD\r")
    assert [(defect.code, defect.line) for defect in card.defects] == [("V01", 1), ("V06", 9)]


def test_more_than_a_thousand_faults_between_cards_are_not_told_one_by_one() -> None:
    with pytest.raises(VCardError, match="line 1: V03"):
        list(read(b"END:VCARD\n" * 2_000, strict=True))
    (card,) = read(b"END:VCARD\n" * 2_000 + b"BEGIN:VCARD\nVERSION:3.0\nEND:VCARD\n")
    assert [len(card.defects), card.defects[-1].code] == [bounds.DEFECTS.value + 1, "V18"]


PLAIN = b"BEGIN:VCARD\nVERSION:3.0\nFN:x\nNOTE:long\n er\nEND:VCARD\n"
INDENTED = {
    "as a whole": b"    " + PLAIN.replace(b"\n", b"\n    ").rstrip(b" "),
    "by tabs": b"\t" + PLAIN.replace(b"\n", b"\n\t").rstrip(b"\t"),
    "in capitals or not": b"  " + PLAIN.lower().replace(b"\n", b"\n  ").rstrip(b" "),
    "but its first line": PLAIN.replace(b"\n", b"\n  ").rstrip(b" "),
    "but its first and last": PLAIN.replace(b"\n", b"\n  ").replace(b"  END", b"END").rstrip(b" "),
    "the last less": PLAIN.replace(b"\n", b"\n    ").replace(b"  END", b"END").rstrip(b" "),
    "quoted in a mail": b"> " + PLAIN.replace(b"\n", b"\n> ").rstrip(b"> "),
    "with line ends in CR": (b"  " + PLAIN.replace(b"\n", b"\n  ").rstrip(b" ")).replace(b"\n", b"\r"),
    "with empty lines": b" " + PLAIN.replace(b"\n", b"\n\n ").replace(b"\n \n", b"\n\n").rstrip(b" "),
}


@pytest.mark.parametrize("data", INDENTED.values(), ids=INDENTED)
def test_a_card_that_is_indented_is_read_without_that(data: bytes) -> None:
    text = b"Look:\n\n"
    for card in (*read(data), *read(text + data), *read(data + data)):
        assert [card.get("FN"), card.get("NOTE")] == [Property("FN", "x"), Property("NOTE", "longer")]
        assert write(card) == card.raw
    (card,) = read(data)
    assert codes(card) == "V20" if data[:7] != b"  begin" else "V20" in codes(card)
    card.add(Property("TEL", "1"))
    (changed,) = read(write(card))
    assert [*changed][:2] == [*card][:2]
    assert changed.get("TEL") == Property("TEL", "1")


@pytest.mark.parametrize("before", ["begin:vcard\r\n", "Begin:VCARD\r\nN:x\r\n"])
def test_a_card_in_which_a_text_of_utf_16_was_pasted_is_one(before: str) -> None:
    pasted = "NOTE:pasted in\r\n".encode("utf-16-le")
    data = before.encode() + pasted * 20 + b"\r\nEND:VCARD\r\n"
    (card,) = read(data)
    assert card.raw == data
    card.add(Property("TEL", "1"))
    (again,) = read(write(card))
    assert Property("TEL", "1") in again.properties


def test_an_indented_card_after_one_that_is_not_is_no_fold() -> None:
    cards = list(read((CORPUS / "indented-card.vcf").read_bytes()))
    assert [card.get("FN").value for card in cards] == ["Fay First", "Sid Second", "Tom Third", "Flo Fourth"]
    assert [codes(card) for card in cards] == ["V21", "", "", ""]


@pytest.mark.parametrize("margins", [("  ", "\t"), ("\t", "    "), ("> ", " "), ("  ", " \t", "   ")])
def test_cards_that_are_indented_each_by_its_own_margin_are_read_whole(margins: tuple[str, ...]) -> None:
    lines = ("BEGIN:VCARD", "VERSION:3.0", "N:x;;;;", "FN:x", "NOTE:lon", " ger", "END:VCARD")
    text = "".join(f"{margin}{line}\r\n" for margin in margins for line in lines)
    cards = list(read(text))
    assert [card.get("NOTE") for card in cards] == [Property("NOTE", "longer")] * len(margins)
    assert [write(card) for card in cards] == ["".join(f"{line}\r\n" for line in lines).encode()] * len(margins)


def test_folded_lines_of_begin_and_end_lose_no_card() -> None:
    cards = list(read((CORPUS / "folded-edges.vcf").read_bytes()))
    assert [card.get("FN").value for card in cards] == ["Flo Folded", "Sue Second"]
    assert [codes(card) for card in cards] == ["V21", ""]
    assert list(read(write(cards[0]))) == cards[:1]


@pytest.mark.parametrize("version", ["2.1", "3.0"])
def test_one_cut_octet_makes_no_property_another_text(version: str) -> None:
    for line, text in (
        ("NOTE;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:Gr=C3=BC=C3=9Fe =C3", "Grüße \ufffd"),
        ("NOTE;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:Grosse =C3", "Grosse \ufffd"),
        ("NOTE;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:100 =E2=82", "100 \ufffd"),
        ("NOTE;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:Ok =F0=9F=98", "Ok \ufffd"),
        ("NOTE;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:=C3", "\ufffd"),
        ("NOTE;ENCODING=QUOTED-PRINTABLE:=C3=BC=C3=9F=C3 and more", "üß\ufffd and more"),
    ):
        card = one(line, version)
        assert [card.get("NOTE").value, codes(card)] == [text, "V22"]
    assert one("NOTE;ENCODING=QUOTED-PRINTABLE:Gr=FC=DFe", version).get("NOTE").value == "Grüße"


def test_an_address_whose_scheme_stands_in_value() -> None:
    card = one("PHOTO;TYPE=jpeg;VALUE=https://example.org/a.jpg")
    assert [card.get("PHOTO").value, codes(card)] == ["https://example.org/a.jpg", "V23"]


def test_a_card_without_end_ends_where_the_next_begins() -> None:
    cards = list(read((CORPUS / "missing-end.vcf").read_bytes()))
    assert [card.all("TEL") for card in cards] == [[Property("TEL", "1")], [Property("TEL", "2")]]
    assert [codes(card) for card in cards] == ["V02", "V02"]


@pytest.mark.parametrize("between", [b"\r\n", b"\n\n", b"\r\n \r\n"])
@pytest.mark.parametrize("times", [1, 2, 3_000])
def test_a_card_that_begins_several_times_is_one_card(between: bytes, times: int) -> None:
    """A BEGIN line with nothing before the next one begins no card of its own, which would hold nothing."""
    begins = (b"BEGIN:VCARD" + between) * times
    cards = list(read(begins + b"BEGIN:VCARD\r\nVERSION:3.0\r\nFN:x\r\nEND:VCARD\r\n" + begins))
    assert [card.all("FN") for card in cards] == [[Property("FN", "x")], []]
    told = cards[0].defects
    assert [defect.code for defect in told] == ["V02"] * min(times, 1_000) + ["V18"] * (times > 1_000)
    assert (told[0].line, told[0].raw) == (1, b"BEGIN:VCARD")
    assert cards[1].defects[-1].code == "V04"


def one(body: str, version: str = "3.0") -> Card:
    (card,) = read(f"BEGIN:VCARD\r\nVERSION:{version}\r\n{body}\r\nEND:VCARD\r\n".encode())
    return card


SORTED = (("SORT-AS", "Harten", "Rene"),)
READ = [
    ("3.0", r"NOTE:a\;b\,c\\d\ne\Nf\:g\h", Property("NOTE", "a;b,c\\d\ne\nf:g\\h")),
    ("3.0", "NOTE:a;b,c", Property("NOTE", "a;b,c")),
    ("3.0", r"N:a\;b;c,d\,e;;;", Property("N", ("a;b", ("c", "d,e"), "", "", ""))),
    ("2.1", "N:a,b;c", Property("N", ("a,b", "c"))),
    ("3.0", "ORG:Dunder, Inc.;Sales", Property("ORG", ("Dunder, Inc.", "Sales"))),
    ("3.0", r"NICKNAME:a\,b,c", Property("NICKNAME", ("a,b", "c"))),
    ("3.0", "URL:https://e.org/?a=1,2;b=3", Property("URL", "https://e.org/?a=1,2;b=3")),
    ("3.0", "X-OTHER:a;b,c", Property("X-OTHER", "a;b,c")),
    ("3.0", r"X-OTHER:a\;b,c\:d\\e", Property("X-OTHER", r"a\;b,c\:d\\e")),
    ("3.0", r"X-OTHER:a\nb", Property("X-OTHER", "a\nb")),
    ("3.0", r"X-OTHER;VALUE=text:a\;b\,c", Property("X-OTHER", "a;b,c", (("VALUE", "text"),))),
    ("3.0", r"NOTE:a\r\nb\nc", Property("NOTE", "a\nb\nc")),
    ("3.0", "NOTE;ENCODING=b:Wm/Dqw==", Property("NOTE", "Zoë")),
    ("3.0", "PHOTO;VALUE=uri:/photos/of/people/a", Property("PHOTO", "/photos/of/people/a", (("VALUE", "uri"),))),
    ("3.0", "KEY;VALUE=text:AAAAAAAAAAAAAAAAAAAA", Property("KEY", "AAAAAAAAAAAAAAAAAAAA", (("VALUE", "text"),))),
    ("2.1", "PHOTO;VALUE=CONTENT-ID:<a@e.org>", Property("PHOTO", "cid:a@e.org")),
    ("4.0", "X-DATA;VALUE=uri:data:;base64,AAE=", Property("X-DATA", b"\0\1")),
    ("4.0", 'N;SORT-AS="Harten,Rene":van der Harten;Rene', Property("N", ("van der Harten", "Rene"), SORTED)),
    ("4.0", 'ADR;LABEL="1 Oak\\nOmaha":;;1 Oak', Property("ADR", ("", "", "1 Oak"), (("LABEL", "1 Oak\nOmaha"),))),
    ("3.0", 'TEL;X-A="a:b;c,d",e;TYPE=x,y:1', Property("TEL", "1", (("X-A", "a:b;c,d", "e"), ("TYPE", "x", "y")))),
    ("3.0", "a.b.TEL:1", Property("TEL", "1", group="a.b")),
    ("3.0", "X-messaging/xmpp-All:some", Property("X-MESSAGING/XMPP-ALL", "some")),
    ("3.0", "PHOTO;VALUE=uri:http://e.org/a,b", Property("PHOTO", "http://e.org/a,b", (("VALUE", "uri"),))),
    ("2.1", "PHOTO;GIF:http://e.org/a", Property("PHOTO", "http://e.org/a", (("TYPE", "GIF"),))),
    ("3.0", "PHOTO;ENCODING=b:YQ", Property("PHOTO", b"a")),
    ("3.0", "PHOTO;encoding=8bit:val\\nue", Property("PHOTO", "val\\nue")),
    ("3.0", "NOTE;ENCODING=b:Wm/Dqw==", Property("NOTE", "Zoë")),
    ("3.0", "N;ENCODING=b:RG9lO0pvaG4=", Property("N", ("Doe", "John"))),
    ("3.0", "X-DATA;ENCODING=b:AAE=", Property("X-DATA", b"\0\1")),
    ("4.0", "PHOTO:data:image/svg+xml,%3Csvg%3E", Property("PHOTO", b"<svg>", (("MEDIATYPE", "image/svg+xml"),))),
    ("4.0", "TEL;VALUE=uri:tel:+1;ext=5", Property("TEL", "tel:+1;ext=5", (("VALUE", "uri"),))),
    ("4.0", "RELATED;VALUE=text:a\\, b", Property("RELATED", "a, b", (("VALUE", "text"),))),
    ("3.0", "GEO:37.38;-122.08", Property("GEO", ("37.38", "-122.08"))),
    ("4.0", "GEO:geo:37.38,-122.08", Property("GEO", "geo:37.38,-122.08")),
    ("2.1", "NOTE;CHARSET=ISO-2022-JP:\x1b$B<RD9\x1b(B", Property("NOTE", "社長")),
    ("3.0", "FN;CHARSET=ISO-8859-1:Zoë", Property("FN", "Zoë")),  # UTF-8, whatever it says
    ("3.0", "TEL;:1", Property("TEL", "1")),
    ("3.0", "NOTE:", Property("NOTE", "")),
    ("3.0", "item1.VERSION:x", None),  # only BEGIN's own card has one
    ("3.0", "FN:x\r\n\r\n NOTE:x", Property("FN", "xNOTE:x")),  # folded around an empty line
    ("2.1", "NOTE;ENCODING=QUOTED-PRINTABLE:a=\r\n b", Property("NOTE", "a b")),
]


@pytest.mark.parametrize(("version", "line", "entry"), READ, ids=[line for _, line, _ in READ])
def test_read_as(version: str, line: str, entry: Property | None) -> None:
    card = one(line, version)
    assert card.properties == [entry] if entry else not card.properties
    assert codes(card) == ""
    assert write(card) == f"BEGIN:VCARD\r\nVERSION:{version}\r\n{line}\r\nEND:VCARD\r\n".encode()


BROKEN = [
    ("V06", b"no colon", []),
    ("V06", b"bad name:x", []),
    ("V06", b"fn", []),  # the head of another line of the card
    ("V06", b":x", []),
    ("V07", b'TEL;X-A="open:1', [Property("TEL", "1", (("X-A", '"open'),))]),
    ("V08", b"NOTE:Stra\xdfe", [Property("NOTE", "Straße")]),
    ("V08", b"NOTE;CHARSET=UTF-8:Stra\xdfe", [Property("NOTE", "Straße")]),
    ("V08", b"NOTE:\x81\xff", [Property("NOTE", "\x81ÿ")]),
    ("V09", b"NOTE;CHARSET=idna:Stra\xc3\x9fe", [Property("NOTE", "Straße")]),
    ("V10", b"PHOTO;ENCODING=b:a", [Property("PHOTO", "a")]),
    ("V10", b"PHOTO:data:image/gif;base64,a", [Property("PHOTO", "data:image/gif;base64,a")]),
    ("V11", b"PHOTO:YWJjZGVmZ2hpamtsbW5v", [Property("PHOTO", b"abcdefghijklmno")]),
    ("V16", b"TEL;WORK:1", [Property("TEL", "1", (("TYPE", "WORK"),))]),
]


@pytest.mark.parametrize(("code", "line", "properties"), BROKEN, ids=[repr(line) for _, line, _ in BROKEN])
def test_a_defect_is_told_and_the_line_kept(code: str, line: bytes, properties: list[Property]) -> None:
    data = b"BEGIN:VCARD\nVERSION:3.0\n" + line + b"\nFN:x\nEND:VCARD"
    (card,) = read(data)
    assert card.properties == [*properties, Property("FN", "x")]
    assert [(defect.code, defect.line, defect.raw.strip()) for defect in card.defects] == [(code, 3, line)]
    assert write(card) == data
    with pytest.raises(VCardError, match=f"line 3: {code}: "):
        list(read(data, strict=True))


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "V17"),
        (b"hello", "V01"),
        (b"BEGIN:VCARD\nFN:x\nEND:VCARD\n", "V04"),
        (b"BEGIN:VCARD\nVERSION:5\nFN:x\nEND:VCARD\n", "V05"),
        (b"BEGIN:VCARD\nVERSION:3.0\nFN:x", "V02"),
        (b"END:VCARD\nBEGIN:VCARD\nVERSION:3.0\nFN:x\nEND:VCARD\n", "V03"),
        (b"BEGIN:VCARD\nVERSION:3.0\nFN:x\nEND:VCARD\nbye", "V01"),
        (b"BEGIN:VCARD\r\nVERSION:3.0\r\nFN:x\ny\r\nEND:VCARD\r\n", "V19"),
        (b" BEGIN:VCARD\n VERSION:3.0\n FN:x\n END:VCARD\n", "V20"),
    ],
)
def test_strict_raises_for_what_is_lenient_otherwise(data: bytes, code: str) -> None:
    list(read(data))
    with pytest.raises(VCardError, match=code):
        list(read(data, strict=True))


def test_the_version_that_is_not_known_is_told_where_it_stands() -> None:
    (card,) = read(b"BEGIN:VCARD\nno colon\nFN:x\nVERSION:3.0\n NOTE:x\nno colon\nEND:VCARD\n")
    assert [(defect.code, defect.line) for defect in card.defects] == [("V06", 2), ("V05", 4), ("V06", 6)]
    assert [card.version, card.properties] == ["3.0", [Property("FN", "x")]]


@pytest.mark.parametrize(
    ("lines", "version"),
    [
        ("VERSION:2.0\nFN:x", "2.1"),
        ("VERSION:4\nFN:x", "4.0"),
        ("FN:x", "3.0"),
        ("TEL;HOME:1", "2.1"),
        ("FN:x\nVERSION:2.1", "2.1"),
    ],
)
def test_the_version_is_named_nearest_or_guessed(lines: str, version: str) -> None:
    (card,) = read(f"BEGIN:VCARD\n{lines}\nEND:VCARD\n".encode())
    assert card.version == version


def test_a_file_is_read_as_far_as_the_next_card_needs() -> None:
    card = b"BEGIN:VCARD\r\nVERSION:3.0\r\nFN:x\r\nEND:VCARD\r\n"
    source = io.BytesIO(card * 200_000)
    assert [len(next(read(source))), source.tell() < 4 << 20] == [1, True]
    assert sum(write(found) == card for found in read(io.BytesIO(card * 60_000))) == 60_000


def test_a_card_larger_than_a_chunk_is_whole() -> None:
    photo = Property("PHOTO", bytes(5 << 20), (("MEDIATYPE", "image/png"),))
    before, large, after = read(write([]) + write([photo]) + write([]))
    assert [len(before), large.properties, len(after)] == [0, [photo], 0]


def test_a_card_over_the_limit_comes_empty_and_the_next_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scanner, "CARD_LIMIT", 3 << 20)
    small = b"BEGIN:VCARD\nVERSION:3.0\nFN:x\nEND:VCARD\n"
    cards = list(read(b"BEGIN:VCARD\nVERSION:3.0\nNOTE:" + b"x" * (9 << 20) + b"\nFN:y\nEND:VCARD\n" + small))
    assert [codes(card) for card in cards] == ["V14", ""]
    assert [len(card) for card in cards] == [0, 1]
    (card,) = read(b"x" * (9 << 20) + b"\n" + small)
    assert codes(card) == "V01"


MANY = b"".join(b"BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Zo\xc3\xab %d\r\nEND:VCARD\r\n" % number for number in range(60))
BY_PIECES = {
    "UTF-16": (MANY.decode().encode("utf-16"), "V15"),
    "UTF-16 without a mark": (MANY.decode().encode("utf-16-le"), "V15"),
    "indented": (b"  " + MANY.replace(b"\n", b"\n  "), "V20"),
    "indented, LF": (b"  " + MANY.replace(b"\r\n", b"\n  "), "V20"),
    "indented, CR": (b"  " + MANY.replace(b"\r\n", b"\r  "), "V20"),
    "a margin": (b"> " + MANY.replace(b"\n", b"\n> "), "V20"),
    "both": ((b"  " + MANY.replace(b"\n", b"\n  ")).decode().encode("utf-16"), "V15 V20"),
}


@pytest.mark.parametrize("kind", BY_PIECES)
@pytest.mark.parametrize("size", [64, 65, 67, 1000])
def test_a_file_that_is_changed_by_pieces_is_as_one_that_is_changed_whole(
    kind: str, size: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Pieces end inside characters, margins and line breaks."""
    data, defects = BY_PIECES[kind]
    whole = [(card.raw, card.defects) for card in read(data)]
    for module in (sources, scanner):
        monkeypatch.setattr(module, "CHUNK", size)
    cards = list(read(data))
    assert [(card.raw, card.defects) for card in cards] == whole
    assert [len(cards), codes(cards[0])] == [60, defects]


def test_a_line_longer_than_a_piece_is_not_taken_for_several(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sources, "CHUNK", 64)
    note = b"NOTE:" + b"x  BEGIN:VCARD " * 1_000
    (card,) = read(b"  BEGIN:VCARD\n  VERSION:3.0\n  " + note + b"\n  END:VCARD\n")
    assert card.raw == b"BEGIN:VCARD\nVERSION:3.0\n" + note + b"\nEND:VCARD\n"


def test_a_card_of_a_million_lines_is_read_to_the_limit() -> None:
    data = b"BEGIN:VCARD\nVERSION:3.0\n" + b"A:\n" * 1_000_000 + b"END:VCARD\n"
    (card,) = read(data)
    assert [codes(card), len(card), card.defects[0].line] == ["V13", bounds.LINES.value - 2, bounds.LINES.value + 1]
    assert write(card) == data


SHORT = {
    "empty": b"\n",
    "folded": b"\n b",
    "soft breaks": b"=\n",
    "bare line feeds": b"a\n",
    "carriage returns": b"\r",
}


@pytest.mark.parametrize("line", SHORT.values(), ids=SHORT)
def test_of_a_card_of_very_short_lines_so_many_are_looked_at(monkeypatch: pytest.MonkeyPatch, line: bytes) -> None:
    """What a line costs does not depend on its length. Written again, the card is as it came."""

    def made(lines: int) -> bytes:
        head = b"NOTE;ENCODING=QUOTED-PRINTABLE:a=\n" if line == b"=\n" else b"NOTE:a"
        return b"BEGIN:VCARD\r\nVERSION:3.0\r\nFN:W\r\n" + head + line * lines + b"\r\nEND:VCARD\r\n"

    looked_at = 0
    physical = logical_lines._physical  # noqa: SLF001 - counted

    def counted(raw: bytes) -> Iterator[bytes]:
        nonlocal looked_at
        for one in physical(raw):
            looked_at += 1
            yield one

    (card,) = read(made(9_000))
    assert "V13" not in codes(card)
    monkeypatch.setattr(logical_lines, "_physical", counted)
    large = made(300_000)
    (card,) = read(large)
    assert [write(card) == large, "V13" in codes(card), card.get("FN")] == [True, True, Property("FN", "W")]
    assert looked_at <= bounds.LINES.value + len(large) // bounds.LINE_AVERAGE.value + 2


def test_lines_of_a_usual_length_may_be_as_many_as_a_card_holds() -> None:
    """A photo of 1 MB that is folded, in base64 and in quoted-printable."""
    for line in (b"\r\n " + b"A" * 72, b"=41" * 24 + b"=\r\n"):
        head = b"PHOTO;ENCODING=b;X=a:" if line[0] == 13 else b"NOTE;ENCODING=QUOTED-PRINTABLE:"
        (card,) = read(b"BEGIN:VCARD\r\n\r\nVERSION:3.0\r\nFN:W\r\n" + head + line * 14_000 + b"\r\nEND:VCARD\r\n")
        assert "V13" not in codes(card)
        assert len(card.properties[-1].value) > 300_000


@pytest.mark.parametrize(
    ("head", "after"),
    [
        (b"PHOTO;ENCODING=b;TYPE=JPEG:", b""),
        (b"PHOTO;X-ABCROP-RECTANGLE=ABClipRect_1&0&0&9&9&jR5M\r\n ==;ENCODING=b;TYPE=JPEG:", b""),  # as Apple folds
        (b"PHOTO;ENCODING=b;TYPE=JPEG:", b"\r\nY2Fy\r\n ZA=="),  # loose
        (b"PHOTO;ENCODING=b;TYPE=JPEG:", b"\r\n\r\n"),
    ],
)
def test_a_long_photo_is_read_whole_and_what_follows_it(head: bytes, after: bytes) -> None:
    photo = bytes(range(256)) * 12
    data = binascii.b2a_base64(photo, newline=False)
    folded = b"\r\n ".join(data[at : at + 74] for at in range(0, len(data), 74))
    (card,) = read(b"BEGIN:VCARD\r\nVERSION:3.0\r\n" + head + folded + after + b"\r\nTEL:1\r\nEND:VCARD\r\n")
    value = card.properties[0].value
    assert isinstance(value, bytes)
    assert [value[: len(photo)], card.properties[1:]] == [photo, [Property("TEL", "1")]]


def test_groups_without_number_are_read() -> None:
    card = one("\r\n".join(f"item{number}.TEL:{number}" for number in range(9_000)))
    assert card.in_group("item8999") == [Property("TEL", "8999", group="item8999")]


@pytest.mark.parametrize("agent", ["", "AGENT:\n"])
def test_cards_begun_inside_one_another_are_bounded(agent: str) -> None:
    cards = list(read(f"BEGIN:VCARD\nVERSION:3.0\n{agent}".encode() * 1_200))
    assert len(cards) > 1_200 - bounds.DEPTH.value
    assert all(card.defects for card in cards)


def test_nesting_beyond_the_limit_is_told() -> None:
    data = b"BEGIN:VCARD\nVERSION:2.1\nAGENT:\n" * 20 + b"END:VCARD\n" * 20
    assert "V12" in {defect.code for card in read(data) for defect in card.defects}


@pytest.mark.parametrize("text", [b"\r\n" * 500_000 + b"\r", b"\r" * 1_000_000, b"\r" * 1_000_000 + b"\n"])
def test_counting_lines_keeps_none_of_them(text: bytes) -> None:
    tracemalloc.start()
    assert scanner.count_lines(text) in {500_001, 1_000_000, 1}
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 10_000


LONG_HEAD = b"NOTE;X=" + b"a" * 100_000
HOSTILE = {  # each grows with its square in a reader that looks at a head again for every line
    "soft breaks after a long head": LONG_HEAD + b";QUOTED-PRINTABLE:" + b"a=\n" * 50_000,
    "loose base64 after a long head": LONG_HEAD + b";BASE64:\n" + b"YWFh\n" * 50_000,
    "folds without a colon": LONG_HEAD + b"\n b" * 50_000,
    "quoted-printable before much data": b"NOTE;QUOTED-PRINTABLE:a=3D\n" * 9_000 + b"PHOTO;BASE64:" + b"YWFh" * 999_999,
    "semicolons": b"TEL" + b";" * 300_000 + b":1",
    "quotes": b'TEL;X="' * 30_001 + b":1",
    "empty lines": b"\n" * 300_000,
    "carriage returns": b"NOTE:a" + b"\r" * 300_000,
    "commas": b"TEL;TYPE=a" + b",b" * 100_000 + b":1",
}


@pytest.mark.no_cover  # what counts the branches needs memory too
@pytest.mark.parametrize("body", HOSTILE.values(), ids=HOSTILE)
def test_hostile_cards_take_little_memory(body: bytes) -> None:
    data = b"BEGIN:VCARD\nVERSION:2.1\n" + body + b"\nEND:VCARD\n"
    tracemalloc.start()
    (card,) = read(data)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 50 * len(data)
    assert write(card) == data


def test_every_defect_is_seen_by_a_test() -> None:
    assert [code for code in DEFECTS if f'"{code}' not in Path(__file__).read_text()] == []


@pytest.mark.parametrize(
    "lines", ["T\n EL:1", "T\n E\n L:1", "T\n E\n L\n :1", "T\r\n E\r\n L:1", "T\r E\r L:1", "YWJj\nT\n E\n L:1"]
)
def test_a_head_that_is_folded_after_inline_data_is_a_head_whatever_was_read_before(
    lines: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without the fold it is `TEL:1`; the line `T` alone could be more of the data (quirks/loose_base64.py)."""
    octets = f"BEGIN:VCARD\nVERSION:3.0\nPHOTO;ENCODING=b:YWJj\n{lines}\nEND:VCARD\n".encode()
    monkeypatch.setitem(HEADS, "3.0", ParsedHeads("3.0"))
    first, _, again = read(octets + b"BEGIN:VCARD\nVERSION:3.0\nTEL:2\nEND:VCARD\n" + octets)
    for card in (first, again):
        assert [(entry.name, entry.value) for entry in card.properties] == [
            ("PHOTO", b"abc" * octets.count(b"YWJj")),
            ("TEL", "1"),
        ]
