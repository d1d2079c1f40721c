"""When it is red: the next person is called until somebody looks, my other chats go on, and the place may be told."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final, Protocol
from uuid import UUID

from django.db import transaction
from django.db.models import Count, Max, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy

from counselling.cases import bell
from counselling.cases.domain import alarm, danger, handover, keys, risk_records, risk_words, seats, timeline, twice
from counselling.cases.models import Case, Level, Risk, RiskEvent, RiskRecord, Role, Seat, Whereabouts
from counselling.errors import Closed, Conflict, Empty, NotAllowed, NotFound, TooLong
from counselling.people.domain.actors import Actor
from counselling.vault import sealing
from counselling.vault.sealing import Binding, Kind

MAX_TEXT: Final = 500
CALL_AGAIN: Final = timedelta(minutes=5)
OFTEN: Final = 12  # calls; then somebody reads them, or nobody does
LATER: Final = timedelta(hours=1)
_RANG: Final = "rang"  # there was nobody to call: only the bell on the team's pages


@dataclass(frozen=True, slots=True)
class Told:
    """What a young person told about where they are; `text` is None when it does not open."""

    at: datetime
    text: str | None = field(repr=False)


def unseen(now: datetime) -> int:
    """Somebody is called without content: for orange once, for red the next person every five minutes until seen.

    After an hour of that once an hour, as long as the case is there.

    A timer: how many records were called for. Each by compare-and-set, so that several processes send one mail.
    """
    first = Q(alerted_at__isnull=True)
    again = Q(alerted_at__lte=now - CALL_AGAIN)
    calls = Count("events", filter=Q(events__code__in=[*risk_words.CALLS, _RANG]))
    red = risk_records.unseen_of(Level.RED).filter(first | again).annotate(calls=calls)
    due = [row for row in red if row.calls < OFTEN or row.alerted_at is None or now - row.alerted_at >= LATER]
    return sum(_call(record, now) for record in [*due, *risk_records.unseen_of(Level.ORANGE).filter(first)])


@dataclass(frozen=True, slots=True)
class Called:
    """Who was called: somebody of the staff, or None for the address for alarms."""

    staff: UUID | None


class Caller(Protocol):
    """How people are called; a room above this one knows mail, and says so with `call_by`.

    `author` is the id of whoever assessed: they know already and are never called.
    """

    def reaches(self, team: UUID, author: UUID) -> bool:
        """Whether there is anybody to call for this team."""

    def call(self, team: UUID, number: int, author: UUID) -> Called | None:
        """Call the first person (0), the next (1) and so on, and from the beginning again; needs `atomic`.

        None where there is nobody.
        """


_callers: list[Caller] = []


def call_by(caller: Caller) -> None:
    """From now on calls go out by this way as well."""
    _callers.append(caller)


def calls(case_id: UUID) -> bool:
    """Whether anybody but its author can be called for the newest record of a case that has one.

    If not, only the bell on the team's pages rings.
    """
    record = risk_records.newest(case_id)
    return any(caller.reaches(record.team_id, record.author_id) for caller in _callers)


def last_call(case_id: UUID) -> risk_records.LogLine | None:
    """Who was called last for the newest record of a case that has one. Two queries."""
    made = RiskEvent.objects.filter(record=risk_records.newest(case_id), code__in=risk_words.CALLS)
    last = made.order_by("-at", "-pk").values_list("at", "staff__alias").first()
    # Said as of a first call: by now somebody may have seen it, which the page tells beside it.
    return risk_records.LogLine(last[0], risk_words.event(risk_words.CALLS[0], last[1])) if last else None


def _call(record: RiskRecord, now: datetime) -> bool:
    """Called, written down and marked in one transaction: what the log tells was handed on."""
    with transaction.atomic():
        mine = RiskRecord.objects.filter(pk=record.pk, alerted_at=record.alerted_at).update(alerted_at=now) == 1
        if not mine:
            return False
        number = record.events.filter(code__in=risk_words.CALLS).count()
        called = [caller.call(record.team_id, number, record.author_id) for caller in _callers]
        reached = [one for one in called if one]
        for one in reached:
            risk_records.log(record, risk_words.CALLS[min(number, 1)], called=one.staff)
        if not reached:
            risk_records.log(record, _RANG)
        bell.ring(teams=[record.team_id])
    return True


def pass_on_others(actor: Actor, case_id: UUID) -> int:
    """Give all my other running chats back to the top of the queue; how many went.

    Raises NotFound, NotAllowed, Conflict where the newest assessment is not red.
    """
    actor.require_counsellor()
    seats.seated(actor, case_id)
    if not danger.pinned(case_id):
        raise Conflict(gettext_lazy("Das geht nur, solange die Einschätzung auf Rot steht."))
    passed = sum(_pass_on(actor, other) for other in _others(actor, case_id).values_list("case", flat=True))
    if passed:
        with transaction.atomic():
            risk_records.log(risk_records.newest(case_id), "chats_passed", actor)
    return passed


def others(actor: Actor, case_id: UUID) -> int:
    """How many other chats of mine are running."""
    return _others(actor, case_id).count()


def _others(actor: Actor, case_id: UUID) -> QuerySet[Seat]:
    mine = Seat.objects.filter(staff=actor.id, role=Role.COUNSELLOR, ended_at__isnull=True)
    return mine.filter(case__state=Case.State.ACTIVE).exclude(case=case_id)


def _pass_on(actor: Actor, case_id: UUID) -> bool:
    try:
        handover.to_queue(actor, case_id)
    except (NotFound, NotAllowed, Closed):
        return False  # it ended meanwhile
    return True


def may_tell(actor: Actor, case_id: UUID) -> bool:
    """Whether this young person's own case was ever red, so that we ask. Raises NotFound, NotAllowed."""
    actor.require_seeker()
    seats.seated(actor, case_id)
    return Risk.objects.filter(case=case_id, level=Level.RED).exists()


def tell_where(actor: Actor, case_id: UUID, text: str) -> None:
    """The young person says where they are or how to reach them, 1-500 characters, voluntarily; once per form.

    Raises Empty, TooLong, NotFound (nobody asked), NotAllowed.
    """
    if not may_tell(actor, case_id):
        raise NotFound
    text = timeline.whole_characters(text).strip()
    if not text:
        raise Empty
    if len(text) > MAX_TEXT:
        raise TooLong(gettext_lazy("Das ist etwas zu lang. 500 Zeichen gehen, dein Text bleibt stehen."))
    with transaction.atomic():
        case = seats.locked(actor, case_id).case
        key, known = keys.case_key(actor, case_id), Whereabouts.objects.filter(case=case_id)
        lately = known.filter(at__gt=twice.since()).values_list("number", "sealed")
        if any(_open(key, case_id, number, sealed) == text for number, sealed in lately):
            return
        number = (known.aggregate(Max("number"))["number__max"] or 0) + 1
        sealed = sealing.seal(key, text, _binding(case_id, number))
        Whereabouts.objects.create(case=case, number=number, sealed=sealed, at=timezone.now())
        timeline.add_notice(case, "where_told")
        risk_records.log(risk_records.newest(case_id), "where_told")


def told(actor: Actor, case_id: UUID, key: bytes) -> list[Told]:  # noqa: ARG001 -- the actor comes first everywhere
    """What was told, the newest first. For both sides; the caller checked the seat. One query."""
    rows = Whereabouts.objects.filter(case=case_id).order_by("-number")
    return [
        Told(at, _open(key, case_id, number, sealed))
        for number, at, sealed in rows.values_list("number", "at", "sealed")
    ]


def _open(key: bytes, case_id: UUID, number: int, sealed: bytes | memoryview) -> str | None:
    return alarm.opened(key, sealed, _binding(case_id, number))


def _binding(case_id: UUID, number: int) -> Binding:
    return Binding(Kind.WHEREABOUTS, case_id, Role.SEEKER, number)
