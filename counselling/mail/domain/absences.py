"""Away for some days: the letters go to a substitute, and the young people are told who answers now.

For a colleague who fell ill, those who lead their team enter it (`of`); they see no letter by it, and it is noted.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from counselling.cases.domain import by_letter, seats
from counselling.cases.models import Case
from counselling.errors import Conflict, Invalid, NotFound
from counselling.mail.models import Absence, Correspondence, Letter
from counselling.people.domain import audit, teamkeys
from counselling.people.domain.actors import Actor
from counselling.people.models import Staff, Team

LONGEST_DAYS = 366
_KNOWN = _("In dieser Zeit hast du schon eine Abwesenheit eingetragen.")
_KNOWN_OF_COLLEAGUE = _("Für diese Zeit ist schon eine Abwesenheit eingetragen.")
_NOBODY = _("Wähle jemanden aus deinem Team.")
_NOBODY_FOR_COLLEAGUE = _("Wähle jemand anderen, der in diesem Team Briefe öffnen kann.")


class Refused(Invalid):
    """An absence that cannot be planned like this; `field` is where the form says so."""

    def __init__(self, field: str, sentence: str | Promise) -> None:
        super().__init__(sentence)
        self.field = field


@dataclass(frozen=True)
class Planned:
    """One of my absences. `left`: how many of my letter cases stay with me while it runs."""

    id: int
    begins: date
    ends: date
    substitute: str
    runs: bool
    left: int


def planned(actor: Actor) -> list[Planned]:
    """My absences that are not over, the next one first. Two queries."""
    actor.require_counsellor()
    today = timezone.localdate()
    rows = list(Absence.objects.filter(staff=actor.id, ends__gte=today).select_related("substitute"))
    left = _resting(actor.id).count() if any(row.begun for row in rows) else 0
    return [
        Planned(row.pk, row.begins, row.ends, row.substitute.alias, row.begun, left if row.begun else 0) for row in rows
    ]


def substitutes(actor: Actor, *, of: UUID | None = None) -> list[tuple[UUID, str]]:
    """Who could answer for me, by name: counsellors who share a team with me and can open its vault.

    For a colleague (`of`), by those who lead: out of the teams they lead. Raises NotFound, NotAllowed.
    """
    who, teams = _whose(actor, of)
    found: dict[UUID, str] = {}
    for team in teams:
        people = teamkeys.openers(team.pk).exclude(pk=who).filter(role=Staff.Role.COUNSELLOR, teams=team)
        found |= dict(people.values_list("pk", "alias"))
    return sorted(found.items(), key=lambda one: one[1].casefold())


def plan(actor: Actor, *, begins: date, ends: date, substitute: UUID, of: UUID | None = None) -> None:
    """Be away from `begins` to the end of `ends` (local days). Begins it today, my letters go within a minute.

    The same absence once more changes nothing. `of`: not I am away, but this colleague in a team that I lead.

    Raises Refused with the field: in the past, the wrong way round, too long, overlapping, nobody who could answer;
    NotFound where the colleague is none of theirs, NotAllowed.
    """
    who, _teams = _whose(actor, of)
    with transaction.atomic():
        # One after the other, so that two tabs cannot plan the same days.
        people = list(Staff.objects.select_for_update(no_key=True).filter(pk__in=[who, substitute]).order_by("pk"))
        _check_days(begins, ends)
        if Absence.objects.filter(staff=who, begins=begins, ends=ends, substitute=substitute).exists():
            return  # the form came twice
        if _of(who, begins, ends).exists():
            raise Refused("begins", _KNOWN if of is None else _KNOWN_OF_COLLEAGUE)
        if substitute not in dict(substitutes(actor, of=of)) or len(people) != 2:  # noqa: PLR2004 -- who are locked
            raise Refused("substitute", _NOBODY if of is None else _NOBODY_FOR_COLLEAGUE)
        if _of(substitute, begins, ends).exists():
            raise Refused("substitute", _("Diese Person ist in der Zeit selbst nicht da."))
        Absence.objects.create(staff_id=who, begins=begins, ends=ends, substitute_id=substitute)
        if of is not None:
            audit.note("absence_set", by=actor, subject=who)


def on_day(actor: Actor, day: date) -> bool:
    """Whether I am away on this local day: a letter that is planned for it goes out all the same."""
    actor.require_counsellor()
    return _of(actor.id, day, day).exists()


def days_of(staff: Collection[UUID], first: date, last: date) -> set[tuple[UUID, date]]:
    """On which local days, both ends included, which of these people are away. One query."""
    rows = Absence.objects.filter(staff__in=staff, begins__lte=last, ends__gte=first)
    found = set()
    for who, begins, ends in rows.values_list("staff", "begins", "ends"):
        begin, end = max(begins, first), min(ends, last)
        found |= {(who, begin + timedelta(days=n)) for n in range((end - begin).days + 1)}
    return found


def drop(actor: Actor, absence: int, *, of: UUID | None = None) -> None:
    """Not away after all, or back early. What went to the substitute stays there. Safe to repeat.

    `of`: an absence of this colleague in a team that I lead, whoever entered it. Raises NotFound, NotAllowed.
    """
    who, _teams = _whose(actor, of)
    with transaction.atomic():
        gone, _rows = Absence.objects.filter(pk=absence, staff=who).delete()
        if gone and of is not None:
            audit.note("absence_set", by=actor, subject=who, code="dropped")


def begin_due(now: datetime) -> int:
    """Pass on the letters of everybody whose absence has begun; how many cases went. A repeat changes nothing.

    While it lasts, whatever comes to wait with them goes on as well: a case that was in a chat, or was handed to them.
    """
    today = timezone.localdate(now)
    running = Absence.objects.filter(begins__lte=today, ends__gte=today).select_related("staff")
    return sum(_later(row, today) if row.begun else _begin(row, today) for row in list(running))


def _begin(absence: Absence, today: date) -> int:
    """Marked as begun at the very end: what a process that died left over is passed on by the next."""
    cases, to = list(_resting(absence.staff_id).values_list("pk", flat=True)), _who_answers(absence, today)
    moved = sum(_pass_on(case_id, absence, to) for case_id in cases)
    with transaction.atomic():
        Absence.objects.filter(pk=absence.pk, begun=False).update(begun=True)
    return moved


def _later(absence: Absence, today: date) -> int:
    """What waits with somebody who is away already."""
    waiting = _resting(absence.staff_id).filter(unanswered_since__isnull=False, correspondence__due_at__isnull=False)
    on_time = Letter.objects.filter(
        case=OuterRef("pk"), seat__staff=absence.staff_id, send_at__lte=OuterRef("correspondence__due_at")
    )
    waiting = waiting.filter(~Exists(on_time))
    cases = list(waiting.values_list("pk", flat=True))
    to = _who_answers(absence, today) if cases else absence.substitute_id
    return sum(_pass_on(case_id, absence, to) for case_id in cases)


def _who_answers(absence: Absence, today: date) -> UUID:
    """The substitute, or theirs where they are away by now themselves; never in a circle."""
    who, seen = absence.substitute_id, {absence.staff_id}
    while (away := _of(who, today, today).first()) and away.substitute_id not in seen | {who}:
        seen.add(who)
        who = away.substitute_id
    return who


def _pass_on(case_id: UUID, absence: Absence, to: UUID) -> bool:
    """False where the case moved meanwhile, or where the substitute could not read it: then it stays where it is."""
    try:
        with transaction.atomic():
            case = seats.lock(case_id)
            still = Absence.objects.filter(pk=absence.pk).exists()
            if _is_answered_in_time(case, absence.staff_id):  # it goes once that letter has gone
                return False
            if not still or case.state != Case.State.LETTERS or case.keeper_id != absence.staff_id:
                return False
            by_letter.pass_on(case, to, by=None, before=absence.staff.alias, read_seq=0)
    except (NotFound, Conflict):
        return False
    return True


def _is_answered_in_time(case: Case, staff: UUID) -> bool:
    """Whether a planned letter of theirs goes out before an answer is due: nobody waits for longer because of it.

    Where it would come too late the case goes on, and the letter comes back to its writer (`unsent.left_behind`).
    """
    owed = Correspondence.objects.filter(case=case, due_at__isnull=False).first() if case.unanswered_since else None
    planned = Letter.objects.filter(case=case, seat__staff=staff, send_at__isnull=False)
    return (planned.filter(send_at__lte=owed.due_at) if owed else planned).exists()


def _whose(actor: Actor, of: UUID | None) -> tuple[UUID, QuerySet[Team]]:
    """Who is away, and the teams a substitute may be of: mine; of a colleague those that we share and I lead."""
    mine = Team.objects.filter(staff=actor.id)
    if of is None:
        actor.require_counsellor()
        return actor.id, mine
    actor.require_supervisor()
    colleague = Staff.objects.filter(pk=of, is_active=True, role=Staff.Role.COUNSELLOR)
    shared = Team.objects.filter(pk__in=mine.values("pk"), staff__in=colleague)
    if not shared.exists():
        raise NotFound
    return of, shared


def _check_days(begins: date, ends: date) -> None:
    if begins < timezone.localdate():
        raise Refused("begins", _("Dieser Tag ist schon vorbei."))
    if ends < begins:
        raise Refused("ends", _("Das ist vor dem ersten Tag."))
    if (ends - begins).days >= LONGEST_DAYS:
        raise Refused("ends", _("Das ist länger als ein Jahr. Schau noch einmal nach."))


def _resting(staff: UUID) -> QuerySet[Case]:
    return Case.objects.filter(by_letter=True, state=Case.State.LETTERS, keeper=staff)


def _of(staff: UUID, begins: date, ends: date) -> QuerySet[Absence]:
    """The absences of this person that share a day with these."""
    return Absence.objects.filter(staff=staff, begins__lte=ends, ends__gte=begins)
