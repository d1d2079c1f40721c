"""Text modules: what counsellors write often, for the whole team or for oneself; placeholders are filled in.

They are the centre's own texts and belong to no case, so they are not sealed, and their page says so. Those who lead
keep the lists of their teams too, never what counsellors keep for themselves; each change of a team's list is noted.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal
from uuid import UUID

from django.db import transaction
from django.db.models import F, Max, Q, QuerySet
from django.utils.translation import gettext as _

from counselling.cases.domain.timeline import whole_characters
from counselling.errors import Conflict, Invalid, NotFound
from counselling.mail.models import TextModule
from counselling.people.domain import audit
from counselling.people.domain.actors import Actor
from counselling.people.models import Staff, Team

PLACEHOLDERS: Final = ("nickname", "counsellor", "team", "day")
MAX_TITLE: Final = 80
MAX_TEXT: Final = 4000
MOST: Final = 200  # in one list
_BRACED: Final = re.compile(r"\{([^{}\s]+)\}")


@dataclass(frozen=True)
class Shelf:
    """One list of modules in its order: a team's (`team`), or my own (None, with an empty name)."""

    team: UUID | None
    name: str
    modules: list[TextModule]


def shelves(actor: Actor) -> list[Shelf]:
    """My own modules first, then those of each of my teams; for those who lead the teams' alone. Two queries.

    Raises NotAllowed for everybody else.
    """
    teams = list(_teams(actor).order_by("name"))
    own = [] if _leads(actor) else [None]
    rows = list(_mine(actor))
    return [
        Shelf(team.pk if team else None, team.name if team else "", [row for row in rows if row.team_id == _id(team)])
        for team in [*own, *teams]
    ]


def for_team(actor: Actor, team: UUID) -> list[TextModule]:
    """What can be put into a letter of this team: my own, then the team's. One query."""
    actor.require_counsellor()
    return [row for row in _mine(actor) if row.team_id in {None, team}]


def filled(text: str, values: Mapping[str, str]) -> str:
    """The text with its placeholders filled in; what is no placeholder stays as it is."""
    return _BRACED.sub(lambda found: values.get(found[1], found[0]), text)


def add(actor: Actor, title: str, text: str, *, team: UUID | None) -> TextModule:
    """A new module at the end of my own list, or of a team's I belong to; the one that says just this, if there is one.

    Raises Invalid with a sentence that says what to change, Conflict when the list is full, NotFound, NotAllowed.
    """
    title, text = _checked(title, text)
    with transaction.atomic():
        rows = _locked(actor, team)
        if known := rows.filter(title=title, text=text).first():  # the form came twice
            return known
        if rows.count() >= MOST:
            raise Conflict(_("Hier stehen schon %(most)s Bausteine. Lösche erst einen.") % {"most": MOST})
        last = rows.aggregate(Max("place"))["place__max"] or 0
        row = TextModule(team_id=team, owner_id=None if team else actor.id, title=title, text=text, place=last + 1)
        row.save(force_insert=True)
        _note(actor, row, "added")
        return row


def change(actor: Actor, module: UUID, title: str, text: str) -> None:
    """Another title or text; the same once more changes nothing. Raises as `add`."""
    title, text = _checked(title, text)
    with transaction.atomic():
        row = _one(actor, module)
        if (row.title, row.text) == (title, text):
            return
        row.title, row.text = title, text
        row.save(update_fields=["title", "text"])
        _note(actor, row, "")


def delete(actor: Actor, module: UUID) -> None:
    """Gone for everybody who had it. Raises NotFound, NotAllowed."""
    with transaction.atomic():
        row = _one(actor, module)
        _note(actor, row, "dropped")
        row.delete()


def move(actor: Actor, module: UUID, where: Literal["up", "down"]) -> None:
    """One place up or down in its list; at its end nothing happens. Raises NotFound, NotAllowed."""
    with transaction.atomic():
        row = _one(actor, module)
        rows = list(_locked(actor, row.team_id).order_by("place", "pk"))
        at = rows.index(row)
        other = at + (1 if where == "down" else -1)
        if 0 <= other < len(rows):
            rows[at], rows[other] = rows[other], rows[at]
            for place, one in enumerate(rows, 1):
                one.place = place
            TextModule.objects.bulk_update(rows, ["place"])
            _note(actor, row, "order")


def _leads(actor: Actor) -> bool:
    """Whether this is somebody who leads. Raises NotAllowed for whoever neither leads nor counsels."""
    if actor.kind == "staff" and actor.role == Staff.Role.SUPERVISOR:
        return True
    actor.require_counsellor()
    return False


def _teams(actor: Actor) -> QuerySet[Team]:
    """Whose lists I may change. Raises NotAllowed."""
    _leads(actor)
    return Team.objects.filter(staff=actor.id)


def _mine(actor: Actor) -> QuerySet[TextModule]:
    """All that I may change: my own first; those who lead have none of their own. Raises NotAllowed."""
    reach = Q(team__in=_teams(actor).values("pk"))
    if not _leads(actor):
        reach |= Q(owner=actor.id)
    return TextModule.objects.filter(reach).order_by(F("owner").desc(nulls_last=True), "place", "pk")


def _one(actor: Actor, module: UUID) -> TextModule:
    """A module that I may change, nobody else its list meanwhile; needs `atomic`."""
    team = _found(_mine(actor).filter(pk=module)).team_id
    return _found(_locked(actor, team).filter(pk=module))


def _found(rows: QuerySet[TextModule]) -> TextModule:
    row = rows.first()
    if row is None:
        raise NotFound
    return row


def _locked(actor: Actor, team: UUID | None) -> QuerySet[TextModule]:
    """A list that I may change, nobody else meanwhile; needs `atomic`."""
    teams = _teams(actor)
    if team is None:
        actor.require_counsellor()
        Staff.objects.select_for_update(no_key=True).get(pk=actor.id)
        return TextModule.objects.filter(owner=actor.id)
    if teams.select_for_update(no_key=True, of=("self",)).filter(pk=team).first() is None:
        raise NotFound
    return TextModule.objects.filter(team=team)


def _note(actor: Actor, row: TextModule, code: str) -> None:
    """What is kept for oneself is nobody's business."""
    if row.team_id:
        audit.note("modules_changed", by=actor, subject=row.team_id, code=code)


def _checked(title: str, text: str) -> tuple[str, str]:
    title, text = " ".join(whole_characters(title).split()), whole_characters(text).strip()
    if not title or not text:
        raise Invalid(_("Ein Baustein braucht einen Namen und einen Text."))
    if len(title) > MAX_TITLE:
        raise Invalid(_("Der Name ist zu lang, höchstens %(most)s Zeichen.") % {"most": MAX_TITLE})
    if len(text) > MAX_TEXT:
        raise Invalid(_("Der Text ist zu lang, höchstens %(most)s Zeichen.") % {"most": MAX_TEXT})
    if unknown := next((name for name in _BRACED.findall(text) if name not in PLACEHOLDERS), ""):
        known = ", ".join(f"{{{name}}}" for name in PLACEHOLDERS)
        raise Invalid(
            _("Den Platzhalter %(unknown)s gibt es nicht. Es gibt: %(known)s.")
            % {"unknown": f"{{{unknown[:40]}}}", "known": known}
        )
    return title, text


def _id(team: Team | None) -> UUID | None:
    return team.pk if team else None
