"""Sessions of the console on every store: CW-12."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from cardwright import limits
from cardwright.book import accounts, sessions
from cardwright.book.accounts import digest
from cardwright.book.keyring import TokenAccess
from cardwright.errors import NotFoundError

if TYPE_CHECKING:
    from cardwright.book.ports import Store
    from cardwright.book.sessions import Session


async def signed_in(store: Store, *, read_only: bool = False) -> Session:
    made = await accounts.add_account(store.accounts, "Acme")
    token = await accounts.add_token(store.accounts, made.sid, read_only=read_only)
    return await sessions.begin(store.sessions, TokenAccess(made.sid, read_only, token.token_id))


async def begun_again(store: Store, session: Session) -> Session:
    return await sessions.begin(store.sessions, TokenAccess(session.sid, session.read_only, session.token_id))


class SessionContract:
    async def test_a_cookie_opens_its_session_on_every_worker(self, store: Store, other: Store) -> None:
        for read_only in (True, False):
            session = await signed_in(store, read_only=read_only)
            assert await sessions.of_cookie(other.sessions, session.cookie) == session
            assert session.read_only == read_only

    async def test_nothing_else_opens_it(self, store: Store) -> None:
        session = await signed_in(store)
        elsewhere = await signed_in(store)
        for cookie in (
            "",
            ".",
            session.secret,
            session.sid,
            f"{session.sid}.",
            f"{session.sid}.{elsewhere.secret}",
            f"{elsewhere.sid}.{session.secret}",
            f"{session.cookie}x",
            f"{session.sid}.{digest(session.secret).hex()}",
            f"\0{session.cookie}",
        ):
            assert await sessions.of_cookie(store.sessions, cookie) is None

    async def test_each_sign_in_draws_another_secret(self, store: Store) -> None:
        session = await signed_in(store)
        again = await sessions.begin(
            store.sessions, TokenAccess(session.sid, read_only=False, token_id=session.token_id)
        )
        assert again.secret != session.secret
        assert again.csrf != session.csrf

    async def test_signing_out_ends_one_session_everywhere(self, store: Store, other: Store) -> None:
        session = await signed_in(store)
        again = await sessions.begin(
            store.sessions, TokenAccess(session.sid, read_only=False, token_id=session.token_id)
        )
        await sessions.end(other.sessions, session)
        await sessions.end(other.sessions, session)
        assert await sessions.of_cookie(store.sessions, session.cookie) is None
        assert await sessions.of_cookie(store.sessions, again.cookie) == again

    async def test_a_revoked_token_ends_its_sessions_and_begins_none(self, store: Store, other: Store) -> None:
        session = await signed_in(store)
        await other.accounts.revoke_token(session.sid, session.token_id)
        assert await sessions.of_cookie(store.sessions, session.cookie) is None
        with pytest.raises(NotFoundError):
            await begun_again(store, session)

    async def test_a_removed_account_leaves_no_session(self, store: Store) -> None:
        session = await signed_in(store)
        stays = await signed_in(store)
        await store.accounts.remove(session.sid)
        assert await sessions.of_cookie(store.sessions, session.cookie) is None
        assert await sessions.of_cookie(store.sessions, stays.cookie) == stays
        assert await store.check() == []

    async def test_a_session_ends_by_itself(self, store: Store) -> None:
        session = await signed_in(store)
        await store.sessions.begin(session.sid, digest("over"), session.token_id, 0)
        assert await store.sessions.find(session.sid, digest("over")) is None

    async def test_of_too_many_sessions_of_a_token_those_that_end_first_go(
        self, store: Store, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(limits, "SESSIONS", limits.SESSIONS._replace(value=3))
        session = await signed_in(store)
        for name, seconds in (("a", 60), ("b", 50), ("c", 70), ("d", 80)):
            await store.sessions.begin(session.sid, digest(name), session.token_id, seconds)
        found = [name for name in "abcd" if await store.sessions.find(session.sid, digest(name))]
        assert found == ["c", "d"], "and the one of twelve hours"

    async def test_what_is_kept_for_the_next_page_is_there_until_something_else_is(
        self, store: Store, other: Store
    ) -> None:
        session = await signed_in(store)
        for kept in ("one", "ünlike \N{SNOWMAN}", ""):
            await sessions.keep(store.sessions, session, kept)
            assert await sessions.of_cookie(other.sessions, session.cookie) == session._replace(kept=kept)
