"""Texts of P11: keys and tokens."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from cardwright.surfaces.console.texts.plural import Plural

TEXTS: Final[dict[str, str | Plural]] = {
    "keys.title": "Keys and tokens",
    "keys.tokens": "Tokens",
    "keys.tokens-help": "A token opens partner contacts and this console, with the Account SID {sid}.",
    "keys.id": "Token",
    "keys.name": "Name",
    "keys.may": "May",
    "keys.made": "Made",
    "keys.used": "Last used",
    "keys.action": "Action",
    "keys.this": "this session",
    "keys.read": "read",
    "keys.write": "read and change",
    "keys.dav": "read and change, by CardDAV alone",
    "keys.dav-read": "read, by CardDAV alone",
    "keys.revoke": "Revoke",
    "keys.revoke-one": "Revoke token {id}",
    "keys.new-name": "Name of the token",
    "keys.optional": "(optional)",
    "keys.new-may": "New token may",
    "keys.make": "Make token",
    "keys.new-token": "New token",
    "keys.new-key": "New API key",
    "keys.token-made": "Token {id} is made",
    "keys.revoked": "Token {id} is revoked",
    "keys.key-made": "The API key is new, and the old one has ended",
    "keys.key": "API key",
    "keys.key-help": "Programs that make cards send it. A new key ends the old one within a second.",
    "keys.sure": "Programs with the old key may stop working",
    "keys.not-sure": "Say that programs with the old key may stop working",
    "keys.make-key": "Make a new API key",
}
