"""Local help within a case: searching the directory, placing a card, beginning a referral."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render, resolve_url
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from blended.domain import cards, referrals
from blended.partner_forms import BeginForm, PartnerNumberForm
from blended.views.local import results, sent_on
from counselling.cases.domain import keys, seats
from counselling.errors import Closed, Conflict, DomainError, Invalid
from counselling.people.domain.actors import Actor
from counselling.people.http import counsellor_required


@require_http_methods(["GET", "POST"])
@counsellor_required
def page(request: HttpRequest, actor: Actor, case_id: UUID) -> HttpResponse:
    """The button that was pressed says what: place, remove, begin; otherwise it is a search."""
    try:
        to = _done(request, actor, case_id) if request.method == "POST" else None
    except (Closed, Conflict, Invalid) as refusal:
        return _show(request, actor, case_id, refusal)
    return HttpResponseRedirect(to, status=303) if to else _show(request, actor, case_id)


def _done(request: HttpRequest, actor: Actor, case_id: UUID) -> str:
    """What was asked for is done; where to look now."""
    here = resolve_url("blended:case_partners", case_id)
    if "place" in request.POST:
        form = PartnerNumberForm({"partner": request.POST["place"]})
        cards.place(actor, case_id, form.cleaned_data["partner"] if form.is_valid() else 0)
        return f"{here}#cards-title"
    if "remove" in request.POST:
        form = PartnerNumberForm({"partner": request.POST["remove"]})
        cards.remove(actor, case_id, form.cleaned_data["partner"] if form.is_valid() else 0)
        return f"{here}#cards-title"
    if "begin" in request.POST or "other" in request.POST:
        return resolve_url("blended:referral", _begun(request, actor, case_id))
    seats.seated(actor, case_id)
    return str(sent_on(request, here)["Location"])


def _begun(request: HttpRequest, actor: Actor, case_id: UUID) -> UUID:
    form = BeginForm({"partner": request.POST.get("begin", ""), "other": request.POST.get("other", "")})
    if not form.is_valid():
        raise Invalid
    return referrals.begin(actor, case_id, partner=form.cleaned_data["partner"], other=form.cleaned_data["other"])


def _show(request: HttpRequest, actor: Actor, case_id: UUID, refusal: DomainError | None = None) -> HttpResponse:
    case = seats.seated(actor, case_id).case
    key = keys.case_key(actor, case_id)
    placed = cards.of_case(actor, case_id, key)
    context = {
        "case": case,
        "nickname": keys.nickname(case, key),
        "cards": placed,
        "placed": {card.shown.id for card in placed if card.shown},
        "referrals": referrals.of_case(actor, case_id),
        "running": case.state != "closed",
        "refusal": refusal,
        "heading": _("Im Verzeichnis suchen"),
    }
    return render(
        request, "blended/case_partners.html", context | results(request), status=refusal.status if refusal else 200
    )
