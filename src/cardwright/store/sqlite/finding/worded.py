"""The SQL function `worded`: whether a contact has all words of a search, for those that are looked at one by one."""

from __future__ import annotations

from typing import Any

from cardwright.book.index_terms import has_words, searched_words
from cardwright.contact.words import words
from cardwright.store.rows import contact_of
from cardwright.store.sqlite.contact_rows import columns_in


def worded(asked: str, *columns: Any) -> bool:  # noqa: ANN401 - what SQLite gives
    """Say whether each word of `asked` (`Plan.words`) finds the contact of these columns, as the index would."""
    _, _, _, _, first, last, email, title, *_, labels, _, more, _, _, _, _, _ = columns
    if has_words(asked, [f":{word}" for word in words(f"{first} {last} {email} {title} {labels}")]):  # as nearly all
        return True
    return (more is not None or "=" in asked) and has_words(asked, searched_words(contact_of(columns_in(columns))))
