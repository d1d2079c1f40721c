"""Cases that are really lived, for demos and for tests of an upgrade: through the domain, sealed like all others.

Their words are made up here; they take the same way as a young person's, to the same keys.
"""

import uuid
from dataclasses import dataclass
from random import Random
from typing import Final
from uuid import UUID

from django.utils import timezone

from counselling.cases.domain import closing, door, keys, opening, posting, queue, seats
from counselling.cases.domain.facts import FactsInput
from counselling.cases.domain.posting import Post, Posted
from counselling.centre.domain import topics
from counselling.errors import Conflict, DomainError
from counselling.mail.domain import handling, letters
from counselling.people.domain import access, nicknames, passphrases, presence
from counselling.people.domain.actors import Actor
from counselling.people.models import Staff
from counselling.statistics.domain import simulating_shares as shares

_LETTERS: Final = 3  # every third one writes
_BEGAN: Final = (
    "Hallo, ich weiß gar nicht, wie ich anfangen soll.",
    "Bei uns zu Hause ist nur noch Streit, und ich halte es nicht mehr aus.",
    "Ich hab seit Wochen keine Lust mehr auf irgendwas. Ist das normal?",
    "In meiner Klasse machen sie sich über mich lustig, jeden Tag.",
)
_ASKED: Final = (
    "Schön, dass du schreibst. Erzähl mir gern mehr davon.",
    "Das klingt schwer. Wie lange geht das schon so?",
    "Danke, dass du mir das anvertraust. Wer weiß noch davon?",
)
_WENT_ON: Final = (
    "Eigentlich schon lange. Gesagt hab ich es noch niemandem.",
    "Meiner besten Freundin, aber die weiß auch nicht weiter.",
    "Es tut gut, das mal aufzuschreiben.",
)


@dataclass(frozen=True)
class Lived:
    """How many there are now."""

    chats: int
    letters: int


def live(counsellor: Actor, number: int, seed: int) -> Lived:
    """Live so many cases with this counsellor of the first team, who holds their keys; the words follow the seed.

    Every third is in letters; all of them are while the chat is closed. Some stay open. Raises NotFound before the
    set-up, Unavailable while the team has no vault, Locked for whoever is not let in, AtCapacity; cases lived before
    that stay.
    """
    counsellor.require_counsellor()
    rng = Random(seed)  # noqa: S311 -- words of a play; keys and names come from `secrets`
    team, status = door.chat_team().pk, Staff.objects.values_list("status", flat=True).get(pk=counsellor.id)
    presence.set_status(counsellor, Staff.Status.HERE)
    try:
        is_open = door.status(team, timezone.now()).open == "open"
        chats = [is_open and bool((place + 1) % _LETTERS) for place in range(number)]
        for is_chat in chats:
            (_chat if is_chat else _letters)(counsellor, team, rng)
    finally:
        presence.set_status(counsellor, status)
    return Lived(sum(chats), number - sum(chats))


def _chat(counsellor: Actor, team: UUID, rng: Random) -> None:
    """Somebody waits, is claimed, talks, and says goodbye; the counsellor files the form."""
    seeker, _token = access.new_seeker()
    case = opening.begin_chat(seeker, team_id=team, nickname=_name(), facts=_facts(rng), language="de")
    queue.claim(counsellor, case)
    for actor, words in ((seeker, _BEGAN), (counsellor, _ASKED), (seeker, _WENT_ON), (counsellor, _ASKED)):
        _say(actor, case, rng.choice(words))
    closing.end(seeker, case)
    closing.close(counsellor, case, topics=_topics(rng), ending=shares.ENDINGS.by(rng))
    if rng.random() < shares.FEEDBACK:
        closing.feedback(seeker, case, helped=shares.HELPED.by(rng), again=shares.AGAIN.by(rng))


def _letters(counsellor: Actor, team: UUID, rng: Random) -> None:
    """Somebody writes, is answered, and writes back: half of them wait for the next answer."""
    seeker, _token = access.new_seeker()
    name = _name()
    case = opening.begin_letters(seeker, team_id=team, nickname=name, facts=_facts(rng), language="de")
    passphrases.keep(seeker, name, " ".join(word.word for word in passphrases.suggest()))
    _write(seeker, case, rng.choice(_BEGAN))
    handling.claim(counsellor, case)
    _write(counsellor, case, rng.choice(_ASKED))
    if rng.random() < 1 / 2:
        _write(seeker, case, rng.choice(_WENT_ON))
        return
    farewell, ending = rng.choice(_ASKED), shares.ENDINGS.by(rng)
    handling.close(counsellor, case, topics=_topics(rng), ending=ending, farewell=farewell, letter=uuid.uuid4())


def _name() -> str:
    return nicknames.suggest("de")


def _facts(rng: Random) -> FactsInput:
    return FactsInput(
        for_whom=shares.FOR_WHOM.by(rng),
        age_band=shares.AGE_BANDS.by(rng),
        gender=shares.GENDERS.by(rng),
        strain=shares.STRAINS.by(rng),
        topics=_topics(rng),
    )


def _topics(rng: Random) -> list[str]:
    offered = sorted(topics.codes())
    return rng.sample(offered, min(len(offered), shares.TOPIC_NUMBERS.by(rng)))


def _say(actor: Actor, case: UUID, text: str) -> None:
    seat = seats.seated(actor, case)
    post = Post(case, seat.pk, seat.role, uuid.uuid4(), text, keys.case_key(actor, case))
    outcome = posting.commit([post])[0]
    if not isinstance(outcome, Posted):
        raise outcome if isinstance(outcome, DomainError) else Conflict


def _write(actor: Actor, case: UUID, text: str) -> None:
    letters.send(actor, case, uuid.uuid4(), text, version=0)
