"""Partner contacts, which take HTTP Basic."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cardwright.http.access import BasicAccess
from cardwright.surfaces.partner.gate import Gate
from cardwright.surfaces.partner.routes import application

if TYPE_CHECKING:
    from cardwright.http.asgi import Application
    from cardwright.mounts import Parts


def made(parts: Parts) -> Application:
    """Return the application."""
    gate = Gate(BasicAccess(parts.keyring), parts.large, parts.rate, strict=parts.settings.strict_parameters)
    return application(parts.contacts, parts.store.partners, parts.store.accounts, gate)
