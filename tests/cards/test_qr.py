"""CW-51: QR codes of cards, read back by the readers that phones have: zbar's and ZXing's."""

from __future__ import annotations

import io
import random
from typing import TYPE_CHECKING

import pytest
import zxingcpp
from PIL import Image

from cardwright import vcard
from cardwright.cards import contact_of, write_contact
from cardwright.cards.qr import QrCode, code_of, code_of_card
from cardwright.contact.model import Address, Contact, Email, Name, Phone, Photo, Website

if TYPE_CHECKING:
    from collections.abc import Sequence

pyzbar = pytest.importorskip("pyzbar.pyzbar", reason="there is no libzbar0", exc_type=ImportError)
FIRST = ("Wile", "Zoë", "Jürgen", "花子", "Søren", "Łukasz", "Ægir", "محمد", "Ωmega", "😀 Smile", "Ñandú")
LAST = ("Coyote", "Müller", "山田", "O'Neil; Sons, Ltd.", "Škvorecký", "Ђорђевић", "ß", "李", "Back\\slash", "🦊")
NOTES = ("", "A line\nand another", "Grüße aus Köln", "日本語のメモ", "emoji 👩‍👩‍👧 family", "ü" * 200, "x" * 900)
ORGANIZATIONS = ("", "Acme", "Œuvre & Cie", "東京, 株式会社", "Ξένος")


def random_contact(seed: int) -> Contact:
    dice = random.Random(seed)  # noqa: S311 - the same cards in every run
    phones = [Phone(f"805{dice.randrange(10**7):07}", label, "US") for label in ("work", "mobile", "my own", "日本")]
    emails = [Email("wile@example.com", "home"), Email("jürgen@exämple.com")]
    addresses = [Address("1 Road\nDesert"), Address("Straße 1", "home", "Köln", "", "50667", "Deutschland")]
    websites = [Website("https://example.com/?a=1,2;b=3"), Website("https://münchen.example/ü", "Büro")]
    return Contact(
        Name(dice.choice(FIRST), dice.choice(LAST), "", dice.choice(("", "Dr.")), ""),
        dice.choice(ORGANIZATIONS),
        dice.choice(("", "Chef", "社長")),
        dice.choice(NOTES),
        some(dice, phones),
        some(dice, emails),
        some(dice, addresses),
        some(dice, websites),
        Photo("image/jpeg", b"\xff\xd8\xff"),
        ("VIP",),
        "urn:uuid:4fbe8971-0bc3-424c-9c26-36c3e1eff6b1",
        "20261123T093000Z",
    )


def some(dice: random.Random, members: Sequence[object]) -> tuple:
    return tuple(dice.sample(members, dice.randint(0, len(members))))


def bare(contact: Contact) -> Contact:
    return contact._replace(photo=None, labels=(), uid="", revision="")


def read_back(code: QrCode) -> list[bytes]:
    image = Image.open(io.BytesIO(code.png()))
    return [
        *(one.bytes for one in zxingcpp.read_barcodes(image, formats=zxingcpp.BarcodeFormat.QRCode)),
        *(one.data for one in pyzbar.decode(image, symbols=[pyzbar.ZBarSymbol.QRCODE])),
    ]


@pytest.mark.parametrize("seeds", [range(start, start + 20) for start in range(0, 100, 20)], ids=str)
def test_both_readers_give_the_card(seeds: range) -> None:
    for seed in seeds:
        contact = random_contact(seed)
        code = code_of_card(contact)
        assert code
        shown = bare(contact)._replace(note="" if code.lacks_note else contact.note)
        card = write_contact(shown, "3.0")
        assert read_back(code) == [card, card], seed
        said = contact_of(next(vcard.read(card)))
        assert (said.name, said.photo, said.labels, said.uid) == (contact.name, None, (), "")


SIZES = {  # octets, and whether the text is ASCII: level and version
    "the most of level M": ("x" * 412, ("m", "15-M")),
    "one more": ("x" * 413, ("l", "13-L")),
    "the most of level L": ("x" * 1273, ("l", "25-L")),
    "the most of level M, not ASCII": ("é" + "x" * 409, ("m", "15-M")),
    "one more, not ASCII": ("é" + "x" * 410, ("l", "13-L")),
    "the most of level L, not ASCII": ("é" + "x" * 1270, ("l", "25-L")),
    "little": ("x", ("m", "1-M")),
}


@pytest.mark.parametrize("size", SIZES)
def test_levels(size: str) -> None:
    text, (level, designator) = SIZES[size]
    code = code_of(text)
    assert code
    assert code.level == level
    assert code._drawn().designator == designator  # noqa: SLF001 - what a reader does not tell
    assert read_back(code) == [text.encode()] * 2


@pytest.mark.parametrize("text", ["x" * 1274, "é" + "x" * 1271, "x" * 100_000])
def test_what_does_not_fit_has_no_code(text: str) -> None:
    assert code_of(text) is None


def test_a_note_that_does_not_fit_is_left_out() -> None:
    contact = Contact(Name("Wile", "Coyote"), note="x" * 2_000)
    code = code_of_card(contact)
    assert code
    assert code.lacks_note
    assert code == code_of_card(contact._replace(note=""))._replace(lacks_note=True)
    assert code_of_card(contact._replace(title="x" * 2_000)) is None
    assert code_of_card(contact._replace(title="x" * 2_000, note="")) is None


def test_it_is_black_on_white_with_a_border_of_four_modules() -> None:
    code = code_of("x")
    image = Image.open(io.BytesIO(code.png())).convert("L")
    assert image.size == ((21 + 8) * 8,) * 2
    assert {colour for _, colour in image.getcolors()} == {0, 255}
    assert image.crop((0, 0, 32, 232)).getextrema() == (255, 255)
    assert image.getpixel((32, 32)) == 0
    svg = code.svg().decode()
    assert 'viewBox="0 0 29 29"' in svg
    assert '<path fill="#fff" d="M0 0h29v29h-29z"/>' in svg
    assert "<script" not in svg
    assert "style" not in svg
