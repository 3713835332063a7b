"""The vCard codec: bytes to cards and back. It knows no Contact and could be a library of its own."""

from cardwright.vcard.card import Property
from cardwright.vcard.properties import VERSIONS
from cardwright.vcard.writer import write

__all__ = ["VERSIONS", "Property", "write"]
