"""The printed recovery key of a team's vault: drawn once to be written down, and in force when it was copied back.

Between the two nothing is stored: the page keeps the public half, the private one is on paper alone. Whoever stops
halfway begins anew, and the paper before it stays in force.
"""

import hmac
from collections.abc import Iterable
from dataclasses import dataclass, field
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from counselling.errors import Conflict, Invalid, Locked, NotAllowed
from counselling.people.domain import audit, members, teamkeys
from counselling.people.domain.actors import Actor
from counselling.people.domain.rings import Ring
from counselling.people.models import Team, TeamKey, TeamSeal
from counselling.vault import pairs, recovery, vouching


@dataclass(frozen=True)
class Paper:
    """A recovery key to be written down: `printed` is shown once; `public` (hex) is all that may be kept of it.

    `first`: it begins the vault; otherwise it takes the place of the paper before.
    """

    team: Team
    first: bool
    printed: str = field(repr=False)
    public: str


def draw(actor: Actor, team: UUID) -> Paper:
    """A fresh recovery key to begin a vault with, or to take the place of the one before.

    Raises Locked when this session holds no key, NotAllowed for whoever does not counsel here or cannot open the
    team's vault.
    """
    teamkeys.require_member(actor, team)
    if actor.private is None:
        raise Locked
    standing, paper = teamkeys.standing(actor.id, team), pairs.new_pair()
    if standing == teamkeys.SHUT:
        raise NotAllowed(members.NOT_LET_IN)
    first = standing == teamkeys.UNSET
    return Paper(Team.objects.get(pk=team), first, recovery.printed(paper.private), paper.public.hex())


def found(actor: Actor, team: UUID, *, typed: str, public: str) -> None:
    """Begin the team's vault with a paper that was drawn and copied back; the founder is its first member.

    Raises Invalid when `typed` is not the key that belongs to `public`, Conflict when the team has a vault, Locked,
    NotAllowed.
    """
    teamkeys.require_member(actor, team)
    if actor.private is None:
        raise Locked
    written_down = _copied(typed, public)
    with transaction.atomic():
        _begin(team, written_down, holders=[actor.id])
        audit.note("vault_founded", by=actor, subject=team)


def found_here(team: UUID) -> str:
    """Set up a team's vault for everybody in it who has a password, from a console: demo and tests.

    Returns the printed recovery key; "" when the team has a vault already.
    """
    paper = pairs.new_pair()
    with transaction.atomic():
        try:
            _begin(team, paper.public, holders=teamkeys.counselling(team).values_list("pk", flat=True))
        except Conflict:
            return ""
        audit.note("vault_founded", subject=team)
    return recovery.printed(paper.private)


def renew(actor: Actor, team: UUID, *, typed: str, public: str) -> None:
    """Put a paper that was drawn and copied back in force; the one before it opens nothing any more.

    A new epoch begins: otherwise the old paper, with an old backup, would open what comes from now on. Raises Invalid
    as `found`, NotAllowed when I cannot open the vault.
    """
    teamkeys.require_member(actor, team)
    written_down = _copied(typed, public)
    with transaction.atomic():
        Team.objects.select_for_update(no_key=True).get(pk=team)
        opened = members.opened_epochs(actor, team)
        _put_down(team, written_down)
        TeamSeal.objects.filter(team_key__team=team, holder_kind=TeamSeal.Holder.RECOVERY).delete()
        keys = TeamKey.objects.filter(team=team, epoch__in=opened)
        TeamSeal.objects.bulk_create(teamkeys.new_seal(key, opened[key.epoch], None, written_down) for key in keys)
        members.begin_epoch(team, by=actor)
        audit.note("recovery_renewed", by=actor, subject=team)


def recover(actor: Actor, team: UUID, typed: str) -> None:
    """Let myself in with the printed recovery key. Raises Invalid when it is not this team's, Locked without keys."""
    teamkeys.require_member(actor, team)
    if actor.private is None:
        raise Locked
    with transaction.atomic():
        Team.objects.select_for_update(no_key=True).get(pk=team)
        ring = ring_of(team, typed)
        opened = {epoch: private for (_team, epoch), private in ring.teams.items()}
        members.seal_to(actor.id, pairs.public_of(actor.private), team, opened)
        audit.note("recovery_used", by=actor, subject=team)


def ring_of(team: UUID, typed: str) -> Ring:
    """What the printed recovery key opens; raises Invalid when it was misread or is another team's."""
    try:
        private = recovery.read(typed)
    except recovery.Misread:
        raise Invalid(_("Das lässt sich nicht lesen. Schau noch einmal genau auf das Blatt.")) from None
    known = Team.objects.values_list("recovery_public", flat=True).get(pk=team)
    if known is None or pairs.public_of(private) != bytes(known):
        raise Invalid(_("Dieser Wiederherstellungsschlüssel gehört nicht zu eurem Team, oder er wurde erneuert."))
    ring = Ring(private)
    teamkeys.open_team(ring, None, team)
    return ring


def _begin(team: UUID, written_down: bytes, *, holders: Iterable[UUID]) -> None:
    Team.objects.select_for_update(no_key=True).get(pk=team)
    if teamkeys.is_founded(team):
        raise Conflict(_("Der Tresor eures Teams ist schon eingerichtet."))
    TeamKey.objects.filter(team=team).delete()
    _put_down(team, written_down)
    teamkeys.write_epoch(team, after=0, holders=holders)


def _put_down(team: UUID, written_down: bytes) -> None:
    mac = vouching.vouch(vouching.paper(team), written_down)
    Team.objects.filter(pk=team).update(recovery_public=written_down, recovery_mac=mac)


def _copied(typed: str, public: str) -> bytes:
    """The public half of what was copied back from the paper; raises Invalid when it is another key than shown."""
    try:
        written_down = pairs.public_of(recovery.read(typed))
    except recovery.Misread:
        raise Invalid(_("Da ist ein Fehler drin. Vergleiche jede Gruppe noch einmal mit deinem Blatt.")) from None
    if not hmac.compare_digest(written_down.hex(), public):
        raise Invalid(_("Das ist nicht der Schlüssel, der gerade gezeigt wurde. Ist es ein älteres Blatt?"))
    return written_down
