"""Text modules: what counsellors write often, for the whole team or for oneself; placeholders are filled in.

They are the centre's own texts and belong to no case, so they are not sealed, and their page says so.
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
    """My own modules first, then those of each of my teams. A constant number of queries."""
    actor.require_counsellor()
    teams = list(Team.objects.filter(staff=actor.id).order_by("name"))
    rows = list(_mine(actor))
    return [
        Shelf(team.pk if team else None, team.name if team else "", [row for row in rows if row.team_id == _id(team)])
        for team in [None, *teams]
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
        return TextModule.objects.create(
            team_id=team, owner_id=None if team else actor.id, title=title, text=text, place=last + 1
        )


def change(actor: Actor, module: UUID, title: str, text: str) -> None:
    """Another title or text. Raises as `add`."""
    title, text = _checked(title, text)
    with transaction.atomic():
        row = _one(actor, module)
        row.title, row.text = title, text
        row.save(update_fields=["title", "text"])


def delete(actor: Actor, module: UUID) -> None:
    """Gone for everybody who had it. Raises NotFound, NotAllowed."""
    with transaction.atomic():
        _one(actor, module).delete()


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


def _mine(actor: Actor) -> QuerySet[TextModule]:
    """All that I may use and change: my own first."""
    teams = Team.objects.filter(staff=actor.id).values("pk")
    rows = TextModule.objects.filter(Q(owner=actor.id) | Q(team__in=teams))
    return rows.order_by(F("owner").desc(nulls_last=True), "place", "pk")


def _one(actor: Actor, module: UUID) -> TextModule:
    actor.require_counsellor()
    row = _mine(actor).filter(pk=module).first()
    if row is None:
        raise NotFound
    return row


def _locked(actor: Actor, team: UUID | None) -> QuerySet[TextModule]:
    """A list that I may change, nobody else meanwhile; needs `atomic`."""
    actor.require_counsellor()
    if team is None:
        Staff.objects.select_for_update(no_key=True).get(pk=actor.id)
        return TextModule.objects.filter(owner=actor.id)
    if Team.objects.select_for_update(no_key=True, of=("self",)).filter(pk=team, staff=actor.id).first() is None:
        raise NotFound
    return TextModule.objects.filter(team=team)


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
