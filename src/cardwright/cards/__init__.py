"""Contact to card and back: the only package that knows both."""

from cardwright.cards.changing import change
from cardwright.cards.joining import join, without_single
from cardwright.cards.reading import Sorted, bare_address, bare_number, contact_of, is_group
from cardwright.cards.unmodelled import unmodelled
from cardwright.cards.unmodelled_columns import put_unmodelled, write_with_unmodelled
from cardwright.cards.writing import card_of, formatted_name, properties_of, write_contact

__all__ = [
    "Sorted",
    "bare_address",
    "bare_number",
    "card_of",
    "change",
    "contact_of",
    "formatted_name",
    "is_group",
    "join",
    "properties_of",
    "put_unmodelled",
    "unmodelled",
    "without_single",
    "write_contact",
    "write_with_unmodelled",
]
