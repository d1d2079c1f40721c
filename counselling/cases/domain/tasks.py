"""What the team has to do for a case: sealed, with a day if there is one; young people never see it."""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Final
from uuid import UUID

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from counselling.cases import bell
from counselling.cases.domain import alarm, keys, seats, timeline, twice
from counselling.cases.models import Role, Task
from counselling.errors import Empty, Invalid, NotFound, TooLong
from counselling.people.domain.actors import Actor
from counselling.vault import sealing
from counselling.vault.sealing import Binding, Kind

MAX_TEXT: Final = 500
LATEST: Final = date(2100, 1, 1)


@dataclass(frozen=True, slots=True)
class TaskView:
    """A task as the team reads it; `text` is None when it does not open, `late` once its day is over."""

    number: int
    author: str
    at: datetime
    due_on: date | None
    done_at: datetime | None
    done_by: str
    late: bool
    text: str | None = field(repr=False)


def add(actor: Actor, case_id: UUID, text: str, due_on: date | None = None) -> int:
    """Write down a task of 1-500 characters; its number. Raises Empty, TooLong, Invalid, NotFound, NotAllowed."""
    actor.require_counsellor()
    text = _clean(text)
    if due_on and not timezone.localdate() <= due_on < LATEST:
        raise Invalid(_("Der Tag liegt schon hinter uns. Wähle einen, der noch kommt."))
    with transaction.atomic():
        case = seats.locked(actor, case_id).case
        key = keys.case_key(actor, case_id)
        if repeat := _sent_twice(actor, case_id, key, text, due_on):
            return repeat
        number = (Task.objects.filter(case=case_id).aggregate(Max("number"))["number__max"] or 0) + 1
        sealed = sealing.seal(key, text, _binding(case_id, number))
        Task.objects.create(
            case=case, number=number, author_id=actor.id, sealed=sealed, at=timezone.now(), due_on=due_on
        )
        bell.ring(teams=[case.team_id])
    return number


def set_done(actor: Actor, case_id: UUID, number: int, *, done: bool) -> None:
    """Tick a task off, or take the tick back; doing it twice is fine. Raises NotFound, NotAllowed."""
    actor.require_counsellor()
    with transaction.atomic():
        case = seats.locked(actor, case_id).case
        task = Task.objects.filter(case=case, number=number)
        if not task.exists():
            raise NotFound
        if done:
            task.filter(done_at__isnull=True).update(done_at=timezone.now(), done_by=actor.id)
        else:
            task.update(done_at=None, done_by=None)
        bell.ring(teams=[case.team_id])


def of_case(actor: Actor, case_id: UUID, key: bytes) -> list[TaskView]:
    """What is still to do, by its day, then what is done, the latest first. The caller checked the seat. One query."""
    actor.require_counsellor()
    today = timezone.localdate()
    fields = ("number", "author__alias", "at", "due_on", "done_at", "done_by__alias", "sealed")
    found = [
        TaskView(
            number, author, at, due, done, by or "", bool(due and due < today), _open(key, case_id, number, sealed)
        )
        for number, author, at, due, done, by, sealed in Task.objects.filter(case=case_id).values_list(*fields)
    ]
    still = sorted((task for task in found if not task.done_at), key=lambda task: (task.due_on or LATEST, task.number))
    gone = sorted((task for task in found if task.done_at), key=lambda task: (task.done_at, task.number), reverse=True)
    return still + gone


def _sent_twice(actor: Actor, case_id: UUID, key: bytes, text: str, due_on: date | None) -> int | None:
    """The number of the same task, written by the same person within half a minute: its form was sent twice."""
    lately = Task.objects.filter(case=case_id, author=actor.id, due_on=due_on, at__gt=twice.since())
    rows = lately.values_list("number", "sealed")
    return next((number for number, sealed in rows if _open(key, case_id, number, sealed) == text), None)


def _clean(text: str) -> str:
    text = timeline.whole_characters(text).strip()
    if not text:
        raise Empty
    if len(text) > MAX_TEXT:
        raise TooLong(_("Eine Aufgabe hat höchstens 500 Zeichen. Kürze sie bitte, dein Text bleibt stehen."))
    return text


def _open(key: bytes, case_id: UUID, number: int, sealed: bytes | memoryview) -> str | None:
    return alarm.opened(key, sealed, _binding(case_id, number))


def _binding(case_id: UUID, number: int) -> Binding:
    return Binding(Kind.TASK, case_id, Role.COUNSELLOR, number)
