"""What a counsellor does with a letter: keep, look at it as the young person will, send now or later, throw away."""

import uuid
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from typing import Final
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render, resolve_url
from django.utils import timezone
from django.utils.dateparse import parse_date, parse_time
from django.utils.formats import date_format, time_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from counselling.errors import Conflict, DomainError, Invalid, Locked, NotFound
from counselling.mail.domain import case_page, letters, modules, second_look, unsent
from counselling.mail.domain.letters import AlreadySent, Diverged
from counselling.mail.forms import Page, page_of
from counselling.mail.views import files_plain
from counselling.mail.views.case import draw
from counselling.people.domain.actors import Actor
from counselling.people.http import counsellor_required
from counselling.web.errors import Trouble, answer_keeping_text, wants_json
from counselling.web.incoming import in_parts

Step = Callable[[HttpRequest, Actor, UUID, Page, str], HttpResponse]


@in_parts
@require_POST
@counsellor_required
def write(request: HttpRequest, actor: Actor, case_id: UUID) -> HttpResponse:
    """One address for all of it; the button that was pressed says what, in `step`. Whatever is refused stays there."""
    page = page_of(request)
    try:
        page = files_plain.taken(request, actor, case_id)
        step, _colon, about = request.POST.get("step", "").partition(":")
        wanted = _without if request.POST.get("without") else STEPS.get(step, _keep)
        return wanted(request, actor, case_id, page, about)
    except DomainError as refusal:
        if wants_json(request):
            raise
        return _refused(request, actor, case_id, page, refusal)


def _refused(request: HttpRequest, actor: Actor, case_id: UUID, page: Page, refusal: DomainError) -> HttpResponse:
    """The page again with everything on it; without the page (the case is somebody else's now) at least the text."""
    if isinstance(refusal, NotFound | Locked):
        return answer_keeping_text(request, Trouble.of(refusal))
    if isinstance(refusal, Diverged):
        context = {"case_id": case_id, "sheet": page, "known": letters.unsent(actor, case_id)}
        return render(request, "mail/case_both.html", context, status=refusal.status)
    if isinstance(refusal, AlreadySent):
        page = Page(uuid.uuid4(), 0, page.text)
    known = letters.unsent(actor, case_id)
    if known and (known.text or "").strip() == page.text.strip():  # refused, but kept: the page goes on from there
        page = Page(known.id, known.version, page.text)
    return draw(request, actor, case_id, sheet=page, refusal=refusal)


def _keep(request: HttpRequest, actor: Actor, case_id: UUID, page: Page, _about: str) -> HttpResponse:
    """Keep it; a script is told when that was."""
    kept = letters.keep(actor, case_id, page.text, version=page.version, letter=page.letter)
    if not wants_json(request):
        return _back(case_id, "kept", "compose-place")
    saved = time_format(timezone.localtime(kept.saved_at))
    return JsonResponse({"letter": str(kept.id), "version": kept.version, "saved": saved})


def _without(request: HttpRequest, actor: Actor, case_id: UUID, page: Page, _about: str) -> HttpResponse:
    """Without a script: keep the text, and take one file out of the letter."""
    letters.keep(actor, case_id, page.text, version=page.version, letter=page.letter)
    files_plain.let_go(request, actor, case_id)
    return _back(case_id, "kept", "compose-place")


def _preview(request: HttpRequest, actor: Actor, case_id: UUID, page: Page, _about: str) -> HttpResponse:
    letters.clean(page.text)
    kept = letters.keep(actor, case_id, page.text, version=page.version, letter=page.letter)
    return draw(request, actor, case_id, sheet=Page(kept.id, kept.version, page.text), preview=True)


def _send(request: HttpRequest, actor: Actor, case_id: UUID, page: Page, _about: str) -> HttpResponse:
    """Send it, unless the young person has written meanwhile: then that is shown first, and the next tap sends."""
    seen = _number(request.POST.get("seen", ""))
    if seen is not None and case_page.wrote_since(actor, case_id, seen, page.letter):
        letters.keep(actor, case_id, page.text, version=page.version, letter=page.letter)
        raise Conflict(_("Inzwischen ist etwas Neues gekommen. Lies es erst, dein Brief ist gespeichert."))
    letters.send(actor, case_id, page.letter, page.text, version=page.version)
    return _back(case_id, "sent", "end")


def _later(request: HttpRequest, actor: Actor, case_id: UUID, page: Page, _about: str) -> HttpResponse:
    letters.clean(page.text)
    # Kept before the moment is looked at: a wrong date costs nothing that was written.
    kept = letters.keep(actor, case_id, page.text, version=page.version, letter=page.letter)
    try:
        letters.send_later(actor, case_id, page.text, version=kept.version, at=_moment(request))
    except Diverged:
        raise
    except Conflict as refusal:
        return draw(request, actor, case_id, sheet=Page(kept.id, kept.version, page.text), moment=refusal)
    return _back(case_id, "later", "compose-place")


def _cancel(_request: HttpRequest, actor: Actor, case_id: UUID, _page: Page, _about: str) -> HttpResponse:
    letters.take_back_later(actor, case_id)
    return _back(case_id, "", "compose-place")


def _discard(_request: HttpRequest, actor: Actor, case_id: UUID, _page: Page, _about: str) -> HttpResponse:
    letters.discard(actor, case_id)
    return _back(case_id, "discarded", "compose-place")


def _quote(_request: HttpRequest, actor: Actor, case_id: UUID, page: Page, about: str) -> HttpResponse:
    """Without a script: the quoted passage stands at the end of what is written."""
    return _with(actor, case_id, page, case_page.quoted(actor, case_id, _number(about) or 0))


def _insert(request: HttpRequest, actor: Actor, case_id: UUID, page: Page, _about: str) -> HttpResponse:
    """Without a script: the chosen text module stands at the end of what is written."""
    shown = case_page.of_case(actor, case_id)
    chosen = request.POST.get("module", "")
    module = next((one for one in modules.for_team(actor, shown.team) if str(one.pk) == chosen), None)
    if module is None:
        raise Invalid(_("Wähle erst einen Baustein aus."))
    today = date_format(timezone.localtime(), "DATE_FORMAT")
    return _with(actor, case_id, page, modules.filled(module.text, case_page.values(shown, actor, today)))


def _share(request: HttpRequest, actor: Actor, case_id: UUID, page: Page, _about: str) -> HttpResponse:
    """Ask one colleague for a second look; they see what stands there now."""
    kept = letters.keep(actor, case_id, page.text, version=page.version, letter=page.letter)
    try:
        letters.clean(page.text)
        second_look.share(actor, case_id, reader=_uuid(request.POST.get("reader", "")))
    except DomainError as refusal:
        return draw(request, actor, case_id, sheet=Page(kept.id, kept.version, page.text), remark=refusal)
    return _back(case_id, "", "second-look")


def _unshare(_request: HttpRequest, actor: Actor, case_id: UUID, page: Page, _about: str) -> HttpResponse:
    letters.keep(actor, case_id, page.text, version=page.version, letter=page.letter)
    second_look.stop(actor, case_id)
    return _back(case_id, "", "second-look")


def _remark(request: HttpRequest, actor: Actor, case_id: UUID, page: Page, _about: str) -> HttpResponse:
    """Say something to the colleague who reads along."""
    kept = letters.keep(actor, case_id, page.text, version=page.version, letter=page.letter)
    look = second_look.of_letter(actor, case_id)
    try:
        if look is None:
            raise Conflict(_("Der Brief wird gerade niemandem gezeigt."))
        second_look.remark(actor, look.id, request.POST.get("remark", "").replace("\r\n", "\n"))
    except DomainError as refusal:
        return draw(request, actor, case_id, sheet=Page(kept.id, kept.version, page.text), remark=refusal)
    return _back(case_id, "", "second-look")


STEPS: Final[dict[str, Step]] = {
    "keep": _keep,
    "preview": _preview,
    "send": _send,
    "later": _later,
    "cancel": _cancel,
    "discard": _discard,
    "quote": _quote,
    "insert": _insert,
    "share": _share,
    "unshare": _unshare,
    "remark": _remark,
}
_DIGITS: Final = 10


def _with(actor: Actor, case_id: UUID, page: Page, more: str) -> HttpResponse:
    text = "\n\n".join(part for part in (page.text.rstrip(), more) if part) + "\n\n"
    letters.keep(actor, case_id, text, version=page.version, letter=page.letter)
    return _back(case_id, "", "compose-place")


def _number(text: str) -> int | None:
    return int(text) if text.isdecimal() and text.isascii() and len(text) < _DIGITS else None


def _moment(request: HttpRequest) -> datetime:
    """The local moment that the two fields name; raises Conflict with what is missing."""
    try:
        day, time = parse_date(request.POST.get("day", "")), parse_time(request.POST.get("time", ""))
    except ValueError:  # a 30th of February
        day = time = None
    if day is None or time is None:
        raise Conflict(_("Sag noch, an welchem Tag und um wie viel Uhr der Brief rausgehen soll."))
    try:
        return timezone.make_aware(datetime.combine(day, time.replace(tzinfo=None)))
    except OverflowError:
        raise Conflict(_("Wähle einen Zeitpunkt in den nächsten 60 Tagen.")) from None


def _back(case_id: UUID, done: str, place: str) -> HttpResponse:
    query = f"?done={done}" if done else ""
    return HttpResponseRedirect(f"{resolve_url('mail:case', case_id)}{query}#{place}", status=303)


@require_http_methods(["GET", "POST"])
@counsellor_required
def begun(request: HttpRequest, actor: Actor) -> HttpResponse:
    """All my letters that are not sent: planned, begun, left behind with somebody else. POST throws such a one away."""
    if request.method == "POST":
        with suppress(ValueError):
            unsent.throw_away(actor, UUID(request.POST.get("letter", "")))
        return HttpResponseRedirect(resolve_url("mail:unsent"), status=303)
    rows = unsent.of_writer(actor)
    context = {
        "later": [row for row in rows if row.send_at],
        "begun": [row for row in rows if not row.send_at],
        "left": unsent.left_behind(actor),
    }
    return render(request, "mail/case_unsent.html", context)


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise Invalid(_("Wähle aus, wer gegenlesen soll.")) from None
