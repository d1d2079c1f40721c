"""What every change of steering has in common: by those who lead, one after the other, refused in words.

Nobody overwrites unseen what a colleague changed meanwhile: a form carries the `mark` of what it showed.
"""

import hashlib
from collections.abc import Iterable, Mapping
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from counselling.errors import Conflict, Invalid, NotFound
from counselling.people.domain.actors import Actor
from counselling.people.models import Team


class Unfit(Invalid):
    """Some fields do not fit; `problems`: a sentence by field, "" for what belongs to no single one."""

    def __init__(self, problems: Mapping[str, str | Promise]) -> None:
        self.problems = dict(problems)
        super().__init__(next(iter(self.problems.values()), None))


class Overtaken(Conflict):
    """Somebody changed the same thing after it was shown."""

    sentence = _(
        "Das hat inzwischen jemand anderes geändert. Deine Eingaben stehen noch hier: "
        "Vergleiche sie mit dem, was jetzt gilt, und speichere noch einmal."
    )


def teams(actor: Actor) -> list[Team]:
    """The teams I lead, by name. One query. Raises NotAllowed."""
    actor.require_supervisor()
    return list(Team.objects.filter(staff=actor.id).order_by("name"))


def team(actor: Actor, team_id: UUID) -> Team:
    """One of my teams. Raises NotFound, NotAllowed."""
    actor.require_supervisor()
    found = Team.objects.filter(pk=team_id, staff=actor.id).first()
    if found is None:
        raise NotFound
    return found


def lock_team(actor: Actor, team_id: UUID) -> Team:
    """One of my teams, which nobody else steers until this is done; needs `atomic`. Raises as `team`."""
    actor.require_supervisor()
    locked = Team.objects.select_for_update(no_key=True, of=("self",))
    found = locked.filter(pk=team_id, staff=actor.id).first()
    if found is None:
        raise NotFound
    return found


def lock_centre(actor: Actor) -> None:
    """What belongs to the whole centre is steered by one at a time; needs `atomic`. Raises NotAllowed."""
    actor.require_supervisor()
    list(Team.objects.select_for_update(no_key=True).order_by("pk").values_list("pk"))


def mark(rows: Iterable[object]) -> str:
    """What these rows of plain values (texts, numbers, times) are now, in 16 signs: equal rows, equal marks."""
    return hashlib.sha256(repr(list(rows)).encode()).hexdigest()[:16]


def require_unchanged(seen: str, now: str) -> None:
    """Raises Overtaken when what a form showed is not what there is now."""
    if seen != now:
        raise Overtaken
