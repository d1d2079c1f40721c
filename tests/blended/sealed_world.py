"""A row in each of blended counselling's tables that holds bytes."""

from datetime import timedelta

from django.utils import timezone

from blended.models import (
    Appointment,
    Feed,
    JointText,
    Meeting,
    PartnerCard,
    Referral,
    Room,
    Signal,
)
from counselling.cases.models import Case, Role
from counselling.people.models import Staff
from tests.support.world import Chat


def everything(chat: Chat) -> None:
    """Written straight into the tables: what they say is told by other tests."""
    case, staff, now = Case.objects.get(pk=chat.case), Staff.objects.get(pk=chat.counsellor.id), timezone.now()
    later = now + timedelta(hours=1)
    Appointment.objects.create(
        case=case,
        staff=staff,
        channel="video",
        starts_at=now,
        ends_at=later,
        state="agreed",
        proposed_by=Role.COUNSELLOR,
        sealed=b"a word for the door " * 4,
        made_at=now,
    )
    meeting = Meeting.objects.create(case=case, kind="video", opens_at=now, ends_at=later, sealed=b"another room " * 5)
    Signal.objects.create(meeting=meeting, role=Role.SEEKER, page=meeting.id, sealed=b"sealed offer " * 5, at=now)
    Room.objects.create(team=case.team, sealed=b"secret of a room " * 4, sealed_at=now)
    Feed.objects.create(staff=staff, lookup=b"address of a calendar, digested."[:32], since=now)
    JointText.objects.create(case=case, purpose="agreement", sealed=b"written together " * 4, at=now)
    PartnerCard.objects.create(case=case, number=1, author=staff, sealed=b"an organisation " * 4, at=now)
    Referral.objects.create(
        case=case,
        author=staff,
        state="handed",
        sealed=b"a summary, agreed " * 4,
        at=now,
        agreed_at=now,
        lookup=b"digest of a code of one time, 32"[:32],
        parcel=b"a parcel for once " * 4,
        handed_at=now,
        expires_at=later,
    )
