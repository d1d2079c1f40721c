"""A referral as its counsellor works on it: writing, asking, handing over, what came of it."""

from collections.abc import Callable
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render, resolve_url
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_http_methods

from blended.domain import referral_steps, referral_text, referrals
from blended.domain.referrals import ReferralView
from blended.partner_forms import OutcomeForm, ReferralForm
from counselling.cases.domain import keys, seats
from counselling.errors import Conflict, DomainError, Empty, Invalid, TooLong
from counselling.people.domain.actors import Actor
from counselling.people.http import counsellor_required

_SPOILED = _("Da ist etwas durcheinandergekommen. Lade die Seite neu, es ist nichts verloren.")


@require_http_methods(["GET", "POST"])
@counsellor_required
def page(request: HttpRequest, actor: Actor, referral_id: UUID) -> HttpResponse:
    """One address for every step; any other word does nothing (400)."""
    if request.method == "GET":
        return _show(request, actor, referral_id)
    step = _STEPS.get(request.POST.get("step", ""))
    if step is None:
        return _show(request, actor, referral_id, Invalid(), status=400)
    try:
        return step(request, actor, referral_id)
    except (Empty, TooLong, Invalid, Conflict) as refusal:
        return _show(request, actor, referral_id, refusal, status=refusal.status)


@require_GET
@counsellor_required
def paper(request: HttpRequest, actor: Actor, referral_id: UUID) -> HttpResponse:
    """The sheet: the summary, its day, the centre, and nothing else."""
    return render(request, "blended/referral_print.html", {"summary": referral_steps.on_paper(actor, referral_id)})


def _form(request: HttpRequest) -> ReferralForm:
    form = ReferralForm(request.POST)
    if not form.is_valid():
        raise TooLong if form.has_error("text") else Conflict(_SPOILED)
    return form


def _save(request: HttpRequest, actor: Actor, referral_id: UUID) -> HttpResponse:
    data = _form(request).cleaned_data
    referrals.save(actor, referral_id, data["text"], version=data["version"])
    return _back(referral_id)


def _replace(request: HttpRequest, actor: Actor, referral_id: UUID) -> HttpResponse:
    """An X for everything that looks like a name; saved at once."""
    data = _form(request).cleaned_data
    case = seats.seated(actor, referrals.one(actor, referral_id).case).case
    nickname = keys.nickname(case, keys.case_key(actor, case.pk))
    text = referral_text.without_names(data["text"], nickname, case.team_id)
    referrals.save(actor, referral_id, text, version=data["version"])
    return _back(referral_id)


def _ask(request: HttpRequest, actor: Actor, referral_id: UUID) -> HttpResponse:
    """What stands in the field is what the young person is asked about."""
    data = _form(request).cleaned_data
    version = referrals.save(actor, referral_id, data["text"], version=data["version"])
    referrals.ask(actor, referral_id, version=version, checked=data["checked"])
    return _back(referral_id)


def _drop(_request: HttpRequest, actor: Actor, referral_id: UUID) -> HttpResponse:
    case_id = referrals.one(actor, referral_id).case
    referrals.drop(actor, referral_id)
    return HttpResponseRedirect(resolve_url("blended:case_partners", case_id), status=303)


def _print(_request: HttpRequest, actor: Actor, referral_id: UUID) -> HttpResponse:
    referral_steps.hand_on_paper(actor, referral_id)
    return HttpResponseRedirect(resolve_url("blended:referral_print", referral_id), status=303)


def _code(request: HttpRequest, actor: Actor, referral_id: UUID) -> HttpResponse:
    """The code stands on this answer alone."""
    return _show(request, actor, referral_id, code=referral_steps.hand_by_code(actor, referral_id))


def _close(request: HttpRequest, actor: Actor, referral_id: UUID) -> HttpResponse:
    form = OutcomeForm(request.POST)
    if not form.is_valid():
        raise Invalid(str(form.errors["outcome"][0]))
    referral_steps.close(actor, referral_id, form.cleaned_data["outcome"])
    return _back(referral_id)


_STEPS: dict[str, Callable[[HttpRequest, Actor, UUID], HttpResponse]] = {
    "save": _save,
    "replace": _replace,
    "ask": _ask,
    "drop": _drop,
    "print": _print,
    "code": _code,
    "close": _close,
}


def _back(referral_id: UUID) -> HttpResponse:
    return HttpResponseRedirect(resolve_url("blended:referral", referral_id), status=303)


def _show(
    request: HttpRequest,
    actor: Actor,
    referral_id: UUID,
    refusal: DomainError | None = None,
    *,
    status: int = 200,
    code: str = "",
) -> HttpResponse:
    one = referrals.one(actor, referral_id)
    typed = request.POST.get("text") if refusal else None  # what was refused is not lost
    text = one.text or "" if typed is None else typed
    context = {
        "one": one,
        "text": text,
        "theirs": one.text if typed is not None and isinstance(refusal, Conflict) else None,
        "pieces": _pieces(actor, one, text) if one.version else [],
        "refusal": refusal,
        "code": code,
        "days": referral_steps.CODE_DAYS,
        "outcomes": referral_steps.OUTCOMES,
        "outcome": dict(referral_steps.OUTCOMES).get(one.outcome, ""),
    }
    return render(request, "blended/referral.html", context, status=status)


def _pieces(actor: Actor, one: ReferralView, text: str) -> list[tuple[str, bool]]:
    """The text in pieces, and whether each tells who somebody is; empty where none does."""
    case = seats.seated(actor, one.case).case
    nickname = keys.nickname(case, keys.case_key(actor, one.case))
    found, pieces, last = referral_text.names_in(text, nickname, case.team_id), list[tuple[str, bool]](), 0
    for begin, stop in found:
        pieces += [(text[last:begin], False), (text[begin:stop], True)]
        last = stop
    return [*pieces, (text[last:], False)] if found else []
