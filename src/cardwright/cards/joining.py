"""What a card says beyond its contact, put into another card."""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING, Final, NamedTuple

from cardwright.cards import reading
from cardwright.cards.changing import change
from cardwright.cards.members import ADDRESSES, EMAILS, PHONES, WEBSITES, is_beside, take_out
from cardwright.cards.reading import Sorted, name_parts, text_of
from cardwright.cards.unmodelled import is_blank, unmodelled
from cardwright.vcard import EQUIVALENTS, Card, Property, VCardError, basic_date, convert, lookup, read, write

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cardwright.cards.members import Keep
    from cardwright.contact.model import Contact
    from cardwright.vcard import Parameters, Value

_Key = tuple[str, "Value", "Parameters"]
# What is there: properties with their labels, and with any (None), each with its group.
_Present = dict[tuple[_Key, str | None], str]
_LABEL: Final = "X-ABLABEL"
_BIRTHDAY: Final = frozenset({"BDAY", "X-BDAY"})
_ANNIVERSARY: Final = "_$!<Anniversary>!$_"
_ANNIVERSARIES: Final = ("ANNIVERSARY", *(row.older for row in EQUIVALENTS if row.newer == "ANNIVERSARY"))
_ANDROID: Final = "vnd.android.cursor.item/contact_event"
"""What Android's row of a day has for its kind; its type is 1 for an anniversary and 3 for a birthday."""
_EQUIVALENT: Final = frozenset({"BDAY", "X-ANDROID-CUSTOM"}).union(
    *[
        (row.older, row.newer)
        for row in EQUIVALENTS
        if row.newer in {"ANNIVERSARY", "RELATED", "IMPP", "SOCIALPROFILE", "ROLE", "NICKNAME"}
    ]
)
"""What programs say by different names."""
# What programs write before a name of 4.0 that the version of the card does not have.
_FOREIGN: Final = ("X-ADDRESSBOOKSERVER-", "X-")


class _Beside(NamedTuple):
    """Properties that stand in one group, or one that stands in none."""

    entries: list[Property]
    label: str
    """What X-ABLabel says of them; `""` when it says that of what the contact has."""
    group: str
    """The group of `card` in which what the contact has of this group stands; `""` for none."""


def join(  # noqa: PLR0913 - two cards, what each says, and how the second was taken
    card: Card, other: Card, said: Contact, after: Contact, keep: Keep, *, photos: bool
) -> None:
    """Add to `card`, which says `after`, what `other` says beyond `said`, the contact that `keep` kept of it.

    What `card` has already (name, value, parameters and label) is not added again. What may stand only once (RFC 6350
    section 3.3: `*1`) takes the place of what stood there, and blanks say nothing. A group gets another name when its
    own is taken, and what stands beside something that the contact has too comes beside that. Photos come along only if
    the contact has none (`photos`).
    """
    theirs = convert(other, card.version).card
    _refine(card, theirs, said, after)
    added = unmodelled(theirs, said, keep, photos=photos)
    if not added:
        return
    present = _present(card, other.version)
    added = _without_said(card, theirs, added, present)
    _take_out_twins(card, theirs, added)
    _replace_single(card, added, present)
    _Adding(card, present).add(_groups(card, theirs, added, said, keep))
    named = any(reading.contact_of(card).name)
    if named != any(after.name):  # what came says what kind of a card it is, and so what FN says
        change(card, after._replace(name=reading.contact_of(card).name), after, keep)


def _refine(card: Card, theirs: Card, said: Contact, after: Contact) -> None:
    """Take over the units of an organization, and how a person of the same name is called."""
    is_same = said.organization and said.organization == after.organization
    units = _written(theirs.get("ORG"), card.version) if is_same else None
    if units and isinstance(units.value, tuple) and any(units.value[1:]):
        _give(card, units)
    named = [entry and any(name_parts(entry.value)) for entry in (theirs.get("N"), card.get("N"))]
    if all(named) and said.name == after.name and (called := _written(theirs.get("FN"), card.version)):
        _give(card, called)


def _give(card: Card, new: Property) -> None:
    """Give the first property of that name the value of `new`, unless that is blank."""
    old = card.get(new.name)
    if old and not is_blank(new.value):
        card.replace(old, old._replace(value=new.value))


# What is there.


def _without_said(card: Card, theirs: Card, added: list[Property], present: _Present) -> list[Property]:
    """Return what is added without what `card` says by the name of another program: X-SPOUSE, X-ABRELATEDNAMES."""
    new = [entry for entry in added if entry.name in _EQUIVALENT and (_key(entry), None) not in present]
    if not new:
        return added
    there = _said(card)
    there |= {((name, value, ()), "") for (name, value, _), _ in there}  # without a type and a label: nothing more
    labels = {entry.group: entry for entry in theirs.all(_LABEL)[::-1] if entry.group}
    again = {id(entry) for entry in new if _said(Card([entry, *_label_of(entry, labels)], card.version)) <= there}
    return [entry for entry in added if id(entry) not in again]


def _label_of(entry: Property, labels: dict[str, Property]) -> list[Property]:
    return [labels[entry.group]] if entry.group in labels else []


def _said(card: Card) -> set[tuple[_Key, str]]:
    """Return what a card says in the model of all versions, each with its label, whatever it calls the person.

    A service is left out: the address has its scheme; and the type of a relation that has a label. Each of several
    nicknames is said alone.
    """
    newer = convert(card, "4.0").card
    labels = _labels(newer)
    return {
        (
            _key(entry._replace(value=value, params=tuple(one for one in entry.params if one[0] not in left_out))),
            label,
        )
        for entry in newer
        if entry.name not in {"N", "FN", "X-ABLabel"}
        for label in [labels.get(entry.group.upper(), "")]
        for left_out in [{"SERVICE-TYPE", "TYPE"} if label and entry.name == "RELATED" else {"SERVICE-TYPE"}]
        for value in (entry.value if isinstance(entry.value, tuple) and entry.name == "NICKNAME" else (entry.value,))
    }


def _key(entry: Property) -> _Key:
    """Return what makes two properties the same: not their group, nor VALUE, nor the case or the order of types."""
    params = sorted((name, *sorted(map(str.upper, values))) if name == "TYPE" else (name, *values)
                    for name, *values in entry.params if name != "VALUE")  # fmt: skip
    return entry.name.upper(), entry.value, tuple(params)


def _present(card: Card, version: str) -> _Present:
    """Return what is in `card`; also as it is after a way to `version` and back."""
    there = [card]
    if version != card.version:
        there.append(convert(convert(card, version).card, card.version).card)
    present: _Present = {}
    for one in there:
        labels = _labels(one)
        for entry in one:
            key = _key(entry)
            present.setdefault((key, None), entry.group)
            present.setdefault((key, labels.get(entry.group.upper(), "")), entry.group)
    return present


def _labels(card: Card) -> dict[str, str]:
    return {entry.group.upper(): text_of(entry.value) for entry in card.all(_LABEL)[::-1] if entry.group}


def _written(entry: Property | None, version: str) -> Property | None:
    """Return the property as it is read once it was written; None for one that cannot be written."""
    try:
        again = next(read(write([entry], version))).properties if entry else []
    except VCardError:
        return None
    return again[0] if len(again) == 1 else None


# What may stand only once.


def without_single(other: Card, card: Card) -> None:
    """Take out of `other` what may stand only once and `card` has, and how it calls the person: `card` goes first."""
    there = {entry.name.upper() for entry in card}
    twice = [entry for entry in other if entry.name.upper() in there and _goes(entry.name)]
    take_out(other, twice)


def _goes(name: str) -> bool:
    return _is_single(name) or name.upper() == "FN"


def _replace_single(card: Card, added: list[Property], present: _Present) -> None:
    """Put what may stand only once into the place of what stood there; what then has no place yet is added later."""
    for name in dict.fromkeys(entry.name.upper() for entry in added if _is_single(entry.name)):
        new = [entry for entry in added if entry.name.upper() == name]
        old = card.all(name)
        written = {_key(one): one for entry in new if (one := _written(entry, card.version))}
        there = {key for key, _ in present}
        said = {_key(entry) for entry in old if not is_blank(entry.value)}
        if not old or not written or (written.keys() <= there and len(said) == len(written)):
            continue
        forms = {name} if card.get(f"X-{name}") else {name, f"X-{name}"}  # as it is in another version
        for gone in [one for one in present if one[0][0] in forms]:
            del present[gone]
        first = next(iter(written.values()))
        take_out(card, old if first.group else old[1:])
        if not first.group:
            card.replace(old[0], first._replace(group=old[0].group))
            present |= dict.fromkeys(((_key(new[0]), None), (_key(first), None)), old[0].group)


def _take_out_twins(card: Card, theirs: Card, added: list[Property]) -> None:
    """Take out what says the same thing under another name, as `X-BDAY:1980` does in 3.0, and another anniversary."""
    names = {entry.name for entry in added}
    if len(names & _BIRTHDAY) == 1:
        take_out(card, [entry for name in _BIRTHDAY - names for entry in card.all(name)])
        take_out(card, _rows(card, "3"))
    are_added = set(map(id, added))
    if new := {_day(entry) for entry in _anniversaries(theirs) if id(entry) in are_added}:
        others = [entry for entry in _anniversaries(card) if _day(entry) not in new]
        take_out(card, [entry for entry in others if entry.name == "X-ABDATE" or entry.name not in names])


def _anniversaries(card: Card) -> list[Property]:
    """Return what says the anniversary: iOS does in the label of a day."""
    labels = {entry.group for entry in card.all(_LABEL) if entry.group and entry.value == _ANNIVERSARY}
    days = [entry for name in _ANNIVERSARIES for entry in card.all(name)]
    return [entry for entry in (*days, *_rows(card, "1")) if entry.name != "X-ABDATE" or entry.group in labels]


def _rows(card: Card, kind: str) -> list[Property]:
    """Return Android's rows of days of a type."""
    return [entry for entry in card.all("X-ANDROID-CUSTOM") if entry.value[::2][:2] == (_ANDROID, kind)]


def _day(entry: Property) -> str:
    text = text_of(entry.value[1:2] if entry.name == "X-ANDROID-CUSTOM" else entry.value)
    return basic_date(text) or text


def _is_single(name: str) -> bool:
    name = name.upper()
    names = [name, *[name.removeprefix(start) for start in _FOREIGN if name.startswith(start)]]
    return any(lookup(one).cardinality == "*1" for one in names)


# Groups.


def _groups(card: Card, theirs: Card, added: list[Property], said: Contact, keep: Keep) -> Iterator[_Beside]:
    labels, mates = _labels(theirs), dict(_mates(card, theirs, said, keep))
    groups: dict[str, list[Property]] = {}
    for entry in added:
        if entry.group:
            groups.setdefault(entry.group.upper(), []).append(entry)
        else:
            yield _Beside([entry], "", "")
    for group, entries in groups.items():
        if all(entry.name.upper() == _LABEL for entry in entries):
            labels.pop(group, None)  # stands alone
        yield _Beside(entries, "" if group in mates else labels.get(group, ""), mates.get(group, ""))


def _mates(card: Card, theirs: Card, said: Contact, keep: Keep) -> Iterator[tuple[str, str]]:
    """Give each group of `theirs` in which a member of the contact stands, and the group in which `card` has that."""
    for kind, members in (
        (PHONES, said.phones),
        (EMAILS, said.emails),
        (ADDRESSES, said.addresses),
        (WEBSITES, said.websites),
    ):
        here = {keep(member): entry.group for entry, member in kind.read(Sorted(card))}
        for entry, member in kind.read(Sorted(theirs)):
            if entry.group and (kept := keep(member)) in members:
                yield entry.group.upper(), here.get(kept, "")


class _Adding:
    """Properties on their way into a card: those of groups that it does not have are put in all at once."""

    def __init__(self, card: Card, present: _Present) -> None:
        self._card = card
        self._present = present
        self._taken = {entry.group.upper() for entry in card}
        self._beside = _first_of_each_beside(card)
        self._numbers = count(1)
        self._new: list[Property] = []

    def add(self, groups: Iterator[_Beside]) -> None:
        """Add what is missing to the group in which the others are, else to a new one with its label."""
        for beside in groups:
            label = beside.label or None
            missing = [entry for entry in beside.entries if (_key(entry), label) not in self._present]
            written = [one for entry in missing if (one := _written(entry, self._card.version))]
            written = [one for one in written if (_key(one), label) not in self._present]
            if written:
                self._put(beside, written)
        self._card.extend(self._new)

    def _put(self, beside: _Beside, written: list[Property]) -> None:
        group = beside.group or self._group_of(beside)
        is_new = not group
        group = group or self._free(written[0].group)
        for entry in written:
            entry = entry._replace(group=group)  # noqa: PLW2901 - the same property
            if is_new:
                self._new.append(entry)
            else:
                self._put_beside(entry)
            self._present |= dict.fromkeys(((_key(entry), None), (_key(entry), beside.label)), group)
        if is_new and beside.label:
            self._new.append(Property("X-ABLabel", beside.label, (), group))

    def _group_of(self, beside: _Beside) -> str:
        """Return the group of `card` in which one of them is, with the same label; `""` if there is none."""
        if not beside.entries[0].group:
            return ""
        groups = (self._present.get((_key(entry), beside.label)) for entry in beside.entries)
        return next(filter(None, groups), "")

    def _free(self, group: str) -> str:
        """Return the name of a group, or another one if that is taken."""
        name = group
        while name and name.upper() in self._taken:
            name = f"item{next(self._numbers)}"
        self._taken.add(name.upper())
        return name

    def _put_beside(self, entry: Property) -> None:
        """Put a property into its group; what Apple says of the group's owner is said once."""
        key = (entry.group.upper(), entry.name.upper())
        if same := self._beside.get(key):
            self._card.replace(same, entry)
        else:
            self._card.add(entry)
        if is_beside(entry):
            self._beside[key] = entry


def _first_of_each_beside(card: Card) -> dict[tuple[str, str], Property]:
    """Return what Apple says of the owner of a group, by the group and the name in capitals."""
    return {(entry.group.upper(), entry.name.upper()): entry for entry in list(card)[::-1] if is_beside(entry)}
