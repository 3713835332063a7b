"""THE TABLE of properties: what each value looks like, how often it may stand, in which versions, and who says so.

Reader, writer, conversion, jCard and the documentation read it; a name that is not here is taken as text.
"""

from __future__ import annotations

from enum import Enum
from typing import Final, Literal, NamedTuple

Version = Literal["2.1", "3.0", "4.0"]
VERSIONS: Final[tuple[Version, ...]] = ("2.1", "3.0", "4.0")


class Shape(Enum):
    """How many texts a value holds, and which character parts them."""

    SINGLE = "single"  # str
    LIST = "list"  # tuple of str, parted by commas
    COMPONENTS = "components"  # tuple of str, parted by semicolons
    LIST_COMPONENTS = "list components"  # the same; a component may be a tuple of str, parted by commas
    UNKNOWN = "unknown"  # str, or a tuple of str where semicolons part it: a name that is not in the table

    @property
    def separator(self) -> str:
        """What stands between the members of a tuple."""
        return "," if self is Shape.LIST else ";"


SINGLE, LIST, COMPONENTS, LIST_COMPONENTS, UNKNOWN = Shape


class Row(NamedTuple):
    """What the specifications say of one property."""

    name: str
    """As it is written; names compare without regard to case (RFC 6350 section 3.3)."""
    type: str
    """The default value type (RFC 6350 section 4). `uri` values are not escaped; `binary` may be bytes or a URI."""
    shape: Shape
    cardinality: str
    """As RFC 6350 section 3.3 writes it: `1`, `*1`, `1*`, `*`."""
    versions: str
    """The versions that know the name, parted by spaces."""
    source: str
    older: tuple[str, Shape] | None = None
    """Type and shape in 2.1 and 3.0 where they differ."""

    def form(self, version: str) -> tuple[str, Shape]:
        """Value type and shape in `version`."""
        return self.older if self.older and version != "4.0" else (self.type, self.shape)


ROWS: Final = (
    # RFC 6350, with what 2.1 and RFC 2426 had before it
    Row("SOURCE", "uri", SINGLE, "*", "3.0 4.0", "RFC 6350 6.1.3"),
    Row("KIND", "text", SINGLE, "*1", "4.0", "RFC 6350 6.1.4"),
    Row("XML", "text", SINGLE, "*", "4.0", "RFC 6350 6.1.5"),
    Row("FN", "text", SINGLE, "1*", "2.1 3.0 4.0", "RFC 6350 6.2.1"),
    Row("N", "text", LIST_COMPONENTS, "*1", "2.1 3.0 4.0", "RFC 6350 6.2.2"),
    Row("NICKNAME", "text", LIST, "*", "3.0 4.0", "RFC 6350 6.2.3"),
    Row("PHOTO", "binary", SINGLE, "*", "2.1 3.0 4.0", "RFC 6350 6.2.4"),
    Row("BDAY", "date-and-or-time", SINGLE, "*1", "2.1 3.0 4.0", "RFC 6350 6.2.5"),
    Row("ANNIVERSARY", "date-and-or-time", SINGLE, "*1", "4.0", "RFC 6350 6.2.6"),
    Row("GENDER", "text", COMPONENTS, "*1", "4.0", "RFC 6350 6.2.7"),
    Row("ADR", "text", LIST_COMPONENTS, "*", "2.1 3.0 4.0", "RFC 6350 6.3.1"),
    Row("TEL", "text", SINGLE, "*", "2.1 3.0 4.0", "RFC 6350 6.4.1"),
    Row("EMAIL", "text", SINGLE, "*", "2.1 3.0 4.0", "RFC 6350 6.4.2"),
    Row("IMPP", "uri", SINGLE, "*", "3.0 4.0", "RFC 6350 6.4.3, RFC 4770"),
    Row("LANG", "language-tag", SINGLE, "*", "4.0", "RFC 6350 6.4.4"),
    Row("TZ", "text", SINGLE, "*", "2.1 3.0 4.0", "RFC 6350 6.5.1"),
    Row("GEO", "uri", SINGLE, "*", "2.1 3.0 4.0", "RFC 6350 6.5.2", older=("float", COMPONENTS)),
    Row("TITLE", "text", SINGLE, "*", "2.1 3.0 4.0", "RFC 6350 6.6.1"),
    Row("ROLE", "text", SINGLE, "*", "2.1 3.0 4.0", "RFC 6350 6.6.2"),
    Row("LOGO", "binary", SINGLE, "*", "2.1 3.0 4.0", "RFC 6350 6.6.3"),
    Row("ORG", "text", COMPONENTS, "*", "2.1 3.0 4.0", "RFC 6350 6.6.4"),
    Row("MEMBER", "uri", SINGLE, "*", "4.0", "RFC 6350 6.6.5"),
    Row("RELATED", "uri", SINGLE, "*", "4.0", "RFC 6350 6.6.6"),
    Row("CATEGORIES", "text", LIST, "*", "3.0 4.0", "RFC 6350 6.7.1"),
    Row("NOTE", "text", SINGLE, "*", "2.1 3.0 4.0", "RFC 6350 6.7.2"),
    Row("PRODID", "text", SINGLE, "*1", "3.0 4.0", "RFC 6350 6.7.3"),
    Row("REV", "timestamp", SINGLE, "*1", "2.1 3.0 4.0", "RFC 6350 6.7.4"),
    Row("SOUND", "binary", SINGLE, "*", "2.1 3.0 4.0", "RFC 6350 6.7.5"),
    Row("UID", "uri", SINGLE, "*1", "2.1 3.0 4.0", "RFC 6350 6.7.6", older=("text", SINGLE)),
    Row("CLIENTPIDMAP", "text", COMPONENTS, "*", "4.0", "RFC 6350 6.7.7"),
    Row("URL", "uri", SINGLE, "*", "2.1 3.0 4.0", "RFC 6350 6.7.8"),
    Row("VERSION", "text", SINGLE, "1", "2.1 3.0 4.0", "RFC 6350 6.7.9"),
    Row("KEY", "binary", SINGLE, "*", "2.1 3.0 4.0", "RFC 6350 6.8.1"),
    Row("FBURL", "uri", SINGLE, "*", "3.0 4.0", "RFC 6350 6.9.1, RFC 2739"),
    Row("CALADRURI", "uri", SINGLE, "*", "3.0 4.0", "RFC 6350 6.9.2, RFC 2739"),
    Row("CALURI", "uri", SINGLE, "*", "3.0 4.0", "RFC 6350 6.9.3, RFC 2739"),
    # gone from 4.0
    Row("AGENT", "text", SINGLE, "*", "2.1 3.0", "RFC 2426 3.5.4"),
    Row("CAPURI", "uri", SINGLE, "*", "3.0", "RFC 2739 2.4.4"),
    Row("CLASS", "text", SINGLE, "*1", "3.0", "RFC 2426 3.7.1"),
    Row("LABEL", "text", SINGLE, "*", "2.1 3.0", "RFC 2426 3.2.2"),
    Row("MAILER", "text", SINGLE, "*1", "2.1 3.0", "RFC 2426 3.3.3"),
    Row("NAME", "text", SINGLE, "*1", "3.0", "RFC 2426 2.1.2"),
    Row("PROFILE", "text", SINGLE, "*1", "3.0", "RFC 2426 2.1.3"),
    Row("SORT-STRING", "text", SINGLE, "*1", "3.0", "RFC 2426 3.6.5"),
    # added to 4.0
    Row("BIRTHPLACE", "text", SINGLE, "*1", "4.0", "RFC 6474 2.1"),
    Row("DEATHPLACE", "text", SINGLE, "*1", "4.0", "RFC 6474 2.2"),
    Row("DEATHDATE", "date-and-or-time", SINGLE, "*1", "4.0", "RFC 6474 2.3"),
    Row("EXPERTISE", "text", SINGLE, "*", "4.0", "RFC 6715 2.1"),
    Row("HOBBY", "text", SINGLE, "*", "4.0", "RFC 6715 2.2"),
    Row("INTEREST", "text", SINGLE, "*", "4.0", "RFC 6715 2.3"),
    Row("ORG-DIRECTORY", "uri", SINGLE, "*", "4.0", "RFC 6715 2.4"),
    Row("CONTACT-URI", "uri", SINGLE, "*", "4.0", "RFC 8605 2.1"),
    Row("CREATED", "timestamp", SINGLE, "*1", "4.0", "RFC 9554 3.1"),
    Row("GRAMGENDER", "text", SINGLE, "*", "4.0", "RFC 9554 3.2"),
    Row("LANGUAGE", "language-tag", SINGLE, "*1", "4.0", "RFC 9554 3.3"),
    Row("PRONOUNS", "text", SINGLE, "*", "4.0", "RFC 9554 3.4"),
    Row("SOCIALPROFILE", "uri", SINGLE, "*", "4.0", "RFC 9554 3.5"),
    Row("JSPROP", "text", SINGLE, "*", "4.0", "RFC 9555 3.2.1"),
    # programs' own, where they are not plain upper-case text
    Row("X-ABLabel", "text", SINGLE, "*", "2.1 3.0 4.0", "Apple Contacts"),
    Row("X-ABShowAs", "text", SINGLE, "*1", "2.1 3.0 4.0", "Apple Contacts"),
    Row("X-ADDRESSBOOKSERVER-MEMBER", "uri", SINGLE, "*", "2.1 3.0 4.0", "Apple Contacts"),
    Row("X-SOCIALPROFILE", "uri", SINGLE, "*", "2.1 3.0 4.0", "Apple Contacts"),
    Row("X-ANDROID-CUSTOM", "text", COMPONENTS, "*", "2.1 3.0 4.0", "Android"),
)

_BY_NAME: Final = {row.name.upper(): row for row in ROWS}


def lookup(name: str) -> Row:
    """Return the row of `name` in any case; a name that is not in the table gets one of its own (RFC 6350 6.10)."""
    if found := _BY_NAME.get(name):
        return found
    name = name.upper()
    return _BY_NAME.get(name) or Row(name, "text", UNKNOWN, "*", "2.1 3.0 4.0", "not registered")
