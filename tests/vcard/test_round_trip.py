"""What is written is read again, in every version; whatever is read is written back; no bytes make the reader fail."""

from hypothesis import given, settings
from hypothesis import strategies as st

from cardwright.vcard import VERSIONS, Card, Property, logical_lines, read, write
from cardwright.vcard.reading.unescaping import part, unescape
from cardwright.vcard.writing.escaping import escape, parameter
from vcard.strategies import CHARACTERS, TEXT, properties

CARDS = st.sampled_from(VERSIONS).flatmap(
    lambda version: st.builds(Card, st.lists(properties(version), max_size=5), st.just(version))
)


@given(CARDS)
def test_a_card_that_is_written_is_read_again(card: Card) -> None:
    data = write(card)
    (found,) = read(data, strict=True)
    assert found.properties == card.properties
    assert [found.version, write(found)] == [card.version, data]


@given(st.lists(CARDS, max_size=3), st.sampled_from([b"\r\n", b"\n", b"\r"]))
@settings(max_examples=50)  # of up to three cards each
def test_so_are_many_with_any_line_end(cards: list[Card], newline: bytes) -> None:
    data = b"".join(write(card) for card in cards).replace(b"\r\n", newline)
    found = list(read(data))
    assert [card.properties for card in found] == [card.properties for card in cards]
    assert b"".join(map(write, found)) == data


LINES = st.lists(
    st.sampled_from(
        [
            *(
                b"BEGIN:VCARD",
                b"END:VCARD",
                b"begin : vcard ",
                b"VERSION:3.0",
                b"VERSION:2.1",
                b"AGENT:",
                b"",
                b" ",
                b" folded",
            ),
            *(
                b"NOTE;ENCODING=QUOTED-PRINTABLE:a=",
                b"=20b=",
                b"PHOTO;ENCODING=BASE64:YQ",
                b"YWJj",
                b'TEL;X="',
                b"FN;CHARSET=SHIFT_JIS:\x83\\",
            ),
            *(
                b"N:a\\;b;c,d",
                b"item1.URL:http\\://e",
                b"\xff\xfe",
                b"TEL;WORK;PREF:1",
                b"FN:Zo\xc3",
                b" \xab",
                b"junk",
                b":",
                b";",
            ),
        ]
    )
    | st.binary(max_size=30),
    max_size=20,
)


@settings(max_examples=300)
@given(LINES, st.sampled_from([b"\r\n", b"\n", b"\r", b"\r\r\n"]))
def test_whatever_is_read_is_written_back(lines: list[bytes], newline: bytes) -> None:
    data = b"BEGIN:VCARD" + newline + newline.join(lines)
    cards = list(read(data))
    is_as_it_was = not {"V15", "V20"} & {defect.code for card in cards for defect in card.defects}
    for card in cards:
        raw = card.raw
        assert write(card) == raw
        assert raw in data or not is_as_it_was
        assert b"".join(logical_lines(raw)) == raw
        assert len(card.lines) >= len(card)
        before = card.properties
        card.add(Property("X-NEW", "added"))
        (changed,) = read(write(card))
        assert Property("X-NEW", "added") in changed.properties
        assert [entry for entry in changed if entry.name != "X-NEW"] == before


TAMER = st.sampled_from(
    [b"FN:x", b"N:a;b,c", b"b/c:d", b"\x0cTEL:1", b"(x): y", b"TEL;WORK:1", b"PHOTO;ENCODING=b:YWJj", b" fold"]
)


@settings(max_examples=300)
@given(st.lists(st.tuples(TAMER, st.sampled_from([b"\r\n", b"\r\n", b"\n", b"\r"])), max_size=8))
def test_a_change_of_one_line_leaves_the_others_whatever_ends_them(lines: list[tuple[bytes, bytes]]) -> None:
    data = b"BEGIN:VCARD\r\nVERSION:3.0\r\n" + b"".join(map(b"".join, lines)) + b"END:VCARD\r\n"
    (card,) = read(data)
    others = card.properties
    card.add(Property("X-NEW", "added"))
    (changed,) = read(write(card))
    assert [entry for entry in changed if entry.name != "X-NEW"] == others
    assert len(changed) == len(others) + 1


@given(st.binary(max_size=200))
def test_no_bytes_make_the_reader_fail(data: bytes) -> None:
    for card in read(b"BEGIN:VCARD\nVERSION:2.1\n" + data):
        write(card, "4.0")


@given(TEXT)
def test_escaped_text_is_unescaped(text: str) -> None:
    assert unescape(escape(text)) == text


@given(st.lists(TEXT, min_size=1), st.sampled_from(",;"))
def test_joined_members_are_parted(members: list[str], separator: str) -> None:
    assert [unescape(member) for member in part(separator.join(map(escape, members)), separator)] == members


@given(st.lists(st.text(CHARACTERS, max_size=30), min_size=1, max_size=3))
def test_caret_escaped_parameters_are_read_again(values: list[str]) -> None:
    values = [value.replace("\t", " ") for value in values]
    entry = Property("NOTE", "x", (("X-LABEL", *values),))
    (card,) = read(write([entry], "4.0"))
    assert card.properties == [entry]
    assert "\n" not in parameter("\n".join(values), "4.0")
