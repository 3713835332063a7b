"""CC-2a, PC-3: what the keyring remembers, and what it must not."""

from __future__ import annotations

import asyncio
import contextlib
from datetime import date
from typing import TYPE_CHECKING

from cardwright.book import keyring as module
from cardwright.book.accounts import digest
from cardwright.book.keyring import Keyring, TokenAccess

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    import pytest


class Store:
    """Knows every key that begins with `good`; a look-up can be made to wait."""

    def __init__(self) -> None:
        self.changed: Callable[[], None] = lambda: None
        self.may_answer = asyncio.Event()
        self.may_answer.set()
        self.known: dict[bytes, str] = {}

    async def account_of_key(self, hashed: bytes) -> str | None:
        found = self.known.get(hashed)
        await self.may_answer.wait()
        return found

    async def access_of_token(self, sid: str, hashed: bytes) -> TokenAccess | None:
        return TokenAccess(sid, read_only=False, token_id="t") if hashed in self.known else None

    async def watch(self, changed: Callable[[], None]) -> None:
        self.changed = changed
        await asyncio.Event().wait()


@contextlib.asynccontextmanager
async def watched(store: Store) -> AsyncIterator[Keyring]:
    keyring = Keyring(store)
    watch = asyncio.create_task(keyring.watch())
    await asyncio.sleep(0)
    yield keyring
    watch.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await watch


async def test_what_was_read_before_a_change_is_not_remembered_after_it() -> None:
    store = Store()
    store.known[digest("key")] = "IR1"
    async with watched(store) as keyring:
        store.may_answer.clear()
        reading = asyncio.create_task(keyring.look_up_key("key"))
        await asyncio.sleep(0)
        store.changed()  # the key was reset while the answer was on its way
        store.may_answer.set()
        assert await reading == "IR1"
        assert keyring.account_for_key("key") is None


async def test_strangers_do_not_fill_the_memory() -> None:
    async with watched(Store()) as keyring:
        for n in range(100):
            assert await keyring.look_up_key(f"made up {n}") is None
            assert await keyring.look_up_token("IR1", f"made up {n}") is None
        assert not keyring._accounts  # noqa: SLF001 - the memory itself
        assert not keyring._accesses  # noqa: SLF001


async def test_the_memory_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_ROOM", 10)
    store = Store()
    store.known |= {digest(str(n)): f"IR{n}" for n in range(100)}
    async with watched(store) as keyring:
        for n in range(100):
            await keyring.look_up_key(str(n))
            assert keyring.account_for_key(str(n)) == f"IR{n}"
            assert len(keyring._accounts) <= 10  # noqa: SLF001 - the memory itself


async def test_plain_secrets_are_not_remembered() -> None:
    store = Store()
    store.known[digest("secret")] = "IR1"
    async with watched(store) as keyring:
        await keyring.look_up_key("secret")
        await keyring.look_up_token("IR1", "secret")
        assert "secret" not in repr(vars(keyring))


async def test_with_a_new_day_every_token_is_looked_up_once_more(monkeypatch: pytest.MonkeyPatch) -> None:
    """So the store comes to know each day on which it was used."""
    store, today = Store(), date(2026, 11, 27)
    store.known[digest("token")] = "IR1"
    noted: asyncio.Queue[tuple[str, str, date]] = asyncio.Queue()
    monkeypatch.setattr(module, "_today", lambda: today)
    monkeypatch.setattr(store, "note_use", lambda *use: noted.put(use), raising=False)
    async with watched(store) as keyring:
        keeping = asyncio.create_task(keyring.keep_days(0.001))
        for today in (date(2026, 11, 27), date(2026, 11, 28)):
            async with asyncio.timeout(60):
                while keyring.access_for("IR1", "token"):  # noqa: ASYNC110 - nothing tells that it is forgotten
                    await asyncio.sleep(0.001)
            assert await keyring.look_up_token("IR1", "token")
            assert await noted.get() == ("IR1", "t", today)
        keeping.cancel()
