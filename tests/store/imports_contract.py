"""Imports against the store: who is found there, what is kept, and that a dry run says the same."""

from __future__ import annotations

import io
import threading
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from cardwright.book import known_people, upsert
from cardwright.book.files import import_rows
from cardwright.book.files.import_rows import batches
from cardwright.book.files.reading import read
from cardwright.book.import_row import ImportRow
from cardwright.book.requests import Query
from cardwright.book.upsert import Upsert
from cardwright.contact.model import Contact, Email, Name, Phone
from store.acme import RICH, Images, book_of
from store.importing import cards, outcomes, people, told, written

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from cardwright.book.import_ports import Created, ImportStore
    from cardwright.book.outcomes import OnDuplicate, Result
    from cardwright.book.ports import ContactStore, Draft, Place, Store
    from cardwright.book.stored import StoredContact

US = Phone("8059876543", "mobile", "US")
PEOPLE = (
    Contact(Name("Wile", "Coyote"), emails=(Email("wile.coyote@example.com"),), phones=(US,)),
    Contact(Name("Road", "Runner"), phones=(Phone("8051234567", "home", "US"), Phone("555 12"))),
    Contact(Name("Name", "Only")),
    Contact(organization="Acme"),
    RICH,
)


def take(monkeypatch: pytest.MonkeyPatch, together: int) -> None:
    """Have so many rows taken together."""
    monkeypatch.setattr(upsert, "_AT_A_TIME", together)
    monkeypatch.setattr(import_rows, "_ROWS", together)


FILES = {
    "csv": b"Name,Phone\nWile Coyote,+1 805 987 6543\nRoad Runner,\n,12\n",
    "vcf": cards(*(contact._replace(uid="") for contact in PEOPLE)),
    "jcard": b'[["vcard",[["fn",{},"text","Wile Coyote"]]],["vcard",[["tel",{},"text","12"]]]]',
}


WILE = PEOPLE[0]._replace(uid="w")
TWINS = [
    # what comes twice in one file, by what it is the same
    (WILE, Contact(Name("Other"), uid="w"), "UID"),
    (WILE, Contact(Name("WILE", "coyote"), emails=(Email("WILE.coyote@example.com"),)), "e-mail address"),
    (WILE, Contact(emails=(Email("wile.coyote@example.com"),)), "e-mail address"),
    (WILE, Contact(Name("wile", "COYOTE"), phones=(US._replace(label="work"),)), "phone number and name"),
]


def own(uid: str) -> str:
    """Return a UID unless it was made up."""
    return "" if uid.startswith("urn:uuid:") else uid


SOME = st.lists(
    st.builds(
        lambda first, email, number, uid, title: Contact(
            Name(first),
            title=title,
            uid=uid,
            emails=(Email(email),) if email else (),
            phones=(number,) if number else (),
        ),
        st.sampled_from(["A", "B", "a", "É", "!", ""]),
        st.sampled_from(["", "a@example.com", "A@example.com", "b@example.com"]),
        st.sampled_from([None, US, Phone("8051234567", "work", "US")]),
        st.sampled_from(["", "u1", "u2"]),
        st.sampled_from(["", "Head"]),
    ),
    min_size=1,
    max_size=8,
)


class ImportContract:
    """Rows that come: who is found, what is kept, and that a dry run says the same."""

    @pytest.mark.parametrize("kind", ["vcf", "jcard", "csv"])
    async def test_the_same_file_twice_changes_nothing_and_an_export_makes_the_same_contacts(
        self, store: Store, kind: str
    ) -> None:
        book, again = await book_of(store), await book_of(store, "Again")
        await outcomes(book, cards(*PEOPLE))
        file, before = await written(book, kind), await people(book)
        assert [outcome for outcome, _ in told(await outcomes(again, file))] == ["created"] * len(PEOPLE)
        assert await people(again) == before
        at = await store.imports.state(again.place)
        for how in ("skip", "update"):
            results = await outcomes(again, file, how)
            assert {result.outcome for result in results} == {"skipped" if how == "skip" else "unchanged"}
        assert await store.imports.state(again.place) == at
        assert await store.check() == []

    @pytest.mark.parametrize("kind", FILES)
    async def test_a_file_without_uids_twice_changes_nothing(self, store: Store, kind: str) -> None:
        book = await book_of(store)
        first = await outcomes(book, FILES[kind])
        assert {result.outcome for result in first} == {"created"}
        again = await outcomes(book, FILES[kind])
        assert told(again) == [("skipped", result.contact) for result in first]
        assert len(await people(book)) == len(first)

    @pytest.mark.parametrize("together", [1, 1_000])
    @pytest.mark.parametrize("twins", TWINS, ids=["uid", "email", "no name", "phone"])
    async def test_twins_in_a_file_are_found_whether_they_come_together_or_not(
        self, store: Store, monkeypatch: pytest.MonkeyPatch, together: int, twins: tuple[Contact, Contact, str]
    ) -> None:
        take(monkeypatch, together)
        first, second, by = twins
        results = await outcomes(await book_of(store), cards(first, PEOPLE[2], second))
        assert told(results) == [("created", "1"), ("created", "2"), ("skipped", "1")]
        assert results[2].reason == f"contact 1 has the same {by}"

    async def test_rows_go_to_the_store_while_the_next_are_waited_for(
        self, store: Store, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        take(monkeypatch, 1)
        book, kept = await book_of(store), threading.Event()

        def rows() -> Iterator[list[ImportRow]]:
            for row in (1, 2):
                assert row == 1 or kept.wait(5)
                yield next(batches([ImportRow(row, Contact(Name(f"Person {row}")))], book.place))

        create = store.imports.create

        async def told(place: Place, drafts: Sequence[Draft], by: str) -> Created:
            created = await create(place, drafts, by)
            kept.set()
            return created

        monkeypatch.setattr(store.imports, "create", told)
        importing = Upsert(store.imports, store.contacts, store.groups, Images(), book.place)
        assert [result.outcome async for result in importing.run(rows(), "test")] == ["created"] * 2

    async def test_who_is_there_counts_before_a_twin_by_the_same_and_after_one_by_more(self, store: Store) -> None:
        """UID, then e-mail address, then number and name: wherever the other one is."""
        book = await book_of(store)
        await outcomes(book, cards(Contact(Name("There"), uid="t", emails=(Email("a@example.com"),))))
        twin = Contact(Name("Twin"), uid="x", emails=(Email("b@example.com"),))
        by_email = Contact(Name("There"), uid="y", emails=(Email("a@example.com"),))
        by_uid = by_email._replace(uid="x")
        results = await outcomes(book, cards(twin, by_email, by_uid))
        assert told(results) == [("created", "2"), ("skipped", "1"), ("skipped", "2")]
        assert [result.reason for result in results[1:]] == [
            "contact 1 has the same e-mail address",
            "contact 2 has the same UID",
        ]

    @pytest.mark.parametrize("together", [1, 1_000])
    @pytest.mark.parametrize(("name", "is_same"), [(Name(), False), (Name("!", "?"), True), (Name("\N{FIRE}"), True)])
    async def test_a_number_counts_with_a_name(
        self, store: Store, monkeypatch: pytest.MonkeyPatch, together: int, name: Name, *, is_same: bool
    ) -> None:
        take(monkeypatch, together)
        results = await outcomes(
            await book_of(store), cards(Contact(name, phones=(US,)), Contact(name, "x", phones=(US,)))
        )
        assert told(results) == [("created", "1"), ("skipped", "1") if is_same else ("created", "2")]

    @pytest.mark.parametrize("together", [1, 1_000])
    async def test_add_makes_another_of_everybody_and_the_first_with_a_uid_keeps_it(
        self, store: Store, monkeypatch: pytest.MonkeyPatch, together: int
    ) -> None:
        take(monkeypatch, together)
        book = await book_of(store)
        await outcomes(book, cards(WILE))
        fresh = WILE._replace(uid="fresh")
        results = await outcomes(book, cards(fresh, WILE, fresh), "add")
        assert told(results) == [("created", "2"), ("created", "3"), ("created", "4")]
        uids = [contact.uid for contact in await people(book)]
        assert [uids[0], uids[1], len(set(uids))] == [WILE.uid, "fresh", 4]

    @pytest.mark.parametrize("together", [1, 1_000])
    async def test_an_update_finds_what_rows_before_it_changed(
        self, store: Store, monkeypatch: pytest.MonkeyPatch, together: int
    ) -> None:
        take(monkeypatch, together)
        moved = WILE._replace(emails=(Email("moved@example.com"),))
        titled = Contact(title="Genius", emails=moved.emails)
        results = await outcomes(await book_of(store), cards(WILE, moved, titled, titled), "update")
        assert told(results) == [("created", "1"), ("updated", "1"), ("updated", "1"), ("unchanged", "1")]

    async def test_an_update_of_a_contact_that_goes_meanwhile_is_refused_alone(
        self, store: Store, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        book = await book_of(store)
        await outcomes(book, cards(WILE, RICH))
        update = type(store.contacts).update

        async def overtaken(keeper: ContactStore, place: Place, number: int, *rest: Any) -> StoredContact:  # noqa: ANN401
            if number == 1:
                await book.contacts.delete(*place, "1", by="somebody else")
            return await update(keeper, place, number, *rest)

        monkeypatch.setattr(type(store.contacts), "update", overtaken)
        changed = [contact._replace(title="Changed") for contact in (WILE, RICH)]
        results = await outcomes(book, cards(*changed), "update")
        assert told(results) == [("refused", "1"), ("updated", "2")]
        assert await book.found() == ["2"]

    async def test_who_comes_from_elsewhere_meanwhile_is_found(
        self, store: Store, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        take(monkeypatch, 1)
        book = await book_of(store)
        importing = Upsert(store.imports, store.contacts, store.groups, Images(), book.place)
        results, rows = [], read(io.BytesIO(cards(PEOPLE[2], PEOPLE[3], WILE, RICH)), {})
        async for result in importing.run(batches(rows, book.place), "test"):
            results.append(result)
            if len(results) == 1:  # the second is on its way
                await book.keep(RICH)
        assert results[3].outcome == "skipped"

    async def test_who_comes_from_elsewhere_just_before_rows_are_kept_is_found(
        self, store: Store, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        take(monkeypatch, 1)
        book = await book_of(store)
        create, calls = type(store.imports).create, []

        async def overtaken(imports: ImportStore, *arguments: object) -> object:
            calls.append(arguments)
            if len(calls) == 2:
                await book.keep(RICH)
            return await create(imports, *arguments)

        monkeypatch.setattr(type(store.imports), "create", overtaken)
        results = await outcomes(book, cards(PEOPLE[2], PEOPLE[3], WILE, RICH))
        assert [result.outcome for result in results] == ["created"] * 3 + ["skipped"]

    async def test_a_campaign_with_contacts_is_learnt_once_that_pays(
        self, store: Store, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        take(monkeypatch, 1)
        monkeypatch.setattr(known_people, "_PAGE", 2)
        book = await book_of(store)
        await outcomes(book, cards(*PEOPLE))
        asked = []
        find = type(store.imports).find

        async def counted(imports: ImportStore, *arguments: object, **how: object) -> object:
            asked.append(arguments)
            return await find(imports, *arguments, **how)

        monkeypatch.setattr(type(store.imports), "find", counted)
        strangers = [Contact(Name("Stranger", str(number))) for number in range(20)]
        results = await outcomes(book, cards(*strangers, *PEOPLE))
        assert [result.outcome for result in results] == ["created"] * 20 + ["skipped"] * len(PEOPLE)
        assert len(asked) < 10 + len(PEOPLE)

    async def test_a_campaign_is_not_learnt_from_a_file_that_was_imported_before(
        self, store: Store, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        take(monkeypatch, 1)
        book = await book_of(store)
        await outcomes(book, cards(*PEOPLE))
        read_pages = []
        following = type(store.contacts).following

        async def counted(contacts: ContactStore, *arguments: object) -> object:
            read_pages.append(arguments)
            return await following(contacts, *arguments)

        monkeypatch.setattr(type(store.contacts), "following", counted)
        results = await outcomes(book, cards(*PEOPLE))
        assert [result.outcome for result in results] == ["skipped"] * len(PEOPLE)
        assert read_pages == []

    async def test_a_reader_that_fails_later_takes_nothing_back(
        self, store: Store, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        take(monkeypatch, 2)
        book = await book_of(store)

        def rows() -> object:
            yield from read(io.BytesIO(cards(*PEOPLE[:3])), {})
            raise OSError("the disk is gone")

        importing = Upsert(store.imports, store.contacts, store.groups, Images(), book.place)
        results: list[Result] = []

        async def run() -> None:
            async for result in importing.run(batches(rows(), book.place), "test"):
                results.append(result)  # noqa: PERF401 - what came before the error counts

        with pytest.raises(OSError, match="the disk is gone"):
            await run()
        assert told(results) == [("created", "1"), ("created", "2"), ("created", "3")]
        assert len(await people(book)) == 3

    async def test_cards_and_images_are_kept_as_they_came(self, store: Store) -> None:
        book = await book_of(store)
        odd = b"BEGIN:VCARD\nVERSION:3.0\nFN:\xe9\nX-ODD:\xff\x00\nPHOTO;ENCODING=b:R0lGIDE=\nEND:VCARD\n"
        whole = cards(PEOPLE[0])
        await outcomes(book, whole + odd)
        first, second = await store.contacts.following(book.place, Query(page_size=9))
        assert first.card.startswith(whole.removesuffix(b"END:VCARD\r\n"))
        assert b"X-ODD:\xff\x00\n" in second.card
        assert (await store.contacts.image(book.sid, second.image)).data == b"GIF 1"

    @given(there=SOME, comes=SOME, how=st.sampled_from(["skip", "update", "replace", "add"]))
    @settings(
        max_examples=40,
        phases=set(Phase) - {Phase.shrink, Phase.explain},  # each takes 0.3 s
        suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.differing_executors],
    )
    async def test_what_is_taken_together_makes_no_difference(
        self, store: Store, there: list[Contact], comes: list[Contact], how: OnDuplicate
    ) -> None:
        found = []
        for together in (1, 2, 3, 1_000):
            book = await book_of(store, str(together))
            with pytest.MonkeyPatch.context() as monkeypatch:
                take(monkeypatch, together)
                await outcomes(book, cards(*there), "add")
                results = await outcomes(book, cards(*comes), how)
            found.append((results, [contact._replace(uid=own(contact.uid)) for contact in await people(book)]))
        assert found == found[:1] * len(found)

    @given(there=SOME, comes=SOME, how=st.sampled_from(["skip", "update", "replace", "add"]))
    @settings(
        max_examples=20,
        phases=set(Phase) - {Phase.shrink, Phase.explain},  # as above
        suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.differing_executors],
    )
    async def test_a_dry_run_says_what_will_happen_and_one_by_one_is_the_same(
        self, store: Store, there: list[Contact], comes: list[Contact], how: OnDuplicate
    ) -> None:
        book, slowly = await book_of(store), await book_of(store, "Slowly")
        for one in (book, slowly):
            await outcomes(one, cards(*there), "add")
        before = await people(book)
        async with store.dry_run(book.place) as copy:
            promised = await outcomes(book, cards(*comes), how, copy)
        assert await people(book) == before
        done = await outcomes(book, cards(*comes), how)
        assert promised == done
        # Rows with UIDs of their own are told apart by these in one file (book/named_people.py), and not in two.
        files = [comes] if any(contact.uid for contact in comes) else [[contact] for contact in comes]
        with pytest.MonkeyPatch.context() as monkeypatch:
            take(monkeypatch, 1)
            single = [result for file in files for result in await outcomes(slowly, cards(*file), how)]
        assert [(one.outcome, one.contact) for one in single] == told(done)

    async def test_more_than_a_block_of_contacts_at_once_is_sound(self, store: Store) -> None:
        book = await book_of(store)
        rows = "".join(f"Person {number}\n" for number in range(5_100))
        assert len(await outcomes(book, f"Name\n{rows}".encode())) == 5_100
        assert await store.check() == []
        assert (await book.page(page=3, page_size=1_000)).total == 5_100
        assert (await book.page(page=5, page_size=1_000)).contacts[0].id == "4001"
