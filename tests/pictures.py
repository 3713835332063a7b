"""Images for tests, made when they are needed: `from pictures import jpeg`."""

from __future__ import annotations

import zlib
from io import BytesIO
from struct import pack
from typing import Any

from PIL import Image, ImageCms

RED, GREEN, BLUE, YELLOW = (220, 30, 30), (30, 200, 30), (30, 30, 220), (230, 230, 40)


def scene(width: int, height: int) -> Image.Image:
    """A quarter each, from the top left in reading order: red, green, blue, yellow. Tells which way is up."""
    image = Image.new("RGB", (width, height), RED)
    middle, centre = width // 2, height // 2
    image.paste(GREEN, (middle, 0, width, centre))
    image.paste(BLUE, (0, centre, middle, height))
    image.paste(YELLOW, (middle, centre, width, height))
    return image


def busy(width: int, height: int) -> Image.Image:
    """As hard to compress as a photo of a meadow, and the same at every call."""
    column = bytes((x * x // 7 + x * 31) % 251 for x in range(997))
    noise = Image.frombytes("L", (997, 1), column).resize((width, 1), Image.Resampling.NEAREST)
    rows = Image.frombytes("L", (1, 991), bytes((y * y // 5 + y * 17) % 241 for y in range(991))).resize(
        (1, height), Image.Resampling.NEAREST
    )
    across, down = noise.resize((width, height)), rows.resize((width, height))
    return Image.merge("RGB", (across, down, Image.blend(across, down, 0.5)))


def encoded(image: Image.Image, kind: str, **options: Any) -> bytes:  # noqa: ANN401 (whatever Pillow's writer takes)
    file = BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


def jpeg(width: int = 64, height: int = 48, **options: Any) -> bytes:  # noqa: ANN401
    return encoded(scene(width, height), "JPEG", **options)


def png(width: int = 64, height: int = 48, **options: Any) -> bytes:  # noqa: ANN401
    return encoded(scene(width, height), "PNG", **options)


def gif(width: int = 64, height: int = 48, **options: Any) -> bytes:  # noqa: ANN401
    return encoded(scene(width, height).quantize(8), "GIF", **options)


def webp(width: int = 64, height: int = 48, **options: Any) -> bytes:  # noqa: ANN401
    return encoded(scene(width, height), "WEBP", **options)


def animated_gif(width: int = 64, height: int = 48) -> bytes:
    """The scene, then the scene upside down twice."""
    first = scene(width, height)
    turned = first.transpose(Image.Transpose.ROTATE_180)
    return encoded(
        first.quantize(8), "GIF", save_all=True, append_images=[turned.quantize(8), first.quantize(8)], duration=100
    )


def animated_webp(width: int = 64, height: int = 48) -> bytes:
    """The scene, then the scene upside down."""
    first = scene(width, height)
    return encoded(first, "WEBP", save_all=True, append_images=[first.transpose(Image.Transpose.ROTATE_180)])


def exif(orientation: int = 1, *, gps: bool = False) -> Image.Exif:
    """Exif data as a telephone writes it, with the place where the photo was taken if asked for."""
    block = Image.Exif()
    block[274] = orientation
    block[271] = "Telltale Cameras"
    if gps:
        block.get_ifd(0x8825).update({1: "N", 2: (51.0, 28.0, 38.0), 3: "W", 4: (0.0, 0.0, 5.0)})
    return block


def chunk(name: bytes, body: bytes = b"") -> bytes:
    """A PNG chunk with its checksum."""
    return pack(">I", len(body)) + name + body + pack(">I", zlib.crc32(body, zlib.crc32(name)))


def raw_png(  # noqa: PLR0913 (the fields of the format)
    width: int, height: int, depth: int, colour: int, rows: bytes, *chunks: bytes, interlace: int = 0
) -> bytes:
    """A PNG written by hand: `rows` as the format wants them, each with its filter octet."""
    header = pack(">IIBBBBB", width, height, depth, colour, 0, 0, interlace)
    parts = (chunk(b"IHDR", header), *chunks, chunk(b"IDAT", zlib.compress(rows)), chunk(b"IEND"))
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


def swapped_profile() -> bytes:
    """An RGB profile whose red is blue and whose blue is red: an image that honours it shows so."""
    srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    return srgb.replace(b"rXYZ", b"-XYZ").replace(b"bXYZ", b"rXYZ").replace(b"-XYZ", b"bXYZ")


def linear_gray_profile() -> bytes:
    """A gray profile without gamma: its 128 is a light gray, 188, in sRGB (ICC.1:2022 sections 7 and 10)."""
    white = b"XYZ \0\0\0\0" + pack(">3i", 0xF6D6, 0x10000, 0xD32D)
    curve = b"curv\0\0\0\0" + pack(">I", 0)
    text = b"text\0\0\0\0by hand\0"
    tags, bodies, at = b"", b"", 128 + 4 + 12 * 3
    for name, body in ((b"wtpt", white), (b"kTRC", curve), (b"cprt", text)):
        tags += name + pack(">II", at + len(bodies), len(body))
        bodies += body
    size = at + len(bodies)
    header = pack(">I4sI4s4s4s", size, b"none", 0x02200000, b"mntr", b"GRAY", b"XYZ ")
    header += b"\0" * 12 + b"acsp" + b"\0" * 28 + pack(">3i", 0xF6D6, 0x10000, 0xD32D)
    return header.ljust(128, b"\0") + pack(">I", 3) + tags + bodies
