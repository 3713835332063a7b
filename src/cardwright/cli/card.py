"""`cardwright card`: one createcontact document to one vCard, without a server."""

from __future__ import annotations

import sys
from pathlib import Path  # noqa: TC003 - the command line reads the annotation
from typing import Literal

from cardwright import cards
from cardwright.contact.model import Photo
from cardwright.errors import Fault, InvalidError, Rule
from cardwright.photo.kinds import DOCUMENTED
from cardwright.surfaces.createcontact import wire


def card(
    file: Path | None = None, /, *, version: Literal["2.1", "3.0", "4.0"] = "3.0", photo: Path | None = None
) -> None:
    """Read a createcontact JSON document and write its vCard to standard output.

    Parameters
    ----------
    file
        The document; standard input without it.
    version
        The version of the card.
    photo
        A GIF, JPEG or PNG file to put into the card; a photo-url in the document is not fetched.
    """
    body = file.read_bytes() if file else sys.stdin.buffer.read()
    contact, photo_url = wire.contact_from(wire.decode(body))
    if photo:
        contact = contact._replace(photo=_rendered(photo))
    elif photo_url:
        message = "is not fetched here: leave it out, or give the photo's file with --photo"
        raise InvalidError([Fault("photo-url", Rule.PHOTO_UNREACHABLE, message)])
    sys.stdout.buffer.write(cards.write_contact(contact, version))


def _rendered(file: Path) -> Photo:
    from cardwright.photo.render import render  # noqa: PLC0415 - loads Pillow, which most cards do without

    return Photo("image/jpeg", render(file.read_bytes(), formats=DOCUMENTED))
