"""A case on one page: its timeline, the letter that is being written, and what the team knows beside it."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.formats import date_format
from django.views.decorators.http import require_GET

from counselling.cases.domain import danger_words, panel
from counselling.cases.views.own.reading import Said
from counselling.errors import DomainError
from counselling.mail.domain import absences, case_page, files, letters, modules, second_look
from counselling.mail.domain.case_page import CasePage
from counselling.mail.forms import Page, page_from
from counselling.mail.views import team_actions, team_words
from counselling.mail.views.case_lines import Reading, passages
from counselling.mail.views.files_plain import NotAttached
from counselling.mail.views.passages import Shown
from counselling.people.domain.actors import Actor
from counselling.people.http import counsellor_required

MOST_DIGITS = 9
Attached = dict[UUID, list[files.FileView]]  # by the letter's id
DONE = ("sent", "later", "kept", "discarded")


@require_GET
@counsellor_required
def case(request: HttpRequest, actor: Actor, case_id: UUID) -> HttpResponse:
    """The newest lines, or those before one; 404 for whoever has no seat in the case."""
    return draw(request, actor, case_id)


def draw(
    request: HttpRequest,
    actor: Actor,
    case_id: UUID,
    *,
    sheet: Page | None = None,
    refusal: DomainError | None = None,
    remark: DomainError | None = None,
    moment: DomainError | None = None,
    preview: bool = False,
) -> HttpResponse:
    """The page. `sheet`: what stood in the composer, `refusal`: why it was not taken.

    `remark`: why nothing was said to a colleague, `moment`: why it is not planned for later.
    """
    shown = case_page.of_case(actor, case_id, before=_before(request))
    known = shown.unsent
    sheet = sheet or page_from(known)
    broken = known.id if known and known.text is None else sheet.letter
    attached = files.of_letters(actor, case_id, {sheet.letter, broken, *shown.letters})
    context = _read(request, actor, shown, attached) | team_actions.actions(actor, case_id)
    if shown.writes or refusal:
        context |= _composer(actor, shown, sheet)
        context |= {
            "attached": attached.get(broken, []),
            "broken": bool(known and known.text is None),
            "scheduled": known is not None and known.text is not None and known.send_at is not None and refusal is None,
            "away_then": _is_away(actor, known.send_at if known else None),
            "away": absences.planned(actor),
            "preview": _as_read(actor, sheet) if preview else None,
            "error": str(refusal.sentence) if refusal and not isinstance(refusal, NotAttached) else "",
            "file_error": str(refusal.sentence) if isinstance(refusal, NotAttached) else "",
            "remark_error": str(remark.sentence) if remark else "",
            "moment_error": str(moment.sentence) if moment else "",
            "remark_text": request.POST.get("remark", ""),
            "day": request.POST.get("day", ""),
            "time": request.POST.get("time", ""),
        }
    problem = refusal or remark or moment
    return render(request, "mail/case.html", context, status=problem.status if problem else 200)


def _read(request: HttpRequest, actor: Actor, shown: CasePage, attached: Attached) -> dict[str, Any]:
    """What was written, and what the team knows."""
    done = request.GET.get("done", "")
    reading = Reading(shown.nickname, shown.read_to, shown.read_by_them, danger_words.of_team(shown.team), attached)
    return {
        "case": shown,
        "case_id": shown.id,
        "passages": passages(shown.lines, reading),
        "done": done if done in DONE else "",
        "said": team_words.SAID.get(request.GET.get("said", "")),
        "panel": panel.of_case(actor, shown.id),
    }


def _composer(actor: Actor, shown: CasePage, sheet: Page) -> dict[str, Any]:
    now = timezone.localtime()
    values = case_page.values(shown, actor, date_format(now, "DATE_FORMAT"))
    texts = [
        {"id": str(one.pk), "title": one.title, "text": modules.filled(one.text, values), "own": one.team_id is None}
        for one in modules.for_team(actor, shown.team)
    ]
    return {
        "sheet": sheet,
        "limit": letters.MAX_TEXT,
        "modules": texts,
        "look": second_look.of_letter(actor, shown.id),
        "first_day": now.date(),
        "last_day": now.date() + timedelta(days=60),
        "may_attach": files.may_attach(actor, shown.id),
    }


def _is_away(actor: Actor, at: datetime | None) -> bool:
    return at is not None and absences.on_day(actor, timezone.localdate(at))


def _as_read(actor: Actor, sheet: Page) -> Shown:
    """The letter as it will stand in the young person's inbox."""
    return Shown(0, Said(timezone.now(), "them", actor.alias, letters.clean(sheet.text)), is_new=True)


def _before(request: HttpRequest) -> int | None:
    """The seq before which lines are wanted."""
    text = request.GET.get("before", "")
    return max(1, int(text)) if text.isdecimal() and text.isascii() and len(text) <= MOST_DIGITS else None
