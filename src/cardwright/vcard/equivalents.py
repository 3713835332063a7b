"""THE TABLE of what programs write in 2.1 and 3.0 for a property of 4.0, and who says so.

Conversion reads it, and the documentation; decision 47 says what is written back.
"""

from __future__ import annotations

from typing import Final, NamedTuple

_EXCHANGE: Final = "Exchange's OutboundVCardConverter"
_READ_BY_EXCHANGE: Final = "Exchange's InboundVCardConverter"
_EVOLUTION: Final = "Evolution's e-vcard.h"
_KDE: Final = "KDE's VCardTool (kcontacts)"
_OX: Final = "Open-Xchange's VCardMapper"
_ANDROID: Final = "Android's VCardConstants"
_CONTRACT: Final = "Android's ContactsContract.CommonDataKinds"


class Equivalent(NamedTuple):
    """What programs write in 2.1 and 3.0 for a property of 4.0."""

    older: str
    newer: str
    program: str
    """Whose it is, and what else there is to say."""
    source: str
    says: str = ""
    """What its name says beside its value: the label of a relation, the service of an address."""


class Service(NamedTuple):
    """A messenger, or a network: its addresses have a scheme in 4.0, and a name of their own in older versions."""

    name: str
    """As Apple writes it in X-SERVICE-TYPE."""
    scheme: str
    """Of its addresses in IMPP; `""` for a network, whose members stand in SOCIALPROFILE."""
    names: tuple[str, ...]
    """What its addresses are called in older versions; the first is what is written."""
    source: str
    schemes: tuple[str, ...] = ()
    """Others that programs write."""


SERVICES: Final = (
    Service("AIM", "aim", ("X-AIM", "X-messaging/aim-All"), f"Apple, {_ANDROID}, {_EVOLUTION}, {_KDE}"),
    Service("ICQ", "icq", ("X-ICQ", "X-messaging/icq-All"), f"Apple, {_ANDROID}, {_EVOLUTION}, {_KDE}", ("aim",)),
    Service(
        "Jabber",
        "xmpp",
        ("X-JABBER", "X-messaging/xmpp-All"),
        f"Apple, {_ANDROID}, {_EVOLUTION}, {_KDE}; RFC 5122",
        ("jabber",),
    ),
    Service("MSN", "msnim", ("X-MSN", "X-messaging/msn-All"), f"Apple, {_ANDROID}, {_EVOLUTION}, {_KDE}", ("msn",)),
    Service(
        "Yahoo", "ymsgr", ("X-YAHOO", "X-messaging/yahoo-All"), f"Apple, {_ANDROID}, {_EVOLUTION}, {_KDE}", ("yahoo",)
    ),
    Service(
        "Skype",
        "skype",
        ("X-SKYPE-USERNAME", "X-SKYPE", "X-messaging/skype-All"),
        f"{_ANDROID}; X-SKYPE: {_EVOLUTION}, {_KDE}",
    ),
    Service(
        "GoogleTalk",
        "xmpp",
        ("X-GOOGLE-TALK", "X-GTALK", "X-GOOGLETALK", "X-messaging/googletalk-All"),
        f"{_ANDROID}, {_EVOLUTION}; the others: {_KDE}",
        ("google", "googletalk", "gtalk"),
    ),
    Service("QQ", "mqq", ("X-QQ",), _ANDROID, ("x-apple", "qq")),
    Service(
        "GaduGadu",
        "gg",
        ("X-GADUGADU", "X-messaging/gadu-All"),
        f"{_EVOLUTION}, {_KDE}",
        ("x-apple", "gadu", "gadugadu"),
    ),
    Service("GroupWise", "groupwise", ("X-GROUPWISE", "X-messaging/groupwise-All"), f"{_EVOLUTION}, {_KDE}"),
    Service("SIP", "sip", ("X-SIP",), f"{_EVOLUTION}; RFC 3261"),
    Service("IRC", "irc", ("X-IRC", "X-messaging/irc-All"), _KDE),
    Service("Matrix", "matrix", ("X-MATRIX",), "Evolution's e-vcard.c"),
    Service("Twitter", "", ("X-TWITTER", "X-messaging/twitter-All"), f"{_EVOLUTION}, {_KDE}"),
)
ANY_SERVICE: Final = Service(
    "",
    "im",
    ("X-MS-IMADDRESS", "X-MS-RM-IMACCOUNT", "X-KADDRESSBOOK-X-IMAddress"),
    f"{_EXCHANGE}; X-MS-RM-IMACCOUNT: {_READ_BY_EXCHANGE}; KDE; the scheme: RFC 3860",
)
"""What says an address without saying of which messenger."""

_SPOUSE, _MANAGER, _ASSISTANT, _CHILD = (f"_$!<{name}>!$_" for name in ("Spouse", "Manager", "Assistant", "Child"))

EQUIVALENTS: Final = (
    Equivalent("X-ADDRESSBOOKSERVER-KIND", "KIND", "Apple, for groups", "Apple Contacts"),
    Equivalent("X-ABShowAs", "KIND", "Apple: COMPANY for KIND:org", "Apple Contacts"),
    Equivalent("X-ADDRESSBOOKSERVER-MEMBER", "MEMBER", "Apple", "Apple Contacts"),
    Equivalent("X-ABDATE", "ANNIVERSARY", "Apple, with X-ABLabel _$!<Anniversary>!$_", "Apple Contacts"),
    Equivalent("X-ANNIVERSARY", "ANNIVERSARY", "KDE, DAVx5, read by Exchange", f"{_KDE}, {_READ_BY_EXCHANGE}"),
    Equivalent("X-MS-ANNIVERSARY", "ANNIVERSARY", "Outlook", _EXCHANGE),
    Equivalent("X-EVOLUTION-ANNIVERSARY", "ANNIVERSARY", "Evolution", _EVOLUTION),
    Equivalent("X-KADDRESSBOOK-X-Anniversary", "ANNIVERSARY", "KDE", _KDE),
    Equivalent("X-ABRELATEDNAMES", "RELATED", "Apple, with X-ABLabel; VALUE=text in 4.0", "Apple Contacts"),
    Equivalent("X-SPOUSE", "RELATED", "Open-Xchange, KDE", f"{_OX}, {_KDE}", _SPOUSE),
    Equivalent("X-MS-SPOUSE", "RELATED", "Outlook", _EXCHANGE, _SPOUSE),
    Equivalent("X-EVOLUTION-SPOUSE", "RELATED", "Evolution", _EVOLUTION, _SPOUSE),
    Equivalent("X-KADDRESSBOOK-X-SpousesName", "RELATED", "KDE", _KDE, _SPOUSE),
    Equivalent("X-KADDRESSBOOK-X-SpouseName", "RELATED", "as others write KDE's", _OX, _SPOUSE),
    Equivalent("X-MANAGER", "RELATED", "Open-Xchange, KDE", f"{_OX}, {_KDE}", _MANAGER),
    Equivalent("X-MS-MANAGER", "RELATED", "Outlook", _EXCHANGE, _MANAGER),
    Equivalent("X-EVOLUTION-MANAGER", "RELATED", "Evolution", _EVOLUTION, _MANAGER),
    Equivalent("X-KADDRESSBOOK-X-ManagersName", "RELATED", "KDE", _KDE, _MANAGER),
    Equivalent("X-ASSISTANT", "RELATED", "Open-Xchange, KDE, read by Exchange", f"{_OX}, {_KDE}", _ASSISTANT),
    Equivalent("X-MS-ASSISTANT", "RELATED", "Outlook", _EXCHANGE, _ASSISTANT),
    Equivalent("X-EVOLUTION-ASSISTANT", "RELATED", "Evolution", _EVOLUTION, _ASSISTANT),
    Equivalent("X-KADDRESSBOOK-X-AssistantsName", "RELATED", "KDE", _KDE, _ASSISTANT),
    Equivalent("X-MS-CHILD", "RELATED", "Outlook: a list", _EXCHANGE, _CHILD),
    Equivalent("X-CHILD", "RELATED", "a list, read by Exchange", _READ_BY_EXCHANGE, _CHILD),
    Equivalent("AGENT", "RELATED", "by address, TYPE=agent in 4.0", "RFC 6350 appendix A.2"),
    Equivalent("X-MS-TEL", "TEL", "Outlook: ASSISTANT, COMPANY, CALLBACK, RADIO, TTYTDD", _EXCHANGE),
    Equivalent("X-KADDRESSBOOK-X-Profession", "ROLE", "KDE; Outlook's profession is ROLE", f"{_KDE}, {_EXCHANGE}"),
    Equivalent("X-NICKNAME", "NICKNAME", "read by Android", f"{_ANDROID} (ImportOnly)"),
    Equivalent("X-GENDER", "GENDER", "Evolution: Male, Female, Other, None, Unknown", "Evolution"),
    Equivalent("X-SOCIALPROFILE", "SOCIALPROFILE", "Apple: the service is a TYPE, the name X-USER", "Apple Contacts"),
    Equivalent("LABEL", "ADR", "the parameter LABEL in 4.0", "RFC 6350 appendix A.2"),
    Equivalent("SORT-STRING", "N", "the parameter SORT-AS in 4.0", "RFC 6350 appendix A.2"),
    *[
        Equivalent(name, "IMPP" if service.scheme else "SOCIALPROFILE", service.name, service.source, service.name)
        for service in SERVICES
        for name in service.names
    ],
    *[Equivalent(name, "IMPP", "of any messenger", ANY_SERVICE.source) for name in ANY_SERVICE.names],
)
LISTS: Final = frozenset({"X-MS-CHILD", "X-CHILD"})
"""Those that hold several names, parted by commas."""


class AndroidType(NamedTuple):
    """A number of X-ANDROID-CUSTOM: what the third component says of the second, as Apple says it."""

    kind: str
    number: str
    newer: str
    label: str = ""
    """Unless the row has one of its own."""


ANDROID: Final = (
    AndroidType("nickname", "", "NICKNAME"),
    AndroidType("nickname", "1", "NICKNAME"),
    AndroidType("contact_event", "0", "X-ABDATE", "_$!<Other>!$_"),
    AndroidType("contact_event", "1", "X-ANNIVERSARY"),
    AndroidType("contact_event", "2", "X-ABDATE", "_$!<Other>!$_"),
    AndroidType("contact_event", "3", "BDAY"),
    AndroidType("relation", "0", "X-ABRELATEDNAMES", "_$!<Other>!$_"),
    *[
        AndroidType("relation", number, "X-ABRELATEDNAMES", f"_$!<{name}>!$_")
        for number, name in (
            *(("1", "Assistant"), ("2", "Brother"), ("3", "Child"), ("5", "Father"), ("6", "Friend")),
            *(("7", "Manager"), ("8", "Mother"), ("9", "Parent"), ("10", "Partner"), ("13", "Sister")),
            ("14", "Spouse"),
        )
    ],
    AndroidType("relation", "4", "X-ABRELATEDNAMES", "domestic partner"),
    AndroidType("relation", "11", "X-ABRELATEDNAMES", "referred by"),
    AndroidType("relation", "12", "X-ABRELATEDNAMES", "relative"),
)
"""The numbers of `vnd.android.cursor.item/KIND;VALUE;NUMBER;LABEL`; with 0 the label is one's own. Others stay."""
ANDROID_SOURCE: Final = f"{_CONTRACT} (Nickname, Event, Relation)"
