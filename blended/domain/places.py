"""Where one can come, and on which days nothing is offered: kept by the team itself."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from blended.domain.refusals import Refused
from blended.models import ClosingDay, Place
from counselling.cases.domain import timeline
from counselling.errors import NotAllowed, NotFound
from counselling.people.domain.actors import Actor
from counselling.people.models import Staff, Team

MOST_DAYS: Final = 60
_LENGTHS: Final = {"name": 80, "address": 300, "way": 600, "door": 600, "access": 300}
_NEEDED: Final = ("name", "address")


@dataclass(frozen=True)
class PlaceTexts:
    """What young people read about a place; name and address are needed."""

    name: str
    address: str
    way: str = ""
    door: str = ""
    access: str = ""


def of_team(team_id: UUID, *, also_old: bool = False) -> list[Place]:
    """A team's places by name; public. `also_old`: those that are not used any more, too."""
    rows = Place.objects.filter(team=team_id)
    return list(rows if also_old else rows.filter(active=True))


def save(actor: Actor, team_id: UUID, texts: PlaceTexts, *, place: int | None = None, active: bool = True) -> int:
    """Write a new place, or change one; its id. By anybody who counsels or leads in the team.

    Raises Refused (field: name, address, way, door, access; empty, too long, name taken), NotFound, NotAllowed.
    """
    require_keeping(actor, team_id)
    fields = {name: _clean(name, getattr(texts, name)) for name in _LENGTHS}
    try:
        with transaction.atomic():
            if place is None:
                return Place.objects.create(team_id=team_id, active=active, **fields).pk
            if Place.objects.filter(pk=place, team=team_id).update(active=active, **fields) != 1:
                raise NotFound
            return place
    except IntegrityError:
        raise Refused("name", _("Einen Ort mit diesem Namen gibt es schon.")) from None


def closing_days(team_id: UUID) -> list[date]:
    """The team's closing days from today on, in order."""
    today = timezone.localdate()
    return list(ClosingDay.objects.filter(team=team_id, day__gte=today).values_list("day", flat=True))


def close(actor: Actor, team_id: UUID, first: date, last: date) -> None:
    """The team offers nothing from `first` to `last`: what was offered there cannot be booked, what is agreed stays.

    Raises Refused (field: first, last), NotAllowed.
    """
    require_keeping(actor, team_id)
    if first < timezone.localdate():
        raise Refused("first", _("Dieser Tag ist schon vorbei."))
    if last < first:
        raise Refused("last", _("Das ist vor dem ersten Tag."))
    if (last - first).days >= MOST_DAYS:
        raise Refused("last", _("Das sind zu viele Tage auf einmal."))
    days = [ClosingDay(team_id=team_id, day=first + timedelta(days=n)) for n in range((last - first).days + 1)]
    with transaction.atomic():
        ClosingDay.objects.bulk_create(days, ignore_conflicts=True)


def reopen(actor: Actor, team_id: UUID, day: date) -> None:
    """The day is an ordinary one again; nothing happens where it was. Raises NotAllowed."""
    require_keeping(actor, team_id)
    with transaction.atomic():
        ClosingDay.objects.filter(team=team_id, day=day).delete()


def teams_of(actor: Actor) -> list[Team]:
    """The teams whose calendar this person sees, by name. Raises NotAllowed for all but counsellors and supervisors."""
    if actor.kind != "staff" or actor.role not in {Staff.Role.COUNSELLOR, Staff.Role.SUPERVISOR}:
        raise NotAllowed
    return list(Team.objects.filter(staff=actor.id))


def require_keeping(actor: Actor, team_id: UUID) -> None:
    """Raises NotAllowed for whoever neither counsels nor leads in this team."""
    if team_id not in {team.pk for team in teams_of(actor)}:
        raise NotAllowed


def _clean(name: str, text: str) -> str:
    text = timeline.whole_characters(text).replace("\r\n", "\n").strip()
    if not text and name in _NEEDED:
        raise Refused(name, _("Das fehlt noch."))
    if len(text) > _LENGTHS[name]:
        raise Refused(name, _("Das ist zu lang."))
    return text
