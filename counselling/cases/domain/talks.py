"""The beginning of a chat: the counsellor takes a seat and what was written in the waiting room arrives first.

Only that: what stands unsent in a chat's composer stays there, also when the chat went back to the queue meanwhile.
"""

from uuid import UUID

from django.db import transaction
from django.utils import timezone

from counselling.cases import bell
from counselling.cases.domain import counting, drafts, estimates, seats, timeline
from counselling.cases.models import Case, Draft, Role, Seat, Waiting
from counselling.people.domain.actors import Actor


def begin(case: Case, waiting: Waiting, key: bytes | None) -> None:
    """Seat the counsellor who called; `case` is locked, `waiting.called_by` set. Writes the wait and the count.

    `key` is the case's, as whoever begins can open it; a timer has none, and what was written stays in the composer.
    """
    now = timezone.now()
    counsellor = waiting.called_by
    if counsellor is None:
        raise ValueError("nobody called")
    Waiting.objects.filter(case=case).update(
        ended_at=now,
        how=Waiting.How.CLAIMED,
        called_by=None,
        called_at=None,
        deadline=None,
        kept_until=None,
        front=False,
    )
    case.state = Case.State.ACTIVE
    case.last_at = now  # the silence of 30 minutes is counted from here
    case.save(update_fields=["state", "last_at"])
    Seat.objects.filter(case=case, role=Role.SEEKER).update(seen_at=waiting.seen_at)
    Seat.objects.create(case=case, role=Role.COUNSELLOR, staff=counsellor, since=now)
    timeline.add_notice(case, "chat_began", name=counsellor.alias)
    if key:
        _send_waiting_text(case, key)
    Draft.objects.filter(seat__case=case, seat__role=Role.SEEKER).update(first=False)
    estimates.remember(case.team_id, waiting.since, now)
    counting.count_case("claimed", case)
    bell.ring(cases=[case.pk], teams=[case.team_id])


def _send_waiting_text(case: Case, key: bytes) -> None:
    seat = Seat.objects.get(case=case, role=Role.SEEKER)
    if not Draft.objects.filter(seat=seat, first=True).exists():
        return
    text = drafts.of_seat(seat, key).strip()
    if text:
        timeline.add_message(case, seat, key, text)
        Draft.objects.filter(seat=seat).delete()


def keep_first(actor: Actor, case_id: UUID, text: str) -> bool:
    """Keep what a seeker writes in the waiting room: it becomes the first message when somebody comes.

    False when somebody came before it was kept: then it is unsent text like any other. Raises TooLong, NotFound.
    """
    actor.require_seeker()
    with transaction.atomic():
        seat = seats.locked(actor, case_id)  # a beginning comes before this or after it, never in between
        drafts.keep(actor, case_id, text)
        goes_first = seat.case.state != Case.State.ACTIVE
        Draft.objects.filter(seat=seat).update(first=goes_first)
    return goes_first


def keep_unsent(actor: Actor, case_id: UUID, text: str) -> None:
    """Keep what stands in a seeker's composer; it is only ever sent by hand. Raises TooLong, NotFound."""
    actor.require_seeker()
    with transaction.atomic():
        drafts.keep(actor, case_id, text)
        Draft.objects.filter(seat__case=case_id, seat__role=Role.SEEKER).update(first=False)


def goes_first(actor: Actor, case_id: UUID) -> bool:
    """Whether the seeker's draft was written in the waiting room."""
    seat = seats.seated(actor, case_id)
    return Draft.objects.filter(seat=seat, first=True).exists()
