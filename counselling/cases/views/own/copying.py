"""A copy to keep: one HTML file of everything that was said, without scripts and without a link to anywhere.

Written while it is read, a page of the timeline at a time, within the session that asked (pitfalls 13). Files are
named in it; each is a download of its own beside it, so that this one stays small and runs nothing.
"""

import threading
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from asgiref.sync import sync_to_async
from django.core.handlers.asgi import ASGIRequest
from django.http import HttpRequest, StreamingHttpResponse
from django.template.defaultfilters import filesizeformat
from django.utils import timezone
from django.utils.formats import date_format, time_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, get_language_bidi, override
from django.utils.translation import gettext as _

from counselling.cases.domain import agreements, attached, extras, keys, mine, seats, timeline
from counselling.cases.domain.agreements import AgreementView
from counselling.cases.domain.attached import Attached, ByLetter
from counselling.cases.domain.extras import Passage
from counselling.cases.domain.seats import CaseBrief
from counselling.cases.domain.timeline import Line
from counselling.cases.views.own.reading import Said, said
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
    opened = [_Opened(actor, case, keys.case_key(actor, case.id)) for case in reversed(seats.own_cases(actor))]
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


@dataclass(frozen=True, slots=True)
class _Opened:
    """A case that is written down, and who may."""

    actor: Actor
    case: CaseBrief
    key: bytes = field(repr=False)


def _parts(opened: list[_Opened], language: str) -> Iterator[str]:
    """An empty part to begin with, then the file; the language holds while a part is made, never in between."""
    try:
        yield ""
        with override(language):
            head = _head()
        yield head
        for one in opened:
            yield from _conversation(one, language)
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


def _conversation(opened: _Opened, language: str) -> Iterator[str]:
    case, key = opened.case, opened.key
    with override(language):
        began = date_format(timezone.localdate(case.opened_at), "DATE_FORMAT")
        head = format_html("<h2>{}</h2>\n<p>{}</p>\n", _("Gespräch vom %(day)s") % {"day": began}, _called(case))
        head += _agreed(agreements.of_case(opened.actor, case.id, key))
    yield head
    files, day, after = attached.of_case(opened.actor, case.id), None, 0
    while lines := timeline.since(case.id, key, after):
        with override(language):
            page, day = _page(lines, day, files)
        yield page
        after = lines[-1].seq
    with override(language):
        more = "".join(_passage(passage) for passage in extras.copied(opened.actor, case.id))
    yield more


def _passage(passage: Passage) -> SafeString:
    """What a room above this one keeps."""
    paragraphs = [format_html('<p dir="auto">{}</p>\n', text) for text in passage.paragraphs]
    return SafeString(format_html("<h3>{}</h3>\n", passage.heading) + "".join(paragraphs))


def _agreed(known: list[AgreementView]) -> SafeString:
    """What holds, then what held before."""
    parts = [format_html("<h3>{}</h3>\n", _("Das haben wir vereinbart"))] if known else []
    for one in known:
        day = date_format(timezone.localtime(one.at), "DATE_FORMAT")
        by = _("Aufgeschrieben von %(name)s am %(day)s") % {"name": one.name, "day": day}
        text = _("Das lässt sich gerade nicht öffnen.") if one.text is None else one.text
        parts.append(format_html('<p dir="auto">{}</p>\n<p class="n">{}</p>\n', text, by))
    return SafeString("".join(parts))


def _called(case: CaseBrief) -> str:
    return _("Du hast dich hier %(name)s genannt.") % {"name": case.nickname}


def _page(lines: list[Line], day: date | None, files: ByLetter) -> tuple[str, date | None]:
    """These lines, with a heading where a day begins; the last day."""
    parts: list[str] = []
    for entry in lines:
        line = said(entry)
        if line is None:
            continue
        if (today := timezone.localdate(line.at)) != day:
            day = today
            parts.append(format_html("<h3>{}</h3>\n", date_format(day, "DATE_FORMAT")))
        parts.append(_line(line))
        if entry.kind == "letter" and entry.client_id:
            parts.extend(map(_file, files.get(entry.client_id, ())))
    return "".join(parts), day


def _line(line: Said) -> str:
    moment = timezone.localtime(line.at)
    time = format_html('<time datetime="{}">{}</time>', moment.isoformat(timespec="minutes"), time_format(moment))
    if not line.who:
        return format_html('<p class="n">{} {}</p>\n', time, line.text)
    return format_html('<p dir="auto"><strong>{}</strong> {}\n{}</p>\n', line.name, time, line.text)


def _file(file: Attached) -> str:
    """A file by its name; one that was reported is nobody's any more."""
    if file.locked:
        return format_html('<p class="n">{}</p>\n', _("Eine Datei, nicht mehr verfügbar."))
    told = _("Datei: %(name)s (%(size)s)") % {"name": file.name, "size": filesizeformat(file.size)}
    return format_html('<p class="n" dir="auto">{}</p>\n', told)


def files_of(actor: Actor) -> list[Attached]:
    """What can be taken along beside the copy, the oldest conversation first; locked ones without a name."""
    found = [attached.of_case(actor, case.id) for case in reversed(seats.own_cases(actor))]
    return [file for by_letter in found for files in by_letter.values() for file in files]
