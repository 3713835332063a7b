"""THE TABLE of properties and parameters: form, number, versions, and who says so.

Reader, writer, conversion, jCard, `validate` and the documentation read it; a name that is not here stays as it stands.
"""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, Final, Literal, NamedTuple

from cardwright.vcard.equivalents import EQUIVALENTS, LISTS

if TYPE_CHECKING:
    from collections.abc import Iterator

Version = Literal["2.1", "3.0", "4.0"]
VERSIONS: Final[tuple[Version, ...]] = ("2.1", "3.0", "4.0")


class Shape(Enum):
    """How many texts a value holds, and which character parts them."""

    SINGLE = "single"  # str
    LIST = "list"  # tuple of str, parted by commas
    COMPONENTS = "components"  # tuple of str, parted by semicolons
    LIST_COMPONENTS = "list components"  # the same; a component may be a tuple of str, parted by commas
    UNKNOWN = "as it stands"  # str, nothing parted or unescaped but line breaks: a name that is not in the table

    @property
    def separator(self) -> str:
        """What stands between the members of a tuple."""
        return "," if self is Shape.LIST else ";"


SINGLE, LIST, COMPONENTS, LIST_COMPONENTS, UNKNOWN = Shape


class PropertyRow(NamedTuple):
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
    types: str = ""
    """The other value types that it may have, parted by spaces."""
    components: tuple[str, ...] = ()
    """The names of its components, in their order."""

    def form(self, version: str) -> tuple[str, Shape]:
        """Value type and shape in `version`."""
        return self.older if self.older and version != "4.0" else (self.type, self.shape)


_NAME: Final = ("family", "given", "additional", "prefixes", "suffixes", "secondary_surname", "generation")
"""The components of N; the last two are RFC 9554's (section 2.2)."""
_ADDRESS: Final = (
    *("post_office_box", "extended", "street", "locality", "region", "postal_code", "country"),
    *("room", "apartment", "floor", "street_number", "street_name", "building", "block", "subdistrict", "district"),
    *("landmark", "direction"),
)
"""The components of ADR; from the eighth on they are RFC 9554's (section 2.1)."""

ROWS: Final = (
    # RFC 6350, with what 2.1 and RFC 2426 had before it
    PropertyRow("SOURCE", "uri", SINGLE, "*", "3.0 4.0", "RFC 6350 6.1.3"),
    PropertyRow("KIND", "text", SINGLE, "*1", "4.0", "RFC 6350 6.1.4"),
    PropertyRow("XML", "text", SINGLE, "*", "4.0", "RFC 6350 6.1.5"),
    PropertyRow("FN", "text", SINGLE, "1*", "2.1 3.0 4.0", "RFC 6350 6.2.1"),
    PropertyRow("N", "text", LIST_COMPONENTS, "*1", "2.1 3.0 4.0", "RFC 6350 6.2.2", components=_NAME),
    PropertyRow("NICKNAME", "text", LIST, "*", "3.0 4.0", "RFC 6350 6.2.3"),
    PropertyRow("PHOTO", "binary", SINGLE, "*", "2.1 3.0 4.0", "RFC 6350 6.2.4", types="uri"),
    PropertyRow("BDAY", "date-and-or-time", SINGLE, "*1", "2.1 3.0 4.0", "RFC 6350 6.2.5", types="date date-time text"),
    PropertyRow("ANNIVERSARY", "date-and-or-time", SINGLE, "*1", "4.0", "RFC 6350 6.2.6", types="date date-time text"),
    PropertyRow("GENDER", "text", COMPONENTS, "*1", "4.0", "RFC 6350 6.2.7", components=("sex", "identity")),
    PropertyRow("ADR", "text", LIST_COMPONENTS, "*", "2.1 3.0 4.0", "RFC 6350 6.3.1", components=_ADDRESS),
    PropertyRow("TEL", "text", SINGLE, "*", "2.1 3.0 4.0", "RFC 6350 6.4.1", types="uri phone-number"),
    PropertyRow("EMAIL", "text", SINGLE, "*", "2.1 3.0 4.0", "RFC 6350 6.4.2", types="uri"),
    PropertyRow("IMPP", "uri", SINGLE, "*", "3.0 4.0", "RFC 6350 6.4.3, RFC 4770"),
    PropertyRow("LANG", "language-tag", SINGLE, "*", "4.0", "RFC 6350 6.4.4"),
    PropertyRow("TZ", "text", SINGLE, "*", "2.1 3.0 4.0", "RFC 6350 6.5.1", types="uri utc-offset"),
    PropertyRow(
        "GEO",
        "uri",
        SINGLE,
        "*",
        "2.1 3.0 4.0",
        "RFC 6350 6.5.2",
        older=("float", COMPONENTS),
        components=("latitude", "longitude"),
    ),
    PropertyRow("TITLE", "text", SINGLE, "*", "2.1 3.0 4.0", "RFC 6350 6.6.1"),
    PropertyRow("ROLE", "text", SINGLE, "*", "2.1 3.0 4.0", "RFC 6350 6.6.2"),
    PropertyRow("LOGO", "binary", SINGLE, "*", "2.1 3.0 4.0", "RFC 6350 6.6.3", types="uri"),
    PropertyRow("ORG", "text", COMPONENTS, "*", "2.1 3.0 4.0", "RFC 6350 6.6.4"),
    PropertyRow("MEMBER", "uri", SINGLE, "*", "4.0", "RFC 6350 6.6.5"),
    PropertyRow("RELATED", "uri", SINGLE, "*", "4.0", "RFC 6350 6.6.6", types="text"),
    PropertyRow("CATEGORIES", "text", LIST, "*", "3.0 4.0", "RFC 6350 6.7.1"),
    PropertyRow("NOTE", "text", SINGLE, "*", "2.1 3.0 4.0", "RFC 6350 6.7.2"),
    PropertyRow("PRODID", "text", SINGLE, "*1", "3.0 4.0", "RFC 6350 6.7.3"),
    PropertyRow(
        "REV", "timestamp", SINGLE, "*1", "2.1 3.0 4.0", "RFC 6350 6.7.4", types="date-time date date-and-or-time"
    ),
    PropertyRow("SOUND", "binary", SINGLE, "*", "2.1 3.0 4.0", "RFC 6350 6.7.5", types="uri"),
    PropertyRow("UID", "uri", SINGLE, "*1", "2.1 3.0 4.0", "RFC 6350 6.7.6", older=("text", SINGLE), types="text"),
    PropertyRow("CLIENTPIDMAP", "text", COMPONENTS, "*", "4.0", "RFC 6350 6.7.7", components=("pid", "uri")),
    PropertyRow("URL", "uri", SINGLE, "*", "2.1 3.0 4.0", "RFC 6350 6.7.8"),
    PropertyRow("VERSION", "text", SINGLE, "1", "2.1 3.0 4.0", "RFC 6350 6.7.9"),
    PropertyRow("KEY", "binary", SINGLE, "*", "2.1 3.0 4.0", "RFC 6350 6.8.1", types="uri text"),
    PropertyRow("FBURL", "uri", SINGLE, "*", "3.0 4.0", "RFC 6350 6.9.1, RFC 2739"),
    PropertyRow("CALADRURI", "uri", SINGLE, "*", "3.0 4.0", "RFC 6350 6.9.2, RFC 2739"),
    PropertyRow("CALURI", "uri", SINGLE, "*", "3.0 4.0", "RFC 6350 6.9.3, RFC 2739"),
    # gone from 4.0
    PropertyRow("AGENT", "text", SINGLE, "*", "2.1 3.0", "RFC 2426 3.5.4", types="uri vcard"),
    PropertyRow("CAPURI", "uri", SINGLE, "*", "3.0", "RFC 2739 2.4.4"),
    PropertyRow("CLASS", "text", SINGLE, "*1", "3.0", "RFC 2426 3.7.1"),
    PropertyRow("LABEL", "text", SINGLE, "*", "2.1 3.0", "RFC 2426 3.2.2"),
    PropertyRow("MAILER", "text", SINGLE, "*1", "2.1 3.0", "RFC 2426 3.3.3"),
    PropertyRow("NAME", "text", SINGLE, "*1", "3.0", "RFC 2426 2.1.2"),
    PropertyRow("PROFILE", "text", SINGLE, "*1", "3.0", "RFC 2426 2.1.3"),
    PropertyRow("SORT-STRING", "text", SINGLE, "*1", "3.0", "RFC 2426 3.6.5"),
    # added to 4.0
    PropertyRow("BIRTHPLACE", "text", SINGLE, "*1", "4.0", "RFC 6474 2.1", types="uri"),
    PropertyRow("DEATHPLACE", "text", SINGLE, "*1", "4.0", "RFC 6474 2.2", types="uri"),
    PropertyRow("DEATHDATE", "date-and-or-time", SINGLE, "*1", "4.0", "RFC 6474 2.3", types="date date-time text"),
    PropertyRow("EXPERTISE", "text", SINGLE, "*", "4.0", "RFC 6715 2.1"),
    PropertyRow("HOBBY", "text", SINGLE, "*", "4.0", "RFC 6715 2.2"),
    PropertyRow("INTEREST", "text", SINGLE, "*", "4.0", "RFC 6715 2.3"),
    PropertyRow("ORG-DIRECTORY", "uri", SINGLE, "*", "4.0", "RFC 6715 2.4"),
    PropertyRow("CONTACT-URI", "uri", SINGLE, "*", "4.0", "RFC 8605 2.1"),
    PropertyRow("CREATED", "timestamp", SINGLE, "*1", "4.0", "RFC 9554 3.1"),
    PropertyRow("GRAMGENDER", "text", SINGLE, "*", "4.0", "RFC 9554 3.2"),
    PropertyRow("LANGUAGE", "language-tag", SINGLE, "*1", "4.0", "RFC 9554 3.3"),
    PropertyRow("PRONOUNS", "text", SINGLE, "*", "4.0", "RFC 9554 3.4"),
    PropertyRow("SOCIALPROFILE", "uri", SINGLE, "*", "4.0", "RFC 9554 3.5", types="text"),
    PropertyRow("JSPROP", "text", SINGLE, "*", "4.0", "RFC 9555 3.2.1"),
    # programs' own, where they are not plain upper-case text
    PropertyRow("X-ABLabel", "text", SINGLE, "*", "2.1 3.0 4.0", "Apple Contacts"),
    PropertyRow("X-ABDATE", "date-and-or-time", SINGLE, "*", "2.1 3.0 4.0", "Apple Contacts"),
    PropertyRow("X-ABRELATEDNAMES", "text", SINGLE, "*", "2.1 3.0 4.0", "Apple Contacts"),
    PropertyRow("X-ABShowAs", "text", SINGLE, "*1", "2.1 3.0 4.0", "Apple Contacts"),
    PropertyRow("X-ADDRESSBOOKSERVER-MEMBER", "uri", SINGLE, "*", "2.1 3.0 4.0", "Apple Contacts"),
    PropertyRow("X-SOCIALPROFILE", "uri", SINGLE, "*", "2.1 3.0 4.0", "Apple Contacts"),
    PropertyRow("X-ANDROID-CUSTOM", "text", COMPONENTS, "*", "2.1 3.0 4.0", "Android"),
)


class Parameter(NamedTuple):
    """What the specifications say of one parameter."""

    name: str
    versions: str
    values: str
    """`one`, or `list`: parted by commas, also where the commas are quoted."""
    older: str
    """What says it in 2.1 and 3.0; `""`: the parameter itself, which readers of these versions skip."""
    source: str


PARAMETERS: Final = (
    Parameter("TYPE", "2.1 3.0 4.0", "list", "", "RFC 6350 5.6"),
    Parameter("VALUE", "2.1 3.0 4.0", "one", "", "RFC 6350 5.2"),
    Parameter("LANGUAGE", "2.1 3.0 4.0", "one", "", "RFC 6350 5.1"),
    Parameter("ENCODING", "2.1 3.0", "one", "", "RFC 2426 2.1, vCard 2.1 2.1.1"),
    Parameter("CHARSET", "2.1", "one", "", "vCard 2.1 2.1.2"),
    Parameter("CONTEXT", "3.0", "one", "", "RFC 2739 2.4"),
    Parameter("PREF", "4.0", "one", "TYPE=PREF on the lowest, X-PREF", "RFC 6350 5.3"),
    Parameter("ALTID", "4.0", "one", "one of them alone; the others are kept", "RFC 6350 5.4"),
    Parameter("PID", "4.0", "list", "", "RFC 6350 5.5"),
    Parameter("MEDIATYPE", "4.0", "one", "TYPE", "RFC 6350 5.7"),
    Parameter("CALSCALE", "4.0", "one", "", "RFC 6350 5.8"),
    Parameter("SORT-AS", "4.0", "list", "SORT-STRING", "RFC 6350 5.9"),
    Parameter("GEO", "4.0", "one", "", "RFC 6350 5.10"),
    Parameter("TZ", "4.0", "one", "", "RFC 6350 5.11"),
    Parameter("LABEL", "4.0", "one", "LABEL", "RFC 6350 6.3.1"),
    Parameter("INDEX", "4.0", "one", "", "RFC 6715 3.1"),
    Parameter("LEVEL", "4.0", "one", "", "RFC 6715 3.2"),
    Parameter("CC", "4.0", "one", "", "RFC 8605 3.1"),
    Parameter("AUTHOR", "4.0", "one", "", "RFC 9554 4.1"),
    Parameter("AUTHOR-NAME", "4.0", "one", "", "RFC 9554 4.2"),
    Parameter("CREATED", "4.0", "one", "", "RFC 9554 4.3"),
    Parameter("DERIVED", "4.0", "one", "", "RFC 9554 4.4"),
    Parameter("PHONETIC", "4.0", "one", "", "RFC 9554 4.6"),
    Parameter("PROP-ID", "4.0", "one", "", "RFC 9554 4.7"),
    Parameter("SCRIPT", "4.0", "one", "", "RFC 9554 4.8"),
    Parameter("SERVICE-TYPE", "4.0", "one", "X-SERVICE-TYPE; TYPE of X-SOCIALPROFILE", "RFC 9554 4.9"),
    Parameter("USERNAME", "4.0", "one", "X-USER", "RFC 9554 4.10"),
    Parameter("JSPTR", "4.0", "one", "", "RFC 9555 3.3.1"),
    Parameter("JSCOMPS", "4.0", "one", "", "RFC 9555 3.3.2"),
)

LISTED: Final = frozenset(row.name for row in PARAMETERS if row.values == "list" and row.name != "PID")
"""Parameters whose commas part them even where they are quoted, as Nextcloud and RFC 6350's own examples do."""

_REGISTERED: Final = {row.name.upper(): row for row in ROWS}


def _of_programs() -> Iterator[PropertyRow]:
    """Give the rows of names that programs write for those of the table (`equivalents.py`)."""
    for name, newer in {row.older: row.newer for row in EQUIVALENTS}.items():
        if newer != "TEL" and name.upper() not in _REGISTERED and name[2:].upper() not in _REGISTERED:
            is_day = newer == "ANNIVERSARY"
            yield PropertyRow(
                name,
                "date-and-or-time" if is_day else "text",
                LIST if name in LISTS else SINGLE,
                "*1" if is_day else "*",
                "2.1 3.0 4.0",
                f"for {newer}",
            )


_BY_NAME: Final = {
    **_REGISTERED,
    **{row.name.upper(): row for row in _of_programs()},
    **{row.older.upper(): _REGISTERED["TEL"] for row in EQUIVALENTS if row.newer == "TEL"},  # a number is a number
}


def lookup(name: str) -> PropertyRow:
    """Return the row of `name` in any case; a name that is not in the table gets one of its own (RFC 6350 6.10).

    `X-` before a registered name is how conversion keeps a property that a version does not have: it has the same form.
    """
    if row := _BY_NAME.get(name):
        return row
    name = name.upper()
    if row := _BY_NAME.get(name):
        return row
    kept = _REGISTERED.get(name[2:]) if name.startswith("X-") else None
    if kept and kept.type != "binary":
        return kept._replace(name=name, cardinality="*", versions="2.1 3.0 4.0", source=f"kept {kept.name}", older=None)
    return PropertyRow(name, "text", UNKNOWN, "*", "2.1 3.0 4.0", "not registered")
