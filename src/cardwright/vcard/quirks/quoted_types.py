"""Nextcloud and RFC 6350's own example quote a list of types as if it were one: `TEL;TYPE="work,voice"`.

Others name each member of the list: `TEL;TYPE=HOME,TYPE=VOICE`. Sample: `tests/corpus/quoted-types.vcf`.
"""

from __future__ import annotations


def part_types(values: list[str]) -> list[str]:
    """Return the types one by one."""
    kinds = [kind.strip() for value in values for kind in value.split(",")]
    return [kind[5:] if kind[:5].upper() == "TYPE=" else kind for kind in kinds if kind]
