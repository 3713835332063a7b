"""Texts of P1."""

from __future__ import annotations

from typing import Final

from cardwright.surfaces.console.texts.plural import Plural

TEXTS: Final[dict[str, str | Plural]] = {
    "sign-in.title": "Sign in",
    "sign-in.sid": "Account SID",
    "sign-in.token": "Auth token",
    "sign-in.button": "Sign in",
    "sign-in.help": (
        "The server printed both when it was first started. Whoever runs it can make another token with the command"
    ),
    "sign-in.wrong": "The Account SID or the Auth token is wrong",
    "sign-in.too-many": "Too many attempts",
    "sign-in.wait": Plural(
        one="Nobody can sign in with this Account SID from here for the next minute. Then try again.",
        other="Nobody can sign in with this Account SID from here for the next {n} minutes. Then try again.",
    ),
    "sign-in.ended": "Your session has ended. What you typed is kept: sign in, and the form is there again.",
}
