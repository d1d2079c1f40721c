"""A counsellor's letters that are not sent yet, in all their cases: what goes out later, and what is only begun."""

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet

from counselling.cases.domain import alarm, erased, keys, timeline
from counselling.cases.models import Case, Seat
from counselling.mail.models import File, Letter
from counselling.people.domain.actors import Actor

MOST = 200


@dataclass(frozen=True)
class Row:
    """One of them; nothing of its text."""

    case: UUID
    nickname: str
    saved_at: datetime
    send_at: datetime | None


@dataclass(frozen=True)
class LeftBehind:
    """A letter of mine that was not sent: somebody else answers that case now. It stays mine to read and to throw away.

    `keeper`: who answers, "" while nobody does; `text` is None where it does not open.
    """

    id: UUID
    nickname: str = field(repr=False)
    keeper: str
    saved_at: datetime
    text: str | None = field(repr=False)


def of_writer(actor: Actor) -> list[Row]:
    """The next to go out first, then the newest; a constant number of queries. Raises NotAllowed."""
    actor.require_counsellor()
    seated = Seat.objects.filter(case=OuterRef("case"), staff=actor.id, role=OuterRef("seat__role"), ended_at=None)
    mine = Letter.objects.filter(Exists(seated), broken_at=None, seat__staff=actor.id).exclude(
        case__state=Case.State.CLOSED
    )
    found = list(mine.select_related("case", "seat").order_by("-saved_at")[:MOST])
    opened = keys.case_keys(actor, [letter.case_id for letter in found])
    attached = set(File.objects.filter(letter__in=[letter.pk for letter in found]).values_list("letter", flat=True))
    rows = [
        Row(letter.case_id, keys.nickname(letter.case, opened.get(letter.case_id)), letter.saved_at, letter.send_at)
        for letter in found
        if letter.pk in attached or not _is_empty(letter, opened.get(letter.case_id))
    ]
    later = sorted((row for row in rows if row.send_at), key=lambda row: row.send_at or row.saved_at)
    return later + [row for row in rows if not row.send_at]


def left_behind(actor: Actor) -> list[LeftBehind]:
    """The newest first; those in which nothing stands are left out. Raises NotAllowed."""
    found = list(_left(actor).select_related("case", "case__keeper", "seat").order_by("-saved_at")[:MOST])
    opened = keys.case_keys(actor, [letter.case_id for letter in found])
    return [
        LeftBehind(
            id=letter.pk,
            nickname=keys.nickname(letter.case, opened.get(letter.case_id)),
            keeper=letter.case.keeper.alias if letter.case.keeper else "",
            saved_at=letter.saved_at,
            text=_text(letter, opened.get(letter.case_id)),
        )
        for letter in found
        if not _is_empty(letter, opened.get(letter.case_id))
    ]


def throw_away(actor: Actor, letter: UUID) -> None:
    """A letter that was left behind, with what is attached to it. Safe to repeat. Raises NotAllowed."""
    with transaction.atomic():
        if found := _left(actor).filter(pk=letter).first():
            File.objects.filter(letter=found.pk, seat=found.seat_id).delete()
            erased.remember("mail_letter", found.pk)
            Letter.objects.filter(pk=found.pk).delete()


def _left(actor: Actor) -> QuerySet[Letter]:
    """My letters in cases in which I hold no seat any more."""
    actor.require_counsellor()
    seated = Seat.objects.filter(case=OuterRef("case"), staff=actor.id, role=OuterRef("seat__role"), ended_at=None)
    return Letter.objects.filter(~Exists(seated), seat__staff=actor.id)


def _text(letter: Letter, key: bytes | None) -> str | None:
    """None for what does not open."""
    binding = timeline.letter_binding(letter.case_id, letter.seat.role, letter.pk)
    return alarm.opened(key, letter.sealed, binding) if key else None


def _is_empty(letter: Letter, key: bytes | None) -> bool:
    """Whether nothing stands in it (any more); what does not open counts as something."""
    text = _text(letter, key)
    return text is not None and not text.strip()
