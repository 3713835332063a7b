"""A program of GNOME: opens a CardDAV book through evolution-data-server and does what standard input says.

Usage: client.py URL USER PASSWORD, in a D-Bus session of its own with a key ring. It is told a list in JSON per line,
and answers so: `["books"]`, `["open", path]`, `["seen", names]`, `["add", cards]`, `["edit", name, address]`,
`["remove", name]`.
"""

from __future__ import annotations

import json
import sys
import time
from typing import Any
from urllib.parse import urlsplit

import gi

for part in ("EBook", "EBookContacts", "EDataServer"):
    gi.require_version(part, "1.2")
from gi.repository import EBook, EBookContacts, EDataServer  # noqa: E402 - after their versions

SECONDS = 100
URL, USER, PASSWORD = sys.argv[1:4]


class Client:
    """One book, as a program of GNOME has it."""

    def __init__(self) -> None:
        self.registry = EDataServer.SourceRegistry.new_sync(None)
        self.source = EDataServer.Source.new_with_uid("book", None)
        self.source.set_parent("carddav-stub")
        address, way_in = urlsplit(URL), self.source.get_extension(EDataServer.SOURCE_EXTENSION_AUTHENTICATION)
        way_in.set_host(address.hostname)
        way_in.set_port(address.port)
        way_in.set_user(USER)
        way_in.set_method("plain/password")
        self.source.get_extension(EDataServer.SOURCE_EXTENSION_SECURITY).set_method("none")

    def books(self) -> list[tuple[str, str]]:
        """Find the books, from the server's bare address."""
        given = EDataServer.NamedParameters.new()
        given.set("username", USER)
        given.set("password", PASSWORD)
        kind = EDataServer.WebDAVDiscoverSupports.CONTACTS
        _, _, _, found, _ = EDataServer.webdav_discover_sources_sync(self.source, URL, kind, given, None)
        return [(book.display_name, urlsplit(book.href).path) for book in found]

    def open(self, path: str) -> int:
        """Open the book, which is kept here from now on."""
        self.source.get_extension(EDataServer.SOURCE_EXTENSION_WEBDAV_BACKEND).set_resource_path(path)
        self.source.get_extension(EDataServer.SOURCE_EXTENSION_ADDRESS_BOOK).set_backend_name("carddav")
        self.source.get_extension(EDataServer.SOURCE_EXTENSION_OFFLINE).set_stay_synchronized(True)
        self.source.store_password_sync(PASSWORD, True, None)  # noqa: FBT003 - GNOME's: for good
        self.registry.commit_source_sync(self.source, None)
        self.book = EBook.BookClient.connect_sync(self.registry.ref_source("book"), 1, None)
        return 0

    def seen(self, names: list[str]) -> list[str]:
        """Sync until these are the names, and return what they are then."""
        end, names = time.monotonic() + SECONDS, sorted(names)
        while sorted(self._contacts()) != names and time.monotonic() < end:
            self.book.refresh_sync(None)
            time.sleep(0.1)
        return sorted(self._contacts())

    def add(self, cards: list[str]) -> int:
        """Put new cards."""
        for card in cards:
            self.book.add_contact_sync(EBookContacts.Contact.new_from_vcard(card), 0, None)
        return len(cards)

    def edit(self, name: str, address: str) -> int:
        """Give a contact another e-mail address."""
        contact = self._contacts()[name]
        contact.set_property("email-1", address)
        self.book.modify_contact_sync(contact, 0, None)
        return 0

    def remove(self, name: str) -> int:
        """Remove a contact."""
        self.book.remove_contact_sync(self._contacts()[name], 0, None)
        return 0

    def _contacts(self) -> dict[str, Any]:
        _, contacts = self.book.get_contacts_sync("#t", None)
        return {contact.get_property("full-name"): contact for contact in contacts}


client = Client()
for line in sys.stdin:
    what, *words = json.loads(line)
    print(json.dumps(getattr(client, what)(*words)), flush=True)
