"""The lists of a contact, changed in its card: each member keeps the property that it stands in."""

from __future__ import annotations

from collections import Counter
from itertools import count, repeat
from typing import TYPE_CHECKING, Final, Generic, NamedTuple, Protocol, TypeVar

from cardwright.cards import reading, writing
from cardwright.contact.model import Address, Email, Phone, Website
from cardwright.vcard import Card, Property

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from cardwright.vcard import Parameters

M = TypeVar("M", Phone, Email, Address, Website)
T = TypeVar("T")


class Keep(Protocol):
    """What was kept of a member of a list, or of a label, when the contact was read from its card; None for nothing."""

    def __call__(self, member: T, /) -> T | None:
        """Return it as it was kept."""


def everything(member: T, /) -> T | None:
    """Keep a member as it is."""
    return member


class ListKind(NamedTuple, Generic[M]):
    """One of the lists: how its members are read, each with its property, and how one is written."""

    read: Callable[[reading.Sorted], Iterable[tuple[Property, M]]]
    write: Callable[[M, Iterator[str]], tuple[Property, ...]]


PHONES: Final[ListKind[Phone]] = ListKind(reading.phones, writing.phone)
EMAILS: Final[ListKind[Email]] = ListKind(reading.emails, writing.email)
ADDRESSES: Final[ListKind[Address]] = ListKind(reading.addresses, writing.address)
WEBSITES: Final[ListKind[Website]] = ListKind(reading.websites, writing.website)

# Parameters that say of the value that stood there what they cannot say of the one that comes.
_STALE: Final = {
    "N": ("SORT-AS",),
    "ORG": ("SORT-AS",),
    "ADR": ("LABEL", "GEO", "TZ"),
    "URL": (),
}


def write_out_labels(card: Card) -> None:
    """Say with an ADR what a LABEL says alone: beside another ADR of its types it would be that one's text.

    They come after all others, where they were read. An empty ADR says what its LABEL does, for it may move; without
    one it goes, for another's LABEL could become its text.
    """
    if not card.get("LABEL"):
        return
    labels = reading.labels_of_addresses(reading.Sorted(card))
    empty = [entry for entry in card.all("ADR") if reading.is_empty(entry)]
    card.revise("ADR", lambda entry: _filled(entry, labels.get(id(entry))))
    for entry in empty:
        if id(entry) not in labels and entry.group:
            _take_out_beside(card, [entry.group])
    lone = [label for label in reading.lone_labels(card) if reading.text_of(label.value)]
    gone = set(map(id, lone))
    card.revise("LABEL", lambda label: None if id(label) in gone else label)
    card.extend([label._replace(name="ADR", value=_in_street(label)) for label in lone])


def _filled(address: Property, label: Property | None) -> Property | None:
    """Return an ADR, one that is empty with what its LABEL says; None for an empty one that has none."""
    if not reading.is_empty(address):
        return address
    return address._replace(value=_in_street(label)) if label else None


def _in_street(label: Property) -> tuple[str, ...]:
    return ("", "", reading.text_of(label.value), "", "", "", "")


def change_members(card: Card, kind: ListKind[M], before: Sequence[M], after: Sequence[M], keep: Keep) -> None:
    """Put each new member in the place of one that is gone, add or remove the rest, and keep the contact's order.

    A member that the card does not hold, and did not before, is left out of it.
    """
    if before == after:
        return
    new, gone = Counter(after) - Counter(before), Counter(before) - Counter(after)
    change = _Change(card, kind)
    stay: dict[M, list[Property]] = {}
    free: list[tuple[M, Property]] = []
    for member, entry in _held(card, kind, before, keep):
        if gone[member]:
            gone[member] -= 1
            free.append((member, entry))
        else:
            stay.setdefault(member, []).append(entry)
    places, order, added = _paired(new, free), [], []
    for member in after:
        if stay.get(member):
            order.append(stay[member].pop(0))
        elif new[member]:
            new[member] -= 1
            if places.get(member):
                order.append(change.put(*places[member].pop(0), member))
            else:
                added.append(change.add(member))
                order.append(added[-1])
    take_out(card, [entry for _, entry in free])
    _prefer(card, kind, order)
    if not _is_read_so(card, kind, order):
        _arrange(card, order, added)


def _paired(new: Counter[M], free: list[tuple[M, Property]]) -> dict[M, list[tuple[M, Property]]]:
    """Take the place of one that is gone for each new member: of the same label if there is one, else of the next."""
    paired: dict[M, list[tuple[M, Property]]] = {}
    left = list(new.elements())
    for any_label in (False, True):
        for member in tuple(left):
            place = next((one for one in free if any_label or one[0].label == member.label), None)
            if place:
                free.remove(place)
                left.remove(member)
                paired.setdefault(member, []).append(place)
    return paired


def _prefer(card: Card, kind: ListKind[M], order: list[Property]) -> None:
    """Take preferences out of members that would be read in another order for them."""
    if kind in (PHONES, EMAILS) and (ranks := [reading.preference(entry) for entry in order]) != sorted(ranks):
        for at, entry in enumerate(order):
            if entry.pref is not None:
                order[at] = _replace(card, entry, entry._replace(params=_unpreferred(entry.params)))


def _unpreferred(params: Parameters) -> Parameters:
    types = ((name, *(kind for kind in kinds if name != "TYPE" or kind.upper() != "PREF")) for name, *kinds in params)
    return tuple(param for param in types if param[1:] and param[0] != "PREF")


def _is_read_so(card: Card, kind: ListKind[M], order: Sequence[Property]) -> bool:
    """Say whether members stand on the card so that they are read in this order."""
    read = {id(entry): at for at, (entry, _) in enumerate(kind.read(reading.Sorted(card)))}
    places = [read.get(id(entry), -1) for entry in order]
    return places == sorted(places)


def _arrange(card: Card, order: Sequence[Property], added: Sequence[Property]) -> None:
    """Put those that were there into this order, in the places that they hold, and those that were added among them."""
    new_ones = set(map(id, added))
    is_new = [id(entry) in new_ones for entry in order]
    card.rearrange([entry for entry, new in zip(order, is_new, strict=True) if not new])
    for entry, new, following in list(zip(order, is_new, order[1:], strict=False))[::-1]:
        if new:
            card.move(entry, following)


def _held(card: Card, kind: ListKind[M], members: Sequence[M], keep: Keep) -> Iterator[tuple[M, Property]]:
    """Give those of the members that the card says, each with its property, in the order of the card.

    A card may say a member in other words: a number of a country without a plan of its own comes back without it.
    """
    left = dict(enumerate(members))
    same: dict[M | None, list[int]] = {}
    alike: dict[M | None, list[int]] = {}
    for number, member in left.items():
        same.setdefault(member, []).append(number)
        alike.setdefault(_as_read(kind, member, keep), []).append(number)
    for entry, said in list(kind.read(reading.Sorted(card))):
        if not left:
            return
        kept: M | None = keep(said)
        match = _first_of(left, same.get(kept)) if kept else None
        if match is None and kept:
            match = _first_of(left, alike.get(kept))
        if match is not None:
            yield left.pop(match), entry


def _first_of(left: Mapping[int, M], numbers: list[int] | None) -> int | None:
    """Return the first of these numbers that is left, and forget those that are not."""
    while numbers and numbers[0] not in left:
        numbers.pop(0)
    return numbers[0] if numbers else None


def _as_read(kind: ListKind[M], member: M, keep: Keep) -> M | None:
    written = Card(kind.write(member, repeat("item1")))
    return next((keep(said) for _, said in kind.read(reading.Sorted(written))), None)


class _Change(Generic[M]):
    """One list of a card while it is changed."""

    def __init__(self, card: Card, kind: ListKind[M]) -> None:
        self._card = card
        self._kind: ListKind[M] = kind
        self._labels = _labels_of_addresses(card) if kind is ADDRESSES else {}
        self._groups = (name for name in map("item{}".format, count(1)) if not card.in_group(name))

    def add(self, member: M) -> Property:
        """Add a member, and return its property."""
        entries = self._kind.write(member, self._groups)
        for entry in entries:
            self._card.add(entry)
        return entries[0]

    def put(self, old: M, entry: Property, member: M) -> Property:
        """Return the property that now says `member` in the place of `old`: all of it but the value stays."""
        if label := self._labels.get(id(entry)):
            self._card.remove(label)
        if old.label == member.label:
            written = self._kind.write(member, repeat("item1"))[0]
            new = entry._replace(name=written.name, value=written.value, params=fresh(entry))
            return _replace(self._card, entry, new)
        return self._relabel(entry, member)

    def _relabel(self, entry: Property, member: M) -> Property:
        """Put a member in the place of one of another label; a group that others share keeps its label."""
        card = self._card
        beside = [other for other in card.in_group(entry.group) if other is not entry] if entry.group else []
        shared = any(not is_beside(other) for other in beside)
        groups = repeat(entry.group) if entry.group and not shared else self._groups
        entries = self._kind.write(member, groups)
        written: Property = entries[0]
        label = entries[1:]
        stays = "" if shared else entry.group
        for other in () if shared else beside:
            if other.name.upper() == "X-ABLABEL":
                card.remove(other)
        for other in label:
            card.add(other)
        params = (*written.params, *[param for param in fresh(entry) if param[0] != "TYPE"])
        group = written.group if label else stays
        return _replace(card, entry, written._replace(params=params, group=group))


def _replace(card: Card, old: Property, new: Property) -> Property:
    card.replace(old, new)
    return old if old == new else new  # an equal one is not put in: the card holds the old one


def fresh(entry: Property) -> Parameters:
    """Return the parameters that hold for another value too, which is written as a text."""
    stale = _STALE.get(entry.name, ("VALUE",))
    return tuple(param for param in entry.params if param[0] not in stale)


def take_out(card: Card, entries: Sequence[Property]) -> None:
    """Take properties out, and what stood beside them in their groups if nothing else is left there.

    The LABEL goes that says the whole of an address: alone it would be another one.
    """
    labels = _labels_of_addresses(card) if any(entry.name == "ADR" for entry in entries) else {}
    for entry in entries:
        if label := labels.get(id(entry)):
            card.remove(label)
        card.remove(entry)
    _take_out_beside(card, dict.fromkeys(entry.group for entry in entries if entry.group))


def _take_out_beside(card: Card, groups: Iterable[str]) -> None:
    """Take out what stood beside properties that have gone from these groups, where nothing else is left there."""
    for group in groups:
        beside = card.in_group(group)
        if all(map(is_beside, beside)):
            for other in beside:
                card.remove(other)


def _labels_of_addresses(card: Card) -> Mapping[int, Property]:
    return reading.labels_of_addresses(reading.Sorted(card))


def is_beside(entry: Property) -> bool:
    """Say whether a property says something of the others of its group, as Apple writes it."""
    return entry.name.upper().startswith("X-AB")
