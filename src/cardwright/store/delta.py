"""Deltas of cards, line by line: which lines of the original are copied, and what stands between them."""

from __future__ import annotations

from typing import Final

from msgspec.msgpack import Decoder, encode

_Steps = list[tuple[int, int] | bytes]
"""Stretches of the other card, each by its start and length, and octets of its own."""

_decode: Final = Decoder(_Steps).decode


def delta_of(original: bytes, card: bytes) -> bytes:
    """Return what makes `card` of `original`, in time in proportion to both: small where most lines are the same."""
    places = _places(original)
    steps: _Steps = []
    end = 0  # of the stretch that is copied
    for line in card.splitlines(keepends=True):
        start = end if original.startswith(line, end) else places.get(line, -1)
        if start < 0:
            steps.append(line)
        elif steps and start == end and isinstance(last := steps[-1], tuple):
            steps[-1] = last[0], last[1] + len(line)
            end += len(line)
        else:
            steps.append((start, len(line)))
            end = start + len(line)
    return encode(steps)


def applied(original: bytes, delta: bytes) -> bytes:
    """Return the card that `delta` makes of `original`; without a delta that itself."""
    if not delta:
        return original
    return b"".join(
        [step if isinstance(step, bytes) else original[step[0] : step[0] + step[1]] for step in _decode(delta)]
    )


def _places(text: bytes) -> dict[bytes, int]:
    """Return where each line stands first."""
    places: dict[bytes, int] = {}
    at = 0
    for line in text.splitlines(keepends=True):
        places.setdefault(line, at)
        at += len(line)
    return places
