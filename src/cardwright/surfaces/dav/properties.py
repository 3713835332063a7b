"""THE TABLE of properties: its name, which places have it, how it is read, who may set it (DV-20, DV-21, DV-22).

PROPFIND, PROPPATCH and the reports go by it, and `docs/reference/dav-properties.md` is generated from it. Beside these
a book has what clients set there, of any name.
"""

from __future__ import annotations

from enum import Flag, auto
from typing import TYPE_CHECKING, Final, NamedTuple

from cardwright.book.card_octets import tag_of
from cardwright.cards.collations import COLLATIONS
from cardwright.http.dates import http_date
from cardwright.limits import CARD_BODY
from cardwright.surfaces.dav import privileges
from cardwright.surfaces.dav.names import APPLE, CS, INF, C, D
from cardwright.surfaces.dav.places import BookPlace, CardPlace, Home, Homes, Principal, Principals, Root, href
from cardwright.surfaces.dav.report_places import BOOK, BOOK_AND_CARDS, EVERYWHERE, PLACES
from cardwright.surfaces.dav.xml_writing import attributes, element, escaped

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from cardwright.surfaces.dav.places import DavPlace
    from cardwright.surfaces.dav.resource import Resource


class Needs(Flag):
    """What must be gathered from the store before a property can be read."""

    NOTHING = 0
    LENGTH = auto()
    """How many octets a card has."""
    TOKEN = auto()
    """The sync token of a book."""
    STORED = auto()
    """What clients have set of a book."""
    ACCOUNT = auto()
    """The name of the account."""


class Setting(Flag):
    """How clients can set a property of a book."""

    PROTECTED = 0
    NAME = auto()
    """It is the name of the campaign."""
    STORED = auto()
    """It is kept as it is."""


class KnownProperty(NamedTuple):
    """A row of the table."""

    name: str
    where: frozenset[type[DavPlace]]
    """The kinds of places that have it."""
    read: Callable[[Resource], str | None] | None
    """Returns its content as XML, None where this resource has it not; None for what is kept as a client has set it."""
    what: str
    source: str
    in_allprop: bool = False
    needs: Needs = Needs.NOTHING
    setting: Setting = Setting.PROTECTED


TAG: Final = f"{D}getetag"
_MEDIA_TYPE: Final = "text/vcard; charset=utf-8"
OF_EVERY_CARD: Final = {TAG: None, f"{D}resourcetype": "", f"{D}getcontenttype": _MEDIA_TYPE}
"""What every card has without a further look: what is the same of all, and its tag, for which None stands."""
_PRINCIPAL: Final = frozenset({Principal})
_HOME: Final = frozenset({Home})
_CARD: Final = frozenset({CardPlace})
_KINDS: Final[dict[type[DavPlace], str]] = {
    Principal: element(f"{D}collection") + element(f"{D}principal"),
    BookPlace: element(f"{D}collection") + element(f"{C}addressbook"),
    CardPlace: "",
}
_COLLECTION: Final = element(f"{D}collection")


def _href(path: str) -> str:
    return element(f"{D}href", escaped(path))


def _kind(resource: Resource) -> str:
    return _KINDS.get(type(resource.place), _COLLECTION)


def _principal(resource: Resource) -> str:
    return _href(resource.around.principal)


def _display_name(resource: Resource) -> str:
    """Return what it is called; the book of all campaigns as the account, whose it is."""
    return escaped((resource.book.info.display_name if resource.book else "") or resource.around.account)


def _principals(resource: Resource) -> str:
    return _href(href(Principals(), resource.around.prefix))


def _home(resource: Resource) -> str:
    return _href(href(Home(resource.around.user.sid), resource.around.prefix))


def _reports(resource: Resource) -> str:
    return _REPORTS[type(resource.place)]


def _token(resource: Resource) -> str | None:
    return escaped(resource.book.token) if resource.book else None


def _tag(resource: Resource) -> str | None:
    return escaped(tag_of(resource.around.generation, resource.card)) if resource.card else None


def _length(resource: Resource) -> str | None:
    return "0" if resource.card is None else None if resource.length is None else str(resource.length)


def _modified(resource: Resource) -> str | None:
    return http_date(resource.card.updated) if resource.card else None


def _created(resource: Resource) -> str | None:
    return _instant(resource.card.created) if resource.card else None


def _instant(at: datetime) -> str:
    """Return the instant in UTC (RFC 3339, without parts of a second)."""
    return f"{at:%Y-%m-%dT%H:%M:%SZ}"


def _same(content: str) -> Callable[[Resource], str]:
    return lambda _resource: content


_REPORTS: Final[dict[type[DavPlace], str]] = {
    kind: "".join(
        [
            element(f"{D}supported-report", element(f"{D}report", element(name)))
            for name, places in PLACES.items()
            if kind in places
        ]
    )
    for kind in EVERYWHERE
}
_VERSIONS: Final = "".join(
    [
        element(f"{C}address-data-type", "", attributes([("content-type", "text/vcard"), ("version", version)]))
        for version in ("3.0", "4.0")
    ]
)
_COLLATIONS: Final = "".join([element(f"{C}supported-collation", name) for name in COLLATIONS])

PROPERTIES: Final = (
    KnownProperty(
        f"{D}resourcetype", EVERYWHERE, _kind, "What kind of resource it is", "RFC 4918 15.9", in_allprop=True
    ),
    KnownProperty(
        f"{D}displayname",
        BOOK | _HOME | _PRINCIPAL,
        _display_name,
        "The name of the account, also of its book `all`; or of the campaign, which a client may change",
        "RFC 4918 15.2",
        in_allprop=True,
        needs=Needs.ACCOUNT,
        setting=Setting.NAME,
    ),
    KnownProperty(f"{D}current-user-principal", EVERYWHERE, _principal, "Who asks", "RFC 5397 3"),
    KnownProperty(f"{D}principal-URL", _PRINCIPAL, _principal, "The address of the principal", "RFC 3744 4.2"),
    KnownProperty(f"{D}alternate-URI-set", _PRINCIPAL, _same(""), "Other addresses: none", "RFC 3744 4.1"),
    KnownProperty(f"{D}group-member-set", _PRINCIPAL, _same(""), "Members of the principal: none", "RFC 3744 4.3"),
    KnownProperty(f"{D}group-membership", _PRINCIPAL, _same(""), "Groups of the principal: none", "RFC 3744 4.4"),
    KnownProperty(f"{C}addressbook-home-set", _PRINCIPAL, _home, "Where the address books are", "RFC 6352 7.1.1"),
    KnownProperty(
        f"{D}owner", _PRINCIPAL | _HOME | BOOK_AND_CARDS, _principal, "The principal of the account", "RFC 3744 5.1"
    ),
    KnownProperty(
        f"{D}supported-privilege-set",
        EVERYWHERE,
        _same(privileges.SUPPORTED),
        "Every privilege that there is",
        "RFC 3744 5.3",
    ),
    KnownProperty(
        f"{D}current-user-privilege-set",
        EVERYWHERE,
        privileges.current_user_privilege_set,
        "What who asks may do",
        "RFC 3744 5.4",
    ),
    KnownProperty(f"{D}acl", EVERYWHERE, privileges.acl, "Who may do what", "RFC 3744 5.5"),
    KnownProperty(
        f"{D}acl-restrictions",
        EVERYWHERE,
        _same(privileges.ACL_RESTRICTIONS),
        "What an access control list here never has",
        "RFC 3744 5.6",
    ),
    KnownProperty(
        f"{D}inherited-acl-set", EVERYWHERE, _same(""), "Where privileges come from: nowhere", "RFC 3744 5.7"
    ),
    KnownProperty(f"{D}principal-collection-set", EVERYWHERE, _principals, "Where principals are", "RFC 3744 5.8"),
    KnownProperty(f"{D}supported-report-set", EVERYWHERE, _reports, "The reports that it has", "RFC 3253 3.1.5"),
    KnownProperty(
        f"{C}addressbook-description",
        BOOK,
        None,
        "A text about the book",
        "RFC 6352 6.2.1",
        needs=Needs.STORED,
        setting=Setting.STORED,
    ),
    KnownProperty(
        f"{APPLE}addressbook-color",
        BOOK,
        None,
        "The colour of the book in Apple's clients",
        "Apple",
        in_allprop=True,
        needs=Needs.STORED,
        setting=Setting.STORED,
    ),
    KnownProperty(
        f"{INF}addressbook-color",
        BOOK,
        None,
        "The colour of the book in other clients",
        "InfCloud",
        in_allprop=True,
        needs=Needs.STORED,
        setting=Setting.STORED,
    ),
    KnownProperty(
        f"{C}supported-address-data", BOOK, _same(_VERSIONS), "The versions of vCard that it takes", "RFC 6352 6.2.2"
    ),
    KnownProperty(
        f"{C}max-resource-size",
        BOOK,
        _same(str(CARD_BODY.value)),
        "How many octets a card may have",
        "RFC 6352 6.2.3",
    ),
    KnownProperty(
        f"{C}supported-collation-set",
        BOOK_AND_CARDS,
        _same(_COLLATIONS),
        "How texts can be compared in a query",
        "RFC 6352 8.3.1",
    ),
    KnownProperty(
        f"{CS}getctag",
        BOOK,
        _token,
        "Another text after each change of what the book holds",
        "calendarserver-ctag",
        needs=Needs.TOKEN,
    ),
    KnownProperty(
        f"{D}sync-token",
        BOOK,
        _token,
        "From where a `sync-collection` goes on",
        "RFC 6578 4",
        needs=Needs.TOKEN,
    ),
    KnownProperty(TAG, _CARD, _tag, "The entity tag of the card", "RFC 4918 15.6", in_allprop=True),
    KnownProperty(
        f"{D}getcontenttype",
        _CARD,
        _same(_MEDIA_TYPE),
        "The media type of the card",
        "RFC 4918 15.5",
        in_allprop=True,
    ),
    KnownProperty(
        f"{D}getcontentlength",
        BOOK_AND_CARDS,
        _length,
        "The octets of the card; 0 of a book, which has none of its own",
        "RFC 4918 15.4",
        in_allprop=True,
        needs=Needs.LENGTH,
    ),
    KnownProperty(
        f"{D}getlastmodified",
        _CARD,
        _modified,
        "When the contact last changed",
        "RFC 4918 15.7",
        in_allprop=True,
    ),
    KnownProperty(f"{D}creationdate", _CARD, _created, "When the contact was made", "RFC 4918 15.1", in_allprop=True),
)
BY_NAME: Final = {row.name: row for row in PROPERTIES}
KINDS: Final[dict[type[DavPlace], str]] = {
    Root: "root",
    Principals: "principals",
    Principal: "principal",
    Homes: "homes",
    Home: "home",
    BookPlace: "book",
    CardPlace: "card",
}
"""The kinds of places, as documentation calls them."""
UNSETTABLE: Final = frozenset(
    {row.name for row in PROPERTIES if row.setting is Setting.PROTECTED}
    | {f"{D}{name}" for name in ("lockdiscovery", "supportedlock", "quota-available-bytes", "quota-used-bytes")}
    | {f"{D}getcontentlanguage", f"{D}group", f"{C}address-data", f"{C}principal-address"}
)
"""What no client can set: the protected ones, and those that specifications leave to a server that has them."""
