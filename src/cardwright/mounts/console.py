"""The console, which takes a session alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cardwright.book.imports import Imports
from cardwright.surfaces.console import page
from cardwright.surfaces.console.application import Console
from cardwright.surfaces.console.reference import Reference
from cardwright.surfaces.partner import wire

if TYPE_CHECKING:
    from cardwright.http.asgi import Application
    from cardwright.mounts import Parts


def made(parts: Parts) -> Application:
    """Return the application."""
    from cardwright.mounts.openapi import described

    return Console(
        page.Parts(
            *(parts.store, parts.contacts, parts.images, parts.photos, parts.keyring, parts.large),
            sign_in_failures=parts.sign_in_failures,
            reference=Reference(described()),
            maker=parts.createcontact.contact,
            maker_uses=parts.maker_uses,
            duplicates=parts.duplicates,
            imports=Imports(parts.store.jobs, parts.wake_imports),
            as_partner=wire.contact,
        )
    )
