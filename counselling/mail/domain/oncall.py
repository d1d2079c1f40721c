"""A letter of the night that cannot wait: the on-call list is paged, one after the other, without any content."""

from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from counselling.cases.domain import seats
from counselling.cases.models import Case, Entry, Role, Seat
from counselling.centre.domain import hours
from counselling.errors import NotFound
from counselling.mail.domain import outbox
from counselling.mail.domain.deadlines import CHANNEL
from counselling.mail.models import OnCall, OutgoingMail, Page
from counselling.people.domain import presence

PATIENCE = timedelta(minutes=10)  # before the next person is paged
REST = timedelta(hours=2)  # after the last one, before another letter may begin a new round
LIFE = timedelta(minutes=30)  # a page that arrives even later helps nobody


def begin(case: Case) -> None:
    """An urgent or hinted letter was added to this locked case: page the first of the list, unless the team is here.

    A round that runs goes on as it is, whatever is written meanwhile. Without a list nothing happens.
    """
    now = timezone.now()
    if _somebody_is_there(case, now) or Page.objects.filter(case=case).exists():
        return
    first = _after(case, 0)
    if first:
        Page.objects.create(case=case, began_at=now, place=first.place, next_at=_next_at(case, first, now))
        _page(first)


def follow(now: datetime) -> int:
    """Page the next person where nobody came; how many rounds went on or ended.

    A round ends with an answer, and when the counsellor of the case has read the letter; with `somebody_came` at once.
    A case that is only passed on, to somebody who may be asleep, lets it run.
    """
    return sum(_follow(case_id, now) for case_id in list(Page.objects.values_list("case_id", flat=True)))


def somebody_came(case_id: UUID) -> None:
    """Somebody took this locked case by their own hand: nobody else needs to be paged. Needs `atomic`."""
    Page.objects.filter(case=case_id).delete()


def _follow(case_id: UUID, now: datetime) -> bool:
    with transaction.atomic():
        try:
            case = seats.lock(case_id)
        except NotFound:
            return False
        page = Page.objects.filter(case=case).first()
        if page is None or (page.next_at > now and not _is_over(case)):
            return False
        person = None if _is_over(case) else _after(case, page.place)
        if person is None:
            page.delete()
            return True
        Page.objects.filter(pk=page.pk).update(place=person.place, next_at=_next_at(case, person, now))
        _page(person)
        return True


def _is_over(case: Case) -> bool:
    if case.unanswered_since is None or case.state != Case.State.LETTERS:
        return True
    letters = Entry.objects.filter(case=case, kind=Entry.Kind.LETTER, role=Role.SEEKER)
    newest = letters.aggregate(Max("seq"))["seq__max"] or 0
    sits = Seat.objects.filter(case=case, role=Role.COUNSELLOR, ended_at__isnull=True)
    return sits.filter(read_seq__gte=newest).exists()  # a seat alone says nothing: others or a timer may have given it


def _somebody_is_there(case: Case, now: datetime) -> bool:
    """Within the hours anybody of the team; at any time whoever answers this case."""
    if hours.is_within(case.team_id, CHANNEL, now) and presence.anyone_here(case.team_id, now):
        return True
    return case.keeper is not None and presence.is_here(case.keeper, now)


def _after(case: Case, place: int) -> OnCall | None:
    people = OnCall.objects.filter(team=case.team_id, place__gt=place, staff__is_active=True)
    return people.order_by("place").first()


def _next_at(case: Case, person: OnCall, now: datetime) -> datetime:
    return now + (PATIENCE if _after(case, person.place) else REST)


def _page(person: OnCall) -> None:
    outbox.queue(OutgoingMail.Kind.PAGE, person.email, language=settings.LANGUAGE_CODE, life=LIFE)
