"""Assessing a danger, the history of it, and what is done when it is red."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render, resolve_url
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from counselling.cases.domain import control_centres, danger, emergency, keys, risk, risk_records, safety_plan
from counselling.cases.domain.risk import RiskView
from counselling.cases.models import Case, Level
from counselling.cases.panel_forms import RiskForm
from counselling.cases.views.panel.telling import told
from counselling.errors import Invalid, TooLong
from counselling.people.domain.actors import Actor
from counselling.people.http import counsellor_required


@require_http_methods(["GET", "POST"])
@counsellor_required
def page(request: HttpRequest, actor: Actor, case_id: UUID) -> HttpResponse:
    """The emergency protocol when it is red, the form, and all that was assessed before."""
    if request.method == "GET":
        return _show(request, actor, case_id, RiskForm())
    form = RiskForm(request.POST)
    if form.is_valid():
        try:
            risk.assess(actor, case_id, form.assessment())
        except (Invalid, TooLong) as refusal:
            form.add_error(None, str(refusal.sentence))
    if form.is_valid():
        return HttpResponseRedirect(resolve_url("panel:risk", case_id), status=303)
    return _show(request, actor, case_id, form)


@require_POST
@counsellor_required
def others(_request: HttpRequest, actor: Actor, case_id: UUID) -> HttpResponse:
    """My other chats go back to the queue, so that I am free for this one."""
    number = emergency.pass_on_others(actor, case_id)
    return HttpResponseRedirect(f"{resolve_url('panel:risk', case_id)}?passed={number}", status=303)


def _show(request: HttpRequest, actor: Actor, case_id: UUID, form: RiskForm) -> HttpResponse:
    case, key = risk.opened(actor, case_id)
    risks, places = risk.of_case(actor, case_id, key), emergency.told(actor, case_id, key)
    now = risks[0] if risks else None
    red, seated = bool(now and now.level == Level.RED), risk.is_seated(actor, case_id)
    context = {
        "form": form,
        "case_id": case_id,
        "nickname": keys.nickname(case, key),
        "risks": [(one, told(one.content) if one.content else None) for one in risks],
        "now": now,
        "waits": bool(now and now.record in risk_records.without_look(case_id)),
        "red": red,
        "places": places,
        "centres": control_centres.listed(place.text or "" for place in places),
        "calls": red and emergency.calls(case_id),
        "last_call": emergency.last_call(case_id) if red else None,
        "others": emergency.others(actor, case_id),
        "passed": _passed(request),
        "seated": seated,
        "plan": seated and _offers_plan(case, now),
        "serious": bool(now and now.level in danger.SERIOUS),
    }
    return render(request, "cases/panel/risk.html", context, status=422 if form.errors else 200)


def _offers_plan(case: Case, now: RiskView | None) -> bool:
    return now is not None and now.level in safety_plan.OFFERED_AT and case.state != Case.State.CLOSED


def _passed(request: HttpRequest) -> str:
    """What became of my other chats, when this page was led to from there."""
    number = request.GET.get("passed", "")
    if not number.isdecimal() or len(number) > 2:  # noqa: PLR2004 -- nobody has a hundred chats
        return ""
    if int(number) == 0:
        return str(_("Du hattest keine anderen Chats mehr."))
    words = ngettext(
        "%(n)s Chat ist jetzt ganz oben in der Warteschlange.",
        "%(n)s Chats sind jetzt ganz oben in der Warteschlange.",
        int(number),
    )
    return words % {"n": int(number)}
