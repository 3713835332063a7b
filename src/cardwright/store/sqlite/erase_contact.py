"""Erasing a contact: its history, the originals of its cards, and images that nothing else points to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cardwright.store.sqlite.keys import BITS

if TYPE_CHECKING:
    import apsw

_WAS = "SELECT DISTINCT image FROM change WHERE contact = ? AND image IS NOT NULL"
_UNUSED = f"""
    DELETE FROM image WHERE account = ?1 AND digest = ?2
      AND NOT EXISTS (SELECT 1 FROM contact JOIN campaign USING (campaign) WHERE image = ?2 AND account = ?1)
      AND NOT EXISTS (
        SELECT 1 FROM change JOIN campaign ON campaign = change >> {BITS} WHERE change.image = ?2 AND account = ?1)"""  # noqa: S608 - constant


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


def forget_image(connection: apsw.Connection, account: int, digest: str) -> None:
    """Let go of an image, unless a contact has it or a record tells of it."""
    connection.execute(_UNUSED, (account, digest))
