"""One property of a card, and what its parameters and components say, whatever version it came in."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Final, NamedTuple, Self, TypeAlias

from cardwright.vcard.errors import VCardError
from cardwright.vcard.properties import lookup

Texts: TypeAlias = str | tuple[str, ...]
Value: TypeAlias = str | tuple[Texts, ...] | bytes
Parameters: TypeAlias = tuple[tuple[str, ...], ...]
Entry: TypeAlias = tuple[str, Value, Parameters, str]
"""A `Property`, or a plain tuple of its four members, which takes a tenth of the time to make and is not checked."""

# What the reader takes for a name: printable ASCII without what parts a line. RFC 6350 section 3.3 wants less of it.
NAME: Final = re.compile(r"[!#-+\-/0-9<>-~]+")
DOTTED: Final = re.compile(r"[!#-+\-./0-9<>-~]+")
"""The same for groups and parameters, which may hold a dot."""
_EDGES: Final = frozenset({"BEGIN", "VERSION", "END"})


class _Fields(NamedTuple):
    name: str
    value: Value
    params: Parameters
    group: str


class Property(_Fields):
    """One property of a card, its value as plain text: nothing escaped, encoded or folded.

    `Property("tel", "+15551234567", {"type": ("work", "voice")})`. The value is a `str`, a tuple for lists (NICKNAME)
    and structures (N, whose components may be tuples themselves), or `bytes`. ENCODING and CHARSET are the codec's own
    business. Names are taken in any case, and kept as the table spells them; raises `VCardError` for a name that could
    not be written, and for a value of another type.
    """

    __slots__ = ()

    def __new__(
        cls,
        name: str,
        value: Value | list[Texts],
        params: Mapping[str, Texts | list[str]] | Iterable[tuple[str, ...]] = (),
        group: str = "",
    ) -> Self:
        """Check what is given and put it into the codec's own spelling."""
        check_name(name, group)
        checked = _parameters(name, params) if params else ()
        return tuple.__new__(cls, (lookup(name).name, _checked_value(name, value), checked, group))

    @classmethod
    def structured(
        cls,
        name: str,
        params: Mapping[str, Texts | list[str]] | Iterable[tuple[str, ...]] = (),
        group: str = "",
        **components: Texts,
    ) -> Self:
        """Return a property of named components: `Property.structured("N", family="Coyote", given="Wile")`."""
        names = lookup(name).components
        if unknown := components.keys() - set(names):
            raise VCardError(name, f"There is no component {min(unknown)!r}; there are {', '.join(names) or 'none'}.")
        needed = max([names.index(given) + 1 for given in components] + [COMPONENTS.get(name.upper(), 0)])
        return cls(name, tuple(components.get(component, "") for component in names[:needed]), params, group)

    @property
    def components(self) -> dict[str, Texts]:
        """The components of a structured value by their names: `entry.components["family"]`."""
        value = self.value if isinstance(self.value, tuple) else ()
        names = lookup(self.name).components
        return dict(zip(names, (*value, *[""] * (len(names) - len(value))), strict=False))

    @property
    def types(self) -> tuple[str, ...]:
        """What TYPE says, in small letters and without `pref`."""
        return tuple(kind for kind in self._all_types() if kind != "pref")

    @property
    def pref(self) -> int | None:
        """How much it is preferred: 1 most, 100 least; None where nothing says so. `TYPE=PREF` says 1."""
        given = self.param("PREF")
        if given.isdecimal() and given.isascii():
            return int(given[:9])
        return 1 if "pref" in self._all_types() else None

    def param(self, name: str) -> str:
        """Return the first value of a parameter, `""` where there is none."""
        name = name.upper()
        return next((param[1] for param in self.params if param[0] == name and param[1:]), "")

    def _all_types(self) -> list[str]:
        return [kind.lower() for name, *kinds in self.params if name == "TYPE" for kind in kinds]


COMPONENTS: Final = {"N": 5, "ADR": 7}
"""As many as every version has, and as are always written; what RFC 9554 adds is where it says something."""


def check_name(name: str, group: str = "") -> None:
    """Raise `VCardError` for names of a property and its group that cannot be written."""
    if not isinstance(name, str) or not isinstance(group, str):
        raise VCardError(str(name), "The name of a property is a text, and so is that of its group.")
    if name.upper() in _EDGES:
        raise VCardError(name, "BEGIN, VERSION and END are written by the codec alone.")
    if not NAME.fullmatch(name) or (group and not DOTTED.fullmatch(group)):
        raise _unwritable(f"{group}.{name}" if group else name)


def check_parameter(name: str) -> None:
    """Raise `VCardError` for the name of a parameter that cannot be written."""
    if not isinstance(name, str) or not DOTTED.fullmatch(name):
        raise _unwritable(str(name))


def _unwritable(name: str) -> VCardError:
    return VCardError(name, "A name on a card holds no space, no delimiter and nothing but ASCII.")


def _parameters(of: str, params: Mapping[str, Texts | list[str]] | Iterable[tuple[str, ...]]) -> Parameters:
    """Return parameters with their names in capitals, the values of one name together; one without any says nothing."""
    by_name: dict[str, list[str]] = {}
    for name, values in _pairs(of, params):
        check_parameter(name)
        members = (values,) if isinstance(values, str) else values
        if not isinstance(members, (tuple, list)) or not all(isinstance(member, str) for member in members):
            raise VCardError(name, "The value of a parameter is a text, or several.")
        by_name.setdefault(name.upper(), []).extend(members)
    return tuple((name, *members) for name, members in by_name.items() if members)


def _pairs(
    of: str, params: Mapping[str, Texts | list[str]] | Iterable[tuple[str, ...]]
) -> list[tuple[str, Texts | list[str]]]:
    if isinstance(params, Mapping):
        return list(params.items())
    given = list(params) if isinstance(params, Iterable) else [None]
    if not all(isinstance(param, (tuple, list)) and param for param in given):
        raise VCardError(of, "Parameters are a mapping of names to values, or tuples of a name and its values.")
    return [(param[0], param[1:]) for param in given]


def _checked_value(name: str, value: Value | list[Texts]) -> Value:
    if isinstance(value, (str, bytes)):
        return value
    if isinstance(value, (tuple, list)):
        parts = tuple(tuple(part) if isinstance(part, list) else part for part in value)
        if all(isinstance(text, str) for part in parts for text in (part if isinstance(part, tuple) else (part,))):
            return parts
    raise VCardError(name, "A value is a text, octets, or a tuple of texts and tuples of texts.")
