"""Nextcloud and RFC 6350's own example quote a list of types as if it were one: `TEL;TYPE="work,voice"`.

Others name each member of the list, `TEL;TYPE=HOME,TYPE=VOICE`, or forget a quote, so that semicolons come to stand in
it. Sample: `tests/corpus/quoted-types.vcf`.
"""

from __future__ import annotations

import re
from typing import Final

_BETWEEN: Final = re.compile('[,;"]')


def part_types(values: list[str]) -> list[str]:
    """Return the types one by one."""
    kinds = [kind.strip() for value in values for kind in _BETWEEN.split(value)]
    types = [kind[5:].strip() if kind[:5].upper() == "TYPE=" else kind for kind in kinds]
    return [kind for kind in types if kind]
