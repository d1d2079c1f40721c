"""Signing out: nobody is left alone in an open chat, so each one gets a decision first."""

from collections.abc import Callable
from typing import Any, NamedTuple
from uuid import UUID

from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from counselling.cases.domain import closing, desk, handover, shift
from counselling.cases.forms import LeavingForm
from counselling.centre.domain import topics
from counselling.errors import DomainError, NotFound
from counselling.people import cookies
from counselling.people.domain import sessions
from counselling.people.domain.actors import Actor
from counselling.people.http import staff_required
from counselling.people.models import Staff


class OpenChat(NamedTuple):
    """A row of my desk with the form that asks what becomes of it."""

    row: dict[str, Any]
    form: LeavingForm


@require_http_methods(["GET", "POST"])
@staff_required
def page(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Lists my open chats; once each is decided and done, the session ends and with it my sockets."""
    rows, chats = _open(actor, request.POST if request.method == "POST" else None)
    if request.method == "POST" and all(chat.form.is_valid() for chat in chats):
        chats = [chat for chat in chats if not _carried_out(actor, chat)]
        if not chats:
            return _sign_out(request, actor, rows)
    automatic = [row for row in rows if not _needs_decision(row)]
    return render(request, "cases/sign_out.html", {"chats": chats, "automatic": automatic})


def _open(actor: Actor, data: Any) -> tuple[list[dict[str, Any]], list[OpenChat]]:
    state = _desk_of(actor)
    colleagues = [(row["id"], row["alias"]) for row in state["colleagues"] if row["status"] == Staff.Status.HERE]
    chats = [OpenChat(row, _form(data, row, colleagues)) for row in state["mine"] if _needs_decision(row)]
    return state["mine"], chats


def _desk_of(actor: Actor) -> dict[str, Any]:
    """Supervisors, administrators and counsellors without a team have no chats, but must be able to leave."""
    try:
        return desk.state(actor, timezone.now())
    except DomainError:
        return {"mine": [], "colleagues": []}


def _form(data: Any, row: dict[str, Any], colleagues: list[tuple[str, str]]) -> LeavingForm:
    ended = row["state"] == "closed"
    return LeavingForm(data, case_id=row["case"], colleagues=colleagues, endings=closing.ENDINGS, ended=ended)


def _needs_decision(row: dict[str, Any]) -> bool:
    """Where I only consult I just leave, and a call that was not answered goes back by itself."""
    return bool(row["role"] == "counsellor" and row["state"] != "called")


def _carried_out(actor: Actor, chat: OpenChat) -> bool:
    """Does what was decided; what is refused is said at its chat and asked once more."""
    try:
        MOVES[chat.form.cleaned_data["how"]](actor, UUID(chat.row["case"]), chat.form.cleaned_data)
    except NotFound:
        return True  # gone meanwhile: the young person is with somebody else, or has erased the case
    except DomainError as error:
        chat.form.add_error(None, str(error.sentence))
        return False
    return True


def _end(actor: Actor, case_id: UUID, data: dict[str, Any]) -> None:
    """Files the topics that are known already; signing out is no moment for more."""
    known = desk.case_panel(actor, case_id)["facts"]["topics"]
    offered = topics.codes()
    closing.close(actor, case_id, topics=[code for code in known if code in offered], ending=data["ending"])


MOVES: dict[str, Callable[[Actor, UUID, dict[str, Any]], None]] = {
    "queue": lambda actor, case_id, _data: handover.to_queue(actor, case_id, note=""),
    "colleague": lambda actor, case_id, data: handover.to_colleague(actor, case_id, to=UUID(data["to"]), note=""),
    "letter": lambda actor, case_id, _data: closing.to_letter(actor, case_id),
    "end": _end,
}


def _sign_out(request: HttpRequest, actor: Actor, rows: list[dict[str, Any]]) -> HttpResponse:
    for row in rows:
        if not _needs_decision(row):
            _step_back(actor, row)
    if actor.role == Staff.Role.COUNSELLOR:
        shift.set_status(actor, Staff.Status.AWAY)
    sessions.end(actor)
    logout(request)
    response = redirect("people:sign_in")
    cookies.clear_vault(response)
    return response


def _step_back(actor: Actor, row: dict[str, Any]) -> None:
    move = handover.uncall if row["state"] == "called" else handover.leave_seat
    try:
        move(actor, UUID(row["case"]))
    except DomainError:
        return  # the call was answered or ended in this very moment; the grace period takes care of it
