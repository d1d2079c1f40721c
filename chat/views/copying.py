"""A copy to keep: one HTML file of everything that was said, without scripts and without a link to anywhere.

Written while it is read, a page of the timeline at a time, within the session that asked (pitfalls 13).
"""

import threading
from collections.abc import AsyncIterator, Iterator
from datetime import date
from typing import Final

from asgiref.sync import sync_to_async
from django.core.handlers.asgi import ASGIRequest
from django.http import HttpRequest, StreamingHttpResponse
from django.utils import timezone
from django.utils.formats import date_format, time_format
from django.utils.html import format_html
from django.utils.translation import get_language, get_language_bidi, override
from django.utils.translation import gettext as _

from chat.views.reading import Said, said
from counselling.cases.domain import keys, mine, seats, timeline
from counselling.cases.domain.seats import CaseBrief
from counselling.cases.domain.timeline import Line
from counselling.errors import Unavailable
from counselling.people.domain.actors import Actor

AT_ONCE: Final = 4  # per process: Daphne holds what a slow line has not taken yet (pitfalls 19)
_slots = threading.BoundedSemaphore(AT_ONCE)

# A downloaded file obeys no policy of ours and may carry its own style; it fetches nothing.
_STYLE: Final = (
    "body{font:1rem/1.5 sans-serif;max-width:42rem;margin:2rem auto;padding:0 1rem;overflow-wrap:anywhere}"
    "h2{margin-top:3rem}h3{font-size:1rem;margin:2rem 0 .5rem}p{margin:.75rem 0;white-space:pre-wrap}"
    "time,.n{color:#54626e;font-size:.9rem}@media(prefers-color-scheme:dark){body{background:#11181e;color:#eaf0f3}"
    "time,.n{color:#a5b4be}}"
)


def download(request: HttpRequest, actor: Actor) -> StreamingHttpResponse:
    """The file as an attachment with a name that tells nothing; written down in the audit trail.

    Raises Unavailable while AT_ONCE others are being handed out, Locked when this session holds no key.
    """
    opened = [(case, keys.case_key(actor, case.id)) for case in reversed(seats.own_cases(actor))]
    if not _slots.acquire(blocking=False):
        raise Unavailable
    parts = _parts(opened, get_language() or "de")
    next(parts)  # begun, so that it gives its slot back however it ends
    mine.exported(actor)
    response = StreamingHttpResponse(
        _aside(parts) if isinstance(request, ASGIRequest) else parts, content_type="text/html; charset=utf-8"
    )
    response["Content-Disposition"] = f'attachment; filename="{_("Notizen")}.html"'
    response["X-Content-Type-Options"] = "nosniff"
    return response


async def _aside(parts: Iterator[str]) -> AsyncIterator[str]:
    """The same parts for a server with a loop: the database is asked in the request's own thread."""
    step = sync_to_async(lambda: next(parts, None))
    while (part := await step()) is not None:
        yield part


def _parts(opened: list[tuple[CaseBrief, bytes]], language: str) -> Iterator[str]:
    """An empty part to begin with, then the file; the language holds while a part is made, never in between."""
    try:
        yield ""
        with override(language):
            head = _head()
        yield head
        for case, key in opened:
            yield from _conversation(case, key, language)
        yield "</main></body></html>\n"
    finally:
        _slots.release()


def _head() -> str:
    return format_html(
        '<!doctype html>\n<html lang="{}" dir="{}">\n<head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1"><title>{}</title>'
        "<style>{}</style></head>\n<body><main>\n<h1>{}</h1>\n<p>{}</p>\n",
        get_language(),
        "rtl" if get_language_bidi() else "ltr",
        _("Notizen"),
        _STYLE,
        _("Notizen"),
        _("Stand: %(day)s") % {"day": date_format(timezone.localdate(), "DATE_FORMAT")},
    )


def _conversation(case: CaseBrief, key: bytes, language: str) -> Iterator[str]:
    with override(language):
        began = date_format(timezone.localdate(case.opened_at), "DATE_FORMAT")
        head = format_html("<h2>{}</h2>\n<p>{}</p>\n", _("Gespräch vom %(day)s") % {"day": began}, _called(case))
    yield head
    day, after = None, 0
    while lines := timeline.since(case.id, key, after):
        with override(language):
            page, day = _page(lines, day)
        yield page
        after = lines[-1].seq


def _called(case: CaseBrief) -> str:
    return _("Du hast dich hier %(name)s genannt.") % {"name": case.nickname}


def _page(lines: list[Line], day: date | None) -> tuple[str, date | None]:
    """These lines, with a heading where a day begins; the last day."""
    parts: list[str] = []
    for line in map(said, lines):
        if line is None:
            continue
        if (today := timezone.localdate(line.at)) != day:
            day = today
            parts.append(format_html("<h3>{}</h3>\n", date_format(day, "DATE_FORMAT")))
        parts.append(_line(line))
    return "".join(parts), day


def _line(line: Said) -> str:
    moment = timezone.localtime(line.at)
    time = format_html('<time datetime="{}">{}</time>', moment.isoformat(timespec="minutes"), time_format(moment))
    if not line.who:
        return format_html('<p class="n">{} {}</p>\n', time, line.text)
    return format_html('<p dir="auto"><strong>{}</strong> {}\n{}</p>\n', line.name, time, line.text)
