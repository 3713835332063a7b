"""Uploading a file to be imported: what is taken, and what is known of it."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import pytest

from cardwright import limits
from cardwright.book import accounts, partners
from cardwright.book.files.columns import parsed
from cardwright.book.files.inspection import contents_of
from cardwright.book.imports import Imports
from cardwright.book.ports import Place
from cardwright.errors import InvalidError, Rule
from cardwright.store import open_store

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

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
