"""The inbox: the whole timeline of the case in one calm order, whatever the channel was."""

from typing import Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from counselling.cases.domain import agreements, extras, keys, seats, timeline
from counselling.cases.domain.seats import CaseBrief
from counselling.cases.domain.timeline import PAGE
from counselling.cases.models import Case
from counselling.cases.views.own.guard import see_other, with_case
from counselling.errors import Invalid, TooLate
from counselling.mail.domain import files, letterbox, letters
from counselling.mail.views.passages import passages
from counselling.people.domain.actors import Actor

MOST_DIGITS: Final = 9
# Lines of a page: few enough that a long case costs what a short one does (issue 4). What is new is shown up to MOST.
LINES, MOST = 50, PAGE


@require_GET
@with_case
def inbox(request: HttpRequest, actor: Actor, case: CaseBrief) -> HttpResponse:
    """The newest page, or the one before a line; opening the newest one marks everything on it as read."""
    return _show(request, actor, case)


@require_POST
@with_case
def withdraw(request: HttpRequest, actor: Actor, case: CaseBrief) -> HttpResponse:
    """Take back an own letter that nobody has read; who was too late is told so."""
    seq = request.POST.get("seq", "")
    if not _is_number(seq):
        raise Invalid
    try:
        letters.withdraw(actor, case.id, int(seq))
    except TooLate:
        return _show(request, actor, case, too_late=True)
    return see_other("mail:inbox")


def _show(request: HttpRequest, actor: Actor, case: CaseBrief, *, too_late: bool = False) -> HttpResponse:
    end = min(_before(request), case.last_seq + 1)
    start = _start(end, case.read_seq)
    key = keys.case_key(actor, case.id)
    lines = timeline.since(case.id, key, start, end - 1 - start) if end > 1 else []
    is_newest = end > case.last_seq
    box, unsent = letterbox.of_case(actor, case.id, timezone.now()), letters.unsent(actor, case.id)
    read_by_team = timeline.marks(case.id)["counsellor"]
    attached = files.of_letters(
        actor, case.id, [line.client_id for line in lines if line.kind == "letter" and line.client_id]
    )
    context = {
        "case": case,
        "box": box,
        "passages": passages(lines, read=case.read_seq, read_by_team=read_by_team, files=attached),
        "earlier": start + 1 if start else 0,
        "is_part": not is_newest,
        "on_top": extras.on_top(actor, case.id),
        "agreements": agreements.of_case(actor, case.id, key),
        "draft": bool(unsent and (unsent.text is None or unsent.text.strip())),
        "sent": request.GET.get("sent") == "1" and box.due_on,
        "too_late": too_late,
        "may_chat": case.ending != "blocked",
        "others": [other for other in seats.own_cases(actor) if other.id != case.id],
        "talking": case.state == Case.State.ACTIVE,
        "waiting": case.state == Case.State.WAITING,
        "closed": case.state == Case.State.CLOSED,
        "helps_first": case.urgent or box.first,
    }
    if is_newest:
        seats.mark_read(actor, case.id, case.last_seq)
    return render(request, "mail/inbox.html", context, status=TooLate.status if too_late else 200)


def _start(end: int, read: int) -> int:
    """The seq after which a page begins that ends before `end`: further back where that was not read yet."""
    return max(0, end - 1 - MOST, min(end - 1 - LINES, read))


def _before(request: HttpRequest) -> int:
    """The seq before which lines are wanted; far beyond the end unless the address says otherwise."""
    text = request.GET.get("before", "")
    return max(1, int(text)) if _is_number(text) else 10**MOST_DIGITS


def _is_number(text: str) -> bool:
    return text.isdecimal() and text.isascii() and len(text) <= MOST_DIGITS
