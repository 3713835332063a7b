"""FN and N, each of which some version wants: one made of the other, or of what else the card says."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from cardwright.vcard.model import Property

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from cardwright.vcard.model import Texts, Value

# What stands after the comma of a spoken name, without its dots: `John Q. Public, Esq.` (RFC 6350 section 6.2.1).
_SUFFIXES: Final = frozenset({"jr", "sr", "ii", "iii", "iv", "esq", "phd", "md", "dds", "jd", "mba", "cpa", "rn"})
_REVERSED: Final = 2  # parts of a name with the last name first
_EMPTY: Final = ("", "", "", "", "")
_SPOKEN: Final = (3, 1, 2, 0, 4)  # prefixes, given, additional, family, suffixes
_CALLED: Final = ("ORG", "NICKNAME", "EMAIL", "TEL", "IMPP", "URL", "ADR", "TITLE", "ROLE", "NOTE")
"""What a card is called by that names nobody, the first of them that it has."""
_LONGEST: Final = 100  # characters of a note by which a card is called
_KINDS: Final = frozenset({"KIND", "X-ADDRESSBOOKSERVER-KIND", "X-KIND"})


def with_names(properties: Sequence[Property], version: str) -> list[Property]:
    """Return the properties with a name in FN, which every version gets, and the N that 2.1 and 3.0 want.

    N is empty where FN calls no person: a name made of a company's or a number would hide that it is none.
    """
    named = list(properties)
    if not formatted(named):
        made = Property("FN", called(named))
        empty = next((at for at, entry in enumerate(named) if entry.name == "FN"), None)
        if empty is None:
            named.insert(0, made)
        elif made.value:
            named[empty] = named[empty]._replace(value=made.value)
    if version != "4.0" and not any(entry.name == "N" for entry in named):
        named.insert(0, Property("N", name_of(named)))
    return named


def formatted(properties: Sequence[Property]) -> str:
    """Return what FN says first, `""` where it says nothing."""
    return next((text for entry in properties if entry.name == "FN" and (text := text_of(entry.value))), "")


def called(properties: Sequence[Property]) -> str:
    """Return a name for the card: N, else company, nickname, e-mail address, number or note; `""` for nothing."""
    if name := next((text for entry in properties if entry.name == "N" and (text := spoken(entry.value))), ""):
        return name
    others = called_otherwise(properties)
    return next((others[name] for name in _CALLED if others.get(name)), "")


def name_of(properties: Sequence[Property]) -> tuple[str, ...]:
    """Return the components of N that FN stands for; they are empty where it names no person."""
    text = formatted(properties)
    kinds = [text_of(entry.value).lower() for entry in properties if entry.name in _KINDS]
    shown = [text_of(entry.value).upper() for entry in properties if entry.name == "X-ABShowAs"]
    if not text or text in called_otherwise(properties).values() or {*kinds} - {"individual", ""} or "COMPANY" in shown:
        return _EMPTY
    return split_name(text)


def split_name(formatted: str) -> tuple[str, str, str, str, str]:
    """Return family, given, additional, prefixes and suffixes of a name as it is spoken; one word is a given name.

    `Appleseed, John`, `John Appleseed Jr.`, `John Appleseed, Jr.` and `Appleseed, John, Jr.` are understood.
    """
    parts = [part.strip() for part in formatted.split(",")]
    suffix = parts.pop() if len(parts) > 1 and _is_suffix(parts[-1]) else ""
    if len(parts) == _REVERSED and all(parts):
        return parts[0], parts[1], "", "", suffix
    words = (", ".join(parts) if suffix else formatted).split()
    if not suffix and len(words) > _REVERSED and _is_suffix(words[-1]):
        suffix = words.pop()
    *first, last = words or [""]
    return (last if first else ""), " ".join(first) or last, "", "", suffix


def _is_suffix(text: str) -> bool:
    return text.replace(".", "").lower() in _SUFFIXES


def called_otherwise(properties: Iterable[Property]) -> dict[str, str]:
    """Return what a card that names nobody may be called by, each under the name of its property."""
    by_name: dict[str, str] = {}
    for entry in properties:
        if entry.name in _CALLED and entry.name not in by_name:
            by_name[entry.name] = _calling(entry)
    return by_name


def _calling(entry: Property) -> str:
    """Return the text of a property in one line; a company without its units."""
    if entry.name == "ADR" and isinstance(entry.value, tuple):
        text = ", ".join(filter(None, map(_joined, entry.value)))
    else:
        text = text_of(entry.value[:1] if isinstance(entry.value, tuple) else entry.value)
    return text if entry.name in _CALLED[:4] else " ".join(text[:_LONGEST].split())


def spoken(value: Value) -> str:
    """Return the components of N in the order in which they are spoken."""
    if not isinstance(value, tuple):
        return text_of(value)
    parts = [*map(_joined, value[:5]), *[""] * (5 - len(value))]
    return " ".join(filter(None, [parts[at] for at in _SPOKEN])) if any(parts) else ""


def text_of(value: Value) -> str:
    """Return the texts of a value in one, trimmed."""
    if isinstance(value, bytes):
        return ""
    return value.strip() if isinstance(value, str) else " ".join(filter(None, map(_joined, value)))


def _joined(part: Texts) -> str:
    return part.strip() if isinstance(part, str) else " ".join(filter(None, map(str.strip, part)))
