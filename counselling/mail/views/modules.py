"""Text modules: make, change, order and throw away what is written often; those who lead do so for their teams."""

from typing import Final, Literal
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render, resolve_url
from django.views.decorators.http import require_http_methods

from counselling.errors import DomainError, NotFound
from counselling.mail.domain import modules
from counselling.people.domain.actors import Actor
from counselling.people.http import staff_required
from counselling.people.models import Staff

_WAYS: Final[dict[str, Literal["up", "down"]]] = {"up": "up", "down": "down"}


@require_http_methods(["GET", "POST"])
@staff_required
def page(request: HttpRequest, actor: Actor) -> HttpResponse:
    """GET shows all lists; POST does what its button says, and what was refused stays in its fields."""
    if request.method == "GET":
        return _draw(request, actor)
    try:
        place = _do(request, actor)
    except NotFound:
        raise
    except DomainError as refusal:
        return _draw(request, actor, refusal)
    return HttpResponseRedirect(f"{resolve_url('mail:modules')}#{place}", status=303)


def _do(request: HttpRequest, actor: Actor) -> str:
    """Carry it out; where on the page to look afterwards."""
    step, title, text = (request.POST.get(name, "") for name in ("step", "title", "text"))
    text = text.replace("\r\n", "\n")
    if step == "add":
        team = request.POST.get("team", "")
        return f"module-{modules.add(actor, title, text, team=_uuid(team) if team else None).pk}"
    module = _uuid(request.POST.get("module", ""))
    if step == "delete":
        modules.delete(actor, module)
        return "main"
    if way := _WAYS.get(step):
        modules.move(actor, module, way)
    else:
        modules.change(actor, module, title, text)
    return f"module-{module}"


def _draw(request: HttpRequest, actor: Actor, refusal: DomainError | None = None) -> HttpResponse:
    """`wrong` is the module whose form was refused, "new" and a team for a new one; its fields keep what was typed."""
    tried = request.POST.get("module") or f"new-{request.POST.get('team', '')}"
    context = {
        "shelves": modules.shelves(actor),
        "leads": actor.role == Staff.Role.SUPERVISOR,
        "placeholders": [f"{{{name}}}" for name in modules.PLACEHOLDERS],
        "max_title": modules.MAX_TITLE,
        "max_text": modules.MAX_TEXT,
        "wrong": tried if refusal else "",
        "error": str(refusal.sentence) if refusal else "",
        "tried_title": request.POST.get("title", ""),
        "tried_text": request.POST.get("text", ""),
    }
    return render(request, "mail/modules.html", context, status=refusal.status if refusal else 200)


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise NotFound from None
