"""Uploading a file to be imported: what is taken, and what is known of it."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import pytest

from cardwright import limits
from cardwright.book import accounts, partners
from cardwright.book.files import inspection
from cardwright.book.files.columns import parsed
from cardwright.book.files.inspection import contents_of
from cardwright.book.import_jobs import check_can_run
from cardwright.book.imports import Imports
from cardwright.book.ports import Place
from cardwright.errors import ConflictError, InvalidError, Rule
from cardwright.store import open_store

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from cardwright.book.import_jobs import State
    from cardwright.book.ports import Store

PLACE = Place("IRacme", "1000")
CARD = b"BEGIN:VCARD\r\nVERSION:3.0\r\nN:Moss;Ida;;;\r\nFN:Ida Moss\r\nEND:VCARD\r\n"
KINDS = {
    "cards": (CARD * 3, "vcard", 3),
    "cards in UTF-16": (CARD.decode().encode("utf-16"), "vcard", 1),
    "jCard": (b'[["vcard",[["version",{},"text","4.0"],["fn",{},"text","Ida"]]]]', "jcard", 1),
    "a table": (b"Name\nIda\n\n,\nWile\n", "table", 2),
    "a table of Excel": (b"sep=;\r\nFirst Name;E-mail\r\nIda;ida@example.com\r\n", "table", 1),
    "a table below a title": (b"My people\n\nFirst Name,Email\nIda,ida@example.com\n", "table", 1),
    "a table of which no column is known": (b"Spalte A\tSpalte B\nIda\tMoss\n", "table", 1),
}


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    async with open_store(tmp_path / "data") as opened:
        await accounts.add_account(opened.accounts, "Acme", PLACE.sid)
        await partners.add_campaign(opened.partners, *PLACE, "First")
        yield opened


async def upload(store: Store, content: bytes, name: str = "a.vcf") -> str:
    async def whole() -> AsyncIterator[bytes]:
        yield content

    return await Imports(store.jobs, lambda: None).upload(PLACE, name, whole(), "test")


@pytest.mark.parametrize("kind", KINDS)
def test_what_a_file_holds(kind: str) -> None:
    content, kind_of, rows = KINDS[kind]
    contents = contents_of(io.BytesIO(content))
    assert (contents.kind, contents.rows) == (kind_of, rows)
    assert bool(contents.header) == (kind_of == "table")


def test_what_a_table_holds() -> None:
    table = b'Vorname,Foo,Phone,Phone\n "Ida" ,a,1,\nIda,a,2,3\n,' + b"x" * 200 + b",,\n,b,4,\n,c,5,"
    contents = contents_of(io.BytesIO(table))
    assert [column.name for column in contents.columns] == ["Vorname", "Foo", "Phone", "Phone"]
    assert [column.examples for column in contents.columns][1:] == [("a", "x" * 80, "b"), ("1", "2", "4"), ("3",)]
    assert contents.recognised[0] == parsed("first")
    assert contents.recognised[1] is None


def test_of_many_rows_the_first_give_examples_and_all_are_counted() -> None:
    rows = b"".join(b"Ida,%s\n" % (b"" if n < 300 else b"late") for n in range(400))
    contents = contents_of(io.BytesIO(b"Vorname,Foo\n" + rows))
    assert (contents.rows, [column.examples for column in contents.columns]) == (400, [("Ida",), ()])


NO_CONTACT = {
    "a header alone": (b"Vorname,Email\n", "holds no contact"),
    "an empty array": (b"[]", "holds no contact"),
    "one word a line": (b"Vor\nund\n", "is no vCard, CSV or jCard"),
    "octets of no text": (b"\x89PNG\r\n,\n,", "is no vCard, CSV or jCard"),
    "controls": (b"a\0\1,\2b\n", "is no vCard, CSV or jCard"),
    "columns beyond the limit": (
        b",".join([b"Email", *[b"x"] * limits.IMPORT_COLUMNS.value]) + b"\na@example.com\n",
        f"has {limits.IMPORT_COLUMNS.value + 1:,} columns; at most {limits.IMPORT_COLUMNS.value} are taken",
    ),
}


@pytest.mark.parametrize("what", NO_CONTACT)
def test_what_holds_no_contact_is_told_so(what: str) -> None:
    content, message = NO_CONTACT[what]
    with pytest.raises(InvalidError) as refused:
        contents_of(io.BytesIO(content))
    assert [(fault.field, fault.message) for fault in refused.value.faults] == [("file", f"The file {message}")]


async def test_a_file_that_ends_the_process_which_looks_through_it_is_refused(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(inspection, "__name__", "cardwright.none")  # as if the kernel ended it for its memory
    with pytest.raises(InvalidError, match="The file cannot be read"):
        await upload(store, CARD)
    assert await store.jobs.list(PLACE) == []


@pytest.mark.parametrize("content", [CARD, b"Name\nIda\n"])
async def test_a_run_is_asked_for_of_every_kind_of_file(store: Store, content: bytes) -> None:
    woken: list[str] = []
    job = await upload(store, content)
    await Imports(store.jobs, lambda: woken.append(job)).run(
        PLACE, job, "check", (await store.jobs.get(PLACE, job)).choice
    )
    assert ((await store.jobs.get(PLACE, job)).state, woken) == ("waiting", [job])


@pytest.mark.parametrize("state", ["waiting", "running"])
def test_what_is_under_way_is_not_run_once_more(state: State) -> None:
    with pytest.raises(ConflictError, match="is being checked or imported already"):
        check_can_run(state, has_file=True)


def test_what_has_no_file_any_more_is_not_run() -> None:
    check_can_run("stopped", has_file=True)
    with pytest.raises(ConflictError, match="The file has gone"):
        check_can_run("stopped", has_file=False)


async def test_a_file_has_so_many_octets(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "IMPORT_FILE", limits.IMPORT_FILE._replace(value=len(CARD)))
    assert await upload(store, CARD)
    with pytest.raises(InvalidError) as refused:
        await upload(store, CARD + b"\n")
    assert [(fault.field, fault.rule) for fault in refused.value.faults] == [("file", Rule.TOO_LONG)]
    assert len(await store.jobs.list(PLACE)) == 1


async def test_a_file_that_takes_too_long_to_look_through_is_refused(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "IMPORT_LOOK", limits.IMPORT_LOOK._replace(value=0))
    with pytest.raises(InvalidError, match="too long"):
        await upload(store, CARD)


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("people.csv", "people.csv"),
        ("../../etc/passwd", "passwd"),
        ("C:\\people.csv", "people.csv"),
        ("", "file"),
        ("/", "file"),
        ("\0\r\n\x1b[31m", "[31m"),
        ("a\udc80", "a?"),
        ("x" * 255, "x" * 255),
        ("x" * 256, "x" * 255),
        ("<b>Ida</b>", "b>"),
        ("Ida <ida@example.com>", "Ida <ida@example.com>"),
    ],
)
async def test_the_name_of_a_file_is_shown_as_text(store: Store, name: str, shown: str) -> None:
    job = await upload(store, CARD, name)
    assert (await store.jobs.get(PLACE, job)).name == shown
