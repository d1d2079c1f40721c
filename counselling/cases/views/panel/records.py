"""The list of assessments from orange on: what waits for a second look, for counsellors and those who lead."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render, resolve_url
from django.views.decorators.http import require_GET, require_POST

from counselling.cases.domain import risk_records
from counselling.cases.views.panel.telling import told
from counselling.people.domain.actors import Actor
from counselling.people.http import staff_required
from counselling.vault.sealing import Unreadable


@require_GET
@staff_required
def listed(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Level and times of each; what waits stands first."""
    return render(request, "cases/panel/records.html", {"records": risk_records.listed(actor)})


@require_GET
@staff_required
def waiting(_request: HttpRequest, actor: Actor) -> JsonResponse:
    """How many wait for a look that I could give: for the bell of every team page."""
    return JsonResponse({"waiting": risk_records.waiting(actor)})


@require_GET
@staff_required
def one(request: HttpRequest, actor: Actor, record_id: UUID) -> HttpResponse:
    """One of them with its log; counsellors of the team read the text as well."""
    try:
        record, broken = risk_records.opened(actor, record_id), False
    except Unreadable:
        record, broken = risk_records.outside(actor, record_id), True
    answers = told(record.content) if record.content else []
    context = {"record": record, "answers": answers, "broken": broken}
    return render(request, "cases/panel/record.html", context)


@require_POST
@staff_required
def see(request: HttpRequest, actor: Actor, record_id: UUID) -> HttpResponse:
    """I have looked at it."""
    risk_records.see(actor, record_id)
    back = resolve_url("panel:record", record_id) if "one" in request.POST else resolve_url("panel:records")
    return HttpResponseRedirect(back, status=303)
