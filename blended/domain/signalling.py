"""How two browsers find each other: sealed rows that live two minutes, for the two pages that take part now.

Registered with `cases.domain.calls`, so that the chat's lines carry it. Nothing of it crosses a channel layer or Redis.
"""

import json
from collections.abc import Iterable
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from blended.domain import bodies, meetings, turn
from blended.models import Attendance, Meeting, Signal
from counselling.cases import bell
from counselling.cases.domain import calls, keys
from counselling.cases.domain.calls import News, Place
from counselling.cases.models import Case, Role
from counselling.errors import NotFound, SlowDown
from counselling.people.domain.actors import Actor
from counselling.vault import sealing
from counselling.vault.sealing import Binding, Kind, Unreadable

KEPT: Final = timedelta(minutes=2)
MOST_PER_MINUTE: Final = 120
PAGE: Final = 100


def accept(actor: Actor, place: Place, body: dict[str, Any]) -> None:
    """Keep what this page says, sealed under the case's key, until the other one drew it or two minutes passed.

    Raises NotFound unless both take part right now, this page is the one of its side and the body is for the other's;
    Forged, SlowDown, Locked.
    """
    meeting, seat = meetings.part(actor, place.meeting, place.case)
    clean = bodies.clean(body, relay_only=turn.mode() != "local")
    text = json.dumps(clean, separators=(",", ":"))
    sealed = sealing.seal(keys.case_key(actor, place.case), text, _binding(meeting, seat.role))
    with transaction.atomic():
        # One after the other, so that a smaller number never becomes visible behind a larger one.
        list(Attendance.objects.select_for_update(no_key=True).filter(meeting=meeting, role=seat.role))
        now = timezone.now()
        if meetings.standing(meeting, seat, place.page, now) != "both":
            raise NotFound
        there = meetings.other(meeting, seat.role, now)
        if there is None or there.page != bodies.addressee(clean):
            raise NotFound
        lately = Signal.objects.filter(meeting=meeting, role=seat.role, at__gt=now - timedelta(minutes=1))
        if lately.count() >= MOST_PER_MINUTE:
            raise SlowDown
        Signal.objects.create(meeting=meeting, role=seat.role, page=place.page, sealed=sealed, at=now)
        bell.ring(signals=[place.case])


def since(actor: Actor, place: Place, after: int) -> News:
    """How the meeting stands for this page, and what the other page told it. Raises NotFound, Locked."""
    meeting, seat = meetings.part(actor, place.meeting, place.case)
    now = timezone.now()
    state = meetings.standing(meeting, seat, place.page, now)
    there = meetings.other(meeting, seat.role, now) if state == "both" else None
    if there is None:
        return News(state, None, [])
    rows = Signal.objects.filter(meeting=meeting, role=there.role, page=there.page, pk__gt=after, at__gt=now - KEPT)
    key = keys.case_key(actor, place.case)
    return News(state, there.page, _opened(meeting, key, rows.order_by("pk")[:PAGE], place.page))


def stamps(wanted: Iterable[UUID]) -> dict[UUID, object]:
    """The newest signal of each meeting, its end, and who takes part: two queries."""
    ids = list(wanted)
    newest = Meeting.objects.filter(pk__in=ids).annotate(newest=Max("signals__pk"))
    found: dict[UUID, list[object]] = {pk: [*rest] for pk, *rest in newest.values_list("pk", "newest", "ended_at")}
    current = timezone.now() - meetings.LOST
    there = Attendance.objects.filter(meeting__in=ids, left_at=None, seen_at__gt=current, seat__ended_at=None)
    for meeting, role, page, seat in there.order_by("role").values_list("meeting_id", "role", "page", "seat_id"):
        found[meeting].append((role, page, seat))
    return {pk: tuple(stamp) for pk, stamp in found.items()}


def talking(case: UUID) -> bool:
    """Whether both sides of the case are in a call just now."""
    return Case.objects.filter(meetings.talking(timezone.now()), pk=case).exists()


def forget(now: datetime) -> int:
    """A timer: what nobody drew within two minutes says nothing any more."""
    deleted, _ = Signal.objects.filter(at__lte=now - KEPT).delete()
    return deleted


def _opened(meeting: Meeting, key: bytes, rows: Iterable[Signal], page: UUID) -> list[calls.Signal]:
    """Those for this very page; what does not open was not ours."""
    found = []
    for row in rows:
        with suppress(Unreadable):
            body = json.loads(sealing.open_sealed(key, row.sealed, _binding(meeting, row.role)))
            if bodies.addressee(body) == page:
                found.append(calls.Signal(row.pk, meetings.SIDES[Role(row.role)], row.page, body))
    return found


def _binding(meeting: Meeting, role: int) -> Binding:
    return Binding(Kind.SIGNAL, meeting.case_id, role, ref=meeting.pk)
