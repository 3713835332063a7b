"""An Apple configuration profile that sets up CardDAV: the file that `Download profile` of P11 gives (CW-71).

It holds no password, which the device asks for, and is not signed, which the device says when it is installed.
"""

from __future__ import annotations

import plistlib
from typing import TYPE_CHECKING, Any, Final, NamedTuple
from urllib.parse import urlsplit
from uuid import NAMESPACE_URL, uuid5

from cardwright.surfaces.console.texts import text

if TYPE_CHECKING:
    from collections.abc import Mapping

MEDIA_TYPE: Final = "application/x-apple-aspen-config"


class DavServer(NamedTuple):
    """Where CardDAV is, as a device must know it."""

    origin: str
    """Scheme, host and port, with what a proxy has before our paths."""
    sid: str

    @property
    def principal(self) -> str:
        """The path of the principal, with what a proxy has before it."""
        return f"{urlsplit(self.origin).path}/dav/principals/{self.sid}/"


def profile(server: DavServer, user: str, account: str) -> bytes:
    """Return the profile, an XML property list.

    Its ids follow from the server and the user name, so that a profile that is installed again takes the place of the
    first.
    """
    identifier = f"cardwright.{uuid5(NAMESPACE_URL, f'{server.origin}/dav/{user}')}"
    contents = {
        **_carddav(server, user, account),
        **_payload(f"{identifier}.carddav", "com.apple.carddav.account", account),
    }
    whole = _payload(identifier, "Configuration", account)
    whole |= {"PayloadDescription": text("phone.profile-says", account=account), "PayloadContent": [contents]}
    return plistlib.dumps(whole)


def _carddav(server: DavServer, user: str, account: str) -> Mapping[str, Any]:
    parts = urlsplit(server.origin)
    is_secure = parts.scheme == "https"
    return {
        "CardDAVAccountDescription": text("phone.profile-name", account=account),
        "CardDAVHostName": parts.hostname or "",
        "CardDAVPort": parts.port or (443 if is_secure else 80),
        "CardDAVUseSSL": is_secure,
        "CardDAVPrincipalURL": server.principal,
        "CardDAVUsername": user,
    }


def _payload(identifier: str, kind: str, account: str) -> dict[str, Any]:
    return {
        "PayloadIdentifier": identifier,
        "PayloadUUID": str(uuid5(NAMESPACE_URL, identifier)).upper(),
        "PayloadType": kind,
        "PayloadVersion": 1,
        "PayloadDisplayName": text("phone.profile-name", account=account),
    }
