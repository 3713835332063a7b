"""What the peers need: Python ones in virtual environments of their own under bench/.peers, made on first use."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
from pathlib import Path

from report import UnavailableError

PEERS = Path(__file__).parent / "peers"
_KEPT = Path(__file__).parent / ".peers"


def venv(name: str) -> Path:
    """Return the `bin` of the peer's virtual environment, made anew when its pinned requirements have changed."""
    requirements, folder = PEERS / name / "requirements.txt", _KEPT / name
    wanted, stamp = hashlib.sha256(requirements.read_bytes()).hexdigest(), folder / "stamp"
    if not stamp.exists() or stamp.read_text() != wanted:
        _run(name, [sys.executable, "-m", "venv", "--clear", str(folder)])
        _run(
            name,
            [str(folder / "bin/pip"), "install", "--quiet", "--require-hashes", "--requirement", str(requirements)],
        )
        stamp.write_text(wanted)
    return folder / "bin"


def node(name: str) -> Path:
    """Return the folder of a peer in Node with its packages installed; no lock file is kept."""
    programs("node", "npm")
    folder = PEERS / name
    stamp = folder / "node_modules" / ".package-lock.json"
    if not stamp.exists() or stamp.stat().st_mtime < (folder / "package.json").stat().st_mtime:
        _run(name, ["npm", "install", "--no-package-lock", "--no-audit", "--no-fund", "--prefix", str(folder)])
    return folder


def programs(*names: str) -> list[str]:
    """Return where the programs are; raises UnavailableError naming those that are missing."""
    found = {name: shutil.which(name, path="/usr/local/sbin:/usr/sbin:/sbin") or shutil.which(name) for name in names}
    if missing := [name for name, path in found.items() if not path]:
        raise UnavailableError(f"not installed: {', '.join(missing)}")
    return [path for path in found.values() if path]


def _run(name: str, argv: list[str]) -> None:
    done = subprocess.run(argv, capture_output=True, text=True, check=False)
    if done.returncode:
        raise UnavailableError(f"{name} cannot be installed: {done.stderr.strip()[-500:]}")
