"""Texts of the reference (P12)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from cardwright.surfaces.console.texts.plural import Plural

TEXTS: Final[dict[str, str | Plural]] = {
    "reference.title": "API reference",
    "reference.from": "Made from",
    "reference.from-help": "from which generators make clients.",
    "reference.operations": "Operations",
    "reference.parameters": "Parameters",
    "reference.name": "Name",
    "reference.where": "Where",
    "reference.type": "Type",
    "reference.meaning": "Meaning",
    "reference.example": "Example",
    "reference.body": "Request body",
    "reference.answers": "Answers",
    "reference.status": "Status",
    "reference.headers": "Headers",
    "reference.forms": "Content types",
    "reference.as": "as {kind}",
    "reference.command": "curl command",
    "reference.command-of": "curl command: {what}",
    "reference.fields": "Fields of the answer as {kind}",
    "reference.example-of": "Example: {what}",
    "reference.try": "Try it",
    "reference.try-help": "It is sent to this server, and what it changes is changed. Nothing that you type is kept.",
    "reference.sid": "Account SID",
    "reference.token": "Auth token",
    "reference.key": "API key",
    "reference.kind": "Content type",
    "reference.text": "Body",
    "reference.text-help": "A form has a line for each field: name=value",
    "reference.file": "File",
    "reference.send": "Send",
    "reference.answer": "Answer",
    "reference.octets": "octets",
    "reference.failed": "No answer came",
}
