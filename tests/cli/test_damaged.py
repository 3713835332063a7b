"""However a store is damaged, a command says so in one line, and `check` finds it."""

from __future__ import annotations

import asyncio
import contextlib
import random
from typing import TYPE_CHECKING

import apsw
import pytest

from cardwright.cli import main
from cardwright.store import open_store
from serving import run
from store.acme import RICH, book_of

if TYPE_CHECKING:
    from pathlib import Path

FILE = "cardwright.sqlite3"
PAGE = 4096


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, bytes]:
    """The SID of an account, and a store with everything an account may have."""
    data = tmp_path_factory.mktemp("sound")

    async def fill() -> str:
        async with open_store(data) as store:
            book = await book_of(store)
            for number in range(40):
                await book.keep(RICH._replace(uid=f"urn:uuid:{number}"))
            await book.create(image_file=b"GIF" + bytes(10_000))
            await book.patch("1", title="Other")
            await book.contacts.delete(book.sid, "1000", "2", by="test")
            return book.sid

    return asyncio.run(fill()), (data / FILE).read_bytes()


def damaged(store: bytes, chance: random.Random) -> bytes:
    """A store with an octet, a line, a page or all of the rest that is not as it was written."""
    first = chance.randrange(len(store))
    match chance.randrange(4):
        case 0:
            return store[:first]
        case 1:
            size, first = PAGE, first // PAGE * PAGE
        case 2:
            size = 1
        case _:
            size = chance.randrange(2, 100)
    octets = bytes([chance.choice((0x00, 0x55, 0xFF))]) * size if chance.randrange(2) else chance.randbytes(size)
    return store[:first] + octets + store[first + size :]


@pytest.mark.parametrize("seed", range(60))
def test_a_damaged_store_ends_no_command_with_a_traceback(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], sound: tuple[str, bytes], seed: int
) -> None:
    sid, store = sound
    store = damaged(store, random.Random(seed))  # noqa: S311 - where the damage is
    for command in (
        ["check"],
        ["account", "list"],
        ["contact", "list", sid, "1000", "--search", "jose"],
        ["export", sid, "1000", "--format", "csv", "-o", str(tmp_path / "out")],
        ["contact", "restore", sid, "1000", "2"],
        ["account", "remove", sid],
    ):
        data = tmp_path / command[0] / command[-1].rpartition("/")[2]
        data.mkdir(0o700, parents=True)
        (data / FILE).write_bytes(store)
        (data / FILE).chmod(0o600)
        with contextlib.suppress(SystemExit):
            main([*command, "--data", str(data)])
        assert capsys.readouterr().err.count("\n") <= 1


@pytest.mark.parametrize(
    ("damage", "fault"),
    [
        ("UPDATE contact SET first = CAST(x'4aff' AS TEXT)", "contact holds a text that is not UTF-8"),
        ("UPDATE contact SET more = '[\"cut'", f"contact {1 << 40 | 1} cannot be read"),
        ("UPDATE contact SET more = '[7]'", f"contact {1 << 40 | 1} cannot be read"),
        ("UPDATE contact SET created = 1 << 60", f"contact {1 << 40 | 1} has no such time"),
        ("UPDATE contact SET updated = -1 << 60", f"contact {1 << 40 | 1} has no such time"),
        ("UPDATE account SET name = CAST(x'ff' AS TEXT)", "account holds a text that is not UTF-8"),
        ("UPDATE account SET created = 1 << 60", "has no such time"),
        ("UPDATE token SET created = 1 << 60", "has no such time"),
    ],
)
def test_damage_within_a_value_is_found(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], sound: tuple[str, bytes], damage: str, fault: str
) -> None:
    """SQLite finds all of these in order: a value is what it says."""
    sid, store = sound
    (tmp_path / FILE).write_bytes(store)
    (tmp_path / FILE).chmod(0o600)
    with contextlib.closing(apsw.Connection(str(tmp_path / FILE))) as connection:
        connection.execute(damage).close()
    done = run("check", data=tmp_path)
    assert (done.returncode, done.stderr) == (1, "")
    assert fault in done.stdout
    reading = {"account": (["account", "list"],), "token": (["token", "list", sid],)}
    contacts = ["export", sid, "1000", "--format", "json"], ["contact", "list", sid, "1000"]
    for command in reading.get(damage.split()[1], (*contacts, ["contact", "show", sid, "1000", "1"])):
        with pytest.raises(SystemExit) as ended:
            main([*command, "--data", str(tmp_path)])
        told = capsys.readouterr().err
        assert (ended.value.code, told.count("\n")) == (1, 1), told
        assert f"the store in {tmp_path} is damaged: " in told
