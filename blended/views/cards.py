"""What was found for a young person: their cards, and what another place would be told, if they want that."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import redirect, render, resolve_url
from django.views.decorators.http import require_GET, require_http_methods

from blended.domain import cards, referrals
from blended.partner_forms import ReferralForm
from counselling.cases.domain import keys, seats
from counselling.cases.domain.seats import CaseBrief
from counselling.cases.views.own.guard import home, with_case
from counselling.errors import Closed, Conflict, DomainError, Empty, Invalid, TooLong
from counselling.people.cookies import seeker_of
from counselling.people.domain.actors import Actor


@require_GET
@with_case
def mine(request: HttpRequest, actor: Actor, case: CaseBrief) -> HttpResponse:
    """The newest first, and what is or was asked."""
    context = {
        "cards": cards.of_case(actor, case.id, keys.case_key(actor, case.id)),
        "referrals": referrals.of_case(actor, case.id),
        "home": home(case),
    }
    return render(request, "blended/cards.html", context)


@require_http_methods(["GET", "POST"])
def referral(request: HttpRequest, referral_id: UUID) -> HttpResponseBase:
    """Read it, change it, agree or refuse; somebody else's is not there. Each button says what it does."""
    actor = seeker_of(request)
    if actor is None:
        return redirect("start")
    if request.method == "GET":
        return _show(request, actor, referral_id)
    try:
        return _done(request, actor, referral_id)
    except (Empty, TooLong, Invalid, Conflict, Closed) as refusal:
        return _show(request, actor, referral_id, refusal)


def _done(request: HttpRequest, actor: Actor, referral_id: UUID) -> HttpResponse:
    step = request.POST.get("step", "")
    if step == "refuse":
        referrals.refuse(actor, referral_id)
    elif step in {"save", "agree"}:
        form = ReferralForm(request.POST)
        if not form.is_valid():
            raise TooLong if form.has_error("text") else Invalid
        version = referrals.save(actor, referral_id, form.cleaned_data["text"], version=form.cleaned_data["version"])
        if step == "agree":
            referrals.approve(actor, referral_id, version=version)
    else:
        raise Invalid
    return HttpResponseRedirect(f"{resolve_url('blended:my_referral', referral_id)}?done={step}", status=303)


def _show(request: HttpRequest, actor: Actor, referral_id: UUID, refusal: DomainError | None = None) -> HttpResponse:
    one = referrals.one(actor, referral_id)
    case = next((case for case in seats.own_cases(actor) if case.id == one.case), None)
    typed = request.POST.get("text") if refusal else None
    context = {
        "one": one,
        "text": one.text or "" if typed is None else typed,
        "theirs": one.text if typed is not None and isinstance(refusal, Conflict) else None,
        "refusal": refusal,
        "saved": request.GET.get("done") == "save",
        "running": case is not None and case.state != "closed",
    }
    return render(request, "blended/my_referral.html", context, status=refusal.status if refusal else 200)
