"""Handing a file out: chunk after chunk, never as a page of ours, and reporting one."""

import threading
from collections.abc import AsyncIterator, Generator, Iterator
from typing import Final
from uuid import UUID

from asgiref.sync import sync_to_async
from django.core.handlers.asgi import ASGIRequest
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_GET, require_POST

from counselling.errors import NotFound, Unavailable
from counselling.mail.domain import aside, files, locking
from counselling.mail.domain.files import Opened
from counselling.mail.views.files_guard import back, of_seeker
from counselling.people.domain.actors import Actor
from counselling.people.http import counsellor_required

# Per process. More than the four of pitfalls 19, since a slow line costs little (web/patient.py), but its place.
AT_ONCE: Final = 12
_PATIENCE_SECONDS: Final = 10  # a page's pictures come one after the other
_slots = threading.BoundedSemaphore(AT_ONCE)
# Whatever it is, and wherever it is opened: it runs nothing, fetches nothing, belongs to no site.
_POLICY: Final = "sandbox; default-src 'none'"


def _download(request: HttpRequest, actor: Actor, case_id: UUID, file_id: UUID) -> StreamingHttpResponse:
    """The file, to be saved under its harmless name."""
    return _handed_out(request, files.opened(actor, case_id, file_id), save=True)


def _show(request: HttpRequest, actor: Actor, case_id: UUID, file_id: UUID) -> StreamingHttpResponse:
    """An image within a page; everything else is only ever saved."""
    opened = files.opened(actor, case_id, file_id)
    if not opened.view.is_image:
        raise NotFound
    return _handed_out(request, opened, save=False)


def _handed_out(request: HttpRequest, opened: Opened, *, save: bool) -> StreamingHttpResponse:
    aside.stand_aside()
    if not _slots.acquire(timeout=_PATIENCE_SECONDS):
        raise Unavailable
    parts = _parts(opened)
    next(parts)  # begun, so that it gives its slot back however it ends
    response = StreamingHttpResponse(
        _aside(parts) if isinstance(request, ASGIRequest) else parts, content_type=opened.view.media
    )
    response["Content-Disposition"] = content_disposition_header(save, opened.view.name) or "attachment"
    response["Content-Length"] = str(opened.length)
    response["Content-Security-Policy"] = _POLICY
    response["X-Content-Type-Options"] = "nosniff"
    return response


def _parts(opened: Opened) -> Generator[bytes, None, None]:
    """An empty part to begin with, then the file."""
    try:
        yield b""
        yield from opened.parts
    finally:
        _slots.release()


async def _aside(parts: Iterator[bytes]) -> AsyncIterator[bytes]:
    """The same parts for a server with a loop: the database is asked in the request's own thread."""
    step = sync_to_async(lambda: next(parts, None))
    while (part := await step()) is not None:
        yield part


def _report(request: HttpRequest, actor: Actor, case_id: UUID, file_id: UUID, *, page: str) -> HttpResponse:
    """Lock it for everybody; the page then says so in its place."""
    locking.report(actor, case_id, file_id)
    return back(request, page)


def _report_own(request: HttpRequest, actor: Actor, case_id: UUID, file_id: UUID) -> HttpResponse:
    return _report(request, actor, case_id, file_id, page="mail:inbox")


def _report_team(request: HttpRequest, actor: Actor, case_id: UUID, file_id: UUID) -> HttpResponse:
    return _report(request, actor, case_id, file_id, page="cases:desk")


download, team_download = require_GET(of_seeker(_download)), require_GET(counsellor_required(_download))
show, team_show = require_GET(of_seeker(_show)), require_GET(counsellor_required(_show))
report, team_report = require_POST(of_seeker(_report_own)), require_POST(counsellor_required(_report_team))
