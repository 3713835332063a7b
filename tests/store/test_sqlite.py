from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import apsw
import pytest

from cardwright.book import accounts
from cardwright.book.contacts import Contacts
from cardwright.contact.model import Contact, Name
from cardwright.errors import ConflictError, InvalidError, StoreError, StoreFullError
from cardwright.store import open_store
from cardwright.store.sqlite import database, idempotency
from cardwright.store.sqlite.database import FILE
from cardwright.store.sqlite.writer import IndexEntry
from store import (
    card_histories_contract,
    cards_contract,
    changes_contract,
    contacts_contract,
    deleted_contract,
    finding_contract,
    look_up_contract,
    order_contract,
    removals_contract,
    shares_contract,
)
from store.accounts_table import insert, names
from store.acme import WILE, Book, Images, book_of
from store.contract import AccountContract, KeyringContract, PartnerContract
from store.opening import opens
from store.sessions_contract import SessionContract
from store.uploads_contract import UploadContract

if TYPE_CHECKING:
    from collections.abc import Awaitable, Sequence
    from pathlib import Path

    from cardwright.store.sqlite import SqliteStore
    from cardwright.store.sqlite.writer import WriteConnection


class TestAccounts(AccountContract):
    pass


class TestKeyring(KeyringContract):
    pass


class TestSessions(SessionContract):
    pass


class TestPartners(PartnerContract):
    pass


class TestRemoval(removals_contract.RemovalContract):
    """Campaigns and partner accounts that go."""


class TestUploads(UploadContract):
    pass


class TestShares(shares_contract.ShareContract):
    pass


class TestCreate(contacts_contract.CreateContract):
    pass


class TestRepeat(contacts_contract.RepeatContract):
    pass


class TestRead(contacts_contract.ReadContract):
    pass


class TestUpdate(contacts_contract.UpdateContract):
    pass


class TestDelete(contacts_contract.DeleteContract):
    pass


class TestEdit(changes_contract.EditContract):
    pass


class TestChanges(changes_contract.ChangesContract):
    pass


class TestSystem(finding_contract.SystemContract):
    pass


class TestNames(cards_contract.NameContract):
    pass


class TestPuts(cards_contract.PutContract):
    async def test_who_is_restored_in_the_same_commit_has_its_uid(self, store: SqliteStore) -> None:
        """Units of one commit are done in the order in which they come, before the index knows of them."""
        phone = await cards_contract.phone_of(store)
        number = (await phone.put("a.vcf", "same")).card.number
        await phone.delete("a.vcf")
        _, taken = await asyncio.gather(phone.restore(number), phone.put("b.vcf", "same"), return_exceptions=True)
        assert (repr(taken), await phone.names()) == (
            f"UidTakenError('contact {number} has this UID already')",
            ["a.vcf"],
        )


class TestSync(cards_contract.SyncContract):
    pass


class TestLookUps(look_up_contract.LookUpContract):
    pass


class TestCardsFound(cards_contract.OfContract):
    pass


class TestBookProperties(cards_contract.PropertyContract):
    pass


class TestCardMoves(cards_contract.MoveContract):
    pass


class TestOctetsOfCards(cards_contract.OctetsContract):
    pass


class TestAllCampaigns(cards_contract.AllContract):
    pass


class TestCardErase(cards_contract.EraseContract):
    pass


class TestCardMerge(cards_contract.MergeContract):
    pass


class TestCardHistories(card_histories_contract.HistoryContract):
    pass


class TestDeleted(deleted_contract.DeletedContract):
    pass


class TestSuggestions(deleted_contract.SuggestionsContract):
    pass


class TestOrder(order_contract.OrderContract):
    pass


class TestList(finding_contract.ListContract):
    pass


class TestEnd(finding_contract.EndContract):
    pass


async def test_a_failing_unit_is_rolled_back_alone(store: SqliteStore) -> None:
    def fails(connection: apsw.Connection) -> None:
        insert("half")(connection)
        raise ConflictError("no")

    units = [insert("a"), fails, insert("b"), insert("a"), insert("c")]
    outcomes = await asyncio.gather(*map(store.database.write, units), return_exceptions=True)
    assert [type(outcome) for outcome in outcomes] == [type(None), ConflictError, type(None), StoreError, type(None)]
    assert names(store) == ["a", "b", "c"]


async def test_a_failing_unit_that_is_alone_in_its_commit_leaves_nothing(store: SqliteStore) -> None:
    def fails(connection: WriteConnection) -> None:
        insert("half")(connection)
        connection.search.append(IndexEntry(comes=True, contact=1, terms="half"))
        raise ConflictError("no")

    with pytest.raises(ConflictError, match="no"):
        await store.database.write(fails)
    await store.database.write(insert("next"))
    assert names(store) == ["next"]
    assert store.database.glance(lambda c: c.execute("SELECT rowid FROM search WHERE search MATCH 'half'").get) is None


@pytest.mark.parametrize("others", [False, True], ids=["alone in the commit", "beside another unit"])
async def test_units_that_fail_together_are_done_one_by_one(store: SqliteStore, others: bool) -> None:  # noqa: FBT001 - a case
    def together(connection: WriteConnection, items: Sequence[str]) -> list[None]:
        for item in items:
            insert(item)(connection)
            if item == "bad":
                raise ConflictError(item)
        return [None] * len(items)

    waiting: list[Awaitable[object]] = [store.database.write_together(together, item) for item in ("a", "bad", "b")]
    if others:
        waiting.append(store.database.write(insert("other")))
    outcomes = await asyncio.gather(*waiting, return_exceptions=True)
    assert [type(outcome) for outcome in outcomes[:3]] == [type(None), ConflictError, type(None)]
    assert names(store) == ["a", "b", *(["other"] if others else [])]


async def test_waiting_units_share_a_commit(store: SqliteStore) -> None:
    commits = []
    await store.database.write(lambda c: c.set_commit_hook(lambda: bool(commits.append(1))))
    await asyncio.gather(*(store.database.write(insert(str(n))) for n in range(300)))
    assert len(names(store)) == 300
    assert len(commits) < 30


async def test_many_units_from_two_processes_worth_of_stores_all_arrive(store: SqliteStore, other: SqliteStore) -> None:
    await asyncio.gather(
        *(s.database.write(insert(f"{i}{n}")) for n in range(200) for i, s in enumerate((store, other)))
    )
    assert len(names(store)) == 400


async def test_one_who_left_does_not_trouble_the_others(store: SqliteStore) -> None:
    left, stays = (asyncio.ensure_future(store.database.write(insert(name))) for name in ("left", "stays"))
    await asyncio.sleep(0)
    left.cancel()
    await stays
    assert "stays" in names(store)


async def test_an_idempotency_key_is_kept_for_24_hours(store: SqliteStore, monkeypatch: pytest.MonkeyPatch) -> None:
    book, at = await book_of(store), 1_000_000
    numbers = []
    for passed in (0, 24 * 3_600 - 1, 24 * 3_600):
        monkeypatch.setattr(idempotency, "since_boot", lambda passed=passed: at + passed)
        numbers.append(await book.contacts.create(book.sid, "1000", WILE, by="test", key="once"))
    assert numbers == ["1", "1", "2"]


@pytest.mark.parametrize("jump", [-(10**10), -(10**8), 10**8, 10**10])
@pytest.mark.parametrize("restarted", [False, True])
async def test_who_sets_the_clock_doubles_no_create(
    store: SqliteStore, monkeypatch: pytest.MonkeyPatch, jump: int, *, restarted: bool
) -> None:
    """The clock is wrong for a moment, by more than a day: what is written then lets go of keys that are too old."""
    book, at = await book_of(store), idempotency.now()
    if restarted:  # and was right before the machine started anew
        monkeypatch.setattr(idempotency, "boot", lambda: "the start before")
        await book.contacts.create(book.sid, "1000", WILE, by="test", key="before")
        monkeypatch.undo()
    numbers = []
    for moved, key in ((0, "once"), (jump, "another"), (0, "once"), (jump, "once")):
        monkeypatch.setattr(idempotency, "now", lambda moved=moved: at + moved)
        numbers.append(int(await book.contacts.create(book.sid, "1000", WILE, by="test", key=key)))
    first = numbers[0]
    assert numbers == [first, first + 1, first, first]


async def test_another_program_that_holds_the_database_is_waited_for_to_a_bound(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "_BUSY", 500)
    async with open_store(tmp_path / "data") as store:
        other = apsw.Connection(str(store.database.file))
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreError):
            await store.database.write(insert("too early"))
        waiting = asyncio.ensure_future(store.database.write(insert("in time")))
        await asyncio.sleep(0.05)
        other.execute("ROLLBACK")
        await waiting
        assert names(store) == ["in time"]
        other.close()


async def test_a_full_disk_keeps_nothing_and_damages_nothing(store: SqliteStore) -> None:
    await store.database.write(insert("before"))
    limit = "PRAGMA max_page_count = {}"
    pages = store.database.glance(lambda c: c.execute("PRAGMA page_count").get)
    await store.database.write(lambda c: c.execute(limit.format(pages)).close())
    big = "x" * 100_000
    outcomes = await asyncio.gather(
        *(store.database.write(insert(f"{n}{big}")) for n in range(3)), return_exceptions=True
    )
    assert [type(outcome) for outcome in outcomes] == [StoreFullError] * 3
    assert names(store) == ["before"]
    await store.database.write(lambda c: c.execute(limit.format(1_000_000)).close())
    await store.database.write(insert("after"))
    assert names(store) == ["before", "after"]
    assert await store.check() == []


async def test_what_was_handed_over_is_kept_when_the_store_closes(tmp_path: Path) -> None:
    async with open_store(tmp_path) as store:
        handed = [asyncio.ensure_future(store.database.write(insert(str(n)))) for n in range(50)]
        await asyncio.sleep(0)
    await asyncio.gather(*handed)
    async with open_store(tmp_path) as again:
        assert len(names(again)) == 50


async def test_what_is_erased_is_in_no_file(store: SqliteStore, tmp_path: Path) -> None:
    book = await book_of(store)
    texts = {"first": "Zyxomma", "last": "Petiolatum", "title": "Dragonfly", "labels": ("Libellulid",)}
    new = WILE._replace(email="zyxomma@example.com", image_file=b"GIF of a dragonfly", **texts)
    made = await book.contacts.create(book.sid, "1000", new, by="test", key="zyxommc-1")
    await book.patch(made, image_file=b"GIF of another dragonfly", first="Zyxommb")
    await book.contacts.delete(book.sid, "1000", made, by="test")
    await book.contacts.restore(book.sid, "1000", made, by="test")
    others = [await book.create() for _ in range(3)]

    def written() -> bytes:
        return b"".join(path.read_bytes() for path in (tmp_path / "data").iterdir()).lower()

    assert b"zyxomm" in written()
    await book.contacts.erase(book.sid, "1000", made, by="test")
    left = written()
    for text in (b"zyxomm", b"petiolatum", b"dragonfly", b"libellulid"):
        assert text not in left
    assert b"coyote" in left
    assert await book.found() == others
    assert await store.check() == []


@pytest.mark.parametrize(
    ("damage", "lines"),
    [
        ("UPDATE campaign SET contacts = 5", ["campaign 1 counts 5 contacts and has 1"]),
        ("UPDATE contact SET image = 'none'", [f"contact {(1 << 40) + 1} points to an image that is missing"]),
        (
            "INSERT INTO change (change, contact, kind, at, by) VALUES (9 << 40 | 1, 1, 'created', 0, '')",
            [f"change {(9 << 40) + 1} belongs to no campaign"],
        ),
        (
            "DELETE FROM contact",
            [
                f"block {1 << 29} counts 1 contacts too many",
                "campaign 1 counts 1 contacts and has 0",
                "the search index of campaign 1 misses or adds 1 contacts",
            ],
        ),
        (
            "DELETE FROM search_data WHERE id > 100",
            ['fts5: corruption found reading blob 137438953473 from table "search"'],
        ),
    ],
)
async def test_check_sees_what_disagrees(store: SqliteStore, damage: str, lines: list[str]) -> None:
    book = await book_of(store)
    await book.create()
    await store.database.write(lambda c: c.execute(damage).close())
    assert await store.check() == lines


async def test_check_is_not_misled_by_searches_of_long_ago(store: SqliteStore, other: SqliteStore) -> None:
    book = await book_of(store)
    await asyncio.gather(*(book.create() for _ in range(50)))
    await asyncio.gather(*(book.found(search="wile") for _ in range(8)))  # on every connection that reads
    for _ in range(5):
        await Book(other, Contacts(other.contacts, Images()), book.sid).create()
    await other.database.write(lambda c: c.execute("INSERT INTO search (search) VALUES ('optimize')").close())
    assert await store.check() == []


async def test_secrets_are_not_in_the_files(store: SqliteStore, tmp_path: Path) -> None:
    made = await accounts.add_account(store.accounts, "Acme")
    written = b"".join(path.read_bytes() for path in (tmp_path / "data").iterdir())
    assert made.sid.encode() in written
    assert made.api_key.encode() not in written
    assert made.auth_token.encode() not in written


async def test_a_backup_is_a_store(store: SqliteStore, tmp_path: Path) -> None:
    await accounts.add_account(store.accounts, "Acme")
    (tmp_path / "copy").mkdir()
    await store.backup(tmp_path / "copy" / FILE)
    async with open_store(tmp_path / "copy") as copy:
        assert [a.name for a in await copy.accounts.all()] == ["Acme"]


async def test_a_backup_replaces_nothing(store: SqliteStore, tmp_path: Path) -> None:
    for target in (tmp_path / "data" / FILE, tmp_path / "no folder" / "copy"):
        with pytest.raises(StoreError, match="cannot be written"):
            await store.backup(target)
    assert await store.check() == []


async def test_check_names_a_row_without_its_owner(store: SqliteStore) -> None:
    orphan = "PRAGMA foreign_keys = OFF; INSERT INTO campaign (account, id, name) VALUES (77, '1', 'One')"
    with apsw.Connection(str(store.database.file)) as connection:
        connection.execute(orphan)
    assert await store.check() == ["row 1 of campaign belongs to a row of account that is missing"]


class TestOpening:
    """Every way in which a store cannot be opened is one line that an operator can act on."""

    def refused(self, data: str | Path, match: str) -> None:
        with pytest.raises(StoreError, match=match) as caught:
            opens(data)
        assert "\n" not in str(caught.value)

    def test_a_folder_that_is_a_file(self, tmp_path: Path) -> None:
        (tmp_path / "data").write_text("a letter")
        self.refused(tmp_path / "data", "is a file: give --data the folder of a store")

    def test_a_folder_below_a_file(self, tmp_path: Path) -> None:
        (tmp_path / "data").write_text("a letter")
        self.refused(tmp_path / "data" / "here", "cannot be used: Not a directory")

    def test_a_folder_that_cannot_be_made(self) -> None:
        self.refused("/proc/cardwright", "cannot be used")

    def test_a_file_that_is_a_folder(self, tmp_path: Path) -> None:
        (tmp_path / FILE).mkdir()
        self.refused(tmp_path, "cannot be opened for writing")

    def test_a_file_that_is_no_database(self, tmp_path: Path) -> None:
        (tmp_path / FILE).write_bytes(b"BEGIN:VCARD\r\n" * 1_000)
        self.refused(tmp_path, "is not a Cardwright store")

    def test_another_programs_database(self, tmp_path: Path) -> None:
        apsw.Connection(str(tmp_path / FILE)).execute("CREATE TABLE t (x)")
        self.refused(tmp_path, "is not a Cardwright store")

    def test_a_damaged_file(self, tmp_path: Path) -> None:
        opens(tmp_path)
        content = bytearray((tmp_path / FILE).read_bytes())
        content[100:4096] = b"\xff" * 3996
        (tmp_path / FILE).write_bytes(content)
        self.refused(tmp_path, "is damaged: run `cardwright check`")

    def test_a_newer_schema(self, tmp_path: Path) -> None:
        opens(tmp_path)
        apsw.Connection(str(tmp_path / FILE)).execute("PRAGMA user_version = 9000")
        self.refused(tmp_path, r"newer Cardwright \(.+, schema 9000\)")

    @pytest.mark.parametrize("address", ["sqlite:///cards", "file:///cards", "http://127.0.0.1/cards"])
    def test_no_other_address_is_taken_for_a_folder(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, address: str
    ) -> None:
        monkeypatch.chdir(tmp_path)
        with pytest.raises(InvalidError, match=r"^data: .* is no address of a store"):
            opens(address)
        assert not any(tmp_path.iterdir())

    def test_a_tilde_is_the_users_own_folder(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("HOME", str(tmp_path))
        opens("~/cards")
        assert (tmp_path / "cards" / FILE).exists()

    def test_what_is_made_is_the_owners_alone(self, tmp_path: Path) -> None:
        opens(tmp_path / "data")
        assert (tmp_path / "data").stat().st_mode & 0o077 == 0

    def test_opening_again_changes_nothing(self, tmp_path: Path) -> None:
        opens(tmp_path)
        before = (tmp_path / FILE).read_bytes()
        opens(tmp_path)
        assert (tmp_path / FILE).read_bytes() == before


async def test_check_says_what_the_index_of_names_misses(store: SqliteStore) -> None:
    book = await order_contract.many(store, 300)
    await book.found(order="name")
    await store.database.write(lambda c: c.execute("DELETE FROM sort_name WHERE name LIKE 'zo%'").fetchall())
    await store.database.write(lambda c: c.execute("INSERT INTO sort_name VALUES (1099511627776, 1, 'x')").fetchall())
    faults = await store.check()
    assert "the index of names has contact 1099511627776, who is missing" in faults
    assert any(fault.startswith("the index of names misses contact ") for fault in faults)


async def test_the_index_of_names_forgets_who_is_erased(store: SqliteStore) -> None:
    book = await order_contract.many(store, 300)
    number = await book.keep(Contact(Name("Qwertz", "Erasable")))
    await book.found(order="name")
    folder = store.database.file.parent
    assert any(b"qwertz erasable" in path.read_bytes() for path in folder.iterdir())
    await book.contacts.erase(book.sid, "1000", str(number), by="test")
    assert not any(b"qwertz" in path.read_bytes().lower() for path in folder.iterdir())
