"""The gate on coverage: which report passes, and what is said of one that does not."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

GATE = Path(__file__).with_name("branches.py")
PASSES = {
    "src/cardwright/book/a.py": (100, 98),
    "src/cardwright/cards/a.py": (10, 10),
    "src/cardwright/cards/b.py": (0, 0),
}
CASES = [
    # the files of a report with their branches, taken or not; what is said; how it ends
    (PASSES, "book 98.0 %, cards 100.0 %", 0),
    (
        PASSES | {"src/cardwright/book/b.py": (100, 95)},
        "COVERAGE FAILED, whatever became of the tests: under 97.0 %: book",
        1,
    ),
    (PASSES | {"src/cardwright/book/b.py": (100, 95)}, "src/cardwright/book/b.py: 7-9, 8 -1", 1),
    (PASSES | {"/elsewhere/src/cardwright/book/b.py": (100, 100)}, "PYTHONPATH", 1),
]


@pytest.mark.parametrize(("files", "said", "status"), CASES, ids=["enough", "too few", "which", "other sources"])
def test_the_gate(files: dict[str, tuple[int, int]], said: str, status: int, tmp_path: Path) -> None:
    summaries = {
        name: {
            "summary": {"num_branches": branches, "covered_branches": taken},
            "missing_branches": [[7, 9], [8, -1]] if taken < branches else [],
        }
        for name, (branches, taken) in files.items()
    }
    (tmp_path / "report.json").write_text(json.dumps({"files": summaries}))
    done = subprocess.run([sys.executable, GATE, tmp_path / "report.json"], capture_output=True, text=True, check=False)
    assert said in done.stdout + done.stderr
    assert done.returncode == status
