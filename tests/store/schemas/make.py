"""Keep a store of today's schema for the tests of its successors: run this with every migration, and commit the files.

    python tests/store/schemas/make.py

One of SQLite, and one of PostgreSQL in the folder `postgres`: run with both, and commit what is new.
`0002` to `0006` were made so by the program as it was when each schema came to main; `0004-letters` by the first form
of 0004, four minutes before the other. `0001`, with which no program ran, holds what it has tables for. In `postgres`,
a name after the number tells a store that was made while main had two migrations of one number, or another form of one;
6 and 11 were never the last but so, and 7 never was.
"""

from __future__ import annotations

import asyncio
import lzma
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from cardwright.book import accounts, partners
from cardwright.book.card_ports import Book, BookProperty
from cardwright.book.contacts import Contacts
from cardwright.book.files.contents import Contents
from cardwright.book.groups import Group
from cardwright.book.images import image_of
from cardwright.book.import_jobs import ImportChoice
from cardwright.book.kept_uploads import KeptUpload
from cardwright.book.ports import Draft, Place
from cardwright.book.requests import Patch
from cardwright.cards import write_contact
from cardwright.store import open_store
from cardwright.store.postgres import migrations as postgres_migrations
from cardwright.store.sqlite import migrations
from cardwright.store.sqlite.database import FILE
from postgres import cluster
from store.acme import RICH, WILE, Images

SID = "IRacme"
PLACE = Place(SID, "1000")
GROUP = b"BEGIN:VCARD\nVERSION:4.0\nKIND:group\nUID:runners\nFN:Runners\nMEMBER:urn:uuid:of-its-own\nEND:VCARD\n"
CARD = write_contact(RICH).replace(b"END:VCARD", b"X-OWN:" + b"x" * 20_000 + b"\r\nEND:VCARD")


async def fill(data: Path | str) -> None:
    """Make what tests/store/test_migrations.py expects: contacts of every kind, with something behind them."""
    async with open_store(data) as store:
        await accounts.add_account(store.accounts, "Acme", SID)
        await partners.add_campaign(store.partners, *PLACE, "First")
        for number in ("10000", "10001"):
            await partners.add_partner(store.partners, SID, number, f"Partner {number}")
        person = {"first": "Road", "last": "Runner", "email": "road@example.com", "title": "Fast"}
        await partners.add_user(store.partners, SID, "10000", **person)
        contacts = Contacts(store.contacts, Images())
        new = WILE._replace(labels=("Main Contact",))
        await contacts.create(*PLACE, new._replace(image_file=b"GIF 1"), by="test")
        await contacts.create(*PLACE, new._replace(first="Søren", last="Łęcki"), by="test", key="k")
        await store.contacts.create(PLACE, Draft(RICH, ("10000",), None, CARD), "test")
        await contacts.create(*PLACE, new._replace(first="Gone"), by="test")
        await contacts.update(*PLACE, "2", Patch(title="Genius", image_file=b"GIF 2"), by="test")
        await contacts.update(*PLACE, "4", Patch(title="Chief", partners_add=("10001",)), by="test")
        await contacts.update(*PLACE, "M1", Patch(title="Own title"), by="test")
        await contacts.delete(*PLACE, "5", by="test")
        await contacts.create(*PLACE, new._replace(first="Erased"), by="test")
        await contacts.erase(*PLACE, "6", by="test")
        await store.sessions.begin(SID, b"digest", (await store.accounts.tokens(SID))[0].token_id, 60)
        upload = KeptUpload("a.gif", await image_of("image/gif", b"GIF 3", b"small"))
        await store.uploads.keep(PLACE, 2, b"digest", "name", upload)
        await store.groups.keep(PLACE, [Group("runners", GROUP)], lambda there, _: there)
        for book in (Book(*PLACE), Book(SID, "")):
            await store.cards.following(book)
            await store.cards.set_properties(
                book, lambda was: was._replace(properties=[BookProperty("urn:x", "c", "", "1")])
            )
        await store.cards.move(Book(*PLACE), "runners.vcf", Book(*PLACE), "club.vcf", lambda *_: None, "test")
        job = await store.jobs.add(PLACE, "people.vcf", "test")
        await store.jobs.put(PLACE, job, 0, CARD)
        await store.jobs.arrived(PLACE, job, len(CARD), Contents("vcard", 1), ImportChoice())


def main() -> None:
    """Write the files of today's schemas beside this program."""
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(fill(Path(folder)))
        octets = (Path(folder) / FILE).read_bytes()
    _keep(f"{migrations.LAST:04}.sqlite3.xz", octets)
    with cluster() as postgres, postgres.database() as address:
        asyncio.run(fill(address))
        _keep(f"postgres/{postgres_migrations.LAST:04}.sql.xz", postgres.dump(postgres.name_of(address)))


def _keep(name: str, octets: bytes) -> None:
    target = Path(__file__).parent / name
    target.write_bytes(lzma.compress(octets, preset=9 | lzma.PRESET_EXTREME))
    print(f"{target}: {target.stat().st_size} octets")


if __name__ == "__main__":
    main()
