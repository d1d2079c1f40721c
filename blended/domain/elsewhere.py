"""A meeting in another system's room: what is known before consent, the way in, and the way back to the room here.

Nothing is asked of the other system before somebody consents, and nobody gets in outside the meeting's time. While a
question is on its way no row is locked; what came back is kept only if nobody was faster.
"""

import json
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from blended.domain import meetings, turn
from blended.domain.meetings import MeetingView, Over, TooEarly
from blended.domain.rooms import Door, RoomDown, Talk, configured, link
from blended.domain.rooms import Role as Side
from blended.models import Meeting, Room
from counselling.cases.domain import keys, seats
from counselling.cases.models import Role
from counselling.errors import Conflict, NotFound
from counselling.people.domain.actors import Actor
from counselling.vault.sealing import Binding, Kind, Unreadable, open_sealed, seal

_SIDES: Final[dict[str, Side]] = {"counsellor": "host", "seeker": "guest"}


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """A meeting and its other room, before anybody asked anything of it."""

    meeting: MeetingView
    company: str
    lasting: bool  # the same link for both, as long as the room lives
    pasted: bool  # somebody of the team brings the link or code
    brought: bool  # … and did
    here: bool  # whether the room of this page is an alternative


def look(actor: Actor, meeting_id: UUID) -> Elsewhere:
    """For the two sides, around the appointment. Raises NotFound, TooEarly, Over."""
    view = meetings.look(actor, meeting_id)
    _require_open(view)
    row = Meeting.objects.select_related("case").get(pk=meeting_id)
    return Elsewhere(
        meeting=view,
        company=configured.company(row.case.team_id, row.provider),
        lasting=row.provider in {Room.Provider.WEBEX, Room.Provider.LINK},
        pasted=row.provider == Room.Provider.LINK,
        brought=row.sealed is not None,
        here=turn.mode() != "off",
    )


def enter(actor: Actor, meeting_id: UUID) -> Door:
    """A fresh way in, for somebody who consented.

    Raises NotFound, TooEarly, Over, Conflict (it is held here now), NotYet, RoomDown, RoomRefused, Locked.
    """
    view = look(actor, meeting_id).meeting
    if view.provider == Room.Provider.BUILTIN:
        raise Conflict
    seat = seats.seated(actor, view.case)
    key = keys.case_key(actor, view.case)
    room = configured.of_team(seat.case.team_id, view.provider)
    for _attempt in range(2):
        row = _row(meeting_id)
        talk = Talk(row.opens_at, row.ends_at, _remembered(key, row))
        before = dict(talk.memory)
        door = room.prepare(talk, _SIDES[view.side], _name(view))
        if _kept(actor, row, key, talk if talk.memory != before else None):
            return door
    raise RoomDown("busy")


def bring(actor: Actor, meeting_id: UUID, text: str) -> None:
    """The counsellor's link or code for this meeting; an empty text takes it away again.

    Raises NotFound, TooEarly, Over, Conflict, Invalid, TooLong, Locked.
    """
    view = meetings.look(actor, meeting_id)
    if view.side != "counsellor":
        raise NotFound
    _require_open(view)
    memory = link.read(text) if text.strip() else {}
    key = keys.case_key(actor, view.case)
    with transaction.atomic():
        seats.locked(actor, view.case)
        row = _row(meeting_id)
        if row.provider != Room.Provider.LINK:
            raise Conflict
        row.sealed = _sealed(key, row, memory) if memory else None
        row.save(update_fields=["sealed"])


def stay_here(actor: Actor, meeting_id: UUID) -> None:
    """The room of this page instead, for both; whoever asks for it, and for whatever reason. Safe to repeat.

    Raises NotFound, TooEarly, Over, Conflict where there is no such room either.
    """
    view = meetings.look(actor, meeting_id)
    with transaction.atomic():
        case = seats.locked(actor, view.case).case
        row = _row(meeting_id)
        _require_open(meetings.look(actor, meeting_id))
        if row.provider == Room.Provider.BUILTIN:
            return
        if turn.mode() == "off":
            raise Conflict
        meetings.back_here(case, row)


# --- inside ----------------------------------------------------------------------------------------------------------


def _require_open(view: MeetingView) -> None:
    if timezone.now() < view.opens_at:
        raise TooEarly
    if view.state != "open":
        raise Over


def _row(meeting_id: UUID) -> Meeting:
    row = Meeting.objects.filter(pk=meeting_id).first()
    if row is None:
        raise NotFound
    return row


def _name(view: MeetingView) -> str:
    """What shows in the other room: a young person never has a name there."""
    if view.side == "seeker":
        return _("Gast")
    return next((one["name"] for one in seats.names([view.case])[view.case] if one["role"] == "counsellor"), _("Team"))


def _kept(actor: Actor, seen: Meeting, key: bytes, talk: Talk | None) -> bool:
    """Remember what is new and that somebody went there. False when the other side remembered something meanwhile."""
    with transaction.atomic():
        seat = seats.locked(actor, seen.case_id)
        row = _row(seen.pk)
        _require_open(meetings.look(actor, seen.pk))
        if row.provider != seen.provider:
            raise Conflict
        if bytes(row.sealed or b"") != bytes(seen.sealed or b""):
            return False
        if talk:
            row.sealed = _sealed(key, row, talk.memory)
            row.save(update_fields=["sealed"])
        meetings.went_elsewhere(seat, row, timezone.now())
        return True


def _binding(row: Meeting) -> Binding:
    return Binding(Kind.APPOINTMENT, row.case_id, Role.COUNSELLOR, ref=row.pk)


def _sealed(key: bytes, row: Meeting, memory: dict[str, str]) -> bytes:
    return seal(key, json.dumps(memory), _binding(row))


def _remembered(key: bytes, row: Meeting) -> dict[str, str]:
    """What an adapter kept; one that does not open is as if it had kept nothing."""
    if row.sealed is None:
        return {}
    try:
        return dict(json.loads(open_sealed(key, row.sealed, _binding(row))))
    except Unreadable:
        return {}
