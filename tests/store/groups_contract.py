"""What every store does with groups: cards with members, which are no people."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from cardwright.book import partners
from cardwright.book.files import exports
from cardwright.book.groups import NOTE, Group
from cardwright.contact.model import Contact, Email, Name
from cardwright.errors import NotFoundError
from store.acme import Book, book_of
from store.importing import cards, outcomes, people, told

if TYPE_CHECKING:
    from cardwright.book.outcomes import OnDuplicate
    from cardwright.book.ports import Store

UID = "A0B1C2D3-0000-4000-8000-00000000000A"
KINDS = {
    "4.0": b"BEGIN:VCARD\nVERSION:4.0\nKIND:group\nFN:Rowers\nUID:%s\n"
    b"MEMBER:urn:uuid:one\nMEMBER:mailto:two@example.org\nEND:VCARD\n",
    "4.0 in capitals": b"BEGIN:VCARD\nVERSION:4.0\nkind:GROUP\nFN:Rowers\nUID:%s\nEND:VCARD\n",
    "Apple": b"BEGIN:VCARD\r\nVERSION:3.0\r\nPRODID:-//Apple Inc.//macOS//EN\r\nN:Rowers\r\nFN:Rowers\r\n"
    b"X-ADDRESSBOOKSERVER-KIND:group\r\nX-ADDRESSBOOKSERVER-MEMBER:urn:uuid:one\r\nUID:%s\r\nEND:VCARD\r\n",
    "with all that a person has": b"BEGIN:VCARD\nVERSION:4.0\nKIND:group\nN:Moss;Ida;;;\nFN:Ida Moss\nUID:%s\n"
    b"EMAIL:ida@example.com\nTEL:5551234\nX-OWN;A=b:1\nEND:VCARD\n",
}
IDA = Contact(Name("Ida", "Moss"), emails=(Email("ida@example.com"),), uid=f"urn:uuid:{UID.lower()}")


def group(kind: str = "4.0", uid: str = UID) -> bytes:
    return KINDS[kind] % uid.encode()


async def kept(book: Book, store: Store | None = None, campaign: str = "1000") -> list[bytes]:
    place = book.place._replace(campaign=campaign)
    return [one.card for one in await (store or book.store).groups.following(place)]


class GroupContract:
    """Groups come and go in files, and are met nowhere else."""

    @pytest.mark.parametrize("kind", KINDS)
    async def test_it_is_kept_byte_for_byte_and_is_no_person(self, store: Store, kind: str) -> None:
        book = await book_of(store)
        (result,) = await outcomes(book, group(kind))
        assert (result.outcome, result.contact, result.warnings) == ("created", "", (NOTE,))
        assert await kept(book) == [group(kind)]
        assert exports.group_in_file(group(kind)) == group(kind)
        page = await book.page()
        assert (page.contacts, page.total, await book.found(search="rowers")) == ((), 0, [])
        with pytest.raises(NotFoundError):
            await book.get("1")
        assert await book.create() == "1"
        assert await store.check() == []

    @pytest.mark.parametrize("kind", KINDS)
    @pytest.mark.parametrize("first", [True, False])
    async def test_nobody_is_taken_for_it(self, store: Store, kind: str, *, first: bool) -> None:
        book = await book_of(store)
        parts = [group(kind), cards(IDA)]
        results = await outcomes(book, b"".join(parts if first else parts[::-1]))
        assert [one.outcome for one in results] == ["created", "created"]
        assert (len(await people(book)), await kept(book)) == (1, [group(kind)])

    @pytest.mark.parametrize("how", ["skip", "update", "replace", "add"])
    async def test_a_second_time_it_is_the_same_one(self, store: Store, how: OnDuplicate) -> None:
        book = await book_of(store)
        outcome = "skipped" if how in {"skip", "add"} else "unchanged"
        results = await outcomes(book, group() + group(), how)
        results += await outcomes(book, group(), how)
        assert told(results) == [("created", ""), (outcome, ""), (outcome, "")]
        assert ["group" in one.reason for one in results] == [False, True, True]
        assert await kept(book) == [group()]

    @pytest.mark.parametrize("uid", [f"urn:uuid:{UID}", UID.lower(), f"URN:UUID:{UID.lower()}"])
    async def test_its_uid_is_compared_as_uuids_are(self, store: Store, uid: str) -> None:
        book = await book_of(store)
        assert [one.outcome for one in await outcomes(book, group() + group(uid=uid))] == ["created", "skipped"]

    async def test_without_a_uid_the_same_card_is_the_same_group(self, store: Store) -> None:
        book = await book_of(store)
        one = group().replace(b"UID:" + UID.encode() + b"\n", b"")
        other = one.replace(b"Rowers", b"Divers")
        results = await outcomes(book, one + other + one)
        assert [result.outcome for result in results] == ["created", "created", "skipped"]
        assert await kept(book) == [one, other]

    async def test_an_update_adds_members_and_a_replacement_is_the_whole_truth(self, store: Store) -> None:
        book = await book_of(store)
        comes = group().replace(b"urn:uuid:one", b"urn:uuid:three").replace(b"Rowers", b"Rowing club")
        await outcomes(book, group())
        assert [one.outcome for one in await outcomes(book, comes)] == ["skipped"]
        assert await kept(book) == [group()]
        assert [one.outcome for one in await outcomes(book, comes + comes, "update")] == ["updated", "unchanged"]
        (card,) = await kept(book)
        lines = card.decode().split()
        members = ["urn:uuid:one", "mailto:two@example.org", "urn:uuid:three"]
        assert [line[7:] for line in lines if line.startswith("MEMBER:")] == members
        assert ("KIND:group" in lines, b"FN:Rowing club" in card) == (True, True)
        assert [one.outcome for one in await outcomes(book, comes, "replace")] == ["updated"]
        assert await kept(book) == [comes]

    async def test_rows_among_people_are_told_in_their_order(self, store: Store) -> None:
        book = await book_of(store)
        file = b"".join(cards(Contact(Name(f"P{at}"))) + group(uid=f"g{at}") for at in range(3))
        results = await outcomes(book, file, "update")
        assert [one.row for one in results] == [1, 2, 3, 4, 5, 6]
        assert [one.contact for one in results] == ["1", "", "2", "", "3", ""]

    async def test_a_dry_run_says_the_same_and_keeps_nothing(self, store: Store) -> None:
        book = await book_of(store)
        await outcomes(book, group())
        file = group() + group(uid="other")
        async with store.dry_run(book.place, cards=False) as copy:
            promised = await outcomes(book, file, "skip", copy)
            assert len(await kept(book, copy)) == 2
            assert await copy.check() == []
        assert await kept(book) == [group()]
        assert await outcomes(book, file) == promised

    async def test_each_campaign_has_its_own_and_takes_it_along(self, store: Store) -> None:
        book = await book_of(store)
        await partners.add_campaign(store.partners, book.sid, "2000", "Second")
        second = book.place._replace(campaign="2000")
        await outcomes(book, group())
        assert await store.groups.keep(second, [Group("one", b"1"), Group("two", b"2")], lambda there, _: there) == [
            "created",
            "created",
        ]
        await store.partners.remove_campaign(book.sid, "1000")
        with pytest.raises(NotFoundError):
            await kept(book)
        assert await kept(book, campaign="2000") == [b"1", b"2"]
        await store.accounts.remove(book.sid)
        assert await store.check() == []

    async def test_it_stays_when_a_contact_is_erased(self, store: Store) -> None:
        book = await book_of(store)
        await outcomes(book, cards(IDA) + group("with all that a person has"))
        await book.contacts.erase(book.sid, "1000", "1", by="test")
        assert await kept(book) == [group("with all that a person has")]
        assert await store.check() == []

    async def test_many_are_read_some_at_a_time(self, store: Store) -> None:
        book = await book_of(store)
        made = [Group(str(at), b"%d" % at) for at in range(1_203)]
        await store.groups.keep(book.place, made, lambda there, _: there)
        found, after = [], 0
        while some := await store.groups.following(book.place, after):
            found += [one.card for one in some]
            after = some[-1].number
        assert found == [one.card for one in made]
        await store.partners.remove_campaign(book.sid, "1000")
        assert await store.check() == []
