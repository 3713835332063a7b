"""A disk that is really full: a small one in memory, mounted for the test where that is permitted."""

from __future__ import annotations

import asyncio
import shutil
import subprocess
from contextlib import suppress
from typing import TYPE_CHECKING

import pytest

from cardwright.cli.files import replacing
from cardwright.errors import StoreFullError
from cardwright.store import open_store
from store.acme import book_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from store.acme import Book


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    mount, umount = shutil.which("mount"), shutil.which("umount")
    if not mount or not umount:
        pytest.skip("there is no mount here")
    mounted = subprocess.run(
        [mount, "-t", "tmpfs", "-o", "size=2m,mode=0700", "tmpfs", str(tmp_path)], check=False, capture_output=True
    )
    if mounted.returncode:
        pytest.skip("mounting is not permitted here")
    yield tmp_path
    subprocess.run([umount, str(tmp_path)], check=True)


async def test_a_full_disk_keeps_what_is_there_and_takes_more_once_there_is_room(small_disk: Path) -> None:
    ballast = small_disk / "ballast"
    ballast.write_bytes(bytes(500_000))
    async with open_store(small_disk) as store:
        book = await book_of(store)
        made = await filled(book)
        assert set(made) <= set(await book.found())
        assert await store.check() == []
        ballast.unlink()
        made.append(await book.create())
        assert set(made) <= set(await book.found())
    async with open_store(small_disk) as store:
        assert await store.check() == []


async def filled(book: Book) -> list[str]:
    """Create contacts with images, a few at a time, until one is refused; return the ids of the others."""
    made: list[str] = []
    while True:
        images = [b"GIF %d-%d" % (len(made), n) + bytes(10_000) for n in range(4)]
        outcomes = await asyncio.gather(*(book.create(image_file=image) for image in images), return_exceptions=True)
        made += [outcome for outcome in outcomes if isinstance(outcome, str)]
        refused = [outcome for outcome in outcomes if not isinstance(outcome, str)]
        assert all(isinstance(outcome, StoreFullError) for outcome in refused)
        if refused:
            return made


async def test_a_backup_without_room_names_the_disk_that_is_full(
    small_disk: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    async with open_store(tmp_path_factory.mktemp("data")) as store:
        await (await book_of(store)).create(image_file=b"GIF" + bytes(3_000_000))
        with pytest.raises(StoreFullError, match=f"no room to write {small_disk / 'copy'}: free"):
            await store.backup(small_disk / "copy")
    assert not (small_disk / "copy").exists()


def test_a_file_without_room_is_named_and_what_was_there_stays(small_disk: Path) -> None:
    report = small_disk / "report.csv"
    report.write_text("of before")
    with suppress(OSError), (small_disk / "ballast").open("wb") as ballast:
        while True:
            ballast.write(bytes(4_096))
    with pytest.raises(OSError, match="No space left") as caught, replacing(report, keep=True) as out:
        out.write(b"x" * 100_000)
    assert caught.value.filename == str(report)
    assert [report.read_text(), sorted(file.name for file in small_disk.iterdir())] == [
        "of before",
        ["ballast", "report.csv"],
    ]
