"""How each surface is made from the parts of a worker: a module for each that is loaded by its first request.

`made` returns its application. `app.py` says where it answers.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable

    from cardwright.book.contacts import Contacts
    from cardwright.book.duplicates import Duplicates
    from cardwright.book.keyring import Keyring
    from cardwright.book.ports import Store
    from cardwright.http.large import LargeSlots
    from cardwright.http.rate import RateLimit
    from cardwright.http.shared_counters import SharedCounters
    from cardwright.images import ContactImages, Photos
    from cardwright.settings import Settings
    from cardwright.surfaces.createcontact.routes import CreateContact


class Parts(NamedTuple):
    """What surfaces are made from: one set of parts, opened at the start of a worker."""

    settings: Settings
    store: Store
    keyring: Keyring
    contacts: Contacts
    duplicates: Duplicates
    images: ContactImages
    photos: Photos
    large: LargeSlots
    createcontact: CreateContact
    wake_imports: Callable[[], None]
    rate: RateLimit | None
    sign_in_failures: SharedCounters
    maker_uses: SharedCounters | None
