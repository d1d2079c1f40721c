"""How a case stands between its two sides, for the calm card above a composer: a question, a call, a text together.

Opens nothing: codes, ids and times only. Read by both sides' pages, also by the second.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.utils import timezone
from django.utils.functional import Promise

from blended.domain import changes, meetings, ways
from blended.models import JointText, MediaChange
from counselling.cases.models import Case, Role, Seat
from counselling.people.domain.actors import Actor

State = MediaChange.State
JUST_OVER: Final = timedelta(minutes=3)


@dataclass(frozen=True, slots=True)
class Standing:
    """One of these at a time, as one side sees it.

    `state`: "" nothing; asked (the other side waits for my answer); mine (I wait for theirs); ready (a call can be
    entered); go (an agreed chat waits for its young person); over (a call has just ended).
    `channel`: what it is about; `before`: where undoing leads, "" where nothing can be undone.
    `text`: "" | open | mine (I am asked to approve) | theirs (the other side is): the agreement written together.
    """

    case: UUID
    state: str
    change: UUID | None
    channel: str
    before: str
    anonymity: list[str | Promise]  # what it means, one sentence a way
    meeting: UUID | None
    until: datetime | None
    offered: list[str]  # what I may propose now
    text: str


def of(actor: Actor, case_id: UUID) -> Standing:
    """For the two sides. Raises NotFound (an invited colleague has no part), NotAllowed."""
    mine = changes.part(actor, case_id, lock=False)
    case, now = mine.case, timezone.now()
    change = MediaChange.objects.filter(case=case).select_related("meeting").order_by("at").last()
    running = meetings.running(actor, case_id)
    state, channel, meeting = _state(change, running, mine, now)
    told = None if state == "ready" and change and change.meeting_id != meeting else change
    return Standing(
        case=case.pk,
        state=state,
        change=told.pk if told and state else None,
        channel=channel,
        before=told.before if told and state in {"ready", "go"} and not told.appointment_id else "",
        anonymity=_anonymity(state, channel, case),
        meeting=meeting,
        until=changes.until(change) if change and state in {"asked", "mine"} else None,
        offered=[] if state in {"asked", "mine", "ready"} else _offered(case, mine, now),
        text=_text(case, mine),
    )


def history(actor: Actor, case_id: UUID) -> list[MediaChange]:
    """Every change and proposal of the case, the newest first. Raises NotFound, NotAllowed."""
    changes.part(actor, case_id, lock=False)
    return list(MediaChange.objects.filter(case=case_id).order_by("-at"))


def _state(
    change: MediaChange | None, running: meetings.MeetingView | None, mine: Seat, now: datetime
) -> tuple[str, str, UUID | None]:
    """state, channel, meeting."""
    if running:
        return "ready", running.kind, running.id
    if change is None:
        return "", "", None
    if changes.waits(change, mine.case, now):
        return ("mine" if change.proposed_by == mine.role else "asked"), change.after, None
    if _is_open_chat(change, mine, now):
        return "go", change.after, None
    ended = change.meeting.ended_at if change.meeting else None
    if change.state == State.AGREED and ended and now - ended < JUST_OVER and mine.case.state == Case.State.ACTIVE:
        return "over", change.after, None
    return "", "", None


def _anonymity(state: str, channel: str, case: Case) -> list[str | Promise]:
    """Before somebody says yes; to a talk both ways are told, since they choose."""
    if state != "asked":
        return []
    told = ways.TALK if channel in ways.TALK else [channel]
    return list(dict.fromkeys(ways.anonymity(one, case) for one in told))


def _is_open_chat(change: MediaChange, mine: Seat, now: datetime) -> bool:
    agreed = change.state == State.AGREED and change.after == ways.CHAT and mine.case.state == Case.State.LETTERS
    return bool(agreed and change.answered_at and now - change.answered_at < changes.USE)


def _offered(case: Case, mine: Seat, now: datetime) -> list[str]:
    offered = changes.offered(case)
    if mine.role == Role.SEEKER:
        return offered
    return [to for to in offered if not changes.patience(case, to, now)]


def _text(case: Case, mine: Seat) -> str:
    joint = JointText.objects.filter(case=case, purpose=JointText.Purpose.AGREEMENT, done_at=None).first()
    if joint is None:
        return ""
    said = joint.seeker_approved == joint.version, joint.counsellor_approved == joint.version
    me, other = said if mine.role == Role.SEEKER else said[::-1]
    return "mine" if other and not me else "theirs" if me else "open"
