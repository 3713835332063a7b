"""Commands that are forked from a process which has loaded the program once, and not started anew.

Each is a process of its own, as `cardwright …` is, with the same arguments and environment, but costs a hundredth of a
second where that takes a quarter. How the program starts is tested where `serving.PROGRAM` is run.
"""

from __future__ import annotations

import atexit
import gc
import json
import os
import subprocess
import sys
import tempfile
import threading
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

if TYPE_CHECKING:
    from collections.abc import Callable


_TURN = threading.Lock()  # some tests prepare in threads


def forked(arguments: list[str], environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    """Run the command line to its end."""
    with _TURN, tempfile.TemporaryDirectory() as folder:
        process = _parent(json.dumps(environment))
        assert process.stdin
        assert process.stdout
        out, err = Path(folder, "out"), Path(folder, "err")
        process.stdin.write(json.dumps([arguments, str(out), str(err), str(Path.cwd())]) + "\n")
        process.stdin.flush()
        status = int(process.stdout.readline())
        return subprocess.CompletedProcess(arguments, status, out.read_text(), err.read_text())


@lru_cache
def _parent(environment: str) -> subprocess.Popen[str]:
    """Return the process that the commands are forked from; it ends with this one."""
    argv = (sys.executable, __file__)
    process = subprocess.Popen(
        argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=json.loads(environment), process_group=0
    )

    def end() -> None:
        process.communicate()

    atexit.register(end)
    return process


def main() -> None:
    """Fork a command for each line of standard input, and answer with its exit status."""
    import cardwright.store.sqlite  # noqa: F401, PLC0415 - here alone, and not in the test that imports this module
    from cardwright.cli import main as command_line  # noqa: PLC0415 - as above
    from cardwright.cli import program  # noqa: PLC0415 - as above

    program().resolved_commands()  # loads the modules of all of them
    gc.freeze()
    for line in sys.stdin:
        arguments, out, err, folder = json.loads(line)
        if not (child := os.fork()):
            _run(lambda: command_line(arguments), out, err, folder)  # noqa: B023 - the child runs it at once
        print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)


def _run(command: Callable[[], None], out: str, err: str, folder: str) -> NoReturn:
    """Be the command."""
    status = 1
    try:
        os.chdir(folder)
        for stream, name in ((0, os.devnull), (1, out), (2, err)):
            os.dup2(os.open(name, os.O_RDWR | os.O_CREAT, 0o600), stream)
        command()
        status = 0
    except SystemExit as left:
        status = int(left.code or 0)
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(status)


if __name__ == "__main__":
    main()
