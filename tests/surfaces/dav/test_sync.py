"""`sync-collection` against a real server (RFC 6578, DV-25): a client that follows tokens knows the book."""

from __future__ import annotations

import contextlib
import random
import re
import shutil
import subprocess
import threading
import uuid
from typing import TYPE_CHECKING, cast

import pytest

from dav_client import Dav, account, card, condition, uid_of
from dav_reports import DATA, ETAG, PROP, D, query, read, report, sync
from postgres import binaries
from serving import command, serve, started

if TYPE_CHECKING:
    from pathlib import Path

    from dav_reports import Multistatus
    from postgres import Cluster
    from serving import Served

FIELDS = {"LastName": "Coyote", "EmailAddress": "wile@x.example", "Accounts": "10000"}


class Follower:
    """A client: what it was told, and the token that it goes on with."""

    def __init__(self, dav: Dav, limit: int | None = None) -> None:
        self.dav = dav
        self.limit = limit
        self.token = ""
        self.tags: dict[str, str] = {}
        self.told: list[tuple[str, str]] = []

    def follow(self) -> Multistatus:
        """Ask once."""
        answer = read(sync(self.dav, self.token, limit=self.limit))
        for name in answer.names:
            self.tags[name] = answer[name].found[ETAG]
            self.told.append((name, self.tags[name]))
        for name in answer.gone:
            self.tags.pop(name, None)
        assert answer.token != self.token or not (answer.names or answer.gone)
        self.token = answer.token
        return answer

    def catch_up(self) -> None:
        """Ask until there is no more."""
        while self.dav.path() in self.follow().responses:
            pass


def listed(dav: Dav) -> dict[str, str]:
    """Return the whole book as a query lists it: names and tags."""
    answer = read(query(dav, ""))
    return {name: answer[name].found[ETAG] for name in answer.names}


def filled(dav: Dav, count: int) -> None:
    for at in range(count):
        dav.put(f"{at}.vcf", card(f"Person {at}"))


LEVELS = {
    "level 1": ("<d:sync-level>1</d:sync-level>", None),
    "level 1 at depth 0": ("<d:sync-level>1</d:sync-level>", "0"),
    "level 1 at depth 1, as phones send it": ("<d:sync-level>1</d:sync-level>", "1"),
    "no level, depth 1": ("", "1"),
    "no level, no depth": ("", None),
    "every level: there is one": ("<d:sync-level>infinite</d:sync-level>", None),
}


@pytest.mark.parametrize(("level", "depth"), LEVELS.values(), ids=LEVELS)
def test_an_empty_token_gives_all(dav: Dav, level: str, depth: str | None) -> None:
    """Each card once, the book itself not; the token is no response."""
    name = f"{uuid.uuid4()}.vcf"
    dav.put(name, card())
    answer = read(sync(dav, level=level, depth=depth))
    assert name in answer.names
    assert dav.path() not in answer.responses
    assert answer.token.startswith("data:,")


def test_what_happened_is_told(books: Served) -> None:
    """Made, changed, moved, deleted; one made and deleted since the token is a 404 too, and each stands once."""
    dav = account(books)
    filled(dav, 4)
    client = Follower(dav)
    client.catch_up()
    assert not client.follow().responses
    dav.put("new.vcf", card("New One"))
    dav.put("0.vcf", dav.get("0.vcf").replace(b"Person", b"Other"), 204)
    dav.send("DELETE", "1.vcf", status=204)
    dav.send("MOVE", "2.vcf", headers={"destination": dav.path("moved.vcf")}, status=201)
    dav.put("brief.vcf", card("Brief One"))
    dav.send("DELETE", "brief.vcf", status=204)
    answer = client.follow()
    assert sorted(answer.names) == ["0.vcf", "moved.vcf", "new.vcf"]
    assert answer.gone == {"1.vcf", "2.vcf", "brief.vcf"}
    assert client.tags == listed(dav)
    dav.put("1.vcf", card("Again One"))
    assert (client.follow().names, client.tags == listed(dav)) == (["1.vcf"], True)


def test_what_partner_contacts_do_is_told(books: Served) -> None:
    """DV-11: one that was made there is called by its UID."""
    dav = account(books)
    client = Follower(dav)
    client.catch_up()
    made = dav.api("POST", data={"FirstName": "Wile", **FIELDS})["Uri"].rpartition("/")[2]
    (name,) = client.follow().names
    assert uid_of(dav.get(name)) == f"urn:uuid:{name.removesuffix('.vcf')}"
    dav.api("PUT", f"/{made}", data={"Title": "Genius"})
    assert client.follow().names == [name]
    dav.api("DELETE", f"/{made}")
    assert client.follow().gone == {name}
    command(dav.store, "contact", "restore", dav.sid, dav.book, made)
    assert client.follow().names == [name]


def test_a_limit_gives_a_part_and_a_token_that_goes_on(books: Served) -> None:
    """RFC 6578 section 3.6: 507 for the book, which does not count."""
    dav = account(books)
    filled(dav, 7)
    client = Follower(dav, 3)
    sizes = []
    for is_cut in (True, True, False):
        answer = client.follow()
        sizes.append(len(answer.names))
        assert (dav.path() in answer.responses) == is_cut
        if is_cut:
            assert answer.responses[dav.path()].status == 507
            assert answer.responses[dav.path()].error == D + "number-of-matches-within-limits"
    assert sizes == [3, 3, 1]
    assert client.tags == listed(dav)
    for at in range(4):
        dav.send("DELETE", f"{at}.vcf", status=204)
    assert [len(client.follow().gone), len(client.follow().gone)] == [3, 1]
    none = sync(dav, limit=0)
    assert (none.status_code, condition(none)) == (507, "d:number-of-matches-within-limits")


PROPERTIES = {
    "an empty prop": ("<d:prop/>", {}, ()),
    "no prop": ("", {}, ()),
    "an unknown one": ("<d:prop><d:nothing/></d:prop>", {}, (D + "nothing",)),
    "of the book": ("<d:prop><d:sync-token/></d:prop>", {}, (D + "sync-token",)),
}


@pytest.mark.parametrize(("prop", "found", "missing"), PROPERTIES.values(), ids=PROPERTIES)
def test_what_is_asked_of_each_card(dav: Dav, prop: str, found: dict[str, str], missing: tuple[str, ...]) -> None:
    """DV-25: an empty `prop` gives an empty propstat of 200."""
    dav.put(f"{uuid.uuid4()}.vcf", card())
    answer = sync(dav, prop=prop)
    assert all((one.found, one.missing) == (found, missing) for one in read(answer).responses.values())
    assert answer.text.count("<d:propstat>") == answer.text.count("<d:response>")


def test_cards_come_along(dav: Dav) -> None:
    """As Apple's clients may ask: whole, and in part."""
    name, octets = f"{uuid.uuid4()}.vcf", card("Ann Poe", "", "NOTE:a < b")
    token = read(sync(dav)).token
    dav.put(name, octets)
    assert read(sync(dav, token, prop=PROP))[name].found[DATA] == octets.decode()


def tokens(dav: Dav) -> dict[str, str]:
    other = account_token(dav._replace(book="2000"))
    token = account_token(dav)
    return {
        "none of ours": "http://example.com/ns/sync/1234",
        "malformed": "data:,cardwright-sync-AAAA",
        "no URI": "1",
        "of another book": other,
        "cut off": token[:-2],
        "of the book of all": account_token(dav._replace(user=f"{dav.sid}+all", book="all")),
    }


def account_token(dav: Dav) -> str:
    return read(sync(dav)).token


def test_a_token_that_is_none_of_the_book(books: Served) -> None:
    dav = account(books, "1000", "2000")
    dav.put("a.vcf", card())
    for told, token in tokens(dav).items():
        answer = sync(dav, token)
        assert (answer.status_code, condition(answer)) == (403, "d:valid-sync-token"), told
    old = account_token(dav)
    command(dav.store, "campaign", "remove", dav.sid, "1000", "--yes")
    command(dav.store, "campaign", "add", dav.sid, "1000", "Again")
    answer = sync(dav, old)
    assert (answer.status_code, condition(answer)) == (403, "d:valid-sync-token")


MALFORMED = {
    "a level that there is not": ("<d:sync-level>2</d:sync-level>", "<d:prop/>"),
    "a limit that is no number": ("<d:limit><d:nresults>-1</d:nresults></d:limit>", "<d:prop/>"),
    "prop and allprop": ("", "<d:prop/><d:allprop/>"),
}


@pytest.mark.parametrize(("level", "prop"), MALFORMED.values(), ids=MALFORMED)
def test_a_report_that_cannot_be_read(dav: Dav, level: str, prop: str) -> None:
    assert sync(dav, level=level, prop=prop).status_code == 400


@pytest.mark.parametrize("place", ["/dav/", "home", "card"])
def test_only_books_have_it(dav: Dav, place: str) -> None:
    """DV-26, DV-30."""
    dav.put("there.vcf", card("Ann", "there"), None)
    where = {"home": dav.home, "card": "there.vcf"}.get(place, place)
    answer = report(dav, '<d:sync-collection xmlns:d="DAV:"><d:sync-token/><d:prop/></d:sync-collection>', name=where)
    assert (answer.status_code, condition(answer)) == (403, "d:supported-report")


def test_erased_contacts(books: Served) -> None:
    """A name that is a UUID is told as gone; any other goes, and with it the book's earlier tokens."""
    dav = account(books)
    fields = {"FirstName": "Wile", **FIELDS}
    made = dav.api("POST", data=fields)["Uri"].rpartition("/")[2]
    client = Follower(dav)
    client.catch_up()
    (name,) = client.tags
    command(dav.store, "contact", "erase", dav.sid, dav.book, made)
    assert client.follow().gone == {name}
    dav.put("telling.vcf", card("Telling Name", "telling"))
    client.catch_up()
    erased = max(one["Id"] for one in dav.api(params={"PageSize": 100})["Contacts"])
    command(dav.store, "contact", "erase", dav.sid, dav.book, str(erased))
    answer = sync(dav, client.token)
    assert (answer.status_code, condition(answer)) == (403, "d:valid-sync-token")
    assert not read(sync(dav)).responses


def test_the_book_of_all_campaigns(books: Served) -> None:
    """Its token has a place for each campaign: one that is added later, and a move between two, are told."""
    dav = account(books, "1000", "2000")
    whole = Follower(dav._replace(user=f"{dav.sid}+all", book="all"))
    filled(dav, 2)
    dav._replace(book="2000").put("two.vcf", card("Two"))
    whole.catch_up()
    assert sorted(whole.tags) == ["0.vcf", "1.vcf", "two.vcf"]
    command(dav.store, "campaign", "add", dav.sid, "3000", "Third")
    dav._replace(book="3000").put("three.vcf", card("Three"))
    dav.send("MOVE", "0.vcf", headers={"destination": f"{dav.home}2000/0.vcf"}, status=201)
    whole.catch_up()
    assert whole.tags == listed(whole.dav)
    assert len(whole.tags) == 4


WRITERS = 8
WRITES = 25


def test_who_follows_while_others_write_knows_the_book(books: Served) -> None:
    """DV-25: misses nothing, and is told no state of a card twice; whoever makes, changes, moves and deletes."""
    dav = account(books, "1000", "2000")
    clients = [Follower(dav), Follower(dav, 5), Follower(dav._replace(user=f"{dav.sid}+all", book="all"))]
    failed: list[BaseException] = []
    writers = [threading.Thread(target=_write, args=(dav, at, failed)) for at in range(WRITERS)]
    for writer in writers:
        writer.start()
    while any(writer.is_alive() for writer in writers):
        for client in clients:
            client.follow()
    assert not failed, failed
    for client in clients:
        client.catch_up()
        assert client.tags == listed(client.dav)
        assert len(client.told) == len(set(client.told))


def _write(dav: Dav, writer: int, failed: list[BaseException]) -> None:
    """Change the two books in every way, each writer its own cards."""
    chance = random.Random(writer)  # noqa: S311 - no secret
    mine: list[tuple[str, str]] = []
    contacts: list[str] = []
    try:
        for at in range(WRITES):
            _change(dav, chance, mine, contacts, f"{writer}-{at}")
    except BaseException as error:  # noqa: BLE001 - told by the test
        failed.append(error)


def _change(dav: Dav, chance: random.Random, mine: list[tuple[str, str]], contacts: list[str], name: str) -> None:
    what = chance.choice(["put", "put", "edit", "delete", "move", "across", "create", "update", "remove"])
    if what == "create":
        contacts.append(dav.api("POST", data={"FirstName": f"W {name}", **FIELDS})["Uri"].rpartition("/")[2])
    elif what in {"update", "remove"}:
        if contacts:
            number = contacts.pop(chance.randrange(len(contacts)))
            if what == "remove":
                dav.api("DELETE", f"/{number}")
            else:
                dav.api("PUT", f"/{number}", data={"Title": name})
                contacts.append(number)
    elif what == "put" or not mine:
        dav.put(f"{name}.vcf", card(f"Card {name}"))
        mine.append(("1000", f"{name}.vcf"))
    else:
        book, old = mine.pop(chance.randrange(len(mine)))
        there = dav._replace(book=book)
        if what == "edit":
            there.put(old, re.sub(rb"FN:[^\r]*", f"FN:Edit {name}".encode(), there.get(old)), 204)
            mine.append((book, old))
        elif what == "delete":
            there.send("DELETE", old, status=204)
        else:
            to = book if what == "move" else "2000" if book == "1000" else "1000"
            there.send("MOVE", old, headers={"destination": f"{dav.home}{to}/{name}.vcf"}, status=201)
            mine.append((to, f"{name}.vcf"))


def test_a_token_of_before_a_restore_is_refused(tmp_path: Path, address: str, request: pytest.FixtureRequest) -> None:
    """Backup, writes, a sync, restore: the old token is refused, and the next full sync is right."""
    cluster = cast("Cluster", request.getfixturevalue("postgres")) if address else None
    with contextlib.ExitStack() as stack:
        store = stack.enter_context(cluster.database()) if cluster else ""
        with serve(tmp_path, store=store) as server:
            dav = account(server)
            filled(dav, 3)
            _back_up(server, tmp_path / "monday", cluster)
            dav.put("lost.vcf", card("Lost"))
            dav.put("0.vcf", dav.get("0.vcf").replace(b"Person", b"Lost"), 204)
            client = Follower(dav)
            client.catch_up()
        _restore(server, tmp_path / "monday", cluster)
        with started(tmp_path, address=store) as (url, _):
            dav = dav._replace(url=url)
            dav.put("new.vcf", card("New"))
            refused = sync(dav, client.token)
            assert (refused.status_code, condition(refused)) == (403, "d:valid-sync-token")
            again = Follower(dav)
            again.catch_up()
            assert sorted(again.tags) == ["0.vcf", "1.vcf", "2.vcf", "new.vcf"]
            assert again.tags == listed(dav)
            assert again.tags["0.vcf"] != client.tags["0.vcf"]


def _back_up(server: Served, file: Path, cluster: Cluster | None) -> None:
    if cluster:
        program(cluster, "pg_dump", "--format=custom", "-f", str(file), cluster.name_of(server.store))
    else:
        command(server.store, "backup", str(file))


def _restore(server: Served, file: Path, cluster: Cluster | None) -> None:
    if cluster:
        program(cluster, "pg_restore", "--clean", "--if-exists", "-d", cluster.name_of(server.store), str(file))
    else:
        shutil.copyfile(file, server.data / "cardwright.sqlite3")
        for beside in ("wal", "shm"):
            (server.data / f"cardwright.sqlite3-{beside}").unlink(missing_ok=True)


def program(cluster: Cluster, name: str, *arguments: str) -> None:
    """Run one of PostgreSQL's programs, as an operator would."""
    folder = binaries()
    assert folder
    command_line = [str(folder / name), "-h", str(cluster.folder), "-U", cluster.user, *arguments]
    subprocess.run(command_line, check=True, capture_output=True, timeout=60)
