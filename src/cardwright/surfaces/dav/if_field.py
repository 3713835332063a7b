"""The If field: lists of entity tags and state tokens, of the resource of the request or of others (RFC 4918 10.4).

read_if('(Not <urn:x:1> ["tag"])')    # a list of two conditions, of the resource of the request
read_if('</dav/a/> (<urn:x:1>)')      # a list of one condition, of another resource
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

from cardwright.limits import IF_PARTS
from cardwright.surfaces.dav.errors import MalformedError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_PART: Final = re.compile(
    r'[ \t]*+(?:(?P<sign>[()])|(?P<not>not)(?=[ \t<\[])|<(?P<url>[^<>]*+)>|\[[ \t]*+(?P<tag>(?:W/)?"[^"]*+")[ \t]*+\])',
    re.IGNORECASE,
)
_Part = tuple[str, str]
"""The kind of a part, which is the name of its group, and its text."""


class StateCondition(NamedTuple):
    """That the resource has a state, or has not."""

    state: str
    """An entity tag with its quotes, or the URL of a state token."""
    negated: bool


class ConditionList(NamedTuple):
    """Conditions that hold together; one list of the field must hold."""

    resource: str
    """The URL of the resource, `""` for that of the request."""
    conditions: Sequence[StateCondition]


def read_if(field: str) -> list[ConditionList]:
    """Return the lists of the field; MalformedError for one that cannot be read."""
    lists: list[ConditionList] = []
    resource = ""
    parts = _parts(field)
    for kind, text in parts:
        if kind == "url":
            resource = text
        elif text == "(":
            lists.append(ConditionList(resource, _conditions(parts)))
        else:
            raise _malformed()
    if not lists:
        raise _malformed()
    return lists


def _conditions(parts: Iterator[_Part]) -> list[StateCondition]:
    """Return the conditions up to the end of the list that has begun."""
    conditions: list[StateCondition] = []
    negated = False
    for kind, text in parts:
        if kind in {"url", "tag"}:
            conditions.append(StateCondition(text, negated))
            negated = False
        elif kind == "not" and not negated:
            negated = True
        elif text == ")" and conditions and not negated:
            return conditions
        else:
            break
    raise _malformed()


def _parts(field: str) -> Iterator[_Part]:
    field = field.rstrip(" \t")
    at = count = 0
    while at < len(field):
        match = _PART.match(field, at)
        count += 1
        if match is None or match.lastgroup is None or count > _MOST:
            raise _malformed()
        yield match.lastgroup, match[match.lastgroup]
        at = match.end()


_MOST: Final = IF_PARTS.value


def _malformed() -> MalformedError:
    return MalformedError('The If field cannot be read: it is lists such as (["tag"] <urn:token>).')
