"""CC-11, CC-27, CC-28, E1518 and E1520: photos from an address to the card, against real servers."""

from __future__ import annotations

import asyncio
import json
import shutil
import subprocess
from io import BytesIO
from struct import pack
from typing import TYPE_CHECKING

import pytest
import vobject
from PIL import Image

from createcontact_client import post
from peers import images
from pictures import animated_gif, busy, encoded, exif, gif, jpeg, png, raw_png, scene, webp
from serving import Served, run, serve
from surfaces.createcontact.cases import EXAMPLE
from surfaces.createcontact.photo_client import UNREACHABLE, ask, photo_of, refused

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from peers.images import ImageServer, Reply

TOO_LARGE = "photo-url: The photo is too large."
UNREADABLE = "photo-url: The photo is no GIF, JPEG or PNG."
ELSEWHERE = "127.0.0.2"  # this machine too, but outside of --fetch-allow: nothing is ever dialled outside of loopback


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A server that takes photos from this machine."""
    with serve(tmp_path_factory.mktemp("photos"), "--fetch-allow", "127.0.0.1/32") as served:
        yield served


@pytest.fixture(scope="module")
def source() -> Iterator[ImageServer]:
    with images.serving() as served:
        yield served


def palette_with_transparency() -> bytes:
    image = scene(64, 48).quantize(8)
    return encoded(image, "PNG", transparency=image.getpixel((0, 0)))


def sixteen_bit() -> bytes:
    """A PNG with sixteen bits a sample, a quarter red, as `scene` has it."""
    row = b"\0" + pack(">3H", 220 * 257, 30 * 257, 30 * 257) * 64
    return raw_png(64, 48, 16, 2, row * 48)


# What is taken: the image, the size of the photo, and the colour of its top left corner.
RED = (220, 30, 30)
TAKEN: dict[str, tuple[Callable[[], bytes], tuple[int, int], tuple[int, int, int]]] = {
    "JPEG": (jpeg, (64, 48), RED),
    "PNG": (png, (64, 48), RED),
    "GIF": (gif, (64, 48), RED),
    "animated GIF, its first frame": (animated_gif, (64, 48), RED),
    "JPEG of 24 megapixels": (lambda: jpeg(6000, 4000), (512, 341), RED),
    "CMYK JPEG": (lambda: encoded(scene(64, 48).convert("CMYK"), "JPEG"), (64, 48), RED),
    "16-bit PNG": (sixteen_bit, (64, 48), RED),
    "palette with transparency, on white": (palette_with_transparency, (64, 48), (255, 255, 255)),
    "upside down, turned upright": (
        lambda: encoded(scene(64, 48).transpose(Image.Transpose.ROTATE_180), "JPEG", exif=exif(3)),
        (64, 48),
        RED,
    ),
    "polyglot GIF, its image alone": (lambda: gif() + b"<script>alert(1)</script>", (64, 48), RED),
}


@pytest.mark.parametrize(("make", "size", "corner"), TAKEN.values(), ids=TAKEN)
def test_cc_27_every_kind_becomes_a_small_jpeg(
    server: Served, source: ImageServer, make: Callable[[], bytes], size: tuple[int, int], corner: tuple[int, int, int]
) -> None:
    source.replies["/taken"] = images.ok(make(), {"Cache-Control": "no-store", "Content-Type": "text/html"})
    photo = photo_of(ask(server, source.url("/taken")).content)
    assert photo is not None
    assert len(photo) <= 100 * 1024
    assert b"<script" not in photo
    with Image.open(BytesIO(photo)) as image:
        assert (image.format, image.mode, image.size) == ("JPEG", "RGB", size)
        seen = image.getpixel((4, 4))
        assert isinstance(seen, tuple)
        assert all(abs(is_ - should) < 25 for is_, should in zip(seen, corner, strict=True)), seen


# What is refused: the answer of the image's server, and the text of E1518.
REFUSED: dict[str, tuple[Callable[[], Reply], str]] = {
    "truncated JPEG": (lambda: images.ok(jpeg()[:-20]), UNREADABLE),
    "PNG bomb": (lambda: images.ok(raw_png(30_000, 30_000, 8, 2, bytes(1_000_000))), TOO_LARGE),
    "SVG": (lambda: images.ok(b'<svg xmlns="http://www.w3.org/2000/svg"/>', {"Content-Type": "image/png"}), UNREADABLE),
    "HTML named .jpg": (lambda: images.ok(b"<!doctype html><title>x</title>"), UNREADABLE),
    "polyglot GIF of JavaScript": (lambda: images.ok(b"GIF89a/*\0\0\0\0;*/=1;alert(1)"), UNREADABLE),
    "WebP": (lambda: images.ok(webp(), {"Content-Type": "image/jpeg"}), UNREADABLE),
    "BMP": (lambda: images.ok(encoded(scene(9, 9), "BMP"), {"Content-Type": "image/jpeg"}), UNREADABLE),
    "zero octets": (lambda: images.ok(b""), UNREADABLE),
    "endless body": (images.endless, TOO_LARGE),
    "endless head": (images.endless_head, UNREACHABLE),
    "announced over 10 MiB": (lambda: images.endless({"Content-Length": str(10 * 1024 * 1024 + 1)}), TOO_LARGE),
    "gzip bomb": (lambda: images.compressed(bytes(50_000_000)), TOO_LARGE),
    "Content-Length too large": (lambda: images.cut_short(jpeg()), UNREACHABLE),
    "Content-Length too small": (lambda: images.ok(jpeg(), {"Content-Length": "100"}), UNREADABLE),
    "Content-Length twice": (
        lambda: images.raw(b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nGIF89a"),
        UNREACHABLE,
    ),
    "chunks cut short": (lambda: images.chunked([jpeg()], last=b""), UNREACHABLE),
    "not found": (lambda: images.not_found, UNREACHABLE),
    "redirect loop": (lambda: images.redirect("/refused.jpg"), UNREACHABLE),
    "redirect to a file": (lambda: images.redirect("file:///etc/passwd"), UNREACHABLE),
    "no HTTP": (lambda: images.raw(b"SSH-2.0-OpenSSH_9.2\r\n"), UNREACHABLE),
}


@pytest.mark.parametrize(("make", "said"), REFUSED.values(), ids=REFUSED)
def test_e1518_tells_one_of_three_things(
    server: Served, source: ImageServer, make: Callable[[], Reply], said: str
) -> None:
    source.replies["/refused.jpg"] = make()
    refused(ask(server, source.url("/refused.jpg")), said)


@pytest.mark.parametrize(
    "url",
    [
        *("john.jpg", "//127.0.0.1/john.jpg", "ftp://127.0.0.1/john.jpg", "file:///etc/passwd", "data:image/png,x"),
        *("http://", "http://user@127.0.0.1/", "http://2130706433/", "http://127.1/", "http://[::1%25lo]/"),
        "http://a b/",
    ],
)
def test_e1518_addresses_of_a_wrong_form_cannot_be_fetched(server: Served, url: str) -> None:
    refused(ask(server, url))


async def refused_before_any_connect(server: Served, source: ImageServer) -> None:
    """A photo at ELSEWHERE is refused by its address and by a redirect, and nobody connects."""
    connected = asyncio.Event()

    def count(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        connected.set()
        writer.close()

    async with await asyncio.start_server(count, ELSEWHERE, 0) as listener:
        port = listener.sockets[0].getsockname()[1]
        url = f"http://{ELSEWHERE}:{port}/john.jpg"
        source.replies["/away.jpg"] = images.redirect(url)
        for asked in (url, source.url("/away.jpg")):
            refused(await asyncio.to_thread(ask, server, asked))
        assert not connected.is_set()
        _, writer = await asyncio.open_connection(ELSEWHERE, port)
        await connected.wait()  # it would have been seen
        writer.close()
        await writer.wait_closed()


async def test_e1518_a_redirect_to_a_private_address_is_refused_before_any_connect(
    server: Served, source: ImageServer
) -> None:
    asked = source.asked("/away.jpg")
    await refused_before_any_connect(server, source)
    assert source.asked("/away.jpg") == asked + 1


@pytest.mark.parametrize("options", [(), ("--no-fetch",), ("--no-fetch", "--fetch-allow", "127.0.0.0/8")])
async def test_e1518_servers_that_fetch_nothing_from_here(
    tmp_path: Path, source: ImageServer, options: tuple[str, ...]
) -> None:
    source.replies["/john.jpg"] = images.ok(jpeg())
    before = len(source.requests)
    with serve(tmp_path, *options) as server:
        await refused_before_any_connect(server, source)
        refused(await asyncio.to_thread(ask, server, source.url("/john.jpg")))
    assert len(source.requests) == before


def test_cc_31_a_photo_is_fetched_only_when_all_else_is_right(server: Served, source: ImageServer) -> None:
    url = source.url("/late.jpg")
    codes = [
        ask(server, url, "?version=9").json()["error-code"],
        ask(server, url, title="x" * 256).json()["error-code"],
        ask(server, url, name={"first-name": "O'Brien"}).json()["error-code"],
    ]
    assert codes == ["E100", "E1519", "E1516"]
    assert source.asked("/late.jpg") == 0


def test_cc_27_the_place_where_a_photo_was_taken_is_gone(server: Served, source: ImageServer, tmp_path: Path) -> None:
    told = encoded(scene(64, 48), "JPEG", exif=exif(gps=True), comment=b"51.4778 N")
    source.replies["/gps.jpg"] = images.ok(told)
    photo = photo_of(ask(server, source.url("/gps.jpg")).content)
    assert photo is not None
    assert not [mark for mark in (b"Exif", b"Telltale", b"51.4778", b"\xff\xe1") if mark in photo]
    with Image.open(BytesIO(photo)) as image:
        assert not image.getexif()
    if not (exiftool := shutil.which("exiftool")):
        pytest.skip("looked at with Pillow alone: exiftool is not installed (libimage-exiftool-perl)")
    (tmp_path / "photo.jpg").write_bytes(photo)
    (tmp_path / "told.jpg").write_bytes(told)
    said = subprocess.run(
        [exiftool, "-json", "-G", tmp_path / "told.jpg", tmp_path / "photo.jpg"], capture_output=True, check=True
    )
    before, after = ({name.split(":")[0] for name in it} for it in json.loads(said.stdout))
    assert {"EXIF", "Composite"} <= before
    assert not {"EXIF", "XMP", "IPTC", "ICC_Profile", "MakerNotes"} & after


@pytest.mark.parametrize("version", ["2.1", "3.0", "4.0"])
@pytest.mark.parametrize("limit", [300_000, 60_000, 20_000, 20_001, 20_002, 20_003, 5_000])
def test_cc_28_holds_to_the_octet(server: Served, source: ImageServer, limit: int, version: str) -> None:
    source.replies["/large.jpg"] = images.ok(encoded(busy(2000, 1500), "JPEG"), {"Cache-Control": "max-age=600"})
    answer = ask(server, source.url("/large.jpg"), f"?version={version}&max-bytes={limit}")
    assert answer.status_code == 200
    assert min(limit, 70_000) * 0.6 < len(answer.content) <= limit  # 70,000: the photo at its largest
    assert b"PHOTO" in answer.content


def test_cc_28_the_limit_is_met_exactly_or_the_photo_shrinks(server: Served, source: ImageServer) -> None:
    source.replies["/exact.jpg"] = images.ok(encoded(busy(400, 300), "JPEG"), {"Cache-Control": "max-age=600"})
    whole = ask(server, source.url("/exact.jpg")).content
    assert ask(server, source.url("/exact.jpg"), f"?max-bytes={len(whole)}").content == whole
    smaller = ask(server, source.url("/exact.jpg"), f"?max-bytes={len(whole) - 1}").content
    assert b"PHOTO" in smaller
    assert len(smaller) < len(whole)


def test_cc_28_the_photo_is_dropped_if_it_must_be_and_then_e1520(server: Served, source: ImageServer) -> None:
    source.replies["/dropped.jpg"] = images.ok(jpeg())
    url, bare = source.url("/dropped.jpg"), post(server, EXAMPLE).content
    assert ask(server, url, f"?max-bytes={len(bare)}").content == bare
    for limit in (len(bare) - 1, 200):
        answer = ask(server, url, f"?max-bytes={limit}")
        assert (answer.status_code, answer.json()["error-code"]) == (400, "E1520")
        assert f"{len(bare)} octets" in answer.json()["error-info"]


def test_cc_27_a_reader_finds_the_photo_and_two_runs_give_the_same_bytes(
    server: Served, source: ImageServer, tmp_path: Path
) -> None:
    data = encoded(busy(3000, 4000), "JPEG")
    source.replies["/tall.jpg"] = images.ok(data, {"Cache-Control": "no-store"})
    first, second = (ask(server, source.url("/tall.jpg")).content for _ in range(2))
    assert first == second
    assert source.asked("/tall.jpg") == 2
    assert max(map(len, first.split(b"\r\n"))) <= 75
    read = vobject.readOne(first.decode()).photo
    assert read.params == {"ENCODING": ["b"], "TYPE": ["JPEG"]}
    with Image.open(BytesIO(read.value)) as image:
        image.load()
        assert (image.format, image.size) == ("JPEG", (384, 512))
    (tmp_path / "tall.jpg").write_bytes(data)
    said = run("card", "--photo", str(tmp_path / "tall.jpg"), text=json.dumps(EXAMPLE))
    assert said.stdout.encode() == first.replace(b"\r\n", b"\n")


def test_card_takes_a_photo_as_the_server_does(tmp_path: Path) -> None:
    (tmp_path / "not.jpg").write_bytes(webp())
    for arguments, said in (
        (("--photo", str(tmp_path / "not.jpg")), "The photo is no GIF, JPEG or PNG."),
        (("--photo", str(tmp_path / "none.jpg")), "No such file or directory"),
    ):
        done = run("card", *arguments, text=json.dumps(EXAMPLE))
        assert (done.returncode, done.stdout, done.stderr.count("\n")) == (1, "", 1)
        assert said in done.stderr
