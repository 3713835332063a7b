"""Mutations of samples, line by line: for fuzzing without coverage, and for tests."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import random

_INSERTED = (b"\r\n ", b"=\r\n", b"\\", b'"', b";X=", b":", b" ::: ", b",", b"tel:", b"[", b"\xe2\x80\xaa")


def mutated(samples: list[bytes], chance: random.Random) -> bytes:
    """Return lines of one or two samples with up to five mutations."""
    lines = [line for sample in chance.sample(samples, 2) for line in sample.splitlines(keepends=True)]
    for _ in range(chance.randint(1, 5)):
        at = chance.randrange(len(lines))
        match chance.randrange(6):
            case 0:
                del lines[at : at + 1]
                lines = lines or [b"\n"]
            case 1:
                lines.insert(chance.randrange(len(lines)), lines[at])
            case 2:
                lines[at] = lines[at][: chance.randrange(len(lines[at]) + 1)]
            case 3:
                spoiled = bytearray(lines[at] or b"\n")
                spoiled[chance.randrange(len(spoiled))] = chance.choice(b'\x00\t\r\n ;:,="^\\.\x80\xc3\xff0aB')
                lines[at] = bytes(spoiled)
            case 4:
                cut = chance.randrange(len(lines[at]) + 1)
                lines[at] = lines[at][:cut] + chance.choice(_INSERTED) + lines[at][cut:]
            case 5:
                lines[at] = lines[at].replace(b"\r\n", chance.choice([b"\n", b"\r", b"\r\r\n"]))
    return b"".join(lines)
