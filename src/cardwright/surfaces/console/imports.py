"""Importing a file (P9): upload, choose, check, import, stop (CW-60 to CW-64)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, get_args

from cardwright.book.import_jobs import OUTCOMES, ImportChoice
from cardwright.book.imports import can_go_on
from cardwright.book.outcomes import OnDuplicate
from cardwright.errors import ConflictError, InvalidError, Rule
from cardwright.surfaces.console import destinations
from cardwright.surfaces.console.csrf import FIELD
from cardwright.surfaces.console.list_place import LIST
from cardwright.surfaces.console.page import Page, Redirect, Route, Streamed
from cardwright.surfaces.console.texts import text
from cardwright.surfaces.console.upload import pieces, uploaded

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cardwright.book.import_jobs import ImportJob
    from cardwright.errors import Fault
    from cardwright.surfaces.console.form import Form
    from cardwright.surfaces.console.page import Answer, Request

_IMPORT: Final = "/campaigns/{c}/import"
_JOB: Final = "/campaigns/{c}/import/{job}"
_REPORT: Final = "/campaigns/{c}/import/{job}/report.csv"
_MODES: Final[tuple[OnDuplicate, ...]] = get_args(OnDuplicate)
_TOO_LARGE: Final = 413


async def show(request: Request) -> Answer:
    """Show the form for a file, and the files that were uploaded before."""
    return await _start(request)


async def upload(request: Request) -> Answer:
    """Take a file."""
    async with uploaded(request) as form:
        request.check_csrf(form.texts.get(FIELD, ""))
        file = form.files.get("file")
        if file is None or not (file.data or file.file_name):
            return await _start(request, [("file", text("import.no-file"))])
        name = file.file_name or ""
        try:
            job = await request.parts.imports.upload(request.place, name, pieces(file), request.account.by)
        except InvalidError as error:
            status = _TOO_LARGE if error.faults[0].rule == Rule.TOO_LONG else 422
            return await _start(request, [("file", fault.message) for fault in error.faults], status)
    return Redirect(request.url(_JOB, job=job))


async def _start(request: Request, errors: Sequence[tuple[str, str]] = (), status: int = 422) -> Answer:
    jobs = [
        (request.url(_JOB, job=job.id), job.name or text("import.erased-file"), job, _state(job))
        for job in await request.parts.imports.list(request.place)
    ]
    values = {"title": text("import.title"), "jobs": jobs, "errors": errors}
    return Page("import.html", values, status if errors else 200)


async def show_job(request: Request) -> Answer:
    """Show how far a file has come."""
    job = await request.parts.imports.job(request.place, request.values["job"])
    return _page(request, job._replace(choice=_choice(job, request.typed)) if request.typed else job)


async def act(request: Request) -> Answer:
    """Check, import, stop or go on."""
    imports, place, form = request.parts.imports, request.place, request.form
    job = await imports.job(place, request.values["job"])
    address, do = request.url(_JOB, job=job.id), form.get("do")
    try:
        if do == "stop":
            await imports.stop(place, job.id)
        elif do == "go-on":
            await imports.go_on(place, job.id)
        elif do in {"check", "import"}:
            job = job._replace(choice=_choice(job, form))
            await imports.run(place, job.id, "check" if do == "check" else "import", job.choice)
    except InvalidError as error:
        return _page(request, job, [_told(fault) for fault in error.faults], 422)
    except ConflictError as error:
        return _page(request, await imports.job(place, job.id), [("", str(error))], 409)
    return Redirect(address)


def _choice(job: ImportJob, form: Form) -> ImportChoice:
    """Return what was chosen; what the form does not say stays as it was."""
    asked = form.get("on-duplicate")
    mode = next((it for it in _MODES if it == asked), job.choice.on_duplicate)
    count = len(job.contents.columns)
    columns = job.choice.columns
    if count and form.get("column-0", "-") != "-":
        columns = destinations.read(job, [form.get(f"column-{at}") for at in range(count)])
    return ImportChoice(mode, columns)


def _told(fault: Fault) -> tuple[str, str]:
    """Return a fault with the field that it is about."""
    return fault.field.replace("[", "-").removesuffix("]"), fault.message


def _page(request: Request, job: ImportJob, errors: Sequence[tuple[str, str]] = (), status: int = 200) -> Page:
    step = _step(job)
    if errors or (step == "checked" and ("columns" in request.query or request.typed)):
        step = "choose" if not job.is_under_way else step
    name = job.name or text("import.erased-file")
    values = {
        "title": text("import.job-title", file=name),
        "job": job,
        "step": step,
        "refresh": job.is_under_way,
        "columns": destinations.choices(job) if step == "choose" else [],
        "modes": [(mode, text(f"import.{mode}"), text(f"import.{mode}-help")) for mode in _MODES],
        "messages": dict(errors),
        "errors": errors,
        "outcomes": [(text(f"import.{it}"), it, job.told.counts.get(it, 0)) for it in OUTCOMES],
        "untold": sum(job.told.untold.values()),
        "can_go_on": can_go_on(job),
        "address": request.url(_JOB, job=job.id),
        "report": request.url(_REPORT, job=job.id),
        "start": request.url(_IMPORT),
        "contacts": request.url(LIST, sort="newest"),
    }
    return Page("import_job.html", values, status)


def _step(job: ImportJob) -> str:
    """Return what a page shows of a job: `choose`, `running`, `checked`, `finished` or `stopped`."""
    if job.is_under_way:
        return "running"
    if job.task == "import":
        return job.state
    return "checked" if job.task == "check" and job.state == "finished" else "choose"


def _state(job: ImportJob) -> str:
    return text(f"import.state-{job.task or 'import'}-{job.state}")


async def report(request: Request) -> Answer:
    """Send the report as CSV."""
    blocks = await request.parts.imports.report(request.place, request.values["job"])
    headers = ((b"content-disposition", b'attachment; filename="import-report.csv"'),)
    return Streamed(blocks, "text/csv; charset=utf-8; header=present", headers)


ROUTES: Final = (
    Route("GET", _IMPORT, show),
    Route("POST", _IMPORT, upload, raw=True),
    Route("GET", _JOB, show_job),
    Route("POST", _JOB, act),
    Route("GET", _REPORT, report),
)
