"""Opening a case: a nickname, voluntary facts, and a place in the queue or letters."""

import uuid
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from counselling.cases import bell
from counselling.cases.domain import counting, door, keys
from counselling.cases.domain.facts import URGENT_STRAIN, FactsInput
from counselling.cases.models import Case, Facts, FactTopic, Role, Seal, Seat, Waiting
from counselling.errors import Conflict
from counselling.people.domain import nicknames
from counselling.people.domain.actors import Actor
from counselling.people.models import Seeker

_LETTERS = {"state": Case.State.LETTERS, "channel": "mail", "by_letter": True}


def begin_chat(actor: Actor, *, team_id: UUID, nickname: str, facts: FactsInput, language: str) -> UUID:
    """Open a case and queue it; strain 5 queues as urgent. Raises Closed (counted), Conflict, Invalid."""
    actor.require_seeker()
    facts.check()
    nickname = nicknames.clean(nickname)
    door.require_open(team_id)
    with transaction.atomic():
        _require_no_other(actor)
        return _open(actor, team_id, nickname, facts, language)


def begin_letters(actor: Actor, *, team_id: UUID, nickname: str, facts: FactsInput, language: str) -> UUID:
    """Open a case that is counselled by letters; nobody waits for anything before the first one. Errors as above.

    The door may be closed: letters are taken at any hour.
    """
    actor.require_seeker()
    facts.check()
    nickname = nicknames.clean(nickname)
    with transaction.atomic():
        _require_no_other(actor)
        return _open(actor, team_id, nickname, facts, language, by_letter=True)


def _require_no_other(actor: Actor) -> None:
    Seeker.objects.select_for_update().get(pk=actor.id)  # a double tap waits here and finds the first case
    if Case.objects.filter(seeker=actor.id).exclude(state=Case.State.CLOSED).exists():
        raise Conflict(_("Du hast schon ein Gespräch offen."))


def _open(
    actor: Actor, team_id: UUID, nickname: str, facts: FactsInput, language: str, *, by_letter: bool = False
) -> UUID:
    now = timezone.now()
    case_id = uuid.uuid4()
    key, seals = keys.new_for(case_id, team=team_id, seeker=actor.id)
    case = Case.objects.create(
        pk=case_id,
        team_id=team_id,
        seeker_id=actor.id,
        language=facts.language or language,
        nickname=keys.seal_nickname(key, case_id, nickname),
        opened_at=now,
        **_LETTERS if by_letter else {},
    )
    Seal.objects.bulk_create(seals)
    Seat.objects.create(case=case, role=Role.SEEKER, since=now)
    Facts.objects.create(
        case=case, for_whom=facts.for_whom, age_band=facts.age_band, gender=facts.gender, strain=facts.strain
    )
    FactTopic.objects.bulk_create(FactTopic(case=case, code=code) for code in sorted(set(facts.topics)))
    urgent = facts.strain == URGENT_STRAIN
    over = {"ended_at": now, "how": Waiting.How.LETTER} if by_letter else {}
    Waiting.objects.create(case=case, team_id=team_id, since=now, seen_at=now, urgent=urgent, **over)
    returning = Case.objects.filter(seeker=actor.id).exclude(pk=case_id).exists()
    counting.count_case("asked", case, returning=returning)
    bell.ring(cases=[case_id], teams=[team_id])
    return case_id
