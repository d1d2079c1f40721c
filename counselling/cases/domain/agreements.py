"""What both sides agreed on: one short text at the top of the timeline, sealed; earlier ones stay as its history."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from counselling.cases.domain import alarm, keys, seats, timeline
from counselling.cases.models import Agreement, Case, Role
from counselling.errors import Closed, Empty, TooLong
from counselling.people.domain import audit
from counselling.people.domain.actors import Actor
from counselling.people.models import Staff
from counselling.vault import sealing
from counselling.vault.sealing import Binding, Kind

MAX_TEXT: Final = 1000


@dataclass(frozen=True, slots=True)
class AgreementView:
    """An agreement as both sides read it; `text` is None when it does not open."""

    number: int
    name: str
    at: datetime
    text: str | None = field(repr=False)


def write(actor: Actor, case_id: UUID, text: str) -> None:
    """Put this agreement (1-1000 characters) in place of the one before; the young person is told.

    The same text again changes nothing. Raises Empty, TooLong, NotFound, NotAllowed (also a consultant), Closed (the
    case is over).
    """
    actor.require_counsellor()
    text = clean(text)
    with transaction.atomic():
        case = seats.side(seats.locked(actor, case_id)).case
        put(actor, case, keys.case_key(actor, case_id), text, author=actor.id)


def put(actor: Actor, case: Case, key: bytes, text: str, *, author: UUID) -> None:
    """As `write`, of a cleaned text, in a locked case: under the name of the counsellor `author`, whoever says so last.

    For a text that both sides wrote and approved. Raises Closed.
    """
    require_running(case)
    latest = next(iter(of_case(actor, case.pk, key)), None)
    if latest and latest.text == text:
        return
    number = _last(case.pk) + 1
    sealed = sealing.seal(key, text, _binding(case.pk, number))
    Agreement.objects.create(case=case, number=number, author_id=author, sealed=sealed, at=timezone.now())
    timeline.add_notice(case, "agreed", name=Staff.objects.values_list("alias", flat=True).get(pk=author))
    audit.note("agreed", by=actor, subject=None if actor.id == author else author, case_ref=case.audit_ref)


def require_running(case: Case) -> None:
    """Raises Closed once the case is over."""
    if case.state == Case.State.CLOSED:
        raise Closed(_("Dieser Fall ist abgeschlossen. Eine neue Vereinbarung geht nur, solange er läuft."))


def of_case(actor: Actor, case_id: UUID, key: bytes) -> list[AgreementView]:  # noqa: ARG001 -- the actor comes first everywhere
    """The newest agreement first, then its history. For both sides; the caller checked the seat. One query."""
    rows = Agreement.objects.filter(case=case_id).order_by("-number")
    return [
        AgreementView(number, alias, at, _open(key, case_id, number, sealed))
        for number, alias, at, sealed in rows.values_list("number", "author__alias", "at", "sealed")
    ]


def clean(text: str) -> str:
    """Trimmed, 1-1000 characters. Raises Empty, TooLong, Invalid."""
    text = timeline.whole_characters(text).replace("\r\n", "\n").strip()
    if not text:
        raise Empty
    if len(text) > MAX_TEXT:
        raise TooLong(_("Eine Vereinbarung hat höchstens 1.000 Zeichen. Kürze sie bitte, dein Text bleibt stehen."))
    return text


def _last(case_id: UUID) -> int:
    return Agreement.objects.filter(case=case_id).aggregate(Max("number"))["number__max"] or 0


def _open(key: bytes, case_id: UUID, number: int, sealed: bytes | memoryview) -> str | None:
    return alarm.opened(key, sealed, _binding(case_id, number))


def _binding(case_id: UUID, number: int) -> Binding:
    return Binding(Kind.AGREEMENT, case_id, Role.COUNSELLOR, number)
