"""`.ci/run` with stand-ins for what it calls: a package that cannot be installed is told, and keeps none out."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parents[1] / ".ci" / "run"
APT = """#!/bin/bash
echo "$*" >> {log}
[ "$1" != update ] || [ "$MISSING" != all ] || {{ echo "E: no mirror" >&2; exit 100; }}
for word in "$@"; do
  if [ "$word" = "$MISSING" ]; then
    [ "$(grep -c "$word" {log})" -lt "$FAILS" ] || exit 0
    echo "Reading package lists..."; echo "W: some warning" >&2; echo "E: Unable to locate package $word" >&2; exit 100
  fi
done
"""


def stand_in(folder: Path, name: str, text: str) -> None:
    (folder / name).write_text(text)
    (folder / name).chmod(0o755)


@pytest.mark.parametrize(
    ("missing", "fails", "told"),
    [
        ("none", 9, []),
        ("haproxy", 9, ["not installed: haproxy: E: Unable to locate package haproxy"]),
        ("all", 9, ["E: no mirror"]),
        ("haproxy", 2, []),  # a list of packages that was old: it is there the second time
    ],
)
def test_a_package_that_cannot_be_had_is_named_with_apt_s_reason(
    tmp_path: Path, missing: str, fails: int, told: list[str]
) -> None:
    log = tmp_path / "log"
    stand_in(tmp_path, "apt-get", APT.format(log=log))
    stand_in(tmp_path, "id", "#!/bin/sh\necho 0\n")
    stand_in(tmp_path, "npm", "#!/bin/sh\n")
    stand_in(tmp_path, "make", '#!/bin/sh\necho "make $*"\n')
    path = os.pathsep.join((str(tmp_path), os.environ["PATH"]))
    environment = {"PATH": path, "MISSING": missing, "FAILS": str(fails)}
    done = subprocess.run(["/bin/bash", SCRIPT], capture_output=True, text=True, check=False, env=environment)
    assert (done.returncode, done.stdout.splitlines()) == (0, [*told, "make test"])
    assert any(line.endswith(" nginx-light") or " nginx-light " in line for line in log.read_text().splitlines())
