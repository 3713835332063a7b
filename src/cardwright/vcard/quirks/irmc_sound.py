"""Japanese phones (IrMC) write how a name is spoken as a sound: `SOUND;X-IRMC-N:` and the components of N in kana.

Sample: `tests/corpus/irmc-sound.vcf`. It is text; nobody can play it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from cardwright.vcard.properties import PropertyRow, Shape

if TYPE_CHECKING:
    from cardwright.vcard.model import Parameters

_SPOKEN: Final = PropertyRow("SOUND", "text", Shape.COMPONENTS, "*", "2.1 3.0 4.0", "IrMC 1.1")


def row(registered: PropertyRow, params: Parameters) -> PropertyRow:
    """Return the row that a property is read and written by: its own, but for a name in the guise of a sound."""
    if registered.name == "SOUND" and any(
        kind.upper() == "X-IRMC-N" for name, *kinds in params if name.upper() == "TYPE" for kind in kinds
    ):
        return _SPOKEN
    return registered
