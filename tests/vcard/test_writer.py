"""The writer: createcontact.md CC-21, RFC 2426, RFC 6350, vCard 2.1, RFC 6868."""

import quopri
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cardwright.vcard import VERSIONS, Card, Entry, Property, VCardError, read, write
from growth import assert_linear

JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF"

EXAMPLE = (
    Property("N", ("Appleseed", "John", "", "", "Jr.")),
    Property("FN", "John Appleseed Jr."),
    Property("ORG", ("Dunder Mifflin",)),
    Property("TITLE", "Account Manager"),
    Property("PHOTO", JPEG, (("MEDIATYPE", "image/jpeg"),)),
    Property("NOTE", "Manage account campaigns."),
    Property("TEL", "10000000000", (("TYPE", "WORK"),)),
    Property("EMAIL", "john@example.com", (("TYPE", "INTERNET", "WORK"),)),
    Property("ADR", ("", "", "Fake Address", "", "", "", ""), (("TYPE", "WORK"),)),
    Property("URL", "https://example.com", group="item1"),
    Property("X-ABLabel", "Dunder Mifflin", group="item1"),
)


def lines(card: bytes) -> list[str]:
    return card.decode().split("\r\n")[2:-2]


def body(entry: Property, version: str = "3.0") -> str:
    return "\n".join(lines(write([entry], version)))


def test_cc21_the_example_in_3_0() -> None:
    assert write(EXAMPLE).decode().split("\r\n") == [
        "BEGIN:VCARD",
        "VERSION:3.0",
        "N:Appleseed;John;;;Jr.",
        "FN:John Appleseed Jr.",
        "ORG:Dunder Mifflin",
        "TITLE:Account Manager",
        "PHOTO;ENCODING=b;TYPE=JPEG:/9j/4AAQSkZJRg==",
        "NOTE:Manage account campaigns.",
        "TEL;TYPE=WORK:10000000000",
        "EMAIL;TYPE=INTERNET,WORK:john@example.com",
        "ADR;TYPE=WORK:;;Fake Address;;;;",
        "item1.URL:https://example.com",
        "item1.X-ABLabel:Dunder Mifflin",
        "END:VCARD",
        "",
    ]


def test_the_example_in_2_1() -> None:
    assert lines(write(EXAMPLE, "2.1"))[4:9] == [
        "PHOTO;ENCODING=BASE64;JPEG:/9j/4AAQSkZJRg==",
        "",  # Outlook wants it
        "NOTE:Manage account campaigns.",
        "TEL;WORK:10000000000",
        "EMAIL;INTERNET;WORK:john@example.com",
    ]


def test_the_example_in_4_0() -> None:
    assert lines(write(EXAMPLE, "4.0"))[4:8] == [
        "PHOTO:data:image/jpeg;base64,/9j/4AAQSkZJRg==",
        "NOTE:Manage account campaigns.",
        "TEL;TYPE=work:10000000000",
        "EMAIL;TYPE=work:john@example.com",
    ]


WRITTEN = [
    # text: RFC 2426 section 5 and RFC 6350 section 3.4
    ("3.0", Property("NOTE", "a;b,c\\d\ne"), r"NOTE:a\;b\,c\\d\ne"),
    ("4.0", Property("NOTE", "a;b,c\\d\r\ne\rf"), r"NOTE:a\;b\,c\\d\ne\nf"),
    ("3.0", Property("TEL", "1,2;3"), r"TEL:1\,2\;3"),
    ("3.0", Property("EMAIL", "a;b@example.com"), r"EMAIL:a\;b@example.com"),
    ("3.0", Property("NOTE", "a\tb\x00\x07c\x7f"), "NOTE:a\tb c "),
    ("3.0", Property("NOTE", "a\x0bb\x0cc\x85d\u2028e\u2029f"), r"NOTE:a\nb\nc\nd\ne\nf"),
    ("3.0", Property("NOTE", "a\ud800b"), "NOTE:a\ufffdb"),
    ("3.0", Property("AGENT", "Begin : vCard "), r"AGENT:Begin \: vCard "),
    ("2.1", Property("AGENT", "BEGIN:VCARD"), r"AGENT:BEGIN\:VCARD"),
    ("3.0", Property("AGENT", "BEGIN:VCARD\nEND:VCARD"), r"AGENT:BEGIN:VCARD\nEND:VCARD"),
    # a URI is no text
    ("3.0", Property("URL", "https://example.com/?a=1,2;b=3\\"), "URL:https://example.com/?a=1,2;b=3\\"),
    ("3.0", Property("URL", "https://example.com/\r\nTEL:1"), "URL:https://example.com/%0D%0ATEL:1"),
    ("3.0", Property("UID", "a,b"), r"UID:a\,b"),
    # a name in the guise of a sound (IrMC)
    ("2.1", Property("SOUND", ("a", "b"), (("TYPE", "X-IRMC-N"),)), "SOUND;X-IRMC-N:a;b"),
    ("3.0", Property("SOUND", ("a", "b,c"), (("TYPE", "X-IRMC-N"),)), r"SOUND;TYPE=X-IRMC-N:a;b\,c"),
    ("4.0", Property("UID", "urn:uuid:1,2"), "UID:urn:uuid:1,2"),
    ("4.0", Property("TEL", "tel:+1;ext=5", (("VALUE", "uri"),)), "TEL;VALUE=uri:tel:+1;ext=5"),
    ("4.0", Property("RELATED", "John, friend", (("VALUE", "text"),)), r"RELATED;VALUE=text:John\, friend"),
    # structures and lists
    ("3.0", Property("N", ("a;b", ("c", "d,e"), "", "", "")), r"N:a\;b;c,d\,e;;;"),
    ("3.0", Property("ORG", "One; Two"), r"ORG:One\; Two"),
    ("3.0", Property("NICKNAME", ("a,b", "c")), r"NICKNAME:a\,b,c"),
    ("3.0", Property("GEO", ("37.38", "-122.08")), "GEO:37.38;-122.08"),
    ("4.0", Property("GEO", "geo:37.38,-122.08"), "GEO:geo:37.38,-122.08"),
    ("4.0", Property("GENDER", ("O", "it's; complicated")), r"GENDER:O;it's\; complicated"),
    # parameters: quotes, RFC 6868, and what 3.0 and 2.1 cannot say
    ("4.0", Property("NOTE", "x", (("ALTID", 'a"b^c\nd;e'),)), 'NOTE;ALTID="a^\'b^^c^nd;e":x'),
    ("3.0", Property("NOTE", "x", (("X-A", 'a"b:c\nd;e'),)), 'NOTE;X-A="a\'b:c d,e":x'),
    ("2.1", Property("NOTE", "x", (("X-A", 'a"b:c\nd;e'),)), "NOTE;X-A=a b c d e:x"),
    ("2.1", Property("TEL", "1", (("TYPE", "WORK", "CELL"),)), "TEL;WORK;CELL:1"),
    ("2.1", Property("TEL", "1=2", (("TYPE", "BASE64", "a b"),)), "TEL;TYPE=BASE64;TYPE=a b:1=2"),
    ("4.0", Property("TEL", "1", (("TYPE", "WORK", "PREF", "Yacht"),)), "TEL;TYPE=work,Yacht;PREF=1:1"),
    ("3.0", Property("TEL", "1", (("TYPE", "work"), ("PREF", "1"))), "TEL;TYPE=work;TYPE=PREF:1"),
    ("3.0", Property("NOTE", "x", (("ENCODING", "b"), ("CHARSET", "latin1"))), "NOTE:x"),
    # photos by address, and inline of other kinds
    ("2.1", Property("PHOTO", "https://example.com/a.jpg"), "PHOTO;VALUE=URL:https://example.com/a.jpg"),
    ("3.0", Property("PHOTO", "https://example.com/a.jpg"), "PHOTO;VALUE=uri:https://example.com/a.jpg"),
    ("4.0", Property("PHOTO", "https://example.com/a.jpg"), "PHOTO:https://example.com/a.jpg"),
    ("4.0", Property("PHOTO", b"a", (("TYPE", "GIF", "work"),)), "PHOTO;TYPE=work:data:image/gif;base64,YQ=="),
    ("4.0", Property("KEY", b"a"), "KEY:data:application/octet-stream;base64,YQ=="),
    ("3.0", Property("SOUND", b"", (("MEDIATYPE", "audio/x-new"),)), "SOUND;ENCODING=b;TYPE=X-NEW:"),
    # 2.1: quoted-printable for what is not ASCII, long or of several lines; `;` escaped in structures alone
    ("2.1", Property("NOTE", "a;b,c"), "NOTE:a;b,c"),
    ("2.1", Property("N", ("a;b", "c")), r"N:a\;b;c"),
    ("2.1", Property("NOTE", "a\nb"), "NOTE;ENCODING=QUOTED-PRINTABLE:a=0D=0Ab"),
    ("2.1", Property("FN", "Zoë"), "FN;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:Zo=C3=AB"),
]


@pytest.mark.parametrize(("version", "entry", "line"), WRITTEN, ids=[line for _, _, line in WRITTEN])
def test_written_as(version: str, entry: Property, line: str) -> None:
    assert body(entry, version) == line


UNWRITABLE: list[Entry] = [
    ("", "x", (), ""),
    ("A B", "x", (), ""),
    ("NOTE\r\nTEL", "x", (), ""),
    ("NOTE:TEL", "x", (), ""),
    ("END", "VCARD", (), ""),
    ("version", "3.0", (), ""),
    ("NOTE", "x", (), "a\nb"),
    ("NOTE", "x", (), "a:b"),
    ("NOTE", "x", (("X;TYPE", "y"),), ""),
    ("PHOTO\n", b"x", (), ""),
]


@pytest.mark.parametrize("entry", UNWRITABLE, ids=repr)
@pytest.mark.parametrize("version", VERSIONS)
def test_a_name_that_could_inject_is_refused(entry: Entry, version: str) -> None:
    with pytest.raises(VCardError):
        write([entry], version)
    with pytest.raises(VCardError):
        Property(*entry)


def test_an_unknown_version_is_refused() -> None:
    with pytest.raises(VCardError, match=r"2\.1, 3\.0, 4\.0"):
        write([], "5.0")


def test_a_long_parameter_is_not_kept() -> None:
    from cardwright.vcard.writing import heads  # noqa: PLC0415 - the cache is the module's own

    before = len(heads.HEADS["3.0"].known)
    for number in range(5_000):
        write([Property("NOTE", "x", (("X-A", f"{number}" + "x" * number),))])
    assert len(heads.HEADS["3.0"].known) - before < 2_001


TEXT = st.text(st.characters() | st.sampled_from('\r\n\t ;,:\\"^=\u2028\x85\x0b\ud800é😀'), max_size=120)
VALUE = TEXT | st.lists(TEXT | st.lists(TEXT, max_size=3).map(tuple), max_size=4).map(tuple) | st.binary(max_size=99)
PARAMS = st.lists(st.tuples(st.sampled_from(["TYPE", "X-A", "VALUE", "PREF"]), TEXT, TEXT), max_size=2).map(tuple)
NAMES = st.sampled_from(["N", "NOTE", "URL", "TEL", "ORG", "NICKNAME", "X-ABLabel", "PHOTO", "X-OTHER"])
PROPERTY = st.builds(Property, NAMES, VALUE, PARAMS, st.sampled_from(["", "item1"]))


@given(st.lists(PROPERTY, max_size=4), st.sampled_from(VERSIONS))
def test_no_text_becomes_a_property(properties: list[Property], version: str) -> None:
    card = write(properties, version).decode()
    if version == "2.1":
        card = re.sub("(?<=PRINTABLE:)(?:[^\r\n]|(?<==)\r\n)*", lambda value: value[0].replace("=\r\n", ""), card)
    unfolded = [line for line in card.replace("\r\n ", "").splitlines() if line]
    names = [re.split("[;:]", line)[0].rpartition(".")[2] for line in unfolded]
    assert names == ["BEGIN", "VERSION", *(entry.name for entry in properties), "END"]


@given(st.lists(PROPERTY, max_size=2), st.sampled_from(["3.0", "4.0"]))
def test_no_line_is_longer_than_75_octets(properties: list[Property], version: str) -> None:
    physical = write(properties, version).split(b"\r\n")
    assert max(map(len, physical)) <= 75
    for line in physical:
        line.decode()  # no character was cut


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"]) | st.sampled_from("\nä =é😀"), max_size=300))
def test_quoted_printable_is_read_back_by_the_standard_library(text: str) -> None:
    line = write([Property("NOTE", text + "\n")], "2.1").split(b"\r\n", 2)[2].removesuffix(b"\r\nEND:VCARD\r\n")
    assert max(map(len, line.split(b"\r\n"))) <= 76
    for physical in line.split(b"=\r\n"):
        quopri.decodestring(physical.partition(b":")[2] or physical).decode()  # no character was cut
    decoded = quopri.decodestring(line.partition(b":")[2]).decode().replace("\r\n", "\n").replace("\\\\", "\\")
    assert re.sub("[\u2028\u2029]", "\n", text) + "\n" == decoded


@pytest.mark.parametrize(
    ("end", "written"), [(b"\n", b"\n"), (b"\r", b"\r"), (b"\r\n", b"\r\n"), (b"\r\r\r\n", b"\r\n")]
)
def test_a_line_that_is_added_ends_as_the_first(end: bytes, written: bytes) -> None:
    (card,) = read(b"BEGIN:VCARD%bVERSION:3.0%bFN:Wile%bEND:VCARD%b" % ((end,) * 4))
    card.add(Property("TITLE", "Genius"))
    assert b"TITLE:Genius" + written + b"END" in write(card)


@pytest.mark.no_cover  # what counts the branches takes time too
def test_a_first_line_of_many_line_ends_is_read_in_one_pass() -> None:
    def made(size: int) -> Card:
        (card,) = read(b"BEGIN:VCARD%b\nVERSION:3.0\nFN:Wile\nEND:VCARD\n" % (b"\r" * size))
        card.add(Property("TITLE", "Genius"))
        return card

    assert_linear(write, made, 20_000)
