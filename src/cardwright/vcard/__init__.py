"""The vCard codec: bytes to cards and back. It knows no Contact and could be a library of its own."""

from cardwright.vcard.card import Card, Entry, Property
from cardwright.vcard.convert import Converted, Kept, convert
from cardwright.vcard.defects import DEFECTS, Defect
from cardwright.vcard.jcard import from_jcard, to_jcard
from cardwright.vcard.properties import VERSIONS
from cardwright.vcard.reader import read
from cardwright.vcard.writer import write

__all__ = [
    "DEFECTS",
    "VERSIONS",
    "Card",
    "Converted",
    "Defect",
    "Entry",
    "Kept",
    "Property",
    "convert",
    "from_jcard",
    "read",
    "to_jcard",
    "write",
]
