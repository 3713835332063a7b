"""What our reader makes of real cards, beside vobject, ical.js, sabre/vobject and ez-vcard: `agreement.py FOLDER`.

Prints a row for each field of a card in which fewer than two of the others agree with us.
"""

from __future__ import annotations

import argparse
import base64
import json
import subprocess
import sys
from pathlib import Path

import vobject

from cardwright.vcard import read
from codec import ez_vcard, ical_js, sabre
from report import UnavailableError

FIELDS = {"FN": 0, "N": 5, "TEL": 0, "EMAIL": 0, "ADR": 7, "PHOTO": 0}
ENOUGH = 2
"""So many others that read as we do are agreement."""
Fields = dict[str, list[str]]


def main() -> None:
    """Print the table of disagreements."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    files = sorted(parser.parse_args().folder.rglob("*.vcf"))
    readings: dict[str, list[list[Fields] | None]] = {
        "ours": [ours(file) for file in files],
        "vobject": [by_vobject(file) for file in files],
    }
    for name, command in commands().items():
        readings[name] = by_program(command, files)
    print("| file | card | field | ours | the others |\n|---|---|---|---|---|")
    compared = agreed = 0
    for at, file in enumerate(files):
        mine = readings["ours"][at] or []
        for number, card in enumerate(mine):
            for field in FIELDS:
                others = {name: cell(found[at], number, field) for name, found in readings.items() if name != "ours"}
                compared += 1
                if sum(value == card[field] for value in others.values()) >= ENOUGH:
                    agreed += 1
                else:
                    print(
                        f"| {file.name} | {number + 1} | {field} | {shown(card[field])} | {said(others, card[field])} |"
                    )
    print(f"\n{agreed} of {compared} fields of {len(files)} files as at least two of {len(readings) - 1} others.")


def cell(cards: list[Fields] | None, number: int, field: str) -> list[str] | None:
    """Return what one reader made of a field, None if it did not read the card."""
    return cards[number][field] if cards is not None and number < len(cards) else None


def shown(value: list[str] | None) -> str:
    """Return a reading as a cell of the table."""
    return "nothing read" if value is None else "`" + repr(value)[:90].replace("|", "\\|") + "`"


def said(others: dict[str, list[str] | None], mine: list[str]) -> str:
    """Return the readings of the others in one cell."""
    return "; ".join(f"{name}: {'the same' if value == mine else shown(value)}" for name, value in others.items())


def ours(file: Path) -> list[Fields]:
    """Read with Cardwright."""
    return [
        {field: [text(entry.value, field) for entry in card.all(field)] for field in FIELDS}
        for card in read(file.read_bytes())
    ]


def text(value: object, field: str) -> str:
    """Return any value as one text that can be compared: components padded, lists joined, octets as base64."""
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    if isinstance(value, (tuple, list)):
        parts = [part if isinstance(part, str) else ",".join(part) for part in value]
        parts += [""] * (FIELDS[field] - len(parts))
        return "|".join(part.strip() for part in parts)
    if FIELDS[field]:
        return text((str(value),), field)
    return str(value).replace("\r\n", "\n").strip()


def by_vobject(file: Path) -> list[Fields] | None:
    """Read with vobject."""
    try:
        data = file.read_text(encoding="utf-8", errors="replace")
        cards = list(vobject.readComponents(data, allowQP=True, ignoreUnreadable=True))
        return [
            {
                field: [text(plain(child, field), field) for child in card.contents.get(field.lower(), ())]
                for field in FIELDS
            }
            for card in cards
        ]
    except Exception:  # noqa: BLE001 - whatever it raises, it has not read the file
        return None


def plain(child: object, field: str) -> object:
    """Return the value of a property of vobject, structures as lists."""
    value = child.value  # type: ignore[attr-defined]
    if field == "N":
        return [joined(getattr(value, name, "")) for name in ("family", "given", "additional", "prefix", "suffix")]
    if field == "ADR":
        return [
            joined(getattr(value, name, ""))
            for name in ("box", "extended", "street", "city", "region", "code", "country")
        ]
    return value


def joined(value: object) -> str:
    """Return a component as one text."""
    return ",".join(value) if isinstance(value, list) else str(value)


def commands() -> dict[str, list[str]]:
    """Return the programs that are here; for each that is not, print a line that says why."""
    found = {}
    for name, make in (("ical.js", ical_js), ("ez-vcard", ez_vcard), ("sabre", sabre)):
        try:
            found[name] = make()
        except UnavailableError as error:
            print(f"left out: {name}: {error}", file=sys.stderr)
    return found


def by_program(command: list[str], files: list[Path]) -> list[list[Fields] | None]:
    """Let a program read all files; None for one that it gave up."""
    names = "".join(f"{file.resolve()}\n" for file in files)
    done = subprocess.run(command, input=names, capture_output=True, text=True, check=True)
    return [readable(line) for line in done.stdout.splitlines()]


def readable(line: str) -> list[Fields] | None:
    """Return the fields of a line of JSON."""
    cards = json.loads(line)
    return cards and [{field: [text(value, field) for value in card[field]] for field in FIELDS} for card in cards]


if __name__ == "__main__":
    main()
