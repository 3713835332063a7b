"""Read and write vCards: 2.1, 3.0 (RFC 2426), 4.0 (RFC 6350) and jCard (RFC 7095). It knows nothing else of Cardwright.

What stands in `__all__` is for use from outside; the modules below are the codec's own.
"""

from cardwright.vcard import bounds
from cardwright.vcard.card import Card
from cardwright.vcard.completion import complete, complete_octets
from cardwright.vcard.conversion.converter import Converted, Kept, convert
from cardwright.vcard.conversion.dates import basic as basic_date
from cardwright.vcard.conversion.media import recognize as image_type
from cardwright.vcard.conversion.names import called, called_otherwise, split_name
from cardwright.vcard.defects import DEFECTS, Defect
from cardwright.vcard.equivalents import EQUIVALENTS, SERVICES
from cardwright.vcard.errors import VCardError
from cardwright.vcard.jcard import from_jcard, to_jcard
from cardwright.vcard.model import Entry, Parameters, Property, Value
from cardwright.vcard.properties import VERSIONS, lookup
from cardwright.vcard.reading.charsets import is_mostly_utf_8, is_utf_8, wide_charset
from cardwright.vcard.reading.guessing import guess as guess_charset
from cardwright.vcard.reading.logical_lines import split as logical_lines
from cardwright.vcard.reading.reader import read
from cardwright.vcard.validation import Problem, validate
from cardwright.vcard.writing.writer import write

__all__ = [
    "DEFECTS",
    "EQUIVALENTS",
    "SERVICES",
    "VERSIONS",
    "Card",
    "Converted",
    "Defect",
    "Entry",
    "Kept",
    "Parameters",
    "Problem",
    "Property",
    "VCardError",
    "Value",
    "basic_date",
    "bounds",
    "called",
    "called_otherwise",
    "complete",
    "complete_octets",
    "convert",
    "from_jcard",
    "guess_charset",
    "image_type",
    "is_mostly_utf_8",
    "is_utf_8",
    "logical_lines",
    "lookup",
    "read",
    "split_name",
    "to_jcard",
    "validate",
    "wide_charset",
    "write",
]
