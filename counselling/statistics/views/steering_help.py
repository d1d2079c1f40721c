"""Help contacts: the list in its order, and one of them."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods

from counselling.centre.domain import steering_help
from counselling.centre.domain.week import group_by_day
from counselling.people.domain.actors import Actor
from counselling.people.http import staff_required
from counselling.statistics.steering_forms_centre import HelpForm
from counselling.statistics.views import steering_pages

LIST = "statistics:steering_help"


@require_http_methods(["GET", "POST"])
@staff_required
def page(request: HttpRequest, actor: Actor) -> HttpResponse:
    """GET lists them; POST moves one up or down."""
    for word, where in steering_pages.WAYS.items():
        if word in request.POST:
            steering_help.move(actor, steering_pages.number(request.POST[word]), where)
            return steering_pages.done(LIST, "moved", anchor=f"#contact-{request.POST[word]}")
    context = {"listed": steering_help.listed(actor), "gaps": steering_help.gaps(actor)}
    return steering_pages.draw(request, "statistics/steering_help.html", context)


@require_http_methods(["GET", "POST"])
@staff_required
def new(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Enter one."""
    actor.require_supervisor()
    form = HelpForm(request.POST if request.method == "POST" else None)
    refused = None
    if request.method == "POST":
        refused = steering_pages.tried(form, lambda: steering_help.write(actor, form.contact()), str)
        if refused is None:
            return steering_pages.done(LIST, "added")
    return steering_pages.draw(request, "statistics/steering_help_one.html", {"form": form}, refused)


@require_http_methods(["GET", "POST"])
@staff_required
def one(request: HttpRequest, actor: Actor, number: int) -> HttpResponse:
    """Change one."""
    row, known, seen = steering_help.one(actor, number)
    sent = request.POST if request.method == "POST" else None
    form = HelpForm(sent, known=known, week=group_by_day(known.rows), seen=seen)
    refused = None
    if request.method == "POST":

        def write() -> None:
            steering_help.write(actor, form.contact(), number=number, seen=form.cleaned_data["seen"])

        refused = steering_pages.tried(form, write, lambda: seen)
        if refused is None:
            return steering_pages.done(LIST, "saved", anchor=f"#contact-{number}")
    return steering_pages.draw(request, "statistics/steering_help_one.html", {"form": form, "row": row}, refused)
