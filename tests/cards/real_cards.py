"""Cards as programs wrote them: ours, and those of the folder beside the repository where it is there."""

from __future__ import annotations

import re
from pathlib import Path

from cardwright.vcard import read, write

OURS = Path(__file__).parents[1] / "corpus"


REAL = Path(__file__).parents[3] / "shared" / "corpus"


FILES = sorted((*OURS.glob("*.vcf"), *REAL.rglob("*.vcf")))


CARDS = [raw for path in FILES for card in read(path.read_bytes()) if (raw := write(card))]


HEAD = re.compile(rb"(?:[\w-]+\.)?([\w-]+)[;:]")


MODELLED = set(b"N FN ORG TITLE NOTE TEL EMAIL ADR LABEL URL PHOTO CATEGORIES UID REV X-ABLABEL".split())
