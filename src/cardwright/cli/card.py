"""`cardwright card`: one createcontact document to one vCard, without a server."""

from __future__ import annotations

import sys
from pathlib import Path  # noqa: TC003 - the command line reads the annotation
from typing import Annotated, Literal

from cyclopts import Parameter

from cardwright import cards
from cardwright.contact.model import Photo
from cardwright.errors import Fault, InvalidError, Rule
from cardwright.photo.kinds import DOCUMENTED
from cardwright.surfaces.createcontact import wire


def card(
    file: Annotated[Path | None, Parameter(allow_leading_hyphen=True)] = None,
    /,
    *,
    version: Literal["2.1", "3.0", "4.0"] = "3.0",
    photo: Path | None = None,
    names: Literal["strict", "any"] = "strict",
) -> None:
    """Read a createcontact JSON document and write its vCard to standard output.

    Parameters
    ----------
    file
        The document; standard input without it, and for `-`.
    version
        The version of the card.
    photo
        A GIF, JPEG or PNG file to put into the card; a photo-url in the document is not fetched.
    names
        Which first and last names pass: `strict` as createcontact documents it, `any` text.
    """
    contact, photo_url = wire.contact_from(wire.decode(_document(file)), strict_names=names == "strict")
    if photo:
        contact = contact._replace(photo=_rendered(photo))
    elif photo_url:
        message = "is not fetched here: leave it out, or give the photo's file with --photo"
        raise InvalidError([Fault("photo-url", Rule.PHOTO_UNREACHABLE, message)])
    sys.stdout.buffer.write(cards.write_contact(contact, version))


def _document(file: Path | None) -> bytes:
    if file and str(file) != "-":
        return file.read_bytes()
    return sys.stdin.buffer.read() if sys.stdin else b""  # None when it is closed


def _rendered(file: Path) -> Photo:
    from cardwright.photo.render import render  # noqa: PLC0415 - loads Pillow, which most cards do without

    try:
        return Photo("image/jpeg", render(file.read_bytes(), formats=DOCUMENTED))
    except InvalidError as error:
        raise InvalidError(fault._replace(field=str(file)) for fault in error.faults) from None
