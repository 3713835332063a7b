"""What `cardwright check` asks of address books: a name for every card, and no card with another's."""

from __future__ import annotations

from typing import Final

from cardwright.store.sqlite.keys import BITS

_IS_THERE: Final = """CASE is_group WHEN 0 THEN EXISTS (SELECT 1 FROM contact WHERE contact = holder)
      ELSE EXISTS (SELECT 1 FROM group_card WHERE group_card = holder) END"""
_KNOWN: Final = "(SELECT campaign FROM campaign UNION ALL SELECT -account FROM account)"
QUERIES: Final = (
    f"""SELECT 'the name of contact ' || holder || ' in book ' || book || ' is that of another card too'
        FROM card_name WHERE {_IS_THERE} GROUP BY book, name HAVING count(*) > 1""",  # noqa: S608 - constants
    f"""SELECT 'the name of contact ' || holder || ' in book ' || book || ' belongs to no campaign' FROM card_name
        WHERE book NOT IN {_KNOWN} OR holder >> {BITS} NOT IN (SELECT campaign FROM campaign)
          OR (book > 0 AND book <> holder >> {BITS})""",  # noqa: S608 - constants
    f"""SELECT DISTINCT 'the properties of book ' || book || ' belong to no campaign' FROM book_property
        WHERE book NOT IN {_KNOWN}""",  # noqa: S608 - constants
    """SELECT 'contact ' || contact.contact || ' has no name in book ' || book
        FROM book_state JOIN contact USING (campaign) WHERE revision <= named
          AND (book > 0 OR user IS NULL
            OR campaign = (SELECT min(campaign) FROM campaign WHERE account = -book AND id NOT LIKE '/%'))
          AND NOT EXISTS (SELECT 1 FROM card_name AS n
            WHERE n.book = book_state.book AND n.is_group = 0 AND n.holder = contact.contact)""",
    """SELECT 'group ' || group_card || ' has no name in book ' || book
        FROM book_state JOIN group_card USING (campaign) WHERE revision <= named
          AND NOT EXISTS (SELECT 1 FROM card_name AS n
            WHERE n.book = book_state.book AND n.is_group = 1 AND n.holder = group_card)""",
)
