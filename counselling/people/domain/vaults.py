"""What the page about the team's vault shows: how I stand to it, who is in it, what happened lately."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from counselling.people.domain import members, teamkeys, vault_news
from counselling.people.domain.actors import Actor
from counselling.people.domain.members import Member
from counselling.people.domain.vault_news import News
from counselling.people.models import Team


@dataclass(frozen=True)
class Vault:
    """One team's vault as I see it. `words`: my own six; `standing` as in `teamkeys`."""

    id: UUID
    name: str
    standing: str
    words: str
    members: list[Member]
    news: list[News]
    renew: bool

    @property
    def holders(self) -> list[str]:
        """Who could let somebody in."""
        return [member.alias for member in self.members if member.holds]


def mine(actor: Actor, now: datetime) -> list[Vault]:
    """The vaults of my teams, by name. Raises NotAllowed for whoever does not counsel."""
    actor.require_counsellor()
    return [_vault(actor, team, now) for team in Team.objects.filter(staff=actor.id).order_by("name")]


def news(actor: Actor, now: datetime) -> list[News]:
    """What happened lately to the vault of the team on my desk."""
    actor.require_counsellor()
    team = Team.objects.filter(staff=actor.id).order_by("name").first()
    return vault_news.of_team(team, now) if team else []


def _vault(actor: Actor, team: Team, now: datetime) -> Vault:
    people = members.of_team(team.pk)
    return Vault(
        id=team.pk,
        name=team.name,
        standing=teamkeys.standing(actor.id, team.pk),
        words=next((member.fingerprint for member in people if member.id == actor.id), ""),
        members=people,
        news=vault_news.of_team(team, now),
        renew=vault_news.paper_was_used(team),
    )
