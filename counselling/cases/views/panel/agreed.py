"""What both sides agreed on: a page for the young person, and what live conversations show at the top."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from counselling.cases.domain import agreements, keys, seats
from counselling.cases.domain.agreements import AgreementView
from counselling.cases.domain.seats import CaseBrief
from counselling.cases.forms import CaseForm
from counselling.cases.views.own.guard import home, with_case
from counselling.cases.views.parse import query
from counselling.people.domain.actors import Actor
from counselling.people.http import counsellor_required


@require_GET
@with_case
def page(request: HttpRequest, actor: Actor, case: CaseBrief) -> HttpResponse:
    """The newest first."""
    return render(request, "cases/panel/agreed.html", {"agreements": found(actor, case.id), "home": home(case)})


@require_GET
@with_case
def now(_request: HttpRequest, actor: Actor, case: CaseBrief) -> JsonResponse:
    """The same for the young person's open chat."""
    return _answer(found(actor, case.id))


@require_GET
@counsellor_required
def of_case(request: HttpRequest, actor: Actor) -> JsonResponse:
    """The same for the desk; 404 for whoever has no seat in the case."""
    case_id = query(request, CaseForm)["case"]
    seats.seated(actor, case_id)
    return _answer(found(actor, case_id))


def found(actor: Actor, case_id: UUID) -> list[AgreementView]:
    """The newest first; the caller knows whose case it is. Raises Locked."""
    return agreements.of_case(actor, case_id, keys.case_key(actor, case_id))


def _answer(known: list[AgreementView]) -> JsonResponse:
    return JsonResponse({"agreements": [{"text": one.text, "by": _by(one)} for one in known]})


def _by(one: AgreementView) -> str:
    day = date_format(timezone.localtime(one.at), "DATE_FORMAT")
    return _("Aufgeschrieben von %(name)s am %(day)s") % {"name": one.name, "day": day}
