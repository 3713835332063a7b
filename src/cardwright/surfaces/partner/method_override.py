"""`_method`: the method that a POST stands for, from clients that can send no other (PC-2)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from cardwright.errors import Fault, InvalidError, Rule
from cardwright.surfaces.partner.parameters import METHOD

if TYPE_CHECKING:
    from cardwright.surfaces.partner.forms import PartnerForm

OVERRIDES: Final = ("PUT", "DELETE")


def override(asked: object) -> str:
    """Return the method that a POST stands for; InvalidError for another one, or for no text."""
    if not isinstance(asked, str) or asked.upper() not in OVERRIDES:
        raise InvalidError([Fault(METHOD, Rule.FORM, "must be PUT or DELETE")])
    return asked.upper()


def override_in(form: PartnerForm) -> str:
    """Return the method that a body asks for, `""` when it asks for none; raises InvalidError as `override` does."""
    asked = form.values.get(METHOD, ())
    return override(asked[-1]) if asked else ""
