"""CW-44: changes of two people to one contact."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cardwright.book.details import KINDS, Began, Details, Typed
from cardwright.book.three_way import THEIRS, YOURS, Conflict, merge
from cardwright.contact.model import Email, Name, Phone

A, B, C, D = (Email(f"{letter}@example.com") for letter in "abcd")
WAS = Details(Name("Wile", "Coyote"), "Genius", emails=(A, B), labels=("x", "y"), partners=("1",))


def typed(details: Details, **rows: tuple[int | None, ...]) -> Typed:
    """What is typed, with the places that its rows had; those that are not named stayed in theirs."""
    return Typed(details, tuple(rows.get(kind, tuple(range(len(getattr(details, kind))))) for kind in KINDS))


SCALARS = {
    "nobody": ("Genius", "Genius", "Genius", False),
    "the form": ("Chief", "Genius", "Chief", False),
    "someone else": ("Genius", "Chief", "Chief", False),
    "both, the same": ("Chief", "Chief", "Chief", False),
    "both": ("Chief", "Boss", "Chief", True),
    "both, one of them cleared it": ("", "Boss", "", True),
}
ROWS = {  # what is typed with its places, what is there now, what comes out, which rows collide
    "nothing": ((A, B), (0, 1), (A, B), (A, B), []),
    "one changed in the form": ((A, C), (0, 1), (A, B), (A, C), []),
    "one removed in the form": ((B,), (1,), (A, B), (B,), []),
    "one added in the form": ((A, B, C), (0, 1, None), (A, B), (A, B, C), []),
    "another changed by someone else": ((A, C), (0, 1), (D, B), (D, C), []),
    "another removed by someone else": ((A, C), (0, 1), (B,), (C,), []),
    "one put first by someone else": ((A, C), (0, 1), (D, A, B), (D, A, C), []),
    "the same added by both": ((A, B, C), (0, 1, None), (A, B, C), (A, B, C), []),
    "the same twice added, once by someone else": ((A, B, C, C), (0, 1, None, None), (A, B, C), (A, B, C, C), []),
    "each added one": ((A, B, C), (0, 1, None), (A, B, D), (A, B, D, C), []),
    "both removed one": ((A,), (0,), (A,), (A,), []),
    "both changed one, the same": ((A, C), (0, 1), (A, C), (A, C), []),
    "both changed one": ((A, C), (0, 1), (A, D), (A, C), [Conflict("emails[1]", C, D)]),
    "changed in the form, removed by someone else": ((A, C), (0, 1), (A,), (A, C), [Conflict("emails[1]", C, None)]),
    "removed in the form, changed by someone else": ((A,), (0,), (A, D), (A,), [Conflict("emails[1]", None, D)]),
    "all removed by someone else": ((A, B), (0, 1), (), (), []),
    "places changed by someone else": ((A, B), (0, 1), (B, A), (B, A), []),
}


@pytest.mark.parametrize("case", SCALARS)
@pytest.mark.parametrize("field", ["title", "organization", "note", "name.first", "name.suffix"])
def test_a_text_changed_by(case: str, field: str) -> None:
    mine, theirs, merged, collides = SCALARS[case]

    def with_it(text: str) -> Details:
        if "." in field:
            return WAS._replace(name=WAS.name._replace(**{field.partition(".")[2]: text}))
        return WAS._replace(**{field: text})

    done = merge(Began(with_it("Genius")), typed(with_it(mine)), Began(with_it(theirs)))
    assert done.details == with_it(merged)
    assert done.conflicts == ((Conflict(field, mine, theirs),) if collides else ())


@pytest.mark.parametrize("case", ROWS)
def test_rows(case: str) -> None:
    rows, origins, now, merged, conflicts = ROWS[case]
    form = typed(WAS._replace(emails=rows), emails=origins)
    done = merge(Began(WAS), form, Began(WAS._replace(emails=now)))
    assert done.details.emails == merged
    assert list(done.conflicts) == conflicts


@pytest.mark.parametrize("case", [case for case, (*_, conflicts) in ROWS.items() if conflicts])
def test_a_choice_decides(case: str) -> None:
    rows, origins, now, merged, (conflict,) = ROWS[case]
    form = typed(WAS._replace(emails=rows), emails=origins)
    there = Began(WAS._replace(emails=now))
    for side, result in ((YOURS, merged), (THEIRS, now)):
        done = merge(Began(WAS), form, there, {"emails[1]": conflict.choice(side)})
        assert (done.details.emails, done.conflicts) == (result, ())
        again = merge(Began(WAS), form, Began(WAS._replace(emails=(A, Email("e@x.org")))), {"emails[1]": "theirs 0"})
        assert again.conflicts, "a choice for what was not seen decides nothing"


def test_labels_and_partner_accounts_never_collide() -> None:
    form = WAS._replace(labels=("y", "mine"), partners=("1", "3"))
    now = WAS._replace(labels=("x", "y", "theirs"), partners=("2", "1"))
    done = merge(Began(WAS), typed(form), Began(now))
    assert done.details == now._replace(labels=("y", "theirs", "mine"), partners=("2", "1", "3"))
    assert done.conflicts == ()


PHOTOS = {  # the image of the beginning, the one of the form (None: left alone), the one now; whether it is taken
    "left alone": ("a", None, "b", False, False),
    "chosen": ("a", "c", "a", True, False),
    "removed": ("a", "", "a", True, False),
    "chosen by both": ("a", "c", "b", True, True),
    "removed by both": ("a", "", "", True, False),
}


@pytest.mark.parametrize("case", PHOTOS)
def test_a_photo(case: str) -> None:
    was, chosen, now, taken, collides = PHOTOS[case]
    done = merge(Began(WAS, image=was), typed(WAS), Began(WAS, image=now), image=chosen)
    assert (done.takes_image, bool(done.conflicts)) == (taken, collides)


def test_rows_beyond_those_of_the_form_are_kept() -> None:
    many = tuple(Email(f"{n}@example.com") for n in range(105))
    began = Began(WAS._replace(emails=many[:100]), (5, 0, 0, 0))
    form = typed(WAS._replace(emails=(*many[:99], C)))  # the last one that can be edited
    assert merge(began, form, Began(WAS._replace(emails=many))).details.emails == (*many[:99], C, *many[100:])
    gone = merge(began, form, Began(WAS._replace(emails=(*many[:99], *many[100:]))))
    assert gone.details.emails == (*many[:99], *many[100:], C)
    assert [(one.field, one.theirs) for one in gone.conflicts] == [("emails[99]", None)]


EMAILS = st.lists(st.sampled_from([A, B, C, D]), max_size=6).map(tuple)
TEXTS = st.sampled_from(["", "a", "b", "c"])


@st.composite
def details(draw: st.DrawFn) -> Details:
    lists = {field: draw(st.lists(TEXTS, max_size=3, unique=True).map(tuple)) for field in ("labels", "partners")}
    phones = draw(st.lists(st.builds(Phone, TEXTS), max_size=3).map(tuple))
    name = Name(draw(TEXTS), draw(TEXTS))
    return Details(name, draw(TEXTS), draw(TEXTS), draw(EMAILS), phones, note=draw(TEXTS), **lists)


@st.composite
def edits(draw: st.DrawFn, was: Details) -> Typed:
    """Any edit: rows changed, removed and added."""
    target, rows = draw(details()), {}
    for kind in ("emails", "phones"):
        count, there = len(getattr(target, kind)), range(len(getattr(was, kind)))
        origins = draw(st.lists(st.sampled_from([*there, None]), min_size=count, max_size=count))
        seen: set[int | None] = set()
        once = [None if one in seen or seen.add(one) else one for one in origins]
        rows[kind] = tuple(sorted(once, key=_last))
    return typed(target, **rows)


def _last(origin: int | None) -> int:
    return 1_000 if origin is None else origin


@given(st.data())
def test_when_nobody_else_changed_it_what_was_typed_is_there(data: st.DataObject) -> None:
    was = data.draw(details())
    form = data.draw(edits(was))
    done = merge(Began(was), form, Began(was))
    assert done == (form.details, False, ())


@given(details(), details())
def test_a_form_in_which_nothing_was_changed_changes_nothing(was: Details, now: Details) -> None:
    done = merge(Began(was), typed(was), Began(now))
    assert (done.details, done.conflicts) == (now, ())


@given(st.data())
def test_a_form_sent_twice_does_its_work_once(data: st.DataObject) -> None:
    was = data.draw(details())
    form = data.draw(edits(was))
    done = merge(Began(was), form, Began(form.details))
    if not done.conflicts:
        assert sorted(done.details.emails) == sorted(form.details.emails)
        assert done.details.labels == form.details.labels


@given(st.data())
def test_nothing_that_was_typed_is_lost(data: st.DataObject) -> None:
    was, now = data.draw(details()), data.draw(details())
    form = data.draw(edits(was))
    done = merge(Began(was), form, Began(now))
    for row, origin in zip(form.details.emails, form.rows[0], strict=True):
        assert row in done.details.emails or (origin is not None and row == was.emails[origin])
