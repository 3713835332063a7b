"""What a browser, and a client that does not know the way, gets of collections by GET."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import httpx2
import pytest

from dav_client import account, card, condition, hrefs

if TYPE_CHECKING:
    from dav_client import Dav
    from serving import Served


def test_a_book_that_is_opened_in_a_browser_lists_its_cards(books: Served) -> None:
    dav = account(books)
    assert dav.send("GET", status=200).text == ""
    for name in ("a.vcf", "b%20%C3%BC.vcf"):
        dav.put(name, card())
    answer = dav.send("GET", status=200)
    assert answer.text == "".join(f"{dav.path(name)}\n" for name in ("a.vcf", "b%20%C3%BC.vcf"))
    assert dav.send("HEAD", status=200).content == b""
    dav.send("GET", f"{dav.home}none/", status=404)


LISTED: Final = {
    "/dav/": ("/dav/principals/", "/dav/addressbooks/"),
    "/dav/principals/": ("/dav/principals/{sid}/",),
    "/dav/principals/{sid}/": (
        "addressbook-home-set: /dav/addressbooks/{sid}/",
        "principal-property-search: /dav/principals/",
    ),
    "/dav/addressbooks/": ("/dav/addressbooks/{sid}/",),
    "/dav/addressbooks/{sid}/": ("/dav/addressbooks/{sid}/1000/",),
}


@pytest.mark.parametrize("path", LISTED)
def test_every_collection_tells_where_it_leads(dav: Dav, path: str) -> None:
    """RFC 4918 section 9.4: what a GET of a collection gives is the server's choice; it has an entity tag."""
    where = path.format(sid=dav.sid)
    answer = dav.send("GET", where, status=200)
    assert answer.text.splitlines()[: len(LISTED[path])] == [line.format(sid=dav.sid) for line in LISTED[path]]
    assert answer.headers["content-type"] == "text/plain; charset=utf-8"
    assert "GET" in dav.send("OPTIONS", where, status=200).headers["allow"].split(", ")
    for tag, status in ((answer.headers["etag"], 304), ('"other"', 200)):
        dav.send("GET", where, headers={"if-none-match": tag}, status=status)


def test_the_listing_of_a_book_has_another_tag_after_each_change(books: Served) -> None:
    dav = account(books)
    tags = [dav.send("GET", status=200).headers["etag"]]
    dav.put("a.vcf", card())
    tags.append(dav.send("GET", status=200).headers["etag"])
    dav.send("DELETE", "a.vcf", status=204)
    tags.append(dav.send("GET", status=200).headers["etag"])
    assert len(set(tags)) == 3
    dav.send("GET", headers={"if-none-match": tags[-1]}, status=304)
    dav.send("GET", headers={"if-none-match": tags[0]}, status=200)


def test_a_path_without_its_slash_is_told_with_it(books: Served) -> None:
    """DV-5, RFC 4918 section 5.2."""
    dav = account(books)
    for method, path in (("MKCOL", f"{dav.home}more"), ("GET", f"{dav.home}more"), ("GET", dav.home.rstrip("/"))):
        assert dav.send(method, path).headers["content-location"] == f"{path}/"


WELL_KNOWN: Final = [("GET", 200), ("HEAD", 200), ("PROPFIND", 207), ("OPTIONS", 200), ("PUT", 405), ("POST", 405)]


@pytest.mark.parametrize(("method", "status"), WELL_KNOWN)
@pytest.mark.parametrize("path", ["/.well-known", "/.well-known/"])
def test_what_is_well_known_is_listed(books: Served, path: str, method: str, status: int) -> None:
    """A collection, without credentials; other methods are told which there are."""
    answer = httpx2.request(method, books.url + path, content=b"<x/>", headers={"depth": "1"})
    assert answer.status_code == status
    if method == "GET":
        assert answer.text == "/.well-known/carddav\n"
    elif method == "PROPFIND":
        assert (hrefs(answer), "collection" in answer.text) == (["/.well-known/"], True)
    elif method != "HEAD":
        assert answer.headers["allow"] == "GET, HEAD, OPTIONS, PROPFIND"


@pytest.mark.parametrize("method", ["DELETE", "COPY", "MOVE"])
def test_the_root_of_the_host_stays_where_it_is(dav: Dav, method: str) -> None:
    """DV-19 at `/`, which is a page of the console too: a client of WebDAV is refused as at `/dav/`."""
    assert condition(dav.send(method, "/", headers={"destination": "/x/"}, status=403)) == "d:need-privileges"
    assert httpx2.request(method, dav.url + "/").status_code == 401
