"""The directory of local help as its team keeps it: writing down, changing, switching off, having checked."""

from collections.abc import Mapping
from dataclasses import fields as fields_of
from typing import Any, Final
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from blended.domain import found_by
from blended.domain.partner_fields import PartnerFields, cleaned
from blended.models import Partner
from counselling.centre.domain import topics
from counselling.centre.models import Topic
from counselling.errors import Invalid, NotAllowed, NotFound
from counselling.people.domain import audit
from counselling.people.domain.actors import Actor
from counselling.people.models import Staff, Team

MOST: Final = 5000  # in one team: a mistake's end, not a shortage
_KEEPERS: Final = (Staff.Role.COUNSELLOR, Staff.Role.SUPERVISOR)
NAMES: Final = tuple(field.name for field in fields_of(PartnerFields))


class Unfit(Invalid):
    """Some fields do not fit; `problems`: a sentence by field."""

    def __init__(self, problems: Mapping[str, str | Promise]) -> None:
        self.problems = dict(problems)
        super().__init__(next(iter(self.problems.values()), None))


def teams(actor: Actor) -> list[Team]:
    """The teams whose directory this person keeps, by name. Raises NotAllowed."""
    _require_keeper(actor)
    return list(Team.objects.filter(staff=actor.id).order_by("name"))


def of_teams(actor: Actor) -> list[Partner]:
    """All of them, switched off ones too, with their teams. One query. Raises NotAllowed."""
    return list(_mine(actor).select_related("team").order_by("-active", "name"))


def one(actor: Actor, number: int) -> Partner:
    """One of these. Raises NotFound, NotAllowed."""
    found = _mine(actor).filter(pk=number).first()
    if found is None:
        raise NotFound
    return found


def write(actor: Actor, fields: PartnerFields, *, team: UUID, number: int | None = None) -> int:
    """A new one, or a change (`number`); its number. A form that comes twice writes once.

    Raises Unfit, NotFound (team or organisation of others), NotAllowed.
    """
    _require_keeper(actor)
    with transaction.atomic():
        kept, problems = cleaned(fields, set(topics.labels()))
        before = lock_team(actor, team)
        same = next((row for row in before if found_by.fold(row.name) == found_by.fold(kept.name)), None)
        if same and same.pk != number:
            if number is None and of_row(same) == kept:
                return same.pk
            problems.setdefault("name", _("Diesen Namen gibt es in eurem Verzeichnis schon."))
        row = next((row for row in before if row.pk == number), None) if number else Partner(team_id=team)
        if row is None:
            raise NotFound
        if number is None and len(before) >= MOST:
            problems.setdefault("name", _("Euer Verzeichnis ist voll."))
        if problems:
            raise Unfit(problems)
        put(row, kept, all_labels()).save()
        audit.note("partner_written", by=actor, subject=team)
    return row.pk


def checked_today(actor: Actor, number: int) -> None:
    """Somebody made sure that everything is still true. Raises NotFound, NotAllowed."""
    _update(actor, number, checked_on=timezone.localdate())


def switch(actor: Actor, number: int, *, on: bool) -> None:
    """Show it to everybody, or to nobody; cards that were placed stay. Raises NotFound, NotAllowed."""
    _update(actor, number, active=on)


def lock_team(actor: Actor, team: UUID) -> list[Partner]:
    """The team's organisations, its directory locked against other writers; needs `atomic`. Raises NotFound."""
    _require_keeper(actor)
    locked = Team.objects.select_for_update(of=("self",)).filter(pk=team).first()
    if locked is None or not Team.objects.filter(pk=team, staff=actor.id).exists():
        raise NotFound
    return list(Partner.objects.filter(team=locked))


def of_row(row: Partner) -> PartnerFields:
    """What is written down about it."""
    values = {name: getattr(row, name) for name in NAMES}
    return PartnerFields(**values | {"topics": tuple(row.topics), "languages": tuple(row.languages)})


def put(row: Partner, fields: PartnerFields, labels: Mapping[str, str]) -> Partner:
    """These cleaned fields into the row, unsaved, with what finds it."""
    for name in NAMES:
        value: Any = getattr(fields, name)
        setattr(row, name, list(value) if isinstance(value, tuple) else value)
    row.found_by = found_by.all_of(fields, labels)
    return row


def all_labels() -> dict[str, str]:
    """By code, what every topic is called in German and, where the centre says so, in English: both are looked for."""
    return {topic.code: f"{topic.label} {topic.label_en}" for topic in Topic.objects.all()}


def _update(actor: Actor, number: int, **values: object) -> None:
    with transaction.atomic():
        if _mine(actor).filter(pk=number).update(**values) != 1:
            raise NotFound
        audit.note("partner_written", by=actor, subject=one(actor, number).team_id)


def _mine(actor: Actor) -> QuerySet[Partner]:
    _require_keeper(actor)
    return Partner.objects.filter(team__in=Team.objects.filter(staff=actor.id))


def _require_keeper(actor: Actor) -> None:
    if actor.kind != "staff" or actor.role not in _KEEPERS:
        raise NotAllowed
