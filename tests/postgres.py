"""A PostgreSQL cluster of the tests' own: made by the program's binaries in a temporary folder, and gone at the end.

It listens on a Unix socket alone, and keeps nothing safe: a test that is about that starts a cluster of its own.
"""

from __future__ import annotations

import contextlib
import lzma
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
import uuid
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal, NamedTuple

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_FOLDERS: Final = "/usr/lib/postgresql/*/bin"
_WATCH: Final = """
    read -r _
    if process=$(head -n 1 "$1/data/postmaster.pid" 2> /dev/null)
    then kill -QUIT "$process" && while kill -0 "$process" 2> /dev/null; do sleep 0.05; done
    fi
    rm -rf "$1"
"""
_FAST: Final = (
    "listen_addresses=",
    "fsync=off",
    "synchronous_commit=off",
    "full_page_writes=off",
    "shared_buffers=64MB",
    "max_connections=200",
)


def binaries() -> Path | None:
    """Return the folder of PostgreSQL's programs, of the newest version that there is; None for none."""
    if found := shutil.which("initdb"):
        return Path(found).resolve().parent
    versions = [folder for folder in Path("/").glob(_FOLDERS[1:]) if (folder / "initdb").exists()]
    return max(versions, key=lambda folder: float(folder.parent.name), default=None)


def why_not() -> str:
    """Return why no cluster can be run here; `""` when one can."""
    if binaries() is None:
        return "PostgreSQL's programs are not installed"
    if os.getuid() == 0 and _user() is None:
        return "PostgreSQL does not run as root, and there is no user postgres or nobody"
    return ""


class Cluster(NamedTuple):
    """A running cluster."""

    folder: Path
    user: str
    settings: tuple[str, ...]

    @property
    def data(self) -> Path:
        """Where its files are."""
        return self.folder / "data"

    @property
    def process(self) -> int:
        """The id of its first process, the parent of the others."""
        return int((self.data / "postmaster.pid").read_text().split()[0])

    def start(self) -> None:
        """Start the server, and wait until it answers."""
        options = " ".join(f"-c {one}" for one in (*self.settings, f"unix_socket_directories={self.folder}"))
        _as_user(["pg_ctl", "-D", str(self.data), "-l", str(self.folder / "log"), "-o", options, "-w", "start"])

    def stop(self, how: Literal["fast", "immediate"] = "immediate") -> None:
        """Stop the server: `immediate` as SIGKILL would, after which what was not made safe is gone."""
        _as_user(["pg_ctl", "-D", str(self.data), "-m", how, "-w", "stop"])

    def kill(self) -> None:
        """Kill the server and all of its processes, as a machine that loses its power."""
        main = self.process
        os.kill(main, signal.SIGSTOP)  # it makes no new ones meanwhile
        for pid in _children(main):
            _signal(pid, signal.SIGKILL)
        os.kill(main, signal.SIGKILL)
        while Path(f"/proc/{main}").exists():
            time.sleep(0.01)
        (self.data / "postmaster.pid").unlink()

    @contextlib.contextmanager
    def hung(self) -> Iterator[None]:
        """Let no process of the server run until the block ends; the kernel still takes connections for it."""
        main = self.process
        os.kill(main, signal.SIGSTOP)
        processes = [*_children(main), main]
        try:
            for pid in processes:
                _signal(pid, signal.SIGSTOP)
            yield
        finally:
            for pid in processes:
                _signal(pid, signal.SIGCONT)

    def tablespace(self, folder: Path) -> str:
        """Return the name of a tablespace in the folder, which becomes the server's."""
        if (owner := _user()) is not None:
            os.chown(folder, owner.pw_uid, owner.pw_gid)
        name = f"s{uuid.uuid4().hex}"
        self.run(f"CREATE TABLESPACE {name} LOCATION '{folder}'")
        return name

    def copy(self, primary: Cluster) -> None:
        """Copy the files of a running cluster, to follow it as its standby."""
        where = f"host={primary.folder} user={primary.user}"
        _as_user(["pg_basebackup", "-D", str(self.data), "-d", where, "-R", "-c", "fast", "-X", "stream", "--no-sync"])

    def set(self, name: str, value: str) -> None:
        """Change a setting of the running server."""
        self.run(f"ALTER SYSTEM SET {name} = '{value}'")
        self.run("SELECT pg_reload_conf()")

    def address(self, database: str) -> str:
        """Return the address of a database of it."""
        return f"postgresql:///{database}?host={self.folder}&user={self.user}"

    def run(self, sql: str, database: str = "postgres", *, seconds: float = 60) -> str:
        """Run statements past every rule, and return what they print."""
        command = [_program("psql"), "-h", str(self.folder), "-U", self.user, "-d", database, "-qAtX"]
        done = subprocess.run(
            [*command, "-v", "ON_ERROR_STOP=1", "-c", sql], check=True, capture_output=True, text=True, timeout=seconds
        )
        return done.stdout.strip()

    def load(self, file: Path, database: str) -> None:
        """Run what `dump` gave, packed by xz, in a database that has nothing in it."""
        command = [_program("psql"), "-h", str(self.folder), "-U", self.user, "-d", database, "-qX"]
        subprocess.run(
            [*command, "-v", "ON_ERROR_STOP=1", "-o", os.devnull],
            input=lzma.decompress(file.read_bytes()),
            check=True,
            timeout=60,
        )

    def dump(self, database: str, *options: str) -> bytes:
        """Return the statements that make all that is in a database; those of no version of PostgreSQL alone."""
        command = [_program("pg_dump"), "-h", str(self.folder), "-U", self.user, "--no-owner", *options, database]
        lines = subprocess.run(command, check=True, capture_output=True, timeout=60).stdout.splitlines(keepends=True)
        noise = (b"\\restrict", b"\\unrestrict", b"SET transaction_timeout", b"-- ", b"--\n", b"\n")
        return b"".join(line for line in lines if not line.startswith(noise))

    @staticmethod
    def name_of(address: str) -> str:
        """Return the name of the database of an address."""
        return address.partition("?")[0].rpartition("/")[2]

    @contextlib.contextmanager
    def database(self, tablespace: str = "pg_default") -> Iterator[str]:
        """Give the address of a new database, which has nothing in it; it goes when the block ends."""
        name = f"t{uuid.uuid4().hex}"
        self.run(f"CREATE DATABASE {name} TABLESPACE {tablespace}")
        try:
            yield self.address(name)
        finally:
            self.run(f"DROP DATABASE {name} WITH (FORCE)")


@contextlib.contextmanager
def cluster(settings: Sequence[str] = _FAST) -> Iterator[Cluster]:
    """Run a cluster; the test that asks is skipped where that cannot be done."""
    if reason := why_not():
        pytest.skip(reason)
    # A short path: that of a Unix socket has 107 octets.
    with tempfile.TemporaryDirectory(prefix="cwpg-", dir="/tmp", ignore_cleanup_errors=True) as made, _watched(made):
        running = Cluster(Path(made), "cardwright", tuple(settings))
        running.folder.chmod(0o755)
        running.data.mkdir(0o700)
        if (owner := _user()) is not None:
            for path in (running.folder, running.data):
                os.chown(path, owner.pw_uid, owner.pw_gid)
        how = ("-U", running.user, "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync")
        _as_user(["initdb", "-D", str(running.data), *how])
        try:
            running.start()
            yield running
        finally:
            with contextlib.suppress(subprocess.CalledProcessError):  # it may be stopped
                running.stop()


@contextlib.contextmanager
def _watched(folder: str) -> Iterator[None]:
    """Have another process end the cluster in `folder`, and remove that, when this one is killed in the block.

    It waits for the end of a pipe that this process alone holds, in a session of its own: Ctrl-C does not reach it.
    """
    watcher = subprocess.Popen(
        ["/bin/sh", "-c", _WATCH, "watch", folder], stdin=subprocess.PIPE, start_new_session=True
    )
    try:
        yield
    finally:
        watcher.communicate()


class Pair:
    """A primary and a standby that it waits for; `fail_over` and `follow` let them change places."""

    def __init__(self, primary: Cluster, standby: Cluster) -> None:
        self._primary, self._standby = primary, standby

    def address(self, database: str) -> str:
        """Return the address of a database of whichever is the primary."""
        hosts = f"{self._primary.folder},{self._standby.folder}"
        return f"postgresql:///{database}?host={hosts}&port=5432,5432&user={self._primary.user}"

    def fail_over(self) -> None:
        """Kill every process of the primary, and promote the standby."""
        self._primary.kill()
        self._primary, self._standby = self._standby, self._primary
        self._primary.run("SELECT pg_promote()")

    def follow(self) -> None:
        """Let the one that was killed begin anew as the standby, and the primary wait for it."""
        self._primary.set("synchronous_standby_names", "")
        shutil.rmtree(self._standby.data)
        self._standby.copy(self._primary)
        self._standby.start()
        self._primary.set("synchronous_standby_names", "*")


@contextlib.contextmanager
def replicated() -> Iterator[Pair]:
    """Run a primary that waits for its standby with every commit."""
    safe = ("listen_addresses=", "fsync=on", "synchronous_commit=on", "wal_level=replica", "max_connections=200")
    with cluster(safe) as primary, cluster(safe) as standby:
        standby.stop()
        pair = Pair(primary, standby)
        pair.follow()
        yield pair


def _program(name: str) -> str:
    folder = binaries()
    assert folder, "asked for after `why_not`"
    return str(folder / name)


def _signal(pid: int, number: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, number)


def _children(main: int) -> list[int]:
    """Return the processes whose parent this one is."""
    children = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            parent = stat.read_text().rpartition(")")[2].split()[1]
            if int(parent) == main:
                children.append(int(stat.parent.name))
    return children


def _as_user(command: Sequence[str]) -> None:
    """Run one of PostgreSQL's programs, as another user when this is root."""
    owner = _user()
    # no pipes: the server that pg_ctl leaves running would hold them
    subprocess.run(
        [_program(command[0]), *command[1:]],
        check=True,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        timeout=120,
        cwd="/",
        **({} if owner is None else {"user": owner.pw_uid, "group": owner.pw_gid, "extra_groups": []}),
    )


def _user() -> pwd.struct_passwd | None:
    """Return the user to be when this is root."""
    if os.getuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        with contextlib.suppress(KeyError):
            return pwd.getpwnam(name)
    return None
