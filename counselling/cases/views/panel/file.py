"""The panel on a page of its own, and its short forms: agreement, task, note."""

from collections.abc import Callable
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_POST

from counselling.cases.domain import agreements, notes, panel, safety_plan, tasks
from counselling.cases.panel_forms import TaskForm, TextForm, TickForm
from counselling.cases.views.panel import back
from counselling.errors import DomainError, NotAllowed, NotFound
from counselling.people.domain.actors import Actor
from counselling.people.http import counsellor_required


@require_GET
@counsellor_required
def page(request: HttpRequest, actor: Actor, case_id: UUID) -> HttpResponse:
    """Everything the team knows about one of my cases; with `plan` a safety plan stands ready to be agreed on."""
    return _show(request, actor, case_id, part="agreement" if "plan" in request.GET else "")


@require_POST
@counsellor_required
def agreement(request: HttpRequest, actor: Actor, case_id: UUID) -> HttpResponse:
    """What both sides agreed on; the young person sees it."""
    form = TextForm(request.POST)
    return _done(
        request, actor, case_id, "agreement", form, lambda: agreements.write(actor, case_id, form.cleaned_data["text"])
    )


@require_POST
@counsellor_required
def note(request: HttpRequest, actor: Actor, case_id: UUID) -> HttpResponse:
    """A note for the team."""
    form = TextForm(request.POST)
    return _done(request, actor, case_id, "note", form, lambda: notes.add(actor, case_id, form.cleaned_data["text"]))


@require_POST
@counsellor_required
def task(request: HttpRequest, actor: Actor, case_id: UUID) -> HttpResponse:
    """Something to do."""
    form = TaskForm(request.POST)
    return _done(request, actor, case_id, "task", form, lambda: tasks.add(actor, case_id, **form.cleaned_data))


@require_POST
@counsellor_required
def tick(request: HttpRequest, actor: Actor, case_id: UUID, number: int) -> HttpResponse:
    """Tick a task off, or take that back."""
    form = TickForm(request.POST)
    tasks.set_done(actor, case_id, number, done=form.is_valid() and form.cleaned_data["done"])
    return back.see_other(request, case_id, "tasks-title")


def _done(  # noqa: PLR0917 -- a view's three, and what is done with which form
    request: HttpRequest, actor: Actor, case_id: UUID, part: str, form: forms.Form, write: Callable[[], object]
) -> HttpResponse:
    """Write and go back; what was refused stands in its form again, with the sentence why."""
    if form.is_valid():
        try:
            write()
        except (NotFound, NotAllowed):
            raise
        except DomainError as refusal:
            form.add_error("text", str(refusal.sentence))
    if form.is_valid():
        return back.see_other(request, case_id, f"{part}-title")
    return _show(request, actor, case_id, part=part, form=form)


def _show(
    request: HttpRequest, actor: Actor, case_id: UUID, *, part: str = "", form: forms.Form | None = None
) -> HttpResponse:
    shown = panel.of_case(actor, case_id)
    if part and form is None:
        form = TextForm(initial={"text": safety_plan.template(shown.facts.language)})
    context = {"panel": shown, "refused": part, "form": form, "back": back.code(request)}
    return render(request, "cases/panel/file.html", context, status=422 if form and form.is_bound else 200)
