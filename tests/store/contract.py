"""What every store does, whatever it is made of: a store's test module inherits these classes.

The module offers a fixture `store`, open and empty, and a fixture `other`, the same data opened a second time as
another worker process would.
"""

from __future__ import annotations

import asyncio
import contextlib
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

import pytest

from cardwright.book import accounts, partners, system
from cardwright.book.keyring import Keyring, TokenAccess
from cardwright.book.partners import Campaign, Partner, PartnerUser
from cardwright.errors import ConflictError, InvalidError, NotFoundError

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from cardwright.book.ports import Store

MADE_UP = "IRnobody"


@contextlib.asynccontextmanager
async def watched(store: Store) -> AsyncIterator[Keyring]:
    keyring = Keyring(store.credentials)
    watch = asyncio.create_task(keyring.watch())
    await asyncio.sleep(0)
    try:
        yield keyring
    finally:
        watch.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await watch


async def ended(still: Callable[[], object]) -> None:
    """Wait until `still()` is None: the tests' own time limit says when that took too long."""
    while still() is not None:  # noqa: ASYNC110 - the keyring has no event to wait for
        await asyncio.sleep(0.005)


class AccountContract:
    async def test_an_account_is_listed_and_opened_by_its_secrets(self, store: Store) -> None:
        made = await accounts.add_account(store.accounts, " Acme ")
        assert [(a.sid, a.name) for a in await store.accounts.all()] == [(made.sid, "Acme")]
        keyring = Keyring(store.credentials)
        assert await keyring.look_up_key(made.api_key) == made.sid
        token = (await store.accounts.tokens(made.sid))[0].token_id
        assert await keyring.look_up_token(made.sid, made.auth_token) == TokenAccess(
            made.sid, read_only=False, token_id=token
        )
        assert (await store.accounts.get(made.sid)).name == "Acme"

    async def test_a_sid_is_taken_once(self, store: Store) -> None:
        await accounts.add_account(store.accounts, "Acme", "IRacme")
        with pytest.raises(ConflictError):
            await accounts.add_account(store.accounts, "Other", "IRacme")
        assert len(await store.accounts.all()) == 1

    async def test_the_first_account_is_made_once(self, store: Store, other: Store) -> None:
        made = await asyncio.gather(*(accounts.ensure_first_account(s.accounts) for s in (store, other, store)))
        (credentials,) = [c for c in made if c is not None]
        assert [c.id for c in await store.partners.campaigns(credentials.sid)] == ["1000"]
        assert [p.id for p in await store.partners.partners(credentials.sid)] == ["10000"]

    async def test_who_has_a_campaign_is_found(self, store: Store) -> None:
        sids = [(await accounts.add_account(store.accounts, f"Acme {n}")).sid for n in range(3)]
        for sid in sids[1:]:
            await store.partners.add_campaign(sid, Campaign("all", "All"), system.draft, "test")
        assert await store.accounts.with_campaign("all") == sorted(sids[1:])
        assert await store.accounts.with_campaign("1000") == []

    async def test_strangers_open_nothing(self, store: Store) -> None:
        one = await accounts.add_account(store.accounts, "One")
        two = await accounts.add_account(store.accounts, "Two")
        keyring = Keyring(store.credentials)
        assert await keyring.look_up_key("made-up") is None
        assert await keyring.look_up_key(one.api_key.swapcase()) is None
        assert await keyring.look_up_token(one.sid, "made-up") is None
        assert await keyring.look_up_token(MADE_UP, one.auth_token) is None
        assert await keyring.look_up_token(two.sid, one.auth_token) is None

    async def test_tokens_are_added_listed_and_revoked(self, store: Store) -> None:
        made = await accounts.add_account(store.accounts, "Acme")
        reader = await accounts.add_token(store.accounts, made.sid, read_only=True)
        keyring = Keyring(store.credentials)
        assert await keyring.look_up_token(made.sid, reader.auth_token) == TokenAccess(
            made.sid, read_only=True, token_id=reader.token_id
        )
        assert [t.read_only for t in await store.accounts.tokens(made.sid)].count(True) == 1
        await store.accounts.revoke_token(made.sid, reader.token_id)
        assert await keyring.look_up_token(made.sid, reader.auth_token) is None
        assert await keyring.look_up_token(made.sid, made.auth_token) is not None
        with pytest.raises(NotFoundError):
            await store.accounts.revoke_token(made.sid, reader.token_id)

    async def test_cw_70_a_token_has_a_name_and_the_day_of_its_last_use(self, store: Store, other: Store) -> None:
        made = await accounts.add_account(store.accounts, "Acme")
        named = await accounts.add_token(store.accounts, made.sid, name=" Import of Ünlike ")
        for day in (date(2026, 11, 28), date(2026, 11, 27)):
            await other.credentials.note_use(made.sid, named.token_id, day)
        await store.credentials.note_use(made.sid, "gone", date(2026, 11, 28))
        await store.credentials.note_use(MADE_UP, named.token_id, date(2026, 11, 28))
        known = {token.token_id: (token.name, token.used) for token in await store.accounts.tokens(made.sid)}
        assert known.pop(named.token_id) == ("Import of Ünlike", date(2026, 11, 28))
        assert set(known.values()) == {("", None)}
        for wrong in ("x" * 256, "two\nlines"):
            with pytest.raises(InvalidError):
                await accounts.add_token(store.accounts, made.sid, name=wrong)
        assert await store.check() == []

    async def test_cw_71_the_password_of_a_phone_is_known_as_one(self, store: Store) -> None:
        made = await accounts.add_account(store.accounts, "Acme")
        phone = await accounts.add_token(store.accounts, made.sid, dav=True, name="Wile phone")
        keyring = Keyring(store.credentials)
        access = await keyring.look_up_token(made.sid, phone.auth_token)
        assert access == TokenAccess(made.sid, read_only=False, token_id=phone.token_id, dav=True, name="Wile phone")
        assert access.by == f"token {phone.token_id}, Wile phone"
        known = {token.token_id: token.dav for token in await store.accounts.tokens(made.sid)}
        assert known.pop(phone.token_id)
        assert set(known.values()) == {False}
        usual = await keyring.look_up_token(made.sid, made.auth_token)
        assert usual
        assert not usual.dav

    async def test_an_account_that_is_not_there_is_not_found(self, store: Store) -> None:
        for call in (
            store.accounts.get(MADE_UP),
            store.accounts.remove(MADE_UP),
            store.accounts.tokens(MADE_UP),
            store.accounts.revoke_token(MADE_UP, "x"),
            accounts.reset_key(store.accounts, MADE_UP),
            accounts.add_token(store.accounts, MADE_UP),
            store.partners.campaigns(MADE_UP),
            store.partners.campaign(MADE_UP, "1"),
            store.partners.partners(MADE_UP),
            store.partners.partner(MADE_UP, "1"),
            partners.add_campaign(store.partners, MADE_UP, "1", "One"),
            partners.add_partner(store.partners, MADE_UP, "1", "One"),
        ):
            with pytest.raises(NotFoundError):
                await call

    async def test_a_removed_account_leaves_the_others_alone(self, store: Store) -> None:
        gone = await accounts.add_account(store.accounts, "Gone")
        stays = await accounts.add_account(store.accounts, "Stays")
        for sid in (gone.sid, stays.sid):
            await partners.add_partner(store.partners, sid, "10", "Partner")
            await partners.add_user(
                store.partners, sid, "10", first="Wile", last="Coyote", email="wile.coyote@example.com"
            )
        await store.accounts.remove(gone.sid)
        assert [a.sid for a in await store.accounts.all()] == [stays.sid]
        assert len(await store.partners.users(stays.sid, "10")) == 1
        assert await Keyring(store.credentials).look_up_key(gone.api_key) is None
        assert await store.check() == []


class KeyringContract:
    """CC-1, CC-2a, PC-3: remembered while true, on every worker."""

    async def test_what_was_verified_is_remembered(self, store: Store) -> None:
        made = await accounts.add_account(store.accounts, "Acme")
        async with watched(store) as keyring:
            assert keyring.account_for_key(made.api_key) is None
            await keyring.look_up_key(made.api_key)
            assert keyring.account_for_key(made.api_key) == made.sid
            access = await keyring.look_up_token(made.sid, made.auth_token)
            assert access is not None
            assert keyring.access_for(made.sid, made.auth_token) == access
            assert keyring.access_for(MADE_UP, made.auth_token) is None
        assert keyring.account_for_key(made.api_key) is None, "nobody would say when it ends"

    async def test_cw_70_the_day_on_which_a_token_is_used_is_kept(self, store: Store) -> None:
        made = await accounts.add_account(store.accounts, "Acme")
        async with watched(store) as keyring:
            keeps = asyncio.create_task(keyring.keep_days(0.01))
            today = datetime.now(UTC).date()
            await keyring.look_up_token(made.sid, made.auth_token)
            while not (used := (await store.accounts.tokens(made.sid))[0].used):  # noqa: ASYNC110 - nobody tells
                await asyncio.sleep(0.005)
            assert used >= today
            keeps.cancel()

    async def test_without_a_watch_nothing_is_remembered(self, store: Store) -> None:
        made = await accounts.add_account(store.accounts, "Acme")
        keyring = Keyring(store.credentials)
        await keyring.look_up_key(made.api_key)
        assert keyring.account_for_key(made.api_key) is None

    async def test_a_reset_ends_the_old_key_on_every_worker(self, store: Store, other: Store) -> None:
        made = await accounts.add_account(store.accounts, "Acme")
        async with watched(store) as mine, watched(other) as theirs:
            for keyring in (mine, theirs):
                await keyring.look_up_key(made.api_key)
            key = await accounts.reset_key(other.accounts, made.sid)
            for keyring in (mine, theirs):
                assert await keyring.look_up_key(key) == made.sid, "a new key works at once"
                await ended(lambda keyring=keyring: keyring.account_for_key(made.api_key))
                assert await keyring.look_up_key(made.api_key) is None

    async def test_a_revoked_token_ends_on_every_worker(self, store: Store, other: Store) -> None:
        made = await accounts.add_account(store.accounts, "Acme")
        extra = await accounts.add_token(store.accounts, made.sid)
        async with watched(store) as mine, watched(other) as theirs:
            for keyring in (mine, theirs):
                await keyring.look_up_token(made.sid, extra.auth_token)
            await store.accounts.revoke_token(made.sid, extra.token_id)
            for keyring in (mine, theirs):
                await ended(lambda keyring=keyring: keyring.access_for(made.sid, extra.auth_token))

    async def test_a_removed_account_ends_on_every_worker(self, store: Store, other: Store) -> None:
        made = await accounts.add_account(store.accounts, "Acme")
        async with watched(other) as keyring:
            await keyring.look_up_key(made.api_key)
            await keyring.look_up_token(made.sid, made.auth_token)
            await store.accounts.remove(made.sid)
            await ended(lambda: keyring.account_for_key(made.api_key))
            await ended(lambda: keyring.access_for(made.sid, made.auth_token))


class PartnerContract:
    async def test_campaigns_and_partner_accounts_are_kept_in_order(self, store: Store) -> None:
        sid = (await accounts.add_account(store.accounts, "Acme")).sid
        for number in ("20", "3", "100"):
            await partners.add_campaign(store.partners, sid, number, f" Campaign {number}")
            await partners.add_partner(store.partners, sid, number, f"Partner {number} ")
        assert await store.partners.campaigns(sid) == [Campaign(n, f"Campaign {n}") for n in ("20", "3", "100")]
        assert await store.partners.partners(sid) == [Partner(n, f"Partner {n}") for n in ("20", "3", "100")]
        assert await store.partners.campaign(sid, "3") == Campaign("3", "Campaign 3")
        assert await store.partners.partner(sid, "3") == Partner("3", "Partner 3")
        with pytest.raises(ConflictError):
            await partners.add_campaign(store.partners, sid, "3", "Again")
        with pytest.raises(ConflictError):
            await partners.add_partner(store.partners, sid, "3", "Again")

    @pytest.mark.parametrize(
        ("texts", "fields"),
        [
            ({"first": "", "last": " "}, ["first", "last"]),
            ({"email": "nobody"}, ["email"]),
            ({"email": ""}, ["email"]),
            ({"title": "T" * 256, "last": "\x00"}, ["last", "title"]),
        ],
    )
    async def test_a_partner_user_keeps_the_rules_of_a_contact(
        self, store: Store, texts: dict[str, str], fields: list[str]
    ) -> None:
        sid = (await accounts.add_account(store.accounts, "Acme")).sid
        await partners.add_partner(store.partners, sid, "10", "Acme Partner")
        whole = {"first": "Wile", "last": "Coyote", "email": "wile.coyote@example.com"}
        with pytest.raises(InvalidError) as caught:
            await partners.add_user(store.partners, sid, "10", **(whole | texts))
        assert [fault.field for fault in caught.value.faults] == fields
        made = await partners.add_user(store.partners, sid, "10", **whole)
        with pytest.raises(InvalidError):
            await partners.update_user(store.partners, sid, "10", made.id, **texts)
        assert await store.partners.users(sid, "10") == [made]

    async def test_partner_users_live_and_go(self, store: Store) -> None:
        sid = (await accounts.add_account(store.accounts, "Acme")).sid
        await partners.add_partner(store.partners, sid, "10", "Acme Partner")
        made = await partners.add_user(
            store.partners, sid, "10", first="Wile", last="Coyote", email="wile.coyote@example.com"
        )
        assert await store.partners.users(sid, "10") == [made]
        changed = await partners.update_user(store.partners, sid, "10", made.id, title="Manager")
        assert changed == PartnerUser(made.id, "Wile", "Coyote", "wile.coyote@example.com", "Manager")
        assert await store.partners.user(sid, "10", made.id) == changed
        await partners.remove_user(store.partners, sid, "10", made.id)
        assert await store.partners.users(sid, "10") == []
        for call in (
            partners.remove_user(store.partners, sid, "10", made.id),
            store.partners.user(sid, "10", "Mabel"),
            store.partners.users(sid, "11"),
            partners.update_user(store.partners, sid, "10", made.id),
        ):
            with pytest.raises(NotFoundError):
                await call
