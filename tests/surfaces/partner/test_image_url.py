"""ProfileImageUrl: images that are fetched (PC-21, PC-23, PC-25, PC-31, PC-34)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from partner_client import WILE, Client, client, serve_prepared
from peers import images
from pictures import jpeg, png

if TYPE_CHECKING:
    from collections.abc import Iterator

    from peers.images import ImageServer


@pytest.fixture(scope="module")
def ours(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    for served in serve_prepared(tmp_path_factory.mktemp("fetching"), "--fetch-allow", "127.0.0.1/32"):
        yield client(served)


@pytest.fixture(scope="module")
def source() -> Iterator[ImageServer]:
    with images.serving() as served:
        served.replies["/wile.png"] = images.ok(png())
        served.replies["/page"] = images.ok(b"<html>")
        yield served


def test_pc_21_an_image_is_fetched_kept_and_replaced(ours: Client, source: ImageServer) -> None:
    path = ours.create({**WILE, "ProfileImageUrl": source.url("/wile.png")})
    assert ours.send("GET", f"{path}/ProfileImage").headers["content-type"] == "image/png"
    source.replies["/wile.jpg"] = images.ok(jpeg())
    ours.ask("PUT", path, data={"ProfileImageUrl": source.url("/wile.jpg")})
    assert ours.send("GET", f"{path}/ProfileImage").headers["content-type"] == "image/jpeg"


@pytest.mark.parametrize(
    ("path", "message"),
    [("/nothing", "The photo cannot be fetched."), ("/page", "The photo is no GIF, JPEG, PNG or WebP.")],
)
def test_pc_34_a_refused_image_changes_nothing(ours: Client, source: ImageServer, path: str, message: str) -> None:
    contact = ours.create({**WILE, "ProfileImageUrl": source.url("/wile.png")})
    before, total = ours.ask("GET", contact), ours.ask("GET")["@total"]
    sent = {**WILE, "ProfileImageUrl": source.url(path)}
    update = {"Title": "T", "ProfileImageUrl": source.url(path)}
    for answer in (ours.send("POST", data=sent), ours.send("PUT", contact, data=update)):
        assert (answer.status_code, ours.errors(answer)) == (400, [("ProfileImageUrl", message)])
    assert (ours.ask("GET", contact), ours.ask("GET")["@total"]) == (before, total)


def test_pc_23_an_address_and_a_file_exclude_each_other(ours: Client, source: ImageServer) -> None:
    fields = {**WILE, "ProfileImageUrl": source.url("/wile.png")}
    answer = ours.send("POST", data=fields, files={"ProfileImageFile": ("a", png())})
    assert [field for field, _ in ours.errors(answer)] == ["ProfileImageUrl"]
