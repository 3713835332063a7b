"""Multipart forms as clients write them, taken apart or refused with a sentence that says why (PC-5, PC-24)."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cardwright.http.multipart import Part, parts
from partner_client import WILE
from pictures import png

if TYPE_CHECKING:
    from partner_client import Client

pytestmark = pytest.mark.sqlite_alone(
    "a form is taken apart before a store is asked; what it says is kept as that of any other"
)

TYPE = "multipart/form-data; boundary=x"
NAMED = b'Content-Disposition: form-data; name="Title"'
IMAGE = png()


class Shape(NamedTuple):
    """How a part is written: its head without the blank line, and what stands behind each boundary."""

    head: bytes
    padding: bytes = b""
    line: bytes = b"\r\n"

    def form(self, data: bytes, *others: bytes) -> bytes:
        """Return a form of this part, and of others that are whole but for their boundary."""
        line, opening = self.line, b"--x" + self.padding + self.line
        head = self.head.replace(b"\r\n", line)
        whole = [head + line + line + data, *(other.replace(b"\r\n", line) for other in others)]
        return b"".join(opening + part + line for part in whole) + b"--x--" + self.padding + line


TEXTS = {
    "as browsers write it": Shape(NAMED),
    "blanks behind the boundary": Shape(NAMED, b" \t "),
    "line feeds alone": Shape(NAMED, line=b"\n"),
    "line feeds alone, and blanks": Shape(NAMED, b" ", b"\n"),
    "a folded head": Shape(NAMED.replace(b"; ", b";\r\n ")),
    "a head folded with tabs, of line feeds": Shape(NAMED.replace(b"; ", b";\r\n\t"), line=b"\n"),
    "small letters": Shape(NAMED.lower().replace(b"title", b"Title")),
    "no quotes": Shape(NAMED.replace(b'"', b"")),
    "no blanks": Shape(NAMED.replace(b" ", b"")),
    **{
        f"Content-Transfer-Encoding: {encoding}": Shape(NAMED + f"\r\nContent-Transfer-Encoding: {encoding}".encode())
        for encoding in ("7bit", "8bit", "binary", "7BIT", "8Bit", "Binary")
    },
    "a length": Shape(NAMED + b"\r\nContent-Length: 4"),
}


@pytest.mark.parametrize("shape", TEXTS)
def test_pc_5_a_text_as_clients_write_it(shape: str) -> None:
    (part,) = parts(TEXTS[shape].form("né\n".encode()), TYPE)
    assert (part.name, part.text, part.is_file) == ("Title", "né\n", False)


@pytest.mark.parametrize("line", [b"\r\n", b"\n"])
@pytest.mark.parametrize("data", [b"", b"\r", b"\n", b"\r\n", b"a--x", b"--", b"\r\n--", b"\0\r\n\r\n\xff"])
def test_pc_5_octets_come_as_they_were_sent(data: bytes, line: bytes) -> None:
    shape = Shape(b'Content-Disposition: form-data; name="f"; filename="a"', line=line)
    assert [part.data for part in parts(shape.form(data), TYPE)] == [data]


def test_pc_5_an_empty_part_may_end_with_its_blank_line() -> None:
    """The grammar of RFC 2046 has no other line end where there is no octet (section 5.1.1)."""
    form = b"--x\r\n" + NAMED + b"\r\n\r\n--x\r\n" + NAMED + b"\r\n\r\na\r\n--x--"
    assert [part.data for part in parts(form, TYPE)] == [b"", b"a"]


@pytest.mark.parametrize(
    ("charset", "octets", "text"),
    [
        ("", "né".encode(), "né"),
        ("; charset=UTF-8", "né".encode(), "né"),
        ("; charset=ISO-8859-1", "né".encode("latin-1"), "né"),
        ('; charset="iso-8859-1"', "né".encode("latin-1"), "né"),
        ("; charset=windows-1252", b"\x80", "€"),
        ("; charset=ISO-8859-1", "né".encode(), "né"),
        ("; charset=US-ASCII", b"ne", "ne"),
        ("; charset=unheard-of", "né".encode(), "né"),
    ],
)
def test_pc_5_a_text_in_the_character_set_that_it_names(charset: str, octets: bytes, text: str) -> None:
    (part,) = parts(Shape(NAMED + f"\r\nContent-Type: text/plain{charset}".encode()).form(octets), TYPE)
    assert part.text == text


@pytest.mark.parametrize(
    "name",
    [
        'filename="Zoë.png"'.encode(),
        'filename="Zoë.png"'.encode("latin-1"),
        'filename="写真.png"'.encode("shift-jis"),
        b"filename*=utf-8''Zo%C3%AB.png",
        b'filename="C:\\me\\a.png"',
        b'filename="a\\"b;c=d.png"',
        b'filename="a%22b.png"',
        b"filename=photo.png",
        b'filename=""; x=y',
    ],
)
def test_pc_24_a_file_is_a_file_whatever_the_name_of_it_is_written_in(ours: Client, name: bytes) -> None:
    image = Shape(b'Content-Disposition: form-data; name="ProfileImageFile"; ' + name)
    texts = [f'Content-Disposition: form-data; name="{it}"\r\n\r\n'.encode() + WILE[it].encode() for it in WILE]
    answer = ours.send("POST", content=image.form(IMAGE, *texts), headers={"content-type": TYPE})
    assert answer.status_code == 200, answer.text
    path = ours.tree(answer)["Uri"].removeprefix(ours.contacts)
    assert ours.send("GET", f"{path}/ProfileImage").content.startswith(b"\x89PNG")


REFUSED = {
    "no boundary at all": (b"", "no closing boundary"),
    "cut short": (b"--x\r\n" + NAMED + b"\r\n\r\na", "no closing boundary"),
    "cut short, of line feeds": (b"--x\n" + NAMED + b"\n\na", "its lines end with LF alone"),
    "line ends that change": (b"--x\n" + NAMED + b"\r\n\r\na\r\n--x--", "its lines end with LF alone"),
    "a boundary that goes on": (b"--xy\r\n" + NAMED + b"\r\n\r\na\r\n--x--", "neither a line end nor --"),
    "no head": (b"--x\r\n\r\na\r\n--x\r\n" + NAMED + b"\r\n\r\nb\r\n--x--", "has no head"),
    "no name": (Shape(b"Content-Type: text/plain").form(b"a"), "has no name"),
    "parts in a part": (Shape(NAMED + b"\r\nContent-Type: multipart/mixed; boundary=y").form(b""), "part of its own"),
    "base64": (Shape(NAMED + b"\r\nContent-Transfer-Encoding: base64").form(b"YQ=="), "Content-Transfer-Encoding"),
    "octets without a file's name": (Shape(NAMED).form(IMAGE), "'Title' is not UTF-8; a file is a part"),
}  # fmt: skip


@pytest.mark.parametrize("case", REFUSED)
def test_pc_5_what_is_refused_is_told(ours: Client, case: str) -> None:
    body, message = REFUSED[case]
    ((field, told),) = ours.errors(answer := ours.send("POST", content=body, headers={"content-type": TYPE}))
    assert (answer.status_code, field) == (400, "")
    assert message in told


names = st.sampled_from(["Title", "Labels[]", "né", 'a"b'])
data = st.binary(max_size=40).filter(lambda octets: b"--x" not in octets)


@given(st.lists(st.tuples(names, data), max_size=4), st.sampled_from([b"\r\n", b"\n"]), st.sampled_from([b"", b" "]))
def test_what_is_written_is_read(fields: list[tuple[str, bytes]], line: bytes, padding: bytes) -> None:
    form = b"".join(
        b"--x" + padding + line + f'Content-Disposition: form-data; filename=a; name="{quoted(name)}"'.encode()
        + line + line + octets + line
        for name, octets in fields
    ) + b"--x--"  # fmt: skip
    assert [(part.name, part.data) for part in parts(form, TYPE)] == fields


def quoted(name: str) -> str:
    return name.replace('"', '\\"')


@given(st.lists(st.sampled_from([b"--x", b"--", b"\r\n", b"\n", b" ", b"a", NAMED, b"\xff", b"\t"]), max_size=25))
def test_any_octets_are_parts_or_told(pieces: list[bytes]) -> None:
    with contextlib.suppress(ValueError):
        assert all(isinstance(part, Part) for part in parts(b"".join(pieces), TYPE))


# Files, whatever their part is called (PC-24) -------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["file", "data", "ProfileImageUrl", "ProfileImageFile[]", "image.jpg", "Title"])
@pytest.mark.parametrize("texts", [{}, {"ProfileImageFile": ""}, {"ProfileImageUrl": ""}, {"ProfileImageFile": "a"}])
def test_pc_24_a_file_alone_is_taken_whatever_its_name(ours: Client, name: str, texts: dict[str, str]) -> None:
    path = ours.create(WILE | texts, files={name: ("a.png", IMAGE)})
    assert ours.ask("GET", path)["ProfileImage"]
    path = ours.create()
    ours.ask("PUT", path, data=texts, files={name: ("a.png", IMAGE)})
    assert ours.ask("GET", path)["ProfileImage"]


@pytest.mark.parametrize("names", [("ProfileImageFile", "other"), ("one", "two"), ("ProfileImageFile",) * 2])
def test_pc_24_two_files_are_a_fault(ours: Client, names: tuple[str, str]) -> None:
    answer = ours.send("POST", data=WILE, files=[(name, ("a.png", IMAGE)) for name in names])
    ((field, message),) = ours.errors(answer)
    assert (answer.status_code, field) == (400, "ProfileImageFile")
    assert "more than one file" in message


@pytest.mark.parametrize("name", ["file", "ProfileImageUrl"])
def test_pc_24_a_file_beside_an_address_is_a_fault(ours: Client, name: str) -> None:
    texts = WILE | {"ProfileImageUrl": "https://example.com/a.png"}
    answer = ours.send("POST", data=texts, files={name: ("a.png", IMAGE)})
    ((field, message),) = ours.errors(answer)
    assert (answer.status_code, field) == (400, "ProfileImageUrl")
    assert "excludes" in message


@pytest.mark.parametrize("file", [("a.txt", b"no image"), ("a.png", b"")])
def test_pc_24_a_file_that_is_no_image_is_a_fault_whatever_its_name(ours: Client, file: tuple[str, bytes]) -> None:
    answer = ours.send("POST", data=WILE, files={"attachment": file})
    assert (answer.status_code, [field for field, _ in ours.errors(answer)]) == (400, ["ProfileImageFile"])


# Arrays (PC-5) --------------------------------------------------------------------------------------------------------

ARRAYS = {
    "Labels[]": [("Labels[]", "a"), ("Labels[]", "b")],
    "Labels[0]": [("Labels[0]", "a"), ("Labels[1]", "b")],
    "out of order": [("Labels[10]", "b"), ("Labels[9]", "a")],
    "numbers, then none": [("Labels[]", "b"), ("Labels[0]", "a")],
    "with an empty one": [("Labels[]", ""), ("Labels[]", "a"), ("Labels[]", " b ")],
    "beside the plain name": [("Labels", "a"), ("Labels[]", "b")],
    "repeated": [("Labels", "a"), ("Labels", "b")],
}


@pytest.mark.parametrize("kind", ["form", "multipart"])
@pytest.mark.parametrize("case", ARRAYS)
def test_pc_5_arrays_as_axios_php_and_rails_write_them(ours: Client, case: str, kind: str) -> None:
    pairs = [*((name, text) for name, text in WILE.items() if name != "Accounts"), ("Accounts[]", WILE["Accounts"])]
    path = created(ours, [*pairs, *ARRAYS[case]], kind)
    shown = ours.ask("GET", path)
    assert (shown["Labels"], [it["Id"] for it in shown["Accounts"]]) == (["a", "b"], [WILE["Accounts"]])


def created(ours: Client, pairs: list[tuple[str, str]], kind: str) -> str:
    """Create a contact with repeated fields, in either kind of form, and return its path."""
    if kind == "multipart":
        said = ours.ask("POST", files=[(name, (None, text)) for name, text in pairs])
    else:
        fields: dict[str, list[str]] = {}
        for name, text in pairs:
            fields.setdefault(name, []).append(text)
        said = ours.ask("POST", data=fields)
    return str(said["Uri"]).removeprefix(ours.contacts)


def test_pc_5_and_30_arrays_of_an_update(ours: Client) -> None:
    path = ours.create(WILE | {"Labels": "a,b"})
    ours.ask("PUT", path, data={"LabelsAdd[]": ["c", "d"], "LabelsRemove[0]": "b"})
    assert ours.ask("GET", path)["Labels"] == ["a", "c", "d"]
    ours.ask("PUT", path, json={"LabelsAdd[]": ["e"], "LabelsRemove[0]": "a"})
    assert ours.ask("GET", path)["Labels"] == ["c", "d", "e"]


@pytest.mark.parametrize(
    ("sent", "field", "message"),
    [
        ({"Labels[]": "a,b"}, "Labels", "comma"),
        ({"Accounts[]": "77"}, "Accounts", "77"),
        ({"Labels[]": ["x" * 101]}, "Labels", "101 characters"),
    ],
)
def test_pc_5_items_follow_the_rules_of_arrays(ours: Client, sent: dict[str, str], field: str, message: str) -> None:
    ((at_fault, told),) = ours.errors(ours.send("POST", data=WILE | sent))
    assert at_fault == field
    assert message in told


def test_pc_31_labels_cannot_be_set_as_a_whole_by_items_either(ours: Client) -> None:
    answer = ours.send("PUT", ours.create(), data={"Labels[]": "a"})
    assert [field for field, _ in ours.errors(answer)] == ["Labels"]
