"""Whatever a stranger sends becomes a request or an InvalidError, and no text of it a property of its own."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from cardwright import cards
from cardwright.contact.texts import TEXT
from cardwright.errors import InvalidError
from cardwright.surfaces.createcontact import wire
from cardwright.surfaces.createcontact.contact import contact_from
from cardwright.surfaces.createcontact.errors import CODES, from_fault, reply
from surfaces.createcontact.cases import BAD, GOOD

if TYPE_CHECKING:
    from cardwright.contact.model import Contact

ODD = st.sampled_from("\r\n\t ;,:\\\"^=.'\u2028\u2029\x85\x0b\x00é😀\u200d")
TEXTS = st.text(st.characters(exclude_categories=["Cs"]) | ODD, max_size=90)
LABELS = st.sampled_from(["home", "WORK", "", None])
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | TEXTS,
    lambda inner: st.lists(inner, max_size=6) | st.dictionaries(TEXTS, inner, max_size=4),
    max_leaves=8,
)
ITEMS = {"phone": "number", "email": "id", "physical-address": "address", "website": "url"}


@st.composite
def documents(
    draw: st.DrawFn, text: st.SearchStrategy[str], label: st.SearchStrategy[str | None], oddity: int = 0
) -> dict[str, Any]:
    """A document of `text` and `label` in which, if asked for, one place in `oddity` holds anything at all."""

    def put(strategy: st.SearchStrategy[Any]) -> Any:  # noqa: ANN401 - anything at all
        return draw(JSON if oddity and draw(st.integers(1, oddity)) == oddity else strategy)

    document = {"name": put(st.fixed_dictionaries({"first-name": text.map("A".__add__)}, optional={"suffix": text}))}
    for field in draw(st.sets(st.sampled_from(["organization", "title", "note", "photo-url"]))):
        document[field] = put(text)
    for field in draw(st.sets(st.sampled_from(sorted(ITEMS)))):
        items = [{ITEMS[field]: put(text), "label": put(label)} for _ in range(draw(st.integers(0, 6)))]
        document[field] = put(st.just(items))
    return document


@given(JSON | documents(TEXTS, LABELS | TEXTS, 12) | documents(st.text("abc é", max_size=9), LABELS, 20), st.booleans())
def test_any_document_is_a_request_or_an_error_of_the_table(document: object, strict: bool) -> None:  # noqa: FBT001
    decoded(json.dumps(document).encode(), strict=strict)


KNOWN = [json.dumps(case.body).encode() for case in (*GOOD, *BAD) if not isinstance(case.body, bytes)]


@given(st.binary(max_size=60) | st.sampled_from(KNOWN), st.data())
def test_any_octets_are_a_request_or_an_error_of_the_table(body: bytes, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(body)))
    decoded(body[:at] + data.draw(st.binary(max_size=6)) + body[at + data.draw(st.integers(0, 6)) :])


@given(documents(TEXTS, LABELS, 30) | documents(st.text("abc é\n", max_size=9), LABELS, 30), st.booleans())
def test_what_counts_as_absent_changes_nothing(document: dict[str, Any], ascii_only: bool) -> None:  # noqa: FBT001
    absent = {field: "" for field in ITEMS if field not in document} | {"extra": {"phone": [7]}, "title2": None}
    bodies = [json.dumps(it, ensure_ascii=ascii_only).encode() for it in (document, document | absent)]
    assert said(bodies[0]) == said(bodies[1])


def said(body: bytes) -> object:
    """The request, or the faults."""
    try:
        return contact_from(wire.decode(body), strict_names=False)
    except InvalidError as error:
        return error.faults


def decoded(body: bytes, *, strict: bool = True) -> tuple[Contact, str] | None:
    """The request, or None after an InvalidError with one fault that the surface has a code for."""
    try:
        return contact_from(wire.decode(body), strict_names=strict)
    except InvalidError as error:
        failure = from_fault(error.faults[0])
        assert failure.code in CODES
        json.loads(reply(failure).body)
        return None


@pytest.mark.parametrize("rest", ["", ',"t":"\\u0022"', ',"t":1,"t":2'], ids=["", "escaped quote", "key twice"])
@pytest.mark.parametrize(("opens", "closes"), [("[", "]"), ('{"a":', "}")], ids=["lists", "objects"])
def test_any_depth_is_a_document_or_an_error(opens: str, closes: str, rest: str) -> None:
    for depth in (1, 100, *range(900, 1010), 50_000):
        decoded(f'{{"x":{opens * depth}1{closes * depth}{rest}}}'.encode())


ONE_LINE = st.text(
    st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp"]) | st.sampled_from(";,:\\\"^=. '\u200d"),
    max_size=TEXT - 1,
)
BREAKS = st.text(st.sampled_from("\r\n\t \u2028\u2029=:;,\\aé😀"), max_size=TEXT)


@given(
    documents(ONE_LINE, LABELS),
    st.fixed_dictionaries({}, optional=dict.fromkeys(("organization", "title", "note"), BREAKS)),
    st.sampled_from(["2.1", "3.0", "4.0"]),
)
@settings(max_examples=200)
@example({"name": {"first-name": "A"}}, {"note": "x\r\nTEL:666\r\nEND:VCARD"}, "2.1")
@example({"name": {"first-name": "A"}}, {"title": "x=\r\n y=", "note": "=\n"}, "2.1")
@example({"name": {"first-name": "A\\"}, "website": [{"url": "x\\", "label": "y\\n"}]}, {}, "3.0")
def test_no_text_becomes_a_property(document: dict[str, Any], lines: dict[str, Any], version: str) -> None:
    request = decoded(json.dumps({**document, **lines}).encode(), strict=False)
    assert request
    contact, _ = request
    card = cards.write_contact(contact, version)
    names = ["BEGIN", "VERSION", "N", "FN"]
    names += [name for name, text in (("ORG", contact.organization), ("TITLE", contact.title)) if text]
    names += ["NOTE"] * bool(contact.note)
    names += ["TEL"] * len(contact.phones) + ["EMAIL"] * len(contact.emails) + ["ADR"] * len(contact.addresses)
    names += [f"item{n}.{name}" for n in range(1, len(contact.websites) + 1) for name in ("URL", "X-ABLabel")]
    assert [re.split("[;:]", line)[0] for line in content_lines(card, version)] == [*names, "END"]


def content_lines(card: bytes, version: str) -> list[str]:
    """The lines of a card as a lenient reader counts them: any line break ends one, unless it is folded."""
    text = card.decode()
    if version == "2.1":
        while (joined := re.sub("(?m)(^[^:\r\n]*QUOTED-PRINTABLE[^\r\n]*)=\r\n", "\\1", text)) != text:
            text = joined
    return re.sub("\r\n[ \t]", "", text).splitlines()
