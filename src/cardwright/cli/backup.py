"""`cardwright backup`: a consistent copy while serving."""

from __future__ import annotations

from pathlib import Path  # noqa: TC003 - the command line reads the annotation

from cardwright.cli.arguments import DATA, Data, Json
from cardwright.cli.files import refuse_to_overwrite
from cardwright.cli.opening import kept_files, with_store
from cardwright.cli.output import show


def backup(file: Path, /, *, json: Json = False, data: Data = DATA) -> None:
    """Write a consistent copy of the store to a new file, also while the server runs.

    The copy has the schema that the store has: taken before an upgrade, it is what the older version reads.

    Parameters
    ----------
    file
        The file to write, which must not be there yet.
    """
    refuse_to_overwrite("FILE", file, kept_files(data))
    with_store(data, lambda store: store.backup(file), older="take")
    show({"File": str(file), "Bytes": file.stat().st_size}, as_json=json)
