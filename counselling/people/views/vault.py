"""The team's vault: setting it up, letting colleagues in, the printed recovery key. For counsellors alone."""

from collections.abc import Callable
from functools import partial
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_POST

from counselling.errors import Conflict, Invalid
from counselling.people import vault_forms
from counselling.people.domain import members, papers, vaults
from counselling.people.domain.actors import Actor
from counselling.people.http import counsellor_required
from counselling.web.errors import wants_json


@require_GET
@counsellor_required
def page(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Each of my teams: not set up, set up, or not open to me yet."""
    return _page(request, actor)


@counsellor_required
def paper(request: HttpRequest, actor: Actor) -> HttpResponse:
    """POST draws a recovery key and shows it, this once; nothing of it is kept. A reload draws another one."""
    form = vault_forms.TeamForm(request.POST)
    if request.method != "POST" or not form.is_valid():
        return redirect("people:vault")
    drawn = papers.draw(actor, form.cleaned_data["team"])
    context = {"paper": drawn, "groups": drawn.printed.split("-"), "today": timezone.localdate()}
    return render(request, "people/vault_paper.html", context)


@sensitive_post_parameters("recovery_key")
@counsellor_required
def copied(request: HttpRequest, actor: Actor) -> HttpResponse:
    """POST without a key asks for it, with one puts the paper in force. The page never repeats what was typed."""
    if request.method != "POST":
        return redirect("people:vault")
    form = vault_forms.CopiedForm(request.POST)
    if "recovery_key" not in request.POST:
        return _ask_copy(request, form)

    def put_in_force(team: UUID, recovery_key: str, recovery_public: str, first: bool) -> None:
        adopt = papers.found if first else papers.renew
        adopt(actor, team, typed=recovery_key, public=recovery_public)

    return _answer(request, _refusal(form, put_in_force), partial(_ask_copy, request, form))


@require_POST
@counsellor_required
def let_in(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Somebody whose six words were compared."""
    form = vault_forms.LetInForm(request.POST)

    def seal(team: UUID, staff: UUID, words: str, compared: bool) -> None:  # noqa: ARG001 -- the form asked for it
        members.let_in(actor, team, staff, words=words)

    return _answer(request, _refusal(form, seal), partial(_page, request, actor, at=form.data.get("staff", "")))


@sensitive_post_parameters("recovery_key")
@require_POST
@counsellor_required
def recover(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Let myself in with the printed recovery key."""
    form = vault_forms.TypedForm(request.POST)

    def open_with_paper(team: UUID, recovery_key: str) -> None:
        papers.recover(actor, team, recovery_key)

    again = partial(_page, request, actor, at=form.data.get("team", ""))
    return _answer(request, _refusal(form, open_with_paper), again)


def _refusal(form: forms.Form, act: Callable[..., None]) -> str | Promise:
    """Do it with the form's values; what is wrong, if it can be put right on the same page, else ""."""
    if not form.is_valid():
        return vault_forms.sentence(form)
    try:
        act(**form.cleaned_data)
    except (Invalid, Conflict) as refused:
        return refused.sentence
    return ""


def _answer(request: HttpRequest, refusal: str | Promise, again: Callable[..., HttpResponse]) -> HttpResponse:
    """Scripts keep what was typed in its field and only show the sentence; everybody else gets the page again."""
    if refusal and wants_json(request):
        raise Invalid(refusal)
    if refusal:
        return again(trouble=refusal)
    home = reverse("people:vault")
    return JsonResponse({"next": home}) if wants_json(request) else redirect(home)


def _page(request: HttpRequest, actor: Actor, *, trouble: str | Promise = "", at: str = "") -> HttpResponse:
    """`trouble` is shown `at` the person or the team it is about."""
    context = {"vaults": vaults.mine(actor, timezone.now()), "trouble": trouble, "at": at}
    return render(request, "people/vault.html", context, status=422 if trouble else 200)


def _ask_copy(request: HttpRequest, form: vault_forms.CopiedForm, *, trouble: str | Promise = "") -> HttpResponse:
    context = {"given": form.data, "trouble": trouble}
    return render(request, "people/vault_copy.html", context, status=422 if trouble else 200)
