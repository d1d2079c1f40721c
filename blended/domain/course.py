"""Every change of channel as one row and one count, however it came about; the case's channel follows.

`changes.py` proposes and agrees; calls that begin and visits that were kept are told to `record`.
"""

from django.utils import timezone

from blended.domain import ways
from blended.models import Appointment, MediaChange, Meeting
from counselling.cases.domain import counting, timeline
from counselling.cases.models import Case, Role

State = MediaChange.State
SIDES = {Role.SEEKER: "seeker", Role.COUNSELLOR: "counsellor"}


def record(
    case: Case, after: str, *, appointment: Appointment | None = None, meeting: Meeting | None = None
) -> MediaChange | None:
    """A call in which both are for the first time, or an appointment that was kept, in a locked case; once for each.

    None where it is known: the call was agreed on in a chat, and that was the change. A call is the case's channel
    until `over`; a visit is over when it is told, so the case stays where it is, and its notice says how they met.
    """
    appointment = appointment or (meeting.appointment if meeting else None)
    rows = MediaChange.objects.filter(case=case)
    if meeting and rows.filter(meeting=meeting).exists():
        return None
    if appointment and rows.filter(appointment=appointment).exists():
        return None
    now = timezone.now()
    change = MediaChange.objects.create(
        case=case,
        before=ways.base(case) or case.channel,
        after=after,
        proposed_by=appointment.proposed_by if appointment else Role.COUNSELLOR,
        reason="appointment" if appointment else "",
        phase=ways.phase(case, now),
        state=State.AGREED,
        appointment=appointment,
        meeting=meeting,
        at=now,
        answered_at=now,
    )
    if meeting:
        switch(case, after)
    else:
        timeline.add_notice(case, "change_met", channel=after)
    count(case, change)
    return change


def over(case: Case) -> None:
    """The call of a locked case is over: it goes on in writing, and silence is counted from now."""
    if case.channel in ways.TALK:
        case.channel = ways.base(case) or ways.CHAT
    elif case.state != Case.State.ACTIVE:
        return
    case.last_at = timezone.now()
    case.save(update_fields=["channel", "last_at"])


def switch(case: Case, channel: str) -> None:
    """The locked case goes on there."""
    case.channel = channel
    case.save(update_fields=["channel"])


def count(case: Case, change: MediaChange, event: str = "media_change") -> None:
    """One row of codes: media_change | media_refused | media_undone."""
    codes = {"from": change.before, "to": change.after, "proposed_by": SIDES[Role(change.proposed_by)]}
    counting.count_case(event, case, **codes, reason=change.reason, phase=change.phase)
