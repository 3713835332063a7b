"""Erasing a contact: its history, the originals of its cards, and images that nothing else points to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cardwright.store.sqlite.keys import BITS
from cardwright.store.sqlite.merges import merges_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    import apsw

_WAS = "SELECT DISTINCT image FROM change WHERE contact = ? AND image IS NOT NULL"
_UNUSED = f"""
    DELETE FROM image WHERE account = ?1 AND digest = ?2
      AND NOT EXISTS (SELECT 1 FROM contact JOIN campaign USING (campaign) WHERE image = ?2 AND account = ?1)
      AND NOT EXISTS (
        SELECT 1 FROM change JOIN campaign ON campaign = change >> {BITS} WHERE change.image = ?2 AND account = ?1)"""  # noqa: S608 - constant

_UNTOLD = """
    DELETE FROM original WHERE contact = ?1
      AND original NOT IN (SELECT original FROM card WHERE contact = ?1 AND original IS NOT NULL)
      AND original NOT IN (
        SELECT before ->> '$.original' FROM change
        WHERE contact = ?1 AND before IS NOT NULL AND before ->> '$.original' IS NOT NULL)"""


def recorded(connection: apsw.Connection, contact: int) -> bool:
    """Return whether anything is recorded of a contact that is not there."""
    return (
        connection.execute("SELECT 1 FROM change WHERE contact = ? AND before IS NOT NULL LIMIT 1", (contact,)).get
        is not None
    )


def forget(connection: apsw.Connection, account: int, contact: int, image: str | None = None) -> None:
    """Empty the records of a contact, and let go of images that nothing points to any more."""
    images = {was for (was,) in connection.execute(_WAS, (contact,))} | ({image} if image else set())
    connection.execute(
        "UPDATE change SET before = NULL, image = NULL WHERE contact = ? AND before IS NOT NULL", (contact,)
    )
    connection.execute("DELETE FROM original WHERE contact = ?", (contact,))
    for digest in images:
        forget_image(connection, account, digest)


def with_merged(connection: apsw.Connection, contact: int) -> list[int]:
    """Return the contact, and all that it was merged with: what one of them holds is of each."""
    contacts = [contact]
    for one in contacts:
        contacts += [
            other
            for merge in merges_of(connection, one)
            if merge.undone is None
            for other in (merge.first, merge.second)
            if other not in contacts
        ]
    return contacts


def forget_merges(connection: apsw.Connection, account: int, contacts: Iterable[int]) -> None:
    """Let go of the merges of contacts, and of what the undo of one recorded: what both had."""
    for contact in contacts:
        for merge in merges_of(connection, contact):
            if merge.undone is not None:
                _forget_state(connection, account, merge.first, merge.undone)
            connection.execute("DELETE FROM merged WHERE second = ? AND deleted = ?", (merge.second, merge.deleted))


def _forget_state(connection: apsw.Connection, account: int, contact: int, change: int) -> None:
    """Empty one record of a contact, and let go of the originals and the image that only it told of."""
    image = connection.execute("SELECT image FROM change WHERE change = ?", (change,)).get
    connection.execute("UPDATE change SET before = NULL, image = NULL WHERE change = ?", (change,))
    connection.execute(_UNTOLD, (contact,))
    if image:
        forget_image(connection, account, image)


def forget_image(connection: apsw.Connection, account: int, digest: str) -> None:
    """Let go of an image, unless a contact has it or a record tells of it."""
    connection.execute(_UNUSED, (account, digest))
