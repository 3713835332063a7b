"""CardDAV, which takes HTTP Basic."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cardwright.book.address_books import AddressBooks
from cardwright.book.card_texts import CardTexts
from cardwright.surfaces.dav import context
from cardwright.surfaces.dav.access import DavAccess
from cardwright.surfaces.dav.application import CardDav

if TYPE_CHECKING:
    from cardwright.http.asgi import Application
    from cardwright.mounts import Parts


def made(parts: Parts) -> Application:
    """Return the application."""
    store = parts.store
    books = AddressBooks(store, parts.images)
    handlers = context.Parts(books, store, CardTexts(store.cards), parts.large)
    return CardDav(handlers, DavAccess(parts.keyring), parts.rate)
