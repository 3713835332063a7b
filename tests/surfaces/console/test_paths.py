from __future__ import annotations

from cardwright.surfaces.console.pages import PAGES
from cardwright.surfaces.console.paths import PATHS, STATIC
from cardwright.surfaces.console.routing import Routes


def test_the_front_door_knows_what_the_paths_of_all_pages_begin_with() -> None:
    beginnings = Routes(route for page in PAGES for route in page.ROUTES).beginnings
    assert sorted(PATHS) == sorted(["/", STATIC, *(f"/{first}/" for first in beginnings)])
