"""A text that both sides write, as pages and their scripts are told; shared by both sides' views."""

from dataclasses import asdict
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render

from blended.change_forms import DeskStepForm, TextForm, WriteForm
from blended.domain import together
from blended.domain.together import Purpose, Stale, TextView
from counselling.cases.views import parse
from counselling.errors import Conflict, DomainError, Empty, Invalid, TooLong
from counselling.people.domain.actors import Actor

REFUSED = (Conflict, Empty, Invalid, TooLong)


def now(request: HttpRequest, actor: Actor) -> JsonResponse:
    """How it stands: GET with `case` and `purpose`."""
    asked = parse.query(request, TextForm)
    return JsonResponse(told(actor, asked["case"], asked["purpose"]))


def write(request: HttpRequest, actor: Actor) -> JsonResponse:
    """Words from a script: `saved` says whether they stand there; if not, the answer has what does."""
    said = parse.body(request, WriteForm)
    try:
        view = together.write(actor, said["case"], said["text"], said["version"], said["purpose"])
    except Stale as stale:
        return JsonResponse({"saved": False, **_data(stale.now)})
    return JsonResponse({"saved": True, **_data(view)})


def step(request: HttpRequest, actor: Actor) -> JsonResponse:
    """A button from a script; what it cannot do is answered as an error, a stale version with what stands there."""
    said = parse.body(request, DeskStepForm)
    try:
        carry_out(actor, said["case"], said["step"], said["version"] or 0)
    except Stale as stale:
        return JsonResponse({"saved": False, **_data(stale.now)})
    return JsonResponse({"saved": True, **told(actor, said["case"])})


def carry_out(actor: Actor, case_id: UUID, step: str, version: int) -> None:
    """Raises what `together` raises; Invalid for what is no step of this side."""
    if step == "approve":
        together.approve(actor, case_id, version)
    elif step == "object" and actor.kind == "seeker":
        together.object_to(actor, case_id)
    elif step == "begin" and actor.kind != "seeker":
        together.begin(actor, case_id)
    elif step == "discard" and actor.kind != "seeker":
        together.discard(actor, case_id)
    else:
        raise Invalid


def told(actor: Actor, case_id: UUID, purpose: str = Purpose.AGREEMENT) -> dict[str, Any]:
    """`state` is open or none; then `kept` names the last one that both approved."""
    view = together.read(actor, case_id, purpose)
    if view:
        return _data(view)
    kept = together.kept_last(actor, case_id) if purpose == Purpose.AGREEMENT else None
    return {"state": "none", "kept": str(kept or "")}


def saved(actor: Actor, case_id: UUID, said: dict[str, Any]) -> None:
    """The plain form: what was typed is written first, then the button does what it says."""
    step, version = said["step"], said["version"] or 0
    if step in {"save", "approve"}:
        version = together.write(actor, case_id, said["text"], version).version
    if step != "save":
        carry_out(actor, case_id, step, version)


def show(
    request: HttpRequest, actor: Actor, case_id: UUID, context: dict[str, Any], refusal: DomainError | None = None
) -> HttpResponse:
    """The page of either side. After a refusal what was typed stays, and what stands there is shown beside it."""
    joint = together.read(actor, case_id)
    typed = request.POST.get("text") if refusal else None
    theirs = joint.text if joint and isinstance(refusal, Stale) else None
    text = (joint.text if joint else "") if typed is None else typed
    more: dict[str, Any] = {"joint": joint, "case_id": case_id, "refusal": refusal, "text": text, "theirs": theirs}
    more |= {"limit": together.LIMITS[Purpose.AGREEMENT]}
    return render(request, "blended/together.html", context | more, status=refusal.status if refusal else 200)


def _data(view: TextView) -> dict[str, Any]:
    return {"state": "open", **{name: str(v) if isinstance(v, UUID) else v for name, v in asdict(view).items()}}
