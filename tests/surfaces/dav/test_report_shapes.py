"""Reports in the shapes that clients are known to send, with our hrefs and tokens in them; few are from their logs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from dav_client import account, card
from dav_reports import DATA, ETAG, read, report, sync

if TYPE_CHECKING:
    from dav_client import Dav
    from serving import Served

ANN = card("Ann Poe", "ann", "EMAIL:ann@x.example")
NEW = card("New One", "new")
SHAPES = {
    "iOS and macOS, sync": (
        (
            '<?xml version="1.0" encoding="UTF-8"?>\n<A:sync-collection xmlns:A="DAV:">\n  <A:sync-token>{token}'
            "</A:sync-token>\n  <A:sync-level>1</A:sync-level>\n  <A:prop>\n    <A:getetag/>\n  </A:prop>\n"
            "</A:sync-collection>\n"
        ),
        None,
        {"new.vcf"},
        {ETAG},
    ),
    "iOS and macOS, multiget": (
        (
            '<?xml version="1.0" encoding="UTF-8"?>\n<D:addressbook-multiget '
            'xmlns:D="urn:ietf:params:xml:ns:carddav">\n'
            '  <A:prop xmlns:A="DAV:">\n    <A:getetag/>\n    <D:address-data/>\n  </A:prop>\n'
            '  <A:href xmlns:A="DAV:">{href}</A:href>\n</D:addressbook-multiget>\n'
        ),
        "1",
        {"ann.vcf"},
        {ETAG, DATA},
    ),
    "DAVx5, sync": (
        (
            "<?xml version='1.0' encoding='UTF-8' ?><sync-collection xmlns=\"DAV:\"><sync-token>{token}</sync-token>"
            "<sync-level>1</sync-level><prop><getetag /></prop></sync-collection>"
        ),
        "0",
        {"new.vcf"},
        {ETAG},
    ),
    "DAVx5, multiget of vCard 4": (
        (
            "<?xml version='1.0' encoding='UTF-8' ?><CARD:addressbook-multiget xmlns=\"DAV:\" "
            'xmlns:CARD="urn:ietf:params:xml:ns:carddav"><prop><getcontenttype /><getetag />'
            '<CARD:address-data content-type="text/vcard" version="4.0" /></prop><href>{href}</href>'
            "</CARD:addressbook-multiget>"
        ),
        "0",
        {"ann.vcf"},
        {ETAG, DATA, "{DAV:}getcontenttype"},
    ),
    "Thunderbird, sync with cards": (
        (
            '<sync-collection xmlns="DAV:" '
            'xmlns:card="urn:ietf:params:xml:ns:carddav">\n<sync-token>{token}</sync-token>\n'
            "<sync-level>1</sync-level>\n<prop>\n<getetag/>\n<card:address-data/>\n</prop>\n</sync-collection>"
        ),
        "1",
        {"new.vcf"},
        {ETAG, DATA},
    ),
    "Thunderbird, multiget": (
        (
            '<card:addressbook-multiget xmlns="DAV:" xmlns:card="urn:ietf:params:xml:ns:carddav">\n<prop>\n<getetag/>\n'
            "<card:address-data/>\n</prop>\n<href>{href}</href>\n</card:addressbook-multiget>"
        ),
        "1",
        {"ann.vcf"},
        {ETAG, DATA},
    ),
    "Thunderbird, search on the server": (
        (
            '<card:addressbook-query xmlns="DAV:" xmlns:card="urn:ietf:params:xml:ns:carddav">\n<prop>\n<getetag/>\n'
            '<card:address-data/>\n</prop>\n<card:filter test="anyof">\n<card:prop-filter name="FN">\n'
            '<card:text-match negate-condition="no" match-type="contains">ann</card:text-match>\n</card:prop-filter>\n'
            '<card:prop-filter name="EMAIL">\n<card:text-match negate-condition="no" match-type="contains">ann'
            "</card:text-match>\n</card:prop-filter>\n</card:filter>\n<card:limit><card:nresults>100</card:nresults>"
            "</card:limit>\n</card:addressbook-query>"
        ),
        "1",
        {"ann.vcf"},
        {ETAG, DATA},
    ),
    "CardBook, multiget": (
        (
            '<?xml version="1.0" encoding="utf-8"?><C:addressbook-multiget xmlns:D="DAV:" '
            "xmlns:C=\"urn:ietf:params:xml:ns:carddav\"><D:prop><D:getetag/><C:address-data content-type='text/vcard'/>"
            "</D:prop><D:href>{href}</D:href></C:addressbook-multiget>"
        ),
        "1",
        {"ann.vcf"},
        {ETAG, DATA},
    ),
    "Evolution, multiget": (
        (
            '<?xml version="1.0" encoding="utf-8"?>\n<C:addressbook-multiget xmlns="DAV:" '
            'xmlns:C="urn:ietf:params:xml:ns:carddav"><prop><getetag/><C:address-data/></prop><href>{href}</href>'
            "</C:addressbook-multiget>"
        ),
        None,
        {"ann.vcf"},
        {ETAG, DATA},
    ),
    "Outlook CalDav Synchronizer, multiget": (
        (
            '<?xml version="1.0"?>\r\n<A:addressbook-multiget xmlns:D="DAV:" '
            'xmlns:A="urn:ietf:params:xml:ns:carddav">\r\n'
            "<D:prop>\r\n<D:getetag/>\r\n<D:getcontenttype/>\r\n<A:address-data/>\r\n</D:prop>\r\n"
            "<D:href>{href}</D:href>\r\n</A:addressbook-multiget>"
        ),
        "0",
        {"ann.vcf"},
        {ETAG, DATA, "{DAV:}getcontenttype"},
    ),
    "Outlook CalDav Synchronizer, sync": (
        (
            '<?xml version="1.0" encoding="utf-8" ?>\r\n<D:sync-collection xmlns:D="DAV:">\r\n'
            "<D:sync-token>{token}</D:sync-token>\r\n<D:sync-level>1</D:sync-level>\r\n<D:prop>\r\n<D:getetag/>\r\n"
            "</D:prop>\r\n</D:sync-collection>"
        ),
        "0",
        {"new.vcf"},
        {ETAG},
    ),
    "KDE, a query without a filter": (
        (
            '<addressbook-query xmlns="urn:ietf:params:xml:ns:carddav"><prop xmlns="DAV:"><getetag xmlns="DAV:"/>'
            "</prop></addressbook-query>"
        ),
        "1",
        {"ann.vcf", "new.vcf"},
        {ETAG},
    ),
    "ownCloud's web app, with a stray comma": (
        (
            '<card:addressbook-query xmlns:card="urn:ietf:params:xml:ns:carddav"\n xmlns:d="DAV:">\n<d:prop>\n'
            "<d:getetag />,<card:address-data />\n</d:prop>\n<!-- no filter -->\n</card:addressbook-query>"
        ),
        "1",
        {"ann.vcf", "new.vcf"},
        {ETAG, DATA},
    ),
    "Roundcube, a query of names and addresses": (
        (
            '<?xml version="1.0" encoding="utf-8"?>\n<CARDDAV:addressbook-query xmlns:DAV="DAV:" '
            'xmlns:CARDDAV="urn:ietf:params:xml:ns:carddav"><DAV:prop><DAV:getetag/><CARDDAV:address-data>'
            '<CARDDAV:prop name="FN"/><CARDDAV:prop name="UID"/><CARDDAV:prop name="VERSION"/></CARDDAV:address-data>'
            '</DAV:prop><CARDDAV:filter test="anyof"><CARDDAV:prop-filter name="EMAIL" test="allof">'
            '<CARDDAV:text-match collation="i;unicode-casemap" negate-condition="no" match-type="contains">ANN@'
            "</CARDDAV:text-match></CARDDAV:prop-filter></CARDDAV:filter></CARDDAV:addressbook-query>"
        ),
        "1",
        {"ann.vcf"},
        {ETAG, DATA},
    ),
}


@pytest.fixture(scope="module")
def known(books: Served) -> tuple[Dav, str]:
    """A book with a card, then one that came after the token."""
    dav = account(books)
    dav.put("ann.vcf", ANN)
    token = read(sync(dav)).token
    dav.put("new.vcf", NEW)
    return dav, token


@pytest.mark.parametrize(("body", "depth", "names", "properties"), SHAPES.values(), ids=SHAPES)
def test_a_client_is_understood(
    known: tuple[Dav, str], body: str, depth: str | None, names: set[str], properties: set[str]
) -> None:
    dav, token = known
    answer = read(report(dav, body.replace("{href}", dav.path("ann.vcf")).replace("{token}", token), depth))
    assert set(answer.names) == names
    assert all(set(answer[name].found) == properties for name in names)
    assert not answer.gone


def test_iteration_in_parts_as_ios_reads_them(known: tuple[Dav, str]) -> None:
    """A client that asks for cards by the hrefs of a sync gets each of them, under the same href."""
    dav, _ = known
    hrefs = list(read(sync(dav)).responses)
    body = "".join([f"<A:href>{href}</A:href>" for href in hrefs])
    got = read(
        report(
            dav,
            '<D:addressbook-multiget xmlns:D="urn:ietf:params:xml:ns:carddav" xmlns:A="DAV:"><A:prop><A:getetag/>'
            f"<D:address-data/></A:prop>{body}</D:addressbook-multiget>",
        )
    )
    assert list(got.responses) == hrefs
    assert {got["ann.vcf"].card, got["new.vcf"].card} == {ANN.decode(), NEW.decode()}
