"""What every store does with photos that forms keep (CW-42)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cardwright import limits
from cardwright.book import accounts, kept_uploads, partners, sessions
from cardwright.book.images import image_of
from cardwright.book.kept_uploads import KeptUpload, find, forget, hand_over, keep
from cardwright.book.keyring import TokenAccess
from store.acme import book_of

if TYPE_CHECKING:
    import pytest

    from cardwright.book.ports import Store
    from cardwright.book.sessions import Session
    from store.acme import Book
    from store.removals_contract import Rows

NAME = "Bild ü.png"


async def signed_in(book: Book) -> Session:
    token = await accounts.add_token(book.store.accounts, book.sid)
    access = TokenAccess(book.sid, read_only=False, token_id=token.token_id)
    return await sessions.begin(book.store.sessions, access)


async def kept(book: Book, session: Session, number: int = 0, data: bytes = b"GIF of Wile") -> str:
    image = await image_of("image/gif", data, b"small " + data)
    return await keep(book.store.uploads, session, book.place, number, NAME, image)


class UploadContract:
    async def test_it_is_there_for_its_session_on_every_worker(self, store: Store, other: Store) -> None:
        book = await book_of(store)
        session = await signed_in(book)
        name = await kept(book, session)
        image = await image_of("image/gif", b"GIF of Wile", b"small GIF of Wile")
        assert await find(other.uploads, session, name) == KeptUpload(NAME, image)
        assert await store.check() == []

    async def test_nobody_else_has_it(self, store: Store) -> None:
        book = await book_of(store)
        session, another = await signed_in(book), await signed_in(book)
        elsewhere = await signed_in(await book_of(store, "Other"))
        name = await kept(book, session)
        for who, asked in ((another, name), (elsewhere, name), (session, f"{name}x"), (session, ""), (session, "\0")):
            assert await find(store.uploads, who, asked) is None
        for who in (another, elsewhere):
            await forget(store.uploads, who, name)
        for no_name in ("", "\0", f"{name}x"):  # as a form may send it
            await hand_over(store.uploads, session, book.place, 1, no_name)
            await forget(store.uploads, session, no_name)
        assert await find(store.uploads, session, name)

    async def test_it_goes_with_the_contact_that_was_made_with_it(self, store: Store, rows: Rows) -> None:
        book = await book_of(store)
        session, another = await signed_in(book), await signed_in(book)
        name, made = await kept(book, session), await book.create()
        await hand_over(store.uploads, another, book.place, int(made) + 1, name)
        await hand_over(store.uploads, session, book.place, int(made), name)
        assert await find(store.uploads, session, name)
        await book.contacts.erase(*book.place, made, by="test")
        assert await rows(store, "kept_upload") == 0

    async def test_it_goes_when_another_is_chosen(self, store: Store) -> None:
        book = await book_of(store)
        session = await signed_in(book)
        name, stays = await kept(book, session), await kept(book, session)
        await forget(store.uploads, session, name)
        await forget(store.uploads, session, name)
        assert await find(store.uploads, session, name) is None
        assert await find(store.uploads, session, stays)

    async def test_it_is_kept_for_an_hour(self, store: Store, rows: Rows, monkeypatch: pytest.MonkeyPatch) -> None:
        book = await book_of(store)
        session = await signed_in(book)
        stays = await kept(book, session)
        monkeypatch.setattr(limits, "KEPT_UPLOAD", limits.KEPT_UPLOAD._replace(value=0))
        over = await kept(book, session)
        assert await find(store.uploads, session, over) is None
        monkeypatch.undo()
        await kept(book, session)
        assert await rows(store, "kept_upload") == 2
        assert await find(store.uploads, session, stays)

    async def test_of_too_many_of_a_session_the_first_go(self, store: Store) -> None:
        book = await book_of(store)
        session, another = await signed_in(book), await signed_in(book)
        theirs = await kept(book, another)
        names = [await kept(book, session, data=b"GIF %d" % at) for at in range(limits.KEPT_UPLOADS.value + 1)]
        found = [bool(await find(store.uploads, session, name)) for name in names]
        assert found == [False, *[True] * limits.KEPT_UPLOADS.value]
        assert await find(store.uploads, another, theirs)

    async def test_it_goes_with_its_session(self, store: Store, rows: Rows) -> None:
        book = await book_of(store)
        session, revoked = await signed_in(book), await signed_in(book)
        await kept(book, session)
        await kept(book, revoked)
        await sessions.end(store.sessions, session)
        await store.accounts.revoke_token(book.sid, revoked.token_id)
        assert await rows(store, "kept_upload") == 0
        await kept(book, session)
        assert await rows(store, "kept_upload") == 0, "the session is over"

    async def test_it_goes_with_the_contact_that_is_erased(self, store: Store, rows: Rows) -> None:
        book = await book_of(store)
        session = await signed_in(book)
        one, other = await book.create(), await book.create()
        await kept(book, session, int(one))
        stays = [await kept(book, session, int(other)), await kept(book, session)]
        await book.contacts.erase(*book.place, one, by="test")
        assert await rows(store, "kept_upload") == 2
        assert all([await find(store.uploads, session, name) for name in stays])

    async def test_it_goes_with_campaign_and_account(self, store: Store, rows: Rows) -> None:
        book = await book_of(store)
        await partners.add_campaign(store.partners, book.sid, "2000", "Second")
        session = await signed_in(book)
        await kept(book, session)
        image = await image_of("image/gif", b"GIF", b"small")
        await keep(store.uploads, session, book.place._replace(campaign="2000"), 0, NAME, image)
        await store.partners.remove_campaign(book.sid, "2000")
        assert await rows(store, "kept_upload") == 1
        await store.accounts.remove(book.sid)
        assert await rows(store, "kept_upload") == 0
        assert await store.check() == []

    async def test_a_long_name_of_a_file_is_cut(self, store: Store) -> None:
        book = await book_of(store)
        session = await signed_in(book)
        image = await image_of("image/gif", b"GIF", b"small")
        name = await kept_uploads.keep(store.uploads, session, book.place, 10**18, "x" * 1_000, image)
        upload = await find(store.uploads, session, name)
        assert upload
        assert upload.file_name == "x" * 255
