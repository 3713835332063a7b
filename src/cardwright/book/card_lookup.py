"""Cards that a query may find, looked up in the store's index: as fast among a million contacts as among a thousand.

The index has words of contacts, and finds them by their beginnings (`index_terms`). The card of a contact that was made
otherwise says in FN, EMAIL and TEL what the index has of it. So a text of a query gives words that whoever has it must
have:

| condition                              | looked up                                           |
|----------------------------------------|-----------------------------------------------------|
| EMAIL equals `wile@acme.example`       | `wile`, `acme`, `example`                           |
| EMAIL starts with `wile@ac`            | `wile`, `ac`                                        |
| EMAIL contains `ile@acme.ex`           | `acme`, `ex`: of `ile` who knows what stands before |
| FN, likewise: `wile coy`               | `wile`, `coy`                                       |
| TEL equals, starts with `+1 805-123`   | the number that begins so: four digits at least     |
| UID equals a UUID                      | the contact that has it                             |
| any other                              | nothing: all cards are looked at                    |

What came as a card may say more than its contact, so it is looked at every time, as are groups.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from cardwright import limits
from cardwright.book.match_keys import Asked, MatchKeys
from cardwright.book.partners import ALL
from cardwright.book.ports import Place
from cardwright.book.requests import Query
from cardwright.contact.uid import comparable_uid, may_be_of_repeat
from cardwright.contact.words import bare

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cardwright.book.card_ports import Book
    from cardwright.book.ports import Store
    from cardwright.cards.filters import Needle

_WORD: Final = re.compile(r"[^\W_]+")
_UUID: Final = re.compile(r"(?:urn:uuid:)?[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_DIGITS: Final = 4
"""That a number is found by at least."""
_MOST: Final = 1_000
"""Contacts that a text may find: more are no longer looked up one by one."""
_LOOKS: Final = 100
"""Texts that are looked up, counted for each campaign: a stranger's query may have thousands."""
_WORDS: Final = 10
"""Words of a text that are asked for, the longest, and as much of each as is a word of a text for people."""
_LONG: Final = 100


async def looked_up(store: Store, book: Book, needles: Sequence[Needle], own: int) -> list[str] | None:
    """Return the names of the cards that have one of the needles, and maybe of some more.

    None where a needle cannot be looked up, or finds many, where they are many themselves, or where more than `own`
    cards have to be looked at anyway.
    """
    uids = [_uid(needle, book) for needle in needles]
    texts = [" ".join(sure_words(needle)) for needle in needles]
    if not all(text or uid for text, uid in zip(texts, uids, strict=True)):
        return None
    places = await _places(store, book)
    if len(places) * len(needles) > _LOOKS:
        return None
    names = await store.cards.unindexed(book, own)
    if names is None:
        return None
    found = dict.fromkeys(names)
    for place in places:
        for text, uid in zip(texts, uids, strict=True):
            numbers = await (_with_uid(store, place, uid) if uid else _with_words(store, place, text))
            if numbers is None:
                return None
            found |= dict.fromkeys(card.name for card in await store.cards.of(book, place, numbers))
    return list(found)


def sure_words(needle: Needle) -> list[str]:
    """Return what begins words of every contact whose card, made of it alone, has the needle; none if that is unknown.

    What is not ASCII is left out: with what follows it, it may be another letter.
    """
    if needle.column not in {"FN", "EMAIL", "TEL"} or needle.kind is None:
        return []
    begins = needle.kind in {"equals", "starts-with"}
    found = [(match.start(), match[0]) for match in _WORD.finditer(bare(needle.text))]
    if needle.column == "TEL":
        digits = "".join(word for _, word in found)
        is_number = begins and digits.isascii() and digits.isdecimal() and len(digits) >= _DIGITS
        return [digits[:_LONG]] if is_number else []
    sure = [word[:_LONG] for start, word in found if word.isascii() and (begins or start > 0)]
    return sorted(dict.fromkeys(sure), key=len, reverse=True)[:_WORDS]


def _uid(needle: Needle, book: Book) -> str:
    """Return the UID that is asked for; `""` for none, and for one that a card may have that its contact has not."""
    if needle.column != "UID" or needle.kind != "equals" or not _UUID.fullmatch(needle.text):
        return ""
    uid = comparable_uid(needle.text)
    return "" if not book.campaign and may_be_of_repeat(uid) else uid


async def _places(store: Store, book: Book) -> list[Place]:
    if book.campaign:
        return [Place(*book)]
    return [Place(book.sid, one.id) for one in await store.partners.campaigns(book.sid) if one.id != ALL]


async def _with_words(store: Store, place: Place, text: str) -> list[int] | None:
    page = await store.contacts.list(place, Query(search=text, page_size=_MOST))
    return None if page.total > _MOST else [contact.number for contact in page.contacts]


async def _with_uid(store: Store, place: Place, uid: str) -> list[int] | None:
    (found,) = await store.imports.find(place, [[Asked(MatchKeys(uid).held())]], cards=False)
    if found is None:
        return []
    return None if len(found.contacts) >= limits.SEVERAL.value else [contact.number for contact in found.contacts]
