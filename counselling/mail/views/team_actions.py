"""What is done with a whole case of letters: one POST each, then back to a page; a refusal shows the form again."""

from typing import Any
from uuid import UUID, uuid4

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST

from counselling.errors import DomainError, Taken
from counselling.mail import team_forms as forms
from counselling.mail.domain import handling
from counselling.people.domain.actors import Actor
from counselling.people.http import counsellor_required

SEE_OTHER = 303


@require_POST
@counsellor_required
def claim(_request: HttpRequest, actor: Actor, case_id: UUID) -> HttpResponse:
    """Take a case; a colleague may have been faster."""
    try:
        handling.claim(actor, case_id)
    except Taken:
        return _to_list("inbox", "taken")
    return _to_case(case_id, "claimed")


@require_POST
@counsellor_required
def hand_over(request: HttpRequest, actor: Actor, case_id: UUID) -> HttpResponse:
    """A colleague answers from now on."""
    try:
        data = forms.HandOverForm(request.POST).checked()
        handling.hand_over(actor, case_id, to=data["to"], note=data["note"])
    except DomainError as refused:
        return _again(request, actor, case_id, "hand_over", refused)
    return _to_list("mine", "handed_over")


@require_POST
@counsellor_required
def give_back(request: HttpRequest, actor: Actor, case_id: UUID) -> HttpResponse:
    """Anybody of the team may answer from now on."""
    try:
        handling.give_back(actor, case_id, note=forms.GiveBackForm(request.POST).checked()["note"])
    except DomainError as refused:
        return _again(request, actor, case_id, "give_back", refused)
    return _to_list("mine", "given_back")


@require_POST
@counsellor_required
def remind(request: HttpRequest, actor: Actor, case_id: UUID) -> HttpResponse:
    """Remember a day, or forget it."""
    try:
        on = None if "forget" in request.POST else forms.RemindForm(request.POST).checked()["on"]
        handling.remind(actor, case_id, on)
    except DomainError as refused:
        return _again(request, actor, case_id, "remind", refused)
    said = "reminded" if on else "forgotten"
    return _to_list("reminders", said) if "list" in request.POST else _to_case(case_id, said)


@require_POST
@counsellor_required
def close(request: HttpRequest, actor: Actor, case_id: UUID) -> HttpResponse:
    """File the closing form; a farewell goes out before."""
    try:
        data = forms.CloseForm(request.POST).checked()
        handling.close(actor, case_id, **data)
    except DomainError as refused:
        return _again(request, actor, case_id, "close", refused)
    return _to_list("mine", "closed")


def actions(actor: Actor, case_id: UUID) -> dict[str, Any]:
    """What `mail/_case_actions.html` needs, for any page of a case. Raises NotFound, NotAllowed."""
    given = handling.choices(actor, case_id)
    return {**vars(given), "farewell_id": uuid4()}


def _again(request: HttpRequest, actor: Actor, case_id: UUID, at: str, refused: DomainError) -> HttpResponse:
    """The forms once more with what was typed; NotFound (404) where I have no seat in the case."""
    typed = request.POST
    context = actions(actor, case_id) | {
        "at": at,
        "trouble": refused.sentence,
        "typed": typed,
        "farewell_id": forms.posted_letter(typed),
    }
    if at == "close":
        context["chosen"] = typed.getlist("topics")
    return render(request, "mail/team_action.html", context, status=refused.status)


def _to_case(case_id: UUID, said: str) -> HttpResponse:
    return _see(f"{reverse('mail:case', args=[case_id])}?said={said}")


def _to_list(tab: str, said: str) -> HttpResponse:
    return _see(f"{reverse('mail:team')}?tab={tab}&said={said}")


def _see(address: str) -> HttpResponse:
    return HttpResponseRedirect(address, status=SEE_OTHER)
