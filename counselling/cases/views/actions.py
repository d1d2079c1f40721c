"""What a counsellor does at the desk: one POST, one domain call, one small JSON answer each."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_POST

from counselling.cases import forms
from counselling.cases.domain import closing, drafts, handover, notes, queue, shift
from counselling.cases.views.parse import body
from counselling.people.domain.actors import Actor
from counselling.people.http import counsellor_required


@require_POST
@counsellor_required
def claim(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Call one waiting young person; a colleague may have been faster (409 taken)."""
    return JsonResponse({"case": queue.claim(actor, body(request, forms.CaseForm)["case"])})


@require_POST
@counsellor_required
def claim_next(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Call whoever is next for me."""
    body(request, forms.EmptyForm)
    return JsonResponse({"case": queue.claim_next(actor)})


@require_POST
@counsellor_required
def status(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Say how reachable I am."""
    shift.set_status(actor, body(request, forms.StatusForm)["status"])
    return JsonResponse({})


@require_POST
@counsellor_required
def capacity(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Say how many chats I take at once."""
    shift.set_capacity(actor, body(request, forms.CapacityForm)["capacity"])
    return JsonResponse({})


@require_POST
@counsellor_required
def note(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Add an internal note."""
    data = body(request, forms.NoteForm)
    return JsonResponse({"note": notes.add(actor, data["case"], data["text"])})


@require_POST
@counsellor_required
def draft(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Keep unsent text with its case."""
    data = body(request, forms.DraftForm)
    drafts.keep(actor, data["case"], data["text"])
    return JsonResponse({})


@require_POST
@counsellor_required
def hand_over(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Give my seat to a colleague."""
    data = body(request, forms.ToColleagueForm)
    handover.to_colleague(actor, data["case"], to=data["to"], note=data["note"])
    return JsonResponse({})


@require_POST
@counsellor_required
def back_to_queue(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Put the case back to the top of the queue."""
    data = body(request, forms.ToQueueForm)
    handover.to_queue(actor, data["case"], note=data["note"])
    return JsonResponse({})


@require_POST
@counsellor_required
def invite(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Ask a colleague in for advice; the young person sees it."""
    data = body(request, forms.InviteForm)
    handover.invite(actor, data["case"], to=data["to"])
    return JsonResponse({})


@require_POST
@counsellor_required
def leave_seat(request: HttpRequest, actor: Actor) -> HttpResponse:
    """End my own consultation."""
    handover.leave_seat(actor, body(request, forms.CaseForm)["case"])
    return JsonResponse({})


@require_POST
@counsellor_required
def uncall(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Put somebody I called back to the top before they appeared."""
    handover.uncall(actor, body(request, forms.CaseForm)["case"])
    return JsonResponse({})


@require_POST
@counsellor_required
def still_here(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Keep a silent chat open."""
    closing.still_here(actor, body(request, forms.CaseForm)["case"])
    return JsonResponse({})


@require_POST
@counsellor_required
def close(request: HttpRequest, actor: Actor) -> HttpResponse:
    """End the chat with the coded closing form."""
    data = body(request, forms.CloseForm)
    closing.close(actor, data["case"], topics=data["topics"], ending=data["ending"], referral=data["referral"])
    return JsonResponse({})


@require_POST
@counsellor_required
def block(request: HttpRequest, actor: Actor) -> HttpResponse:
    """End an abusive chat and make the next start from there harder until midnight."""
    closing.block(actor, body(request, forms.CaseForm)["case"])
    return JsonResponse({})


@require_POST
@counsellor_required
def letter(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Go on with this case in writing: the chat ends, the young person is told how."""
    closing.to_letter(actor, body(request, forms.CaseForm)["case"])
    return JsonResponse({})
