"""Programs that are not ours and read cards: ez-vcard (Debian's libez-vcard-java) and ical.js (npm).

A test that wants one where it is not there, or cannot be had, is skipped and says why.
"""

from __future__ import annotations

import fcntl
import shutil
import subprocess
from pathlib import Path

import pytest

_PEERS = Path(__file__).parent
_JARS = [Path("/usr/share/java/ez-vcard.jar"), Path("/usr/share/java/vinnie.jar")]
"""Of Debian's libez-vcard-java and libvinnie-java, which the first needs and does not depend on."""
_SECONDS = 90  # to install or run a reader: far more than it takes


def ez_vcard(program: str, cards: bytes) -> str:
    """Return what a program of `ezvcard/` prints of cards."""
    programs = {name: shutil.which(name) for name in ("java", "javac")}  # the second is what lets the first compile
    missing = [name for name, path in programs.items() if not path] + [str(jar) for jar in _JARS if not jar.exists()]
    if missing:
        pytest.skip(f"not installed: {', '.join(missing)}")
    done = _run("java", "-cp", ":".join(map(str, _JARS)), _PEERS / "ezvcard" / program, given=cards)
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout.decode()


def ical_js(program: str, cards: bytes) -> str:
    """Return what a program of `icaljs/` prints of cards."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if not node or not npm:
        pytest.skip("node and npm are not installed")
    folder = _PEERS / "icaljs"
    with Path(folder, "package.json").open() as one_at_a_time:
        fcntl.flock(one_at_a_time, fcntl.LOCK_EX)
        if not (folder / "node_modules" / "ical.js").exists():
            done = _run(npm, "install", "--no-package-lock", "--no-audit", "--no-fund", "--prefix", folder)
            if done.returncode:
                pytest.skip(f"ical.js cannot be installed: {done.stderr.decode()[-300:]}")
    done = _run(node, folder / program, given=cards)
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout.decode()


def _run(*argv: str | Path, given: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(argv, input=given, capture_output=True, check=False, timeout=_SECONDS)
