"""`cardwright import`: what becomes of each row, who counts as the same person, and the report."""

from __future__ import annotations

import base64
import csv
import json
import os
import pty
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from cardwright.cards import write_contact
from cardwright.contact.model import Contact, Email, Name, Phone
from pictures import jpeg
from serving import ENVIRONMENT, PROGRAM, command, run

OUTCOMES = ("created", "updated", "unchanged", "skipped", "refused")
TABLE = """FirstName,LastName,EmailAddress,CellphoneNumber,CellphoneNumberCountry,Accounts
Wile,Coyote,wile.coyote@example.com,8059876543,US,10000
Road,Runner,no address,,,
Name,Only,,,,
,,,5551234,,
Nobody,Knows,nobody@example.com,,,99
,,,,,
"""
SHEEP = Contact(Name("Sam", "Sheepdog"), phones=(Phone("8059876543", "mobile", "US"),))


@pytest.fixture
def sid(tmp_path: Path) -> str:
    made: str = command(tmp_path, "account", "add", "Acme")["AccountSID"]
    command(tmp_path, "campaign", "add", made, "1000", "Desert")
    command(tmp_path, "partner", "add", made, "10000", "Acme Partner")
    return made


def counts(data: Path, sid: str, *arguments: str) -> tuple[int, ...]:
    done = run("import", sid, "1000", *arguments, "--json", data=data)
    assert done.returncode == 0, done.stderr
    said = json.loads(done.stdout)
    assert tuple(said) == OUTCOMES
    return tuple(said.values())


def put(folder: Path, name: str, text: str | bytes) -> str:
    file = folder / name
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    return str(file)


def rows(file: Path) -> Any:  # noqa: ANN401 - what the report holds
    return (
        json.loads(file.read_text()) if file.suffix == ".json" else list(csv.DictReader(file.read_text().splitlines()))
    )


def test_every_row_of_a_table_has_its_outcome_and_the_second_time_changes_nothing(tmp_path: Path, sid: str) -> None:
    file, report = put(tmp_path, "a.csv", TABLE), tmp_path / "report.json"
    assert counts(tmp_path, sid, file, "--dry-run") == (3, 0, 0, 0, 2)
    assert counts(tmp_path, sid, file, "--report", str(report)) == (3, 0, 0, 0, 2)
    said = rows(report)
    assert [(row["file"], row["row"], row["outcome"], row["contact"]) for row in said] == [
        (file, 1, "created", "1"),
        (file, 2, "refused", ""),
        (file, 3, "created", "2"),
        (file, 4, "created", "3"),
        (file, 5, "refused", ""),
    ]
    assert "no address" in said[1]["reason"]
    assert said[4]["reason"] == "No partner account 99"
    assert counts(tmp_path, sid, file) == (0, 0, 0, 3, 2)
    assert counts(tmp_path, sid, file, "--on-duplicate", "update") == (0, 0, 3, 0, 2)


def test_the_same_card_twice_is_a_duplicate_and_add_makes_another(tmp_path: Path, sid: str) -> None:
    card = write_contact(SHEEP._replace(uid="urn:uuid:4fbe8971-0bc3-424c-9c26-36c3e1eff6b1"))
    file = put(tmp_path, "a.vcf", card + card)
    assert counts(tmp_path, sid, file, "--dry-run") == (1, 0, 0, 1, 0)
    assert counts(tmp_path, sid, file) == (1, 0, 0, 1, 0)
    assert counts(tmp_path, sid, file, "--on-duplicate", "add") == (2, 0, 0, 0, 0)


SAME = [
    # who is there, who comes, by what they are the same
    (SHEEP._replace(uid="a"), Contact(Name("Other"), uid="a"), "UID"),
    (
        SHEEP._replace(emails=(Email("Sam@example.com"),)),
        Contact(Name("sam", "Sheepdog"), emails=(Email("sam@example.com"),)),
        "e-mail address",
    ),
    (SHEEP, Contact(Name("SAM", "sheepdog"), phones=(Phone("8059876543", "home", "US"),)), "phone number and name"),
    (SHEEP, Contact(Name("Ralph", "Wolf"), phones=SHEEP.phones), ""),
    (SHEEP, Contact(Name("Sam", "Sheepdog")), ""),
]


@pytest.mark.parametrize(("there", "comes", "by"), SAME)
def test_who_is_the_same_person(tmp_path: Path, sid: str, there: Contact, comes: Contact, by: str) -> None:
    counts(tmp_path, sid, put(tmp_path, "a.vcf", write_contact(there)))
    report = tmp_path / "report.csv"
    counts(tmp_path, sid, put(tmp_path, "b.vcf", write_contact(comes)), "--report", str(report))
    (row,) = rows(report)
    assert (row["outcome"], row["reason"]) == (("skipped", f"contact 1 has the same {by}") if by else ("created", ""))


def test_an_update_puts_what_the_row_says_over_what_is_there(tmp_path: Path, sid: str) -> None:
    counts(tmp_path, sid, put(tmp_path, "a.csv", TABLE))
    newer = put(tmp_path, "b.csv", "EmailAddress,Title\nwile.coyote@example.com,Genius\n")
    assert counts(tmp_path, sid, newer, "--on-duplicate", "update", "--dry-run") == (0, 1, 0, 0, 0)
    assert counts(tmp_path, sid, newer, "--on-duplicate", "update") == (0, 1, 0, 0, 0)
    assert counts(tmp_path, sid, newer, "--on-duplicate", "update") == (0, 0, 1, 0, 0)


def test_a_replacement_and_what_changed_are_told(tmp_path: Path, sid: str) -> None:
    counts(tmp_path, sid, put(tmp_path, "a.csv", TABLE))
    newer = put(tmp_path, "b.csv", "EmailAddress,Title\nwile.coyote@example.com,Genius\n")
    told = []
    for option in (("--dry-run",), ()):
        report = tmp_path / f"report{len(option)}.json"
        how = ("--on-duplicate", "replace", "--match", "email", "--report", str(report), *option)
        assert counts(tmp_path, sid, newer, *how) == (0, 1, 0, 0, 0)
        told += [row["reason"] for row in rows(report)]
    assert told[0] == told[1]
    assert told[0].startswith("changed: first, last, title")


def test_a_photo_comes_along_and_one_that_is_none_is_told(tmp_path: Path, sid: str) -> None:
    bad = b"BEGIN:VCARD\r\nVERSION:3.0\r\nN:Wolf;Ralph;;;\r\nFN:Ralph Wolf\r\nPHOTO;ENCODING=b:AAAA\r\nEND:VCARD\r\n"
    with_photo = write_contact(SHEEP).replace(
        b"END:VCARD", b"PHOTO;ENCODING=b:" + base64.b64encode(jpeg()) + b"\r\nEND:VCARD"
    )
    report = tmp_path / "report.json"
    file = put(tmp_path, "a.vcf", with_photo + bad)
    assert counts(tmp_path, sid, file, "--report", str(report)) == (2, 0, 0, 0, 0)
    first, second = rows(report)
    assert first["warnings"] == []
    assert "the photo is left in the card" in second["warnings"][0]


def test_columns_are_mapped(tmp_path: Path, sid: str) -> None:
    file, mapping = put(tmp_path, "a.csv", "Rufname;Draht\nWile;1\n"), put(tmp_path, "m.toml", 'Rufname = "first"')
    refused = run("import", sid, "1000", file, data=tmp_path)
    assert (refused.returncode, refused.stdout) == (1, "")
    assert "--map" in refused.stderr
    assert counts(tmp_path, sid, file, "--map", mapping) == (1, 0, 0, 0, 0)


def test_what_cannot_be_read_at_all_fails(tmp_path: Path, sid: str) -> None:
    for arguments in ((sid, "1000", str(tmp_path / "missing.vcf")), (sid, "7", put(tmp_path, "a.csv", TABLE))):
        done = run("import", *arguments, data=tmp_path)
        assert (done.returncode, done.stdout) == (1, "")
        assert done.stderr.count("\n") == 1


def test_a_file_that_cannot_be_read_does_not_stop_the_others_and_is_told_at_the_end(tmp_path: Path, sid: str) -> None:
    good, odd, gone = put(tmp_path, "a.csv", TABLE), put(tmp_path, "b.csv", "x,y\n1,2\n"), str(tmp_path / "gone.vcf")
    done = run("import", sid, "1000", gone, good, odd, str(tmp_path), "--json", data=tmp_path)
    assert done.returncode == 1
    assert list(json.loads(done.stdout).values()) == [3, 0, 0, 0, 2]
    lines = done.stderr.splitlines()
    assert [name in line for name, line in zip((gone, odd, str(tmp_path)), lines, strict=True)] == [True] * 3
    assert lines[0] == f"cardwright: No such file or directory: {gone}"
    assert "--map" in lines[1]


def test_each_row_is_told_when_asked(tmp_path: Path, sid: str) -> None:
    file = put(tmp_path, "a.csv", TABLE)
    plain, told = run("import", sid, "1000", file, data=tmp_path), run("import", sid, "1000", file, "-v", data=tmp_path)
    assert len([line for line in plain.stdout.splitlines() if ", row " in line]) == 2
    rows_told = [line for line in told.stdout.splitlines() if ", row " in line]
    assert rows_told[0] == f"{file}, row 1: skipped (contact 1): contact 1 has the same UID"
    assert [line.split(", row ")[1][0] for line in rows_told] == ["1", "2", "3", "4", "5"]
    as_json = run("import", sid, "1000", file, "--verbose", "--json", data=tmp_path)
    assert json.loads(as_json.stdout)["skipped"] == 3
    assert as_json.stderr.splitlines() == rows_told


def test_cells_beyond_the_header_are_told_and_a_stray_quote_costs_its_own_row(tmp_path: Path, sid: str) -> None:
    file = put(
        tmp_path, "a.csv", 'Name,Email\nWile,w@example.com,beep,,boop\n"Road,r@example.com\nSam,s@example.com,\n'
    )
    report = tmp_path / "report.json"
    done = run("import", sid, "1000", file, "--report", str(report), data=tmp_path)
    wile, road, sam = rows(report)
    assert (wile["outcome"], road["outcome"], sam["outcome"]) == ("created", "refused", "created")
    assert wile["warnings"] == ["the row has more cells than the header has columns; left out: 'beep', 'boop'"]
    assert "line 3 opens a quote" in road["reason"]
    assert sam["warnings"] == []
    assert done.stdout.splitlines()[0] == f"{file}, row 1: created: {wile['warnings'][0]}"


def test_a_dry_run_writes_nothing_and_says_what_will_happen(tmp_path: Path, sid: str) -> None:
    counts(tmp_path, sid, put(tmp_path, "a.csv", TABLE))
    card = write_contact(SHEEP._replace(uid="urn:uuid:4fbe8971-0bc3-424c-9c26-36c3e1eff6b1"))
    changed = write_contact(SHEEP._replace(title="Guard"))
    file, dry, real = put(tmp_path, "b.vcf", card + changed + changed), tmp_path / "dry.csv", tmp_path / "real.csv"
    before = run("export", sid, "1000", "--format", "json", data=tmp_path).stdout
    how = ("--on-duplicate", "update", "--report")
    assert counts(tmp_path, sid, file, *how, str(dry), "--dry-run") == (1, 1, 1, 0, 0)
    assert run("export", sid, "1000", "--format", "json", data=tmp_path).stdout == before
    assert counts(tmp_path, sid, file, *how, str(real)) == (1, 1, 1, 0, 0)
    promised, done = rows(dry), rows(real)
    assert promised[0].pop("contact") == ""  # there is none yet
    assert promised == [{key: row[key] for key in row if key != "contact" or row is not done[0]} for row in done]


def test_a_row_of_our_own_export_that_has_a_uid_alone_comes_back(tmp_path: Path, sid: str) -> None:
    command(tmp_path, "campaign", "add", sid, "2000", "Road")
    counts(tmp_path, sid, put(tmp_path, "a.vcf", b"BEGIN:VCARD\r\nVERSION:4.0\r\nUID:x\r\nX-A:1\r\nEND:VCARD\r\n"))
    file = tmp_path / "out.csv"
    run("export", sid, "1000", "--format", "csv", "-o", str(file), data=tmp_path)
    assert command(tmp_path, "import", sid, "2000", str(file))["created"] == 1
    assert command(tmp_path, "import", sid, "1000", str(file))["skipped"] == 1


def large(rows: int, ending: str = "") -> str:
    """Return a table of 5 MB, most of it in a column that is left out."""
    line = f"Somebody,{{}},,{'x' * (5_000_000 // rows)}\n"
    return "FirstName,LastName,EmailAddress,Shoe size\n" + "".join(map(line.format, range(rows))) + ending


@pytest.mark.parametrize("how", [(), ("--dry-run",)])
def test_a_file_that_is_read_in_a_process_of_its_own_has_the_same_outcomes(
    tmp_path: Path, sid: str, how: tuple[str, ...]
) -> None:
    file = put(tmp_path, "a.csv", large(50, "Road,Runner,no address,,more\n,\nSomebody,else,,,\n"))
    report = tmp_path / "report.json"
    assert counts(tmp_path, sid, file, "--report", str(report), *how) == (51, 0, 0, 0, 1)
    assert [row["row"] for row in rows(report)] == list(range(1, 53))
    assert "no address" in rows(report)[50]["reason"]
    assert counts(tmp_path, sid, file) == ((51, 0, 0, 0, 1) if how else (0, 0, 0, 51, 1))


def test_a_large_file_that_is_none_of_the_three_is_told_and_does_not_stop_the_others(tmp_path: Path, sid: str) -> None:
    wrong, right = put(tmp_path, "a.csv", "one,two\n" + "x" * 5_000_000), put(tmp_path, "b.csv", TABLE)
    done = run("import", sid, "1000", wrong, right, data=tmp_path)
    assert done.returncode == 1
    assert done.stderr.splitlines()[-1].endswith("its columns: 'one', 'two'; --map says where they go")
    assert "created    3" in done.stdout


def reader_of(process: subprocess.Popen[str]) -> int:
    """Return the process that reads the file of an import; it is in a group of its own."""
    threads = Path(f"/proc/{process.pid}/task")  # of which one has started it
    while (
        not (reader := " ".join(children.read_text() for children in threads.glob("*/children")).split())
        or os.getpgid(int(reader[0])) == process.pid
    ):
        assert process.poll() is None
        time.sleep(0.01)
    return int(reader[0])


def test_ctrl_c_ends_the_process_that_reads_too(tmp_path: Path, sid: str) -> None:
    file = put(tmp_path, "a.csv", large(30_000))
    arguments = (*PROGRAM, "import", sid, "1000", file, "--data", str(tmp_path))
    with subprocess.Popen(
        arguments, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=ENVIRONMENT, start_new_session=True
    ) as process:
        reader = reader_of(process)
        os.killpg(process.pid, signal.SIGINT)  # as a terminal does
        _, said = process.communicate(timeout=30)
    assert process.returncode not in {0, 1}
    assert not Path(f"/proc/{reader}").exists()
    assert "Traceback" not in said


@pytest.mark.parametrize("signal_", [signal.SIGINT, signal.SIGTERM])
def test_what_was_kept_before_it_was_stopped_is_counted_and_reported(
    tmp_path: Path, sid: str, signal_: signal.Signals
) -> None:
    file, report = put(tmp_path, "a.csv", large(60_000)), tmp_path / "report.csv"
    arguments = (*PROGRAM, "import", sid, "1000", file, "--on-duplicate", "add", "--report", str(report), "--json")
    with subprocess.Popen(
        (*arguments, "--data", str(tmp_path)),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=ENVIRONMENT,
    ) as process:
        while not any(it.stat().st_size for it in tmp_path.glob(".report.csv.*")):
            assert process.poll() is None
            time.sleep(0.01)
        process.send_signal(signal_)
        said, faults = process.communicate(timeout=60)
    assert (process.returncode, faults) == (128 + signal_, "")
    told = rows(report)
    assert 0 < json.loads(said)["created"] == len(told) < 60_000
    assert run("export", sid, "1000", data=tmp_path).stdout.count("BEGIN:VCARD") == len(told)


def test_what_was_kept_of_a_file_before_it_could_not_be_read_on_is_counted_and_reported(
    tmp_path: Path, sid: str
) -> None:
    file, report = put(tmp_path, "a.csv", large(60_000)), tmp_path / "report.csv"
    arguments = (*PROGRAM, "import", sid, "1000", file, "--report", str(report), "--json", "--data", str(tmp_path))
    with subprocess.Popen(
        arguments, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=ENVIRONMENT, start_new_session=True
    ) as process:
        reader = reader_of(process)
        while not any(it.stat().st_size for it in tmp_path.glob(".report.csv.*")):
            assert process.poll() is None
            time.sleep(0.01)
        os.kill(reader, signal.SIGKILL)
        said, faults = process.communicate(timeout=60)
    assert (process.returncode, faults) == (1, f"cardwright: The process that reads it has ended (SIGKILL): {file}\n")
    told = rows(report)
    assert 0 < json.loads(said)["created"] == len(told) < 60_000
    assert run("export", sid, "1000", data=tmp_path).stdout.count("BEGIN:VCARD") == len(told)


def test_a_report_that_cannot_be_written_ends_the_import_and_what_was_kept_is_counted(tmp_path: Path, sid: str) -> None:
    file = put(tmp_path, "a.csv", large(60_000))
    done = run("import", sid, "1000", file, "--report", "/dev/full", data=tmp_path)
    assert (done.returncode, done.stderr) == (1, "cardwright: No space left on device: /dev/full\n")
    kept = run("export", sid, "1000", data=tmp_path).stdout.count("BEGIN:VCARD")
    assert f"created    {kept}\n" in done.stdout
    assert kept < 60_000


def test_a_progress_bar_is_for_a_terminal(tmp_path: Path, sid: str) -> None:
    """It is looked at again after the table was read to its end."""
    people = "".join(f"Ada,{n},ada{n}@example.com\n" for n in range(300))
    file = put(tmp_path, "a.csv", f"FirstName,LastName,EmailAddress\n{people}")
    assert run("import", sid, "1000", file, data=tmp_path).stderr == ""
    ours, theirs = pty.openpty()
    done = subprocess.run(
        (*PROGRAM, "import", sid, "1000", file, "--data", str(tmp_path)),
        stdout=subprocess.PIPE, stderr=theirs, check=True, env=ENVIRONMENT,
    )  # fmt: skip
    os.close(theirs)
    with os.fdopen(ours, "rb", buffering=0) as terminal:
        assert b"a.csv" in terminal.read(4_096)
    assert b"skipped    300\n" in done.stdout


_MEASURED = """
import resource, subprocess, sys
subprocess.run(sys.argv[1:], check=False)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
"""  # of every process that the command starts, and not of this one before it started the command


@pytest.mark.parametrize(("mebibytes", "outcome"), [(100, "refused"), (12, "created")])
def test_a_large_jcard_is_imported_or_refused_in_bounded_memory(
    tmp_path: Path, sid: str, mebibytes: int, outcome: str
) -> None:
    """A card of 100 MiB took 3.5 GB."""
    file = tmp_path / "large.json"
    with file.open("w") as text:
        text.write('[["vcard", [["fn", {}, "text", "Wile"], ["photo", {}, "uri", "data:image/jpeg;base64,')
        for _ in range(mebibytes):
            text.write("A" * 1024 * 1024)
        text.write('"]]]]')
    argv = (*PROGRAM, "import", sid, "1000", str(file), "--json", "--data", str(tmp_path))
    measured = (sys.executable, "-c", _MEASURED, *argv)
    done = subprocess.run(measured, capture_output=True, text=True, check=True, env=ENVIRONMENT)
    *said, kilobytes = done.stdout.splitlines()
    assert json.loads("".join(said))[outcome] == 1
    assert int(kilobytes) < 300 * 1024


ENDLESS = {
    "a line of a table": (b"FirstName\nWile\n", b"x" * 1024, b"\nRoad\n", {"created": 2, "refused": 1}),
    "cells of a line": (b"FirstName\nWile\n", b"a," * 512, b"\nRoad\n", {"created": 2, "refused": 1}),
    "a header": (b"FirstName,", b"x," * 512, b"\nRoad\n", {}),
    "an indented card": (b"  BEGIN:VCARD\n  NOTE:", b"x" * 1024, b"\n  END:VCARD\n", {"refused": 1}),
    "a card in UTF-16": ("BEGIN:VCARD\nNOTE:".encode("utf-16"), b"x\0" * 512, b"", {"refused": 1}),
    "indented lines": (b"  BEGIN:VCARD\n", b"  NOTE:x\n" * 100, b"  END:VCARD\n", {"refused": 1}),
}


@pytest.mark.parametrize("kind", ENDLESS)
def test_what_does_not_end_in_a_file_is_refused_in_bounded_memory(tmp_path: Path, sid: str, kind: str) -> None:
    """Whole in memory the largest of these took 0.4 to 3 GB."""
    before, piece, after, outcome = ENDLESS[kind]
    file = tmp_path / "endless"
    with file.open("wb") as octets:
        octets.write(before)
        for _ in range(100):
            octets.write(piece * 1024)
        octets.write(after)
    argv = (*PROGRAM, "import", sid, "1000", str(file), "--json", "--data", str(tmp_path))
    measured = (sys.executable, "-c", _MEASURED, *argv)
    done = subprocess.run(measured, capture_output=True, text=True, check=True, env=ENVIRONMENT)
    *said, kilobytes = done.stdout.splitlines()
    assert int(kilobytes) < 250 * 1024
    counted = json.loads("".join(said) or "{}")
    assert {name: count for name, count in counted.items() if count and name in {"created", "refused"}} == outcome


@pytest.mark.parametrize("beyond", [0, 3])
def test_of_many_rows_to_look_at_a_thousand_are_told(tmp_path: Path, sid: str, beyond: int) -> None:
    table = "FirstName,EmailAddress\n" + "Wile,no address\n" * (1_000 + beyond)
    report = tmp_path / "report.csv"
    done = run("import", sid, "1000", put(tmp_path, "a.csv", table), "--report", str(report), data=tmp_path)
    told = [line for line in done.stdout.splitlines() if ", row " in line]
    assert (done.returncode, len(told), len(rows(report))) == (0, 1_000, 1_000 + beyond)
    assert ("3 more rows were refused, or taken with a warning" in done.stdout) is (beyond == 3)
