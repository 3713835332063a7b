"""How a URL is read: what two parsers could read in two ways is refused."""

from __future__ import annotations

from ipaddress import ip_address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cardwright.errors import InvalidError, Rule
from cardwright.fetch.target import parse

TAKEN = {
    "http://example.com": "http://example.com/",
    "HTTPS://EXAMPLE.com/John.JPG": "https://example.com/John.JPG",
    "https://example.com:443/a": "https://example.com/a",
    "http://example.com:443/a": "http://example.com:443/a",
    "https://example.com:8443/a": "https://example.com:8443/a",
    "https://example.com?size=2": "https://example.com/?size=2",
    "https://example.com/a?b=c/d?e&f=%20#top": "https://example.com/a?b=c/d?e&f=%20",
    "https://example.com./a": "https://example.com/a",
    "https://b\u00fccher.example/gr\u00f6\u00dfe.png": "https://xn--bcher-kva.example/gr%C3%B6%C3%9Fe.png",
    "https://B\u00dcCHER\u3002example/": "https://xn--bcher-kva.example/",
    "https://xn--bcher-kva.example/": "https://xn--bcher-kva.example/",
    "https://my_bucket.example.com/": "https://my_bucket.example.com/",
    "http://127.0.0.1/": "http://127.0.0.1/",
    "http://127.0.0.1./": "http://127.0.0.1/",
    "http://[2001:DB8:0:0::1]:8080/": "http://[2001:db8::1]:8080/",
    "http://[::ffff:127.0.0.1]/": "http://[::ffff:7f00:1]/",
    'https://example.com/a"<b>|{c}': "https://example.com/a%22%3Cb%3E%7C%7Bc%7D",
    "https://1.2.3.4.example/": "https://1.2.3.4.example/",
}

REFUSED = [
    # no http or https URL
    "", "john.jpg", "//example.com/a", "/a", "http:", "http:/", "http://", "http:///a", "http:example.com",
    "ftp://example.com/a", "file:///etc/passwd", "gopher://example.com/", "data:image/png;base64,AAAA", "jar:http://a!/",
    "javascript:alert(1)", "unix:/run/docker.sock", "https//example.com", "httpx://example.com/",
    # user info
    "http://user@example.com/", "http://user:word@example.com/", "http://@example.com/", "http://example.com@127.0.0.1/",
    "http://example.com:80@127.0.0.1/", "http://127.0.0.1#@example.com:80@x/".replace("#", "%23"),
    # white space, controls, backslashes: parsers disagree about them
    " http://example.com/", "http://example.com/ ", "http://exa mple.com/", "http://example.com/a b", "\thttp://a.example/",
    "http://example.com/\r\nHost: localhost", "http://exam\tple.com/", "http://example.com/\x00", "http://example.com/\x7f",
    "http://example.com\\@127.0.0.1/", "http:\\\\example.com\\a", "http://example.com/\\a", "http://example.com\u00a0/",
    "http://example.com/\x85", "http://example.com/\ud800", "http://exam\u2028ple.com/",
    # spellings of IPv4 that the C library would take: decimal, octal, hexadecimal, short, mixed, too long
    "http://2130706433/", "http://017700000001/", "http://0x7f000001/", "http://0x7F.0.0.1/", "http://127.1/",
    "http://127.0.1/", "http://0177.0.0.1/", "http://127.0.0.01/", "http://00127.0.0.1/", "http://127.0.0.0x1/",
    "http://0/", "http://0x/", "http://1.2.3/", "http://1.2.3.4.5/", "http://256.1.1.1/", "http://127.0.0.1../",
    "http://4294967297/", "http://localhost.1/", "http://example.0x10/", "http://10.1./",
    "http://\uff11\uff12\uff17.0.0.1/", "http://127\u30020\u30020\u30021/", "http://\u2460\u2461\u2466.0.0.1/",
    "http://\u0661\u0662\u0667.0.0.1/",
    # IPv6: zones, bare, unclosed, other literals
    "http://[fe80::1%eth0]/", "http://[fe80::1%25eth0]/", "http://[::1%251]/", "http://::1/", "http://[::1/", "http://::1]/",
    "http://[::1].example/", "http://[::1]:/", "http://[v1.fe80]/", "http://[127.0.0.1]/", "http://[::127.0.0.01]/",
    "http://[]/", "http://[1::2::3]/", "http://[12345::]/",
    # names
    "http://example..com/", "http://.example.com/", "http://./", "http://../", "http://example.com../", "http://-a.example/",
    "http://a-.example/", "http://" + "a" * 64 + ".example/", "http://" + "a." * 127 + "example/", "http://exam%70le.com/",
    "http://127.0.0.1%2f.example.com/", "http://*.example.com/", "http://a,b.example/", "http://a;b.example/",
    "http://\u200b.example/", "http://xn--a\u00fc.example/", "http://\U0001f600.example/", "http://a\u2044b.example/",
    # ports
    "http://example.com:/", "http://example.com:0/", "http://example.com:080/", "http://example.com:65536/",
    "http://example.com:-1/", "http://example.com:8o/", "http://example.com:80:80/", "http://example.com:\uff18\uff10/",
]  # fmt: skip


@pytest.mark.parametrize(("url", "spelling"), TAKEN.items())
def test_what_is_taken_has_one_spelling(url: str, spelling: str) -> None:
    target = parse(url)
    assert target.url == spelling
    assert parse(target.url) == target


@pytest.mark.parametrize("url", REFUSED, ids=ascii)
def test_what_is_refused(url: str) -> None:
    with pytest.raises(InvalidError) as caught:
        parse(url)
    assert caught.value.faults == (("", Rule.PHOTO_UNREACHABLE, "The photo cannot be fetched."),)


@pytest.mark.parametrize(
    ("url", "address", "authority"),
    [
        ("http://93.184.216.34/", "93.184.216.34", "93.184.216.34"),
        ("https://[2606:4700::1111]/", "2606:4700::1111", "[2606:4700::1111]"),
        ("https://[2606:4700::1111]:80/", "2606:4700::1111", "[2606:4700::1111]:80"),
    ],
)
def test_literals_are_their_own_address(url: str, address: str, authority: str) -> None:
    target = parse(url)
    assert (target.host, target.address, target.authority) == (address, ip_address(address), authority)


@given(st.text(), st.sampled_from(["", "http://", "https://", "http://a.example/", "http://[", "http://1."]))
def test_any_text_is_taken_or_refused(text: str, prefix: str) -> None:
    try:
        target = parse(prefix + text)
    except InvalidError:
        return
    assert target.url.isascii()
    assert parse(target.url) == target


@pytest.mark.parametrize(
    ("base", "location", "url"),
    [
        ("https://a.example/x/y?z", "w.png", "https://a.example/x/w.png"),
        ("https://a.example/x/y?z", "/w.png", "https://a.example/w.png"),
        ("https://a.example/x/y?z", "?w", "https://a.example/x/y?w"),
        ("https://a.example/x/y", "../../../w", "https://a.example/w"),
        ("https://a.example/x", "//b.example/y", "https://b.example/y"),
        ("http://a.example/x", "https://b.example/y#z", "https://b.example/y"),
        ("http://a.example:8080/x", "y", "http://a.example:8080/y"),
        ("https://a.example/x", "/gr\u00f6\u00dfe", "https://a.example/gr%C3%B6%C3%9Fe"),
    ],
)
def test_where_redirects_lead(base: str, location: str, url: str) -> None:
    assert parse(base).redirected(location).url == url


@pytest.mark.parametrize(
    "location",
    [
        "http://a.example/", "ftp://a.example/", "file:///etc/passwd", "https://u@a.example/", "//127.1/", "//[::1",
        "https://a.example/ b", "\\\\127.0.0.1\\", "https://a.example/\r\nX: y", "//a.example:99999/", "data:,x",
    ],
)  # fmt: skip
def test_where_redirects_do_not_lead(location: str) -> None:
    with pytest.raises(InvalidError):
        parse("https://a.example/x").redirected(location)
