"""CW-41, 43, 44: forms of contacts, saved."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from cardwright.book import partners
from cardwright.book.details import KINDS, Began, Typed, began_with
from cardwright.book.editing import ChangedMeanwhileError, EditForm, Editing
from cardwright.book.images import image_of
from cardwright.book.ports import Draft
from cardwright.book.three_way import THEIRS, YOURS
from cardwright.cards import write_contact
from cardwright.contact.model import Email, Name, Phone
from cardwright.errors import ConflictError, ForbiddenError, InvalidError, NotFoundError
from store.acme import RICH, book_of

if TYPE_CHECKING:
    from typing import Any

    from cardwright.book.details import Details
    from cardwright.book.ports import Store
    from cardwright.book.stored import StoredContact
    from store.acme import Book

NEW = Began().details._replace(
    name=Name("Wile", "Coyote", "E."),
    organization="Acme",
    note="Genius\r\nat work",
    emails=(Email("wile@example.com"), Email("home@example.com", "home")),
    phones=(Phone("(805) 123-4567", "work", "us"),),
    labels=("VIP",),
    partners=("10000",),
)


def typed(details: Details, began: Details | None = None) -> Typed:
    counts = [len(getattr(began, kind)) if began else 0 for kind in KINDS]
    rows = [range(len(getattr(details, kind))) for kind in KINDS]
    return Typed(
        details,
        tuple(tuple(at if at < n else None for at in row) for row, n in zip(rows, counts, strict=True)),
    )


def form_of(stored: StoredContact, **changes: Any) -> EditForm:  # noqa: ANN401 - fields of any kind
    began = began_with(stored)
    return EditForm(typed(began.details._replace(**changes), began.details), began)


async def editing(store: Store) -> tuple[Book, Editing]:
    return await book_of(store), Editing(store.contacts)


async def test_a_contact_is_made_with_all_that_was_typed(store: Store) -> None:
    book, forms = await editing(store)
    image = await image_of("image/gif", b"GIF", b"small")
    made = await forms.create(book.place, EditForm(typed(NEW), image=image), by="me", once="1")
    contact = await book.get(made)
    assert began_with(contact).details == NEW._replace(
        note="Genius\nat work", phones=(Phone("8051234567", "work", "US"),)
    )
    assert contact.image == image.digest
    assert contact.contact.uid
    (change,) = [one for one in await store.changes.after(book.place, 0, 9) if one.number == contact.number]
    assert (change.kind, change.by) == ("created", "me")


async def test_a_form_sent_twice_makes_one_contact(store: Store) -> None:
    book, forms = await editing(store)
    one, other = await asyncio.gather(
        *(forms.create(book.place, EditForm(typed(NEW)), by="me", once="1") for _ in range(2))
    )
    assert one == other
    changed = EditForm(typed(NEW._replace(title="Genius")))
    assert await forms.create(book.place, changed, by="me", once="1") != one, "back, changed, and saved again"
    assert await forms.create(book.place, EditForm(typed(NEW)), by="me", once="2") != one


async def test_faults_keep_everything_as_it_was(store: Store) -> None:
    book, forms = await editing(store)
    details = NEW._replace(name=Name(), partners=("10000", "nobody"))
    with pytest.raises(InvalidError) as raised:
        await forms.create(book.place, EditForm(typed(details)), by="me", once="1")
    assert [fault.field for fault in raised.value.faults] == ["name.first", "name.last", "partners"]
    assert (await book.page()).total == 0
    made = await book.create()
    with pytest.raises(InvalidError):
        await forms.update(book.place, made, form_of(await book.get(made), title="x" * 300), by="me")
    assert (await book.get(made)).contact.title == "Acme Partner Manager"


async def test_changes_of_different_fields_do_not_collide(store: Store) -> None:
    book, forms = await editing(store)
    stored = await book.get(await book.create())
    await book.patch(stored.id, title="Genius", labels_add=("theirs",))
    form = form_of(stored, organization="Acme", labels=(*stored.contact.labels, "mine"))
    after = await forms.update(book.place, stored.id, form, by="me")
    assert (after.contact.title, after.contact.organization) == ("Genius", "Acme")
    assert after.contact.labels == (*stored.contact.labels, "theirs", "mine")


@pytest.mark.parametrize(("side", "title"), [(YOURS, "Mine"), (THEIRS, "Theirs")])
async def test_the_same_field_is_decided_by_a_choice(store: Store, side: str, title: str) -> None:
    book, forms = await editing(store)
    stored = await book.get(await book.create())
    await book.patch(stored.id, title="Theirs")
    form = form_of(stored, title="Mine", organization="Acme")
    with pytest.raises(ChangedMeanwhileError) as raised:
        await forms.update(book.place, stored.id, form, by="me")
    (conflict,) = raised.value.conflicts
    assert (conflict.field, conflict.yours, conflict.theirs) == ("title", "Mine", "Theirs")
    assert (await book.get(stored.id)).contact.organization == ""
    chosen = form._replace(choices={"title": conflict.choice(side)})
    after = await forms.update(book.place, stored.id, chosen, by="me")
    assert (after.contact.title, after.contact.organization) == (title, "Acme")


async def test_a_form_of_a_deleted_contact_brings_it_back_changed_or_not_at_all(store: Store) -> None:
    book, forms = await editing(store)
    stored = await book.get(await book.create())
    await book.contacts.delete(book.sid, "1000", stored.id, by="test")
    with pytest.raises(InvalidError):
        await forms.restore(book.place, stored.id, form_of(stored, title="x" * 300), by="me")
    other = stored._replace(contact=stored.contact._replace(title="Other"))
    with pytest.raises(ChangedMeanwhileError):
        await forms.restore(book.place, stored.id, form_of(other, title="Mine"), by="me")
    assert (await book.page()).total == 0
    back = await forms.restore(book.place, stored.id, form_of(stored, title="Mine"), by="me")
    assert back.contact.title == "Mine"
    with pytest.raises(ConflictError):
        await forms.restore(book.place, stored.id, form_of(stored, title="Again"), by="me")


async def test_a_deleted_contact_comes_back_to_a_partner_account_that_is_there(store: Store) -> None:
    book, forms = await editing(store)
    stored = await book.get(await book.create())
    await book.contacts.delete(book.sid, "1000", stored.id, by="test")
    await partners.remove_partner(store.partners, book.sid, "10000", by="test")
    with pytest.raises(InvalidError):
        await forms.restore(book.place, stored.id, form_of(stored, title="Mine"), by="me")
    back = await forms.restore(book.place, stored.id, form_of(stored, partners=("10001",)), by="me")
    assert [one.id for one in back.partners] == ["10001"]


async def test_a_form_saved_twice_is_one_change(store: Store) -> None:
    book, forms = await editing(store)
    stored = await book.get(await book.create())
    form = form_of(stored, emails=(*stored.contact.emails, Email("new@example.com")))
    once = await forms.update(book.place, stored.id, form, by="me")
    assert await forms.update(book.place, stored.id, form, by="me") == once


async def test_a_change_is_made_in_the_card_and_nowhere_else(store: Store) -> None:
    book, forms = await editing(store)
    card = write_contact(RICH).replace(b"END:VCARD", b"X-OWN:kept\r\nEND:VCARD")
    number = await store.contacts.create(book.place, Draft(RICH, ("10000",), None, card), "import")
    stored = await book.get(str(number))
    await forms.update(book.place, stored.id, form_of(stored, organization="New"), by="me")
    after = await book.contacts.full(book.sid, "1000", stored.id)
    assert after.card == card.replace(b"ORG:Acme", b"ORG:New")


async def test_a_photo_comes_and_goes(store: Store) -> None:
    book, forms = await editing(store)
    stored = await book.get(await book.create())
    image = await image_of("image/gif", b"GIF", b"small")
    after = await forms.update(book.place, stored.id, form_of(stored)._replace(image=image), by="me")
    assert after.image == image.digest
    after = await forms.update(book.place, stored.id, form_of(after)._replace(removes_image=True), by="me")
    assert after.image == ""


async def test_of_a_system_created_contact_title_and_labels_change(store: Store) -> None:
    book, forms = await editing(store)
    user = {"first": "Road", "last": "Runner", "email": "road@example.com", "title": "Fast"}
    await partners.add_user(store.partners, book.sid, "10000", **user)
    (stored,) = (await book.page()).contacts
    after = await forms.update(book.place, stored.id, form_of(stored, title="Own", labels=("x",)), by="me")
    assert (after.contact.title, after.contact.labels, after.own_title) == ("Own", ("x",), True)
    after = await forms.update(book.place, stored.id, form_of(after, title=""), by="me")
    assert (after.contact.title, after.own_title) == ("Fast", False)
    for more in (form_of(after, note="x"), form_of(after)._replace(removes_image=True)):
        with pytest.raises(ForbiddenError):
            await forms.update(book.place, stored.id, more, by="me")


async def test_an_id_of_the_other_kind_is_nobodys(store: Store) -> None:
    book, forms = await editing(store)
    stored = await book.get(await book.create())
    with pytest.raises(NotFoundError, match="there is no contact M1"):
        await forms.update(book.place, f"M{stored.id}", form_of(stored, title="Own"), by="me")


async def test_two_forms_together_keep_the_rules(store: Store) -> None:
    book, forms = await editing(store)
    stored = await book.get(await book.create(partners=("10000", "10001")))
    await book.patch(stored.id, partners_remove=("10000",))
    with pytest.raises(InvalidError) as raised:
        await forms.update(book.place, stored.id, form_of(stored, partners=("10000",)), by="me")
    assert [fault.field for fault in raised.value.faults] == ["partners"]
