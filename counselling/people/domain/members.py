"""Who may open a team's vault: letting somebody in, taking somebody out. How a vault begins: `papers.py`.

Whoever changes who holds a key takes the team's row first, FOR NO KEY UPDATE: a case that is being opened holds an
epoch and refers to the team, and with a stronger lock each would wait for the other (measured on PostgreSQL).
"""

import base64
import hmac
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise
from typing import Final
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from counselling.errors import Conflict, NotAllowed, NotFound
from counselling.people.domain import audit, teamkeys, vouching
from counselling.people.domain.actors import Actor
from counselling.people.domain.revoking import revoke
from counselling.people.models import Staff, StaffKey, StaffSession, Team, TeamKey, TeamSeal
from counselling.vault import phrases

NOT_LET_IN: Final = _("Dazu musst du selbst für den Tresor freigeschaltet sein.")


@dataclass(frozen=True)
class Member:
    """Somebody who counsels in a team, as the page about its vault shows them."""

    id: UUID
    alias: str
    holds: bool
    fingerprint: str  # six words; "" while they have never set a password


def of_team(team: UUID) -> list[Member]:
    """Everybody who counsels here and whether they can open the vault. Three queries."""
    let_in = set(teamkeys.openers(team).values_list("pk", flat=True))
    people = teamkeys.counselling(team).select_related("key").order_by("alias")
    return [Member(person.pk, person.alias, person.pk in let_in, fingerprint(person)) for person in people]


def fingerprint(staff: Staff) -> str:
    """Six words that tell this person's key from every other: compared in person before letting them in."""
    key = getattr(staff, "key", None)
    return _words(staff.pk, bytes(key.public)) if key else ""


def let_in(actor: Actor, team: UUID, staff: UUID, *, words: str) -> None:
    """Seal every epoch's private half that I can open to a colleague whose six words were compared.

    `words` is the fingerprint that both looked at: a key that was swapped, meanwhile or before, is refused with
    Conflict. Raises NotFound for somebody who does not counsel here, NotAllowed when I cannot open the vault myself.
    """
    teamkeys.require_member(actor, team)
    with transaction.atomic():
        Team.objects.select_for_update(no_key=True).get(pk=team)
        if staff == actor.id or not teamkeys.counselling(team).filter(pk=staff).exists():
            raise NotFound
        opened = opened_epochs(actor, team)
        key = StaffKey.objects.select_for_update().filter(staff=staff).first()
        if key is None:
            raise Conflict(_("Diese Person hat sich noch nie angemeldet."))
        public = bytes(key.public)
        if not hmac.compare_digest(words.encode(), _words(staff, public).encode()):
            raise Conflict(_("Die sechs Wörter haben sich geändert. Vergleicht sie bitte noch einmal."))
        if not vouching.staff_key(key):
            raise Conflict(_("Dieser Schlüssel ist nicht echt. Lasst das Passwort der Person zurücksetzen."))
        seal_to(staff, public, team, opened)
        audit.note("let_in", by=actor, subject=staff, code=code_of(team))


def reconcile(team: UUID, *, by: Actor | None = None) -> bool:
    """Whoever holds the team's key and does not counsel here (any more) loses it, and a new epoch begins.

    Needs nobody's keys, so that an administrator may do it (pitfalls 12); safe to repeat. Their sessions end, since
    open keys lie in them. True when an epoch began.
    """
    with transaction.atomic():
        Team.objects.select_for_update(no_key=True).get(pk=team)
        held = set(TeamSeal.objects.filter(team_key__team=team, staff__isnull=False).values_list("staff", flat=True))
        gone = held - set(teamkeys.counselling(team).values_list("pk", flat=True))
        if not gone:
            return False
        begin_epoch(team, without=gone, by=by)
        revoke(StaffSession.objects.filter(staff__in=gone, revoked_at=None))
        return True


def reconcile_all(*, by: Actor | None = None) -> int:
    """`reconcile` for every team, for commands and timers; in how many an epoch began."""
    return sum(reconcile(team, by=by) for team in Team.objects.order_by("pk").values_list("pk", flat=True))


def take_out(staff: UUID) -> None:
    """A new key pair replaces somebody's: what the old one opened goes on without it, in a new epoch of each team.

    Whoever has an old backup and the old password reads nothing that comes afterwards (pitfalls 12). Needs `atomic`;
    keeps anybody from letting them in with the old pair until the transaction ends.
    """
    theirs = Q(staff=staff) | Q(keys__seals__staff=staff)
    teams = list(Team.objects.filter(theirs).distinct().values_list("pk", flat=True))
    for home in Team.objects.select_for_update(no_key=True).filter(pk__in=teams).order_by("pk"):
        if TeamSeal.objects.filter(team_key__team=home, staff=staff).exists():
            begin_epoch(home.pk, without={staff})


def require_not_last(staff: UUID, *, team: UUID | None = None) -> None:
    """Raises Conflict when taking this person's key away would leave a vault that nobody and no paper could open.

    `team` asks about one vault; without it all that the person opens are meant.
    """
    keys = TeamKey.objects.filter(seals__staff=staff).distinct()
    for key in keys.filter(team=team) if team else keys:
        others = TeamSeal.objects.filter(team_key=key).exclude(staff=staff).exclude(holder_kind=TeamSeal.Holder.EPOCH)
        if not others.exists():
            raise Conflict(
                _("Das ist die letzte Person, die diesen Tresor öffnen kann. Lasst erst eine zweite herein.")
            )


def begin_epoch(team: UUID, *, without: Iterable[UUID] = (), by: Actor | None = None) -> None:
    """Take these people's seals away and begin an epoch for everybody else; needs `atomic` and the team's row.

    Whose public half the server does not vouch for is not among them. None begins that nobody could open.
    """
    TeamSeal.objects.filter(team_key__team=team, staff__in=list(without)).delete()
    key = teamkeys.newest(team)
    if key is None or Team.objects.filter(pk=team, recovery_public=None).exists():
        return
    staying = vouching.members(key)
    if staying or vouching.paper(team):
        teamkeys.write_epoch(team, after=key.epoch, holders=staying)
        audit.note("epoch_began", by=by, subject=team)


def chain(actor: Actor, team: UUID) -> None:
    """A member's next request after a new epoch: seal the epochs before it along the chain (pitfalls 12)."""
    with transaction.atomic():
        Team.objects.select_for_update(no_key=True).get(pk=team)
        every = filter(teamkeys.is_vouched, TeamKey.objects.filter(team=team).order_by("epoch"))
        to = {key.epoch: (key, later) for key, later in pairwise(every)}
        links = TeamSeal.objects.filter(team_key__team=team, holder_kind=TeamSeal.Holder.EPOCH)
        missing = to.keys() - set(links.values_list("team_key__epoch", flat=True))
        opened = teamkeys.private_halves(actor, [(team, epoch) for epoch in missing])
        TeamSeal.objects.bulk_create(
            teamkeys.chain_seal(to[epoch][0], private, to[epoch][1]) for (_team, epoch), private in opened.items()
        )


def opened_epochs(actor: Actor, team: UUID) -> dict[int, bytes]:
    """Every epoch's private half that this session can open; raises NotAllowed when not even the newest."""
    newest = teamkeys.newest(team)
    if newest is None or actor.ring is None or not teamkeys.holds(actor.id, team):
        raise NotAllowed(NOT_LET_IN)
    teamkeys.open_team(actor.ring, actor.id, team)
    opened = {epoch: private for (owner, epoch), private in list(actor.ring.teams.items()) if owner == team}
    if newest.epoch not in opened:
        raise NotAllowed(NOT_LET_IN)
    return opened


def seal_to(staff: UUID, public: bytes, team: UUID, opened: dict[int, bytes]) -> None:
    """Let somebody into these epochs; what they had before is replaced. Needs `atomic` and the team's row."""
    keys = list(TeamKey.objects.filter(team=team, epoch__in=opened))
    TeamSeal.objects.filter(team_key__in=keys, staff=staff).delete()
    TeamSeal.objects.bulk_create(teamkeys.new_seal(key, opened[key.epoch], staff, public) for key in keys)


def code_of(team: UUID) -> str:
    """What the audit trail calls a team where the subject is a person: 22 characters that no renaming changes."""
    return base64.urlsafe_b64encode(team.bytes).decode().rstrip("=")


def _words(staff: UUID, public: bytes) -> str:
    return phrases.fingerprint(staff.bytes, public)
