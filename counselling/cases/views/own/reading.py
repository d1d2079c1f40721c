"""A conversation to be read again, drawn without a script; and how a timeline's lines are said in happened."""

import contextlib
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.formats import date_format, time_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from counselling.cases.domain import keys, lifetime, seats, timeline
from counselling.cases.domain.seats import CaseBrief
from counselling.cases.domain.timeline import PAGE, Line
from counselling.cases.models import Case
from counselling.cases.views.own import happened
from counselling.cases.views.own.guard import home, see_other, with_case
from counselling.people.domain.actors import Actor

MOST_DIGITS: Final = 9


@dataclass(frozen=True)
class Said:
    """One line as it is read. `who` is "me", "them" or "" for a line about what happened."""

    at: datetime
    who: str
    name: str
    text: str = field(repr=False)


def said(line: Line) -> Said | None:
    """A line in words; None for what has no line of its own."""
    if line.kind in {"message", "letter"}:
        mine = line.role == "seeker"
        return Said(line.at, "me" if mine else "them", _("Du") if mine else line.name, line.text or "")
    text = _happened(line)
    return Said(line.at, "", "", text) if text else None


def _happened(line: Line) -> str:
    mine = line.role == "seeker"
    if line.kind == "unreadable":
        return happened.unreadable()
    if line.kind == "taken_back":
        return happened.taken_back("" if mine else line.name)
    about = {name: _readable(name, value) for name, value in (line.about or {}).items()}
    return happened.notice(line.code, about)


def _readable(name: str, value: object) -> str:
    """Moments are told as times of day, `when` with its day; a channel by its name; everything else as it is."""
    text = str(value)
    moment = parse_datetime(text) if "T" in text else None
    if moment is None:
        return happened.channel(text)
    local = timezone.localtime(moment)
    if name != "when":
        return time_format(local)
    return _("%(day)s um %(time)s") % {"day": date_format(local, _("l, j. F")), "time": time_format(local)}


@require_GET
@with_case
def read(request: HttpRequest, actor: Actor, case: CaseBrief) -> HttpResponse:
    """A closed case's conversation, the newest lines first asked for; an open one is read where it goes on."""
    if case.state != Case.State.CLOSED:
        return see_other(home(case))
    end = min(_before(request), case.last_seq + 1)
    start = max(0, end - 1 - PAGE)
    lines = timeline.since(case.id, keys.case_key(actor, case.id), start, end - 1 - start)
    cases = seats.own_cases(actor)
    context = {
        "case": case,
        "is_own": cases[0].id == case.id,  # the one that goes on; a letter is written there
        "lines": [line for line in map(said, lines) if line],
        "earlier": start + 1 if start else 0,
        "is_part": end <= case.last_seq,
        "others": [other for other in cases if other.id != case.id],
        "can_go_on": case.ending != "blocked",
        "rescued": _rescued(request, case),
    }
    return render(request, "own/read.html", context)


def _rescued(request: HttpRequest, case: CaseBrief) -> date | None:
    """The day on which it would have gone, had they not just signed in; what cannot be is not repeated."""
    today = timezone.localdate()
    with contextlib.suppress(ValueError):
        last = parse_date(request.GET.get("rescued", ""))
        if last and case.kept_until and lifetime.add_months(today, -1) <= last < case.kept_until:
            return last if lifetime.is_fading(last, today) else None
    return None


def _before(request: HttpRequest) -> int:
    """The seq before which lines are wanted; far beyond the end unless the address says otherwise."""
    text = request.GET.get("before", "")
    return max(1, int(text)) if text.isdecimal() and len(text) <= MOST_DIGITS else 10**MOST_DIGITS
