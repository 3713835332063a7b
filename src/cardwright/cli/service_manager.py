"""Tell systemd how far the server is (sd_notify(3)): `READY=1` once it serves, `STOPPING=1` when it is told to stop."""

from __future__ import annotations

import contextlib
import os
import socket


def notify(state: str) -> None:
    """Send the state to whoever started the server, where that asks for it (`Type=notify`)."""
    address = os.environ.get("NOTIFY_SOCKET", "")
    if not address:
        return
    if address.startswith("@"):  # a name in the abstract namespace (unix(7))
        address = f"\0{address[1:]}"
    with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
        manager.sendto(state.encode(), address)
