"""The beginning of a chat: the counsellor takes a seat and what was written in the waiting room arrives first.

Only that: what stands unsent in a chat's composer stays there, also when the chat went back to the queue meanwhile.
"""

from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from counselling.cases import bell
from counselling.cases.domain import answering, counting, danger_words, drafts, estimates, measuring, seats, timeline
from counselling.cases.models import Case, Draft, Role, Seat, Waiting
from counselling.people.domain.actors import Actor
from counselling.people.models import Staff


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
    if case.by_letter:
        case.keeper = counsellor
    case.save(update_fields=["state", "last_at", "keeper"])
    Seat.objects.filter(case=case, role=Role.SEEKER).update(seen_at=waiting.seen_at)
    Seat.objects.create(case=case, role=Role.COUNSELLOR, staff=counsellor, since=now)
    measured = measuring.of_claim(case, waiting, now)
    timeline.add_notice(case, "chat_began", name=counsellor.alias)
    if key:
        _send_waiting_text(case, key)
    Draft.objects.filter(seat__case=case, seat__role=Role.SEEKER).update(first=False)
    estimates.remember(case.team_id, waiting.since, now)
    counting.count_case("claimed", case, **measured)
    answering.changed(case, counsellor.pk)
    bell.ring(cases=[case.pk], teams=[case.team_id])


def begin_agreed(case: Case, counsellor: Staff) -> None:
    """A chat at an agreed time, past the queue and the hours; `case` is locked and not over, `counsellor` answers it.

    Whoever waited in the queue meanwhile waits no more. What was written there stays in the composer.
    """
    now = timezone.now()
    Waiting.objects.filter(case=case, ended_at__isnull=True).update(
        ended_at=now,
        how=Waiting.How.CLAIMED,
        called_by=None,
        called_at=None,
        deadline=None,
        kept_until=None,
        front=False,
    )
    case.state, case.channel, case.last_at = Case.State.ACTIVE, "chat", now
    case.by_letter, case.keeper = True, counsellor
    case.save(update_fields=["state", "channel", "last_at", "by_letter", "keeper"])
    theirs = Seat.objects.filter(case=case, staff=counsellor).order_by("-read_seq").first()
    Seat.objects.filter(case=case, staff__isnull=False, ended_at__isnull=True).update(ended_at=now)
    # A seat of its own: whoever comes from another page is not lost before the desk's line stands.
    read_seq = theirs.read_seq if theirs else 0
    Seat.objects.create(case=case, role=Role.COUNSELLOR, staff=counsellor, since=now, read_seq=read_seq)
    Draft.objects.filter(seat__case=case, seat__role=Role.SEEKER).update(first=False)
    timeline.add_notice(case, "chat_began", name=counsellor.alias)
    counting.count_case("chat_agreed", case)
    bell.ring(cases=[case.pk], teams=[case.team_id])


def _send_waiting_text(case: Case, key: bytes) -> None:
    seat = Seat.objects.get(case=case, role=Role.SEEKER)
    if not Draft.objects.filter(seat=seat, first=True).exists():
        return
    text = drafts.of_seat(seat, key).strip()
    if text:
        timeline.add_message(case, seat, key, text)
        Draft.objects.filter(seat=seat).delete()


@dataclass(frozen=True, slots=True)
class Kept:
    """What became of unsent text. `first`: it will be the first message; `hinted`: a word of the list stands in it."""

    first: bool
    hinted: bool


def keep_first(actor: Actor, case_id: UUID, text: str) -> Kept:
    """Keep what a seeker writes in the waiting room: it becomes the first message when somebody comes.

    Not when somebody came before it was kept: then it is unsent text like any other. Otherwise a word that hints at
    danger puts the case forward already. Raises TooLong, NotFound.
    """
    actor.require_seeker()
    with transaction.atomic():
        seat = seats.locked(actor, case_id)  # a beginning comes before this or after it, never in between
        drafts.keep(actor, case_id, text)
        goes_first = seat.case.state != Case.State.ACTIVE
        hinted = danger_words.lately(seat.case.team_id).stand_in(text)
        if hinted and goes_first:
            danger_words.put_forward([case_id])
        Draft.objects.filter(seat=seat).update(first=goes_first)
    return Kept(goes_first, hinted)


def keep_unsent(actor: Actor, case_id: UUID, text: str) -> Kept:
    """Keep what stands in a seeker's composer; it is only ever sent by hand. Raises TooLong, NotFound.

    A word that hints at danger is told to nobody but the writer's own page, which shows help.
    """
    actor.require_seeker()
    with transaction.atomic():
        team = seats.seated(actor, case_id).case.team_id
        drafts.keep(actor, case_id, text)
        Draft.objects.filter(seat__case=case_id, seat__role=Role.SEEKER).update(first=False)
    return Kept(first=False, hinted=danger_words.lately(team).stand_in(text))


def goes_first(actor: Actor, case_id: UUID) -> bool:
    """Whether the seeker's draft was written in the waiting room."""
    seat = seats.seated(actor, case_id)
    return Draft.objects.filter(seat=seat, first=True).exists()
