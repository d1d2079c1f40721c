"""Who sits in a case. A seat comes by opening, claim, hand-over or invitation; every right follows from it."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TypedDict
from uuid import UUID

from django.db import transaction
from django.db.models import Case as Choose
from django.db.models import Exists, OuterRef, QuerySet, Value, When
from django.utils import timezone

from counselling.cases import bell
from counselling.cases.domain import danger, keys, lifetime, trail
from counselling.cases.models import Agreement, Case, Level, Role, Seat
from counselling.errors import NotAllowed, NotFound
from counselling.people.domain.actors import Actor
from counselling.people.models import SeekerAccess, Staff

audit = logging.getLogger("counselling.audit")

ROLE_NAMES = {
    Role.SYSTEM: "system",
    Role.SEEKER: "seeker",
    Role.COUNSELLOR: "counsellor",
    Role.CONSULTANT: "consultant",
}


# A connection is noted every five seconds; whoever was not seen for this long is shown as not connected.
CONNECTED = timedelta(seconds=12)


class SeatView(TypedDict):
    """Somebody of the team in a case, as all who sit there are told. `here`: connected a moment ago; a hint."""

    role: str
    name: str
    here: bool


def seated(actor: Actor, case_id: UUID) -> Seat:
    """The actor's own open seat, with its case.

    Raises NotFound for anybody else's case, NotAllowed for roles that never read.
    """
    if actor.kind == "seeker":
        seats = Seat.objects.filter(case=case_id, role=Role.SEEKER, case__seeker=actor.id)
    else:
        if actor.role != Staff.Role.COUNSELLOR:
            audit.warning("refused case content to a %s", actor.role)
            trail.refused(actor)
            raise NotAllowed
        seats = Seat.objects.filter(case=case_id, staff=actor.id, ended_at__isnull=True, case__team__staff=actor.id)
    seat = seats.select_related("case").first()
    if seat is None:
        raise NotFound
    return seat


def side(seat: Seat) -> Seat:
    """A seat, if it is one of the two between whom its case is.

    Raises NotAllowed for a consultant: they were invited to a chat, and to nothing beside it.
    """
    if seat.role not in {Role.SEEKER, Role.COUNSELLOR}:
        raise NotAllowed
    return seat


def still_seated(claims: Sequence[tuple[Actor, UUID, int]]) -> list[bool]:
    """Of many (actor, case, seat), in their order, which hold by the rule of `seated`. One query."""
    fields = ("pk", "case_id", "role", "case__seeker_id", "staff_id", "ended_at")
    rows = Seat.objects.filter(pk__in={seat for _, _, seat in claims}).values_list(*fields)
    whose = {pk: (case, _holder(*rest)) for pk, case, *rest in rows}
    return [
        whose.get(seat) == (case, (actor.kind, actor.id)) and actor.role in _READERS for actor, case, seat in claims
    ]


_READERS = ("seeker", Staff.Role.COUNSELLOR)


def _holder(role: int, seeker: UUID, staff: UUID | None, ended_at: datetime | None) -> tuple[str, UUID] | None:
    """Who may read by this seat: kind of actor and id."""
    if role == Role.SEEKER:
        return "seeker", seeker
    return ("staff", staff) if staff and ended_at is None else None


def lock(case_id: UUID) -> Case:
    """The case's row, locked first of all rows (order: case, seat, waiting). Raises NotFound; needs `atomic`."""
    case = Case.objects.select_for_update(no_key=True).filter(pk=case_id).first()
    if case is None:
        raise NotFound
    return case


def locked(actor: Actor, case_id: UUID) -> Seat:
    """The actor's open seat with its case locked; raises like `seated`."""
    case = lock(case_id)
    seat = seated(actor, case_id)
    seat.case = case
    return seat


def mark_read(actor: Actor, case_id: UUID, seq: int) -> bool:
    """The actor has read up to this seq: monotone, and never beyond the log's end. False when nothing was new.

    Raises NotFound, NotAllowed.
    """
    seat = seated(actor, case_id)
    if seq <= seat.read_seq:
        return False
    with transaction.atomic():
        unread = Seat.objects.filter(pk=seat.pk, read_seq__lt=seq, case__last_seq__gte=seq)
        if unread.update(read_seq=seq) != 1:
            return False
        bell.ring(cases=[case_id])
    return True


def names(case_ids: list[UUID]) -> dict[UUID, list[SeatView]]:
    """Who is seated for the team, by case: what the seeker is shown. One query."""
    found: dict[UUID, list[SeatView]] = {case_id: [] for case_id in case_ids}
    limit = timezone.now() - CONNECTED
    seats = Seat.objects.filter(case__in=case_ids, ended_at__isnull=True, staff__isnull=False)
    rows = seats.order_by("role", "since").values_list("case_id", "role", "staff__alias", "staff__seen_at")
    for case_id, role, alias, seen_at in rows:
        found[case_id].append(_view(role, alias, seen_at, limit))
    return found


def _view(role: int, alias: str, seen_at: datetime | None, limit: datetime) -> SeatView:
    """A seat of the team, and whether its holder was seen since `limit`."""
    return {"role": ROLE_NAMES[Role(role)], "name": alias, "here": seen_at is not None and seen_at > limit}


@dataclass(frozen=True)
class Company:
    """A case as all who are seated in it see it: where it stands, how far each side has read, who is there."""

    last_seq: int
    state: str
    ending: str
    read: dict[str, int]
    names: list[SeatView]


def company(case_id: UUID) -> Company:
    """The case and its seats in one query. The caller holds a seat; raises NotFound when the case is gone."""
    fields = ("role", "read_seq", "staff__alias", "staff__seen_at", "ended_at")
    of_case = ("case__last_seq", "case__state", "case__ending")
    rows = list(Seat.objects.filter(case=case_id).order_by("role", "since").values_list(*fields, *of_case))
    if not rows:
        raise NotFound
    read, shown, limit = {"seeker": 0, "counsellor": 0}, [], timezone.now() - CONNECTED
    for role, seq, alias, seen_at, ended_at, *_ in rows:
        side = "seeker" if role == Role.SEEKER else "counsellor"
        read[side] = max(read[side], seq)
        if alias is not None and ended_at is None:
            shown.append(_view(role, alias, seen_at, limit))
    last_seq, state, ending = rows[0][len(fields) :]
    return Company(last_seq, state, ending, read, shown)


@dataclass(frozen=True)
class CaseBrief:
    """A seeker's own case, as their pages need it."""

    id: UUID
    nickname: str
    state: str
    channel: str
    last_seq: int
    read_seq: int
    opened_at: datetime
    closed_at: datetime | None
    erase_at: datetime | None  # when an anonymous one goes; None while it runs, and for a kept one
    kept_until: date | None  # the last day of a kept one
    fading: bool  # in its last month
    ending: str
    feedback_given: bool
    urgent: bool
    hinted: bool  # a word in what was written may hint at danger
    endangered: bool  # judged so by the team: not deleted by itself meanwhile
    pinned: bool  # help stands first on its pages
    agreed: bool  # something was agreed on
    seats: list[SeatView]


def own_case(actor: Actor) -> CaseBrief | None:
    """The seeker's open case, else their newest; None when there is none (any more)."""
    return next(iter(_briefs(actor, own(actor)[:1])), None)


def own_cases(actor: Actor) -> list[CaseBrief]:
    """All of the seeker's cases: the open one first, then newest first. A constant number of queries."""
    return _briefs(actor, own(actor))


def own(actor: Actor) -> QuerySet[Case]:
    """The seeker's cases in that order."""
    actor.require_seeker()
    is_closed = When(state=Case.State.CLOSED, then=Value(1))
    return Case.objects.filter(seeker=actor.id).order_by(Choose(is_closed, default=Value(0)), "-opened_at")


def _briefs(actor: Actor, cases: QuerySet[Case]) -> list[CaseBrief]:
    passphrases = SeekerAccess.objects.filter(seeker=OuterRef("seeker"), kind=SeekerAccess.Kind.PASSPHRASE)
    found = list(
        cases.select_related("waiting", "seeker").annotate(
            kept=Exists(passphrases),
            endangered=danger.stands_at(),
            pinned=danger.stands_at([Level.RED]),
            agreed=Exists(Agreement.objects.filter(case=OuterRef("pk"))),
        )
    )
    ids = [case.pk for case in found]
    opened, seated_in = keys.case_keys(actor, ids), names(ids)
    read = dict(Seat.objects.filter(case__in=ids, role=Role.SEEKER).values_list("case", "read_seq"))
    return [_brief(case, opened.get(case.pk), read[case.pk], seated_in[case.pk]) for case in found]


def _brief(case: Case, key: bytes | None, read_seq: int, seated_in: list[SeatView]) -> CaseBrief:
    kept = bool(getattr(case, "kept", False))
    seen_on = case.seeker.seen_on or case.seeker.created_on
    kept_until = lifetime.kept_until(seen_on, case.closed_at) if kept else None
    return CaseBrief(
        id=case.pk,
        nickname=keys.nickname(case, key),
        state=case.state,
        channel=case.channel,
        last_seq=case.last_seq,
        read_seq=read_seq,
        opened_at=case.opened_at,
        closed_at=case.closed_at,
        erase_at=lifetime.closed_until(case.closed_at) if case.closed_at and not kept else None,
        kept_until=kept_until,
        fading=bool(kept_until and lifetime.is_fading(kept_until, timezone.localdate())),
        ending=case.ending,
        feedback_given=case.feedback_given,
        urgent=case.waiting.urgent,
        hinted=case.waiting.hinted,
        endangered=bool(getattr(case, "endangered", False)),
        pinned=bool(getattr(case, "pinned", False)),
        agreed=bool(getattr(case, "agreed", False)),
        seats=seated_in,
    )
