"""CC-27 and PC-25: no metadata gets through, location above all."""

from __future__ import annotations

import json
import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest
from PIL import PngImagePlugin

from cardwright.photo.accept import accept
from cardwright.photo.kinds import ImageKind
from cardwright.photo.render import render
from pictures import chunk, encoded, exif, scene, swapped_profile

if TYPE_CHECKING:
    from pathlib import Path

_XMP = b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><exif:GPSLatitude>51,28.38N</exif:GPSLatitude></x:xmpmeta>'


def telltale(kind: str) -> bytes:
    """An image that says where it was taken in every way its kind knows."""
    if kind == "GIF":
        said = encoded(scene(64, 48).quantize(8), "GIF", comment=b"Telltale 51.4778 N")
        return said[:-1] + b"!\xff\x0bXMP DataXMP\x10" + b"Telltale 51.4778" + b"\0;"
    if kind == "PNG":
        texts = PngImagePlugin.PngInfo()
        texts.add_text("Location", "Telltale 51.4778 N")
        texts.add_text("Place", "Telltale 51.4778 N", zip=True)
        texts.add_itxt("XML:com.adobe.xmp", _XMP)
        said = encoded(
            scene(64, 48), kind, exif=exif(gps=True), pnginfo=texts, icc_profile=swapped_profile(), dpi=(72, 72)
        )
        return said[:-12] + chunk(b"tIME", b"\x07\xea\1\1\1\1\1") + said[-12:]
    options = {"comment": b"Telltale 51.4778 N"} if kind == "JPEG" else {}
    return encoded(scene(64, 48), kind, exif=exif(gps=True), xmp=_XMP, icc_profile=swapped_profile(), **options)


def made() -> dict[str, bytes]:
    """All that comes out of them, by file name."""
    files = {}
    for kind in ImageKind:
        data = telltale(kind)
        assert b"Telltale" in data
        files[f"{kind}-rendered.jpg"] = render(data, formats=ImageKind)
        files[f"{kind}-accepted.{kind.lower()}"] = accept(data, ImageKind).data
    return files


MARKS = [b"Exif", b"EXIF", b"eXIf", b"http://ns.adobe", b"xmpmeta", b"XMP", b"ICC_PROFILE", b"ICCP", b"iCCP", b"tEXt"]
MARKS += [
    b"zTXt",
    b"iTXt",
    b"tIME",
    b"pHYs",
    b"Telltale",
    b"51.4778",
    b"Photoshop",
    b"\xff\xe1",
    b"\xff\xe2",
    b"\xff\xfe",
]


@pytest.mark.parametrize(("name", "data"), list(made().items()))
def test_no_mark_of_metadata_is_left(name: str, data: bytes) -> None:
    pixels = data.find(b"\xff\xda") if data.startswith(b"\xff\xd8") else len(data)
    marks = [mark for mark in MARKS if mark in data[:pixels]]
    if not name.endswith(".jpg") and not name.endswith(".jpeg"):
        marks = [mark for mark in marks if len(mark) > 2]  # two octets are a marker in a JPEG alone
    assert not marks


@pytest.mark.skipif(not shutil.which("exiftool"), reason="exiftool is not installed (libimage-exiftool-perl)")
def test_exiftool_finds_no_metadata(tmp_path: Path) -> None:
    said = {f"{kind}-sent": telltale(kind) for kind in ImageKind}
    for name, data in (made() | said).items():
        (tmp_path / name).write_bytes(data)
    found = subprocess.run(
        ["exiftool", "-json", "-groupNames", "-all", *sorted(tmp_path.iterdir())],  # noqa: S607 (as installed)
        capture_output=True,
        check=True,
    )
    for tags in json.loads(found.stdout):
        groups = {tag.partition(":")[0] for tag in tags}
        if tags["SourceFile"].endswith("-sent"):
            assert "GPSLatitude" in str(tags) or "51.4778" in str(tags), tags
        else:
            plain = {"SourceFile", "ExifTool", "File", "JFIF", "PNG", "GIF", "RIFF", "Composite"}
            assert groups <= plain, tags
            assert not [tag for tag in tags if "GPS" in tag or "Comment" in tag or "Warning" in tag], tags
