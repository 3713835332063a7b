"""What programs write in older versions is the property of 4.0 that the table says (`vcard/properties.py`)."""

from __future__ import annotations

from typing import Final

import pytest

from cardwright.vcard import convert, read
from cardwright.vcard.properties import EQUIVALENTS

LINES: Final = {
    "X-ADDRESSBOOKSERVER-KIND": "X-ADDRESSBOOKSERVER-KIND:group",
    "X-ABShowAs": "X-ABShowAs:COMPANY",
    "X-ADDRESSBOOKSERVER-MEMBER": "X-ADDRESSBOOKSERVER-MEMBER:urn:uuid:1",
    "X-ABDATE": "item1.X-ABDATE:2001-02-03\nitem1.X-ABLabel:_$!<Anniversary>!$_",
    "X-ANNIVERSARY": "X-ANNIVERSARY:2001-02-03",
    "X-ABRELATEDNAMES": "item1.X-ABRELATEDNAMES:Road Runner\nitem1.X-ABLabel:_$!<Friend>!$_",
    "AGENT": "AGENT;VALUE=uri:urn:uuid:2",
    "X-GENDER": "X-GENDER:Male",
    "X-SOCIALPROFILE": "X-SOCIALPROFILE;TYPE=twitter:https://twitter.com/wile",
    "LABEL": "LABEL;TYPE=work:1 Desert Road",
    "SORT-STRING": "SORT-STRING:Coyote",
}


@pytest.mark.parametrize(("older", "newer"), [(row.older, row.newer) for row in EQUIVALENTS])
def test_what_older_versions_write_is_the_property_of_4_0(older: str, newer: str) -> None:
    lines = LINES[older].replace("\n", "\r\n")
    (card,) = read(f"BEGIN:VCARD\r\nVERSION:3.0\r\nN:Coyote;Wile;;;\r\nFN:Wile\r\n{lines}\r\nEND:VCARD\r\n".encode())
    names = {entry.name.upper() for entry in convert(card, "4.0").card}
    assert newer in names
    assert older.upper() not in names
