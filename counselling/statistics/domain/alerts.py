"""From which number on those who lead are told, on the page and, if they want, by mail without content.

Mail goes to the centre's address for alarms (staff have none of their own here), while the team's shift runs: within
its hours, or as long as somebody is here. Once an hour for each limit, whatever happens meanwhile.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from counselling.centre.domain import hours
from counselling.centre.models import Centre
from counselling.errors import Invalid, NotFound
from counselling.mail.domain import outbox
from counselling.mail.domain.deadlines import CHANNEL
from counselling.people.domain import audit
from counselling.people.domain.actors import Actor
from counselling.people.models import Team
from counselling.statistics.domain import live
from counselling.statistics.domain.live import Load
from counselling.statistics.models import AlertRule

REST: Final = timedelta(hours=1)  # between two mails about one limit; what arrives even later helps nobody
MAIL: Final = "shift"  # the kind of our mail, whose words `mail.domain.wording` has
_DAY: Final = 24 * 60
_MOST: Final = 999


@dataclass(frozen=True)
class Kind:
    """A number that may have a limit: 1 up to `most`, `default` where nobody set one; minutes or how many."""

    code: str
    label: Promise
    default: int
    most: int
    minutes: bool
    number: Callable[[Load], int | None]


KINDS: Final = (
    Kind(
        "waiting_long", _("Minuten, die jemand auf einen Chat wartet"), 10, _DAY, True, lambda load: load.longest_wait
    ),
    Kind(
        "unanswered",
        _("Minuten, die jemand in einem Chat auf Antwort wartet"),
        5,
        _DAY,
        True,
        lambda load: load.unanswered,
    ),
    Kind("waiting_many", _("Wartende im Chat"), 5, _MOST, False, lambda load: load.waiting),
    Kind("overdue", _("Briefe überfällig"), 1, _MOST, False, lambda load: load.overdue),
    Kind(
        "second_look",
        _("Rot und Orange ohne zweiten Blick"),
        1,
        _MOST,
        False,
        lambda load: load.second_look,
    ),
)


@dataclass(frozen=True)
class Rule:
    """From which number on; whether at all; and whether by mail as well."""

    threshold: int
    active: bool = True
    by_mail: bool = False


Rules = dict[str, Rule]  # by the kind's code, each kind once
DEFAULTS: Final[Mapping[str, Rule]] = {kind.code: Rule(kind.default) for kind in KINDS}


@dataclass(frozen=True)
class Watch:
    """A team's load, its limits, and which of them (codes of kinds) are reached."""

    load: Load
    rules: Rules
    reached: frozenset[str]


def watched(actor: Actor, now: datetime) -> list[Watch]:
    """Each of my teams, by name. Raises NotAllowed; one query more than `live.of_teams`."""
    loads = live.of_teams(actor, now)
    rules = _rules([load.team for load in loads])
    return [Watch(load, rules[load.team], _reached(load, rules[load.team])) for load in loads]


def of_team(actor: Actor, team_id: UUID) -> tuple[Team, Rules]:
    """One of my teams and its limits; raises NotAllowed, NotFound."""
    actor.require_supervisor()
    team = Team.objects.filter(pk=team_id, staff=actor.id).first()
    if team is None:
        raise NotFound
    return team, _rules([team.pk])[team.pk]


def change(actor: Actor, team_id: UUID, rules: Rules) -> int:
    """Set these limits of one of my teams; how many are new. Each is noted. Raises NotAllowed, NotFound, Invalid."""
    team, before = of_team(actor, team_id)
    changed = {code: rule for code, rule in rules.items() if rule != before.get(code)}
    if any(not _is_possible(code, rule.threshold) for code, rule in changed.items()):
        raise Invalid
    with transaction.atomic():
        for code, rule in changed.items():
            as_set = {"threshold": rule.threshold, "active": rule.active, "by_mail": rule.by_mail}
            AlertRule.objects.update_or_create(team=team, kind=code, defaults=as_set)
            audit.note("alert_set", by=actor, subject=team.pk, code=code)
    return len(changed)


def can_mail() -> bool:
    """Whether there is an address for alarms and a way to send."""
    return outbox.is_there() and bool(Centre.load().alert_email)


def tell_due(now: datetime) -> int:
    """Mail about the limits that are reached and were not told within the hour; how many. For the server's clock.

    Several processes may do this at once: who notes the hour first tells. One query while nobody wants mail.
    """
    wanted = list(_untold(now).select_related("team").order_by("pk"))
    if not wanted or not can_mail():
        return 0
    teams = {rule.team_id: rule.team for rule in wanted}
    loads = {load.team: load for load in live.measured(list(teams.values()), now) if _is_shift(load, now)}
    reached = {team: _reached(load, _as_rules(wanted, team)) for team, load in loads.items()}
    return _tell([rule.pk for rule in wanted if rule.kind in reached.get(rule.team_id, ())], now)


def _tell(ids: Collection[int], now: datetime) -> int:
    """One mail says it, about however many limits."""
    with transaction.atomic():
        told = sum(_untold(now).filter(pk=pk).update(told_at=now) for pk in ids)
        if told:
            outbox.queue(MAIL, Centre.load().alert_email, language=settings.LANGUAGE_CODE, life=REST)
    return told


def _untold(now: datetime) -> QuerySet[AlertRule]:
    silent = Q(told_at__isnull=True) | Q(told_at__lte=now - REST)
    return AlertRule.objects.filter(silent, active=True, by_mail=True)


def _is_shift(load: Load, now: datetime) -> bool:
    return load.here > 0 or hours.is_within(load.team, CHANNEL, now)


def _rules(teams: Collection[UUID]) -> dict[UUID, Rules]:
    rows = list(AlertRule.objects.filter(team__in=teams))
    return {team: {**DEFAULTS, **_as_rules(rows, team)} for team in teams}


def _as_rules(rows: Collection[AlertRule], team: UUID) -> Rules:
    """A team's rows of kinds that there are."""
    mine = [row for row in rows if row.team_id == team and row.kind in DEFAULTS]
    return {row.kind: Rule(row.threshold, row.active, row.by_mail) for row in mine}


def _reached(load: Load, rules: Rules) -> frozenset[str]:
    numbers = {kind.code: kind.number(load) for kind in KINDS}
    return frozenset(
        code
        for code, rule in rules.items()
        if rule.active and (number := numbers[code]) is not None and number >= rule.threshold
    )


def _is_possible(code: str, threshold: int) -> bool:
    return any(kind.code == code and 1 <= threshold <= kind.most for kind in KINDS)
