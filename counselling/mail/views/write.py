"""The composer: one letter at a time, kept sealed while it is written, sent once, never lost."""

import uuid
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render, resolve_url
from django.utils import timezone
from django.utils.formats import time_format
from django.views.decorators.http import require_GET, require_POST

from counselling.cases.domain import danger_words
from counselling.cases.domain.seats import CaseBrief
from counselling.cases.models import Case
from counselling.cases.views.own.guard import see_other, with_case
from counselling.errors import Closed, DomainError, SlowDown
from counselling.mail.domain import files, letterbox, letters
from counselling.mail.domain.letters import AlreadySent, Diverged, NoWayBack, Unsent
from counselling.mail.forms import Page, page_from, page_of
from counselling.mail.views import files_plain
from counselling.mail.views.both import side_by_side
from counselling.mail.views.files_plain import NotAttached
from counselling.mail.views.lost import with_text
from counselling.people.domain.actors import Actor
from counselling.web import limits
from counselling.web.errors import wants_json
from counselling.web.incoming import in_parts

LETTERS_PER_HOUR = 60  # from one address, which may be a whole school


@require_GET
@with_case
def write(request: HttpRequest, actor: Actor, case: CaseBrief) -> HttpResponse:
    """The letter as it was kept last, or an empty sheet."""
    known = letters.unsent(actor, case.id)
    return _composer(request, actor, case, page_from(known), saved=known)


@in_parts
@require_POST
@with_text
def save(request: HttpRequest, actor: Actor, case: CaseBrief) -> HttpResponse:
    """Keep it. A script is told when that was and whether help should come first; a page looks at itself again."""
    page = page_of(request)
    try:
        page = files_plain.taken(request, actor, case.id)
        kept = letters.keep(actor, case.id, page.text, version=page.version, letter=page.letter)
        files_plain.let_go(request, actor, case.id)
    except DomainError as refusal:
        if wants_json(request):
            raise
        return _refused(request, actor, case, page, refusal)
    if not wants_json(request):
        return see_other("mail:write")
    return JsonResponse(
        {
            "letter": str(kept.id),
            "version": kept.version,
            "saved": _at(kept),
            "help": _helps_first(case, page.text, letterbox.of_case(actor, case.id, timezone.now()).team),
        }
    )


@in_parts
@require_POST
@with_text
def send(request: HttpRequest, actor: Actor, case: CaseBrief) -> HttpResponse:
    """Send it once. Without words to come back with it is kept, and they come first."""
    page = page_of(request)
    try:
        if not limits.hit(request, "letter-send", LETTERS_PER_HOUR, 3600):
            raise SlowDown
        page = files_plain.taken(request, actor, case.id)
        letters.send(actor, case.id, page.letter, page.text, version=page.version)
    except NoWayBack:
        return see_other(f"{resolve_url('own:keep')}?for=letter&unsent=1")
    except DomainError as refusal:
        return _refused(request, actor, case, page, refusal)
    return see_other(f"{resolve_url('mail:inbox')}?sent=1")


@require_POST
@with_case
def discard(_request: HttpRequest, actor: Actor, case: CaseBrief) -> HttpResponse:
    """Throw the unsent letter away."""
    letters.discard(actor, case.id)
    return see_other("mail:inbox")


def _refused(request: HttpRequest, actor: Actor, case: CaseBrief, page: Page, refusal: DomainError) -> HttpResponse:
    """The page again with everything on it, and why."""
    if isinstance(refusal, Diverged):
        return side_by_side(request, actor, case, page)
    if isinstance(refusal, AlreadySent):
        page = Page(uuid.uuid4(), 0, page.text)
    known = letters.unsent(actor, case.id)
    if known and (known.text or "").strip() == page.text.strip():  # refused, but kept: the page goes on from there
        page = Page(known.id, known.version, page.text)
    return _composer(request, actor, case, page, refusal=refusal)


def _composer(
    request: HttpRequest,
    actor: Actor,
    case: CaseBrief,
    page: Page,
    *,
    saved: Unsent | None = None,
    refusal: DomainError | None = None,
) -> HttpResponse:
    box = letterbox.of_case(actor, case.id, timezone.now())
    broken = [saved.id] if saved and saved.text is None else []
    attached = files.of_letters(actor, case.id, [page.letter, *broken])
    context: dict[str, Any] = {
        "case": case,
        "sheet": page,
        "box": box,
        "promised_on": letterbox.promised_on(box.promise),
        "saved_at": saved.saved_at if saved and saved.text else None,
        "answer": letterbox.last_answer(actor, case.id),
        "helps_first": _helps_first(case, page.text, box.team),
        "error": str(refusal.sentence) if refusal and not isinstance(refusal, NotAttached) else "",
        "file_error": str(refusal.sentence) if isinstance(refusal, NotAttached) else "",
        "too_late": isinstance(refusal, Closed),
        "chatting": case.state == Case.State.ACTIVE,
        "limit": letters.MAX_TEXT,
        "may_attach": files.may_attach(actor, case.id),
        "broken": bool(broken),
        "files": [file for one in attached.values() for file in one],
    }
    return render(request, "mail/write.html", context, status=refusal.status if refusal else 200)


def _helps_first(case: CaseBrief, text: str, team: uuid.UUID) -> bool:
    """Whether those who help at once come first on the page; the text is only looked at."""
    return case.urgent or danger_words.found_in(text, team)


def _at(kept: Unsent) -> str:
    return time_format(timezone.localtime(kept.saved_at))
