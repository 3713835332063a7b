"""`cardwright card`: convert one createcontact JSON document to a vCard, without a server."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Literal

from cardwright import cards
from cardwright.cli.files import InputFile, UnreadError, opened
from cardwright.cli.output import output_file
from cardwright.contact.model import Photo
from cardwright.errors import InvalidError
from cardwright.photo.kinds import DOCUMENTED
from cardwright.surfaces.createcontact import wire
from cardwright.surfaces.createcontact.contact import contact_from

if TYPE_CHECKING:
    from cardwright.surfaces.createcontact.shape import Document


def card(
    file: InputFile = Path("-"),
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
        The document; `-` is standard input.
    version
        The version of the card.
    photo
        A GIF, JPEG or PNG file to put into the card; a photo-url in the document is not fetched.
    names
        Which first and last names pass: `strict` as createcontact documents it, `any` text.
    """
    try:
        contact, photo_url = contact_from(_document(file), strict_names=names == "strict")
    except InvalidError as error:  # of the document, and not of what stands on the command line
        raise UnreadError(str(error)) from None
    if photo:
        contact = contact._replace(photo=_rendered(photo))
    elif photo_url:
        raise UnreadError("photo-url: is not fetched here: leave it out, or give the photo's file with --photo")
    with output_file() as output:
        output.write(cards.write_contact(contact, version))


def _document(file: Path) -> Document:
    with opened(file) as source:
        document = wire.decode(source.read())
    fault = wire.action_fault(document)
    if fault:
        raise InvalidError([fault])
    return document


def _rendered(file: Path) -> Photo:
    from cardwright.photo.render import render

    try:
        return Photo("image/jpeg", render(file.read_bytes(), formats=DOCUMENTED))
    except InvalidError as error:
        raise UnreadError(f"{file}: {error}") from None
