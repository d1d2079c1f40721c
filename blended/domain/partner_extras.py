"""What cards and referrals add to a young person's conversation, list of what is stored, and copy."""

from collections.abc import Collection
from typing import Final
from uuid import UUID

from django.db.models import Count
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from blended.domain import cards, referrals
from blended.domain.partner_fields import PartnerFields
from blended.models import PartnerCard, Referral
from counselling.cases.domain import keys
from counselling.cases.domain.extras import Line, Passage
from counselling.people.domain.actors import Actor

_WAYS: Final = ("purpose", "area", "hours", "access", "telephone", "email", "website", "address")


def stored(case_ids: Collection[UUID]) -> dict[UUID, list[str]]:
    """How many of each, by case. Two queries."""
    found: dict[UUID, list[str]] = {case_id: [] for case_id in case_ids}
    for case_id, n in _numbers(PartnerCard, case_ids):
        words = ngettext(
            "%(n)s Stelle vor Ort, die wir dir herausgesucht haben.",
            "%(n)s Stellen vor Ort, die wir dir herausgesucht haben.",
            n,
        )
        found[case_id].append(words % {"n": n})
    for case_id, n in _numbers(Referral, case_ids):
        words = ngettext(
            "%(n)s Ankündigung bei einer anderen Stelle, geschrieben oder angefangen.",
            "%(n)s Ankündigungen bei anderen Stellen, geschrieben oder angefangen.",
            n,
        )
        found[case_id].append(words % {"n": n})
    return found


def copied(actor: Actor, case_id: UUID) -> list[Passage]:
    """Cards with all they say, and the texts that other places were given. Raises NotFound, NotAllowed, Locked."""
    key = keys.case_key(actor, case_id)
    placed = [card.shown.fields for card in reversed(cards.of_case(actor, case_id, key)) if card.shown]
    told = [one for one in reversed(referrals.of_case(actor, case_id)) if one.text]
    passages = []
    if placed:
        passages.append(Passage(_("Für dich herausgesucht"), tuple(map(_card, placed))))
    passages += [Passage(_("Ankündigung für: %(to)s") % {"to": one.to or "…"}, (one.text or "",)) for one in told]
    return passages


def on_top(actor: Actor, case_id: UUID) -> list[Line]:
    """That they are asked, or else how many cards lie ready. Two queries; nothing is opened."""
    if referrals.waits_for(actor, case_id):
        asks = _("Wir möchten dich bei einer anderen Stelle ankündigen. Du entscheidest.")
        return [Line(asks, "blended:cards", "help")]
    n = cards.number(actor, case_id)
    words = ngettext("%(n)s Stelle für dich herausgesucht", "%(n)s Stellen für dich herausgesucht", n)
    return [Line(words % {"n": n}, "blended:cards", "pin")] if n else []


def _card(fields: PartnerFields) -> str:
    return "\n".join([fields.name, *filter(None, (str(getattr(fields, name)) for name in _WAYS))])


def _numbers(model: type[PartnerCard] | type[Referral], case_ids: Collection[UUID]) -> list[tuple[UUID, int]]:
    rows = model._default_manager.filter(case__in=case_ids)  # noqa: SLF001 -- the documented name of a model's manager
    return list(rows.values_list("case").annotate(Count("pk")).order_by())
