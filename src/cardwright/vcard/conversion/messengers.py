"""Addresses of messengers and networks: by programs' own names (`X-JABBER`), or as IMPP and SOCIALPROFILE have them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from urllib.parse import quote, unquote

from cardwright.vcard.conversion.names import text_of
from cardwright.vcard.conversion.parameters import value_type, without
from cardwright.vcard.equivalents import ANY_SERVICE, SERVICES
from cardwright.vcard.model import Property

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from cardwright.vcard.equivalents import Service
    from cardwright.vcard.model import Parameters

SERVICE_OF: Final = {name: service for service in (*SERVICES, ANY_SERVICE) for name in service.names}
"""Whose addresses stand under each name of programs' own."""
_NAMES: Final = frozenset({"IMPP", "SOCIALPROFILE", "X-SOCIALPROFILE"})
_BY_SERVICE: Final = {service.name.lower(): service for service in SERVICES}
_BY_SCHEME: Final = {
    scheme: service
    for service in (ANY_SERVICE, *SERVICES[::-1])
    for scheme in (*service.schemes, service.scheme)
    if scheme not in {"x-apple", ""}
}
"""The service of an address that names none: of several the first in the table."""
_SAFE: Final = "@:/+=._-~"
_PLACES: Final = frozenset({"home", "work", "personal", "business", "mobile", "internet", "other"})
"""Types of an address that name no service."""


class Addresses:
    """The addresses on a card, and what other names of the same ones say."""

    def __init__(self, properties: Iterable[Property], labels: Mapping[str, str]) -> None:
        """Take the properties of a card, and the label of each group, whose name is in small letters."""
        self._there: dict[tuple[tuple[str, str], str], Property] = {}
        """The first of each label, and of any (`""`)."""
        self._extras: dict[int, list[tuple[str, ...]]] = {}
        self._labels = labels
        for entry in properties:
            if entry.name in _NAMES:
                self._add(entry)

    def named(self, entry: Property) -> Iterator[Property]:
        """Give an address that has a name of its own as 4.0 has it; one that stands there already gets what is said."""
        service, handle = SERVICE_OF[entry.name], text_of(entry.value)
        label = self._labels.get(entry.group.lower(), "")
        same = next(filter(None, (self._there.get((key, label)) for key in _keys_of(service, handle))), None)
        if same:
            self._extras.setdefault(id(same), []).extend(entry.params)
            return
        params = entry.params
        if service.name and not entry.param("X-SERVICE-TYPE"):
            types = tuple(param for param in params if param[0] == "TYPE")
            params = (*types, ("X-SERVICE-TYPE", service.name), *without(params, "TYPE"))
        new = entry._replace(
            name="IMPP" if service.scheme else "SOCIALPROFILE", value=_address_of(service, handle), params=params
        )
        self._add(new)
        yield new

    def completed(self, entry: Property) -> Property:
        """Return a property with the parameters that its other names have and it has not; one is preferred by its own.

        Apple tells the preferred ICQ number in X-ICQ and the preferred address of all in IMPP.
        """
        extras = self._extras.get(id(entry))
        if not extras:
            return entry
        types = [kind for param in entry.params if param[0] == "TYPE" for kind in param[1:]]
        known = {"pref", *map(str.lower, types)}
        for kind in (kind for param in extras if param[0] == "TYPE" for kind in param[1:]):
            if kind.lower() not in known:
                known.add(kind.lower())
                types.append(kind)
        names = {param[0] for param in entry.params} | {"TYPE", "VALUE"}
        others = {param[0]: param for param in extras if param[0] not in names}
        typed = (("TYPE", *types),) if types else ()
        return entry._replace(params=(*typed, *without(entry.params, "TYPE"), *others.values()))

    def _add(self, entry: Property) -> None:
        label = self._labels.get(entry.group.lower(), "")
        for key in _keys(entry):
            self._there.setdefault((key, ""), entry)
            self._there.setdefault((key, label), entry)


def _keys(entry: Property) -> Iterator[tuple[str, str]]:
    """Give by what an address is found: who it is of, and the service, or its scheme where none is named."""
    text = text_of(entry.value)
    scheme, colon, rest = text.partition(":")
    service = _service_of(entry.params)
    if entry.name == "IMPP":
        where = service or f"{scheme.lower()}:"
        for handle in {text, rest, unquote(rest)} if colon else {text}:
            yield handle, where
            yield handle, "any messenger"
    elif service:
        user = entry.param("X-USER") or entry.param("USERNAME")
        for handle in {user, text, text.rstrip("/").rpartition("/")[2]}:
            yield handle.removeprefix("@"), service


def _keys_of(service: Service, handle: str) -> Iterator[tuple[str, str]]:
    if service is ANY_SERVICE:
        yield handle, "any messenger"
        return
    yield handle if service.scheme else handle.removeprefix("@"), service.name.lower()
    yield from ((handle, f"{scheme}:") for scheme in _schemes(service))


def _service_of(params: Parameters) -> str:
    """Return the service that parameters name, in small letters, `""` for none: Nextcloud names it in TYPE."""
    named = [param[1] for param in params if param[0] in {"SERVICE-TYPE", "X-SERVICE-TYPE"}]
    types = [kind for param in params if param[0] == "TYPE" for kind in param[1:]]
    return next((name for name in map(str.lower, (*named, *types)) if name and name not in _PLACES | {"pref"}), "")


def _schemes(service: Service) -> tuple[str, ...]:
    return (service.scheme, *service.schemes) if service.scheme else ()


def _address_of(service: Service, handle: str) -> str:
    """Return `xmpp:wile@example.com` for a handle; what is such an address already stays, and so does a name.

    Where no service is named, one of any stays: Outlook has `sip:wile@example.com` in X-MS-IMADDRESS.
    """
    scheme, colon, rest = handle.partition(":")
    known = _BY_SCHEME if service is ANY_SERVICE else _schemes(service)
    if not service.scheme or (colon and scheme.lower() in known and not rest[:1].isspace()):
        return handle
    return f"{service.scheme}:{quote(handle, safe=_SAFE)}"


def older(properties: Sequence[Property]) -> Iterator[Property]:
    """Give the properties of 2.1 or 3.0, each address also under the name by which programs without IMPP find it."""
    there = {(SERVICE_OF[entry.name].name, text_of(entry.value)) for entry in properties if entry.name in SERVICE_OF}
    for entry in properties:
        yield entry
        service = _service(entry) if entry.name in _NAMES else None
        if service is None:
            continue
        handle = _handle(entry)
        if handle and (service.name, handle) not in there:
            there.add((service.name, handle))
            params = without(entry.params, "VALUE", "X-SERVICE-TYPE", "X-USER", "X-PREF")
            yield Property(service.names[0], handle, _without_type(params, service.name), entry.group)


def _service(entry: Property) -> Service | None:
    """Return the service of an address of 3.0; None for one of which programs have no name."""
    named = _service_of(entry.params)
    if entry.name != "IMPP":
        service = _BY_SERVICE.get(named)
        return service if service and not service.scheme else None
    scheme = text_of(entry.value).partition(":")[0].lower()
    service = _BY_SERVICE.get(named) if named else _BY_SCHEME.get(scheme)
    return service if service and scheme in _schemes(service) else None


def _handle(entry: Property) -> str:
    """Return whom an address of 3.0 is of, `""` for one that says more than that, as `skype:wile?call` does."""
    text = text_of(entry.value)
    if entry.name != "IMPP":
        return "" if ":" in text else text
    rest = text.partition(":")[2]
    handle = unquote(rest)
    says_more = "?" in rest or "/" in rest or "\ufffd" in handle or value_type(entry.params) == "text"
    return "" if says_more else handle.strip()


def _without_type(params: Parameters, kind: str) -> Parameters:
    """Return parameters without a type, in any case."""
    left = (
        (name, *[value for value in values if name != "TYPE" or value.upper() != kind.upper()])
        for name, *values in params
    )
    return tuple([param for param in left if param[1:]])
