"""PROPFIND against a server, on each store: DV-3, DV-5, DV-20, DV-21, DV-27, as tables."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from cardwright.surfaces.dav.names import CS, C
from dav_client import account, card, condition
from serving import command
from surfaces.dav.multistatus_reading import children, only, responses, text

if TYPE_CHECKING:
    import httpx2

    from dav_client import Dav
    from serving import Served

PROP = '<propfind xmlns="DAV:" xmlns:card="urn:ietf:params:xml:ns:carddav" xmlns:cs="http://calendarserver.org/ns/"><prop>{}</prop></propfind>'


API = {"FirstName": "Ada", "LastName": "Api", "EmailAddress": "ada@example.com", "Accounts": "10000"}


def find(dav: Dav, where: str, inside: str = "", depth: str = "0", **headers: str) -> httpx2.Response:
    """Ask for properties by their names, without any for all."""
    body = PROP.format("".join(f"<{name}/>" for name in inside.split())) if inside else ""
    return dav.send("PROPFIND", where, body, {"depth": depth, **headers})


def places(dav: Dav) -> dict[str, str]:
    return {
        "root": "/dav/",
        "principals": "/dav/principals/",
        "principal": f"/dav/principals/{dav.sid}/",
        "homes": "/dav/addressbooks/",
        "home": dav.home,
        "book": dav.path(),
    }


def test_dv_20_depth_1_tells_what_each_collection_holds(books: Served) -> None:
    dav = account(books, "1000", "2000")
    dav.put("b.vcf", card())
    at = places(dav)
    for where, members in {
        "root": ["principals", "homes"],
        "principals": ["principal"],
        "principal": [],
        "homes": ["home"],
        "home": ["book"],
    }.items():
        expected = [at[where], *[at[name] for name in members]]
        expected += [f"{dav.home}2000/"] if where == "home" else []
        assert list(responses(find(dav, at[where], "resourcetype", "1"))) == expected, where
        assert list(responses(find(dav, at[where], "resourcetype"))) == [at[where]]
    assert list(responses(find(dav, dav.path(), "getetag", "1"))) == [dav.path(), dav.path("b.vcf")]
    assert list(responses(find(dav, dav.path("b.vcf"), "getetag", "1"))) == [dav.path("b.vcf")]


def test_dv_20_infinity_is_refused_and_no_depth_is_infinity(dav: Dav) -> None:
    for headers in ({"depth": "infinity"}, {"depth": "Infinity"}, {}):
        answer = dav.send("PROPFIND", "", "", headers, status=403)
        assert condition(answer) == "d:propfind-finite-depth"
    dav.send("PROPFIND", "", "", {"depth": "2"}, status=400)
    dav.put("deep.vcf", card())
    assert only(dav.send("PROPFIND", "deep.vcf", "", {})).found  # a card holds nothing: there infinity is finite


@pytest.mark.parametrize(
    "body",
    [
        '<propfind xmlns="DAV:"/>',
        '<propfind xmlns="DAV:"><prop/><allprop/></propfind>',
        '<propfind xmlns="DAV:"><allprop/><propname/></propfind>',
        "<propfind><allprop/></propfind>",
        '<propertyupdate xmlns="DAV:"><prop/></propertyupdate>',
        "<propfind",
        '<!DOCTYPE propfind><propfind xmlns="DAV:"><allprop/></propfind>',
        "\0",
    ],
)
def test_dv_20_and_31_a_body_that_says_nothing_is_400_with_a_sentence(dav: Dav, body: str) -> None:
    answer = dav.send("PROPFIND", "", body, {"depth": "0"}, status=400)
    assert answer.text.strip().endswith(".")


def test_dv_31_what_is_too_large_is_413(dav: Dav) -> None:
    named = "".join(f"<a{it}/>" for it in range(251))
    dav.send("PROPFIND", "", PROP.format(named), {"depth": "0"}, status=413)
    dav.send("PROPFIND", "", PROP.format("<a/>" * 50_000), {"depth": "0"}, status=413)
    dav.send("PROPFIND", "", PROP.format(" " * 1024 * 1024), {"depth": "0"}, status=413)


def test_dv_31_the_content_type_of_a_body_is_not_judged(dav: Dav) -> None:
    for media_type in ("text/plain", "application/xml", "", "nonsense"):
        assert text(only(find(dav, dav.path(), "displayname", **{"content-type": media_type})), "displayname")
    utf_16 = PROP.format("<displayname/>").encode("utf-16")
    assert only(dav.send("PROPFIND", "", utf_16, {"depth": "0"})).found


def test_dv_20_an_empty_body_is_allprop_and_propname_has_no_values(dav: Dav) -> None:
    dav.put("all.vcf", card())
    every = only(find(dav, dav.path("all.vcf")))
    assert set(every.found) == {
        *("resourcetype", "getetag", "getcontenttype", "getcontentlength", "getlastmodified", "creationdate")
    }
    asked = only(dav.send("PROPFIND", "all.vcf", '<propfind xmlns="DAV:"><allprop/></propfind>', {"depth": "0"}))
    assert set(asked.found) == set(every.found)
    assert not every.others
    names = only(dav.send("PROPFIND", "all.vcf", '<propfind xmlns="DAV:"><propname/></propfind>', {"depth": "0"}))
    assert set(every.found) < set(names.found)
    assert not any(len(it) or it.text for it in names.found.values())


def test_dv_21_a_card_says_what_get_says(dav: Dav) -> None:
    dav.put("said.vcf", card("Ann Poe", "", "NOTE:ü"))
    got = dav.send("GET", "said.vcf", status=200)
    said = only(find(dav, dav.path("said.vcf")))
    assert text(said, "getetag") == got.headers["etag"]
    assert text(said, "getcontentlength") == str(len(got.content))
    assert text(said, "getcontenttype") == got.headers["content-type"]
    assert text(said, "getlastmodified") == got.headers["last-modified"]


def test_dv_20_unknown_properties_are_404_in_their_propstat(dav: Dav) -> None:
    answer = only(find(dav, dav.path(), "displayname cs:me-card quota-used-bytes card:principal-address"))
    assert text(answer, "displayname") == "Campaign 1000"
    assert answer.others == {"404": {f"{CS}me-card", "quota-used-bytes", f"{C}principal-address"}}


@pytest.mark.parametrize(
    "header", [{"prefer": "return=minimal"}, {"brief": "t"}, {"prefer": "depth-noroot, return=minimal"}]
)
def test_dv_27_minimal_leaves_out_404(dav: Dav, header: dict[str, str]) -> None:
    dav.put("min.vcf", card(uid="urn:uuid:6a0c1f0c-9d0b-4a53-8a38-0d3c3a1f2b01"), status=None)
    answer = find(dav, dav.path(), "displayname getetag", "1", **header)
    assert answer.headers.get("preference-applied") == ("return=minimal" if "prefer" in header else None)
    every = responses(answer)
    assert not any(it.others for it in every.values())
    assert set(every[dav.path()].found) == {"displayname"}
    assert set(every[dav.path("min.vcf")].found) == {"getetag"}
    assert only(find(dav, dav.path(), "getetag", **header)).found == {}


def test_dv_21_getctag_and_sync_token_change_with_each_change(books: Served) -> None:
    dav = account(books)
    seen = []

    def look() -> None:
        answer = only(find(dav, dav.path(), "sync-token cs:getctag"))
        seen.append((text(answer, "sync-token"), text(answer, f"{CS}getctag")))

    look()
    look()
    dav.put("a.vcf", card())
    look()
    dav.put("b.vcf", card())
    look()
    dav.send("DELETE", "a.vcf", status=204)
    look()
    assert len(set(seen)) == 4
    assert seen[0] == seen[1]
    assert all(token.startswith("data:,") for token, _ in seen)


def test_dv_11_contacts_that_were_made_another_way_are_listed(books: Served) -> None:
    dav = account(books)
    dav.put("c.vcf", card("Put Poe"))
    dav.api("POST", data=API)
    hrefs = list(responses(find(dav, dav.path(), "getetag", "1")))
    assert dav.path("c.vcf") in hrefs
    assert len(hrefs) == 3
    for href in hrefs[1:]:
        dav.send("GET", href, status=200)


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("ann poe & co.vcf", "ann%20poe%20&%20co.vcf"),
        ("ü%25.vcf", "%C3%BC%25.vcf"),
        ("a'b(c)!*;@=+$,:.vcf", "a'b(c)!*;@=+$,:.vcf"),
        ("%3Ctag%3E%22.vcf", "%3Ctag%3E%22.vcf"),
        ("%41%7e.vcf", "A~.vcf"),
    ],
)
def test_dv_5_hrefs_are_encoded_as_rfc_3986_asks(dav: Dav, name: str, written: str) -> None:
    dav.put(name.replace(" ", "%20").replace("ü", "%c3%bc"), card(), status=None)
    hrefs = list(responses(find(dav, dav.path(), "getetag", "1")))
    assert dav.path(written) in hrefs
    assert list(responses(find(dav, dav.path(written), "getetag"))) == [dav.path(written)]


def test_dv_5_without_its_slash_a_collection_answers_with_it(dav: Dav) -> None:
    for where, path in places(dav).items():
        assert list(responses(find(dav, path.rstrip("/"), "resourcetype"))) == [path], where
    assert (
        text(only(find(dav, "/", "current-user-principal")), "current-user-principal") == f"/dav/principals/{dav.sid}/"
    )


def test_dv_2_what_is_not_there_or_is_anothers_is_404(dav: Dav, books: Served) -> None:
    other = account(books)
    for where in (
        dav.path("none.vcf"),
        f"{dav.home}none/",
        f"{dav.home}none/a.vcf",
        f"{dav.home}all/",
        other.home,
        other.path(),
        f"/dav/principals/{other.sid}/",
        "/dav/none/",
    ):
        assert find(dav, where, "resourcetype").status_code == 404, where
    assert dav.send("PROPFIND", "", "", {"depth": "0"}, auth=(dav.sid, "wrong")).status_code == 401


def test_dv_3_a_user_name_with_a_campaign_has_that_book_alone(books: Served) -> None:
    dav = account(books, "1000", "2000")
    dav.put("one.vcf", card())
    one = dav._replace(user=f"{dav.sid}+2000")
    assert list(responses(find(one, dav.home, "resourcetype", "1"))) == [dav.home, f"{dav.home}2000/"]
    assert find(one, dav.path(), "resourcetype").status_code == 404
    every = dav._replace(user=f"{dav.sid}+all")
    assert list(responses(find(every, dav.home, "resourcetype", "1"))) == [dav.home, f"{dav.home}all/"]
    assert text(only(find(every, f"{dav.home}all/", "displayname")), "displayname").startswith("Dav ")
    listed = responses(find(every, f"{dav.home}all/", "getetag resourcetype", "1"))
    assert list(listed) == [f"{dav.home}all/", f"{dav.home}all/one.vcf"]
    assert children(listed[f"{dav.home}all/"], "resourcetype") == ["collection", "addressbook"]


def test_dv_4_a_read_only_token_has_no_write_privileges(dav: Dav) -> None:
    token = command(dav.store, "token", "add", dav.sid, "--read-only")["AuthToken"]
    dav.put("ro.vcf", card())
    reader = dav._replace(token=token)
    for where, privilege in ((dav.path(), "write"), (dav.path("ro.vcf"), "write"), (dav.home, "bind")):
        granted = [
            it[0].tag for it in only(find(dav, where, "current-user-privilege-set")).found["current-user-privilege-set"]
        ]
        assert f"{{DAV:}}{privilege}" in granted
        read = [
            it[0].tag
            for it in only(find(reader, where, "current-user-privilege-set")).found["current-user-privilege-set"]
        ]
        assert f"{{DAV:}}{privilege}" not in read
        assert "{DAV:}read" in read
    answer = reader.send("PROPPATCH", "", "<a/>", status=403)
    assert condition(answer) == "d:need-privileges"


def test_dv_19_options_says_what_there_is(dav: Dav) -> None:
    for where in ("/", *places(dav).values(), dav.path("none.vcf")):
        answer = dav.send("OPTIONS", where, status=200)
        assert answer.headers["dav"] == "1, 3, access-control, addressbook, extended-mkcol"
        allowed = answer.headers["allow"].split(", ")
        assert {"OPTIONS", "PROPFIND", "PROPPATCH", "REPORT"} <= set(allowed)
        assert "LOCK" not in allowed
    assert dav.send("OPTIONS", "", auth=(dav.sid, "wrong")).status_code == 401


def test_dv_32_a_large_answer_is_streamed_and_whole(books: Served) -> None:
    dav = account(books)
    rows = "FirstName\n" + "".join(f"Ann{it}\n" for it in range(2_500))
    path = books.data / f"{dav.sid}.csv"
    path.write_text(rows)
    command(dav.store, "import", dav.sid, dav.book, str(path))
    answer = find(dav, dav.path(), "getetag", "1")
    assert "content-length" not in answer.headers
    assert len(responses(answer)) == 2_501
    etags = {text(it, "getetag") for href, it in responses(answer).items() if href != dav.path()}
    assert len(etags) == 2_500
