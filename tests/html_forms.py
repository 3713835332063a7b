"""A page of the console as a browser without scripts has it: its forms with their values, its links and texts."""

from __future__ import annotations

from html.parser import HTMLParser
from typing import NamedTuple

_VOID = ("input", "meta", "link", "br", "hr", "img", "use", "path", "rect", "circle", "option")


class Form(NamedTuple):
    """A form, with what it would send."""

    action: str
    fields: list[tuple[str, str]]
    buttons: list[tuple[str, str]]
    files: list[str]

    def names(self) -> list[str]:
        return [name for name, _ in self.fields]

    def values(self, **changes: str) -> dict[str, list[str]]:
        """What is sent, with these values in place of its own; `_` in a name stands for `-`."""
        sent: dict[str, list[str]] = {}
        for name, value in self.fields:
            sent.setdefault(name, []).append(value)
        for name, value in changes.items():
            sent[name.replace("__", "-")] = [value]
        return sent


class Page(HTMLParser):
    """What stands in a page."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self.links: dict[str, str] = {}
        self.texts: list[str] = []
        self.attributes: list[tuple[str, dict[str, str | None]]] = []
        self._area = self._link = ""
        self._collected = ""
        self.feed(html)

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.texts).split())

    def form(self, ending: str) -> Form:
        """Return the form that has a field of this name, or posts to an address that ends so."""
        return next(form for form in self.forms if ending in form.names() or form.action.endswith(ending))

    def by_id(self, name: str) -> dict[str, str | None]:
        return next(attributes for _, attributes in self.attributes if attributes.get("id") == name)

    def updatepos(self, i: int, j: int) -> int:  # noqa: ARG002 - of the parser
        """Count no lines, which nobody asks for: it takes a tenth of the time."""
        return j

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.attributes.append((tag, given))
        name, value = given.get("name") or "", given.get("value") or ""
        if tag == "form":
            self.forms.append(Form(given.get("action") or "", [], [], []))
        elif tag == "a":
            self._link, self._collected = given.get("href") or "", ""
        elif tag == "textarea":
            self._area, self._collected = name, ""
        elif tag == "button" and name:
            self.forms[-1].buttons.append((name, value))
        elif tag == "input" and name:
            kind = given.get("type") or "text"
            if kind == "file":
                self.forms[-1].files.append(name)
            elif kind not in {"checkbox", "radio"} or "checked" in given:
                self.forms[-1].fields.append((name, value))

    def handle_data(self, data: str) -> None:
        self._collected += data
        self.texts.append(data)

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            text = self._collected.replace("\r\n", "\n").removeprefix("\n").replace("\n", "\r\n")
            self.forms[-1].fields.append((self._area, text))
        elif tag == "a":
            self.links[" ".join(self._collected.split())] = self._link
