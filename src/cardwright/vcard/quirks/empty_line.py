"""Outlook takes the inline data of 2.1 to end at an empty line, and loses the next property without one.

Sample: `tests/corpus/empty-line.vcf`. Other readers skip empty lines.
"""

from __future__ import annotations

from typing import Final

AFTER_DATA: Final = b"\r\n"
"""What stands after the last line of inline data in 2.1."""
