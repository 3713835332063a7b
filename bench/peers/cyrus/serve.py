"""Serve the address books of Cyrus IMAP in the foreground, with what Debian's package has set: every write is durable.

Usage: serve.py FOLDER PORT. The folder gets the configuration, the mailboxes and one user, `bench`, whose password is
`bench`. Cyrus serves as its own user, who must get through to that folder; so root is needed.
"""

from __future__ import annotations

import contextlib
import imaplib
import shutil
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

NAME = PASSWORD = "bench"  # noqa: S105 - of a server on this machine
PROGRAMS = Path("/usr/lib/cyrus/bin")
SECONDS = 30
PROCESSES = 16
"""That wait for connections: each serves one."""

IMAPD_CONF = """
configdirectory: {folder}/conf
partition-default: {folder}/mail
defaultpartition: default
proc_path: {folder}/run/proc
mboxname_lockpath: {folder}/run/lock
httpmodules: carddav
autocreate_quota: 0
allowplaintext: yes
sasl_mech_list: PLAIN
sasl_pwcheck_method: auxprop
sasl_auxprop_plugin: sasldb
sasl_sasldb_path: {folder}/passwords
hashimapspool: true
umask: 077
"""

CYRUS_CONF = """
START {{
  recover cmd="{programs}/ctl_cyrusdb -C {folder}/imapd.conf -r"
}}
SERVICES {{
  {service} cmd="{service}d -C {folder}/imapd.conf" listen="127.0.0.1:{port}" prefork={processes} maxchild=100
}}
EVENTS {{
  checkpoint cmd="{programs}/ctl_cyrusdb -C {folder}/imapd.conf -c" period=30
}}
"""


def main(folder: Path, port: str) -> int:
    """Make the user the first time, start Cyrus, and wait for its end."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    if not (folder / "passwords").exists():
        _make_user(folder)
    with _master(folder, "http", port) as master:
        return master.wait()


def _make_user(folder: Path) -> None:
    """Make the user, and by a first sign-in the mailbox, without which there are no address books."""
    (folder / "imapd.conf").write_text(IMAPD_CONF.format(folder=folder))
    words = ("saslpasswd2", "-p", "-c", "-f", str(folder / "passwords"), "-u", socket.gethostname(), NAME)
    subprocess.run(words, input=PASSWORD.encode(), check=True)
    for name in ("conf", "mail", "run"):
        (folder / name).mkdir()
    for path in (folder, *folder.iterdir()):
        shutil.chown(path, "cyrus", "mail")
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    with _master(folder, "imap", port) as master:
        end = time.monotonic() + SECONDS
        while master.poll() is None and time.monotonic() < end:
            with contextlib.suppress(OSError, imaplib.IMAP4.abort), imaplib.IMAP4("127.0.0.1", port, SECONDS) as mail:
                mail.login(NAME, PASSWORD)
                return
            time.sleep(0.05)
    raise RuntimeError("Cyrus lets nobody sign in")


@contextlib.contextmanager
def _master(folder: Path, service: str, port: int | str) -> Iterator[subprocess.Popen[bytes]]:
    values = {"folder": folder, "port": port, "programs": PROGRAMS, "service": service, "processes": PROCESSES}
    (folder / "cyrus.conf").write_text(CYRUS_CONF.format(**values))
    options = ("-D", "-C", folder / "imapd.conf", "-M", folder / "cyrus.conf", "-p", folder / "pid")
    master = subprocess.Popen([PROGRAMS / "master", *options])
    try:
        yield master
    finally:
        master.terminate()
        master.wait()


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), sys.argv[2]))
