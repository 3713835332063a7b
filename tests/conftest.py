"""What every test may ask for."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

sys.path.insert(0, str(Path(__file__).parent))  # tests import their tools by name: `serving`, `peers`

from serving import Served, serve

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """One server with the settings as they come, for all tests that leave it as it is."""
    with serve(tmp_path_factory.mktemp("data")) as served:
        yield served
