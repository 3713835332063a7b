"""Texts of pages that say what went wrong (CW-80): what it is, and what to do next."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from cardwright.surfaces.console.texts.plural import Plural

TEXTS: Final[dict[str, str | Plural]] = {
    "fault.home": "Go to the start",
    "fault.400.title": "Cannot be read",
    "fault.400.text": "The address or the form cannot be read: {what}. Go back, and try again.",
    "fault.403.title": "Not allowed",
    "fault.403.text": "The token that you signed in with is read-only. Sign in with another one to change something.",
    "fault.forged.title": "Not allowed",
    "fault.forged.text": "This form is not of your session, so nothing was changed. Reload its page and try again.",
    "fault.404.title": "Page not found",
    "fault.404.text": "There is no page at this address. Check it, or begin at the start.",
    "fault.contact.title": "Contact not found",
    "fault.contact.text": "There is no such contact. It may have been deleted: look for it in the list.",
    "fault.405.title": "Not allowed",
    "fault.405.text": "The page at this address does not answer such a request. Begin at the start.",
    "fault.409.title": "Changed meanwhile",
    "fault.409.text": "Somebody else was faster, so nothing was changed. Reload the page and try again.",
    "fault.413.title": "Too large",
    "fault.413.text": "What was sent is larger than what is taken, so nothing was saved. Go back, and send less.",
    "fault.429.title": "Too many requests",
    "fault.429.text": "Much is asked of the server at once for this account. Wait a few seconds and try again.",
    "fault.503.title": "Not available just now",
    "fault.503.text": "The server cannot answer just now, and nothing was changed. Wait a few seconds and try again.",
    "fault.507.title": "The disk is full",
    "fault.507.text": "The server has no room left, so nothing was saved. Tell whoever runs it.",
    "fault.500.title": "A fault of the server",
    "fault.500.text": "Nothing that you did is wrong. Try again; if it stays, tell whoever runs the server this id:",
}
