"""`cardwright export`: a campaign's contacts as a file."""

from __future__ import annotations

import gc
from pathlib import Path  # noqa: TC003 - the command line reads the annotation
from typing import TYPE_CHECKING, Annotated, Final

from cyclopts import Parameter

from cardwright.book.files.export_streams import Export, Format
from cardwright.book.ports import Place
from cardwright.cli.arguments import DATA, CampaignId, Data, Sid
from cardwright.cli.files import refuse_to_overwrite, replacing
from cardwright.cli.opening import kept_files, with_store
from cardwright.cli.output import complain, output_file
from cardwright.surfaces.partner import wire

if TYPE_CHECKING:
    from cardwright.book.ports import Store

_GARBAGE: Final = 50_000  # objects between two collections: a contact leaves no cycle behind


def export(
    sid: Sid,
    campaign: CampaignId,
    /,
    *,
    format_: Annotated[Format, Parameter(name="--format")] = "vcf",
    output: Annotated[Path | None, Parameter(name=["--output", "-o"])] = None,
    data: Data = DATA,
) -> None:
    """Write a campaign's contacts: as cards, as a table, as one JSON array of jCards or of contacts.

    Parameters
    ----------
    format_
        The kind of file; a table has no photos.
    output
        The file to write; standard output without it.
    """
    if output:
        refuse_to_overwrite("--output", output, kept_files(data))

    async def run(store: Store) -> None:
        await store.partners.campaign(sid, campaign)
        gc.freeze()  # what is here now stays
        gc.set_threshold(_GARBAGE)
        made = Export(store, Place(sid, campaign))
        with replacing(output) if output else output_file() as file:
            async for block in made.blocks(format_, wire.contact):
                file.write(block)
            file.flush()
        if made.groups:
            complain(f"groups left out, which no table can say: {made.groups}; --format vcf has them")
        if made.beyond:
            who = "1 contact has" if made.beyond == 1 else f"{made.beyond} contacts have"
            complain(f"{who} a photo, or a card with more than a table can say: --format vcf has all of it")

    with_store(data, run)
