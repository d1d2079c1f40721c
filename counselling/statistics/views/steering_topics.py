"""Topics: the list in its order, switched on and off, and the labels of one."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods

from counselling.centre.domain import steering_topics
from counselling.errors import DomainError, NotFound
from counselling.people.domain.actors import Actor
from counselling.people.http import staff_required
from counselling.statistics.steering_forms_centre import TopicForm
from counselling.statistics.views import steering_pages

LIST = "statistics:steering_topics"


@require_http_methods(["GET", "POST"])
@staff_required
def page(request: HttpRequest, actor: Actor) -> HttpResponse:
    """GET lists them; POST moves one, switches it, or enters a new one."""
    form, refused = TopicForm(), None
    if request.method == "POST":
        try:
            if said := _act(request, actor):
                return steering_pages.done(LIST, said)
        except NotFound:
            raise
        except DomainError as refusal:
            refused = refusal
        else:
            form = TopicForm(request.POST)
            refused = steering_pages.tried(form, lambda: steering_topics.write(actor, *_labels(form)), str)
            if refused is None:
                return steering_pages.done(LIST, "added")
    context = {"listed": steering_topics.listed(actor), "form": form}
    return steering_pages.draw(request, "statistics/steering_topics.html", context, refused)


@require_http_methods(["GET", "POST"])
@staff_required
def one(request: HttpRequest, actor: Actor, number: int) -> HttpResponse:
    """Other labels for one."""
    row, seen = steering_topics.one(actor, number)
    known = {"label": row.label, "label_en": row.label_en}
    form = TopicForm(request.POST if request.method == "POST" else None, initial=known, seen=seen)
    refused = None
    if request.method == "POST":

        def write() -> None:
            steering_topics.write(actor, *_labels(form), number=number, seen=form.cleaned_data["seen"])

        refused = steering_pages.tried(form, write, lambda: seen)
        if refused is None:
            return steering_pages.done(LIST, "saved")
    return steering_pages.draw(request, "statistics/steering_topic.html", {"form": form, "row": row}, refused)


def _act(request: HttpRequest, actor: Actor) -> str:
    """What a button of the list asks for, carried out; "" when it was the form's."""
    actor.require_supervisor()
    sent = request.POST
    for word, where in steering_pages.WAYS.items():
        if word in sent:
            steering_topics.move(actor, steering_pages.number(sent[word]), where)
            return "moved"
    for word in ("on", "off"):
        if word in sent:
            steering_topics.switch(actor, steering_pages.number(sent[word]), on=word == "on")
            return word
    return ""


def _labels(form: TopicForm) -> tuple[str, str]:
    return form.cleaned_data["label"], form.cleaned_data["label_en"]
