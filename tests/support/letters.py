"""Cases that are counselled by letters, made through the domain."""

import uuid
from dataclasses import dataclass
from uuid import UUID

from counselling.cases.domain import by_letter, opening
from counselling.cases.domain.facts import FactsInput
from counselling.mail.domain import letters
from counselling.people.domain import access, passphrases
from counselling.people.domain.actors import Actor
from counselling.people.models import Team, TeamKey
from tests.support import world

WORDS = "abend biene wolke tasse lampe radio"


@dataclass(frozen=True)
class Correspondents:
    """A young person who writes letters, their case, and who answers (None: nobody yet)."""

    seeker: Actor
    case: UUID
    counsellor: Actor | None = None


def writer(
    team: Team, *, nickname: str = world.NICKNAME, facts: FactsInput | None = None, kept: bool = True
) -> Correspondents:
    """Somebody who is about to write a first letter; unless told otherwise they can come back.

    A team without a vault gets its first member, Eiche.
    """
    if not TeamKey.objects.filter(team=team).exists():
        world.counsellor(team, "Eiche")
    seeker = access.new_seeker()[0]
    case = opening.begin_letters(seeker, team_id=team.pk, nickname=nickname, facts=facts or FactsInput(), language="de")
    if kept:
        passphrases.keep(seeker, f"{nickname} {case.hex[:6]}", WORDS)
    return Correspondents(seeker, case)


def send(actor: Actor, case: UUID, text: str) -> int:
    """One letter, as the page would send it; its seq."""
    known = letters.unsent(actor, case)
    version = known.version if known else 0
    return letters.send(actor, case, known.id if known else uuid.uuid4(), text, version=version)


def asked(team: Team, text: str = "Kann ich euch etwas fragen?", **more: object) -> Correspondents:
    """Somebody whose first letter waits in the team's inbox."""
    made = writer(team, **more)  # type: ignore[arg-type]
    send(made.seeker, made.case, text)
    return made


def claimed(team: Team, counsellor: Actor, text: str = "Kann ich euch etwas fragen?", **more: object) -> Correspondents:
    """The same, claimed by this counsellor."""
    made = asked(team, text, **more)
    by_letter.claim(counsellor, made.case)
    return Correspondents(made.seeker, made.case, counsellor)
