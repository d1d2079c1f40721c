"""Asking a colleague of another team for advice, without saying of whom: chosen excerpts, edited before they go.

Whoever is named for § 8a and § 8b SGB VIII may be asked within their own team as well, and comes first.

What is shared is sealed for that one person, their remarks for whoever asked; for both it is gone after
CONSULTATION_DAYS, and with the case. Nothing that the colleague is shown leads to the case.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID, uuid4

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, Max, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from counselling.cases.domain import alarm, keys, naming, seats, timeline, trail, twice
from counselling.cases.domain.timeline import Line
from counselling.cases.models import Case, Consultation, ConsultationReply
from counselling.errors import Conflict, Empty, Invalid, NotAllowed, NotFound, TooLong
from counselling.people.domain import audit, vouching
from counselling.people.domain.actors import Actor
from counselling.people.models import Staff, StaffKey
from counselling.vault import seals
from counselling.vault.sealing import Unreadable

MAX_EXCERPT: Final = 8000
MAX_REMARK: Final = 4000
LATELY: Final = 80  # entries of the timeline to choose from
STANDS_FOR_THEM: Final = "X"
_YOUNG: Final = _("Junge Person")
_TEAM: Final = _("Beratung")


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody who may be asked."""

    id: UUID
    alias: str
    teams: str
    insofa: bool


@dataclass(frozen=True, slots=True)
class Remark:
    """What the colleague answered; `text` is None when it does not open."""

    at: datetime
    text: str | None = field(repr=False)


@dataclass(frozen=True, slots=True)
class ConsultationView:
    """A consultation as one of its two people sees it. `mine`: I asked; `other`: who the other one is."""

    id: UUID
    mine: bool
    other: str
    at: datetime
    expires_at: datetime
    answers: int
    text: str | None = field(default=None, repr=False)
    remarks: list[Remark] = field(default_factory=list, repr=False)


def candidates(actor: Actor, case_id: UUID) -> list[Candidate]:
    """Who is named for § 8a, then counsellors of other teams, by team and name; with a key that the server vouches for.

    Raises NotFound, NotAllowed.
    """
    actor.require_counsellor()
    rows = _may_be_asked(actor, seats.seated(actor, case_id).case).select_related("key").prefetch_related("teams")
    found = [
        Candidate(one.pk, one.alias, ", ".join(sorted(team.name for team in one.teams.all())), one.insofa)
        for one in rows
        if vouching.staff_key(one.key)
    ]
    return sorted(found, key=lambda one: (not one.insofa, one.teams, one.alias))


@dataclass(frozen=True, slots=True)
class Said:
    """A part of a timeline to choose from. `before`: the seq before which it lies, 0 for the newest part.

    `earlier`, `later`: the same of the parts beside it; None where there is none.
    """

    nickname: str = field(repr=False)
    lines: list[Line] = field(repr=False)
    before: int
    earlier: int | None
    later: int | None


def lately_said(actor: Actor, case_id: UUID, *, before: int | None = None) -> Said:
    """What was said in the newest part of the timeline, or in the one before a seq.

    Raises NotFound, NotAllowed, Locked.
    """
    actor.require_counsellor()
    case = seats.seated(actor, case_id).case
    key = keys.case_key(actor, case_id)
    trail.opened(actor, case)
    end = max(1, min(before or case.last_seq + 1, case.last_seq + 1))
    start = max(0, end - 1 - LATELY)
    lines = timeline.since(case_id, key, start, end - 1 - start) if end > 1 else []
    is_newest, after = end > case.last_seq, end + LATELY
    return Said(
        nickname=keys.nickname(case, key),
        lines=[line for line in lines if line.text],
        before=0 if is_newest else end,
        earlier=start + 1 if start else None,
        later=None if is_newest else 0 if after > case.last_seq else after,
    )


def chosen(lines: Iterable[Line], seqs: Collection[int], nickname: str) -> str:
    """These lines as an excerpt: who is young and who counsels, no names, no times."""
    parts = [(str(_YOUNG if line.role == "seeker" else _TEAM), line.text or "") for line in lines if line.seq in seqs]
    return "\n\n".join(f"{who}: {without_names(text, nickname)}" for who, text in parts)


def names_in(text: str, nickname: str) -> list[tuple[int, int]]:
    """Where the nickname stands in a text, however it was typed; (begin, end) of each place."""
    return [] if nickname == keys.UNREADABLE_NICKNAME else naming.places(text, nickname)


def without_names(text: str, nickname: str) -> str:
    """The text with an X in place of the nickname."""
    for begin, end in reversed(names_in(text, nickname)):
        text = text[:begin] + STANDS_FOR_THEM + text[end:]
    return text


def ask(actor: Actor, case_id: UUID, *, to: UUID, text: str, checked: bool = False) -> UUID:
    """Share this text (1-8000 characters) with a colleague of another team; the consultation's id.

    `checked`: the counsellor says that what looks like the nickname is none. A form that comes twice asks once. Raises
    Empty, TooLong, Invalid (the nickname stands in it), NotFound (case, colleague), NotAllowed, Conflict (the colleague
    has no key).
    """
    actor.require_counsellor()
    text = _clean(text, MAX_EXCERPT)
    with transaction.atomic():
        case = seats.locked(actor, case_id).case
        if not checked and names_in(text, keys.nickname(case, keys.case_key(actor, case_id))):
            raise Invalid(_("Der Name steht noch darin. Ersetze ihn, oder bestätige, dass es hier keiner ist."))
        if not _may_be_asked(actor, case).filter(pk=to).exists():
            raise NotFound(_("Diese Person kannst du gerade nicht fragen."))
        if repeat := _asked_twice(actor, case_id, to, text):
            return repeat
        number, now = uuid4(), timezone.now()
        Consultation.objects.create(
            id=number,
            case=case,
            asker_id=actor.id,
            consultant_id=to,
            sealed=_sealed(text, to, number),
            kept=_sealed(text, actor.id, number),
            at=now,
            expires_at=now + timedelta(days=settings.CONSULTATION_DAYS),
        )
        audit.note("consultation_asked", by=actor, subject=to, case_ref=case.audit_ref)
    return number


def mine(actor: Actor) -> list[ConsultationView]:
    """Those I asked for and those I am asked in, the newest first, without texts. Two queries. Raises NotAllowed."""
    rows = list(_open(actor).select_related("asker", "consultant").order_by("-at"))
    numbers: dict[UUID, int] = dict.fromkeys((row.pk for row in rows), 0)
    replies = ConsultationReply.objects.filter(consultation__in=rows)
    numbers |= dict(replies.values_list("consultation").annotate(Max("number")).order_by())
    return [_view(actor, row, numbers[row.pk]) for row in rows]


def opened(actor: Actor, consultation_id: UUID) -> ConsultationView:
    """One of them with its texts, as far as this session opens them. Raises NotFound, NotAllowed."""
    row = _found(actor, consultation_id)
    asked = row.asker_id == actor.id
    rows = ConsultationReply.objects.filter(consultation=row).order_by("number").values_list("at", "sealed", "kept")
    remarks = [Remark(at, _text(actor, sealed if asked else kept, row.pk)) for at, sealed, kept in rows]
    text = _text(actor, row.kept if asked else row.sealed, row.pk)
    return _view(actor, row, len(remarks), text, remarks)


def answer(actor: Actor, consultation_id: UUID, text: str) -> None:
    """The colleague remarks something, 1-4000 characters; once, if the form comes twice.

    Raises Empty, TooLong, NotFound, NotAllowed (I asked).
    """
    text = _clean(text, MAX_REMARK)
    with transaction.atomic():
        row = _found(actor, consultation_id, lock=True)
        if row.consultant_id != actor.id:
            raise NotAllowed(_("Antworten kann nur, wen du gefragt hast."))
        replies = ConsultationReply.objects.filter(consultation=row)
        lately = replies.filter(at__gt=twice.since()).values_list("kept", flat=True)
        if any(_text(actor, kept, row.pk) == text for kept in lately):
            return
        ConsultationReply.objects.create(
            consultation=row,
            number=(replies.aggregate(Max("number"))["number__max"] or 0) + 1,
            sealed=_sealed(text, row.asker_id, row.pk),
            kept=_sealed(text, actor.id, row.pk),
            at=timezone.now(),
        )
        audit.note("consultation_answered", by=actor, subject=row.asker_id)


def end(actor: Actor, consultation_id: UUID) -> None:
    """Whoever asked takes it back: excerpt and remarks are gone for both. Raises NotFound, NotAllowed."""
    with transaction.atomic():
        row = _found(actor, consultation_id, lock=True)
        if row.asker_id != actor.id:
            raise NotAllowed
        row.delete()


def prune(now: datetime) -> int:
    """Erase what is over; how many."""
    with transaction.atomic():
        over = Consultation.objects.filter(expires_at__lte=now)
        number = over.count()
        over.delete()
    return number


def _may_be_asked(actor: Actor, case: Case) -> QuerySet[Staff]:
    people = Staff.objects.filter(role=Staff.Role.COUNSELLOR, is_active=True, key__isnull=False, teams__isnull=False)
    elsewhere = ~Exists(Staff.teams.through.objects.filter(staff=OuterRef("pk"), team=case.team_id))
    return people.filter(Q(insofa=True) | elsewhere).exclude(pk=actor.id).distinct()


def _open(actor: Actor) -> QuerySet[Consultation]:
    actor.require_counsellor()
    rows = Consultation.objects.filter(Q(asker=actor.id) | Q(consultant=actor.id))
    return rows.filter(expires_at__gt=timezone.now())


def _found(actor: Actor, consultation_id: UUID, *, lock: bool = False) -> Consultation:
    rows = _open(actor).filter(pk=consultation_id)
    row = (rows.select_for_update() if lock else rows.select_related("asker", "consultant")).first()
    if row is None:
        raise NotFound
    return row


def _view(
    actor: Actor, row: Consultation, answers: int, text: str | None = None, remarks: list[Remark] | None = None
) -> ConsultationView:
    asked = row.asker_id == actor.id
    other = row.consultant.alias if asked else row.asker.alias
    return ConsultationView(row.pk, asked, other, row.at, row.expires_at, answers, text, remarks or [])


def _asked_twice(actor: Actor, case_id: UUID, to: UUID, text: str) -> UUID | None:
    """The same question of mine to the same colleague, of the last moments; the case is locked."""
    lately = Consultation.objects.filter(case=case_id, asker=actor.id, consultant=to, at__gt=twice.since())
    return next((row.pk for row in lately if _text(actor, row.kept, row.pk) == text), None)


def _sealed(text: str, to: UUID, place: UUID) -> bytes:
    key = StaffKey.objects.filter(staff=to).first()
    if key is None or not vouching.staff_key(key):
        raise Conflict(_("Diese Person hat noch keinen Schlüssel und könnte nichts lesen."))
    return seals.seal_text(text, bytes(key.public), place, f"staff:{to}")


def _text(actor: Actor, sealed: bytes | memoryview, place: UUID) -> str | None:
    if actor.private is None:
        return None
    try:
        return seals.open_text(actor.private, sealed, place, f"staff:{actor.id}")
    except Unreadable:
        _tell_unless_new(actor, place)
        return None


def _tell_unless_new(actor: Actor, place: UUID) -> None:
    """Raise the alarm, unless the reader's pair is younger than the question: then nothing of before opens for them."""
    asked_at = Consultation.objects.filter(pk=place).values_list("at", flat=True).first()
    if asked_at and not StaffKey.objects.filter(staff=actor.id, made_at__gt=asked_at).exists():
        alarm.does_not_open("consultation", place)


def _clean(text: str, most: int) -> str:
    text = timeline.whole_characters(text).replace("\r\n", "\n").strip()
    if not text:
        raise Empty
    if len(text) > most:
        raise TooLong(_("Das ist zu lang. Kürze es auf das, worum es geht, dein Text bleibt stehen."))
    return text
