"""Organisations put into a case: a sealed picture of what the directory said that day, for both sides to read."""

import json
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from blended.domain import directory, partners
from blended.domain.directory import Shown
from blended.domain.partner_fields import of_json
from blended.models import Partner, PartnerCard
from counselling.cases.domain import alarm, counting, keys, newsworthy, seats, timeline
from counselling.cases.models import Case, Role
from counselling.centre.domain import topics
from counselling.errors import Closed, Invalid, NotFound
from counselling.people.domain.actors import Actor
from counselling.vault import sealing
from counselling.vault.sealing import Binding, Kind

MOST: Final = 20


@dataclass(frozen=True, slots=True)
class CardView:
    """A card as both sides read it; `shown` is None when it does not open."""

    number: int
    author: str
    at: datetime
    shown: Shown | None = field(repr=False)


def place(actor: Actor, case_id: UUID, partner: int) -> None:
    """Put an organisation of the directory into the case; the young person is told. One that lies there stays.

    Raises NotFound (case, organisation), NotAllowed, Closed, Invalid (too many), Locked.
    """
    actor.require_counsellor()
    with transaction.atomic():
        case = seats.side(seats.locked(actor, case_id)).case
        require_running(case)
        key = keys.case_key(actor, case_id)
        there = of_case(actor, case_id, key)
        if any(card.shown and card.shown.id == partner for card in there):
            return
        if len(there) >= MOST:
            raise Invalid(_("Es liegen schon sehr viele Karten hier. Nimm zuerst eine heraus."))
        row = Partner.objects.filter(pk=partner, active=True).first()
        if row is None:
            raise NotFound
        _create(actor, case, key, row)
        timeline.add_notice(case, "card_placed", name=actor.alias)
        counting.count_case("card", case)
        newsworthy.happened(case)


def remove(actor: Actor, case_id: UUID, number: int) -> None:
    """Take a card out again; one that is gone already stays gone. Raises NotFound, NotAllowed."""
    actor.require_counsellor()
    with transaction.atomic():
        seats.side(seats.locked(actor, case_id))
        PartnerCard.objects.filter(case=case_id, number=number).delete()


def of_case(actor: Actor, case_id: UUID, key: bytes) -> list[CardView]:
    """The newest first. For both sides. Three queries. Raises NotFound, NotAllowed (also a consultant)."""
    seats.side(seats.seated(actor, case_id))
    labels = topics.labels()
    rows = PartnerCard.objects.filter(case=case_id).order_by("-number")
    return [
        CardView(number, alias, at, _open(key, case_id, number, sealed, labels))
        for number, alias, at, sealed in rows.values_list("number", "author__alias", "at", "sealed")
    ]


def number(actor: Actor, case_id: UUID) -> int:
    """How many lie in a young person's own case; opens nothing. One query."""
    actor.require_seeker()
    return PartnerCard.objects.filter(case=case_id, case__seeker=actor.id).count()


def require_running(case: Case) -> None:
    """Nothing is placed into a case that is over. Raises Closed."""
    if case.state == Case.State.CLOSED:
        raise Closed(_("Dieser Fall ist abgeschlossen. Das geht nur, solange er läuft."))


def _create(actor: Actor, case: Case, key: bytes, row: Partner) -> None:
    number = (PartnerCard.objects.filter(case=case).aggregate(Max("number"))["number__max"] or 0) + 1
    text = json.dumps({"id": row.pk} | partners.of_row(row).as_json(), ensure_ascii=False)
    PartnerCard.objects.create(
        case=case,
        number=number,
        author_id=actor.id,
        sealed=sealing.seal(key, text, _binding(case.pk, number)),
        at=timezone.now(),
    )


def _open(key: bytes, case_id: UUID, number: int, sealed: bytes | memoryview, labels: dict[str, str]) -> Shown | None:
    text = alarm.opened(key, sealed, _binding(case_id, number))
    if text is None:
        return None
    data = json.loads(text)
    fields = of_json(data)
    return Shown(int(data["id"]), fields, directory.named(fields, labels))


def _binding(case_id: UUID, number: int) -> Binding:
    return Binding(Kind.CARD, case_id, Role.COUNSELLOR, number)
