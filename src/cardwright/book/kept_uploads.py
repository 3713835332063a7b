"""Photos that were chosen in a form which came back with faults: kept for an hour, for that session alone (CW-42).

name = await keep(store.uploads, session, place, 2750, "wile.png", image)
kept = await find(store.uploads, session, name)
"""

from __future__ import annotations

import re
import secrets
from typing import TYPE_CHECKING, Final, NamedTuple, Protocol

from cardwright.book.accounts import digest

if TYPE_CHECKING:
    from cardwright.book.images import Image
    from cardwright.book.ports import Place
    from cardwright.book.sessions import Session

_NAME: Final = re.compile("[A-Za-z0-9_-]{22}")
_OCTETS: Final = 16  # 22 characters
_FILE_NAME: Final = 255
"""Characters that are kept of a file's name."""


class KeptUpload(NamedTuple):
    """A photo that is kept."""

    file_name: str
    """As the person who chose it knows it."""
    image: Image


class UploadStore(Protocol):
    """Where photos are kept for a form, by the session's digest and a name."""

    async def keep(self, place: Place, number: int, session: bytes, name: str, upload: KeptUpload) -> None:
        """Keep a photo for the form of the contact `number`, 0 for a new one; nothing happens when the session is over.

        It goes after an hour, with its session, with its campaign, and when the contact is erased. Of more than
        `limits.KEPT_UPLOADS` of a session the first go.
        """

    async def find(self, sid: str, session: bytes, name: str) -> KeptUpload | None:
        """Return a photo that this session keeps, unless its hour is over."""

    async def hand_over(self, place: Place, number: int, session: bytes, name: str) -> None:
        """Have a photo belong to the form of the contact `number`, which was made with it, and goes with it."""

    async def forget(self, sid: str, session: bytes, name: str) -> None:
        """Let go of a photo, if it is there."""


async def keep(  # noqa: PLR0913, PLR0917 - what is kept, for whom and for what
    store: UploadStore, session: Session, place: Place, number: int, file_name: str, image: Image
) -> str:
    """Keep a photo for an hour, and return its name."""
    name = secrets.token_urlsafe(_OCTETS)
    upload = KeptUpload(file_name[:_FILE_NAME], image)
    await store.keep(place, number, digest(session.secret), name, upload)
    return name


async def find(store: UploadStore, session: Session, name: str) -> KeptUpload | None:
    """Return the photo of this name that the session keeps, unless its hour is over."""
    if not _NAME.fullmatch(name):
        return None
    return await store.find(session.sid, digest(session.secret), name)


async def hand_over(store: UploadStore, session: Session, place: Place, number: int, name: str) -> None:
    """Have a photo that was saved belong to its contact: who sends the form twice finds it, and an erase does too."""
    if _NAME.fullmatch(name):
        await store.hand_over(place, number, digest(session.secret), name)


async def forget(store: UploadStore, session: Session, name: str) -> None:
    """Let go of a photo, because another was chosen."""
    if _NAME.fullmatch(name):
        await store.forget(session.sid, digest(session.secret), name)
