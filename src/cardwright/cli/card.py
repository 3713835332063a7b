"""`cardwright card`: one createcontact document to one vCard, without a server."""

from __future__ import annotations

import sys
from pathlib import Path  # noqa: TC003 - the command line reads the annotation
from typing import Literal

from cardwright import cards
from cardwright.errors import Fault, InvalidError, Rule
from cardwright.surfaces.createcontact import wire


def card(file: Path | None = None, /, *, version: Literal["2.1", "3.0", "4.0"] = "3.0") -> None:
    """Read a createcontact JSON document and write its vCard to standard output.

    Parameters
    ----------
    file
        The document; standard input without it.
    version
        The version of the card.
    """
    body = file.read_bytes() if file else sys.stdin.buffer.read()
    contact, photo_url = wire.contact_from(wire.decode(body))
    if photo_url:
        message = "is not fetched here: leave it out, or give the photo's file with --photo"
        raise InvalidError([Fault("photo-url", Rule.PHOTO_UNREACHABLE, message)])
    sys.stdout.buffer.write(cards.write_contact(contact, version))
