"""How labels are written on a card: the types that programs know, and what they say of other labels (CC-8, CC-24)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from cardwright.vcard import Property

Types = tuple[tuple[str, ...], ...]

PHONE: Final[dict[str, Types]] = {  # CC-24; `interop.md` of the contract says what phones make of each
    "work": (("TYPE", "WORK"),),
    "home": (("TYPE", "HOME"),),
    "mobile": (("TYPE", "CELL"),),
    "fax": (("TYPE", "FAX"),),
    "pager": (("TYPE", "PAGER"),),
    "main": (("TYPE", "MAIN"),),
    "other": (),
}
_INTERNET: Final[Types] = (("TYPE", "INTERNET"),)
EMAIL: Final[dict[str, Types]] = {
    "work": (("TYPE", "INTERNET", "WORK"),),
    "home": (("TYPE", "INTERNET", "HOME"),),
    "other": _INTERNET,
}
ADDRESS: Final[dict[str, Types]] = {"work": (("TYPE", "WORK"),), "home": (("TYPE", "HOME"),), "other": ()}
OWN: Final[dict[str, Types]] = {"EMAIL": _INTERNET}
"""The types that stand beside a label of the owner's own."""
HOMEPAGE: Final = "_$!<HomePage>!$_"

# What types say; of several on one property the first in this order counts: WORK,FAX is a fax.
_MEANINGS: Final = (
    ("fax", ("FAX", "HOMEFAX", "WORKFAX", "OTHERFAX", "FAX_HOME", "FAX_WORK")),  # Roundcube, FRITZ!Box
    ("pager", ("PAGER",)),
    ("mobile", ("CELL", "MOBILE", "IPHONE", "APPLEWATCH")),  # Android, Apple
    ("main", ("MAIN",)),  # Apple, Google
    ("work", ("WORK", "WORK2")),  # Roundcube
    ("home", ("HOME", "HOME2")),
    ("other", ("OTHER",)),
)
_MEANING: Final = {kind: (rank, label) for rank, (label, kinds) in enumerate(_MEANINGS) for kind in kinds}
# Types that say how, and not which: what is left of them alone is no label.
_NOISE: Final = frozenset({
    *("INTERNET", "PREF", "VOICE", "MSG", "TEXT", "VIDEO", "X400", "UNKNOWN", ""),  # of numbers and addresses
    "SMTP",  # Exchange
    *("DOM", "INTL", "POSTAL", "PARCEL"),  # of ADR (RFC 2426 section 3.2.1)
})  # fmt: skip
_LABELS: Final = frozenset(("CAR", "ISDN", "MODEM", "BBS", "PCS", "TLX"))
"""Types that are labels too, in any case (RFC 2426 section 3.3.1)."""
# Apple's own labels, between `_$!<` and `>!$_`, that are not one of ours in other letters.
_APPLE: Final = {"homefax": "fax", "workfax": "fax", "otherfax": "fax", "iphone": "mobile", "apple watch": "mobile",
                "applewatch": "mobile"}  # fmt: skip
# What programs write before labels that they have and the standard has not: `X-EVOLUTION-CALLBACK`.
_FOREIGN: Final = ("X-EVOLUTION-", "X-")


def label_of(entry: Property, beside: str) -> str:
    """Return the label of a phone, an address of either kind or a website; `other` when it has none.

    `beside` is the label of its group (X-ABLabel): that says more than types. A type that nobody knows is a label too.
    """
    if beside:
        return _plain(beside)
    if not entry.params:
        return "other"
    types = [kind for name, *kinds in entry.params if name == "TYPE" for kind in kinds]
    known = [_MEANING[kind] for kind in map(str.upper, types) if kind in _MEANING]
    if known:
        return min(known)[1]
    own = next((kind for kind in types if kind.upper() not in _NOISE), "other")
    own = own[len(next((start for start in _FOREIGN if own.upper().startswith(start)), "")) :]
    # capitals are how types are written, others their owner's
    return own.lower() if own.isupper() or own.upper() in _LABELS else own


def _plain(label: str) -> str:
    """Return the label that `_$!<Mobile>!$_` stands for; one of ours in other letters as ours."""
    if label.startswith("_$!<") and label.endswith(">!$_"):
        label = label[4:-4].lower()
        return _APPLE.get(label, label)
    lower = label.lower()
    return lower if lower in PHONE or lower == "homepage" else label
