"""Contacts that a card says in full, for tests of what has two directions."""

from hypothesis import strategies as st

from cardwright.contact.model import Address, Contact, Email, Name, Phone, Photo, Website

# What Unicode promises never to be a character is in no contact that is kept (contact/texts.py).
_NONE = [
    chr(code)
    for code in (*range(0xFDD0, 0xFDF0), *(plane << 16 | low for plane in range(17) for low in (0xFFFE, 0xFFFF)))
]
CHARACTERS = st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp"], exclude_characters=_NONE) | st.sampled_from(
    "\\;,:\"=^' é日😀"
)
TEXT = st.text(CHARACTERS, max_size=40).map(str.strip)
SOME = st.text(CHARACTERS, min_size=1, max_size=40).map(str.strip).filter(bool)
OWN = SOME.filter(lambda text: not text.startswith("_$!<")).map(lambda text: f"My {text}")
PHONE_LABELS = st.sampled_from(["work", "home", "mobile", "fax", "pager", "main", "other"]) | OWN
PLACES = st.sampled_from(["work", "home", "other"]) | OWN
WRITTEN = st.sampled_from(["8051234567", "+1 805 123 4567 x5", "01 23/45", "(805) 123-4567", "ask Wile; twice, please"])
NATIONAL = st.sampled_from([("8059876543", "US"), ("8051234567", "US"), ("7911123456", "GG"), ("0612345678", "IT")])


def phones() -> st.SearchStrategy[Phone]:
    national = st.builds(lambda pair, label: Phone(pair[0], label, pair[1]), NATIONAL, PHONE_LABELS)
    return st.builds(Phone, WRITTEN, PHONE_LABELS, st.just("")) | national


def contacts() -> st.SearchStrategy[Contact]:
    address = st.builds(Address, TEXT, PLACES, TEXT, TEXT, TEXT, TEXT, TEXT, TEXT).filter(
        lambda one: any(one._replace(label=""))
    )
    url = st.sampled_from(["https://example.com", "https://example.com/?a=1,2;b=3", "mailto:wile@example.com"])
    return st.builds(
        Contact,
        st.builds(Name, first=SOME, last=TEXT, middle=TEXT, prefix=TEXT, suffix=TEXT) | st.just(Name()),
        TEXT,
        TEXT,
        st.lists(TEXT, max_size=3).map("\n".join).map(str.strip),
        st.lists(phones(), max_size=3).map(tuple),
        st.lists(st.builds(Email, st.sampled_from(["a@example.com", "wile@acme.example"]), PLACES), max_size=3).map(
            tuple
        ),
        st.lists(address, max_size=2).map(tuple),
        st.lists(st.builds(Website, url, st.sampled_from(["homepage", "work"]) | OWN), max_size=3).map(tuple),
        st.none() | st.binary(max_size=50).map(lambda data: Photo("image/jpeg", b"\xff\xd8\xff" + data)),
        st.lists(SOME, max_size=3, unique=True).map(tuple),
        st.sampled_from(["", "urn:uuid:4fbe8971-0bc3-424c-9c26-36c3e1eff6b1"]),
        st.sampled_from(["", "20261123T093000Z"]),
    )
