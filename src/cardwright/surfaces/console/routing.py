"""Which route has a path: literal segments count before names, so `/contacts/new` is never a contact `new`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from cardwright.surfaces.console.page import Route

_ANY: Final = "{}"  # no segment of a template: those name what they stand for


class MatchedRoutes(NamedTuple):
    """The routes of a path by their methods, and what stands for the names of each template."""

    routes: Mapping[str, Route]
    segments: Sequence[str]

    def values(self, method: str) -> dict[str, str]:
        """Return what stands in the path for the names of the template."""
        names = self.routes[method].template.strip("/").split("/")
        return {
            name[1:-1]: segment
            for name, segment in zip(names, self.segments, strict=True)
            if name.startswith("{") and name.endswith("}")
        }


class _Node:
    def __init__(self) -> None:
        self.routes: dict[str, Route] = {}
        self.below: dict[str, _Node] = {}


class Routes:
    """Every route of the console."""

    def __init__(self, routes: Iterable[Route]) -> None:
        self._top = _Node()
        self.templates: set[str] = set()
        """Of the pages that can be shown or posted to."""
        for route in routes:
            self._add(route)

    @property
    def beginnings(self) -> set[str]:
        """The first segments of all paths."""
        return set(self._top.below) - {""}

    def find(self, path: str) -> MatchedRoutes | None:
        """Return the routes of a path, or None."""
        segments = path.strip("/").split("/")
        node = _find(self._top, segments)
        return MatchedRoutes(node.routes, segments) if node else None

    def _add(self, route: Route) -> None:
        node = self._top
        for segment in route.template.strip("/").split("/"):
            node = node.below.setdefault(_ANY if segment.startswith("{") else segment, _Node())
        if route.method in node.routes:
            raise ValueError(f"{route.method} {route.template} is there twice")
        node.routes[route.method] = route
        self.templates.add(route.template)


def _find(node: _Node, segments: Sequence[str]) -> _Node | None:
    if not segments:
        return node if node.routes else None
    first, rest = segments[0], segments[1:]
    for key in (first, _ANY):
        below = node.below.get(key) if first != _ANY or key == _ANY else None
        if below and (key != _ANY or first) and (match := _find(below, rest)):
            return match
    return None
