"""Who is called at night, for each of my teams on one page."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods

from counselling.centre.domain.steering_changes import Unfit
from counselling.errors import DomainError, NotFound
from counselling.people.domain.actors import Actor
from counselling.people.http import staff_required
from counselling.statistics.domain import steering_on_call
from counselling.statistics.steering_forms_team import OnCallForm
from counselling.statistics.views import steering_pages

PAGE = "statistics:steering_on_call"


@require_http_methods(["GET", "POST"])
@staff_required
def page(request: HttpRequest, actor: Actor) -> HttpResponse:
    """GET shows all lists; POST adds somebody, or does with one entry what its button says."""
    lists = steering_on_call.of_teams(actor)
    forms = [OnCallForm(one) for one in lists]
    refused: DomainError | None = None
    tried = {"entry": "", "email": "", "problem": ""}
    if request.method == "POST" and "team" in request.POST:
        team = steering_pages.uuid(request.POST["team"])
        place = next((place for place, one in enumerate(lists) if one.team.pk == team), None)
        if place is None:
            raise NotFound
        form = forms[place] = OnCallForm(lists[place], request.POST)
        refused = steering_pages.tried(form, lambda: steering_on_call.add(actor, team, *_who(form)), str)
        if refused is None:
            return steering_pages.done(PAGE, "added")
    elif request.method == "POST":
        try:
            return steering_pages.done(PAGE, _act(request, actor))
        except NotFound:
            raise
        except DomainError as refusal:
            refused = refusal
            problem = str(refusal.sentence) if isinstance(refusal, Unfit) else ""
            tried = {name: request.POST.get(name, "") for name in ("entry", "email")} | {"problem": problem}
    context = {"lists": list(zip(lists, forms, strict=True)), "tried": tried}
    return steering_pages.draw(request, "statistics/steering_on_call.html", context, refused)


def _act(request: HttpRequest, actor: Actor) -> str:
    """Carry it out; what to say about it."""
    sent = request.POST
    entry, step = steering_pages.number(sent.get("entry", "")), sent.get("step", "")
    if step == "drop":
        steering_on_call.drop(actor, entry)
        return "dropped"
    if where := steering_pages.WAYS.get(step):
        steering_on_call.move(actor, entry, where)
        return "moved"
    steering_on_call.change(actor, entry, sent.get("email", "").strip(), seen=sent.get("seen", ""))
    return "saved"


def _who(form: OnCallForm) -> tuple[UUID, str]:
    return form.cleaned_data["staff"], form.cleaned_data["email"]
