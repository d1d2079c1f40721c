"""How much lies with a team, for those who lead; and giving a case to somebody else without opening it."""

from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from counselling.errors import DomainError
from counselling.mail import team_forms as forms
from counselling.mail.domain import load
from counselling.mail.views import team_words
from counselling.people.domain.actors import Actor
from counselling.people.http import staff_required

SEE_OTHER = 303


@require_GET
@staff_required
def page(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Numbers by team, and the cases that wait as numbers and dates."""
    return _page(request, actor, said=request.GET.get("said", ""))


@require_POST
@staff_required
def reassign(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Somebody else answers from now on."""
    actor.require_supervisor()
    try:
        data = forms.ReassignForm(request.POST).checked()
        load.reassign(actor, data["ref"], to=data["to"])
    except DomainError as refused:
        return _page(request, actor, refused=refused, ref=request.POST.get("ref", ""))
    whose = forms.kept(request.POST)
    query = urlencode({"of": forms.named(whose), "said": "reassigned"} if whose else {"said": "reassigned"})
    return HttpResponseRedirect(f"{reverse('mail:load')}?{query}", status=SEE_OTHER)


def _page(
    request: HttpRequest, actor: Actor, *, said: str = "", refused: DomainError | None = None, ref: str = ""
) -> HttpResponse:
    now = timezone.now()
    number, whose = forms.chosen(request.GET, set()).page, forms.kept(request.POST or request.GET)
    due, more = load.waiting(actor, number, now, whose)
    teams = load.of_teams(actor, now)
    context = {
        "teams": teams,
        "of": forms.named(whose),
        "whose": next((one.alias for team in teams for one in team.keepers if whose and one.id == whose.by), ""),
        "due": due,
        "number": number,
        "more": more,
        "said": team_words.SAID.get(said, ""),
        "trouble": refused.sentence if refused else "",
        "lost": refused is not None and ref not in {str(case.ref) for case in due},
        "ref": ref,
    }
    return render(request, "mail/team_load.html", context, status=refused.status if refused else 200)
