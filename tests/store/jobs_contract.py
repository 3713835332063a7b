"""What every store does with import jobs: files that are uploaded, how they are run, and what is told of them."""

from __future__ import annotations

import asyncio
import contextlib
import csv
import io
import zlib
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import TYPE_CHECKING

import pytest

from cardwright.book import partners
from cardwright.book.files.columns import parsed
from cardwright.book.files.inspection import contents_of
from cardwright.book.files.reports import csv_of
from cardwright.book.import_jobs import ENDED, ERASED, ImportChoice, RowProblem, RunProgress, by_of
from cardwright.book.import_run import ImportRun
from cardwright.book.imports import Imports
from cardwright.book.outcomes import Result
from cardwright.book.ports import Draft
from cardwright.contact.model import Contact, Email, Name
from cardwright.errors import ConflictError, InvalidError, NotFoundError
from cardwright.import_process import upsert_into
from cardwright.photo.workers import Workers
from store.acme import book_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cardwright.book.import_jobs import Run
    from cardwright.book.ports import Place, Store
    from store.removals_contract import Rows

Quiet = Callable[["Store", int], Awaitable[None]]
"""Lets so many seconds pass for every job."""
BY = "AT1 console"
TABLE = b"FirstName,LastName,EmailAddress,Shoe\nIda,Moss,ida@example.com,38\nWile,Coyote,no address,\n,,,\nAl,Ce,,41\n"
CARDS = b"BEGIN:VCARD\nVERSION:4.0\nFN:Ida Moss\nEMAIL:ida@example.com\nEND:VCARD\n"


async def pieces(content: bytes) -> AsyncIterator[bytes]:
    for at in range(0, len(content), 50):
        yield content[at : at + 50]


def imports(store: Store) -> Imports:
    return Imports(store.jobs, lambda: None)


async def sent(store: Store, place: Place, content: bytes = TABLE, name: str = "people.csv") -> str:
    """Upload a file as a person does."""
    return await imports(store).upload(place, name, pieces(content), BY)


async def uploaded(store: Store, place: Place, content: bytes = TABLE, name: str = "people.csv") -> str:
    """Keep a file as an upload does, without the process that looks through it."""
    contents = contents_of(io.BytesIO(content))
    job = await store.jobs.add(place, name, BY)
    await store.jobs.put(place, job, 0, content)
    await store.jobs.arrived(place, job, len(content), contents, ImportChoice(columns=contents.recognised))
    return job


async def begun(store: Store, place: Place, content: bytes = TABLE, choice: ImportChoice | None = None) -> Run:
    """Upload a file, ask for an import and take it."""
    job = await uploaded(store, place, content)
    how = choice or (await store.jobs.get(place, job)).choice
    await store.jobs.ask(place, job, "import", how)
    run = await store.jobs.take("runner")
    assert run
    return run


async def done(store: Store, run: Run, limit: int = 0) -> list[str]:
    """Do a run in this process, and return the outcomes that were counted; `limit` stops it after so many rows."""
    counted: list[str] = []
    doing = ImportRun(store, run, counted.extend)
    if limit:
        doing.stop("")
    with contextlib.closing(Workers()) as workers:
        await doing.go(lambda into, how: upsert_into(into, workers, run.place, how))
    return counted


async def report(store: Store, place: Place, job: str) -> list[list[str]]:
    text = b"".join([piece async for piece in await imports(store).report(place, job)]).decode()
    return list(csv.reader(io.StringIO(text, newline="")))


async def kept(store: Store, place: Place, job: str) -> bytes:
    several = []
    while (piece := await store.jobs.piece(place, job, "file", len(several))) is not None:
        several.append(piece)
    return b"".join(several)


class JobContract:
    """Import jobs: what is kept of them, who runs them, and when they go."""

    async def test_an_upload_is_kept_and_looked_through(self, store: Store, other: Store) -> None:
        place = (await book_of(store)).place
        job = await sent(store, place, name="C:\\Users\\ida\\people.csv")
        found = await other.jobs.get(place, job)
        assert (found.name, found.octets, found.state, found.contents.kind) == (
            "people.csv",
            len(TABLE),
            "ready",
            "table",
        )
        assert (found.contents.rows, [it.name for it in found.contents.columns][-1]) == (3, "Shoe")
        assert (found.contents.columns[3].examples, found.contents.columns[3].recognised) == (("38", "41"), None)
        assert found.choice == ImportChoice("skip", (*map(parsed, ("first", "last", "email.work")), None))
        assert await kept(other, place, job) == TABLE
        assert [it.id for it in await other.jobs.list(place)] == [job]

    @pytest.mark.parametrize(
        "content",
        [b"", b"hello", b"a line\nand another", b"\0\1\2,\3\n4,5", b"FirstName,Email\n", b"[]", b"\x89PNG\r\n,\n,"],
    )
    async def test_a_file_without_a_contact_is_refused(self, store: Store, content: bytes) -> None:
        place = (await book_of(store)).place
        with pytest.raises(InvalidError) as refused:
            await sent(store, place, content)
        assert [fault.field for fault in refused.value.faults] in ([""], ["file"])
        assert await store.jobs.list(place) == []

    async def test_a_check_says_what_the_import_then_does_and_writes_nothing(self, store: Store) -> None:
        book = await book_of(store)
        job = await uploaded(store, book.place)
        how = (await store.jobs.get(book.place, job)).choice
        said = []
        for task in ("check", "import"):
            await imports(store).run(book.place, job, task, how)  # type: ignore[arg-type]
            run = await store.jobs.take(task)
            assert run
            assert set(await done(store, run)) == (set() if task == "check" else {"created", "refused"})
            found = await store.jobs.get(book.place, job)
            assert (found.state, found.task, found.reason) == ("finished", task, "")
            assert found.told.problems[0][:2] == (2, "refused")
            assert "no address" in found.told.problems[0].reason
            said.append((found.told.rows, found.told.counts))
            assert len(await book.found()) == (0 if task == "check" else 2)
        assert said == [(3, {"created": 2, "refused": 1})] * 2
        assert [row[:4] for row in await report(store, book.place, job)] == [
            ["file", "row", "outcome", "contact"],
            ["people.csv", "1", "created", "1"],
            ["people.csv", "2", "refused", ""],
            ["people.csv", "3", "created", "2"],
        ]
        changes = await store.changes.after(book.place, 0, 10)
        assert [change.by for change in changes] == [by_of(job, BY)] * 2

    async def test_of_many_rows_with_a_problem_a_hundred_are_shown(self, store: Store) -> None:
        book = await book_of(store)
        run = await begun(store, book.place, b"FirstName,EmailAddress\n" + b"Ida,wrong\n" * 101)
        await done(store, run)
        told = (await store.jobs.get(book.place, run.job)).told
        assert ([it.row for it in told.problems], told.more) == (list(range(1, 101)), 1)
        assert len(await report(store, book.place, run.job)) == 102

    async def test_the_same_file_a_second_time_creates_nobody(self, store: Store) -> None:
        book = await book_of(store)
        for counts in ({"created": 1}, {"skipped": 1}):
            run = await begun(store, book.place, CARDS)
            await done(store, run)
            assert (await store.jobs.get(book.place, run.job)).told.counts == counts
        run = await begun(store, book.place, CARDS, ImportChoice("add"))
        await done(store, run)
        assert len(await book.found()) == 2

    async def test_a_choice_of_columns_is_remembered_for_the_same_header(self, store: Store) -> None:
        place = (await book_of(store)).place
        foreign = b"Vorn,Nachn,Tel\nIda,Moss,5551234\n"
        first = await sent(store, place, foreign)
        assert (await store.jobs.get(place, first)).contents.recognised == (None, None, parsed("phone.work"))
        columns = (parsed("first"), parsed("last"), parsed("phone.mobile"))
        await imports(store).run(place, first, "check", ImportChoice("skip", columns))
        again = await sent(store, place, foreign.replace(b"5551234", b"5559999"))
        assert (await store.jobs.get(place, again)).choice.columns == columns

    @pytest.mark.parametrize(
        ("columns", "field"),
        [
            ((), "columns"),
            ((None, None, None, None), "column[0]"),
            (("first", "first", None, None), "column[1]"),
            (("first", "last", "title", "title"), "column[3]"),
        ],
    )
    async def test_a_choice_that_cannot_be_is_refused(
        self, store: Store, columns: Sequence[str | None], field: str
    ) -> None:
        place = (await book_of(store)).place
        job = await uploaded(store, place)
        choice = ImportChoice("skip", tuple(it and parsed(it) for it in columns))
        with pytest.raises(InvalidError) as refused:
            await imports(store).run(place, job, "check", choice)
        assert [fault.field for fault in refused.value.faults] == [field]
        assert (await store.jobs.get(place, job)).state == "ready"

    async def test_an_account_has_one_run_at_a_time(self, store: Store, other: Store) -> None:
        book, second = await book_of(store), await book_of(store, "Other")
        run = await begun(store, book.place)
        waits, others = await uploaded(store, book.place), await uploaded(store, second.place)
        for place, job in ((book.place, waits), (second.place, others)):
            await store.jobs.ask(place, job, "import", ImportChoice())
        with pytest.raises(ConflictError):
            await store.jobs.ask(book.place, waits, "import", ImportChoice())
        taken = await asyncio.gather(*(it.jobs.take(f"{n}") for n, it in enumerate((store, other, store, other))))
        assert [it.job for it in taken if it] == [others]
        await store.jobs.end(run, "finished", RunProgress())
        taken = await asyncio.gather(*(it.jobs.take(f"{n}") for n, it in enumerate((store, other))))
        assert [it.job for it in taken if it] == [waits]

    async def test_who_gave_no_sign_for_thirty_seconds_is_stopped_for_everybody(
        self, store: Store, other: Store, quiet: Quiet
    ) -> None:
        book = await book_of(store)
        run = await begun(store, book.place)
        assert await store.jobs.sign(run, RunProgress(1, {"created": 1}, pieces=1), zlib.compress(b"a"))
        contact = Contact(Name("Ida", "Moss"), emails=(Email("ida@example.com"),), uid="x")
        for uid in ("1", "2", "3"):
            await store.imports.create(book.place, [Draft(contact._replace(uid=uid), ())], by_of(run.job, BY))
        await quiet(store, 25)
        assert (await other.jobs.get(book.place, run.job)).state == "running"
        await quiet(store, 6)
        found = await other.jobs.get(book.place, run.job)
        assert (found.state, found.reason) == ("stopped", ENDED)
        assert (found.told.counts, found.told.untold) == ({"created": 1}, {"created": 2})
        assert not await store.jobs.sign(run, RunProgress(3, {"created": 3}))
        await store.jobs.end(run, "finished", RunProgress(3, {"created": 3}))
        assert await store.jobs.get(book.place, run.job) == found

    async def test_a_sign_that_is_given_again_tells_its_rows_once(self, store: Store) -> None:
        place = (await book_of(store)).place
        run = await begun(store, place)
        several = [Result(number, "created", str(number)) for number in (1, 2)]
        for results in (several[:1], several):
            told = RunProgress(len(results), {"created": len(results)}, (RowProblem(1, "refused", "x"),), pieces=1)
            assert await store.jobs.sign(run, told, zlib.compress(csv_of("a", results)))
        assert [row[1] for row in await report(store, place, run.job)] == ["row", "1", "2"]
        assert (await store.jobs.get(place, run.job)).told.problems == (RowProblem(1, "refused", "x"),)

    async def test_a_stopped_import_goes_on_after_what_it_told(self, store: Store) -> None:
        book = await book_of(store)
        run = await begun(store, book.place)
        told = RunProgress(1, {"created": 1}, pieces=1)
        await store.jobs.sign(run, told, zlib.compress(csv_of("people.csv", [Result(1, "created", "1")])))
        await imports(store).stop(book.place, run.job)
        assert not await store.jobs.sign(run, told)
        await store.jobs.end(run, "stopped", told)
        await imports(store).go_on(book.place, run.job)
        again = await store.jobs.take("another")
        assert again
        await done(store, again)
        found = await store.jobs.get(book.place, run.job)
        assert (found.state, found.told.counts) == ("finished", {"created": 2, "refused": 1})
        assert [row[1] for row in await report(store, book.place, run.job)] == ["row", "1", "2", "3"]
        assert len(await book.found()) == 1

    async def test_what_was_added_without_a_word_is_not_added_again(self, store: Store, quiet: Quiet) -> None:
        book = await book_of(store)
        run = await begun(store, book.place, CARDS, ImportChoice("add"))
        contact = Contact(Name("Ida", "Moss"), uid="x")
        await store.imports.create(book.place, [Draft(contact, ())], by_of(run.job, BY))
        await quiet(store, 31)
        assert (await store.jobs.get(book.place, run.job)).told.untold == {"created": 1}
        with pytest.raises(ConflictError):
            await imports(store).go_on(book.place, run.job)

    async def test_a_run_that_is_told_to_stop_reads_no_more(self, store: Store) -> None:
        book = await book_of(store)
        run = await begun(store, book.place)
        await done(store, run, limit=1)
        found = await store.jobs.get(book.place, run.job)
        assert (found.state, found.reason, found.told.rows) == ("stopped", "", 0)
        assert await book.found() == []

    async def test_one_that_waits_is_stopped_at_once(self, store: Store) -> None:
        place = (await book_of(store)).place
        job = await uploaded(store, place)
        await store.jobs.ask(place, job, "check", ImportChoice())
        await imports(store).stop(place, job)
        assert (await store.jobs.get(place, job)).state == "stopped"
        assert await store.jobs.take("runner") is None

    async def test_a_job_is_found_in_its_own_campaign_alone(self, store: Store) -> None:
        book, other = await book_of(store), await book_of(store, "Other")
        await partners.add_campaign(store.partners, book.sid, "2000", "Second")
        job = await uploaded(store, book.place)
        for place in (other.place, book.place._replace(campaign="2000")):
            assert await store.jobs.list(place) == []
            for call in (
                store.jobs.get(place, job),
                store.jobs.stop(place, job),
                store.jobs.piece(place, job, "file", 0),
            ):
                with pytest.raises(NotFoundError):
                    await call
        for strange in ("", "\0", "\udc80", "x" * 10_000, "%", "'"):
            with pytest.raises(NotFoundError):
                await store.jobs.get(book.place, strange)

    async def test_after_seven_days_a_job_goes(self, store: Store, quiet: Quiet, rows: Rows) -> None:
        place = (await book_of(store)).place
        job = await uploaded(store, place)
        await quiet(store, 7 * 24 * 60 * 60 - 100)
        while await store.jobs.expire():
            pass
        assert await kept(store, place, job) == TABLE
        await quiet(store, 200)
        while await store.jobs.expire():
            pass
        assert (await store.jobs.list(place), await rows(store, "import_piece")) == ([], 0)

    async def test_an_upload_that_never_came_to_its_end_goes(self, store: Store, quiet: Quiet, rows: Rows) -> None:
        place = (await book_of(store)).place
        job = await store.jobs.add(place, "a", BY)
        await store.jobs.put(place, job, 0, b"x")
        assert await store.jobs.list(place) == []
        await quiet(store, 2 * 60 * 60)
        while await store.jobs.expire():
            pass
        assert (await rows(store, "import_job"), await rows(store, "import_piece")) == (0, 0)

    async def test_of_many_files_twenty_are_kept(self, store: Store) -> None:
        book = await book_of(store)
        contents = (await store.jobs.get(book.place, first := await uploaded(store, book.place))).contents
        await store.jobs.ask(book.place, first, "check", ImportChoice())  # it stays, for it waits
        for _ in range(21):
            job = await store.jobs.add(book.place, "a", BY)
            await store.jobs.put(book.place, job, 0, b"x")
            await store.jobs.arrived(book.place, job, 1, contents, ImportChoice())
            while await store.jobs.expire():
                pass
        jobs = [it.id for it in await store.jobs.list(book.place)]
        assert len(jobs) == 21
        assert (jobs[0], jobs[-1]) == (job, first)

    async def test_of_many_headers_a_hundred_are_remembered(self, store: Store, rows: Rows) -> None:
        sid = (await book_of(store)).sid
        for number in range(101):
            await store.jobs.remember(sid, str(number), [parsed("first"), None])
        assert await rows(store, "remembered_mapping") == 100
        assert await store.jobs.remembered(sid, "100") == (parsed("first"), None)

    async def test_when_a_contact_is_erased_no_file_and_no_report_names_it(self, store: Store, rows: Rows) -> None:
        book = await book_of(store)
        finished, waiting = await begun(store, book.place), await uploaded(store, book.place, name="Ida Moss.csv")
        await done(store, finished)
        await store.jobs.ask(book.place, waiting, "import", ImportChoice())
        running = await store.jobs.take("other runner")
        assert running
        await store.jobs.sign(
            running, RunProgress(1, {"skipped": 1}, (RowProblem(1, "refused", "Ida"),), pieces=1), b"Ida"
        )
        await book.contacts.erase(book.sid, "1000", "1", by="test")
        assert await rows(store, "import_piece") == 0
        assert not await store.jobs.sign(
            running, RunProgress(2, {"skipped": 2}, (RowProblem(1, "refused", "Ida"),), pieces=2), b"Ida"
        )
        await store.jobs.end(
            running, "stopped", RunProgress(2, {"skipped": 2}, (RowProblem(1, "refused", "Ida"),), pieces=3), b"Ida"
        )
        assert await rows(store, "import_piece") == 0
        stopped, told = [await store.jobs.get(book.place, job) for job in (waiting, finished.job)]
        assert "Ida" not in f"{stopped} {told}"
        assert (stopped.state, stopped.reason, stopped.told.rows) == ("stopped", ERASED, 2)
        assert (told.state, told.told.counts, told.has_file) == ("finished", {"created": 2, "refused": 1}, False)
        with pytest.raises(ConflictError):
            await imports(store).go_on(book.place, waiting)
        assert await store.check() == []

    async def test_jobs_go_with_their_campaign_and_their_account(self, store: Store, rows: Rows) -> None:
        book, other = await book_of(store), await book_of(store, "Other")
        await partners.add_campaign(store.partners, book.sid, "2000", "Second")
        second = book.place._replace(campaign="2000")
        for place in (book.place, second, other.place):
            await begun(store, place) if place == second else await uploaded(store, place)
        await store.jobs.remember(book.sid, "a", [])
        assert await rows(store, "import_piece") == 3
        await store.partners.remove_campaign(book.sid, "2000")
        assert await rows(store, "import_piece") == 2
        await store.accounts.remove(book.sid)
        assert [await rows(store, it) for it in ("import_job", "import_piece", "remembered_mapping")] == [1, 1, 0]
        assert await store.check() == []
