"""What a text that both sides are writing adds to a young person's list of what is stored, and to their copy."""

from collections.abc import Collection
from uuid import UUID

from django.utils.translation import gettext as _

from blended.domain import together
from blended.models import JointText
from counselling.cases.domain.extras import Passage
from counselling.people.domain.actors import Actor


def stored(case_ids: Collection[UUID]) -> dict[UUID, list[str]]:
    """Whether an agreement is being written, by case; a summary is told with its referral. One query."""
    rows = JointText.objects.filter(case__in=case_ids, purpose=JointText.Purpose.AGREEMENT, done_at=None)
    return {
        case_id: [_("Eine Vereinbarung, an der ihr noch schreibt.")] for case_id in rows.values_list("case", flat=True)
    }


def copied(actor: Actor, case_id: UUID) -> list[Passage]:
    """Its words as they stand. Raises NotFound, NotAllowed, Locked."""
    now = together.read(actor, case_id)
    return [Passage(_("Vereinbarung, an der ihr noch schreibt"), (now.text,))] if now and now.text else []
