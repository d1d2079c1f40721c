"""A second look at a colleague's letter: what I was asked to read, and the talk about it inside the team."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render, resolve_url
from django.views.decorators.http import require_GET, require_http_methods

from counselling.errors import DomainError, Locked, NotAllowed, NotFound
from counselling.mail.domain import second_look
from counselling.mail.views.case import draw
from counselling.people.domain.actors import Actor
from counselling.people.http import counsellor_required
from counselling.web.errors import Trouble, answer_keeping_text


@require_GET
@counsellor_required
def listed(request: HttpRequest, actor: Actor) -> HttpResponse:
    """What waits for me, and what I am showing."""
    context = {"asked": second_look.asked(actor), "shared": second_look.shared(actor)}
    return render(request, "mail/second_look_list.html", context)


@require_http_methods(["GET", "POST"])
@counsellor_required
def look(request: HttpRequest, actor: Actor, look_id: UUID) -> HttpResponse:
    """GET reads, POST says something; whoever wrote the letter does that on the case's page and comes back there."""
    refusal = None
    if request.method == "POST":
        try:
            second_look.remark(actor, look_id, _text(request))
        except (NotFound, NotAllowed, Locked) as error:
            return answer_keeping_text(request, Trouble.of(error))
        except DomainError as error:
            refusal = error
    shown = second_look.read(actor, look_id)
    if shown.mine and refusal:
        return draw(request, actor, shown.case, remark=refusal)
    if refusal is None and (shown.mine or request.method == "POST"):
        way = resolve_url("mail:case", shown.case) if shown.mine else resolve_url("mail:second_look", look_id)
        return HttpResponseRedirect(f"{way}#second-look", status=303)
    context = {"look": shown, "error": str(refusal.sentence) if refusal else "", "remark_text": _text(request)}
    return render(request, "mail/second_look.html", context, status=refusal.status if refusal else 200)


def _text(request: HttpRequest) -> str:
    return request.POST.get("remark", "").replace("\r\n", "\n")
