"""Erasing: the seals first, so that nothing opens any more; then the rows; then what the files still hold of them."""

from typing import Literal
from uuid import UUID

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from counselling.cases import bell
from counselling.cases.domain import counting, erased, measuring, risk_records, scrubbing
from counselling.cases.models import Case, Deletion, Seal, Waiting
from counselling.errors import NotFound
from counselling.people.domain import audit
from counselling.people.domain.actors import Actor
from counselling.people.models import Seeker, SeekerAccess

Reason = Literal["expired", "kept_expired", "wish"]


def erase_all(actor: Actor) -> int:
    """Everything of this seeker, now: every case, every way in, the seeker. How many cases there were.

    Two transactions, each whole: after the first nothing can be opened, whatever happens to the second (`unsealed`
    cases are swept by `retention`). Raises NotFound when everything is gone already.
    """
    actor.require_seeker()
    number = _destroy_seals(actor.id)
    _destroy_rows(actor.id)
    return number


def _destroy_seals(seeker: UUID) -> int:
    with transaction.atomic():
        if Seeker.objects.select_for_update().filter(pk=seeker).first() is None:
            raise NotFound
        cases = list(Case.objects.select_for_update(no_key=True).filter(seeker=seeker).order_by("pk"))
        Seal.objects.filter(case__in=cases).delete()
        SeekerAccess.objects.filter(seeker=seeker).delete()
        for case in cases:
            _count_end(case)
            _note(case, "wish")
    return len(cases)


def _destroy_rows(seeker: UUID) -> None:
    with transaction.atomic():
        for case in Case.objects.filter(seeker=seeker):
            bell.ring(cases=[case.pk], teams=[case.team_id])
        Seeker.objects.filter(pk=seeker).delete()
        transaction.on_commit(scrubbing.scrub)
        transaction.on_commit(erased.keep)


def _count_end(case: Case) -> None:
    if case.state == Case.State.ACTIVE:
        counting.count_case("ended", case, by="erased", **measuring.of_chat(case, timezone.now()))
    elif case.state == Case.State.WAITING:
        counting.count_case(Waiting.How.LEFT, case)


def erase_case(case: Case, reason: Reason) -> None:
    """Destroy a locked case, and its seeker when nothing else is left of theirs; needs `atomic`.

    Count rows do not know it and stay as they are.
    """
    seeker = case.seeker_id
    bell.ring(cases=[case.pk], teams=[case.team_id])
    if case.seals.all().delete()[0]:  # else its seals went in a wish that was interrupted, and were counted then
        _note(case, reason)
    case.delete()
    if not Case.objects.filter(seeker=seeker).exists():
        Seeker.objects.filter(pk=seeker).delete()


def _note(case: Case, reason: Reason) -> None:
    """Count it, and write down that it was erased: no content, no id but the audit trail's own."""
    row, _ = Deletion.objects.get_or_create(day=timezone.localdate(), reason=reason)
    Deletion.objects.filter(pk=row.pk).update(number=F("number") + 1)
    audit.note("erased", case_ref=case.audit_ref, code=reason)
    risk_records.tell_erased(case.pk)
