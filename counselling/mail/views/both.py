"""Two texts of one letter: from two pages, or from before and after signing in. Neither overwrites the other."""

import uuid
from collections.abc import Callable
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from counselling.cases.domain.seats import CaseBrief
from counselling.cases.views.own.guard import see_other
from counselling.errors import TooLong
from counselling.mail.domain import carrying, letters
from counselling.mail.domain.letters import Diverged
from counselling.mail.forms import Page
from counselling.people.domain.actors import Actor

Move = Callable[[Actor, UUID, str], None]


def side_by_side(request: HttpRequest, actor: Actor, case: CaseBrief, page: Page) -> HttpResponse:
    """Both texts, and either can be taken."""
    known = letters.unsent(actor, case.id)
    context = {"case": case, "sheet": page, "known": known, "too_long": len(page.text) > letters.MAX_TEXT}
    return render(request, "mail/both.html", context, status=Diverged.status)


def rescued(
    request: HttpRequest, actor: Actor, case: CaseBrief, text: str, *, move: Move = carrying.into_letter
) -> HttpResponse:
    """What somebody had written elsewhere stands in their composer now, or beside what does; `move` takes it there."""
    try:
        move(actor, case.id, text)
    except TooLong:
        return side_by_side(request, actor, case, Page(uuid.uuid4(), 0, text))
    return see_other("mail:write")
