"""What a counsellor's desk shows: the queue, my cases, colleagues; a constant number of queries."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import BooleanField, Count, Exists, ExpressionWrapper, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from counselling.cases.domain import closing, danger, door, drafts, facts, keys, notes, places, queue, seats, trail
from counselling.cases.models import Case, Entry, Role, Seat, Waiting
from counselling.centre.domain import topics as centre_topics
from counselling.errors import NotFound
from counselling.people.domain import presence, teamkeys
from counselling.people.domain.actors import Actor
from counselling.people.models import Staff, Team

QUEUE_PAGE = 50


def state(actor: Actor, now: datetime) -> dict[str, Any]:
    """The whole left side of the desk, ready for JSON: its rows are what the builders below return, times in ISO 8601.

    Raises NotAllowed, NotFound (no team).
    """
    actor.require_counsellor()
    team = Team.objects.filter(staff=actor.id).order_by("name").first()
    if team is None:
        raise NotFound
    everybody = _queue(actor, team)
    line = list(everybody[:QUEUE_PAGE])
    mine = list(_mine(actor))
    called = list(everybody.filter(called_by=actor.id))
    opened = keys.case_keys(actor, [row.case_id for row in [*line, *called, *mine]])
    status = door.status(team.pk, now)
    return {
        "me": _me(actor),
        "service": {"open": status.open, "waiting": status.waiting, "alert": door.nobody_for_long(team, now)},
        "colleagues": [_colleague(staff, now) for staff in _staff(team, now) if staff.pk != actor.id],
        "queue": [_waiting_row(row, opened, now) for row in line],
        "queue_total": status.waiting,
        "mine": [_called_row(row, opened, now) for row in called] + [_mine_row(row, opened, now) for row in mine],
        "vault": teamkeys.standing(actor.id, team.pk),
        "now": now.isoformat(),
    }


def case_panel(actor: Actor, case_id: UUID) -> dict[str, Any]:
    """The right side for one of my cases. Raises NotFound, NotAllowed."""
    actor.require_counsellor()
    seat = seats.seated(actor, case_id)
    key = keys.case_key(actor, case_id)
    trail.opened(actor, seat.case)
    case = Case.objects.select_related("facts").prefetch_related("topics").get(pk=case_id)
    return {
        "case": str(case_id),
        "nickname": keys.nickname(case, key),
        "state": case.state,
        "opened_at": case.opened_at.isoformat(),
        "role": seats.ROLE_NAMES[Role(seat.role)],
        "facts": _facts(case),
        "labels": _labels(case),
        "notes": notes.of_case(actor, case_id, key),
        "history": _history(case_id),
        "seats": seats.names([case_id])[case_id],
        "draft": drafts.of_seat(seat, key),
        "topics": [{"code": code, "label": str(label)} for code, label in centre_topics.active()],
        "endings": [{"code": code, "label": str(label)} for code, label in closing.ENDINGS],
    }


# --- queries ---------------------------------------------------------------------------------------------------------


def _queue(actor: Actor, team: Team) -> QuerySet[Waiting, Any]:
    before = Seat.objects.filter(case__seeker=OuterRef("case__seeker"), staff=actor.id)  # of earlier chats too
    line = places.in_line(team.pk).select_related("case__facts", "called_by").prefetch_related("case__topics")
    return line.annotate(known=Exists(before), level=danger.newest_level("case"))


def _mine(actor: Actor) -> QuerySet[Seat, Any]:
    return (
        Seat.objects.filter(staff=actor.id, ended_at__isnull=True)
        .exclude(case__state__in=[Case.State.WAITING, Case.State.LETTERS])
        .select_related("case__facts", "case__waiting")
        .prefetch_related("case__topics", "case__seats")
        .annotate(level=danger.newest_level("case"))
        .order_by("since")
    )


def _staff(team: Team, now: datetime) -> QuerySet[Staff, Any]:
    talking = Count("seats", filter=Q(seats__role=Role.COUNSELLOR, seats__ended_at=None, seats__case__state="active"))
    people = Staff.objects.filter(teams=team, is_active=True, role=Staff.Role.COUNSELLOR)
    calls = Waiting.objects.filter(called_by=OuterRef("pk"), ended_at__isnull=True).order_by()
    calling = Coalesce(Subquery(calls.values("called_by").annotate(n=Count("pk")).values("n")), 0)
    covered = ExpressionWrapper(presence.locked(now), output_field=BooleanField())
    counted = people.annotate(talking=talking, calling=calling, locked=covered)
    return counted.prefetch_related("teams").order_by("alias")


# --- rows ------------------------------------------------------------------------------------------------------------


def _me(actor: Actor) -> dict[str, Any]:
    me = Staff.objects.prefetch_related("teams").get(pk=actor.id)
    return {
        "id": str(me.pk),
        "alias": me.alias,
        "status": me.status,
        "capacity": queue.capacity(me),
        "open": queue.open_chats(me.pk),
    }


def _colleague(staff: Any, now: datetime) -> dict[str, Any]:
    status = staff.status if presence.was_seen(staff.seen_at, now) else Staff.Status.AWAY
    if staff.locked and status == Staff.Status.HERE:
        status = Staff.Status.PAUSING
    return {
        "id": str(staff.pk),
        "alias": staff.alias,
        "status": status,
        "open": staff.talking + staff.calling,
        "capacity": queue.capacity(staff),
    }


def _waiting_row(waiting: Any, opened: dict[UUID, bytes], now: datetime) -> dict[str, Any]:
    return {
        "case": str(waiting.case_id),
        "nickname": keys.nickname(waiting.case, opened.get(waiting.case_id)),
        "since": waiting.since.isoformat(),
        "urgent": waiting.urgent,
        "hinted": waiting.hinted,
        "danger": _danger(waiting.level),
        "front": waiting.front,
        "present": places.is_present(waiting, now),
        "called_by": waiting.called_by.alias if waiting.called_by else None,
        "known": waiting.known,
        "facts": _facts(waiting.case),
    }


def _called_row(waiting: Any, opened: dict[UUID, bytes], now: datetime) -> dict[str, Any]:
    """A place I called whose owner has not come yet: no seat, so nothing to read."""
    return {
        "case": str(waiting.case_id),
        "nickname": keys.nickname(waiting.case, opened.get(waiting.case_id)),
        "state": "called",
        "since": waiting.since.isoformat(),
        "last_seq": 0,
        "read_seq": 0,
        "last_at": None,
        "unanswered_since": None,
        "present": places.is_present(waiting, now),
        "deadline": waiting.deadline.isoformat() if waiting.deadline else None,
        "hinted": waiting.hinted,
        "danger": _danger(waiting.level),
        "role": "counsellor",
        "facts": _facts(waiting.case),
    }


def _mine_row(seat: Any, opened: dict[UUID, bytes], now: datetime) -> dict[str, Any]:
    case = seat.case
    theirs = next((row for row in case.seats.all() if row.role == Role.SEEKER), None)
    seen = theirs is not None and theirs.seen_at is not None and now - theirs.seen_at < places.PRESENT
    return {
        "case": str(case.pk),
        "nickname": keys.nickname(case, opened.get(case.pk)),
        "state": case.state,
        "since": seat.since.isoformat(),
        "last_seq": case.last_seq,
        "read_seq": seat.read_seq,
        "last_at": case.last_at.isoformat() if case.last_at else None,
        "unanswered_since": case.unanswered_since.isoformat() if case.unanswered_since else None,
        "present": seen,
        "deadline": None,
        "hinted": case.waiting.hinted,
        "danger": _danger(seat.level),
        "role": seats.ROLE_NAMES[Role(seat.role)],
        "facts": _facts(case),
    }


def _danger(level: str | None) -> str:
    """The level of an open danger, which stands first and is named; else ""."""
    return level if level in danger.SERIOUS else ""


def _facts(case: Case) -> dict[str, Any]:
    return {
        "for_whom": case.facts.for_whom,
        "age_band": case.facts.age_band,
        "gender": case.facts.gender,
        "language": case.language,
        "strain": case.facts.strain,
        "topics": [topic.code for topic in case.topics.all()],
    }


def _labels(case: Case) -> dict[str, Any]:
    topics = dict(centre_topics.active())
    return {
        "for_whom": str(dict(facts.FOR_WHOM).get(case.facts.for_whom, "")),
        "age_band": str(dict(facts.AGE_BANDS).get(case.facts.age_band, "")),
        "gender": str(dict(facts.GENDERS).get(case.facts.gender, "")),
        "strain": str(dict(facts.STRAINS).get(str(case.facts.strain), "")),
        "topics": [str(topics.get(topic.code, topic.code)) for topic in case.topics.all()],
    }


def _history(case_id: UUID) -> list[dict[str, Any]]:
    rows = Entry.objects.filter(case=case_id, kind=Entry.Kind.NOTICE).order_by("-seq")
    return [
        {"at": at.isoformat(), "code": code, "about": about or {}}
        for at, code, about in rows.values_list("at", "code", "about")[:100]
    ]
