"""Nextcloud and RFC 6350's own example quote a list of types as if it were one: `TEL;TYPE="work,voice"`.

Sample: `tests/corpus/quoted-types.vcf`.
"""

from __future__ import annotations


def part_types(values: list[str]) -> list[str]:
    """Return the types one by one."""
    return [kind for value in values for kind in value.split(",") if kind]
