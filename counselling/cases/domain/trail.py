"""What the audit trail says of reading: the first opening of a case in a session each day, and every refusal."""

from counselling.cases.models import Case
from counselling.people.domain import audit
from counselling.people.domain.actors import Actor


def opened(actor: Actor, case: Case) -> None:
    """A member of staff opened this case's key to read; young people's own reading is nobody's business."""
    if actor.kind == "staff":
        audit.note_once("case_opened", by=actor, case_ref=case.audit_ref)


def refused(actor: Actor) -> None:
    """Somebody who never reads asked for content (security.md section 3, no. 12)."""
    audit.note_once("content_refused", by=actor, code="seat")
